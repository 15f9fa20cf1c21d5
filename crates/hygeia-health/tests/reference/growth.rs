//! Every golden row of the growth engine, through its table form. Sources and tolerances: `../golden/growth/README.md`.

use hygeia_health::csv::growth::{Standard, growth};

use crate::table::Table;

/// Runs the engine over the input columns of a golden table.
fn run(standard: Standard, table: &Table, outputs: &[&str]) -> Table {
    let mut computed = Vec::new();
    let summary = growth(standard, table.without(outputs).to_csv().as_bytes(), &mut computed).unwrap();
    assert_eq!(summary.rows as usize, table.rows());
    assert_eq!(summary.problems, []);
    Table::parse(&computed)
}

/// Unrounded scores agree to 1e-6, rounded ones and flags exactly.
fn scores_agree(expected: &Table, found: &Table, names: &[&str]) -> usize {
    let mut compared = 0;
    for row in 0..expected.rows() {
        for name in names {
            let id = expected.cell(row, "id");
            let (unrounded, rounded, flag) = (format!("u{name}"), format!("z{name}"), format!("f{name}"));
            let want = expected.number(row, &unrounded);
            let got = found.number(row, &unrounded);
            assert_eq!(want.is_some(), got.is_some(), "row {id} {unrounded}: {want:?} {got:?}");
            if let (Some(want), Some(got)) = (want, got) {
                assert!((want - got).abs() <= 1e-6, "row {id} {unrounded}: {want} {got}");
                compared += 1;
            }
            assert_eq!(expected.cell(row, &rounded), found.cell(row, &rounded), "row {id} {rounded}");
            assert_eq!(expected.cell(row, &flag), found.cell(row, &flag), "row {id} {flag}");
        }
    }
    compared
}

#[test]
fn who_2006() {
    let expected = Table::golden("growth/golden.csv.gz");
    let names = ["len", "wei", "wfl", "bmi", "hc", "ac"];
    let mut outputs = vec!["clenhei", "cmeasure", "c9mo_flag", "cbmi"];
    let scores: Vec<String> =
        names.iter().flat_map(|name| ["z", "f", "u"].map(|kind| format!("{kind}{name}"))).collect();
    outputs.extend(scores.iter().map(String::as_str));
    let found = run(Standard::Who2006, &expected, &outputs);
    for row in 0..expected.rows() {
        let id = expected.cell(row, "id");
        for name in ["cmeasure", "c9mo_flag", "clenhei", "cbmi"] {
            assert_eq!(expected.cell(row, name), found.cell(row, name), "row {id} {name}");
        }
    }
    assert!(scores_agree(&expected, &found, &names) > 12_000);
}

#[test]
fn who_2007() {
    let expected = Table::golden("growth/golden_5_19.csv.gz");
    let outputs = ["cbmi", "zhfa", "fhfa", "zwfa", "fwfa", "zbfa", "fbfa", "uhfa", "uwfa", "ubfa"];
    let found = run(Standard::Who2007, &expected, &outputs);
    assert_eq!(scores_agree(&expected, &found, &["hfa", "wfa", "bfa"]), 1_563);
}

#[test]
fn cn_under_seven() {
    let expected = Table::golden("growth/golden_cn.csv.gz");
    let outputs = ["percentile_level", "sd_level", "nutrition"];
    classes_agree(&expected, &run(Standard::Cn, &expected, &outputs), &outputs);
}

#[test]
fn cn_school_age() {
    let expected = Table::golden("growth/golden_cn_school.csv.gz");
    let outputs = ["stunting", "bmi_class"];
    classes_agree(&expected, &run(Standard::CnSchool, &expected, &outputs), &outputs);
}

fn classes_agree(expected: &Table, found: &Table, outputs: &[&str]) {
    for row in 0..expected.rows() {
        for name in outputs {
            let id = expected.cell(row, "id");
            assert_eq!(expected.cell(row, name), found.cell(row, name), "row {id} {name}");
        }
    }
}
