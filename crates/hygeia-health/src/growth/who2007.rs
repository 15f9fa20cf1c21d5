//! WHO Growth Reference for 5 to 19 years.
//!
//! de Onis M et al., Development of a WHO growth reference for school-aged children and adolescents,
//! Bull World Health Organ 2007;85:660–667.

use std::sync::OnceLock;

use serde::{Deserialize, Serialize};

use super::table::Table;
use super::who2006::ZScore;
use super::{Lms, Sex, bmi, positive};

/// What is measured; all against age in months.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Indicator {
    /// Height-for-age 年龄别身高, cm, 60 to 228 months.
    HeightForAge,
    /// Weight-for-age 年龄别体重, kg, 60 to 120 months: later, puberty makes weight alone meaningless.
    WeightForAge,
    /// BMI-for-age 年龄别体质指数, kg/m², 60 to 228 months.
    BmiForAge,
}

impl Indicator {
    /// z-scores outside this range are flagged as implausible (WHO AnthroPlus manual).
    #[must_use]
    pub fn plausible_z(self) -> (f64, f64) {
        match self {
            Self::HeightForAge => (-6.0, 6.0),
            Self::WeightForAge => (-6.0, 5.0),
            Self::BmiForAge => (-5.0, 5.0),
        }
    }

    /// The first and last month of age the reference covers.
    #[must_use]
    pub fn months(self) -> (f64, f64) {
        match self {
            Self::WeightForAge => (60.0, 120.0),
            Self::HeightForAge | Self::BmiForAge => (60.0, 228.0),
        }
    }
}

/// One child on one day. Every figure may be missing.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Measurement {
    /// Without it there is no z-score.
    pub sex: Option<Sex>,
    /// Age in months of 30.4375 days ([`Age::months`](super::Age::months)).
    pub age_months: Option<f64>,
    /// Weight, kg.
    pub weight_kg: Option<f64>,
    /// Standing height, cm.
    pub height_cm: Option<f64>,
    /// Oedema 水肿: weight then says nothing about nutrition.
    pub oedema: bool,
}

/// What the reference says about a [`Measurement`]; a score is `None` when it cannot be computed.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Assessment {
    /// kg/m².
    pub bmi: Option<f64>,
    /// HAZ.
    pub height_for_age: Option<ZScore>,
    /// WAZ; none with oedema.
    pub weight_for_age: Option<ZScore>,
    /// BAZ; none with oedema.
    pub bmi_for_age: Option<ZScore>,
}

/// z-scores of a child by the WHO Reference 2007, as WHO AnthroPlus computes them: parameters interpolated
/// between months, restricted LMS beyond ±3 SD for weight and BMI. A figure at or below zero gives none.
///
/// ```
/// use hygeia_health::growth::{Sex, who2007};
/// let boy = who2007::Measurement {
///     sex: Some(Sex::Male),
///     age_months: Some(105.0),
///     weight_kg: Some(19.06),
///     height_cm: Some(132.0),
///     oedema: false,
/// };
/// assert!((who2007::assess(&boy).bmi_for_age.unwrap().z + 4.711_554).abs() < 1e-6);
/// ```
#[must_use]
pub fn assess(child: &Measurement) -> Assessment {
    let height_cm = positive(child.height_cm);
    let weight_kg = positive(child.weight_kg).filter(|_| !child.oedema);
    let body_mass = child.weight_kg.zip(child.height_cm).and_then(|(kg, cm)| bmi(kg, cm));
    let mut result = Assessment { bmi: body_mass, ..Default::default() };
    let (Some(sex), Some(months)) = (child.sex, child.age_months) else { return result };
    let score =
        |indicator, value: Option<f64>| value.and_then(|value| z_score(indicator, sex, months, value));
    result.height_for_age = score(Indicator::HeightForAge, height_cm);
    result.weight_for_age = score(Indicator::WeightForAge, weight_kg);
    result.bmi_for_age = score(Indicator::BmiForAge, positive(body_mass).filter(|_| !child.oedema));
    result
}

/// z-score of one value above zero at an age in months; `None` outside the reference.
#[must_use]
pub fn z_score(indicator: Indicator, sex: Sex, age_months: f64, value: f64) -> Option<ZScore> {
    let row = lms(indicator, sex, age_months)?;
    let value = positive(Some(value))?;
    let z = match indicator {
        Indicator::HeightForAge => row.z(value),
        Indicator::WeightForAge | Indicator::BmiForAge => row.restricted_z(value),
    };
    ZScore::within(z, indicator.plausible_z())
}

/// The reference's parameters at an age in months; `None` outside it.
#[must_use]
pub fn lms(indicator: Indicator, sex: Sex, age_months: f64) -> Option<Lms> {
    let (first, last) = indicator.months();
    if !(age_months >= first && age_months <= last) {
        return None;
    }
    table(indicator).lms_between(sex, age_months)
}

fn table(indicator: Indicator) -> &'static Table<3> {
    static TABLES: OnceLock<[Table<3>; 3]> = OnceLock::new();
    let [height, weight, bmi] = TABLES.get_or_init(|| {
        [
            Table::read(include_str!("../../data/growth/who2007/hfa.csv"), 1.0),
            Table::read(include_str!("../../data/growth/who2007/wfa.csv"), 1.0),
            Table::read(include_str!("../../data/growth/who2007/bfa.csv"), 1.0),
        ]
    });
    match indicator {
        Indicator::HeightForAge => height,
        Indicator::WeightForAge => weight,
        Indicator::BmiForAge => bmi,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_reference_ends_where_it_ends() {
        let lms = |indicator, months| lms(indicator, Sex::Male, months).is_some();
        assert!(lms(Indicator::WeightForAge, 120.0) && !lms(Indicator::WeightForAge, 120.01));
        assert!(lms(Indicator::BmiForAge, 228.0) && !lms(Indicator::BmiForAge, 228.5));
        assert!(lms(Indicator::HeightForAge, 60.0) && !lms(Indicator::HeightForAge, 59.9));
        assert!(!lms(Indicator::HeightForAge, f64::NAN));
    }

    #[test]
    fn parameters_between_months_lie_between() {
        let at = |months| lms(Indicator::HeightForAge, Sex::Female, months).unwrap().m;
        assert!((at(100.25) - (0.75 * at(100.0) + 0.25 * at(101.0))).abs() < 1e-12);
    }
}
