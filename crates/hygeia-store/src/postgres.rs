//! PostgreSQL: the same statements, with a cast on every parameter.

use crate::db::{Cast, Cell, Conn, Dialect, Param, Row};
use crate::error::{Result, StoreError};
use postgres::types::{ToSql, Type};
use postgres::{Client, NoTls, Statement};
use std::collections::HashMap;
use std::fmt::Write as _;

/// Statements kept prepared per connection.
const MOST_PREPARED: usize = 400;

pub(crate) struct PostgresConn {
    client: Client,
    prepared: HashMap<String, Statement>,
}

impl PostgresConn {
    pub(crate) fn open(url: &str, read_only: bool) -> Result<Self> {
        let mut client = Client::connect(url, NoTls)?;
        client.batch_execute("SET client_min_messages = warning; SET TIME ZONE 'UTC'")?;
        if read_only {
            client.batch_execute("SET default_transaction_read_only = on")?;
        }
        Ok(Self { client, prepared: HashMap::new() })
    }

    fn statement(&mut self, sql: &str) -> Result<Statement> {
        if let Some(known) = self.prepared.get(sql) {
            return Ok(known.clone());
        }
        if self.prepared.len() >= MOST_PREPARED {
            self.prepared.clear();
        }
        let statement = self.client.prepare(sql)?;
        self.prepared.insert(sql.to_owned(), statement.clone());
        Ok(statement)
    }
}

/// A bound value with the type its cast asks for.
enum Bound<'a> {
    Int(i64),
    Text(&'a str),
    Owned(String),
    Blob(&'a [u8]),
    Bool(bool),
    NullInt,
    NullBool,
    NullText,
}

impl Bound<'_> {
    fn as_sql(&self) -> &(dyn ToSql + Sync) {
        match self {
            Bound::Int(number) => number,
            Bound::Text(text) => text,
            Bound::Owned(text) => text,
            Bound::Blob(bytes) => bytes,
            Bound::Bool(flag) => flag,
            Bound::NullInt => &None::<i64>,
            Bound::NullBool => &None::<bool>,
            Bound::NullText => &None::<String>,
        }
    }
}

/// Numbers the placeholders and casts each; a missing value is written as `NULL`, which has no type of its own.
fn translate<'a>(sql: &str, params: &'a [Param]) -> (String, Vec<Bound<'a>>) {
    let mut text = String::with_capacity(sql.len() + 16 * params.len());
    let mut bound = Vec::with_capacity(params.len());
    let mut waiting = params.iter();
    let mut quoted = false;
    for c in sql.chars() {
        if c == '\'' {
            quoted = !quoted;
        }
        if c != '?' || quoted {
            text.push(c);
            continue;
        }
        let (value, cast) = match waiting.next() {
            None | Some(Param::Null) => {
                text.push_str("NULL");
                continue;
            }
            Some(Param::Int(number)) => (Bound::Int(*number), "bigint"),
            Some(Param::Text(value)) => (Bound::Text(value), "text"),
            Some(Param::Blob(bytes)) => (Bound::Blob(bytes), "bytea"),
            Some(Param::Bool(flag)) => (Bound::Bool(*flag), "boolean"),
            Some(Param::Decimal(number)) => (Bound::Owned(number.to_string()), "text::numeric"),
            Some(Param::Date(date)) => (Bound::Owned(date.to_string()), "text::date"),
            Some(Param::Time(time)) => {
                (Bound::Owned(format!("{:02}:{:02}", time.hour(), time.minute())), "text::time")
            }
            Some(Param::DateTime(at)) => (Bound::Owned(at.to_string()), "text::timestamp"),
            Some(Param::Timestamp(at)) => (Bound::Owned(at.to_string()), "text::timestamptz"),
            Some(Param::Json(text)) => (Bound::Text(text), "text::jsonb"),
            Some(Param::NullOf(Cast::Int)) => (Bound::NullInt, "bigint"),
            Some(Param::NullOf(Cast::Bool)) => (Bound::NullBool, "boolean"),
            Some(Param::NullOf(cast)) => (Bound::NullText, null_cast(*cast)),
        };
        bound.push(value);
        let _ = write!(text, "${}::{cast}", bound.len());
    }
    (text, bound)
}

fn null_cast(cast: Cast) -> &'static str {
    match cast {
        Cast::Int => "bigint",
        Cast::Bool => "boolean",
        Cast::Text => "text",
        Cast::Decimal => "text::numeric",
        Cast::Date => "text::date",
        Cast::Time => "text::time",
        Cast::DateTime => "text::timestamp",
        Cast::Timestamp => "text::timestamptz",
        Cast::Json => "text::jsonb",
    }
}

fn cell(row: &postgres::Row, at: usize, ty: &Type) -> Result<Cell> {
    let cell = match *ty {
        Type::INT8 => row.try_get::<_, Option<i64>>(at)?.map(Cell::Int),
        Type::INT4 => row.try_get::<_, Option<i32>>(at)?.map(|number| Cell::Int(i64::from(number))),
        Type::BOOL => row.try_get::<_, Option<bool>>(at)?.map(|flag| Cell::Int(i64::from(flag))),
        Type::BYTEA => row.try_get::<_, Option<Vec<u8>>>(at)?.map(Cell::Blob),
        Type::TEXT | Type::VARCHAR | Type::NAME => row.try_get::<_, Option<String>>(at)?.map(Cell::Text),
        ref other => {
            return Err(StoreError::Corrupt(format!("column {at} has type {other}, cast it to text")));
        }
    };
    Ok(cell.unwrap_or(Cell::Null))
}

impl Conn for PostgresConn {
    fn dialect(&self) -> Dialect {
        Dialect::Postgres
    }

    fn batch(&mut self, sql: &str) -> Result<()> {
        Ok(self.client.batch_execute(sql)?)
    }

    fn execute(&mut self, sql: &str, params: &[Param]) -> Result<u64> {
        let (sql, bound) = translate(sql, params);
        let statement = self.statement(&sql)?;
        let values: Vec<&(dyn ToSql + Sync)> = bound.iter().map(Bound::as_sql).collect();
        Ok(self.client.execute(&statement, &values)?)
    }

    fn query(&mut self, sql: &str, params: &[Param]) -> Result<Vec<Row>> {
        let (sql, bound) = translate(sql, params);
        let statement = self.statement(&sql)?;
        let values: Vec<&(dyn ToSql + Sync)> = bound.iter().map(Bound::as_sql).collect();
        let found = self.client.query(&statement, &values)?;
        found
            .iter()
            .map(|row| {
                let cells: Result<Vec<Cell>> = row
                    .columns()
                    .iter()
                    .enumerate()
                    .map(|(at, column)| cell(row, at, column.type_()))
                    .collect();
                cells.map(Row::new)
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders_are_numbered_cast_and_left_alone_in_quotes() {
        let params = [Param::Int(1), Param::Null, Param::Text("x".into())];
        let (sql, bound) = translate("SELECT '?' WHERE a = ? AND b = ? AND c = ?", &params);
        assert_eq!(sql, "SELECT '?' WHERE a = $1::bigint AND b = NULL AND c = $2::text");
        assert_eq!(bound.len(), 2);
    }
}
