//! Clocks of entries, by due time and unit.

use crate::db::{Param, Row, params};
use crate::error::{Result, StoreError};
use crate::model::{Clock, ClockQuery, CountyId, EntryId, OrgUnitId, Outcome};
use crate::store::{Reader, Writer};
use hygeia_pack::model::RegisterId;
use jiff::Timestamp;

const COLUMNS: &str =
    "register, entry, name, unit, started_at, due_at, warn_at, pauses, ended_at, voided, outcome, level";

impl Reader<'_> {
    /// Clocks, the earliest due first.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn clock_list(&mut self, county: CountyId, query: &ClockQuery) -> Result<Vec<Clock>> {
        let mut condition = "county = ? AND entry_void = 0".to_owned();
        let mut values = vec![Param::Int(county.0)];
        if !query.unit_path.is_empty() {
            condition
                .push_str(" AND unit IN (SELECT u.id FROM org_unit u WHERE u.county = ? AND u.path LIKE ?)");
            values.extend([Param::Int(county.0), Param::Text(format!("{}%", query.unit_path))]);
        }
        if let Some(register) = &query.register {
            condition.push_str(" AND register = ?");
            values.push(Param::Text(register.to_string()));
        }
        if query.open {
            condition.push_str(" AND ended_at IS NULL AND outcome <> 'void'");
        }
        if let Some(due) = query.due_before {
            condition.push_str(" AND due_at < ?");
            values.push(due.into());
        }
        let chunks: Vec<Option<&[EntryId]>> = match &query.entries {
            None => vec![None],
            Some(entries) => entries.chunks(500).map(Some).collect(),
        };
        let mut clocks = Vec::new();
        for chunk in chunks {
            let (mut sql, mut values) = (condition.clone(), values.clone());
            if let Some(entries) = chunk {
                sql.push_str(&format!(" AND entry IN ({})", crate::db::marks(entries.len())));
                values.extend(entries.iter().map(|id| Param::Text(id.0.to_string())));
            }
            let mut sql = format!("SELECT {COLUMNS} FROM clock WHERE {sql} ORDER BY due_at, entry, name");
            if query.limit > 0 {
                sql.push_str(&format!(" LIMIT {}", query.limit));
            }
            for mut row in self.conn.query(&sql, &values)? {
                clocks.push(read(&mut row)?);
            }
        }
        Ok(clocks)
    }

    /// The clocks of an entry, whether or not it is voided.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn clocks_of(&mut self, county: CountyId, register: &RegisterId, id: EntryId) -> Result<Vec<Clock>> {
        let sql = format!(
            "SELECT {COLUMNS} FROM clock WHERE county = ? AND register = ? AND entry = ? ORDER BY due_at, name"
        );
        let rows = self.conn.query(&sql, params![county.0, register.as_str(), id.0.to_string()])?;
        rows.into_iter().map(|mut row| read(&mut row)).collect()
    }

    /// The clock rows of voided entries, for verification: register and entry.
    pub(crate) fn clocks_voided(&mut self, county: CountyId) -> Result<Vec<(String, String)>> {
        let sql = "SELECT DISTINCT register, entry FROM clock WHERE county = ? AND entry_void <> 0";
        let rows = self.conn.query(sql, params![county.0])?;
        rows.into_iter().map(|mut row| Ok((row.text()?, row.text()?))).collect()
    }
}

impl Writer<'_> {
    /// Stores a clock; one of the same entry and name is replaced.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn clock_put(&mut self, county: CountyId, clock: &Clock) -> Result<()> {
        self.conn.execute(
            "INSERT INTO clock (county, register, entry, name, unit, started_at, due_at, warn_at, pauses, \
             ended_at, voided, outcome, level, entry_void) VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,0) \
             ON CONFLICT (county, register, entry, name) DO UPDATE SET unit = excluded.unit, \
             started_at = excluded.started_at, due_at = excluded.due_at, warn_at = excluded.warn_at, \
             pauses = excluded.pauses, ended_at = excluded.ended_at, voided = excluded.voided, \
             outcome = excluded.outcome, level = excluded.level",
            params![
                county.0,
                clock.register.as_str(),
                clock.entry.0.to_string(),
                &clock.name,
                clock.unit.0,
                clock.started_at,
                clock.due_at,
                clock.warn_at,
                show_pauses(&clock.pauses),
                clock.ended_at,
                i64::from(clock.voided),
                clock.outcome.code(),
                clock.level
            ],
        )?;
        Ok(())
    }

    /// Takes the clocks of a voided entry out of every list, or puts them back.
    pub(crate) fn clocks_set_void(
        &mut self,
        county: CountyId,
        register: &RegisterId,
        entry: EntryId,
        void: bool,
    ) -> Result<()> {
        self.conn.execute(
            "UPDATE clock SET entry_void = ? WHERE county = ? AND register = ? AND entry = ?",
            params![i64::from(void), county.0, register.as_str(), entry.0.to_string()],
        )?;
        Ok(())
    }
}

fn read(row: &mut Row) -> Result<Clock> {
    let register = RegisterId::new(row.text()?);
    let entry = EntryId(row.parsed()?);
    Ok(Clock {
        register,
        entry,
        name: row.text()?,
        unit: OrgUnitId(row.int()?),
        started_at: row.parsed()?,
        due_at: row.parsed()?,
        warn_at: row.parsed()?,
        pauses: read_pauses(&row.text()?)?,
        ended_at: row.parsed_or_null()?,
        voided: row.flag()?,
        outcome: {
            let code = row.text()?;
            Outcome::from_code(&code)
                .ok_or_else(|| StoreError::Corrupt(format!("the outcome {code:?} of a clock")))?
        },
        level: row.int()?,
    })
}

/// `from/to` of each pause, the open one without an end.
fn show_pauses(pauses: &[(Timestamp, Option<Timestamp>)]) -> String {
    let show = |(from, to): &(Timestamp, Option<Timestamp>)| {
        format!("{from}/{}", to.map(|to| to.to_string()).unwrap_or_default())
    };
    pauses.iter().map(show).collect::<Vec<_>>().join(" ")
}

fn read_pauses(text: &str) -> Result<Vec<(Timestamp, Option<Timestamp>)>> {
    let corrupt = || StoreError::Corrupt(format!("the pauses {text:?} of a clock"));
    text.split_whitespace()
        .map(|pause| {
            let (from, to) = pause.split_once('/').ok_or_else(corrupt)?;
            let to = if to.is_empty() { None } else { Some(to.parse().map_err(|_| corrupt())?) };
            Ok((from.parse().map_err(|_| corrupt())?, to))
        })
        .collect()
}
