//! Nine cases of mumps, eight in one class, over the public API: from the entries to the closing report.

use crate::house::{COUNTY, House};
use axum::http::StatusCode;
use hygeia_store::{Enrolment, EnrolmentId, OrgUnit, OrgUnitId, Person, PersonId};
use jiff::ToSpan as _;
use jiff::civil::{Date, date};
use serde_json::{Value, json};

/// Child, days since the first case, days from onset to the entry.
const CASES: [(&str, i64, i64); 9] = [
    ("a1", 0, 1),
    ("a2", 3, 1),
    ("a3", 6, 2),
    ("a4", 7, 1),
    ("b1", 7, 1),
    ("a5", 8, 1),
    ("a6", 9, 1),
    ("a7", 10, 1),
    ("a8", 13, 1),
];

/// Days ago of the first case: two incubation periods of 25 days after the last one have passed.
const BEGAN: i64 = 80;

/// Two more classes of thirty in the first kindergarten.
fn classes(house: &House) {
    let k1 = house.work.directory().by_code("k1").unwrap().id;
    let made = house.work.store().write(move |writer| {
        for class in ["a", "b"] {
            let unit = OrgUnit {
                id: OrgUnitId(0),
                code: class.into(),
                kind: "class".into(),
                title: format!("{class}班"),
                parent: Some(k1),
                path: String::new(),
                from: date(2020, 1, 1),
                to: None,
                sort: 0,
                attrs: Value::Null,
            };
            let unit = writer.org_unit_put(COUNTY, &unit)?;
            for number in 1..=30 {
                let person = Person {
                    id: PersonId(0),
                    kind: "child".into(),
                    code: format!("{class}{number}"),
                    name: format!("{class}{number}号"),
                    sex: "male".into(),
                    birth: Some(date(2022, 1, 5)),
                    id_number: None,
                    phone: None,
                    attrs: Value::Null,
                };
                let person = writer.person_put(COUNTY, &person)?;
                let enrolment = Enrolment {
                    id: EnrolmentId(0),
                    person,
                    unit,
                    from: date(2025, 9, 1),
                    to: None,
                    reason: String::new(),
                };
                writer.enrolment_put(COUNTY, &enrolment)?;
            }
        }
        Ok(())
    });
    made.unwrap();
    house.work.reload().unwrap();
}

fn day(house: &House, after: i64) -> Date {
    house.today.saturating_sub((BEGAN - after).days())
}

async fn enter(house: &House, (child, found, delay): (&str, i64, i64)) {
    let (found, onset) = (day(house, found).to_string(), day(house, found - delay).to_string());
    let entry = json!({ "person": child, "values": {
        "date": found, "disease": "mumps", "onset": onset, "isolated_on": found } });
    let path = "/api/v1/registers/kindergarten.infectious_case/entries";
    let (status, answer) = house.api("doctor", path, Some(entry.to_string())).await;
    assert_eq!(status, StatusCode::CREATED, "{answer}");
}

/// Takes the step of an answer's `next`, at the address it gives.
async fn step(house: &House, login: &str, next: &Value, name: &str, values: Value) -> StatusCode {
    let steps = next.as_array().unwrap();
    let step = steps.iter().find(|step| step["transition"] == name).unwrap();
    let body = json!({ "values": values }).to_string();
    house.api(login, step["post"].as_str().unwrap(), Some(body)).await.0
}

async fn get(house: &House, login: &str, path: &str) -> Value {
    let (status, answer) = house.api(login, path, None).await;
    assert_eq!(status, StatusCode::OK, "{path}: {answer}");
    answer
}

/// The kindergarten's outbreak up to the open incident: paths of its alarm and of its room.
pub async fn opened(house: &House) -> (String, String) {
    classes(house);
    for case in CASES.into_iter().take(5) {
        assert_eq!(get(house, "doctor", "/api/v1/alarms?org=k1").await["total"], 0, "before {case:?}");
        enter(house, case).await;
    }
    // Five cases, of which four lie within seven days.
    assert_eq!(get(house, "doctor", "/api/v1/alarms?org=k1").await["total"], 0);
    enter(house, CASES[5]).await;
    let alarms = get(house, "doctor", "/api/v1/alarms?org=k1").await;
    assert_eq!((&alarms["total"], &alarms["alarms"][0]["day"]), (&json!(1), &json!(day(house, 8))));
    for case in CASES.into_iter().skip(6) {
        enter(house, case).await;
    }

    let path = format!("/api/v1/alarms/{}", alarms["alarms"][0]["id"].as_str().unwrap());
    let alarm = get(house, "doctor", &path).await;
    let says = alarm["alarm"]["values"]["explanation"].as_str().unwrap();
    assert!(says.contains("7 天 5 例，达到阈值 5") && says.contains("累计 9 例"), "{says}");
    assert!(says.contains("a班 8 例、b班 1 例"), "{says}");
    assert_eq!(alarm["limit"]["cases"], 5);
    let early = house.api("doctor", &format!("{path}/incident"), Some("{}".into())).await;
    assert_eq!(early.0, StatusCode::BAD_REQUEST, "nothing opens before somebody has looked");
    assert_eq!(step(house, "doctor", &alarm["next"], "confirm", json!({})).await, StatusCode::OK);
    let body = json!({ "level": "outbreak" }).to_string();
    let (status, answer) = house.api("doctor", &format!("{path}/incident"), Some(body)).await;
    assert_eq!(status, StatusCode::CREATED, "{answer}");
    (path, format!("/api/v1/incidents/{}", answer["incident"].as_str().unwrap()))
}

#[tokio::test]
async fn from_the_entries_to_the_closing_report() {
    let house = House::new();
    let (_, room_path) = opened(&house).await;
    let room = get(&house, "doctor", &room_path).await;
    assert_eq!(room["cases"].as_array().map(Vec::len), Some(9));
    let rates = |at: usize| (room["attack"][at]["cases"].clone(), room["attack"][at]["on_roll"].clone());
    assert_eq!((rates(0), rates(1)), ((json!(8), json!(30)), (json!(1), json!(30))));
    let days = room["curve"]["days"].as_array().unwrap();
    assert_eq!((days.first(), days.last()), (Some(&json!(day(&house, -1))), Some(&json!(day(&house, 12)))));
    assert_eq!(room["closable_on"], json!(day(&house, 13 + 2 * 25 + 1)));

    let contacts = json!({ "org_unit": "a", "last_contact": day(&house, 13) }).to_string();
    let (_, answer) = house.api("doctor", &format!("{room_path}/contacts"), Some(contacts)).await;
    assert_eq!(answer["added"], 22);
    let (status, answer) = house.api("doctor", &format!("{room_path}/situation"), Some(String::new())).await;
    assert!(status.is_success() && answer["text"].as_str().unwrap().contains("累计 9 例"), "{answer}");

    let closing = json!({ "conclusion": "疫情得到控制" });
    let refused = step(&house, "doctor", &room["next"], "close", closing.clone()).await;
    assert_eq!(refused, StatusCode::UNPROCESSABLE_ENTITY, "steps are open");
    for line in room["steps"].as_array().unwrap() {
        assert_eq!(line["clock"]["outcome"], "running");
        let done = step(&house, "doctor", &line["next"], "finish", json!({ "note": "已落实" })).await;
        assert_eq!(done, StatusCode::OK);
    }
    assert_eq!(step(&house, "doctor", &room["next"], "close", closing).await, StatusCode::OK);
    let room = get(&house, "doctor", &room_path).await;
    assert_eq!(room["incident"]["values"]["state"], "closed");
    assert!(room["steps"].as_array().unwrap().iter().all(|line| line["clock"]["outcome"] == "met"));

    let (status, report) = house.get("doctor", &format!("{room_path}/report")).await;
    assert!(status == StatusCode::OK && report.starts_with("PK"), "a Word document");

    let rules = get(&house, "county", "/api/v1/rules?org=c").await;
    let rules = rules["rules"].as_array().unwrap();
    let rule = rules.iter().find(|rule| rule["id"] == "infectious_disease.cluster").unwrap();
    assert_eq!((&rule["confirmed"], &rule["predictive_value"]), (&json!(1), &json!(100.0)));
    let other = json!({ "limits": [{ "part": "mumps", "cases": 10, "days": 7 }] }).to_string();
    let path = "/api/v1/rules/infectious_disease.cluster/try?org=c";
    let (status, trial) = house.api("county", path, Some(other.clone())).await;
    assert_eq!(status, StatusCode::OK, "{trial}");
    assert_eq!(
        (&trial["now"], &trial["then"], &trial["lost"][0]["confirmed"]),
        (&json!(1), &json!(0), &json!(true))
    );
    let (status, _) = house.api("doctor", "/api/v1/rules/infectious_disease.cluster", Some(other)).await;
    assert_eq!(status, StatusCode::NOT_FOUND, "only the county adjusts a rule");
}

/// Somebody of the other kindergarten reaches neither the alarm nor the incident, by any route.
#[tokio::test]
async fn alarms_and_incidents_of_a_foreign_unit_are_out_of_reach() {
    let house = House::new();
    let (alarm, room) = opened(&house).await;
    let stranger = "stranger";
    let k2 = house.work.directory().by_code("k2").unwrap().id;
    house.stranger(stranger, k2);
    let inside = get(&house, "doctor", &room).await;
    let first_step = inside["steps"][0]["next"][0]["post"].as_str().unwrap().to_owned();
    let outside = [StatusCode::NOT_FOUND, StatusCode::FORBIDDEN];
    for path in [
        &alarm,
        &room,
        &format!("{room}/report"),
        "/api/v1/alarms?org=k1",
        "/api/v1/incidents?org=k1&state=all",
        "/api/v1/rules?org=k1",
        "/api/v1/rules/infectious_disease.cluster?org=k1",
    ] {
        let (status, answer) = house.api(stranger, path, None).await;
        assert!(outside.contains(&status), "{path}: {status}");
        assert!(!answer.to_string().contains("a1号"), "{path} tells a name");
    }
    let contacts = json!({ "org_unit": "a", "last_contact": house.today }).to_string();
    let confirm = alarm.replace("/alarms/", "/registers/core.alarm/entries/") + "/transitions/confirm";
    for (path, body) in [
        (format!("{alarm}/incident"), "{}".to_owned()),
        (format!("{room}/contacts"), contacts),
        (format!("{room}/situation"), "{}".to_owned()),
        (confirm, "{}".to_owned()),
        (first_step, "{}".to_owned()),
        ("/api/v1/rules/infectious_disease.cluster/try?org=k1".to_owned(), "{}".to_owned()),
    ] {
        let (status, _) = house.api(stranger, &path, Some(body)).await;
        assert!(outside.contains(&status), "{path}: {status}");
    }
    for path in [&alarm, &room, &format!("{room}/report")] {
        let (status, _) = house.get(stranger, &path.replace("/api/v1", "")).await;
        assert!(outside.contains(&status), "{path}: {status}");
    }
}
