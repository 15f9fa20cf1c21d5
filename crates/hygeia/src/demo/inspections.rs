//! Marks of demo inspections: mostly full, now and then a few points taken with a reason.

use super::dice::Dice;
use hygeia_pack::model::{Register, StandardItem};
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
