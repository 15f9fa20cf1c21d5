use super::*;
use hygeia_pack::model::RegisterId;

fn clock(started: &str, due: &str) -> Clock {
    Clock {
        register: RegisterId::new("t.case"),
        entry: EntryId(uuid::Uuid::nil()),
        name: "report".into(),
        unit: OrgUnitId(1),
        started_at: started.parse().unwrap(),
        due_at: due.parse().unwrap(),
        warn_at: started.parse().unwrap(),
        pauses: Vec::new(),
        ended_at: None,
        voided: false,
        outcome: Outcome::Running,
        level: 0,
    }
}

#[test]
fn what_is_done_at_the_due_moment_is_in_time_and_the_moment_after_is_late() {
    let mut own = clock("2026-11-24T00:00:00Z", "2026-11-24T02:00:00Z");
    let due = own.due_at;
    let after = due + SignedDuration::from_secs(1);
    assert_eq!((outcome_at(&own, due), outcome_at(&own, after)), (Outcome::Running, Outcome::Late));
    own.ended_at = Some(due);
    assert_eq!(outcome_at(&own, after), Outcome::Met);
    own.ended_at = Some(after);
    assert_eq!(outcome_at(&own, after), Outcome::Late);
    own.voided = true;
    assert_eq!(outcome_at(&own, after), Outcome::Void);
}

#[test]
fn a_paused_clock_is_not_late_however_long_it_stands() {
    let mut own = clock("2026-11-24T00:00:00Z", "2026-11-24T02:00:00Z");
    own.pauses.push((own.started_at, None));
    assert_eq!(outcome_at(&own, "2027-01-01T00:00:00Z".parse().unwrap()), Outcome::Paused);
}
