//! Poisson and negative binomial distributions of counts.

use super::special::{beta_cdf, gamma_cdf, gamma_quantile};
use super::{normal_cdf, normal_quantile};

/// A distribution on 0, 1, 2, … whose successive probabilities have a simple ratio.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum CountDistribution {
    /// Poisson with this mean.
    Poisson { mean: f64 },
    /// Negative binomial: failures before the `size`-th success, each with probability `success`.
    NegativeBinomial { size: f64, success: f64 },
}

/// Terms below this share of the largest no longer matter to a sum in double precision.
const NEGLIGIBLE: f64 = 1e-19;
/// Smallest logarithm of a probability from which the terms can be built up without underflow.
const LOWEST_START: f64 = -600.0;
/// Standard deviation from which single counts no longer matter and a continuous curve stands in.
const CONTINUOUS_DEVIATION: f64 = 3e4;
/// Variance over mean from which a tail is too long to be added up count by count.
const LONG_TAIL: f64 = 1e3;
/// Shape from which the gamma curve is taken by its cube root.
const LARGE_SHAPE: f64 = 1e5;

impl CountDistribution {
    /// The distribution with this mean and variance `dispersion · mean`; Poisson when the dispersion is 1.
    pub(crate) fn with_dispersion(mean: f64, dispersion: f64) -> Self {
        if dispersion > 1.0 {
            Self::NegativeBinomial { size: mean / (dispersion - 1.0), success: 1.0 / dispersion }
        } else {
            Self::Poisson { mean }
        }
    }

    /// p(k + 1) / p(k).
    fn ratio(self, k: f64) -> f64 {
        match self {
            Self::Poisson { mean } => mean / (k + 1.0),
            Self::NegativeBinomial { size, success } => (k + size) * (1.0 - success) / (k + 1.0),
        }
    }

    fn mean(self) -> f64 {
        match self {
            Self::Poisson { mean } => mean,
            Self::NegativeBinomial { size, success } => size * (1.0 - success) / success,
        }
    }

    fn variance(self) -> f64 {
        match self {
            Self::Poisson { mean } => mean,
            Self::NegativeBinomial { success, .. } => self.mean() / success,
        }
    }

    /// Shape and scale of the gamma curve with the same mean and variance, for counts so spread out that nothing
    /// is lost by it; `None` for others.
    fn gamma_curve(self) -> Option<(f64, f64)> {
        let (mean, variance) = (self.mean(), self.variance());
        (variance > CONTINUOUS_DEVIATION * CONTINUOUS_DEVIATION).then(|| {
            let scale = variance / mean;
            (mean / scale, scale)
        })
    }

    /// Size and success of a distribution whose tail is too long to be added up: its sums are beta integrals
    /// (Patil, Technometrics 1960;2:501–505).
    fn long_tail(self) -> Option<(f64, f64)> {
        match self {
            Self::NegativeBinomial { size, success } if success * LONG_TAIL < 1.0 => Some((size, success)),
            _ => None,
        }
    }

    fn ln_probability_of_zero(self) -> f64 {
        match self {
            Self::Poisson { mean } => -mean,
            Self::NegativeBinomial { size, success } => size * success.ln(),
        }
    }

    /// Sums that make every other figure: the place to start, its probability and what lies below it.
    ///
    /// Small means start at zero, where the probability is known. Large ones start at the mode, and the whole
    /// is summed to norm it, which is more exact than logarithms of large factorials.
    fn start(self) -> Start {
        let ln_zero = self.ln_probability_of_zero();
        if ln_zero > LOWEST_START {
            return Start { k: 0.0, probability: ln_zero.exp(), below: 0.0 };
        }
        let mode = self.mean().floor();
        let below = self.sum_down(mode);
        let total = below + 1.0 + self.sum_up(mode, 1.0);
        Start { k: mode, probability: 1.0 / total, below: below / total }
    }

    /// Sum of the terms below `k`, in units of p(k).
    fn sum_down(self, k: f64) -> f64 {
        let (mut k, mut term, mut sum) = (k, 1.0, 0.0);
        while k > 0.0 && term > NEGLIGIBLE {
            k -= 1.0;
            term /= self.ratio(k);
            sum += term;
        }
        sum
    }

    /// Sum of the terms above `k`, where p(k) = `term`.
    fn sum_up(self, k: f64, term: f64) -> f64 {
        let (mut k, mut term, mut sum) = (k, term, 0.0);
        loop {
            let ratio = self.ratio(k);
            term *= ratio;
            sum += term;
            k += 1.0;
            // Once the ratio is below one the rest is less than a geometric series.
            if term.is_nan()
                || (ratio < 1.0 && term <= NEGLIGIBLE * (sum + f64::MIN_POSITIVE) * (1.0 - ratio))
            {
                return sum;
            }
        }
    }

    fn is_usable(self) -> bool {
        let mean = self.mean();
        mean.is_finite() && mean >= 0.0
    }

    /// Smallest k with P(X ≤ k) ≥ `probability`; NaN when the parameters are not those of a distribution.
    pub(crate) fn quantile(self, probability: f64) -> f64 {
        if !self.is_usable() || probability.is_nan() {
            return f64::NAN;
        }
        if probability >= 1.0 {
            return f64::INFINITY;
        }
        if let Some((shape, scale)) = self.gamma_curve() {
            return (gamma_curve_quantile(shape, probability) * scale).ceil();
        }
        // A probability met up to rounding counts as met.
        let goal = probability * (1.0 - 64.0 * f64::EPSILON);
        if let Some((size, success)) = self.long_tail() {
            return first_count(|k| beta_cdf(size, k + 1.0, success) >= goal);
        }
        let Start { mut k, mut probability, below } = self.start();
        let mut cumulative = below + probability;
        if cumulative >= goal {
            while k > 0.0 && cumulative - probability >= goal {
                cumulative -= probability;
                k -= 1.0;
                probability /= self.ratio(k);
            }
            return k;
        }
        while cumulative < goal {
            probability *= self.ratio(k);
            k += 1.0;
            cumulative += probability;
            if probability == 0.0 {
                break;
            }
        }
        k
    }

    /// P(X ≥ `count`); NaN when the parameters are not those of a distribution.
    pub(crate) fn upper_tail(self, count: f64) -> f64 {
        let count = count.ceil();
        if !self.is_usable() || count.is_nan() {
            return f64::NAN;
        }
        if count <= 0.0 {
            return 1.0;
        }
        if let Some((shape, scale)) = self.gamma_curve() {
            return 1.0 - gamma_curve_cdf(shape, count / scale);
        }
        if let Some((size, success)) = self.long_tail() {
            return beta_cdf(count, size, 1.0 - success);
        }
        let Start { mut k, mut probability, below } = self.start();
        let mut lower = below;
        if count <= k {
            // Once the terms have vanished, so has what lies below.
            while k > count && probability > NEGLIGIBLE {
                k -= 1.0;
                probability /= self.ratio(k);
                lower -= probability;
            }
            return (1.0 - lower).clamp(0.0, 1.0);
        }
        let mean = self.mean();
        while k < count {
            lower += probability;
            probability *= self.ratio(k);
            k += 1.0;
            // Beyond the mean nothing comes back once the terms have vanished.
            if probability == 0.0 && k > mean {
                return 0.0;
            }
        }
        // Far out the complement of the sum has no digits left: sum the tail itself.
        if count > mean { probability + self.sum_up(k, probability) } else { (1.0 - lower).clamp(0.0, 1.0) }
    }
}

/// Smallest whole number from 0 that `reaches`, which stays true once it is.
fn first_count(reaches: impl Fn(f64) -> bool) -> f64 {
    if reaches(0.0) {
        return 0.0;
    }
    let (mut low, mut high) = (0.0, 1.0);
    while !reaches(high) && high.is_finite() {
        low = high;
        high *= 2.0;
    }
    while high - low > 1.0 {
        let middle = ((low + high) / 2.0f64).floor();
        if middle <= low || middle >= high {
            break;
        }
        if reaches(middle) { high = middle } else { low = middle }
    }
    high
}

/// Cube root of a gamma variable over its shape is nearly normal (Wilson and Hilferty, PNAS 1931;17:684–688).
fn gamma_curve_quantile(shape: f64, probability: f64) -> f64 {
    if shape < LARGE_SHAPE {
        return gamma_quantile(shape, probability);
    }
    let spread = 1.0 / (9.0 * shape);
    shape * (1.0 - spread + normal_quantile(probability) * spread.sqrt()).powi(3)
}

fn gamma_curve_cdf(shape: f64, x: f64) -> f64 {
    if shape < LARGE_SHAPE {
        return gamma_cdf(shape, x);
    }
    let spread = 1.0 / (9.0 * shape);
    normal_cdf(((x / shape).cbrt() - 1.0 + spread) / spread.sqrt())
}

struct Start {
    k: f64,
    probability: f64,
    below: f64,
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn known_quantiles() {
        // Tables: 95 % of a Poisson(3) lies at or below 6; 0.9665 at 6, 0.9161 at 5.
        assert_eq!(CountDistribution::Poisson { mean: 3.0 }.quantile(0.95), 6.0);
        assert_eq!(CountDistribution::Poisson { mean: 3.0 }.quantile(0.916), 5.0);
        // One success: geometric, P(X ≤ k) = 1 − q^(k+1).
        let geometric = CountDistribution::NegativeBinomial { size: 1.0, success: 0.2 };
        assert_eq!(geometric.quantile(0.9), 10.0);
        assert!((geometric.upper_tail(4.0) - 0.8f64.powi(4)).abs() < 1e-14);
        assert_eq!(CountDistribution::Poisson { mean: 0.0 }.quantile(0.99), 0.0);
        assert!(CountDistribution::Poisson { mean: f64::NAN }.quantile(0.9).is_nan());
    }

    #[test]
    fn enormous_parameters_come_to_an_end() {
        assert!(CountDistribution::with_dispersion(1e300, 2.0).quantile(0.995) >= 1e300);
        for (mean, dispersion) in [(1e9, 1.0), (1e12, 50.0), (50.0, 1e12), (1e9, 1e9)] {
            let distribution = CountDistribution::with_dispersion(mean, dispersion);
            let quantile = distribution.quantile(0.995);
            assert!(
                quantile >= 0.0 && (0.0..0.01).contains(&distribution.upper_tail(quantile + 1.0)),
                "{mean}"
            );
        }
    }

    #[test]
    fn a_count_far_beyond_the_mean_takes_no_longer() {
        let poisson = CountDistribution::Poisson { mean: 2.0 };
        assert_eq!(poisson.upper_tail(1e15), 0.0);
        assert!(poisson.upper_tail(150.0) > 0.0);
    }

    #[test]
    fn long_tails_are_those_of_the_sum() {
        let (size, scale) = (0.4f64, 5_000.0f64);
        let success = 1.0 / scale;
        let long = CountDistribution::NegativeBinomial { size, success };
        let quantile = long.quantile(0.99);
        // The sum, count by count.
        let (mut k, mut probability, mut sum) = (0.0, success.powf(size), 0.0);
        while sum + probability < 0.99 {
            sum += probability;
            probability *= (k + size) * (1.0 - success) / (k + 1.0);
            k += 1.0;
        }
        assert_eq!(quantile, k);
        assert!((long.upper_tail(k) - (1.0 - sum)).abs() < 1e-9);
    }

    #[test]
    fn large_means_agree_with_the_normal_curve() {
        let poisson = CountDistribution::Poisson { mean: 10_000.0 };
        // Cornish–Fisher: mean + 1.6449 sd + (1.6449² − 1)/6 = 10 164.77, less a half for continuity.
        assert_eq!(poisson.quantile(0.95), 10_165.0);
        // Median near mean + 1/3: P(X ≥ mean) = 0.5 + ⅓ · 0.003989.
        assert!((poisson.upper_tail(10_000.0) - 0.501_33).abs() < 1e-4);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn the_quantile_is_the_first_count_that_reaches(
            mean in 0.01..3_000.0f64, dispersion in 1.0..30.0f64, probability in 0.5..0.9999f64,
        ) {
            let distribution = CountDistribution::with_dispersion(mean, dispersion);
            let k = distribution.quantile(probability);
            prop_assert!(distribution.upper_tail(k + 1.0) <= 1.0 - probability + 1e-11);
            prop_assert!(k == 0.0 || distribution.upper_tail(k) >= 1.0 - probability - 1e-11);
        }
    }
}
