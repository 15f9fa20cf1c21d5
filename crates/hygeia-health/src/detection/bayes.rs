//! Bayes: predictive distribution from a few comparable periods.

use super::finding::{Finding, Memoryless, NotComputed};
use super::numeric::counts::CountDistribution;
use super::reference::by_number;
use super::series::Series;

/// The Bayes method (Riebler 2004; Höhle, Comput Stat 2007;22:571–582).
///
/// Poisson counts with Jeffreys' prior: the next count is negative binomial with size Σx + ½ and success n/(n + 1);
/// signal above its 1 − `alpha` quantile. Missing reference counts are left out.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bayes {
    /// Past years.
    pub years: usize,
    /// Periods before t, and on each side of the same period in past years.
    pub window: usize,
    /// Whether the periods just before t count.
    pub this_year: bool,
    /// One-sided error.
    pub alpha: f64,
}

impl Memoryless for Bayes {
    fn judge(&self, series: &Series, t: usize) -> Finding {
        let Some(reference) = by_number(series, t, self.years, self.window, self.this_year) else {
            return Finding::skipped(series, t, NotComputed::HistoryTooShort);
        };
        let counts: Vec<f64> = reference.iter().filter_map(|period| series.count(*period)).collect();
        if counts.is_empty() {
            return Finding::skipped(series, t, NotComputed::CountMissing);
        }
        let (n, sum) = (counts.len() as f64, counts.iter().sum::<f64>());
        let next = CountDistribution::NegativeBinomial { size: sum + 0.5, success: n / (n + 1.0) };
        let mut finding = Finding::against(series, t, Some(next.quantile(1.0 - self.alpha)));
        finding.expected = Some((sum + 0.5) / n);
        finding.score = finding.observed.map(|observed| next.upper_tail(observed));
        finding
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Detector, Frequency};
    use super::*;

    #[test]
    fn six_quiet_weeks() {
        let series = Series::new(Frequency::Weekly, 1, &[Some(0.0); 7]);
        let bayes = Bayes { years: 0, window: 6, this_year: true, alpha: 0.05 };
        let finding = bayes.detect(&series, 6..7).unwrap()[0];
        // Size ½, success 6/7: P(0) = √(6/7) = 0.926, P(≤ 1) = 0.992.
        assert_eq!(finding.threshold, Some(1.0));
        assert_eq!(finding.alarm, Some(false));
    }
}
