//! Planted outbreaks, the alarms of the past terms with what people found, and the incident.

use super::days::{object, roster};
use super::dice::Dice;
use super::loader::load;
use super::places::Places;
use super::{as_teacher, at};
use anyhow::{Context, Result};
use hygeia_expr::Value;
use hygeia_store::{OrgUnitId, Person};
use hygeia_work::{Actor, EntryView, Opening, Prepared, Step, Work};
use jiff::ToSpan;
use jiff::civil::Date;
use serde_json::json;
use std::sync::Arc;

/// An outbreak that is planted: where, what, and for each case the days before today on which it was found and its
/// class (0: the one hit, 1: the next one).
struct Planted {
    is_school: bool,
    house: usize,
    class: &'static str,
    disease: &'static str,
    cases: &'static [(i32, usize)],
}

/// The newest is still going on; of the older ones one was a false alarm.
const PLANTED: [Planted; 5] = [
    Planted {
        is_school: false,
        house: 0,
        class: "大二班",
        disease: "mumps",
        cases: &[(17, 0), (14, 0), (12, 0), (11, 0), (11, 1), (10, 0), (9, 0), (8, 0), (5, 0)],
    },
    Planted {
        is_school: true,
        house: 0,
        class: "",
        disease: "influenza",
        cases: &[
            (47, 0),
            (47, 0),
            (46, 0),
            (46, 1),
            (46, 0),
            (45, 0),
            (45, 1),
            (44, 0),
            (44, 0),
            (43, 1),
            (43, 0),
            (42, 0),
        ],
    },
    Planted { is_school: false, house: 1, class: "", disease: "hfmd", cases: &[(61, 0), (58, 0)] },
    Planted {
        is_school: false,
        house: 2,
        class: "",
        disease: "varicella",
        cases: &[(40, 0), (38, 0), (37, 0), (36, 0), (36, 0), (34, 0)],
    },
    Planted { is_school: false, house: 3, class: "", disease: "hfmd", cases: &[(3, 0), (2, 0)] },
];

/// Days of one step of the detection over the past.
const STEP_DAYS: i32 = 7;

/// Plants the outbreak, judges the past week by week as it went by, and lets people answer.
pub(crate) fn build(work: &Work, actor: &Actor, places: &Places, from: Date, until: Date) -> Result<()> {
    plant(work, actor, places, until)?;
    let mut day = from;
    while day < until {
        let next = day.saturating_add(STEP_DAYS.days()).min(until);
        let then = Actor { now: at(next, 18, 0), ..actor.clone() };
        work.detect_between(&then, day, next)?;
        day = next;
    }
    answer(work, actor, places)
}

fn plant(work: &Work, actor: &Actor, places: &Places, until: Date) -> Result<()> {
    for planted in &PLANTED {
        let houses = if planted.is_school { &places.schools } else { &places.kindergartens };
        let Some(house) = houses.get(planted.house) else { continue };
        let hit = house.classes.iter().position(|class| class.title == planted.class).unwrap_or(0);
        let mut dice = Dice::new(&["outbreak", &house.code, planted.disease]);
        let mut taken = [0, 0];
        let mut entries = Vec::new();
        for (before, class) in planted.cases {
            let place = house.classes.get((hit + class) % house.classes.len()).context("no class")?;
            let day = until.saturating_sub(before.days());
            let Some(child) = roster(work, place.unit, day)?.into_iter().nth(taken[*class]) else { continue };
            taken[*class] += 1;
            entries.push(case(planted, child, place.unit, day, &mut dice));
        }
        let register = if planted.is_school { "school.disease_case" } else { "kindergarten.infectious_case" };
        load(work, &as_teacher(actor, "王秀兰", actor.now), register, entries)?;
    }
    Ok(())
}

fn case(planted: &Planted, child: Arc<Person>, unit: OrgUnitId, day: Date, dice: &mut Dice) -> Prepared {
    let onset = day.saturating_sub(1.day());
    let disinfected = if planted.is_school { "disinfected_on" } else { "terminal_disinfection" };
    let mut values = object(json!({
        "date": day.to_string(), "disease": planted.disease, "onset": onset.to_string(), "diagnosis": "clinical",
        "diagnosed_on": day.to_string(), "hospital": "县人民医院", "isolated_on": day.to_string(),
        "reported_at": format!("{day}T10:20"), disinfected: day.to_string(),
    }));
    if !planted.is_school {
        values.insert("reported_to".into(), json!("all"));
    }
    Prepared { id: dice.uuid(day), unit, person: Some(child), values, at: at(day, 9, 30) }
}

/// Older alarms have been verified, the planted one has its incident, the newest wait.
fn answer(work: &Work, actor: &Actor, places: &Places) -> Result<()> {
    let (alarms, _) = work.alarm_list(actor, places.county, true, 500)?;
    let today = actor.today();
    for view in &alarms {
        let age = view.entry.day.until(today).map_or(0, |span| span.get_days());
        let planted =
            PLANTED.iter().any(|planted| planted.cases.len() > 5 && planted.disease == word(view, "part"));
        if age < 7 {
            continue;
        }
        let mut dice = Dice::new(&["verify", &view.entry.id.0.to_string(), word(view, "series")]);
        let Some(Value::DateTime(raised)) = view.entry.values.get("raised") else { continue };
        let minutes = i64::try_from(dice.below(300) + 12).unwrap_or(60);
        let moment = raised.saturating_add(minutes.minutes());
        let now = at(moment.date(), moment.hour(), moment.minute());
        let person = Actor { now, ..as_teacher(actor, "赵建平", now) };
        let confirmed = planted;
        let (found, note) = if confirmed {
            ("confirm", "逐例核对，诊断和班级属实。")
        } else {
            ("dismiss", "病例分散，无共同接触，继续观察。")
        };
        let id = view.entry.id.0;
        let step = Step { values: object(json!({ "note": note })), ..Step::default() };
        work.transition(&person, "core.alarm", id, found, step)?;
        if planted && age < 30 && word(view, "signal").ends_with(".cluster") {
            open(work, &person, id)?;
        }
    }
    Ok(())
}

/// The incident of the planted outbreak: the first steps are done, the class is registered as contacts.
fn open(work: &Work, person: &Actor, alarm: uuid::Uuid) -> Result<()> {
    let opening = Opening { level: "cluster".into(), incubation_days: None };
    let incident = work.incident_open(person, alarm, &opening)?;
    let room = work.incident_room(person, incident)?;
    for (done, step) in room.steps.iter().take(5).enumerate() {
        let later = Actor { now: person.now + (20 + 45 * i64::try_from(done)?).minutes(), ..person.clone() };
        let note = Step { values: object(json!({ "note": "已落实" })), ..Step::default() };
        work.transition(&later, "core.incident_step", step.entry.id.0, "finish", note)?;
    }
    if let Some(class) = room.attack.first() {
        work.contacts_of_unit(person, incident, class.unit, person.today())?;
    }
    work.situation_report(person, incident, &room.situation())?;
    Ok(())
}

fn word<'v>(view: &'v EntryView, field: &str) -> &'v str {
    view.entry.values.get(field).and_then(Value::as_text).unwrap_or_default()
}
