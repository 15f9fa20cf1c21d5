//! What was acknowledged survives the end of the process at any moment.

use crate::harness::*;
use hygeia_store::EntryId;
use jiff::civil::date;
use std::io::{BufRead, BufReader, Write};
use std::process::{Command, Stdio};
use uuid::Uuid;

/// Address that tells the test below to be the process that is killed.
const ADDRESS: &str = "HYGEIA_STORE_TEST_KILLED";

/// Writes from four threads until the process is killed, and says which entries were acknowledged. Does nothing
/// when it is not started by the other test.
#[test]
fn writer_that_is_killed() {
    let Ok(url) = std::env::var(ADDRESS) else { return };
    let (store, packs) = open_with_packs(&url);
    let (_, _, classes, children) = store.write(people).unwrap();
    std::thread::scope(|scope| {
        for thread in 0..4u128 {
            let (store, packs, class, child) = (&store, &packs, classes[0], children[thread as usize]);
            scope.spawn(move || {
                for number in 0.. {
                    let number = thread * 1_000_000 + number + 1;
                    let day =
                        date(2000, 1, 1).saturating_add(jiff::ToSpan::days((number % 1_000_000) as i64));
                    let write = write(number, class, child, day, &[("temperature", decimal("38.5"))]);
                    let register = packs.registers["t.check"].clone();
                    store.write(move |writer| writer.entry_put(COUNTY, &register, write)).unwrap();
                    writeln!(std::io::stdout(), "acknowledged {number}").unwrap();
                }
            });
        }
    });
}

#[test]
fn acknowledged_entries_survive_a_kill() {
    for round in 1..=3 {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite:{}", folder.path().join("t.db").display());
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "durability::writer_that_is_killed", "--nocapture"])
            .env(ADDRESS, &url)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut acknowledged: Vec<u128> = Vec::new();
        for line in BufReader::new(child.stdout.take().unwrap()).lines() {
            // The test runner writes its own words on the first line.
            let Some((_, number)) = line.as_ref().unwrap().split_once("acknowledged ") else { continue };
            acknowledged.extend(number.parse::<u128>());
            if acknowledged.len() == 40 * round {
                child.kill().unwrap();
            }
        }
        child.wait().unwrap();
        let (store, packs) = open_with_packs(&url);
        for number in &acknowledged {
            let id = EntryId(Uuid::from_u128(*number));
            let found =
                store.read(|reader| reader.entry_get(COUNTY, &packs.registers["t.check"], id)).unwrap();
            assert!(found.is_some(), "entry {number} was acknowledged and is gone");
        }
        let report = store.verify(&mut |_| {}).unwrap();
        assert!(report.is_sound(), "{:#?}", report.differences);
        assert!(report.entries >= acknowledged.len() as u64 && acknowledged.len() >= 40 * round);
    }
}
