//! A menu against the criteria of a kindergarten.
//!
//! 托儿所幼儿园卫生保健工作规范 (卫妇社发〔2012〕35号) and the practice before it; what supports each bound stands in
//! `data/nutrition/criteria.csv`.

use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

use super::food::{NUTRIENTS, Nutrient};
use super::intake::Intake;
use super::reference::{self, ChildGroup, DriEdition, requirement};

/// Which criteria judge a menu.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RuleSet {
    /// 托儿所幼儿园卫生保健工作规范 (2012).
    #[default]
    #[serde(rename = "norm-2012")]
    Norm2012,
    /// The practice before it.
    Older,
}

/// How long children stay.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Care {
    /// 全日制.
    FullDay,
    /// 寄宿制.
    Boarding,
}

/// A bound of the table `data/nutrition/criteria.csv`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Criterion {
    rule_set: RuleSet,
    care: Option<Care>,
    /// What is judged, as the table names it: `energy`, `energy_from_fat`, `animal_soy_protein`.
    pub item: &'static str,
    /// Lower bound, inclusive.
    pub low: Option<f64>,
    /// Upper bound, inclusive.
    pub high: Option<f64>,
    /// `%DRI`, `%E` or `%protein`.
    pub unit: &'static str,
    /// What stands behind it: `pages`, `page` or `memory` (not verified).
    pub support: &'static str,
}

/// An item judged.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Finding {
    /// What is judged, as the criteria name it.
    pub item: &'static str,
    /// Its name, Chinese.
    pub item_zh: String,
    /// The value in the criterion's unit; `None` when it cannot be computed.
    pub value: Option<f64>,
    /// Amount per child-day, for items compared with the DRIs.
    pub intake: Option<f64>,
    /// The reference intake it is compared with.
    pub requirement: Option<f64>,
    /// Lower bound, inclusive.
    pub low: Option<f64>,
    /// Upper bound, inclusive.
    pub high: Option<f64>,
    /// `%DRI`, `%E` or `%protein`.
    pub unit: &'static str,
    /// Whether the value lies within the bounds; `None` without a value.
    pub met: Option<bool>,
    /// Whether values missing from the food table make this one too low.
    pub understated: bool,
}

static CRITERIA: LazyLock<Vec<Criterion>> = LazyLock::new(|| {
    let lines = include_str!("../../data/nutrition/criteria.csv").lines();
    lines.filter(|line| !line.starts_with('#')).filter_map(read_criterion).collect()
});

fn read_criterion(line: &'static str) -> Option<Criterion> {
    let cells: Vec<&str> = line.split(',').collect();
    let [rule_set, item, care, low, high, unit, support] = cells[..] else { return None };
    Some(Criterion {
        rule_set: if rule_set == "older" { RuleSet::Older } else { RuleSet::Norm2012 },
        care: match care {
            "full_day" => Some(Care::FullDay),
            "boarding" => Some(Care::Boarding),
            _ => None,
        },
        item,
        low: low.parse().ok(),
        high: high.parse().ok(),
        unit,
        support,
    })
}

/// The criteria of a rule set for a kind of care.
pub fn criteria(rule_set: RuleSet, care: Care) -> impl Iterator<Item = &'static Criterion> {
    let fits = move |one: &&Criterion| one.rule_set == rule_set && one.care.is_none_or(|only| only == care);
    CRITERIA.iter().filter(fits)
}

/// Judges an intake by a rule set, the DRIs of an edition and the children who share the menu.
#[must_use]
pub fn assess(
    intake: &Intake,
    groups: &[ChildGroup],
    edition: DriEdition,
    rule_set: RuleSet,
    care: Care,
) -> Vec<Finding> {
    criteria(rule_set, care).map(|criterion| finding(criterion, intake, groups, edition)).collect()
}

fn finding(
    criterion: &'static Criterion,
    intake: &Intake,
    groups: &[ChildGroup],
    edition: DriEdition,
) -> Finding {
    let nutrient = NUTRIENTS.into_iter().find(|one| reference::word(*one) == Some(criterion.item));
    let eaten = nutrient.map(|nutrient| intake.per_child_day(nutrient));
    let needed = nutrient.and_then(|nutrient| requirement(edition, nutrient, groups));
    let value = match criterion.item {
        "energy_from_protein" => intake.energy_from(Nutrient::Protein),
        "energy_from_fat" => intake.energy_from(Nutrient::Fat),
        "energy_from_carbohydrate" => intake.energy_from(Nutrient::Carbohydrate),
        "animal_soy_protein" => intake.protein_animal_soy(),
        "animal_soy_energy" => intake.energy_animal_soy(),
        _ => eaten.zip(needed).map(|(eaten, needed)| 100.0 * eaten / needed),
    };
    let within = |value: f64| {
        criterion.low.is_none_or(|low| value >= low) && criterion.high.is_none_or(|high| value <= high)
    };
    Finding {
        item: criterion.item,
        item_zh: zh(criterion.item, nutrient),
        value,
        intake: eaten,
        requirement: needed,
        low: criterion.low,
        high: criterion.high,
        unit: criterion.unit,
        met: value.map(within),
        understated: nutrient.is_some_and(|one| intake.unknown.iter().any(|gap| gap.nutrient == one)),
    }
}

fn zh(item: &'static str, nutrient: Option<Nutrient>) -> String {
    let words = match item {
        "energy_from_protein" => "蛋白质供能比",
        "energy_from_fat" => "脂肪供能比",
        "energy_from_carbohydrate" => "碳水化合物供能比",
        "animal_soy_protein" => "动物与大豆蛋白占总蛋白",
        "animal_soy_energy" => "动物与大豆食物供能比",
        other => nutrient.map_or(other, Nutrient::zh),
    };
    words.to_owned()
}
