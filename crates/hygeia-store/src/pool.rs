//! Connections: where the database is, and the pool that reads go through.

use crate::db::{Conn, Dialect};
use crate::error::Result;
use crate::postgres::PostgresConn;
use crate::sqlite::SqliteConn;
use std::path::PathBuf;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

/// Where the database is.
pub(crate) enum Address {
    Sqlite(PathBuf),
    Postgres(String),
}

/// When what is committed is forced to the disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Forced {
    /// Before the commit returns.
    EachCommit,
    /// When the system finds time: a cut of power may cost the last commits, or the file.
    Sometime,
}

impl Address {
    /// A connection that writes.
    pub(crate) fn writer(&self, forced: Forced) -> Result<Box<dyn Conn>> {
        Ok(match self {
            Address::Sqlite(path) => Box::new(SqliteConn::writer(path, forced)?),
            Address::Postgres(url) => {
                let mut conn = PostgresConn::open(url, false)?;
                if forced == Forced::Sometime {
                    conn.batch("SET synchronous_commit = off")?;
                }
                Box::new(conn)
            }
        })
    }

    fn reader(&self) -> Result<Box<dyn Conn>> {
        Ok(match self {
            Address::Sqlite(path) => Box::new(SqliteConn::reader(path)?),
            Address::Postgres(url) => Box::new(PostgresConn::open(url, true)?),
        })
    }
}

/// Reading connections, made when needed, at most `most`.
pub(crate) struct Pool {
    address: Arc<Address>,
    most: usize,
    state: Mutex<State>,
    freed: Condvar,
}

#[derive(Default)]
struct State {
    idle: Vec<Box<dyn Conn>>,
    open: usize,
}

/// A connection with a transaction open on it. Unless it is given back in order, also by a panic, it is closed.
pub(crate) struct Lease<'a> {
    pool: &'a Pool,
    conn: Option<Box<dyn Conn>>,
}

impl Pool {
    pub(crate) fn new(address: Arc<Address>, most: usize) -> Self {
        Self { address, most: most.max(1), state: Mutex::default(), freed: Condvar::new() }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A connection that sees one state of the database until it is given back.
    pub(crate) fn lease(&self) -> Result<Lease<'_>> {
        loop {
            let (mut conn, fresh) = self.take()?;
            let begin = match conn.dialect() {
                Dialect::Sqlite => "BEGIN",
                Dialect::Postgres => "BEGIN ISOLATION LEVEL REPEATABLE READ",
            };
            // As a statement that is kept: it is run before every read.
            match conn.execute(begin, &[]) {
                Ok(_) => return Ok(Lease { pool: self, conn: Some(conn) }),
                Err(error) => {
                    self.forget();
                    // A connection that lay idle may have been closed by the server; a fresh one has no excuse.
                    if fresh {
                        return Err(error);
                    }
                }
            }
        }
    }

    /// An idle connection, or a fresh one.
    fn take(&self) -> Result<(Box<dyn Conn>, bool)> {
        let mut state = self.state();
        loop {
            if let Some(conn) = state.idle.pop() {
                return Ok((conn, false));
            }
            if state.open < self.most {
                state.open += 1;
                drop(state);
                let made = self.address.reader().inspect_err(|_| self.forget())?;
                return Ok((made, true));
            }
            state = self.freed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }

    fn forget(&self) {
        let mut state = self.state();
        state.open = state.open.saturating_sub(1);
        self.freed.notify_one();
    }
}

impl Lease<'_> {
    /// The connection; `None` never, before it is given back.
    pub(crate) fn conn(&mut self) -> Option<&mut (dyn Conn + 'static)> {
        self.conn.as_deref_mut()
    }

    /// Ends the transaction and gives the connection back.
    pub(crate) fn give_back(mut self) {
        let Some(mut conn) = self.conn.take() else { return };
        if conn.execute("COMMIT", &[]).is_err() {
            self.pool.forget();
            return;
        }
        self.pool.state().idle.push(conn);
        self.pool.freed.notify_one();
    }
}

impl Drop for Lease<'_> {
    fn drop(&mut self) {
        if self.conn.take().is_some() {
            self.pool.forget();
        }
    }
}
