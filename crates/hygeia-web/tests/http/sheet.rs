//! A sheet by HTTP: what a row is answered, what its neighbour register says, and what becomes of the signature.

use crate::house::House;
use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use serde_json::{Value, json};

const MORNING: &str = "kindergarten.morning_check";
const ATTENDANCE: &str = "kindergarten.attendance";

impl House {
    /// Posts JSON to a sheet as its page does.
    async fn to_sheet(&self, login: &str, register: &str, what: &str, body: Value) -> Value {
        let (status, text) =
            self.post_json(login, &format!("/sheets/{register}/{what}?org=k1c1"), &body).await;
        assert_eq!(status, StatusCode::OK, "{text}");
        let answer: Value = serde_json::from_str(&text).unwrap();
        answer["rows"][0].clone()
    }

    async fn post_json(&self, login: &str, path: &str, body: &Value) -> (StatusCode, String) {
        let cookie = self.cookie(login);
        let page = Request::get("/today").header(header::COOKIE, &cookie).body(Body::empty()).unwrap();
        let (_, text) = self.send(page).await;
        let csrf =
            text.split("data-csrf=\"").nth(1).and_then(|rest| rest.split('"').next()).unwrap().to_owned();
        let request = Request::post(path)
            .header(header::COOKIE, cookie)
            .header(header::CONTENT_TYPE, "application/json")
            .header("x-csrf", csrf)
            .body(Body::from(body.to_string()))
            .unwrap();
        self.send(request).await
    }

    /// Saves one row of the first child for today.
    async fn row(&self, login: &str, register: &str, id: u32, values: Value) -> Value {
        let mut values = values;
        values["date"] = self.today.to_string().into();
        let id = format!("00000000-0000-4000-8000-{id:012}");
        let body = json!({ "rows": [{ "id": id, "person": "child1", "values": values }] });
        self.to_sheet(login, register, "rows", body).await
    }

    async fn sheet(&self, login: &str, register: &str) -> String {
        let (status, page) = self.get(login, &format!("/sheets/{register}?org=k1c1")).await;
        assert_eq!(status, StatusCode::OK, "{page}");
        page
    }

    async fn sign(&self, login: &str, register: &str) {
        let actor = self.actor(login);
        let unit = self.work.directory().by_code("k1c1").unwrap().id;
        self.work.sheet_sign(&actor, register, unit, self.today).unwrap();
    }
}

#[tokio::test]
async fn a_change_after_signing_asks_for_a_new_signature() {
    let house = House::new();
    let saved = house.row("teacher", MORNING, 1, json!({ "arrived": true })).await;
    assert_eq!((&saved["ok"], &saved["outcome"]), (&true.into(), &"created".into()));
    house.sign("teacher", MORNING).await;
    assert!(house.sheet("teacher", MORNING).await.contains("已签名：teacher"));
    let changed = house.row("teacher", MORNING, 1, json!({ "arrived": false })).await;
    assert_eq!(changed["outcome"], "updated");
    let page = house.sheet("doctor", MORNING).await;
    assert!(page.contains("签名后有修改，请重新签名（原签名：teacher"), "{page}");
    assert!(!page.contains("已签名："));

    // Who may sign it finds it on the day's page until it is signed anew.
    let heading = "签名后有修改，待重新签名";
    let (_, today) = house.get("doctor", "/today").await;
    let (_, listed) = today.split_once(heading).unwrap();
    assert!(
        listed.split("</section>").next().unwrap().contains("/sheets/kindergarten.morning_check?org=k1c1"),
        "{listed}"
    );
    assert!(!house.get("county", "/today").await.1.contains(heading), "the county signs no sheets");
    house.sign("doctor", MORNING).await;
    assert!(!house.get("doctor", "/today").await.1.contains(heading));
}

#[tokio::test]
async fn a_closed_day_is_refused_with_its_name_and_the_future_once() {
    let house = House::new();
    house.closed(house.today, "校园开放日");
    let refused = house.row("teacher", ATTENDANCE, 1, json!({ "present": true })).await;
    assert_eq!(refused["ok"], false);
    let message = refused["problems"][0]["message"].as_str().unwrap();
    assert!(message.contains("校园开放日") && message.contains("不是上学日"), "{message}");
    let page = house.sheet("teacher", ATTENDANCE).await;
    assert!(page.contains("校园开放日") && !page.contains("data-enter"), "{page}");

    let far = house.today.saturating_add(jiff::ToSpan::days(400)).to_string();
    let body = json!({ "rows": [{ "person": "child1", "values": { "date": far, "present": true } }] });
    let refused = house.to_sheet("teacher", ATTENDANCE, "rows", body).await;
    assert_eq!(refused["problems"].as_array().unwrap().len(), 1, "{refused}");
}

#[tokio::test]
async fn a_child_absent_in_one_register_begins_absent_in_the_other_and_contradictions_are_told() {
    let house = House::new();
    let absent = json!({ "present": false, "reason": "illness", "symptoms": ["fever"] });
    let saved = house.row("teacher", ATTENDANCE, 1, absent).await;
    assert_eq!(saved["problems"], json!([]), "{saved}");
    let page = house.sheet("teacher", MORNING).await;
    assert!(page.contains("data-absent") && page.contains("“儿童出勤登记”中出勤为“否”"), "{page}");
    let there = house.row("teacher", MORNING, 2, json!({ "arrived": true })).await;
    assert_eq!(there["ok"], true, "a warning keeps the row");
    let said = &there["problems"][0];
    assert_eq!((&said["field"], &said["warning"]), (&"arrived".into(), &true.into()));
    assert!(
        said["message"].as_str().unwrap().contains("“儿童出勤登记”中出勤为“否”，这里到园为“是”"),
        "{said}"
    );
    // The other sheet tells it as well, of the child that is there already.
    let page = house.sheet("teacher", ATTENDANCE).await;
    assert!(page.contains("“晨（午）检登记”中到园为“是”，这里出勤为“否”"), "{page}");
}

#[tokio::test]
async fn an_illness_without_a_name_and_a_fever_with_a_green_card_are_told() {
    let house = House::new();
    let ill = house.row("teacher", ATTENDANCE, 1, json!({ "present": false, "reason": "illness" })).await;
    assert_eq!(ill["ok"], true);
    assert!(ill["problems"][0]["message"].as_str().unwrap().contains("病假请注明病名或症状"), "{ill}");
    let fever = json!({ "arrived": true, "temperature": "３７．９℃", "disposition": "refer", "card": "green", "parent_told": true });
    let fever = house.row("doctor", MORNING, 2, fever).await;
    assert_eq!(fever["ok"], false);
    assert!(fever["problems"][0]["message"].as_str().unwrap().contains("不能发绿牌"), "{fever}");
}

#[tokio::test]
async fn two_people_and_one_child_see_both_values() {
    let house = House::new();
    house.row("doctor", MORNING, 1, json!({ "arrived": true, "temperature": "36.1" })).await;
    let second = house.row("teacher", MORNING, 2, json!({ "arrived": true, "temperature": "36.9" })).await;
    assert_eq!(second["ok"], false);
    let other = &second["other"];
    assert_eq!((&other["by"], &other["values"]["temperature"]), (&"doctor".into(), &json!(36.1)), "{second}");
    assert_eq!(other["version"], 1);
}

#[tokio::test]
async fn who_made_a_row_today_may_void_it_until_it_is_signed() {
    let house = House::new();
    let void = |id: u32| json!({ "rows": [{ "person": "child1", "id": format!("00000000-0000-4000-8000-{id:012}") }] });
    house.row("doctor", MORNING, 1, json!({ "arrived": true })).await;
    let foreign = house.to_sheet("teacher", MORNING, "void", void(1)).await;
    assert_eq!(foreign["ok"], false, "it is the doctor's");
    house.to_sheet("doctor", MORNING, "void", void(1)).await;
    house.row("teacher", MORNING, 2, json!({ "arrived": true })).await;
    house.sign("teacher", MORNING).await;
    assert_eq!(house.to_sheet("teacher", MORNING, "void", void(2)).await["ok"], false, "signed");
    house.row("teacher", MORNING, 2, json!({ "arrived": false })).await;
    assert_eq!(house.to_sheet("teacher", MORNING, "void", void(2)).await["ok"], true);
    assert!(house.sheet("teacher", MORNING).await.contains("1 人未登记"));
}
