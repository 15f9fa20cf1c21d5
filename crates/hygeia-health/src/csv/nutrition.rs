//! Table form of the nutrition engine.

use std::collections::BTreeMap;
use std::io::{Read, Write};

use ::csv::{StringRecord, Writer};

use super::{CsvError, Row, Summary, column, extend, optional_column};
use crate::nutrition::{
    Amount, Food, FoodTable, Intake, Meal, Menu, MenuItem, NUTRIENTS, Nutrient, ProteinClass, intake,
};

/// The one column a food table can lack.
const GROUP: &str = "group_zh";

/// Adds up menus, one row each with intakes per child-day.
///
/// - `items`: `menu, day, meal, food_code, mode, amount_g`; `mode` is `as_purchased_total` (bought for all children) or
///   `edible_per_child`
/// - `days`: `menu, day, children`
/// - `foods`: see [`read_foods`]
///
/// Writes `menu, mode, days, person_days`, the nutrients, shares of energy (`pctE_…`), of protein and of energy by kind
/// of food, shares of the meals (blank when not served) and `unknown_values`, numbers with six decimals. A menu
/// without children has blank results. Menus come in the order of `days`.
///
/// # Errors
/// [`CsvError`] when a table cannot be read or written or lacks a column. Unreadable cells and foods that the table
/// does not have are in the summary; its rows are those of `items`.
pub fn analyse<I: Read, D: Read, F: Read, W: Write>(
    items: I,
    days: D,
    foods: F,
    writer: W,
) -> Result<Summary, CsvError> {
    let mut summary = Summary::default();
    let foods = read_foods_into(foods, &mut summary)?;
    let mut menus = read_days(days, &mut summary)?;
    summary.rows = 0;
    read_items(items, &mut menus, &foods, &mut summary)?;
    let mut writer = Writer::from_writer(writer);
    writer.write_record(heading())?;
    for menu in &menus.in_order {
        writer.write_record(cells(menu, &foods))?;
    }
    writer.flush()?;
    Ok(summary)
}

/// Reads a food table: `food_code, name_zh, protein_class, edible_pct`, the nutrients by [`Nutrient::column`] and, where
/// present, `group_zh`. Blank or `—` is not determined, `Tr` is a trace and counts as 0. A food without a code or with
/// an edible part that cannot be read is left out.
///
/// # Errors
/// [`CsvError`] when the table cannot be read or lacks a column; unreadable cells are in the summary.
pub fn read_foods<R: Read>(reader: R) -> Result<(FoodTable, Summary), CsvError> {
    let mut summary = Summary::default();
    let foods = read_foods_into(reader, &mut summary)?;
    Ok((foods, summary))
}

/// Calls `take` for every row, with the columns of the given names.
fn each_row<R: Read, const N: usize>(
    reader: R,
    names: [&str; N],
    summary: &mut Summary,
    mut take: impl FnMut([Option<usize>; N], &mut Row<'_>),
) -> Result<(), CsvError> {
    let find = |headers: &StringRecord| {
        let mut columns = [None; N];
        for (found, name) in columns.iter_mut().zip(names) {
            *found =
                if name == GROUP { optional_column(headers, name) } else { Some(column(headers, name)?) };
        }
        Ok((columns, Vec::new()))
    };
    let read = extend(reader, std::io::sink(), find, |columns, row, _| take(*columns, row))?;
    summary.rows += read.rows;
    summary.problem_count += read.problem_count - read.problems.len() as u64;
    for problem in read.problems {
        summary.report(problem.line, &problem.column, problem.message);
    }
    Ok(())
}

fn read_foods_into<R: Read>(reader: R, summary: &mut Summary) -> Result<FoodTable, CsvError> {
    let names: [&str; 5 + NUTRIENTS.len()] = std::array::from_fn(|index| match index {
        0 => "food_code",
        1 => "name_zh",
        2 => "protein_class",
        3 => "edible_pct",
        4 => GROUP,
        _ => NUTRIENTS[index - 5].column(),
    });
    let mut foods = Vec::new();
    each_row(reader, names, summary, |columns, row| {
        let [code, name, class, edible, group, nutrients @ ..] = columns;
        let code = row.text(code).map(str::to_owned);
        let name_zh = row.text(name).unwrap_or_default().to_owned();
        let group_zh = row.text(group).unwrap_or_default().to_owned();
        let class = row.parsed(class, "蛋白质来源（animal、soy、plant、none）", ProteinClass::parse);
        let percent = |text: &str| text.parse().ok().filter(|value| (0.0..=100.0).contains(value));
        let edible_percent = row.parsed(edible, "0–100 的可食部比例", percent);
        let per_100_g: [Option<f64>; NUTRIENTS.len()] = nutrients.map(|column| value(row, column));
        if let (Some(code), Some(edible_percent)) = (code, edible_percent) {
            let protein_class = class.unwrap_or(ProteinClass::None);
            foods.push(Food { code, name_zh, group_zh, protein_class, edible_percent, per_100_g });
        }
    })?;
    Ok(FoodTable::new(foods))
}

fn value(row: &mut Row<'_>, column: Option<usize>) -> Option<f64> {
    match row.text(column) {
        Some("—" | "-" | "…") => None,
        Some(text) if text.eq_ignore_ascii_case("tr") => Some(0.0),
        _ => {
            let not_negative =
                |text: &str| text.parse().ok().filter(|value: &f64| value.is_finite() && *value >= 0.0);
            row.parsed(column, "不小于 0 的数字", not_negative)
        }
    }
}

struct NamedMenu {
    name: String,
    mode: String,
    menu: Menu,
}

#[derive(Default)]
struct Menus {
    in_order: Vec<NamedMenu>,
    by_name: BTreeMap<String, usize>,
}

impl Menus {
    fn of(&mut self, name: &str) -> &mut NamedMenu {
        let index = *self.by_name.entry(name.to_owned()).or_insert_with(|| {
            self.in_order.push(NamedMenu {
                name: name.to_owned(),
                mode: String::new(),
                menu: Menu::default(),
            });
            self.in_order.len() - 1
        });
        &mut self.in_order[index]
    }
}

fn read_days<R: Read>(reader: R, summary: &mut Summary) -> Result<Menus, CsvError> {
    let mut menus = Menus::default();
    each_row(reader, ["menu", "day", "children"], summary, |[menu, day, children], row| {
        let day_no = row.parsed(day, "天数（整数）", |text| text.parse().ok());
        let count = row.parsed(children, "就餐人数（整数）", |text| text.parse().ok());
        if let (Some(menu), Some(day), Some(count)) = (row.text(menu), day_no, count) {
            menus.of(menu).menu.children.insert(day, count);
        }
    })?;
    Ok(menus)
}

fn read_items<R: Read>(
    reader: R,
    menus: &mut Menus,
    foods: &FoodTable,
    summary: &mut Summary,
) -> Result<(), CsvError> {
    let names = ["menu", "day", "meal", "food_code", "mode", "amount_g"];
    each_row(reader, names, summary, |[menu, day, meal, code, mode, grams], row| {
        let day_no: Option<u32> = row.parsed(day, "天数（整数）", |text| text.parse().ok());
        let meal = row.parsed(meal, "餐次（如 breakfast、早餐）", Meal::parse);
        let amount = row.number(grams);
        let amount = match (row.text(mode), amount) {
            (Some("as_purchased_total"), Some(grams)) => Some(Amount::AsPurchasedTotalG(grams)),
            (Some("edible_per_child"), Some(grams)) => Some(Amount::EdiblePerChildG(grams)),
            (Some("as_purchased_total" | "edible_per_child"), None) => None,
            _ => {
                row.reject(mode, "数量方式应为 as_purchased_total 或 edible_per_child");
                None
            }
        };
        let (Some(name), Some(food_code)) = (row.text(menu), row.text(code)) else { return };
        if foods.get(food_code).is_none() {
            row.reject(code, &format!("食物成分表中没有 `{food_code}`"));
        }
        let (Some(day), Some(meal), Some(amount)) = (day_no, meal, amount) else { return };
        let found = menus.of(name);
        if !found.menu.children.contains_key(&day) {
            row.reject(menu, &format!("第 {day} 天没有就餐人数"));
        }
        found.mode = row.text(mode).unwrap_or_default().to_owned();
        found.menu.items.push(MenuItem { day, meal, food_code: food_code.to_owned(), amount });
    })
}

fn heading() -> Vec<&'static str> {
    let mut heading = vec!["menu", "mode", "days", "person_days"];
    heading.extend(NUTRIENTS.map(Nutrient::column));
    heading.extend(["pctE_protein", "pctE_fat", "pctE_cho"]);
    heading.extend([
        "pct_protein_animal",
        "pct_protein_soy",
        "pct_protein_animal_soy",
        "pct_energy_animal_soy",
    ]);
    heading.extend(["share_breakfast", "share_snack_am", "share_lunch", "share_snack_pm", "share_dinner"]);
    heading.push("unknown_values");
    heading
}

fn cells(named: &NamedMenu, foods: &FoodTable) -> Vec<String> {
    let menu = &named.menu;
    let mut cells = vec![named.name.clone(), named.mode.clone(), menu.children.len().to_string()];
    let found = intake(menu, foods);
    cells.push(found.as_ref().map_or(0, |found| found.person_days).to_string());
    match found {
        Some(found) => cells.extend(figures(&found)),
        None => cells.resize(heading().len(), String::new()),
    }
    cells
}

fn figures(found: &Intake) -> Vec<String> {
    let mut figures: Vec<Option<f64>> =
        NUTRIENTS.map(|nutrient| Some(found.per_child_day(nutrient))).to_vec();
    let macronutrients = [Nutrient::Protein, Nutrient::Fat, Nutrient::Carbohydrate];
    figures.extend(macronutrients.map(|nutrient| found.energy_from(nutrient)));
    figures.extend([found.protein_animal(), found.protein_soy(), found.protein_animal_soy()]);
    figures.push(found.energy_animal_soy());
    figures.extend(Meal::ALL.map(|meal| found.meal_share(meal)));
    let six_decimals = |figure: Option<f64>| figure.map(|value| format!("{value:.6}")).unwrap_or_default();
    let mut cells: Vec<String> = figures.into_iter().map(six_decimals).collect();
    cells.push(found.unknown_values.to_string());
    cells
}
