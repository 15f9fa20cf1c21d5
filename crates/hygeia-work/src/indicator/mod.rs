//! Measures and indicators for any unit and period, from cells; and the way down from a number to its records.

mod start;
mod table;

pub(crate) use start::counted_from;
pub(crate) use table::{counted_people, house_of, units_within};

use crate::actor::{Action, Actor};
use crate::directory::{Directory, exists_on};
use crate::error::{Result, WorkError};
use crate::ledger::may_see_ledger;
use crate::period::{Period, PeriodKind};
use crate::work::Work;
use hygeia_pack::model::{Good, Indicator, IndicatorId, Measure, MeasureId, PackSet, RegisterId, Target};
use hygeia_store::OrgUnitId;
use jiff::civil::DateTime;
use rust_decimal::Decimal;
use table::MeasureTable;

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
        let directory = self.directory();
        query.figures.iter().try_for_each(|figure| must_see(actor, &packs, &directory, figure))?;
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
        self.figures_unchecked(actor.local(), query)
    }

    /// Like [`Work::figures`] for the system itself: pack tests, scheduled reports.
    pub(crate) fn figures_unchecked(&self, now: DateTime, query: &FigureQuery) -> Result<Vec<Figure>> {
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
                now,
                &needed,
                &query.units,
                &query.periods,
            ))
        })??;
        let mut figures = Vec::new();
        for id in &query.figures {
            for unit in query.units.iter().copied().enumerate() {
                for period in query.periods.iter().enumerate() {
                    let mut figure = table.figure(id, unit, period);
                    if let FigureId::Indicator(indicator) = id
                        && let Some(target) = targets.get(&(indicator.clone(), unit.1))
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
                let to = figure.period.to.min(now.date());
                let from = packs.measures.get(measure).map_or(figure.period.from, |found| {
                    counted_from(found, (figure.period.from, to), &self.calendar())
                });
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
        let directory = self.directory();
        must_see(actor, &self.packs(), &directory, id)?;
        let calendar = self.calendar();
        let day = period.to.min(actor.today());
        let children: Vec<OrgUnitId> = directory
            .children(unit)
            .filter(|child| exists_on(child, day) && self.has_part_in(&directory, id, child.id))
            .map(|child| child.id)
            .collect();
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

    /// Whether a unit or one below it can have any part in a figure: a hospital has none in the attendance of
    /// kindergartens, and that is no missing data.
    pub fn has_part_in(&self, directory: &Directory, figure: &FigureId, unit: OrgUnitId) -> bool {
        let packs = self.packs();
        has_part(&packs, directory, measures_of(&packs, figure), unit)
    }

    /// The options behind a figure's measures, largest first, for a document as [`Work::document_figures`] is.
    pub fn document_breakdown(
        &self,
        actor: &Actor,
        id: &FigureId,
        unit: OrgUnitId,
        period: &Period,
    ) -> Result<Vec<Breakdown>> {
        if !actor.reaches(&self.directory(), unit) {
            return Err(WorkError::NotFound("该机构".into()));
        }
        self.breakdown(id, unit, period)
    }

    fn breakdown(&self, id: &FigureId, unit: OrgUnitId, period: &Period) -> Result<Vec<Breakdown>> {
        use hygeia_pack::model::FieldType;
        let packs = self.packs();
        let mut found = Vec::new();
        for measure in measures_of(&packs, id).iter().filter_map(|id| packs.measures.get(id)) {
            let Some(by) = &measure.by else { continue };
            let from = counted_from(measure, (period.from, period.to), &self.calendar());
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

    /// Indicators the actor's registers feed, in pack order; with a unit only those whose registers are kept there.
    pub fn indicators_of<'a>(
        &self,
        actor: &Actor,
        packs: &'a PackSet,
        unit: Option<OrgUnitId>,
    ) -> Vec<&'a Indicator> {
        let directory = self.directory();
        let kept = |measure: &MeasureId| {
            let register = packs.measures.get(measure).and_then(|measure| register_behind(packs, measure));
            match (register.and_then(|id| packs.registers.get(id)), unit) {
                (Some(register), Some(unit)) => directory.is_kept_at(register, unit),
                _ => true,
            }
        };
        let seen = |indicator: &&Indicator| {
            may_see(actor, packs, &directory, &indicator.measures) && indicator.measures.iter().all(kept)
        };
        packs.indicators.values().filter(seen).collect()
    }
}

/// Whether entries of a unit or of one below it can be counted by all of the measures.
pub(crate) fn has_part(
    packs: &PackSet,
    directory: &Directory,
    measures: &[MeasureId],
    unit: OrgUnitId,
) -> bool {
    let has_part = |measure: &Measure| match register_behind(packs, measure) {
        Some(register) => {
            packs.registers.get(register).is_some_and(|register| directory.has_place(register, unit))
        }
        None => measure.within.as_ref().is_none_or(|kind| {
            directory.above_of_kind(unit, kind).is_some() || directory.has_kind(kind, unit)
        }),
    };
    measures.iter().filter_map(|id| packs.measures.get(id)).all(has_part)
}

/// Whether the actor may see the registers and ledgers behind all these measures.
fn may_see(actor: &Actor, packs: &PackSet, directory: &Directory, measures: &[MeasureId]) -> bool {
    measures.iter().filter_map(|id| packs.measures.get(id)).all(|measure| {
        match (register_behind(packs, measure), measure.ledger()) {
            (Some(register), _) => packs
                .registers
                .get(register)
                .is_some_and(|register| actor.may_somewhere(directory, register, Action::View)),
            (None, Some(ledger)) => may_see_ledger(actor, packs, directory, ledger),
            (None, None) => true,
        }
    })
}

fn must_see(actor: &Actor, packs: &PackSet, directory: &Directory, figure: &FigureId) -> Result<()> {
    if may_see(actor, packs, directory, measures_of(packs, figure)) {
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
