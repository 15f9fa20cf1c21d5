//! Lists of entries: by subtree, days, subject, condition.

use crate::db::{Param, first, marks};
use crate::error::{Result, StoreError};
use crate::model::{CountyId, Entry, EntryQuery, OrgUnitId, PersonId};
use crate::person::containing;
use crate::store::Reader;
use crate::table::{Column, Storage, Table, column_name, person_id};
use hygeia_expr::Value;
use hygeia_pack::model::Register;
use jiff::civil::Date;

/// When an entry about a person was open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EntrySpan {
    /// Unit of the entry.
    pub unit: OrgUnitId,
    /// Whom it is about.
    pub person: PersonId,
    /// Its day.
    pub from: Date,
    /// The first day on which it is no longer open.
    pub to: Option<Date>,
    /// It was made in time for the duty that asks for it.
    pub on_time: bool,
}

/// A condition under construction with its parameters.
struct Condition {
    sql: String,
    values: Vec<Param>,
}

impl Condition {
    fn and(&mut self, sql: &str, values: impl IntoIterator<Item = Param>) {
        self.sql.push_str(" AND ");
        self.sql.push_str(sql);
        self.values.extend(values);
    }
}

/// A literal of a compiled condition as a parameter.
fn literal(value: &Value) -> Param {
    match value {
        Value::Bool(flag) => Param::Bool(*flag),
        Value::Int(number) => Param::Int(*number),
        Value::Decimal(number) => Param::Decimal(*number),
        Value::Text(text) => Param::Text(text.clone()),
        Value::Date(date) => Param::Date(*date),
        Value::Time(time) => Param::Time(*time),
        Value::DateTime(at) => Param::DateTime(*at),
        Value::Null | Value::List(_) | Value::Row(_) => Param::Null,
    }
}

/// `field equals value`; a multiple choice equals each of its codes, a single one any of a list of codes.
fn equals(condition: &mut Condition, column: &Column, value: &Value) -> Result<()> {
    let quoted = format!("\"{}\"", column.column);
    let wrong = || StoreError::WrongType(column.field.clone());
    if value.is_null() {
        condition.and(&format!("{quoted} IS NULL"), []);
        return Ok(());
    }
    let param = match (column.storage, value) {
        (Storage::Choices, Value::Text(code)) => {
            condition.and(
                &format!("{quoted} LIKE ? ESCAPE '\\'"),
                [Param::Text(containing(&format!("|{code}|")))],
            );
            return Ok(());
        }
        (Storage::Text, Value::List(codes)) => {
            let any = codes.iter().filter_map(Value::as_text).map(Param::from);
            condition.and(&format!("{quoted} IN ({})", marks(codes.len())), any);
            return Ok(());
        }
        (Storage::Bool, Value::Text(text)) => Param::Bool(text.parse().map_err(|_| wrong())?),
        (Storage::Int, Value::Text(text)) => Param::Int(text.parse().map_err(|_| wrong())?),
        (Storage::Decimal, Value::Int(number)) => Param::Decimal((*number).into()),
        (Storage::Rows | Storage::Sealed | Storage::Choices, _) => return Err(wrong()),
        (_, value) => literal(value),
    };
    condition.and(&format!("{quoted} = ?"), [param]);
    Ok(())
}

/// An entry that counts; not in the words of the index of natural keys, which SQLite would take and then look at
/// every row, sorting them all for a list in order. The indices by day and unit have `void` at hand.
const COUNTS: &str = "void IS NOT TRUE";

/// Before any day an entry may have.
const FIRST_DAY: Date = Date::constant(1, 1, 1);

fn order(table: &Table, query: &EntryQuery) -> String {
    let Some((field, descending)) = &query.sort else { return "day DESC, created_at DESC, id".into() };
    let direction = if *descending { "DESC" } else { "ASC" };
    match table.column(field) {
        Some(column) => format!("\"{}\" {direction}, day DESC, id", column.column),
        None if matches!(field.as_str(), "day" | "created_at" | "updated_at") => {
            format!("{field} {direction}, id")
        }
        None => "day DESC, created_at DESC, id".into(),
    }
}

impl Reader<'_> {
    /// Entries that meet the query, newest day first unless it says otherwise.
    ///
    /// # Errors
    ///
    /// When the database fails, or a condition cannot be asked of it.
    pub fn entry_list(
        &mut self,
        county: CountyId,
        register: &Register,
        query: &EntryQuery,
    ) -> Result<Vec<Entry>> {
        let table = self.table(register);
        let mut condition = self.condition(county, &table, query)?;
        if query.from.is_none() {
            // Every day is later; said, SQLite reads the newest by the index of days instead of sorting all.
            condition.and("day >= ?", [Param::Date(FIRST_DAY)]);
        }
        condition.sql.push_str(&format!(" ORDER BY {}", order(&table, query)));
        if query.limit > 0 {
            condition.sql.push_str(" LIMIT ? OFFSET ?");
            condition.values.extend([Param::Int(query.limit.into()), Param::Int(query.offset.into())]);
        }
        self.entries(&table, &condition.sql, &condition.values)
    }

    /// How many entries meet the query, whatever its limit.
    ///
    /// # Errors
    ///
    /// When the database fails, or a condition cannot be asked of it.
    pub fn entry_count(&mut self, county: CountyId, register: &Register, query: &EntryQuery) -> Result<i64> {
        let table = self.table(register);
        let condition = self.condition(county, &table, query)?;
        let sql = format!("SELECT COUNT(*) FROM {} {}", table.name, condition.sql);
        first(&mut *self.conn, &sql, &condition.values)?.map_or(Ok(0), |mut row| row.int())
    }

    /// When entries about people were open: from their day until the day that `until` names, of all days in `query`'s
    /// range on which they were. Without `until`, the entries of the range, each open on its own day.
    ///
    /// # Errors
    ///
    /// When the database fails, or a condition cannot be asked of it.
    pub fn entry_spans(
        &mut self,
        county: CountyId,
        register: &Register,
        until: Option<&str>,
        query: &EntryQuery,
    ) -> Result<Vec<EntrySpan>> {
        let table = self.table(register);
        let asked = EntryQuery { from: query.from.filter(|_| until.is_none()), ..query.clone() };
        let mut condition = self.condition(county, &table, &asked)?;
        condition.and("person IS NOT NULL", []);
        let closed = match until {
            Some(field) => {
                let column =
                    table.column(field).ok_or_else(|| StoreError::Missing(format!("field {field}")))?;
                let closed = format!("\"{}\"", column.column);
                if let Some(from) = query.from {
                    condition.and(&format!("({closed} IS NULL OR {closed} > ?)"), [Param::Date(from)]);
                }
                closed
            }
            None => "NULL".to_owned(),
        };
        let sql = format!(
            "SELECT unit, person, CAST(day AS TEXT), CAST({closed} AS TEXT), on_time FROM {} {}",
            table.name, condition.sql
        );
        let mut spans = Vec::new();
        for mut row in self.conn.query(&sql, &condition.values)? {
            spans.push(EntrySpan {
                unit: OrgUnitId(row.int()?),
                person: person_id(row.int()?)?,
                from: row.parsed()?,
                to: row.parsed_or_null()?,
                on_time: row.int_or_null()? == Some(1),
            });
        }
        Ok(spans)
    }

    fn condition(&mut self, county: CountyId, table: &Table, query: &EntryQuery) -> Result<Condition> {
        let mut condition = Condition { sql: "WHERE county = ?".into(), values: vec![Param::Int(county.0)] };
        if !query.include_void {
            condition.and(COUNTS, []);
        }
        if !query.unit_paths.is_empty() && !self.is_everything(county, &query.unit_paths)? {
            let below = query.unit_paths.iter().map(|path| Param::Text(format!("{path}%")));
            condition.and(
                &format!(
                    "unit IN (SELECT u.id FROM org_unit u WHERE u.county = ? AND ({}))",
                    vec!["u.path LIKE ?"; query.unit_paths.len()].join(" OR ")
                ),
                std::iter::once(Param::Int(county.0)).chain(below),
            );
        }
        if let Some(from) = query.from {
            condition.and("day >= ?", [Param::Date(from)]);
        }
        if let Some(to) = query.to {
            condition.and("day <= ?", [Param::Date(to)]);
        }
        if let Some(person) = query.person {
            condition.and("person = ?", [Param::Int(person.0.into())]);
        }
        if let Some(people) = &query.people {
            // Numbers of the directory, never typed: written out, as they may be more than a statement takes marks.
            let numbers: Vec<String> = people.iter().map(|person| person.0.to_string()).collect();
            condition.and(
                &format!(
                    "person IN ({})",
                    if numbers.is_empty() { "NULL".into() } else { numbers.join(",") }
                ),
                [],
            );
        }
        match query.on_time {
            Some(true) => condition.and("on_time", []),
            Some(false) => condition.and("NOT on_time", []),
            None => {}
        }
        for (field, value) in &query.equals {
            let column = table.column(field).ok_or_else(|| StoreError::Missing(format!("field {field}")))?;
            equals(&mut condition, column, value)?;
        }
        if let Some(filter) = &query.filter {
            let sql = filter
                .to_sql(self.dialect(), &|name| format!("\"{}\"", column_name(name)))
                .map_err(|error| StoreError::Migration(error.message))?;
            condition.and(&format!("({})", sql.text), sql.params.iter().map(literal));
        }
        if let Some(text) = &query.text {
            any_text(&mut condition, county, table, text);
        }
        Ok(condition)
    }

    /// Whether one of the subtrees is the whole county: then no list of units is needed and the index by day serves.
    fn is_everything(&mut self, county: CountyId, paths: &[String]) -> Result<bool> {
        let sql = "SELECT 1 FROM org_unit WHERE county = ? AND path NOT LIKE ? LIMIT 1";
        for path in paths {
            let values = [Param::Int(county.0), Param::Text(format!("{path}%"))];
            if first(&mut *self.conn, sql, &values)?.is_none() {
                return Ok(true);
            }
        }
        Ok(false)
    }
}

/// The text stands in a text field or in the subject's name.
fn any_text(condition: &mut Condition, county: CountyId, table: &Table, text: &str) {
    let wanted = containing(&text.to_lowercase());
    let columns = table.columns.iter().filter(|column| column.storage == Storage::Text);
    let mut any: Vec<String> =
        columns.map(|column| format!("LOWER(\"{}\") LIKE ? ESCAPE '\\'", column.column)).collect();
    let mut values = vec![Param::Text(wanted.clone()); any.len()];
    any.push(
        "person IN (SELECT p.id FROM person p WHERE p.county = ? AND LOWER(p.name) LIKE ? ESCAPE '\\')"
            .into(),
    );
    values.extend([Param::Int(county.0), Param::Text(wanted)]);
    condition.and(&format!("({})", any.join(" OR ")), values);
}
