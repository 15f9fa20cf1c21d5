//! The evaluator and both databases give the same answer for every condition on every row.
//!
//! SQLite always; PostgreSQL when `HYGEIA_TEST_POSTGRES` holds the URL of a server (a temporary table is used).

#![expect(clippy::unwrap_used, clippy::panic, reason = "helpers of tests")]

use hygeia_expr::{Dialect, EnumType, Expr, Functions, NotSql, Scope, Sql, Type, Value, compile};
use indexmap::IndexMap;
use proptest::prelude::*;
use rust_decimal::Decimal;

type Row = IndexMap<String, Value>;

/// Asks a database for the condition's answer on each row.
type Database<'a> = dyn FnMut(&Sql, &[Row]) -> Vec<Option<bool>> + 'a;

fn columns() -> Vec<(&'static str, Type)> {
    let code = Type::Enum(EnumType::shared("code", ["a", "b", "ab"]));
    vec![
        ("n1", Type::Int),
        ("n2", Type::Int),
        ("d1", Type::Decimal),
        ("d2", Type::Decimal),
        ("b1", Type::Bool),
        ("b2", Type::Bool),
        ("t1", Type::Text),
        ("t2", Type::Text),
        ("e1", code.clone()),
        ("c1", Type::List(Box::new(code))),
        ("on1", Type::Date),
        ("on2", Type::Date),
        ("at1", Type::DateTime),
        ("ti1", Type::Time),
    ]
}

fn any_value(ty: &Type) -> BoxedStrategy<Value> {
    let null = Just(Value::Null);
    let texts = ["", "a", "ab", "b", "咳嗽", "咳", "A", "a|b", "%", "_", "é"];
    let some = match ty {
        Type::Int => prop_oneof![
            4 => (-4i64..5).prop_map(Value::Int),
            1 => prop::sample::select(vec![i64::MAX, i64::MIN + 1, 999_999_999_999, -999_999_999_999, 1_000_000]).prop_map(Value::Int),
        ]
        .boxed(),
        Type::Decimal => prop_oneof![
            4 => (-40i64..50).prop_map(|tenths| Value::Decimal(Decimal::new(tenths, 1))),
            1 => prop::sample::select(vec!["999999999999.999999", "-999999999999.999999", "0.000001", "36.123456"])
                .prop_map(|text| Value::Decimal(text.parse().unwrap())),
        ]
        .boxed(),
        Type::Bool => any::<bool>().prop_map(Value::Bool).boxed(),
        Type::Text => prop::sample::select(texts.to_vec()).prop_map(Value::from).boxed(),
        Type::Enum(set) => prop::sample::select(set.codes.clone()).prop_map(Value::Text).boxed(),
        Type::List(_) => prop::sample::subsequence(vec!["a", "b", "ab"], 1..=3)
            .prop_map(|codes| Value::List(codes.into_iter().map(Value::from).collect()))
            .boxed(),
        Type::Date => prop::sample::select(vec!["2024-02-29", "2021-03-31", "2026-11-30", "2026-01-01", "0001-01-01", "9999-12-31"])
            .prop_map(|text| Value::Date(text.parse().unwrap()))
            .boxed(),
        Type::DateTime => prop::sample::select(vec!["2026-11-30T08:30", "2026-11-30T00:00", "2024-02-29T23:59"])
            .prop_map(|text| Value::DateTime(text.parse().unwrap()))
            .boxed(),
        Type::Time => prop::sample::select(vec!["08:30", "00:00", "23:59"])
            .prop_map(|text| Value::Time(text.parse().unwrap()))
            .boxed(),
        Type::Row(_) | Type::Null => null.clone().boxed(),
    };
    prop_oneof![1 => null, 3 => some].boxed()
}

fn any_row() -> impl Strategy<Value = Row> {
    let (names, types): (Vec<_>, Vec<_>) = columns().into_iter().unzip();
    let values: Vec<_> = types.iter().map(any_value).collect();
    values.prop_map(move |values| names.iter().map(|name| (*name).to_owned()).zip(values).collect())
}

fn pick(words: &[&'static str]) -> BoxedStrategy<String> {
    prop::sample::select(words.to_vec()).prop_map(str::to_owned).boxed()
}

/// Sources of ints, decimals, texts, dates and conditions, at most `depth` operators deep.
fn int(depth: u32) -> BoxedStrategy<String> {
    let leaf = pick(&["n1", "n2", "0", "1", "-3", "7", "size(t1)", "size(c1)", "month(on1)", "1000000"]);
    if depth == 0 {
        return leaf;
    }
    let (one, two) = (int(depth - 1), int(depth - 1));
    prop_oneof![
        2 => leaf,
        2 => (one.clone(), pick(&["+", "-", "*", "%"]), two.clone()).prop_map(|(a, op, b)| format!("({a} {op} {b})")),
        1 => (condition(depth - 1), one.clone(), two.clone()).prop_map(|(c, a, b)| format!("({c} ? {a} : {b})")),
        1 => (one.clone(), two).prop_map(|(a, b)| format!("coalesce({a}, {b})")),
        1 => one.prop_map(|a| format!("abs({a})")),
        1 => (pick(&["age_months", "age_years", "days_between"]), date(), date()).prop_map(|(f, a, b)| format!("{f}({a}, {b})")),
        1 => (pick(&["year", "month", "day", "weekday"]), date()).prop_map(|(f, a)| format!("{f}({a})")),
    ]
    .boxed()
}

fn decimal(depth: u32) -> BoxedStrategy<String> {
    let leaf = pick(&["d1", "d2", "37.5", "-0.1", "0.0"]);
    if depth == 0 {
        return leaf;
    }
    let (one, two) = (decimal(depth - 1), decimal(depth - 1));
    prop_oneof![
        2 => leaf,
        1 => (one.clone(), pick(&["+", "-"]), two.clone()).prop_map(|(a, op, b)| format!("({a} {op} {b})")),
        1 => (int(depth - 1), one.clone()).prop_map(|(a, b)| format!("({a} * {b})")),
        1 => (int(depth - 1), one.clone()).prop_map(|(a, b)| format!("({a} - {b})")),
        1 => (condition(depth - 1), one.clone(), int(depth - 1)).prop_map(|(c, a, b)| format!("({c} ? {a} : {b})")),
        1 => (one.clone(), two).prop_map(|(a, b)| format!("coalesce({a}, {b}, null)")),
        1 => one.prop_map(|a| format!("-{a}")),
    ]
    .boxed()
}

fn text() -> BoxedStrategy<String> {
    prop_oneof![
        4 => pick(&["t1", "t2", "'a'", "''", "'咳'", "e1", "'%'"]),
        1 => (pick(&["t1", "t2"]), pick(&["t2", "'b'"])).prop_map(|(a, b)| format!("({a} + {b})")),
        1 => pick(&["t1", "t2"]).prop_map(|a| format!("coalesce({a}, 'a')")),
    ]
    .boxed()
}

fn date() -> BoxedStrategy<String> {
    pick(&["on1", "on2", "date(at1)", "date('2024-02-29')", "coalesce(on1, on2)"])
}

fn condition(depth: u32) -> BoxedStrategy<String> {
    let compare = || pick(&["==", "!=", "<", "<=", ">", ">="]);
    let equal = || pick(&["==", "!="]);
    let three = |(a, op, b): (String, String, String)| format!("({a} {op} {b})");
    let leaf = prop_oneof![
        2 => pick(&["b1", "b2", "(b1 == true)", "(b1 != null)", "(n1 == null)", "(c1 == null)", "has(t1)", "true"]),
        2 => (decimal(0), compare(), int(0)).prop_map(three),
        2 => (text(), compare(), text()).prop_filter("codes are compared below", |(a, _, b)| a != "e1" && b != "e1").prop_map(three),
        2 => (pick(&["e1"]), equal(), pick(&["'a'", "'ab'", "t1"])).prop_map(three),
        2 => (date(), compare(), date()).prop_map(three),
        1 => pick(&["(at1 < at1)", "(ti1 <= time('08:30'))", "(time(at1) == ti1)"]),
        1 => pick(&["('a' in c1)", "(e1 in c1)", "('ab' in c1)", "(e1 in ['a', 'b'])", "(n1 in [1, null, 7])", "(n1 in [1.5, d1])", "(d1 in [n1, 2])", "(t1 in [])"]),
        1 => (pick(&["contains", "startsWith", "endsWith"]), text(), text()).prop_map(|(f, a, b)| format!("{f}({a}, {b})")),
    ];
    if depth == 0 {
        return leaf.boxed();
    }
    let (one, two) = (condition(depth - 1), condition(depth - 1));
    prop_oneof![
        2 => leaf,
        2 => (one.clone(), pick(&["&&", "||", "==", "!="]), two.clone()).prop_map(three),
        1 => one.clone().prop_map(|a| format!("!({a})")),
        1 => (one.clone(), one, two).prop_map(|(c, a, b)| format!("({c} ? {a} : {b})")),
        2 => (int(depth), compare(), int(depth)).prop_map(three),
        2 => (decimal(depth), compare(), decimal(depth)).prop_map(three),
        1 => (int(depth), compare(), decimal(depth)).prop_map(three),
    ]
    .boxed()
}

fn scope() -> Scope {
    columns().into_iter().fold(Scope::new(), |scope, (name, ty)| scope.with(name, ty))
}

fn check(source: &str, rows: &[Row], database: &mut Database<'_>, dialect: Dialect) {
    let expr: Expr =
        compile(source, &scope(), &Functions::standard()).unwrap_or_else(|p| panic!("{source}: {p:?}"));
    let sql = match expr.to_sql(dialect, &|name| name.to_owned()) {
        Ok(sql) => sql,
        Err(NotSql { message, .. }) => panic!("{source}: {message}"),
    };
    let answers = database(&sql, rows);
    for (row, answer) in rows.iter().zip(answers) {
        let expected = match expr.eval(row) {
            Value::Bool(flag) => Some(flag),
            Value::Null => None,
            other => panic!("{source}: {other:?}"),
        };
        assert_eq!(expected, answer, "{source}\n{}\n{:?}\n{row:?}", sql.text, sql.params);
    }
}

/// What the store writes for a choice field of several codes.
fn joined(codes: &[Value]) -> String {
    codes.iter().fold("|".to_owned(), |text, code| text + code.as_text().unwrap() + "|")
}

mod sqlite {
    use super::*;
    use rusqlite::types::Value as Cell;
    use rusqlite::{Connection, params_from_iter};

    fn cell(value: &Value) -> Cell {
        match value {
            Value::Null => Cell::Null,
            Value::Bool(flag) => Cell::Integer(i64::from(*flag)),
            Value::Int(number) => Cell::Integer(*number),
            Value::Decimal(number) => {
                Cell::Integer(i64::try_from(number * Decimal::from(1_000_000)).unwrap())
            }
            Value::Text(text) => Cell::Text(text.clone()),
            Value::Date(date) => Cell::Text(date.to_string()),
            Value::Time(time) => Cell::Text(time.to_string()[..5].to_owned()),
            Value::DateTime(at) => Cell::Text(at.to_string()[..16].to_owned()),
            Value::List(codes) => Cell::Text(joined(codes)),
            Value::Row(_) => unreachable!(),
        }
    }

    fn column_type(ty: &Type) -> &'static str {
        match ty {
            Type::Int | Type::Decimal | Type::Bool => "INTEGER",
            _ => "TEXT",
        }
    }

    fn answers(connection: &Connection, sql: &Sql, rows: &[Row]) -> Vec<Option<bool>> {
        connection.execute("DELETE FROM entry", []).unwrap();
        let marks = vec!["?"; columns().len() + 1].join(", ");
        for (id, row) in (0i64..).zip(rows) {
            let cells = std::iter::once(Cell::Integer(id)).chain(row.values().map(cell));
            connection
                .prepare_cached(&format!("INSERT INTO entry VALUES ({marks})"))
                .unwrap()
                .execute(params_from_iter(cells))
                .unwrap();
        }
        let mut statement =
            connection.prepare(&format!("SELECT {} FROM entry ORDER BY id", sql.text)).unwrap();
        let read = |row: &rusqlite::Row<'_>| row.get::<_, Option<bool>>(0);
        statement
            .query_map(params_from_iter(sql.params.iter().map(cell)), read)
            .unwrap()
            .map(Result::unwrap)
            .collect()
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(64) })]

        #[test]
        fn sqlite_agrees(sources in proptest::collection::vec(condition(3), 8), rows in proptest::collection::vec(any_row(), 24)) {
            let connection = Connection::open_in_memory().unwrap();
            let definitions: Vec<String> = columns().iter().map(|(name, ty)| format!("{name} {}", column_type(ty))).collect();
            connection.execute(&format!("CREATE TABLE entry (id INTEGER, {}) STRICT", definitions.join(", ")), []).unwrap();
            for source in sources {
                check(&source, &rows, &mut |sql, rows| answers(&connection, sql, rows), Dialect::Sqlite);
            }
        }
    }
}

mod postgres_server {
    use super::*;
    use postgres::types::ToSql;
    use postgres::{Client, NoTls};

    type Param = Box<dyn ToSql + Sync>;

    fn param(value: &Value, ty: &Type) -> (Param, &'static str) {
        macro_rules! optional {
            ($variant:ident, $name:literal) => {
                (
                    Box::new(match value {
                        Value::$variant(inner) => Some(inner.clone()),
                        _ => None,
                    }) as Param,
                    $name,
                )
            };
        }
        match ty {
            Type::Bool => optional!(Bool, "boolean"),
            Type::Int => optional!(Int, "bigint"),
            Type::Decimal => optional!(Decimal, "numeric"),
            Type::Date => optional!(Date, "date"),
            Type::Time => optional!(Time, "time"),
            Type::DateTime => optional!(DateTime, "timestamp"),
            Type::List(_) => {
                let text = match value {
                    Value::List(codes) => Some(joined(codes)),
                    _ => None,
                };
                (Box::new(text), "text")
            }
            _ => optional!(Text, "text"),
        }
    }

    fn type_of(value: &Value) -> Type {
        match value {
            Value::Bool(_) => Type::Bool,
            Value::Int(_) => Type::Int,
            Value::Decimal(_) => Type::Decimal,
            Value::Date(_) => Type::Date,
            Value::Time(_) => Type::Time,
            Value::DateTime(_) => Type::DateTime,
            _ => Type::Text,
        }
    }

    /// `?` as `$1::type`, as the store writes them.
    fn numbered(sql: &Sql) -> (String, Vec<Param>) {
        let mut pieces = sql.text.split('?');
        let mut text = pieces.next().unwrap_or_default().to_owned();
        let mut params = Vec::new();
        for (value, piece) in sql.params.iter().zip(pieces) {
            let (boxed, name) = param(value, &type_of(value));
            params.push(boxed);
            text += &format!("${}::{name}{piece}", params.len());
        }
        (text, params)
    }

    fn run(client: &mut Client, text: &str, params: &[Param]) -> Vec<postgres::Row> {
        let params: Vec<&(dyn ToSql + Sync)> = params.iter().map(|param| &**param).collect();
        client.query(text, &params).unwrap_or_else(|error| panic!("{text}: {error:?}"))
    }

    fn answers(client: &mut Client, sql: &Sql, rows: &[Row]) -> Vec<Option<bool>> {
        client.batch_execute("DELETE FROM entry").unwrap();
        for (id, row) in (0i64..).zip(rows) {
            let mut marks = vec!["$1::bigint".to_owned()];
            let mut params: Vec<Param> = vec![Box::new(id)];
            for (value, (_, ty)) in row.values().zip(columns()) {
                let (boxed, name) = param(value, &ty);
                params.push(boxed);
                marks.push(format!("${}::{name}", params.len()));
            }
            run(client, &format!("INSERT INTO entry VALUES ({})", marks.join(", ")), &params);
        }
        let (text, params) = numbered(sql);
        run(client, &format!("SELECT {text} FROM entry ORDER BY id"), &params)
            .iter()
            .map(|row| row.get(0))
            .collect()
    }

    #[test]
    fn postgres_agrees() {
        let Ok(url) = std::env::var("HYGEIA_TEST_POSTGRES") else { return };
        let mut client = Client::connect(&url, NoTls).unwrap();
        let definitions: Vec<String> = columns()
            .iter()
            .map(|(name, ty)| match ty {
                Type::Decimal => format!("{name} numeric(18,6)"),
                other => format!("{name} {}", param(&Value::Null, other).1),
            })
            .collect();
        client
            .batch_execute(&format!("CREATE TEMPORARY TABLE entry (id bigint, {})", definitions.join(", ")))
            .unwrap();
        let client = std::cell::RefCell::new(client);
        let cases = (proptest::collection::vec(condition(3), 8), proptest::collection::vec(any_row(), 24));
        proptest!(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(32) }, |((sources, rows) in cases)| {
            for source in sources {
                check(&source, &rows, &mut |sql, rows| answers(&mut client.borrow_mut(), sql, rows), Dialect::Postgres);
            }
        });
    }
}
