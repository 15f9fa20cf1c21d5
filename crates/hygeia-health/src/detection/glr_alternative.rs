//! The largest log likelihood ratio of a stretch of counts against its in-control means.

/// Newton steps for a maximum; far more than a concave likelihood needs.
const MAX_STEPS: usize = 100;
const TOLERANCE: f64 = 1e-12;

/// max over κ ≥ 0 of Σ xκ − μ(e^κ − 1): a multiplicative rise of Poisson counts, from the two sums.
pub(crate) fn poisson_rise(cases: f64, expected: f64) -> f64 {
    if cases <= expected || expected <= 0.0 && cases <= 0.0 {
        return 0.0;
    }
    cases * (cases / expected).ln() - (cases - expected)
}

/// max over κ ≥ 0 of the same for negative binomial counts with variance μ + αμ².
pub(crate) fn negative_binomial_rise(counts: &[f64], means: &[f64], alpha: f64) -> f64 {
    let kappa = positive_root(|kappa| negative_binomial_score(counts, means, alpha, kappa));
    negative_binomial_ratio(counts, means, alpha, kappa)
}

/// Log likelihood ratio of means μe^κ against μ.
pub(crate) fn negative_binomial_ratio(counts: &[f64], means: &[f64], alpha: f64, kappa: f64) -> f64 {
    let growth = kappa.exp();
    counts
        .iter()
        .zip(means)
        .map(|(x, mu)| {
            x * kappa - (x + 1.0 / alpha) * ((1.0 + alpha * mu * growth) / (1.0 + alpha * mu)).ln()
        })
        .sum()
}

/// Derivative of the log likelihood in κ, and its own derivative.
fn negative_binomial_score(counts: &[f64], means: &[f64], alpha: f64, kappa: f64) -> (f64, f64) {
    let growth = kappa.exp();
    let mut slope = 0.0;
    let mut curvature = 0.0;
    for (x, mu) in counts.iter().zip(means) {
        let mean = mu * growth;
        slope += (x - mean) / (1.0 + alpha * mean);
        curvature -= mean * (1.0 + alpha * x) / (1.0 + alpha * mean).powi(2);
    }
    (slope, curvature)
}

/// First κ that the R package tries for the longest stretch; shorter ones start from the estimate before.
pub(crate) const R_START: f64 = 0.5;

/// κ as the R package finds it: Newton's steps without safeguard, which end far off when the start is.
pub(crate) fn unguarded_kappa(counts: &[f64], means: &[f64], alpha: f64, start: f64) -> f64 {
    let (mut kappa, mut change) = (start, f64::INFINITY);
    let mut steps = 0;
    // Not a number ends the steps as well.
    while kappa > -18.0 && change > 1e-6 && steps < 1_000 {
        let (slope, curvature) = negative_binomial_score(counts, means, alpha, kappa);
        let next = kappa - slope / curvature;
        change = (next - kappa).abs();
        kappa = next;
        steps += 1;
    }
    kappa
}

/// max over λ ≥ 0 of the log likelihood ratio of means μ + λ·(count before) against μ: spread from case to case.
pub(crate) fn epidemic_rise(counts: &[f64], means: &[f64], before: &[f64], alpha: f64) -> f64 {
    let rows = || counts.iter().zip(means).zip(before).map(|((x, mu), previous)| (*x, *mu, *previous));
    let score = |lambda: f64| {
        let mut slope = 0.0;
        let mut curvature = 0.0;
        for (x, mu, previous) in rows() {
            let mean = mu + lambda * previous;
            slope += previous * (x - mean) / (mean * (1.0 + alpha * mean));
            let down = (1.0 + alpha * x) * alpha / (1.0 + alpha * mean).powi(2);
            curvature += previous * previous * (down - x / (mean * mean));
        }
        (slope, curvature)
    };
    let lambda = positive_root(score);
    epidemic_ratio(counts, means, before, alpha, lambda)
}

/// Log likelihood ratio of means μ + λ·(count before) against μ.
pub(crate) fn epidemic_ratio(counts: &[f64], means: &[f64], before: &[f64], alpha: f64, lambda: f64) -> f64 {
    let rows = counts.iter().zip(means).zip(before);
    rows.map(|((x, mu), previous)| {
        let mean = mu + lambda * previous;
        let odds = if alpha > 0.0 {
            (x + 1.0 / alpha) * ((1.0 + alpha * mean) / (1.0 + alpha * mu)).ln()
        } else {
            mean - mu
        };
        x * (mean / mu).ln() - odds
    })
    .sum()
}

/// Root above zero of a falling function given with its derivative; 0 when it is not positive at 0.
fn positive_root(function: impl Fn(f64) -> (f64, f64)) -> f64 {
    if function(0.0).0.partial_cmp(&0.0) != Some(std::cmp::Ordering::Greater) {
        return 0.0;
    }
    let (mut low, mut high) = (0.0, f64::INFINITY);
    let mut x = 0.0;
    for _ in 0..MAX_STEPS {
        let (value, slope) = function(x);
        if value > 0.0 {
            low = x
        } else {
            high = x
        }
        let newton = x - value / slope;
        let next = if slope < 0.0 && newton > low && newton < high.min(low + 2.0) {
            newton
        } else if high.is_finite() {
            0.5 * (low + high)
        } else {
            low + 1.0
        };
        if (next - x).abs() <= TOLERANCE * (1.0 + x.abs()) {
            return next;
        }
        x = next;
    }
    x
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn little_overdispersion_is_poisson() {
        let (counts, means) = ([5.0, 2.0, 7.0], [2.0, 2.5, 3.0]);
        let poisson = poisson_rise(14.0, 7.5);
        assert!((negative_binomial_rise(&counts, &means, 1e-7) - poisson).abs() < 1e-5);
    }

    #[test]
    fn no_rise_no_ratio() {
        assert_eq!(poisson_rise(3.0, 4.0), 0.0);
        assert_eq!(negative_binomial_rise(&[1.0], &[4.0], 0.2), 0.0);
        assert_eq!(epidemic_rise(&[1.0], &[4.0], &[2.0], 0.2), 0.0);
    }
}
