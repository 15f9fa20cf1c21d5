//! Clocks through the use cases.

use crate::fixture::{County, at, plain};
use hygeia_store::Outcome;
use hygeia_work::{DayChange, TickReport};
use serde_json::json;

#[test]
fn the_limit_follows_the_class_and_a_correction_moves_the_due_time() {
    let c = County::new();
    let id = c.report("2026-11-24T08:30", plain());
    let nurse = c.actor("nurse", c.school, "2026-11-24T09:00");
    assert_eq!(c.clock(&nurse, id, "report").unwrap().clock.due_at, at("2026-11-25T08:00"));
    c.submit(&nurse, id, json!({ "class": "a" })).unwrap();
    let clock = c.clock(&nurse, id, "report").unwrap().clock;
    assert_eq!((clock.due_at, clock.warn_at), (at("2026-11-24T10:00"), at("2026-11-24T09:30")));
    c.submit(&nurse, id, json!({ "class": "none" })).unwrap();
    assert_eq!(c.field(id, "clock_report"), "void");
    c.submit(&nurse, id, json!({ "class": "b", "found_at": "2026-11-24T08:10" })).unwrap();
    assert_eq!(c.field(id, "clock_report"), "running");
    // Three working days after a Tuesday end with Friday.
    assert_eq!(c.clock(&nurse, id, "finish").unwrap().clock.due_at, at("2026-11-28T00:00"));
    c.must_be_sound();
}

#[test]
fn late_is_decided_by_time_whether_or_not_the_tick_came() {
    let c = County::new();
    let id = c.report("2026-11-24T08:30", plain());
    let later = c.actor("nurse", c.school, "2026-11-25T08:01");
    assert_eq!(c.field(id, "clock_report"), "running", "as stored");
    assert_eq!(c.clock(&later, id, "report").unwrap().clock.outcome, Outcome::Late, "as read");
    c.step("doctor", "2026-11-25T08:01", id, "verify", json!({ "finding": "属实" })).unwrap();
    assert_eq!(c.field(id, "clock_report"), "late");
    assert_eq!((c.measure("in_time"), c.measure("late"), c.measure("on_time_rate")), (0, 1, 0));
}

#[test]
fn the_tick_marks_and_escalates_once_and_leaves_the_version_alone() {
    let c = County::new();
    let id = c.report("2026-11-24T08:30", plain());
    assert_eq!(c.work.tick(at("2026-11-25T08:00")).unwrap(), TickReport::default(), "due, not overdue");
    let report = c.work.tick(at("2026-11-25T08:01")).unwrap();
    assert_eq!(report, TickReport { overdue: 1, escalated: 1 });
    assert_eq!(c.work.tick(at("2026-11-25T08:01")).unwrap(), TickReport::default());
    assert_eq!((c.field(id, "clock_report"), c.measure("late")), (json!("late"), 1));
    let at_school = c.actor("head", c.school, "2026-11-25T08:30");
    let at_county = c.actor("bureau", c.county, "2026-11-25T08:30");
    assert!(c.clock(&at_school, id, "report").unwrap().escalated_to_me);
    assert!(!c.clock(&at_county, id, "report").unwrap().escalated_to_me);
    let at_county = c.actor("bureau", c.county, "2026-11-25T09:01");
    assert!(c.clock(&at_county, id, "report").unwrap().escalated_to_me, "read before the tick");
    assert_eq!(c.work.tick(at("2026-11-25T09:01")).unwrap(), TickReport { overdue: 0, escalated: 1 });
    let system = c.work.system_actor(at("2026-11-26T00:00"));
    let (view, history) = c.work.entry_open(&system, "t.case", id).unwrap();
    assert_eq!((view.entry.version, history.len()), (1, 3));
    c.must_be_sound();
}

#[test]
fn a_pause_moves_the_due_time_by_what_it_took() {
    let c = County::new();
    let id = c.report("2026-11-24T08:30", plain());
    let doctor = |now: &str| c.actor("doctor", c.county, now);
    let refused = c.work.clock_pause(&doctor("2026-11-24T09:00"), "t.case", id, "report", " ");
    assert!(refused.unwrap_err().to_string().contains("原因"));
    let nurse = c.actor("nurse", c.school, "2026-11-24T09:00");
    assert!(c.work.clock_pause(&nurse, "t.case", id, "report", "等结果").is_err(), "not hers to pause");
    c.work.clock_pause(&doctor("2026-11-24T09:00"), "t.case", id, "report", "等化验结果").unwrap();
    assert_eq!(c.field(id, "clock_report"), "paused");
    assert_eq!(c.work.tick(at("2026-11-26T09:00")).unwrap().overdue, 0, "time stands still");
    c.work.clock_resume(&doctor("2026-11-26T09:00"), "t.case", id, "report", "结果已到").unwrap();
    let clock = c.clock(&nurse, id, "report").unwrap().clock;
    assert_eq!((clock.due_at, clock.outcome), (at("2026-11-27T08:00"), Outcome::Running));
    c.must_be_sound();
}

#[test]
fn an_end_ends_what_still_runs() {
    let c = County::new();
    let id = c.report("2026-11-24T08:30", plain());
    c.step("doctor", "2026-11-24T09:00", id, "drop", json!({})).unwrap();
    assert_eq!((c.field(id, "clock_report"), c.field(id, "clock_finish")), (json!("void"), json!("void")));
    let open = hygeia_work::ClockSearch { open: true, ..Default::default() };
    let system = c.work.system_actor(at("2026-11-24T09:00"));
    assert!(c.work.clock_list(&system, &open).unwrap().is_empty());
    c.must_be_sound();
}

#[test]
fn a_holiday_entered_later_moves_what_runs_at_once_and_taking_it_back_moves_it_back() {
    let c = County::new();
    let id = c.report("2026-11-24T08:30", plain());
    let nurse = c.actor("nurse", c.school, "2026-11-24T10:00");
    let bureau = c.actor("bureau", c.county, "2026-11-24T10:00");
    let due = || c.clock(&nurse, id, "finish").unwrap().clock.due_at;
    let stop = ("2026-11-26".parse().unwrap(), "2026-11-26".parse().unwrap());
    let rest = || DayChange::Rest("停工".into());
    assert!(c.work.calendar_set(&nurse, stop, rest()).is_err(), "a school sets no calendar");
    assert_eq!(due(), at("2026-11-28T00:00"));
    assert_eq!(c.work.calendar_set(&bureau, stop, rest()).unwrap(), 1);
    assert_eq!(due(), at("2026-12-01T00:00"));
    assert_eq!(c.work.calendar_set(&bureau, stop, rest()).unwrap(), 0, "twice is once");
    let saturday = ("2026-11-28".parse().unwrap(), "2026-11-28".parse().unwrap());
    c.work.calendar_set(&bureau, saturday, DayChange::Work("补班".into())).unwrap();
    assert_eq!(due(), at("2026-11-29T00:00"));
    assert_eq!(c.work.calendar_set(&bureau, (stop.0, saturday.0), DayChange::Plain).unwrap(), 1);
    assert_eq!(due(), at("2026-11-28T00:00"));
    let wrong = c.work.calendar_set(&bureau, (saturday.0, stop.0), DayChange::Rest(" ".into())).unwrap_err();
    assert!(wrong.to_string().contains("早于") && wrong.to_string().contains("名称"), "{wrong}");
    c.must_be_sound();
}
