//! `docs/expressions.md` is true: every example gives what it says, and every function of the language is there.

#![expect(clippy::unwrap_used, clippy::panic, reason = "helpers of tests")]

use hygeia_expr::{EnumType, Functions, Scope, Type, Value, compile};
use indexmap::IndexMap;
use std::collections::HashMap;
use std::sync::Arc;

const DOCUMENT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/expressions.md");

/// The names of the document's table.
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

/// Its row; what is missing is not here.
fn row() -> HashMap<String, Value> {
    let decimal = |text: &str| Value::Decimal(text.parse().unwrap());
    let dish = |name: &str, grams: Value| {
        Value::Row(IndexMap::from([("name".to_owned(), name.into()), ("grams".to_owned(), grams)]))
    };
    let dishes = vec![dish("粥", decimal("120.5")), dish("蛋", decimal("50")), dish("奶", Value::Null)];
    let values = [
        ("n", Value::Int(7)),
        ("temperature", decimal("37.5")),
        ("name", "张三".into()),
        ("date", Value::Date("2026-11-24".parse().unwrap())),
        ("at", Value::DateTime("2026-11-24T08:30".parse().unwrap())),
        ("skin", "rash".into()),
        ("symptoms", Value::List(vec!["rash".into(), "normal".into()])),
        ("dishes", Value::List(dishes)),
        ("subject.birth", Value::Date("2021-11-25".parse().unwrap())),
    ];
    values.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}

/// The pairs `left => right` of the document's blocks of one kind.
fn examples(document: &str, kind: &str) -> Vec<(String, String)> {
    let opening = format!("```{kind}\n");
    let blocks = document.split(&opening).skip(1).filter_map(|rest| rest.split("```").next());
    let pair = |line: &str| {
        let (left, right) =
            line.rsplit_once(" => ").unwrap_or_else(|| panic!("no result in the example: {line}"));
        (left.trim_end().to_owned(), right.trim().to_owned())
    };
    blocks.flat_map(str::lines).filter(|line| !line.is_empty()).map(pair).collect()
}

#[test]
fn every_example_gives_what_the_document_says() {
    let document = std::fs::read_to_string(DOCUMENT).unwrap();
    let examples = examples(&document, "cel");
    assert!(examples.len() > 60, "{} examples", examples.len());
    for (source, expected) in examples {
        let expr = compile(&source, &scope(), &Functions::standard())
            .unwrap_or_else(|problems| panic!("{source}: {problems:?}"));
        assert_eq!(expr.eval(&row()).to_json().to_string(), expected, "{source}");
    }
}

#[test]
fn every_mistake_is_told_as_the_document_says() {
    let document = std::fs::read_to_string(DOCUMENT).unwrap();
    for (source, expected) in examples(&document, "error") {
        let problems = compile(&source, &scope(), &Functions::standard()).unwrap_err();
        let told: Vec<String> = problems
            .into_iter()
            .map(|problem| match problem.help {
                Some(help) => format!("{}; {help}", problem.message),
                None => problem.message,
            })
            .collect();
        assert_eq!(told, [expected], "{source}");
    }
}

#[test]
fn every_function_of_the_language_is_listed_with_its_signature() {
    let document = std::fs::read_to_string(DOCUMENT).unwrap();
    for (signature, meaning) in Functions::standard().reference() {
        let line = format!("| `{}` | {meaning} |", signature.replace('|', "\\|"));
        assert!(document.contains(&line), "docs/expressions.md lacks this line:\n{line}");
    }
}
