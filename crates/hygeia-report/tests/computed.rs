//! A computed report from a real database: the monthly nutrition analysis of the kindergarten pack.
#![expect(clippy::unwrap_used, clippy::panic, reason = "helpers of tests")]

use hygeia_report::document::{Block, Document, Run, Table};
use hygeia_report::{ReportError, docx, generate, xlsx};
use hygeia_store::{AccountId, CountyId, OrgUnit, OrgUnitId, Store, StoreOptions};
use hygeia_work::{
    Actor, ImportOptions, ImportTable, Options, Period, PersonDraft, RoleAt, Submission, Work,
};
use jiff::civil::date;
use serde_json::json;

const COUNTY: CountyId = CountyId(1);
const KINDERGARTEN: OrgUnitId = OrgUnitId(2);
const NEIGHBOUR: OrgUnitId = OrgUnitId(4);

/// Two kindergartens; in the class of the first a boy of four years.
fn county() -> Work {
    let store =
        Store::open(StoreOptions { url: "sqlite::memory:".into(), key: [0; 32], readers: 1 }).unwrap();
    let work = Work::open(store, Options { county: COUNTY, packs: hygeia_pack::builtin() }).unwrap();
    let units = [
        ("top", "county", None),
        ("k", "kindergarten", Some(1)),
        ("c", "class", Some(2)),
        ("k2", "kindergarten", Some(1)),
    ];
    work.store()
        .write(move |writer| {
            for (sort, (code, kind, parent)) in (0..).zip(units) {
                let unit = OrgUnit {
                    id: OrgUnitId(0),
                    code: code.into(),
                    kind: kind.into(),
                    title: code.into(),
                    parent: parent.map(OrgUnitId),
                    path: String::new(),
                    from: date(2000, 1, 1),
                    to: None,
                    sort,
                    attrs: serde_json::Value::Null,
                };
                writer.org_unit_put(COUNTY, &unit)?;
            }
            Ok(())
        })
        .unwrap();
    work.reload().unwrap();
    let boy = PersonDraft {
        code: "p1".into(),
        name: "试".into(),
        sex: "male".into(),
        birth: Some(date(2022, 9, 1)),
        ..PersonDraft::default()
    };
    work.person_add(&system(&work), OrgUnitId(3), "child", &boy, date(2025, 9, 1)).unwrap();
    work
}

fn system(work: &Work) -> Actor {
    work.system_actor("2026-11-24T08:00:00+08:00".parse().unwrap())
}

fn doctor(unit: OrgUnitId) -> Actor {
    Actor {
        account: AccountId(9),
        name: "保健医".into(),
        roles: vec![RoleAt { role: "health_teacher".into(), unit }],
        now: "2026-11-24T08:00:00+08:00".parse().unwrap(),
        english: false,
    }
}

fn table(rows: &[&str]) -> ImportTable {
    let cells = |line: &str| line.split(',').map(str::to_owned).collect();
    ImportTable {
        sheet: "foods.csv".into(),
        header_row: 1,
        header: cells(
            "food_code,name_zh,group_zh,protein_class,可食部,energy_kcal,protein_g,fat_g,cho_g,vit_a_ugRAE,ca_mg",
        ),
        rows: rows.iter().map(|line| cells(line)).collect(),
    }
}

fn options() -> ImportOptions {
    ImportOptions {
        org_unit: Some("top".into()),
        constants: vec![("source".into(), "试验".into())],
        replace: vec![("Tr".into(), "0".into())],
        only_check: false,
    }
}

/// 100 g at Monday's lunch and 200 g at Tuesday's of a food with 200 kcal, and a food that nobody knows.
fn menu(work: &Work) {
    let values = json!({
        "date": "2026-10-12", "age_group": "a3_6", "kinds": 2, "diners": 10, "published": "2026-10-12", "new_dishes": 1,
        "dishes": [
            { "day": "mon", "meal": "lunch", "dish": "甲", "ingredient": "甲食", "grams": 100 },
            { "day": "tue", "meal": "lunch", "dish": "甲", "ingredient": "甲食", "grams": 200 },
            { "day": "tue", "meal": "breakfast", "dish": "甲", "ingredient": "甲食", "grams": 50 },
            { "day": "tue", "meal": "breakfast", "dish": "乙", "ingredient": "乙食", "grams": 30 },
            { "day": "wed", "meal": "lunch", "dish": "甲", "ingredient": "甲食", "grams": 100 },
        ],
    });
    let values = values.as_object().cloned().unwrap();
    let submission = Submission { org_unit: Some("k".into()), values, ..Submission::default() };
    work.entry_submit(&system(work), "kindergarten.weekly_menu", submission).unwrap();
}

fn report(work: &Work, actor: &Actor, unit: OrgUnitId) -> Result<Document, ReportError> {
    let period = Period::parse("2026-10", &work.calendar()).unwrap();
    generate(work, actor, "kindergarten.monthly_nutrition", unit, &period)
}

fn named<'a>(document: &'a Document, part: &str) -> &'a Table {
    let tables = document.blocks.iter().filter_map(|block| match block {
        Block::Table(table) => Some(table),
        _ => None,
    });
    tables.into_iter().find(|table| table.caption.contains(part)).unwrap_or_else(|| panic!("no table {part}"))
}

fn rows(table: &Table) -> Vec<String> {
    let line = |cells: &[hygeia_report::document::Cell]| {
        cells.iter().map(|cell| cell.text.as_str()).collect::<Vec<_>>().join(" ")
    };
    table.rows.iter().map(|row| line(&row.cells)).collect()
}

#[test]
fn menus_of_a_month_are_compared_with_the_references_of_the_children() {
    let work = county();
    let foods = table(&["1,甲食（鲜）,谷类,plant,100,200,10,Tr,40,,50"]);
    work.entries_import(&system(&work), "kindergarten.food", &foods, &options()).unwrap();
    menu(&work);
    let document = report(&work, &doctor(KINDERGARTEN), KINDERGARTEN).unwrap();
    // (100 + 250 + 100) g over three days are 150 g: 300 kcal of the 1 300 that a boy of four needs.
    assert_eq!(rows(named(&document, "进食量")), ["谷类 1 150", "— 1 10"]);
    let compared = rows(named(&document, "参考摄入量"));
    assert_eq!(compared[0], "能量（kcal） 300 1300 23.1 ≥80 不足");
    assert!(compared.iter().any(|line| line.starts_with("维生素A（µgRAE） 0 ")), "{compared:?}");
    let sources = rows(named(&document, "来源"));
    assert_eq!(sources[0], "蛋白质供能比 20 12～15 超过");
    assert_eq!(rows(named(&document, "餐次")), ["早餐 33.3 11.1", "午餐 266.7 88.9"]);
    assert_eq!(rows(named(&document, "重复")), ["2026-10-12 3 2 1.3 周一、二、三午餐同为甲食（鲜）"]);
    let gaps = rows(named(&document, "未测定"));
    assert_eq!(gaps[0], "乙食 食物成分表中没有，未计入");
    assert!(gaps[1].starts_with("甲食（鲜） 铁、锌、维生素A"), "{gaps:?}");
    let Some(Block::Foot { note: Some(note), signatures }) = document.blocks.last() else { panic!("a foot") };
    assert!(note.contains("未计烹调损失") && signatures.iter().any(|name| name == "园长"), "{note}");
    let html = hygeia_report::html::document(&document).into_string();
    assert!(html.find("未计烹调损失") < html.find("园长："), "who signs has the note above");
    assert!(!docx::write(&document, None).unwrap().is_empty());
    assert!(!xlsx::write(&document).unwrap().is_empty());
}

#[test]
fn the_kindergartens_own_food_holds_before_the_countys() {
    let work = county();
    let import = |org: &str, energy: &str| {
        let foods = table(&[&format!("1,甲食,谷类,plant,100,{energy},10,0,40,,50")]);
        let options = ImportOptions { org_unit: Some(org.into()), ..options() };
        work.entries_import(&system(&work), "kindergarten.food", &foods, &options).unwrap();
    };
    import("k", "100");
    import("top", "200");
    menu(&work);
    let document = report(&work, &doctor(KINDERGARTEN), KINDERGARTEN).unwrap();
    assert!(rows(named(&document, "参考摄入量"))[0].starts_with("能量（kcal） 150 "));
}

#[test]
fn without_a_food_table_the_report_says_how_to_get_one_and_others_see_nothing() {
    let work = county();
    menu(&work);
    let document = report(&work, &doctor(KINDERGARTEN), KINDERGARTEN).unwrap();
    let Some(Block::Paragraph(runs)) = document.blocks.first() else { panic!("a sentence") };
    assert!(matches!(&runs[..], [Run::Text(text)] if text.contains("尚未导入食物成分表")), "{runs:?}");
    assert!(report(&work, &doctor(NEIGHBOUR), KINDERGARTEN).is_err());
    let of_the_county = report(&work, &system(&work), OrgUnitId(1));
    assert!(matches!(of_the_county, Err(ReportError::WrongUnit { .. })), "menus of two houses do not mix");
}

#[test]
fn an_import_names_row_and_column_and_stores_all_or_nothing() {
    let work = county();
    let bad = table(&[
        "1,甲食,谷类,plant,100,200,10,0,40,,50",
        "2,乙食,谷类,粉,100,很多,10,0,40,,50",
        "1,丙食,谷类,plant,100,1,1,1,1,,1",
    ]);
    let found = work.entries_import(&system(&work), "kindergarten.food", &bad, &options()).unwrap();
    assert!(!found.stored);
    let places: Vec<(usize, &str)> =
        found.problems.iter().map(|problem| (problem.row, problem.column.as_str())).collect();
    assert_eq!(places, [(3, "D protein_class"), (3, "F energy_kcal"), (4, "")]);
    let good = table(&["1,甲食,谷类,plant,100,200,10,0,40,,50"]);
    let import = || work.entries_import(&system(&work), "kindergarten.food", &good, &options()).unwrap();
    let (first, second) = (import(), import());
    assert_eq!((first.added, first.unchanged, second.added, second.unchanged), (1, 0, 0, 1));
}
