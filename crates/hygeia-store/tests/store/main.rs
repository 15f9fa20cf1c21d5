//! One suite for both databases: SQLite always, PostgreSQL when `HYGEIA_TEST_POSTGRES` names a server.

mod accounts;
mod entries;
mod harness;
mod lists;
mod people;
mod random;
mod schema;
mod tampering;
