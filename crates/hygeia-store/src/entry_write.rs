//! Storing entries: row, log line and measure cells in one step.

use crate::change::Line;
use crate::db::{Cast, Param, params, show_timestamp};
use crate::entry::{entry_json, natural_key, unsealed};
use crate::entry_ready::EntryReady;
use crate::error::{Result, StoreError};
use crate::measure::Counting;
use crate::model::{Actor, AttachmentId, ChangeQuery, CountyId, Entry, EntryId, EntryWrite, OrgUnitId, Put};
use crate::store::Writer;
use crate::table::Table;
use hygeia_pack::model::Register;
use jiff::Timestamp;
use serde_json::Value as Json;
use std::sync::Arc;

/// Why a row is written, for its log line.
pub(crate) struct Reason<'a> {
    pub action: &'a str,
    pub text: Option<String>,
    pub actor: &'a Actor,
    pub at: Timestamp,
}

/// Where an entry is taken by [`Writer::entry_rehome`], and why.
#[derive(Debug, Clone, Copy)]
pub struct Rehome<'a> {
    /// Unit it comes to.
    pub unit: OrgUnitId,
    /// Pictures it names.
    pub pictures: &'a [AttachmentId],
    /// For the log.
    pub reason: &'a str,
    /// Who moved its subject.
    pub actor: &'a Actor,
    /// When.
    pub at: Timestamp,
}

/// A state without what the workflow keeps, which no submission says.
fn as_submitted(mut state: Json, register: &Register) -> Json {
    if let Some(values) = state.get_mut("values").and_then(Json::as_object_mut) {
        values.retain(|name, _| register.fields.get(name).is_none_or(|field| !field.by_workflow));
    }
    state
}

impl Writer<'_> {
    /// Stores an entry with its log line and its cells. A known id is a change, unless it says what is stored or what
    /// was stored first: the same submission twice is once.
    ///
    /// # Errors
    ///
    /// When unit or person do not exist, a value does not fit its field, or the database fails.
    pub fn entry_put(&mut self, county: CountyId, register: &Register, write: EntryWrite) -> Result<Put> {
        let ready = self.entry_ready(county, register, write)?;
        self.entry_put_ready(county, register, ready)
    }

    /// Like [`Writer::entry_put`], of an entry made ready before the writer's turn.
    ///
    /// # Errors
    ///
    /// As [`Writer::entry_put`].
    pub fn entry_put_ready(
        &mut self,
        county: CountyId,
        register: &Register,
        ready: EntryReady,
    ) -> Result<Put> {
        let EntryReady { active, table, fresh, key, row, state, expect_version, reason } = ready;
        if !Arc::ptr_eq(&active, &self.active()) {
            // Packs came into force since.
            let again = EntryWrite {
                id: fresh.id,
                unit: fresh.unit,
                person: fresh.person,
                day: fresh.day,
                values: fresh.values,
                expect_version,
                on_time: fresh.on_time,
                actor: fresh.created_by,
                at: fresh.created_at,
                reason,
            };
            return self.entry_put(county, register, again);
        }
        self.line(county, fresh.unit)?;
        let person_known = fresh.person.map_or(Ok(true), |person| self.person_known(county, person))?;
        let (actor, at) = (fresh.created_by.clone(), fresh.created_at);
        let reason = |action| Reason { action, text: reason, actor: &actor, at };
        // Most submissions are new: what stands there already is only looked for when the row does not go in.
        if person_known && self.conn.execute(&table.insert, &row)? > 0 {
            self.entry_logged(county, &table, (None, &fresh), (None, state), reason("create"))?;
            return Ok(Put::Created { version: fresh.version });
        }
        let current = self.entry_get(county, register, fresh.id)?;
        if let Some(current) = &current {
            if (current.unit, current.person, current.day) == (fresh.unit, fresh.person, fresh.day)
                && current.values == fresh.values
            {
                return Ok(Put::Unchanged { version: current.version });
            }
            let stale = expect_version.is_some_and(|expected| expected != current.version);
            if expect_version.is_none() && self.was_first(county, register, current, &fresh)? {
                return Ok(Put::Unchanged { version: current.version });
            }
            if stale || current.void {
                return Ok(Put::Conflict { current: current.clone() });
            }
        }
        if let Some(person) = fresh.person.filter(|_| !person_known) {
            return Err(StoreError::Missing(format!("person {person}")));
        }
        if let Some(existing) = self.under_key(county, &table, key.as_deref(), fresh.id)? {
            return Ok(Put::Duplicate { existing });
        }
        let current = current.ok_or_else(|| StoreError::Corrupt(format!("the keys of {}", table.name)))?;
        let after = Entry {
            version: current.version + 1,
            void: current.void,
            on_time: current.on_time,
            signed_by: current.signed_by.clone(),
            signed_at: current.signed_at,
            created_at: current.created_at,
            created_by: current.created_by.clone(),
            ..fresh
        };
        self.entry_update(county, &table, &after, key)?;
        self.entry_changed(county, &table, Some(&current), &after, reason("update"))?;
        Ok(Put::Updated { version: after.version })
    }

    /// Stores many entries of a register; cells coalesce over all of them.
    ///
    /// # Errors
    ///
    /// As [`Writer::entry_put`]; the whole write is undone then.
    pub fn entry_put_many(
        &mut self,
        county: CountyId,
        register: &Register,
        writes: Vec<EntryWrite>,
    ) -> Result<Vec<Put>> {
        writes.into_iter().map(|write| self.entry_put(county, register, write)).collect()
    }

    /// Voids an entry (作废) or takes the void back; it stays in the history and leaves or re-enters every number.
    ///
    /// # Errors
    ///
    /// When there is no such entry, or the database fails.
    #[expect(clippy::too_many_arguments, reason = "who, what, when and why")]
    pub fn entry_set_void(
        &mut self,
        county: CountyId,
        register: &Register,
        id: EntryId,
        void: bool,
        actor: Actor,
        at: Timestamp,
        reason: Option<String>,
    ) -> Result<Put> {
        let table = self.table(register);
        self.county(county)?;
        let before = self
            .entry_get(county, register, id)?
            .ok_or_else(|| StoreError::Missing(format!("entry {id}")))?;
        if before.void == void {
            return Ok(Put::Unchanged { version: before.version });
        }
        let key = natural_key(register, before.unit, before.person, &before.values);
        if !void && let Some(existing) = self.under_key(county, &table, key.as_deref(), id)? {
            return Ok(Put::Duplicate { existing });
        }
        let after = Entry { void, version: before.version + 1, updated_at: at, ..before.clone() };
        let sql = format!(
            "UPDATE {} SET void = ?, version = ?, updated_at = ? WHERE county = ? AND id = ?",
            table.name
        );
        let values = [
            Param::Bool(void),
            Param::Int(after.version),
            Param::Timestamp(at),
            Param::Int(county.0),
            Param::Text(id.0.to_string()),
        ];
        self.conn.execute(&sql, &values)?;
        self.clocks_set_void(county, &register.id, id, void)?;
        let action = if void { "void" } else { "restore" };
        let reason = Reason { action, text: reason, actor: &actor, at };
        self.entry_changed(county, &table, Some(&before), &after, reason)?;
        Ok(Put::Updated { version: after.version })
    }

    /// Takes an entry, voided or not, to another unit with its clocks and pictures, because its subject is enrolled there
    /// on its day. What was signed on the sheet it leaves is not signed on the one it comes to. `Put::Duplicate` when the
    /// other unit has the same entry already: nothing is changed then.
    ///
    /// # Errors
    ///
    /// When entry or unit do not exist, a ledger refuses, or the database fails.
    pub fn entry_rehome(
        &mut self,
        county: CountyId,
        register: &Register,
        id: EntryId,
        step: Rehome<'_>,
    ) -> Result<Put> {
        let table = self.table(register);
        self.line(county, step.unit)?;
        let before = self
            .entry_get(county, register, id)?
            .ok_or_else(|| StoreError::Missing(format!("entry {id}")))?;
        if before.unit == step.unit {
            return Ok(Put::Unchanged { version: before.version });
        }
        let key = natural_key(register, step.unit, before.person, &before.values);
        if !before.void
            && let Some(existing) = self.under_key(county, &table, key.as_deref(), id)?
        {
            return Ok(Put::Duplicate { existing });
        }
        let after = Entry {
            unit: step.unit,
            version: before.version + 1,
            signed_by: None,
            signed_at: None,
            updated_at: step.at,
            ..before.clone()
        };
        self.entry_update(county, &table, &after, key)?;
        let place = params![step.unit.0, county.0];
        let own = [Param::Int(county.0), Param::Text(id.0.to_string())];
        let unsign = format!(
            "UPDATE {} SET signed_by = NULL, signed_at = NULL WHERE county = ? AND id = ?",
            table.name
        );
        self.conn.execute(&unsign, &own)?;
        let clocks = "UPDATE clock SET unit = ? WHERE county = ? AND register = ? AND entry = ?";
        let which = params![register.id.as_str(), id.0.to_string()];
        self.conn.execute(clocks, &[place.as_slice(), which.as_slice()].concat())?;
        for picture in step.pictures {
            let sql = "UPDATE attachment SET unit = ? WHERE county = ? AND id = ?";
            self.conn
                .execute(sql, &[place.as_slice(), params![picture.0.to_string()].as_slice()].concat())?;
        }
        let reason =
            Reason { action: "update", text: Some(step.reason.into()), actor: step.actor, at: step.at };
        self.entry_changed(county, &table, Some(&before), &after, reason)?;
        Ok(Put::Updated { version: after.version })
    }

    /// Whether a submission without a version is the one that made the entry, sent again after someone changed it.
    fn was_first(
        &mut self,
        county: CountyId,
        register: &Register,
        current: &Entry,
        sent: &Entry,
    ) -> Result<bool> {
        if current.version == 1 {
            return Ok(false);
        }
        let query = ChangeQuery {
            noun: Some(register.id.to_string()),
            reference: Some(sent.id.0.to_string()),
            limit: u32::MAX,
            ..ChangeQuery::default()
        };
        let first =
            self.change_list(county, &query)?.into_iter().rev().find(|change| change.action == "create");
        let Some(first) = first else { return Ok(false) };
        let first = unsealed(first.after, &self.shared.seal)?;
        let again = Entry { on_time: current.on_time, ..sent.clone() };
        let table = self.table(register);
        let again = unsealed(entry_json(&again, &table, &self.shared.seal)?, &self.shared.seal)?;
        Ok(as_submitted(first, register) == as_submitted(again, register))
    }

    /// Another valid entry under the same natural key.
    pub(crate) fn under_key(
        &mut self,
        county: CountyId,
        table: &Table,
        key: Option<&str>,
        own: EntryId,
    ) -> Result<Option<Entry>> {
        let Some(key) = key else { return Ok(None) };
        let condition = "WHERE county = ? AND natural_key = ? AND NOT void AND id <> ?";
        Ok(self.entries(table, condition, params![county.0, key, own.0.to_string()])?.into_iter().next())
    }

    pub(crate) fn entry_update(
        &mut self,
        county: CountyId,
        table: &Table,
        entry: &Entry,
        key: Option<String>,
    ) -> Result<()> {
        let mut values = vec![
            key.map_or(Param::NullOf(Cast::Text), Param::Text),
            Param::Int(entry.unit.0),
            entry.person.map_or(Param::NullOf(Cast::Int), |person| Param::Int(person.0.into())),
            Param::Date(entry.day),
            Param::Int(entry.version),
            Param::Timestamp(entry.updated_at),
            Param::Int(entry.pack_version),
        ];
        values.extend(table.field_params(&entry.values, &self.shared.seal)?);
        values.extend([Param::Int(county.0), Param::Text(entry.id.0.to_string())]);
        self.conn.execute(&table.update, &values)?;
        Ok(())
    }

    /// The log line and the cells of a change of one entry.
    pub(crate) fn entry_changed(
        &mut self,
        county: CountyId,
        table: &Table,
        before: Option<&Entry>,
        after: &Entry,
        reason: Reason<'_>,
    ) -> Result<()> {
        let seal = &self.shared.seal;
        let state = |entry: &Entry| entry_json(entry, table, seal).map(|state| state.to_string());
        let states = (before.map(state).transpose()?, state(after)?);
        self.entry_logged(county, table, (before, after), states, reason)
    }

    /// As [`Writer::entry_changed`], with the states as the log keeps them.
    fn entry_logged(
        &mut self,
        county: CountyId,
        table: &Table,
        (before, after): (Option<&Entry>, &Entry),
        states: (Option<String>, String),
        reason: Reason<'_>,
    ) -> Result<()> {
        self.line_append(
            county,
            Line {
                at: show_timestamp(reason.at),
                account: reason.actor.account.0,
                actor: reason.actor.name.clone(),
                action: reason.action.to_owned(),
                noun: after.register.to_string(),
                reference: after.id.0.to_string(),
                unit: Some(after.unit.0),
                before: states.0,
                after: Some(states.1),
                reason: reason.text,
                ..Line::default()
            },
        )?;
        if table.signed {
            let sheets = before.map(|before| (before.unit, before.day)).into_iter();
            for sheet in sheets.chain([(after.unit, after.day)]) {
                self.sheet_unsign(county, table, sheet, reason.actor, reason.at)?;
            }
        }
        if let Some(before) = before {
            self.entry_count_in_cells(county, before, -1)?;
        }
        self.entry_count_in_cells(county, after, 1)?;
        self.ledgers_follow(county, before, after, reason.at)?;
        self.settle_if_large()
    }

    fn entry_count_in_cells(&mut self, county: CountyId, entry: &Entry, sign: i64) -> Result<()> {
        if entry.void {
            return Ok(());
        }
        let measures = self.active().measures_of(&entry.register);
        let line = self.line(county, entry.unit)?;
        let counting = Counting {
            county: county.0,
            line: &line,
            day: entry.day,
            person: entry.person.map(|person| person.0),
            on_time: entry.on_time,
            values: &entry.values,
        };
        counting.count(&measures, sign, &mut self.batch()?.job)
    }
}
