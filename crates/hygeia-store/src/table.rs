//! A register's table: names, statements, and values in their storage form.

use crate::db::{Cast, Cell, Dialect, Param, Row, from_micro, micro};
use crate::error::{Result, StoreError};
use crate::model::{AccountId, Actor, Entry, EntryId, OrgUnitId, PersonId};
use crate::seal::{Seal, hex, unhex};
use hygeia_expr::{Type, Value};
use hygeia_pack::model::{Field, FieldType, Register, RegisterId};
use indexmap::IndexMap;
use rust_decimal::Decimal;
use std::sync::Arc;

/// Columns every register has, in the order they are read; a field of the same name gets a `_` behind it.
const FIXED: [&str; 14] = [
    "id",
    "unit",
    "person",
    "day",
    "version",
    "void",
    "on_time",
    "signed_by",
    "signed_at",
    "created_at",
    "created_by",
    "created_account",
    "updated_at",
    "pack_version",
];

/// How a field is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Storage {
    Text,
    Int,
    Decimal,
    Bool,
    Date,
    Time,
    DateTime,
    /// `|a|b|`.
    Choices,
    /// JSON.
    Rows,
    /// Cipher text in hexadecimal.
    Sealed,
}

impl Storage {
    pub(crate) fn of(field: &Field) -> Self {
        if field.personal {
            return Storage::Sealed;
        }
        match &field.kind {
            FieldType::Text { .. }
            | FieldType::LongText { .. }
            | FieldType::Choice(_)
            | FieldType::Entry { .. }
            | FieldType::Drawing
            | FieldType::Signature => Storage::Text,
            FieldType::Int { .. } | FieldType::Person { .. } | FieldType::OrgUnit { .. } => Storage::Int,
            FieldType::Decimal { .. } => Storage::Decimal,
            FieldType::Bool => Storage::Bool,
            FieldType::Date => Storage::Date,
            FieldType::Time => Storage::Time,
            FieldType::DateTime => Storage::DateTime,
            FieldType::Choices(_) | FieldType::Photo { .. } => Storage::Choices,
            FieldType::Rows(_) => Storage::Rows,
        }
    }

    /// Name in the catalogue of stored fields.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Storage::Text => "text",
            Storage::Int => "int",
            Storage::Decimal => "decimal",
            Storage::Bool => "bool",
            Storage::Date => "date",
            Storage::Time => "time",
            Storage::DateTime => "datetime",
            Storage::Choices => "choices",
            Storage::Rows => "rows",
            Storage::Sealed => "sealed",
        }
    }

    /// Type of the column.
    pub(crate) fn column_type(self, dialect: Dialect) -> &'static str {
        match (dialect, self) {
            (Dialect::Sqlite, Storage::Int | Storage::Decimal | Storage::Bool) => "INTEGER",
            (Dialect::Sqlite, _) => "TEXT",
            (Dialect::Postgres, Storage::Int) => "BIGINT",
            (Dialect::Postgres, Storage::Decimal) => "NUMERIC(18,6)",
            (Dialect::Postgres, Storage::Bool) => "BOOLEAN",
            (Dialect::Postgres, Storage::Date) => "DATE",
            (Dialect::Postgres, Storage::Time) => "TIME",
            (Dialect::Postgres, Storage::DateTime) => "TIMESTAMP",
            (Dialect::Postgres, Storage::Rows) => "JSONB",
            (Dialect::Postgres, Storage::Text | Storage::Choices | Storage::Sealed) => "TEXT",
        }
    }

    fn cast(self) -> Cast {
        match self {
            Storage::Text | Storage::Choices | Storage::Sealed => Cast::Text,
            Storage::Int => Cast::Int,
            Storage::Decimal => Cast::Decimal,
            Storage::Bool => Cast::Bool,
            Storage::Date => Cast::Date,
            Storage::Time => Cast::Time,
            Storage::DateTime => Cast::DateTime,
            Storage::Rows => Cast::Json,
        }
    }
}

/// One field's column.
#[derive(Debug, Clone)]
pub(crate) struct Column {
    pub field: String,
    pub column: String,
    pub storage: Storage,
    /// The expression that reads it.
    pub read: String,
    ty: Type,
}

/// A register's table.
pub(crate) struct Table {
    pub id: RegisterId,
    pub name: String,
    pub columns: Vec<Column>,
    /// Whether the sheets of the register are signed.
    pub signed: bool,
    /// `SELECT … FROM …`, without a condition.
    pub select: String,
    /// Inserts nothing where an id or a natural key is taken.
    pub insert: String,
    pub update: String,
}

/// Name of the table of a register: `r_kindergarten_morning_check`.
pub(crate) fn table_name(register: &RegisterId) -> String {
    let plain: String = register
        .as_str()
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '_' })
        .collect();
    // PostgreSQL cuts names at 63 bytes; index names add up to eight.
    if plain.len() <= 50 {
        return format!("r_{plain}");
    }
    let hash = blake3::hash(register.as_str().as_bytes()).to_hex();
    format!("r_{}_{}", &plain[..40], &hash.as_str()[..8])
}

/// Name of the column of a field.
pub(crate) fn column_name(field: &str) -> String {
    let fixed = FIXED.contains(&field) || matches!(field, "county" | "natural_key");
    if fixed { format!("{field}_") } else { field.to_owned() }
}

fn type_of(field: &Field) -> Type {
    match &field.kind {
        FieldType::Text { .. }
        | FieldType::LongText { .. }
        | FieldType::Choice(_)
        | FieldType::Entry { .. }
        | FieldType::Drawing
        | FieldType::Signature => Type::Text,
        FieldType::Int { .. } | FieldType::Person { .. } | FieldType::OrgUnit { .. } => Type::Int,
        FieldType::Decimal { .. } => Type::Decimal,
        FieldType::Bool => Type::Bool,
        FieldType::Date => Type::Date,
        FieldType::Time => Type::Time,
        FieldType::DateTime => Type::DateTime,
        FieldType::Choices(_) | FieldType::Photo { .. } => Type::List(Box::new(Type::Text)),
        FieldType::Rows(fields) => {
            let cells = fields.iter().map(|(name, field)| (name.clone(), type_of(field))).collect();
            Type::List(Box::new(Type::Row(Arc::new(cells))))
        }
    }
}

impl Table {
    pub(crate) fn new(register: &Register, dialect: Dialect) -> Self {
        let read = |column: &str, typed: bool| match (dialect, typed) {
            (Dialect::Postgres, true) => format!("{column}::text"),
            _ => column.to_owned(),
        };
        let column = |(name, field): (&String, &Field)| {
            let (column, storage) = (column_name(name), Storage::of(field));
            let plain = matches!(
                storage,
                Storage::Text | Storage::Int | Storage::Bool | Storage::Choices | Storage::Sealed
            );
            let read = read(&format!("\"{column}\""), !plain);
            Column { field: name.clone(), column, storage, read, ty: type_of(field) }
        };
        let columns: Vec<Column> = register.fields.iter().map(column).collect();
        let name = table_name(&register.id);
        let own: Vec<String> = columns.iter().map(|column| format!("\"{}\"", column.column)).collect();
        let fixed = FIXED
            .iter()
            .map(|column| read(column, matches!(*column, "day" | "signed_at" | "created_at" | "updated_at")));
        let selected: Vec<String> = fixed.chain(columns.iter().map(|column| column.read.clone())).collect();
        let written: Vec<&str> = ["county", "natural_key"]
            .into_iter()
            .chain(FIXED)
            .chain(own.iter().map(String::as_str))
            .collect();
        let marks = crate::db::marks(written.len());
        let set = ["natural_key", "unit", "person", "day", "version", "updated_at", "pack_version"];
        let set: Vec<String> = set
            .into_iter()
            .chain(own.iter().map(String::as_str))
            .map(|column| format!("{column} = ?"))
            .collect();
        Self {
            id: register.id.clone(),
            select: format!("SELECT {} FROM {name}", selected.join(", ")),
            insert: format!(
                "INSERT INTO {name} ({}) VALUES ({marks}) ON CONFLICT DO NOTHING",
                written.join(", ")
            ),
            update: format!("UPDATE {name} SET {} WHERE county = ? AND id = ?", set.join(", ")),
            name,
            columns,
            signed: register.signed,
        }
    }

    /// Whether it was made for the same fields.
    pub(crate) fn is_of(&self, register: &Register) -> bool {
        self.signed == register.signed
            && self.columns.len() == register.fields.len()
            && self
                .columns
                .iter()
                .zip(&register.fields)
                .all(|(column, (name, field))| column.field == *name && column.storage == Storage::of(field))
    }

    /// The column of a field.
    pub(crate) fn column(&self, field: &str) -> Option<&Column> {
        self.columns.iter().find(|column| column.field == field)
    }

    /// The values as they will be read back: every field of the register, decimals and times in stored precision.
    pub(crate) fn stored_form(&self, values: &IndexMap<String, Value>) -> Result<IndexMap<String, Value>> {
        self.columns
            .iter()
            .map(|column| {
                let value = values.get(&column.field).cloned().unwrap_or_default();
                Ok((column.field.clone(), column.stored_form(value)?))
            })
            .collect()
    }

    /// Parameters of the field columns, in order.
    pub(crate) fn field_params(&self, values: &IndexMap<String, Value>, seal: &Seal) -> Result<Vec<Param>> {
        let value = |column: &Column| column.param(values.get(&column.field).unwrap_or(&Value::Null), seal);
        self.columns.iter().map(value).collect()
    }

    /// Reads a row of [`Table::select`].
    pub(crate) fn entry(&self, row: &mut Row, seal: &Seal) -> Result<Entry> {
        let corrupt = |_| StoreError::Corrupt(format!("an id of {}", self.name));
        let id = EntryId(row.text()?.parse().map_err(corrupt)?);
        let unit = OrgUnitId(row.int()?);
        let person = row.int_or_null()?.map(person_id).transpose()?;
        let day = row.parsed()?;
        let (version, void) = (row.int()?, row.flag()?);
        let on_time = row.int_or_null()?.map(|flag| flag != 0);
        let (signed_by, signed_at) = (row.text_or_null()?, row.parsed_or_null()?);
        let created_at = row.parsed()?;
        let name = row.text()?;
        let created_by = Actor { account: AccountId(row.int()?), name };
        let (updated_at, pack_version) = (row.parsed()?, row.int()?);
        let mut values = IndexMap::with_capacity(self.columns.len());
        for column in &self.columns {
            values.insert(column.field.clone(), column.value(row.next(), seal)?);
        }
        Ok(Entry {
            id,
            register: self.id.clone(),
            unit,
            person,
            day,
            values,
            version,
            void,
            on_time,
            signed_by,
            signed_at,
            created_at,
            created_by,
            updated_at,
            pack_version,
        })
    }
}

/// A stored number of a person.
pub(crate) fn person_id(number: i64) -> Result<PersonId> {
    u32::try_from(number).map(PersonId).map_err(|_| StoreError::Corrupt(format!("person {number}")))
}

impl Column {
    fn stored_form(&self, value: Value) -> Result<Value> {
        let wrong = || StoreError::WrongType(self.field.clone());
        Ok(match (&self.ty, value) {
            (_, Value::Null) => Value::Null,
            (Type::Decimal, Value::Int(number)) => Value::Decimal(from_micro(micro(Decimal::from(number))?)),
            (Type::Decimal, Value::Decimal(number)) => Value::Decimal(from_micro(micro(number)?)),
            (Type::Int, Value::Int(number)) => Value::Int(number),
            (Type::Bool, Value::Bool(flag)) => Value::Bool(flag),
            (Type::Text, Value::Text(text)) => Value::Text(text.replace('\0', "")),
            (Type::Date, Value::Date(date)) => Value::Date(date),
            (ty @ (Type::Time | Type::DateTime | Type::List(_)), value) => {
                // Through JSON, which has the precision that is kept and the shape that is asked for.
                let same_kind = matches!(
                    (ty, &value),
                    (Type::Time, Value::Time(_))
                        | (Type::DateTime, Value::DateTime(_))
                        | (Type::List(_), Value::List(_))
                );
                match Value::from_json(&value.to_json(), ty).filter(|_| same_kind).ok_or_else(wrong)? {
                    Value::List(items) if items.is_empty() => Value::Null,
                    value => value,
                }
            }
            _ => return Err(wrong()),
        })
    }

    /// The value as a parameter; it must be in stored form.
    pub(crate) fn param(&self, value: &Value, seal: &Seal) -> Result<Param> {
        if value.is_null() {
            return Ok(Param::NullOf(self.storage.cast()));
        }
        if self.storage == Storage::Sealed {
            return Ok(Param::Text(hex(&seal.seal(&value.to_json().to_string())?)));
        }
        Ok(match value {
            Value::Null => Param::NullOf(self.storage.cast()),
            Value::Bool(flag) => Param::Bool(*flag),
            Value::Int(number) => Param::Int(*number),
            Value::Decimal(number) => Param::Decimal(*number),
            Value::Text(text) => Param::Text(text.clone()),
            Value::Date(date) => Param::Date(*date),
            Value::Time(time) => Param::Time(*time),
            Value::DateTime(at) => Param::DateTime(*at),
            Value::List(items) if self.storage == Storage::Choices => {
                let codes = items.iter().filter_map(Value::as_text);
                Param::Text(codes.fold("|".to_owned(), |text, code| text + code + "|"))
            }
            Value::List(_) | Value::Row(_) => Param::Json(value.to_json().to_string()),
        })
    }

    /// The value of a cell that [`Column::read`] selected.
    pub(crate) fn value(&self, cell: Cell, seal: &Seal) -> Result<Value> {
        let corrupt = || StoreError::Corrupt(format!("the value of field {}", self.field));
        Ok(match (self.storage, cell) {
            (_, Cell::Null) => Value::Null,
            (Storage::Int, Cell::Int(number)) => Value::Int(number),
            (Storage::Bool, Cell::Int(number)) => Value::Bool(number != 0),
            (Storage::Decimal, Cell::Int(number)) => Value::Decimal(from_micro(number)),
            (Storage::Decimal, Cell::Text(text)) => {
                Value::Decimal(text.parse::<Decimal>().map_err(|_| corrupt())?.normalize())
            }
            (Storage::Text, Cell::Text(text)) => Value::Text(text),
            (Storage::Date, Cell::Text(text)) => Value::Date(text.parse().map_err(|_| corrupt())?),
            (Storage::Time, Cell::Text(text)) => Value::Time(text.parse().map_err(|_| corrupt())?),
            (Storage::DateTime, Cell::Text(text)) => Value::DateTime(text.parse().map_err(|_| corrupt())?),
            (Storage::Choices, Cell::Text(text)) => {
                let codes = text.split('|').filter(|code| !code.is_empty());
                Value::List(codes.map(Value::from).collect())
            }
            (Storage::Rows, Cell::Text(text)) => self.read_json(&text).ok_or_else(corrupt)?,
            (Storage::Sealed, Cell::Text(text)) => {
                let plain = seal.open(&unhex(&text).ok_or_else(corrupt)?)?;
                self.read_json(&plain).ok_or_else(corrupt)?
            }
            _ => return Err(corrupt()),
        })
    }

    fn read_json(&self, text: &str) -> Option<Value> {
        Value::from_json(&serde_json::from_str(text).ok()?, &self.ty)
    }
}
