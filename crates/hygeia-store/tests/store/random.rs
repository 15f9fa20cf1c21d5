//! Whatever is done in whatever order, the cells equal their recomputation.

use crate::harness::*;
use hygeia_expr::Value;
use hygeia_store::{EntryId, EntryWrite, StoreError};
use jiff::ToSpan;
use jiff::civil::{Date, date};
use proptest::prelude::*;

/// One step of a history.
#[derive(Debug, Clone)]
enum Step {
    /// Makes or changes an entry.
    Put { number: u8, class: usize, child: usize, day: i32, temperature: u8, rash: bool, fails: bool },
    /// Voids an entry or brings it back.
    Void { number: u8, void: bool },
    /// Ends a child's open enrolment and may begin another.
    Transfer { child: usize, class: Option<usize>, day: i32 },
    /// Adds an enrolment, overlapping or not.
    Enrol { child: usize, class: usize, day: i32, length: Option<i32> },
    /// Puts a class below the other kindergarten.
    Reparent { class: usize, kindergarten: usize },
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let put = (0..12u8, 0..4usize, 0..12usize, 0..70i32, 0..4u8, any::<bool>(), 0..10u8).prop_map(
        |(number, class, child, day, temperature, rash, fails)| Step::Put {
            number,
            class,
            child,
            day,
            temperature,
            rash,
            fails: fails == 0,
        },
    );
    let void = (0..12u8, any::<bool>()).prop_map(|(number, void)| Step::Void { number, void });
    let transfer = (0..12usize, proptest::option::of(0..4usize), 0..70i32)
        .prop_map(|(child, class, day)| Step::Transfer { child, class, day });
    let enrol = (0..12usize, 0..4usize, 0..70i32, proptest::option::of(-3..40i32))
        .prop_map(|(child, class, day, length)| Step::Enrol { child, class, day, length });
    let reparent =
        (0..4usize, 0..2usize).prop_map(|(class, kindergarten)| Step::Reparent { class, kindergarten });
    let step = prop_oneof![8 => put, 3 => void, 2 => transfer, 2 => enrol, 1 => reparent];
    proptest::collection::vec(step, 1..40)
}

fn day_of(offset: i32) -> Date {
    date(2026, 10, 5).saturating_add(offset.days())
}

impl Fixture {
    fn take(&self, step: Step) {
        match step {
            Step::Put { number, class, child, day, temperature, rash, fails } => {
                let temperature = ["36.5", "37.5", "38.5"].get(usize::from(temperature));
                let pairs = [
                    ("temperature", temperature.map_or(Value::Null, |text| decimal(text))),
                    ("skin", if rash { "rash" } else { "normal" }.into()),
                    ("minutes", Value::Int(i64::from(number) - 3)),
                    ("symptoms", Value::List(vec!["cough".into(), "other".into()])),
                ];
                let write = write(
                    u128::from(number) + 1,
                    self.classes[class],
                    self.children[child],
                    day_of(day),
                    &pairs,
                );
                self.put_or_fail(write, fails);
            }
            Step::Void { number, void } => {
                let id = EntryId(uuid::Uuid::from_u128(u128::from(number) + 1));
                let register = self.check();
                let done = self
                    .store
                    .write(move |w| w.entry_set_void(COUNTY, &register, id, void, actor(), now(9), None));
                assert!(matches!(done, Ok(_) | Err(StoreError::Missing(_))), "{done:?}");
            }
            Step::Transfer { child, class, day } => {
                let (person, class, day) =
                    (self.children[child], class.map(|at| self.classes[at]), day_of(day));
                self.store
                    .write(move |writer| {
                        let open =
                            writer.person_enrolments(COUNTY, person)?.into_iter().find(|e| e.to.is_none());
                        if let Some(open) = open {
                            writer.enrolment_close(COUNTY, open.id, day, "转班")?;
                        }
                        class
                            .map(|to| writer.enrolment_put(COUNTY, &enrolment(person, to, day, None)))
                            .transpose()
                    })
                    .unwrap();
            }
            Step::Enrol { child, class, day, length } => {
                let to = length.map(|length| day_of(day + length));
                let enrolment = enrolment(self.children[child], self.classes[class], day_of(day), to);
                self.store.write(move |writer| writer.enrolment_put(COUNTY, &enrolment)).unwrap();
            }
            Step::Reparent { class, kindergarten } => {
                let (class, parent) = (self.classes[class], self.kindergartens[kindergarten]);
                self.store
                    .write(move |writer| {
                        let mut unit = writer.org_unit_get(COUNTY, class)?.expect("the class is there");
                        unit.parent = Some(parent);
                        writer.org_unit_put(COUNTY, &unit)
                    })
                    .unwrap();
            }
        }
    }

    /// Stores an entry, or fails after having stored it and read its numbers.
    fn put_or_fail(&self, write: EntryWrite, fails: bool) {
        if !fails {
            self.put(write);
            return;
        }
        let (register, top) = (self.check(), self.top);
        let failed: hygeia_store::Result<()> = self.store.write(move |writer| {
            let day = write.day;
            writer.entry_put(COUNTY, &register, write)?;
            writer.people_count(COUNTY, &"t.ill".into(), top, day, day)?;
            Err(StoreError::Missing("anything".into()))
        });
        assert!(failed.is_err());
    }
}

fn cases() -> u32 {
    // A fresh PostgreSQL database takes longer to make than the history to run.
    if std::env::var("HYGEIA_TEST_POSTGRES").is_ok() { 12 } else { 40 }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases(), max_shrink_iters: 200, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn cells_equal_their_recomputation_after_any_history(steps in steps()) {
        on_each_database(|f| {
            for step in &steps {
                f.take(step.clone());
                f.days_agree(day_of(0), day_of(400));
            }
            f.is_sound();
        });
    }
}
