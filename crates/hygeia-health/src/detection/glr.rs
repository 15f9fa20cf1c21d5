//! GLR: likelihood ratio detectors for a rise over a seasonal mean.

use super::finding::{Compatibility, Detail, Detector, Finding, Memory, NotComputed, Progress};
use super::glr_alternative::{
    R_START, epidemic_ratio, epidemic_rise, negative_binomial_ratio, negative_binomial_rise, poisson_rise,
    unguarded_kappa,
};
use super::numeric::log_linear::{self, Family};
use super::series::Series;

/// What an outbreak does to the mean.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Alternative {
    /// Multiplies it by an unknown factor above 1.
    Rise,
    /// Multiplies it by e^theta, known: the CUSUM of the log likelihood ratio (Poisson only).
    KnownRise {
        /// Logarithm of the factor.
        theta: f64,
    },
    /// Adds an unknown multiple of the count before.
    Epidemic,
}

/// What the threshold of a finding says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Report {
    /// The statistic, to compare with the limit.
    Statistic,
    /// The count from which this period would signal; Poisson with an unknown rise only.
    Cases,
}

/// Generalised likelihood ratio detector (Höhle and Paul, Comput Stat Data Anal 2008;52:4357–4368).
///
/// The in-control mean is a log-linear regression of the history on waves of the year and, if asked, a trend. The
/// statistic is the largest log likelihood ratio over all times the outbreak may have begun; a signal is given when it
/// reaches the limit, and the next period starts afresh.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Glr {
    /// Limit of the statistic.
    pub limit: f64,
    /// What is looked for.
    pub alternative: Alternative,
    /// Overdispersion: variance = mean + alpha · mean²; 0 for Poisson counts.
    pub alpha: f64,
    /// How many periods before t the outbreak may have begun; all without a value.
    pub window: Option<usize>,
    /// Fewest periods an outbreak lasts, at least 1.
    pub min_length: usize,
    /// Waves per year in the mean.
    pub harmonics: usize,
    /// Whether the mean has a trend.
    pub trend: bool,
    /// What is reported as threshold.
    pub report: Report,
    /// The R package searches the factor of overdispersed counts without safeguard, takes the epidemic ratio at the
    /// factor of a multiplicative rise, and knows no count before the first monitored period.
    pub compatibility: Compatibility,
}

/// More waves than this no year of periods can tell apart.
const MAX_HARMONICS: usize = 182;

impl Default for Glr {
    fn default() -> Self {
        Self {
            limit: 5.0,
            alternative: Alternative::Rise,
            alpha: 0.0,
            window: None,
            min_length: 1,
            harmonics: 1,
            trend: false,
            report: Report::Statistic,
            compatibility: Compatibility::Published,
        }
    }
}

impl Glr {
    /// The regression's row for period `t`, which it counts from 1.
    fn row(&self, series: &Series, t: usize) -> Vec<f64> {
        let time = (t + 1) as f64;
        let mut row = vec![1.0];
        if self.trend {
            row.push(time);
        }
        for wave in 1..=self.harmonics {
            let angle = std::f64::consts::TAU * wave as f64 * time / series.frequency().per_year() as f64;
            row.extend([angle.sin(), angle.cos()]);
        }
        row
    }

    fn mean_at(&self, series: &Series, t: usize, coefficients: &[f64]) -> f64 {
        self.row(series, t).iter().zip(coefficients).map(|(x, b)| x * b).sum::<f64>().exp()
    }

    /// Counts since the restart (the last replaced by `count`), their means and the counts before them.
    fn stretch(&self, series: &Series, t: usize, count: f64, memory: &GlrMemory<'_>) -> Stretch {
        let reach = self.window.unwrap_or(t).min(t - memory.restart);
        let start = t - reach;
        let mut counts = series.raw(start..t + 1).to_vec();
        if let Some(last) = counts.last_mut() {
            *last = count;
        }
        let means = (start..=t).map(|s| self.mean_at(series, s, memory.coefficients)).collect();
        let quirks = self.compatibility == Compatibility::RSurveillance;
        let known = |s: usize| s > 0 && !(quirks && s == memory.from);
        let before =
            (start..=t).map(|s| if known(s) { series.count(s - 1).unwrap_or(0.0) } else { 0.0 }).collect();
        Stretch { counts, means, before }
    }

    /// Largest log likelihood ratio over the possible starts.
    fn ratio(&self, stretch: &Stretch) -> f64 {
        if self.alpha > 0.0 && self.compatibility == Compatibility::RSurveillance {
            return self.unguarded_ratio(stretch);
        }
        let length = stretch.counts.len();
        let (mut cases, mut expected, mut best) = (0.0, 0.0, 0.0f64);
        for start in (0..length).rev() {
            cases += stretch.counts[start];
            expected += stretch.means[start];
            if length - start < self.min_length.max(1) {
                continue;
            }
            let (counts, means, before) = stretch.since(start);
            let ratio = match self.alternative {
                Alternative::Epidemic => epidemic_rise(counts, means, before, self.alpha),
                _ if self.alpha > 0.0 => negative_binomial_rise(counts, means, self.alpha),
                _ => poisson_rise(cases, expected),
            };
            best = best.max(ratio);
        }
        best
    }

    /// The R package's form for overdispersed counts: estimates carried from one start to the next, and the epidemic
    /// ratio taken at the factor of a multiplicative rise.
    fn unguarded_ratio(&self, stretch: &Stretch) -> f64 {
        let starts = (stretch.counts.len() + 1).saturating_sub(self.min_length.max(1));
        let (mut kappa, mut best) = (R_START, 0.0f64);
        for start in 0..starts {
            let (counts, means, before) = stretch.since(start);
            kappa = unguarded_kappa(counts, means, self.alpha, kappa);
            let ratio = if self.alternative == Alternative::Epidemic {
                epidemic_ratio(counts, means, before, self.alpha, kappa.exp())
            } else {
                kappa = kappa.max(0.0);
                negative_binomial_ratio(counts, means, self.alpha, kappa)
            };
            // The maximum passes over what is not a number.
            best = best.max(ratio);
        }
        best
    }

    /// Fewest cases in period `t` that reach the limit; the ratio does not fall with the count.
    fn cases_needed(&self, mut stretch: Stretch) -> f64 {
        let last = stretch.counts.len() - 1;
        let mut reaches = |count: f64| {
            stretch.counts[last] = count;
            self.ratio(&stretch) >= self.limit
        };
        if reaches(0.0) {
            return 0.0;
        }
        let (mut low, mut high) = (0.0, 1.0);
        while !reaches(high) && high < 1e15 {
            low = high;
            high *= 2.0;
        }
        while high - low > 1.0 {
            let middle = ((low + high) / 2.0f64).floor();
            if reaches(middle) { high = middle } else { low = middle }
        }
        high
    }
}

/// The fields of [`Memory::Glr`] that the statistic reads.
struct GlrMemory<'a> {
    restart: usize,
    from: usize,
    coefficients: &'a [f64],
}

struct Stretch {
    counts: Vec<f64>,
    means: Vec<f64>,
    before: Vec<f64>,
}

impl Stretch {
    fn since(&self, start: usize) -> (&[f64], &[f64], &[f64]) {
        (&self.counts[start..], &self.means[start..], &self.before[start..])
    }
}

impl Detector for Glr {
    fn begin(&self, series: &Series, from: usize) -> Result<Progress, NotComputed> {
        let fine = self.alpha >= 0.0 && self.alpha.is_finite() && self.limit.is_finite();
        if !fine || self.harmonics > MAX_HARMONICS {
            return Err(NotComputed::BadParameter);
        }
        let known: Vec<usize> = (0..from).filter(|t| series.count(*t).is_some()).collect();
        let counts: Vec<f64> = known.iter().filter_map(|t| series.count(*t)).collect();
        let width = 1 + usize::from(self.trend) + 2 * self.harmonics;
        if counts.len() <= width {
            return Err(NotComputed::HistoryTooShort);
        }
        let mut columns = vec![Vec::with_capacity(counts.len()); width];
        for t in known {
            columns.iter_mut().zip(self.row(series, t)).for_each(|(column, x)| column.push(x));
        }
        let family =
            if self.alpha > 0.0 { Family::NegativeBinomial { alpha: self.alpha } } else { Family::Poisson };
        let coefficients = log_linear::fit(&columns, &counts, family).ok_or(NotComputed::NoConvergence)?;
        Ok(Progress { next: from, memory: Memory::Glr { restart: from, from, sum: 0.0, coefficients } })
    }

    fn step(&self, series: &Series, progress: &mut Progress) -> Finding {
        let t = progress.next;
        progress.next += 1;
        let Memory::Glr { restart, from, sum, coefficients } = &mut progress.memory else {
            return Finding::skipped(series, t, NotComputed::BadParameter);
        };
        let Some(count) = series.count(t) else {
            // Nothing is known of this period: what comes after it starts afresh.
            *restart = t + 1;
            *sum = 0.0;
            return Finding::skipped(series, t, NotComputed::CountMissing);
        };
        let mu0 = self.mean_at(series, t, coefficients);
        let memory = GlrMemory { restart: *restart, from: *from, coefficients };
        let mut stretch = None;
        let statistic = if let Alternative::KnownRise { theta } = self.alternative {
            *sum = (*sum + count * theta - mu0 * theta.exp_m1()).max(0.0);
            *sum
        } else {
            self.ratio(stretch.insert(self.stretch(series, t, count, &memory)))
        };
        let alarm = statistic >= self.limit;
        let threshold = match (self.report, stretch) {
            (Report::Cases, Some(stretch)) => self.cases_needed(stretch),
            _ => statistic,
        };
        if alarm {
            *restart = t + 1;
            *sum = 0.0;
        }
        Finding {
            expected: Some(mu0),
            threshold: Some(threshold),
            score: Some(statistic),
            alarm: Some(alarm),
            detail: Detail::Glr { mu0 },
            ..Finding::blank(series, t)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::Frequency;
    use super::*;

    fn series() -> Series {
        let mut counts: Vec<Option<f64>> = (0..104).map(|week| Some(f64::from(3 + week % 3))).collect();
        counts.extend([Some(5.0), Some(9.0), Some(12.0), Some(4.0)]);
        Series::new(Frequency::Weekly, 1, &counts)
    }

    #[test]
    fn signals_then_restarts() {
        for (alpha, alternative) in [(0.0, Alternative::Rise), (0.05, Alternative::Rise)] {
            let glr = Glr { alpha, alternative, ..Glr::default() };
            let findings = glr.detect(&series(), 104..108).unwrap();
            assert_eq!(findings[0].alarm, Some(false), "{alternative:?}");
            assert_eq!(findings[2].alarm, Some(true), "{alternative:?}");
            assert!(findings[3].score < findings[2].score);
        }
    }

    #[test]
    fn the_cases_needed_are_the_fewest_that_signal() {
        let glr = Glr { report: Report::Cases, ..Glr::default() };
        let needed = glr.detect(&series(), 104..105).unwrap()[0].threshold.unwrap();
        let mu0 = glr.detect(&series(), 104..105).unwrap()[0].expected.unwrap();
        assert!(poisson_rise(needed, mu0) >= 5.0 && poisson_rise(needed - 1.0, mu0) < 5.0);
    }
}
