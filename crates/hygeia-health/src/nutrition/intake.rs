//! From a menu to nutrients per child-day.
//!
//! The weighed-menu calculation of 托儿所幼儿园卫生保健工作规范 (2012), 膳食营养; energy shares by 4, 9 and 4 kcal/g.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::food::{Food, FoodTable, NUTRIENTS, Nutrient, ProteinClass};

/// A meal of the day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Meal {
    /// 早餐.
    Breakfast,
    /// 早点.
    SnackAm,
    /// 午餐.
    Lunch,
    /// 午点.
    SnackPm,
    /// 晚餐.
    Dinner,
}

impl Meal {
    /// All meals, by time of day.
    pub const ALL: [Self; 5] = [Self::Breakfast, Self::SnackAm, Self::Lunch, Self::SnackPm, Self::Dinner];

    /// Reads `breakfast`, `snack_am` (`morning_snack`), `lunch`, `snack_pm` (`afternoon_snack`), `dinner` (`supper`) or
    /// the Chinese word.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        match text.trim() {
            "breakfast" | "早餐" => Some(Self::Breakfast),
            "snack_am" | "morning_snack" | "早点" | "上午点" | "早加餐" => Some(Self::SnackAm),
            "lunch" | "午餐" => Some(Self::Lunch),
            "snack_pm" | "afternoon_snack" | "午点" | "下午点" | "午加餐" => Some(Self::SnackPm),
            "dinner" | "supper" | "晚餐" => Some(Self::Dinner),
            _ => None,
        }
    }

    /// The word, Chinese.
    #[must_use]
    pub fn zh(self) -> &'static str {
        match self {
            Self::Breakfast => "早餐",
            Self::SnackAm => "早点",
            Self::Lunch => "午餐",
            Self::SnackPm => "午点",
            Self::Dinner => "晚餐",
        }
    }
}

/// How much of a food.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Amount {
    /// Grams bought for all children that day 市品总量; the edible part counts.
    AsPurchasedTotalG(f64),
    /// Grams eaten by one child 人均可食量.
    EdiblePerChildG(f64),
}

/// A food at a meal of a day.
#[derive(Clone, Debug, PartialEq)]
pub struct MenuItem {
    /// Day, a key of [`Menu::children`].
    pub day: u32,
    /// Meal.
    pub meal: Meal,
    /// Code in the food table.
    pub food_code: String,
    /// How much.
    pub amount: Amount,
}

/// A menu with the children who ate 就餐人数 on each day.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Menu {
    /// Children by day.
    pub children: BTreeMap<u32, u32>,
    /// Foods. Those of a day without children are left out.
    pub items: Vec<MenuItem>,
}

/// A value that the food table does not have.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct UnknownValue {
    /// Code of the food.
    pub food_code: String,
    /// Its name, Chinese.
    pub name_zh: String,
    /// The nutrient that is not determined.
    pub nutrient: Nutrient,
}

/// What a menu gives a child in a day.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Intake {
    /// Child-days 人日数.
    pub person_days: u32,
    per_child_day: [f64; NUTRIENTS.len()],
    protein_animal_g: f64,
    protein_soy_g: f64,
    energy_animal_soy_kcal: f64,
    energy_by_meal_kcal: BTreeMap<Meal, f64>,
    /// Food lines × nutrients for which the table has no value; they count as 0.
    pub unknown_values: u32,
    /// Those values, each once.
    pub unknown: Vec<UnknownValue>,
    /// Codes that are not in the food table, each once; they are left out.
    pub unknown_foods: Vec<String>,
}

/// Adds a menu up and divides by its child-days. `None` without a child-day.
///
/// Method: grams / 100 × value, as purchased by the edible part, Σ ÷ Σ children; a trace is 0. Amounts that are
/// negative or not finite are left out.
#[must_use]
pub fn intake(menu: &Menu, foods: &FoodTable) -> Option<Intake> {
    let person_days = menu.children.values().try_fold(0u32, |sum, children| sum.checked_add(*children))?;
    if person_days == 0 {
        return None;
    }
    let mut sum = Sum::default();
    for item in &menu.items {
        let children = menu.children.get(&item.day).copied().unwrap_or(0);
        if children == 0 {
            continue;
        }
        match foods.get(&item.food_code) {
            Some(food) => sum.add(item, food, edible_grams(item.amount, food, children)),
            None => {
                sum.unknown_foods.insert(item.food_code.clone());
            }
        }
    }
    Some(sum.per_day(person_days))
}

fn edible_grams(amount: Amount, food: &Food, children: u32) -> f64 {
    let grams = match amount {
        Amount::AsPurchasedTotalG(grams) => grams * food.edible_percent / 100.0,
        Amount::EdiblePerChildG(grams) => grams * f64::from(children),
    };
    if grams.is_finite() { grams.max(0.0) } else { 0.0 }
}

#[derive(Default)]
struct Sum {
    nutrients: [f64; NUTRIENTS.len()],
    protein_animal_g: f64,
    protein_soy_g: f64,
    energy_animal_soy_kcal: f64,
    energy_by_meal_kcal: BTreeMap<Meal, f64>,
    unknown_values: u32,
    unknown: BTreeSet<UnknownValue>,
    unknown_foods: BTreeSet<String>,
}

impl Sum {
    fn add(&mut self, item: &MenuItem, food: &Food, grams: f64) {
        let mut line = [0.0; NUTRIENTS.len()];
        for (index, nutrient) in NUTRIENTS.into_iter().enumerate() {
            match food.per_100_g[index] {
                Some(value) => line[index] = grams / 100.0 * value,
                None => {
                    self.unknown_values += 1;
                    self.unknown.insert(UnknownValue {
                        food_code: food.code.clone(),
                        name_zh: food.name_zh.clone(),
                        nutrient,
                    });
                }
            }
            self.nutrients[index] += line[index];
        }
        let [energy, protein, ..] = line;
        match food.protein_class {
            ProteinClass::Animal => self.protein_animal_g += protein,
            ProteinClass::Soy => self.protein_soy_g += protein,
            ProteinClass::Plant | ProteinClass::None => {}
        }
        if matches!(food.protein_class, ProteinClass::Animal | ProteinClass::Soy) {
            self.energy_animal_soy_kcal += energy;
        }
        *self.energy_by_meal_kcal.entry(item.meal).or_default() += energy;
    }

    fn per_day(self, person_days: u32) -> Intake {
        let days = f64::from(person_days);
        Intake {
            person_days,
            per_child_day: self.nutrients.map(|total| total / days),
            protein_animal_g: self.protein_animal_g / days,
            protein_soy_g: self.protein_soy_g / days,
            energy_animal_soy_kcal: self.energy_animal_soy_kcal / days,
            energy_by_meal_kcal: self
                .energy_by_meal_kcal
                .into_iter()
                .map(|(meal, e)| (meal, e / days))
                .collect(),
            unknown_values: self.unknown_values,
            unknown: self.unknown.into_iter().collect(),
            unknown_foods: self.unknown_foods.into_iter().collect(),
        }
    }
}

fn percent(part: f64, whole: f64) -> Option<f64> {
    (whole > 0.0).then(|| 100.0 * part / whole)
}

impl Intake {
    /// Amount per child-day, in the nutrient's unit.
    #[must_use]
    pub fn per_child_day(&self, nutrient: Nutrient) -> f64 {
        self.per_child_day[nutrient as usize]
    }

    /// Share of energy from protein, fat or carbohydrate 供能比, per cent of 4P + 9F + 4C; `None` for other
    /// nutrients and when nothing was eaten.
    #[must_use]
    pub fn energy_from(&self, nutrient: Nutrient) -> Option<f64> {
        let kcal = |nutrient| match nutrient {
            Nutrient::Protein | Nutrient::Carbohydrate => 4.0 * self.per_child_day(nutrient),
            Nutrient::Fat => 9.0 * self.per_child_day(nutrient),
            _ => 0.0,
        };
        let macronutrients = [Nutrient::Protein, Nutrient::Fat, Nutrient::Carbohydrate];
        let whole = macronutrients.into_iter().map(kcal).sum();
        if macronutrients.contains(&nutrient) { percent(kcal(nutrient), whole) } else { None }
    }

    /// Share of protein from animal food, per cent.
    #[must_use]
    pub fn protein_animal(&self) -> Option<f64> {
        percent(self.protein_animal_g, self.per_child_day(Nutrient::Protein))
    }

    /// Share of protein from soy, per cent.
    #[must_use]
    pub fn protein_soy(&self) -> Option<f64> {
        percent(self.protein_soy_g, self.per_child_day(Nutrient::Protein))
    }

    /// Share of protein from animal food and soy 优质蛋白, per cent.
    #[must_use]
    pub fn protein_animal_soy(&self) -> Option<f64> {
        percent(self.protein_animal_g + self.protein_soy_g, self.per_child_day(Nutrient::Protein))
    }

    /// Share of printed energy from animal food and soy, per cent.
    #[must_use]
    pub fn energy_animal_soy(&self) -> Option<f64> {
        percent(self.energy_animal_soy_kcal, self.per_child_day(Nutrient::Energy))
    }

    /// Share of printed energy at a meal 餐次能量比, per cent; `None` for a meal not served.
    #[must_use]
    pub fn meal_share(&self, meal: Meal) -> Option<f64> {
        percent(*self.energy_by_meal_kcal.get(&meal)?, self.per_child_day(Nutrient::Energy))
    }
}
