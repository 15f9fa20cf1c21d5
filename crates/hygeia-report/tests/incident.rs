//! Nine cases of mumps, eight in one class: alarm, verification, incident, contacts, closing, report.
#![expect(clippy::unwrap_used, reason = "helpers of tests")]

use hygeia_report::document::Block;
use hygeia_store::{
    CountyId, Enrolment, EnrolmentId, OrgUnit, OrgUnitId, Person, PersonId, Store, StoreOptions,
};
use hygeia_work::{Actor, Closing, Opening, Options, Submission, Verification, Work, WorkError};
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
    let blank = Verification { outcome: "not_confirmed".into(), note: " ".into() };
    assert!(matches!(work.alarm_verify(&actor, id, &blank), Err(WorkError::Invalid(_))));
    work.alarm_verify(&actor, id, &Verification { outcome: "confirmed".into(), note: String::new() })
        .unwrap();
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

    let closing = Closing {
        conclusion: "疫情得到控制，建议按时完成含腮腺炎成分疫苗接种。".into()
    };
    let early = work.incident_close(&at(&work, "2027-01-19T10:00"), incident, &closing);
    let Err(WorkError::Invalid(problems)) = early else { unreachable!("{early:?}") };
    assert_eq!(problems.len(), 2, "too early, and steps are open: {problems:?}");
    for step in &room.steps {
        work.step_done(&actor, step.entry.id.0, "已完成").unwrap();
    }
    let late = at(&work, "2027-01-20T10:00");
    work.incident_close(&late, incident, &closing).unwrap();
    let room = work.incident_room(&late, incident).unwrap();
    assert!(room.is_closed() && room.steps.iter().all(|step| !step.late));

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
        let values =
            json!({ "date": day, "arrived": true, "temperature": "38.5", "disposition": "send_home" });
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
    work.alarm_verify(&actor, alarm, &Verification { outcome: "confirmed".into(), note: String::new() })
        .unwrap();
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
