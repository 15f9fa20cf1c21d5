//! Duties that expect each person: whoever is missing is seen, however often the others were entered.

use super::fixture::{confirmed, county, line, on};
use hygeia_store::{CountyId, OrgUnit, OrgUnitId, PersonId};
use hygeia_work::{DutyState, FigureQuery, Listing, Period, PersonDraft, Submission, Work};
use jiff::civil::{Date, date};
use serde_json::{Value as Json, json};

const MEASUREMENT: &str = "kindergarten.term_measurement";
const CLASS: i64 = 3;
/// A second class of the same kindergarten.
const NEXT_CLASS: i64 = 8;

/// The small county with a second class and a second child.
fn two_children() -> (Work, [PersonId; 2]) {
    let work = county();
    let class = OrgUnit {
        id: OrgUnitId(0),
        code: "c3".into(),
        kind: "class".into(),
        title: "c3".into(),
        parent: Some(OrgUnitId(2)),
        path: String::new(),
        from: date(2000, 1, 1),
        to: None,
        sort: 9,
        attrs: Json::Null,
    };
    let put = work.store().write(move |writer| writer.org_unit_put(CountyId(1), &class)).unwrap();
    assert_eq!(put, OrgUnitId(NEXT_CLASS));
    work.reload().unwrap();
    let draft = PersonDraft {
        code: "p2".into(),
        name: "乙".into(),
        sex: "female".into(),
        birth: Some(date(2022, 10, 1)),
        ..PersonDraft::default()
    };
    let day = date(2026, 9, 1);
    let second = work.person_add(&on(&work, day), OrgUnitId(CLASS), "child", &draft, day).unwrap();
    (work, [PersonId(1), second])
}

fn measure(work: &Work, code: &str, day: Date) {
    let values =
        json!({ "date": day.to_string(), "kind": "measure", "weight_kg": "16.5", "height_cm": "104.0" });
    submit(work, "kindergarten.physical_exam", (code, day), values);
}

fn submit(work: &Work, register: &str, (code, day): (&str, Date), values: Json) {
    let submission = Submission {
        person: Some(code.into()),
        values: values.as_object().cloned().unwrap(),
        ..Submission::default()
    };
    work.entry_submit(&on(work, day), register, submission).unwrap();
}

/// Done and expected of a duty at a unit, and where it stands.
fn told(work: &Work, duty: &str, unit: i64, day: Date) -> (u32, u32, DutyState) {
    let line = line(work, duty, unit, day);
    (line.done(), line.expected(), line.state())
}

#[test]
fn a_child_measured_twice_hides_none_who_was_not() {
    let (work, [first, second]) = two_children();
    let missing = |day| {
        let mut missing: Vec<_> = line(&work, MEASUREMENT, CLASS, day).missing().collect();
        missing.sort_unstable();
        missing
    };
    assert_eq!(missing(date(2026, 9, 9)), [first, second]);
    measure(&work, "p1", date(2026, 9, 10));
    measure(&work, "p1", date(2026, 11, 20));
    let day = date(2026, 12, 1);
    assert_eq!(missing(day), [second]);
    assert_eq!(told(&work, MEASUREMENT, CLASS, day), (1, 2, DutyState::Due));
    assert_eq!(told(&work, MEASUREMENT, 1, day), (1, 2, DutyState::Due));
    let after = date(2027, 2, 1);
    let overdue = work.overdue(&on(&work, after), OrgUnitId(CLASS), date(2026, 9, 1), after).unwrap();
    let line = overdue.into_iter().find(|line| line.duty.id.as_str() == MEASUREMENT).unwrap();
    assert_eq!((line.done(), line.expected()), (1, 2));

    measure(&work, "p2", date(2026, 12, 1));
    assert_eq!(told(&work, MEASUREMENT, CLASS, day), (2, 2, DutyState::Done));
}

#[test]
fn who_was_measured_and_left_hides_none_who_is_there() {
    let (work, [first, _]) = two_children();
    measure(&work, "p1", date(2026, 9, 10));
    work.person_leave(&on(&work, date(2026, 10, 8)), first, date(2026, 10, 8), "").unwrap();
    assert_eq!(told(&work, MEASUREMENT, CLASS, date(2026, 12, 1)), (0, 1, DutyState::Due));
}

#[test]
fn who_was_measured_before_a_change_of_class_was_measured() {
    let (work, [first, _]) = two_children();
    measure(&work, "p1", date(2026, 9, 10));
    let moved = date(2026, 10, 8);
    work.person_transfer(&on(&work, moved), first, OrgUnitId(NEXT_CLASS), moved).unwrap();
    let day = date(2026, 12, 1);
    assert_eq!(told(&work, MEASUREMENT, NEXT_CLASS, day), (1, 1, DutyState::Done));
    assert_eq!(told(&work, MEASUREMENT, CLASS, day), (0, 1, DutyState::Due));

    // The number and what stands behind it say the same.
    let packs = work.packs();
    let measured = "kindergarten.on_roll_measured";
    let query = FigureQuery {
        figures: vec![work.figure_id(&packs, measured).unwrap()],
        units: vec![OrgUnitId(NEXT_CLASS), OrgUnitId(CLASS), OrgUnitId(2)],
        periods: vec![Period::range(date(2026, 9, 1), day)],
    };
    let figures = work.figures(&on(&work, day), &query).unwrap();
    let values: Vec<_> = figures.iter().map(|figure| figure.value.unwrap().to_string()).collect();
    assert_eq!(values, ["1", "0", "1"]);
    let behind = Listing {
        unit: Some(OrgUnitId(NEXT_CLASS)),
        from: Some(date(2026, 9, 1)),
        to: Some(day),
        measure: Some(measured.into()),
        limit: 10,
        ..Listing::default()
    };
    let found = work.entry_list(&on(&work, day), "kindergarten.physical_exam", &behind).unwrap();
    assert_eq!(found.total, 1);
}

#[test]
fn a_plan_that_asks_twice_counts_two_of_each() {
    let (work, _) = two_children();
    confirmed(&work, &on(&work, date(2026, 9, 1)), "1、每学期测量身高体重两次。\n");
    for day in [date(2026, 9, 10), date(2026, 10, 9), date(2026, 11, 9)] {
        measure(&work, "p1", day);
    }
    assert_eq!(told(&work, MEASUREMENT, CLASS, date(2026, 12, 1)), (2, 4, DutyState::Due));
    measure(&work, "p2", date(2026, 12, 1));
    assert_eq!(told(&work, MEASUREMENT, CLASS, date(2026, 12, 1)), (3, 4, DutyState::Due));
}

#[test]
fn a_daily_duty_that_a_plan_makes_weekly_asks_for_each_child_of_the_week() {
    let (work, _) = two_children();
    confirmed(&work, &on(&work, date(2026, 11, 23)), "1、每周晨检一次。\n");
    let check = "kindergarten.morning_check";
    for day in [date(2026, 11, 30), date(2026, 12, 1)] {
        submit(&work, check, ("p1", day), json!({ "date": day.to_string() }));
    }
    // Absent on a day of the week, and expected in it all the same.
    let day = date(2026, 12, 1);
    submit(
        &work,
        "kindergarten.attendance",
        ("p2", day),
        json!({ "date": "2026-12-01", "present": false, "reason": "personal" }),
    );
    assert_eq!(told(&work, check, CLASS, day), (1, 2, DutyState::Due));
}
