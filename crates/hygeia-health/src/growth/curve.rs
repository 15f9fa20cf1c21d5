//! Lines to draw behind a child's points: a growth chart 生长曲线图.
//!
//! The lines are those of WHO (2006, 2007) and of WS/T 423-2022, annexes A and B.

use serde::{Deserialize, Serialize};

use super::{Age, Sex, cn, who2006, who2007, z_of_percentile};

/// A reference and what it is read for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Chart {
    /// WHO Child Growth Standards: months of age, or cm of length or height.
    Who2006(who2006::Indicator),
    /// WHO Reference 2007: months of age.
    Who2007(who2007::Indicator),
    /// WS/T 423-2022: months of age, or cm of length or height.
    Cn(cn::Indicator),
}

/// Which lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lines {
    /// P3, P15, P50, P85, P97 of WHO; P3, P10, P25, P50, P75, P90, P97 of WS/T 423.
    Percentiles,
    /// −3 to +3 SD.
    StandardDeviations,
}

/// One line of a chart.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Line {
    /// `P50`, `-2SD` and the like.
    pub label: String,
    /// The line's z-score.
    pub z: f64,
    /// Position and value: months of age (or cm), and the measurement in its unit; in rising order.
    pub points: Vec<(f64, f64)>,
}

const WHO_PERCENTILES: [f64; 5] = [3.0, 15.0, 50.0, 85.0, 97.0];
const CN_PERCENTILES: [f64; 7] = [3.0, 10.0, 25.0, 50.0, 75.0, 90.0, 97.0];
const DEVIATIONS: [f64; 7] = [-3.0, -2.0, -1.0, 0.0, 1.0, 2.0, 3.0];

/// The lines of a chart, from the lowest to the highest, each month or centimetre of the reference in the
/// range (both ends included). Empty when the reference has nothing there.
///
/// The lying and the standing part of one chart (below and from two years) follow each other with the step of
/// about 0.7 cm that the references have.
///
/// ```
/// use hygeia_health::growth::{Sex, cn, curve};
/// let chart = curve::Chart::Cn(cn::Indicator::LengthHeightForAge);
/// let lines = curve::lines(chart, Sex::Male, curve::Lines::Percentiles, 36.0, 72.0);
/// assert_eq!(lines.len(), 7);
/// assert_eq!(lines[3].label, "P50");
/// assert_eq!(lines[3].points.len(), 13);
/// ```
#[must_use]
pub fn lines(chart: Chart, sex: Sex, which: Lines, from: f64, to: f64) -> Vec<Line> {
    let places: Vec<f64> = places(chart).into_iter().filter(|x| *x >= from && *x <= to).collect();
    let line = |(index, label, z): (usize, String, f64)| {
        let point = |x: &f64| value(chart, sex, which, index, z, *x).map(|value| (*x, value));
        Line { label, z, points: places.iter().filter_map(point).collect() }
    };
    names(chart, which).into_iter().map(line).filter(|line| !line.points.is_empty()).collect()
}

/// Number, label and z-score of each line.
fn names(chart: Chart, which: Lines) -> Vec<(usize, String, f64)> {
    let percentile = |(index, percentile): (usize, &f64)| {
        z_of_percentile(*percentile).map(|z| (index, format!("P{percentile}"), z))
    };
    match (which, chart) {
        (Lines::StandardDeviations, _) => {
            let label = |z: f64| if z == 0.0 { "0SD".to_owned() } else { format!("{z:+}SD") };
            DEVIATIONS.iter().enumerate().map(|(index, z)| (index, label(*z), *z)).collect()
        }
        (Lines::Percentiles, Chart::Cn(_)) => {
            CN_PERCENTILES.iter().enumerate().filter_map(percentile).collect()
        }
        (Lines::Percentiles, _) => WHO_PERCENTILES.iter().enumerate().filter_map(percentile).collect(),
    }
}

/// Where a chart has points: whole months or centimetres, or the printed rows.
fn places(chart: Chart) -> Vec<f64> {
    let whole = |first: f64, last: f64| (first.ceil() as u32..=last.floor() as u32).map(f64::from).collect();
    match chart {
        Chart::Who2006(indicator) if is_by_age(indicator) => {
            // The last day, 1826, is the sixtieth month to within rounding.
            let (first, last) = who2006::keys(indicator);
            whole(first / 30.4375, (last / 30.4375).round())
        }
        Chart::Who2006(indicator) => {
            let (first, last) = who2006::keys(indicator);
            whole(first, last)
        }
        Chart::Who2007(indicator) => {
            let (first, last) = indicator.months();
            whole(first, last)
        }
        Chart::Cn(indicator) => cn::printed_rows(indicator),
    }
}

fn value(chart: Chart, sex: Sex, which: Lines, index: usize, z: f64, x: f64) -> Option<f64> {
    match chart {
        Chart::Who2006(indicator) => {
            let key = if is_by_age(indicator) { f64::from(Age::from_months(x)?.days()) } else { x };
            Some(who2006::lms(indicator, sex, key)?.value(z))
        }
        Chart::Who2007(indicator) => Some(who2007::lms(indicator, sex, x)?.value(z)),
        Chart::Cn(indicator) => {
            let lines = match which {
                Lines::Percentiles => cn::percentile_lines(indicator, sex, x)?,
                Lines::StandardDeviations => cn::sd_lines(indicator, sex, x)?,
            };
            lines.get(index).copied()
        }
    }
}

fn is_by_age(indicator: who2006::Indicator) -> bool {
    !matches!(indicator, who2006::Indicator::WeightForLength | who2006::Indicator::WeightForHeight)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_never_cross() {
        let charts = [
            Chart::Who2006(who2006::Indicator::WeightForAge),
            Chart::Who2006(who2006::Indicator::WeightForHeight),
            Chart::Who2007(who2007::Indicator::BmiForAge),
            Chart::Cn(cn::Indicator::WeightForAge),
        ];
        for chart in charts {
            for which in [Lines::Percentiles, Lines::StandardDeviations] {
                let lines = lines(chart, Sex::Female, which, 0.0, 300.0);
                assert!(lines.len() >= 5);
                for pair in lines.windows(2) {
                    let below = pair[0].points.iter().zip(&pair[1].points).all(|(a, b)| a.1 < b.1);
                    assert!(below, "{chart:?} {} {}", pair[0].label, pair[1].label);
                }
            }
        }
    }

    #[test]
    fn the_median_line_is_the_median() {
        let chart = Chart::Who2006(who2006::Indicator::LengthHeightForAge);
        let lines = lines(chart, Sex::Male, Lines::StandardDeviations, 0.0, 60.0);
        assert_eq!(lines[3].label, "0SD");
        assert_eq!(lines[1].label, "-2SD");
        assert_eq!(lines[3].points[0], (0.0, 49.8842));
        assert_eq!(lines[3].points.len(), 61);
    }

    #[test]
    fn a_range_outside_the_reference_is_empty() {
        let chart = Chart::Who2007(who2007::Indicator::BmiForAge);
        assert!(lines(chart, Sex::Male, Lines::Percentiles, 0.0, 24.0).is_empty());
    }
}
