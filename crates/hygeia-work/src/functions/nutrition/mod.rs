//! The nutrition engine for packs: what weekly menus give a child in a day, as rows of tables.

mod read;
mod tables;

use hygeia_expr::{EnumType, FunctionDef, Functions, Type, Value};
use std::sync::Arc;

/// What all of them read and how missing values count.
const READS: &str = "`menus` are rows with `date` (the Monday), `diners` (children at table a day) and `dishes` (rows \
    `day` mon to sun, `meal`, `ingredient`, `grams` edible and raw for one child); `foods` are rows per 100 g of edible \
    portion: `food_code, name_zh, group_zh, protein_class, edible_pct, energy_kcal, protein_g, fat_g, cho_g, ca_mg, fe_mg, \
    zn_mg, vit_a_ugrae, vit_b1_mg, vit_b2_mg, vit_c_mg`. An ingredient is found by code, whole name or a short name \
    that only one food has. Without a menu there is no row. A missing value of the table counts as 0 and is told by `nutrition.gaps`; days weigh by \
    `diners`, or all the same when a menu does not say.";

/// Adds `nutrition.assess` and its like.
pub(super) fn register(functions: &mut Functions) {
    let (menus, foods) = (read::menus_type(), read::foods_type());
    let codes = |name: &str, codes: &[&str]| Type::Enum(EnumType::shared(name, codes.iter().copied()));
    let mut add =
        |name: &str, more: Vec<Type>, cells: &[(&str, Type)], doc: &str, eval: fn(&[Value]) -> Value| {
            let row = cells.iter().map(|(name, ty)| ((*name).to_owned(), ty.clone())).collect();
            functions.register(FunctionDef {
                name: name.into(),
                params: [menus.clone(), foods.clone()].into_iter().chain(more).collect(),
                result: Type::List(Box::new(Type::Row(Arc::new(row)))),
                doc: format!("{doc} {READS}"),
                eval,
            });
        };
    let (text, decimal, int) = (Type::Text, Type::Decimal, Type::Int);
    add(
        "nutrition.assess",
        vec![
            read::people_type(),
            Type::Date,
            codes("edition of the DRIs", &["2000", "2013", "2023"]),
            codes("rule set", &["norm-2012", "older"]),
            codes("care", &["full_day", "boarding"]),
        ],
        &[
            ("item", text.clone()),
            ("intake", decimal.clone()),
            ("requirement", decimal.clone()),
            ("percent", decimal.clone()),
            ("wanted", text.clone()),
            ("verdict", text.clone()),
            ("basis", text.clone()),
        ],
        "nutrition.assess(menus, foods, people, day, edition, rules, care): intake per child-day against the reference \
         intakes 膳食营养素参考摄入量 (DRIs, WS/T 578 for 2013) of the children's ages on the day, and against the \
         criteria of 托儿所幼儿园卫生保健工作规范. Rows with `basis` `%DRI` (`intake` and `requirement` in the unit that `item` names, \
         `percent` of it), `%E` (per cent of energy, 4·protein + 9·fat + 4·carbohydrate) or `%protein`; `wanted` is the \
         range, `verdict` `met`, `below`, `above` or missing. A child of an age without references (outside 3 to 6 \
         years) makes the requirement missing: filter `people`.",
        tables::assess,
    );
    add(
        "nutrition.groups",
        vec![],
        &[("food_group", text.clone()), ("kinds", int.clone()), ("grams", decimal.clone())],
        "nutrition.groups(menus, foods): different foods and grams per child-day by food group 食物类别; foods that the \
         table does not have stand under a missing group.",
        tables::groups,
    );
    add(
        "nutrition.meals",
        vec![],
        &[("meal", text.clone()), ("energy_kcal", decimal.clone()), ("share", decimal.clone())],
        "nutrition.meals(menus, foods): energy per child-day at each meal served, kcal, and its share 餐次能量比, per cent.",
        tables::meals,
    );
    add(
        "nutrition.variety",
        vec![],
        &[
            ("week", Type::Date),
            ("days", int.clone()),
            ("kinds", int.clone()),
            ("kinds_per_day", decimal.clone()),
            ("repeated", text.clone()),
        ],
        "nutrition.variety(menus, foods): different foods in each week and on a mean day of it, and the meals of a week \
         that offer the same foods on several days (missing when none does).",
        tables::variety,
    );
    add(
        "nutrition.gaps",
        vec![],
        &[("food", text.clone()), ("missing", text.clone())],
        "nutrition.gaps(menus, foods): foods of the menus that the table does not have, or has several of, or lacks values \
         of; they make the intakes too low.",
        tables::gaps,
    );
}
