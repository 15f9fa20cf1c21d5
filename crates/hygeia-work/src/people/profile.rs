//! What a person's page shows of their entries: values over age, and rows computed from the newest entry.

use crate::actor::Actor;
use crate::entry::{EntryScope, Listing};
use crate::error::Result;
use crate::work::Work;
use hygeia_expr::Value;
use hygeia_pack::model::{About, Formula, ProfileBody, ProfileColumn, Register, Title};
use hygeia_store::{Entry, Person};
use indexmap::IndexMap;
use jiff::civil::Date;
use jiff::{ToSpan, Unit};
use rust_decimal::prelude::ToPrimitive;

/// A part of a person's page, ready to draw.
#[derive(Debug, Clone)]
pub enum ProfilePart {
    /// A value over age.
    Curve(Curve),
    /// Rows of the newest entry that gives any.
    Rows(Rows),
}

/// Measured values over age with the lines of a reference.
#[derive(Debug, Clone)]
pub struct Curve {
    /// Heading.
    pub title: Title,
    /// Unit of the values, UCUM code.
    pub unit: String,
    /// Reference lines, lowest first: name, and value by completed months of age.
    pub bands: Vec<(String, Vec<(f64, f64)>)>,
    /// Measured values, oldest first.
    pub points: Vec<Measured>,
}

/// One measured value.
#[derive(Debug, Clone)]
pub struct Measured {
    /// Age in months, with the days as a part of the month.
    pub age_months: f64,
    /// Day of the entry.
    pub day: Date,
    /// The value.
    pub value: f64,
    /// Where the entry is: register and entry id.
    pub entry: (String, uuid::Uuid),
}

/// A table of computed rows.
#[derive(Debug, Clone)]
pub struct Rows {
    /// Heading.
    pub title: Title,
    /// Day of the entry they come from.
    pub day: Date,
    /// Where the entry is: register and entry id.
    pub entry: (String, uuid::Uuid),
    /// Columns.
    pub columns: Vec<ProfileColumn>,
    /// Cells by column; missing ones are null.
    pub rows: Vec<Vec<Value>>,
}

/// Oldest age for which reference lines are asked, months.
const LAST_MONTH: i32 = 240;
/// Months drawn before the first and after the last measurement.
const MARGIN_MONTHS: f64 = 12.0;
/// Most entries of one register that are drawn.
const MOST_ENTRIES: u32 = 500;

impl Work {
    /// The parts that the packs' registers give to a person's page, of entries the actor may see. Parts without
    /// anything to show are left out.
    pub fn person_profile(&self, actor: &Actor, person: &Person) -> Result<Vec<ProfilePart>> {
        let packs = self.packs();
        let about = if person.kind == "staff" { About::Staff } else { About::Child };
        let mut parts = Vec::new();
        let registers = packs.registers.values().filter(|register| register.about == about);
        for register in registers.filter(|register| !register.profile.is_empty()) {
            let listing = Listing { person: Some(person.id), limit: MOST_ENTRIES, ..Listing::default() };
            let page = self.entry_list(actor, register.id.as_str(), &listing)?;
            let mut entries: Vec<Entry> = page.entries.into_iter().map(|view| view.entry).collect();
            entries.sort_by_key(|entry| entry.day);
            let scene = Scene { register, person, today: actor.today() };
            for part in &register.profile {
                parts.extend(match &part.body {
                    ProfileBody::Curve { value, bands, labels, unit } => scene
                        .curve(&entries, value, bands.as_ref(), labels)
                        .map(|(bands, points)| Curve {
                            title: part.title.clone(),
                            unit: unit.clone(),
                            bands,
                            points,
                        })
                        .map(ProfilePart::Curve),
                    ProfileBody::Table { rows, columns } => {
                        scene.rows(&entries, rows, columns, &part.title).map(ProfilePart::Rows)
                    }
                });
            }
        }
        Ok(parts)
    }
}

/// What the expressions of one register's parts see.
struct Scene<'a> {
    register: &'a Register,
    person: &'a Person,
    today: Date,
}

type Bands = Vec<(String, Vec<(f64, f64)>)>;

impl Scene<'_> {
    fn eval(&self, formula: &Formula, values: &IndexMap<String, Value>) -> Value {
        formula.expr.eval(&EntryScope { values, subject: Some(self.person), today: self.today })
    }

    fn curve(
        &self,
        entries: &[Entry],
        value: &Formula,
        bands: Option<&Formula>,
        labels: &[String],
    ) -> Option<(Bands, Vec<Measured>)> {
        let birth = self.person.birth?;
        let measured = |entry: &Entry| {
            Some(Measured {
                age_months: age_months(birth, entry.day)?,
                day: entry.day,
                value: self.eval(value, &entry.values).as_decimal()?.to_f64()?,
                entry: (self.register.id.to_string(), entry.id.0),
            })
        };
        let points: Vec<Measured> = entries.iter().filter_map(measured).collect();
        let (first, last) = (points.first()?.age_months, points.last()?.age_months);
        let lines =
            bands.map(|bands| self.bands(bands, labels, birth, first - MARGIN_MONTHS, last + MARGIN_MONTHS));
        Some((lines.unwrap_or_default(), points))
    }

    /// The reference lines at every completed month of the range.
    fn bands(&self, bands: &Formula, labels: &[String], birth: Date, from: f64, to: f64) -> Bands {
        let mut lines: Bands = labels.iter().map(|label| (label.clone(), Vec::new())).collect();
        for month in (0..=LAST_MONTH).filter(|month| (from..=to).contains(&f64::from(*month))) {
            let Ok(day) = birth.checked_add(month.months()) else { break };
            let values = IndexMap::from([(self.register.day.clone(), Value::Date(day))]);
            let Value::List(found) = self.eval(bands, &values) else { continue };
            for ((_, line), value) in lines.iter_mut().zip(found) {
                line.extend(
                    value
                        .as_decimal()
                        .and_then(|value| value.to_f64())
                        .map(|value| (f64::from(month), value)),
                );
            }
        }
        lines.retain(|(_, line)| !line.is_empty());
        lines
    }

    fn rows(
        &self,
        entries: &[Entry],
        rows: &Formula,
        columns: &[ProfileColumn],
        title: &Title,
    ) -> Option<Rows> {
        let (entry, found) = entries.iter().rev().find_map(|entry| match self.eval(rows, &entry.values) {
            Value::List(found) if !found.is_empty() => Some((entry, found)),
            _ => None,
        })?;
        let cells = |row: Value| {
            let Value::Row(cells) = row else { return Vec::new() };
            columns.iter().map(|column| cells.get(&column.cell).cloned().unwrap_or_default()).collect()
        };
        Some(Rows {
            title: title.clone(),
            day: entry.day,
            entry: (self.register.id.to_string(), entry.id.0),
            columns: columns.to_vec(),
            rows: found.into_iter().map(cells).collect(),
        })
    }
}

/// Months from birth to a day, the last one in part; `None` before birth.
fn age_months(birth: Date, day: Date) -> Option<f64> {
    let whole = birth.until((Unit::Month, day)).ok()?;
    let days = f64::from(whole.get_days()) / 30.4375;
    let months = f64::from(whole.get_months()) + days;
    (months >= 0.0).then_some(months)
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn ages_in_months() {
        assert_eq!(age_months(date(2022, 1, 31), date(2025, 1, 31)), Some(36.0));
        assert!((age_months(date(2022, 1, 1), date(2022, 1, 16)).unwrap() - 0.4928).abs() < 1e-4);
        assert_eq!(age_months(date(2022, 1, 31), date(2021, 12, 31)), None);
    }
}
