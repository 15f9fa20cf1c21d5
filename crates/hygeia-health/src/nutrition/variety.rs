//! Variety and repetition 食物多样与不重复: 天天不重复, a rule of the kindergarten's own work plan.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::food::FoodTable;
use super::intake::{Meal, Menu};

/// A meal that offers the same foods on several days.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Repetition {
    /// Meal.
    pub meal: Meal,
    /// The days, in order, at least two.
    pub days: Vec<u32>,
    /// Codes of the foods, in order.
    pub food_codes: Vec<String>,
}

/// How many kinds of food a menu offers.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Variety {
    /// Different foods in all.
    pub foods: usize,
    /// Different foods by day.
    pub foods_by_day: BTreeMap<u32, usize>,
    /// Different foods by group of the food table; foods without a group or not in the table are left out.
    pub foods_by_group: BTreeMap<String, usize>,
}

/// Meals whose foods are the same, whatever the amounts, on several days of the menu.
#[must_use]
pub fn repetition(menu: &Menu) -> Vec<Repetition> {
    let mut meals: BTreeMap<(Meal, u32), BTreeSet<&str>> = BTreeMap::new();
    for item in &menu.items {
        meals.entry((item.meal, item.day)).or_default().insert(&item.food_code);
    }
    let mut by_foods: BTreeMap<(Meal, BTreeSet<&str>), Vec<u32>> = BTreeMap::new();
    for ((meal, day), foods) in meals {
        by_foods.entry((meal, foods)).or_default().push(day);
    }
    let repeated = by_foods.into_iter().filter(|(_, days)| days.len() > 1);
    repeated
        .map(|((meal, foods), days)| Repetition {
            meal,
            days,
            food_codes: foods.into_iter().map(str::to_owned).collect(),
        })
        .collect()
}

/// Counts the different foods of a menu.
#[must_use]
pub fn variety(menu: &Menu, foods: &FoodTable) -> Variety {
    let mut all = BTreeSet::new();
    let mut by_day: BTreeMap<u32, BTreeSet<&str>> = BTreeMap::new();
    for item in &menu.items {
        all.insert(item.food_code.as_str());
        by_day.entry(item.day).or_default().insert(&item.food_code);
    }
    let mut foods_by_group: BTreeMap<String, usize> = BTreeMap::new();
    for food in all.iter().filter_map(|code| foods.get(code)).filter(|food| !food.group_zh.is_empty()) {
        *foods_by_group.entry(food.group_zh.clone()).or_default() += 1;
    }
    let foods_by_day = by_day.into_iter().map(|(day, foods)| (day, foods.len())).collect();
    Variety { foods: all.len(), foods_by_day, foods_by_group }
}
