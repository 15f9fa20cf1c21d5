//! Progress of duties: where each stands on a day, what is late, and how much was done over ranges of days.

use super::made::{Owed, Tally};
use super::window::{Rhythm, Window};
use crate::actor::{Action, Actor};
use crate::directory::{Directory, exists_on};
use crate::error::{Result, WorkError};
use crate::work::Work;
use hygeia_pack::model::Duty;
use hygeia_store::{OrgUnit, OrgUnitId, PersonId, PlanItemId, Reader};
use jiff::civil::{Date, DateTime};
use std::collections::HashMap;
use std::sync::Arc;

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

impl DutyState {
    /// The worst state among occurrences.
    pub fn worst(occurrences: &[Occurrence]) -> Self {
        let has = |state| occurrences.iter().any(|occurrence| occurrence.state == state);
        if has(Self::Overdue) {
            Self::Overdue
        } else if has(Self::Due) {
            Self::Due
        } else {
            Self::Done
        }
    }
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
    /// Of a duty that expects an entry for each option: the first option that lacks one.
    pub lacks: Option<String>,
    /// Of a duty that expects each person within more than a day, or each open entry: who still lacks entries.
    pub missing: Vec<PersonId>,
}

/// A duty over all units of a subtree that owe it.
#[derive(Debug, Clone)]
pub struct DutyLine {
    /// The duty.
    pub duty: Duty,
    /// One per unit, in the order of the tree; several where a plan gives parts of the duty another rhythm.
    pub occurrences: Vec<Occurrence>,
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
        DutyState::worst(&self.occurrences)
    }

    /// The occurrences of each unit on a day, in the order of the tree.
    pub fn by_unit(&self) -> impl Iterator<Item = &[Occurrence]> {
        self.occurrences.chunk_by(|one, next| one.unit == next.unit)
    }

    /// Earliest moment due among those not done, else the latest of all.
    pub fn due_at(&self) -> Option<DateTime> {
        let open =
            self.occurrences.iter().filter(|o| o.state != DutyState::Done).map(|o| o.window.due_at).min();
        open.or_else(|| self.occurrences.iter().map(|o| o.window.due_at).max())
    }

    /// The plans that set its frequency, each with the number of units it does so for.
    pub fn plans(&self) -> Vec<(&str, usize)> {
        let mut plans: Vec<(&str, usize)> = Vec::new();
        for parts in self.by_unit() {
            let Some(title) = parts.iter().find_map(|part| part.window.by_plan.as_deref()) else { continue };
            match plans.iter_mut().find(|(known, _)| *known == title) {
                Some((_, units)) => *units += 1,
                None => plans.push((title, 1)),
            }
        }
        plans
    }

    /// Who still lacks entries, over all units.
    pub fn missing(&self) -> impl Iterator<Item = PersonId> {
        self.occurrences.iter().flat_map(|occurrence| occurrence.missing.iter().copied())
    }

    /// Units that are late.
    pub fn late(&self) -> impl Iterator<Item = &Occurrence> {
        self.occurrences.iter().filter(|occurrence| occurrence.state == DutyState::Overdue)
    }
}

/// Adds an occurrence; parts of a duty that a unit owes in the same time are one.
fn add(occurrences: &mut Vec<Occurrence>, part: Occurrence) {
    let span = |one: &Occurrence| (one.window.from, one.window.to, one.window.due_at);
    let of_unit = occurrences.iter_mut().rev().take_while(|one| one.unit == part.unit);
    match of_unit.into_iter().find(|one| span(one) == span(&part)) {
        Some(one) => {
            one.expected += part.expected;
            one.done += part.done;
            one.window.by_plan = one.window.by_plan.take().or_else(|| part.window.by_plan.clone());
            one.window.season = one.window.season.take().or_else(|| part.window.season.clone());
            one.lacks = one.lacks.take().or_else(|| part.lacks.clone());
            one.missing.extend(&part.missing);
            one.state = DutyState::worst(&[one.clone(), part]);
        }
        None => occurrences.push(part),
    }
}

/// Windows by range and rhythm, made once for all duties and units of a question: the classes of a house share their
/// rhythms, and most duties are daily. What of them counts must be the same for the whole question.
#[derive(Default)]
pub(crate) struct KnownWindows {
    by_range: HashMap<(Date, Date), Vec<KnownRhythm>>,
    /// Only those that this line of a plan sets.
    line: Option<PlanItemId>,
}

/// A rhythm with its windows over one range.
type KnownRhythm = (Rhythm, Arc<[Window]>);

impl KnownWindows {
    /// For the windows that a line of a plan sets; for all when there is none.
    pub(crate) fn of_line(line: Option<PlanItemId>) -> Self {
        Self { line, ..Self::default() }
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
        let duties: Vec<&Duty> =
            packs.duties.values().filter(|duty| self.sees(actor, &directory, duty, unit)).collect();
        self.duty_lines(&directory, &duties, unit, day, actor.local())
    }

    /// One duty of those; `None` when it is not owed there that day, or not the actor's to see.
    pub fn duty_on(&self, actor: &Actor, duty: &str, unit: OrgUnitId, day: Date) -> Result<Option<DutyLine>> {
        let packs = self.packs();
        let directory = self.directory();
        let Some(duty) = packs.duties.get(duty) else { return Ok(None) };
        if !actor.reaches(&directory, unit) || !self.sees(actor, &directory, duty, unit) {
            return Ok(None);
        }
        Ok(self.duty_lines(&directory, &[duty], unit, day, actor.local())?.pop())
    }

    fn sees(&self, actor: &Actor, directory: &Directory, duty: &Duty, unit: OrgUnitId) -> bool {
        let packs = self.packs();
        let register = packs.registers.get(&duty.register);
        register.is_some_and(|register| actor.may(directory, register, Action::View, unit))
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
        let (packs, calendar, rhythms) = (self.packs(), self.calendar(), self.live_plans());
        let mut lines = Vec::new();
        self.store.read(|reader| {
            for duty in duties {
                let mut occurrences = Vec::new();
                let mut owed = Vec::new();
                for owing in owing_units(directory, duty, unit, day) {
                    for (duty, rhythm) in rhythms.parts(&packs, directory, duty, owing.id) {
                        if let Some(window) = rhythm.window_on(day, &calendar) {
                            owed.push(Owed { unit: owing.id, duty, windows: Arc::from([window]) });
                        }
                    }
                }
                let made = self.made(reader, directory, duty, owed.iter())?;
                for owed in &owed {
                    let Some(window) = owed.windows.first() else { continue };
                    let expected = made.expected(&owed.duty, owed.unit, window, day);
                    if expected == 0 {
                        continue;
                    }
                    let done = made.done(&owed.duty, owed.unit, window, (expected, day));
                    let state = match (done >= expected, now > window.due_at) {
                        (true, _) => DutyState::Done,
                        (false, true) => DutyState::Overdue,
                        (false, false) => DutyState::Due,
                    };
                    let lacks = made.lacks(owed, window);
                    let missing = made.missing(owed, window, day);
                    let window = window.clone();
                    let unit = owed.unit;
                    let one = Occurrence { unit, window, expected, done, state, lacks, missing };
                    add(&mut occurrences, one);
                }
                if !occurrences.is_empty() {
                    lines.push(DutyLine { duty: (*duty).clone(), occurrences });
                }
            }
            Ok(())
        })?;
        Ok(lines)
    }

    /// The windows of a duty over a range for every unit at or below `unit` that owes it, as far as `counts` says.
    fn owed<'a>(
        &self,
        directory: &Directory,
        duty: &'a Duty,
        unit: OrgUnitId,
        (from, to): (Date, Date),
        counts: impl Fn(&Window) -> bool,
        known: &mut KnownWindows,
    ) -> Vec<Owed<'a>> {
        let (packs, calendar, rhythms) = (self.packs(), self.calendar(), self.live_plans());
        let line = known.line;
        let is_of_line = |window: &Window| line.is_none() || window.by_line == line;
        let known = known.by_range.entry((from, to)).or_default();
        let mut owed = Vec::new();
        for owing in owing_units(directory, duty, unit, to) {
            for (duty, rhythm) in rhythms.parts(&packs, directory, duty, owing.id) {
                let windows = match known.iter().find(|(same, _)| *same == rhythm) {
                    Some((_, windows)) => windows.clone(),
                    None => {
                        let windows: Arc<[Window]> = rhythm
                            .windows(from, to, &calendar)
                            .into_iter()
                            .filter(|window| counts(window) && is_of_line(window))
                            .collect();
                        known.push((rhythm, windows.clone()));
                        windows
                    }
                };
                owed.push(Owed { unit: owing.id, duty, windows });
            }
        }
        owed
    }

    /// Whether a line of a plan sets any window of a duty, below `unit` and over a range of days.
    pub(crate) fn is_set_by(
        &self,
        directory: &Directory,
        duty: &Duty,
        unit: OrgUnitId,
        range: (Date, Date),
        line: PlanItemId,
    ) -> bool {
        let mut own = KnownWindows::of_line(Some(line));
        self.owed(directory, duty, unit, range, |_| true, &mut own)
            .iter()
            .any(|owed| !owed.windows.is_empty())
    }

    /// Expected and done entries of a duty for each unit and each range (in this order) over all windows that end
    /// within the range and are past their time or complete: what is still to be done today lacks nothing yet.
    pub(crate) fn duty_tallies(
        &self,
        reader: &mut Reader<'_>,
        directory: &Directory,
        duty: &Duty,
        (units, ranges): (&[OrgUnitId], &[(Date, Date)]),
        now: DateTime,
        known: &mut KnownWindows,
    ) -> Result<Vec<Tally>> {
        let mut tallies = vec![Tally::default(); units.len() * ranges.len()];
        let places: Vec<Vec<Owed<'_>>> = units
            .iter()
            .flat_map(|unit| ranges.iter().map(move |range| (*unit, *range)))
            .map(|(unit, range)| {
                let past = |window: &Window| window.to <= range.1 && window.due_at.date() <= now.date();
                self.owed(directory, duty, unit, range, past, known)
            })
            .collect();
        let made = self.made(reader, directory, duty, places.iter().flatten())?;
        for (tally, owed) in tallies.iter_mut().zip(&places) {
            for owed in owed {
                let counts = |window: &Window, one: &Tally| window.due_at < now || one.done >= one.due;
                let windows = owed.windows.iter().zip(made.tally(owed));
                windows.filter(|(window, one)| counts(window, one)).for_each(|(_, one)| *tally += one);
            }
        }
        Ok(tallies)
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
        let mut known = KnownWindows::default();
        self.store.read(|reader| {
            for duty in packs.duties.values() {
                if !self.sees(actor, &directory, duty, unit) {
                    continue;
                }
                let is_past = |window: &Window| window.due_at < now;
                let owed = self.owed(&directory, duty, unit, (from, to), is_past, &mut known);
                let made = self.made(reader, &directory, duty, owed.iter())?;
                let mut occurrences = Vec::new();
                for owed in &owed {
                    for (window, tally) in owed.windows.iter().zip(made.tally(owed)) {
                        if tally.done < tally.due {
                            let occurrence = Occurrence {
                                unit: owed.unit,
                                window: window.clone(),
                                expected: tally.due,
                                done: tally.done,
                                state: DutyState::Overdue,
                                lacks: made.lacks(owed, window),
                                missing: Vec::new(),
                            };
                            add(&mut occurrences, occurrence);
                        }
                    }
                }
                if !occurrences.is_empty() {
                    occurrences.sort_by_key(|occurrence| std::cmp::Reverse(occurrence.window.due_at));
                    lines.push(DutyLine { duty: duty.clone(), occurrences });
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
