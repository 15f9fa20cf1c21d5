//! One suite for both databases: SQLite always, PostgreSQL when `HYGEIA_TEST_POSTGRES` names a server.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test stops at the first thing that is not as it must be"
)]

mod accounts;
mod clocks;
mod days;
mod durability;
mod entries;
mod harness;
mod inspections;
mod kept;
mod ledger_crash;
mod ledger_random;
mod ledgers;
mod lists;
mod people;
mod random;
mod schema;
mod series;
mod tampering;
