//! What a page and the API answer, and that nobody reaches a unit that is not theirs, by any route.

use crate::catalogue;
use crate::house::House;
use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use jiff::Timestamp;
use serde_json::{Value, json};

/// Every page that shows a unit's data.
const PAGES: [&str; 22] = [
    "/today",
    "/registers",
    "/registers/kindergarten.morning_check",
    "/registers/kindergarten.morning_check/export",
    "/registers/kindergarten.morning_check/print",
    "/registers/kindergarten.disinfection/new",
    "/sheets/kindergarten.morning_check",
    "/indicators",
    "/indicators/kindergarten.attendance_rate",
    "/indicators/export",
    "/reports/kindergarten.monthly_attendance",
    "/reports/kindergarten.term_summary/file?format=docx",
    "/ledgers/kindergarten.medicine",
    "/ledgers/kindergarten.medicine/export",
    "/ledgers/kindergarten.medicine/turnover",
    "/ledgers/kindergarten.medicine/card?account=kept",
    "/people",
    "/accounts",
    "/alarms",
    "/rules",
    "/boards",
    "/boards/health_emergency.event_report",
];

#[tokio::test]
async fn no_role_of_one_kindergarten_sees_another() {
    let house = House::new();
    for login in ["teacher", "doctor", "head"] {
        for page in PAGES {
            for org in ["k2", "k2c1", "c"] {
                let joint = if page.contains('?') { '&' } else { '?' };
                let (status, text) = house.get(login, &format!("{page}{joint}org={org}")).await;
                assert!(
                    matches!(status, StatusCode::NOT_FOUND | StatusCode::FORBIDDEN),
                    "{login} {page} {org}: {status}"
                );
                assert!(!text.contains("幼儿2"), "{login} {page} {org} tells a name");
            }
        }
    }
}

#[tokio::test]
async fn their_own_pages_open_and_secrets_stay_masked() {
    let house = House::new();
    for (login, org) in [("teacher", "k1c1"), ("doctor", "k1"), ("head", "k1"), ("county", "c")] {
        for page in
            ["/today", "/registers", "/indicators", "/reports", "/plans", "/more", "/people", "/calendar"]
        {
            let (status, text) = house.get(login, &format!("{page}?org={org}")).await;
            assert_eq!(status, StatusCode::OK, "{login} {page}");
            assert!(!text.contains("110101199003070011"), "{login} {page} shows an identity number");
            assert!(
                !text.contains("style=\"") && !text.contains("<script>"),
                "{login} {page} has something inline"
            );
        }
    }
}

#[tokio::test]
async fn registers_of_schools_are_none_of_a_kindergartens() {
    let house = House::new();
    for login in ["teacher", "head"] {
        let (_, page) = house.get(login, "/registers").await;
        assert!(page.contains("/registers/kindergarten.attendance"), "{login}");
        assert!(!page.contains("/registers/school."), "{login}");
        let (_, page) = house.get(login, "/indicators").await;
        assert!(!page.contains("/indicators/school."), "{login}");
    }
    // Nothing that is offered is refused: the teacher enters nothing for the whole house.
    let (_, page) = house.get("teacher", "/registers").await;
    for link in page.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next()) {
        if link.contains("/new?") || link.starts_with("/sheets/") {
            let (status, _) = house.get("teacher", &link.replace("&amp;", "&")).await;
            assert!(status == StatusCode::OK || status == StatusCode::SEE_OTHER, "{link} {status}");
        }
    }
    let (status, page) = house.get("teacher", "/sheets/school.absence?org=k1c1").await;
    assert_eq!(status, StatusCode::FORBIDDEN);
    assert!(page.contains("k1 园 · k1c1 园不使用“学生因病缺课登记”"), "{page}");
    let entry = json!({ "person": "child1", "values": { "date": house.today.to_string(), "present": true } });
    let entries = "/api/v1/registers/school.absence/entries";
    let (status, answer) = house.api("teacher", entries, Some(entry.to_string())).await;
    assert_eq!(status, StatusCode::FORBIDDEN, "{answer}");
}

#[tokio::test]
async fn nobody_without_a_session_gets_in() {
    let house = House::new();
    for page in PAGES.iter().chain(&["/plans", "/more", "/account", "/people/1"]) {
        let (status, _) = house.send(Request::get(*page).body(Body::empty()).unwrap()).await;
        assert!(status.is_redirection(), "{page}: {status}");
    }
    let entries = "/api/v1/registers/kindergarten.morning_check/entries";
    let (status, _) = house.send(Request::get(entries).body(Body::empty()).unwrap()).await;
    assert_eq!(status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn an_entry_over_the_api_is_checked_counted_and_stored_once() {
    let house = House::new();
    let path = "/api/v1/registers/kindergarten.morning_check/entries";
    let id = "0b5a7c1e-8d0f-4a0e-9a51-3f1f2d6f6a10";
    let entry = json!({ "id": id, "person": "child1", "values": { "date": house.today.to_string(), "temperature": 36.5 } });
    let (status, answer) = house.api("teacher", path, Some(entry.to_string())).await;
    assert_eq!((status, &answer["outcome"]), (StatusCode::CREATED, &json!("created")), "{answer}");
    let (status, answer) = house.api("teacher", path, Some(entry.to_string())).await;
    assert_eq!((status, &answer["outcome"]), (StatusCode::OK, &json!("unchanged")));

    let fever =
        json!({ "person": "child1", "values": { "date": house.today.to_string(), "temperature": 38.2 } });
    let (status, answer) = house.api("teacher", path, Some(fever.to_string())).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(answer.to_string().contains("发热儿童不得直接入班"), "{answer}");

    let many = json!([entry, { "person": "child2", "values": {} }, { "person": "nobody", "values": {} }]);
    let (status, answer) = house.api("teacher", path, Some(many.to_string())).await;
    assert_eq!(status, StatusCode::MULTI_STATUS);
    assert!(!answer.to_string().contains("幼儿2"), "a refusal tells a foreign child's name: {answer}");

    // Of one entry, first made and then corrected, the later word stands; each is answered in its place.
    let yesterday = house.today.yesterday().unwrap().to_string();
    let warm = |temperature: f64| {
        json!({ "id": "0b5a7c1e-8d0f-4a0e-9a51-3f1f2d6f6a11", "person": "child1",
        "values": { "date": yesterday, "temperature": temperature } })
    };
    let many = json!([warm(36.4), { "persons": "child1" }, warm(36.9), warm(36.9)]);
    let (status, answer) = house.api("doctor", path, Some(many.to_string())).await;
    assert_eq!(status, StatusCode::MULTI_STATUS, "{answer}");
    let outcome = |at: usize| answer[at]["outcome"].as_str();
    assert_eq!(
        [0, 1, 2, 3].map(outcome),
        ["created", "refused", "updated", "unchanged"].map(Some),
        "{answer}"
    );

    let query = format!("/api/v1/indicators/kindergarten.morning_checked?org=k1&period={}", house.today);
    let (status, answer) = house.api("doctor", &query, None).await;
    assert_eq!((status, &answer["figures"][0]["value"]), (StatusCode::OK, &json!(1)), "{answer}");
    let (status, _) = house.api("doctor", &query.replace("org=k1", "org=k2"), None).await;
    assert_eq!(status, StatusCode::NOT_FOUND);

    for question in ["balances", "postings"] {
        let query = format!("/api/v1/ledgers/kindergarten.medicine/{question}?org=k1");
        let (status, answer) = house.api("doctor", &query, None).await;
        assert_eq!((status, &answer[question]), (StatusCode::OK, &json!([])), "{answer}");
        let (status, _) = house.api("doctor", &query.replace("org=k1", "org=k2"), None).await;
        assert_eq!(status, StatusCode::NOT_FOUND, "{question}");
    }

    let (status, answer) = house.api("county", path, Some("{\"values\": ".into())).await;
    assert_eq!(status, StatusCode::BAD_REQUEST);
    assert!(answer["error"].as_str().unwrap_or_default().contains("第 1 行"), "{answer}");
}

#[tokio::test]
async fn the_description_of_the_api_names_every_register() {
    let house = House::new();
    let (status, text) = house.send(Request::get("/api/v1/openapi.json").body(Body::empty()).unwrap()).await;
    assert_eq!(status, StatusCode::OK);
    let document: Value = serde_json::from_str(&text).unwrap();
    for register in house.work.packs().registers.keys() {
        assert!(
            document["paths"][format!("/registers/{register}/entries")]["post"].is_object(),
            "{register}"
        );
    }
    for (path, method) in [
        ("/alarms", "get"),
        ("/alarms/{id}", "get"),
        ("/alarms/{id}/incident", "post"),
        ("/registers/core.alarm/entries/{id}/transitions/confirm", "post"),
        ("/incidents", "get"),
        ("/incidents/{id}", "get"),
        ("/registers/core.incident_step/entries/{id}/transitions/finish", "post"),
        ("/rules/{rule}", "post"),
    ] {
        assert!(document["paths"][path][method].is_object(), "{method} {path}");
    }
}

#[tokio::test]
async fn a_figure_is_told_to_those_who_see_the_register_behind_it() {
    let house = House::new();
    house.account("cook", "cook", "k1");
    let figure = "kindergarten.attendance_rate";
    for (login, status) in [("doctor", StatusCode::OK), ("cook", StatusCode::FORBIDDEN)] {
        let (answered, text) = house.get(login, &format!("/indicators/{figure}?org=k1")).await;
        assert_eq!(answered, status, "{login}: {text}");
        let (answered, answer) = house.api(login, &format!("/api/v1/indicators/{figure}?org=k1"), None).await;
        assert_eq!(answered, status, "{login}: {answer}");
        let (answered, _) = house.get(login, &format!("/indicators/export?org=k1&id={figure}")).await;
        assert_eq!(answered, status, "{login}, as a file");
    }
}

/// Whether a described path is one the route answers.
fn answers(route: &str, path: &str) -> bool {
    let (route, path): (Vec<&str>, Vec<&str>) = (route.split('/').collect(), path.split('/').collect());
    route.len() == path.len()
        && route.iter().zip(&path).all(|(known, given)| known == given || known.starts_with('{'))
}

#[tokio::test]
async fn the_description_of_the_api_has_every_route_and_no_other() {
    let house = House::new();
    let (_, text) = house.send(Request::get("/api/v1/openapi.json").body(Body::empty()).unwrap()).await;
    let document: Value = serde_json::from_str(&text).unwrap();
    let routes: Vec<(String, &str)> = catalogue::routes()
        .into_iter()
        .filter_map(|route| Some((route.path.strip_prefix("/api/v1")?.to_owned(), route.method)))
        .filter(|(path, _)| path != "/openapi.json")
        .collect();
    let described: Vec<(&str, &str)> = document["paths"]
        .as_object()
        .unwrap()
        .iter()
        .flat_map(|(path, methods)| {
            methods.as_object().unwrap().keys().map(|method| (path.as_str(), method.as_str()))
        })
        .collect();
    let same = |(route, method): &(String, &str), (path, described): &(&str, &str)| {
        method == described && answers(route, path)
    };
    for route in &routes {
        assert!(described.iter().any(|path| same(route, path)), "{route:?} is not described");
    }
    for path in &described {
        assert!(routes.iter().any(|route| same(route, path)), "{path:?} is described, but there is none");
    }
}

/// An event in a kindergarten, known to the platform now.
pub fn event(house: &House, org: &str) -> String {
    let system = house.work.system_actor(Timestamp::now());
    let submission = hygeia_work::Submission {
        org_unit: Some(org.into()),
        values: json!({ "event": "呕吐聚集", "kind": "unknown", "place": "园内", "cases": 4 })
            .as_object()
            .unwrap()
            .clone(),
        ..hygeia_work::Submission::default()
    };
    house.work.entry_submit(&system, "health_emergency.event_report", submission).unwrap().id.to_string()
}

#[tokio::test]
async fn a_step_over_the_api_asks_for_its_fields_and_is_taken_once() {
    let house = House::new();
    let entry = format!("/api/v1/registers/health_emergency.event_report/entries/{}", event(&house, "k1"));
    let submit = format!("{entry}/transitions/submit");
    let (status, answer) = house.api("doctor", &submit, Some("{}".into())).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(answer["problems"][0]["field"], "measures");
    let (_, running) = house.api("doctor", "/api/v1/clocks?org=k1", None).await;
    assert_eq!(
        (&running["clocks"][0]["clock"], &running["clocks"][0]["outcome"]),
        (&json!("submit"), &json!("running"))
    );
    let step = json!({ "id": uuid::Uuid::now_v7(), "values": { "measures": "隔离、消毒" } }).to_string();
    for outcome in ["updated", "unchanged"] {
        let (status, answer) = house.api("doctor", &submit, Some(step.clone())).await;
        assert_eq!((status, &answer["outcome"]), (StatusCode::OK, &json!(outcome)), "{answer}");
    }
    let (_, stored) = house.api("doctor", &entry, None).await;
    assert_eq!(
        (&stored["values"]["state"], &stored["values"]["clock_submit"]),
        (&json!("submitted"), &json!("met"))
    );
    let (_, running) = house.api("doctor", "/api/v1/clocks?org=k1", None).await;
    assert_eq!(running["clocks"], json!([]));
}

#[tokio::test]
async fn steps_and_clocks_of_a_foreign_unit_are_out_of_reach() {
    let house = House::new();
    let id = event(&house, "k2");
    let base = format!("/api/v1/registers/health_emergency.event_report/entries/{id}");
    let step = json!({ "values": { "measures": "x" } }).to_string();
    let (status, _) = house.api("doctor", &format!("{base}/transitions/submit"), Some(step)).await;
    assert_eq!(status, StatusCode::NOT_FOUND);
    let (status, _) = house.api("doctor", "/api/v1/clocks?org=k2", None).await;
    assert_eq!(status, StatusCode::NOT_FOUND);
    let (status, own) = house.api("doctor", "/api/v1/clocks", None).await;
    assert_eq!((status, &own["clocks"]), (StatusCode::OK, &json!([])));
    for path in ["", "/steps/submit"] {
        let (status, _) =
            house.get("doctor", &format!("/entries/health_emergency.event_report/{id}{path}")).await;
        assert_eq!(status, StatusCode::NOT_FOUND, "{path}");
    }
}

#[tokio::test]
async fn pages_of_a_list_run_through_all_units_of_whoever_has_several() {
    let house = House::new();
    let classes = ["k1c1", "k2c1"].map(|code| house.work.directory().by_code(code).unwrap().id);
    let grants = classes.map(|class| ("teacher".into(), class));
    house
        .work
        .account_bootstrap("both", "both", &hygeia_work::hash_password("correct horse").unwrap(), &grants)
        .unwrap();
    let entries = "/api/v1/registers/kindergarten.attendance/entries";
    for child in ["child1", "child2"] {
        let values = json!({ "date": house.today.to_string(), "present": true });
        let entry = json!({ "person": child, "values": values }).to_string();
        let (status, made) = house.api("both", entries, Some(entry)).await;
        assert_eq!(status, StatusCode::CREATED, "{made}");
    }
    let mut seen = Vec::new();
    for offset in 0..2 {
        let (_, page) = house.api("both", &format!("{entries}?limit=1&offset={offset}"), None).await;
        assert_eq!(page["total"], 2, "{page}");
        seen.extend(page["entries"].as_array().unwrap().iter().map(|entry| entry["person"].to_string()));
    }
    seen.sort();
    assert_eq!(seen, ["\"child1\"", "\"child2\""]);
}

#[tokio::test]
async fn a_name_that_is_not_known_is_answered_with_the_one_that_was_meant_among_those_one_sees() {
    let house = House::new();
    house.account("cook", "cook", "k1");
    let register = |name: &str| format!("/api/v1/registers/{name}/entries");
    let indicator = |name: &str| format!("/api/v1/indicators/{name}?org=k1");
    let check = "找不到登记表“{}”，是否指“kindergarten.morning_check”";
    for wrong in ["kindergarten.morning_chek", "kindergarten.mornng_check", "morning_check"] {
        let (status, answer) = house.api("doctor", &register(wrong), None).await;
        assert_eq!(status, StatusCode::NOT_FOUND, "{answer}");
        assert_eq!(answer["error"], check.replace("{}", wrong));
        let one = format!("{}/{}", register(wrong), uuid::Uuid::now_v7());
        assert_eq!(house.api("doctor", &one, None).await.1["error"], check.replace("{}", wrong));
        for body in ["{\"values\": {}}", "[]"] {
            let (status, answer) = house.api("doctor", &register(wrong), Some(body.into())).await;
            assert_eq!(status, StatusCode::NOT_FOUND, "{body}: {answer}");
            assert_eq!(answer["error"], check.replace("{}", wrong), "{body}");
        }
    }
    let (status, answer) = house.api("doctor", &indicator("kindergarten.attendance_rat"), None).await;
    assert_eq!(status, StatusCode::NOT_FOUND, "{answer}");
    assert_eq!(
        answer["error"],
        "找不到指标“kindergarten.attendance_rat”，是否指“kindergarten.attendance_rate”"
    );
    let (status, answer) = house.api("cook", &indicator("kindergarten.attendance_rat"), None).await;
    assert_eq!(status, StatusCode::NOT_FOUND, "{answer}");
    assert_eq!(
        answer["error"], "找不到指标“kindergarten.attendance_rat”",
        "what one may not see is not named"
    );
    let (_, answer) = house.api("doctor", &register("zzz.qqq"), None).await;
    assert_eq!(answer["error"], "找不到登记表“zzz.qqq”");
    for path in [
        "/api/v1/indicators/kindergarten.attendance_rate?org=K1",
        "/api/v1/registers/kindergarten.morning_check/entries?org=K1",
    ] {
        let (status, answer) = house.api("doctor", path, None).await;
        assert_eq!(status, StatusCode::NOT_FOUND, "{answer}");
        assert_eq!(answer["error"], "找不到机构“K1”，是否指“k1”");
    }
    let (_, answer) =
        house.api("doctor", "/api/v1/indicators/kindergarten.attendance_rate?org=xk2c", None).await;
    assert_eq!(answer["error"], "找不到机构“xk2c”", "what is out of reach is not named");
}

/// Every `description` and `summary` in a document.
fn told(value: &Value) -> Vec<&str> {
    match value {
        Value::Object(map) => {
            let own = ["description", "summary"].into_iter().filter_map(|key| map.get(key)?.as_str());
            own.chain(map.values().flat_map(told)).collect()
        }
        Value::Array(items) => items.iter().flat_map(told).collect(),
        _ => Vec::new(),
    }
}

#[tokio::test]
async fn the_description_of_the_api_speaks_chinese_first_and_english_after_it() {
    let house = House::new();
    let (_, text) = house.send(Request::get("/api/v1/openapi.json").body(Body::empty()).unwrap()).await;
    let document: Value = serde_json::from_str(&text).unwrap();
    let is_chinese = |text: &str| text.chars().any(|sign| ('\u{4e00}'..='\u{9fff}').contains(&sign));
    let told = told(&document);
    assert!(told.len() > 500, "{}", told.len());
    for text in told {
        let (chinese, english) = text.split_once(" / ").unwrap_or((text, ""));
        assert!(is_chinese(chinese) && english.is_ascii() && english.len() > 2, "{text}");
    }
    assert!(text.contains("登记一条或一组 / Creates one entry or an array"));
}

#[tokio::test]
async fn what_was_said_once_is_forgotten_by_the_answer_that_says_it() {
    let house = House::new();
    let session = house.cookie("doctor");
    let with = |path: &str, said: &str| {
        let cookie = format!("{session}; hygeia_said={said}");
        Request::get(path).header(header::COOKIE, cookie).body(Body::empty()).unwrap()
    };
    let cleared = |response: &axum::response::Response| {
        let cookies = response.headers().get_all(header::SET_COOKIE).iter();
        cookies
            .filter(|cookie| cookie.to_str().unwrap().starts_with("hygeia_said=; Path=/; Max-Age=0"))
            .count()
    };
    let said = "%E5%B7%B2%E4%BF%9D%E5%AD%98";
    // A page, and one that tells a failure.
    for path in ["/registers", "/registers/no.such"] {
        let answer = house.answer(with(path, said)).await;
        assert_eq!(cleared(&answer), 1, "{path}");
        assert!(
            axum::body::to_bytes(answer.into_body(), 8 << 20)
                .await
                .is_ok_and(|body| String::from_utf8_lossy(&body).contains("已保存")),
            "{path}"
        );
        assert_eq!(cleared(&house.answer(with(path, "")).await), 0, "{path}: there is nothing to forget");
    }
    // What does not show it leaves it to the next page.
    for path in ["/registers/kindergarten.complaint/print?org=k1", "/people/template?org=k1", "/"] {
        assert_eq!(cleared(&house.answer(with(path, said)).await), 0, "{path}");
    }
}
