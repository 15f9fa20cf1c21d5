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

#[tokio::test]
async fn today_names_who_lacks_a_measurement_and_the_form_offers_them_first() {
    let house = House::new();
    house.child("more", "幼儿多多", "k1c1");
    let line = |page: &str| {
        let start = page.find("学期身高体重测量").unwrap();
        page[start..].split("</li>").next().unwrap().to_owned()
    };
    let (_, page) = house.get("doctor", "/today").await;
    let before = line(&page);
    assert!(before.contains("0 / 2 已登记") && before.contains("还差："), "{before}");
    let form = "/registers/kindergarten.physical_exam/new";
    let named = before.split("href=\"").find(|address| address.contains("person=more")).unwrap();
    let address = named.split('"').next().unwrap().replace("&amp;", "&");
    let (_, page) = house.get("doctor", &address).await;
    assert!(page.contains("value=\"more\" selected") && page.contains("还未登记（2人）"), "{page}");
    assert!(
        page.contains("value=\"measure\" checked") || page.contains("value=\"measure\" selected"),
        "{page}"
    );

    let today = house.today.to_string();
    let typed = [
        ("_org", "k1c1"),
        ("_person", "more"),
        ("_duty", "kindergarten.term_measurement"),
        ("_then", "again"),
        ("date", &today),
        ("kind", "measure"),
        ("weight_kg", "16.5"),
        ("height_cm", "104"),
    ];
    let next = house.sent_on("doctor", form, &typed).await;
    assert!(next.starts_with(form) && next.contains("duty=kindergarten.term_measurement"), "{next}");
    let (_, page) = house.get("doctor", &next).await;
    assert!(page.contains("还未登记（1人）") && page.contains("已登记（1人）"), "{page}");
    let first = page.split("还未登记").nth(1).unwrap().split("</optgroup>").next().unwrap();
    assert!(first.contains("幼儿1") && !first.contains("幼儿多多"), "{first}");

    let (_, page) = house.get("doctor", "/today").await;
    let after = line(&page);
    assert!(
        after.contains("1 / 2 已登记") && after.contains("幼儿1") && !after.contains("幼儿多多"),
        "{after}"
    );
    // Above the house nobody is named.
    let (_, page) = house.get("county", "/today").await;
    assert!(!page.contains("幼儿1"), "{page}");
}
