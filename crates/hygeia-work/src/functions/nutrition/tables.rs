//! The tables: each takes the arguments of its function and gives rows.

use super::read;
use hygeia_expr::Value;
use hygeia_health::nutrition::{
    Care, DriEdition, Finding, Intake, Meal, Menu, NUTRIENTS, RuleSet, Unmatched, assess as judge, intake,
    repetition, variety as kinds_of,
};
use indexmap::IndexMap;
use rust_decimal::Decimal;
use std::collections::{BTreeMap, BTreeSet};

fn row<const N: usize>(cells: [(&str, Value); N]) -> Value {
    Value::Row(cells.into_iter().map(|(name, value)| (name.to_owned(), value)).collect::<IndexMap<_, _>>())
}

fn rounded(value: Option<f64>, places: u32) -> Value {
    let decimal = value.and_then(|value| Decimal::try_from(value).ok());
    decimal.map_or(Value::Null, |value| Value::Decimal(value.round_dp(places)))
}

fn count(number: usize) -> Value {
    i64::try_from(number).map_or(Value::Null, Value::Int)
}

fn text(text: &str) -> Value {
    if text.is_empty() { Value::Null } else { Value::from(text) }
}

/// Menus and foods of the first two arguments, and the intake; `None` without a line of a menu.
fn menus_and_intake(
    arguments: &[Value],
) -> Option<(read::Menus, hygeia_health::nutrition::FoodTable, Intake)> {
    let [menus, foods, ..] = arguments else { return None };
    let foods = read::foods(foods);
    let menus = read::menus(menus, &foods);
    let eaten = intake(&menus.menu, &foods)?;
    Some((menus, foods, eaten))
}

pub(super) fn assess(arguments: &[Value]) -> Value {
    let [_, _, people, Value::Date(day), Value::Text(edition), Value::Text(rules), Value::Text(care)] =
        arguments
    else {
        return Value::Null;
    };
    let Some((_, _, eaten)) = menus_and_intake(arguments) else { return Value::List(Vec::new()) };
    let Some(edition) = DriEdition::parse(edition) else { return Value::Null };
    let rules = if rules == "older" { RuleSet::Older } else { RuleSet::Norm2012 };
    let care = if care == "boarding" { Care::Boarding } else { Care::FullDay };
    let findings = judge(&eaten, &read::groups(people, *day), edition, rules, care);
    Value::List(findings.iter().map(finding).collect())
}

fn finding(finding: &Finding) -> Value {
    let nutrient = NUTRIENTS.into_iter().find(|nutrient| nutrient.zh() == finding.item_zh);
    let item = match nutrient {
        Some(nutrient) => format!("{}（{}）", finding.item_zh, nutrient.unit()),
        None => finding.item_zh.clone(),
    };
    let wanted = match (finding.low, finding.high) {
        (Some(low), Some(high)) => format!("{low}～{high}"),
        (Some(low), None) => format!("≥{low}"),
        (None, Some(high)) => format!("≤{high}"),
        (None, None) => String::new(),
    };
    let verdict = match (finding.met, finding.value) {
        (Some(true), _) => "met",
        (Some(false), Some(value)) if finding.low.is_some_and(|low| value < low) => "below",
        (Some(false), _) => "above",
        (None, _) => "",
    };
    row([
        ("item", Value::Text(item)),
        ("intake", rounded(finding.intake, 2)),
        ("requirement", rounded(finding.requirement, 2)),
        ("percent", rounded(finding.value, 1)),
        ("wanted", text(&wanted)),
        ("verdict", text(verdict)),
        ("basis", Value::from(finding.unit)),
    ])
}

pub(super) fn meals(arguments: &[Value]) -> Value {
    let Some((_, _, eaten)) = menus_and_intake(arguments) else { return Value::List(Vec::new()) };
    let energy = eaten.per_child_day(hygeia_health::nutrition::Nutrient::Energy);
    let meal = |meal: Meal| {
        let share = eaten.meal_share(meal)?;
        Some(row([
            ("meal", Value::from(meal.zh())),
            ("energy_kcal", rounded(Some(share * energy / 100.0), 1)),
            ("share", rounded(Some(share), 1)),
        ]))
    };
    Value::List(Meal::ALL.into_iter().filter_map(meal).collect())
}

pub(super) fn groups(arguments: &[Value]) -> Value {
    let Some((menus, foods, eaten)) = menus_and_intake(arguments) else { return Value::List(Vec::new()) };
    let mut groups: IndexMap<String, (BTreeSet<&str>, f64)> = IndexMap::new();
    for group in foods.foods().map(|food| food.group_zh.clone()).chain([String::new()]) {
        groups.entry(group).or_default();
    }
    for item in &menus.menu.items {
        let group = foods.get(&item.food_code).map(|food| food.group_zh.clone()).unwrap_or_default();
        let hygeia_health::nutrition::Amount::EdiblePerChildG(grams) = item.amount else { continue };
        let children = f64::from(menus.menu.children.get(&item.day).copied().unwrap_or(0));
        let (kinds, sum) = groups.entry(group).or_default();
        kinds.insert(&item.food_code);
        *sum += grams * children / f64::from(eaten.person_days);
    }
    let eaten = groups.into_iter().filter(|(_, (kinds, _))| !kinds.is_empty());
    let line = |(group, (kinds, grams)): (String, (BTreeSet<&str>, f64))| {
        row([("food_group", text(&group)), ("kinds", count(kinds.len())), ("grams", rounded(Some(grams), 1))])
    };
    Value::List(eaten.map(line).collect())
}

pub(super) fn variety(arguments: &[Value]) -> Value {
    let Some((menus, foods, _)) = menus_and_intake(arguments) else { return Value::List(Vec::new()) };
    let week = |(monday, days): (&jiff::civil::Date, &Vec<u32>)| {
        let part = Menu {
            children: menus
                .menu
                .children
                .iter()
                .filter(|(day, _)| days.contains(day))
                .map(|(d, c)| (*d, *c))
                .collect(),
            items: menus.menu.items.iter().filter(|item| days.contains(&item.day)).cloned().collect(),
        };
        let found = kinds_of(&part, &foods);
        let mean = found.foods_by_day.values().sum::<usize>() as f64 / days.len() as f64;
        let names = |codes: &[String]| -> Vec<String> {
            codes
                .iter()
                .map(|code| foods.get(code).map_or(code.clone(), |food| food.name_zh.clone()))
                .collect()
        };
        let repeated: Vec<String> = repetition(&part)
            .iter()
            .map(|same| {
                let days: Vec<&str> = same.days.iter().map(|day| read::weekday(*day)).collect();
                format!("周{}{}同为{}", days.join("、"), same.meal.zh(), names(&same.food_codes).join("、"))
            })
            .collect();
        row([
            ("week", Value::Date(*monday)),
            ("days", count(days.len())),
            ("kinds", count(found.foods)),
            ("kinds_per_day", rounded(Some(mean), 1)),
            ("repeated", text(&repeated.join("；"))),
        ])
    };
    Value::List(menus.weeks.iter().map(week).collect())
}

pub(super) fn gaps(arguments: &[Value]) -> Value {
    let Some((menus, _, eaten)) = menus_and_intake(arguments) else { return Value::List(Vec::new()) };
    let unmatched = menus.unmatched.iter().map(|(word, why)| {
        let why = match why {
            Unmatched::Unknown => "食物成分表中没有，未计入",
            Unmatched::Ambiguous => "食物成分表中有多种，请写全名或代码；未计入",
        };
        row([("food", Value::from(word.as_str())), ("missing", Value::from(why))])
    });
    let mut values: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for gap in &eaten.unknown {
        values.entry(&gap.name_zh).or_default().push(gap.nutrient.zh());
    }
    let lacking = values.into_iter().map(|(food, nutrients)| {
        let missing = format!("{}未测定，按0计", nutrients.join("、"));
        row([("food", Value::from(food)), ("missing", Value::Text(missing))])
    });
    Value::List(unmatched.chain(lacking).collect())
}
