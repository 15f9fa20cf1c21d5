//! Nine cases of mumps, eight in one class: alarm, verification, incident, contacts, closing, report.
#![expect(clippy::unwrap_used, reason = "helpers of tests")]

use hygeia_report::document::Block;
use hygeia_store::{
    CountyId, Enrolment, EnrolmentId, OrgUnit, OrgUnitId, Outcome, Person, PersonId, Store, StoreOptions,
};
use hygeia_work::{Actor, Opening, Options, Step, Submission, Work, WorkError};
use jiff::civil::date;
use serde_json::json;

const COUNTY: CountyId = CountyId(1);

/// A kindergarten with two classes of thirty.
fn county() -> Work {
    let store =
        Store::open(StoreOptions { url: "sqlite::memory:".into(), key: [0; 32], readers: 1 }).unwrap();
    let work = Work::open(store, Options { county: COUNTY, packs: hygeia_pack::builtin() }).unwrap();
    let units = [
        ("top", "county", None, "甲县"),
        ("k", "kindergarten", Some(1), "实验幼儿园"),
        ("a", "class", Some(2), "大二班"),
        ("b", "class", Some(2), "大三班"),
    ];
    work.store()
        .write(move |writer| {
            for (sort, (code, kind, parent, title)) in (0..).zip(units) {
                let unit = OrgUnit {
                    id: OrgUnitId(0),
                    code: code.into(),
                    kind: kind.into(),
                    title: title.into(),
                    parent: parent.map(OrgUnitId),
                    path: String::new(),
                    from: date(2000, 1, 1),
                    to: None,
                    sort,
                    attrs: serde_json::Value::Null,
                };
                writer.org_unit_put(COUNTY, &unit)?;
            }
            for (unit, class) in [(3, "a"), (4, "b")] {
                for number in 1..=30 {
                    let person = Person {
                        id: PersonId(0),
                        kind: "child".into(),
                        code: format!("{class}{number}"),
                        name: format!("{class}{number}号"),
                        sex: "male".into(),
                        birth: Some(date(2021, 3, 1)),
                        id_number: None,
                        phone: None,
                        attrs: serde_json::Value::Null,
                    };
                    let person = writer.person_put(COUNTY, &person)?;
                    let enrolment = Enrolment {
                        id: EnrolmentId(0),
                        person,
                        unit: OrgUnitId(unit),
                        from: date(2026, 9, 1),
                        to: None,
                        reason: String::new(),
                    };
                    writer.enrolment_put(COUNTY, &enrolment)?;
                }
            }
            Ok(())
        })
        .unwrap();
    work.reload().unwrap();
    work
}

fn at(work: &Work, moment: &str) -> Actor {
    work.system_actor(format!("{moment}:00+08:00").parse().unwrap())
}

fn case(work: &Work, person: &str, day: &str, onset: &str) {
    let values = json!({ "date": day, "disease": "mumps", "onset": onset, "isolated_on": day });
    let submission = Submission {
        person: Some(person.into()),
        values: values.as_object().unwrap().clone(),
        ..Submission::default()
    };
    work.entry_submit(&at(work, &format!("{day}T09:00")), "kindergarten.infectious_case", submission)
        .unwrap();
}

const ALARM: &str = "core.alarm";
const INCIDENT: &str = "core.incident";
const STEP: &str = "core.incident_step";

/// Takes a step of a workflow; what is wrong with it otherwise.
fn take(
    work: &Work,
    actor: &Actor,
    (register, id): (&str, uuid::Uuid),
    name: &str,
    values: serde_json::Value,
) -> Result<(), WorkError> {
    let step = Step { values: values.as_object().unwrap().clone(), ..Step::default() };
    work.transition(actor, register, id, name, step).map(drop)
}

const CASES: [(&str, &str, &str); 9] = [
    ("a1", "2026-11-03", "2026-11-02"),
    ("a2", "2026-11-06", "2026-11-05"),
    ("a3", "2026-11-09", "2026-11-07"),
    ("a4", "2026-11-10", "2026-11-09"),
    ("b1", "2026-11-10", "2026-11-09"),
    ("a5", "2026-11-11", "2026-11-10"),
    ("a6", "2026-11-12", "2026-11-11"),
    ("a7", "2026-11-13", "2026-11-12"),
    ("a8", "2026-11-16", "2026-11-15"),
];

/// The only alarm there is, confirmed.
fn confirmed(work: &Work) -> uuid::Uuid {
    let actor = at(work, "2026-11-16T10:30");
    let top = OrgUnitId(1);
    let (alarms, total) = work.alarm_list(&actor, top, true, 10).unwrap();
    assert_eq!(total, 1);
    let alarm = &alarms[0].entry;
    assert_eq!(alarm.day, date(2026, 11, 11), "the day the fifth case within seven days was found");
    let id = alarm.id.0;
    let early = work.incident_open(&actor, id, &Opening::default());
    assert!(early.is_err(), "nothing opens before somebody has looked");
    let blank = take(work, &actor, (ALARM, id), "dismiss", json!({ "note": " " }));
    assert!(matches!(blank, Err(WorkError::Invalid(_))), "no outbreak needs its grounds: {blank:?}");
    take(work, &actor, (ALARM, id), "confirm", json!({})).unwrap();
    id
}

#[test]
fn from_the_alarm_to_the_closing_report() {
    let work = county();
    CASES.iter().for_each(|(person, day, onset)| case(&work, person, day, onset));
    let alarm = confirmed(&work);
    let opening = Opening { level: "outbreak".into(), incubation_days: None };
    let actor = at(&work, "2026-11-16T11:00");
    let incident = work.incident_open(&actor, alarm, &opening).unwrap();
    assert_eq!(work.incident_open(&actor, alarm, &opening).unwrap(), incident, "opened once");

    let room = work.incident_room(&actor, incident).unwrap();
    assert_eq!((room.cases.len(), room.incubation_days()), (9, 25));
    let rates: Vec<(&str, usize, i64)> =
        room.attack.iter().map(|row| (row.title.as_str(), row.cases, row.on_roll)).collect();
    assert_eq!(rates, [("大二班", 8, 30), ("大三班", 1, 30)]);
    let (days, layers) = room.curve();
    assert_eq!((days.len(), days[0]), (14, date(2026, 11, 2)));
    assert_eq!(layers.iter().map(|(_, day)| day.iter().sum::<f64>()).sum::<f64>(), 9.0);
    // Two longest incubation periods after the last case, 50 days, have passed.
    assert_eq!(room.closable_on(), Some(date(2027, 1, 6)));

    assert_eq!(work.contacts_of_unit(&actor, incident, OrgUnitId(3), date(2026, 11, 16)).unwrap(), 22);
    assert_eq!(
        work.contacts_of_unit(&actor, incident, OrgUnitId(3), date(2026, 11, 16)).unwrap(),
        0,
        "each once"
    );
    work.situation_report(&actor, incident, &room.situation()).unwrap();

    // A tenth case moves the end.
    case(&work, "b2", "2026-11-30", "2026-11-29");
    let room = work.incident_room(&at(&work, "2026-11-30T10:00"), incident).unwrap();
    assert_eq!((room.cases.len(), room.closable_on()), (10, Some(date(2027, 1, 20))));

    let closing = json!({ "conclusion": "疫情得到控制，建议按时完成含腮腺炎成分疫苗接种。" });
    let late = at(&work, "2027-01-20T10:00");
    let open = take(&work, &late, (INCIDENT, incident), "close", closing.clone());
    assert!(matches!(open, Err(WorkError::Invalid(_))), "steps are open: {open:?}");
    let (last, rest) = room.steps.split_last().unwrap();
    for step in rest {
        take(&work, &actor, (STEP, step.entry.id.0), "finish", json!({ "note": "已完成" })).unwrap();
    }
    let why = json!({ "note": "未涉及" });
    take(&work, &actor, (STEP, last.entry.id.0), "skip", why).unwrap();
    let early = at(&work, "2027-01-19T10:00");
    let refused = take(&work, &early, (INCIDENT, incident), "close", closing.clone());
    assert!(matches!(refused, Err(WorkError::Invalid(_))), "a day too early: {refused:?}");
    take(&work, &late, (INCIDENT, incident), "close", closing).unwrap();
    let room = work.incident_room(&late, incident).unwrap();
    let outcomes: Vec<_> =
        room.steps.iter().filter_map(|step| Some(step.clock.as_ref()?.clock.outcome)).collect();
    assert_eq!(outcomes.len(), room.steps.len());
    assert!(outcomes.iter().all(|outcome| matches!(outcome, Outcome::Met | Outcome::Void)), "{outcomes:?}");
    assert!(room.is_closed());

    let report = hygeia_report::incident_report(&room);
    assert!(report.title.ends_with("处置总结报告"), "{}", report.title);
    let tables: Vec<usize> = report
        .blocks
        .iter()
        .filter_map(|block| if let Block::Table(table) = block { Some(table.rows.len()) } else { None })
        .collect();
    assert_eq!(tables, [3, room.steps.len(), 10], "attack rates with total, steps, line list");
    let bytes = hygeia_report::docx::write(&report, None).unwrap();
    assert!(bytes.starts_with(b"PK") && bytes.len() > 5_000);
    let page = hygeia_report::html::document(&report).into_string();
    assert!(page.contains("疫情得到控制") && page.contains("26.7"), "8 of 30 fell ill: {page}");
}

#[test]
fn a_disease_without_known_incubation_asks_for_it() {
    let work = county();
    for (person, day) in [("a1", "2026-11-03"), ("a2", "2026-11-04"), ("a3", "2026-11-05")] {
        let values = json!({ "date": day, "arrived": true, "temperature": "38.5", "disposition": "send_home", "card": "red" });
        let submission = Submission {
            person: Some(person.into()),
            values: values.as_object().unwrap().clone(),
            ..Submission::default()
        };
        let actor = at(&work, &format!("{day}T08:00"));
        work.entry_submit(&actor, "kindergarten.morning_check", submission).unwrap();
    }
    let actor = at(&work, "2026-11-05T09:00");
    let (alarms, _) = work.alarm_list(&actor, OrgUnitId(1), true, 10).unwrap();
    let alarm = alarms.first().unwrap().entry.id.0;
    take(&work, &actor, (ALARM, alarm), "confirm", json!({})).unwrap();
    let asked = work.incident_open(&actor, alarm, &Opening::default());
    let Err(WorkError::Invalid(problems)) = asked else { unreachable!("{asked:?}") };
    assert_eq!(problems[0].field, "incubation_days");
    let opening = Opening { level: String::new(), incubation_days: Some(7) };
    assert!(work.incident_open(&actor, alarm, &opening).is_ok());
}

#[test]
fn an_alarm_somebody_verified_is_kept_when_the_data_change() {
    let work = county();
    CASES.iter().for_each(|(person, day, onset)| case(&work, person, day, onset));
    let alarm = confirmed(&work);
    let actor = at(&work, "2026-11-20T10:00");
    let register = "kindergarten.infectious_case";
    let page =
        work.entry_list(&actor, register, &hygeia_work::Listing { limit: 20, ..Default::default() }).unwrap();
    for view in &page.entries {
        work.entry_void(&actor, register, view.entry.id.0, "误诊").unwrap();
    }
    let view = work.alarm_open(&actor, alarm).unwrap();
    assert!(!view.view.entry.void && view.view.entry.values["withdrawn"].is_true());
}

/// The system's own fields are nobody's to type, and nothing closes an incident but its closing.
#[test]
fn what_the_program_writes_is_not_typed() {
    let work = county();
    CASES.iter().for_each(|(person, day, onset)| case(&work, person, day, onset));
    let alarm = confirmed(&work);
    let actor = at(&work, "2026-11-16T11:00");
    let incident = work.incident_open(&actor, alarm, &Opening::default()).unwrap();
    let typed = |register: &str, id: uuid::Uuid, field: &str, value: serde_json::Value| {
        let values = json!({ field: value }).as_object().unwrap().clone();
        let submission =
            Submission { id: Some(id), values, reason: Some("试".into()), ..Submission::default() };
        work.entry_submit(&actor, register, submission)
    };
    for (register, id, field, value) in [
        (ALARM, alarm, "cases", json!(1)),
        (ALARM, alarm, "explanation", json!("无")),
        (ALARM, alarm, "verified_by", json!("某人")),
        (INCIDENT, incident, "closed_at", json!("2026-11-16T11:00")),
        (INCIDENT, incident, "last_case", json!("2026-01-01")),
        (INCIDENT, incident, "open_steps", json!(0)),
    ] {
        let answer = typed(register, id, field, value);
        let refused = matches!(answer, Err(WorkError::Invalid(_) | WorkError::Denied(_)));
        assert!(refused, "{register}.{field}: {answer:?}");
    }
    // A person may correct the incubation period; the day of closing follows.
    typed(INCIDENT, incident, "incubation_days", json!(12)).unwrap();
    let room = work.incident_room(&actor, incident).unwrap();
    assert_eq!(room.closable_on(), Some(date(2026, 12, 11)));
}

/// An alarm nobody verifies is late after its hours and comes up to the head, then to those above.
#[test]
fn an_alarm_nobody_looks_at_goes_up_the_tree() {
    let work = county();
    CASES.iter().for_each(|(person, day, onset)| case(&work, person, day, onset));
    let clock = |moment: &str| {
        let actor = at(&work, moment);
        work.tick(actor.now).unwrap();
        let search = hygeia_work::ClockSearch { open: true, ..Default::default() };
        let clocks = work.clock_list(&actor, &search).unwrap();
        let own = clocks.into_iter().find(|view| view.clock.register.as_str() == ALARM).unwrap();
        (own.clock.outcome, own.clock.level)
    };
    // Raised on 11 November at nine, to be verified within a day.
    assert_eq!(clock("2026-11-12T08:59"), (Outcome::Running, 0));
    assert_eq!(clock("2026-11-12T09:01"), (Outcome::Late, 1));
    assert_eq!(clock("2026-11-12T11:01"), (Outcome::Late, 2));
    assert_eq!(clock("2026-11-12T15:01"), (Outcome::Late, 3));
    let proof = work.store().verify(&mut |_| {}).unwrap();
    assert!(proof.is_sound(), "{:?}", proof.differences);
}
