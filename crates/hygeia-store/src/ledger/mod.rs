//! Ledgers (账): an entry's transfers are written in its own transaction, corrected only by reversal, proved by
//! `verify`.

mod follow;
mod measure;
mod read;
mod repost;
mod rule;
mod verify;

pub(crate) use measure::LedgerMeasure;
pub(crate) use rule::LedgerRules;
