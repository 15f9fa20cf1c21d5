//! Counts day by day, for what is judged by windows of days (duties): read a year at a time and kept in memory.
//!
//! A measure's version in the database changes in every transaction that changes a cell of it. Years kept here are
//! used only by a reader that sees the version they were read at, so a figure is right in the moment an entry is
//! acknowledged, whichever process has written it.

use crate::db::{Param, first, marks, params};
use crate::error::Result;
use crate::model::{CountyId, OrgUnitId};
use crate::pending::Grain;
use crate::store::Reader;
use hygeia_pack::model::MeasureId;
use jiff::civil::Date;
use rustc_hash::FxHashMap;
use std::sync::{Arc, Mutex, PoisonError};

/// Units one statement asks for at most.
const CHUNK: usize = 400;
/// Counts kept at most, at eight bytes each; a year without any takes the room of [`EMPTY`] of them.
const MOST: usize = 1_000_000;
/// Room of a year besides its counts.
const EMPTY: usize = 16;

/// Counts of one measure by unit (with its subtree), option and day.
#[derive(Debug, Clone, Default)]
pub struct DayCounts {
    units: FxHashMap<OrgUnitId, Vec<Arc<UnitYear>>>,
}

/// One unit's counts in a calendar year: by option (the whole under the empty one) and day, in order of both.
#[derive(Debug, Default)]
struct UnitYear {
    options: Vec<(String, Vec<(Date, i64)>)>,
}

impl DayCounts {
    /// The count of a unit under an option (the whole when empty) over days, both ends inclusive and within the days
    /// that were asked for.
    pub fn between(&self, unit: OrgUnitId, option: &str, from: Date, to: Date) -> i64 {
        let years = self.units.get(&unit).map_or(&[][..], Vec::as_slice);
        years.iter().map(|year| year.between(option, from, to)).sum()
    }
}

impl UnitYear {
    fn between(&self, option: &str, from: Date, to: Date) -> i64 {
        let Ok(at) = self.options.binary_search_by(|(known, _)| known.as_str().cmp(option)) else { return 0 };
        let days = &self.options[at].1;
        let first = days.partition_point(|(day, _)| *day < from);
        days[first..].iter().take_while(|(day, _)| *day <= to).map(|(_, count)| count).sum()
    }

    fn room(&self) -> usize {
        EMPTY + self.options.iter().map(|(_, days)| days.len()).sum::<usize>()
    }
}

/// County, number of the measure, unit, year.
type Key = (i64, i64, i64, i16);

/// Years that were read before.
#[derive(Default)]
pub(crate) struct KeptYears(Mutex<Years>);

#[derive(Default)]
struct Years {
    known: FxHashMap<Key, Known>,
    room: usize,
    /// Questions so far: the clock of what was used last.
    asked: u64,
}

struct Known {
    version: i64,
    asked: u64,
    year: Arc<UnitYear>,
}

impl KeptYears {
    fn with<T>(&self, f: impl FnOnce(&mut Years) -> T) -> T {
        f(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Years {
    fn get(&mut self, key: Key, version: i64) -> Option<Arc<UnitYear>> {
        let asked = self.asked;
        let known = self.known.get_mut(&key).filter(|known| known.version == version)?;
        known.asked = asked;
        Some(known.year.clone())
    }

    fn put(&mut self, key: Key, version: i64, year: Arc<UnitYear>) {
        self.room += year.room();
        let before = self.known.insert(key, Known { version, asked: self.asked, year });
        self.room -= before.map_or(0, |before| before.year.room());
        if self.room > MOST {
            self.forget_half();
        }
    }

    /// Forgets what was not used for longest, until half the room is free.
    fn forget_half(&mut self) {
        let mut by_use: Vec<(u64, Key)> = self.known.iter().map(|(key, known)| (known.asked, *key)).collect();
        by_use.sort_unstable();
        for (_, key) in by_use {
            if self.room <= MOST / 2 {
                return;
            }
            self.room -= self.known.remove(&key).map_or(0, |known| known.year.room());
        }
    }
}

impl Reader<'_> {
    /// A count measure day by day for units, each with its subtree, over the calendar years that a range touches.
    ///
    /// # Errors
    ///
    /// When the measure is not kept in cells, or the database fails.
    pub fn day_counts(
        &mut self,
        county: CountyId,
        measure: &MeasureId,
        units: &[OrgUnitId],
        (from, to): (Date, Date),
    ) -> Result<DayCounts> {
        self.settle()?;
        let number = self.active().number(measure.as_str())?;
        // What a transaction has not committed yet is nobody else's: it is read, and not kept.
        let version = if self.batch.is_some() { None } else { Some(self.measure_version(number)?) };
        let shared = self.shared;
        let mut counts = DayCounts::default();
        for year in from.year()..=to.year() {
            let key = |unit: OrgUnitId| (county.0, number, unit.0, year);
            let mut missing = Vec::new();
            shared.years.with(|years| {
                years.asked += 1;
                for unit in units {
                    match version.and_then(|version| years.get(key(*unit), version)) {
                        Some(known) => counts.units.entry(*unit).or_default().push(known),
                        None => missing.push(*unit),
                    }
                }
            });
            for (unit, read) in self.read_year(county, number, &missing, year)? {
                if let Some(version) = version {
                    shared.years.with(|years| years.put(key(unit), version, read.clone()));
                }
                counts.units.entry(unit).or_default().push(read);
            }
        }
        Ok(counts)
    }

    fn measure_version(&mut self, number: i64) -> Result<i64> {
        let sql = "SELECT version FROM measure WHERE no = ?";
        first(&mut *self.conn, sql, params![number])?.map_or(Ok(0), |mut row| row.int())
    }

    fn read_year(
        &mut self,
        county: CountyId,
        measure: i64,
        units: &[OrgUnitId],
        year: i16,
    ) -> Result<Vec<(OrgUnitId, Arc<UnitYear>)>> {
        let mut found: Vec<(OrgUnitId, UnitYear)> =
            units.iter().map(|unit| (*unit, UnitYear::default())).collect();
        found.sort_unstable_by_key(|(unit, _)| *unit);
        found.dedup_by_key(|(unit, _)| *unit);
        let ends = [format!("{year:04}-01-01"), format!("{year:04}-12-31")];
        for units in units.chunks(CHUNK) {
            let sql = format!(
                "SELECT unit, part, day, value FROM cell WHERE county = ? AND measure = ? AND unit IN ({}) \
                 AND grain = ? AND day BETWEEN ? AND ? AND value <> 0 ORDER BY unit, day",
                marks(units.len())
            );
            let mut values = vec![Param::Int(county.0), Param::Int(measure)];
            values.extend(units.iter().map(|unit| Param::Int(unit.0)));
            values.push(Param::Int(Grain::Day as i64));
            values.extend(ends.iter().map(Param::from));
            for mut row in self.conn.query(&sql, &values)? {
                let unit = OrgUnitId(row.int()?);
                let (option, day, count) = (row.text()?, row.parsed()?, row.int()?);
                let Ok(at) = found.binary_search_by_key(&unit, |(unit, _)| *unit) else { continue };
                let options = &mut found[at].1.options;
                let at = options.binary_search_by(|(known, _)| known.cmp(&option)).unwrap_or_else(|at| {
                    options.insert(at, (option, Vec::new()));
                    at
                });
                options[at].1.push((day, count));
            }
        }
        Ok(found.into_iter().map(|(unit, year)| (unit, Arc::new(year))).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn year(count: i64, days: i8) -> Arc<UnitYear> {
        let days = (1..=days).map(|day| (date(2026, 3, day), count)).collect();
        Arc::new(UnitYear { options: vec![(String::new(), days)] })
    }

    #[test]
    fn a_year_read_at_another_version_is_not_used() {
        let mut years = Years::default();
        let key = (1, 2, 3, 2026);
        years.put(key, 7, year(1, 5));
        assert!(years.get(key, 7).is_some());
        assert!(years.get(key, 8).is_none());
        years.put(key, 8, year(2, 5));
        assert!(years.get(key, 7).is_none());
        assert_eq!(years.get(key, 8).unwrap().between("", date(2026, 3, 2), date(2026, 3, 3)), 4);
        assert_eq!(years.room, EMPTY + 5);
    }

    #[test]
    fn what_was_not_used_for_longest_makes_room() {
        let mut years = Years::default();
        let many = i64::try_from(MOST / (EMPTY + 28)).unwrap();
        for unit in 0..=many {
            years.asked += 1;
            years.put((1, 1, unit, 2026), 1, year(1, 28));
            // The first is asked for again and again.
            assert!(years.get((1, 1, 0, 2026), 1).is_some());
        }
        assert!(years.room <= MOST / 2);
        assert!(years.get((1, 1, 0, 2026), 1).is_some());
        assert!(years.get((1, 1, many, 2026), 1).is_some());
        assert!(years.get((1, 1, 1, 2026), 1).is_none());
    }
}
