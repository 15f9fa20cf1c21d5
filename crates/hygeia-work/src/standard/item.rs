//! How the items of a standard fare over many inspections: how often judged, how often points were taken, and where.

use super::inspection::own_edition;
use super::{Mark, RankQuery};
use crate::actor::Actor;
use crate::error::{Result, WorkError};
use crate::work::Work;
use hygeia_pack::model::{Edition, StandardItem};
use hygeia_store::{EntryId, OrgUnitId};
use indexmap::IndexMap;
use jiff::civil::Date;
use rust_decimal::Decimal;

/// Points taken at an item in one inspection.
#[derive(Debug, Clone)]
pub struct Loss {
    /// The inspection.
    pub entry: EntryId,
    /// The inspected unit.
    pub unit: OrgUnitId,
    /// Its day.
    pub day: Date,
    /// The mark.
    pub mark: Mark,
    /// Points taken.
    pub points: Decimal,
}

/// One item over the inspections of a period.
#[derive(Debug, Clone)]
pub struct ItemStatistic {
    /// The item, as in the edition in force at the end of the period, or the last one that had it.
    pub item: StandardItem,
    /// Inspections that judged it; those it did not apply to are not among them.
    pub judged: usize,
    /// Inspections it did not apply to.
    pub skipped: usize,
    /// Inspections that took points, newest first.
    pub losses: Vec<Loss>,
}

impl ItemStatistic {
    /// Points taken in all.
    pub fn points(&self) -> Decimal {
        self.losses.iter().map(|loss| loss.points).sum()
    }

    /// Share of the inspections that judged it and took points, in percent; missing when none judged it.
    pub fn share(&self) -> Option<Decimal> {
        let hundred = Decimal::from(self.losses.len()) * Decimal::ONE_HUNDRED;
        hundred.checked_div(Decimal::from(self.judged)).map(|share| {
            share.round_dp_with_strategy(1, rust_decimal::RoundingStrategy::MidpointAwayFromZero)
        })
    }
}

impl Work {
    /// The edition in force at the end of the time asked for, and its items over the inspections of that time, in the
    /// order of the checklist; items of older editions that were judged stand behind.
    ///
    /// # Errors
    ///
    /// When the actor may not see inspections of the unit, or no edition is in force.
    pub fn inspection_items(
        &self,
        actor: &Actor,
        register: &str,
        query: &RankQuery,
    ) -> Result<(Edition, Vec<ItemStatistic>)> {
        let register = self.inspection_register(register)?;
        let entries = self.inspections(actor, &register, query)?;
        let standard = register.standard.as_ref();
        let edition = standard
            .and_then(|standard| standard.edition_on(query.to))
            .ok_or_else(|| WorkError::NotFound("该日现行的标准版本".into()))?
            .clone();
        let blank = |item: &StandardItem| ItemStatistic {
            item: item.clone(),
            judged: 0,
            skipped: 0,
            losses: Vec::new(),
        };
        let mut statistics: IndexMap<String, ItemStatistic> =
            edition.items().map(|item| (item.code.clone(), blank(item))).collect();
        for entry in entries {
            let own = own_edition(&register, &entry)?;
            for mark in Mark::of_rows(entry.values.get("results")) {
                let Some(item) = own.item(&mark.item).filter(|item| mark.is_judged(item)) else { continue };
                let statistic = statistics.entry(item.code.clone()).or_insert_with(|| blank(item));
                if mark.skipped {
                    statistic.skipped += 1;
                    continue;
                }
                statistic.judged += 1;
                if mark.is_finding(item) {
                    let kept = mark.points.filter(|_| mark.failed != Some(true)).unwrap_or_default();
                    let points = item.points - kept;
                    let (unit, day) = (entry.unit, entry.day);
                    statistic.losses.push(Loss { entry: entry.id, unit, day, mark, points });
                }
            }
        }
        Ok((edition, statistics.into_values().collect()))
    }
}
