//! Entrusted medicine is given hour by hour; now and then a dose is left over and goes back to the parents.

use super::as_teacher;
use super::dice::Dice;
use super::loader::load;
use anyhow::Result;
use hygeia_expr::Value;
use hygeia_work::{Actor, EntryView, Listing, Prepared, Work};
use jiff::ToSpan;
use serde_json::{Map, Value as Json, json};
use std::sync::Arc;

/// Share of the doses that are not given.
const LEFT: f64 = 0.06;

/// Makes the doses and returns of every entrustment there is.
pub(crate) fn build(work: &Work, actor: &Actor) -> Result<()> {
    let all = Listing { limit: 5_000, ..Listing::default() };
    let (mut doses, mut returns) = (Vec::new(), Vec::new());
    for view in work.entry_list(actor, "kindergarten.medication", &all)?.entries {
        let mut dice = Dice::new(&["medicine", &view.entry.id.0.to_string()]);
        let mut left = 0;
        for number in 0..whole(&view, "times") {
            if dice.happens(LEFT) {
                left += 1;
            } else {
                doses.extend(dose(&view, number, dice.uuid(view.entry.day)));
            }
        }
        if left > 0 {
            let values = json!({ "doses": left, "returned_to": "家长" });
            returns.extend(prepared(&view, dice.uuid(view.entry.day), 17, values));
        }
    }
    let teacher = as_teacher(actor, "带班教师", actor.now);
    load(work, &teacher, "kindergarten.medication_dose", doses)?;
    load(work, &teacher, "kindergarten.medication_return", returns)
}

fn whole(view: &EntryView, field: &str) -> i64 {
    match view.entry.values.get(field) {
        Some(Value::Int(number)) => *number,
        _ => 0,
    }
}

/// The dose of a number, three hours after the one before it.
fn dose(view: &EntryView, number: i64, id: uuid::Uuid) -> Option<Prepared> {
    let Some(Value::Time(first)) = view.entry.values.get("first_time") else { return None };
    let time = first.wrapping_add((3 * number).hours());
    let values = json!({ "time": time.strftime("%H:%M").to_string(), "checked": true, "given": true, "reaction": "none" });
    prepared(view, id, time.hour(), values)
}

/// An entry about an entrustment, made at an hour of its day.
fn prepared(view: &EntryView, id: uuid::Uuid, hour: i8, values: Json) -> Option<Prepared> {
    let mut own = Map::new();
    own.insert("date".into(), json!(view.entry.day.to_string()));
    own.insert("medication".into(), json!(view.entry.id.0.to_string()));
    own.extend(values.as_object()?.clone());
    Some(Prepared {
        id,
        unit: view.entry.unit,
        person: Some(Arc::new(view.person.clone()?)),
        values: own,
        at: super::at(view.entry.day, hour, 5),
    })
}
