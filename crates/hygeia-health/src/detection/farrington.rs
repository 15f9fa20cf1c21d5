//! The Farrington method of 1996.

use jiff::ToSpan;
use jiff::civil::Date;

use super::finding::{Compatibility, Detail, Finding, Memoryless, NotComputed};
use super::numeric::seasonal_trend::{Baseline, Fit};
use super::numeric::special::student_two_sided;
use super::numeric::{normal_cdf, normal_quantile};
use super::reference::{is_plausible, nearest_same_weekday, years_before};
use super::series::{Frequency, Series};

/// The scale on which a count is taken as normal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PowerTransform {
    /// The counts themselves.
    None,
    /// Square roots, which evens out the variance.
    Half,
    /// Power 2/3, which evens out the skewness.
    TwoThirds,
}

impl PowerTransform {
    pub(crate) fn exponent(self) -> f64 {
        match self {
            Self::None => 1.0,
            Self::Half => 0.5,
            Self::TwoThirds => 2.0 / 3.0,
        }
    }

    /// Standard deviation of the transformed count less its prediction; tau is the variance over the mean of both.
    pub(crate) fn deviation(self, mean: f64, tau: f64) -> f64 {
        match self {
            Self::None => (mean * tau).sqrt(),
            Self::Half => (tau / 4.0).sqrt(),
            Self::TwoThirds => (4.0 / 9.0 * mean.cbrt() * tau).sqrt(),
        }
    }
}

/// Farrington et al., J R Stat Soc A 1996;159:547–563.
///
/// A quasi-Poisson regression on the same weeks of past years, past outbreaks played down, gives the expected count;
/// the limit is the upper end of a two-sided interval of error `alpha` on a transformed scale.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Farrington {
    /// Past years.
    pub years: usize,
    /// Periods on each side of the same period in past years.
    pub window: usize,
    /// Two-sided error.
    pub alpha: f64,
    /// Whether past outbreaks weigh less.
    pub reweight: bool,
    /// Whether a trend is tried; it needs three years, p < 0.05 and a prediction within what was seen.
    pub trend: bool,
    /// No signal unless at least this many cases …
    pub min_cases: f64,
    /// … came in this many last periods.
    pub min_cases_periods: usize,
    /// Scale of the limit.
    pub transform: PowerTransform,
    /// The R package reports a limit of 0 with too few cases.
    pub compatibility: Compatibility,
}

impl Default for Farrington {
    fn default() -> Self {
        Self {
            years: 5,
            window: 3,
            alpha: 0.01,
            reweight: true,
            trend: true,
            min_cases: 5.0,
            min_cases_periods: 4,
            transform: PowerTransform::TwoThirds,
            compatibility: Compatibility::Published,
        }
    }
}

/// Dispersion at or below which the fit is exact up to rounding.
const NO_SCATTER: f64 = 1e-20;

struct Model {
    fit: Fit,
    dispersion: f64,
    /// Dispersion not floored at 1, for the trend's test.
    free_dispersion: f64,
}

impl Farrington {
    fn reference(&self, series: &Series, t: usize) -> Vec<usize> {
        let mut periods = Vec::new();
        for year in (1..=self.years).rev() {
            if let Some(date) = series.date(t) {
                let window = i32::try_from(self.window).unwrap_or(i32::MAX);
                let days =
                    (-window..=window).filter_map(|offset| self.reference_day(series, date, year, offset));
                periods.extend(days.filter_map(|day| series.position(day)));
            } else if let Some(center) = t.checked_sub(year * series.frequency().per_year()) {
                periods.extend(center.saturating_sub(self.window)..=center + self.window);
            } else {
                let center = t + self.window;
                let reach = year * series.frequency().per_year();
                periods.extend(0..(center + 1).saturating_sub(reach));
            }
        }
        periods.retain(|period| *period < t);
        periods.sort_unstable();
        periods
    }

    fn reference_day(&self, series: &Series, date: Date, year: usize, offset: i32) -> Option<Date> {
        let center = years_before(date, year)?;
        let offset = i64::from(offset);
        let day = match series.frequency() {
            Frequency::Daily => center.checked_add(offset.days()),
            Frequency::Weekly => center.checked_add(offset.weeks()),
            Frequency::Monthly => center.checked_add(offset.months()),
        };
        match series.frequency() {
            Frequency::Weekly => nearest_same_weekday(day.ok()?, date),
            Frequency::Daily | Frequency::Monthly => day.ok(),
        }
    }

    fn model(&self, baseline: &Baseline, trend: bool) -> Option<Model> {
        let mut fit = baseline.fit(None, trend);
        if !fit.converged && trend {
            fit = baseline.fit(None, false);
        }
        if !fit.converged {
            return None;
        }
        let mut free = baseline.dispersion(&fit, &fit.weights);
        if self.reweight {
            let weights = baseline.outbreak_weights(&fit, free.max(1.0), 1.0);
            fit = baseline.fit(Some(&weights), fit.has_trend);
            free = baseline.dispersion(&fit, &fit.weights);
        }
        Some(Model { fit, dispersion: free.max(1.0), free_dispersion: free })
    }

    fn keeps_trend(&self, baseline: &Baseline, model: &Model, time: f64) -> bool {
        let slope_t = model.fit.slope / (model.free_dispersion.sqrt() * model.fit.slope_error());
        // Counts without any scatter leave nothing to test a slope against but rounding.
        let significant = model.free_dispersion > NO_SCATTER
            && student_two_sided(slope_t, baseline.freedom(&model.fit)) < 0.05;
        let highest = baseline.counts().iter().copied().fold(0.0, f64::max);
        let within =
            model.fit.predict(0, time).is_some_and(|prediction| prediction.log_mean.exp() <= highest);
        self.years >= 3 && model.fit.has_trend && significant && within
    }

    fn enough_cases(&self, series: &Series, t: usize) -> Option<bool> {
        enough_cases(series, t, self.min_cases, self.min_cases_periods)
    }

    fn fitted(&self, series: &Series, t: usize) -> Result<(Model, f64, f64), NotComputed> {
        if !is_plausible(self.years, self.window) {
            return Err(NotComputed::BadParameter);
        }
        let reference = self.reference(series, t);
        let mut baseline = Baseline::with_capacity(reference.len());
        for period in &reference {
            let count = series.count(*period).ok_or(NotComputed::CountMissing)?;
            baseline.push(count, series.logs(*period), *period as f64, 0);
        }
        if baseline.rows() <= 2 {
            return Err(NotComputed::HistoryTooShort);
        }
        let time = t as f64;
        let mut model = self.model(&baseline, self.trend).ok_or(NotComputed::NoConvergence)?;
        if self.trend && !self.keeps_trend(&baseline, &model, time) {
            model = self.model(&baseline, false).ok_or(NotComputed::NoConvergence)?;
        }
        let prediction = model.fit.predict(0, time).ok_or(NotComputed::HistoryTooShort)?;
        let mean = prediction.log_mean.exp();
        let variance = mean * mean * model.dispersion * prediction.leverage;
        let tau = model.dispersion + variance / mean;
        Ok((model, mean, tau))
    }
}

/// Whether at least `cases` came in the last `periods`, `t` included; `None` when one of them is missing.
pub(crate) fn enough_cases(series: &Series, t: usize, cases: f64, periods: usize) -> Option<bool> {
    let recent: f64 = series.raw((t + 1).checked_sub(periods)?..t + 1).iter().sum();
    (!recent.is_nan()).then_some(recent >= cases)
}

impl Memoryless for Farrington {
    fn judge(&self, series: &Series, t: usize) -> Finding {
        let (model, mean, tau) = match self.fitted(series, t) {
            Ok(fitted) => fitted,
            Err(reason) => return Finding::skipped(series, t, reason),
        };
        let exponent = self.transform.exponent();
        let deviation = self.transform.deviation(mean, tau);
        let limit =
            (mean.powf(exponent) + normal_quantile(1.0 - self.alpha / 2.0) * deviation).powf(1.0 / exponent);
        let mut finding = Finding::blank(series, t);
        let enough = self.enough_cases(series, t);
        let quantile = finding
            .observed
            .map(|count| normal_cdf((count.powf(exponent) - mean.powf(exponent)) / deviation));
        finding.detail = Detail::Farrington { trend: model.fit.has_trend, quantile };
        finding.expected = Some(mean);
        finding.threshold = Some(limit);
        finding.score = finding.observed.map(|count| (count - mean) / (limit - mean));
        finding.alarm = finding.score.map(|score| score > 1.0 && enough == Some(true));
        match (finding.alarm, enough) {
            (None, _) | (_, None) => finding.not_computed = Some(NotComputed::CountMissing),
            (_, Some(false)) => {
                finding.not_computed = Some(NotComputed::TooFewCases);
                if self.compatibility == Compatibility::RSurveillance {
                    finding.threshold = Some(0.0);
                }
            }
            _ => {}
        }
        finding
    }
}

#[cfg(test)]
mod tests {
    use super::super::Detector;
    use super::*;

    #[test]
    fn six_steady_years_and_a_jump() {
        let mut counts = vec![Some(6.0); 52 * 6];
        for (week, count) in counts.iter_mut().enumerate() {
            *count = Some(6.0 + (week % 3) as f64);
        }
        counts.push(Some(30.0));
        let series = Series::new(Frequency::Weekly, 1, &counts);
        let last = counts.len() - 1;
        let findings = Farrington::default().detect(&series, last - 1..last + 1).unwrap();
        assert_eq!(findings[0].alarm, Some(false));
        assert_eq!(findings[1].alarm, Some(true));
        assert!((findings[1].expected.unwrap() - 7.0).abs() < 0.5);
        let short = Farrington::default().detect(&series, 20..21).unwrap();
        assert_eq!(short[0].not_computed, Some(NotComputed::HistoryTooShort));
    }
}
