//! Steps of entries that are no edits: transitions, and what time does to clocks.

use crate::db::{first, params};
use crate::entry::natural_key;
use crate::entry_write::Reason;
use crate::error::Result;
use crate::model::{CountyId, Entry, EntryStep, Put};
use crate::store::{Reader, Writer};
use hygeia_pack::model::Register;
use uuid::Uuid;

impl Reader<'_> {
    /// Version an entry came to with a step the client has given this id; `None` when there was no such step.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn entry_step_get(&mut self, county: CountyId, request: Uuid) -> Result<Option<(Uuid, i64)>> {
        let sql = "SELECT entry, version FROM entry_step WHERE county = ? AND id = ?";
        let row = first(&mut *self.conn, sql, params![county.0, request.to_string()])?;
        row.map(|mut row| Ok((row.parsed()?, row.int()?))).transpose()
    }
}

impl Writer<'_> {
    /// Takes a step: row, log line and cells together. An entry that is not as it was read is a conflict.
    ///
    /// # Errors
    ///
    /// When a value does not fit its field, or the database fails.
    pub fn entry_step(&mut self, county: CountyId, register: &Register, step: EntryStep) -> Result<Put> {
        let table = self.table(register);
        let before = step.before;
        self.line(county, before.unit)?;
        let values = table.stored_form(&step.values)?;
        match self.entry_get(county, register, before.id)? {
            Some(current) if current == before && !current.void => {}
            Some(current) => return Ok(Put::Conflict { current }),
            None => return Err(crate::StoreError::Missing(format!("entry {}", before.id))),
        }
        let key = natural_key(register, before.unit, before.person, &values);
        if let Some(existing) = self.under_key(county, &table, key.as_deref(), before.id)? {
            return Ok(Put::Duplicate { existing });
        }
        let after = Entry {
            day: step.day,
            values,
            version: before.version + i64::from(step.new_version),
            updated_at: step.at,
            pack_version: self.active().pack_version(register.id.pack()),
            ..before.clone()
        };
        self.entry_update(county, &table, &after, key)?;
        let reason = Reason { action: &step.action, text: step.reason, actor: &step.actor, at: step.at };
        self.entry_changed(county, &table, Some(&before), &after, reason)?;
        if let Some(request) = step.request {
            self.conn.execute(
                "INSERT INTO entry_step (county, id, register, entry, version) VALUES (?,?,?,?,?)",
                params![
                    county.0,
                    request.to_string(),
                    register.id.as_str(),
                    after.id.0.to_string(),
                    after.version
                ],
            )?;
        }
        Ok(Put::Updated { version: after.version })
    }
}
