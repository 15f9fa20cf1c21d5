//! Ledgers (收发存/账): what is in stock, how it came there, and why a posting is refused.

mod figures;
mod names;
mod refusal;

pub(crate) use figures::{LedgerFigures, may_see_ledger, since};
pub use names::{ItemName, LedgerNames};
