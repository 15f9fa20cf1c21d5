//! The other half of patriotic health in the demo county: the hygienic city's figures with their self-check, samples,
//! offices, healthy units and villages, education, campaigns.

use super::patriotic::Story;
use anyhow::Result;
use serde_json::{Value, json};

/// Makes the records.
pub(super) fn build(story: &Story<'_>) -> Result<()> {
    figures(story)?;
    samples_and_offices(story)?;
    creation(story)?;
    education(story)?;
    campaigns(story)
}

/// Two yearly reports, so that what must fall has a year before; plans for nurses and pharmacists are not yet known.
fn figures(story: &Story<'_>) -> Result<()> {
    let reports = [
        (
            1,
            json!({ "i33": "53.2", "i34": "14.1", "i35": "92.4", "i36": "94.0", "i37": "27.1", "i38": "171.3", "mean38": "180.2",
            "i39": "3.1", "i40": "4.2", "i41": "9.8", "i42": "79.6", "i43": "96.1", "i44": "97.3", "i45": "93.5", "i46": "94.2",
            "i47": "13.2", "i48": "91.0", "i49": "6.1", "plan49": "6.5", "i50": "2.9", "plan50": "2.8" }),
        ),
        (
            0,
            json!({ "i33": "52.6", "i34": "14.4", "i35": "93.1", "i36": "94.8", "i37": "26.3", "i38": "166.9", "mean38": "178.5",
            "i39": "2.9", "i40": "4.0", "i41": "9.6", "i42": "79.8", "i43": "96.4", "i44": "97.6", "i45": "94.0", "i46": "95.1",
            "i47": "12.9", "i48": "92.3", "i49": "6.3", "plan49": "6.5", "i50": "3.0", "plan50": "2.8", "i51": "3.4" }),
        ),
    ];
    for (ago, mut values) in reports {
        let days = 21 + 366 * ago;
        if let Value::Object(fields) = &mut values {
            fields.insert("data_year".into(), json!(i64::from(story.today.year()) - 1 - ago));
            fields.insert("made_by".into(), json!("何建军"));
            fields.insert("source".into(), json!("卫健局、教育局、市场监管局、人社局年度统计"));
        }
        story.enter(days, "county", "city_figures", values)?;
    }
    let by_hand = ["i51", "i52", "i53", "i54", "i55"].map(|item| {
        let note = if item == "i55" {
            "密度限值尚未填写，暂不计分"
        } else {
            "区域规划数尚未取得，暂不计分"
        };
        json!({ "item": item, "points": 0, "note": note })
    });
    let values =
        json!({ "period_of": "上一年度", "assessor": "self", "made_by": "县爱卫办", "results": by_hand });
    story.inspect(13, "county", "city_self_check", values)?;
    Ok(())
}

fn samples_and_offices(story: &Story<'_>) -> Result<()> {
    let samples = [
        ("hotel", "bedding", "青禾宾馆", 6, 6),
        ("bath", "towel", "清泉浴池", 4, 3),
        ("swimming", "pool", "蓝湾游泳馆", 5, 5),
        ("hairdresser", "swab", "丽人美发店", 4, 4),
    ];
    for (category, kind, place, count, passed) in samples {
        let values = json!({ "category": category, "kind": kind, "place": place, "count": count, "tested": count,
            "passed": passed, "reported_on": story.text(20) });
        story.enter(27, "st1", "place_sample", values)?;
    }
    let offices = [("st1w1o1", [20, 18, 20, 20, 20]), ("st1w1o2", [16, 15, 20, 20, 20])];
    for (office, points) in offices {
        let items = ["floor", "desks", "windows", "water", "smoking"];
        let note = |points: i64| if points < 20 { "有零星杂物" } else { "" };
        let mark =
            |(item, points): (&&str, i64)| json!({ "item": item, "points": points, "note": note(points) });
        let results: Vec<Value> = items.iter().zip(points).map(mark).collect();
        let values = json!({ "occasion": "regular", "assessor": "outside", "results": results, "inspector": "何建军",
            "posted_on": story.text(8) });
        story.inspect(9, office, "office_inspection", values)?;
    }
    Ok(())
}

fn creation(story: &Story<'_>) -> Result<()> {
    let units = [
        ("青禾县人民医院", "smoke_free", "city"),
        ("城关小学", "healthy_unit", "district"),
        ("东门农贸市场", "market", "city"),
    ];
    for (number, (name, kind, level)) in (0_i64..).zip(units) {
        let mut values = json!({ "name": name, "kind": kind, "level": level });
        if let (true, Value::Object(fields)) = (number < 2, &mut values) {
            fields.insert("assessed_on".into(), json!(story.text(40)));
            fields.insert("score".into(), json!("912"));
            fields.insert("result".into(), json!("named"));
            fields.insert("named_on".into(), json!(story.text(30)));
        }
        story.enter(70 - number, "st1", "healthy_unit", values)?;
    }
    let villages =
        [("城东村", "province", "named"), ("柳河村", "county", "named"), ("上坪村", "none", "applied")];
    for (name, level, stage) in villages {
        let values = json!({ "name": name, "kind": "village", "level": level, "stage": stage });
        story.enter(65, "st1", "hygienic_town", values)?;
    }
    Ok(())
}

fn education(story: &Story<'_>) -> Result<()> {
    let activities = [
        (48, "st1c1", "lecture", "秋冬季呼吸道传染病预防", 62, 120),
        (35, "st1c2", "board", "除四害知识展板", 140, 0),
        (16, "st1c1", "handbook", "居民健康素养手册入户", 310, 620),
    ];
    for (days, place, kind, topic, audience, copies) in activities {
        let values = json!({ "kind": kind, "topic": topic, "audience": audience, "copies": copies });
        story.enter(days, place, "education_activity", values)?;
    }
    let values = json!({ "group": "社区居民", "surveyed": 300, "aware": 246, "behaving": 198, "skilled": 171, "literate": 84 });
    story.enter(22, "st1", "literacy_survey", values)?;
    Ok(())
}

fn campaigns(story: &Story<'_>) -> Result<()> {
    for number in 1..=8 {
        let values = json!({ "campaign": "quit", "code": format!("QH-J{number:02}"), "unit_of": "城关街道机关",
            "start_value": "18", "end_value": if number <= 3 { "2" } else { "15" }, "ended_on": story.text(12),
            "quit": number <= 3, "tester": "县疾控中心" });
        story.enter(75, "st1", "campaign_person", values)?;
    }
    for (number, kilos) in (1..).zip(["3.4", "1.2", "4.0", "0.8", "3.1", "2.0"]) {
        let end = 80.0 - kilos.parse::<f64>().unwrap_or_default();
        let values = json!({ "campaign": "weight", "code": format!("QH-T{number:02}"), "unit_of": "东门社区",
            "start_value": "80", "end_value": format!("{end:.1}"), "ended_on": story.text(12) });
        story.enter(74, "st1", "campaign_person", values)?;
    }
    for (channel, votes) in [("paper", 214), ("online", 1286)] {
        let values = json!({ "campaign": "健康行为评选", "channel": channel, "votes": votes, "entries": 36 });
        story.enter(24, "st1", "campaign_votes", values)?;
    }
    Ok(())
}
