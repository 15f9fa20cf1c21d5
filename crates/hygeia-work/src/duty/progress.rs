//! Progress of duties, read from the day cells of their registers.

use super::window::{Rhythm, Window};
use crate::actor::{Action, Actor};
use crate::directory::{Directory, exists_on};
use crate::error::{Result, WorkError};
use crate::work::Work;
use hygeia_pack::model::{Duty, DutyId, Expects, MeasureId, PackSet};
use hygeia_store::{OrgUnit, OrgUnitId, Reader, Roll};
use jiff::civil::{Date, DateTime};
use std::collections::HashMap;

/// Where an occurrence stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum DutyState {
    /// Everything expected is entered.
    Done,
    /// Still in time.
    Due,
    /// Past its moment, with entries missing.
    Overdue,
}

/// A duty of one unit in one window.
#[derive(Debug, Clone)]
pub struct Occurrence {
    /// Unit that owes it.
    pub unit: OrgUnitId,
    /// The window.
    pub window: Window,
    /// Entries expected.
    pub expected: u32,
    /// Entries made, at most `expected`.
    pub done: u32,
    /// Where it stands.
    pub state: DutyState,
}

/// A duty over all units of a subtree that owe it.
#[derive(Debug, Clone)]
pub struct DutyLine {
    /// The duty.
    pub duty: Duty,
    /// One per unit, in the order of the tree.
    pub occurrences: Vec<Occurrence>,
    /// The plan that sets its frequency here, by title, when one does.
    pub by_plan: Option<String>,
}

impl DutyLine {
    /// Entries expected over all units.
    pub fn expected(&self) -> u32 {
        self.occurrences.iter().map(|occurrence| occurrence.expected).sum()
    }

    /// Entries made over all units.
    pub fn done(&self) -> u32 {
        self.occurrences.iter().map(|occurrence| occurrence.done).sum()
    }

    /// The worst state among the units.
    pub fn state(&self) -> DutyState {
        let has = |state| self.occurrences.iter().any(|occurrence| occurrence.state == state);
        if has(DutyState::Overdue) {
            DutyState::Overdue
        } else if has(DutyState::Due) {
            DutyState::Due
        } else {
            DutyState::Done
        }
    }

    /// Earliest moment due among those not done, else the latest of all.
    pub fn due_at(&self) -> Option<DateTime> {
        let open =
            self.occurrences.iter().filter(|o| o.state != DutyState::Done).map(|o| o.window.due_at).min();
        open.or_else(|| self.occurrences.iter().map(|o| o.window.due_at).max())
    }

    /// Units that are late.
    pub fn late(&self) -> impl Iterator<Item = &Occurrence> {
        self.occurrences.iter().filter(|occurrence| occurrence.state == DutyState::Overdue)
    }
}

/// Expected and done entries of a duty over a range.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    pub due: u32,
    pub done: u32,
}

/// Entries of one duty by option (empty for the whole), unit and day in order, and the roll it expects them of.
#[derive(Default)]
struct DayCounts {
    days: HashMap<String, HashMap<OrgUnitId, Vec<(Date, u32)>>>,
    roll: Roll,
}

impl DayCounts {
    /// Entries expected of a unit in a window, by the roll of `day`.
    fn expected(&self, duty: &Duty, unit: OrgUnitId, window: &Window, day: Date) -> u32 {
        let times = u32::from(window.times);
        match &duty.expects {
            Expects::Times => times,
            Expects::EachOption { codes, .. } => times * u32::try_from(codes.len()).unwrap_or(u32::MAX),
            Expects::EachEnrolled(_) => {
                let on = window.to.min(day.max(window.from));
                times * u32::try_from(self.roll.on(unit, on).max(0)).unwrap_or(u32::MAX)
            }
        }
    }

    fn done(&self, duty: &Duty, unit: OrgUnitId, window: &Window, expected: u32) -> u32 {
        match &duty.expects {
            Expects::EachOption { codes, .. } => {
                codes.iter().map(|code| self.made(code, unit, window).min(u32::from(window.times))).sum()
            }
            _ => self.made("", unit, window).min(expected),
        }
    }

    /// Entries under an option in a window.
    fn made(&self, code: &str, unit: OrgUnitId, window: &Window) -> u32 {
        let days = self.days.get(code).and_then(|units| units.get(&unit)).map_or(&[][..], Vec::as_slice);
        let first = days.partition_point(|(day, _)| *day < window.from);
        days[first..].iter().take_while(|(day, _)| *day <= window.to).map(|(_, count)| count).sum()
    }
}

impl Work {
    /// The duties owed on `day` by units at or below `unit`, with their progress; only those whose register the
    /// actor may see there. Units without anything owed that day are left out.
    pub fn duties_on(&self, actor: &Actor, unit: OrgUnitId, day: Date) -> Result<Vec<DutyLine>> {
        let packs = self.packs();
        let directory = self.directory();
        if !actor.reaches(&directory, unit) {
            return Err(WorkError::NotFound("该机构".into()));
        }
        let duties: Vec<&Duty> = packs
            .duties
            .values()
            .filter(|duty| {
                packs
                    .registers
                    .get(&duty.register)
                    .is_some_and(|register| actor.may(&directory, register, Action::View, unit))
            })
            .collect();
        self.duty_lines(&directory, &duties, unit, day, actor.local())
    }

    /// Progress of the given duties below `unit` on `day`, as of `now`.
    pub(crate) fn duty_lines(
        &self,
        directory: &Directory,
        duties: &[&Duty],
        unit: OrgUnitId,
        day: Date,
        now: DateTime,
    ) -> Result<Vec<DutyLine>> {
        let calendar = self.calendar();
        let rhythms = self.plan_rhythms();
        let mut lines = Vec::new();
        self.store.read(|reader| {
            for duty in duties {
                let mut occurrences = Vec::new();
                let mut by_plan = None;
                let mut owed = Vec::new();
                for owing in owing_units(directory, duty, unit, day) {
                    let (rhythm, plan) = rhythms.of(directory, duty, owing.id, day);
                    if let Some(window) = rhythm.window_on(day, &calendar) {
                        by_plan = plan.or(by_plan);
                        owed.push((owing.id, window));
                    }
                }
                let counts = self.day_counts(reader, duty, &owed)?;
                for (owing, window) in owed {
                    let expected = counts.expected(duty, owing, &window, day);
                    if expected == 0 {
                        continue;
                    }
                    let done = counts.done(duty, owing, &window, expected);
                    let state = match (done >= expected, now > window.due_at) {
                        (true, _) => DutyState::Done,
                        (false, true) => DutyState::Overdue,
                        (false, false) => DutyState::Due,
                    };
                    occurrences.push(Occurrence { unit: owing, window, expected, done, state });
                }
                if !occurrences.is_empty() {
                    lines.push(DutyLine { duty: (*duty).clone(), occurrences, by_plan });
                }
            }
            Ok(())
        })?;
        Ok(lines)
    }

    /// Day cells of the duty's own measure for the units and days of their windows, and the roll where it counts.
    fn day_counts(
        &self,
        reader: &mut Reader<'_>,
        duty: &Duty,
        owed: &[(OrgUnitId, Window)],
    ) -> std::result::Result<DayCounts, hygeia_store::StoreError> {
        let mut counts = DayCounts::default();
        let mut units: Vec<OrgUnitId> = owed.iter().map(|(unit, _)| *unit).collect();
        units.sort_unstable();
        units.dedup();
        let (Some(from), Some(to)) =
            (owed.iter().map(|(_, w)| w.from).min(), owed.iter().map(|(_, w)| w.to).max())
        else {
            return Ok(counts);
        };
        let measure = MeasureId::new(format!("duty:{}", duty.id));
        let number = |value: rust_decimal::Decimal| u32::try_from(value.trunc().mantissa()).unwrap_or(0);
        let whole = if matches!(duty.expects, Expects::EachOption { .. }) { None } else { Some("") };
        for cell in reader.cell_series(self.county, &measure, &units, whole, (from, to))? {
            let units = counts.days.entry(cell.part).or_default();
            units.entry(cell.unit).or_default().push((cell.day, number(cell.value)));
        }
        for days in counts.days.values_mut().flat_map(HashMap::values_mut) {
            days.sort_unstable();
        }
        if let Expects::EachEnrolled(kind) = &duty.expects {
            counts.roll = reader.roll_days(self.county, kind, &units, (from, to))?;
        }
        Ok(counts)
    }

    /// The windows of a duty over a range for every unit at or below `unit` that owes it.
    fn owed(
        &self,
        directory: &Directory,
        duty: &Duty,
        unit: OrgUnitId,
        (from, to): (Date, Date),
    ) -> Vec<(OrgUnitId, Window)> {
        let calendar = self.calendar();
        let rhythms = self.plan_rhythms();
        // Classes of one house keep one rhythm: its windows are found once.
        let mut known: Option<(Rhythm, Vec<Window>)> = None;
        let mut owed = Vec::new();
        for owing in owing_units(directory, duty, unit, to) {
            let (rhythm, _) = rhythms.of(directory, duty, owing.id, to);
            let windows = match known.take().filter(|(same, _)| *same == rhythm) {
                Some((_, windows)) => windows,
                None => rhythm.windows(from, to, &calendar),
            };
            owed.extend(windows.iter().cloned().map(|window| (owing.id, window)));
            known = Some((rhythm, windows));
        }
        owed
    }

    /// Expected and done entries of a duty over all windows that end within `from..=to` and are past or complete.
    #[expect(clippy::too_many_arguments, reason = "a duty, a place, a range and a moment")]
    pub(crate) fn duty_tally(
        &self,
        reader: &mut Reader<'_>,
        packs: &PackSet,
        directory: &Directory,
        duty: &DutyId,
        unit: OrgUnitId,
        from: Date,
        to: Date,
        today: Date,
    ) -> Result<Tally> {
        let Some(duty) = packs.duties.get(duty) else { return Ok(Tally::default()) };
        let mut owed = self.owed(directory, duty, unit, (from, to));
        owed.retain(|(_, window)| window.to <= to && window.due_at.date() <= today);
        let counts = self.day_counts(reader, duty, &owed)?;
        let mut tally = Tally::default();
        for (owing, window) in &owed {
            let expected = counts.expected(duty, *owing, window, window.to);
            tally.due += expected;
            tally.done += counts.done(duty, *owing, window, expected);
        }
        Ok(tally)
    }

    /// Entries of a duty made in time over a range.
    pub(crate) fn duty_on_time(
        &self,
        reader: &mut Reader<'_>,
        packs: &PackSet,
        directory: &Directory,
        duty: &DutyId,
        unit: OrgUnitId,
        (from, to): (Date, Date),
    ) -> Result<u32> {
        let Some(duty) = packs.duties.get(duty) else { return Ok(0) };
        let Some(register) = packs.registers.get(&duty.register) else { return Ok(0) };
        let query = hygeia_store::EntryQuery {
            unit_path: directory.get(unit).map(|unit| unit.path.clone()).unwrap_or_default(),
            from: Some(from),
            to: Some(to),
            on_time: Some(true),
            filter: duty.filter.as_ref().map(|formula| formula.expr.clone()),
            ..hygeia_store::EntryQuery::default()
        };
        Ok(u32::try_from(reader.entry_count(self.county, register, &query)?).unwrap_or(u32::MAX))
    }

    /// Windows of the last `days` that ended without everything expected, newest first: who owes what from when.
    pub fn overdue(&self, actor: &Actor, unit: OrgUnitId, from: Date, to: Date) -> Result<Vec<DutyLine>> {
        let packs = self.packs();
        let directory = self.directory();
        if !actor.reaches(&directory, unit) {
            return Err(WorkError::NotFound("该机构".into()));
        }
        let now = actor.local();
        let mut lines = Vec::new();
        self.store.read(|reader| {
            for duty in packs.duties.values() {
                let seen = packs
                    .registers
                    .get(&duty.register)
                    .is_some_and(|register| actor.may(&directory, register, Action::View, unit));
                if !seen {
                    continue;
                }
                let mut owed = self.owed(&directory, duty, unit, (from, to));
                owed.retain(|(_, window)| window.due_at < now);
                let counts = self.day_counts(reader, duty, &owed)?;
                let mut occurrences = Vec::new();
                for (owing, window) in owed {
                    let expected = counts.expected(duty, owing, &window, window.to);
                    let done = counts.done(duty, owing, &window, expected);
                    if done < expected {
                        occurrences.push(Occurrence {
                            unit: owing,
                            window,
                            expected,
                            done,
                            state: DutyState::Overdue,
                        });
                    }
                }
                if !occurrences.is_empty() {
                    occurrences.sort_by_key(|occurrence| std::cmp::Reverse(occurrence.window.due_at));
                    lines.push(DutyLine { duty: duty.clone(), occurrences, by_plan: None });
                }
            }
            Ok(())
        })?;
        Ok(lines)
    }
}

/// Units at or below `unit` that owe the duty on `day`.
fn owing_units<'a>(directory: &'a Directory, duty: &Duty, unit: OrgUnitId, day: Date) -> Vec<&'a OrgUnit> {
    directory
        .subtree_of_kind(unit, &duty.at, day)
        .into_iter()
        .filter(|owing| exists_on(owing, day))
        .filter(|owing| {
            duty.within.as_ref().is_none_or(|kind| directory.above_of_kind(owing.id, kind).is_some())
        })
        .collect()
}
