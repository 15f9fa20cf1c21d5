//! The transfers an entry makes by the rules of its ledgers.

use crate::db::micro;
use crate::error::{Result, StoreError};
use crate::model::{Entry, LedgerPlace, LedgerRefusal, OrgUnitId, RefusalCause};
use hygeia_expr::{Names, Value};
use hygeia_pack::model::{Formula, Ledger, LedgerId, PackSet, PostingRule, PostingSide, RegisterId};
use indexmap::IndexMap;
use jiff::civil::Date;
use std::collections::HashMap;
use std::sync::Arc;

/// What one rule says for one entry or row of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Leg {
    pub ledger: LedgerId,
    pub day: Date,
    pub from: LedgerPlace,
    pub to: LedgerPlace,
    /// Millionths moved; zero for a counted line that agrees with the books, never below zero.
    pub amount: i64,
    pub expiry: Option<Date>,
    /// Millionths the account inside must hold before, and which of the two it is (`true`: the one it enters).
    pub book: Option<(i64, bool)>,
    /// Field a refusal stands beside.
    pub field: String,
}

/// The rules of all ledgers by the register whose entries they read.
#[derive(Debug, Default)]
pub(crate) struct LedgerRules {
    by_register: HashMap<RegisterId, Arc<[(LedgerId, PostingRule)]>>,
}

impl LedgerRules {
    pub(crate) fn of_packs(packs: &PackSet) -> Self {
        let mut all: HashMap<RegisterId, Vec<(LedgerId, PostingRule)>> = HashMap::new();
        for ledger in packs.ledgers.values() {
            for rule in &ledger.postings {
                all.entry(rule.register.clone()).or_default().push((ledger.id.clone(), rule.clone()));
            }
        }
        Self { by_register: all.into_iter().map(|(id, rules)| (id, rules.into())).collect() }
    }

    /// The rules that read a register.
    pub(crate) fn of(&self, register: &RegisterId) -> Option<Arc<[(LedgerId, PostingRule)]>> {
        self.by_register.get(register).cloned()
    }
}

/// What the transfers of a ledger depend on: when the text changes, they are made anew.
pub(crate) fn definition(ledger: &Ledger) -> String {
    fn formula(formula: &Option<Formula>) -> &str {
        formula.as_ref().map_or("", |formula| formula.source.as_str())
    }
    let side =
        |side: &PostingSide| format!("{}/{}/{}", side.account, formula(&side.unit), formula(&side.holder));
    let rule = |rule: &PostingRule| {
        format!(
            "{} each {} when {} item {} lot {} expiry {} move {} from {} to {}",
            rule.register,
            rule.each.as_deref().unwrap_or_default(),
            formula(&rule.when),
            formula(&rule.item),
            formula(&rule.lot),
            formula(&rule.expiry),
            rule.quantity.source,
            side(&rule.from),
            side(&rule.to)
        )
    };
    ledger.postings.iter().map(rule).collect::<Vec<_>>().join("\n")
}

/// The entry, and the row a transfer is made for, as a rule sees them.
struct Scope<'a> {
    entry: &'a Entry,
    row: Option<&'a IndexMap<String, Value>>,
}

impl Names for Scope<'_> {
    fn get(&self, name: &str) -> Value {
        match name {
            "entry.id" => Value::Text(self.entry.id.0.to_string()),
            "entry.unit" => Value::Int(self.entry.unit.0),
            "entry.subject" => {
                self.entry.person.map_or(Value::Null, |person| Value::Int(i64::from(person.0)))
            }
            name => {
                let own = self.row.and_then(|row| row.get(name)).or_else(|| self.entry.values.get(name));
                own.cloned().unwrap_or_default()
            }
        }
    }
}

/// A value as the name of an item, a lot or a holder; empty when missing.
fn word(formula: &Option<Formula>, scope: &Scope<'_>) -> String {
    match formula.as_ref().map(|formula| formula.expr.eval(scope)) {
        Some(Value::Text(text)) => text.trim().to_owned(),
        Some(Value::Int(number)) => number.to_string(),
        Some(Value::Date(day)) => day.to_string(),
        _ => String::new(),
    }
}

/// The transfers of an entry, in the order of the rules.
///
/// # Errors
///
/// A refusal, when a quantity is moved without saying of what or for whom.
pub(crate) fn legs(
    rules: &[(LedgerId, PostingRule)],
    ledgers: &IndexMap<LedgerId, Ledger>,
    entry: &Entry,
) -> Result<Vec<Leg>> {
    let mut legs = Vec::new();
    if entry.void {
        return Ok(legs);
    }
    for (id, rule) in rules {
        let Some(ledger) = ledgers.get(id) else { continue };
        match &rule.each {
            None => legs.extend(leg(ledger, rule, &Scope { entry, row: None })?),
            Some(each) => {
                let Some(Value::List(rows)) = entry.values.get(each) else { continue };
                for row in rows {
                    let Value::Row(row) = row else { continue };
                    legs.extend(leg(ledger, rule, &Scope { entry, row: Some(row) })?);
                }
            }
        }
    }
    Ok(legs)
}

fn leg(ledger: &Ledger, rule: &PostingRule, scope: &Scope<'_>) -> Result<Option<Leg>> {
    if rule.when.as_ref().is_some_and(|when| !when.expr.eval(scope).is_true()) {
        return Ok(None);
    }
    let quantity = rule.quantity.expr.eval(scope).as_decimal();
    let book = rule.book.as_ref().and_then(|book| book.expr.eval(scope).as_decimal());
    let Some(quantity) = quantity.filter(|quantity| !quantity.is_zero() || book.is_some()) else {
        return Ok(None);
    };
    let (item, lot) = (word(&rule.item, scope), word(&rule.lot, scope));
    let refused = |place: LedgerPlace, cause| {
        let (field, day) = (rule.field.clone(), scope.entry.day);
        StoreError::Ledger(Box::new(LedgerRefusal { ledger: ledger.id.clone(), field, place, day, cause }))
    };
    let place = |side: &PostingSide| {
        let unit = unit_of(side, scope);
        let place = LedgerPlace {
            unit: unit.unwrap_or(scope.entry.unit),
            account: side.account.clone(),
            item: item.clone(),
            lot: lot.clone(),
            holder: word(&side.holder, scope),
        };
        if unit.is_some() { Ok(place) } else { Err(refused(place, RefusalCause::NoUnit)) }
    };
    let (from, to) = (place(&rule.from)?, place(&rule.to)?);
    if rule.item.is_some() && item.is_empty() {
        return Err(refused(from, RefusalCause::NoItem));
    }
    if quantity.normalize().scale() > u32::from(ledger.decimals) {
        return Err(refused(from, RefusalCause::TooFine { quantity, decimals: ledger.decimals }));
    }
    let enters = ledger.is_outside(&from.account);
    let book = book.map(micro).transpose()?.map(|book| (book, enters));
    Ok(Some(turned(Leg {
        ledger: ledger.id.clone(),
        day: scope.entry.day,
        from,
        to,
        amount: micro(quantity)?,
        expiry: rule.expiry.as_ref().and_then(|expiry| expiry.expr.eval(scope).as_date()),
        book,
        field: rule.field.clone(),
    })))
}

/// The org unit of a side; `None` when its field is empty.
fn unit_of(side: &PostingSide, scope: &Scope<'_>) -> Option<OrgUnitId> {
    match side.unit.as_ref().map(|unit| unit.expr.eval(scope)) {
        None => Some(scope.entry.unit),
        Some(Value::Int(number)) => Some(OrgUnitId(number)),
        Some(_) => None,
    }
}

/// A quantity below zero moves the other way.
fn turned(leg: Leg) -> Leg {
    if leg.amount >= 0 {
        return leg;
    }
    let book = leg.book.map(|(book, enters)| (book, !enters));
    Leg { from: leg.to, to: leg.from, amount: -leg.amount, book, ..leg }
}

impl Leg {
    /// The account a stocktake counts, with what it should hold.
    pub(crate) fn counted(&self) -> Option<(&LedgerPlace, i64)> {
        self.book.map(|(book, enters)| (if enters { &self.to } else { &self.from }, book))
    }

    /// Whether it moves anything at all.
    pub(crate) fn moves(&self) -> bool {
        self.amount != 0 && self.from != self.to
    }

    /// A refusal of this transfer.
    pub(crate) fn refused(&self, place: &LedgerPlace, cause: RefusalCause) -> StoreError {
        StoreError::Ledger(Box::new(LedgerRefusal {
            ledger: self.ledger.clone(),
            field: self.field.clone(),
            place: place.clone(),
            day: self.day,
            cause,
        }))
    }
}
