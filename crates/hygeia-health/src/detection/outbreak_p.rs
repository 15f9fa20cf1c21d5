//! OutbreakP: the start of a yearly rise, without a baseline.

use super::finding::{Compatibility, Detector, Finding, Memory, NotComputed, Progress};
use super::glr::Report;
use super::series::Series;

/// OutbreakP (Frisén, Andersson and Schiöler, Stat Med 2009;28:1487–1503; Int J Biostat 2009).
///
/// Ratio of the likelihood of a non-decreasing mean to that of a constant one, Poisson, since the first monitored
/// period; signals above `limit`. The ratio is computed by its logarithm and may be infinite.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct OutbreakP {
    /// Limit of the ratio.
    pub limit: f64,
    /// Whether the threshold reports the ratio or the fewest cases that would signal.
    pub report: Report,
    /// No number of cases above this is tried.
    pub max_cases: f64,
    /// The R package multiplies the periods' ratios one by one, which may underflow to 0 or end undefined, and gives
    /// no number of cases where none would do.
    pub compatibility: Compatibility,
}

impl Default for OutbreakP {
    fn default() -> Self {
        Self {
            limit: 100.0,
            report: Report::Statistic,
            max_cases: 1e5,
            compatibility: Compatibility::Published,
        }
    }
}

/// Sum of cases and number of periods with one pooled mean.
type Block = (f64, usize);

/// Appends a count, pooling blocks until their means ascend (Ayer et al., Ann Math Stat 1955;26:641–647).
fn push(blocks: &mut Vec<Block>, count: f64) {
    let mut last = (count, 1);
    while let Some(&(sum, length)) = blocks.last() {
        if sum * (last.1 as f64) < last.0 * (length as f64) {
            break;
        }
        last = (last.0 + sum, last.1 + length);
        blocks.pop();
    }
    blocks.push(last);
}

/// The ratio from the blocks alone.
fn ratio(blocks: &[Block]) -> f64 {
    let cases: f64 = blocks.iter().map(|block| block.0).sum();
    let periods: usize = blocks.iter().map(|block| block.1).sum();
    let mean = cases / periods as f64;
    let parts = blocks.iter().filter(|block| block.0 > 0.0);
    parts.map(|(sum, length)| sum * (sum / *length as f64 / mean).ln()).sum::<f64>().exp()
}

/// The ratio as a product over the periods in order.
fn sequential_ratio(blocks: &[Block], counts: &[f64]) -> f64 {
    let cases: f64 = blocks.iter().map(|block| block.0).sum();
    let mean = cases / counts.len() as f64;
    if cases == 0.0 {
        return 1.0;
    }
    let means = blocks.iter().flat_map(|(sum, length)| std::iter::repeat_n(sum / *length as f64, *length));
    means.zip(counts).map(|(pooled, count)| (pooled / mean).powf(*count)).product()
}

impl OutbreakP {
    fn statistic(&self, blocks: &[Block], counts: &[f64]) -> f64 {
        match self.compatibility {
            Compatibility::Published => ratio(blocks),
            Compatibility::RSurveillance => sequential_ratio(blocks, counts),
        }
    }

    /// Fewest cases in the last period that signal; the ratio does not fall with the count.
    fn cases_needed(&self, blocks: &[Block], counts: &[f64]) -> Option<f64> {
        let mut counts = counts.to_vec();
        let last = counts.len().checked_sub(1)?;
        let mut signals = |count: f64| {
            counts[last] = count;
            let mut blocks = blocks.to_vec();
            push(&mut blocks, count);
            self.statistic(&blocks, &counts) > self.limit
        };
        if signals(0.0) {
            return (self.compatibility == Compatibility::Published).then_some(0.0);
        }
        let (mut low, mut high) = (0.0, 1.0);
        while !signals(high) {
            if high >= self.max_cases {
                return None;
            }
            low = high;
            high = (2.0 * high).min(self.max_cases);
        }
        while high - low > 1.0 {
            let middle = ((low + high) / 2.0).floor();
            if signals(middle) { high = middle } else { low = middle }
        }
        Some(high)
    }
}

impl Detector for OutbreakP {
    fn begin(&self, series: &Series, from: usize) -> Result<Progress, NotComputed> {
        if from > series.len() {
            return Err(NotComputed::HistoryTooShort);
        }
        Ok(Progress { next: from, memory: Memory::OutbreakP { from, blocks: Vec::new() } })
    }

    fn step(&self, series: &Series, progress: &mut Progress) -> Finding {
        let t = progress.next;
        progress.next += 1;
        let Memory::OutbreakP { from, blocks } = &mut progress.memory else {
            return Finding::skipped(series, t, NotComputed::BadParameter);
        };
        let Some(count) = series.count(t) else {
            *from = t + 1;
            blocks.clear();
            return Finding::skipped(series, t, NotComputed::CountMissing);
        };
        let counts = series.raw(*from..t + 1);
        let needed = (self.report == Report::Cases).then(|| self.cases_needed(blocks, counts));
        push(blocks, count);
        let statistic = self.statistic(blocks, counts);
        Finding {
            threshold: needed.unwrap_or(Some(statistic)),
            score: Some(statistic),
            alarm: (!statistic.is_nan()).then_some(statistic > self.limit),
            not_computed: statistic.is_nan().then_some(NotComputed::Undefined),
            ..Finding::blank(series, t)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::Frequency;
    use super::*;

    #[test]
    fn a_rise_signals_and_a_fall_does_not() {
        let rise = Series::new(Frequency::Weekly, 1, &[2.0, 1.0, 2.0, 9.0, 20.0].map(Some));
        let fall = Series::new(Frequency::Weekly, 1, &[20.0, 9.0, 2.0, 1.0, 0.0].map(Some));
        assert_eq!(OutbreakP::default().detect(&rise, 0..5).unwrap()[4].alarm, Some(true));
        let finding = OutbreakP::default().detect(&fall, 0..5).unwrap()[4];
        assert_eq!((finding.alarm, finding.score), (Some(false), Some(1.0)));
    }

    #[test]
    fn both_forms_agree_where_nothing_overflows() {
        let series = Series::new(Frequency::Weekly, 1, &[3.0, 1.0, 4.0, 1.0, 5.0, 9.0].map(Some));
        let r = OutbreakP { compatibility: Compatibility::RSurveillance, ..OutbreakP::default() };
        let both = OutbreakP::default()
            .detect(&series, 0..6)
            .unwrap()
            .into_iter()
            .zip(r.detect(&series, 0..6).unwrap());
        for (published, r) in both {
            assert!((published.score.unwrap() - r.score.unwrap()).abs() < 1e-9 * r.score.unwrap());
        }
    }
}
