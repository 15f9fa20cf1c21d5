//! What was made of a duty within its windows, and how much was expected.
//!
//! Entries are counted from day cells where that tells it all. A duty that expects each person within more than a day
//! counts people: a child examined twice must not stand for one never examined.

use super::most_a_day;
use super::window::Window;
use crate::directory::Directory;
use crate::work::Work;
use hygeia_pack::model::{Duty, Expects, MeasureId};
use hygeia_store::{
    DayCounts, EntryQuery, EntrySpan, OrgUnitId, People, PersonId, Reader, Roll, Stays, StoreError,
};
use jiff::civil::Date;
use std::borrow::Cow;
use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

/// Expected and done entries of a duty over a range.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    pub due: u32,
    pub done: u32,
    /// Of these, made in time; known of duties that expect an entry for each open one, zero of others.
    pub on_time: u32,
}

impl std::ops::AddAssign for Tally {
    fn add_assign(&mut self, other: Self) {
        self.due += other.due;
        self.done += other.done;
        self.on_time += other.on_time;
    }
}

/// Windows of a duty, or of a part of it, that one unit owes; classes of one house share them.
pub(super) struct Owed<'a> {
    pub unit: OrgUnitId,
    pub duty: Cow<'a, Duty>,
    pub windows: Arc<[Window]>,
}

/// Entries of one duty, and the roll it expects them of.
#[derive(Default)]
pub(super) struct Made {
    entries: DayCounts,
    roll: Roll,
    /// Entries about people who are not expected.
    except: DayCounts,
    /// Of a duty that expects an entry for each open one: when those were open, by owing unit.
    open: HashMap<OrgUnitId, Vec<EntrySpan>>,
    /// Entries made for each open one or each person, where they are told apart, by house.
    answers: HashMap<OrgUnitId, Vec<EntrySpan>>,
    /// Of a duty that expects each person: who was where, by owing unit.
    stays: HashMap<OrgUnitId, Arc<Stays>>,
    /// People with an entry, by house and range of days.
    people: HashMap<(OrgUnitId, Date, Date), People>,
    /// The house of each owing unit: who was examined in one class and moved to another was examined.
    houses: HashMap<OrgUnitId, OrgUnitId>,
    /// Most entries about one person that the register takes on one day, where its key says.
    most_a_day: Option<u16>,
}

/// How the entries of a duty that expects each person are counted in a window.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Counted {
    /// By number: the register takes no more of a person within the window than is expected.
    Entries,
    /// By the people who have one.
    People,
    /// One by one.
    EachOfPerson,
}

impl Counted {
    fn of(duty: &Duty, window: &Window, most_a_day: Option<u16>) -> Self {
        if window.from == window.to && most_a_day.is_some_and(|most| most <= window.times) {
            Self::Entries
        } else if window.times == 1 && duty.people.is_some() {
            Self::People
        } else {
            Self::EachOfPerson
        }
    }
}

impl Made {
    /// Entries expected of a unit in a window, by the roll of `day`.
    pub fn expected(&self, duty: &Duty, unit: OrgUnitId, window: &Window, day: Date) -> u32 {
        let times = u32::from(window.times);
        match &duty.expects {
            Expects::Times => times,
            Expects::EachOption { codes, .. } => times * u32::try_from(codes.len()).unwrap_or(u32::MAX),
            Expects::EachEnrolled(_) => {
                let roll = self.roll.on(unit, day_within(window, day));
                // Who is absent on a day is not expected on it; within a week or a term everybody is.
                let except = match window.from == window.to {
                    true => self.except.between(unit, "", window.from, window.to),
                    false => 0,
                };
                times * number(roll - except)
            }
            Expects::EachOpen { .. } => {
                times * u32::try_from(self.open_for(unit, window, day).len()).unwrap_or(u32::MAX)
            }
        }
    }

    /// The people of a unit with an open entry at the end of a window, or on `day` within it.
    fn open_for(&self, unit: OrgUnitId, window: &Window, day: Date) -> BTreeSet<PersonId> {
        let on = day_within(window, day);
        let is_open = |span: &&EntrySpan| span.from <= on && span.to.is_none_or(|to| on < to);
        self.open.get(&unit).into_iter().flatten().filter(is_open).map(|span| span.person).collect()
    }

    /// The people of a unit's roll at the end of a window, or on `day` within it.
    fn on_roll(&self, unit: OrgUnitId, window: &Window, day: Date) -> impl Iterator<Item = PersonId> {
        let on = day_within(window, day);
        self.stays.get(&unit).into_iter().flat_map(move |stays| stays.on(on))
    }

    /// How many entries were made in a window for whom, in the unit's house.
    fn answers(
        &self,
        unit: OrgUnitId,
        window: &Window,
        counts: fn(&EntrySpan) -> bool,
    ) -> HashMap<PersonId, u32> {
        let mut made: HashMap<PersonId, u32> = HashMap::new();
        let within = |span: &&EntrySpan| (window.from..=window.to).contains(&span.from) && counts(span);
        for span in self.answers.get(&self.house(unit)).into_iter().flatten().filter(within) {
            *made.entry(span.person).or_default() += 1;
        }
        made
    }

    /// The entries made in a window for some people, at most so many for each as are expected.
    fn answered(
        &self,
        unit: OrgUnitId,
        window: &Window,
        people: impl Iterator<Item = PersonId>,
        counts: fn(&EntrySpan) -> bool,
    ) -> u32 {
        let (made, most) = (self.answers(unit, window, counts), u32::from(window.times));
        people.map(|person| made.get(&person).copied().unwrap_or(0).min(most)).sum()
    }

    fn house(&self, unit: OrgUnitId) -> OrgUnitId {
        self.houses.get(&unit).copied().unwrap_or(unit)
    }

    /// The people with an entry in a window, in the unit's house.
    fn people(&self, unit: OrgUnitId, window: &Window) -> Option<&People> {
        self.people.get(&(self.house(unit), window.from, window.to))
    }

    /// Entries made of a unit in a window, never more than `expected` by `day`.
    pub fn done(&self, duty: &Duty, unit: OrgUnitId, window: &Window, (expected, day): (u32, Date)) -> u32 {
        let made = |option: &str| number(self.entries.between(unit, option, window.from, window.to));
        match &duty.expects {
            Expects::EachOption { codes, .. } => {
                codes.iter().map(|code| made(code).min(u32::from(window.times))).sum()
            }
            Expects::EachOpen { .. } => {
                self.answered(unit, window, self.open_for(unit, window, day).into_iter(), |_| true)
            }
            Expects::Times => made("").min(expected),
            Expects::EachEnrolled(_) => {
                let on_roll = self.on_roll(unit, window, day);
                let done = match Counted::of(duty, window, self.most_a_day) {
                    Counted::Entries => made(""),
                    Counted::People => {
                        let people = self.people(unit, window);
                        let has_one =
                            |person: &PersonId| people.is_some_and(|people| people.contains(*person));
                        u32::try_from(on_roll.filter(has_one).count()).unwrap_or(u32::MAX)
                    }
                    Counted::EachOfPerson => self.answered(unit, window, on_roll, |_| true),
                };
                done.min(expected)
            }
        }
    }

    /// The first option that lacks entries of a unit in a window.
    pub fn lacks(&self, owed: &Owed<'_>, window: &Window) -> Option<String> {
        let Expects::EachOption { codes, .. } = &owed.duty.expects else { return None };
        let made = |code: &str| number(self.entries.between(owed.unit, code, window.from, window.to));
        codes.iter().find(|code| made(code) < u32::from(window.times)).cloned()
    }

    /// The people who lack entries in a window by `day`, of a duty that tells them apart.
    pub fn missing(&self, owed: &Owed<'_>, window: &Window, day: Date) -> Vec<PersonId> {
        let unit = owed.unit;
        let most = u32::from(window.times);
        let lacks_some = |people: &mut dyn Iterator<Item = PersonId>| -> Vec<PersonId> {
            let made = self.answers(unit, window, |_| true);
            people.filter(|person| made.get(person).copied().unwrap_or(0) < most).collect()
        };
        match &owed.duty.expects {
            Expects::EachOpen { .. } => lacks_some(&mut self.open_for(unit, window, day).into_iter()),
            Expects::EachEnrolled(_) => match Counted::of(&owed.duty, window, self.most_a_day) {
                Counted::Entries => Vec::new(),
                Counted::EachOfPerson => lacks_some(&mut self.on_roll(unit, window, day)),
                Counted::People => {
                    let people = self.people(unit, window);
                    let has_none = |person: &PersonId| people.is_none_or(|people| !people.contains(*person));
                    self.on_roll(unit, window, day).filter(has_none).collect()
                }
            },
            Expects::Times | Expects::EachOption { .. } => Vec::new(),
        }
    }

    /// Expected and done entries in each of the windows.
    pub fn tally(&self, owed: &Owed<'_>) -> impl Iterator<Item = Tally> {
        owed.windows.iter().map(move |window| {
            let due = self.expected(&owed.duty, owed.unit, window, window.to);
            let on_time = match owed.duty.expects {
                Expects::EachOpen { .. } => {
                    let open = self.open_for(owed.unit, window, window.to);
                    self.answered(owed.unit, window, open.into_iter(), |span| span.on_time)
                }
                _ => 0,
            };
            Tally { due, done: self.done(&owed.duty, owed.unit, window, (due, window.to)), on_time }
        })
    }
}

/// `day`, or the end of the window that is nearer.
fn day_within(window: &Window, day: Date) -> Date {
    window.to.min(day.max(window.from))
}

/// A count, which is never below zero.
fn number(count: i64) -> u32 {
    u32::try_from(count.max(0)).unwrap_or(u32::MAX)
}

/// Reads what was made of one duty in windows of several units.
struct Gathering<'r, 'c, 'a> {
    work: &'a Work,
    reader: &'r mut Reader<'c>,
    directory: &'a Directory,
    duty: &'a Duty,
    /// Units that owe it.
    units: Vec<OrgUnitId>,
    /// From the first day of any window to the last.
    range: (Date, Date),
    made: Made,
}

impl Work {
    /// The duty's own measure for the units and days of their windows, and the roll or the open entries where they count.
    pub(super) fn made<'a>(
        &self,
        reader: &mut Reader<'_>,
        directory: &Directory,
        duty: &Duty,
        owed: impl Iterator<Item = &'a Owed<'a>> + Clone,
    ) -> Result<Made, StoreError> {
        let mut units: Vec<OrgUnitId> = owed.clone().map(|owed| owed.unit).collect();
        units.sort_unstable();
        units.dedup();
        let windows = || owed.clone().flat_map(|owed| owed.windows.iter());
        let (Some(from), Some(to)) = (windows().map(|w| w.from).min(), windows().map(|w| w.to).max()) else {
            return Ok(Made::default());
        };
        let range = (from, to);
        let mut gathering =
            Gathering { work: self, reader, directory, duty, units, range, made: Made::default() };
        match &duty.expects {
            Expects::EachEnrolled(kind) => gathering.each_enrolled(kind, owed)?,
            Expects::EachOpen { .. } => gathering.each_open()?,
            Expects::Times | Expects::EachOption { .. } => gathering.entries()?,
        }
        Ok(gathering.made)
    }
}

impl Gathering<'_, '_, '_> {
    fn entries(&mut self) -> Result<(), StoreError> {
        let measure = MeasureId::new(format!("duty:{}", self.duty.id));
        self.made.entries = self.reader.day_counts(self.work.county, &measure, &self.units, self.range)?;
        Ok(())
    }

    fn each_enrolled<'a>(
        &mut self,
        kind: &str,
        owed: impl Iterator<Item = &'a Owed<'a>>,
    ) -> Result<(), StoreError> {
        let (county, duty) = (self.work.county, self.duty);
        self.made.roll = self.reader.roll_days(county, kind, &self.units, self.range)?;
        if duty.except.is_some() {
            let measure = MeasureId::new(format!("except:{}", duty.id));
            self.made.except = self.reader.day_counts(county, &measure, &self.units, self.range)?;
        }
        let packs = self.work.packs();
        self.made.most_a_day =
            packs.registers.get(&duty.register).and_then(|register| most_a_day(duty, register));
        self.find_houses();
        let most = self.made.most_a_day;
        let (mut by_number, mut apart) = (false, false);
        for owed in owed {
            for window in owed.windows.iter() {
                match Counted::of(duty, window, most) {
                    Counted::Entries => {
                        by_number = true;
                        continue;
                    }
                    Counted::EachOfPerson => apart = true,
                    Counted::People => self.people(owed.unit, (window.from, window.to))?,
                }
                if !self.made.stays.contains_key(&owed.unit) {
                    self.made.stays.insert(owed.unit, self.reader.stays(county, kind, owed.unit)?);
                }
            }
        }
        if by_number {
            self.entries()?;
        }
        if apart {
            self.answers()?;
        }
        Ok(())
    }

    /// The people of the owing unit's house with an entry within a range; classes of one house share them.
    fn people(&mut self, unit: OrgUnitId, range: (Date, Date)) -> Result<(), StoreError> {
        let house = self.made.house(unit);
        let key = (house, range.0, range.1);
        if let (Some(measure), false) = (&self.duty.people, self.made.people.contains_key(&key)) {
            let people = self.reader.people_counted(self.work.county, measure, house, range)?;
            self.made.people.insert(key, people);
        }
        Ok(())
    }

    fn each_open(&mut self) -> Result<(), StoreError> {
        let Expects::EachOpen { register, until, .. } = &self.duty.expects else { return Ok(()) };
        self.find_houses();
        if let Some(opened) = self.work.packs().registers.get(register) {
            let spans =
                self.reader.entry_spans(self.work.county, opened, Some(until), &self.query(&self.units))?;
            for span in spans {
                if let Some(owing) = self.directory.above_of_kind(span.unit, &self.duty.at) {
                    self.made.open.entry(owing.id).or_default().push(span);
                }
            }
        }
        self.answers()
    }

    /// The entries that count for the duty, each with its person and day.
    fn answers(&mut self) -> Result<(), StoreError> {
        let mut houses: Vec<OrgUnitId> = self.made.houses.values().copied().collect();
        houses.sort_unstable();
        houses.dedup();
        if let Some(answered) = self.work.packs().registers.get(&self.duty.register) {
            let filter = self.duty.filter.as_ref().map(|filter| filter.expr.clone());
            let query = EntryQuery { filter, ..self.query(&houses) };
            for span in self.reader.entry_spans(self.work.county, answered, None, &query)? {
                if let Some(owing) = self.directory.above_of_kind(span.unit, &self.duty.at) {
                    let house = self.house_of(owing.id);
                    self.made.answers.entry(house).or_default().push(span);
                }
            }
        }
        Ok(())
    }

    /// Entries of the range. Those of one unit are asked for by themselves, those of several told apart afterwards.
    fn query(&self, units: &[OrgUnitId]) -> EntryQuery {
        let alone = units.first().filter(|_| units.len() == 1).and_then(|unit| self.directory.get(*unit));
        EntryQuery {
            from: Some(self.range.0),
            to: Some(self.range.1),
            unit_paths: alone.map(|unit| unit.path.clone()).into_iter().collect(),
            ..EntryQuery::default()
        }
    }

    fn find_houses(&mut self) {
        self.made.houses = self.units.iter().map(|unit| (*unit, self.house_of(*unit))).collect();
    }

    fn house_of(&self, unit: OrgUnitId) -> OrgUnitId {
        self.directory.house_of(unit).map_or(unit, |house| house.id)
    }
}
