//! Hostile input: no source and no row may panic or exhaust the stack.

use hygeia_expr::{Dialect, Functions, Scope, Type, Value, compile};
use proptest::prelude::*;
use std::collections::HashMap;

fn scope() -> Scope {
    Scope::new()
        .with("n", Type::Int)
        .with("d", Type::Decimal)
        .with("t", Type::Text)
        .with("on", Type::Date)
        .with("l", Type::List(Box::new(Type::Int)))
}

fn survives(source: &str) {
    let extreme = HashMap::from([
        ("n".to_owned(), Value::Int(i64::MIN)),
        ("d".to_owned(), Value::Decimal(rust_decimal::Decimal::MAX)),
        ("t".to_owned(), Value::Text("|'\0%_".into())),
        ("on".to_owned(), Value::Date(jiff::civil::Date::MIN)),
        ("l".to_owned(), Value::List(vec![Value::Int(i64::MAX), Value::Null])),
    ]);
    match compile(source, &scope(), &Functions::standard()) {
        Ok(expr) => {
            let _ = expr.eval(&extreme).to_json();
            let _ = expr.eval(&HashMap::new());
            for dialect in [Dialect::Sqlite, Dialect::Postgres] {
                let _ = expr.to_sql(dialect, &str::to_owned);
            }
        }
        Err(problems) => {
            assert!(!problems.is_empty(), "a refusal says why: {source}");
            for problem in problems {
                assert!(source.get(problem.span.clone()).is_some(), "{source}: {problem:?}");
            }
        }
    }
}

#[test]
fn deep_and_long_expressions_are_refused_not_fatal() {
    for (open, inner, close) in
        [("(", "1", ")"), ("!", "true", ""), ("-", "1", ""), ("[", "1", "]"), ("abs(", "1", ")")]
    {
        for depth in [50, 5_000] {
            survives(&format!("{}{inner}{}", open.repeat(depth), close.repeat(depth)));
        }
    }
    survives(&format!("1{}", " + 1".repeat(4_000)));
    survives(&format!("n{}", ".n".repeat(8_000)));
    survives(&format!("n{}", "(n)".repeat(5_000)));
    survives(&"true ? ".repeat(2_000));
    survives(&"x".repeat(100_000));
    let nested = (0..6).fold("on".to_owned(), |date, _| {
        format!("age_months({date} + age_months({date}, on), on) > 0 ? on : on")
    });
    survives(&nested);
}

#[test]
fn extreme_numbers_do_not_overflow() {
    for source in [
        "n - 1",
        "-n",
        "abs(n)",
        "n * n",
        "n % -1",
        "n / -1",
        "int(d)",
        "round(d, 6)",
        "d * d",
        "-d + d",
        "on + n",
        "on - n",
        "days_between(on, on)",
        "on - 9223372036854775807",
        "l.sum(x, x)",
        "age_months(on, on)",
    ] {
        assert!(compile(source, &scope(), &Functions::standard()).is_ok(), "{source}");
        survives(source);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(64) })]

    #[test]
    fn any_text_is_answered(source in "\\PC{0,60}") {
        survives(&source);
    }

    #[test]
    fn any_tokens_are_answered(tokens in proptest::collection::vec(prop::sample::select(vec![
        "n", "d", "t", "on", "l", "x", "(", ")", "[", "]", ",", ".", "?", ":", "==", "!=", "<", "&&", "||", "!", "+",
        "-", "*", "/", "%", "in", "null", "true", "1", "2.5", "'a'", "size", "exists", "sum", "date", "coalesce",
    ]), 0..24)) {
        survives(&tokens.join(" "));
    }
}
