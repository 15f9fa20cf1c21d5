//! A county's own line: head of its hash chain, versions of its directory; and the paths of its units.

use crate::db::{Dialect, first, params};
use crate::error::{Result, StoreError};
use crate::model::{CountyId, OrgUnitId};
use crate::store::{Reader, Writer};
use std::collections::HashMap;
use std::sync::Arc;

/// State of a county at the head of the transaction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct County {
    /// Number of the last line of the change log.
    pub seq: i64,
    /// Its hash, hexadecimal; empty before the first line.
    pub hash: String,
    /// Counted up by every change of units, people and enrolments.
    pub directory: i64,
    /// Counted up by every change of units.
    pub units: i64,
    /// Counted up by every change of a set of people.
    pub sets: i64,
}

/// Ids from the top to each unit, as of a version of the units.
pub(crate) struct Paths {
    pub version: i64,
    pub lines: HashMap<i64, Arc<[i64]>>,
}

/// The ids of a path such as `/1/4/9/`.
pub(crate) fn line_of(path: &str) -> Arc<[i64]> {
    path.split('/').filter_map(|part| part.parse().ok()).collect()
}

impl Reader<'_> {
    /// Counted up by every change of units, people and enrolments of the county.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn directory_version(&mut self, county: CountyId) -> Result<i64> {
        if let Some(known) = self.batch.as_ref().and_then(|batch| batch.counties.get(&county.0)) {
            return Ok(known.directory);
        }
        let row = first(&mut *self.conn, "SELECT directory FROM county WHERE county = ?", params![county.0])?;
        row.map_or(Ok(0), |mut row| row.int())
    }

    /// Counties that hold anything.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn county_list(&mut self) -> Result<Vec<CountyId>> {
        let rows = self.conn.query("SELECT county FROM county ORDER BY county", &[])?;
        rows.into_iter().map(|mut row| row.int().map(CountyId)).collect()
    }

    /// Ids from the top to each unit of the county.
    pub(crate) fn lines(&mut self, county: i64) -> Result<HashMap<i64, Arc<[i64]>>> {
        let rows = self.conn.query("SELECT id, path FROM org_unit WHERE county = ?", params![county])?;
        rows.into_iter().map(|mut row| Ok((row.int()?, line_of(&row.text()?)))).collect()
    }
}

impl Writer<'_> {
    /// The county's state, locked for the rest of the transaction.
    pub(crate) fn county(&mut self, county: CountyId) -> Result<&mut County> {
        if !self.batch()?.counties.contains_key(&county.0) {
            let lock = if self.dialect() == Dialect::Postgres { " FOR UPDATE" } else { "" };
            let sql = format!("SELECT seq, hash, directory, units, sets FROM county WHERE county = ?{lock}");
            let mut row = first(&mut *self.conn, &sql, params![county.0])?;
            if row.is_none() {
                self.conn.execute(
                    "INSERT INTO county (county, seq, hash, directory, units) VALUES (?, 0, '', 0, 0) ON CONFLICT DO NOTHING",
                    params![county.0],
                )?;
                row = first(&mut *self.conn, &sql, params![county.0])?;
            }
            let mut row = row.ok_or_else(|| StoreError::Missing(format!("county {county}")))?;
            let state = County {
                seq: row.int()?,
                hash: row.text()?,
                directory: row.int()?,
                units: row.int()?,
                sets: row.int()?,
            };
            self.batch()?.counties.insert(county.0, state);
        }
        self.batch()?.counties.get_mut(&county.0).ok_or(StoreError::Stopped)
    }

    /// Notes that units, people or enrolments have changed.
    pub(crate) fn directory_changed(&mut self, county: CountyId) -> Result<()> {
        self.county(county)?.directory += 1;
        Ok(())
    }

    /// Notes that the tree of units has changed.
    pub(crate) fn units_changed(&mut self, county: CountyId) -> Result<()> {
        let state = self.county(county)?;
        state.directory += 1;
        state.units += 1;
        self.batch()?.paths.remove(&county.0);
        Ok(())
    }

    /// The unit and all units above it.
    pub(crate) fn line(&mut self, county: CountyId, unit: OrgUnitId) -> Result<Arc<[i64]>> {
        let version = self.county(county)?.units;
        let fresh = self.batch()?.paths.get(&county.0).is_some_and(|paths| paths.version == version);
        if !fresh {
            let lines = self.lines(county.0)?;
            self.batch()?.paths.insert(county.0, Paths { version, lines });
        }
        let paths = self.batch()?.paths.get(&county.0);
        let line = paths.and_then(|paths| paths.lines.get(&unit.0)).cloned();
        line.ok_or_else(|| StoreError::Missing(format!("org unit {unit}")))
    }

    /// Writes the states of the counties touched, at the end of the transaction.
    pub(crate) fn counties_store(&mut self) -> Result<()> {
        let states: Vec<_> =
            self.batch()?.counties.iter().map(|(county, state)| (*county, state.clone())).collect();
        for (county, state) in states {
            self.conn.execute(
                "UPDATE county SET seq = ?, hash = ?, directory = ?, units = ?, sets = ? WHERE county = ?",
                params![state.seq, &state.hash, state.directory, state.units, state.sets, county],
            )?;
        }
        Ok(())
    }

    /// The next free id of a table of the county.
    pub(crate) fn next_id(&mut self, county: CountyId, table: &str) -> Result<i64> {
        // The county's line is locked first, so that two writers cannot draw the same id.
        self.county(county)?;
        let sql = format!("SELECT COALESCE(MAX(id), 0) + 1 FROM {table} WHERE county = ?");
        let mut row = first(&mut *self.conn, &sql, params![county.0])?.ok_or(StoreError::Stopped)?;
        row.int()
    }
}
