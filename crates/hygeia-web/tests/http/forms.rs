//! Forms: begun from another entry, refused with everything that is wrong, refused before anybody fills them in vain.

use crate::house::House;
use crate::mistakes::upload;
use axum::http::StatusCode;
use hygeia_work::monday;
use jiff::ToSpan;
use serde_json::{Value, json};

const MENU: &str = "/registers/kindergarten.weekly_menu";

#[tokio::test]
async fn a_weekly_menu_begins_from_the_last_one_and_marks_the_cell_that_is_wrong() {
    let house = House::new();
    let this = monday(house.today);
    let last = this.saturating_sub(7.days()).to_string();
    let dish =
        |day| json!({ "day": day, "meal": "lunch", "dish": "番茄炒蛋", "ingredient": "番茄", "grams": 60 });
    let dishes = ["mon", "tue", "wed", "thu", "fri"].map(dish);
    let values = json!({ "date": last, "age_group": "a3_6", "dishes": dishes, "kinds": 5, "new_dishes": 1, "published": last });
    let entry = json!({ "org_unit": "k1", "values": values }).to_string();
    let entries = "/api/v1/registers/kindergarten.weekly_menu/entries";
    let (status, made) = house.api("doctor", entries, Some(entry)).await;
    assert_eq!(status, StatusCode::CREATED, "{made}");
    let from = format!("{MENU}/new?org=k1&amp;from={}", made["id"].as_str().unwrap());

    let (_, blank) = house.get("doctor", &format!("{MENU}/new?org=k1")).await;
    assert!(blank.contains(&from) && blank.contains(&format!("照 {last} 这一条填写")), "{blank}");
    let (_, page) = house
        .get("doctor", &format!("/entries/kindergarten.weekly_menu/{}", made["id"].as_str().unwrap()))
        .await;
    assert!(page.contains(&from), "{page}");

    let (status, begun) = house.get("doctor", &from.replace("&amp;", "&")).await;
    assert_eq!(status, StatusCode::OK);
    assert!(begun.contains("value=\"番茄炒蛋\"") && begun.contains(&format!("value=\"{this}\"")), "{begun}");
    assert!(!begun.contains(&last), "no date of the other entry comes along: {begun}");

    let date = this.to_string();
    let form = [
        ("_org", "k1"),
        ("date", date.as_str()),
        ("age_group", "a3_6"),
        ("dishes.0.day", "mon"),
        ("dishes.0.meal", "lunch"),
        ("dishes.0.dish", "番茄炒蛋"),
        ("dishes.0.ingredient", "番茄"),
        ("dishes.0.grams", "很多"),
    ];
    let (status, refused) = house.post("doctor", &format!("{MENU}/new"), &form).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    let of = |cell: &str| {
        let start = refused.find(&format!("name=\"dishes.0.{cell}\"")).unwrap();
        refused[start..].split_once('>').unwrap().0.to_owned()
    };
    assert!(of("grams").contains("aria-invalid"), "{}", of("grams"));
    assert!(of("grams").contains("很多"), "what was typed is still there");
    assert!(!of("meal").contains("aria-invalid") && !of("dish").contains("aria-invalid"));
}

#[tokio::test]
async fn what_was_found_of_one_child_is_no_pattern_for_another_entry() {
    let house = House::new();
    let today = house.today.to_string();
    let exam = json!({ "person": "child1", "values": { "date": today, "kind": "measure", "weight_kg": 18.4, "height_cm": 109.5 } });
    let (status, made) = house
        .api("doctor", "/api/v1/registers/kindergarten.physical_exam/entries", Some(exam.to_string()))
        .await;
    assert_eq!(status, StatusCode::CREATED, "{made}");
    let id = made["id"].as_str().unwrap();
    let (_, page) = house.get("doctor", &format!("/entries/kindergarten.physical_exam/{id}")).await;
    assert!(!page.contains(&format!("from={id}")), "{page}");
    let (_, form) =
        house.get("doctor", &format!("/registers/kindergarten.physical_exam/new?org=k1&from={id}")).await;
    assert!(!form.contains("value=\"18.4"), "{form}");
}

#[tokio::test]
async fn a_form_without_a_person_is_told_everything_else_too() {
    let house = House::new();
    let today = house.today.to_string();
    let form = [
        ("_org", "k1c1"),
        ("date", today.as_str()),
        ("kind", "periodic"),
        ("weight_kg", "200"),
        ("height_cm", "abc"),
    ];
    let (status, page) = house.post("doctor", "/registers/kindergarten.physical_exam/new", &form).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.contains("请选择登记的人员") && page.contains("有 3 处"), "{page}");
}

#[tokio::test]
async fn an_import_without_rows_says_so_and_is_not_offered_to_who_may_not() {
    let house = House::new();
    let (status, page) = house.get("teacher", "/people/import?org=k1c1").await;
    assert_eq!(status, StatusCode::FORBIDDEN, "{page}");
    let heads = "班级代码,编号,姓名,性别,出生日期\n".as_bytes();
    let fields = [("kind", "roster"), ("run", "store")];
    let (status, page) =
        upload(&house, "doctor", "/people/import?org=k1", ("花名册.csv", heads), &fields).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{page}");
    assert!(page.contains("没有可导入的行"), "{page}");
    // A file with a mistake is corrected in the file; no button pretends otherwise.
    let wrong =
        "班级代码,编号,姓名,性别,出生日期\nk1c1,n1,幼儿甲,男,2022-02-30\nk1c1,child1,幼儿1改,男,2021-03-01\n";
    let fields = [("kind", "roster"), ("run", "try")];
    let (_, page) =
        upload(&house, "doctor", "/people/import?org=k1", ("花名册.csv", wrong.as_bytes()), &fields).await;
    assert!(page.contains("请在文件中改正") && !page.contains("导入试算的内容"), "{page}");
}

#[tokio::test]
async fn a_long_table_is_folded_by_its_first_choice_and_a_short_one_is_not() {
    let house = House::new();
    let monday = monday(house.today).to_string();
    let dish = |(at, day): (usize, &str)| json!({ "day": day, "meal": "lunch", "dish": format!("菜{at}"), "ingredient": "番茄", "grams": 40 });
    let days = ["mon", "tue", "wed", "thu", "fri"];
    let menu = |rows: usize, group: &str| {
        let dishes: Vec<Value> = (0..rows).map(|at| dish((at, days[at * 5 / rows]))).collect();
        json!({ "org_unit": "k1", "values": { "date": monday, "age_group": group, "dishes": dishes, "kinds": 5, "new_dishes": 1, "published": monday } }).to_string()
    };
    let path = "/api/v1/registers/kindergarten.weekly_menu/entries";
    let mut pages = Vec::new();
    for (rows, group) in [(15, "a3_6"), (10, "a1_3")] {
        let (status, made) = house.api("doctor", path, Some(menu(rows, group))).await;
        assert_eq!(status, StatusCode::CREATED, "{made}");
        let (_, page) =
            house.get("doctor", &format!("{MENU}/new?org=k1&from={}", made["id"].as_str().unwrap())).await;
        assert!(page.contains(&format!("name=\"dishes.{}.dish\" type=\"text\"", rows - 1)), "{page}");
        pages.push(page);
    }
    assert_eq!(pages[0].matches("<tbody class=\"fold\">").count(), 5, "{}", pages[0]);
    for said in ["星期一", "星期五"] {
        assert!(pages[0].contains(&format!("{said} <span class=\"muted\">3 行</span>")), "{}", pages[0]);
    }
    assert!(!pages[1].contains("<tbody class=\"fold\">"), "{}", pages[1]);
    // What was refused is not hidden.
    let mut form = vec![
        ("_id".to_owned(), uuid::Uuid::now_v7().to_string()),
        ("_org".into(), "k1".into()),
        ("date".into(), monday.clone()),
        ("age_group".into(), "a3_6".into()),
    ];
    for at in 0..15 {
        for (cell, text) in [
            ("day", days[at / 3]),
            ("meal", "lunch"),
            ("dish", "粥"),
            ("ingredient", "米"),
            ("grams", if at == 4 { "很多" } else { "40" }),
        ] {
            form.push((format!("dishes.{at}.{cell}"), text.to_owned()));
        }
    }
    let form: Vec<(&str, &str)> = form.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let (status, page) = house.post("doctor", &format!("{MENU}/new"), &form).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    let folds: Vec<&str> = page.split("<tbody class=\"fold\">").skip(1).collect();
    let open: Vec<bool> =
        folds.iter().map(|fold| fold.split_once("</label>").unwrap().0.contains("checked")).collect();
    assert_eq!(open, [false, true, false, false, false], "{page}");
}
