//! Registers on paper and as files: what a form lists, rows inside an entry, a class by the days of a month.

use crate::house::House;
use axum::http::StatusCode;
use hygeia_expr::Value;
use hygeia_store::{AccountId, Actor, EntryId, EntryWrite};
use hygeia_work::monday;
use serde_json::json;

#[tokio::test]
async fn a_weekly_menu_is_printed_and_exported_dish_by_dish() {
    let house = House::new();
    let week = monday(house.today).to_string();
    let row = |day: &str, meal: &str, dish: &str, ingredient: &str, grams: u32| json!({ "day": day, "meal": meal, "dish": dish, "ingredient": ingredient, "grams": grams });
    let dishes = [
        row("mon", "lunch", "番茄炒蛋", "番茄", 60),
        row("mon", "lunch", "番茄炒蛋", "鸡蛋", 40),
        row("mon", "lunch", "米饭", "大米", 50),
        row("tue", "breakfast", "豆浆", "黄豆", 15),
        row("tue", "lunch", "馒头", "面粉", 50),
    ];
    let values = json!({ "date": week, "age_group": "a3_6", "dishes": dishes, "kinds": 5, "new_dishes": 1, "published": week });
    let entry = json!({ "org_unit": "k1", "values": values }).to_string();
    let (status, made) =
        house.api("doctor", "/api/v1/registers/kindergarten.weekly_menu/entries", Some(entry)).await;
    assert_eq!(status, StatusCode::CREATED, "{made}");

    let path = "/registers/kindergarten.weekly_menu";
    let (status, paper) = house.get("doctor", &format!("{path}/print?org=k1")).await;
    assert_eq!(status, StatusCode::OK);
    assert!(paper.contains("番茄炒蛋：番茄 60.0g、鸡蛋 40.0g\n米饭：大米 50.0g"), "{paper}");
    assert!(
        paper.contains("<th scope=\"col\">星期二</th>")
            && !paper.contains("星期三")
            && !paper.contains("5 行")
    );
    let (_, file) = house.get("doctor", &format!("{path}/export?org=k1&format=csv")).await;
    let lines: Vec<&str> = file.lines().collect();
    assert_eq!(lines.len(), 6, "a heading and a line for each row: {file}");
    assert!(lines[0].contains("菜肴与带量 · 每人克数（g）"), "{file}");
    assert!(lines[2].contains("星期一,午餐,番茄炒蛋,鸡蛋,40.0"), "{file}");
}

#[tokio::test]
async fn attendance_is_printed_as_a_class_by_the_days_of_the_month() {
    let house = House::new();
    house.child("child3", "幼儿3", "k1c1");
    let day = house.today;
    for (person, values) in [
        ("child1", json!({ "date": day.to_string(), "present": true })),
        (
            "child3",
            json!({ "date": day.to_string(), "present": false, "reason": "illness", "diagnosis": "感冒" }),
        ),
    ] {
        let entry = json!({ "person": person, "values": values }).to_string();
        let path = "/api/v1/registers/kindergarten.attendance/entries";
        let (status, made) = house.api("teacher", path, Some(entry)).await;
        assert_eq!(status, StatusCode::CREATED, "{made}");
    }
    let (_, paper) = house.get("teacher", "/registers/kindergarten.attendance/print?org=k1c1").await;
    let before = "<td></td>".repeat(usize::try_from(day.day() - 1).unwrap());
    assert!(paper.contains(&format!("<th scope=\"row\">幼儿1</th>{before}<td>√</td>")), "{paper}");
    assert!(paper.contains(&format!("<th scope=\"row\">幼儿3</th>{before}<td>病</td>")), "{paper}");
    assert!(paper.contains(&format!("<th scope=\"row\">病假人数</th>{before}<td>1</td>")), "{paper}");
    assert!(paper.contains(&format!("幼儿3：感冒（{}日）", day.day())), "{paper}");
    assert!(paper.contains("official across smallest") && paper.contains("在册：2人"), "{paper}");
}

#[tokio::test]
async fn a_case_is_printed_with_sex_and_age() {
    let house = House::new();
    let day = house.today.to_string();
    let values =
        json!({ "date": day, "disease": "varicella", "onset": day, "isolated_on": day, "note": "居家隔离" });
    let entry = json!({ "person": "child1", "values": values }).to_string();
    let path = "/api/v1/registers/kindergarten.infectious_case/entries";
    let (status, made) = house.api("doctor", path, Some(entry)).await;
    assert_eq!(status, StatusCode::CREATED, "{made}");
    let (_, paper) = house.get("doctor", "/registers/kindergarten.infectious_case/print?org=k1").await;
    let years = house.today.year() - 2022 - i16::from((house.today.month(), house.today.day()) < (1, 5));
    assert!(paper.contains(&format!("<td>女</td><td>{years}岁</td>")), "{paper}");
    assert!(paper.contains("隔离天数") && paper.contains("居家隔离"), "{paper}");
}

#[tokio::test]
async fn a_file_holds_every_entry_and_a_print_says_what_it_leaves_out() {
    const ENTRIES: usize = 5_001;
    let house = House::new();
    let register = house.work.packs().registers["kindergarten.complaint"].clone();
    let (unit, day) = (house.work.directory().by_code("k1").unwrap().id, house.today);
    let stored = house.work.store().write(move |writer| {
        for number in 0..ENTRIES {
            let values = [("date", Value::Date(day)), ("subject", Value::from("菜偏咸"))];
            let write = EntryWrite {
                id: EntryId(uuid::Uuid::from_u128(number as u128 + 1)),
                unit,
                person: None,
                day,
                values: values.map(|(name, value)| (name.to_owned(), value)).into_iter().collect(),
                expect_version: None,
                on_time: None,
                actor: Actor { account: AccountId(1), name: "李".into() },
                at: jiff::Timestamp::now(),
                reason: None,
            };
            writer.entry_put(crate::house::COUNTY, &register, write)?;
        }
        Ok(())
    });
    stored.unwrap();
    let path = "/registers/kindergarten.complaint";
    let (status, file) = house.get("doctor", &format!("{path}/export?org=k1&format=csv")).await;
    assert_eq!((status, file.lines().count()), (StatusCode::OK, ENTRIES + 1));
    let (_, paper) = house.get("doctor", &format!("{path}/print?org=k1")).await;
    assert!(paper.contains("共 5001 条，此处为最近 1000 条"));
}

#[tokio::test]
async fn a_file_lists_the_children_of_a_day_in_the_order_of_the_roll() {
    let house = House::new();
    // Entered in another order than that of the roll.
    for (at, code) in ["z3", "a0", "m2"].into_iter().enumerate() {
        house.child(code, &format!("名{code}"), "k1c1");
        let id = uuid::Uuid::from_u128(9 - at as u128);
        let day = house.today.to_string();
        let entry = json!({ "id": id, "person": code, "values": { "date": day, "arrived": true } });
        let path = "/api/v1/registers/kindergarten.morning_check/entries";
        let (status, answer) = house.api("doctor", path, Some(entry.to_string())).await;
        assert!(status.is_success(), "{answer}");
    }
    let path = "/registers/kindergarten.morning_check/export?org=k1&format=csv";
    let (_, file) = house.get("doctor", path).await;
    let at = |name: &str| file.find(name).unwrap();
    assert!(at("名a0") < at("名m2") && at("名m2") < at("名z3"), "{file}");
}
