//! Ledgers (收发存/账): quantities that are conserved.

use super::{ChoiceOption, Formula, LedgerId, RegisterId, Title};
use indexmap::IndexMap;

/// A ledger: accounts by org unit × item × lot × holder × account, moved by balanced transfers only.
#[derive(Debug, Clone)]
pub struct Ledger {
    /// `pack.name`.
    pub id: LedgerId,
    /// Name on the screen.
    pub title: Title,
    /// What it is for, one sentence.
    pub help: Option<String>,
    /// Heading the list of ledgers groups it under.
    pub group: Option<String>,
    /// What is kept.
    pub items: Items,
    /// Unit of the quantities: measure word or UCUM code; an item may have its own.
    pub unit: String,
    /// Decimal places of a quantity, 0 to 6.
    pub decimals: u8,
    /// What a lot is called (批号, 袋号); `None` when lots are not told apart.
    pub lot: Option<Title>,
    /// What a holder is called (领用人, 签收单位); `None` when accounts have no holders.
    pub holder: Option<Title>,
    /// Days before the expiry from which a lot is near it; `None` when lots do not expire.
    pub near_expiry_days: Option<u32>,
    /// An account may go below zero.
    pub may_be_negative: bool,
    /// Accounts by name, those inside the ledger and those outside it.
    pub accounts: IndexMap<String, LedgerAccount>,
    /// What moves quantities.
    pub postings: Vec<PostingRule>,
    /// The register in which counted quantities are compared with those in the books.
    pub stocktake: Option<RegisterId>,
    /// How the register of stocktakes is laid out; present together with it.
    pub count_sheet: Option<CountSheet>,
    /// Where its rules come from.
    pub source: Option<String>,
}

/// Where the items of a ledger are listed.
#[derive(Debug, Clone)]
pub enum Items {
    /// There is one item, named like this; its code is empty.
    One(Title),
    /// The options of a code list.
    List(Vec<ChoiceOption>),
    /// Entries of a register; the code of an item is the id of its entry.
    Register {
        /// Register of the items.
        register: RegisterId,
        /// Field with the name.
        title: String,
        /// Field with the specification, if any.
        spec: Option<String>,
        /// Field with the item's own unit, if any.
        unit: Option<String>,
        /// Number field: the least stock of the unit the item is listed at, if any.
        minimum: Option<String>,
    },
}

/// A kind of account every org unit has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LedgerAccount {
    /// Name used in postings and measures.
    pub id: String,
    /// Name on the screen.
    pub title: Title,
    /// Where quantities come from or end (供应商, 已使用, 盘点差异): no stock, may be below zero.
    pub outside: bool,
    /// What is said, before the numbers, to whoever takes more than it holds; the account's name when `None`.
    pub short: Option<String>,
    /// Days a lot may stay here after the day it came in; any number when `None`.
    pub max_days: Option<u32>,
}

/// One transfer that entries of a register make.
#[derive(Debug, Clone)]
pub struct PostingRule {
    /// Register whose entries post.
    pub register: RegisterId,
    /// Rows field: one transfer for each row, whose cells are in scope.
    pub each: Option<String>,
    /// Posts only when this holds.
    pub when: Option<Formula>,
    /// Code of the item; `None` for a ledger of one item.
    pub item: Option<Formula>,
    /// The lot, if lots are told apart.
    pub lot: Option<Formula>,
    /// Expiry of the lot, told when it comes in.
    pub expiry: Option<Formula>,
    /// What is moved; below zero it moves the other way, missing or zero nothing is moved.
    pub quantity: Formula,
    /// A new form begins with a row for each lot that the account it leaves holds: all of it is meant to go.
    pub begins: bool,
    /// What the account inside must hold before, in a stocktake.
    pub book: Option<Formula>,
    /// Account it leaves.
    pub from: PostingSide,
    /// Account it enters.
    pub to: PostingSide,
    /// Field a refusal stands beside.
    pub field: String,
}

/// One side of a transfer.
#[derive(Debug, Clone)]
pub struct PostingSide {
    /// Account.
    pub account: String,
    /// Org unit of the account; that of the entry when `None`.
    pub unit: Option<Formula>,
    /// Holder of the account; nobody when `None`.
    pub holder: Option<Formula>,
}

/// The fields of a stocktake's register.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CountSheet {
    /// Rows field with a line per item and lot.
    pub lines: String,
    /// Account that is counted.
    pub account: String,
}

impl Ledger {
    /// The registers whose entries post here, each once.
    pub fn registers(&self) -> Vec<&RegisterId> {
        let mut registers: Vec<&RegisterId> = Vec::new();
        for posting in &self.postings {
            if !registers.contains(&&posting.register) {
                registers.push(&posting.register);
            }
        }
        registers
    }

    /// Whether its items are listed with a least stock.
    pub fn has_minimum(&self) -> bool {
        matches!(&self.items, Items::Register { minimum: Some(_), .. })
    }

    /// Whether an account stands outside the ledger.
    pub fn is_outside(&self, account: &str) -> bool {
        self.accounts.get(account).is_some_and(|account| account.outside)
    }
}
