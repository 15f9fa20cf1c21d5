//! What an entry adds to the measures of its register.

use crate::db::micro;
use crate::error::Result;
use crate::pending::{Part, Pending, Spot};
use hygeia_expr::{Expr, Value};
use hygeia_pack::model::{Measure, MeasureKind};
use indexmap::IndexMap;
use jiff::civil::Date;
use rust_decimal::Decimal;
use std::collections::HashMap;
use std::sync::Arc;

/// A measure kept in cells, ready to be evaluated on an entry.
#[derive(Debug, Clone)]
pub(crate) struct CellMeasure {
    /// Its number in this database.
    pub number: i64,
    counted: Counted,
    filter: Option<Expr>,
    /// Only entries made in time.
    only_on_time: bool,
    by: Option<String>,
}

/// What is counted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Counted {
    /// Entries.
    Entries,
    /// The values of a field.
    Sum(String),
    /// Distinct subjects.
    People,
}

impl CellMeasure {
    /// The measure, unless it reads no entries.
    pub(crate) fn new(measure: &Measure, numbers: &HashMap<String, i64>) -> Option<Self> {
        let counted = match &measure.kind {
            MeasureKind::Count { .. } | MeasureKind::DutyOnTime { .. } => Counted::Entries,
            MeasureKind::Sum { field, .. } => Counted::Sum(field.clone()),
            MeasureKind::People { .. } => Counted::People,
            _ => return None,
        };
        Some(Self {
            number: *numbers.get(measure.id.as_str())?,
            counted,
            filter: measure.filter().map(|formula| formula.expr.clone()),
            only_on_time: measure.only_on_time(),
            by: measure.by.clone(),
        })
    }

    /// Whether it counts distinct people.
    pub(crate) fn counts_people(&self) -> bool {
        self.counted == Counted::People
    }

    /// Whether it counts an entry with these values.
    pub(crate) fn holds(&self, values: &IndexMap<String, Value>) -> bool {
        self.filter.as_ref().is_none_or(|filter| filter.eval(values).is_true())
    }

    /// What an entry with these values adds; nothing for a missing number.
    fn amount(&self, values: &IndexMap<String, Value>) -> Result<i64> {
        match &self.counted {
            Counted::Entries => Ok(1),
            Counted::People => Ok(0),
            Counted::Sum(field) => match values.get(field) {
                Some(Value::Int(number)) => micro(Decimal::from(*number)),
                Some(Value::Decimal(number)) => micro(*number),
                _ => Ok(0),
            },
        }
    }

    /// The parts of the breakdown an entry stands under.
    fn parts(&self, values: &IndexMap<String, Value>) -> Vec<Part> {
        let value = self.by.as_ref().and_then(|by| values.get(by));
        match value {
            Some(Value::Text(code)) => vec![Some(Arc::from(code.as_str()))],
            Some(Value::Bool(flag)) => vec![Some(Arc::from(flag.to_string()))],
            Some(Value::Int(number)) => vec![Some(Arc::from(number.to_string()))],
            Some(Value::List(codes)) => {
                codes.iter().filter_map(Value::as_text).map(|code| Some(Arc::from(code))).collect()
            }
            _ => Vec::new(),
        }
    }
}

/// What a measure's cells depend on: when the text changes, they are counted anew.
pub(crate) fn definition(measure: &Measure) -> String {
    let what = match &measure.kind {
        MeasureKind::Count { register, .. } => format!("count {register}"),
        MeasureKind::Sum { register, field, .. } => format!("sum {register}.{field}"),
        MeasureKind::People { register, .. } => format!("people {register}"),
        MeasureKind::DutyOnTime { register, .. } => format!("on time {register}"),
        other => format!("{other:?}"),
    };
    let filter = measure.filter().map_or("", |formula| formula.source.as_str());
    format!("{what} where {filter} by {}", measure.by.as_deref().unwrap_or_default())
}

/// One entry as far as cells are concerned.
pub(crate) struct Counting<'a> {
    pub county: i64,
    /// The entry's unit and all above it.
    pub line: &'a Arc<[i64]>,
    pub day: Date,
    pub person: Option<u32>,
    /// Whether it was made in time; `None` where nothing sets a time.
    pub on_time: Option<bool>,
    pub values: &'a IndexMap<String, Value>,
}

impl Counting<'_> {
    fn spot(&self, measure: i64) -> Spot {
        Spot { county: self.county, measure, line: self.line.clone(), day: self.day }
    }

    /// Adds the entry to the cells (`sign` 1) or takes it from them (−1).
    pub(crate) fn count(&self, measures: &[CellMeasure], sign: i64, pending: &mut Pending) -> Result<()> {
        let in_time = |measure: &CellMeasure| !measure.only_on_time || self.on_time == Some(true);
        for measure in measures.iter().filter(|measure| in_time(measure) && measure.holds(self.values)) {
            if measure.counts_people() {
                self.count_person(measure, sign, pending);
                continue;
            }
            let amount = sign * measure.amount(self.values)?;
            let parts = measure.parts(self.values);
            let spot = self.spot(measure.number);
            for part in parts {
                pending.add_all_over(spot.clone(), part, amount);
            }
            pending.add_all_over(spot, None, amount);
        }
        Ok(())
    }

    fn count_person(&self, measure: &CellMeasure, sign: i64, pending: &mut Pending) {
        let Some(person) = self.person else { return };
        let spot = self.spot(measure.number);
        if sign > 0 {
            pending.joins.entry(spot).or_default().insert(person);
        } else {
            pending.doubts.extend(spot.places().map(|place| (place, person)));
        }
    }
}
