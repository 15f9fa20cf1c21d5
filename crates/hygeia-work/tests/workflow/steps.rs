//! Transitions: who, from where, with what, and once.

use crate::fixture::{CASE, County, at, map, plain};
use hygeia_work::{Step, Submission, WorkError};
use serde_json::json;
use uuid::Uuid;

#[test]
fn an_entry_goes_its_way_and_every_step_is_in_its_history() {
    let c = County::new();
    let id = c.report("2026-11-24T08:30", plain());
    assert_eq!(c.field(id, "state"), "reported");
    assert_eq!((c.measure("open"), c.measure("in_time")), (1, 0));
    c.step("doctor", "2026-11-24T09:00", id, "verify", json!({ "finding": "属实" })).unwrap();
    assert_eq!(c.field(id, "state"), "verified");
    assert_eq!(c.field(id, "verified_on"), "2026-11-24");
    assert_eq!(c.field(id, "verified_by"), "某doctor");
    assert_eq!(c.field(id, "signed"), "某doctor 2026-11-24 09:00");
    c.step("doctor", "2026-11-25T09:00", id, "close", json!({ "note": "痊愈" })).unwrap();
    assert_eq!((c.field(id, "state"), c.field(id, "note")), (json!("closed"), json!("痊愈")));
    assert_eq!((c.measure("open"), c.measure("in_time")), (0, 1));
    let system = c.work.system_actor(at("2026-11-30T00:00"));
    let (_, history) = c.work.entry_open(&system, "t.case", id).unwrap();
    let actions: Vec<&str> = history.iter().rev().map(|change| change.action.as_str()).collect();
    assert_eq!(actions, ["create", "transition:verify", "transition:close"]);
    c.must_be_sound();
}

#[test]
fn a_step_asks_for_its_fields_its_reason_and_its_condition() {
    let c = County::new();
    let id = c.report("2026-11-24T08:30", json!({ "date": "2026-11-24" }));
    let says = |error: WorkError, part: &str| assert!(error.to_string().contains(part), "{error}");
    says(c.step("doctor", "2026-11-24T09:00", id, "verify", json!({})).unwrap_err(), "请填写核实意见");
    let foreign = json!({ "finding": "属实", "class": "a" });
    says(c.step("doctor", "2026-11-24T09:00", id, "verify", foreign).unwrap_err(), "不填写“class”");
    let doctor = c.actor("doctor", c.county, "2026-11-24T09:00");
    let bare = Step::default();
    says(c.work.transition(&doctor, "t.case", id, "drop", bare).unwrap_err(), "请填写排除的原因");
    says(c.step("doctor", "2026-11-24T09:00", id, "close", json!({})).unwrap_err(), "现为“已报告”");
    c.step("doctor", "2026-11-24T09:00", id, "verify", json!({ "finding": "属实" })).unwrap();
    says(c.step("doctor", "2026-11-24T09:00", id, "close", json!({})).unwrap_err(), "没有发现时间不能结案");
    let next = c.work.steps(&doctor, "t.case", id).unwrap();
    let shown: Vec<_> =
        next.iter().map(|step| (step.transition.name.as_str(), step.refused.is_some())).collect();
    assert_eq!(shown, [("close", true), ("drop", false)]);
    assert_eq!(c.field(id, "state"), "verified");
}

#[test]
fn only_its_roles_within_their_units_take_a_step() {
    let c = County::new();
    let id = c.report("2026-11-24T08:30", plain());
    let nurse = c.actor("nurse", c.school, "2026-11-24T09:00");
    let step = || Step { values: map(json!({ "finding": "x" })), ..Step::default() };
    let denied = c.work.transition(&nurse, "t.case", id, "verify", step());
    assert!(matches!(denied, Err(WorkError::Denied(_))), "{denied:?}");
    let foreign = c.actor("doctor", c.other, "2026-11-24T09:00");
    let unseen = c.work.transition(&foreign, "t.case", id, "verify", step());
    assert!(matches!(unseen, Err(WorkError::NotFound(_))), "{unseen:?}");
    assert!(c.work.steps(&nurse, "t.case", id).unwrap().is_empty());
}

#[test]
fn the_state_cannot_be_typed_and_an_end_is_edited_only_after_it_is_reopened() {
    let c = County::new();
    let nurse = c.actor("nurse", c.school, "2026-11-24T08:30");
    let typed = c.submit(&nurse, Uuid::now_v7(), json!({ "date": "2026-11-24", "state": "closed" }));
    assert!(typed.unwrap_err().to_string().contains("状态由流程决定"));
    let id = c.report("2026-11-24T08:30", plain());
    c.step("doctor", "2026-11-24T09:00", id, "verify", json!({ "finding": "属实" })).unwrap();
    c.step("doctor", "2026-11-24T09:10", id, "close", json!({})).unwrap();
    let late = c.submit(&nurse, id, json!({ "class": "none" })).unwrap_err();
    assert!(late.to_string().contains("已结案") && late.to_string().contains("重新打开"), "{late}");
    assert_eq!(c.submit(&nurse, id, plain()).unwrap().outcome, "unchanged", "the same submission again");
    let bureau = c.actor("bureau", c.county, "2026-11-25T09:00");
    let silent = c.work.transition(&bureau, "t.case", id, "reopen", Step::default());
    assert!(silent.unwrap_err().to_string().contains("原因"));
    c.step("bureau", "2026-11-25T09:00", id, "reopen", json!({})).unwrap();
    c.submit(&nurse, id, json!({ "class": "none" })).unwrap();
    assert_eq!((c.field(id, "state"), c.field(id, "class")), (json!("verified"), json!("none")));
    c.must_be_sound();
}

#[test]
fn the_same_step_twice_is_once_and_a_stale_one_is_a_conflict() {
    let c = County::new();
    let id = c.report("2026-11-24T08:30", plain());
    let doctor = c.actor("doctor", c.county, "2026-11-24T09:00");
    let step = Step {
        id: Some(Uuid::now_v7()),
        values: map(json!({ "finding": "属实" })),
        version: Some(1),
        ..Step::default()
    };
    let first = c.work.transition(&doctor, "t.case", id, "verify", step.clone()).unwrap();
    let again = c.work.transition(&doctor, "t.case", id, "verify", step).unwrap();
    assert_eq!((first.version, first.outcome), (2, "updated"));
    assert_eq!((again.version, again.outcome), (2, "unchanged"));
    let stale = Step { version: Some(1), reason: Some("x".into()), ..Step::default() };
    let stale = c.work.transition(&doctor, "t.case", id, "drop", stale);
    assert!(matches!(stale, Err(WorkError::Conflict { current: 2 })), "{stale:?}");
}

#[test]
fn steps_taken_at_once_are_taken_one_after_another() {
    let c = County::new();
    let id = c.report("2026-11-24T08:30", plain());
    let outcomes: Vec<bool> = std::thread::scope(|scope| {
        let take = |name: &'static str| {
            let c = &c;
            scope.spawn(move || c.step("doctor", "2026-11-24T09:00", id, name, json!({})).is_ok())
        };
        let threads: Vec<_> = (0..8).map(|_| take("drop")).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    assert_eq!(outcomes.iter().filter(|ok| **ok).count(), 1, "{outcomes:?}");
    c.must_be_sound();
}

#[test]
fn a_voided_entry_stands_still_and_its_clocks_leave_every_list() {
    let c = County::new();
    let id = c.report("2026-11-24T08:30", plain());
    let nurse = c.actor("nurse", c.school, "2026-11-24T09:00");
    assert!(c.clock(&nurse, id, "report").is_some());
    c.work.entry_void(&nurse, "t.case", id, "重复").unwrap();
    assert!(c.clock(&nurse, id, "report").is_none());
    let refused = c.step("doctor", "2026-11-24T09:00", id, "verify", json!({ "finding": "x" }));
    assert!(refused.unwrap_err().to_string().contains("已作废"));
    c.must_be_sound();
    c.work.entry_restore(&nurse, "t.case", id, "误作废").unwrap();
    assert!(c.clock(&nurse, id, "report").is_some());
    c.must_be_sound();
}

#[test]
fn entries_made_before_a_register_had_a_workflow_stand_at_its_start() {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite:{}", folder.path().join("h.db").display());
    let (before, _) = CASE.split_once("rules:").unwrap();
    let c = County::at(&url, &before.replace(", show: state != 'reported'", ""));
    let system = c.work.system_actor(at("2026-11-24T08:00"));
    let submission =
        Submission { org_unit: Some("school".into()), values: map(plain()), ..Submission::default() };
    let id = c.work.entry_submit(&system, "t.case", submission).unwrap().id;
    drop(c);
    let c = County::at(&url, CASE);
    assert!(c.field(id, "state").is_null());
    c.must_be_sound();
    c.step("doctor", "2026-11-24T09:00", id, "verify", json!({ "finding": "属实" })).unwrap();
    assert_eq!((c.field(id, "state"), c.field(id, "clock_report")), (json!("verified"), json!("met")));
    c.must_be_sound();
}
