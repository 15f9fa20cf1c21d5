//! The response side of emergency work in the demo county: call-up, warnings, orders, contacts, market disinfection,
//! and supplies that move between the disease control centre and the township hospital.

use super::emergency::Story;
use anyhow::Result;
use serde_json::{Value, json};

/// Makes the records.
pub(super) fn build(story: &Story<'_>) -> Result<()> {
    called(story)?;
    warnings(story)?;
    contacts(story)?;
    markets(story)?;
    store(story)
}

fn called(story: &Story<'_>) -> Result<()> {
    let calls = [
        (
            "t1",
            18,
            json!({ "occasion": "check", "called": 5, "answered": 4, "absent": "吴刚手机关机，已提醒" }),
        ),
        (
            "cdc",
            17,
            json!({ "occasion": "drill", "called": 24, "answered": 24, "assembled": 23, "minutes": 28 }),
        ),
    ];
    for (org, days, mut values) in calls {
        if let Value::Object(fields) = &mut values {
            fields.insert("date".into(), json!(story.text(days)));
            fields.insert("called_at".into(), json!("20:10"));
            fields.insert("team".into(), json!("疫情处置队"));
        }
        story.enter(&story.actor(days, 20, 40, "赵敏"), org, "call_up", values)?;
    }
    Ok(())
}

/// One warning dealt with, one cancelled, one of this morning that still has to be looked at.
fn warnings(story: &Story<'_>) -> Result<()> {
    let warning = |days: i64, what: &str, value: &str, level: &str| {
        json!({ "date": story.text(days), "source": "school", "indicator": what, "value": value, "baseline": "3",
            "level": level })
    };
    let vomiting = warning(28, "城关小学因呕吐缺课", "9", "orange");
    let id = story.enter(&story.actor(28, 8, 40, "李航"), "t1", "warning", vomiting)?;
    let found = json!({ "finding": "电话核实，同一班级 9 例" });
    story.step(&story.actor(28, 9, 0, "李航"), "warning", id, "confirm", found)?;
    let done = json!({ "action": "赴现场流调采样，按突发事件报告" });
    story.step(&story.actor(28, 15, 0, "李航"), "warning", id, "handle", done)?;
    let absent = warning(14, "城东幼儿园因病缺勤", "6", "blue");
    let id = story.enter(&story.actor(14, 9, 10, "李航"), "t1", "warning", absent)?;
    let found = json!({ "finding": "核实为流感样病例散发，低于基线三倍" });
    story.step(&story.actor(14, 11, 0, "李航"), "warning", id, "cancel", found)?;
    story.enter(
        &story.actor(0, 7, 25, "李航"),
        "t1",
        "warning",
        warning(0, "药店止泻药销量", "41", "yellow"),
    )?;
    let order = json!({ "date": story.text(28), "order": "派消杀队到城关小学", "resource": "people" });
    let id = story.enter(&story.actor(28, 10, 30, "县应急办"), "t1", "command_order", order)?;
    story.step(&story.actor(28, 10, 45, "赵敏"), "command_order", id, "receive", json!({}))?;
    let reply = json!({ "reply": "消杀完成 320 平方米" });
    story.step(&story.actor(28, 16, 20, "赵敏"), "command_order", id, "finish", reply)?;
    Ok(())
}

/// Contacts of the closed event: one released, one still under observation, one handed on.
fn contacts(story: &Story<'_>) -> Result<()> {
    let contact = |name: &str, relation: &str, exposed: i64, days: i64| json!({ "exposed_on": story.text(exposed), "name": name, "source_case": "QH-01", "relation": relation, "days": days });
    let found = json!({ "found_place": "城关小学" });
    for (name, exposed, days) in [("刘某", 28, 3), ("陈某", 2, 10)] {
        let day = exposed - 1;
        let values = contact(name, "class", exposed, days);
        let id = story.enter(&story.actor(day, 9, 0, "李航"), "t1", "contact_trace", values)?;
        story.step(&story.actor(day, 11, 0, "李航"), "contact_trace", id, "find", found.clone())?;
        let watched = json!({ "sent_to": "居家观察", "observe_to": story.text(exposed - days) });
        story.step(&story.actor(day, 12, 0, "李航"), "contact_trace", id, "observe", watched)?;
        if exposed > days {
            let values = json!({ "outcome": "well" });
            story.step(&story.actor(exposed - days, 9, 0, "李航"), "contact_trace", id, "release", values)?;
        }
    }
    let values = contact("吕某", "train", 28, 3);
    let id = story.enter(&story.actor(27, 9, 30, "李航"), "t1", "contact_trace", values)?;
    let letter = json!({ "letter_no": "青协查 001 号" });
    story.step(&story.actor(27, 15, 0, "李航"), "contact_trace", id, "hand_on", letter)?;
    Ok(())
}

fn markets(story: &Story<'_>) -> Result<()> {
    for (days, closed, poultry) in [(45, true, 12), (31, true, 0), (15, false, 5)] {
        let mut values = json!({ "date": story.text(days), "market": "城关农贸市场", "closed": closed, "runs": 3,
            "persons": 18, "area": "4200", "poultry": poultry });
        if let (false, Value::Object(fields)) = (closed, &mut values) {
            fields.insert("live_poultry".into(), json!(true));
            fields.insert("action".into(), json!("没收活禽 5 只，通报市场管理方"));
        }
        story.enter(&story.actor(days, 18, 0, "周平"), "t1", "market_disinfection", values)?;
    }
    Ok(())
}

/// The centre's drugs: taken in, partly sent to the township hospital, counted with one box broken.
fn store(story: &Story<'_>) -> Result<()> {
    let keeper = |days: i64| story.actor(days, 10, 0, "韩松");
    let values = json!({ "date": story.text(52), "name": "藿香正气胶囊", "spec": "24 粒/盒", "category": "drug", "unit": "盒",
        "minimum": 60, "place": "疾控中心应急库", "custodian": "韩松" });
    let item = story.enter(&keeper(52), "cdc", "supply_item", values)?.to_string();
    for (lot, quantity, left) in [("H2409", 40, 45), ("H2506", 80, 500)] {
        let values = json!({ "date": story.text(52), "item": item, "lot": lot, "expiry": story.text(-left),
            "quantity": quantity, "source": "allotted" });
        story.enter(&keeper(52), "cdc", "supply_in", values)?;
    }
    let values = json!({ "date": story.text(26), "item": item, "lot": "H2506", "quantity": 30, "receiver": "t1",
        "reason": "呕吐疫情备货", "handed_by": "韩松", "received_by": "周平" });
    story.enter(&keeper(26), "cdc", "supply_transfer", values)?;
    let line = json!({ "item": item, "lot": "H2506", "book": 50, "counted": 49, "reason": "破损一盒" });
    let values = json!({ "date": story.text(10), "lines": [line], "counted_by": "韩松", "witness": "方琳" });
    story.enter(&keeper(10), "cdc", "supply_stocktake", values)?;
    Ok(())
}
