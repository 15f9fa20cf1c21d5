//! Notices over HTTP: what a parent is handed about a child, one or all of a day, each with a slip to return.

use crate::house::House;
use axum::http::StatusCode;
use serde_json::{Value, json};

const CHECKS: &str = "/api/v1/registers/kindergarten.vaccination_check/entries";

async fn checked(house: &House, person: &str, values: Value) -> String {
    let body = json!({ "person": person, "values": values }).to_string();
    let (status, answer) = house.api("doctor", CHECKS, Some(body)).await;
    assert_eq!(status, StatusCode::CREATED, "{answer}");
    answer["id"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn each_child_who_misses_doses_has_a_notice_with_a_slip_to_return() {
    let house = House::new();
    house.child("child3", "幼儿3", "k1c1");
    house.child("child4", "幼儿4", "k1c1");
    let today = house.today;
    let missing = json!({ "date": today.to_string(), "occasion": "autumn", "certificate": "shown", "conclusion": "missing",
        "missing_doses": "麻腮风疫苗第2剂、乙脑减毒活疫苗第2剂", "notice_date": today.to_string(), "notice_no": "补2026-07",
        "clinic": "城关镇卫生院", "catch_up_by": "2099-12-20" });
    let id = checked(&house, "child1", missing).await;
    let none = json!({ "date": today.to_string(), "occasion": "autumn", "certificate": "none", "conclusion": "unknown" });
    checked(&house, "child3", none).await;
    let whole = json!({ "date": today.to_string(), "occasion": "autumn", "certificate": "shown", "conclusion": "contraindicated" });
    let settled = checked(&house, "child4", whole).await;

    let entry = format!("/entries/kindergarten.vaccination_check/{id}");
    let (_, page) = house.get("doctor", &entry).await;
    assert!(page.contains(&format!("href=\"{entry}/notice\"")), "{page}");
    let (status, paper) = house.get("doctor", &format!("{entry}/notice")).await;
    assert_eq!(status, StatusCode::OK);
    let day = format!("{}年{}月{}日", today.year(), today.month(), today.day());
    for said in [
        "补种通知单",
        "幼儿1小朋友的家长",
        "k1c1",
        "麻腮风疫苗第2剂、乙脑减毒活疫苗第2剂",
        "2099年12月20日前",
        "到城关镇卫生院补种",
        "编号：补2026-07",
        &day,
        "回执",
        "家长签字：",
        "幼儿园（盖章）：",
    ] {
        assert!(paper.contains(said), "{said}: {paper}");
    }
    assert!(!paper.contains("未能出示"), "said of those without a certificate only: {paper}");

    // A child with nothing missing has none.
    let whole = format!("/entries/kindergarten.vaccination_check/{settled}");
    let (_, page) = house.get("doctor", &whole).await;
    assert!(!page.contains("/notice\""), "{page}");
    let (_, paper) = house.get("doctor", &format!("{whole}/notice")).await;
    assert!(paper.contains("没有要打印的通知单") && !paper.contains("幼儿4"), "{paper}");

    // All of the day in one go, a page each; what is not known is left to write on.
    let list = "/registers/kindergarten.vaccination_check";
    let (_, page) = house.get("doctor", &format!("{list}?org=k1")).await;
    assert!(page.contains(&format!("{list}/notices?org=k1")), "{page}");
    let (status, paper) = house.get("doctor", &format!("{list}/notices?org=k1")).await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(paper.matches("<section class=\"notice\">").count(), 2, "{paper}");
    assert_eq!(paper.matches("page-break").count(), 1);
    assert!(paper.contains("幼儿1") && paper.contains("幼儿3") && !paper.contains("幼儿4"));
    assert!(paper.contains("未能出示") && paper.contains("到＿＿＿＿＿＿＿＿补种"), "{paper}");
    let (_, paper) = house.get("doctor", &format!("{list}/notices?org=k1&to=2020-01-01")).await;
    assert!(!paper.contains("幼儿1"), "of other days");
}
