//! Entries made ready for their table: everything about a new entry that can be done before the writer's turn.

use crate::db::{Cast, Dialect, Param};
use crate::entry::{entry_json, natural_key};
use crate::error::Result;
use crate::model::{CountyId, Entry, EntryId, EntryWrite};
use crate::schema::Active;
use crate::seal::Seal;
use crate::store::{Reader, Store};
use crate::table::Table;
use hygeia_expr::Value;
use hygeia_pack::model::Register;
use indexmap::IndexMap;
use std::sync::Arc;

/// A submission with its row and its line of the log as they go in when it is new. The writer works for everybody, one
/// after the other; whoever submits makes this beforehand, on a thread of its own.
pub struct EntryReady {
    /// What it was made for.
    pub(crate) active: Arc<Active>,
    pub(crate) table: Arc<Table>,
    /// The entry as a new one.
    pub(crate) fresh: Entry,
    /// Its natural key.
    pub(crate) key: Option<String>,
    /// Parameters of [`Table::insert`].
    pub(crate) row: Vec<Param>,
    /// Its state as the log keeps it.
    pub(crate) state: String,
    pub(crate) expect_version: Option<i64>,
    pub(crate) reason: Option<String>,
}

impl EntryReady {
    /// Id of the entry.
    pub fn id(&self) -> EntryId {
        self.fresh.id
    }

    /// Its values, as they will be read back.
    pub fn values(&self) -> &IndexMap<String, Value> {
        &self.fresh.values
    }

    fn new(
        active: Arc<Active>,
        (dialect, seal): (Dialect, &Seal),
        county: CountyId,
        register: &Register,
        write: EntryWrite,
    ) -> Result<Self> {
        let table = active.table(register, dialect);
        let values = table.stored_form(&write.values)?;
        let key = natural_key(register, write.unit, write.person, &values);
        let fresh = Entry {
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
            created_by: write.actor,
            updated_at: write.at,
            pack_version: active.pack_version(register.id.pack()),
        };
        let row = row(county, &table, &fresh, key.as_deref(), seal)?;
        let state = entry_json(&fresh, &table, seal)?.to_string();
        let (expect_version, reason) = (write.expect_version, write.reason);
        Ok(Self { active, table, fresh, key, row, state, expect_version, reason })
    }
}

/// Parameters of [`Table::insert`].
fn row(county: CountyId, table: &Table, entry: &Entry, key: Option<&str>, seal: &Seal) -> Result<Vec<Param>> {
    let mut row = vec![Param::Int(county.0), key.map_or(Param::NullOf(Cast::Text), Param::from)];
    row.extend([
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
    row.extend(table.field_params(&entry.values, seal)?);
    Ok(row)
}

impl Store {
    /// Makes an entry ready for [`Writer::entry_put_ready`](crate::Writer::entry_put_ready).
    ///
    /// # Errors
    ///
    /// When a value does not fit its field.
    pub fn entry_ready(
        &self,
        county: CountyId,
        register: &Register,
        write: EntryWrite,
    ) -> Result<EntryReady> {
        let shared = self.shared();
        EntryReady::new(shared.active(), (self.dialect(), &shared.seal), county, register, write)
    }
}

impl Reader<'_> {
    pub(crate) fn entry_ready(
        &self,
        county: CountyId,
        register: &Register,
        write: EntryWrite,
    ) -> Result<EntryReady> {
        EntryReady::new(self.active(), (self.dialect(), &self.shared.seal), county, register, write)
    }
}
