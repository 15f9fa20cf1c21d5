//! The rule of the Robert Koch Institute.

use super::finding::{Finding, Memoryless, NotComputed};
use super::numeric::{mean, standard_deviation};
use super::reference::by_number;
use super::series::Series;

/// Limits for means of 0 to 20, by whole number: upper ends of Poisson intervals.
const SMALL_MEANS: [f64; 21] = [
    3.285, 5.323, 6.686, 8.102, 9.598, 11.177, 12.817, 13.765, 14.921, 16.768, 17.633, 19.050, 20.335,
    21.364, 22.945, 23.762, 25.400, 26.306, 27.735, 28.966, 30.017,
];

/// Mean + 2 sd of comparable periods, or a tabulated Poisson limit when the mean is at most 20
/// (Robert Koch Institute; described by Höhle, Comput Stat 2007;22:571–582).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rki {
    /// Past years.
    pub years: usize,
    /// Periods before t, and on each side of the same period in past years.
    pub window: usize,
    /// Whether the periods just before t count.
    pub this_year: bool,
}

impl Memoryless for Rki {
    fn judge(&self, series: &Series, t: usize) -> Finding {
        let Some(reference) = by_number(series, t, self.years, self.window, self.this_year) else {
            return Finding::skipped(series, t, NotComputed::HistoryTooShort);
        };
        let counts: Option<Vec<f64>> = reference.iter().map(|period| series.count(*period)).collect();
        let Some(counts) = counts.filter(|counts| !counts.is_empty()) else {
            return Finding::skipped(series, t, NotComputed::CountMissing);
        };
        let mean = mean(&counts);
        let limit = if mean > 20.0 {
            mean + 2.0 * standard_deviation(&counts)
        } else {
            SMALL_MEANS.get(mean as usize).copied().unwrap_or(f64::NAN)
        };
        let mut finding = Finding::against(series, t, Some(limit));
        finding.expected = Some(mean);
        finding
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Detector, Frequency};
    use super::*;

    #[test]
    fn small_means_come_from_the_table() {
        let series = Series::new(Frequency::Weekly, 1, &[Some(2.0), Some(3.0), Some(3.0), Some(7.0)]);
        let rki = Rki { years: 0, window: 3, this_year: true };
        let finding = rki.detect(&series, 3..4).unwrap()[0];
        assert_eq!((finding.threshold, finding.alarm), (Some(6.686), Some(true)));
    }
}
