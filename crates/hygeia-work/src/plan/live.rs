//! Plans in force: what they change, and how far each line has come.

use super::aim::{Aims, Confirmed, aim_of};
use crate::actor::Actor;
use crate::directory::Directory;
use crate::duty::{
    DutyState, KnownWindows, MonthDay, Occurrence, PartOfYear, PlannedRule, Rhythm, Window, most_a_day,
};
use crate::error::Result;
use crate::indicator::{Figure, FigureId, FigureQuery};
use crate::period::Period;
use crate::work::Work;
use hygeia_pack::model::{
    Choice, Due, Duty, DutyId, Every, Expects, FieldType, IndicatorId, PackSet, Target, Title,
};
use hygeia_store::{OrgUnitId, Plan, PlanId, PlanItem, PlanItemId};
use jiff::ToSpan;
use jiff::civil::Date;
use std::borrow::Cow;
use std::cmp::Reverse;
use std::collections::HashMap;
use std::sync::Arc;

/// What the plans of a county set in place of the packs' rules: those that are live, and those that were until they
/// were closed.
#[derive(Debug, Default)]
pub(crate) struct LivePlans {
    duties: Vec<PlannedDuty>,
    aims: Aims,
}

/// Where and when a line is in force.
#[derive(Debug, Clone, Copy)]
pub(super) struct Force {
    pub unit: OrgUnitId,
    pub from: Date,
    pub to: Date,
}

#[derive(Debug)]
struct PlannedDuty {
    force: Force,
    duty: DutyId,
    plan: Arc<str>,
    line: PlanItemId,
    every: Every,
    times: u16,
    /// The line's words, which may name some of the things the duty is done to.
    title: String,
    /// Months and days the line is limited to, when it names a season.
    season: Option<PartOfYear>,
}

impl Force {
    /// From the day a line was taken into a plan in force until the plan ends or is closed.
    fn of(plan: &Plan, item: &PlanItem) -> Option<Self> {
        let from = plan.from.max(item.since?);
        let to = match (plan.status.as_str(), plan.closed_on) {
            ("live", _) => plan.to,
            ("closed", Some(closed)) => plan.to.min(closed.saturating_sub(1.day())),
            _ => return None,
        };
        (from <= to).then(|| Self { unit: item.owner_unit.unwrap_or(plan.unit), from, to })
    }

    pub(super) fn holds_on(self, day: Date) -> bool {
        self.from <= day && day <= self.to
    }
}

impl LivePlans {
    /// The rules of accepted lines of plans; the order of `plans` is the order of precedence.
    pub(crate) fn new(plans: Vec<(Plan, Vec<PlanItem>)>) -> Self {
        let mut live = Self::default();
        for (plan, items) in plans {
            let title: Arc<str> = plan.title.as_str().into();
            for item in items.into_iter().filter(|item| item.state == "accepted") {
                let Some(force) = Force::of(&plan, &item) else { continue };
                if let (Some(duty), Some(every)) = (&item.duty, item.every) {
                    live.duties.push(PlannedDuty {
                        force,
                        duty: duty.clone(),
                        plan: title.clone(),
                        line: item.id,
                        every,
                        times: item.times.unwrap_or(1).max(1),
                        title: item.title,
                        season: item.when.as_deref().and_then(season_of),
                    });
                } else {
                    live.aims.add(&plan, &title, &item, force);
                }
            }
        }
        live
    }

    /// What `unit` owes of `duty`, and in which rhythm: one part, or several where a line of a plan names some of the
    /// things the duty is done to (毛巾、水杯每日两次) and leaves the others as they were.
    pub(crate) fn parts<'a>(
        &self,
        packs: &PackSet,
        directory: &Directory,
        duty: &'a Duty,
        unit: OrgUnitId,
    ) -> Vec<(Cow<'a, Duty>, Rhythm)> {
        let planned: Vec<(&PlannedDuty, Option<Vec<String>>)> = self
            .duties
            .iter()
            .filter(|planned| planned.duty == duty.id && directory.is_within(unit, planned.force.unit))
            .map(|planned| (planned, named(packs, duty, &planned.title)))
            .collect();
        let (field, codes) = match &duty.expects {
            Expects::EachOption { field, codes } if planned.iter().any(|(_, named)| named.is_some()) => {
                (field, codes)
            }
            _ => {
                let all = planned.iter().map(|(planned, _)| *planned);
                return vec![(Cow::Borrowed(duty), rhythm(packs, duty, all))];
            }
        };
        let mut parts: Vec<(Vec<String>, Rhythm)> = Vec::new();
        for code in codes {
            let names = |named: &Option<Vec<String>>| named.as_ref().is_none_or(|named| named.contains(code));
            let of_code = planned.iter().filter(|(_, named)| names(named)).map(|(planned, _)| *planned);
            let rhythm = rhythm(packs, duty, of_code);
            match parts.iter_mut().find(|(_, same)| *same == rhythm) {
                Some((codes, _)) => codes.push(code.clone()),
                None => parts.push((vec![code.clone()], rhythm)),
            }
        }
        let whole = parts.len() == 1;
        let narrowed = |codes: Vec<String>| {
            let expects = Expects::EachOption { field: field.clone(), codes };
            Cow::Owned(Duty { expects, ..duty.clone() })
        };
        let part = |(codes, rhythm)| (if whole { Cow::Borrowed(duty) } else { narrowed(codes) }, rhythm);
        parts.into_iter().map(part).collect()
    }

    /// The aims they set.
    pub(super) fn aims(&self) -> &Aims {
        &self.aims
    }
}

/// The rhythm of `duty` under lines of plans: within a plan a line for a season goes before one for all the year.
fn rhythm<'a>(packs: &PackSet, duty: &Duty, planned: impl Iterator<Item = &'a PlannedDuty>) -> Rhythm {
    let mut rhythm = Rhythm::of(duty);
    for planned in planned {
        let register = packs.registers.get(&duty.register);
        let rule = PlannedRule {
            plan: planned.plan.clone(),
            line: planned.line,
            from: planned.force.from,
            to: planned.force.to,
            season: planned.season.clone(),
            due: Due { every: planned.every, times: planned.times, ..duty.due },
            most_a_day: register.and_then(|register| most_a_day(duty, register)),
        };
        let of_plan = |other: &PlannedRule| Arc::ptr_eq(&other.plan, &rule.plan) && other.season.is_none();
        let at = rhythm.planned.iter().position(of_plan).filter(|_| rule.season.is_some());
        rhythm.planned.insert(at.unwrap_or(rhythm.planned.len()), rule);
    }
    rhythm
}

/// The duty that a line of a plan means: where the line names some of the things it is done to (水杯、毛巾), it is
/// about these alone.
fn meant(packs: &PackSet, duty: &Duty, item: &PlanItem) -> Duty {
    let mut meant = duty.clone();
    if let Expects::EachOption { codes, .. } = &mut meant.expects
        && let Some(named) = named(packs, duty, &item.title)
    {
        *codes = named;
    }
    meant
}

/// What the duty of a line expects an entry of each time, such as breakfast, lunch and snack; empty for a duty that is
/// not done to several things.
#[must_use]
pub fn expected_of_each<'a>(packs: &'a PackSet, item: &PlanItem) -> Vec<&'a Title> {
    let Some(duty) = item.duty.as_ref().and_then(|id| packs.duties.get(id)) else { return Vec::new() };
    let Expects::EachOption { field, codes } = meant(packs, duty, item).expects else { return Vec::new() };
    let register = packs.registers.get(&duty.register);
    let field = register.and_then(|register| register.fields.get(field.as_str()));
    let Some(FieldType::Choice(choice)) = field.map(|field| &field.kind) else { return Vec::new() };
    codes.iter().filter_map(|code| choice.option(code)).map(|option| &option.title).collect()
}

/// The options a duty expects that a line names; `None` when it names none of them and so means all.
fn named(packs: &PackSet, duty: &Duty, line: &str) -> Option<Vec<String>> {
    let Expects::EachOption { field, codes } = &duty.expects else { return None };
    let FieldType::Choice(choice) = &packs.registers.get(&duty.register)?.fields.get(field.as_str())?.kind
    else {
        return None;
    };
    let named: Vec<String> = codes.iter().filter(|code| is_named(choice, code, line)).cloned().collect();
    (!named.is_empty()).then_some(named)
}

fn is_named(choice: &Choice, code: &str, line: &str) -> bool {
    let title = choice.option(code).map_or("", |option| option.title.zh.as_str());
    let mut names = title.split(['（', '）', '、', '与', '/']).filter(|name| !name.is_empty());
    names.any(|name| line.contains(name))
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
    // The document's own words, which no pack translates.
    Some((Title { zh: when.chars().take(30).collect(), en: None }, from, to))
}

/// How far one line of a plan has come.
#[derive(Debug, Clone)]
pub enum ItemProgress {
    /// A duty: entries due and made so far, and those of the time that still runs.
    Duty {
        /// Due up to now.
        due: u32,
        /// Made of those.
        done: u32,
        /// Expected in the windows that still run.
        running: u32,
        /// Made of those.
        running_done: u32,
        /// Field and its codes, when the line is about some of the things the duty is done to.
        only: Option<(String, Vec<String>)>,
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
    /// A plan with the progress of its lines up to the actor's today: of the whole of a line's unit for whoever reaches
    /// it, else of the actor's own unit within it.
    pub fn plan_progress(&self, actor: &Actor, id: PlanId) -> Result<PlanView> {
        let (plan, items) = self.plan_open(actor, id)?;
        let directory = self.directory();
        let homes = actor.home_units(&directory);
        let mut lines = Vec::new();
        for item in items {
            let unit = item.owner_unit.unwrap_or(plan.unit);
            let seen = match actor.reaches(&directory, unit) {
                true => Some(unit),
                false => homes.iter().copied().find(|home| directory.is_within(*home, unit)),
            };
            let progress = match seen {
                Some(unit) if matches!(item.state.as_str(), "accepted" | "done") => {
                    self.item_progress(actor, &directory, &plan, &item, unit)?
                }
                _ => ItemProgress::None,
            };
            lines.push((item, progress));
        }
        Ok(PlanView { plan, items: lines })
    }

    fn item_progress(
        &self,
        actor: &Actor,
        directory: &Directory,
        plan: &Plan,
        item: &PlanItem,
        unit: OrgUnitId,
    ) -> Result<ItemProgress> {
        let packs = self.packs();
        let now = actor.local();
        let late = item.due_to.is_some_and(|to| to < now.date());
        if item.state == "done" {
            return Ok(ItemProgress::Task { done: true, late: false });
        }
        let (from, today) = (plan.from.max(item.since.unwrap_or(plan.from)), now.date().min(plan.to));
        let duty = item.duty.as_ref().and_then(|duty| packs.duties.get(duty));
        let indicator = item.indicator.as_ref().and_then(|indicator| packs.indicators.get(indicator));
        Ok(match (duty, indicator) {
            (Some(whole), _) if from <= today => {
                let duty = meant(&packs, whole, item);
                // What is past its time counts, also where the period it belongs to runs beyond today.
                let range = (from, plan.to);
                // A line that sets a frequency is about the windows it sets, one for a season about those of the season;
                // where none are its own (a newer plan sets them) it is about the duty as a whole.
                let line = Some(item.id).filter(|line| self.is_set_by(directory, &duty, unit, range, *line));
                let by = now.min(plan.to.saturating_add(1.day()).at(0, 0, 0, 0));
                let tallies = self.store.read(|reader| {
                    let mut windows = KnownWindows::of_line(line);
                    Ok(self.duty_tallies(reader, directory, &duty, (&[unit], &[range]), by, &mut windows))
                })??;
                let tally = tallies.first().copied().unwrap_or_default();
                let lines = self.duty_lines(directory, &[&duty], unit, today, now)?;
                let is_own = |window: &Window| line.is_none() || window.by_line == line;
                let is_tallied = |one: &Occurrence| {
                    one.window.due_at < by
                        || one.window.due_at.date() <= by.date() && one.state == DutyState::Done
                };
                let running: Vec<&Occurrence> = lines
                    .iter()
                    .flat_map(|line| &line.occurrences)
                    .filter(|one| is_own(&one.window) && !is_tallied(one))
                    .collect();
                let expected = running.iter().map(|occurrence| occurrence.expected).sum();
                let made = running.iter().map(|occurrence| occurrence.done).sum();
                let done = tally.done >= tally.due && made >= expected;
                // What has a day of its own is late after it, whatever the rhythm of the duty leaves open.
                if item.kind == "deadline" && (late || done) {
                    return Ok(ItemProgress::Task { done, late: !done });
                }
                let only = match &duty.expects {
                    Expects::EachOption { field, codes } if duty.expects != whole.expects => {
                        Some((field.clone(), codes.clone()))
                    }
                    _ => None,
                };
                ItemProgress::Duty {
                    due: tally.due,
                    done: tally.done,
                    running: expected,
                    running_done: made,
                    only,
                }
            }
            (None, Some(indicator)) if plan.from <= today => {
                let query = FigureQuery {
                    figures: vec![FigureId::Indicator(indicator.id.clone())],
                    units: vec![unit],
                    periods: vec![Period::range(plan.from, plan.to)],
                };
                match self.document_figures(actor, &query)?.into_iter().next() {
                    Some(mut figure) => {
                        // The aim of another plan that holds instead is what every other page judges by.
                        let live = self.live_plans();
                        let holds = live.aims().in_force(directory, indicator, unit, &[today]);
                        let holds = holds.filter(|(other, _)| plan.status == "live" && *other != plan.id);
                        let target = holds.map(|(_, target)| target);
                        figure.target = target.or_else(|| aim_of(item, indicator)).or(figure.target);
                        ItemProgress::Target(Box::new(figure))
                    }
                    None => ItemProgress::None,
                }
            }
            _ if matches!(item.kind.as_str(), "task" | "deadline") => {
                ItemProgress::Task { done: false, late }
            }
            _ => ItemProgress::None,
        })
    }

    /// Aims that live plans set for the indicators of a query.
    pub(crate) fn plan_targets(
        &self,
        directory: &Directory,
        query: &FigureQuery,
    ) -> Result<HashMap<(IndicatorId, OrgUnitId), Target>> {
        let (packs, live) = (self.packs(), self.live_plans());
        let mut targets = HashMap::new();
        let Some(day) = query.periods.iter().map(|period| period.to).max() else { return Ok(targets) };
        for figure in &query.figures {
            let FigureId::Indicator(id) = figure else { continue };
            let Some(indicator) = packs.indicators.get(id) else { continue };
            for unit in &query.units {
                // A plan in force on the first or the last day of the last period holds for it.
                let first = query.periods.iter().map(|period| period.from).max().unwrap_or(day);
                let found = live.aims().in_force(directory, indicator, *unit, &[first, day]);
                if let Some((_, target)) = found {
                    targets.insert((id.clone(), *unit), target);
                }
            }
        }
        Ok(targets)
    }

    /// Reads the plans that are or were in force again after one has changed.
    pub(crate) fn reload_plans(&self) -> Result<()> {
        let county = self.county;
        let plans = self.store.read(|reader| {
            let mut live = Vec::new();
            for plan in reader.plan_list(county)?.into_iter().filter(|plan| plan.status != "draft") {
                let items = reader.plan_item_list(county, plan.id)?;
                live.push((plan, items));
            }
            // Of several plans the one that was confirmed last goes first.
            live.sort_by_key(|(plan, _): &(Plan, _)| Reverse(Confirmed::of(plan)));
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
