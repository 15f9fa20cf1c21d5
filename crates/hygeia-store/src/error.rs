//! What can go wrong below the use cases.

/// A failure of the database or of what it holds.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// SQLite refused.
    #[error("SQLite: {0}")]
    Sqlite(#[from] rusqlite::Error),
    /// PostgreSQL refused.
    #[error("PostgreSQL: {}", postgres_message(.0))]
    Postgres(#[from] postgres::Error),
    /// The address of the database cannot be read.
    #[error("{0} is not a database address; expected sqlite:PATH or postgres://…")]
    Address(String),
    /// Something stored is not what this program stores.
    #[error("the database holds something unexpected: {0}")]
    Corrupt(String),
    /// A number does not fit.
    #[error("{0} is too large to be stored")]
    TooLarge(String),
    /// The writer has stopped.
    #[error("the writer has stopped")]
    Stopped,
    /// The database was made by a newer program.
    #[error("the database has schema {found}, this program knows {known}")]
    Newer {
        /// Version found.
        found: i64,
        /// Version known.
        known: i64,
    },
    /// A change of the pack that the stored table cannot follow.
    #[error("{0}")]
    Migration(String),
    /// Personal data cannot be read with this key.
    #[error("个人信息无法解密，密钥与数据库不符")]
    WrongKey,
    /// Something referred to does not exist.
    #[error("no such {0}")]
    Missing(String),
    /// A code or name that must be unique is taken.
    #[error("{0} is already taken")]
    Taken(String),
    /// A value of the wrong type for its field.
    #[error("field {0} does not hold such a value")]
    WrongType(String),
    /// A ledger refuses what an entry would post.
    #[error("ledger {} refuses: {:?}", .0.ledger, .0.cause)]
    Ledger(Box<crate::model::LedgerRefusal>),
    /// The whole transaction failed with another's fault.
    #[error("the transaction was rolled back: {0}")]
    RolledBack(String),
}

fn postgres_message(error: &postgres::Error) -> String {
    error.as_db_error().map_or_else(|| error.to_string(), |db| db.message().to_owned())
}

/// Result of a store operation.
pub type Result<T> = std::result::Result<T, StoreError>;
