//! What a transfer adds to the measures of its ledger.

use super::rule::Leg;
use crate::pending::{Grain, Part, Pending, Place};
use crate::schema::Active;
use hygeia_pack::model::{Ledger, LedgerId, Measure, MeasureKind};
use std::collections::HashMap;
use std::sync::Arc;

/// A measure kept in cells, ready to be evaluated on a transfer.
#[derive(Debug, Clone)]
pub(crate) struct LedgerMeasure {
    /// Its number in this database.
    pub number: i64,
    kind: MeasureKind,
    by_item: bool,
    /// Whether the account a flow leaves is one inside the ledger: then it counts at the unit it leaves.
    leaves_inside: bool,
}

/// The measures of a ledger.
pub(crate) fn measures_of_ledger(active: &Active, ledger: &LedgerId) -> Arc<[LedgerMeasure]> {
    active.ledger_measures.get(ledger).cloned().unwrap_or_else(|| Arc::from([]))
}

impl LedgerMeasure {
    pub(crate) fn new(measure: &Measure, ledger: &Ledger, numbers: &HashMap<String, i64>) -> Option<Self> {
        let leaves_inside = match &measure.kind {
            MeasureKind::Flow { from: Some(from), .. } => !ledger.is_outside(from),
            _ => false,
        };
        Some(Self {
            number: *numbers.get(measure.id.as_str())?,
            kind: measure.kind.clone(),
            by_item: measure.by.is_some(),
            leaves_inside,
        })
    }

    /// Units and amounts: millionths of a quantity, or transfers.
    fn amounts(&self, leg: &Leg, sign: i64) -> Vec<(i64, i64)> {
        let amount = sign * leg.amount;
        let is = |wanted: &Option<String>, name: &str| wanted.as_deref().is_none_or(|wanted| wanted == name);
        match &self.kind {
            MeasureKind::Balance { account, item, .. } if is(item, &leg.to.item) => {
                let sides = [(&leg.from, -amount), (&leg.to, amount)];
                let own = sides.into_iter().filter(|(place, _)| place.account == *account);
                own.map(|(place, amount)| (place.unit.0, amount)).collect()
            }
            MeasureKind::Flow { from, to, item, .. }
                if is(item, &leg.to.item) && is(from, &leg.from.account) && is(to, &leg.to.account) =>
            {
                let leaves = self.leaves_inside || to.is_none();
                let unit = if leaves { leg.from.unit } else { leg.to.unit };
                vec![(unit.0, amount)]
            }
            MeasureKind::Transfers { .. } => {
                let mut units = vec![leg.from.unit.0, leg.to.unit.0];
                units.dedup();
                units.into_iter().map(|unit| (unit, sign)).collect()
            }
            _ => Vec::new(),
        }
    }
}

/// Adds a transfer (`sign` 1) or its reversal (−1) to cells; `lines` gives a unit with all above it.
pub(crate) fn count(
    measures: &[LedgerMeasure],
    county: i64,
    leg: &Leg,
    sign: i64,
    lines: &dyn Fn(i64) -> Option<Arc<[i64]>>,
    pending: &mut Pending,
) {
    for measure in measures {
        let part: Part = measure.by_item.then(|| Arc::from(leg.to.item.as_str()));
        for (unit, amount) in measure.amounts(leg, sign) {
            let line = lines(unit).unwrap_or_else(|| Arc::from([]));
            for unit in line.iter() {
                for (grain, day) in [(Grain::Day, leg.day), (Grain::Month, leg.day.first_of_month())] {
                    let place = Place { county, measure: measure.number, unit: *unit, grain, day };
                    pending.add(place, &None, amount);
                    if part.is_some() {
                        pending.add(place, &part, amount);
                    }
                }
            }
        }
    }
}
