//! A child's whole assessment, and the classes a kindergarten counts.
//!
//! WS/T 423-2022 7岁以下儿童生长标准; the classes are those of the statistics of 托儿所幼儿园卫生保健工作规范 (2012).

use serde::{Deserialize, Serialize};

use super::{Indicator, Judgement, NutritionClass, judge};
use crate::growth::{Age, Sex, bmi, positive};

/// Rows of the standard describe standing height from this month on.
const STANDING_FROM_MONTH: f64 = 24.0;

/// One child on one day. Every figure may be missing.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Measurement {
    /// Sex.
    pub sex: Sex,
    /// Age on the day; the standard reads calendar months.
    pub age: Age,
    /// Weight, kg.
    pub weight_kg: Option<f64>,
    /// Lying length below 24 months, standing height from then, cm.
    pub length_or_height_cm: Option<f64>,
    /// Head circumference, cm.
    pub head_cm: Option<f64>,
}

/// What WS/T 423-2022 says about a child; `None` where a figure is missing or outside its table.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Assessment {
    /// kg/m².
    pub bmi: Option<f64>,
    /// Weight-for-age.
    pub weight_for_age: Option<Judgement>,
    /// Length- or height-for-age.
    pub length_height_for_age: Option<Judgement>,
    /// Weight-for-length below 24 months, weight-for-height from then.
    pub weight_for_length_height: Option<Judgement>,
    /// BMI-for-age.
    pub bmi_for_age: Option<Judgement>,
    /// Head circumference-for-age.
    pub head_for_age: Option<Judgement>,
}

/// The five classes of a kindergarten's yearly statistics, severe ones included.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum KindergartenClass {
    /// 低体重.
    Underweight,
    /// 生长迟缓.
    Stunting,
    /// 消瘦.
    Wasting,
    /// 超重, without obesity.
    Overweight,
    /// 肥胖.
    Obesity,
}

impl KindergartenClass {
    /// All five in the order of the printed forms.
    pub const ALL: [Self; 5] =
        [Self::Underweight, Self::Stunting, Self::Wasting, Self::Overweight, Self::Obesity];

    /// The word of the printed forms.
    #[must_use]
    pub fn zh(self) -> &'static str {
        match self {
            Self::Underweight => "低体重",
            Self::Stunting => "生长迟缓",
            Self::Wasting => "消瘦",
            Self::Overweight => "超重",
            Self::Obesity => "肥胖",
        }
    }
}

/// Judges a child by WS/T 423-2022.
///
/// ```
/// use hygeia_health::growth::{Age, Sex, cn};
/// use jiff::civil::date;
/// let found = cn::assess(&cn::Measurement {
///     sex: Sex::Female,
///     age: Age::between(date(2022, 9, 1), date(2026, 9, 1)).unwrap(),
///     weight_kg: Some(12.0),
///     length_or_height_cm: Some(99.0),
///     head_cm: None,
/// });
/// assert_eq!(found.has(cn::KindergartenClass::Underweight), Some(true));
/// assert_eq!(found.has(cn::KindergartenClass::Stunting), Some(false));
/// ```
#[must_use]
pub fn assess(child: &Measurement) -> Assessment {
    let months = child.age.calendar_months();
    let (kg, cm) = (positive(child.weight_kg), positive(child.length_or_height_cm));
    let by_age = |indicator, value: Option<f64>| judge(indicator, child.sex, months, value?);
    let body_mass = kg.zip(cm).and_then(|(kg, cm)| bmi(kg, cm));
    Assessment {
        bmi: body_mass,
        weight_for_age: by_age(Indicator::WeightForAge, kg),
        length_height_for_age: by_age(Indicator::LengthHeightForAge, cm),
        weight_for_length_height: kg
            .zip(cm)
            .and_then(|(kg, cm)| judge(for_height(child.age)?, child.sex, cm, kg)),
        bmi_for_age: by_age(Indicator::BmiForAge, body_mass),
        head_for_age: by_age(Indicator::HeadForAge, positive(child.head_cm)),
    }
}

/// Which table weight is read from at an age; none from the seventh birthday.
fn for_height(age: Age) -> Option<Indicator> {
    match age.calendar_months() {
        months if months < STANDING_FROM_MONTH => Some(Indicator::WeightForLength),
        months if months < 84.0 => Some(Indicator::WeightForHeight),
        _ => None,
    }
}

impl Assessment {
    /// Leanness or fatness: weight-for-length/height, or BMI-for-age for a child beyond its table.
    #[must_use]
    pub fn body(&self) -> Option<Judgement> {
        self.weight_for_length_height.or(self.bmi_for_age)
    }

    /// The child's nutrition classes, at most three: weight, height, body.
    pub fn classes(&self) -> impl Iterator<Item = NutritionClass> {
        let judged = [self.weight_for_age, self.length_height_for_age, self.body()];
        judged.into_iter().flatten().filter_map(|judgement| judgement.nutrition)
    }

    /// Whether the child counts in a class; `None` when it cannot be told and the child leaves the denominator.
    #[must_use]
    pub fn has(&self, class: KindergartenClass) -> Option<bool> {
        use NutritionClass as N;
        let (judgement, counted): (Option<Judgement>, &[N]) = match class {
            KindergartenClass::Underweight => {
                (self.weight_for_age, &[N::Underweight, N::SeverelyUnderweight])
            }
            KindergartenClass::Stunting => (self.length_height_for_age, &[N::Stunted, N::SeverelyStunted]),
            KindergartenClass::Wasting => (self.body(), &[N::Wasted, N::SeverelyWasted]),
            KindergartenClass::Overweight => (self.body(), &[N::Overweight]),
            KindergartenClass::Obesity => (self.body(), &[N::Obese, N::SeverelyObese]),
        };
        judgement.map(|judgement| judgement.nutrition.is_some_and(|found| counted.contains(&found)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn boy(months: f64, kg: Option<f64>, cm: Option<f64>) -> Assessment {
        let age = Age::from_months(months).unwrap();
        assess(&Measurement { sex: Sex::Male, age, weight_kg: kg, length_or_height_cm: cm, head_cm: None })
    }

    #[test]
    fn a_missing_weight_is_not_a_normal_weight() {
        let found = boy(48.0, None, Some(104.0));
        assert_eq!(found.has(KindergartenClass::Obesity), None);
        assert_eq!(found.has(KindergartenClass::Underweight), None);
        assert_eq!(found.has(KindergartenClass::Stunting), Some(false));
    }

    #[test]
    fn obesity_is_not_counted_as_overweight() {
        let found = boy(60.0, Some(30.0), Some(110.0));
        assert_eq!(found.has(KindergartenClass::Obesity), Some(true));
        assert_eq!(found.has(KindergartenClass::Overweight), Some(false));
        assert!(found.classes().all(NutritionClass::is_severe));
    }

    #[test]
    fn a_tall_child_beyond_the_height_table_is_judged_by_bmi() {
        let found = boy(80.0, Some(30.0), Some(133.0));
        assert_eq!(found.weight_for_length_height, None);
        assert_eq!(found.body(), found.bmi_for_age);
        assert!(found.body().is_some());
    }

    #[test]
    fn seven_years_is_beyond_the_standard() {
        let found = boy(84.0, Some(22.0), Some(120.0));
        assert_eq!(found, Assessment { bmi: found.bmi, ..Default::default() });
    }
}
