//! What one call of each engine costs: `cargo bench -p hygeia-health`. Rates over many children and series, beside R,
//! are printed by `cargo xtask bench health`.

#![expect(clippy::unwrap_used, reason = "a benchmark stops at what it does not expect")]

use divan::{Bencher, black_box};
use hygeia_health::detection::{
    Detector, Ears, EarsMethod, FarringtonFlexible, Frequency, Glr, MovingPercentile, OutbreakP, Series,
};
use hygeia_health::growth::{Age, Position, Sex, cn, who2006};
use hygeia_health::identity::{citizen_number, credit_code};
use hygeia_health::immunization::{Child, check_certificate, forecast, parse_history};
use hygeia_health::nutrition::{Amount, Food, FoodTable, Meal, Menu, MenuItem, ProteinClass, intake};
use jiff::ToSpan;
use jiff::civil::date;

fn main() {
    divan::main();
}

#[divan::bench]
fn growth_who2006(bencher: Bencher<'_, '_>) {
    let child = who2006::Measurement {
        sex: Some(Sex::Female),
        age: Age::from_days(800.0),
        weight_kg: Some(11.4),
        length_or_height_cm: Some(86.2),
        position: Some(Position::Standing),
        head_cm: Some(47.3),
        arm_cm: Some(15.1),
        triceps_mm: None,
        subscapular_mm: None,
        oedema: false,
    };
    bencher.bench(|| who2006::assess(black_box(&child)));
}

#[divan::bench]
fn growth_wst423(bencher: Bencher<'_, '_>) {
    let child = cn::Measurement {
        sex: Sex::Male,
        age: Age::from_months(50.0).unwrap(),
        weight_kg: Some(17.0),
        length_or_height_cm: Some(104.5),
        head_cm: None,
    };
    bencher.bench(|| cn::assess(black_box(&child)));
}

/// A child of three years with the doses up to then.
fn record() -> (Child, Vec<hygeia_health::immunization::GivenDose>) {
    let history = "BCG 2023-01-02; HepB 2023-01-02, 2023-02-02, 2023-07-02; IPV 2023-03-02, 2023-04-02; bOPV 2023-05-02; \
                   DTaP 2023-04-02, 2023-05-02, 2023-06-02, 2024-07-02; MMR 2023-09-02, 2024-07-02; JE-L 2023-09-02, 2025-01-02";
    (Child::new(date(2023, 1, 2), Some(Sex::Female)), parse_history(history).unwrap())
}

#[divan::bench]
fn vaccine_forecast(bencher: Bencher<'_, '_>) {
    let (child, history) = record();
    bencher.bench(|| forecast(black_box(&child), black_box(&history), date(2026, 1, 2)));
}

#[divan::bench]
fn vaccine_certificate(bencher: Bencher<'_, '_>) {
    let (child, history) = record();
    bencher.bench(|| check_certificate(black_box(&child), black_box(&history), date(2026, 1, 2)));
}

/// A week of thirty foods a day.
#[divan::bench]
fn nutrition_week(bencher: Bencher<'_, '_>) {
    let food = |code: u32| Food {
        code: code.to_string(),
        name_zh: code.to_string(),
        group_zh: String::new(),
        protein_class: ProteinClass::Plant,
        edible_percent: 90.0,
        per_100_g: [Some(f64::from(code)); 11],
    };
    let foods = FoodTable::new((0..150).map(food).collect());
    let item = |index: u32| MenuItem {
        day: index / 30,
        meal: Meal::Lunch,
        food_code: (index % 150).to_string(),
        amount: Amount::EdiblePerChildG(20.0),
    };
    let menu = Menu { children: (0..5).map(|day| (day, 90)).collect(), items: (0..150).map(item).collect() };
    bencher.bench(|| intake(black_box(&menu), black_box(&foods)));
}

#[divan::bench]
fn identity_number() -> bool {
    citizen_number::parse(black_box("11010519491231002X"), date(2026, 11, 24)).is_ok()
}

#[divan::bench]
fn identity_credit_code() -> bool {
    credit_code::parse(black_box("91350100M000100Y43")).is_ok()
}

/// Eight years of weeks.
fn series() -> Series {
    let counts: Vec<Option<f64>> = (0..426u32).map(|week| Some(f64::from(5 + week * 7919 % 11))).collect();
    let monday = date(2016, 1, 4);
    let dates = (0..426i64).map(|week| monday.checked_add((7 * week).days()).unwrap()).collect();
    Series::new(Frequency::Weekly, 1, &counts).with_dates(dates).unwrap()
}

const METHODS: [&str; 7] =
    ["c1", "c2", "c3", "farrington_flexible", "glr", "moving_percentile", "outbreak_p"];

/// The last week of the series.
#[divan::bench(args = METHODS)]
fn detection_last_week(bencher: Bencher<'_, '_>, method: &str) {
    let detector: Box<dyn Detector> = match method {
        "c1" => Box::new(Ears::new(EarsMethod::C1)),
        "c2" => Box::new(Ears::new(EarsMethod::C2)),
        "c3" => Box::new(Ears::new(EarsMethod::C3)),
        "glr" => Box::new(Glr::default()),
        "moving_percentile" => Box::new(MovingPercentile { years: 3, percentile: 80.0 }),
        "outbreak_p" => Box::new(OutbreakP::default()),
        _ => Box::new(FarringtonFlexible::default()),
    };
    let series = series();
    bencher.bench_local(|| detector.detect(black_box(&series), 425..426));
}
