//! Entries (记录): reading one, its history, its sheet.

use crate::db::{Param, Row, first, params};
use crate::error::{Result, StoreError};
use crate::model::{Change, ChangeQuery, CountyId, Entry, EntryId, OrgUnitId, PersonId};
use crate::seal::{Seal, hex, unhex};
use crate::store::Reader;
use crate::table::{Column, Table};
use hygeia_expr::Value;
use hygeia_pack::model::{KeyPart, Register};
use indexmap::IndexMap;
use jiff::civil::Date;
use serde_json::{Map, Value as Json, json};
use std::sync::Arc;

/// What an earlier entry of a person says, by [`Reader::entry_said_before`].
#[derive(Debug, Clone, PartialEq)]
pub struct Said {
    /// The entry.
    pub entry: EntryId,
    /// Its unit.
    pub unit: OrgUnitId,
    /// Values of the fields that were asked for, in their order.
    pub values: Vec<Value>,
}

/// What stands between the parts of a natural key; it cannot be typed.
const SEPARATOR: char = '\u{1f}';

/// The natural key of an entry; `None` when the register has none.
pub(crate) fn natural_key(
    register: &Register,
    unit: OrgUnitId,
    person: Option<PersonId>,
    values: &IndexMap<String, Value>,
) -> Option<String> {
    let part = |part: &KeyPart| match part {
        KeyPart::OrgUnit => unit.to_string(),
        KeyPart::Subject => person.map(|person| person.to_string()).unwrap_or_default(),
        KeyPart::Field(field) => match values.get(field) {
            None | Some(Value::Null) => String::new(),
            Some(Value::Text(text)) => text.clone(),
            Some(value) => value.to_json().to_string(),
        },
    };
    let parts: Vec<String> = register.key.iter().map(part).collect();
    (!parts.is_empty()).then(|| parts.join(&SEPARATOR.to_string()))
}

/// The state of an entry as the change log keeps it: missing values left out, personal ones sealed.
pub(crate) fn entry_json(entry: &Entry, table: &Table, seal: &Seal) -> Result<Json> {
    let mut values = Map::new();
    for column in &table.columns {
        let Some(value) = entry.values.get(&column.field).filter(|value| !value.is_null()) else { continue };
        let json = match column.storage {
            crate::table::Storage::Sealed => {
                json!({ "sealed": hex(&seal.seal(&value.to_json().to_string())?) })
            }
            _ => value.to_json(),
        };
        values.insert(column.field.clone(), json);
    }
    Ok(json!({
        "unit": entry.unit.0,
        "person": entry.person.map(|person| person.0),
        "day": entry.day.to_string(),
        "version": entry.version,
        "void": entry.void,
        "on_time": entry.on_time,
        "values": values,
    }))
}

/// A logged state of an entry with its personal values readable again.
pub(crate) fn unsealed(mut state: Json, seal: &Seal) -> Result<Json> {
    let values = state.get_mut("values").and_then(Json::as_object_mut);
    for value in values.into_iter().flat_map(|values| values.values_mut()) {
        let Some(sealed) = value.get("sealed").and_then(Json::as_str) else { continue };
        let plain = seal.open(&unhex(sealed).ok_or(StoreError::WrongKey)?)?;
        *value = serde_json::from_str(&plain).map_err(|error| StoreError::Corrupt(error.to_string()))?;
    }
    Ok(state)
}

impl Reader<'_> {
    pub(crate) fn table(&self, register: &Register) -> Arc<Table> {
        self.active().table(register, self.dialect())
    }

    pub(crate) fn entries(&mut self, table: &Table, condition: &str, values: &[Param]) -> Result<Vec<Entry>> {
        let rows = self.conn.query(&format!("{} {condition}", table.select), values)?;
        let seal = &self.shared.seal;
        rows.into_iter().map(|mut row| table.entry(&mut row, seal)).collect()
    }

    /// One entry, voided or not.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn entry_get(&mut self, county: CountyId, register: &Register, id: EntryId) -> Result<Option<Entry>> {
        let table = self.table(register);
        let found =
            self.entries(&table, "WHERE county = ? AND id = ?", params![county.0, id.0.to_string()])?;
        Ok(found.into_iter().next())
    }

    /// Entries by id, voided or not; ids that do not exist are left out.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn entry_get_many(
        &mut self,
        county: CountyId,
        register: &Register,
        ids: &[EntryId],
    ) -> Result<Vec<Entry>> {
        let table = self.table(register);
        let mut found = Vec::with_capacity(ids.len());
        for ids in ids.chunks(500) {
            let condition = format!("WHERE county = ? AND id IN ({})", crate::db::marks(ids.len()));
            let mut values = vec![Param::Int(county.0)];
            values.extend(ids.iter().map(|id| Param::Text(id.0.to_string())));
            found.extend(self.entries(&table, &condition, &values)?);
        }
        Ok(found)
    }

    /// The valid entry that stands under the natural key these values form; `None` also when the register has none.
    ///
    /// # Errors
    ///
    /// When the database fails or a value does not fit its field.
    pub fn entry_by_key(
        &mut self,
        county: CountyId,
        register: &Register,
        unit: OrgUnitId,
        person: Option<PersonId>,
        values: &IndexMap<String, Value>,
    ) -> Result<Option<Entry>> {
        let table = self.table(register);
        let values = table.stored_form(values)?;
        let Some(key) = natural_key(register, unit, person, &values) else { return Ok(None) };
        let condition = "WHERE county = ? AND natural_key = ? AND NOT void";
        Ok(self.entries(&table, condition, params![county.0, key])?.into_iter().next())
    }

    /// Some fields of the entries about a person of days before `day`, the latest first, `most` of them.
    ///
    /// # Errors
    ///
    /// When the register has no such field, or the database fails.
    pub fn entry_said_before(
        &mut self,
        county: CountyId,
        register: &Register,
        (person, day): (PersonId, Date),
        fields: &[&str],
        most: u32,
    ) -> Result<Vec<Said>> {
        let table = self.table(register);
        let column =
            |field: &&str| table.column(field).ok_or_else(|| StoreError::WrongType((*field).to_owned()));
        let columns: Vec<_> = fields.iter().map(column).collect::<Result<_>>()?;
        let read: String = columns.iter().map(|column| format!(", {}", column.read)).collect();
        let sql = format!(
            "SELECT id, unit{read} FROM {} WHERE county = ? AND person = ? AND day < ? AND NOT void \
             ORDER BY day DESC, created_at DESC, id LIMIT ?",
            table.name
        );
        let rows = self
            .conn
            .query(&sql, params![county.0, i64::from(person.0), Param::Date(day), i64::from(most)])?;
        let said = |mut row: Row| {
            let corrupt = |_| StoreError::Corrupt(format!("an id of {}", table.name));
            let entry = EntryId(row.text()?.parse().map_err(corrupt)?);
            let unit = OrgUnitId(row.int()?);
            let value = |column: &&Column| column.value(row.next(), &self.shared.seal);
            Ok(Said { entry, unit, values: columns.iter().map(value).collect::<Result<_>>()? })
        };
        rows.into_iter().map(said).collect()
    }

    /// Changes of an entry, newest first.
    ///
    /// # Errors
    ///
    /// When the database fails or the key of personal data is another.
    pub fn entry_history(
        &mut self,
        county: CountyId,
        register: &Register,
        id: EntryId,
    ) -> Result<Vec<Change>> {
        let query = ChangeQuery {
            noun: Some(register.id.to_string()),
            reference: Some(id.0.to_string()),
            limit: 1_000,
            ..ChangeQuery::default()
        };
        let mut changes = self.change_list(county, &query)?;
        for change in &mut changes {
            change.before = unsealed(std::mem::take(&mut change.before), &self.shared.seal)?;
            change.after = unsealed(std::mem::take(&mut change.after), &self.shared.seal)?;
        }
        Ok(changes)
    }

    /// The valid entries of a unit on a day.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn entry_sheet(
        &mut self,
        county: CountyId,
        register: &Register,
        unit: OrgUnitId,
        day: Date,
    ) -> Result<Vec<Entry>> {
        let table = self.table(register);
        let values = [Param::Int(county.0), Param::Int(unit.0), Param::Date(day)];
        self.entries(
            &table,
            "WHERE county = ? AND unit = ? AND day = ? AND NOT void ORDER BY created_at, id",
            &values,
        )
    }

    /// Entries about some people on `from` and after (until `to`, when given), voided or not, wherever they were made.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn entries_about(
        &mut self,
        county: CountyId,
        register: &Register,
        people: &[PersonId],
        (from, to): (Date, Option<Date>),
    ) -> Result<Vec<Entry>> {
        let table = self.table(register);
        let mut found = Vec::new();
        for people in people.chunks(500) {
            let mut values = vec![Param::Int(county.0)];
            values.extend(people.iter().map(|person| Param::Int(person.0.into())));
            values.push(Param::Date(from));
            values.extend(to.map(Param::Date));
            let until = if to.is_some() { " AND day <= ?" } else { "" };
            let people = crate::db::marks(people.len());
            let condition = format!(
                "WHERE county = ? AND person IN ({people}) AND day >= ?{until} ORDER BY day, created_at, id"
            );
            found.extend(self.entries(&table, &condition, &values)?);
        }
        Ok(found)
    }

    /// Whether the county has such a person.
    pub(crate) fn person_exists(&mut self, county: CountyId, person: PersonId) -> Result<bool> {
        let sql = "SELECT 1 FROM person WHERE county = ? AND id = ?";
        Ok(first(&mut *self.conn, sql, params![county.0, i64::from(person.0)])?.is_some())
    }
}
