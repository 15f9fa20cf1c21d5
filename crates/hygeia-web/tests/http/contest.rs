//! Inspections over the API, route by route and role by role: marked, finished, ranked, flagged, drawn and published;
//! nothing of it is anybody's of another kindergarten.

use crate::house::House;
use axum::http::StatusCode;
use serde_json::{Value, json};

const REGISTER: &str = "/api/v1/registers/kindergarten.hygiene_inspection";

/// A finished inspection of the class with one finding; answers its id.
pub async fn inspected(house: &House, login: &str, class: &str, assessor: &str) -> String {
    let entry =
        json!({ "org_unit": class, "values": { "date": house.today.to_string(), "assessor": assessor } });
    let (status, answer) = house.api(login, &format!("{REGISTER}/entries"), Some(entry.to_string())).await;
    assert_eq!(status, StatusCode::CREATED, "{answer}");
    let id = answer["id"].as_str().unwrap().to_owned();
    let mark = json!({ "item": "floor", "points": 13, "note": "积水", "requirement": "拖干" });
    let path = format!("{REGISTER}/entries/{id}/marks");
    let (status, answer) = house.api(login, &path, Some(mark.to_string())).await;
    assert_eq!((status, &answer["judged"], &answer["score"]), (StatusCode::OK, &json!(1), &Value::Null));
    let path = format!("{REGISTER}/entries/{id}/finish");
    let (status, answer) = house.api(login, &path, Some("{}".into())).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "not before every item has its mark: {answer}");
    let full = json!({ "rest_full": true }).to_string();
    for _ in 0..2 {
        let (status, answer) = house.api(login, &path, Some(full.clone())).await;
        assert_eq!((status, &answer["score"]), (StatusCode::OK, &json!(98)), "{answer}");
        assert_eq!(answer["corrections"].as_array().unwrap().len(), 1, "each finding once");
    }
    id
}

#[tokio::test]
async fn an_inspection_is_finished_counted_compared_and_earns_the_flag() {
    let house = House::new();
    let id = inspected(&house, "doctor", "k1c1", "outside").await;
    let (_, items) = house.api("teacher", &format!("{REGISTER}/items?org=k1c1"), None).await;
    let floor = items["items"].as_array().unwrap().iter().find(|item| item["item"] == "floor").unwrap();
    assert_eq!((&floor["taken"], &floor["judged"], &floor["share"]), (&json!(1), &json!(1), &json!(100)));
    assert_eq!((&floor["points_taken"], &floor["losses"][0]["inspection"]), (&json!(2), &json!(id)));

    let path = format!("{REGISTER}/comparison?org=k1c1");
    assert_eq!(house.api("doctor", &path, None).await.1, Value::Null, "without a self-assessment");
    inspected(&house, "head", "k1c1", "self").await;
    let (_, both) = house.api("teacher", &path, None).await;
    assert_eq!((&both["self"]["score"], &both["differing"]), (&json!(98), &json!([])), "{both}");

    let month = house.today.strftime("%Y-%m").to_string();
    let flags = format!("{REGISTER}/flags");
    let contest = |more: Value| {
        let mut body = json!({ "org": "k1", "period": month });
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        Some(body.to_string())
    };
    let (status, _) = house.api("teacher", &flags, contest(json!({ "org": "k1c1" }))).await;
    assert_eq!(status, StatusCode::NOT_FOUND, "a teacher awards nothing in the house");
    let (status, answer) = house.api("head", &flags, contest(json!({}))).await;
    assert_eq!((status, &answer["awarded"][0]["org"]), (StatusCode::OK, &json!("k1c1")), "{answer}");
    let asked = format!("{flags}?org=k1c1&period={month}");
    assert_eq!(house.api("teacher", &asked, None).await.1["awarded"][0]["mean"], 98.0);
    let (_, notice) = house
        .get(
            "teacher",
            &format!("/inspections/kindergarten.hygiene_inspection/flags?org=k1c1&period={month}"),
        )
        .await;
    assert!(notice.contains("流动红旗公示") && notice.contains("98"), "{notice}");
    let back = format!("{flags}/withdraw");
    let (status, _) = house.api("head", &back, contest(json!({ "reason": "" }))).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    let (status, answer) = house.api("head", &back, contest(json!({ "reason": "误授" }))).await;
    assert_eq!((status, &answer["awarded"]), (StatusCode::OK, &json!([])));
}

#[tokio::test]
async fn a_round_over_the_api_from_its_draw_to_its_publication() {
    let house = House::new();
    let k2 = house.work.directory().by_code("k2").unwrap().id;
    house.stranger("stranger", k2);
    let day = house.today.to_string();
    let draft = json!({ "register": "kindergarten.hygiene_inspection", "org": "k1", "title": "一轮", "from": day,
        "to": day, "seed": "公开", "inspectors": 1 });
    let post = |login: &'static str, path: String, body: Value| {
        let house = &house;
        async move { house.api(login, &path, Some(body.to_string())).await }
    };
    let (status, _) = post("teacher", "/api/v1/rounds".into(), draft.clone()).await;
    assert_eq!(status, StatusCode::NOT_FOUND, "a teacher draws none: the house is out of reach");
    let (status, _) = post("stranger", "/api/v1/rounds".into(), draft.clone()).await;
    assert!(matches!(status, StatusCode::FORBIDDEN | StatusCode::NOT_FOUND), "{status}");
    let (status, round) = post("doctor", "/api/v1/rounds".into(), draft).await;
    assert_eq!(
        (status, &round["targets"][0]["org"], &round["seed"]),
        (StatusCode::CREATED, &json!("k1c1"), &json!("公开"))
    );
    let path = format!("/api/v1/rounds/{}", round["id"]);
    for (login, seen) in
        [("doctor", true), ("head", true), ("county", true), ("teacher", false), ("stranger", false)]
    {
        let (status, _) = house.api(login, &path, None).await;
        assert_eq!(status == StatusCode::OK, seen, "{login}: {status}");
        let (_, list) = house.api(login, "/api/v1/rounds", None).await;
        assert_eq!(list.as_array().unwrap().len(), usize::from(seen), "{login}");
    }
    let begun = json!({ "org": "k1c1", "values": { "date": day } });
    let inspections = format!("{path}/inspections");
    let (status, _) = post("stranger", inspections.clone(), begun.clone()).await;
    assert_eq!(status, StatusCode::NOT_FOUND);
    let (status, receipt) = post("doctor", inspections.clone(), begun).await;
    assert_eq!(status, StatusCode::CREATED, "{receipt}");
    let (status, _) = post("doctor", inspections, json!({ "org": "k2c1", "values": { "date": day } })).await;
    assert_eq!(status, StatusCode::BAD_REQUEST, "not drawn");
    let publish = format!("{path}/publish");
    let (status, _) = post("doctor", publish.clone(), json!({})).await;
    assert_eq!(status, StatusCode::BAD_REQUEST, "nothing is finished yet");
    let finish = format!("{REGISTER}/entries/{}/finish", receipt["id"].as_str().unwrap());
    let (status, _) = post("doctor", finish, json!({ "rest_full": true })).await;
    assert_eq!(status, StatusCode::OK);
    let (status, _) = post("teacher", publish.clone(), json!({})).await;
    assert_eq!(status, StatusCode::NOT_FOUND);
    let (status, round) = post("doctor", publish, json!({})).await;
    assert_eq!((status, &round["done"]), (StatusCode::OK, &json!(1)));
    assert_eq!(house.api("teacher", &path, None).await.0, StatusCode::OK, "published is seen");
}

#[tokio::test]
async fn inspections_of_a_foreign_kindergarten_are_out_of_reach_by_every_route() {
    let house = House::new();
    let k2 = house.work.directory().by_code("k2").unwrap().id;
    house.stranger("stranger", k2);
    let id = inspected(&house, "doctor", "k1c1", "outside").await;
    let month = house.today.strftime("%Y-%m").to_string();
    for asked in [
        format!("entries/{id}"),
        "ranking?org=k1".into(),
        "items?org=k1c1".into(),
        "comparison?org=k1c1".into(),
        format!("flags?org=k1&period={month}"),
    ] {
        let (status, answer) = house.api("stranger", &format!("{REGISTER}/{asked}"), None).await;
        assert!(
            matches!(status, StatusCode::NOT_FOUND | StatusCode::FORBIDDEN),
            "{asked}: {status} {answer}"
        );
        assert!(!answer.to_string().contains("98"), "{asked} tells the score");
    }
    let contest = json!({ "org": "k1", "period": month, "reason": "x" });
    for (path, body) in [
        (format!("entries/{id}/marks"), json!({ "item": "floor", "points": 15 })),
        (format!("entries/{id}/finish"), json!({ "rest_full": true })),
        ("flags".into(), contest.clone()),
        ("flags/withdraw".into(), contest),
    ] {
        let (status, _) = house.api("stranger", &format!("{REGISTER}/{path}"), Some(body.to_string())).await;
        assert!(matches!(status, StatusCode::NOT_FOUND | StatusCode::FORBIDDEN), "{path}: {status}");
    }
    for page in
        ["", "/print", "/mark", "/flags?org=k1", "/ranking?org=k1", "/standard?org=k1", "/compare?org=k1"]
    {
        let place = if page.contains('?') { String::new() } else { format!("/{id}") };
        let path = format!("/inspections/kindergarten.hygiene_inspection{place}{page}");
        let (status, text) = house.get("stranger", &path).await;
        assert!(matches!(status, StatusCode::NOT_FOUND | StatusCode::FORBIDDEN), "{path}: {status}");
        assert!(!text.contains("积水"), "{path} tells a finding");
    }
}
