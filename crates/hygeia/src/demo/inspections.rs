//! Marks of demo inspections: mostly full, now and then a few points taken with a reason.

use super::dice::Dice;
use super::places::Places;
use super::{as_teacher, at};
use anyhow::Result;
use hygeia_pack::model::{Register, StandardItem};
use hygeia_work::{Actor, Period, PeriodKind, Work, WorkError};
use jiff::ToSpan;
use jiff::civil::Date;
use rust_decimal::prelude::ToPrimitive;
use serde_json::{Map, Value, json};

/// What is seen where points are taken.
const SEEN: [&str; 6] =
    ["窗台有积灰", "角落有纸屑", "物品摆放不齐", "地面有水渍", "记录漏记一次", "标识脱落"];

/// A mark for every item of the edition in force on `day`; empty for a register without a standard.
pub(super) fn marks(register: &Register, day: Date, dice: &mut Dice) -> Vec<Value> {
    let edition = register.standard.as_ref().and_then(|standard| standard.edition_on(day));
    let Some(edition) = edition else { return Vec::new() };
    edition.items().filter(|item| !item.bonus).map(|item| mark(item, dice)).collect()
}

fn mark(item: &StandardItem, dice: &mut Dice) -> Value {
    let mut mark = Map::new();
    mark.insert("item".into(), json!(item.code));
    if item.veto {
        mark.insert("failed".into(), json!(false));
        return Value::Object(mark);
    }
    let most = item.points.floor().to_usize().unwrap_or(0);
    let taken = if dice.happens(0.16) { 1 + dice.below(most.div_ceil(3).max(1)) } else { 0 };
    let points = item.points - rust_decimal::Decimal::from(taken.min(most));
    mark.insert("points".into(), json!(points.normalize().to_string()));
    if taken > 0 {
        mark.insert("note".into(), json!(SEEN.get(dice.below(SEEN.len())).copied().unwrap_or_default()));
        if let Some(requirement) = &item.requirement {
            mark.insert("requirement".into(), json!(requirement));
        }
    }
    Value::Object(mark)
}

/// The head of each kindergarten awards the red flag of every month that is over, on the morning after it.
pub(super) fn award(work: &Work, actor: &Actor, places: &Places, from: Date, today: Date) -> Result<()> {
    let calendar = work.calendar();
    let mut month = Period::containing(PeriodKind::Month, from, &calendar);
    while month.to < today {
        let head = as_teacher(actor, "陈国华", at(month.to.saturating_add(1.day()), 8, 30));
        for kindergarten in &places.kindergartens {
            match work.flags_award(&head, "kindergarten.hygiene_inspection", kindergarten.unit, &month) {
                // A holiday month has no inspections and no flag.
                Ok(_) | Err(WorkError::Bad(_)) => {}
                Err(error) => return Err(error.into()),
            }
        }
        month = Period::containing(PeriodKind::Month, month.to.saturating_add(1.day()), &calendar);
    }
    Ok(())
}
