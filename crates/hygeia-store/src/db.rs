//! One way to speak SQL to both databases: `?` for parameters, text and whole numbers on the wire.

use crate::error::{Result, StoreError};
use jiff::Timestamp;
use jiff::civil::{Date, DateTime, Time};
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

pub(crate) use hygeia_expr::Dialect;

/// A parameter; its kind decides the cast on PostgreSQL and the storage form on SQLite.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Param {
    Null,
    Int(i64),
    Text(String),
    Blob(Vec<u8>),
    Bool(bool),
    Decimal(Decimal),
    /// Text of a `jsonb` column.
    Json(String),
    Date(Date),
    Time(Time),
    DateTime(DateTime),
    Timestamp(Timestamp),
    /// A missing value of a typed column: the statement keeps the text it has with a value there.
    NullOf(Cast),
}

/// What a parameter is cast to on PostgreSQL.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Cast {
    Int,
    Text,
    Bool,
    Decimal,
    Date,
    Time,
    DateTime,
    Timestamp,
    Json,
}

/// A cell of a result row.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Cell {
    Null,
    Int(i64),
    Text(String),
    Blob(Vec<u8>),
}

/// A result row, read from left to right.
#[derive(Debug)]
pub(crate) struct Row {
    cells: std::vec::IntoIter<Cell>,
}

impl Row {
    pub(crate) fn new(cells: Vec<Cell>) -> Self {
        Self { cells: cells.into_iter() }
    }

    pub(crate) fn next(&mut self) -> Cell {
        self.cells.next().unwrap_or(Cell::Null)
    }

    pub(crate) fn int(&mut self) -> Result<i64> {
        match self.next() {
            Cell::Int(number) => Ok(number),
            other => Err(StoreError::Corrupt(format!("expected a number, found {other:?}"))),
        }
    }

    pub(crate) fn int_or_null(&mut self) -> Result<Option<i64>> {
        match self.next() {
            Cell::Null => Ok(None),
            Cell::Int(number) => Ok(Some(number)),
            other => Err(StoreError::Corrupt(format!("expected a number, found {other:?}"))),
        }
    }

    pub(crate) fn flag(&mut self) -> Result<bool> {
        Ok(self.int()? != 0)
    }

    pub(crate) fn text(&mut self) -> Result<String> {
        match self.next() {
            Cell::Text(text) => Ok(text),
            other => Err(StoreError::Corrupt(format!("expected text, found {other:?}"))),
        }
    }

    pub(crate) fn text_or_null(&mut self) -> Result<Option<String>> {
        match self.next() {
            Cell::Null => Ok(None),
            Cell::Text(text) => Ok(Some(text)),
            other => Err(StoreError::Corrupt(format!("expected text, found {other:?}"))),
        }
    }

    pub(crate) fn blob(&mut self) -> Result<Vec<u8>> {
        match self.next() {
            Cell::Blob(bytes) => Ok(bytes),
            Cell::Text(text) => Ok(text.into_bytes()),
            other => Err(StoreError::Corrupt(format!("expected bytes, found {other:?}"))),
        }
    }

    pub(crate) fn parsed<T: std::str::FromStr>(&mut self) -> Result<T> {
        let text = self.text()?;
        text.parse().map_err(|_| StoreError::Corrupt(format!("cannot read {text:?}")))
    }

    pub(crate) fn parsed_or_null<T: std::str::FromStr>(&mut self) -> Result<Option<T>> {
        match self.text_or_null()? {
            None => Ok(None),
            Some(text) => {
                text.parse().map(Some).map_err(|_| StoreError::Corrupt(format!("cannot read {text:?}")))
            }
        }
    }

    pub(crate) fn json(&mut self) -> Result<serde_json::Value> {
        match self.text_or_null()? {
            None => Ok(serde_json::Value::Null),
            Some(text) => serde_json::from_str(&text).map_err(|error| StoreError::Corrupt(error.to_string())),
        }
    }
}

/// A connection to either database.
pub(crate) trait Conn: Send {
    fn dialect(&self) -> Dialect;
    /// Runs statements without parameters, one after another.
    fn batch(&mut self, sql: &str) -> Result<()>;
    fn execute(&mut self, sql: &str, params: &[Param]) -> Result<u64>;
    fn query(&mut self, sql: &str, params: &[Param]) -> Result<Vec<Row>>;
    /// Runs one statement for every row of parameters; a row has `width` of them.
    fn execute_each(&mut self, sql: &str, params: &[Param], width: usize) -> Result<()> {
        for row in params.chunks(width.max(1)) {
            self.execute(sql, row)?;
        }
        Ok(())
    }
}

/// The first row of a query, if any.
pub(crate) fn first(conn: &mut dyn Conn, sql: &str, params: &[Param]) -> Result<Option<Row>> {
    Ok(conn.query(sql, params)?.into_iter().next())
}

/// `?,?,?`
pub(crate) fn marks(count: usize) -> String {
    let mut text = "?,".repeat(count);
    text.pop();
    text
}

impl From<i64> for Param {
    fn from(number: i64) -> Self {
        Param::Int(number)
    }
}
impl From<&str> for Param {
    fn from(text: &str) -> Self {
        Param::Text(text.to_owned())
    }
}
impl From<String> for Param {
    fn from(text: String) -> Self {
        Param::Text(text)
    }
}
impl From<&String> for Param {
    fn from(text: &String) -> Self {
        Param::Text(text.clone())
    }
}
impl From<bool> for Param {
    fn from(flag: bool) -> Self {
        Param::Int(i64::from(flag))
    }
}
impl From<Date> for Param {
    /// Dates of the fixed tables are ISO text on both databases.
    fn from(date: Date) -> Self {
        Param::Text(date.to_string())
    }
}
impl From<Timestamp> for Param {
    fn from(at: Timestamp) -> Self {
        Param::Text(show_timestamp(at))
    }
}
impl From<&serde_json::Value> for Param {
    fn from(json: &serde_json::Value) -> Self {
        if json.is_null() { Param::Null } else { Param::Text(json.to_string()) }
    }
}
impl<T: Into<Param>> From<Option<T>> for Param {
    fn from(value: Option<T>) -> Self {
        value.map_or(Param::Null, Into::into)
    }
}

/// Parameters of mixed kinds.
macro_rules! params {
    ($($value:expr),* $(,)?) => { &[$($crate::db::Param::from($value)),*] };
}
pub(crate) use params;

/// Millionths, the form decimals have on SQLite and sums have in cells.
pub(crate) fn micro(number: Decimal) -> Result<i64> {
    let whole = number.checked_mul(Decimal::from(1_000_000)).and_then(|number| number.round().to_i64());
    whole.ok_or_else(|| StoreError::TooLarge(number.to_string()))
}

/// A moment in UTC with microseconds: the order of the texts is the order of the moments.
pub(crate) fn show_timestamp(at: Timestamp) -> String {
    format!("{at:.6}")
}

/// The number of so many millionths.
pub(crate) fn from_micro(micro: i64) -> Decimal {
    Decimal::new(micro, 6).normalize()
}
