//! Which aim holds for an indicator where several plans set one.

use super::live::Force;
use super::measured_in;
use crate::directory::Directory;
use hygeia_pack::model::{Indicator, IndicatorId, Target};
use hygeia_store::{OrgUnitId, Plan, PlanId, PlanItem};
use jiff::Timestamp;
use jiff::civil::Date;
use rust_decimal::Decimal;
use std::sync::Arc;

/// The aims that lines of plans set.
#[derive(Debug, Default)]
pub(super) struct Aims(Vec<PlannedTarget>);

#[derive(Debug)]
struct PlannedTarget {
    force: Force,
    confirmed: Confirmed,
    title: Arc<str>,
    is_live: bool,
    indicator: IndicatorId,
    at_least: bool,
    value: Decimal,
    /// Unit of `value`, as written.
    unit: Option<String>,
}

/// When a plan was confirmed, and which it is; a draft will be confirmed after all the others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Confirmed(Timestamp, PlanId);

impl Confirmed {
    pub(super) fn of(plan: &Plan) -> Self {
        Self(plan.confirmed_at.unwrap_or(Timestamp::MAX), plan.id)
    }
}

/// What another plan sets for the indicator of a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OtherAim {
    /// Title of the other plan.
    pub plan: String,
    /// Its aim, in the unit of the indicator.
    pub target: Target,
    /// Unit of the indicator, as packs write it.
    pub unit: String,
    /// The other plan's aim holds, not the line's.
    pub holds: bool,
    /// One of the two plans is of a unit above: what decides is whose plan it is, not when it was confirmed.
    pub by_unit: bool,
}

impl PlannedTarget {
    fn target(&self, indicator: &Indicator) -> Option<Target> {
        let factor = measured_in(self.unit.as_deref(), &indicator.unit)?;
        Some(Target { at_least: self.at_least, value: self.value.checked_mul(factor)? })
    }

    /// Greater where it goes before others: the nearer its unit is to those it binds, then the later it was confirmed.
    fn precedence(&self, directory: &Directory) -> (usize, Confirmed) {
        (directory.line_up(self.force.unit).len(), self.confirmed)
    }
}

impl Aims {
    /// Takes in the aim of a line in force, if it sets one.
    pub(super) fn add(&mut self, plan: &Plan, title: &Arc<str>, item: &PlanItem, force: Force) {
        let (Some(indicator), Some(value)) = (&item.indicator, item.value) else { return };
        self.0.push(PlannedTarget {
            force,
            confirmed: Confirmed::of(plan),
            title: title.clone(),
            is_live: plan.status == "live",
            indicator: indicator.clone(),
            at_least: is_at_least(item),
            value,
            unit: item.value_unit.clone(),
        });
    }

    /// The aim that holds for `unit` by plans in force on any of `days`, with its plan: a plan of the unit itself goes
    /// before one of a unit above, and of several the one that was confirmed last.
    pub(super) fn in_force(
        &self,
        directory: &Directory,
        indicator: &Indicator,
        unit: OrgUnitId,
        days: &[Date],
    ) -> Option<(PlanId, Target)> {
        self.of(directory, indicator, unit)
            .filter(|(planned, _)| days.iter().any(|day| planned.force.holds_on(*day)))
            .max_by_key(|(planned, _)| planned.precedence(directory))
            .map(|(planned, target)| (planned.confirmed.1, target))
    }

    /// Another live plan's aim, where it differs from that of a line on days that both plans share.
    pub(super) fn other(
        &self,
        directory: &Directory,
        indicator: &Indicator,
        plan: &Plan,
        item: &PlanItem,
    ) -> Option<OtherAim> {
        let own = aim_of(item, indicator)?;
        let unit = item.owner_unit.unwrap_or(plan.unit);
        let confirmed = Confirmed::of(plan);
        let (planned, target) = self
            .of(directory, indicator, unit)
            .filter(|(planned, _)| planned.is_live && planned.confirmed != confirmed)
            .filter(|(planned, _)| planned.force.from <= plan.to && plan.from <= planned.force.to)
            .max_by_key(|(planned, _)| planned.precedence(directory))
            .filter(|(_, target)| *target != own)?;
        let by_unit = planned.force.unit != unit;
        Some(OtherAim {
            plan: planned.title.to_string(),
            target,
            unit: indicator.unit.clone(),
            holds: !by_unit && planned.confirmed > confirmed,
            by_unit,
        })
    }

    /// The aims for the indicator that bind the unit.
    fn of<'a>(
        &'a self,
        directory: &'a Directory,
        indicator: &'a Indicator,
        unit: OrgUnitId,
    ) -> impl Iterator<Item = (&'a PlannedTarget, Target)> {
        let binds = move |planned: &&PlannedTarget| {
            planned.indicator == indicator.id && directory.is_within(unit, planned.force.unit)
        };
        self.0.iter().filter(binds).filter_map(|planned| Some((planned, planned.target(indicator)?)))
    }
}

/// The aim a line sets, in the unit of its indicator.
pub(super) fn aim_of(item: &PlanItem, indicator: &Indicator) -> Option<Target> {
    let factor = measured_in(item.value_unit.as_deref(), &indicator.unit)?;
    Some(Target { at_least: is_at_least(item), value: item.value?.checked_mul(factor)? })
}

fn is_at_least(item: &PlanItem) -> bool {
    !matches!(item.op.as_deref(), Some("<=" | "<"))
}
