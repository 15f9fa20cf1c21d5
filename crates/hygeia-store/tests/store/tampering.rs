//! Whatever is changed behind the store's back is found.

use crate::harness::*;
use hygeia_expr::Value;
use jiff::civil::{Date, date};

const DAY: Date = date(2026, 11, 24);

fn prepared(f: &Fixture) {
    for number in 0..4 {
        let child = f.children[number];
        let pairs =
            [("temperature", decimal("38.1")), ("minutes", Value::Int(30)), ("guardian", "李四".into())];
        f.put(write(number as u128 + 1, f.classes[number / 3], child, DAY, &pairs));
    }
    f.void(id(4), true);
    f.is_sound();
}

/// Applies `sql` and expects a difference of the sort.
#[track_caller]
fn finds(sql: &str, sort: &str) {
    on_each_database(|f| {
        prepared(f);
        f.raw(sql);
        let report = f.store.verify(&mut |_| {}).unwrap();
        assert!(report.differences.iter().any(|d| d.sort == sort), "{sql}: {:#?}", report.differences);
    });
}

#[test]
fn a_changed_row() {
    finds("UPDATE r_t_check SET minutes = 31 WHERE minutes = 30 AND NOT void", "entry");
    finds("UPDATE r_t_check SET note = 'x' WHERE person = 1", "entry");
    finds(
        "UPDATE r_t_check SET guardian = (SELECT guardian FROM r_t_check WHERE person = 2) || '00' WHERE person = 1",
        "entry",
    );
}

#[test]
fn a_removed_or_added_row() {
    finds("DELETE FROM r_t_check WHERE person = 2", "entry");
    finds("UPDATE r_t_check SET id = '00000000-0000-0000-0000-0000000000ff' WHERE person = 2", "entry");
}

#[test]
fn a_line_of_the_log_changed_removed_or_cut_off() {
    finds("UPDATE change SET actor = '别人' WHERE seq = 2", "chain");
    finds("UPDATE change SET reason = '补' WHERE seq = 1", "chain");
    finds("UPDATE change SET after = REPLACE(after, '38.1', '36.1') WHERE seq = 3", "chain");
    finds("DELETE FROM change WHERE seq = 3", "chain");
    finds("DELETE FROM change WHERE seq = 5", "chain");
}

#[test]
fn a_wrong_missing_or_invented_cell() {
    finds("UPDATE cell SET value = value + 1 WHERE grain = 1 AND part = ''", "cell");
    finds("DELETE FROM cell WHERE unit = 1", "cell");
    finds(
        "INSERT INTO cell (county, measure, unit, grain, day, part, value) VALUES (1, 1, 1, 0, '2020-01-01', '', 1)",
        "cell",
    );
    finds("DELETE FROM people_cell WHERE grain = 1", "cell");
    finds("DELETE FROM enrolment WHERE person = 1", "cell");
}

#[test]
fn a_difference_is_told_in_real_values_and_codes_of_units() {
    on_each_database(|f| {
        prepared(f);
        let cells = "unit = (SELECT id FROM org_unit WHERE code = 'k0c0') AND grain = 1 AND part = '' AND value = 90000000";
        f.raw(&format!("UPDATE cell SET value = 90500000 WHERE {cells}"));
        let report = f.store.verify(&mut |_| {}).unwrap();
        let messages: Vec<&str> = report.differences.iter().map(|known| known.message.as_str()).collect();
        assert_eq!(messages, ["计数 t.minutes 机构 k0c0 2026-11-01 当月：应为 90，存为 90.5"]);
    });
}

#[test]
fn a_reference_to_nothing() {
    finds("DELETE FROM person WHERE id = 1", "orphan");
    finds("DELETE FROM org_unit WHERE code = 'k0c0'", "orphan");
}
