//! Storing entries: row, log line and measure cells in one step.

use crate::db::{Cast, Param, params};
use crate::entry::{entry_json, natural_key, unsealed};
use crate::error::{Result, StoreError};
use crate::measure::Counting;
use crate::model::{
    Actor, AttachmentId, ChangeQuery, CountyId, Entry, EntryId, EntryWrite, NewChange, OrgUnitId, Put,
};
use crate::store::Writer;
use crate::table::Table;
use hygeia_pack::model::Register;
use jiff::Timestamp;
use serde_json::Value as Json;

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
        let table = self.table(register);
        self.line(county, write.unit)?;
        let values = table.stored_form(&write.values)?;
        let current = self.entry_get(county, register, write.id)?;
        let same = |entry: &Entry| {
            (entry.unit, entry.person, entry.day) == (write.unit, write.person, write.day)
                && entry.values == values
        };
        if let Some(current) = &current {
            if same(current) {
                return Ok(Put::Unchanged { version: current.version });
            }
            let stale = write.expect_version.is_some_and(|expected| expected != current.version);
            if write.expect_version.is_none() && self.was_first(county, register, current, &write, &values)? {
                return Ok(Put::Unchanged { version: current.version });
            }
            if stale || current.void {
                return Ok(Put::Conflict { current: current.clone() });
            }
        }
        if let Some(person) = write.person
            && !self.person_exists(county, person)?
        {
            return Err(StoreError::Missing(format!("person {person}")));
        }
        let key = natural_key(register, write.unit, write.person, &values);
        if let Some(existing) = self.under_key(county, &table, key.as_deref(), write.id)? {
            return Ok(Put::Duplicate { existing });
        }
        let pack_version = self.active().pack_version(register.id.pack());
        let (action, after) = match &current {
            None => (
                "create",
                Entry {
                    id: write.id,
                    register: register.id.clone(),
                    unit: write.unit,
                    person: write.person,
                    day: write.day,
                    values,
                    version: 1,
                    void: false,
                    on_time: write.on_time,
                    signed_by: None,
                    signed_at: None,
                    created_at: write.at,
                    created_by: write.actor.clone(),
                    updated_at: write.at,
                    pack_version,
                },
            ),
            Some(current) => (
                "update",
                Entry {
                    unit: write.unit,
                    person: write.person,
                    day: write.day,
                    values,
                    version: current.version + 1,
                    updated_at: write.at,
                    pack_version,
                    ..current.clone()
                },
            ),
        };
        if current.is_none() {
            self.entry_insert(county, &table, &after, key)?;
        } else {
            self.entry_update(county, &table, &after, key)?;
        }
        let reason = Reason { action, text: write.reason, actor: &write.actor, at: write.at };
        self.entry_changed(county, &table, current.as_ref(), &after, reason)?;
        let version = after.version;
        Ok(if current.is_none() { Put::Created { version } } else { Put::Updated { version } })
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
        write: &EntryWrite,
        values: &indexmap::IndexMap<String, hygeia_expr::Value>,
    ) -> Result<bool> {
        if current.version == 1 {
            return Ok(false);
        }
        let query = ChangeQuery {
            noun: Some(register.id.to_string()),
            reference: Some(write.id.0.to_string()),
            limit: u32::MAX,
            ..ChangeQuery::default()
        };
        let first =
            self.change_list(county, &query)?.into_iter().rev().find(|change| change.action == "create");
        let Some(first) = first else { return Ok(false) };
        let first = unsealed(first.after, &self.shared.seal)?;
        let again = Entry {
            unit: write.unit,
            person: write.person,
            day: write.day,
            values: values.clone(),
            version: 1,
            void: false,
            ..current.clone()
        };
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

    fn entry_insert(
        &mut self,
        county: CountyId,
        table: &Table,
        entry: &Entry,
        key: Option<String>,
    ) -> Result<()> {
        let mut values = vec![Param::Int(county.0), key.map_or(Param::NullOf(Cast::Text), Param::Text)];
        values.extend([
            Param::Text(entry.id.0.to_string()),
            Param::Int(entry.unit.0),
            entry.person.map_or(Param::NullOf(Cast::Int), |person| Param::Int(person.0.into())),
            Param::Date(entry.day),
            Param::Int(entry.version),
            Param::Bool(entry.void),
            entry.on_time.map_or(Param::NullOf(Cast::Bool), Param::Bool),
            Param::NullOf(Cast::Text),
            Param::NullOf(Cast::Timestamp),
            Param::Timestamp(entry.created_at),
            Param::Text(entry.created_by.name.clone()),
            Param::Int(entry.created_by.account.0),
            Param::Timestamp(entry.updated_at),
            Param::Int(entry.pack_version),
        ]);
        values.extend(table.field_params(&entry.values, &self.shared.seal)?);
        self.conn.execute(&table.insert, &values)?;
        Ok(())
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
        let state = |entry: &Entry, seal| entry_json(entry, table, seal);
        let change = NewChange {
            action: reason.action.to_owned(),
            noun: after.register.to_string(),
            reference: after.id.0.to_string(),
            unit: Some(after.unit),
            before: before.map_or(Ok(Json::Null), |before| state(before, &self.shared.seal))?,
            after: state(after, &self.shared.seal)?,
            reason: reason.text,
            actor: reason.actor.clone(),
            at: reason.at,
        };
        self.change_append(county, &change)?;
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
