//! Ledgers (收发存/账): what is in stock, how it came there, and why a posting is refused.

mod card;
mod count;
mod figures;
mod fill;
mod issue;
mod names;
mod refusal;
mod stock;

pub use card::{CardLine, StockCard, Turnover, TurnoverLine};
pub use count::{CountLine, CountSubmission};
pub(crate) use figures::{LedgerFigures, may_see_ledger};
pub use issue::{StockWarning, Takes};
pub use names::{ItemName, LedgerNames};
pub use stock::{Freshness, Shortage, Stock, StockLine, StockQuery};
