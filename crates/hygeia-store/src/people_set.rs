//! Sets of distinct people, one per measure, unit and day or month; the writer keeps those it used last in memory.
//!
//! A day's entries join the same sets again and again, and reading one anew for every batch would cost more than the
//! rest of the batch. The county's line, which a transaction locks before it writes there, counts the changes of its
//! sets: what is kept holds as long as nobody else has counted on.

use crate::cell::Piece;
use crate::db::{Param, first, marks, params};
use crate::error::{Result, StoreError};
use crate::model::{CountyId, OrgUnitId};
use crate::pending::{Grain, Place, place_params};
use crate::store::Reader;
use jiff::ToSpan;
use jiff::civil::Date;
use roaring::RoaringBitmap;
use rustc_hash::FxHashMap;
use std::iter::repeat_n;

/// Bytes the sets kept may take as they are stored; about as many in memory.
const ROOM: usize = 4 << 20;

/// Days or months of one stretch that are named one by one at most.
const NAMED: usize = 64;

/// Sets of people of one county, as the database has them.
#[derive(Default)]
pub(crate) struct KeptSets {
    /// The county, and its count of changes.
    at: (i64, i64),
    sets: FxHashMap<Place, RoaringBitmap>,
    /// Bytes they take.
    room: usize,
}

impl KeptSets {
    /// Forgets everything: what was written since is undone.
    pub(crate) fn forget(&mut self) {
        *self = Self::default();
    }

    fn keep(&mut self, place: Place, people: RoaringBitmap) {
        self.room += people.serialized_size();
        if self.room > ROOM {
            self.sets.clear();
            self.room = people.serialized_size();
        }
        self.sets.insert(place, people);
    }

    fn take(&mut self, place: Place) -> Option<RoaringBitmap> {
        let people = self.sets.remove(&place)?;
        self.room = self.room.saturating_sub(people.serialized_size());
        Some(people)
    }
}

impl Reader<'_> {
    /// Changes the set of people at a place; `change` answers whether it did.
    pub(crate) fn people_change(
        &mut self,
        place: Place,
        change: impl FnOnce(&mut Self, &mut RoaringBitmap) -> Result<bool>,
    ) -> Result<()> {
        let mut people = match self.kept_sets(place.county).and_then(|kept| kept.take(place)) {
            Some(people) => people,
            None => self.people_at(place)?,
        };
        if change(self, &mut people)? {
            // Who is looked at together was mostly enrolled together: runs of numbers take a tenth of the room.
            people.optimize();
            self.people_store(place, &people)?;
            let batch = self.batch.as_deref_mut();
            if let Some((kept, county)) = batch.and_then(|batch| batch.with_county(place.county)) {
                county.sets += 1;
                kept.at = (place.county, county.sets);
            }
        }
        if let Some(kept) = self.kept_sets(place.county) {
            kept.keep(place, people);
        }
        Ok(())
    }

    /// The sets of the county that still hold; `None` for who does not write there.
    fn kept_sets(&mut self, county: i64) -> Option<&mut KeptSets> {
        let (kept, state) = self.batch.as_deref_mut()?.with_county(county)?;
        if kept.at != (county, state.sets) {
            *kept = KeptSets { at: (county, state.sets), ..KeptSets::default() };
        }
        Some(kept)
    }

    /// Everybody in the sets of one stretch of days or months.
    pub(crate) fn people_within(
        &mut self,
        county: CountyId,
        measure: i64,
        unit: OrgUnitId,
        (grain, from, to): Piece,
    ) -> Result<RoaringBitmap> {
        let step = if grain == Grain::Month { 1.month() } else { 1.day() };
        let days: Vec<Date> = from.series(step).take_while(|day| *day <= to).take(NAMED + 1).collect();
        // Sets lie by day and under it by measure: those of one measure are found by naming the days. The number of
        // names is rounded up so that few statements are prepared.
        let (condition, days) = if days.len() > NAMED {
            ("BETWEEN ? AND ?".to_owned(), vec![from, to])
        } else {
            let names = days.len().next_power_of_two();
            let padded = days.into_iter().chain(repeat_n(to, names)).take(names);
            (format!("IN ({})", marks(names)), padded.collect())
        };
        let sql = format!(
            "SELECT people FROM people_cell WHERE county = ? AND unit = ? AND grain = ? AND measure = ? AND day {condition}"
        );
        let mut values = params![county.0, unit.0, grain as i64, measure].to_vec();
        values.extend(days.into_iter().map(Param::from));
        let mut people = RoaringBitmap::new();
        for mut row in self.conn.query(&sql, &values)? {
            people |= read_people(&row.blob()?)?;
        }
        Ok(people)
    }

    fn people_at(&mut self, place: Place) -> Result<RoaringBitmap> {
        let sql = "SELECT people FROM people_cell WHERE county = ? AND measure = ? AND unit = ? AND grain = ? AND day = ?";
        match first(&mut *self.conn, sql, &place_params(place))? {
            None => Ok(RoaringBitmap::new()),
            Some(mut row) => read_people(&row.blob()?),
        }
    }

    fn people_store(&mut self, place: Place, people: &RoaringBitmap) -> Result<()> {
        let mut bytes = Vec::with_capacity(people.serialized_size());
        people.serialize_into(&mut bytes).map_err(|error| StoreError::Corrupt(error.to_string()))?;
        let mut values = place_params(place).to_vec();
        values.push(Param::Blob(bytes));
        self.conn.execute(
            "INSERT INTO people_cell (county, measure, unit, grain, day, people) VALUES (?,?,?,?,?,?) \
             ON CONFLICT (county, unit, grain, day, measure) DO UPDATE SET people = excluded.people",
            &values,
        )?;
        Ok(())
    }
}

/// Reads a stored set of people.
pub(crate) fn read_people(bytes: &[u8]) -> Result<RoaringBitmap> {
    RoaringBitmap::deserialize_from(bytes).map_err(|error| StoreError::Corrupt(error.to_string()))
}
