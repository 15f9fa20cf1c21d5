//! The table form against the R package `surveillance`, run by run.

use std::collections::HashMap;

use hygeia_health::csv::detection::run;

use super::golden::{Row, bytes, close, number, rows, table};

const TOLERANCE: f64 = 1e-7;

/// Columns that rounding alone decides in R on a series of equal counts.
const NOISE_OF_CONSTANT_SERIES: [&str; 2] = ["trend", "trend_coef"];

/// Whether a cell agrees: the same word, or numbers within the tolerance.
fn agrees(column: &str, expected: &str, found: &str, row: &Row) -> bool {
    if expected == found {
        return true;
    }
    let words = ["NA", "NaN", ""];
    let constant = row["series"] == "w09_constant7" && NOISE_OF_CONSTANT_SERIES.contains(&column);
    // The score divides by the distance of the limit from the log mean; where it vanishes, sign and size are noise.
    let vanishing = column == "score" && number(expected).is_some_and(|score| score.abs() > 1e12);
    if constant || vanishing {
        return true;
    }
    !words.contains(&expected)
        && !words.contains(&found)
        && close(number(expected).unwrap(), number(found).unwrap(), TOLERANCE)
}

#[test]
fn every_run_gives_the_figures_of_r() {
    let mut out = Vec::new();
    let inputs = ["configs.json", "series.csv", "series_meta.json", "runs.csv"].map(bytes);
    let [configs, series, meta, runs] = &inputs;
    run(&configs[..], &series[..], &meta[..], &runs[..], &mut out).unwrap();
    let mut found: HashMap<(String, String, String), Row> = HashMap::new();
    for row in table(&out) {
        found.insert((row["config"].clone(), row["series"].clone(), row["t"].clone()), row);
    }
    let configs: Vec<serde_json::Value> = serde_json::from_slice(configs).unwrap();
    let mut compared = 0;
    let mut wrong = Vec::new();
    for config in configs.iter().map(|config| config["config"].as_str().unwrap()) {
        for row in rows(&format!("out/{config}.csv")) {
            let key = (config.to_owned(), row["series"].clone(), row["t"].clone());
            let mine = &found[&key];
            for (column, expected) in &row {
                if !agrees(column, expected, &mine[column], &row) {
                    wrong.push(format!("{key:?} {column}: {expected} in R, {} here", mine[column]));
                }
            }
            compared += 1;
        }
    }
    assert!(compared > 150_000, "{compared} rows");
    assert!(wrong.is_empty(), "{} cells differ, first {:#?}", wrong.len(), &wrong[..wrong.len().min(10)]);
}
