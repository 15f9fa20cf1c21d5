//! Taking from stock: which lots there are, the one that expires first at the head (先到期先出), and a word when a
//! later one is taken.

use super::fill::plain_name;
use super::stock::{Freshness, StockLine, StockQuery};
use crate::actor::Actor;
use crate::entry::EntryScope;
use crate::error::{FieldProblem, Result, WorkError};
use crate::work::Work;
use hygeia_expr::Value;
use hygeia_pack::model::{Formula, Ledger, PackSet, PostingRule, Register};
use hygeia_store::OrgUnitId;
use jiff::civil::Date;
use rust_decimal::Decimal;

/// What a form that takes from stock chooses from.
#[derive(Debug, Clone)]
pub struct Takes {
    /// Field of the item; `None` in a ledger of one item.
    pub item: Option<String>,
    /// Field of the lot.
    pub lot: String,
    /// What the unit has, by item, the lot that expires first at the head.
    pub lines: Vec<StockLine>,
}

/// What is wrong with a ledger's stock.
#[derive(Debug, Clone)]
pub struct StockWarning<'a> {
    /// The ledger.
    pub ledger: &'a Ledger,
    /// Items below their minimum.
    pub shortages: Vec<super::Shortage>,
    /// Lots past their expiry or near it, the earliest first.
    pub lots: Vec<StockLine>,
}

/// Rules by which entries of a register take one lot from an account inside a ledger.
fn taking<'a>(ledger: &'a Ledger, register: &'a Register) -> impl Iterator<Item = &'a PostingRule> {
    ledger.postings.iter().filter(move |rule| {
        rule.register == register.id
            && rule.each.is_none()
            && rule.book.is_none()
            && rule.from.unit.is_none()
            && !ledger.is_outside(&rule.from.account)
    })
}

impl Work {
    /// The lots an entry of `register` may take at a unit; `None` when its entries take nothing, or the actor does not
    /// see the ledger.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn takes(&self, actor: &Actor, register: &Register, unit: OrgUnitId) -> Result<Option<Takes>> {
        let packs = self.packs();
        for ledger in packs.ledgers.values() {
            let Some(rule) = taking(ledger, register).next() else { continue };
            let Some(lot) = rule.lot.as_ref().and_then(plain_name) else { continue };
            let lines = match self.own_stock(actor, ledger, rule, unit, None) {
                Ok(lines) => lines,
                Err(WorkError::Denied(_) | WorkError::NotFound(_)) => continue,
                Err(error) => return Err(error),
            };
            let item = rule.item.as_ref().and_then(plain_name);
            return Ok(Some(Takes { item, lot, lines }));
        }
        Ok(None)
    }

    /// What the account a rule takes from holds at the unit itself.
    fn own_stock(
        &self,
        actor: &Actor,
        ledger: &Ledger,
        rule: &PostingRule,
        unit: OrgUnitId,
        item: Option<String>,
    ) -> Result<Vec<StockLine>> {
        let query = StockQuery { account: Some(rule.from.account.clone()), item, on: None };
        let mut lines = self.stock(actor, ledger.id.as_str(), unit, &query)?.lines;
        lines.retain(|line| line.place.unit == unit && line.amount > Decimal::ZERO);
        Ok(lines)
    }

    /// Warns when an entry takes a lot while another of the item expires earlier.
    pub(crate) fn warn_of_earlier_lots(
        &self,
        actor: &Actor,
        packs: &PackSet,
        register: &Register,
        unit: OrgUnitId,
        scope: &EntryScope<'_>,
        warnings: &mut Vec<FieldProblem>,
    ) -> Result<()> {
        for ledger in packs.ledgers.values().filter(|ledger| ledger.near_expiry_days.is_some()) {
            for rule in taking(ledger, register) {
                let text = |formula: &Option<Formula>| {
                    formula.as_ref().and_then(|formula| formula.expr.eval(scope).as_text().map(str::to_owned))
                };
                // While a form is being filled in, what is not known yet does not stand against it.
                let may_hold =
                    rule.when.as_ref().is_none_or(|when| when.expr.eval(scope) != Value::Bool(false));
                let (Some(lot), Some(field), true) =
                    (text(&rule.lot), rule.lot.as_ref().and_then(plain_name), may_hold)
                else {
                    continue;
                };
                let lines = match self.own_stock(actor, ledger, rule, unit, text(&rule.item)) {
                    Ok(lines) => lines,
                    Err(WorkError::Denied(_) | WorkError::NotFound(_)) => continue,
                    Err(error) => return Err(error),
                };
                if let Some(earlier) = earlier_lot(&lines, &lot) {
                    warnings.push(FieldProblem {
                        field,
                        message: format!(
                            "先到期先出：批号 {} 于 {} 到期，还有 {}{}，早于所选批号",
                            earlier.lot_title,
                            earlier.expiry.unwrap_or(Date::MAX),
                            earlier.amount.normalize(),
                            earlier.item.unit
                        ),
                        warning: true,
                    });
                    return Ok(());
                }
            }
        }
        Ok(())
    }

    /// Items below their minimum and lots past or near their expiry, in every ledger the actor may see for a unit.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn stock_warnings<'a>(
        &self,
        actor: &Actor,
        packs: &'a PackSet,
        unit: OrgUnitId,
    ) -> Result<Vec<StockWarning<'a>>> {
        let mut found = Vec::new();
        for ledger in self.ledgers_of(actor, packs) {
            if ledger.near_expiry_days.is_none() && !ledger.has_minimum() {
                continue;
            }
            let stock = match self.stock(actor, ledger.id.as_str(), unit, &StockQuery::default()) {
                Ok(stock) => stock,
                Err(WorkError::Denied(_) | WorkError::NotFound(_)) => continue,
                Err(error) => return Err(error),
            };
            let mut lots = stock.lines;
            lots.retain(|line| matches!(line.freshness, Freshness::Expired(_) | Freshness::Near(_)));
            lots.sort_by_key(|line| line.expiry);
            if !lots.is_empty() || !stock.shortages.is_empty() {
                found.push(StockWarning { ledger, shortages: stock.shortages, lots });
            }
        }
        Ok(found)
    }
}

/// The lot that should have been taken instead; `None` when the chosen one expires first or has expired.
fn earlier_lot<'a>(lines: &'a [StockLine], chosen: &str) -> Option<&'a StockLine> {
    let expiry = |line: &StockLine| line.expiry.unwrap_or(Date::MAX);
    let own = lines.iter().find(|line| line.place.lot == chosen)?;
    if matches!(own.freshness, Freshness::Expired(_)) {
        return None;
    }
    let good = lines.iter().filter(|line| !matches!(line.freshness, Freshness::Expired(_)));
    good.min_by_key(|line| expiry(line)).filter(|line| expiry(line) < expiry(own))
}
