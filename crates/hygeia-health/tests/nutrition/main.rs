//! Menus against the golden vectors, the criteria and the rules of variety.

#![cfg(feature = "csv")]
#![expect(clippy::unwrap_used, reason = "a test stops at what it does not expect")]

use std::io::Read;
use std::path::Path;

use flate2::read::GzDecoder;
use hygeia_health::csv::nutrition::{analyse, read_foods};
use hygeia_health::growth::Sex;
use hygeia_health::nutrition::{
    Amount, Care, ChildGroup, DriEdition, FoodTable, Meal, Menu, MenuItem, Nutrient, RuleSet, assess, intake,
    repetition, variety,
};
use proptest::prelude::*;

fn golden(name: &str) -> Vec<u8> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/nutrition").join(name);
    let mut bytes = Vec::new();
    GzDecoder::new(std::fs::File::open(path).unwrap()).read_to_end(&mut bytes).unwrap();
    bytes
}

fn foods() -> FoodTable {
    read_foods(golden("foods.csv.gz").as_slice()).unwrap().0
}

fn item(day: u32, meal: Meal, code: &str, grams: f64) -> MenuItem {
    MenuItem { day, meal, food_code: code.to_owned(), amount: Amount::EdiblePerChildG(grams) }
}

#[test]
fn every_golden_menu_is_equal_to_the_last_decimal() {
    let (items, days, foods) = (golden("items.csv.gz"), golden("days.csv.gz"), golden("foods.csv.gz"));
    let mut output = Vec::new();
    let summary = analyse(items.as_slice(), days.as_slice(), foods.as_slice(), &mut output).unwrap();
    assert_eq!((summary.rows, summary.problem_count), (3_697, 0), "{:?}", summary.problems);
    let output = String::from_utf8(output).unwrap();
    let expected = String::from_utf8(golden("expected.csv.gz")).unwrap();
    for (found, wanted) in output.lines().zip(expected.lines()) {
        assert_eq!(found, wanted.trim_end());
    }
    assert_eq!(output.lines().count(), expected.lines().count());
}

#[test]
fn missing_values_are_named_and_traces_are_not_missing() {
    let table = "food_code,name_zh,protein_class,edible_pct,energy_kcal,protein_g,fat_g,cho_g,ca_mg,fe_mg,zn_mg,\
        vit_a_ugRAE,vit_b1_mg,vit_b2_mg,vit_c_mg\nA,甲,animal,50,100,10,Tr,—,1,1,1,1,1,1,\nB,乙,plant,x,1,1,1,1,1,1,1,1,1,1,1\n";
    let (foods, summary) = read_foods(table.as_bytes()).unwrap();
    assert_eq!((summary.rows, summary.problem_count), (2, 1));
    let menu = Menu {
        children: [(1, 2)].into(),
        items: vec![
            MenuItem { amount: Amount::AsPurchasedTotalG(400.0), ..item(1, Meal::Lunch, "A", 0.0) },
            item(1, Meal::Dinner, "B", 5.0),
            item(2, Meal::Dinner, "A", 5.0),
        ],
    };
    let found = intake(&menu, &foods).unwrap();
    assert!((found.per_child_day(Nutrient::Protein) - 10.0).abs() < 1e-12);
    let gaps: Vec<(&str, Nutrient)> =
        found.unknown.iter().map(|gap| (gap.name_zh.as_str(), gap.nutrient)).collect();
    assert_eq!(gaps, [("甲", Nutrient::Carbohydrate), ("甲", Nutrient::VitaminC)]);
    assert_eq!((found.unknown_values, found.unknown_foods.as_slice()), (2, &["B".to_owned()][..]));
    assert_eq!(found.energy_from(Nutrient::Iron), None);
}

#[test]
fn a_menu_is_judged_by_reference_intakes_and_shares() {
    let foods = foods();
    let codes: Vec<&str> = foods.foods().map(|food| food.code.as_str()).collect();
    let items = codes.iter().take(60).map(|code| item(1, Meal::Lunch, code, 12.0)).collect();
    let found = intake(&Menu { children: [(1, 30)].into(), items }, &foods).unwrap();
    let groups = [ChildGroup { age_years: 4, sex: Sex::Male, children: 10 }];
    let findings = assess(&found, &groups, DriEdition::default(), RuleSet::Norm2012, Care::FullDay);
    let energy = &findings[0];
    assert_eq!((energy.item, energy.requirement, energy.low), ("energy", Some(1300.0), Some(80.0)));
    let share = 100.0 * found.per_child_day(Nutrient::Energy) / 1300.0;
    assert!((energy.value.unwrap() - share).abs() < 1e-9);
    assert_eq!(energy.met, Some(share >= 80.0));
    assert_eq!(findings.len(), 13);
    let boarding = assess(&found, &groups, DriEdition::Y2000, RuleSet::Norm2012, Care::Boarding);
    assert_eq!((boarding[0].requirement, boarding[0].low), (Some(1450.0), Some(90.0)));
    let toddlers = [ChildGroup { age_years: 2, sex: Sex::Male, children: 10 }];
    let unknown = assess(&found, &toddlers, DriEdition::default(), RuleSet::Norm2012, Care::FullDay);
    assert_eq!((unknown[0].value, unknown[0].met), (None, None));
}

#[test]
fn the_same_meal_on_two_days_is_found_whatever_the_amounts() {
    let items = vec![
        item(1, Meal::Lunch, "a", 1.0),
        item(1, Meal::Lunch, "b", 1.0),
        item(2, Meal::Lunch, "a", 1.0),
        item(3, Meal::Lunch, "b", 9.0),
        item(3, Meal::Lunch, "a", 2.0),
        item(3, Meal::Dinner, "a", 2.0),
    ];
    let menu = Menu { children: [(1, 1), (2, 1), (3, 1)].into(), items };
    let found = repetition(&menu);
    assert_eq!(found.len(), 1);
    assert_eq!((found[0].meal, found[0].days.as_slice()), (Meal::Lunch, &[1, 3][..]));
    let kinds = variety(&menu, &FoodTable::default());
    assert_eq!((kinds.foods, kinds.foods_by_day[&2]), (2, 1));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn broken_tables_do_not_stop_the_analysis(cut in 0usize..4000, byte in any::<u8>()) {
        let mut items = golden("items.csv.gz");
        items.truncate(20_000);
        items[cut] = byte;
        let (days, foods) = (golden("days.csv.gz"), golden("foods.csv.gz"));
        let _ = analyse(items.as_slice(), days.as_slice(), foods.as_slice(), Vec::new());
    }

    #[test]
    fn shares_stay_within_0_and_100(grams in prop::collection::vec((0usize..150, 0u8..5, 0.0f64..500.0), 0..40)) {
        let foods = foods();
        let codes: Vec<&str> = foods.foods().map(|food| food.code.as_str()).collect();
        let items: Vec<MenuItem> =
            grams.iter().map(|(food, meal, grams)| item(1, Meal::ALL[usize::from(*meal)], codes[*food], *grams)).collect();
        let found = intake(&Menu { children: [(1, 7)].into(), items }, &foods).unwrap();
        let shares = [found.protein_animal_soy(), found.energy_animal_soy(), found.energy_from(Nutrient::Fat)];
        for share in shares.into_iter().chain(Meal::ALL.map(|meal| found.meal_share(meal))).flatten() {
            prop_assert!((0.0..=100.000_001).contains(&share));
        }
    }
}
