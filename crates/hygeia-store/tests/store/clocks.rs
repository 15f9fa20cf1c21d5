//! Clocks and steps on both databases.

use crate::harness::{CHECK, COUNTY, MEASURES, actor, id, now, on_each_database, packs_of, values, write};
use hygeia_expr::Value;
use hygeia_store::{Clock, ClockQuery, EntryStep, Outcome, Put};
use jiff::Timestamp;
use jiff::civil::date;
use uuid::Uuid;

const WORKFLOW: &str = "
workflow:
  start: open
  states:
    open: { title: 待办 }
    done: { title: 已办, final: true }
  transitions:
    finish: { title: 办结, from: open, to: done, who: [teacher] }
  clocks:
    answer: { title: 时限, starts: entry, within: 2 h, stops: finish }
";

fn clock(number: u128, unit: hygeia_store::OrgUnitId, due: Timestamp) -> Clock {
    Clock {
        register: "t.check".into(),
        entry: id(number),
        name: "answer".into(),
        unit,
        started_at: now(8),
        due_at: due,
        warn_at: due,
        pauses: vec![(now(8), Some(now(9))), (now(9), None)],
        ended_at: None,
        voided: false,
        outcome: Outcome::Running,
        level: 1,
    }
}

#[test]
fn clocks_are_found_by_unit_due_time_and_entry_and_leave_with_a_voided_entry() {
    on_each_database(|f| {
        f.packs = packs_of(&format!("{CHECK}{WORKFLOW}"), MEASURES);
        f.store.schema_apply(f.packs.clone(), "test").unwrap();
        let (near, far) = (clock(1, f.classes[0], now(10)), clock(2, f.classes[3], now(20)));
        for (number, own, unit, child) in
            [(1, &near, f.classes[0], f.children[0]), (2, &far, f.classes[3], f.children[3])]
        {
            let pairs = [("state", Value::from("open")), ("clock_answer", Value::from("running"))];
            assert!(matches!(
                f.put(write(number, unit, child, date(2026, 11, 24), &pairs)),
                Put::Created { .. }
            ));
            let own = own.clone();
            f.store.write(move |writer| writer.clock_put(COUNTY, &own)).unwrap();
        }
        f.is_sound();
        let list = |query: ClockQuery| f.store.read(|reader| reader.clock_list(COUNTY, &query)).unwrap();
        assert_eq!(list(ClockQuery::default()), [near.clone(), far.clone()]);
        assert_eq!(
            list(ClockQuery { due_before: Some(now(11)), open: true, ..ClockQuery::default() }),
            std::slice::from_ref(&near)
        );
        assert_eq!(
            list(ClockQuery { entries: Some(vec![id(2)]), ..ClockQuery::default() }),
            std::slice::from_ref(&far)
        );
        assert_eq!(list(ClockQuery { limit: 1, ..ClockQuery::default() }), std::slice::from_ref(&near));
        f.void(id(1), true);
        assert_eq!(list(ClockQuery::default()), [far]);
        f.is_sound();
        f.void(id(1), false);
        assert_eq!(list(ClockQuery::default()).len(), 2);
        f.raw("UPDATE clock SET outcome = 'met' WHERE due_at < '2026-11-24T11'");
        let report = f.store.verify(&mut |_| {}).unwrap();
        assert_eq!(report.differences.iter().map(|found| found.sort).collect::<Vec<_>>(), ["clock"]);
    });
}

#[test]
fn a_step_is_refused_when_the_entry_is_no_longer_as_it_was_read_and_known_by_its_id() {
    on_each_database(|f| {
        f.packs = packs_of(&format!("{CHECK}{WORKFLOW}"), MEASURES);
        f.store.schema_apply(f.packs.clone(), "test").unwrap();
        f.put(write(1, f.classes[0], f.children[0], date(2026, 11, 24), &[("state", Value::from("open"))]));
        let before = f.get(id(1)).unwrap();
        let request = Uuid::from_u128(77);
        let step = EntryStep {
            before: before.clone(),
            day: before.day,
            values: {
                let mut after = before.values.clone();
                after.extend(values(&[("state", Value::from("done"))]));
                after
            },
            action: "transition:finish".into(),
            request: Some(request),
            new_version: true,
            actor: actor(),
            at: now(9),
            reason: None,
        };
        let take = |step: EntryStep| {
            let register = f.check();
            f.store.write(move |writer| writer.entry_step(COUNTY, &register, step)).unwrap()
        };
        assert_eq!(take(step.clone()), Put::Updated { version: 2 });
        assert!(matches!(take(step), Put::Conflict { .. }));
        assert_eq!(f.get(id(1)).unwrap().values["state"], Value::from("done"));
        let known = f.store.read(|reader| reader.entry_step_get(COUNTY, request)).unwrap();
        assert_eq!(known, Some((id(1).0, 2)));
        f.is_sound();
    });
}
