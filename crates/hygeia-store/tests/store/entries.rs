//! Storing entries: once is once, conflicts, keys, history, and cells that follow.

use crate::harness::*;
use hygeia_expr::Value;
use hygeia_store::{Put, StoreError};
use jiff::civil::{Date, Time, date};
use rust_decimal::Decimal;

const DAY: Date = date(2026, 11, 24);

fn fever() -> Vec<(&'static str, Value)> {
    vec![("temperature", decimal("38.5")), ("skin", "rash".into()), ("minutes", Value::Int(40))]
}

#[test]
fn every_type_of_field_reads_back() {
    on_each_database(|f| {
        let rows = Value::List(vec![
            Value::Row(
                [("dish".to_owned(), "米饭".into()), ("grams".to_owned(), decimal("80.5"))]
                    .into_iter()
                    .collect(),
            ),
            Value::Row(
                [("dish".to_owned(), "青菜".into()), ("grams".to_owned(), Value::Null)].into_iter().collect(),
            ),
        ]);
        let given = [
            ("temperature", decimal("36.60")),
            ("skin", "normal".into()),
            ("symptoms", Value::List(vec!["cough".into(), "other".into()])),
            ("minutes", Value::Int(-7)),
            ("seen", Value::Bool(false)),
            ("at", Value::Time(Time::constant(8, 5, 0, 0))),
            ("moment", Value::DateTime(date(2026, 11, 24).at(23, 59, 0, 0))),
            ("note", "‘引号’ \" ? % _ \\ 换\n行".into()),
            ("guardian", "李四".into()),
            ("dishes", rows),
        ];
        assert_eq!(f.put(write(1, f.classes[0], f.children[0], DAY, &given)), Put::Created { version: 1 });
        let entry = f.get(id(1)).unwrap();
        for (name, value) in &given {
            assert_eq!(entry.values.get(*name), Some(value), "{name}");
        }
        assert_eq!(entry.values["date"], Value::Date(DAY));
        assert_eq!((entry.version, entry.void, entry.on_time, entry.pack_version), (1, false, Some(true), 3));
        assert_eq!((entry.created_by, entry.created_at), (actor(), now(8)));
        f.is_sound();
    });
}

#[test]
fn a_value_of_the_wrong_type_or_size_is_refused_and_nothing_is_stored() {
    on_each_database(|f| {
        let register = f.check();
        for (name, value) in [
            ("temperature", Value::from("热")),
            ("minutes", decimal("1.5")),
            ("temperature", decimal("99999999999999")),
        ] {
            let (register, write) =
                (register.clone(), write(1, f.classes[0], f.children[0], DAY, &[(name, value)]));
            assert!(f.store.write(move |writer| writer.entry_put(COUNTY, &register, write)).is_err());
        }
        let (own, unknown) =
            (register.clone(), write(1, hygeia_store::OrgUnitId(99), f.children[0], DAY, &[]));
        let refused = f.store.write(move |writer| writer.entry_put(COUNTY, &own, unknown));
        assert!(matches!(refused, Err(StoreError::Missing(_))), "{refused:?}");
        let nobody = write(1, f.classes[0], hygeia_store::PersonId(99), DAY, &[]);
        let refused = f.store.write(move |writer| writer.entry_put(COUNTY, &register, nobody));
        assert!(matches!(refused, Err(StoreError::Missing(_))), "{refused:?}");
        assert_eq!(f.get(id(1)), None);
        f.is_sound();
    });
}

#[test]
fn the_same_submission_twice_is_once() {
    on_each_database(|f| {
        let first = write(1, f.classes[0], f.children[0], DAY, &fever());
        assert_eq!(f.put(first.clone()), Put::Created { version: 1 });
        assert_eq!(f.put(first.clone()), Put::Unchanged { version: 1 });
        assert_eq!(f.value("t.checks", f.top, DAY, DAY), Decimal::ONE);
        // Sent again by a device that never saw the answer, after someone has corrected the entry: still once.
        let mut changed = write(1, f.classes[0], f.children[0], DAY, &[("temperature", decimal("36.5"))]);
        changed.expect_version = Some(1);
        assert_eq!(f.put(changed), Put::Updated { version: 2 });
        assert_eq!(f.put(first), Put::Unchanged { version: 2 });
        assert_eq!(f.get(id(1)).unwrap().values["temperature"], decimal("36.5"));
        f.is_sound();
    });
}

#[test]
fn a_stale_version_is_a_conflict() {
    on_each_database(|f| {
        f.put(write(1, f.classes[0], f.children[0], DAY, &fever()));
        let change = |note: &str, version| {
            let mut change = write(1, f.classes[0], f.children[0], DAY, &[("note", note.into())]);
            change.expect_version = Some(version);
            f.put(change)
        };
        assert_eq!(change("甲", 1), Put::Updated { version: 2 });
        let Put::Conflict { current } = change("乙", 1) else { panic!("the second change must conflict") };
        assert_eq!((current.version, &current.values["note"]), (2, &Value::from("甲")));
        f.is_sound();
    });
}

#[test]
fn a_natural_key_is_taken_once() {
    on_each_database(|f| {
        f.put(write(1, f.classes[0], f.children[0], DAY, &fever()));
        let Put::Duplicate { existing } = f.put(write(2, f.classes[0], f.children[0], DAY, &[])) else {
            panic!("the key is taken")
        };
        assert_eq!(existing.id, id(1));
        let register = f.check();
        let found = f.store.read(|reader| {
            reader.entry_by_key(
                COUNTY,
                &register,
                f.classes[0],
                Some(f.children[0]),
                &values(&[("date", Value::Date(DAY))]),
            )
        });
        assert_eq!(found.unwrap().unwrap().id, id(1));
        // A voided entry gives the key free, and cannot come back while another has it.
        assert_eq!(f.void(id(1), true), Put::Updated { version: 2 });
        assert_eq!(f.put(write(2, f.classes[0], f.children[0], DAY, &[])), Put::Created { version: 1 });
        assert!(matches!(f.void(id(1), false), Put::Duplicate { .. }));
        f.is_sound();
    });
}

#[test]
fn cells_follow_every_change_at_every_level() {
    on_each_database(|f| {
        let [a, b, other] = [f.classes[0], f.classes[1], f.classes[2]];
        let (k0, k1, top) = (f.kindergartens[0], f.kindergartens[1], f.top);
        let month = (date(2026, 11, 1), date(2026, 11, 30));
        let count = |measure: &str, unit| f.value(measure, unit, month.0, month.1);
        f.put(write(1, a, f.children[0], DAY, &fever()));
        f.put(write(
            2,
            b,
            f.children[3],
            DAY,
            &[("temperature", decimal("36.5")), ("skin", "normal".into()), ("minutes", Value::Int(20))],
        ));
        f.put(write(3, other, f.children[6], date(2026, 10, 31), &fever()));
        assert_eq!(
            [count("t.checks", a), count("t.checks", k0), count("t.checks", k1), count("t.checks", top)],
            [1, 2, 0, 2].map(Decimal::from)
        );
        assert_eq!(count("t.minutes", k0), Decimal::from(60));
        assert_eq!(count("t.warmth", top), "36.5".parse().unwrap());
        assert_eq!(f.value("t.fever", top, date(2026, 10, 15), DAY), Decimal::from(2));
        assert_eq!(f.value("t.fever", top, date(2026, 9, 1), date(2026, 12, 31)), Decimal::from(2));
        let parts = f.store.read(|r| r.cell_parts(COUNTY, &"t.fever".into(), top, month.0, month.1)).unwrap();
        assert_eq!(parts.into_iter().collect::<Vec<_>>(), [("rash".to_owned(), Decimal::ONE)]);

        // A correction takes the fever away; a move carries the entry to another kindergarten and month.
        let mut calm =
            write(1, a, f.children[0], DAY, &[("temperature", decimal("36.9")), ("minutes", Value::Int(45))]);
        calm.expect_version = Some(1);
        f.put(calm);
        assert_eq!([count("t.fever", top), count("t.minutes", top)], [0, 65].map(Decimal::from));
        assert_eq!(f.people("t.ill", top, month.0, month.1), 0);
        let mut moved = write(1, other, f.children[0], date(2026, 12, 1), &fever());
        moved.expect_version = Some(2);
        f.put(moved);
        assert_eq!([count("t.checks", top), count("t.checks", k0)], [1, 1].map(Decimal::from));
        assert_eq!(f.value("t.checks", k1, date(2026, 12, 1), date(2026, 12, 31)), Decimal::ONE);
        f.void(id(2), true);
        assert_eq!(count("t.checks", top), Decimal::ZERO);
        f.void(id(2), false);
        assert_eq!(count("t.checks", top), Decimal::ONE);
        let mut days = f
            .store
            .read(|r| r.cell_days(COUNTY, &"t.checks".into(), &[b, k0, k1], None, month.0, month.1))
            .unwrap();
        days.sort_unstable();
        assert_eq!(days, [(k0, DAY, Decimal::ONE), (b, DAY, Decimal::ONE)]);
        f.is_sound();
    });
}

#[test]
fn people_are_counted_once_however_often_they_come() {
    on_each_database(|f| {
        let (class, top) = (f.classes[0], f.top);
        let [first, last] = [date(2026, 9, 1), date(2026, 11, 30)];
        f.put(write(1, class, f.children[0], date(2026, 9, 10), &fever()));
        f.put(write(2, class, f.children[0], date(2026, 9, 11), &fever()));
        f.put(write(3, class, f.children[1], date(2026, 10, 12), &fever()));
        f.put(write(4, class, f.children[1], date(2026, 11, 2), &fever()));
        assert_eq!(f.people("t.ill", top, first, last), 2);
        assert_eq!(f.people("t.ill", top, date(2026, 9, 11), date(2026, 10, 12)), 2);
        assert_eq!(f.people("t.ill", top, date(2026, 9, 12), date(2026, 10, 11)), 0);
        // One of two entries goes: the person stays; both go: the person is gone.
        f.void(id(1), true);
        assert_eq!(f.people("t.ill", class, date(2026, 9, 1), date(2026, 9, 30)), 1);
        f.void(id(2), true);
        assert_eq!(f.people("t.ill", class, date(2026, 9, 1), date(2026, 9, 30)), 0);
        assert_eq!(f.people("t.ill", top, first, last), 1);
        f.is_sound();
    });
}

#[test]
fn reads_inside_a_write_see_it_and_a_failed_write_leaves_nothing() {
    on_each_database(|f| {
        let (register, class, top) = (f.check(), f.classes[0], f.top);
        let (first, second) =
            (write(1, class, f.children[0], DAY, &fever()), write(2, class, f.children[1], DAY, &fever()));
        let own = register.clone();
        let seen = f.store.write(move |writer| {
            writer.entry_put(COUNTY, &own, first)?;
            let grid = writer.cell_values(COUNTY, &["t.checks".into()], &[top], &[(DAY, DAY)])?;
            Ok(grid.get(0, 0, 0))
        });
        assert_eq!(seen.unwrap(), Decimal::ONE);
        let failed: hygeia_store::Result<()> = f.store.write(move |writer| {
            writer.entry_put(COUNTY, &register, second)?;
            writer.cell_values(COUNTY, &["t.checks".into()], &[top], &[(DAY, DAY)])?;
            Err(StoreError::Missing("nothing".into()))
        });
        assert!(failed.is_err());
        assert_eq!(f.value("t.checks", top, DAY, DAY), Decimal::ONE);
        assert_eq!(f.get(id(2)), None);
        f.is_sound();
    });
}

#[test]
fn a_panic_in_one_write_leaves_the_others() {
    on_each_database(|f| {
        let register = f.check();
        let lost = write(1, f.classes[0], f.children[0], DAY, &fever());
        let hook = std::panic::take_hook();
        std::panic::set_hook(Box::new(|_| {}));
        let answer: hygeia_store::Result<()> = f.store.write(move |writer| {
            writer.entry_put(COUNTY, &register, lost)?;
            panic!("a fault in a use case")
        });
        std::panic::set_hook(hook);
        assert!(matches!(answer, Err(StoreError::Stopped)));
        assert_eq!(f.put(write(2, f.classes[0], f.children[0], DAY, &fever())), Put::Created { version: 1 });
        f.is_sound();
    });
}

#[test]
fn a_panic_in_a_read_leaves_its_connection_to_no_one_and_others_free() {
    on_each_database(|f| {
        let hook = std::panic::take_hook();
        std::panic::set_hook(Box::new(|_| {}));
        for _ in 0..5 {
            let read = std::panic::AssertUnwindSafe(|| {
                f.store.read(|_| -> hygeia_store::Result<()> { panic!("a fault") })
            });
            assert!(std::panic::catch_unwind(read).is_err());
        }
        std::panic::set_hook(hook);
        assert_eq!(f.get(id(1)), None, "with two connections the third read would wait for ever");
    });
}

#[test]
fn the_history_tells_who_changed_what_and_why() {
    on_each_database(|f| {
        f.put(write(
            1,
            f.classes[0],
            f.children[0],
            DAY,
            &[("guardian", "李四".into()), ("minutes", Value::Int(1))],
        ));
        let mut change = write(
            1,
            f.classes[0],
            f.children[0],
            DAY,
            &[("guardian", "李五".into()), ("minutes", Value::Int(1))],
        );
        (change.expect_version, change.reason) = (Some(1), Some("写错".into()));
        f.put(change);
        f.void(id(1), true);
        let register = f.check();
        let history = f.store.read(|reader| reader.entry_history(COUNTY, &register, id(1))).unwrap();
        let actions: Vec<&str> = history.iter().map(|change| change.action.as_str()).collect();
        assert_eq!(actions, ["void", "update", "create"]);
        assert_eq!(history[1].before["values"]["guardian"], "李四");
        assert_eq!(history[1].after["values"]["guardian"], "李五");
        assert_eq!((history[1].reason.as_deref(), &history[1].actor), (Some("写错"), &actor()));
        assert_eq!(history[0].after["void"], true);
        assert!(history[2].before.is_null());
    });
}

#[test]
fn many_writers_share_commits_and_lose_nothing() {
    on_each_database(|f| {
        let days: Vec<Date> = DAY.series(jiff::ToSpan::days(-1)).take(12).collect();
        std::thread::scope(|scope| {
            for (worker, child) in f.children.iter().enumerate() {
                let (f, days, class) = (&*f, &days, f.classes[worker / 3]);
                scope.spawn(move || {
                    for (at, day) in days.iter().enumerate() {
                        let put =
                            f.put(write((worker * 100 + at + 1) as u128, class, *child, *day, &fever()));
                        assert_eq!(put, Put::Created { version: 1 });
                    }
                });
            }
        });
        assert_eq!(f.value("t.checks", f.top, date(2026, 11, 1), DAY), Decimal::from(12 * 12));
        assert_eq!(f.people("t.ill", f.top, date(2026, 11, 1), DAY), 12);
        f.is_sound();
    });
}

#[test]
fn what_was_acknowledged_is_there_after_a_restart() {
    on_each_database(|f| {
        f.put(write(1, f.classes[0], f.children[0], DAY, &fever()));
        f.reopen();
        assert_eq!(f.value("t.fever", f.top, DAY, DAY), Decimal::ONE);
        assert_eq!(f.put(write(2, f.classes[0], f.children[1], DAY, &fever())), Put::Created { version: 1 });
        assert_eq!(f.value("t.fever", f.top, DAY, DAY), Decimal::from(2));
        f.is_sound();
    });
}
