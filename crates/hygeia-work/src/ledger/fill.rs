//! A form's rows filled from the stock they would take: what a ward hands over is what waits there.

use super::stock::StockQuery;
use crate::actor::Actor;
use crate::error::{Result, WorkError};
use crate::work::Work;
use hygeia_pack::model::{Formula, PostingRule, Register};
use hygeia_store::OrgUnitId;
use rust_decimal::Decimal;
use serde_json::{Map, Value as Json};

impl Work {
    /// The rows a new entry of `register` starts with: one for each lot in the account its postings take from at the
    /// unit. `None` when no posting of the register takes row by row, or none begins like this and it is not `asked` for.
    pub fn rows_from_stock(
        &self,
        actor: &Actor,
        register: &Register,
        unit: OrgUnitId,
        asked: bool,
    ) -> Result<Option<(String, Json)>> {
        let packs = self.packs();
        for ledger in packs.ledgers.values() {
            let takes = |rule: &&PostingRule| {
                rule.register == register.id
                    && rule.book.is_none()
                    && !ledger.is_outside(&rule.from.account)
                    && (asked || rule.begins)
            };
            let Some(rule) = ledger.postings.iter().find(takes) else { continue };
            let Some(each) = &rule.each else { continue };
            let query = StockQuery { account: Some(rule.from.account.clone()), ..StockQuery::default() };
            let lines = match self.stock(actor, ledger.id.as_str(), unit, &query) {
                Ok(stock) => stock.lines,
                // A form nobody asked to fill is opened empty by whoever does not see the stock.
                Err(WorkError::Denied(_) | WorkError::NotFound(_)) if !asked => continue,
                Err(error) => return Err(error),
            };
            let own = lines.into_iter().filter(|line| line.place.unit == unit && line.amount > Decimal::ZERO);
            let rows = own.map(|line| {
                let cells = [
                    (rule.item.as_ref(), line.place.item.clone()),
                    (rule.lot.as_ref(), line.place.lot.clone()),
                    (Some(&rule.quantity), line.amount.normalize().to_string()),
                ];
                let cells = cells
                    .into_iter()
                    .filter_map(|(formula, text)| Some((plain_name(formula?)?, text.into())));
                Json::Object(cells.collect::<Map<String, Json>>())
            });
            return Ok(Some((each.clone(), Json::Array(rows.collect()))));
        }
        Ok(None)
    }
}

/// The field a formula is, when it is nothing more.
pub(super) fn plain_name(formula: &Formula) -> Option<String> {
    let names = formula.expr.names();
    (names == [formula.source.as_str()]).then(|| formula.source.clone())
}
