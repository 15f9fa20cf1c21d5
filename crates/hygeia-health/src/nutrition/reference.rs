//! Dietary reference intakes 膳食营养素参考摄入量 (DRIs), ages 3 to 6.
//!
//! 中国居民膳食营养素参考摄入量, editions 2000, 2013 (WS/T 578.1–.5) and 2023.

use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

use super::food::Nutrient;
use crate::growth::Sex;

/// Edition of the Chinese DRIs. Which one counts differs by county, so it is a setting.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum DriEdition {
    /// 2000. Its vitamin A is in µg RE: comparing intakes in µg RAE with it understates them.
    #[serde(rename = "2000")]
    Y2000,
    /// 2013, WS/T 578, the default.
    #[default]
    #[serde(rename = "2013")]
    Y2013,
    /// 2023. Most figures are remembered and await comparison with the book.
    #[serde(rename = "2023")]
    Y2023,
}

impl DriEdition {
    /// Reads `2000`, `2013`, `2023`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        match text.trim() {
            "2000" => Some(Self::Y2000),
            "2013" => Some(Self::Y2013),
            "2023" => Some(Self::Y2023),
            _ => None,
        }
    }

    /// The year.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Y2000 => "2000",
            Self::Y2013 => "2013",
            Self::Y2023 => "2023",
        }
    }
}

/// Children of one age and sex who share the menu.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ChildGroup {
    /// Completed years.
    pub age_years: u32,
    /// Sex.
    pub sex: Sex,
    /// How many.
    pub children: u32,
}

struct Row {
    edition: DriEdition,
    nutrient: &'static str,
    age_years: u32,
    sex: Option<Sex>,
    activity: &'static str,
    value: f64,
}

static ROWS: LazyLock<Vec<Row>> = LazyLock::new(|| {
    let lines = include_str!("../../data/nutrition/dris.csv").lines();
    lines.filter(|line| !line.starts_with('#')).filter_map(read_row).collect()
});

fn read_row(line: &'static str) -> Option<Row> {
    let cells: Vec<&str> = line.split(',').collect();
    let [edition, nutrient, _, _, age, sex, activity, value, _] = cells[..] else { return None };
    Some(Row {
        edition: DriEdition::parse(edition)?,
        nutrient,
        age_years: age.parse().ok()?,
        sex: Sex::parse(sex),
        activity,
        value: value.parse().ok()?,
    })
}

/// Word for a nutrient in the table; fat and carbohydrate have bounds, not an amount.
pub(super) fn word(nutrient: Nutrient) -> Option<&'static str> {
    match nutrient {
        Nutrient::Energy => Some("energy"),
        Nutrient::Protein => Some("protein"),
        Nutrient::Calcium => Some("calcium"),
        Nutrient::Iron => Some("iron"),
        Nutrient::Zinc => Some("zinc"),
        Nutrient::VitaminA => Some("vitamin_a"),
        Nutrient::VitaminB1 => Some("vitamin_b1"),
        Nutrient::VitaminB2 => Some("vitamin_b2"),
        Nutrient::VitaminC => Some("vitamin_c"),
        Nutrient::Fat | Nutrient::Carbohydrate => None,
    }
}

/// Recommended daily intake (RNI, AI or EER) in the unit of [`Nutrient`], the mean over the children of the groups;
/// activity is moderate where the edition distinguishes it.
///
/// `None` when a group's age or the nutrient is not in the table, or there are no children.
#[must_use]
pub fn requirement(edition: DriEdition, nutrient: Nutrient, groups: &[ChildGroup]) -> Option<f64> {
    let (mut sum, mut children) = (0.0, 0.0);
    for group in groups.iter().filter(|group| group.children > 0) {
        let count = f64::from(group.children);
        sum += count * for_child(edition, nutrient, group.age_years, group.sex)?;
        children += count;
    }
    (children > 0.0).then(|| sum / children)
}

fn for_child(edition: DriEdition, nutrient: Nutrient, age_years: u32, sex: Sex) -> Option<f64> {
    let wanted = word(nutrient)?;
    let mut rows = ROWS.iter().filter(|row| {
        row.edition == edition
            && row.nutrient == wanted
            && row.age_years == age_years
            && row.sex.is_none_or(|s| s == sex)
    });
    rows.find(|row| matches!(row.activity, "" | "moderate")).map(|row| row.value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_is_read() {
        let text = include_str!("../../data/nutrition/dris.csv");
        assert_eq!(ROWS.len(), text.lines().filter(|line| !line.starts_with('#')).count());
        assert_eq!(ROWS.len(), 147);
    }

    #[test]
    fn every_child_of_3_to_6_has_every_requirement() {
        for edition in [DriEdition::Y2000, DriEdition::Y2013, DriEdition::Y2023] {
            for (age_years, sex) in (3..=6).flat_map(|age| [(age, Sex::Male), (age, Sex::Female)]) {
                let group = [ChildGroup { age_years, sex, children: 1 }];
                for nutrient in super::super::NUTRIENTS.into_iter().filter(|one| word(*one).is_some()) {
                    assert!(
                        requirement(edition, nutrient, &group).is_some(),
                        "{edition:?} {nutrient:?} {age_years}"
                    );
                }
            }
        }
    }

    #[test]
    fn a_mixed_group_needs_the_mean() {
        let group = |age_years, sex, children| ChildGroup { age_years, sex, children };
        let mixed = [group(4, Sex::Male, 3), group(4, Sex::Female, 1)];
        assert_eq!(requirement(DriEdition::Y2013, Nutrient::Energy, &mixed), Some(1287.5));
        assert_eq!(requirement(DriEdition::Y2013, Nutrient::Energy, &[group(6, Sex::Male, 1)]), Some(1600.0));
        assert_eq!(requirement(DriEdition::Y2013, Nutrient::Energy, &[group(9, Sex::Male, 1)]), None);
        assert_eq!(requirement(DriEdition::Y2013, Nutrient::Fat, &mixed), None);
        assert_eq!(requirement(DriEdition::Y2013, Nutrient::Iron, &[]), None);
    }
}
