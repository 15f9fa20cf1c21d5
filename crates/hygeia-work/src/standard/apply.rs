//! An inspection's entry gets its score, grade and pass from its marks.

use super::{Mark, score};
use crate::error::FieldProblem;
use hygeia_expr::Value;
use hygeia_pack::model::{Edition, Register, Standard};
use indexmap::IndexMap;
use jiff::civil::Date;

/// Checks the marks of an entry and sets what follows from them. Nothing happens to entries of other registers.
pub(crate) fn score_entry(
    register: &Register,
    values: &mut IndexMap<String, Value>,
    problems: &mut Vec<FieldProblem>,
) {
    let Some(standard) = &register.standard else { return };
    let Some(edition) = edition_of(standard, register, values) else {
        if let Some(day) = day_of(register, values) {
            let message = format!("“{}”在 {day} 没有现行版本，请核对日期", standard.title.zh);
            problems.push(FieldProblem::error(&register.day, message));
        }
        return;
    };
    let marks = match read_marks(edition, values.get("results")) {
        Ok(marks) => marks,
        Err(faults) => {
            problems.extend(faults.into_iter().map(|fault| FieldProblem::error("results", fault)));
            return;
        }
    };
    let outcome = score(edition, &marks);
    let started = !marks.is_empty();
    let rows: Vec<Value> = marks.iter().map(Mark::to_row).collect();
    let mut set = |name: &str, value: Value| drop(values.insert(name.to_owned(), value));
    set("results", if rows.is_empty() { Value::Null } else { Value::List(rows) });
    set("edition", Value::Text(edition.name.clone()));
    set("score", outcome.score.map_or(Value::Null, Value::Decimal));
    set("grade", outcome.grade.map_or(Value::Null, Value::Text));
    set("passed", outcome.passed.map_or(Value::Null, Value::Bool));
    set("vetoed", if started { Value::Bool(outcome.vetoed) } else { Value::Null });
    let findings = i64::try_from(outcome.findings).unwrap_or(i64::MAX);
    set("findings", if started { Value::Int(findings) } else { Value::Null });
}

/// The edition the entry was made by, else the one in force on its day.
pub(crate) fn edition_of<'a>(
    standard: &'a Standard,
    register: &Register,
    values: &IndexMap<String, Value>,
) -> Option<&'a Edition> {
    let own = values.get("edition").and_then(Value::as_text).and_then(|name| standard.edition(name));
    own.or_else(|| standard.edition_on(day_of(register, values)?))
}

fn day_of(register: &Register, values: &IndexMap<String, Value>) -> Option<Date> {
    match values.get(&register.day) {
        Some(Value::Date(day)) => Some(*day),
        Some(Value::DateTime(at)) => Some(at.date()),
        _ => None,
    }
}

/// The marks in the order of the checklist, each checked; every fault of every row.
fn read_marks(edition: &Edition, results: Option<&Value>) -> Result<Vec<Mark>, Vec<String>> {
    let Some(Value::List(rows)) = results else { return Ok(Vec::new()) };
    let (mut marks, mut faults): (Vec<Mark>, Vec<String>) = (Vec::new(), Vec::new());
    for row in rows {
        let Value::Row(cells) = row else { continue };
        let read = Mark::from_row(cells).and_then(|mut mark| mark.settle(edition).map(|()| mark));
        match read {
            Ok(mark) if marks.iter().any(|own| own.item == mark.item) => {
                faults.push(format!("条目“{}”评了两次", mark.item));
            }
            Ok(mark) => marks.push(mark),
            Err(fault) => faults.push(fault),
        }
    }
    let place = |mark: &Mark| edition.items().position(|item| item.code == mark.item);
    marks.sort_by_key(place);
    if faults.is_empty() { Ok(marks) } else { Err(faults) }
}
