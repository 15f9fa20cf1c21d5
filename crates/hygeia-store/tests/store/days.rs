//! Counts by day that are kept in memory: always those of the cells, whoever has written them.

use crate::harness::*;
use hygeia_expr::Value;
use hygeia_pack::model::MeasureId;
use hygeia_store::OrgUnitId;
use jiff::civil::{Date, date};

const FIRST: Date = Date::constant(2026, 11, 20);

impl Fixture {
    /// Entries of a unit by skin (all when empty) over days.
    fn skins(&self, unit: OrgUnitId, skin: &str, from: Date, to: Date) -> i64 {
        let measure = MeasureId::from("t.skins");
        let read = self.store.read(|reader| reader.day_counts(COUNTY, &measure, &[unit], (from, to)));
        read.unwrap().between(unit, skin, from, to)
    }

    /// Asserts that counts by day are those of the cells for every unit, of the whole and by part.
    #[track_caller]
    pub fn days_agree(&self, from: Date, to: Date) {
        let measure = MeasureId::from("t.skins");
        let units: Vec<OrgUnitId> =
            [self.top].iter().chain(&self.kindergartens).chain(&self.classes).copied().collect();
        let (cells, counts) = self
            .store
            .read(|reader| {
                let cells = reader.cell_series(COUNTY, &measure, &units, None, (from, to))?;
                Ok((cells, reader.day_counts(COUNTY, &measure, &units, (from, to))?))
            })
            .unwrap();
        let mut sums = std::collections::BTreeMap::new();
        for cell in cells {
            assert_eq!(
                i64::try_from(cell.value).unwrap(),
                counts.between(cell.unit, &cell.part, cell.day, cell.day)
            );
            *sums.entry((cell.unit, cell.part)).or_insert(0) += i64::try_from(cell.value).unwrap();
        }
        for unit in units {
            for part in ["", "normal", "rash"] {
                let sum = sums.get(&(unit, part.to_owned())).copied().unwrap_or_default();
                assert_eq!(counts.between(unit, part, from, to), sum, "{unit:?} {part}");
            }
        }
    }
}

#[test]
fn a_count_is_right_in_the_moment_an_entry_is_acknowledged() {
    on_each_database(|f| {
        let (class, top) = (f.classes[0], f.top);
        let read = |f: &Fixture, unit| f.skins(unit, "", FIRST, date(2027, 1, 10));
        assert_eq!([read(f, class), read(f, top)], [0, 0]);
        f.put(write(1, class, f.children[0], FIRST, &[("skin", "rash".into())]));
        f.put(write(2, class, f.children[1], date(2027, 1, 4), &[("skin", "normal".into())]));
        assert_eq!([read(f, class), read(f, top)], [2, 2], "the new year is another year");
        assert_eq!(f.skins(top, "rash", FIRST, date(2027, 1, 10)), 1);
        f.put(write(1, class, f.children[0], FIRST, &[("skin", "normal".into())]));
        assert_eq!(f.skins(top, "rash", FIRST, date(2027, 1, 10)), 0);
        f.void(id(2), true);
        assert_eq!([read(f, class), read(f, top)], [1, 1]);
        f.days_agree(date(2026, 1, 1), date(2027, 12, 31));
    });
}

#[test]
fn what_another_process_writes_counts_at_once() {
    on_each_database(|f| {
        let class = f.classes[0];
        assert_eq!(f.skins(class, "", FIRST, FIRST), 0);
        let (other, packs) = open_with_packs(&f.url());
        let register = packs.registers["t.check"].clone();
        let entry = write(1, class, f.children[0], FIRST, &[("skin", Value::from("rash"))]);
        other.write(move |writer| writer.entry_put(COUNTY, &register, entry)).unwrap();
        assert_eq!(f.skins(class, "", FIRST, FIRST), 1);
    });
}

#[test]
fn a_transaction_sees_its_own_entries_and_leaves_nothing_when_it_fails() {
    on_each_database(|f| {
        let (class, register) = (f.classes[0], f.check());
        let entry = write(1, class, f.children[0], FIRST, &[("skin", Value::from("rash"))]);
        let measure = MeasureId::from("t.skins");
        let seen = std::sync::Arc::new(std::sync::atomic::AtomicI64::new(-1));
        let inside = seen.clone();
        let failed: hygeia_store::Result<()> = f.store.write(move |writer| {
            writer.entry_put(COUNTY, &register, entry)?;
            let counts = writer.day_counts(COUNTY, &measure, &[class], (FIRST, FIRST))?;
            inside.store(counts.between(class, "rash", FIRST, FIRST), std::sync::atomic::Ordering::Relaxed);
            Err(hygeia_store::StoreError::Missing("anything".into()))
        });
        assert!(failed.is_err());
        assert_eq!(seen.load(std::sync::atomic::Ordering::Relaxed), 1);
        assert_eq!(f.skins(class, "rash", FIRST, FIRST), 0);
    });
}
