//! Farrington Flexible: the method of 2013 for weekly surveillance of many series.

use super::farrington::{PowerTransform, enough_cases};
use super::finding::{Compatibility, Detail, Finding, Memoryless, NotComputed};
use super::numeric::counts::CountDistribution;
use super::numeric::normal_quantile;
use super::numeric::seasonal_trend::{Baseline, Fit, Prediction};
use super::numeric::special::student_two_sided;
use super::reference::{is_plausible, same_period};
use super::series::Series;

/// How the limit follows from the fitted mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ThresholdMethod {
    /// Normal on a transformed scale, as in 1996.
    Delta(PowerTransform),
    /// Quantile of the negative binomial at the fitted mean.
    NbPlugin,
    /// Quantile of the negative binomial at the upper end of the fitted mean's interval.
    Muan,
}

/// Noufaily et al., Stat Med 2013;32:1206–1222.
///
/// A quasi-Poisson regression on several years with a factor for blocks of the year and a trend; recent weeks are
/// left out, past outbreaks play down only when extreme; one-sided error `alpha`. Signals when the exceedance
/// score (count − mean)/(limit − mean) exceeds 1 and cases are enough. Defaults are those of the national weekly run
/// of England (5 years, ten blocks, 26 weeks left out, 0.005).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FarringtonFlexible {
    /// Past years.
    pub years: usize,
    /// Periods on each side of the same period in past years that form the season's reference block.
    pub window: usize,
    /// Blocks a year is cut into; with 1 only the reference blocks are used.
    pub blocks: usize,
    /// Last periods that the baseline leaves out.
    pub recent_excluded: usize,
    /// One-sided error.
    pub alpha: f64,
    /// Whether past outbreaks weigh less.
    pub reweight: bool,
    /// Standardised residual above which a past count weighs less.
    pub reweight_above: f64,
    /// Whether a trend is tried.
    pub trend: bool,
    /// The trend stays if its p-value is below this.
    pub trend_p_value: f64,
    /// No signal unless at least this many cases …
    pub min_cases: f64,
    /// … came in this many last periods.
    pub min_cases_periods: usize,
    /// The limit.
    pub threshold: ThresholdMethod,
    /// Whether rates per population are modelled; a series without population counts as constant.
    pub population_offset: bool,
    /// The R package takes the dispersion for standard errors without the working weights, scores negative binomial
    /// limits from the log mean and gives no limit with too few cases, and counts the time of the prediction from the first known row.
    pub compatibility: Compatibility,
}

impl Default for FarringtonFlexible {
    fn default() -> Self {
        Self {
            years: 5,
            window: 3,
            blocks: 10,
            recent_excluded: 26,
            alpha: 0.005,
            reweight: true,
            reweight_above: 2.58,
            trend: true,
            trend_p_value: 1.0,
            min_cases: 5.0,
            min_cases_periods: 4,
            threshold: ThresholdMethod::NbPlugin,
            population_offset: false,
            compatibility: Compatibility::Published,
        }
    }
}

/// A block is at least a day.
const MAX_BLOCKS: usize = 366;

struct Model {
    fit: Fit,
    dispersion: f64,
    /// Dispersion behind the standard errors.
    error_dispersion: f64,
}

/// The limit with what it was computed from.
struct Limit {
    threshold: f64,
    p_value: Option<f64>,
    mu0: f64,
}

impl FarringtonFlexible {
    fn quirks(&self) -> bool {
        self.compatibility == Compatibility::RSurveillance
    }

    /// The rows of the past years, and the time of `t` on their scale.
    fn baseline(&self, series: &Series, t: usize) -> Result<(Baseline, f64), NotComputed> {
        let plausible = is_plausible(self.years, self.window) && (1..=MAX_BLOCKS).contains(&self.blocks);
        if !plausible || self.years == 0 {
            return Err(NotComputed::BadParameter);
        }
        let mut centers = Vec::with_capacity(self.years);
        for years in (1..=self.years).rev() {
            centers.push(same_period(series, t, years).ok_or(NotComputed::HistoryTooShort)?);
        }
        let end = t.saturating_sub(self.recent_excluded);
        let first = centers[0].checked_sub(self.window).ok_or(NotComputed::HistoryTooShort)?;
        let clock = Clock::new(series, first);
        let mut baseline = Baseline::with_capacity(end.saturating_sub(first));
        let reference = self.blocks - 1;
        for (index, center) in centers.iter().enumerate() {
            let window_end = center + self.window + 1;
            let next = centers.get(index + 1).unwrap_or(&t).saturating_sub(self.window);
            self.push(series, &clock, &mut baseline, center - self.window..window_end.min(end), reference)?;
            if self.blocks == 1 {
                continue;
            }
            let gap = next.saturating_sub(window_end);
            let (size, longer) = (gap / reference, gap % reference);
            let mut start = window_end;
            for block in 0..reference {
                let stop = start + size + usize::from(block < longer);
                self.push(series, &clock, &mut baseline, start..stop.min(end), block)?;
                start = stop;
            }
        }
        let now =
            clock.time(series, t) - if self.quirks() { clock.leading_gap(series, first, t) } else { 0.0 };
        Ok((baseline, now))
    }

    fn push(
        &self,
        series: &Series,
        clock: &Clock,
        baseline: &mut Baseline,
        periods: std::ops::Range<usize>,
        block: usize,
    ) -> Result<(), NotComputed> {
        for period in periods {
            if let Some(count) = series.count(period) {
                baseline.push(count, series.logs(period), clock.time(series, period), block);
                if self.population_offset {
                    baseline.set_offset(ln_population(series, period)?);
                }
            }
        }
        Ok(())
    }

    fn model(&self, baseline: &Baseline, trend: bool) -> Option<Model> {
        let mut fit = baseline.fit(None, trend);
        if !fit.converged || baseline.freedom(&fit) <= 0.0 {
            return None;
        }
        let mut free = baseline.dispersion(&fit, &fit.weights);
        let mut error_dispersion = if self.quirks() { free } else { free.max(1.0) };
        if self.reweight {
            let weights = baseline.outbreak_weights(&fit, free.max(1.0), self.reweight_above);
            // Without an outbreak the fit stays as it is.
            if weights.iter().any(|weight| *weight != 1.0) {
                fit = baseline.fit(Some(&weights), trend);
            }
            free = baseline.dispersion(&fit, &fit.weights);
            error_dispersion =
                if self.quirks() { baseline.dispersion(&fit, &weights) } else { free.max(1.0) };
        }
        Some(Model { fit, dispersion: free.max(1.0), error_dispersion })
    }

    fn keeps_trend(&self, baseline: &Baseline, model: &Model, prediction: &Prediction) -> bool {
        if self.years < 3 || !model.fit.has_trend {
            return false;
        }
        let highest = baseline.counts().iter().copied().fold(0.0, f64::max);
        let slope_t = model.fit.slope / (model.error_dispersion.sqrt() * model.fit.slope_error());
        // At 1 the trend always stays, a slope of exactly 0 included.
        prediction.log_mean.exp() <= highest
            && (self.trend_p_value >= 1.0
                || student_two_sided(slope_t, baseline.freedom(&model.fit)) < self.trend_p_value)
    }

    /// The model with or without trend, and its prediction for `t`.
    fn fitted(&self, series: &Series, t: usize) -> Result<(Model, Prediction), NotComputed> {
        let (baseline, time) = self.baseline(series, t)?;
        let offset = if self.population_offset { ln_population(series, t)? } else { 0.0 };
        let predict = |model: Model| {
            let mut prediction =
                model.fit.predict(self.blocks - 1, time).ok_or(NotComputed::HistoryTooShort)?;
            prediction.log_mean += offset;
            Ok((model, prediction))
        };
        if let Some(model) = self.trend.then(|| self.model(&baseline, true)).flatten() {
            let (model, prediction) = predict(model)?;
            if self.keeps_trend(&baseline, &model, &prediction) {
                return Ok((model, prediction));
            }
        }
        predict(self.model(&baseline, false).ok_or(NotComputed::NoConvergence)?)
    }

    fn limit(&self, model: &Model, prediction: &Prediction, observed: Option<f64>) -> Limit {
        let mean = prediction.log_mean.exp();
        let log_error = (model.error_dispersion * prediction.leverage).sqrt();
        let z = normal_quantile(1.0 - self.alpha);
        let mu0 = match self.threshold {
            ThresholdMethod::Delta(transform) => {
                let tau = model.dispersion + (mean * log_error).powi(2) / mean;
                let exponent = transform.exponent();
                let deviation = transform.deviation(mean, tau);
                let center = mean.powf(exponent);
                let p_value = observed
                    .map(|count| super::numeric::normal_cdf((center - count.powf(exponent)) / deviation));
                let mu0 = if self.quirks() { (mean + z * mean * log_error).exp() } else { mean };
                return Limit { threshold: (center + z * deviation).powf(1.0 / exponent), p_value, mu0 };
            }
            ThresholdMethod::NbPlugin => mean,
            ThresholdMethod::Muan => (prediction.log_mean + z * log_error).exp(),
        };
        let distribution = CountDistribution::with_dispersion(mu0, model.dispersion);
        Limit {
            threshold: distribution.quantile(1.0 - self.alpha),
            p_value: observed.map(|count| distribution.upper_tail(count)).filter(|p| !p.is_nan()),
            mu0,
        }
    }

    /// Where the exceedance score starts: the mean; in the R package its logarithm for count quantiles.
    fn score_origin(&self, prediction: &Prediction) -> f64 {
        let delta = matches!(self.threshold, ThresholdMethod::Delta(_));
        if self.quirks() && !delta { prediction.log_mean } else { prediction.log_mean.exp() }
    }
}

fn ln_population(series: &Series, t: usize) -> Result<f64, NotComputed> {
    if !series.has_populations() {
        return Ok(0.0);
    }
    series.population(t).map(f64::ln).ok_or(NotComputed::PopulationMissing)
}

/// Time of a period in units of the series' first step; the number itself without dates.
struct Clock {
    origin: Option<(f64, f64)>,
}

impl Clock {
    fn new(series: &Series, first: usize) -> Self {
        Self { origin: series.days(first).zip(series.days(1)) }
    }

    fn time(&self, series: &Series, t: usize) -> f64 {
        match (self.origin, series.days(t)) {
            (Some((origin, step)), Some(days)) => (days - origin) / step,
            _ => t as f64,
        }
    }
}

impl Clock {
    /// Time of the missing periods that a dated baseline begins with, which the R package takes off the prediction's
    /// time but not off the rows'.
    fn leading_gap(&self, series: &Series, first: usize, t: usize) -> f64 {
        let known = (first..t).find(|period| series.count(*period).is_some()).unwrap_or(first);
        if self.origin.is_some() { self.time(series, known) - self.time(series, first) } else { 0.0 }
    }
}

impl Memoryless for FarringtonFlexible {
    fn judge(&self, series: &Series, t: usize) -> Finding {
        let (model, prediction) = match self.fitted(series, t) {
            Ok(fitted) => fitted,
            Err(reason) => {
                let expected = (self.quirks() && reason == NotComputed::NoConvergence).then_some(0.0);
                return Finding { expected, ..Finding::skipped(series, t, reason) };
            }
        };
        let mut finding = Finding::blank(series, t);
        let limit = self.limit(&model, &prediction, finding.observed);
        let origin = self.score_origin(&prediction);
        let enough = enough_cases(series, t, self.min_cases, self.min_cases_periods);
        finding.detail = Detail::FarringtonFlexible {
            mu0: limit.mu0,
            dispersion: model.dispersion,
            p_value: limit.p_value,
            trend: model.fit.has_trend.then_some(model.fit.slope),
        };
        finding.expected = Some(prediction.log_mean.exp());
        finding.threshold = Some(limit.threshold).filter(|threshold| !threshold.is_nan());
        finding.score = finding
            .observed
            .zip(finding.threshold)
            .map(|(count, threshold)| (count - origin) / (threshold - origin));
        finding.alarm = finding
            .observed
            .zip(finding.score)
            .map(|(count, score)| score > 1.0 && count > 0.0 && enough == Some(true));
        match (finding.observed, enough) {
            (None, _) | (_, None) => finding.not_computed = Some(NotComputed::CountMissing),
            (_, Some(false)) => finding.not_computed = Some(NotComputed::TooFewCases),
            (_, Some(true)) => {
                if finding.threshold.is_some() {
                    return finding;
                }
                finding.not_computed = Some(NotComputed::Undefined);
            }
        }
        if self.quirks() {
            finding.alarm = Some(false);
            finding.expected = None;
            finding.threshold = None;
        }
        finding
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Detector, Frequency};
    use super::*;

    fn seasonal(years: usize) -> Vec<Option<f64>> {
        let week = |w: usize| 10.0 + (6.0 * (w as f64 * std::f64::consts::TAU / 52.0).sin()).round();
        (0..52 * years).map(|w| Some(week(w) + (w % 3) as f64)).collect()
    }

    #[test]
    fn follows_the_season_and_signals_a_jump() {
        let mut counts = seasonal(7);
        let last = counts.len() - 1;
        counts[last] = Some(60.0);
        let series = Series::new(Frequency::Weekly, 1, &counts);
        let findings = FarringtonFlexible::default().detect(&series, last - 1..last + 1).unwrap();
        assert_eq!(findings[0].alarm, Some(false));
        assert_eq!(findings[1].alarm, Some(true));
        assert!((findings[1].expected.unwrap() - 11.0).abs() < 2.5);
    }

    #[test]
    fn says_why_not() {
        let series = Series::new(Frequency::Weekly, 1, &seasonal(3));
        let findings = FarringtonFlexible::default().detect(&series, 100..101).unwrap();
        assert_eq!(findings[0].not_computed, Some(NotComputed::HistoryTooShort));
    }
}
