//! Random walks: whatever is tried by whomever and whenever, no entry comes to stand where a guard forbids it, and
//! the store stays sound.

use crate::fixture::{County, at, map};
use hygeia_work::{Step, Work};
use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;
use serde_json::{Value as Json, json};
use uuid::Uuid;

#[derive(Debug, Clone)]
enum Act {
    Take(&'static str, Option<&'static str>),
    Edit(Json),
    Pause(bool),
    Tick,
    Void(bool),
}

const STEPS: [&str; 4] = ["verify", "close", "drop", "reopen"];

fn any_act() -> impl Strategy<Value = Act> {
    prop_oneof![
        6 => (0usize..4, proptest::option::of(Just("属实")))
            .prop_map(|(step, finding)| Act::Take(STEPS[step], finding)),
        3 => prop_oneof![
            Just(json!({ "class": "a" })),
            Just(json!({ "class": "none" })),
            Just(json!({ "found_at": "2026-11-23T10:00" })),
            Just(json!({ "found_at": null })),
            Just(json!({ "state": "closed" })),
        ].prop_map(Act::Edit),
        1 => any::<bool>().prop_map(Act::Pause),
        2 => Just(Act::Tick),
        1 => any::<bool>().prop_map(Act::Void),
    ]
}

/// Does one thing as the system, which has every role; what is refused changes nothing.
fn act(c: &County, id: Uuid, act: &Act, now: Timestamp) {
    let system = c.work.system_actor(now);
    let work: &Work = &c.work;
    match act {
        Act::Take(name, finding) => {
            let values = match (*name, finding) {
                ("verify", Some(finding)) => json!({ "finding": finding }),
                _ => json!({}),
            };
            let step = Step { values: map(values), reason: Some("依据".into()), ..Step::default() };
            let _ = work.transition(&system, "t.case", id, name, step);
        }
        Act::Edit(values) => drop(c.submit(&system, id, values.clone())),
        Act::Pause(true) => drop(work.clock_pause(&system, "t.case", id, "report", "等结果")),
        Act::Pause(false) => drop(work.clock_resume(&system, "t.case", id, "report", "已到")),
        Act::Tick => drop(work.tick(now).unwrap()),
        Act::Void(true) => drop(work.entry_void(&system, "t.case", id, "误")),
        Act::Void(false) => drop(work.entry_restore(&system, "t.case", id, "复")),
    }
}

/// The states that may follow each other, written down a second time.
fn may_follow(before: &str, after: &str) -> bool {
    before == after
        || matches!(
            (before, after),
            ("reported", "verified" | "dropped")
                | ("verified", "closed" | "dropped")
                | ("closed", "verified")
        )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]
    #[test]
    fn no_walk_comes_where_a_guard_forbids(acts in proptest::collection::vec((any_act(), 1i64..3_000), 1..25)) {
        let c = County::new();
        let id = c.report("2026-11-23T08:30", json!({ "date": "2026-11-23" }));
        let mut now = at("2026-11-23T08:30");
        let mut before = "reported".to_owned();
        for (one, minutes) in &acts {
            now += SignedDuration::from_mins(*minutes);
            act(&c, id, one, now);
            let after = c.field(id, "state").as_str().unwrap().to_owned();
            prop_assert!(may_follow(&before, &after), "{before} → {after} by {one:?}");
            if after == "closed" {
                prop_assert!(!c.field(id, "verified_by").is_null());
                prop_assert!(before == "closed" || !c.field(id, "found_at").is_null());
            }
            before = after;
        }
        c.must_be_sound();
        c.work.tick(now).unwrap();
        prop_assert_eq!(c.work.tick(now).unwrap(), hygeia_work::TickReport::default());
        c.must_be_sound();
    }
}
