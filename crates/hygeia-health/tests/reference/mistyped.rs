//! No table makes the engines panic, and every row comes back.

use hygeia_health::csv::growth::{Standard, growth};
use hygeia_health::csv::identity::{Kind, identity};
use jiff::civil::date;
use proptest::prelude::*;

use crate::table::Table;

/// A cell as people, programs and accidents write it.
fn cell() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => (-10.0..2000.0f64).prop_map(|number| format!("{number:.1}")),
        2 => prop::sample::select(vec![
            "", "1", "2", "l", "h", "y", "n", "days", "months", "NA", "NaN", "inf", "-inf", "1e308", "1e-308", "-0",
            "2024-02-30", "0000-01-01", "9999-12-31", "-9999-01-01", "2024-01-31", "weight_for_age", "bmi_for_age",
            "weight_for_height", "１２", "男",
        ])
        .prop_map(str::to_owned),
        1 => "\\PC{0,12}",
    ]
}

fn table(headers: &'static str) -> impl Strategy<Value = Vec<Vec<String>>> {
    let columns = headers.split(',').count();
    prop::collection::vec(prop::collection::vec(cell(), 1..=columns + 1), 0..6)
}

fn written(headers: &str, rows: &[Vec<String>]) -> Vec<u8> {
    let mut writer = csv::WriterBuilder::new().flexible(true).from_writer(Vec::new());
    writer.write_record(headers.split(',')).unwrap();
    rows.iter().for_each(|row| writer.write_record(row).unwrap());
    writer.into_inner().unwrap()
}

/// How many rows came back; each computed figure is blank or finite.
fn every_score_is_finite(output: &[u8]) -> usize {
    let found = Table::parse(output);
    for name in found.names().filter(|name| name.starts_with(['u', 'z']) || *name == "cbmi") {
        for row in 0..found.rows() {
            assert!(found.number(row, name).is_none_or(f64::is_finite), "{name} {}", found.cell(row, name));
        }
    }
    found.rows()
}

const WHO_2006: &str =
    "sex,age,age_unit,birth_date,date,weight_kg,lenhei_cm,measure,headc_cm,armc_cm,triceps_mm,oedema";
const WHO_2007: &str = "sex,age_months,birth_date,date,weight_kg,height_cm,oedema";
const CN: &str = "indicator,sex,x,value";
const CN_SCHOOL: &str = "sex,age_months,height_cm,weight_kg,bmi";

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn growth_answers_every_table(
        who_2006 in table(WHO_2006), who_2007 in table(WHO_2007), cn in table(CN), cn_school in table(CN_SCHOOL),
    ) {
        for (standard, headers, rows) in [
            (Standard::Who2006, WHO_2006, who_2006),
            (Standard::Who2007, WHO_2007, who_2007),
            (Standard::Cn, CN, cn),
            (Standard::CnSchool, CN_SCHOOL, cn_school),
        ] {
            let mut output = Vec::new();
            let input = written(headers, &rows);
            growth(standard, input.as_slice(), &mut output).unwrap();
            prop_assert_eq!(every_score_is_finite(&output), rows.len());
        }
    }

    #[test]
    fn identity_answers_every_table(rows in table("input,as_of")) {
        for kind in [Kind::Citizen, Kind::CreditCode, Kind::Phone, Kind::Division] {
            let mut output = Vec::new();
            let input = written("input,as_of", &rows);
            identity(kind, Some(date(2026, 11, 24)), input.as_slice(), &mut output).unwrap();
            prop_assert!(String::from_utf8(output).is_ok());
        }
    }

    #[test]
    fn bytes_that_are_no_table_are_an_error_or_nothing(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let mut input = b"input,sex,indicator,x,value,age_months\n".to_vec();
        input.extend(bytes);
        for standard in [Standard::Who2006, Standard::Who2007, Standard::Cn, Standard::CnSchool] {
            let _ = growth(standard, input.as_slice(), Vec::new());
        }
        let _ = identity(Kind::Phone, None, input.as_slice(), Vec::new());
    }
}
