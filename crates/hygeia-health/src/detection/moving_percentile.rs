//! The moving percentile method 移动百分位数法 of China's automated alert system.

use super::finding::{Finding, Memoryless, NotComputed};
use super::numeric::sample_quantile;
use super::reference::{is_plausible, years_before};
use super::series::{Frequency, Series};

/// Cases of the last seven days against a percentile of the same seven days of past years and the two
/// weeks before and after them (CIDARS; BMC Public Health 2017;17, s12889-017-4488-0).
///
/// A signal is given when the count reaches the percentile. For daily series with a calendar, and weekly ones.
/// Quantiles interpolate as spreadsheets do, since no publication says how; the score is count / threshold.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MovingPercentile {
    /// Past years: 3 in the pilot, 5 later.
    pub years: usize,
    /// Percentile, 0 to 100; 50 at first, then 50 to 90 by disease.
    pub percentile: f64,
}

impl Default for MovingPercentile {
    fn default() -> Self {
        Self { years: 5, percentile: 80.0 }
    }
}

/// Weeks before and after the same week of a past year.
const NEIGHBOURS: usize = 2;

impl MovingPercentile {
    /// The cases that end with period `t`: seven days, or one week.
    fn window_sum(series: &Series, t: usize) -> Option<f64> {
        let length = Self::week(series)?;
        let counts = series.raw((t + 1).checked_sub(length)?..t + 1);
        let sum: f64 = counts.iter().sum();
        (counts.len() == length && !sum.is_nan()).then_some(sum)
    }

    /// Periods in a week.
    fn week(series: &Series) -> Option<usize> {
        match series.frequency() {
            Frequency::Daily => Some(7),
            Frequency::Weekly => Some(1),
            Frequency::Monthly => None,
        }
    }

    fn baseline(&self, series: &Series, t: usize) -> Result<Vec<f64>, NotComputed> {
        let week = Self::week(series).ok_or(NotComputed::WrongFrequency)?;
        if !is_plausible(self.years, NEIGHBOURS) {
            return Err(NotComputed::BadParameter);
        }
        let mut sums = Vec::with_capacity(self.years * (2 * NEIGHBOURS + 1));
        for year in 1..=self.years {
            let center = match series.date(t).filter(|_| series.frequency() == Frequency::Daily) {
                Some(date) => years_before(date, year).and_then(|date| series.position(date)),
                None => t.checked_sub(year * series.frequency().per_year()),
            };
            let first = center.and_then(|center| center.checked_sub(NEIGHBOURS * week));
            let first = first.filter(|first| first + 1 >= week).ok_or(NotComputed::HistoryTooShort)?;
            for neighbour in 0..=2 * NEIGHBOURS {
                let sum = Self::window_sum(series, first + neighbour * week);
                sums.push(sum.ok_or(NotComputed::CountMissing)?);
            }
        }
        sums.sort_by(f64::total_cmp);
        Ok(sums)
    }
}

impl Memoryless for MovingPercentile {
    fn judge(&self, series: &Series, t: usize) -> Finding {
        let sums = match self.baseline(series, t) {
            Ok(sums) => sums,
            Err(reason) => return Finding::skipped(series, t, reason),
        };
        let Some(current) = Self::window_sum(series, t) else {
            return Finding::skipped(series, t, NotComputed::CountMissing);
        };
        let threshold = sample_quantile(&sums, self.percentile / 100.0);
        Finding {
            observed: Some(current),
            expected: sample_quantile(&sums, 0.5),
            threshold,
            score: threshold.map(|threshold| current / threshold),
            // Nobody ill is no signal, even where the percentile is 0.
            alarm: threshold.map(|threshold| current > 0.0 && current >= threshold),
            not_computed: threshold.is_none().then_some(NotComputed::BadParameter),
            ..Finding::blank(series, t)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::Detector;
    use super::*;

    #[test]
    fn reaching_the_percentile_is_enough() {
        let mut counts: Vec<Option<f64>> = (0..180).map(|week| Some(f64::from(week % 5))).collect();
        counts[170] = Some(4.0);
        let series = Series::new(Frequency::Weekly, 1, &counts);
        let finding = MovingPercentile { years: 3, percentile: 90.0 }.detect(&series, 170..171).unwrap()[0];
        assert_eq!((finding.threshold, finding.alarm), (Some(4.0), Some(true)));
    }
}
