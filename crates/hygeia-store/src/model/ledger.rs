//! Ledgers: accounts, balances, transfers, refusals.

use super::{EntryId, OrgUnitId};
use hygeia_pack::model::{LedgerId, RegisterId};
use jiff::Timestamp;
use jiff::civil::Date;
use rust_decimal::Decimal;

/// One account of a ledger.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct LedgerPlace {
    /// Org unit.
    pub unit: OrgUnitId,
    /// Account of the ledger.
    pub account: String,
    /// Code of the item; empty in a ledger of one item.
    pub item: String,
    /// Lot; empty when lots are not told apart.
    pub lot: String,
    /// Holder; empty when nobody in particular.
    pub holder: String,
}

/// What an account holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LedgerBalance {
    /// The account.
    pub place: LedgerPlace,
    /// Quantity in the ledger's unit.
    pub amount: Decimal,
    /// Expiry of the lot, if known.
    pub expiry: Option<Date>,
}

/// A transfer as one of its two accounts sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LedgerPosting {
    /// Number of the transfer in its county.
    pub no: i64,
    /// Day it counts for.
    pub day: Date,
    /// The account.
    pub place: LedgerPlace,
    /// What the account gains; below zero what it loses.
    pub amount: Decimal,
    /// The account on the other side.
    pub counter: LedgerPlace,
    /// Register of the entry that made it.
    pub register: RegisterId,
    /// That entry.
    pub entry: EntryId,
    /// Number of the transfer it reverses.
    pub reverses: Option<i64>,
    /// When it was written.
    pub at: Timestamp,
}

/// What the accounts of one kind did over a stretch of days, for an item and a lot of a subtree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LedgerTurnover {
    /// Account.
    pub account: String,
    /// Code of the item.
    pub item: String,
    /// Lot.
    pub lot: String,
    /// Held before the first day.
    pub opening: Decimal,
    /// Gained.
    pub gained: Decimal,
    /// Lost.
    pub lost: Decimal,
}

impl LedgerTurnover {
    /// Held at the end of the last day.
    pub fn closing(&self) -> Decimal {
        self.opening + self.gained - self.lost
    }
}

/// Which balances.
#[derive(Debug, Clone, Default)]
pub struct BalanceQuery {
    /// Path of the root of the subtree.
    pub unit_path: String,
    /// Only this account.
    pub account: Option<String>,
    /// Only this item.
    pub item: Option<String>,
    /// At the end of this day; now when `None`.
    pub on: Option<Date>,
}

/// Which transfers.
#[derive(Debug, Clone, Default)]
pub struct PostingQuery {
    /// Path of the root of the subtree.
    pub unit_path: String,
    /// Only this account.
    pub account: Option<String>,
    /// Only this item.
    pub item: Option<String>,
    /// Only this lot.
    pub lot: Option<String>,
    /// Only this holder.
    pub holder: Option<String>,
    /// First day.
    pub from: Option<Date>,
    /// Last day.
    pub to: Option<Date>,
    /// Rows to return, oldest first; 0 returns all.
    pub limit: u32,
    /// Rows to skip.
    pub offset: u32,
}

/// Why entries cannot post.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LedgerRefusal {
    /// The ledger.
    pub ledger: LedgerId,
    /// Field of the entry it stands beside.
    pub field: String,
    /// The account that refuses.
    pub place: LedgerPlace,
    /// Day of the transfer.
    pub day: Date,
    /// What is the matter.
    pub cause: RefusalCause,
}

/// What is the matter with a posting.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RefusalCause {
    /// The account does not hold what would leave it, on the day or on a later one.
    Short {
        /// What is there to be taken.
        available: Decimal,
        /// What would leave.
        needed: Decimal,
        /// First day on which it would be below zero.
        on: Date,
        /// Where more of the item is.
        elsewhere: Vec<LedgerBalance>,
    },
    /// The books hold something else than the stocktake says they do.
    Book {
        /// What they hold.
        held: Decimal,
        /// What the stocktake says.
        stated: Decimal,
    },
    /// No item was named.
    NoItem,
    /// No org unit was named.
    NoUnit,
    /// More decimal places than the ledger keeps.
    TooFine {
        /// The quantity.
        quantity: Decimal,
        /// Places kept.
        decimals: u8,
    },
}
