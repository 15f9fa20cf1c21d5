//! The time-varying reproduction number Rt 实时再生数.
//!
//! Cori et al., Am J Epidemiol 2013;178:1505–1512.

use std::ops::RangeInclusive;

use super::finding::NotComputed;
use super::numeric::special::{gamma_cdf, gamma_quantile};
use super::series::Series;

/// Discretised serial interval: probability of each number of days between the onsets of a case and the one who
/// infected them, from 0 on.
#[derive(Clone, Debug, PartialEq)]
pub struct SerialInterval {
    probabilities: Vec<f64>,
}

impl SerialInterval {
    /// A gamma distribution shifted by one day, discretised for 0 to `days` days (Cori et al., Am J Epidemiol
    /// 2013;178:1505–1512, web appendix 11).
    ///
    /// # Errors
    /// [`NotComputed::BadParameter`] unless the mean exceeds 1 day and the standard deviation 0.
    pub fn gamma(mean_days: f64, sd_days: f64, days: usize) -> Result<Self, NotComputed> {
        if !(mean_days > 1.0 && sd_days > 0.0 && mean_days.is_finite() && sd_days.is_finite()) {
            return Err(NotComputed::BadParameter);
        }
        let shape = ((mean_days - 1.0) / sd_days).powi(2);
        let scale = sd_days * sd_days / (mean_days - 1.0);
        let below = |k: f64| gamma_cdf(shape, k / scale);
        let above = |k: f64| gamma_cdf(shape + 1.0, k / scale);
        let weight = |day: usize| {
            let k = day as f64;
            let spread = k * below(k) + (k - 2.0) * below(k - 2.0) - 2.0 * (k - 1.0) * below(k - 1.0);
            let shift = shape * scale * (2.0 * above(k - 1.0) - above(k - 2.0) - above(k));
            (spread + shift).max(0.0)
        };
        Ok(Self { probabilities: (0..=days).map(weight).collect() })
    }

    /// Observed shares by day, from 0 on; the share of 0 days is left out.
    ///
    /// # Errors
    /// [`NotComputed::BadParameter`] when a share is negative or not a number.
    pub fn from_shares(shares: Vec<f64>) -> Result<Self, NotComputed> {
        let fine = shares.iter().all(|share| share.is_finite() && *share >= 0.0);
        if fine { Ok(Self { probabilities: shares }) } else { Err(NotComputed::BadParameter) }
    }

    /// Mean number of days.
    #[must_use]
    pub fn mean_days(&self) -> f64 {
        self.probabilities.iter().zip(0u32..).map(|(probability, days)| probability * f64::from(days)).sum()
    }

    /// Probability of each number of days, from 0 on.
    #[must_use]
    pub fn probabilities(&self) -> &[f64] {
        &self.probabilities
    }
}

/// Prior knowledge of Rt: a gamma distribution.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Prior {
    /// Mean.
    pub mean: f64,
    /// Standard deviation.
    pub sd: f64,
}

impl Default for Prior {
    fn default() -> Self {
        Self { mean: 5.0, sd: 5.0 }
    }
}

/// Rt over a window of days.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Reproduction {
    /// Posterior mean.
    pub mean: f64,
    /// Posterior standard deviation.
    pub sd: f64,
    /// 2.5 %, 50 % and 97.5 % quantiles.
    pub quantiles: [f64; 3],
}

/// Rt over the days `window` (counted from 0, the first not day 0) of a daily series that begins with its first case.
///
/// Cori et al., Am J Epidemiol 2013;178:1505–1512: cases are Poisson with mean Rt times the infectiousness of the
/// cases before them; with a gamma prior Rt is gamma. Not before one mean serial interval has passed; days whose reports
/// are incomplete are to be left out or corrected first.
///
/// # Errors
/// Why it could not be computed: a missing count, a window outside the series or too early in it, a prior that is none.
pub fn estimate(
    series: &Series,
    interval: &SerialInterval,
    prior: Prior,
    window: RangeInclusive<usize>,
) -> Result<Reproduction, NotComputed> {
    if !(prior.mean > 0.0 && prior.sd > 0.0) {
        return Err(NotComputed::BadParameter);
    }
    if *window.start() == 0 || *window.end() >= series.len() || window.is_empty() {
        return Err(NotComputed::HistoryTooShort);
    }
    if (window.end() + 1) as f64 <= interval.mean_days() {
        return Err(NotComputed::HistoryTooShort);
    }
    let (mut cases, mut infectiousness) = (0.0, 0.0);
    for t in window {
        cases += series.count(t).ok_or(NotComputed::CountMissing)?;
        for (days, probability) in interval.probabilities.iter().enumerate().take(t + 1).skip(1) {
            infectiousness += probability * series.count(t - days).ok_or(NotComputed::CountMissing)?;
        }
    }
    let shape = (prior.mean / prior.sd).powi(2) + cases;
    let scale = 1.0 / (prior.mean / (prior.sd * prior.sd) + infectiousness);
    let quantiles = [0.025, 0.5, 0.975].map(|probability| scale * gamma_quantile(shape, probability));
    Ok(Reproduction { mean: shape * scale, sd: shape.sqrt() * scale, quantiles })
}

#[cfg(test)]
mod tests {
    use super::super::Frequency;
    use super::*;

    #[test]
    fn steady_cases_reproduce_once() {
        let series = Series::new(Frequency::Daily, 1, &[Some(200.0); 60]);
        let interval = SerialInterval::gamma(5.0, 2.0, 40).unwrap();
        assert!((interval.probabilities().iter().sum::<f64>() - 1.0).abs() < 1e-6);
        let rt = estimate(&series, &interval, Prior::default(), 50..=56).unwrap();
        assert!((rt.mean - 1.0).abs() < 0.01, "{rt:?}");
        assert!(rt.quantiles[0] < rt.quantiles[1] && rt.quantiles[1] < rt.quantiles[2]);
    }

    #[test]
    fn growth_is_recovered() {
        // Cases double every interval of exactly four days.
        let counts: Vec<Option<f64>> =
            (0..40).map(|day| Some(100.0 * 2f64.powf(f64::from(day) / 4.0))).collect();
        let series = Series::new(Frequency::Daily, 1, &counts);
        let interval = SerialInterval::from_shares(vec![0.0, 0.0, 0.0, 0.0, 1.0]).unwrap();
        let rt = estimate(&series, &interval, Prior::default(), 30..=36).unwrap();
        assert!((rt.mean - 2.0).abs() < 0.01, "{rt:?}");
        let no = estimate(&series, &interval, Prior::default(), 0..=6);
        assert_eq!(no, Err(NotComputed::HistoryTooShort));
    }
}
