//! EARS C1, C2 and C3: short baselines for series without history.

use super::finding::{Compatibility, Finding, Memoryless, NotComputed};
use super::numeric::{mean, normal_quantile, standard_deviation};
use super::series::Series;

/// Which of the three.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EarsMethod {
    /// The baseline ends just before the period.
    C1,
    /// Two periods lie between baseline and period, so that an outbreak's start does not hide it.
    C2,
    /// Sums the C2 excesses of the period and the two before it.
    C3,
}

/// EARS C1–C3 (Hutwagner et al., J Urban Health 2003;80:i89–i96).
///
/// C1 and C2 signal above mean + z(1 − alpha) · sd of the baseline. C3 is the sum over the last three periods of
/// max(0, C2 − 1) and signals above 2; its threshold is the count at which that happens.
/// The R package's C3 leaves out the period itself: see [`Compatibility`].
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Ears {
    /// C1, C2 or C3.
    pub method: EarsMethod,
    /// Periods of the baseline, at least 2.
    pub baseline: usize,
    /// Smallest standard deviation, cases.
    pub min_sigma: f64,
    /// One-sided error of C1 and C2 (0.001: three standard deviations), and of the R package's C3.
    pub alpha: f64,
    /// Published form or the R package's.
    pub compatibility: Compatibility,
}

/// Sum of excesses above which the published C3 signals.
const C3_LIMIT: f64 = 2.0;

impl Ears {
    /// The method with a baseline of seven periods, sd at least 0.5, three standard deviations.
    #[must_use]
    pub fn new(method: EarsMethod) -> Self {
        Self { method, baseline: 7, min_sigma: 0.5, alpha: 0.001, compatibility: Compatibility::Published }
    }

    /// Mean and floored standard deviation of the baseline that ends `gap` periods before `t`.
    fn baseline_of(&self, series: &Series, t: usize, gap: usize) -> Option<(f64, f64)> {
        let end = t.checked_sub(gap)?;
        let counts = series.raw(end.checked_sub(self.baseline)?..end);
        let sd = standard_deviation(counts);
        // Not f64::max, which would replace a missing deviation by the floor.
        (counts.len() > 1 && !sd.is_nan())
            .then(|| (mean(counts), if sd > self.min_sigma { sd } else { self.min_sigma }))
    }

    /// C2 of a period: its distance from the baseline in standard deviations; NaN for 0/0.
    fn c2(&self, series: &Series, t: usize) -> Option<f64> {
        let (mean, sd) = self.baseline_of(series, t, 2)?;
        Some((series.count(t)? - mean) / sd)
    }

    fn limit(&self, series: &Series, t: usize, gap: usize) -> Finding {
        let Some((mean, sd)) = self.baseline_of(series, t, gap) else {
            return Finding::skipped(series, t, self.why(t, gap));
        };
        let mut finding = Finding::against(series, t, Some(mean + normal_quantile(1.0 - self.alpha) * sd));
        finding.expected = Some(mean);
        finding.score = finding.observed.map(|observed| (observed - mean) / sd);
        finding
    }

    fn why(&self, t: usize, gap: usize) -> NotComputed {
        let short = t < self.baseline.saturating_add(gap) || self.baseline < 2;
        if short { NotComputed::HistoryTooShort } else { NotComputed::CountMissing }
    }

    fn c3(&self, series: &Series, t: usize) -> Finding {
        let figures = self.baseline_of(series, t, 2).zip(self.past_excess(series, t));
        let Some(((mean, sd), past)) = figures else {
            return Finding::skipped(series, t, self.why(t, 4));
        };
        // Today's excess lacks this much; at C2 ≤ 1 today adds nothing.
        let missing = C3_LIMIT - past;
        let threshold = if missing < 0.0 { 0.0 } else { mean + sd * (1.0 + missing) };
        let mut finding = Finding::against(series, t, Some(threshold));
        finding.expected = Some(mean);
        finding.score = finding.observed.map(|observed| past + excess((observed - mean) / sd));
        if let Some(score) = finding.score {
            finding.alarm = (!score.is_nan()).then_some(score > C3_LIMIT);
            finding.not_computed = score.is_nan().then_some(NotComputed::Undefined);
        }
        finding
    }

    /// Excesses of the two periods before `t`.
    fn past_excess(&self, series: &Series, t: usize) -> Option<f64> {
        Some(excess(self.c2(series, t.checked_sub(1)?)?) + excess(self.c2(series, t.checked_sub(2)?)?))
    }

    /// The R package's C3: the count it would take, given only the two periods before.
    fn c3_of_r(&self, series: &Series, t: usize) -> Finding {
        let figures = self.baseline_of(series, t, 2).zip(self.past_excess(series, t)).zip(series.count(t));
        let Some((((mean, sd), past), observed)) = figures else {
            return Finding::skipped(series, t, self.why(t, 4));
        };
        let limit = observed + sd * (normal_quantile(1.0 - self.alpha) - past);
        let threshold = if limit < 0.0 { 0.0 } else { limit };
        let mut finding = Finding::against(series, t, Some(threshold));
        finding.expected = Some(mean);
        finding.score = Some(past);
        finding
    }
}

/// max(0, C2 − 1), NaN kept.
fn excess(c2: f64) -> f64 {
    if c2 < 1.0 { 0.0 } else { c2 - 1.0 }
}

impl Memoryless for Ears {
    fn judge(&self, series: &Series, t: usize) -> Finding {
        match (self.method, self.compatibility) {
            (EarsMethod::C1, _) => self.limit(series, t, 0),
            (EarsMethod::C2, _) => self.limit(series, t, 2),
            (EarsMethod::C3, Compatibility::Published) => self.c3(series, t),
            (EarsMethod::C3, Compatibility::RSurveillance) => self.c3_of_r(series, t),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Detector, Frequency};
    use super::*;

    fn series(counts: &[u8]) -> Series {
        let counts: Vec<_> = counts.iter().map(|count| Some(f64::from(*count))).collect();
        Series::new(Frequency::Daily, 1, &counts)
    }

    #[test]
    fn a_jump_after_quiet_days_signals() {
        let series = series(&[2, 1, 2, 3, 2, 1, 2, 2, 3, 12]);
        for method in [EarsMethod::C1, EarsMethod::C2] {
            let findings = Ears::new(method).detect(&series, 9..10).unwrap();
            assert_eq!(findings[0].alarm, Some(true), "{method:?}");
        }
        let short = Ears::new(EarsMethod::C2).detect(&series, 8..9).unwrap();
        assert_eq!(short[0].not_computed, Some(NotComputed::HistoryTooShort));
    }

    #[test]
    fn published_c3_counts_the_day_itself() {
        let series = series(&[2, 1, 2, 3, 2, 1, 2, 2, 3, 2, 2, 12]);
        let c3 = Ears::new(EarsMethod::C3);
        assert_eq!(c3.detect(&series, 11..12).unwrap()[0].alarm, Some(true));
        let r = Ears { compatibility: Compatibility::RSurveillance, alpha: 0.025, ..c3 };
        assert_eq!(r.detect(&series, 11..12).unwrap()[0].alarm, Some(false));
    }
}
