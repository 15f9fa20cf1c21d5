//! Attendance and morning checks, day by day: who is ill stays ill for some days, and an outbreak runs through a class.

use super::dice::Dice;
use super::loader::{Loader, load};
use super::places::Places;
use super::{as_teacher, at};
use anyhow::Result;
use hygeia_store::{OrgUnitId, Person};
use hygeia_work::{Actor, Prepared, Work};
use jiff::civil::Date;
use serde_json::{Map, Value, json};
use std::sync::Arc;

/// How a child is on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Health {
    Well,
    Fever,
    Cough,
    /// Hand, foot and mouth disease.
    Hfmd,
    Away,
}

/// The state of a child on a day, from the child and the day alone.
pub(crate) fn health(code: &str, day: Date) -> Health {
    // A spell begins on a day with a small chance and lasts up to four days.
    for back in 0..5i32 {
        let began = day.saturating_sub(jiff::ToSpan::days(back));
        let mut dice = Dice::new(&["spell", code, &began.to_string()]);
        let cold_season = matches!(began.month(), 11 | 12 | 1 | 2 | 3);
        let chance = if cold_season { 0.011 } else { 0.007 };
        if dice.happens(chance) && i32::try_from(1 + dice.below(4)).unwrap_or(1) > back {
            return if dice.happens(0.5) { Health::Fever } else { Health::Cough };
        }
    }
    let mut dice = Dice::new(&["hfmd", code, &format!("{}-{}", day.year(), day.month())]);
    let season = matches!(day.month(), 5 | 6 | 10);
    if season && code.starts_with("K1G2C1") && dice.happens(0.2) {
        let start = 3 + i8::try_from(dice.below(12)).unwrap_or(0);
        if (start..start + 12).contains(&day.day()) {
            return Health::Hfmd;
        }
    }
    if Dice::new(&["away", code, &day.to_string()]).happens(0.012) { Health::Away } else { Health::Well }
}

/// Children of a class on a day.
pub(crate) fn roster(work: &Work, unit: OrgUnitId, day: Date) -> Result<Vec<Arc<Person>>> {
    let county = work.county();
    let people = work.store().read(|reader| reader.roster(county, unit, day, "child"))?;
    Ok(people.into_iter().map(Arc::new).collect())
}

/// Attendance and morning checks of all kindergartens for some days.
pub(crate) fn build(loader: &mut Loader<'_>, actor: &Actor, places: &Places, days: &[Date]) -> Result<()> {
    let work = loader.work;
    let mut attendance = Vec::new();
    let mut checks = Vec::new();
    for day in days {
        for class in places.kindergartens.iter().flat_map(|house| &house.classes) {
            for person in roster(work, class.unit, *day)? {
                let (present, check) = pair(class.unit, &person, *day, 0);
                attendance.push(present);
                checks.extend(check);
            }
        }
    }
    let teacher = as_teacher(actor, "班级教师", actor.now);
    loader.load(&teacher, "kindergarten.attendance", attendance)?;
    loader.load(&teacher, "kindergarten.morning_check", checks)
}

/// Today until twenty to eight: some classes have finished, the demo teacher's class is half done.
pub(crate) fn build_today(work: &Work, actor: &Actor, today: Date) -> Result<()> {
    let directory = work.directory();
    let Some(root) = directory.roots().next() else { return Ok(()) };
    let (mut attendance, mut checks) = (Vec::new(), Vec::new());
    for class in directory.subtree_of_kind(root.id, &"class".into(), today) {
        let in_kindergarten = directory.above_of_kind(class.id, &"kindergarten".into()).is_some();
        let mut dice = Dice::new(&["today", &class.code, &today.to_string()]);
        let share = if class.code == "k1g3c1" { 0.4 } else { [0.0, 0.6, 1.0][dice.below(3)] };
        if !in_kindergarten {
            continue;
        }
        let people = roster(work, class.id, today)?;
        let done = (people.len() as f64 * share) as usize;
        for person in people.iter().take(done) {
            let (present, check) = pair(class.id, person, today, 0);
            attendance.push(present);
            checks.extend(check);
        }
    }
    let teacher = as_teacher(actor, "班级教师", actor.now);
    load(work, &teacher, "kindergarten.attendance", attendance)?;
    load(work, &teacher, "kindergarten.morning_check", checks)
}

fn pair(unit: OrgUnitId, person: &Arc<Person>, day: Date, late: i8) -> (Prepared, Option<Prepared>) {
    let state = health(&person.code, day);
    let mut dice = Dice::new(&["pair", &person.code, &day.to_string()]);
    let minute = 20 + i8::try_from(dice.below(35)).unwrap_or(0);
    let made = at(day, 7 + late, minute);
    let mut prepared = |values: Value| Prepared {
        id: dice.uuid(day),
        unit,
        person: Some(person.clone()),
        values: object(values),
        at: made,
    };
    // Fever seen at the gate: the child came, and goes home.
    let first_day = health(&person.code, day.yesterday().unwrap_or(day)) == Health::Well;
    let at_gate = state == Health::Fever
        && first_day
        && Dice::new(&["gate", &person.code, &day.to_string()]).happens(0.3);
    if at_gate {
        let present = prepared(json!({ "date": day.to_string(), "present": true }));
        let check = prepared(json!({
            "date": day.to_string(), "arrived": true, "temperature": 37.9, "touch": "hot", "symptoms": ["fever"],
            "disposition": "send_home", "card": "red", "parent_told": true,
        }));
        return (present, Some(check));
    }
    let absent = |reason: &str, more: Value| {
        let mut values = object(json!({ "date": day.to_string(), "present": false, "reason": reason }));
        values.extend(object(more));
        Value::Object(values)
    };
    let attendance = match state {
        Health::Well => json!({ "date": day.to_string(), "present": true }),
        Health::Fever => absent("illness", json!({ "symptoms": ["fever"], "diagnosis": "上呼吸道感染" })),
        Health::Cough => absent("illness", json!({ "symptoms": ["cough"], "diagnosis": "支气管炎" })),
        Health::Hfmd => absent("illness", json!({ "disease": "hfmd", "diagnosis": "手足口病" })),
        Health::Away => absent("personal", json!({})),
    };
    let present = prepared(attendance);
    let check = (state == Health::Well).then(|| {
        let mut values = json!({ "date": day.to_string(), "arrived": true });
        if Dice::new(&["minor", &person.code, &day.to_string()]).happens(0.006) {
            values = json!({
                "date": day.to_string(), "arrived": true, "spirit": "throat", "symptoms": ["sore_throat"],
                "disposition": "observe", "card": "yellow",
            });
        }
        prepared(values)
    });
    (present, check)
}

pub(crate) fn object(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(map) => map,
        _ => Map::new(),
    }
}
