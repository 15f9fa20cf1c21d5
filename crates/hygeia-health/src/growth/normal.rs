//! The standard normal distribution, to turn z-scores into percentiles and back.

/// Percentile 百分位, 0 to 100, of a z-score. NaN for NaN.
///
/// Hart's algorithm in double precision (West, Wilmott Magazine 2005;46:70–76).
///
/// ```
/// use hygeia_health::growth::percentile_of_z;
/// assert!((percentile_of_z(0.0) - 50.0).abs() < 1e-12);
/// assert!((percentile_of_z(-1.880_793_608_151_25) - 3.0).abs() < 1e-9);
/// ```
#[must_use]
pub fn percentile_of_z(z: f64) -> f64 {
    let tail = upper_tail(z.abs());
    100.0 * if z > 0.0 { 1.0 - tail } else { tail }
}

/// Probability beyond a distance from the mean, one side.
fn upper_tail(distance: f64) -> f64 {
    if distance > 37.0 {
        return 0.0;
    }
    let density = (-distance * distance / 2.0).exp();
    if distance < 10.0 / std::f64::consts::SQRT_2 {
        let numerator = [
            3.526_249_659_989_11e-2,
            0.700_383_064_443_688,
            6.373_962_203_531_65,
            33.912_866_078_383,
            112.079_291_497_871,
            221.213_596_169_931,
            220.206_867_912_376,
        ];
        let denominator = [
            8.838_834_764_831_84e-2,
            1.755_667_163_182_64,
            16.064_177_579_207,
            86.780_732_202_946_1,
            296.564_248_779_674,
            637.333_633_378_831,
            793.826_512_519_948,
            440.413_735_824_752,
        ];
        return density * horner(&numerator, distance) / horner(&denominator, distance);
    }
    let mut fraction = distance + 0.65;
    for step in [4.0, 3.0, 2.0, 1.0] {
        fraction = distance + step / fraction;
    }
    density / fraction / (2.0 * std::f64::consts::PI).sqrt()
}

/// z-score of a percentile between 0 and 100, both excluded; `None` otherwise.
///
/// Wichura's algorithm AS 241 (Appl Stat 1988;37:477–484), about sixteen digits.
///
/// ```
/// use hygeia_health::growth::z_of_percentile;
/// assert!((z_of_percentile(97.0).unwrap() - 1.880_793_608_151_25).abs() < 1e-12);
/// assert_eq!(z_of_percentile(100.0), None);
/// ```
#[must_use]
pub fn z_of_percentile(percentile: f64) -> Option<f64> {
    let p = percentile / 100.0;
    if !(p > 0.0 && p < 1.0) {
        return None;
    }
    let q = p - 0.5;
    if q.abs() <= 0.425 {
        return Some(q * central(0.180_625 - q * q));
    }
    let r = (-p.min(1.0 - p).ln()).sqrt();
    let distance = if r <= 5.0 { near_tail(r - 1.6) } else { far_tail(r - 5.0) };
    Some(if q < 0.0 { -distance } else { distance })
}

fn central(r: f64) -> f64 {
    let numerator = [
        2.509_080_928_730_122_7e3,
        3.343_057_558_358_813e4,
        6.726_577_092_700_87e4,
        4.592_195_393_154_987e4,
        1.373_169_376_550_946e4,
        1.971_590_950_306_551_3e3,
        1.331_416_678_917_843_8e2,
        3.387_132_872_796_366_5,
    ];
    let denominator = [
        5.226_495_278_852_854e3,
        2.872_908_573_572_194_3e4,
        3.930_789_580_009_271e4,
        2.121_379_430_158_659_7e4,
        5.394_196_021_424_751e3,
        6.871_870_074_920_579e2,
        4.231_333_070_160_091e1,
        1.0,
    ];
    horner(&numerator, r) / horner(&denominator, r)
}

fn near_tail(r: f64) -> f64 {
    let numerator = [
        7.745_450_142_783_414e-4,
        2.272_384_498_926_918_4e-2,
        2.417_807_251_774_506e-1,
        1.270_458_252_452_368_4,
        3.647_848_324_763_204_5,
        5.769_497_221_460_691,
        4.630_337_846_156_546,
        1.423_437_110_749_683_5,
    ];
    let denominator = [
        1.050_750_071_644_416_9e-9,
        5.475_938_084_995_345e-4,
        1.519_866_656_361_645_7e-2,
        1.481_039_764_274_800_8e-1,
        6.897_673_349_851e-1,
        1.676_384_830_183_803_8,
        2.053_191_626_637_759,
        1.0,
    ];
    horner(&numerator, r) / horner(&denominator, r)
}

fn far_tail(r: f64) -> f64 {
    let numerator = [
        2.010_334_399_292_288_1e-7,
        2.711_555_568_743_487_6e-5,
        1.242_660_947_388_078_4e-3,
        2.653_218_952_657_612_4e-2,
        2.965_605_718_285_048_7e-1,
        1.784_826_539_917_291_3,
        5.463_784_911_164_114,
        6.657_904_643_501_103,
    ];
    let denominator = [
        2.044_263_103_389_939_8e-15,
        1.421_511_758_316_446e-7,
        1.846_318_317_510_054_8e-5,
        7.868_691_311_456_133e-4,
        1.487_536_129_085_061_5e-2,
        1.369_298_809_227_358e-1,
        5.998_322_065_558_88e-1,
        1.0,
    ];
    horner(&numerator, r) / horner(&denominator, r)
}

/// A polynomial with the highest power first.
fn horner(coefficients: &[f64], x: f64) -> f64 {
    coefficients.iter().fold(0.0, |sum, coefficient| sum * x + coefficient)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn known_values() {
        // Tables of the normal distribution: one, two and three standard deviations.
        for (z, percentile) in
            [(1.0, 84.134_474_606_854_3), (-2.0, 2.275_013_194_817_92), (3.0, 99.865_010_196_837)]
        {
            assert!((percentile_of_z(z) - percentile).abs() < 1e-10, "{z}");
        }
        assert!((percentile_of_z(-8.0) / 6.220_960_574_271_78e-14 - 1.0).abs() < 1e-6);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn percentiles_are_symmetric_and_invert(z in -6.0..6.0f64) {
            prop_assert!((percentile_of_z(z) + percentile_of_z(-z) - 100.0).abs() < 1e-10);
            let back = z_of_percentile(percentile_of_z(z)).unwrap();
            prop_assert!((back - z).abs() < 1e-6);
        }
    }
}
