//! The one room with SQL: registers as typed tables, the chained change log, measure cells, people and plans.
//!
//! [`Store`] opens SQLite or PostgreSQL and runs the same statements on both. [`Store::read`] lends a [`Reader`]
//! that sees one state of the database; [`Store::write`] runs a closure with a [`Writer`] inside the one writer's
//! next transaction and returns when it is durable: submissions that wait together share a commit, one that fails
//! is undone alone. A write keeps row, log line and every measure cell in step; [`Store::verify`] proves it.
//! Every key starts with the county. The store never reads the clock.

mod account;
mod attachment;
mod calendar;
mod cell;
mod change;
mod clock;
mod county;
mod days;
mod db;
mod document;
mod enrolment;
mod entry;
mod entry_list;
mod entry_ready;
mod entry_step;
mod entry_write;
mod error;
mod ledger;
mod measure;
mod model;
mod org_unit;
mod overlay;
mod pending;
mod people_set;
mod person;
mod plan;
mod pool;
mod postgres;
mod rebuild;
mod roll;
mod round;
mod schema;
mod seal;
mod series;
mod sheet;
mod sqlite;
mod store;
mod table;
mod verify;
mod verify_clock;

pub use cell::CellGrid;
pub use days::DayCounts;
pub use entry::Said;
pub use entry_list::EntrySpan;
pub use entry_ready::EntryReady;
pub use entry_write::Rehome;
pub use error::{Result, StoreError};
pub use model::{
    Account, AccountId, Actor, Attachment, AttachmentId, CalendarDay, Change, ChangeQuery, Clock, ClockQuery,
    CountyId, Document, DocumentId, Enrolment, EnrolmentId, Entry, EntryId, EntryQuery, EntryStep,
    EntryWrite, Grant, Inspector, LostSign, NewChange, OrgUnit, OrgUnitId, Outcome, Person, PersonId, Plan,
    PlanId, PlanItem, PlanItemId, Put, Round, RoundId, RoundTarget, Session, SheetSign, Term, Token,
    UnsignedSheet,
};
pub use model::{
    BalanceQuery, LedgerBalance, LedgerPlace, LedgerPosting, LedgerRefusal, LedgerTurnover, PostingQuery,
    RefusalCause,
};
pub use roll::{People, Roll, Stays, StaysOf};
pub use schema::SchemaPlan;
pub use series::CellDay;
pub use store::{Queued, Reader, Store, StoreOptions, Writer};
pub use verify::{Difference, VerifyReport};
