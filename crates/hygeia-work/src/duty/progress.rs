//! Progress of duties, read from the day cells of their registers.

use super::window::{Rhythm, Window};
use crate::actor::{Action, Actor};
use crate::directory::{Directory, exists_on};
use crate::error::{Result, WorkError};
use crate::work::Work;
use hygeia_pack::model::{Duty, Expects, MeasureId};
use hygeia_store::{
    DayCounts, EntryQuery, EntrySpan, OrgUnit, OrgUnitId, PersonId, PlanItemId, Reader, Roll,
};
use jiff::civil::{Date, DateTime};
use std::borrow::Cow;
use std::collections::{BTreeSet, HashMap};
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
            one.state = DutyState::worst(&[one.clone(), part]);
        }
        None => occurrences.push(part),
    }
}

/// Expected and done entries of a duty over a range.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    pub due: u32,
    pub done: u32,
    /// Of these, made in time; known of duties that expect an entry for each open one, zero of others.
    pub on_time: u32,
}

/// Windows of a duty, or of a part of it, that one unit owes; classes of one house share them.
struct Owed<'a> {
    unit: OrgUnitId,
    duty: Cow<'a, Duty>,
    windows: Arc<[Window]>,
}

/// Entries of one duty, and the roll it expects them of.
#[derive(Default)]
struct Made {
    entries: DayCounts,
    roll: Roll,
    /// Entries about people who are not expected.
    except: DayCounts,
    /// Of a duty that expects an entry for each open one: when those were open, and the entries made, by owing unit.
    open: HashMap<OrgUnitId, Vec<EntrySpan>>,
    answers: HashMap<OrgUnitId, Vec<EntrySpan>>,
}

impl Made {
    /// Entries expected of a unit in a window, by the roll of `day`.
    fn expected(&self, duty: &Duty, unit: OrgUnitId, window: &Window, day: Date) -> u32 {
        let times = u32::from(window.times);
        match &duty.expects {
            Expects::Times => times,
            Expects::EachOption { codes, .. } => times * u32::try_from(codes.len()).unwrap_or(u32::MAX),
            Expects::EachEnrolled(_) => {
                let on = window.to.min(day.max(window.from));
                let except = self.except.between(unit, "", window.from, window.to);
                times * number(self.roll.on(unit, on) - except)
            }
            Expects::EachOpen { .. } => {
                times * u32::try_from(self.open_for(unit, window, day).len()).unwrap_or(u32::MAX)
            }
        }
    }

    /// The people of a unit with an open entry at the end of a window, or on `day` within it.
    fn open_for(&self, unit: OrgUnitId, window: &Window, day: Date) -> BTreeSet<PersonId> {
        let on = window.to.min(day.max(window.from));
        let is_open = |span: &&EntrySpan| span.from <= on && span.to.is_none_or(|to| on < to);
        self.open.get(&unit).into_iter().flatten().filter(is_open).map(|span| span.person).collect()
    }

    /// The entries made in a window for people with an open one, at most so many for each as are expected.
    fn answered(&self, unit: OrgUnitId, window: &Window, day: Date, counts: fn(&EntrySpan) -> bool) -> u32 {
        let mut made: HashMap<PersonId, u32> = HashMap::new();
        let within = |span: &&EntrySpan| (window.from..=window.to).contains(&span.from) && counts(span);
        for span in self.answers.get(&unit).into_iter().flatten().filter(within) {
            *made.entry(span.person).or_default() += 1;
        }
        let most = u32::from(window.times);
        let of = |person: &PersonId| made.get(person).copied().unwrap_or(0).min(most);
        self.open_for(unit, window, day).iter().map(of).sum()
    }

    /// Entries made of a unit in a window, never more than `expected` by `day`.
    fn done(&self, duty: &Duty, unit: OrgUnitId, window: &Window, (expected, day): (u32, Date)) -> u32 {
        let made = |option: &str| number(self.entries.between(unit, option, window.from, window.to));
        match &duty.expects {
            Expects::EachOption { codes, .. } => {
                codes.iter().map(|code| made(code).min(u32::from(window.times))).sum()
            }
            Expects::EachOpen { .. } => self.answered(unit, window, day, |_| true),
            Expects::Times | Expects::EachEnrolled(_) => made("").min(expected),
        }
    }

    /// The first option that lacks entries of a unit in a window.
    fn lacks(&self, owed: &Owed<'_>, window: &Window) -> Option<String> {
        let Expects::EachOption { codes, .. } = &owed.duty.expects else { return None };
        let made = |code: &str| number(self.entries.between(owed.unit, code, window.from, window.to));
        codes.iter().find(|code| made(code) < u32::from(window.times)).cloned()
    }

    /// Expected and done entries in each of the windows.
    fn tally(&self, owed: &Owed<'_>) -> impl Iterator<Item = Tally> {
        owed.windows.iter().map(move |window| {
            let due = self.expected(&owed.duty, owed.unit, window, window.to);
            let on_time = match owed.duty.expects {
                Expects::EachOpen { .. } => self.answered(owed.unit, window, window.to, |span| span.on_time),
                _ => 0,
            };
            Tally { due, done: self.done(&owed.duty, owed.unit, window, (due, window.to)), on_time }
        })
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

/// A count, which is never below zero.
fn number(count: i64) -> u32 {
    u32::try_from(count.max(0)).unwrap_or(u32::MAX)
}

impl std::ops::AddAssign for Tally {
    fn add_assign(&mut self, other: Self) {
        self.due += other.due;
        self.done += other.done;
        self.on_time += other.on_time;
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
                    let window = window.clone();
                    add(
                        &mut occurrences,
                        Occurrence { unit: owed.unit, window, expected, done, state, lacks },
                    );
                }
                if !occurrences.is_empty() {
                    lines.push(DutyLine { duty: (*duty).clone(), occurrences });
                }
            }
            Ok(())
        })?;
        Ok(lines)
    }

    /// The duty's own measure for the units and days of their windows, and the roll or the open entries where they count.
    fn made<'a>(
        &self,
        reader: &mut Reader<'_>,
        directory: &Directory,
        duty: &Duty,
        owed: impl Iterator<Item = &'a Owed<'a>> + Clone,
    ) -> std::result::Result<Made, hygeia_store::StoreError> {
        let mut made = Made::default();
        let mut units: Vec<OrgUnitId> = owed.clone().map(|owed| owed.unit).collect();
        units.sort_unstable();
        units.dedup();
        let windows = || owed.clone().flat_map(|owed| owed.windows.iter());
        let (Some(from), Some(to)) = (windows().map(|w| w.from).min(), windows().map(|w| w.to).max()) else {
            return Ok(made);
        };
        let measure = MeasureId::new(format!("duty:{}", duty.id));
        made.entries = reader.day_counts(self.county, &measure, &units, (from, to))?;
        if duty.except.is_some() {
            let measure = MeasureId::new(format!("except:{}", duty.id));
            made.except = reader.day_counts(self.county, &measure, &units, (from, to))?;
        }
        if let Expects::EachEnrolled(kind) = &duty.expects {
            made.roll = reader.roll_days(self.county, kind, &units, (from, to))?;
        }
        if let Expects::EachOpen { register, until, .. } = &duty.expects {
            let by_unit = |spans: Vec<EntrySpan>| {
                let mut found: HashMap<OrgUnitId, Vec<EntrySpan>> = HashMap::new();
                for span in spans {
                    if let Some(owing) = directory.above_of_kind(span.unit, &duty.at) {
                        found.entry(owing.id).or_default().push(span);
                    }
                }
                found
            };
            // One unit's are asked for by themselves; those of several are told apart here.
            let alone = units.first().filter(|_| units.len() == 1).and_then(|unit| directory.get(*unit));
            let query = EntryQuery {
                from: Some(from),
                to: Some(to),
                unit_paths: alone.map(|unit| unit.path.clone()).into_iter().collect(),
                ..EntryQuery::default()
            };
            let packs = self.packs();
            if let Some(opened) = packs.registers.get(register) {
                made.open = by_unit(reader.entry_spans(self.county, opened, Some(until), &query)?);
            }
            if let Some(answered) = packs.registers.get(&duty.register) {
                let filter = duty.filter.as_ref().map(|filter| filter.expr.clone());
                let query = EntryQuery { filter, ..query };
                made.answers = by_unit(reader.entry_spans(self.county, answered, None, &query)?);
            }
        }
        Ok(made)
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
                let seen = packs
                    .registers
                    .get(&duty.register)
                    .is_some_and(|register| actor.may(&directory, register, Action::View, unit));
                if !seen {
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
