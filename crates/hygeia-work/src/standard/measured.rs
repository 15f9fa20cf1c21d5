//! Items whose points follow from an indicator of the inspected unit.

use super::apply::edition_of;
use super::{Mark, Reason};
use crate::calendar::Calendar;
use crate::error::Result;
use crate::indicator::{Figure, FigureId, FigureQuery};
use crate::period::{Period, PeriodKind};
use crate::work::Work;
use hygeia_expr::{Names, Value};
use hygeia_pack::model::{Edition, Register, StandardItem};
use hygeia_store::OrgUnitId;
use indexmap::IndexMap;
use jiff::civil::Date;
use rust_decimal::Decimal;

/// A figure and the same a year earlier.
struct Measured {
    value: Decimal,
    before: Option<Decimal>,
}

impl Names for Measured {
    fn get(&self, name: &str) -> Value {
        match name {
            "value" => Value::Decimal(self.value),
            "before" => self.before.map_or(Value::Null, Value::Decimal),
            _ => Value::Null,
        }
    }
}

/// The period of an inspection whose figures decide its measured items.
pub fn measured_period(edition: &Edition, day: Date, calendar: &Calendar) -> Period {
    let kind = PeriodKind::parse(&edition.measured_over).unwrap_or(PeriodKind::Month);
    Period::containing(kind, day, calendar)
}

impl Work {
    /// Marks the measured items of an inspection by the unit's figures of the edition's period. An item whose figure is
    /// missing, or whose condition asks for one of a year earlier that is missing, is left to the inspector.
    pub(crate) fn mark_measured(
        &self,
        register: &Register,
        unit: OrgUnitId,
        day: Date,
        today: Date,
        values: &mut IndexMap<String, Value>,
    ) -> Result<()> {
        let Some(standard) = &register.standard else { return Ok(()) };
        let Some(edition) = edition_of(standard, register, values) else { return Ok(()) };
        let items: Vec<&StandardItem> = edition.items().filter(|item| item.measured.is_some()).collect();
        if items.is_empty() {
            return Ok(());
        }
        let calendar = self.calendar();
        let period = measured_period(edition, day, &calendar);
        let earlier = period.a_year_before(&calendar);
        let query = FigureQuery {
            figures: items.iter().filter_map(|item| item.measured.clone()).map(FigureId::Indicator).collect(),
            units: vec![unit],
            periods: vec![period, earlier],
        };
        let figures = self.figures_unchecked(today.at(23, 59, 59, 0), &query)?;
        let mut marks = Vec::new();
        for (item, of_item) in items.iter().zip(figures.chunks(query.periods.len())) {
            let [figure, before] = of_item else { continue };
            if let Some(mark) = mark(item, figure, before.value, self.figure_title(&figure.id)) {
                marks.push(mark);
            }
        }
        let mut rows = match values.get("results") {
            Some(Value::List(rows)) => rows.clone(),
            _ => Vec::new(),
        };
        let is_of = |row: &Value, mark: &Mark| match row {
            Value::Row(cells) => cells.get("item").and_then(Value::as_text) == Some(&mark.item),
            _ => false,
        };
        rows.retain(|row| !marks.iter().any(|mark| is_of(row, mark)));
        rows.extend(marks.iter().map(Mark::to_row));
        if !rows.is_empty() {
            values.insert("results".to_owned(), Value::List(rows));
        }
        Ok(())
    }

    fn figure_title(&self, id: &FigureId) -> String {
        let packs = self.packs();
        match id {
            FigureId::Indicator(id) => packs.indicators.get(id).map(|found| found.title.zh.clone()),
            FigureId::Measure(id) | FigureId::Part(id, _) => {
                packs.measures.get(id).map(|found| found.title.zh.clone())
            }
        }
        .unwrap_or_default()
    }
}

/// The mark that follows from a figure; the first condition that holds is taken. Nothing follows while a condition
/// before it cannot be decided.
fn mark(item: &StandardItem, figure: &Figure, before: Option<Decimal>, title: String) -> Option<Mark> {
    let names = Measured { value: figure.value?, before };
    let mut taken = None;
    for (at, deduction) in item.deductions.iter().enumerate() {
        match deduction.when.as_ref().map(|formula| formula.expr.eval(&names)) {
            Some(Value::Bool(true)) => {
                taken = Some(at);
                break;
            }
            Some(Value::Null) => return None,
            _ => {}
        }
    }
    let points = taken.and_then(|at| item.deductions.get(at)).map_or(Decimal::ZERO, |taken| taken.points);
    Some(Mark {
        item: item.code.clone(),
        points: Some((item.points - points).max(Decimal::ZERO)),
        reasons: taken.map(|at| Reason { no: at + 1, times: 1 }).into_iter().collect(),
        note: Some(format!("{title} {}", figure.text())),
        requirement: taken.and(item.requirement.clone()),
        ..Mark::default()
    })
}
