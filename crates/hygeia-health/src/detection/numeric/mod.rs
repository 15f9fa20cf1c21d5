//! Special functions, count distributions and regression that the detectors share.

pub(crate) mod counts;
pub(crate) mod log_linear;
pub(crate) mod random;
pub(crate) mod seasonal_trend;
pub(crate) mod special;

use crate::growth::{percentile_of_z, z_of_percentile};

/// Standard normal quantile of a probability; infinite outside the open interval 0–1.
pub(crate) fn normal_quantile(probability: f64) -> f64 {
    z_of_percentile(100.0 * probability).unwrap_or(if probability >= 1.0 {
        f64::INFINITY
    } else {
        f64::NEG_INFINITY
    })
}

/// Standard normal distribution function.
pub(crate) fn normal_cdf(z: f64) -> f64 {
    percentile_of_z(z) / 100.0
}

/// Sample quantile of `sorted` values by linear interpolation, the seventh type of Hyndman and Fan
/// (Am Stat 1996;50:361–365), as spreadsheets do. `None` without values.
pub(crate) fn sample_quantile(sorted: &[f64], probability: f64) -> Option<f64> {
    let position = probability * sorted.len().checked_sub(1)? as f64;
    let below = position.floor() as usize;
    let low = *sorted.get(below)?;
    let high = *sorted.get(below + 1).unwrap_or(&low);
    Some(low + (position - below as f64) * (high - low))
}

/// Mean of the values; NaN without any.
pub(crate) fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

/// Sample standard deviation (n − 1); NaN with fewer than two values.
pub(crate) fn standard_deviation(values: &[f64]) -> f64 {
    let center = mean(values);
    let squares: f64 = values.iter().map(|value| (value - center) * (value - center)).sum();
    if values.len() < 2 { f64::NAN } else { (squares / (values.len() - 1) as f64).sqrt() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_interpolate() {
        let values = [1.0, 2.0, 3.0, 5.0];
        assert_eq!(sample_quantile(&values, 0.5), Some(2.5));
        assert_eq!(sample_quantile(&values, 1.0), Some(5.0));
        assert_eq!(sample_quantile(&[], 0.5), None);
        assert!((normal_quantile(0.975) - 1.959_963_984_540_054).abs() < 1e-12);
    }

    #[test]
    fn spread_needs_two_values() {
        assert!(standard_deviation(&[3.0]).is_nan());
        assert!((standard_deviation(&[2.0, 4.0, 6.0]) - 2.0).abs() < 1e-15);
    }
}
