//! SQLite: WAL, full durability, one writer.

use crate::db::{Cell, Conn, Dialect, Param, Row, micro, show_timestamp};
use crate::error::Result;
use crate::pool::Forced;
use rusqlite::config::DbConfig;
use rusqlite::types::{ToSqlOutput, Value, ValueRef};
use rusqlite::{Connection, OpenFlags, params_from_iter};
use std::path::Path;
use std::time::Duration;

pub(crate) struct SqliteConn(Connection);

impl SqliteConn {
    pub(crate) fn writer(path: &Path, forced: Forced) -> Result<Self> {
        let conn = Connection::open(path)?;
        conn.busy_timeout(Duration::from_secs(30))?;
        conn.pragma_update(None, "journal_mode", "WAL")?;
        let synchronous = if forced == Forced::EachCommit { "FULL" } else { "OFF" };
        conn.pragma_update(None, "synchronous", synchronous)?;
        conn.pragma_update(None, "foreign_keys", "ON")?;
        // Fewer, larger checkpoints: a page that many commits change is then written back once.
        conn.pragma_update(None, "wal_autocheckpoint", 4_000)?;
        conn.pragma_update(None, "journal_size_limit", 64 << 20)?;
        conn.pragma_update(None, "cache_size", -16_000)?;
        // What a job changes is kept aside in case it is undone; in a file that alone costs a fifth of the writing.
        conn.pragma_update(None, "temp_store", "MEMORY")?;
        Self::with_stable_plans(conn, 256)
    }

    pub(crate) fn reader(path: &Path) -> Result<Self> {
        let flags =
            OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX | OpenFlags::SQLITE_OPEN_URI;
        let conn = Connection::open_with_flags(path, flags)?;
        conn.busy_timeout(Duration::from_secs(30))?;
        conn.pragma_update(None, "cache_size", -8_000)?;
        Self::with_stable_plans(conn, 128)
    }

    /// A connection that keeps its statements. Without the guarantee of stable plans a kept statement that compares
    /// with a parameter may be planned anew each time another value is bound, which costs more than most reads.
    fn with_stable_plans(conn: Connection, statements: usize) -> Result<Self> {
        conn.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
        conn.set_prepared_statement_cache_capacity(statements);
        Ok(Self(conn))
    }
}

struct Bound<'a>(&'a Param);

impl rusqlite::ToSql for Bound<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        let owned = |value| Ok(ToSqlOutput::Owned(value));
        match self.0 {
            Param::Null | Param::NullOf(_) => owned(Value::Null),
            Param::Int(number) => owned(Value::Integer(*number)),
            Param::Timestamp(at) => owned(Value::Text(show_timestamp(*at))),
            Param::Text(text) | Param::Json(text) => {
                Ok(ToSqlOutput::Borrowed(ValueRef::Text(text.as_bytes())))
            }
            Param::Blob(bytes) => Ok(ToSqlOutput::Borrowed(ValueRef::Blob(bytes))),
            Param::Bool(flag) => owned(Value::Integer(i64::from(*flag))),
            Param::Decimal(number) => owned(Value::Integer(
                micro(*number).map_err(|error| rusqlite::Error::ToSqlConversionFailure(Box::new(error)))?,
            )),
            Param::Date(date) => owned(Value::Text(date.to_string())),
            Param::Time(time) => owned(Value::Text(format!("{:02}:{:02}", time.hour(), time.minute()))),
            Param::DateTime(at) => {
                owned(Value::Text(format!("{}T{:02}:{:02}", at.date(), at.hour(), at.minute())))
            }
        }
    }
}

impl Conn for SqliteConn {
    fn dialect(&self) -> Dialect {
        Dialect::Sqlite
    }

    fn batch(&mut self, sql: &str) -> Result<()> {
        Ok(self.0.execute_batch(sql)?)
    }

    fn execute(&mut self, sql: &str, params: &[Param]) -> Result<u64> {
        let mut statement = self.0.prepare_cached(sql)?;
        Ok(statement.execute(params_from_iter(params.iter().map(Bound)))? as u64)
    }

    fn execute_each(&mut self, sql: &str, params: &[Param], width: usize) -> Result<()> {
        let mut statement = self.0.prepare_cached(sql)?;
        for row in params.chunks(width.max(1)) {
            statement.execute(params_from_iter(row.iter().map(Bound)))?;
        }
        Ok(())
    }

    fn query(&mut self, sql: &str, params: &[Param]) -> Result<Vec<Row>> {
        let mut statement = self.0.prepare_cached(sql)?;
        let columns = statement.column_count();
        let mut found = statement.query(params_from_iter(params.iter().map(Bound)))?;
        let mut rows = Vec::new();
        while let Some(row) = found.next()? {
            let mut cells = Vec::with_capacity(columns);
            for at in 0..columns {
                cells.push(match row.get_ref(at)? {
                    ValueRef::Null => Cell::Null,
                    ValueRef::Integer(number) => Cell::Int(number),
                    ValueRef::Real(number) => Cell::Text(number.to_string()),
                    ValueRef::Text(bytes) => Cell::Text(String::from_utf8_lossy(bytes).into_owned()),
                    ValueRef::Blob(bytes) => Cell::Blob(bytes.to_vec()),
                });
            }
            rows.push(Row::new(cells));
        }
        Ok(rows)
    }
}
