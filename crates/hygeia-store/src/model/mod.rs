//! What the store keeps: plain values, one id type per kind of thing.

mod account;
mod clock;
mod entry;
mod inspection;
mod ledger;
mod people;
mod plan;

pub use account::{Account, Grant, Session, Token};
pub use clock::{Clock, ClockQuery, EntryStep, Outcome};
pub use entry::{
    Actor, Change, ChangeQuery, Entry, EntryQuery, EntryWrite, LostSign, NewChange, Put, SheetSign,
    UnsignedSheet,
};
pub use inspection::{Attachment, Inspector, Round, RoundTarget};
pub use ledger::{
    BalanceQuery, LedgerBalance, LedgerPlace, LedgerPosting, LedgerRefusal, LedgerTurnover, PostingQuery,
    RefusalCause,
};
pub use people::{Enrolment, OrgUnit, Person};
pub use plan::{CalendarDay, Document, Plan, PlanItem, Term};

use uuid::Uuid;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident($inner:ty);)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub $inner);

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }
    )*};
}

ids! {
    /// An attachment; made by the client.
    AttachmentId(Uuid);
    /// A round of inspections.
    RoundId(i64);
    /// A county: first part of every key, distribution column of a sharded database.
    CountyId(i64);
    /// An org unit within its county; 0 asks for a new one.
    OrgUnitId(i64);
    /// A person within the county, counted densely from 1; 0 asks for a new one.
    PersonId(u32);
    /// An enrolment; 0 asks for a new one.
    EnrolmentId(i64);
    /// An account; 0 asks for a new one.
    AccountId(i64);
    /// An entry, made by the client.
    EntryId(Uuid);
    /// A plan; 0 asks for a new one.
    PlanId(i64);
    /// A line of a plan; 0 asks for a new one.
    PlanItemId(i64);
    /// A report draft; 0 asks for a new one.
    DocumentId(i64);
}
