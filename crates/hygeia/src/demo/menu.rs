//! The demo's weekly menus, and the foods they are made of.
//!
//! Dishes and amounts are made up. The values of the foods are those of 《中国食物成分表标准版（第6版）》 for the demo
//! only: a county imports a table it may use, the same way as here.

use super::dice::Dice;
use anyhow::{Result, ensure};
use hygeia_work::{Actor, ImportOptions, Work};
use serde_json::{Value, json};
use std::collections::BTreeSet;

const FOODS: &str = include_str!("foods.csv");
const SOURCE: &str = "《中国食物成分表标准版（第6版）》，演示用节选";

/// A dish: its name, and foods with edible grams for one child, `小米 25、鸡蛋 40`.
type Dish = (&'static str, &'static str);

/// A day's dishes by meal.
type Day = [&'static [Dish]; 4];

const MEALS: [&str; 4] = ["breakfast", "morning_snack", "lunch", "afternoon_snack"];

const RICE: Dish = ("米饭", "粳米（标一） 75");
const MILK: Dish = ("牛奶", "纯牛奶 200");

const MENUS: [Day; 7] = [
    [
        &[("小米粥", "小米 25"), ("煮鸡蛋", "鸡蛋 40"), ("花卷", "小麦粉 25")],
        &[MILK, ("苹果", "苹果 60")],
        &[
            RICE,
            ("番茄炒蛋", "番茄 60、鸡蛋 30、菜籽油 4"),
            ("肉末豆腐", "猪肉 20、北豆腐 40、菜籽油 3"),
            ("紫菜汤", "紫菜 1"),
        ],
        &[("蒸红薯", "红薯 60"), ("橙子", "橙 80")],
    ],
    [
        &[("青菜鸡蛋面", "挂面 45、油菜 40、鸡蛋 25、菜籽油 2")],
        &[MILK, ("核桃", "核桃 6")],
        &[
            RICE,
            ("清蒸鲈鱼", "鲈鱼 50、菜籽油 2"),
            ("胡萝卜西兰花", "西兰花 60、胡萝卜 15、菜籽油 4"),
            ("冬瓜汤", "冬瓜 40"),
        ],
        &[("酸奶", "酸奶 100"), ("香蕉", "香蕉 70")],
    ],
    [
        &[("豆浆", "豆浆 180"), ("馒头", "小麦粉 45"), ("煮鸡蛋", "鸡蛋 35")],
        &[MILK, ("梨", "梨 60")],
        &[RICE, ("土豆烧牛肉", "牛肉 40、土豆 50、胡萝卜 20、菜籽油 4"), ("炒圆白菜", "圆白菜 60、菜籽油 3")],
        &[("煮玉米", "玉米 60"), ("猕猴桃", "中华猕猴桃 70")],
    ],
    [
        &[("南瓜粥", "粳米（标一） 30、南瓜 40"), ("鸡蛋饼", "小麦粉 20、鸡蛋 35、菜籽油 3")],
        &[MILK, ("草莓", "草莓 60")],
        &[
            RICE,
            ("香菇鸡丁", "鸡胸脯肉 40、香菇 20、菜籽油 4"),
            ("蒜蓉菠菜", "菠菜 60、菜籽油 3"),
            ("南豆腐汤", "南豆腐 30"),
        ],
        &[("豆腐干", "豆腐干 20"), ("苹果", "苹果 90")],
    ],
    [
        &[("番茄鸡蛋面", "挂面 45、番茄 50、鸡蛋 30、菜籽油 2")],
        &[MILK, ("香蕉", "香蕉 50")],
        &[RICE, ("虾仁黄瓜", "基围虾 40、黄瓜 50、菜籽油 4"), ("木耳炒油菜", "油菜 60、木耳 15、菜籽油 3")],
        &[("玉米面发糕", "玉米面 15、小麦粉 25"), ("橙子", "橙 80")],
    ],
    [
        &[("山药小米粥", "小米 20、山药 30"), ("花卷", "小麦粉 35")],
        &[MILK, ("鹌鹑蛋", "鹌鹑蛋 20")],
        &[RICE, ("芹菜肉丝", "猪肉 35、芹菜茎 50、菜籽油 4"), ("白菜豆腐", "大白菜 60、北豆腐 40、菜籽油 3")],
        &[("酸奶", "酸奶 100"), ("梨", "梨 80")],
    ],
    [
        &[("白粥", "粳米（标一） 30"), ("肉包", "小麦粉 35、猪肉 15")],
        &[MILK, ("猕猴桃", "中华猕猴桃 60")],
        &[
            RICE,
            ("胡萝卜牛肉", "牛肉 35、胡萝卜 40、菜籽油 4"),
            ("绿豆芽炒肉", "绿豆芽 60、猪肉 10、菜籽油 3"),
        ],
        &[("蒸南瓜", "南瓜 70"), ("草莓", "草莓 80")],
    ],
];

/// The dishes of a week, five days of those above in turn.
pub(crate) fn week(dice: &mut Dice) -> Value {
    let start = dice.below(MENUS.len());
    let mut rows = Vec::new();
    for (at, day) in ["mon", "tue", "wed", "thu", "fri"].into_iter().enumerate() {
        let Some(menu) = MENUS.iter().cycle().nth(start + at) else { continue };
        for (meal, dishes) in MEALS.iter().zip(menu) {
            for (dish, foods) in *dishes {
                let foods = foods.split('、').filter_map(|food| food.rsplit_once(' '));
                rows.extend(foods.map(|(food, grams)| {
                    json!({ "day": day, "meal": meal, "dish": dish, "ingredient": food, "grams": grams })
                }));
            }
        }
    }
    Value::Array(rows)
}

/// Different foods of a week's dishes.
pub(crate) fn kinds(dishes: Option<&Value>) -> usize {
    let rows = dishes.and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    rows.iter().filter_map(|row| row.get("ingredient")?.as_str()).collect::<BTreeSet<_>>().len()
}

/// Imports the foods at the county, as `hygeia import` does.
pub(crate) fn import_foods(work: &Work, actor: &Actor) -> Result<()> {
    let table = hygeia_exchange::read_table(FOODS.as_bytes(), "foods.csv")?;
    let options = ImportOptions {
        org_unit: work.directory().roots().next().map(|unit| unit.code.clone()),
        constants: vec![("source".to_owned(), SOURCE.to_owned())],
        replace: vec![("Tr".to_owned(), "0".to_owned())],
        only_check: false,
    };
    let report = work.entries_import(actor, "kindergarten.food", &table, &options)?;
    ensure!(report.stored, "演示食物成分表有误：{:?}", report.problems);
    Ok(())
}
