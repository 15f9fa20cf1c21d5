//! Golden vectors through the command line. Sources and tolerances: `crates/hygeia-health/tests/golden/*/README.md`.

use crate::program::{Table, answer, file, golden};
use std::collections::HashMap;

/// Takes the output columns away, has them computed again, and compares: unrounded scores (`u…`) to 1e-6, all else
/// as written. Gives the cells compared.
fn computed_again(arguments: &[&str], path: &str, outputs: &[&str]) -> usize {
    let expected = Table::parse(&golden(path));
    let outputs: Vec<String> = outputs.iter().map(|name| (*name).to_owned()).collect();
    let found = answer(arguments, &expected.without(&outputs));
    assert_eq!(found.len(), expected.len());
    for row in 0..expected.len() {
        for name in &outputs {
            let (want, got) = (expected.get(row, name), found.get(row, name));
            let close = || match (want.parse::<f64>(), got.parse::<f64>()) {
                (Ok(want), Ok(got)) => name.starts_with('u') && (want - got).abs() <= 1e-6,
                _ => false,
            };
            assert!(want == got || close(), "{path} row {row} {name}: {want}, found {got}");
        }
    }
    expected.len() * outputs.len()
}

#[test]
fn growth_by_who_2006() {
    let scores = ["len", "wei", "wfl", "bmi", "hc", "ac"];
    let scores: Vec<String> =
        scores.iter().flat_map(|name| ["z", "f", "u"].map(|kind| format!("{kind}{name}"))).collect();
    let outputs: Vec<&str> = ["clenhei", "cmeasure", "c9mo_flag", "cbmi"]
        .into_iter()
        .chain(scores.iter().map(String::as_str))
        .collect();
    let cells = computed_again(&["growth", "--standard", "who2006"], "growth/golden.csv.gz", &outputs);
    assert!(cells > 50_000, "{cells}");
}

#[test]
fn growth_by_who_2007_and_the_chinese_standards() {
    let who = ["cbmi", "zhfa", "fhfa", "zwfa", "fwfa", "zbfa", "fbfa", "uhfa", "uwfa", "ubfa"];
    computed_again(&["growth", "--standard", "who2007"], "growth/golden_5_19.csv.gz", &who);
    let cn = ["percentile_level", "sd_level", "nutrition"];
    computed_again(&["growth", "--standard", "cn"], "growth/golden_cn.csv.gz", &cn);
    let school = ["stunting", "bmi_class"];
    computed_again(&["growth", "--standard", "cn-school"], "growth/golden_cn_school.csv.gz", &school);
}

#[test]
fn identity_numbers_and_credit_codes() {
    let citizen =
        ["normalised", "error", "check_expected", "division", "division_status", "birth", "sex", "sequence"];
    computed_again(&["id"], "identity/golden_id.csv.gz", &citizen);
    let credit = [
        "normalised",
        "error",
        "check_expected",
        "org_check_expected",
        "org_check_ok",
        "department",
        "category",
        "division",
        "division_status",
        "org_code",
    ];
    computed_again(&["id", "--kind", "credit-code"], "identity/golden_uscc.csv.gz", &credit);
}

#[test]
fn menus() {
    let days = file(&golden("nutrition/days.csv.gz"));
    let foods = file(&golden("nutrition/foods.csv.gz"));
    let paths = ["nutrition", "--days", days.to_str().unwrap(), "--foods", foods.to_str().unwrap()];
    let found = answer(&paths, &golden("nutrition/items.csv.gz"));
    let expected = Table::parse(&golden("nutrition/expected.csv.gz"));
    assert_eq!((found.len(), found.columns()), (expected.len(), expected.columns()));
    for row in 0..expected.len() {
        for name in expected.columns() {
            assert_eq!(expected.get(row, name), found.get(row, name), "row {row} {name}");
        }
    }
}

/// Each configuration on two of its series; the engine's own tests run all of them.
#[test]
fn detectors() {
    let inputs = ["configs.json", "series.csv", "series_meta.json"]
        .map(|name| file(&golden(&format!("detection/{name}.gz"))));
    let runs = Table::parse(&golden("detection/runs.csv.gz"));
    let mut chosen = String::from("series,config,from,to,status\n");
    let mut of_config: HashMap<String, usize> = HashMap::new();
    for row in (0..runs.len()).filter(|row| runs.get(*row, "status") == "ok") {
        let taken = of_config.entry(runs.get(row, "config").to_owned()).or_default();
        if *taken < 2 {
            *taken += 1;
            let cells = ["series", "config", "from", "to", "status"].map(|name| runs.get(row, name));
            chosen.push_str(&format!("{}\n", cells.join(",")));
        }
    }
    let runs = file(chosen.as_bytes());
    let paths: Vec<&str> = inputs.iter().chain([&runs]).map(|path| path.to_str().unwrap()).collect();
    let arguments =
        ["detect", "--configs", paths[0], "--series", paths[1], "--meta", paths[2], "--runs", paths[3]];
    let found = answer(&arguments, b"");
    let mut by_config: HashMap<&str, HashMap<(&str, &str), usize>> = HashMap::new();
    for row in 0..found.len() {
        let point = (found.get(row, "series"), found.get(row, "t"));
        by_config.entry(found.get(row, "config")).or_default().insert(point, row);
    }
    assert_eq!(by_config.len(), 45, "every configuration has a run");
    for (config, points) in by_config {
        let expected = Table::parse(&golden(&format!("detection/out/{config}.csv.gz")));
        let mut compared = 0;
        for row in 0..expected.len() {
            let point = (expected.get(row, "series"), expected.get(row, "t"));
            let Some(mine) = points.get(&point) else { continue };
            compared += 1;
            for name in ["observed", "alarm", "upperbound"] {
                let (want, got) = (expected.get(row, name), found.get(*mine, name));
                let close = || match (want.parse::<f64>(), got.parse::<f64>()) {
                    (Ok(want), Ok(got)) => (want - got).abs() <= 1e-7 * (1.0 + want.abs()),
                    _ => false,
                };
                assert!(want == got || close(), "{config} {point:?} {name}: {want}, found {got}");
            }
        }
        assert_eq!(compared, points.len(), "{config}");
    }
}
