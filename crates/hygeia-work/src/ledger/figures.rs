//! Balances and flows as figures.

use crate::actor::{Action, Actor};
use crate::directory::Directory;
use hygeia_pack::model::{LedgerId, Measure, MeasureId, MeasureKind, PackSet};
use hygeia_store::{CellGrid, CountyId, OrgUnitId, Reader};
use jiff::civil::Date;
use rust_decimal::Decimal;

/// Values of the measures of ledgers for the units and ranges of a query.
pub(crate) struct LedgerFigures {
    balances: Vec<MeasureId>,
    flows: Vec<MeasureId>,
    kept: Vec<MeasureId>,
    balance: CellGrid,
    flow: CellGrid,
    transfers: CellGrid,
}

/// The implied measure that counts a ledger's transfers.
fn transfers_of(ledger: &LedgerId) -> MeasureId {
    MeasureId::new(format!("ledger:{ledger}"))
}

/// Whether the actor sees a ledger anywhere: whoever sees a register that posts to it does.
pub(crate) fn may_see_ledger(
    actor: &Actor,
    packs: &PackSet,
    directory: &Directory,
    ledger: &LedgerId,
) -> bool {
    let registers = packs.ledgers.get(ledger).map(|ledger| ledger.registers()).unwrap_or_default();
    let mut known = registers.into_iter().filter_map(|id| packs.registers.get(id));
    known.any(|register| actor.may_somewhere(directory, register, Action::View))
}

impl LedgerFigures {
    pub(crate) fn read(
        reader: &mut Reader<'_>,
        county: CountyId,
        measures: &[&Measure],
        units: &[OrgUnitId],
        ranges: &[(Date, Date)],
    ) -> hygeia_store::Result<Self> {
        let ids = |wanted: fn(&MeasureKind) -> bool| -> Vec<MeasureId> {
            measures
                .iter()
                .filter(|measure| wanted(&measure.kind))
                .map(|measure| measure.id.clone())
                .collect()
        };
        let balances = ids(|kind| matches!(kind, MeasureKind::Balance { .. }));
        let flows = ids(|kind| matches!(kind, MeasureKind::Flow { .. } | MeasureKind::Transfers { .. }));
        let mut kept: Vec<MeasureId> =
            measures.iter().filter_map(|measure| measure.ledger()).map(transfers_of).collect();
        kept.sort();
        kept.dedup();
        let from_start: Vec<(Date, Date)> = ranges.iter().map(|(_, to)| (Date::MIN, *to)).collect();
        Ok(Self {
            balance: reader.cell_values(county, &balances, units, &from_start)?,
            flow: reader.cell_values(county, &flows, units, ranges)?,
            transfers: reader.cell_values(county, &kept, units, &from_start)?,
            balances,
            flows,
            kept,
        })
    }

    /// The value of a measure; `None` (缺数据) where nobody has kept the ledger so far.
    pub(crate) fn value(&self, measure: &Measure, unit: usize, range: usize) -> Option<Decimal> {
        let kept = transfers_of(measure.ledger()?);
        let at = |ids: &[MeasureId], id: &MeasureId| ids.iter().position(|known| known == id);
        let used = at(&self.kept, &kept).is_some_and(|at| !self.transfers.get(at, unit, range).is_zero());
        let value = match measure.kind {
            MeasureKind::Balance { .. } => self.balance.get(at(&self.balances, &measure.id)?, unit, range),
            _ => self.flow.get(at(&self.flows, &measure.id)?, unit, range),
        };
        used.then_some(value)
    }
}
