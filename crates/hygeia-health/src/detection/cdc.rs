//! CDC: the last four weeks against the same weeks of past years.

use super::finding::{Detail, Finding, Memoryless, NotComputed};
use super::numeric::{mean, normal_quantile, standard_deviation};
use super::reference::is_plausible;
use super::series::{Frequency, Series};

/// Weeks that are summed.
const BLOCK: usize = 4;

/// Stroup et al., Stat Med 1989;8:323–329, for weekly series.
///
/// Sums of four weeks at the same time of past years, `neighbours` such blocks on each side: signal above
/// mean + z(1 − alpha/2) sd √(1 + 1/n). Threshold, expected count and score belong to the four weeks' sum.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Cdc {
    /// Past years.
    pub years: usize,
    /// Blocks of four weeks before and after.
    pub neighbours: usize,
    /// Two-sided error.
    pub alpha: f64,
}

impl Cdc {
    /// Past sums; `None` when the history is too short. NaN for a block with a missing week.
    fn sums(&self, series: &Series, t: usize) -> Option<Vec<f64>> {
        if !is_plausible(self.years, self.neighbours) {
            return None;
        }
        let blocks = 2 * self.neighbours + 1;
        let mut sums = Vec::with_capacity(self.years * blocks);
        for year in 1..=self.years {
            let back = year * series.frequency().per_year() + BLOCK * self.neighbours + BLOCK - 1;
            let first = t.checked_sub(back)?;
            sums.extend((0..blocks).map(|block| {
                let start = first + BLOCK * block;
                series.raw(start..start + BLOCK).iter().sum::<f64>()
            }));
        }
        Some(sums)
    }
}

impl Memoryless for Cdc {
    fn judge(&self, series: &Series, t: usize) -> Finding {
        if series.frequency() != Frequency::Weekly {
            return Finding::skipped(series, t, NotComputed::WrongFrequency);
        }
        let (Some(sums), Some(start)) = (self.sums(series, t), (t + 1).checked_sub(BLOCK)) else {
            return Finding::skipped(series, t, NotComputed::HistoryTooShort);
        };
        let current: f64 = series.raw(start..t + 1).iter().sum();
        let current = (!current.is_nan()).then_some(current);
        let mean = mean(&sums);
        let spread = standard_deviation(&sums) * (1.0 + 1.0 / sums.len() as f64).sqrt();
        let limit = mean + normal_quantile(1.0 - self.alpha / 2.0) * spread;
        let limit = (!limit.is_nan()).then_some(limit);
        let alarm = current.zip(limit).map(|(current, limit)| current > limit);
        Finding {
            expected: limit.map(|_| mean),
            threshold: limit,
            score: current.zip(limit).map(|(current, _)| (current - mean) / spread),
            alarm,
            not_computed: alarm.is_none().then_some(NotComputed::CountMissing),
            detail: Detail::Cdc { cases: current },
            ..Finding::blank(series, t)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::Detector;
    use super::*;

    #[test]
    fn four_weeks_against_last_year() {
        let mut counts: Vec<Option<f64>> = (0..120).map(|week| Some(f64::from(week % 4))).collect();
        counts[119] = Some(20.0);
        let series = Series::new(Frequency::Weekly, 1, &counts);
        let finding = Cdc { years: 1, neighbours: 1, alpha: 0.05 }.detect(&series, 119..120).unwrap()[0];
        assert_eq!(finding.expected, Some(6.0));
        assert_eq!(finding.detail, Detail::Cdc { cases: Some(23.0) });
        assert_eq!(finding.alarm, Some(true));
    }
}
