//! Measures and indicators for any unit and period, from cells; and the way down from a number to its records.

use crate::actor::{Action, Actor, Right};
use crate::directory::{Directory, exists_on};
use crate::error::{Result, WorkError};
use crate::ledger::{LedgerFigures, may_see_ledger, since};
use crate::period::Period;
use crate::work::Work;
use hygeia_expr::{Names, Value};
use hygeia_pack::model::{
    Good, Indicator, IndicatorId, Measure, MeasureId, MeasureKind, PackSet, RegisterId, Target,
};
use hygeia_store::{OrgUnitId, Reader};
use jiff::civil::Date;
use rust_decimal::{Decimal, RoundingStrategy};
use std::collections::HashMap;
use std::collections::hash_map::Entry;

/// What a figure is of: an indicator, a measure, or one option of a measure's breakdown.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum FigureId {
    /// An indicator.
    Indicator(IndicatorId),
    /// A measure.
    Measure(MeasureId),
    /// `cases@hfmd`: a measure's share under one option.
    Part(MeasureId, String),
}

/// One question: these figures for these units and periods.
#[derive(Debug, Clone)]
pub struct FigureQuery {
    /// Figures.
    pub figures: Vec<FigureId>,
    /// Units, each with its subtree.
    pub units: Vec<OrgUnitId>,
    /// Periods.
    pub periods: Vec<Period>,
}

/// A number with what it is made of.
#[derive(Debug, Clone)]
pub struct Figure {
    /// What it is.
    pub id: FigureId,
    /// Unit it is for.
    pub unit: OrgUnitId,
    /// Period it is for.
    pub period: Period,
    /// The value as shown (percent × 100, rounded half up); `None` = 缺数据.
    pub value: Option<Decimal>,
    /// Decimals to show.
    pub decimals: u8,
    /// Measure word or `%`.
    pub measure_word: String,
    /// Name.
    pub title: String,
    /// The measures behind it with their values.
    pub parts: Vec<(MeasureId, Option<Decimal>)>,
    /// Aim.
    pub target: Option<Target>,
    /// Which way is better.
    pub good: Good,
}

impl Figure {
    /// The number as text without its unit; `None` = 缺数据.
    pub fn number(&self) -> Option<String> {
        self.value.map(|value| format!("{:.*}", usize::from(self.decimals), value))
    }

    /// `93.3%`, `126人`, or 缺数据.
    pub fn text(&self) -> String {
        self.number().map_or_else(|| "缺数据".to_owned(), |number| format!("{number}{}", self.measure_word))
    }

    /// Whether the aim is reached; `None` without an aim or a value.
    pub fn reached(&self) -> Option<bool> {
        let (value, target) = (self.value?, self.target?);
        Some(if target.at_least { value >= target.value } else { value <= target.value })
    }
}

/// A figure with its neighbours in time, for tiles and the indicator page.
#[derive(Debug, Clone)]
pub struct Reading {
    /// The figure itself.
    pub figure: Figure,
    /// The period before.
    pub previous: Figure,
    /// The same period a year before.
    pub year_before: Figure,
    /// The run-up to it, oldest first, itself last.
    pub trend: Vec<Figure>,
}

/// A measure with its options: code, title, value, largest first.
pub type Breakdown = (MeasureId, Vec<(String, String, Decimal)>);

/// One step down from a number.
#[derive(Debug, Clone)]
pub struct Drill {
    /// The figure for each unit right below.
    pub below: Vec<Figure>,
    /// The figure for each shorter period within.
    pub within: Vec<Figure>,
    /// For each measure, its breakdown when it has one: code, title, value.
    pub breakdown: Vec<Breakdown>,
}

impl Work {
    /// Reads `kindergarten.attendance_rate`, a measure's id, or `measure@code`.
    pub fn figure_id(&self, packs: &PackSet, text: &str) -> Result<FigureId> {
        let missing = || WorkError::NotFound(format!("指标“{text}”"));
        if let Some((id, part)) = text.split_once('@') {
            let measure = packs.measures.get(id).ok_or_else(missing)?;
            return Ok(FigureId::Part(measure.id.clone(), part.to_owned()));
        }
        if let Some(indicator) = packs.indicators.get(text) {
            return Ok(FigureId::Indicator(indicator.id.clone()));
        }
        packs.measures.get(text).map(|measure| FigureId::Measure(measure.id.clone())).ok_or_else(missing)
    }

    /// Answers a query in the order figures × units × periods.
    ///
    /// Every unit must be within the actor's reach, and every figure one of registers that the actor may see. A value
    /// is missing when a period lies in the future, when a routine register has no entry there at all, and when a
    /// denominator is empty.
    pub fn figures(&self, actor: &Actor, query: &FigureQuery) -> Result<Vec<Figure>> {
        let packs = self.packs();
        query.figures.iter().try_for_each(|figure| must_see(actor, &packs, figure))?;
        self.document_figures(actor, query)
    }

    /// Like [`Work::figures`] for a document of a unit, a report or a plan: it tells its figures to whoever may read
    /// it, whatever registers are behind them.
    pub fn document_figures(&self, actor: &Actor, query: &FigureQuery) -> Result<Vec<Figure>> {
        let directory = self.directory();
        for unit in &query.units {
            if !actor.reaches(&directory, *unit) {
                return Err(WorkError::NotFound("该机构".into()));
            }
        }
        self.figures_unchecked(actor.today(), query)
    }

    /// Like [`Work::figures`] for the system itself: pack tests, scheduled reports.
    pub(crate) fn figures_unchecked(&self, today: Date, query: &FigureQuery) -> Result<Vec<Figure>> {
        let packs = self.packs();
        let directory = self.directory();
        let targets = self.plan_targets(&directory, query)?;
        let mut needed: Vec<MeasureId> = Vec::new();
        for measure in query.figures.iter().flat_map(|figure| measures_of(&packs, figure)) {
            if !needed.contains(measure) {
                needed.push(measure.clone());
            }
        }
        let table = self.store.read(|reader| {
            Ok(MeasureTable::read(
                self,
                reader,
                &packs,
                &directory,
                today,
                &needed,
                &query.units,
                &query.periods,
            ))
        })??;
        let mut figures = Vec::new();
        for id in &query.figures {
            for unit in &query.units {
                for period in &query.periods {
                    let mut figure = table.figure(&packs, id, *unit, period);
                    if let FigureId::Indicator(indicator) = id
                        && let Some(target) = targets.get(&(indicator.clone(), *unit))
                    {
                        figure.target = Some(*target);
                    }
                    figures.push(figure);
                }
            }
        }
        for (figure, part) in figures.iter_mut().filter_map(|figure| match figure.id.clone() {
            FigureId::Part(_, part) => Some((figure, part)),
            _ => None,
        }) {
            let FigureId::Part(measure, _) = &figure.id else { continue };
            if figure.value.is_some() {
                let from = packs
                    .measures
                    .get(measure)
                    .map_or(figure.period.from, |found| since(found, figure.period.from));
                let to = figure.period.to.min(today);
                let parts = self
                    .store
                    .read(|reader| reader.cell_parts(self.county, measure, figure.unit, from, to))?;
                figure.value = Some(parts.get(&part).copied().unwrap_or_default());
            }
        }
        Ok(figures)
    }

    /// One figure with the period before, the year before and the run-up of `trend` periods.
    pub fn readings(
        &self,
        actor: &Actor,
        ids: &[FigureId],
        unit: OrgUnitId,
        period: &Period,
        trend: usize,
    ) -> Result<Vec<Reading>> {
        let calendar = self.calendar();
        let mut periods = period.run_up(trend.max(2), &calendar);
        periods.push(period.a_year_before(&calendar));
        let count = periods.len();
        let query = FigureQuery { figures: ids.to_vec(), units: vec![unit], periods };
        let figures = self.figures(actor, &query)?;
        let mut readings = Vec::new();
        for mut run in figures.chunks(count).map(<[Figure]>::to_vec) {
            let (Some(year_before), Some(figure)) = (run.pop(), run.last().cloned()) else { continue };
            let previous = run.iter().rev().nth(1).cloned().unwrap_or_else(|| figure.clone());
            readings.push(Reading { figure, previous, year_before, trend: run });
        }
        Ok(readings)
    }

    /// The units below and the shorter periods within, for one figure.
    pub fn drill(&self, actor: &Actor, id: &FigureId, unit: OrgUnitId, period: &Period) -> Result<Drill> {
        must_see(actor, &self.packs(), id)?;
        self.document_drill(actor, id, unit, period)
    }

    /// Like [`Work::drill`] for a document, as [`Work::document_figures`] is.
    pub fn document_drill(
        &self,
        actor: &Actor,
        id: &FigureId,
        unit: OrgUnitId,
        period: &Period,
    ) -> Result<Drill> {
        use crate::period::PeriodKind;
        let directory = self.directory();
        let calendar = self.calendar();
        let day = period.to.min(actor.today());
        let children: Vec<OrgUnitId> =
            directory.children(unit).filter(|child| exists_on(child, day)).map(|child| child.id).collect();
        let one = |units: Vec<OrgUnitId>, periods: Vec<Period>| {
            self.document_figures(actor, &FigureQuery { figures: vec![id.clone()], units, periods })
        };
        let shorter = match period.kind {
            PeriodKind::Day => None,
            PeriodKind::Week | PeriodKind::Month | PeriodKind::Range => Some(PeriodKind::Day),
            _ => Some(PeriodKind::Month),
        };
        let within = match shorter {
            Some(kind) => period
                .parts(kind, &calendar)
                .into_iter()
                .filter(|part| kind != PeriodKind::Day || calendar.is_work_day(part.from))
                .collect(),
            None => Vec::new(),
        };
        let below = one(children, vec![period.clone()])?;
        let within = one(vec![unit], within)?;
        Ok(Drill { below, within, breakdown: self.breakdown(id, unit, period)? })
    }

    fn breakdown(&self, id: &FigureId, unit: OrgUnitId, period: &Period) -> Result<Vec<Breakdown>> {
        use hygeia_pack::model::FieldType;
        let packs = self.packs();
        let mut found = Vec::new();
        for measure in measures_of(&packs, id).iter().filter_map(|id| packs.measures.get(id)) {
            let Some(by) = &measure.by else { continue };
            let from = since(measure, period.from);
            let parts = self
                .store
                .read(|reader| reader.cell_parts(self.county, &measure.id, unit, from, period.to))?;
            let register = measure.register().and_then(|register| packs.registers.get(register));
            let field = register.and_then(|register| register.fields.get(by));
            let ledger = measure.ledger().and_then(|ledger| packs.ledgers.get(ledger));
            let items = ledger.map(|ledger| self.ledger_names(&packs, ledger)).transpose()?;
            let title = |code: &str| match field.map(|field| &field.kind) {
                Some(FieldType::Choice(choice) | FieldType::Choices(choice)) => {
                    choice.option(code).map_or_else(|| code.to_owned(), |option| option.title.zh.clone())
                }
                _ => items.as_ref().map_or_else(|| code.to_owned(), |items| items.item(code).full()),
            };
            let mut rows: Vec<(String, String, Decimal)> = parts
                .into_iter()
                .filter(|(code, value)| !code.is_empty() && !value.is_zero())
                .map(|(code, value)| (code.clone(), title(&code), value))
                .collect();
            rows.sort_by(|a, b| b.2.cmp(&a.2).then_with(|| a.0.cmp(&b.0)));
            found.push((measure.id.clone(), rows));
        }
        Ok(found)
    }

    /// Indicators the actor's registers feed, in pack order.
    pub fn indicators_of<'a>(&self, actor: &Actor, packs: &'a PackSet) -> Vec<&'a Indicator> {
        packs.indicators.values().filter(|indicator| may_see(actor, packs, &indicator.measures)).collect()
    }

    /// Whether the actor may write plans and reports for `unit`.
    pub fn may_plan(&self, actor: &Actor, unit: OrgUnitId) -> bool {
        actor.has_right(&self.packs(), &self.directory(), Right::Plan, unit)
    }
}

/// Whether the actor may see the registers and ledgers behind all these measures.
fn may_see(actor: &Actor, packs: &PackSet, measures: &[MeasureId]) -> bool {
    measures.iter().filter_map(|id| packs.measures.get(id)).all(|measure| {
        match (register_behind(packs, measure), measure.ledger()) {
            (Some(register), _) => packs
                .registers
                .get(register)
                .is_some_and(|register| actor.may_somewhere(register, Action::View)),
            (None, Some(ledger)) => may_see_ledger(actor, packs, ledger),
            (None, None) => true,
        }
    })
}

fn must_see(actor: &Actor, packs: &PackSet, figure: &FigureId) -> Result<()> {
    if may_see(actor, packs, measures_of(packs, figure)) {
        Ok(())
    } else {
        Err(WorkError::Denied("这个数字出自您的角色看不到的登记表，请向本单位负责人了解".into()))
    }
}

/// The measures a figure is made of.
fn measures_of<'a>(packs: &'a PackSet, figure: &'a FigureId) -> &'a [MeasureId] {
    match figure {
        FigureId::Indicator(id) => packs.indicators.get(id).map_or(&[], |found| &found.measures),
        FigureId::Measure(id) | FigureId::Part(id, _) => std::slice::from_ref(id),
    }
}

/// The register whose entries a measure reads, or whose entries the duty it tells of expects.
fn register_behind<'a>(packs: &'a PackSet, measure: &'a Measure) -> Option<&'a RegisterId> {
    let of_duty = || packs.duties.get(measure.duty()?).map(|duty| &duty.register);
    measure.register().or_else(of_duty)
}

/// Values of measures by measure, unit and period.
struct MeasureTable {
    values: HashMap<(MeasureId, OrgUnitId, String), Option<Decimal>>,
}

/// Measure values as an indicator's formula sees them.
struct FormulaScope<'a> {
    packs: &'a PackSet,
    indicator: &'a Indicator,
    parts: &'a [(MeasureId, Option<Decimal>)],
}

impl Names for FormulaScope<'_> {
    fn get(&self, name: &str) -> Value {
        let qualified =
            [name.to_owned(), format!("{}.{name}", self.indicator.id.pack()), format!("core.{name}")];
        let id = qualified.iter().find(|id| self.packs.measures.contains_key(id.as_str()));
        let value = id.and_then(|id| self.parts.iter().find(|(measure, _)| measure.as_str() == id));
        value.and_then(|(_, value)| *value).map_or(Value::Null, Value::Decimal)
    }
}

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

impl MeasureTable {
    #[expect(clippy::too_many_arguments, reason = "one read of everything a query needs")]
    fn read(
        work: &Work,
        reader: &mut Reader<'_>,
        packs: &PackSet,
        directory: &Directory,
        today: Date,
        needed: &[MeasureId],
        units: &[OrgUnitId],
        periods: &[Period],
    ) -> Result<Self> {
        let county = work.county;
        let mut values = HashMap::new();
        let past: Vec<&Period> = periods.iter().filter(|period| period.from <= today).collect();
        let ranges: Vec<(Date, Date)> =
            past.iter().map(|period| (period.from, period.to.min(today))).collect();
        let measures: Vec<&Measure> = needed.iter().filter_map(|id| packs.measures.get(id)).collect();
        let used = InUse::read(reader, county, packs, &measures, units, &ranges)?;
        let mut put = |measure: &Measure, unit: OrgUnitId, period: &Period, value: Option<Decimal>| {
            values.insert((measure.id.clone(), unit, period.to_string()), value);
        };
        let celled: Vec<MeasureId> = measures
            .iter()
            .filter(|m| matches!(m.kind, MeasureKind::Count { .. } | MeasureKind::Sum { .. }))
            .map(|m| m.id.clone())
            .collect();
        let grid = reader.cell_values(county, &celled, units, &ranges)?;
        let ledgers = LedgerFigures::read(reader, county, &measures, units, &ranges)?;
        // Due, done and on time of one duty are three measures of one tally.
        let mut tallies = HashMap::new();
        // Who was where serves every measure of people and every period.
        let mut stays = HashMap::new();
        let last = ranges.iter().map(|(_, to)| *to).max().unwrap_or(today);
        for measure in measures {
            for (unit_at, unit) in units.iter().enumerate() {
                for (range_at, period) in past.iter().enumerate() {
                    let (from, to) = ranges[range_at];
                    let known = used.is_known(measure, unit_at, range_at);
                    let value = match &measure.kind {
                        MeasureKind::Count { .. } | MeasureKind::Sum { .. } => {
                            let at = celled.iter().position(|id| *id == measure.id);
                            known.then(|| at.map_or(Decimal::ZERO, |at| grid.get(at, unit_at, range_at)))
                        }
                        MeasureKind::People { among: Some(among), .. } if known => {
                            let mut people = 0;
                            for unit in units_within(directory, measure, *unit, to) {
                                let stays = match stays.entry(unit) {
                                    Entry::Occupied(known) => known.into_mut(),
                                    Entry::Vacant(place) => place.insert(reader.stays(county, unit, last)?),
                                };
                                let range = (from, to);
                                people += reader
                                    .people_among(county, &measure.id, *among, unit, range, stays)?
                                    .len();
                            }
                            Some(Decimal::from(people))
                        }
                        MeasureKind::People { .. } if known => {
                            Some(Decimal::from(reader.people_count(county, &measure.id, *unit, from, to)?))
                        }
                        MeasureKind::People { .. } => None,
                        MeasureKind::Balance { .. }
                        | MeasureKind::Flow { .. }
                        | MeasureKind::Transfers { .. } => ledgers.value(measure, unit_at, range_at),
                        MeasureKind::Enrolled { kind } => {
                            let units = units_within(directory, measure, *unit, to);
                            Some(Decimal::from(reader.stock(county, kind, &units, to)?))
                        }
                        MeasureKind::EnrolledDays { kind } => {
                            let days = work.calendar().school_days(from, to);
                            let units = units_within(directory, measure, *unit, to);
                            Some(Decimal::from(reader.stock_days(county, kind, &units, &days)?))
                        }
                        MeasureKind::Joined { kind } => {
                            let units = units_within(directory, measure, *unit, to);
                            Some(Decimal::from(reader.joined(county, kind, &units, from, to)?))
                        }
                        MeasureKind::Units { kind } => {
                            let units = units_within(directory, measure, *unit, to).into_iter();
                            let found = units.map(|unit| directory.subtree_of_kind(unit, kind, to).len());
                            Some(Decimal::from(found.sum::<usize>()))
                        }
                        MeasureKind::DutyDue { duty }
                        | MeasureKind::DutyDone { duty }
                        | MeasureKind::DutyOnTime { duty } => {
                            let tally = match tallies.entry((duty.clone(), unit_at, range_at)) {
                                Entry::Occupied(known) => *known.get(),
                                Entry::Vacant(place) => *place.insert(
                                    work.duty_tally(reader, packs, directory, duty, *unit, from, to, today)?,
                                ),
                            };
                            Some(Decimal::from(match measure.kind {
                                MeasureKind::DutyDue { .. } => tally.due,
                                MeasureKind::DutyDone { .. } => tally.done,
                                _ => work
                                    .duty_on_time(reader, packs, directory, duty, *unit, (from, to))?
                                    .min(tally.done),
                            }))
                        }
                    };
                    put(measure, *unit, period, value);
                }
            }
        }
        Ok(Self { values })
    }

    fn value(&self, id: &MeasureId, unit: OrgUnitId, period: &Period) -> Option<Decimal> {
        self.values.get(&(id.clone(), unit, period.to_string())).copied().flatten()
    }

    fn figure(&self, packs: &PackSet, id: &FigureId, unit: OrgUnitId, period: &Period) -> Figure {
        match id {
            FigureId::Indicator(indicator_id) => match packs.indicators.get(indicator_id) {
                Some(indicator) => self.indicator(packs, indicator, unit, period),
                None => self.measure(packs, id, None, unit, period),
            },
            FigureId::Measure(measure) | FigureId::Part(measure, _) => {
                self.measure(packs, id, packs.measures.get(measure), unit, period)
            }
        }
    }

    fn measure(
        &self,
        packs: &PackSet,
        id: &FigureId,
        measure: Option<&Measure>,
        unit: OrgUnitId,
        period: &Period,
    ) -> Figure {
        let value = measure.and_then(|measure| self.value(&measure.id, unit, period));
        let decimals = measure.map_or(0, |measure| sum_decimals(packs, measure));
        Figure {
            id: id.clone(),
            unit,
            period: period.clone(),
            value: value.map(|value| round(value, decimals)),
            decimals,
            measure_word: measure.map(|measure| measure.unit.clone()).unwrap_or_default(),
            title: measure.map(|measure| measure.title.zh.clone()).unwrap_or_default(),
            parts: measure.map(|measure| (measure.id.clone(), value)).into_iter().collect(),
            target: None,
            good: Good::Neutral,
        }
    }

    fn indicator(&self, packs: &PackSet, indicator: &Indicator, unit: OrgUnitId, period: &Period) -> Figure {
        let parts: Vec<(MeasureId, Option<Decimal>)> =
            indicator.measures.iter().map(|id| (id.clone(), self.value(id, unit, period))).collect();
        let scope = FormulaScope { packs, indicator, parts: &parts };
        let raw = match indicator.value.expr.eval(&scope) {
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
            id: FigureId::Indicator(indicator.id.clone()),
            unit,
            period: period.clone(),
            value: raw
                .and_then(|raw| raw.checked_mul(Decimal::from(factor)))
                .map(|value| round(value, indicator.decimals)),
            decimals: indicator.decimals,
            measure_word: word.to_owned(),
            title: indicator.title.zh.clone(),
            parts,
            target: indicator.target,
            good: indicator.good,
        }
    }
}

/// Decimals of a sum are those of the field it sums.
fn sum_decimals(packs: &PackSet, measure: &Measure) -> u8 {
    use hygeia_pack::model::FieldType;
    if let MeasureKind::Balance { ledger, .. } | MeasureKind::Flow { ledger, .. } = &measure.kind {
        return packs.ledgers.get(ledger).map_or(0, |ledger| ledger.decimals);
    }
    let MeasureKind::Sum { register, field, .. } = &measure.kind else { return 0 };
    match packs
        .registers
        .get(register)
        .and_then(|register| register.fields.get(field))
        .map(|field| &field.kind)
    {
        Some(FieldType::Decimal { decimals, .. }) => *decimals,
        _ => 0,
    }
}

/// Rounds half up, as the official statistics forms ask.
fn round(value: Decimal, decimals: u8) -> Decimal {
    value.round_dp_with_strategy(u32::from(decimals), RoundingStrategy::MidpointAwayFromZero)
}

/// Where the registers behind the measures were in use: tells a true zero from missing data.
///
/// A register that a duty asks for is routine: without any entry the number is missing. A register of events
/// (cases, complaints) counts zero when the unit kept any register at all in the period.
struct InUse {
    routine: Vec<MeasureId>,
    grid: hygeia_store::CellGrid,
    registers: Vec<MeasureId>,
}

impl InUse {
    fn read(
        reader: &mut Reader<'_>,
        county: hygeia_store::CountyId,
        packs: &PackSet,
        measures: &[&Measure],
        units: &[OrgUnitId],
        ranges: &[(Date, Date)],
    ) -> Result<Self> {
        let routine: Vec<MeasureId> = measures
            .iter()
            .filter_map(|measure| measure.register())
            .filter(|register| packs.duties.values().any(|duty| duty.register == **register))
            .map(|register| MeasureId::new(format!("{register}:entries")))
            .collect();
        let any_event = measures
            .iter()
            .filter_map(|measure| measure.register())
            .any(|register| !routine.iter().any(|routine| routine.as_str() == format!("{register}:entries")));
        let mut registers: Vec<MeasureId> = routine.clone();
        if any_event {
            registers.extend(packs.registers.keys().map(|id| MeasureId::new(format!("{id}:entries"))));
        }
        registers.sort();
        registers.dedup();
        let grid = reader.cell_values(county, &registers, units, ranges)?;
        Ok(Self { routine, grid, registers })
    }

    fn is_known(&self, measure: &Measure, unit: usize, range: usize) -> bool {
        let Some(register) = measure.register() else { return true };
        let own = format!("{register}:entries");
        if self.routine.iter().any(|routine| routine.as_str() == own) {
            let at = self.registers.iter().position(|id| id.as_str() == own);
            return at.is_some_and(|at| !self.grid.get(at, unit, range).is_zero());
        }
        (0..self.registers.len()).any(|at| !self.grid.get(at, unit, range).is_zero())
    }
}
