//! WHO Child Growth Standards, birth to 5 years.
//!
//! WHO Multicentre Growth Reference Study Group, *Length/height-for-age, weight-for-age, weight-for-length,
//! weight-for-height and body mass index-for-age: methods and development* (2006) and *Head circumference-for-age,
//! arm circumference-for-age, triceps skinfold-for-age and subscapular skinfold-for-age* (2007).

use std::sync::OnceLock;

use serde::{Deserialize, Serialize};

use super::table::Table;
use super::{Age, Lms, Position, Sex, bmi, percentile_of_z, positive};

/// What is measured and against what.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Indicator {
    /// Weight-for-age 年龄别体重, kg.
    WeightForAge,
    /// Length- or height-for-age 年龄别身长/身高, cm.
    LengthHeightForAge,
    /// Weight-for-length 身长别体重, kg, below two years.
    WeightForLength,
    /// Weight-for-height 身高别体重, kg, from two years.
    WeightForHeight,
    /// BMI-for-age 年龄别体质指数, kg/m².
    BmiForAge,
    /// Head circumference-for-age 年龄别头围, cm.
    HeadForAge,
    /// Mid-upper arm circumference-for-age 年龄别上臂围, cm, from 3 months.
    ArmForAge,
    /// Triceps skinfold-for-age 肱三头肌皮褶厚度, mm, from 3 months.
    TricepsForAge,
    /// Subscapular skinfold-for-age 肩胛下皮褶厚度, mm, from 3 months.
    SubscapularForAge,
}

impl Indicator {
    /// z-scores outside this range are flagged as implausible (WHO Anthro manual, section on flags).
    #[must_use]
    pub fn plausible_z(self) -> (f64, f64) {
        match self {
            Self::LengthHeightForAge => (-6.0, 6.0),
            Self::WeightForAge => (-6.0, 5.0),
            _ => (-5.0, 5.0),
        }
    }
}

/// One child on one day. Every figure may be missing.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Measurement {
    /// Without it there is no z-score.
    pub sex: Option<Sex>,
    /// Without it only weight-for-length or -height is computed.
    pub age: Option<Age>,
    /// Weight, kg.
    pub weight_kg: Option<f64>,
    /// Length or height as taken, cm.
    pub length_or_height_cm: Option<f64>,
    /// Whether the child lay or stood; when unknown, lying below two years (or 87 cm without an age).
    pub position: Option<Position>,
    /// Head circumference, cm.
    pub head_cm: Option<f64>,
    /// Mid-upper arm circumference, cm.
    pub arm_cm: Option<f64>,
    /// Triceps skinfold, mm.
    pub triceps_mm: Option<f64>,
    /// Subscapular skinfold, mm.
    pub subscapular_mm: Option<f64>,
    /// Oedema 水肿 of both feet: weight then says nothing about nutrition.
    pub oedema: bool,
}

/// A z-score and whether it is believable.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct ZScore {
    /// Standard deviations from the median.
    pub z: f64,
    /// Outside the plausible range: check the measurement, leave it out of a survey's results.
    pub implausible: bool,
}

impl ZScore {
    /// The same as a percentile 百分位, 0 to 100.
    #[must_use]
    pub fn percentile(self) -> f64 {
        percentile_of_z(self.z)
    }

    /// WHO's programs flag the score as they print it, to two decimals.
    pub(super) fn within(z: f64, (low, high): (f64, f64)) -> Option<Self> {
        let printed = (z * 100.0).round() / 100.0;
        z.is_finite().then_some(Self { z, implausible: printed < low || printed > high })
    }
}

/// What the standards say about a [`Measurement`]; a score is `None` when it cannot be computed.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Assessment {
    /// Length or height brought to the position the age calls for: +0.7 cm when a child below two years stood,
    /// −0.7 cm when an older one lay.
    pub length_or_height_cm: Option<f64>,
    /// The position used; `None` when it was not given, or given as standing below 9 months.
    pub position: Option<Position>,
    /// Standing was recorded below 9 months, which no child does: the position was ignored.
    pub standing_below_9_months: bool,
    /// kg/m² of the adjusted length or height.
    pub bmi: Option<f64>,
    /// LAZ/HAZ.
    pub length_height_for_age: Option<ZScore>,
    /// WAZ; none with oedema.
    pub weight_for_age: Option<ZScore>,
    /// WLZ/WHZ; none with oedema.
    pub weight_for_length_height: Option<ZScore>,
    /// BAZ; none with oedema.
    pub bmi_for_age: Option<ZScore>,
    /// Head circumference.
    pub head_for_age: Option<ZScore>,
    /// Mid-upper arm circumference.
    pub arm_for_age: Option<ZScore>,
    /// Triceps skinfold.
    pub triceps_for_age: Option<ZScore>,
    /// Subscapular skinfold.
    pub subscapular_for_age: Option<ZScore>,
}

/// The standards describe children younger than this many months.
const MONTHS_LIMIT: f64 = 60.0;
/// From this day on a child is measured standing (two years).
const STANDING_FROM_DAY: u32 = 731;
/// Lying length exceeds standing height by this much, cm.
const LYING_EXCESS_CM: f64 = 0.7;
/// Without age or position, shorter children are taken as lying, cm.
const LYING_BELOW_CM: f64 = 87.0;

/// z-scores of a child by the WHO Child Growth Standards.
///
/// Rules are those of WHO's own programs (WHO Anthro): age in whole days, tables by day, weight-for-length
/// by 0.1 cm with interpolation between, restricted LMS beyond ±3 SD for all but length/height, nothing at 60
/// months or older. A figure at or below zero gives no score.
///
/// ```
/// use hygeia_health::growth::{Age, Position, Sex, who2006};
/// let girl = who2006::Measurement {
///     sex: Some(Sex::Female),
///     age: Age::from_days(789.0),
///     weight_kg: Some(16.19),
///     length_or_height_cm: Some(90.3),
///     position: Some(Position::Lying),
///     ..Default::default()
/// };
/// let result = who2006::assess(&girl);
/// assert_eq!(result.length_or_height_cm, Some(89.6));
/// assert!((result.weight_for_length_height.unwrap().z - 2.726_415).abs() < 1e-6);
/// ```
#[must_use]
pub fn assess(child: &Measurement) -> Assessment {
    let standing_below_9_months =
        child.position == Some(Position::Standing) && child.age.is_some_and(|age| age.months() < 9.0);
    let position = if standing_below_9_months { None } else { child.position };
    let stands = stands(child, position);
    let length_or_height_cm = child.length_or_height_cm.map(|cm| adjust(cm, child.age, position));
    let bmi = child.weight_kg.zip(length_or_height_cm).and_then(|(kg, cm)| bmi(kg, cm));
    let mut result =
        Assessment { length_or_height_cm, position, standing_below_9_months, bmi, ..Default::default() };
    if let Some(sex) = child.sex {
        score(&mut result, child, sex, stands);
    }
    result
}

/// Whether weight is judged against height rather than length.
fn stands(child: &Measurement, position: Option<Position>) -> bool {
    match (child.age, position) {
        (Some(age), _) => age.days() >= STANDING_FROM_DAY,
        (None, Some(position)) => position == Position::Standing,
        (None, None) => child.length_or_height_cm.is_some_and(|cm| cm >= LYING_BELOW_CM),
    }
}

/// Length or height as it would have been in the position the age calls for, cm.
fn adjust(cm: f64, age: Option<Age>, position: Option<Position>) -> f64 {
    let Some(age) = age else { return cm };
    let adjusted = match (position, age.days() >= STANDING_FROM_DAY) {
        (Some(Position::Standing), false) => cm + LYING_EXCESS_CM,
        (Some(Position::Lying), true) => cm - LYING_EXCESS_CM,
        _ => return cm,
    };
    // Binary fractions cannot hold 0.7: without this, 103.1 − 0.7 falls just short of 102.4.
    (adjusted * 1e9).round() / 1e9
}

fn score(result: &mut Assessment, child: &Measurement, sex: Sex, stands: bool) {
    let too_old = child.age.is_some_and(|age| age.months() >= MONTHS_LIMIT);
    if too_old {
        return;
    }
    let cm = positive(result.length_or_height_cm);
    let weight_kg = positive(child.weight_kg).filter(|_| !child.oedema);
    let for_height = if stands { Indicator::WeightForHeight } else { Indicator::WeightForLength };
    result.weight_for_length_height = weight_kg.zip(cm).and_then(|(kg, cm)| z_score(for_height, sex, cm, kg));
    let Some(days) = child.age.map(Age::days) else { return };
    let by_age = |indicator, value: Option<f64>| {
        value.and_then(|value| scored(indicator, tables().by_day(indicator)?.lms(sex, days)?, value))
    };
    let bmi = positive(result.bmi).filter(|_| !child.oedema && cm.is_some());
    result.length_height_for_age = by_age(Indicator::LengthHeightForAge, cm);
    result.weight_for_age = by_age(Indicator::WeightForAge, weight_kg);
    result.bmi_for_age = by_age(Indicator::BmiForAge, bmi);
    result.head_for_age = by_age(Indicator::HeadForAge, positive(child.head_cm));
    result.arm_for_age = by_age(Indicator::ArmForAge, positive(child.arm_cm));
    result.triceps_for_age = by_age(Indicator::TricepsForAge, positive(child.triceps_mm));
    result.subscapular_for_age = by_age(Indicator::SubscapularForAge, positive(child.subscapular_mm));
}

/// z-score of one value above zero at a key: days of age (whole), or cm of length or height.
///
/// `None` when the table does not reach the key: 0–1826 days (91–1826 for arm and skinfolds), 45–110 cm
/// lying, 65–120 cm standing.
#[must_use]
pub fn z_score(indicator: Indicator, sex: Sex, key: f64, value: f64) -> Option<ZScore> {
    positive(Some(value)).and_then(|value| scored(indicator, lms(indicator, sex, key)?, value))
}

/// The table's parameters at a key: days of age, or cm of length or height.
#[must_use]
pub fn lms(indicator: Indicator, sex: Sex, key: f64) -> Option<Lms> {
    if !(key.is_finite() && key >= 0.0) {
        return None;
    }
    match tables().by_day(indicator) {
        Some(table) => table.lms(sex, key.round() as u32),
        // Tenths of a centimetre, cleared of binary noise so that a printed length meets its row.
        None => tables().by_centimetre(indicator).lms_between(sex, (key * 1e7).round() / 1e6),
    }
}

/// The first and last key of an indicator's table: days of age, or cm of length or height.
#[must_use]
pub fn keys(indicator: Indicator) -> (f64, f64) {
    let ((first, last), per_unit) = match tables().by_day(indicator) {
        Some(table) => (table.keys(), 1.0),
        None => (tables().by_centimetre(indicator).keys(), 10.0),
    };
    (f64::from(first) / per_unit, f64::from(last) / per_unit)
}

fn scored(indicator: Indicator, row: Lms, value: f64) -> Option<ZScore> {
    let z = match indicator {
        Indicator::LengthHeightForAge => row.z(value),
        _ => row.restricted_z(value),
    };
    ZScore::within(z, indicator.plausible_z())
}

struct Tables {
    weight: Table<3>,
    length_height: Table<3>,
    bmi: Table<3>,
    head: Table<3>,
    arm: Table<3>,
    triceps: Table<3>,
    subscapular: Table<3>,
    weight_for_length: Table<3>,
    weight_for_height: Table<3>,
}

impl Tables {
    fn by_day(&self, indicator: Indicator) -> Option<&Table<3>> {
        match indicator {
            Indicator::WeightForAge => Some(&self.weight),
            Indicator::LengthHeightForAge => Some(&self.length_height),
            Indicator::BmiForAge => Some(&self.bmi),
            Indicator::HeadForAge => Some(&self.head),
            Indicator::ArmForAge => Some(&self.arm),
            Indicator::TricepsForAge => Some(&self.triceps),
            Indicator::SubscapularForAge => Some(&self.subscapular),
            Indicator::WeightForLength | Indicator::WeightForHeight => None,
        }
    }

    fn by_centimetre(&self, indicator: Indicator) -> &Table<3> {
        if indicator == Indicator::WeightForHeight {
            &self.weight_for_height
        } else {
            &self.weight_for_length
        }
    }
}

fn tables() -> &'static Tables {
    static TABLES: OnceLock<Tables> = OnceLock::new();
    TABLES.get_or_init(|| {
        let by_day = |text| Table::read(text, 1.0);
        let by_tenth = |text| Table::read(text, 10.0);
        Tables {
            weight: by_day(include_str!("../../data/growth/who2006/wfa.csv")),
            length_height: by_day(include_str!("../../data/growth/who2006/lhfa.csv")),
            bmi: by_day(include_str!("../../data/growth/who2006/bfa.csv")),
            head: by_day(include_str!("../../data/growth/who2006/hcfa.csv")),
            arm: by_day(include_str!("../../data/growth/who2006/acfa.csv")),
            triceps: by_day(include_str!("../../data/growth/who2006/tsfa.csv")),
            subscapular: by_day(include_str!("../../data/growth/who2006/ssfa.csv")),
            weight_for_length: by_tenth(include_str!("../../data/growth/who2006/wfl.csv")),
            weight_for_height: by_tenth(include_str!("../../data/growth/who2006/wfh.csv")),
        }
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn tables_are_whole() {
        assert_eq!(keys(Indicator::WeightForAge), (0.0, 1826.0));
        assert_eq!(keys(Indicator::ArmForAge), (91.0, 1826.0));
        assert_eq!(keys(Indicator::WeightForLength), (45.0, 110.0));
        assert_eq!(keys(Indicator::WeightForHeight), (65.0, 120.0));
        assert_eq!(lms(Indicator::WeightForAge, Sex::Female, 1827.0), None);
    }

    #[test]
    fn five_years_is_too_old() {
        let child = |months| Measurement {
            sex: Some(Sex::Male),
            age: Age::from_months(months),
            weight_kg: Some(18.0),
            length_or_height_cm: Some(110.0),
            ..Default::default()
        };
        assert!(assess(&child(59.99)).weight_for_age.is_some());
        let old = assess(&child(60.0));
        assert_eq!((old.weight_for_age, old.weight_for_length_height), (None, None));
        assert!(old.bmi.is_some());
    }

    fn measurements() -> impl Strategy<Value = Measurement> {
        let figure = || proptest::option::of(-1e9..1e9f64);
        let sex = proptest::option::of(prop_oneof![Just(Sex::Male), Just(Sex::Female)]);
        let position = proptest::option::of(prop_oneof![Just(Position::Lying), Just(Position::Standing)]);
        let age = proptest::option::of(0.0..2500.0f64);
        (sex, age, figure(), figure(), position, figure(), figure(), any::<bool>()).prop_map(
            |(sex, age, weight_kg, length_or_height_cm, position, head_cm, arm_cm, oedema)| Measurement {
                sex,
                age: age.and_then(Age::from_days),
                weight_kg,
                length_or_height_cm,
                position,
                head_cm,
                arm_cm,
                triceps_mm: arm_cm,
                subscapular_mm: head_cm,
                oedema,
            },
        )
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn a_finite_figure_never_gives_nan(child in measurements()) {
            let found = assess(&child);
            for score in [
                found.length_height_for_age, found.weight_for_age, found.weight_for_length_height,
                found.bmi_for_age, found.head_for_age, found.arm_for_age, found.triceps_for_age,
                found.subscapular_for_age,
            ].into_iter().flatten() {
                prop_assert!(score.z.is_finite());
            }
        }

        #[test]
        fn a_heavier_child_scores_higher(days in 0.0..1826.0f64, kg in 0.5..60.0f64, more in 0.01..5.0f64) {
            let weigh = |kg| assess(&Measurement {
                sex: Some(Sex::Female),
                age: Age::from_days(days),
                weight_kg: Some(kg),
                length_or_height_cm: Some(80.0),
                ..Default::default()
            });
            let (light, heavy) = (weigh(kg), weigh(kg + more));
            prop_assert!(light.weight_for_age.unwrap().z < heavy.weight_for_age.unwrap().z);
            let for_height = |found: Assessment| found.weight_for_length_height.unwrap().z;
            prop_assert!(for_height(light) < for_height(heavy));
        }
    }
}
