//! Box–Cox power, median and coefficient of variation.
//!
//! Cole and Green, Stat Med 1992;11:1305–1319.

/// One row of an LMS table (Cole and Green, Stat Med 1992;11:1305–1319).
///
/// ```
/// use hygeia_health::growth::Lms;
/// let girls_at_birth = Lms { l: 0.3809, m: 3.2322, s: 0.14171 };
/// assert!(girls_at_birth.z(3.2322).abs() < 1e-12);
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Lms {
    /// Box–Cox power.
    pub l: f64,
    /// Median, in the measurement's unit.
    pub m: f64,
    /// Coefficient of variation.
    pub s: f64,
}

impl Lms {
    /// z-score of a measurement above zero.
    #[must_use]
    pub fn z(self, value: f64) -> f64 {
        if self.l == 1.0 {
            // Length, height and head circumference are normal: no logarithm needed.
            return (value / self.m - 1.0) / self.s;
        }
        let log_ratio = (value / self.m).ln();
        if self.l == 0.0 { log_ratio / self.s } else { (self.l * log_ratio).exp_m1() / (self.l * self.s) }
    }

    /// The measurement at a z-score, by the same formula backwards.
    #[must_use]
    pub fn value(self, z: f64) -> f64 {
        if self.l == 0.0 {
            self.m * (self.s * z).exp()
        } else {
            self.m * (1.0 + self.l * self.s * z).powf(1.0 / self.l)
        }
    }

    /// z-score with WHO's restriction: beyond ±3 the distance between the second and third SD line counts as
    /// one, because the data hold too few children there to trust the curve's skewness (WHO 2006, Methods and
    /// development, ch. 7).
    #[must_use]
    pub fn restricted_z(self, value: f64) -> f64 {
        let z = self.z(value);
        if z > 3.0 {
            let third = self.value(3.0);
            3.0 + (value - third) / (third - self.value(2.0))
        } else if z < -3.0 {
            let third = self.value(-3.0);
            -3.0 + (value - third) / (self.value(-2.0) - third)
        } else {
            z
        }
    }

    /// The measurement at a z-score under WHO's restriction; the inverse of [`restricted_z`](Self::restricted_z).
    #[must_use]
    pub fn restricted_value(self, z: f64) -> f64 {
        if z > 3.0 {
            let third = self.value(3.0);
            third + (z - 3.0) * (third - self.value(2.0))
        } else if z < -3.0 {
            let third = self.value(-3.0);
            third + (z + 3.0) * (self.value(-2.0) - third)
        } else {
            self.value(z)
        }
    }

    /// The row a share of the way to the next one, each parameter linearly.
    pub(super) fn towards(self, next: Self, share: f64) -> Self {
        let between = |from: f64, to: f64| from + (to - from) * share;
        Self { l: between(self.l, next.l), m: between(self.m, next.m), s: between(self.s, next.s) }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn rows() -> impl Strategy<Value = Lms> {
        (-2.0..2.0f64, 2.0..150.0f64, 0.02..0.15f64).prop_map(|(l, m, s)| Lms { l, m, s })
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn more_measures_higher(row in rows(), a in 0.2..3.0f64, step in 0.001..1.0f64) {
            let (low, high) = (row.m * a, row.m * (a + step));
            prop_assert!(row.restricted_z(low) < row.restricted_z(high));
        }

        #[test]
        fn value_and_z_undo_each_other(row in rows(), z in -6.0..6.0f64) {
            let value = row.restricted_value(z);
            prop_assume!(value > 0.0);
            prop_assert!((row.restricted_z(value) - z).abs() < 1e-8);
        }
    }

    #[test]
    fn a_power_of_zero_is_the_logarithm() {
        let row = Lms { l: 0.0, m: 10.0, s: 0.1 };
        let near = Lms { l: 1e-9, ..row };
        assert!((row.z(12.0) - near.z(12.0)).abs() < 1e-6);
        assert!((row.value(2.0) - near.value(2.0)).abs() < 1e-6);
    }
}
