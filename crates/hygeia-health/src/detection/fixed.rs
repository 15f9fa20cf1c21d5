//! Fixed thresholds 固定阈值: so many cases within so many days.
//!
//! Such thresholds stand in 国家突发公共卫生事件相关信息报告管理工作规范 and in local rules.

use serde::{Deserialize, Serialize};

use super::finding::{Finding, Memoryless, NotComputed};
use super::series::Series;

/// A rule such as "ten cases in one school within seven days", or "one case".
///
/// The series is that of one disease in one unit of the rule's level; the caller keeps the table of diseases, levels
/// and numbers, which differ between places and years. Signals when the cases of the last `periods` reach
/// `cases`. A missing count leaves the sum of the others a lower bound: it can give a signal, not exclude one.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct FixedThreshold {
    /// Cases.
    pub cases: f64,
    /// Periods, the present one included.
    pub periods: usize,
}

impl FixedThreshold {
    /// The rule that a single case signals.
    #[must_use]
    pub fn single_case() -> Self {
        Self { cases: 1.0, periods: 1 }
    }
}

impl Memoryless for FixedThreshold {
    fn judge(&self, series: &Series, t: usize) -> Finding {
        if self.periods == 0 || self.cases.is_nan() || self.cases <= 0.0 {
            return Finding::skipped(series, t, NotComputed::BadParameter);
        }
        let counts = series.raw((t + 1).saturating_sub(self.periods)..t + 1);
        let known: f64 = counts.iter().filter(|count| !count.is_nan()).sum();
        let complete = counts.iter().all(|count| !count.is_nan());
        let reached = known >= self.cases;
        Finding {
            threshold: Some(self.cases),
            score: Some(known),
            alarm: (reached || complete).then_some(reached),
            not_computed: (!reached && !complete).then_some(NotComputed::CountMissing),
            ..Finding::blank(series, t)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Detector, Frequency};
    use super::*;

    #[test]
    fn counts_within_the_days() {
        let series = Series::new(Frequency::Daily, 1, &[Some(2.0), None, Some(1.0), Some(2.0)]);
        let findings = FixedThreshold { cases: 3.0, periods: 2 }.detect(&series, 0..4).unwrap();
        let alarms: Vec<_> = findings.iter().map(|finding| finding.alarm).collect();
        assert_eq!(alarms, [Some(false), None, None, Some(true)]);
        assert_eq!(FixedThreshold::single_case().detect(&series, 2..3).unwrap()[0].alarm, Some(true));
    }
}
