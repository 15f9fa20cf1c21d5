//! Sentences of every construction with what is expected of each: `tests/constructions/*.tsv`.
//!
//! A row holds a sentence and the hard fields of its items: `d2+/1week` a duty of at least two times per
//! week, `t>=95%` a target, `f46名` a figure, `l--06-18..--07-31` a deadline, `gmask` a gap, `ccount+` a
//! check that holds (`-`: that fails).

use std::fmt::Write;

use hygeia_text::reading::{Amount, GapKind, IntervalUnit};
use hygeia_text::{Reading, decode, normalise, read};
use serde::Serialize;

/// The serialised name of an enum value.
fn name(value: impl Serialize) -> String {
    serde_json::to_value(value).map_or(String::new(), |value| value.as_str().unwrap_or_default().to_owned())
}

fn amount(value: &Amount) -> String {
    match value {
        Amount::Whole(whole) => whole.to_string(),
        Amount::Decimal(decimal) => decimal.to_string(),
        Amount::Text(text) => text.clone(),
    }
}

fn items(reading: &Reading) -> Vec<String> {
    let mut items = Vec::new();
    for duty in &reading.duties {
        let least = if duty.at_least { "+" } else { "" };
        let unit: IntervalUnit = duty.every.unit;
        items.push(format!("d{}{least}/{}{}", duty.times, duty.every.n, name(unit)));
    }
    items.extend(
        reading.targets.iter().map(|item| format!("t{}{}{}", name(item.op), amount(&item.value), item.unit)),
    );
    items.extend(reading.figures.iter().map(|item| format!("f{}{}", amount(&item.value), item.unit)));
    for item in &reading.deadlines {
        let end = |end: &Option<String>| end.clone().unwrap_or_default();
        items.push(format!("l{}..{}", end(&item.from), end(&item.to)));
    }
    items.extend(
        reading.gaps.iter().map(|gap| if gap.kind == GapKind::Mask { "gmask" } else { "gsilent" }.to_owned()),
    );
    items.extend(
        reading.checks.iter().map(|item| format!("c{}{}", name(item.kind), if item.ok { "+" } else { "-" })),
    );
    items.sort();
    items
}

/// Every row of `rows` that is read otherwise than expected, said behind `opening`.
fn misread(rows: &str, opening: &str) -> String {
    let mut out = String::new();
    for row in rows.lines().filter(|row| !row.starts_with('#') && !row.is_empty()) {
        let (sentence, expected) = row.split_once('\t').unwrap_or((row, ""));
        let mut expected: Vec<String> = expected.split_whitespace().map(str::to_owned).collect();
        expected.sort();
        let text = format!("{opening}{sentence}\n");
        let source = decode(text.as_bytes(), "a.txt").expect("plain text always decodes");
        let found = items(&read(&normalise(&source)));
        if found != expected {
            let _ = writeln!(
                out,
                "{sentence}\n    expected {}\n    found    {}",
                expected.join(" "),
                found.join(" ")
            );
        }
    }
    out
}

#[test]
fn sentences_of_plans() {
    let wrong =
        misread(include_str!("constructions/plan.tsv"), "为做好今年的工作，特制定本计划：\n一、主要工作\n");
    assert!(wrong.is_empty(), "\n{wrong}");
}

#[test]
fn sentences_of_summaries() {
    let wrong = misread(
        include_str!("constructions/summary.tsv"),
        "现将本年度工作总结如下：\n一、主要工作\n我院完成了各项任务。\n",
    );
    assert!(wrong.is_empty(), "\n{wrong}");
}
