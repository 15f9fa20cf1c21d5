//! Tables nobody meant: each command answers or says what is wrong, by row and column.

use crate::program::{file, golden, health};
use proptest::prelude::*;
use std::process::Output;

/// How a panic ends a program.
const PANIC: i32 = 101;

const TABLES: [(&[&str], &str); 7] = [
    (
        &["growth", "--standard", "who2006"],
        "sex,age,age_unit,weight_kg,lenhei_cm,measure,headc_cm,oedema\n1,400,days,9.8,75,l,46,n\n2,30,months,12,88,h,48,n\n",
    ),
    (
        &["growth", "--standard", "who2007"],
        "sex,age_months,weight_kg,height_cm,oedema\n1,96,25,128,n\n2,150,40,150,n\n",
    ),
    (
        &["growth", "--standard", "cn"],
        "indicator,sex,x,value\nweight_for_age,1,40,15\nlenhei_for_age,2,40,98\n",
    ),
    (
        &["growth", "--standard", "cn-school"],
        "sex,age_months,height_cm,weight_kg\n1,100,128,30\n2,150,150,44\n",
    ),
    (&["id", "--as-of", "2026-11-24"], "input\n11010519491231002X\n440524188001010014\n"),
    (&["id", "--kind", "credit-code"], "input,as_of\n91350100M000100Y43,2026-11-24\n"),
    (&["vaccine"], "birth_date,sex,as_of,history\n2025-01-01,1,2026-01-01,\"HepB 2025-01-01, 2025-02-01\"\n"),
];

/// The program ended by itself, and when it refused, with a sentence.
fn ended_well(output: &Output) -> Result<(), TestCaseError> {
    let told = String::from_utf8_lossy(&output.stderr);
    let code = output.status.code();
    prop_assert!(code.is_some() && code != Some(PANIC), "{code:?}: {told}");
    prop_assert!(output.status.success() || told.contains("错误："), "{told}");
    Ok(())
}

/// Some bytes of a table changed, taken out or put in.
fn mangled(table: &[u8], changes: &[(usize, u8, u8)]) -> Vec<u8> {
    let mut bytes = table.to_vec();
    for (at, how, byte) in changes {
        let at = at % bytes.len().max(1);
        match how % 4 {
            0 if !bytes.is_empty() => bytes[at] = *byte,
            1 => bytes.insert(at, *byte),
            2 if bytes.len() > 1 => drop(bytes.remove(at)),
            _ => bytes.splice(at..at, *b"1e308,").for_each(drop),
        }
    }
    bytes
}

fn changes() -> impl Strategy<Value = Vec<(usize, u8, u8)>> {
    prop::collection::vec((any::<usize>(), any::<u8>(), any::<u8>()), 1..12)
}

/// The start of a golden file, so that a run takes a moment.
fn head(name: &str, lines: usize) -> Vec<u8> {
    let text = String::from_utf8(golden(name)).unwrap();
    let kept: Vec<&str> = text.lines().take(lines).collect();
    format!("{}\n", kept.join("\n")).into_bytes()
}

fn nutrition(items: &[u8], days: &[u8], foods: &[u8]) -> Output {
    let (days, foods) = (file(days), file(foods));
    health(&["nutrition", "--days", days.to_str().unwrap(), "--foods", foods.to_str().unwrap()], items)
}

const SERIES: &str =
    "series,t,date,observed,population\ns,1,2026-01-05,3,\ns,2,2026-01-12,5,\ns,3,2026-01-19,NA,\n";
const RUNS: &str = "series,config,from,to,status\ns,ears_c1,2,3,ok\n";
const META: &str = r#"[{"series":"s","freq":52,"start":[2026,2]}]"#;
const CONFIGS: &str = r#"[{"config":"ears_c1","algorithm":"earsC","control":{"method":"C1"}}]"#;

fn detect(configs: &[u8], series: &[u8], meta: &[u8], runs: &[u8]) -> Output {
    let files = [configs, series, meta, runs].map(file);
    let [configs, series, meta, runs] = files.each_ref().map(|path| path.to_str().unwrap());
    health(&["detect", "--configs", configs, "--series", series, "--meta", meta, "--runs", runs], b"")
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn no_table_of_people_ends_in_a_panic(changes in changes()) {
        for (arguments, table) in TABLES {
            ended_well(&health(arguments, &mangled(table.as_bytes(), &changes)))?;
        }
    }

    #[test]
    fn no_menu_ends_in_a_panic(changes in changes(), which in 0usize..3) {
        let mut tables = ["items", "days", "foods"].map(|name| head(&format!("nutrition/{name}.csv.gz"), 40));
        tables[which] = mangled(&tables[which], &changes);
        let [items, days, foods] = &tables;
        ended_well(&nutrition(items, days, foods))?;
    }

    #[test]
    fn no_series_ends_in_a_panic(changes in changes(), which in 0usize..4) {
        let mut files = [CONFIGS, SERIES, META, RUNS].map(|text| text.as_bytes().to_vec());
        files[which] = mangled(&files[which], &changes);
        let [configs, series, meta, runs] = &files;
        ended_well(&detect(configs, series, meta, runs))?;
    }
}

#[test]
fn a_cell_that_cannot_be_read_is_told_by_row_and_column() {
    for (arguments, table, cell) in [
        (
            &["growth", "--standard", "who2006"][..],
            "sex,age,age_unit,weight_kg\n1,400,days,9.8\n1,400,days,重\n",
            "第 3 行 weight_kg",
        ),
        (&["growth", "--standard", "cn"], "indicator,sex,x,value\nweight_for_age,1,四十,15\n", "第 2 行 x"),
        (&["id"], "input,as_of\n11010519491231002X,昨天\n", "第 2 行 as_of"),
        (
            &["vaccine"],
            "birth_date,as_of,history\n2025-01-01,2026-01-01,HepX 2025-01-01\n",
            "第 2 行 history",
        ),
    ] {
        let output = health(arguments, table.as_bytes());
        let told = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success() && told.contains(cell), "{arguments:?}: {told}");
    }
    let items = "menu,day,meal,food_code,mode,amount_g\n1,1,夜宵,013104,edible_per_child,10\n";
    let (days, foods) = (head("nutrition/days.csv.gz", 5), head("nutrition/foods.csv.gz", 40));
    let told = nutrition(items.as_bytes(), &days, &foods).stderr;
    assert!(String::from_utf8_lossy(&told).contains("第 2 行 meal"), "{}", String::from_utf8_lossy(&told));
    let output = detect(
        CONFIGS.as_bytes(),
        SERIES.replace(",5,", ",五,").as_bytes(),
        META.as_bytes(),
        RUNS.as_bytes(),
    );
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(told.contains("第 3 行") && told.contains("observed"), "{told}");
}

#[test]
fn a_missing_column_is_named() {
    for (arguments, column) in [
        (&["growth", "--standard", "cn"][..], "indicator"),
        (&["vaccine"], "birth_date"),
        (&["id", "--as-of", "2026-11-24"], "input"),
    ] {
        let output = health(arguments, b"a,b\n1,2\n");
        let told = String::from_utf8_lossy(&output.stderr);
        assert!(!output.status.success() && told.contains(column), "{arguments:?}: {told}");
    }
}
