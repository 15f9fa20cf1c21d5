//! The values behind figures: every measure a query needs, for all its units and periods, in a handful of reads.

use super::start::begun;
use super::{Figure, FigureId};
use crate::directory::Directory;
use crate::duty::KnownWindows;
use crate::error::Result;
use crate::ledger::LedgerFigures;
use crate::period::Period;
use crate::work::Work;
use hygeia_expr::{Names, Value};
use hygeia_pack::model::{
    Among, DutyId, Expects, Good, Indicator, Interval, Measure, MeasureId, MeasureKind, OrgKindId, PackSet,
    RegisterId,
};
use hygeia_store::{CellGrid, CountyId, OrgUnitId, PersonId, Reader, StaysOf, StoreError};
use jiff::civil::{Date, DateTime};
use rust_decimal::{Decimal, RoundingStrategy};
use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::rc::Rc;

/// Values of measures by measure, unit and period; missing ones are 缺数据.
pub(super) struct MeasureTable<'a> {
    packs: &'a PackSet,
    places: HashMap<&'a str, usize>,
    units: usize,
    periods: usize,
    values: Vec<Option<Decimal>>,
}

/// What measures are asked for, of whom and when; periods that have not begun are left out.
struct Question<'a> {
    work: &'a Work,
    packs: &'a PackSet,
    directory: &'a Directory,
    now: DateTime,
    units: &'a [OrgUnitId],
    ranges: Vec<(Date, Date)>,
}

/// The values of one measure: unit × range.
type Values = Vec<Option<Decimal>>;

/// The units whose people a measure of the roll counts for `unit`: itself, or those of the measure's kind below it, so
/// that pupils of the schools are no children of the kindergartens.
pub(crate) fn units_within(
    directory: &Directory,
    measure: &Measure,
    unit: OrgUnitId,
    on: Date,
) -> Vec<OrgUnitId> {
    match &measure.within {
        Some(kind) if directory.above_of_kind(unit, kind).is_none() => {
            directory.subtree_of_kind(unit, kind, on).iter().map(|unit| unit.id).collect()
        }
        _ => vec![unit],
    }
}

/// The house that `unit` is a part of, where a measure of the roll is of houses of a kind: who moves from one class of
/// a kindergarten to another has not joined it.
pub(crate) fn house_of(directory: &Directory, measure: &Measure, unit: OrgUnitId) -> Option<OrgUnitId> {
    let house = directory.above_of_kind(unit, measure.within.as_ref()?)?.id;
    (house != unit).then_some(house)
}

/// The people of a unit's roll whom a measure counts over a range, by their entries anywhere in the house: who was
/// examined in one class and moved to another was examined.
pub(crate) fn counted_people(
    reader: &mut Reader<'_>,
    county: CountyId,
    (measure, among, kind): (&Measure, Among, &str),
    (unit, house): (OrgUnitId, Option<OrgUnitId>),
    range: (Date, Date),
) -> std::result::Result<Vec<PersonId>, StoreError> {
    let own = reader.stays(county, kind, unit)?;
    let whole = house.map(|house| reader.stays(county, kind, house)).transpose()?;
    let stays = StaysOf { unit: &own, house: whole.as_deref() };
    reader.people_among(county, &measure.id, among, house.unwrap_or(unit), range, stays)
}

/// The units whose rolls make up each answer: unit × range, and all of them once.
struct RollPlaces {
    each: Vec<Vec<OrgUnitId>>,
    all: Vec<OrgUnitId>,
}

impl<'a> MeasureTable<'a> {
    /// Reads the measures for all units and periods.
    #[expect(clippy::too_many_arguments, reason = "one read of everything a query needs")]
    pub(super) fn read(
        work: &Work,
        reader: &mut Reader<'_>,
        packs: &'a PackSet,
        directory: &Directory,
        now: DateTime,
        needed: &[MeasureId],
        units: &[OrgUnitId],
        periods: &[Period],
    ) -> Result<Self> {
        let today = now.date();
        let begun: Vec<usize> = (0..periods.len()).filter(|at| periods[*at].from <= today).collect();
        let ranges = begun.iter().map(|at| (periods[*at].from, periods[*at].to.min(today))).collect();
        let question = Question { work, packs, directory, now, units, ranges };
        let measures: Vec<&Measure> = needed.iter().filter_map(|id| packs.measures.get(id)).collect();
        let answers = question.answers(reader, &measures)?;
        let mut table = Self {
            packs,
            places: measures.iter().enumerate().map(|(at, measure)| (measure.id.as_str(), at)).collect(),
            units: units.len(),
            periods: periods.len(),
            values: vec![None; measures.len() * units.len() * periods.len()],
        };
        for (measure, values) in answers.into_iter().enumerate() {
            for (at, value) in values.into_iter().enumerate() {
                let (unit, period) = (at / begun.len(), begun[at % begun.len()]);
                table.values[(measure * units.len() + unit) * periods.len() + period] = value;
            }
        }
        Ok(table)
    }

    fn value(&self, id: &MeasureId, unit: usize, period: usize) -> Option<Decimal> {
        let measure = self.places.get(id.as_str())?;
        self.values.get((measure * self.units + unit) * self.periods + period).copied().flatten()
    }

    /// A figure of the unit and the period at these places of the query.
    pub(super) fn figure(
        &self,
        id: &FigureId,
        (unit_at, unit): (usize, OrgUnitId),
        (period_at, period): (usize, &Period),
    ) -> Figure {
        let value = |id: &MeasureId| self.value(id, unit_at, period_at);
        let blank = Figure {
            id: id.clone(),
            unit,
            period: period.clone(),
            value: None,
            decimals: 0,
            measure_word: String::new(),
            title: String::new(),
            parts: Vec::new(),
            target: None,
            good: Good::Neutral,
        };
        match id {
            FigureId::Indicator(id) => match self.packs.indicators.get(id) {
                Some(indicator) => self.indicator(indicator, value, blank),
                None => blank,
            },
            FigureId::Measure(id) | FigureId::Part(id, _) => match self.packs.measures.get(id) {
                Some(measure) => {
                    let (decimals, value) = (sum_decimals(self.packs, measure), value(id));
                    Figure {
                        value: value.map(|value| round(value, decimals)),
                        decimals,
                        measure_word: measure.unit.clone(),
                        title: measure.title.zh.clone(),
                        parts: vec![(id.clone(), value)],
                        ..blank
                    }
                }
                None => blank,
            },
        }
    }

    fn indicator(
        &self,
        indicator: &Indicator,
        value: impl Fn(&MeasureId) -> Option<Decimal>,
        blank: Figure,
    ) -> Figure {
        let parts: Vec<(MeasureId, Option<Decimal>)> =
            indicator.measures.iter().map(|id| (id.clone(), value(id))).collect();
        let raw = match indicator.value.expr.eval(&FormulaScope { pack: indicator.id.pack(), parts: &parts })
        {
            Value::Decimal(value) => Some(value),
            Value::Int(value) => Some(Decimal::from(value)),
            _ => None,
        };
        let (factor, word) = match indicator.unit.as_str() {
            "percent" => (100, "%"),
            "per_mille" => (1000, "‰"),
            word => (1, word),
        };
        Figure {
            value: raw
                .and_then(|raw| raw.checked_mul(Decimal::from(factor)))
                .map(|value| round(value, indicator.decimals)),
            decimals: indicator.decimals,
            measure_word: word.to_owned(),
            title: indicator.title.zh.clone(),
            parts,
            target: indicator.target,
            good: indicator.good,
            ..blank
        }
    }
}

/// Measure values as an indicator's formula sees them: its own pack's and those of `core` by their bare names.
struct FormulaScope<'a> {
    pack: &'a str,
    parts: &'a [(MeasureId, Option<Decimal>)],
}

impl Names for FormulaScope<'_> {
    fn get(&self, name: &str) -> Value {
        let in_pack = |id: &MeasureId, pack: &str| id.pack() == pack && id.local() == name;
        let found = (self.parts.iter().find(|(id, _)| id.as_str() == name))
            .or_else(|| self.parts.iter().find(|(id, _)| in_pack(id, self.pack)))
            .or_else(|| self.parts.iter().find(|(id, _)| in_pack(id, "core")));
        found.and_then(|(_, value)| *value).map_or(Value::Null, Value::Decimal)
    }
}

impl Question<'_> {
    /// The places of an answer: unit × range, as numbers of both.
    fn places(&self) -> impl Iterator<Item = (usize, usize)> {
        let ranges = self.ranges.len();
        (0..self.units.len()).flat_map(move |unit| (0..ranges).map(move |range| (unit, range)))
    }

    fn county(&self) -> CountyId {
        self.work.county
    }

    /// The values of measures, in their order; those that count from the beginning of a term or year are asked of the
    /// days since then.
    fn answers(&self, reader: &mut Reader<'_>, measures: &[&Measure]) -> Result<Vec<Values>> {
        let mut answers = vec![Values::new(); measures.len()];
        let mut starts: Vec<Option<Interval>> = Vec::new();
        for measure in measures {
            if !starts.contains(&measure.since) {
                starts.push(measure.since);
            }
        }
        for start in starts {
            let (places, of): (Vec<usize>, Vec<&Measure>) =
                measures.iter().copied().enumerate().filter(|(_, measure)| measure.since == start).unzip();
            for (place, values) in places.into_iter().zip(self.since(start).answered(reader, &of)?) {
                answers[place] = values;
            }
        }
        Ok(answers)
    }

    /// The same question of the days since the beginning of each range's term or year.
    fn since(&self, start: Option<Interval>) -> Question<'_> {
        let calendar = self.work.calendar();
        let ranges = self.ranges.iter().map(|range| (begun(start, *range, &calendar), range.1)).collect();
        Question { ranges, ..*self }
    }

    fn answered(&self, reader: &mut Reader<'_>, measures: &[&Measure]) -> Result<Vec<Values>> {
        let kept = Kept::read(reader, self, measures)?;
        let ledgers = LedgerFigures::read(reader, self.county(), measures, self.units, &self.ranges)?;
        // What several measures are made of is read once: the roll, the tally of a duty, its windows.
        let mut roll_places = HashMap::new();
        let (mut tallies, mut windows) = (HashMap::new(), KnownWindows::default());
        let mut answers = Vec::with_capacity(measures.len());
        for measure in measures {
            let values: Values = match &measure.kind {
                MeasureKind::Count { .. } | MeasureKind::Sum { .. } => {
                    self.places().map(|(unit, range)| kept.value(measure, unit, range)).collect()
                }
                MeasureKind::People { among, .. } => self.people(reader, measure, *among, &kept)?,
                MeasureKind::Balance { .. } | MeasureKind::Flow { .. } | MeasureKind::Transfers { .. } => {
                    self.places().map(|(unit, range)| ledgers.value(measure, unit, range)).collect()
                }
                MeasureKind::Enrolled { kind } => {
                    let places = self.roll_places(measure, &mut roll_places);
                    self.roll(reader, kind, &places, |(_, to)| vec![to])?
                }
                MeasureKind::EnrolledDays { kind } => {
                    let calendar = self.work.calendar();
                    let places = self.roll_places(measure, &mut roll_places);
                    self.roll(reader, kind, &places, |(from, to)| calendar.school_days(from, to))?
                }
                MeasureKind::Joined { kind } => {
                    let places = self.roll_places(measure, &mut roll_places);
                    self.joined(reader, measure, kind, &places)?
                }
                MeasureKind::Units { kind } => {
                    let count = |(unit, range): (usize, usize)| {
                        let to = self.ranges[range].1;
                        let within = units_within(self.directory, measure, self.units[unit], to).into_iter();
                        let found = within.map(|unit| self.directory.subtree_of_kind(unit, kind, to).len());
                        Some(Decimal::from(found.sum::<usize>()))
                    };
                    self.places().map(count).collect()
                }
                MeasureKind::DutyDue { duty }
                | MeasureKind::DutyDone { duty }
                | MeasureKind::DutyOnTime { duty, .. } => {
                    let tallies = match tallies.entry(duty) {
                        Entry::Occupied(known) => known.into_mut(),
                        Entry::Vacant(place) => place.insert(self.tallies(reader, duty, &mut windows)?),
                    };
                    let each_open = self
                        .packs
                        .duties
                        .get(duty)
                        .is_some_and(|duty| matches!(duty.expects, Expects::EachOpen { .. }));
                    let number =
                        |((unit, range), tally): ((usize, usize), &crate::duty::Tally)| match measure.kind {
                            MeasureKind::DutyDue { .. } => Decimal::from(tally.due),
                            MeasureKind::DutyDone { .. } => Decimal::from(tally.done),
                            _ if each_open => Decimal::from(tally.on_time),
                            // Entries beyond what a window expects are in time too, but not owed.
                            _ => kept.cell(measure, unit, range).min(Decimal::from(tally.done)),
                        };
                    self.places().zip(tallies.iter()).map(number).map(Some).collect()
                }
            };
            answers.push(values);
        }
        Ok(answers)
    }

    fn tallies(
        &self,
        reader: &mut Reader<'_>,
        duty: &DutyId,
        windows: &mut KnownWindows,
    ) -> Result<Vec<crate::duty::Tally>> {
        let Self { work, packs, directory, now, units, ranges } = self;
        let Some(duty) = packs.duties.get(duty) else {
            return Ok(vec![crate::duty::Tally::default(); units.len() * ranges.len()]);
        };
        work.duty_tallies(reader, directory, duty, (units, ranges), *now, windows)
    }

    fn people(
        &self,
        reader: &mut Reader<'_>,
        measure: &Measure,
        among: Option<Among>,
        kept: &Kept,
    ) -> Result<Values> {
        let county = self.county();
        let kind = self.subjects(measure);
        let mut values = Values::new();
        for (unit_at, range_at) in self.places() {
            let is_known = kept.is_known(measure, unit_at, range_at);
            let (unit, range) = (self.units[unit_at], self.ranges[range_at]);
            let Some(among) = among else {
                let count = |reader: &mut Reader<'_>| {
                    reader.people_count(county, &measure.id, unit, range.0, range.1)
                };
                values.push(if is_known { Some(Decimal::from(count(reader)?)) } else { None });
                continue;
            };
            let mut people = 0;
            for unit in units_within(self.directory, measure, unit, range.1) {
                let house = house_of(self.directory, measure, unit);
                // A class without entries of its own may have people with entries elsewhere in its house.
                if is_known || house.is_some() {
                    let counted = (measure, among, kind);
                    people += counted_people(reader, county, counted, (unit, house), range)?.len();
                }
            }
            values.push((is_known || people > 0).then(|| Decimal::from(people)));
        }
        Ok(values)
    }

    /// Kind of the people a measure's register is about.
    fn subjects(&self, measure: &Measure) -> &'static str {
        let register = measure.register().and_then(|register| self.packs.registers.get(register));
        register.and_then(|register| register.about.person_kind()).unwrap_or("child")
    }

    fn roll_places(
        &self,
        measure: &Measure,
        known: &mut HashMap<Option<OrgKindId>, Rc<RollPlaces>>,
    ) -> Rc<RollPlaces> {
        let place = known.entry(measure.within.clone()).or_insert_with(|| {
            let each: Vec<Vec<OrgUnitId>> = self
                .places()
                .map(|(unit, range)| {
                    units_within(self.directory, measure, self.units[unit], self.ranges[range].1)
                })
                .collect();
            let mut all = each.concat();
            all.sort_unstable();
            all.dedup();
            Rc::new(RollPlaces { each, all })
        });
        place.clone()
    }

    /// The roll of a kind of people, summed over the days that `days` takes of a range.
    fn roll(
        &self,
        reader: &mut Reader<'_>,
        kind: &str,
        places: &RollPlaces,
        days: impl Fn((Date, Date)) -> Vec<Date>,
    ) -> Result<Values> {
        let (Some(from), Some(to)) =
            (self.ranges.iter().map(|(from, _)| *from).min(), self.ranges.iter().map(|(_, to)| *to).max())
        else {
            return Ok(Values::new());
        };
        let roll = reader.roll_days(self.county(), kind, &places.all, (from, to))?;
        let days: Vec<Vec<Date>> = self.ranges.iter().map(|range| days(*range)).collect();
        let sum = |((_, range), units): ((usize, usize), &Vec<OrgUnitId>)| {
            Some(Decimal::from(roll.person_days(units, &days[range])))
        };
        Ok(self.places().zip(&places.each).map(sum).collect())
    }

    /// People who joined: from the cells of houses and what stands above them, from the stays for a part of a house.
    fn joined(
        &self,
        reader: &mut Reader<'_>,
        measure: &Measure,
        kind: &str,
        places: &RollPlaces,
    ) -> Result<Values> {
        let grid = reader.joined_values(self.county(), kind, &places.all, &self.ranges)?;
        let of = |unit: &OrgUnitId, range| {
            places.all.binary_search(unit).map_or(Decimal::ZERO, |at| grid.get(0, at, range))
        };
        let mut values = Values::new();
        for ((unit_at, range_at), units) in self.places().zip(&places.each) {
            let unit = self.units[unit_at];
            let joined = match house_of(self.directory, measure, unit) {
                Some(house) => {
                    let own = reader.stays(self.county(), kind, unit)?;
                    let house = reader.stays(self.county(), kind, house)?;
                    StaysOf { unit: &own, house: Some(&house) }.joined(self.ranges[range_at]).into()
                }
                None => units.iter().map(|unit| of(unit, range_at)).sum(),
            };
            values.push(Some(joined));
        }
        Ok(values)
    }
}

/// What is kept in cells: counts and sums, and where the registers behind them were in use, which tells a true zero
/// from missing data.
///
/// A register that a duty asks for is routine: without any entry the number is missing. A register of events
/// (cases, complaints) counts zero when the unit kept any register at all in the period.
struct Kept {
    grid: CellGrid,
    /// Measures and the entries of registers, in the order of the grid.
    places: HashMap<MeasureId, usize>,
    /// Routine registers.
    routine: Vec<RegisterId>,
    /// Whether any register was in use: unit × range.
    any: Vec<bool>,
    ranges: usize,
}

/// The implied measure of all entries of a register.
fn entries_of(register: &RegisterId) -> MeasureId {
    MeasureId::new(format!("{register}:entries"))
}

impl Kept {
    fn read(reader: &mut Reader<'_>, question: &Question<'_>, measures: &[&Measure]) -> Result<Self> {
        let packs = question.packs;
        let registers: Vec<&RegisterId> = measures.iter().filter_map(|measure| measure.register()).collect();
        let is_routine = |register: &RegisterId| packs.duties.values().any(|duty| duty.register == *register);
        let mut routine: Vec<RegisterId> = registers.iter().copied().cloned().collect();
        routine.sort();
        routine.dedup();
        routine.retain(is_routine);
        let is_celled = |measure: &&&Measure| {
            matches!(
                measure.kind,
                MeasureKind::Count { .. } | MeasureKind::Sum { .. } | MeasureKind::DutyOnTime { .. }
            )
        };
        let mut ids: Vec<MeasureId> =
            measures.iter().filter(is_celled).map(|measure| measure.id.clone()).collect();
        ids.extend(routine.iter().map(entries_of));
        ids.sort();
        ids.dedup();
        let grid = reader.cell_values(question.county(), &ids, question.units, &question.ranges)?;
        let places: HashMap<MeasureId, usize> =
            ids.into_iter().enumerate().map(|(at, id)| (id, at)).collect();
        let mut kept = Self { grid, places, routine, any: Vec::new(), ranges: question.ranges.len() };
        // Whether anything was kept at all is only asked where an event was counted nowhere.
        let in_doubt = |measure: &&&Measure| {
            let event = measure.register().is_some_and(|id| kept.routine.binary_search(id).is_err());
            event
                && (!kept.places.contains_key(&measure.id)
                    || question.places().any(|(unit, range)| kept.cell(measure, unit, range).is_zero()))
        };
        if measures.iter().any(|measure| in_doubt(&measure)) {
            let entries: Vec<MeasureId> = packs.registers.keys().map(entries_of).collect();
            let all = reader.cell_values(question.county(), &entries, question.units, &question.ranges)?;
            let in_use = |(unit, range)| (0..entries.len()).any(|at| !all.get(at, unit, range).is_zero());
            kept.any = question.places().map(in_use).collect();
        }
        Ok(kept)
    }

    fn cell(&self, measure: &Measure, unit: usize, range: usize) -> Decimal {
        self.places.get(&measure.id).map_or(Decimal::ZERO, |at| self.grid.get(*at, unit, range))
    }

    fn value(&self, measure: &Measure, unit: usize, range: usize) -> Option<Decimal> {
        self.is_known(measure, unit, range).then(|| self.cell(measure, unit, range))
    }

    fn is_known(&self, measure: &Measure, unit: usize, range: usize) -> bool {
        let Some(register) = measure.register() else { return true };
        if self.routine.binary_search(register).is_ok() {
            let at = self.places.get(&entries_of(register));
            return at.is_some_and(|at| !self.grid.get(*at, unit, range).is_zero());
        }
        // Where it was not asked, every event was counted somewhere.
        self.any.get(unit * self.ranges + range).copied().unwrap_or(self.any.is_empty())
    }
}

/// Decimals of a sum are those of the field it sums.
fn sum_decimals(packs: &PackSet, measure: &Measure) -> u8 {
    use hygeia_pack::model::FieldType;
    if let MeasureKind::Balance { ledger, .. } | MeasureKind::Flow { ledger, .. } = &measure.kind {
        return packs.ledgers.get(ledger).map_or(0, |ledger| ledger.decimals);
    }
    let MeasureKind::Sum { register, field, .. } = &measure.kind else { return 0 };
    let field = packs.registers.get(register).and_then(|register| register.fields.get(field));
    match field.map(|field| &field.kind) {
        Some(FieldType::Decimal { decimals, .. }) => *decimals,
        _ => 0,
    }
}

/// Rounds half up, as the official statistics forms ask.
fn round(value: Decimal, decimals: u8) -> Decimal {
    value.round_dp_with_strategy(u32::from(decimals), RoundingStrategy::MidpointAwayFromZero)
}
