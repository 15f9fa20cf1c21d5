//! Food composition per 100 g of edible portion.

use std::collections::HashMap;

use serde::Serialize;

/// A nutrient of the analysis, in the unit of the food table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Nutrient {
    /// 能量, kcal.
    Energy,
    /// 蛋白质, g.
    Protein,
    /// 脂肪, g.
    Fat,
    /// 碳水化合物, g, fibre included as printed.
    Carbohydrate,
    /// 钙, mg.
    Calcium,
    /// 铁, mg.
    Iron,
    /// 锌, mg.
    Zinc,
    /// 维生素A, µg RAE.
    VitaminA,
    /// 维生素B1, mg.
    VitaminB1,
    /// 维生素B2, mg.
    VitaminB2,
    /// 维生素C, mg.
    VitaminC,
}

/// All nutrients, in the order of the tables.
pub const NUTRIENTS: [Nutrient; 11] = [
    Nutrient::Energy,
    Nutrient::Protein,
    Nutrient::Fat,
    Nutrient::Carbohydrate,
    Nutrient::Calcium,
    Nutrient::Iron,
    Nutrient::Zinc,
    Nutrient::VitaminA,
    Nutrient::VitaminB1,
    Nutrient::VitaminB2,
    Nutrient::VitaminC,
];

impl Nutrient {
    /// Column of the food table: `energy_kcal`.
    #[must_use]
    pub fn column(self) -> &'static str {
        match self {
            Self::Energy => "energy_kcal",
            Self::Protein => "protein_g",
            Self::Fat => "fat_g",
            Self::Carbohydrate => "cho_g",
            Self::Calcium => "ca_mg",
            Self::Iron => "fe_mg",
            Self::Zinc => "zn_mg",
            Self::VitaminA => "vit_a_ugRAE",
            Self::VitaminB1 => "vit_b1_mg",
            Self::VitaminB2 => "vit_b2_mg",
            Self::VitaminC => "vit_c_mg",
        }
    }

    /// Unit of its amounts: `kcal`, `g`, `mg`, `µgRAE`.
    #[must_use]
    pub fn unit(self) -> &'static str {
        match self {
            Self::Energy => "kcal",
            Self::Protein | Self::Fat | Self::Carbohydrate => "g",
            Self::VitaminA => "µgRAE",
            _ => "mg",
        }
    }

    /// The name, Chinese.
    #[must_use]
    pub fn zh(self) -> &'static str {
        match self {
            Self::Energy => "能量",
            Self::Protein => "蛋白质",
            Self::Fat => "脂肪",
            Self::Carbohydrate => "碳水化合物",
            Self::Calcium => "钙",
            Self::Iron => "铁",
            Self::Zinc => "锌",
            Self::VitaminA => "维生素A",
            Self::VitaminB1 => "维生素B1",
            Self::VitaminB2 => "维生素B2",
            Self::VitaminC => "维生素C",
        }
    }
}

/// Where a food's protein comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ProteinClass {
    /// 动物性.
    Animal,
    /// 豆类 (soy).
    Soy,
    /// 其他植物性.
    Plant,
    /// 无.
    None,
}

impl ProteinClass {
    /// Reads `animal`, `soy`, `plant`, `none` or the Chinese words 动物, 大豆, 植物, 无.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        match text.trim() {
            "animal" | "动物" => Some(Self::Animal),
            "soy" | "大豆" => Some(Self::Soy),
            "plant" | "植物" => Some(Self::Plant),
            "none" | "无" => Some(Self::None),
            _ => None,
        }
    }
}

/// One food.
#[derive(Clone, Debug, PartialEq)]
pub struct Food {
    /// Code by which menus name it.
    pub code: String,
    /// Name, Chinese.
    pub name_zh: String,
    /// Group 食物类别, Chinese; may be empty.
    pub group_zh: String,
    /// Where its protein comes from.
    pub protein_class: ProteinClass,
    /// Edible part of what is bought 可食部, per cent.
    pub edible_percent: f64,
    /// Per 100 g of edible portion, in the order of [`NUTRIENTS`]; `None` is not determined, a trace is 0.
    pub per_100_g: [Option<f64>; NUTRIENTS.len()],
}

/// Foods by code.
#[derive(Clone, Debug, Default)]
pub struct FoodTable {
    foods: Vec<Food>,
    by_code: HashMap<String, usize>,
}

/// Why a word of a menu is no food of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Unmatched {
    /// No food is called so.
    Unknown,
    /// Several foods are called so.
    Ambiguous,
}

/// The names a food goes by besides its whole one, without brackets: `番茄[西红柿、洋柿子]` is 番茄, 西红柿 and 洋柿子, `豆腐（北豆腐）`
/// is 豆腐 and 北豆腐, `圆白菜，卷心菜` is both.
fn short_names(name: &str) -> impl Iterator<Item = &str> {
    name.split(['（', '(', '）', ')', '[', '［', ']', '］', '、', '，', ','])
        .map(str::trim)
        .filter(|name| !name.is_empty())
}

impl FoodTable {
    /// A table of foods; of two with the same code the later one holds.
    #[must_use]
    pub fn new(foods: Vec<Food>) -> Self {
        let mut table = Self::default();
        for food in foods {
            match table.by_code.get(&food.code) {
                Some(index) => table.foods[*index] = food,
                None => {
                    table.by_code.insert(food.code.clone(), table.foods.len());
                    table.foods.push(food);
                }
            }
        }
        table
    }

    /// The food of a code.
    #[must_use]
    pub fn get(&self, code: &str) -> Option<&Food> {
        self.foods.get(*self.by_code.get(code)?)
    }

    /// The food that a menu means by a code, a whole name, or a short name that only one food goes by: a name without
    /// its brackets, or a name inside them.
    ///
    /// # Errors
    /// [`Unmatched`] when there is none, or more than one; which of them was eaten is not guessed.
    pub fn find(&self, text: &str) -> Result<&Food, Unmatched> {
        let text = text.trim();
        let whole = self.get(text).or_else(|| self.foods.iter().find(|food| food.name_zh == text));
        if let Some(food) = whole {
            return Ok(food);
        }
        let mut called = self.foods.iter().filter(|food| short_names(&food.name_zh).any(|name| name == text));
        match (called.next(), called.next()) {
            (Some(food), None) => Ok(food),
            (None, _) => Err(Unmatched::Unknown),
            _ => Err(Unmatched::Ambiguous),
        }
    }

    /// All foods, in the order of the table.
    pub fn foods(&self) -> impl Iterator<Item = &Food> {
        self.foods.iter()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn food(code: &str, name_zh: &str) -> Food {
        Food {
            code: code.to_owned(),
            name_zh: name_zh.to_owned(),
            group_zh: String::new(),
            protein_class: ProteinClass::None,
            edible_percent: 100.0,
            per_100_g: [None; NUTRIENTS.len()],
        }
    }

    #[test]
    fn a_word_of_a_menu_finds_the_one_food_that_is_called_so() {
        let table = FoodTable::new(vec![
            food("1", "鸡蛋（红皮）"),
            food("2", "番茄[西红柿、洋柿子]"),
            food("3", "黄豆芽"),
            food("4", "黄豆芽（绿）"),
            food("5", "草鱼[白鲩]"),
            food("6", "草鱼（鲜）"),
        ]);
        let found = |word: &str| table.find(word).map(|food| food.code.as_str());
        assert_eq!(found("鸡蛋"), Ok("1"));
        assert_eq!(found("红皮"), Ok("1"));
        assert_eq!(found(" 洋柿子 "), Ok("2"));
        assert_eq!(found("4"), Ok("4"));
        assert_eq!(found("黄豆芽"), Ok("3"), "a whole name comes first");
        assert_eq!(found("草鱼"), Err(Unmatched::Ambiguous));
        assert_eq!(found("土豆"), Err(Unmatched::Unknown));
        assert_eq!(found(""), Err(Unmatched::Unknown));
    }
}
