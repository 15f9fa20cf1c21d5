//! The stock card (收发存卡) with every entry behind it, and the turnover of a period (收发存汇总).

use super::names::LedgerNames;
use super::stock::path_of;
use crate::actor::Actor;
use crate::error::Result;
use crate::work::Work;
use hygeia_pack::model::{Ledger, RegisterId};
use hygeia_store::{
    BalanceQuery, EntryId, LedgerPlace, LedgerPosting, LedgerTurnover, OrgUnitId, PostingQuery,
};
use jiff::civil::Date;
use rust_decimal::Decimal;

/// Lines of a card at most.
const MOST: u32 = 2_000;

/// A line of a stock card.
#[derive(Debug, Clone)]
pub struct CardLine {
    /// Day it counts for.
    pub day: Date,
    /// What came in; below zero when an earlier line is taken back.
    pub gained: Decimal,
    /// What went out.
    pub lost: Decimal,
    /// What was there afterwards.
    pub held: Decimal,
    /// Where it came from or went: account, with unit and holder when they are others.
    pub counter: String,
    /// Lot.
    pub lot: String,
    /// Holder of the account.
    pub holder: String,
    /// Unit of the account.
    pub unit: OrgUnitId,
    /// Name of that unit.
    pub unit_title: String,
    /// Register of the entry that made it.
    pub register: RegisterId,
    /// Name of that register.
    pub register_title: String,
    /// The entry.
    pub entry: EntryId,
    /// Whether it takes back an earlier line.
    pub is_reversal: bool,
}

/// One account over a stretch of days.
#[derive(Debug, Clone)]
pub struct StockCard {
    /// Held before.
    pub opening: Decimal,
    /// Every movement, oldest first.
    pub lines: Vec<CardLine>,
    /// Whether there are more lines than are listed.
    pub cut: bool,
    /// Names of the items.
    pub names: LedgerNames,
}

impl StockCard {
    /// Gained over the stretch.
    pub fn gained(&self) -> Decimal {
        self.lines.iter().map(|line| line.gained).sum()
    }

    /// Lost over the stretch.
    pub fn lost(&self) -> Decimal {
        self.lines.iter().map(|line| line.lost).sum()
    }

    /// Held at the end.
    pub fn closing(&self) -> Decimal {
        self.opening + self.gained() - self.lost()
    }
}

/// An item's movement in one account over a period.
#[derive(Debug, Clone)]
pub struct TurnoverLine {
    /// Name of the account.
    pub account_title: String,
    /// Whether it stands outside the ledger.
    pub outside: bool,
    /// The figures.
    pub turnover: LedgerTurnover,
}

/// What a ledger moved over a period.
#[derive(Debug, Clone)]
pub struct Turnover {
    /// A line for each item, lot and account.
    pub lines: Vec<TurnoverLine>,
    /// Names of the items.
    pub names: LedgerNames,
}

impl Turnover {
    /// What all accounts of an item hold together, those outside included; zero when every transfer within the
    /// subtree balances.
    pub fn net(&self) -> Decimal {
        self.lines.iter().map(|line| line.turnover.closing()).sum()
    }
}

impl Work {
    /// One account's card over a stretch of days, both ends inclusive. `wanted` names account and item; lot and holder
    /// narrow it further when they are given.
    pub fn stock_card(
        &self,
        actor: &Actor,
        id: &str,
        unit: OrgUnitId,
        wanted: &PostingQuery,
    ) -> Result<StockCard> {
        let (packs, directory) = (self.packs(), self.directory());
        let ledger = self.ledger(actor, &packs, id, unit)?;
        let names = self.ledger_names(&packs, ledger)?;
        let query = PostingQuery { unit_path: path_of(&directory, unit), limit: MOST + 1, ..wanted.clone() };
        let before = query.from.and_then(|from| from.yesterday().ok());
        let start = BalanceQuery {
            unit_path: query.unit_path.clone(),
            account: query.account.clone(),
            item: query.item.clone(),
            on: before,
        };
        let (postings, opening) = self.store.read(|reader| {
            let postings = reader.ledger_postings(self.county, &ledger.id, &query)?;
            let opening = match before {
                None => Vec::new(),
                Some(_) => reader.ledger_balances(self.county, &ledger.id, &start)?,
            };
            Ok((postings, opening))
        })?;
        let is = |wanted: &Option<String>, name: &str| wanted.as_deref().is_none_or(|wanted| wanted == name);
        let own = |place: &LedgerPlace| is(&query.lot, &place.lot) && is(&query.holder, &place.holder);
        let opening: Decimal =
            opening.iter().filter(|balance| own(&balance.place)).map(|balance| balance.amount).sum();
        let cut = postings.len() > MOST as usize;
        let mut held = opening;
        let lines = postings
            .into_iter()
            .take(MOST as usize)
            .map(|posting| {
                held += posting.amount;
                let register = packs.registers.get(&posting.register);
                CardLine {
                    register_title: register.map(|register| register.title.zh.clone()).unwrap_or_default(),
                    unit_title: directory.full_title(posting.place.unit),
                    counter: counter_title(ledger, &posting, &directory.full_title(posting.counter.unit)),
                    ..card_line(posting, held)
                }
            })
            .collect();
        Ok(StockCard { opening, lines, cut, names })
    }

    /// What a unit's subtree moved over a stretch of days, by item and account, those outside included; by lot as well
    /// when `by_lot` says so.
    pub fn turnover(
        &self,
        actor: &Actor,
        id: &str,
        unit: OrgUnitId,
        (from, to): (Date, Date),
        by_lot: bool,
    ) -> Result<Turnover> {
        let (packs, directory) = (self.packs(), self.directory());
        let ledger = self.ledger(actor, &packs, id, unit)?;
        let names = self.ledger_names(&packs, ledger)?;
        let path = path_of(&directory, unit);
        let lots =
            self.store.read(|reader| reader.ledger_turnover(self.county, &ledger.id, &path, from, to))?;
        let lines = if by_lot { lots } else { without_lots(lots) };
        let lines = lines
            .into_iter()
            .map(|turnover| TurnoverLine {
                account_title: ledger
                    .accounts
                    .get(&turnover.account)
                    .map(|account| account.title.zh.clone())
                    .unwrap_or_default(),
                outside: ledger.is_outside(&turnover.account),
                turnover,
            })
            .collect();
        Ok(Turnover { lines, names })
    }
}

/// Lots of an item in an account taken together.
fn without_lots(lots: Vec<LedgerTurnover>) -> Vec<LedgerTurnover> {
    let mut sums: Vec<LedgerTurnover> = Vec::new();
    for lot in lots {
        match sums.iter_mut().find(|sum| (&sum.account, &sum.item) == (&lot.account, &lot.item)) {
            Some(sum) => {
                sum.opening += lot.opening;
                sum.gained += lot.gained;
                sum.lost += lot.lost;
            }
            None => sums.push(LedgerTurnover { lot: String::new(), ..lot }),
        }
    }
    sums
}

fn card_line(posting: LedgerPosting, held: Decimal) -> CardLine {
    // A reversal takes back on the side it came from.
    let entered = (posting.amount > Decimal::ZERO) != posting.reverses.is_some();
    CardLine {
        day: posting.day,
        gained: if entered { posting.amount } else { Decimal::ZERO },
        lost: if entered { Decimal::ZERO } else { -posting.amount },
        held,
        counter: String::new(),
        unit: posting.place.unit,
        unit_title: String::new(),
        lot: posting.place.lot,
        holder: posting.place.holder,
        register: posting.register,
        register_title: String::new(),
        entry: posting.entry,
        is_reversal: posting.reverses.is_some(),
    }
}

fn counter_title(ledger: &Ledger, posting: &LedgerPosting, unit: &str) -> String {
    let counter = &posting.counter;
    let account =
        ledger.accounts.get(&counter.account).map_or(counter.account.as_str(), |a| a.title.zh.as_str());
    let unit = if counter.unit == posting.place.unit { "" } else { unit };
    [unit, account, counter.holder.as_str()]
        .into_iter()
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}
