//! Whatever moves in whatever order, by however many hands: a ledger accepts exactly what a plain sum accepts, and
//! holds what that sum holds.

use crate::harness::*;
use crate::ledger_crash::Death;
use crate::ledgers::*;
use hygeia_store::{EntryWrite, StoreError};
use proptest::prelude::*;
use rust_decimal::Decimal;
use std::collections::BTreeMap;

/// What an entry says.
#[derive(Debug, Clone, PartialEq)]
struct Said {
    unit: usize,
    day: i32,
    kind: &'static str,
    lot: &'static str,
    amount: i64,
}

#[derive(Debug, Clone)]
enum Step {
    /// Makes or changes an entry, or fails after having stored it.
    Say { number: u8, said: Said, fails: bool },
    /// Voids an entry or brings it back.
    Void { number: u8, void: bool },
    /// Several hands at once, each with an entry of its own.
    Together(Vec<Said>),
    /// Another process makes or changes an entry and is killed: before the commit, or after it.
    Killed { number: u8, said: Said, death: Death },
    /// Stops and starts again.
    Reopen,
}

fn said() -> impl Strategy<Value = Said> {
    let kind = prop_oneof![3 => Just("in"), 3 => Just("out"), 2 => Just("pass")];
    (0..2usize, 0..6i32, kind, prop_oneof![Just("A"), Just("B")], 1..900i64)
        .prop_map(|(unit, day, kind, lot, amount)| Said { unit, day, kind, lot, amount })
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let say = (0..10u8, said(), 0..8u8).prop_map(|(number, said, fails)| Step::Say {
        number,
        said,
        fails: fails == 0,
    });
    let void = (0..10u8, any::<bool>()).prop_map(|(number, void)| Step::Void { number, void });
    let together = proptest::collection::vec(said(), 2..6).prop_map(Step::Together);
    let death = prop_oneof![Just(Death::BeforeTheCommit), Just(Death::AfterIt)];
    let killed =
        (0..10u8, said(), death).prop_map(|(number, said, death)| Step::Killed { number, said, death });
    let step = prop_oneof![24 => say, 8 => void, 4 => together, 1 => killed, 2 => Just(Step::Reopen)];
    proptest::collection::vec(step, 1..40)
}

/// The plain sum: what each entry says, and whether it counts.
#[derive(Debug, Clone, Default)]
struct Sum(BTreeMap<u128, (Said, bool)>);

impl Sum {
    /// Holdings by unit and lot at the end of a day.
    fn held(&self, day: i32) -> BTreeMap<(usize, &'static str), i64> {
        let mut held = BTreeMap::new();
        for (said, _) in self.0.values().filter(|(said, counts)| *counts && said.day <= day) {
            let mut add = |unit, amount| *held.entry((unit, said.lot)).or_insert(0) += amount;
            match said.kind {
                "in" => add(said.unit, said.amount),
                "out" => add(said.unit, -said.amount),
                _ => {
                    add(said.unit, -said.amount);
                    add(1 - said.unit, said.amount);
                }
            }
        }
        held
    }

    fn is_possible(&self) -> bool {
        (0..6).all(|day| self.held(day).values().all(|amount| *amount >= 0))
    }

    /// With one entry saying something else, if the sum allows it.
    fn with(&self, number: u128, said: Said, counts: bool) -> Option<Sum> {
        let mut next = self.clone();
        next.0.insert(number, (said, counts));
        next.is_possible().then_some(next)
    }
}

impl Fixture {
    fn said(&self, number: u128, said: &Said) -> EntryWrite {
        let amount = format!("{}.{:02}", said.amount / 100, said.amount % 100);
        let to = (said.kind == "pass").then(|| self.kindergartens[1 - said.unit]);
        movement(
            number,
            self.kindergartens[said.unit],
            day(said.day),
            said.kind,
            "mask",
            said.lot,
            &amount,
            to,
        )
    }

    fn say(&self, sum: &mut Sum, number: u128, said: Said, fails: bool) {
        let write = self.said(number, &said);
        if fails {
            let register = self.packs.registers["t.move"].clone();
            let failed: hygeia_store::Result<()> = self.store.write(move |writer| {
                writer.entry_put(COUNTY, &register, write)?;
                Err(StoreError::Missing("anything".into()))
            });
            assert!(failed.is_err());
            return;
        }
        if sum.0.get(&number).is_some_and(|(_, counts)| !counts) {
            // A voided entry is not changed.
            return;
        }
        let write = EntryWrite { expect_version: self.version(number), ..write };
        match (self.try_move(write), sum.with(number, said.clone(), true)) {
            (Ok(_), Some(_)) => drop(sum.0.insert(number, (said, true))),
            (Err(StoreError::Ledger(_)), None) => {}
            (done, allowed) => panic!("{said:?}: {done:?}, the sum says {}", allowed.is_some()),
        }
    }

    fn version(&self, number: u128) -> Option<i64> {
        let register = &self.packs.registers["t.move"];
        let found = self.store.read(|reader| reader.entry_get(COUNTY, register, id(number))).unwrap();
        found.map(|entry| entry.version)
    }

    /// What a killed process was about: nothing of it, or all.
    fn killed(&mut self, sum: &mut Sum, number: u128, said: Said, death: Death) {
        if sum.0.get(&number).is_some_and(|(_, counts)| !counts) {
            return;
        }
        let write = EntryWrite { expect_version: self.version(number), ..self.said(number, &said) };
        let accepted = self.kill_while_moving(&write, death);
        let next = sum.with(number, said, true);
        assert_eq!(accepted, next.is_some(), "{write:?}");
        if let (Some(next), Death::AfterIt) = (next, death) {
            *sum = next;
        }
    }

    fn step(&mut self, sum: &mut Sum, step: Step, at: usize) {
        match step {
            Step::Say { number, said, fails } => self.say(sum, u128::from(number) + 1, said, fails),
            Step::Void { number, void } => {
                let number = u128::from(number) + 1;
                let Some((said, _)) = sum.0.get(&number).cloned() else { return };
                let allowed = sum.with(number, said.clone(), !void).is_some();
                match self.try_void(&self.packs.registers["t.move"], number, void) {
                    Ok(_) if allowed => drop(sum.0.insert(number, (said, !void))),
                    Err(StoreError::Ledger(_)) if !allowed => {}
                    done => panic!("void {void} {said:?}: {done:?}, the sum says {allowed}"),
                }
            }
            Step::Together(many) => {
                let numbered: Vec<(u128, Said)> =
                    (0..).zip(many).map(|(hand, said)| (1_000 + 10 * at as u128 + hand, said)).collect();
                let this = &*self;
                let done: Vec<bool> = std::thread::scope(|scope| {
                    let hands: Vec<_> = numbered
                        .iter()
                        .map(|(number, said)| {
                            scope.spawn(move || this.try_move(this.said(*number, said)).is_ok())
                        })
                        .collect();
                    hands.into_iter().map(|hand| hand.join().unwrap()).collect()
                });
                for ((number, said), done) in numbered.into_iter().zip(done) {
                    if done {
                        sum.0.insert(number, (said, true));
                    }
                }
                assert!(sum.is_possible(), "what was accepted together is possible: {sum:?}");
            }
            Step::Killed { number, said, death } => self.killed(sum, u128::from(number) + 1, said, death),
            Step::Reopen => self.reopen(),
        }
    }

    fn holds(&self, sum: &Sum) {
        for on in [2, 5] {
            let mut held: BTreeMap<(usize, String), Decimal> = BTreeMap::new();
            for balance in self.balances(Some(day(on))) {
                let unit = self.kindergartens.iter().position(|unit| *unit == balance.place.unit).unwrap();
                if balance.place.account == "in_store" {
                    held.insert((unit, balance.place.lot), balance.amount);
                }
            }
            let wanted: BTreeMap<(usize, String), Decimal> = sum
                .held(on)
                .into_iter()
                .filter(|(_, amount)| *amount != 0)
                .map(|((unit, lot), amount)| ((unit, lot.to_owned()), Decimal::new(amount, 2).normalize()))
                .collect();
            assert_eq!(held, wanted, "day {on}");
        }
    }
}

fn cases() -> u32 {
    if std::env::var("HYGEIA_TEST_POSTGRES").is_ok() { 8 } else { 40 }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases(), max_shrink_iters: 200, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn a_ledger_is_a_plain_sum_after_any_history(steps in steps()) {
        on_each_ledger(|f| {
            let mut sum = Sum::default();
            for (at, step) in steps.iter().enumerate() {
                f.step(&mut sum, step.clone(), at);
            }
            f.holds(&sum);
            f.is_sound();
        });
    }
}
