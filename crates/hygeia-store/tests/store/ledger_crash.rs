//! The process dies in the middle of a transfer, or anywhere: what was acknowledged stands, the rest never was.

use crate::harness::*;
use crate::ledgers::*;
use hygeia_expr::Value;
use hygeia_store::{EntryQuery, EntryWrite, OrgUnitId};
use rust_decimal::Decimal;
use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// Database of a process that is to be killed.
const ADDRESS: &str = "HYGEIA_STORE_TEST_LEDGER";
/// What such a process does: a movement, or the number of its round.
const TASK: &str = "HYGEIA_STORE_TEST_TASK";

/// When a process is killed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Death {
    /// Row and postings are written, the transaction is not committed.
    BeforeTheCommit,
    /// The entry was acknowledged.
    AfterIt,
}

/// This test program once more, running one test on a database.
fn process(test: &str, url: &str, task: &str) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args(["--exact", test, "--nocapture"])
        .env(ADDRESS, url)
        .env(TASK, task)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

/// Address and task of a process that is to be killed; none in an ordinary run.
fn task() -> Option<(String, String)> {
    Some((std::env::var(ADDRESS).ok()?, std::env::var(TASK).ok()?))
}

fn say(words: &str) {
    println!("says {words}");
}

/// What a process says, line by line.
fn heard(child: &mut Child) -> impl Iterator<Item = String> + use<> {
    let lines = BufReader::new(child.stdout.take().unwrap()).lines();
    lines.filter_map(|line| Some(line.unwrap().split_once("says ")?.1.to_owned()))
}

/// Stores one movement and waits for its death. Does nothing when it is not started by the other tests.
#[test]
fn mover_that_is_killed() {
    let Some((url, task)) = task() else { return };
    let (store, packs) = (open(&url), ledger_packs());
    store.schema_apply(packs.clone(), "test").unwrap();
    let task: serde_json::Value = serde_json::from_str(&task).unwrap();
    let text = |name: &str| task[name].as_str().unwrap().to_owned();
    let write = movement(
        text("number").parse().unwrap(),
        OrgUnitId(task["unit"].as_i64().unwrap()),
        text("day").parse().unwrap(),
        &text("kind"),
        "mask",
        &text("lot"),
        &text("amount"),
        task["to"].as_i64().map(OrgUnitId),
    );
    let write = EntryWrite { expect_version: task["version"].as_i64(), ..write };
    let (register, early) = (packs.registers["t.move"].clone(), task["early"] == true);
    let done = store.write(move |writer| {
        let put = writer.entry_put(COUNTY, &register, write)?;
        if early {
            say("ready");
            std::thread::sleep(Duration::from_secs(60));
        }
        Ok(put)
    });
    say(if done.is_ok() { "ready" } else { "refused" });
    std::thread::sleep(Duration::from_secs(60));
}

impl Fixture {
    /// Has another process make a movement and kills it; whether the movement was accepted.
    pub fn kill_while_moving(&mut self, write: &EntryWrite, death: Death) -> bool {
        let value = |name: &str| write.values[name].clone();
        let text = |name: &str| value(name).as_text().unwrap().to_owned();
        let task = serde_json::json!({
            "number": write.id.0.as_u128().to_string(),
            "unit": write.unit.0,
            "day": write.day.to_string(),
            "kind": text("kind"),
            "lot": text("lot"),
            "amount": value("amount").as_decimal().unwrap().to_string(),
            "to": match value("to") { Value::Int(to) => Some(to), _ => None },
            "version": write.expect_version,
            "early": death == Death::BeforeTheCommit,
        });
        let mut child = process("ledger_crash::mover_that_is_killed", &self.url(), &task.to_string());
        let said = heard(&mut child).next();
        child.kill().unwrap();
        child.wait().unwrap();
        self.reopen();
        match said.as_deref() {
            Some("ready") => true,
            Some("refused") => false,
            other => panic!("the other process said {other:?}"),
        }
    }
}

/// Four hands that move things until the process is killed, and say which entries were acknowledged.
#[test]
fn movers_that_are_killed() {
    let Some((url, round)) = task() else { return };
    let (store, packs) = (open(&url), ledger_packs());
    store.schema_apply(packs.clone(), "test").unwrap();
    let round: u128 = round.parse().unwrap();
    let all = store.read(|reader| reader.org_unit_list(COUNTY)).unwrap();
    let units = ["k0", "k1"].map(|code| all.iter().find(|unit| unit.code == code).unwrap().id);
    std::thread::scope(|scope| {
        for hand in 0..4u128 {
            let (store, packs) = (&store, &packs);
            scope.spawn(move || {
                for turn in 0..1_000_000u128 {
                    let number = round * 100_000_000 + hand * 10_000_000 + turn + 1;
                    let place = (turn / 3 % 2) as usize;
                    let kind = ["in", "pass", "out"][((turn + hand) % 3) as usize];
                    let to = (kind == "pass").then(|| units[1 - place]);
                    let amount = format!("{}.{:02}", turn % 7 + 1, hand * 25);
                    let on = day((turn % 6) as i32);
                    let write = movement(number, units[place], on, kind, "mask", "A", &amount, to);
                    let register = packs.registers["t.move"].clone();
                    if store.write(move |writer| writer.entry_put(COUNTY, &register, write)).is_ok() {
                        say(&number.to_string());
                    }
                }
            });
        }
    });
}

/// What each unit holds by a plain sum of the entries there are, and the numbers of these.
fn plain_sum(f: &Fixture) -> (BTreeMap<OrgUnitId, Decimal>, BTreeSet<u128>) {
    let (mut held, mut numbers) = (BTreeMap::new(), BTreeSet::new());
    let all = EntryQuery { unit_paths: vec!["/".into()], ..EntryQuery::default() };
    let entries =
        f.store.read(|reader| reader.entry_list(COUNTY, &f.packs.registers["t.move"], &all)).unwrap();
    for entry in entries {
        numbers.insert(entry.id.0.as_u128());
        let amount = entry.values["amount"].as_decimal().unwrap();
        let mut add = |unit, amount: Decimal| *held.entry(unit).or_default() += amount;
        match (entry.values["kind"].as_text().unwrap(), entry.values.get("to")) {
            ("in", _) => add(entry.unit, amount),
            ("pass", Some(Value::Int(to))) => {
                add(entry.unit, -amount);
                add(OrgUnitId(*to), amount);
            }
            _ => add(entry.unit, -amount),
        }
    }
    held.retain(|_, amount: &mut Decimal| !amount.is_zero());
    (held, numbers)
}

#[test]
fn a_ledger_survives_kills_at_any_moment() {
    on_each_ledger(|f| {
        for round in 1..=3usize {
            let mut child = process("ledger_crash::movers_that_are_killed", &f.url(), &round.to_string());
            let mut acknowledged = BTreeSet::new();
            for words in heard(&mut child) {
                acknowledged.insert(words.parse::<u128>().unwrap());
                if acknowledged.len() == 30 * round {
                    child.kill().unwrap();
                }
            }
            child.wait().unwrap();
            f.reopen();
            let (wanted, numbers) = plain_sum(f);
            assert!(acknowledged.len() >= 30 * round && acknowledged.is_subset(&numbers));
            let mut held: BTreeMap<OrgUnitId, Decimal> = BTreeMap::new();
            for balance in f.balances(None).iter().filter(|balance| balance.place.account == "in_store") {
                *held.entry(balance.place.unit).or_default() += balance.amount;
            }
            held.retain(|_, amount| !amount.is_zero());
            assert_eq!(held, wanted, "round {round}");
            f.is_sound();
        }
    });
}
