//! The vaccine command on children whose answer can be read in the schedule.

use crate::program::{Table, answer};

fn judged(rows: &str) -> Table {
    answer(&["vaccine"], format!("name,birth_date,sex,as_of,history\n{rows}").as_bytes())
}

#[test]
fn a_new_born_a_late_child_and_a_complete_one() {
    let found = judged(
        "甲,2026-11-01,男,2026-11-01,\n\
         乙,2026-07-01,女,2026-09-01,\"HepB 2026-07-01, 2026-07-20; BCG 2026-07-01\"\n",
    );
    // Nothing is late on the day of birth; hepatitis B and BCG are due at once.
    assert_eq!(found.get(0, "overdue"), "");
    assert!(found.get(0, "due").contains("HepB#1 2026-11-01"), "{}", found.get(0, "due"));
    assert!(found.get(0, "due").contains("BCG#1 2026-11-01"), "{}", found.get(0, "due"));
    // A second dose before its month does not count.
    assert_eq!(found.get(1, "valid"), "HepB#1 2026-07-01; BCG#1 2026-07-01");
    assert!(
        found.get(1, "invalid").starts_with("HepB 2026-07-20 未到起始月龄"),
        "{}",
        found.get(1, "invalid")
    );
    assert_eq!(found.get(1, "complete"), "0");
}

#[test]
fn the_order_of_a_history_does_not_matter() {
    let found = judged(
        "甲,2025-01-01,男,2026-01-01,\"HepB 2025-01-01, 2025-02-01, 2025-07-01; IPV 2025-03-01\"\n\
         乙,2025-01-01,男,2026-01-01,\"IPV 2025-03-01; HepB 2025-07-01, 2025-01-01, 2025-02-01\"\n",
    );
    for name in found.columns().iter().filter(|name| !["name", "history"].contains(&name.as_str())) {
        assert_eq!(found.get(0, name), found.get(1, name), "{name}");
    }
}
