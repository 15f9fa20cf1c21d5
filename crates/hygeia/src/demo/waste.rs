//! Three weeks of medical waste at the county hospital: bags, daily hand-overs, manifests every other day; one bag of
//! yesterday was never handed over, so that it stands on somebody's list.

use super::dice::Dice;
use super::{as_teacher, at};
use anyhow::Result;
use hygeia_store::{OrgUnit, OrgUnitId};
use hygeia_work::{Actor, Submission, Work};
use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};
use serde_json::{Value, json};

/// Code, kind, title, code of the unit above.
const UNITS: [(&str, &str, &str, &str); 5] = [
    ("h1", "hospital", "青禾县人民医院", "county"),
    ("h1d1", "department", "县医院内科", "h1"),
    ("h1d2", "department", "县医院外科", "h1"),
    ("h1d3", "department", "县医院检验科", "h1"),
    ("h1ws", "waste_store", "县医院医疗废物暂存处", "h1"),
];
const DEPARTMENTS: [(&str, &str); 3] = [("h1d1", "N"), ("h1d2", "W"), ("h1d3", "J")];
/// Days of records.
const DAYS: i64 = 21;

/// A bag as it goes from hand to hand.
struct Bag {
    department: &'static str,
    category: &'static str,
    number: String,
    weight: String,
}

/// Makes the units; returns the hospital.
pub(crate) fn places(work: &Work, today: Date) -> Result<OrgUnitId> {
    let mut hospital = OrgUnitId(0);
    for (sort, (code, kind, title, above)) in (20..).zip(UNITS) {
        work.reload()?;
        let unit = OrgUnit {
            id: OrgUnitId(0),
            code: code.into(),
            kind: kind.into(),
            title: title.into(),
            parent: work.directory().by_code(above).map(|unit| unit.id),
            path: String::new(),
            from: today.saturating_sub(3.years()),
            to: None,
            sort,
            attrs: Value::Null,
        };
        let county = work.county();
        let id = work.store().write(move |writer| writer.org_unit_put(county, &unit))?;
        hospital = if kind == "hospital" { id } else { hospital };
    }
    work.reload()?;
    Ok(hospital)
}

/// Makes the records up to yesterday.
pub(crate) fn build(work: &Work, actor: &Actor, today: Date) -> Result<()> {
    let mut waiting: Vec<Bag> = Vec::new();
    for back in (1..=DAYS).rev() {
        let day = today.saturating_sub(back.days());
        for (department, letter) in DEPARTMENTS {
            let mut bags = bags(department, letter, day);
            for bag in &bags {
                put(work, actor, "medical_waste.bag", department, day, 16, &bag_values(bag, day))?;
            }
            if back == 1 && department == "h1d2" {
                bags.truncate(1);
            }
            let rows: Vec<Value> = bags.iter().map(row).collect();
            let values = json!({ "date": day.to_string(), "time": "17:00", "store": "h1ws", "bags": rows,
                "handed_by": "科室护士", "received_by": "运送员老周" });
            put(work, actor, "medical_waste.handover", department, day, 17, &values)?;
            waiting.extend(bags);
        }
        if back % 2 == 0 {
            let rows: Vec<Value> = waiting.drain(..).map(|bag| row(&bag)).collect();
            let values = json!({ "date": day.to_string(), "time": "18:00", "manifest_no": format!("QH{}", day.strftime("%Y%m%d")),
                "firm": "市医疗废物集中处置中心", "vehicle": "浙E·F2018", "bags": rows, "handed_by": "保管员老郑", "received_by": "处置中心司机" });
            put(work, actor, "medical_waste.manifest", "h1ws", day, 18, &values)?;
        }
        let values =
            json!({ "date": day.to_string(), "disinfectant": "含氯消毒液 1000 mg/L", "by": "保管员老郑" });
        put(work, actor, "medical_waste.store_log", "h1ws", day, 18, &values)?;
    }
    mishaps(work, actor, today)
}

/// A leak that was reported, and a needle that went into a finger.
fn mishaps(work: &Work, actor: &Actor, today: Date) -> Result<()> {
    let entries = [
        (9, "leak", "infectious", "污物间地面少量渗漏，围挡、吸附、含氯消毒液 2000 mg/L 作用 30 分钟"),
        (4, "injury", "sharps", "挤压冲洗、碘伏消毒、登记暴露源，转感染科随访"),
    ];
    for (back, kind, category, measures) in entries {
        let day = today.saturating_sub(i64::from(back).days());
        let values = json!({ "date": day.to_string(), "time": "10:20", "kind": kind, "category": category,
            "found_by": "运送员老周", "measures": measures, "reported_to": "院感科",
            "reported_at": format!("{day}T10:40") });
        put(work, actor, "medical_waste.incident", "h1d1", day, 11, &values)?;
    }
    Ok(())
}

fn bags(department: &'static str, letter: &str, day: Date) -> Vec<Bag> {
    let mut dice = Dice::new(&["waste", department, &day.to_string()]);
    let count = 2 + dice.below(2);
    let one = |number: usize, dice: &mut Dice| Bag {
        department,
        category: if number == 1 { "sharps" } else { "infectious" },
        number: format!("{letter}{}-{:02}", day.strftime("%m%d"), number + 1),
        weight: format!("{}.{:02}", 1 + dice.below(5), 5 * dice.below(20)),
    };
    (0..count).map(|number| one(number, &mut dice)).collect()
}

fn bag_values(bag: &Bag, day: Date) -> Value {
    let container = if bag.category == "sharps" { "box" } else { "bag" };
    json!({ "date": day.to_string(), "time": "16:00", "category": bag.category, "bag_no": bag.number,
        "weight": bag.weight, "container": container, "maker": format!("{}护士", bag.department) })
}

fn row(bag: &Bag) -> Value {
    json!({ "category": bag.category, "bag_no": bag.number, "weight": bag.weight })
}

fn put(
    work: &Work,
    actor: &Actor,
    register: &str,
    unit: &str,
    day: Date,
    hour: i8,
    values: &Value,
) -> Result<()> {
    let moment: Timestamp = at(day, hour, 10);
    let Value::Object(values) = values.clone() else { return Ok(()) };
    let submission = Submission { org_unit: Some(unit.to_owned()), values, ..Submission::default() };
    work.entry_submit(&as_teacher(actor, "院感科", moment), register, submission)?;
    Ok(())
}
