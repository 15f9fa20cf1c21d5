//! WS/T 423-2022 7岁以下儿童生长标准: levels and nutrition classes for children under 7.
//!
//! The standard prints percentile tables (annex A) and standard deviation tables (annex B), and classes by
//! the printed lines. It prints no LMS and no rule for ages between rows. Between rows this module draws
//! straight lines, and a z-score is the place between two SD lines, also straight; beyond the third line the
//! distance between the second and third counts as one. On a printed row the judgement is the standard's own.

mod child;
mod level;
mod table;

pub use child::{Assessment, KindergartenClass, Measurement, assess};
use jiff::civil::{Date, date};
pub use level::{Level, NutritionClass};
use serde::{Deserialize, Serialize};

use super::{Sex, positive};

/// The standard is in force from this day; examinations before it were judged by others, which do not ship.
pub const IN_FORCE_FROM: Date = date(2023, 3, 1);

/// What is measured and against what.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Indicator {
    /// Weight-for-age 年龄别体重, kg.
    WeightForAge,
    /// Length- or height-for-age 年龄别身长/身高, cm: lying below 24 months, standing from then.
    LengthHeightForAge,
    /// Weight-for-length 身长别体重, kg, below 24 months.
    WeightForLength,
    /// Weight-for-height 身高别体重, kg, from 24 months.
    WeightForHeight,
    /// BMI-for-age 年龄别体质指数, kg/m².
    BmiForAge,
    /// Head circumference-for-age 年龄别头围, cm, to 36 months.
    HeadForAge,
}

impl Indicator {
    /// Every indicator of the standard, in its order.
    pub const ALL: [Self; 6] = [
        Self::WeightForAge,
        Self::LengthHeightForAge,
        Self::WeightForLength,
        Self::WeightForHeight,
        Self::BmiForAge,
        Self::HeadForAge,
    ];

    /// The name used in data: `weight_for_age`, `lenhei_for_age`, `weight_for_length`, `weight_for_height`,
    /// `bmi_for_age`, `head_for_age`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::WeightForAge => "weight_for_age",
            Self::LengthHeightForAge => "lenhei_for_age",
            Self::WeightForLength => "weight_for_length",
            Self::WeightForHeight => "weight_for_height",
            Self::BmiForAge => "bmi_for_age",
            Self::HeadForAge => "head_for_age",
        }
    }

    /// Reads [`as_str`](Self::as_str).
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|indicator| indicator.as_str() == text.trim())
    }

    /// The standard's Chinese name.
    #[must_use]
    pub fn zh(self) -> &'static str {
        match self {
            Self::WeightForAge => "年龄别体重",
            Self::LengthHeightForAge => "年龄别身长/身高",
            Self::WeightForLength => "身长别体重",
            Self::WeightForHeight => "身高别体重",
            Self::BmiForAge => "年龄别体质指数",
            Self::HeadForAge => "年龄别头围",
        }
    }
}

/// What the standard says about one value.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Judgement {
    /// Place among the SD lines, in standard deviations: a drawing aid of ours, not printed in the standard.
    pub z: f64,
    /// Level by percentiles 百分位数法.
    pub percentile_level: Level,
    /// Level by standard deviations 标准差法.
    pub sd_level: Level,
    /// Nutrition class 营养状况; `None` when the value is in none, or the indicator (head) has none.
    pub nutrition: Option<NutritionClass>,
}

/// Judges a value above zero at `x`: age in months, or length or height in cm.
///
/// `None` outside the tables: ages 0 to 81 months (head to 36), length 45–100 cm, height 75–130 cm. The row of
/// 81 months also serves up to the seventh birthday, the end of the standard. Between 23 and 24 months the row
/// of 23 holds, since the next one describes standing height.
///
/// ```
/// use hygeia_health::growth::{Sex, cn};
/// let found = cn::judge(cn::Indicator::BmiForAge, Sex::Male, 0.0, 10.1).unwrap();
/// assert_eq!(found.sd_level.zh(), "下");
/// assert_eq!(found.nutrition.map(cn::NutritionClass::zh), Some("重度消瘦"));
/// ```
#[must_use]
pub fn judge(indicator: Indicator, sex: Sex, x: f64, value: f64) -> Option<Judgement> {
    let value = positive(Some(value))?;
    let percentiles = percentile_lines(indicator, sex, x)?;
    let deviations = sd_lines(indicator, sex, x)?;
    Some(Judgement {
        z: place(&deviations, value)?,
        percentile_level: Level::by_percentiles(&percentiles, value),
        sd_level: Level::by_deviations(&deviations, value),
        nutrition: NutritionClass::of(indicator, &deviations, value),
    })
}

/// The values of P3, P10, P25, P50, P75, P90 and P97 at `x` (annex A).
#[must_use]
pub fn percentile_lines(indicator: Indicator, sex: Sex, x: f64) -> Option<[f64; 7]> {
    table::lines(&table::tables().percentiles[indicator as usize], indicator, sex, x)
}

/// The values at −3, −2, −1, 0, +1, +2 and +3 SD at `x` (annex B).
#[must_use]
pub fn sd_lines(indicator: Indicator, sex: Sex, x: f64) -> Option<[f64; 7]> {
    table::lines(&table::tables().deviations[indicator as usize], indicator, sex, x)
}

/// The printed rows' positions: months of age, or cm of length or height.
#[must_use]
pub fn printed_rows(indicator: Indicator) -> Vec<f64> {
    table::printed_rows(indicator)
}

/// Where a value lies among the SD lines, straight between them and beyond.
fn place(lines: &[f64; 7], value: f64) -> Option<f64> {
    let above = lines.iter().position(|line| value < *line).unwrap_or(6).max(1);
    let below = above - 1;
    let (low, high) = (lines.get(below)?, lines.get(above)?);
    // Measured from the nearer end, so that a value on a line is exactly that line.
    let z = if value >= *high {
        above as f64 + (value - high) / (high - low)
    } else {
        below as f64 + (value - low) / (high - low)
    };
    Some(z - 3.0).filter(|z| z.is_finite())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_value_on_a_line_has_that_z() {
        let lines = sd_lines(Indicator::LengthHeightForAge, Sex::Female, 36.0).unwrap();
        for (index, line) in lines.iter().enumerate() {
            assert_eq!(place(&lines, *line), Some(index as f64 - 3.0));
        }
    }

    #[test]
    fn the_standard_ends_at_the_seventh_birthday() {
        let at = |x| judge(Indicator::WeightForAge, Sex::Male, x, 22.0);
        assert!(at(83.9).is_some());
        assert_eq!(at(83.9), at(81.0));
        assert_eq!(at(84.0), None);
        assert_eq!(judge(Indicator::HeadForAge, Sex::Male, 36.1, 49.0), None);
        assert_eq!(judge(Indicator::WeightForHeight, Sex::Male, 130.1, 28.0), None);
        assert_eq!(judge(Indicator::WeightForAge, Sex::Male, f64::NAN, 22.0), None);
        assert_eq!(judge(Indicator::WeightForAge, Sex::Male, 12.0, 0.0), None);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn z_rises_with_the_value_and_agrees_with_the_level(
            which in 0usize..6, boy in any::<bool>(), share in 0.0..1.0f64, value in 1.0..140.0f64,
            more in 0.01..20.0f64,
        ) {
            let indicator = Indicator::ALL[which];
            let sex = if boy { Sex::Male } else { Sex::Female };
            let rows = printed_rows(indicator);
            let x = rows[0] + share * (rows[rows.len() - 1] - rows[0]);
            let low = judge(indicator, sex, x, value).unwrap();
            let high = judge(indicator, sex, x, value + more).unwrap();
            prop_assert!(low.z < high.z);
            prop_assert!(low.sd_level <= high.sd_level && low.percentile_level <= high.percentile_level);
            let by_z = [-2.0, -1.0, 1.0, 2.0].iter().filter(|bound| low.z >= **bound).count();
            prop_assert_eq!(by_z, low.sd_level as usize);
        }
    }
}
