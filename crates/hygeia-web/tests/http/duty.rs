//! Duties over HTTP: today opens the form that a duty asks for, with what it sets already chosen.

use crate::house::House;
use axum::http::StatusCode;
use serde_json::json;

const DISINFECTION: &str = "/api/v1/registers/kindergarten.disinfection/entries";

#[tokio::test]
async fn a_form_opened_for_a_duty_begins_with_what_the_duty_asks_for() {
    let house = House::new();
    let (status, page) = house.get("teacher", "/today").await;
    assert_eq!(status, StatusCode::OK);
    let new = "/registers/kindergarten.disinfection/new";
    for object in ["toy", "book", "touch"] {
        assert!(page.contains(&format!("f.object={object}")), "{object}: {page}");
    }
    assert!(page.contains("f.action=wash"), "{page}");
    let (_, form) = house.get("teacher", &format!("{new}?org=k1c1&f.object=toy")).await;
    assert!(form.contains("value=\"toy\" checked") || form.contains("value=\"toy\" selected"), "{form}");

    // Each object of the day in turn.
    if !house.is_school_day() {
        return;
    }
    let page = page.split("近两周逾期").next().unwrap();
    assert!(page.contains("f.object=cup") && !page.contains("f.object=towel"), "{page}");
    let cup = json!({ "org_unit": "k1c1", "values": { "date": house.today.to_string(), "object": "cup", "session": "once",
        "method": "steam", "minutes": 15, "occasion": "routine" } });
    let (status, answer) = house.api("teacher", DISINFECTION, Some(cup.to_string())).await;
    assert_eq!(status, StatusCode::CREATED, "{answer}");
    let (_, page) = house.get("teacher", "/today").await;
    // Below stand the days that were missed, each with its own.
    let page = page.split("近两周逾期").next().unwrap();
    assert!(!page.contains("f.object=cup") && page.contains("f.object=towel"), "{page}");
}
