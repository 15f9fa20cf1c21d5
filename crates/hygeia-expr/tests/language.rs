//! What expressions mean, case by case, and what is said about wrong ones.

#![expect(clippy::unwrap_used, clippy::panic, reason = "helpers of tests")]

use hygeia_expr::{
    EnumType, Expr, FunctionDef, Functions, Names, Problem, Scope, Type, Value, compile, compile_as,
};
use indexmap::IndexMap;
use std::collections::HashMap;
use std::sync::Arc;

fn scope() -> Scope {
    let skin = EnumType::shared("skin", ["normal", "rash", "blister"]);
    let dish = IndexMap::from([("name".to_owned(), Type::Text), ("grams".to_owned(), Type::Decimal)]);
    Scope::new()
        .with("n", Type::Int)
        .with("temperature", Type::Decimal)
        .with("name", Type::Text)
        .with("present", Type::Bool)
        .with("date", Type::Date)
        .with("at", Type::DateTime)
        .with("time_in", Type::Time)
        .with("skin", Type::Enum(skin.clone()))
        .with("symptoms", Type::List(Box::new(Type::Enum(skin))))
        .with("dishes", Type::List(Box::new(Type::Row(Arc::new(dish)))))
        .with("subject.birth", Type::Date)
}

fn functions() -> Functions {
    let mut functions = Functions::standard();
    functions.register(FunctionDef {
        name: "growth.haz".into(),
        params: vec![Type::Date, Type::Decimal],
        result: Type::Decimal,
        doc: "test".into(),
        eval: |arguments| arguments[1].clone(),
    });
    functions.register(FunctionDef {
        name: "growth.class".into(),
        params: vec![],
        result: Type::List(Box::new(Type::Text)),
        doc: "test".into(),
        eval: |_| Value::List(vec!["rash".into(), "unheard_of".into()]),
    });
    functions
}

fn row() -> HashMap<String, Value> {
    let dish = |name: &str, grams: Option<&str>| {
        let grams = grams.map(|grams| grams.parse::<rust_decimal::Decimal>().unwrap());
        Value::Row(IndexMap::from([("name".to_owned(), name.into()), ("grams".to_owned(), grams.into())]))
    };
    HashMap::from([
        ("n".to_owned(), Value::Int(7)),
        ("temperature".to_owned(), Value::Decimal("37.5".parse().unwrap())),
        ("name".to_owned(), "张三".into()),
        ("date".to_owned(), Value::Date("2026-11-24".parse().unwrap())),
        ("at".to_owned(), Value::DateTime("2026-11-24T08:30".parse().unwrap())),
        ("skin".to_owned(), "rash".into()),
        ("symptoms".to_owned(), Value::List(vec!["rash".into(), "normal".into()])),
        (
            "dishes".to_owned(),
            Value::List(vec![dish("粥", Some("120.5")), dish("蛋", Some("50")), dish("奶", None)]),
        ),
        ("subject.birth".to_owned(), Value::Date("2021-11-25".parse().unwrap())),
    ])
}

fn compiled(source: &str) -> Expr {
    compile(source, &scope(), &functions()).unwrap_or_else(|problems| panic!("{source}: {problems:?}"))
}

fn value(source: &str) -> String {
    compiled(source).eval(&row()).to_json().to_string()
}

#[test]
fn values_are_computed() {
    for (source, expected) in [
        ("1 + 2 * 3", "7"),
        ("(1 + 2) * 3 - -1", "10"),
        ("7 / 2", "3"),
        ("-7 / 2", "-3"),
        ("7 / 2.0", "3.5"),
        ("0.1 + 0.2 == 0.3", "true"),
        ("n % 4", "3"),
        ("n / 0", "null"),
        ("temperature / 0", "null"),
        ("temperature >= 37.5 && skin != 'normal'", "true"),
        ("skin in ['rash', 'blister']", "true"),
        ("'blister' in symptoms", "false"),
        ("size(symptoms) == 2 && symptoms.size() == 2", "true"),
        ("size(name)", "2"),
        ("name.startsWith('张') && name.endsWith('三') && !name.contains('四')", "true"),
        ("temperature > 38 ? '高热' : temperature >= 37.3 ? '低热' : '正常'", "\"低热\""),
        ("age_months(subject.birth, date)", "59"),
        ("age_years(subject.birth, date + 1)", "5"),
        ("age_months(date, subject.birth)", "null"),
        ("days_between(date('2026-11-01'), date)", "23"),
        ("date - date('2026-11-01')", "23"),
        ("month(date) * 100 + day(date)", "1124"),
        ("weekday(date)", "2"),
        ("date(at) == date && time(at) < time('09:00')", "true"),
        ("dishes.sum(d, d.grams)", "170.5"),
        ("dishes.exists(d, d.grams > 100)", "true"),
        ("dishes.all(d, d.grams > 10)", "null"),
        ("dishes.filter(d, d.grams > 10).size()", "2"),
        ("dishes.map(d, d.name)", "[\"粥\",\"蛋\",\"奶\"]"),
        ("dishes.exists(a, dishes.exists(b, a.grams > b.grams))", "true"),
        ("coalesce(time_in, time('08:00')) == time('08:00')", "true"),
        ("min_of(n, 3.5)", "3.5"),
        ("max_of(n, 3, null)", "null"),
        ("round(2.345, 2)", "2.35"),
        ("round(-2.5, 0)", "-3"),
        ("int(-2.9) + abs(-2)", "0"),
        ("growth.haz(subject.birth, n)", "7"),
        ("'a' + name", "\"a张三\""),
        ("999999999999 + 1", "null"),
        ("// why\n n == 7", "true"),
    ] {
        assert_eq!(value(source), expected, "{source}");
    }
}

#[test]
fn missing_values_follow_sql() {
    for (source, expected) in [
        ("present == true", "null"),
        ("present != true", "null"),
        ("present == null", "true"),
        ("has(present)", "false"),
        ("present != null", "false"),
        ("present && false", "false"),
        ("false && present", "false"),
        ("present && true", "null"),
        ("present || true", "true"),
        ("present || false", "null"),
        ("!present", "null"),
        ("present ? 1 : 2", "2"),
        ("time_in in [time('08:00')]", "null"),
        ("n in [1, null]", "null"),
        ("n in [7, null]", "true"),
        ("n in []", "false"),
    ] {
        assert_eq!(value(source), expected, "{source}");
    }
}

#[test]
fn formulas_divide_exactly_and_an_empty_denominator_is_missing() {
    let scope = Scope::new().with("a", Type::Decimal).with("b", Type::Decimal).exact_division();
    let expr = compile("(a - 1) / b * 2", &scope, &functions()).unwrap();
    assert_eq!(expr.names(), ["a", "b"]);
    let with = |b: i64| move |name: &str| Value::Decimal(if name == "a" { 4.into() } else { b.into() });
    assert_eq!(expr.eval(&with(4)), Value::Decimal("1.5".parse().unwrap()));
    assert_eq!(expr.eval(&with(0)), Value::Null);
    let half = compile("1 / 2", &scope, &functions()).unwrap();
    assert_eq!(half.eval(&HashMap::new()), Value::Decimal("0.5".parse().unwrap()));
}

#[test]
fn expected_types_are_met() {
    let skin = Type::Enum(EnumType::shared("skin", ["normal", "rash"]));
    let as_type = |source: &str, ty: &Type| compile_as(source, &scope(), &functions(), ty);
    let widened = as_type("n", &Type::Decimal).unwrap().eval(&row());
    assert_eq!(widened, Value::Decimal(7.into()));
    assert_eq!(as_type("n > 3 ? 'rash' : 'normal'", &skin).unwrap().ty(), &skin);
    assert_eq!(
        as_type("n > 3 ? 'rush' : 'normal'", &skin).unwrap_err()[0].help.as_deref(),
        Some("did you mean `rash`?")
    );
    assert!(as_type("skin", &skin).is_err(), "blister is not among the codes");
    assert!(as_type("name", &skin).is_err());
    let codes = as_type("growth.class()", &Type::List(Box::new(skin))).unwrap().eval(&row());
    assert_eq!(codes, Value::List(vec!["rash".into()]), "foreign codes are left out");
}

/// `cause @ text | help` of each problem.
fn problems(source: &str) -> Vec<String> {
    let show = |problem: Problem| {
        let place = &source[problem.span];
        format!("{} @ {place} | {}", problem.message, problem.help.unwrap_or_default())
    };
    compile(source, &scope(), &functions()).unwrap_err().into_iter().map(show).collect()
}

#[test]
fn every_mistake_has_its_place_and_cause() {
    for (source, expected) in [
        ("tempreature > 37", "unknown name `tempreature` @ tempreature | did you mean `temperature`?"),
        ("skin == 'rush'", "`rush` is not a code of `skin` @ 'rush' | did you mean `rash`?"),
        (
            "skin in ['rash', 'blistr']",
            "`blistr` is not a code of `skin` @ 'blistr' | did you mean `blister`?",
        ),
        ("'bister' in symptoms", "`bister` is not a code of `skin` @ 'bister' | did you mean `blister`?"),
        ("temperature = 3", "`=` is not an operator @ = | write `==`"),
        ("n ≥ 3", "`≥` is not an operator @ ≥ | write `>=`"),
        ("n and n", "expected an operator or the end, found `and` @ and | write `&&`"),
        ("(n > 3", "expected `)`, found the end of the expression @  | "),
        ("name == 'x", "this text has no closing quote @ ' | "),
        ("age_month(date, date)", "unknown function `age_month` @ age_month | did you mean `age_months`?"),
        ("growth.hax(date, n)", "unknown function `growth.hax` @ growth.hax | did you mean `growth.haz`?"),
        ("growth.haz(n, n)", "expected date, found int @ n | "),
        ("growth.haz(date)", "`growth.haz` takes 2 arguments, found 1 @ growth.haz(date) | "),
        (
            "subject.brith == date",
            "unknown name `subject.brith` @ subject.brith | did you mean `subject.birth`?",
        ),
        ("n < null", "`<` with null is never met @ n < null | ask `== null` or `!= null`"),
        ("skin < 'rash'", "code of `skin` has no order: only `==` and `!=` @ skin < 'rash' | "),
        (
            "date == '2026-01-01'",
            "date cannot be compared with text @ date == '2026-01-01' | write dates as `date('2026-09-01')` and times as `time('09:00')`",
        ),
        (
            "date('2026-02-30') == date",
            "`2026-02-30` is not a date @ '2026-02-30' | write it as `2026-09-01`",
        ),
        ("dishes.sum(d, d.gram)", "the rows have no field `gram` @ d.gram | did you mean `grams`?"),
        (
            "n && present",
            "expected a condition, found int @ n | compare it with something, or ask `!= null` whether it has a value",
        ),
        (
            "99999999999999999999 > n",
            "the number `99999999999999999999` has too many digits @ 99999999999999999999 | ",
        ),
        ("", "the expression is empty @  | "),
    ] {
        assert_eq!(problems(source), [expected], "{source}");
    }
}

#[test]
fn all_mistakes_are_reported_at_once() {
    let found = problems("tempreature > 37 && skin == 'rush' || nme.contains(3) || present + 1 > 2");
    assert_eq!(found.len(), 4, "{found:#?}");
}

#[test]
fn closures_and_maps_give_names() {
    let closure = |name: &str| if name == "n" { Value::Int(1) } else { Value::Null };
    assert_eq!(closure.get("n"), Value::Int(1));
    assert_eq!(compiled("n == 1").eval(&closure), Value::Bool(true));
    assert_eq!(Names::get(&IndexMap::<String, Value>::new(), "n"), Value::Null);
}
