//! Every route of the router, with every role: nothing of a kindergarten is within reach of another one's people.

use crate::catalogue::{Route, routes};
use crate::contest::inspected;
use crate::house::House;
use crate::outbreak::opened;
use crate::routes::event;
use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use hygeia_work::{Period, RoundDraft};
use jiff::Timestamp;
use std::collections::BTreeMap;

use Reach::{Foreign, Open, Own};

const PIXEL: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR";

/// What a foreign visitor may get from a route.
#[derive(Clone, Copy, PartialEq)]
enum Reach {
    /// It is about what belongs to the first kindergarten: refused.
    Foreign,
    /// It answers everybody signed in, each with what is theirs.
    Own,
    /// It answers without a session.
    Open,
}

/// One call of a route, aimed at what belongs to the first kindergarten.
struct Call {
    route: &'static str,
    reach: Reach,
    address: String,
    /// Form of a page, JSON of the API; `None` for a `get`.
    body: Option<String>,
}

/// Somebody signed in.
struct Visitor {
    login: String,
    cookie: String,
    csrf: String,
    token: String,
}

impl Visitor {
    fn of(house: &House, login: &str) -> Self {
        let (cookie, token) = (house.cookie(login), house.token(login));
        let secret = cookie.split_once('=').unwrap().1;
        let (_, csrf) = house.work.session(secret, Timestamp::now()).unwrap().unwrap();
        Self { login: login.into(), cookie, csrf, token }
    }

    async fn send(&self, house: &House, call: &Call) -> (StatusCode, String) {
        let request = match call.body {
            None => Request::get(&call.address),
            Some(_) => Request::post(&call.address),
        };
        let body = call.body.clone().unwrap_or_default();
        let kind = if body.starts_with(['{', '[']) { "application/json" } else { FORM };
        let request = if call.address.starts_with("/api/") {
            request.header(header::AUTHORIZATION, format!("Bearer {}", self.token))
        } else {
            request.header(header::COOKIE, &self.cookie).header("x-csrf", &self.csrf)
        };
        house.send(request.header(header::CONTENT_TYPE, kind).body(Body::from(body)).unwrap()).await
    }
}

const FORM: &str = "application/x-www-form-urlencoded";

/// The objects of the first kindergarten, by what stands for them in the addresses below.
async fn objects(house: &House) -> BTreeMap<&'static str, String> {
    let work = &house.work;
    let (alarm, incident) = opened(house).await;
    let last = |path: &str| path.rsplit('/').next().unwrap().to_owned();
    let inspection = inspected(house, "doctor", "k1c1", "outside").await;
    let case = event(house, "k1");

    let directory = work.directory();
    let k1 = directory.by_code("k1").unwrap().id;
    let secret = house.cookie("doctor");
    let (doctor, _) = work.session(secret.split_once('=').unwrap().1, Timestamp::now()).unwrap().unwrap();
    let text = "工作计划\n一、晨检\n每日对幼儿晨检一次。\n";
    let (from, to) = (house.today, house.today.saturating_add(jiff::ToSpan::days(90)));
    let plan = work.plan_upload(&doctor, k1, "计划.txt", text.as_bytes(), from, to).unwrap();
    let (_, items) = work.plan_open(&doctor, plan).unwrap();
    let item = items.iter().find(|item| item.kind == "duty").unwrap().id.0;
    let period = Period::parse("2026-T1", &work.calendar()).unwrap();
    let document =
        work.document_upload(&doctor, k1, &period, "总结.txt", "共晨检xx人次。".as_bytes()).unwrap();
    let corrections = "/api/v1/registers/kindergarten.hygiene_correction/entries?org=k1c1";
    let (_, corrections) = house.api("doctor", corrections, None).await;
    let correction = corrections["entries"][0]["id"].as_str().unwrap().to_owned();
    let remark = work.document_open(&doctor, document).unwrap().found.findings[0].key.clone();
    let (_, page) = house.get("doctor", "/more").await;
    let styles = &page[page.find("/assets/").unwrap()..];
    let picture = uuid::Uuid::now_v7();
    work.attachment_add(&doctor, "kindergarten.hygiene_inspection", "k1c1", picture, PIXEL.to_vec()).unwrap();
    let round = RoundDraft {
        register: "kindergarten.hygiene_inspection".into(),
        unit: k1,
        title: "一轮".into(),
        from: house.today,
        to: house.today,
        seed: "公开".into(),
        targets: None,
        inspectors: 1,
    };
    let round = work.round_draw(&doctor, round).unwrap();
    BTreeMap::from([
        ("ALARM", last(&alarm)),
        ("INCIDENT", last(&incident)),
        ("INSPECTION", inspection),
        ("CORRECTION", correction),
        ("CASE", case),
        ("PLAN", plan.0.to_string()),
        ("ITEM", item.to_string()),
        ("DOCUMENT", document.0.to_string()),
        ("REMARK", remark),
        ("STYLES", styles[..styles.find('"').unwrap()].to_owned()),
        ("PICTURE", picture.to_string()),
        ("ROUND", round.0.to_string()),
        ("PERSON", "1".into()),
        ("ACCOUNT", doctor.account.0.to_string()),
        ("SIGNAL", work.packs().signals.keys().next().unwrap().to_string()),
        ("CLASS", directory.by_code("a").unwrap().id.0.to_string()),
        ("DAY", house.today.to_string()),
        ("MONTH", house.today.strftime("%Y-%m").to_string()),
    ])
}

/// Route, what a stranger may get, address, body; capitals stand for [`objects`].
const CALLS: &[(&str, Reach, &str, &str)] = &[
    ("get /", Own, "/", ""),
    ("get /today", Foreign, "/today?org=k1", ""),
    ("get /more", Own, "/more", ""),
    ("get /search", Own, "/search?q=k1", ""),
    ("get /unit", Foreign, "/unit?to=k1", ""),
    ("post /language", Own, "/language", "next=/today"),
    ("get /calendar", Own, "/calendar", ""),
    ("post /calendar/days", Foreign, "/calendar/days", "from=DAY&to=DAY&kind=rest&title=x"),
    ("post /calendar/terms", Foreign, "/calendar/terms", "id=2027-T1&title=x&from=DAY&to=DAY"),
    ("get /account", Own, "/account", ""),
    ("post /account/password", Own, "/account/password", "old=x&new=y"),
    ("post /account/tokens", Own, "/account/tokens", "label="),
    ("post /account/tokens/delete", Own, "/account/tokens/delete", "hash=x"),
    ("get /accounts", Foreign, "/accounts?org=k1", ""),
    ("post /accounts", Foreign, "/accounts?org=k1", "login=x1&name=x&role=teacher&at=k1c1"),
    ("get /accounts/{account}", Foreign, "/accounts/ACCOUNT", ""),
    (
        "post /accounts/{account}",
        Foreign,
        "/accounts/ACCOUNT",
        "login=doctor&name=doctor&role=health_teacher&at=k1",
    ),
    ("post /accounts/{account}/disable", Foreign, "/accounts/ACCOUNT/disable", "disabled=no"),
    ("get /alarms", Foreign, "/alarms?org=k1", ""),
    ("get /alarms/{alarm}", Foreign, "/alarms/ALARM", ""),
    ("post /alarms/{alarm}/incident", Foreign, "/alarms/ALARM/incident", "level=outbreak"),
    ("get /rules", Foreign, "/rules?org=k1", ""),
    ("get /rules/{rule}", Foreign, "/rules/SIGNAL?org=k1", ""),
    ("post /rules/{rule}", Foreign, "/rules/SIGNAL?org=k1", "off=true&reason=x"),
    ("post /rules/{rule}/try", Foreign, "/rules/SIGNAL/try?org=k1", "off=true"),
    ("get /incidents/{incident}", Foreign, "/incidents/INCIDENT", ""),
    ("get /incidents/{incident}/report", Foreign, "/incidents/INCIDENT/report", ""),
    ("post /incidents/{incident}/contacts", Foreign, "/incidents/INCIDENT/contacts", "unit=CLASS&date=DAY"),
    ("post /incidents/{incident}/situation", Foreign, "/incidents/INCIDENT/situation", "text=x"),
    (
        "post /attachments",
        Foreign,
        "/attachments?org=k1",
        "register=kindergarten.hygiene_inspection&unit=k1c1",
    ),
    ("get /attachments/{id}", Foreign, "/attachments/PICTURE", ""),
    ("get /boards", Foreign, "/boards?org=k1", ""),
    ("get /boards/{register}", Foreign, "/boards/health_emergency.event_report?org=k1", ""),
    ("get /registers", Foreign, "/registers?org=k1", ""),
    ("get /registers/{register}", Foreign, "/registers/kindergarten.infectious_case?org=k1", ""),
    (
        "get /registers/{register}/export",
        Foreign,
        "/registers/kindergarten.infectious_case/export?org=k1",
        "",
    ),
    (
        "get /registers/{register}/notices",
        Foreign,
        "/registers/kindergarten.vaccination_check/notices?org=k1",
        "",
    ),
    (
        "get /entries/{register}/{id}/notice",
        Foreign,
        "/entries/health_emergency.event_report/CASE/notice",
        "",
    ),
    ("get /registers/{register}/print", Foreign, "/registers/kindergarten.infectious_case/print?org=k1", ""),
    (
        "get /registers/{register}/design",
        Foreign,
        "/registers/kindergarten.infectious_case/design?org=k1",
        "",
    ),
    (
        "post /registers/{register}/design",
        Foreign,
        "/registers/kindergarten.infectious_case/design?org=k1",
        "run=show",
    ),
    (
        "get /registers/{register}/new",
        Foreign,
        "/registers/kindergarten.infectious_case/new?org=k1&person=a1",
        "",
    ),
    (
        "post /registers/{register}/new",
        Foreign,
        "/registers/kindergarten.infectious_case/new?org=k1&person=a1",
        "_org=k1c1&_person=a1&date=DAY",
    ),
    (
        "post /registers/{register}/check",
        Foreign,
        "/registers/kindergarten.infectious_case/check?org=k1",
        "_org=k1c1&_person=a1&date=DAY",
    ),
    ("get /entries/{register}/{id}", Foreign, "/entries/health_emergency.event_report/CASE", ""),
    ("get /entries/{register}/{id}/edit", Foreign, "/entries/health_emergency.event_report/CASE/edit", ""),
    (
        "post /entries/{register}/{id}/edit",
        Foreign,
        "/entries/health_emergency.event_report/CASE/edit",
        "_version=1&place=x",
    ),
    (
        "post /entries/{register}/{id}/clocks/{clock}",
        Foreign,
        "/entries/kindergarten.hygiene_correction/CORRECTION/clocks/correct",
        "paused=true&reason=x",
    ),
    (
        "get /entries/{register}/{id}/steps/{step}",
        Foreign,
        "/entries/health_emergency.event_report/CASE/steps/submit",
        "",
    ),
    (
        "post /entries/{register}/{id}/steps/{step}",
        Foreign,
        "/entries/health_emergency.event_report/CASE/steps/submit",
        "measures=x",
    ),
    (
        "post /entries/{register}/{id}/void",
        Foreign,
        "/entries/health_emergency.event_report/CASE/void",
        "reason=x",
    ),
    (
        "post /entries/{register}/{id}/restore",
        Foreign,
        "/entries/health_emergency.event_report/CASE/restore",
        "reason=x",
    ),
    ("get /sheets/{register}", Foreign, "/sheets/kindergarten.morning_check?org=k1c1", ""),
    (
        "post /sheets/{register}/rows",
        Foreign,
        "/sheets/kindergarten.morning_check/rows?org=k1c1",
        r#"{"org":"k1c1","rows":[]}"#,
    ),
    (
        "post /sheets/{register}/void",
        Foreign,
        "/sheets/kindergarten.morning_check/void?org=k1c1",
        r#"{"rows":[]}"#,
    ),
    ("post /sheets/{register}/sign", Foreign, "/sheets/kindergarten.morning_check/sign?org=k1c1", "date=DAY"),
    ("get /indicators", Foreign, "/indicators?org=k1", ""),
    ("get /indicators/export", Foreign, "/indicators/export?org=k1", ""),
    ("get /indicators/{figure}", Foreign, "/indicators/kindergarten.attendance_rate?org=k1", ""),
    ("get /inspections", Foreign, "/inspections?org=k1", ""),
    (
        "get /inspections/{register}/new",
        Foreign,
        "/inspections/kindergarten.hygiene_inspection/new?org=k1c1",
        "",
    ),
    (
        "post /inspections/{register}/new",
        Foreign,
        "/inspections/kindergarten.hygiene_inspection/new?org=k1c1",
        "_org=k1c1&unit=k1c1&date=DAY",
    ),
    (
        "get /inspections/{register}/ranking",
        Foreign,
        "/inspections/kindergarten.hygiene_inspection/ranking?org=k1",
        "",
    ),
    (
        "get /inspections/{register}/compare",
        Foreign,
        "/inspections/kindergarten.hygiene_inspection/compare?org=k1c1",
        "",
    ),
    (
        "get /inspections/{register}/flags",
        Foreign,
        "/inspections/kindergarten.hygiene_inspection/flags?org=k1",
        "",
    ),
    (
        "post /inspections/{register}/flags",
        Foreign,
        "/inspections/kindergarten.hygiene_inspection/flags?org=k1",
        "period=MONTH&do=award",
    ),
    (
        "get /inspections/{register}/standard",
        Foreign,
        "/inspections/kindergarten.hygiene_inspection/standard?org=k1",
        "",
    ),
    (
        "get /inspections/{register}/{id}",
        Foreign,
        "/inspections/kindergarten.hygiene_inspection/INSPECTION",
        "",
    ),
    (
        "get /inspections/{register}/{id}/print",
        Foreign,
        "/inspections/kindergarten.hygiene_inspection/INSPECTION/print",
        "",
    ),
    (
        "get /inspections/{register}/{id}/mark",
        Foreign,
        "/inspections/kindergarten.hygiene_inspection/INSPECTION/mark",
        "",
    ),
    (
        "post /inspections/{register}/{id}/mark",
        Foreign,
        "/inspections/kindergarten.hygiene_inspection/INSPECTION/mark",
        r#"{"item":"floor","points":15}"#,
    ),
    (
        "post /inspections/{register}/{id}/finish",
        Foreign,
        "/inspections/kindergarten.hygiene_inspection/INSPECTION/finish",
        "rest=full",
    ),
    ("get /rounds", Foreign, "/rounds?org=k1", ""),
    ("get /rounds/new", Foreign, "/rounds/new?org=k1", ""),
    (
        "post /rounds/new",
        Foreign,
        "/rounds/new?org=k1",
        "register=kindergarten.hygiene_inspection&title=x&from=DAY&to=DAY&inspectors=1",
    ),
    ("get /rounds/{id}", Foreign, "/rounds/ROUND", ""),
    ("post /rounds/{id}/publish", Foreign, "/rounds/ROUND/publish", "x=1"),
    ("get /ledgers", Foreign, "/ledgers?org=k1", ""),
    ("get /ledgers/{ledger}", Foreign, "/ledgers/kindergarten.medicine?org=k1", ""),
    ("get /ledgers/{ledger}/export", Foreign, "/ledgers/kindergarten.medicine/export?org=k1", ""),
    ("get /ledgers/{ledger}/print", Foreign, "/ledgers/kindergarten.medicine/print?org=k1", ""),
    ("get /ledgers/{ledger}/turnover", Foreign, "/ledgers/kindergarten.medicine/turnover?org=k1", ""),
    (
        "get /ledgers/{ledger}/turnover/print",
        Foreign,
        "/ledgers/kindergarten.medicine/turnover/print?org=k1",
        "",
    ),
    ("get /ledgers/{ledger}/card", Foreign, "/ledgers/kindergarten.medicine/card?org=k1&account=kept", ""),
    (
        "get /ledgers/{ledger}/card/print",
        Foreign,
        "/ledgers/kindergarten.medicine/card/print?org=k1&account=kept",
        "",
    ),
    ("get /ledgers/{ledger}/count", Foreign, "/ledgers/medical_waste.waste/count?org=k1", ""),
    ("post /ledgers/{ledger}/count", Foreign, "/ledgers/medical_waste.waste/count?org=k1", "date=DAY"),
    ("get /people", Foreign, "/people?org=k1", ""),
    ("get /people/new", Foreign, "/people/new?org=k1", ""),
    (
        "post /people/new",
        Foreign,
        "/people/new?org=k1",
        "to=k1c1&code=n1&name=x&sex=male&birth=2022-01-05&kind=child",
    ),
    ("get /people/import", Foreign, "/people/import?org=k1", ""),
    ("post /people/import", Foreign, "/people/import?org=k1", "kind=children&run=dry"),
    ("get /people/template", Own, "/people/template", ""),
    ("get /people/promote", Foreign, "/people/promote?org=k1", ""),
    ("post /people/promote", Foreign, "/people/promote?org=k1", "campus=k1&day=DAY"),
    ("post /people/promote/undo", Foreign, "/people/promote/undo?org=k1", "campus=k1"),
    ("get /people/{person}", Foreign, "/people/PERSON", ""),
    ("post /people/{person}/transfer", Foreign, "/people/PERSON/transfer", "to=k2c1&day=DAY"),
    ("post /people/{person}/leave", Foreign, "/people/PERSON/leave", "day=DAY&reason=x"),
    ("post /people/{person}/return", Foreign, "/people/PERSON/return", "to=k2c1&day=DAY"),
    ("post /people/{person}/undo", Foreign, "/people/PERSON/undo", "x=1"),
    ("post /people/{person}/phone", Foreign, "/people/PERSON/phone", "x=1"),
    ("get /people/{person}/edit", Foreign, "/people/PERSON/edit", ""),
    (
        "post /people/{person}/edit",
        Foreign,
        "/people/PERSON/edit",
        "code=child1&name=x&sex=female&birth=2022-01-05",
    ),
    ("post /people/{person}/remove", Foreign, "/people/PERSON/remove", "x=1"),
    ("get /plans", Foreign, "/plans?org=k1", ""),
    ("post /plans", Foreign, "/plans?org=k1", "from=DAY&to=DAY"),
    ("get /plans/{plan}", Foreign, "/plans/PLAN", ""),
    ("post /plans/{plan}/items/{item}", Foreign, "/plans/PLAN/items/ITEM", "state=rejected"),
    ("post /plans/{plan}/accept", Foreign, "/plans/PLAN/accept", "x=1"),
    ("post /plans/{plan}/confirm", Foreign, "/plans/PLAN/confirm", "x=1"),
    ("post /plans/{plan}/close", Foreign, "/plans/PLAN/close", "x=1"),
    ("post /plans/{plan}/reopen", Foreign, "/plans/PLAN/reopen", "x=1"),
    ("post /plans/{plan}/rename", Foreign, "/plans/PLAN/rename", "title=x"),
    ("post /plans/{plan}/remove", Foreign, "/plans/PLAN/remove", "x=1"),
    ("get /proofread", Foreign, "/proofread?org=k1", ""),
    ("post /proofread", Foreign, "/proofread?org=k1", "period=2026-T1&text=x"),
    ("get /proofread/{document}", Foreign, "/proofread/DOCUMENT", ""),
    ("get /proofread/{document}/file", Foreign, "/proofread/DOCUMENT/file", ""),
    ("get /proofread/{document}/text", Foreign, "/proofread/DOCUMENT/text", ""),
    ("post /proofread/{document}/decide", Foreign, "/proofread/DOCUMENT/decide", "key=REMARK&state=ignored"),
    ("post /proofread/{document}/delete", Foreign, "/proofread/DOCUMENT/delete", "x=1"),
    ("get /reports", Foreign, "/reports?org=k1", ""),
    ("get /reports/{report}", Foreign, "/reports/kindergarten.monthly_attendance?org=k1", ""),
    ("get /reports/{report}/print", Foreign, "/reports/kindergarten.monthly_attendance/print?org=k1", ""),
    ("get /reports/{report}/file", Foreign, "/reports/kindergarten.term_summary/file?org=k1&format=html", ""),
    ("get /login", Open, "/login", ""),
    ("post /login", Open, "/login", "login=nobody&password=x"),
    ("get /assets/{file}", Open, "STYLES", ""),
    ("get /healthz", Open, "/healthz", ""),
    ("get /api/v1/openapi.json", Open, "/api/v1/openapi.json", ""),
    (
        "get /api/v1/registers/{register}/entries",
        Foreign,
        "/api/v1/registers/kindergarten.infectious_case/entries?org=k1",
        "",
    ),
    (
        "post /api/v1/registers/{register}/entries",
        Foreign,
        "/api/v1/registers/health_emergency.event_report/entries",
        r#"{"org_unit":"k1","values":{"event":"x","kind":"unknown","place":"x","cases":4,"known_on":"DAY"}}"#,
    ),
    (
        "get /api/v1/registers/{register}/entries/{id}",
        Foreign,
        "/api/v1/registers/health_emergency.event_report/entries/CASE",
        "",
    ),
    (
        "post /api/v1/registers/{register}/entries/{id}/transitions/{transition}",
        Foreign,
        "/api/v1/registers/health_emergency.event_report/entries/CASE/transitions/submit",
        r#"{"values":{}}"#,
    ),
    (
        "post /api/v1/registers/{register}/entries/{id}/marks",
        Foreign,
        "/api/v1/registers/kindergarten.hygiene_inspection/entries/INSPECTION/marks",
        r#"{"item":"floor","points":15}"#,
    ),
    (
        "post /api/v1/registers/{register}/entries/{id}/finish",
        Foreign,
        "/api/v1/registers/kindergarten.hygiene_inspection/entries/INSPECTION/finish",
        r#"{"rest_full":true}"#,
    ),
    ("get /api/v1/clocks", Foreign, "/api/v1/clocks?org=k1", ""),
    (
        "get /api/v1/indicators/{indicator}",
        Foreign,
        "/api/v1/indicators/kindergarten.attendance_rate?org=k1&period=MONTH",
        "",
    ),
    ("get /api/v1/standards", Own, "/api/v1/standards", ""),
    (
        "get /api/v1/registers/{register}/ranking",
        Foreign,
        "/api/v1/registers/kindergarten.hygiene_inspection/ranking?org=k1",
        "",
    ),
    (
        "get /api/v1/registers/{register}/items",
        Foreign,
        "/api/v1/registers/kindergarten.hygiene_inspection/items?org=k1c1",
        "",
    ),
    (
        "get /api/v1/registers/{register}/comparison",
        Foreign,
        "/api/v1/registers/kindergarten.hygiene_inspection/comparison?org=k1c1",
        "",
    ),
    (
        "get /api/v1/registers/{register}/flags",
        Foreign,
        "/api/v1/registers/kindergarten.hygiene_inspection/flags?org=k1&period=MONTH",
        "",
    ),
    (
        "post /api/v1/registers/{register}/flags",
        Foreign,
        "/api/v1/registers/kindergarten.hygiene_inspection/flags",
        r#"{"org":"k1","period":"MONTH"}"#,
    ),
    (
        "post /api/v1/registers/{register}/flags/withdraw",
        Foreign,
        "/api/v1/registers/kindergarten.hygiene_inspection/flags/withdraw",
        r#"{"org":"k1","period":"MONTH","reason":"x"}"#,
    ),
    ("get /api/v1/rounds", Own, "/api/v1/rounds", ""),
    (
        "post /api/v1/rounds",
        Foreign,
        "/api/v1/rounds",
        r#"{"register":"kindergarten.hygiene_inspection","org":"k1","title":"x","from":"DAY","to":"DAY","inspectors":1}"#,
    ),
    ("get /api/v1/rounds/{id}", Foreign, "/api/v1/rounds/ROUND", ""),
    (
        "post /api/v1/rounds/{id}/inspections",
        Foreign,
        "/api/v1/rounds/ROUND/inspections",
        r#"{"org":"k1c1","values":{"date":"DAY"}}"#,
    ),
    ("post /api/v1/rounds/{id}/publish", Foreign, "/api/v1/rounds/ROUND/publish", "{}"),
    (
        "post /api/v1/attachments",
        Foreign,
        "/api/v1/attachments?register=kindergarten.hygiene_inspection&org=k1c1",
        "{}",
    ),
    ("get /api/v1/attachments/{id}", Foreign, "/api/v1/attachments/PICTURE", ""),
    (
        "get /api/v1/ledgers/{ledger}/balances",
        Foreign,
        "/api/v1/ledgers/kindergarten.medicine/balances?org=k1",
        "",
    ),
    (
        "get /api/v1/ledgers/{ledger}/postings",
        Foreign,
        "/api/v1/ledgers/kindergarten.medicine/postings?org=k1",
        "",
    ),
    ("get /api/v1/alarms", Foreign, "/api/v1/alarms?org=k1", ""),
    ("get /api/v1/alarms/{id}", Foreign, "/api/v1/alarms/ALARM", ""),
    (
        "post /api/v1/alarms/{id}/incident",
        Foreign,
        "/api/v1/alarms/ALARM/incident",
        r#"{"level":"outbreak"}"#,
    ),
    ("get /api/v1/incidents", Foreign, "/api/v1/incidents?org=k1", ""),
    ("get /api/v1/incidents/{id}", Foreign, "/api/v1/incidents/INCIDENT", ""),
    (
        "post /api/v1/incidents/{id}/contacts",
        Foreign,
        "/api/v1/incidents/INCIDENT/contacts",
        r#"{"org_unit":"a","last_contact":"DAY"}"#,
    ),
    ("post /api/v1/incidents/{id}/situation", Foreign, "/api/v1/incidents/INCIDENT/situation", "{}"),
    ("get /api/v1/incidents/{id}/report", Foreign, "/api/v1/incidents/INCIDENT/report", ""),
    ("get /api/v1/rules", Foreign, "/api/v1/rules?org=k1", ""),
    ("get /api/v1/rules/{rule}", Foreign, "/api/v1/rules/SIGNAL?org=k1", ""),
    ("post /api/v1/rules/{rule}", Foreign, "/api/v1/rules/SIGNAL", r#"{"off":true,"reason":"x"}"#),
    ("post /api/v1/rules/{rule}/try", Foreign, "/api/v1/rules/SIGNAL/try?org=k1", r#"{"off":true}"#),
    // Last, for it ends the session.
    ("post /logout", Own, "/logout", "x=1"),
];

fn calls(objects: &BTreeMap<&'static str, String>) -> Vec<Call> {
    let filled =
        |text: &str| objects.iter().fold(text.to_owned(), |text, (name, value)| text.replace(name, value));
    let call = |&(route, reach, address, body): &(&'static str, Reach, &str, &str)| Call {
        route,
        reach,
        address: filled(address),
        body: route.starts_with("post").then(|| filled(body)),
    };
    CALLS.iter().map(call).collect()
}

/// What only the first kindergarten's people may read.
const SECRETS: [&str; 5] = ["幼儿1", "k1 园", "a1号", "积水", "呕吐聚集"];

#[test]
fn every_route_of_the_router_is_called_here() {
    let called: Vec<String> = CALLS.iter().map(|(route, ..)| (*route).to_owned()).collect();
    let known: Vec<String> =
        routes().iter().map(|Route { path, method }| format!("{method} {path}")).collect();
    let missing: Vec<&String> = known.iter().filter(|route| !called.contains(route)).collect();
    let gone: Vec<&String> = called.iter().filter(|route| !known.contains(route)).collect();
    assert!(missing.is_empty() && gone.is_empty(), "not called: {missing:#?}, no longer there: {gone:#?}");
}

#[tokio::test]
async fn no_role_of_another_unit_gets_anywhere_by_any_route() {
    let house = House::new();
    let calls = calls(&objects(&house).await);
    let before = house.work.store().verify(&mut |_| {}).unwrap().changes;
    let mut wrong = Vec::new();
    for role in house.work.packs().roles.keys() {
        let unit = if matches!(role.as_str(), "teacher" | "caregiver") { "k2c1" } else { "k2" };
        let login = format!("{role}-elsewhere");
        house.account(&login, role.as_str(), unit);
        let visitor = Visitor::of(&house, &login);
        for call in &calls {
            let (status, text) = visitor.send(&house, call).await;
            let refused = matches!(status, StatusCode::FORBIDDEN | StatusCode::NOT_FOUND);
            let told = call.reach != Open && SECRETS.iter().any(|secret| text.contains(secret));
            if told || status.is_server_error() || (call.reach == Foreign && !refused) {
                wrong.push(format!(
                    "{} {}: {status}{}",
                    visitor.login,
                    call.route,
                    if told { ", told" } else { "" }
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert_eq!(house.work.store().verify(&mut |_| {}).unwrap().changes, before, "something was changed");
}

#[tokio::test]
async fn nobody_gets_in_without_a_session_and_the_own_people_get_everywhere() {
    let house = House::new();
    house.account("admin", "admin", "c");
    let calls = calls(&objects(&house).await);
    let nobody = Visitor { login: "-".into(), cookie: "a=b".into(), csrf: "x".into(), token: "x".into() };
    let mut wrong = Vec::new();
    for call in calls.iter().filter(|call| call.reach != Open) {
        let (status, _) = nobody.send(&house, call).await;
        if !status.is_redirection() && status != StatusCode::UNAUTHORIZED {
            wrong.push(format!("without a session, {}: {status}", call.route));
        }
    }
    let visitors = ["doctor", "head", "teacher", "county", "admin"].map(|login| Visitor::of(&house, login));
    for call in &calls {
        let mut answers = Vec::new();
        for visitor in &visitors {
            let (status, _) = visitor.send(&house, call).await;
            answers.push(status);
            // A get must show the thing; what a form lacks is another test's matter.
            let reached =
                !matches!(status, StatusCode::FORBIDDEN | StatusCode::NOT_FOUND | StatusCode::UNAUTHORIZED);
            if status.is_server_error() || (reached && (call.body.is_some() || !status.is_client_error())) {
                break;
            }
        }
        let reached = answers.last().is_some_and(|status| {
            !status.is_server_error() && !matches!(*status, StatusCode::FORBIDDEN | StatusCode::NOT_FOUND)
        });
        if !reached {
            wrong.push(format!("{} {}: {answers:?}", call.route, call.address));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}
