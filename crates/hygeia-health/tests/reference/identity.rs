//! Every golden row of the identity engine, through its table form. Sources: `../golden/identity/README.md`.

use hygeia_health::csv::identity::{Kind, identity};

use crate::table::Table;

fn agree(kind: Kind, path: &str, outputs: &[&str]) {
    let expected = Table::golden(path);
    let mut computed = Vec::new();
    let summary = identity(kind, None, expected.without(outputs).to_csv().as_bytes(), &mut computed).unwrap();
    assert_eq!(summary.problems, []);
    let found = Table::parse(&computed);
    assert_eq!(found.rows(), expected.rows());
    for row in 0..expected.rows() {
        for name in outputs {
            let input = expected.cell(row, "input");
            assert_eq!(found.cell(row, name), expected.cell(row, name), "`{input}` {name}");
        }
    }
}

#[test]
fn citizen_numbers() {
    let outputs =
        ["normalised", "error", "check_expected", "division", "division_status", "birth", "sex", "sequence"];
    agree(Kind::Citizen, "identity/golden_id.csv.gz", &outputs);
}

#[test]
fn credit_codes() {
    let outputs = [
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
    agree(Kind::CreditCode, "identity/golden_uscc.csv.gz", &outputs);
}
