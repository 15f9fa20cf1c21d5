//! Items whose points follow from an indicator of the inspected unit.

use super::apply::edition_of;
use super::{Mark, Reason};
use crate::error::Result;
use crate::indicator::{Figure, FigureId, FigureQuery};
use crate::period::{Period, PeriodKind};
use crate::work::Work;
use hygeia_expr::{Names, Value};
use hygeia_pack::model::{Register, StandardItem};
use hygeia_store::OrgUnitId;
use indexmap::IndexMap;
use jiff::civil::Date;
use rust_decimal::Decimal;

struct Measured(Decimal);

impl Names for Measured {
    fn get(&self, name: &str) -> Value {
        if name == "value" { Value::Decimal(self.0) } else { Value::Null }
    }
}

impl Work {
    /// Marks the measured items of an inspection by the unit's figures of the month. An item whose figure is missing
    /// is left to the inspector.
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
        let query = FigureQuery {
            figures: items.iter().filter_map(|item| item.measured.clone()).map(FigureId::Indicator).collect(),
            units: vec![unit],
            periods: vec![Period::containing(PeriodKind::Month, day, &self.calendar())],
        };
        let figures = self.figures_unchecked(today, &query)?;
        let mut marks = Vec::new();
        for (item, figure) in items.iter().zip(&figures) {
            if let Some(mark) = mark(item, figure, self.figure_title(&figure.id)) {
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

/// The mark that follows from a figure; the first condition that holds is taken.
fn mark(item: &StandardItem, figure: &Figure, title: String) -> Option<Mark> {
    let value = figure.value?;
    let holds =
        |formula: &hygeia_pack::model::Formula| formula.expr.eval(&Measured(value)) == Value::Bool(true);
    let taken = item.deductions.iter().position(|deduction| deduction.when.as_ref().is_some_and(holds));
    let points = taken.and_then(|at| item.deductions.get(at)).map_or(Decimal::ZERO, |taken| taken.points);
    Some(Mark {
        item: item.code.clone(),
        points: Some((item.points - points).max(Decimal::ZERO)),
        reasons: taken.map(|at| Reason { no: at + 1, times: 1 }).into_iter().collect(),
        note: Some(format!("{title} {}", figure.text())),
        ..Mark::default()
    })
}
