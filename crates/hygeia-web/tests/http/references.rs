//! An entry that refers to another is made by choosing it by name, and shows that name; nobody refers to what is not
//! theirs to see.

use crate::house::House;
use axum::http::StatusCode;
use serde_json::json;

const MEDICINE: &str = "/api/v1/registers/kindergarten.medication/entries";
const DOSE: &str = "/api/v1/registers/kindergarten.medication_dose/entries";

#[tokio::test]
async fn what_is_entrusted_is_chosen_by_name_and_by_nobody_else() {
    let house = House::new();
    let k2 = house.work.directory().by_code("k2").unwrap().id;
    house.stranger("other", k2);
    let day = house.today.to_string();
    let entry = json!({ "person": "child1", "values": { "date": day, "drug": "小儿止咳糖浆", "dose": "5毫升", "route": "oral",
        "times": 2, "first_time": "11:30", "until": day, "reason": "咳嗽", "prescribed": true, "parent": "甲父", "parent_signed": true } });
    let (status, made) = house.api("teacher", MEDICINE, Some(entry.to_string())).await;
    assert_eq!(status, StatusCode::CREATED, "{made}");
    let id = made["id"].as_str().unwrap().to_owned();

    // The form of each class offers what is entrusted there, by child and drug.
    let form = "/registers/kindergarten.medication_dose/new";
    let (_, own) = house.get("teacher", &format!("{form}?org=k1c1&person=child1")).await;
    let option = format!("<option value=\"{id}\">幼儿1 小儿止咳糖浆");
    assert!(own.contains(&option), "{own}");
    let (_, foreign) = house.get("other", &format!("{form}?org=k2c1")).await;
    assert!(!foreign.contains(&id) && !foreign.contains("止咳糖浆"));

    let dose = |person: &str| {
        let values =
            json!({ "date": day, "time": "00:00", "medication": id, "checked": true, "given": true });
        Some(json!({ "person": person, "values": values }).to_string())
    };
    let (status, answer) = house.api("other", DOSE, dose("child2")).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{answer}");
    assert!(answer.to_string().contains("没有这条“带药委托登记”"), "{answer}");
    let (status, answer) = house.api("teacher", DOSE, dose("child1")).await;
    assert_eq!(status, StatusCode::CREATED, "{answer}");

    // Two doses a day were asked for: one more is awaited of the class, nobody else is told.
    let (_, page) = house.get("teacher", "/today").await;
    let line = format!("f.medication={id}");
    assert_eq!(house.is_school_day(), page.contains(&line) && page.contains("今日 1/2"), "{page}");
    let (_, page) = house.get("other", "/today").await;
    assert!(!page.contains(&line));

    house.child("child3", "幼儿3", "k1c1");
    // What is entrusted for one child is not given to another, and not offered for them.
    let (_, page) = house.get("teacher", &format!("{form}?org=k1c1&person=child3")).await;
    assert!(!page.contains(&id), "{page}");
    let (_, page) = house.get("teacher", &format!("{form}?org=k1c1")).await;
    assert!(!page.contains(&id), "{page}");
    let (status, refused) = house.api("teacher", DOSE, dose("child3")).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{refused}");
    assert!(refused.to_string().contains("带药委托不是幼儿3的，请选择幼儿3本人的"), "{refused}");

    // Lists, print and the entry itself say the name and lead there.
    for path in [
        "/registers/kindergarten.medication_dose?org=k1c1",
        "/registers/kindergarten.medication_dose/print?org=k1c1",
    ] {
        let (_, page) = house.get("doctor", path).await;
        assert!(page.contains("小儿止咳糖浆") && !page.contains(&id), "{path}");
    }
    let given = answer["id"].as_str().unwrap();
    let (_, page) = house.get("doctor", &format!("/entries/kindergarten.medication_dose/{given}")).await;
    assert!(
        page.contains(&format!("<a href=\"/entries/kindergarten.medication/{id}\">幼儿1 小儿止咳糖浆")),
        "{page}"
    );
}
