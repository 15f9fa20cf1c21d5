//! The stock list: items and lots with what is there, what expires, what is below its minimum.

use super::names::{ItemName, LedgerNames};
use crate::actor::{Action, Actor};
use crate::directory::Directory;
use crate::error::{Result, WorkError};
use crate::value::plain;
use crate::work::Work;
use hygeia_pack::model::{FieldType, Ledger, LedgerId, PackSet, PostingRule};
use hygeia_store::{BalanceQuery, EntryId, LedgerBalance, LedgerPlace, OrgUnitId};
use jiff::civil::Date;
use rust_decimal::Decimal;

/// How far a lot is from its expiry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Freshness {
    /// Past it since so many days.
    Expired(i32),
    /// So many days to go, within the warning of the ledger; 0 is the last day.
    Near(i32),
    /// Longer than that.
    Good,
    /// Nothing expires, or no date is known.
    Unknown,
}

/// One account of the stock list.
#[derive(Debug, Clone)]
pub struct StockLine {
    /// The account.
    pub place: LedgerPlace,
    /// Its org unit with the one above.
    pub unit_title: String,
    /// Name of the account.
    pub account_title: String,
    /// The item.
    pub item: ItemName,
    /// The lot as people know it; of one that is an entry, whom it is about and its first text.
    pub lot_title: String,
    /// Quantity.
    pub amount: Decimal,
    /// Expiry of the lot.
    pub expiry: Option<Date>,
    /// How far from it.
    pub freshness: Freshness,
    /// Day since which it has been there; known where the account sets how long it may stay.
    pub since: Option<Date>,
    /// Days beyond what the account allows; `None` while it may stay.
    pub overstayed: Option<i32>,
}

/// An item of which a unit has less than it should.
#[derive(Debug, Clone)]
pub struct Shortage {
    /// The item.
    pub item: ItemName,
    /// Unit it is listed at, with its subtree.
    pub unit: OrgUnitId,
    /// Name of that unit.
    pub unit_title: String,
    /// What is there, expired lots left out.
    pub held: Decimal,
    /// What should be there.
    pub minimum: Decimal,
}

/// What a ledger holds for a unit's subtree.
#[derive(Debug, Clone)]
pub struct Stock {
    /// Accounts inside the ledger that hold something.
    pub lines: Vec<StockLine>,
    /// Items below their minimum.
    pub shortages: Vec<Shortage>,
    /// Names of the items.
    pub names: LedgerNames,
    /// Day it is for.
    pub on: Date,
}

/// Which stock.
#[derive(Debug, Clone, Default)]
pub struct StockQuery {
    /// Only this account.
    pub account: Option<String>,
    /// Only this item.
    pub item: Option<String>,
    /// At the end of this day; now when `None`.
    pub on: Option<Date>,
}

impl Freshness {
    /// The state of a lot on a day.
    pub fn of(expiry: Option<Date>, near_days: Option<u32>, today: Date) -> Self {
        let (Some(expiry), Some(near)) = (expiry, near_days) else { return Freshness::Unknown };
        let days = today.until(expiry).map(|span| span.get_days()).unwrap_or(i32::MAX);
        match days {
            days if days < 0 => Freshness::Expired(-days),
            days if i64::from(days) <= i64::from(near) => Freshness::Near(days),
            _ => Freshness::Good,
        }
    }
}

impl Work {
    /// The ledgers whose registers the actor may see somewhere, in pack order.
    pub fn ledgers_of<'a>(&self, actor: &Actor, packs: &'a PackSet) -> Vec<&'a Ledger> {
        let directory = self.directory();
        let seen = |ledger: &&Ledger| super::may_see_ledger(actor, packs, &directory, &ledger.id);
        packs.ledgers.values().filter(seen).collect()
    }

    /// A ledger the actor may see for a unit: whoever may see entries of a register that posts to it.
    pub fn ledger<'a>(
        &self,
        actor: &Actor,
        packs: &'a PackSet,
        id: &str,
        unit: OrgUnitId,
    ) -> Result<&'a Ledger> {
        let missing = || WorkError::NotFound(format!("账“{id}”"));
        let ledger = packs.ledgers.get(id).ok_or_else(missing)?;
        let directory = self.directory();
        if !actor.reaches(&directory, unit) {
            return Err(WorkError::NotFound("该机构".into()));
        }
        let mut registers = ledger.registers().into_iter().filter_map(|id| packs.registers.get(id));
        if registers.any(|register| actor.may(&directory, register, Action::View, unit)) {
            return Ok(ledger);
        }
        Err(WorkError::Denied(format!("您的角色不能查看“{}”账", ledger.title.zh)))
    }

    /// What a unit's subtree has in stock: lots that expire first come first within an item.
    pub fn stock(&self, actor: &Actor, id: &str, unit: OrgUnitId, query: &StockQuery) -> Result<Stock> {
        let (packs, directory) = (self.packs(), self.directory());
        let ledger = self.ledger(actor, &packs, id, unit)?;
        let names = self.ledger_names(&packs, ledger)?;
        let on = query.on.unwrap_or_else(|| actor.today());
        let wanted = BalanceQuery {
            unit_path: path_of(&directory, unit),
            account: query.account.clone(),
            item: query.item.clone(),
            on: query.on,
        };
        let balances = self.store.read(|reader| reader.ledger_balances(self.county, &ledger.id, &wanted))?;
        let inside = balances.into_iter().filter(|balance| !ledger.is_outside(&balance.place.account));
        let mut lines: Vec<StockLine> =
            inside.map(|balance| stock_line(ledger, &names, &directory, balance, on)).collect();
        let order = |line: &StockLine| {
            let catalogue = names.items().position(|item| item.code == line.place.item);
            (catalogue.unwrap_or(usize::MAX), line.expiry.unwrap_or(Date::MAX), line.place.clone())
        };
        lines.sort_by_cached_key(order);
        self.name_lots(&packs, ledger, &mut lines)?;
        if query.on.is_none() {
            self.overstay(ledger, &wanted.unit_path, on, &mut lines)?;
        }
        let shortages = if query.account.is_none() && query.item.is_none() {
            shortages(&names, &directory, unit, &lines)
        } else {
            Vec::new()
        };
        Ok(Stock { lines, shortages, names, on })
    }

    /// What has been somewhere longer than its account allows, in all ledgers the actor may see for a unit: a bag that
    /// was made and never handed over, a store that was not emptied.
    pub fn overstays(&self, actor: &Actor, unit: OrgUnitId) -> Result<Vec<(LedgerId, StockLine)>> {
        let packs = self.packs();
        let timed = |ledger: &&&Ledger| ledger.accounts.values().any(|account| account.max_days.is_some());
        let mut found = Vec::new();
        for ledger in self.ledgers_of(actor, &packs).iter().filter(timed) {
            match self.stock(actor, ledger.id.as_str(), unit, &StockQuery::default()) {
                Ok(stock) => {
                    let late = stock.lines.into_iter().filter(|line| line.overstayed.is_some());
                    found.extend(late.map(|line| (ledger.id.clone(), line)));
                }
                Err(WorkError::Denied(_)) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(found)
    }

    /// Names lots that are entries of a register (a medicine entrusted for a child).
    fn name_lots(&self, packs: &PackSet, ledger: &Ledger, lines: &mut [StockLine]) -> Result<()> {
        let own = |rule: &&PostingRule| rule.lot.as_ref().is_some_and(|lot| lot.source == "entry.id");
        let Some(rule) = ledger.postings.iter().find(own) else { return Ok(()) };
        let Some(register) = packs.registers.get(&rule.register) else { return Ok(()) };
        let text = register
            .fields
            .values()
            .find(|field| matches!(field.kind, FieldType::Text { .. }) && !field.personal);
        self.store.read(|reader| {
            for line in lines.iter_mut() {
                let Ok(id) = line.place.lot.parse() else { continue };
                let Some(entry) = reader.entry_get(self.county, register, EntryId(id))? else { continue };
                let person = match entry.person {
                    Some(person) => reader.person_get(self.county, person)?.map(|person| person.name),
                    None => None,
                };
                let first = text.and_then(|field| entry.values.get(&field.name)).map(plain);
                line.lot_title = [person, first].into_iter().flatten().collect::<Vec<_>>().join(" ");
            }
            Ok(())
        })?;
        Ok(())
    }

    /// Notes since when lots have been in accounts that set how long they may stay.
    fn overstay(&self, ledger: &Ledger, path: &str, on: Date, lines: &mut [StockLine]) -> Result<()> {
        for account in ledger.accounts.values() {
            let Some(most) = account.max_days else { continue };
            let since =
                self.store.read(|reader| reader.ledger_since(self.county, &ledger.id, path, &account.id))?;
            for line in lines.iter_mut().filter(|line| line.place.account == account.id) {
                line.since = since.get(&line.place).copied();
                let days = line.since.and_then(|since| since.until(on).ok()).map(|span| span.get_days());
                let most = i32::try_from(most).unwrap_or(i32::MAX);
                line.overstayed = days.map(|days| days - most).filter(|over| *over > 0);
            }
        }
        Ok(())
    }
}

pub(super) fn path_of(directory: &Directory, unit: OrgUnitId) -> String {
    directory.get(unit).map(|unit| unit.path.clone()).unwrap_or_default()
}

pub(super) fn stock_line(
    ledger: &Ledger,
    names: &LedgerNames,
    directory: &Directory,
    balance: LedgerBalance,
    on: Date,
) -> StockLine {
    let account = ledger.accounts.get(&balance.place.account);
    StockLine {
        unit_title: directory.full_title(balance.place.unit),
        account_title: account.map(|account| account.title.zh.clone()).unwrap_or_default(),
        item: names.item(&balance.place.item),
        amount: balance.amount,
        lot_title: balance.place.lot.clone(),
        expiry: balance.expiry,
        freshness: Freshness::of(balance.expiry, ledger.near_expiry_days, on),
        place: balance.place,
        since: None,
        overstayed: None,
    }
}

/// Items listed within the subtree of which less is there than should be.
fn shortages(
    names: &LedgerNames,
    directory: &Directory,
    unit: OrgUnitId,
    lines: &[StockLine],
) -> Vec<Shortage> {
    let listed = names.items().filter_map(|item| Some((item, item.listed_at?, item.minimum?)));
    let own = listed.filter(|(_, at, _)| directory.is_within(*at, unit));
    own.filter_map(|(item, at, minimum)| {
        let there = lines.iter().filter(|line| {
            line.place.item == item.code
                && directory.is_within(line.place.unit, at)
                && !matches!(line.freshness, Freshness::Expired(_))
        });
        let held: Decimal = there.map(|line| line.amount).sum();
        (held < minimum).then(|| Shortage {
            item: item.clone(),
            unit: at,
            unit_title: directory.full_title(at),
            held,
            minimum,
        })
    })
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn a_lot_is_good_to_the_end_of_its_last_day() {
        let today = date(2026, 11, 25);
        let of = |expiry| Freshness::of(expiry, Some(30), today);
        assert_eq!(of(Some(date(2026, 11, 24))), Freshness::Expired(1));
        assert_eq!(of(Some(today)), Freshness::Near(0));
        assert_eq!(of(Some(date(2026, 12, 25))), Freshness::Near(30));
        assert_eq!(of(Some(date(2026, 12, 26))), Freshness::Good);
        assert_eq!(of(None), Freshness::Unknown);
        assert_eq!(Freshness::of(Some(today), None, today), Freshness::Unknown);
    }
}
