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

impl FoodTable {
    /// A table of foods; of two with the same code the later one holds.
    #[must_use]
    pub fn new(foods: Vec<Food>) -> Self {
        let by_code = foods.iter().enumerate().map(|(index, food)| (food.code.clone(), index)).collect();
        Self { foods, by_code }
    }

    /// The food of a code.
    #[must_use]
    pub fn get(&self, code: &str) -> Option<&Food> {
        self.foods.get(*self.by_code.get(code)?)
    }

    /// All foods, in the order of the table.
    pub fn foods(&self) -> impl Iterator<Item = &Food> {
        self.foods.iter()
    }
}
