//! Screening of school-age children, 6 to 18 years.
//!
//! WS/T 586-2018 学龄儿童青少年超重与肥胖筛查 and WS/T 456-2014 学龄儿童青少年营养不良筛查. Both read the age
//! in completed half-years and the BMI to one decimal, which the one-decimal ranges of WS/T 456 suppose.

use std::sync::OnceLock;

use serde::{Deserialize, Serialize};

use super::table::Table;
use super::{Sex, positive};

/// Class by BMI, leanest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BmiClass {
    /// 中重度消瘦 (WS/T 456).
    ModeratelyOrSeverelyThin,
    /// 轻度消瘦 (WS/T 456).
    MildlyThin,
    /// 正常.
    Normal,
    /// 超重 (WS/T 586).
    Overweight,
    /// 肥胖 (WS/T 586).
    Obese,
}

impl BmiClass {
    /// The standards' word.
    #[must_use]
    pub fn zh(self) -> &'static str {
        match self {
            Self::ModeratelyOrSeverelyThin => "中重度消瘦",
            Self::MildlyThin => "轻度消瘦",
            Self::Normal => "正常",
            Self::Overweight => "超重",
            Self::Obese => "肥胖",
        }
    }
}

/// What the two standards say about a child.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Screening {
    /// 生长迟缓 by height; `None` without height or outside 6–18 years.
    pub stunted: Option<bool>,
    /// Class by BMI; `None` without BMI or outside 6–18 years.
    pub bmi_class: Option<BmiClass>,
}

impl Screening {
    /// Whether the child counts in the rate of malnutrition 营养不良, once: stunted or thin. `None` when that
    /// cannot be told.
    #[must_use]
    pub fn malnourished(self) -> Option<bool> {
        let thin = self.bmi_class.map(|class| class <= BmiClass::MildlyThin);
        match (self.stunted, thin) {
            (Some(true), _) | (_, Some(true)) => Some(true),
            (Some(false), Some(false)) => Some(false),
            _ => None,
        }
    }
}

/// Screens a child by age in months, height in cm and BMI in kg/m².
///
/// Ages from 6 to 18 years: at 18 the last half-year of WS/T 456 holds, later neither standard is asked.
///
/// ```
/// use hygeia_health::growth::{Sex, cn_school};
/// let found = cn_school::screen(Sex::Male, 186.0, Some(167.8), Some(26.8));
/// assert_eq!(found.stunted, Some(false));
/// assert_eq!(found.bmi_class.map(cn_school::BmiClass::zh), Some("超重"));
/// ```
#[must_use]
pub fn screen(sex: Sex, age_months: f64, height_cm: Option<f64>, bmi: Option<f64>) -> Screening {
    let (height_cm, bmi) = (positive(height_cm), positive(bmi).map(one_decimal));
    let limits = limits(sex, age_months);
    Screening {
        stunted: limits.zip(height_cm).map(|(limits, cm)| cm <= limits.stunting_height_cm),
        bmi_class: limits.zip(bmi).map(|(limits, bmi)| limits.class(bmi)),
    }
}

/// Half up, forgiving the binary noise of a quotient such as 17.649999….
fn one_decimal(bmi: f64) -> f64 {
    (bmi * 10.0 + 0.5 + 1e-9).floor() / 10.0
}

#[derive(Clone, Copy)]
struct Limits {
    stunting_height_cm: f64,
    moderate_thinness_bmi: f64,
    mild_thinness_bmi: f64,
    overweight_bmi: f64,
    obesity_bmi: f64,
}

impl Limits {
    fn class(self, bmi: f64) -> BmiClass {
        match bmi {
            bmi if bmi >= self.obesity_bmi => BmiClass::Obese,
            bmi if bmi >= self.overweight_bmi => BmiClass::Overweight,
            bmi if bmi <= self.moderate_thinness_bmi => BmiClass::ModeratelyOrSeverelyThin,
            bmi if bmi <= self.mild_thinness_bmi => BmiClass::MildlyThin,
            _ => BmiClass::Normal,
        }
    }
}

/// The limits at an age in months, from 72 to 216.
fn limits(sex: Sex, age_months: f64) -> Option<Limits> {
    if !(72.0..=216.0).contains(&age_months) {
        return None;
    }
    let half_years = (age_months / 6.0).floor() as u32;
    let tables = tables();
    let [overweight_bmi, obesity_bmi] = tables.weight.row(sex, half_years)?;
    let undernutrition = half_years.min(tables.height.keys().1);
    let [_, stunting_height_cm] = tables.height.row(sex, undernutrition)?;
    let [_, moderate_thinness_bmi, _, mild_thinness_bmi] = tables.thinness.row(sex, undernutrition)?;
    Some(Limits { stunting_height_cm, moderate_thinness_bmi, mild_thinness_bmi, overweight_bmi, obesity_bmi })
}

struct Tables {
    /// Overweight and obesity, from.
    weight: Table<2>,
    /// End of the half-year; stunting, to.
    height: Table<2>,
    /// End of the half-year; moderate or severe, to; mild, from and to.
    thinness: Table<4>,
}

fn tables() -> &'static Tables {
    static TABLES: OnceLock<Tables> = OnceLock::new();
    TABLES.get_or_init(|| Tables {
        weight: Table::read(include_str!("../../data/growth/cn/wst586_overweight_obesity.csv"), 2.0),
        height: Table::read(include_str!("../../data/growth/cn/wst456_stunting_height.csv"), 2.0),
        thinness: Table::read(include_str!("../../data/growth/cn/wst456_thinness_bmi.csv"), 2.0),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_half_year_has_limits_in_order() {
        for sex in [Sex::Male, Sex::Female] {
            for half_year in 12..=36u32 {
                let found = limits(sex, f64::from(half_year) * 6.0).unwrap();
                let ladder = [
                    found.moderate_thinness_bmi,
                    found.mild_thinness_bmi,
                    found.overweight_bmi,
                    found.obesity_bmi,
                ];
                assert!(ladder.windows(2).all(|pair| pair[0] < pair[1]), "{sex:?} {half_year} {ladder:?}");
            }
        }
        assert!(limits(Sex::Male, 71.9).is_none());
        assert!(limits(Sex::Male, 216.1).is_none());
    }

    #[test]
    fn a_half_year_holds_until_the_next() {
        let at = |months| screen(Sex::Female, months, Some(106.0), Some(16.55));
        assert_eq!(at(72.0), at(77.9));
        assert_ne!(
            limits(Sex::Female, 77.9).map(|l| l.obesity_bmi),
            limits(Sex::Female, 78.0).map(|l| l.obesity_bmi)
        );
    }

    #[test]
    fn malnutrition_counts_a_child_once_and_only_when_known() {
        let found = |height, bmi| screen(Sex::Male, 100.0, height, bmi).malnourished();
        assert_eq!(found(Some(100.0), None), Some(true));
        assert_eq!(found(Some(130.0), None), None);
        assert_eq!(found(Some(130.0), Some(10.0)), Some(true));
        assert_eq!(found(Some(130.0), Some(16.0)), Some(false));
    }
}
