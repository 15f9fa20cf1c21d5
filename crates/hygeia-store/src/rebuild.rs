//! Counting anew from the rows: for new measures, units that move, people who may have left a set, and verification.

use crate::db::{Param, marks, params};
use crate::entry::natural_key;
use crate::error::Result;
use crate::measure::{CellMeasure, Counting};
use crate::model::{CountyId, Entry};
use crate::pending::{Grain, Pending, Place};
use crate::schema::{JOINED, KINDS, ROLL};
use crate::store::{Reader, Writer};
use crate::table::Table;
use hygeia_pack::model::Register;
use rustc_hash::FxBuildHasher as Hasher;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

/// Measures one statement names at most.
const CHUNK: usize = 400;
/// Rows read at a time.
const PAGE: i64 = 5_000;

impl Reader<'_> {
    /// Calls `each` with every entry of a register, in the order of the ids.
    pub(crate) fn each_entry(
        &mut self,
        county: CountyId,
        table: &Table,
        each: &mut dyn FnMut(Entry) -> Result<()>,
    ) -> Result<()> {
        let mut last = String::new();
        loop {
            let condition = "WHERE county = ? AND id > ? ORDER BY id LIMIT ?";
            let page = self.entries(table, condition, params![county.0, last, PAGE])?;
            let Some(end) = page.last() else { return Ok(()) };
            last = end.id.0.to_string();
            page.into_iter().try_for_each(&mut *each)?;
        }
    }

    /// What the cells of these measures should hold for a county, from its rows.
    pub(crate) fn count_anew(&mut self, county: CountyId, wanted: &dyn Fn(i64) -> bool) -> Result<Pending> {
        let active = self.active();
        let lines = self.lines(county.0)?;
        let mut pending = Pending::default();
        for (register, measures) in &active.measures {
            let measures: Vec<CellMeasure> =
                measures.iter().filter(|measure| wanted(measure.number)).cloned().collect();
            let Some(table) = active.tables.get(register).filter(|_| !measures.is_empty()) else { continue };
            self.each_entry(county, table, &mut |entry| {
                let Some(line) = lines.get(&entry.unit.0).filter(|_| !entry.void) else { return Ok(()) };
                let person = entry.person.map(|person| person.0);
                let counting = Counting {
                    county: county.0,
                    line,
                    day: entry.day,
                    person,
                    on_time: entry.on_time,
                    values: &entry.values,
                };
                counting.count(&measures, 1, &mut pending)
            })?;
        }
        pending.spread();
        self.count_rolls(county, &lines, wanted, &mut pending)?;
        self.count_transfers(county, &lines, wanted, &mut pending)?;
        Ok(pending)
    }

    fn count_rolls(
        &mut self,
        county: CountyId,
        lines: &HashMap<i64, Arc<[i64]>>,
        wanted: &dyn Fn(i64) -> bool,
        pending: &mut Pending,
    ) -> Result<()> {
        let active = self.active();
        let mut any = false;
        for kind in KINDS {
            any |= wanted(active.number(&format!("{ROLL}{kind}"))?)
                || wanted(active.number(&format!("{JOINED}{kind}"))?);
        }
        if any {
            for roll in self.all_rolls(county)? {
                roll.count(county.0, &active, lines, 1, pending)?;
            }
            pending.cells.retain(|(place, _), _| wanted(place.measure));
        }
        Ok(())
    }

    /// Takes people out of the sets in which no row of theirs is left.
    pub(crate) fn settle_doubts(&mut self, doubts: HashSet<(Place, u32), Hasher>) -> Result<()> {
        if doubts.is_empty() {
            return Ok(());
        }
        let mut by_place: HashMap<Place, Vec<u32>> = HashMap::new();
        for (place, person) in doubts {
            by_place.entry(place).or_default().push(person);
        }
        let mut places: Vec<_> = by_place.into_iter().collect();
        places.sort_unstable();
        for (place, people) in places {
            self.people_change(place, |reader, all| {
                let before = all.len();
                for person in people {
                    if all.contains(person) && !reader.still_counted(place, person)? {
                        all.remove(person);
                    }
                }
                Ok(all.len() != before)
            })?;
        }
        Ok(())
    }

    /// Whether a person has an entry that a People measure counts at a place.
    fn still_counted(&mut self, place: Place, person: u32) -> Result<bool> {
        let active = self.active();
        let found = active.measures.iter().find_map(|(register, measures)| {
            measures.iter().find(|measure| measure.number == place.measure).map(|measure| (register, measure))
        });
        let Some((register, measure)) = found else { return Ok(false) };
        let Some(table) = active.tables.get(register) else { return Ok(false) };
        let last = if place.grain == Grain::Month { place.day.last_of_month() } else { place.day };
        let values = [
            Param::Int(place.county),
            Param::Int(person.into()),
            Param::Date(place.day),
            Param::Date(last),
            Param::Int(place.county),
            Param::Text(format!("%/{}/%", place.unit)),
        ];
        let condition = "WHERE county = ? AND person = ? AND day BETWEEN ? AND ? AND NOT void \
             AND unit IN (SELECT u.id FROM org_unit u WHERE u.county = ? AND u.path LIKE ?)";
        let entries = self.entries(table, condition, &values)?;
        Ok(entries.iter().any(|entry| measure.holds(&entry.values)))
    }
}

impl Writer<'_> {
    /// Counts measures anew for every county.
    pub(crate) fn cells_rebuild(&mut self, measures: &HashSet<i64>) -> Result<()> {
        for county in self.county_list()? {
            self.rebuild(county, &|measure| measures.contains(&measure))?;
        }
        Ok(())
    }

    /// Counts everything anew for one county.
    pub(crate) fn county_rebuild(&mut self, county: CountyId) -> Result<()> {
        self.rebuild(county, &|_| true)
    }

    fn rebuild(&mut self, county: CountyId, wanted: &dyn Fn(i64) -> bool) -> Result<()> {
        self.county(county)?;
        // What earlier jobs still had to write is in the rows already.
        self.settle()?;
        let numbers: Vec<i64> =
            self.active().numbers.values().copied().filter(|measure| wanted(*measure)).collect();
        let of_county = Param::Int(county.0);
        for numbers in numbers.chunks(CHUNK) {
            let wanted: Vec<Param> =
                [of_county.clone()].into_iter().chain(numbers.iter().copied().map(Param::Int)).collect();
            for table in ["cell", "people_cell"] {
                let marks = marks(numbers.len());
                let sql = format!("DELETE FROM {table} WHERE county = ? AND measure IN ({marks})");
                self.conn.execute(&sql, &wanted)?;
            }
        }
        self.measures_change(numbers)?;
        self.county(county)?.sets += 1;
        let pending = self.count_anew(county, wanted)?;
        self.write_pending(pending)
    }

    /// Forms the natural keys of a register anew; of several entries that would share one the earliest keeps it.
    pub(crate) fn keys_rebuild(&mut self, register: &Register) -> Result<()> {
        let table = self.table(register);
        for county in self.county_list()? {
            let sql = format!("UPDATE {} SET natural_key = NULL WHERE county = ?", table.name);
            self.conn.execute(&sql, params![county.0])?;
            let mut keys = Vec::new();
            self.each_entry(county, &table, &mut |entry| {
                let key = natural_key(register, entry.unit, entry.person, &entry.values);
                keys.extend(key.map(|key| (entry.created_at, entry.id, entry.void, key)));
                Ok(())
            })?;
            keys.sort_unstable_by_key(|(created, id, ..)| (*created, *id));
            let mut taken = HashSet::new();
            let sql = format!("UPDATE {} SET natural_key = ? WHERE county = ? AND id = ?", table.name);
            for (_, id, void, key) in keys {
                if void || taken.insert(key.clone()) {
                    self.conn.execute(&sql, params![key, county.0, id.0.to_string()])?;
                }
            }
        }
        Ok(())
    }
}
