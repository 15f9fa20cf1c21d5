//! Over HTTP: what a page and the API answer, and that nobody reaches a unit that is not theirs, by any route.

#![expect(clippy::unwrap_used, reason = "a failed set-up fails the test")]

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{Request, StatusCode, header};
use hygeia_store::{
    CountyId, Enrolment, EnrolmentId, OrgUnit, OrgUnitId, Person, PersonId, Store, StoreOptions, Term,
};
use hygeia_work::{Options, Work, county_time_zone, hash_password};
use jiff::Timestamp;
use jiff::civil::{Date, date};
use serde_json::{Value, json};
use tower::ServiceExt;

const COUNTY: CountyId = CountyId(1);
const PASSWORD: &str = "correct horse";

/// Two kindergartens with a class and a child each; a teacher, a doctor and a head in the first.
struct House {
    router: Router,
    work: Work,
    today: Date,
}

impl House {
    fn new() -> Self {
        let store =
            Store::open(StoreOptions { url: "sqlite::memory:".into(), key: [7; 32], readers: 2 }).unwrap();
        let work = Work::open(store, Options { county: COUNTY, packs: hygeia_pack::builtin() }).unwrap();
        let today = Timestamp::now().to_zoned(county_time_zone()).date();
        let units = work.store().write(|writer| {
            let mut put = |code: &str, kind: &str, parent: Option<OrgUnitId>| {
                writer.org_unit_put(
                    COUNTY,
                    &OrgUnit {
                        id: OrgUnitId(0),
                        code: code.into(),
                        kind: kind.into(),
                        title: format!("{code} 园"),
                        parent,
                        path: String::new(),
                        from: date(2020, 1, 1),
                        to: None,
                        sort: 0,
                        attrs: Value::Null,
                    },
                )
            };
            let county = put("c", "county", None)?;
            let (k1, k2) =
                (put("k1", "kindergarten", Some(county))?, put("k2", "kindergarten", Some(county))?);
            let classes = [put("k1c1", "class", Some(k1))?, put("k2c1", "class", Some(k2))?];
            Ok((county, k1, classes))
        });
        let (county, k1, classes) = units.unwrap();
        for (number, class) in classes.into_iter().enumerate() {
            work.store()
                .write(move |writer| {
                    let person = writer.person_put(
                        COUNTY,
                        &Person {
                            id: PersonId(0),
                            kind: "child".into(),
                            code: format!("child{}", number + 1),
                            name: format!("幼儿{}", number + 1),
                            sex: "female".into(),
                            birth: Some(date(2022, 1, 5)),
                            id_number: Some("110101199003070011".into()),
                            phone: None,
                            attrs: Value::Null,
                        },
                    )?;
                    writer.enrolment_put(
                        COUNTY,
                        &Enrolment {
                            id: EnrolmentId(0),
                            person,
                            unit: class,
                            from: date(2025, 9, 1),
                            to: None,
                            reason: "入园".into(),
                        },
                    )?;
                    writer.term_put(
                        COUNTY,
                        &Term {
                            id: "2026-T1".into(),
                            title: "第一学期".into(),
                            from: date(2020, 1, 1),
                            to: date(2099, 1, 1),
                        },
                    )
                })
                .unwrap();
        }
        work.reload().unwrap();
        let hash = hash_password(PASSWORD).unwrap();
        for (login, role, unit) in [
            ("teacher", "teacher", classes[0]),
            ("doctor", "health_teacher", k1),
            ("head", "head", k1),
            ("county", "county", county),
        ] {
            work.account_bootstrap(login, login, &hash, &[(role.into(), unit)]).unwrap();
        }
        Self { router: hygeia_web::router(work.clone()), work, today }
    }

    fn cookie(&self, login: &str) -> String {
        let signed = self.work.sign_in(login, PASSWORD, Timestamp::now()).unwrap();
        format!("hygeia_session={}", signed.secret)
    }

    fn token(&self, login: &str) -> String {
        let signed = self.work.sign_in(login, PASSWORD, Timestamp::now()).unwrap();
        let (actor, _) = self.work.session(&signed.secret, Timestamp::now()).unwrap().unwrap();
        self.work.token_make(&actor, "试验").unwrap()
    }

    async fn send(&self, request: Request<Body>) -> (StatusCode, String) {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let status = response.status();
        let bytes = to_bytes(response.into_body(), 8 << 20).await.unwrap();
        (status, String::from_utf8_lossy(&bytes).into_owned())
    }

    async fn get(&self, login: &str, path: &str) -> (StatusCode, String) {
        let request = Request::get(path).header(header::COOKIE, self.cookie(login));
        self.send(request.body(Body::empty()).unwrap()).await
    }

    async fn api(&self, login: &str, path: &str, body: Option<String>) -> (StatusCode, Value) {
        let bearer = format!("Bearer {}", self.token(login));
        let request = match &body {
            None => Request::get(path),
            Some(_) => Request::post(path).header(header::CONTENT_TYPE, "application/json"),
        };
        let request =
            request.header(header::AUTHORIZATION, bearer).body(Body::from(body.unwrap_or_default())).unwrap();
        let (status, text) = self.send(request).await;
        (status, serde_json::from_str(&text).unwrap_or(Value::String(text)))
    }
}

/// Every page that shows a unit's data.
const PAGES: [&str; 20] = [
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
}

/// An event in a kindergarten, known to the platform now.
fn event(house: &House, org: &str) -> String {
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
