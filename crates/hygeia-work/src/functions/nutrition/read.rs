//! Rows of packs as menus, foods and children.

use hygeia_expr::{Type, Value};
use hygeia_health::growth::{Age, Sex};
use hygeia_health::nutrition::{
    Amount, ChildGroup, Food, FoodTable, Meal, Menu, MenuItem, NUTRIENTS, Nutrient, ProteinClass, Unmatched,
};
use indexmap::IndexMap;
use jiff::civil::Date;
use rust_decimal::prelude::ToPrimitive;
use std::collections::BTreeMap;
use std::sync::Arc;

type Cells = IndexMap<String, Value>;

fn rows_of(cells: impl IntoIterator<Item = (&'static str, Type)>) -> Type {
    let cells = cells.into_iter().map(|(name, ty)| (name.to_owned(), ty)).collect();
    Type::List(Box::new(Type::Row(Arc::new(cells))))
}

/// Weekly menus: week, children at table, dishes with their foods.
pub(super) fn menus_type() -> Type {
    let dishes = rows_of([
        ("day", Type::Text),
        ("meal", Type::Text),
        ("ingredient", Type::Text),
        ("grams", Type::Decimal),
    ]);
    rows_of([("date", Type::Date), ("diners", Type::Int), ("dishes", dishes)])
}

/// A food table: the cells of the engine's nutrients by [`nutrient_cell`].
pub(super) fn foods_type() -> Type {
    let texts = ["food_code", "name_zh", "group_zh", "protein_class"].map(|name| (name, Type::Text));
    let numbers = NUTRIENTS.map(|nutrient| (nutrient_cell(nutrient), Type::Decimal));
    rows_of(texts.into_iter().chain([("edible_pct", Type::Decimal)]).chain(numbers))
}

/// Children: birth and sex.
pub(super) fn people_type() -> Type {
    rows_of([("birth", Type::Date), ("sex", Type::Text)])
}

/// The cell of a nutrient: its column in the engine's tables, in small letters.
fn nutrient_cell(nutrient: Nutrient) -> &'static str {
    match nutrient {
        Nutrient::VitaminA => "vit_a_ugrae",
        other => other.column(),
    }
}

fn rows(value: &Value) -> impl Iterator<Item = &Cells> {
    let rows = if let Value::List(rows) = value { rows.as_slice() } else { &[] };
    rows.iter().filter_map(|row| if let Value::Row(cells) = row { Some(cells) } else { None })
}

fn text<'a>(cells: &'a Cells, name: &str) -> Option<&'a str> {
    cells.get(name)?.as_text().map(str::trim).filter(|text| !text.is_empty())
}

fn number(cells: &Cells, name: &str) -> Option<f64> {
    cells.get(name)?.as_decimal()?.to_f64()
}

/// The food table of rows; a food without a code goes by its name.
pub(super) fn foods(value: &Value) -> FoodTable {
    let food = |cells: &Cells| {
        let name = text(cells, "name_zh")?;
        Some(Food {
            code: text(cells, "food_code").unwrap_or(name).to_owned(),
            name_zh: name.to_owned(),
            group_zh: text(cells, "group_zh").unwrap_or_default().to_owned(),
            protein_class: text(cells, "protein_class")
                .and_then(ProteinClass::parse)
                .unwrap_or(ProteinClass::None),
            edible_percent: number(cells, "edible_pct").unwrap_or(100.0),
            per_100_g: NUTRIENTS.map(|nutrient| number(cells, nutrient_cell(nutrient))),
        })
    };
    FoodTable::new(rows(value).filter_map(food).collect())
}

/// Menus of several weeks as one, with the words that are no food of the table.
pub(super) struct Menus {
    pub menu: Menu,
    /// Weeks by their first day: the days of the menu in them.
    pub weeks: BTreeMap<Date, Vec<u32>>,
    pub unmatched: BTreeMap<String, Unmatched>,
}

const DAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

/// Reads menus with edible grams for one child. Days weigh by the children at table; when a menu does not say how
/// many there were, all days weigh the same.
pub(super) fn menus(value: &Value, foods: &FoodTable) -> Menus {
    let mut found = Menus { menu: Menu::default(), weeks: BTreeMap::new(), unmatched: BTreeMap::new() };
    let counted = rows(value).all(|week| number(week, "diners").is_some_and(|diners| diners >= 1.0));
    for (at, week) in (0u32..).zip(rows(value)) {
        let Some(monday) = week.get("date").and_then(Value::as_date) else { continue };
        let diners = if counted { number(week, "diners").and_then(|diners| diners.to_u32()) } else { None };
        let Some(dishes) = week.get("dishes") else { continue };
        for line in rows(dishes) {
            let day = text(line, "day").and_then(|day| DAYS.iter().position(|known| *known == day));
            let meal = text(line, "meal").and_then(Meal::parse);
            let (Some(day), Some(meal), Some(word), Some(grams)) =
                (day, meal, text(line, "ingredient"), number(line, "grams"))
            else {
                continue;
            };
            let day = at * 7 + u32::try_from(day).unwrap_or(0);
            found.menu.children.insert(day, diners.unwrap_or(1));
            let days = found.weeks.entry(monday).or_default();
            if !days.contains(&day) {
                days.push(day);
            }
            let food_code = match foods.find(word) {
                Ok(food) => food.code.clone(),
                Err(why) => {
                    found.unmatched.insert(word.to_owned(), why);
                    word.to_owned()
                }
            };
            found.menu.items.push(MenuItem { day, meal, food_code, amount: Amount::EdiblePerChildG(grams) });
        }
    }
    found
}

/// The day of a week by its number, Chinese.
pub(super) fn weekday(day: u32) -> &'static str {
    ["一", "二", "三", "四", "五", "六", "日"][(day % 7) as usize]
}

/// Children by age on a day and sex; without birth or sex they are left out.
pub(super) fn groups(value: &Value, on: Date) -> Vec<ChildGroup> {
    let mut found: BTreeMap<(u32, bool), u32> = BTreeMap::new();
    for child in rows(value) {
        let age = child.get("birth").and_then(Value::as_date).and_then(|birth| Age::between(birth, on));
        let sex = text(child, "sex").and_then(Sex::parse);
        if let (Some(age), Some(sex)) = (age, sex) {
            let years = (age.calendar_months() / 12.0).floor().to_u32().unwrap_or(0);
            *found.entry((years, sex == Sex::Male)).or_default() += 1;
        }
    }
    let group = |((age_years, male), children)| ChildGroup {
        age_years,
        sex: if male { Sex::Male } else { Sex::Female },
        children,
    };
    found.into_iter().map(group).collect()
}
