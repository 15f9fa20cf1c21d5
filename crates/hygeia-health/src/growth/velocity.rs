//! Growth velocity 生长速度 between two visits.
//!
//! WHO's velocity reference and China's are not in the tables that ship, so this module reports the pace and
//! leaves the judgement to the reader: a falling z-score is the usual sign of faltering.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// WHO's mean month and year.
const DAYS_PER_YEAR: f64 = 365.25;
const MONTHS_PER_YEAR: f64 = 12.0;

/// One visit's figure.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Visit {
    /// The day it was taken.
    pub date: Date,
    /// The measurement, in its own unit.
    pub value: f64,
    /// Its z-score, when there is one.
    pub z: Option<f64>,
}

/// Change from one visit to another.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Velocity {
    /// Days between.
    pub days: i32,
    /// Difference, in the measurement's unit.
    pub gain: f64,
    /// Gain per month of 30.4375 days.
    pub per_month: f64,
    /// Gain per year of 365.25 days, the form of height velocity.
    pub per_year: f64,
    /// Change of the z-score; `None` when either is missing.
    pub z_change: Option<f64>,
}

/// Velocity from the earlier to the later of two visits, in whichever order they come.
///
/// `None` when both are on one day or a value is not finite. Short intervals
/// exaggerate the error of measurement.
///
/// ```
/// use hygeia_health::growth::velocity::{Visit, between};
/// use jiff::civil::date;
/// let spring = Visit { date: date(2026, 3, 1), value: 100.0, z: Some(-0.5) };
/// let autumn = Visit { date: date(2026, 9, 1), value: 103.5, z: Some(-0.25) };
/// let found = between(autumn, spring).unwrap();
/// assert_eq!((found.days, found.gain, found.z_change), (184, 3.5, Some(0.25)));
/// assert!((found.per_year - 6.948).abs() < 0.001);
/// ```
#[must_use]
pub fn between(one: Visit, other: Visit) -> Option<Velocity> {
    let (first, second) = if one.date <= other.date { (one, other) } else { (other, one) };
    let days = first.date.until(second.date).ok()?.get_days();
    let gain = second.value - first.value;
    if days <= 0 || !gain.is_finite() {
        return None;
    }
    let per_year = gain / f64::from(days) * DAYS_PER_YEAR;
    let z_change = first.z.zip(second.z).map(|(before, after)| after - before);
    Some(Velocity { days, gain, per_month: per_year / MONTHS_PER_YEAR, per_year, z_change })
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn one_day_has_no_velocity() {
        let visit = Visit { date: date(2026, 3, 1), value: 100.0, z: None };
        assert_eq!(between(visit, Visit { value: 101.0, ..visit }), None);
        let later = Visit { date: date(2026, 4, 1), value: f64::NAN, z: None };
        assert_eq!(between(visit, later), None);
    }

    #[test]
    fn losing_weight_is_negative_and_order_does_not_matter() {
        let before = Visit { date: date(2026, 3, 1), value: 15.0, z: Some(0.0) };
        let after = Visit { date: date(2026, 4, 1), value: 14.5, z: None };
        let found = between(before, after).unwrap();
        assert!(found.per_month < 0.0 && found.z_change.is_none());
        assert_eq!(between(after, before), Some(found));
    }
}
