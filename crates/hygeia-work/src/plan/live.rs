//! Live plans: what they change, and how far each line has come.

use crate::actor::Actor;
use crate::directory::Directory;
use crate::duty::Rhythm;
use crate::error::Result;
use crate::indicator::{Figure, FigureId, FigureQuery};
use crate::period::Period;
use crate::work::Work;
use hygeia_pack::model::{Due, Duty, DutyId, IndicatorId, Season, Target};
use hygeia_store::{OrgUnitId, Plan, PlanId, PlanItem};
use jiff::civil::Date;
use std::collections::HashMap;
use std::sync::Arc;

/// What the live plans of a county set in place of the packs' rules.
#[derive(Debug, Default)]
pub(crate) struct LivePlans {
    duties: Vec<PlannedDuty>,
    targets: Vec<PlannedTarget>,
}

/// A name with the first and the last month and day it covers.
type PartOfYear = (String, MonthDay, MonthDay);
/// Month and day.
type MonthDay = (i8, i8);

#[derive(Debug)]
struct Force {
    unit: OrgUnitId,
    from: Date,
    to: Date,
}

#[derive(Debug)]
struct PlannedDuty {
    force: Force,
    duty: DutyId,
    plan: String,
    rule: (hygeia_pack::model::Every, u16),
    /// Months and days the line is limited to, when it names a season.
    season: Option<PartOfYear>,
}

#[derive(Debug)]
struct PlannedTarget {
    force: Force,
    indicator: IndicatorId,
    target: Target,
}

impl Force {
    fn reaches(&self, directory: &Directory, unit: OrgUnitId, day: Date) -> bool {
        self.from <= day && day <= self.to && directory.is_within(unit, self.unit)
    }
}

impl LivePlans {
    /// The rules of accepted lines of live plans; the order of `plans` is the order of precedence.
    pub(crate) fn new(plans: Vec<(Plan, Vec<PlanItem>)>) -> Self {
        let mut live = Self::default();
        for (plan, items) in plans {
            for item in items.into_iter().filter(|item| item.state == "accepted") {
                let force =
                    Force { unit: item.owner_unit.unwrap_or(plan.unit), from: plan.from, to: plan.to };
                if let (Some(duty), Some(every)) = (&item.duty, item.every) {
                    let season = item.when.as_deref().and_then(season_of);
                    live.duties.push(PlannedDuty {
                        force,
                        duty: duty.clone(),
                        plan: plan.title.clone(),
                        rule: (every, item.times.unwrap_or(1).max(1)),
                        season,
                    });
                } else if let (Some(indicator), Some(value)) = (&item.indicator, item.value) {
                    let at_least = !matches!(item.op.as_deref(), Some("<=" | "<"));
                    live.targets.push(PlannedTarget {
                        force,
                        indicator: indicator.clone(),
                        target: Target { at_least, value },
                    });
                }
            }
        }
        live
    }

    /// The rhythm of `duty` at `unit` on `day`, and the title of the plan that sets it, if one does.
    pub(crate) fn of(
        &self,
        directory: &Directory,
        duty: &Duty,
        unit: OrgUnitId,
        day: Date,
    ) -> (Rhythm, Option<String>) {
        let mut rhythm = Rhythm::of(duty);
        let mut by_plan = None;
        let planned: Vec<&PlannedDuty> = self
            .duties
            .iter()
            .filter(|planned| planned.duty == duty.id && planned.force.reaches(directory, unit, day))
            .collect();
        let due = |planned: &PlannedDuty| Due { every: planned.rule.0, times: planned.rule.1, ..duty.due };
        if let Some(all_year) = planned.iter().find(|planned| planned.season.is_none()) {
            rhythm.due = due(all_year);
            rhythm.seasons.clear();
            by_plan = Some(all_year.plan.clone());
        }
        for planned in &planned {
            if let Some((title, from, to)) = &planned.season {
                let season = Season { title: title.clone(), from: *from, to: *to, due: due(planned) };
                rhythm.seasons.insert(0, season);
                by_plan = Some(planned.plan.clone());
            }
        }
        (rhythm, by_plan)
    }

    fn target(
        &self,
        directory: &Directory,
        indicator: &IndicatorId,
        unit: OrgUnitId,
        day: Date,
    ) -> Option<Target> {
        self.targets
            .iter()
            .find(|planned| planned.indicator == *indicator && planned.force.reaches(directory, unit, day))
            .map(|planned| planned.target)
    }
}

/// The part of the year that a phrase such as 秋季传染病高发季节 names.
fn season_of(when: &str) -> Option<PartOfYear> {
    let seasons: [(&str, MonthDay, MonthDay); 8] = [
        ("秋冬", (9, 1), (2, 29)),
        ("冬春", (12, 1), (5, 31)),
        ("春夏", (3, 1), (8, 31)),
        ("夏秋", (6, 1), (11, 30)),
        ("春", (3, 1), (5, 31)),
        ("夏", (6, 1), (8, 31)),
        ("秋", (9, 1), (11, 30)),
        ("冬", (12, 1), (2, 29)),
    ];
    let plain: String = when.chars().filter(|c| !matches!(c, '、' | '季')).collect();
    let (_, from, to) = seasons.into_iter().find(|(name, ..)| plain.contains(name))?;
    Some((when.chars().take(30).collect(), from, to))
}

/// How far one line of a plan has come.
#[derive(Debug, Clone)]
pub enum ItemProgress {
    /// A duty: entries due and made so far.
    Duty {
        /// Due up to now.
        due: u32,
        /// Made.
        done: u32,
    },
    /// A target: the value now, with its aim.
    Target(Box<Figure>),
    /// A task or deadline: done or not, late or not.
    Task {
        /// Ticked off.
        done: bool,
        /// Its last day has passed without that.
        late: bool,
    },
    /// Matched with nothing that is counted.
    None,
}

/// A plan with the progress of every accepted line.
#[derive(Debug, Clone)]
pub struct PlanView {
    /// The plan.
    pub plan: Plan,
    /// Lines with their progress.
    pub items: Vec<(PlanItem, ItemProgress)>,
}

impl Work {
    /// A plan with the progress of its lines up to the actor's today.
    pub fn plan_progress(&self, actor: &Actor, id: PlanId) -> Result<PlanView> {
        let (plan, items) = self.plan_open(actor, id)?;
        let today = actor.today().min(plan.to);
        let packs = self.packs();
        let directory = self.directory();
        let mut lines = Vec::new();
        for item in items {
            let unit = item.owner_unit.unwrap_or(plan.unit);
            let progress = match (&item.duty, &item.indicator) {
                (Some(duty), _) if plan.from <= today => {
                    let range = [(plan.from, today)];
                    let tallies = self.store.read(|reader| {
                        Ok(self.duty_tallies(reader, &packs, &directory, duty, &[unit], &range, today))
                    })??;
                    let tally = tallies.first().copied().unwrap_or_default();
                    ItemProgress::Duty { due: tally.due, done: tally.done }
                }
                (None, Some(indicator)) if plan.from <= today => {
                    let query = FigureQuery {
                        figures: vec![FigureId::Indicator(indicator.clone())],
                        units: vec![unit],
                        periods: vec![Period::range(plan.from, plan.to)],
                    };
                    match self.document_figures(actor, &query)?.into_iter().next() {
                        Some(mut figure) => {
                            let at_least = !matches!(item.op.as_deref(), Some("<=" | "<"));
                            figure.target =
                                item.value.map(|value| Target { at_least, value }).or(figure.target);
                            ItemProgress::Target(Box::new(figure))
                        }
                        None => ItemProgress::None,
                    }
                }
                _ if matches!(item.kind.as_str(), "task" | "deadline") => {
                    let done = item.state == "done";
                    let late = !done && item.due_to.is_some_and(|to| to < actor.today());
                    ItemProgress::Task { done, late }
                }
                _ => ItemProgress::None,
            };
            lines.push((item, progress));
        }
        Ok(PlanView { plan, items: lines })
    }

    /// Aims that live plans set for the indicators of a query.
    pub(crate) fn plan_targets(
        &self,
        directory: &Directory,
        query: &FigureQuery,
    ) -> Result<HashMap<(IndicatorId, OrgUnitId), Target>> {
        let live = self.live_plans();
        let mut targets = HashMap::new();
        let Some(day) = query.periods.iter().map(|period| period.to).max() else { return Ok(targets) };
        for figure in &query.figures {
            let FigureId::Indicator(indicator) = figure else { continue };
            for unit in &query.units {
                // A plan in force on the first or the last day of the last period holds for it.
                let first = query.periods.iter().map(|period| period.from).max().unwrap_or(day);
                let found =
                    [first, day].iter().find_map(|day| live.target(directory, indicator, *unit, *day));
                if let Some(target) = found {
                    targets.insert((indicator.clone(), *unit), target);
                }
            }
        }
        Ok(targets)
    }

    pub(crate) fn plan_rhythms(&self) -> Arc<LivePlans> {
        self.live_plans()
    }

    /// Reads the live plans again after one has changed.
    pub(crate) fn reload_plans(&self) -> Result<()> {
        let county = self.county;
        let plans = self.store.read(|reader| {
            let mut live = Vec::new();
            for plan in reader.plan_list(county)?.into_iter().filter(|plan| plan.status == "live") {
                let items = reader.plan_item_list(county, plan.id)?;
                live.push((plan, items));
            }
            Ok(live)
        })?;
        self.set_live_plans(LivePlans::new(plans));
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seasons_are_told_by_their_names() {
        assert_eq!(season_of("秋季传染病高发季节").map(|s| (s.1, s.2)), Some(((9, 1), (11, 30))));
        assert_eq!(season_of("秋、冬季").map(|s| (s.1, s.2)), Some(((9, 1), (2, 29))));
        assert_eq!(season_of("早晚"), None);
    }
}
