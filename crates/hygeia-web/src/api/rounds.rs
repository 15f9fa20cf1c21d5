//! Rounds of inspections over the API: drawn, carried out, published.

use super::alarms::read;
use super::caller::{Call, Caller};
use super::describe::{get, path, post};
use axum::Json;
use axum::body::Bytes;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use hygeia_store::{Round, RoundId};
use hygeia_work::{Result, RoundDraft, read_date};
use jiff::civil::Date;
use serde_json::{Map, Value, json};

/// `GET /rounds`: rounds the caller may see.
pub(super) async fn list(call: Call) -> Response {
    call.run(|caller| {
        let rounds = caller.work.round_list(&caller.actor)?;
        let shown: Vec<Value> = rounds.iter().map(|round| heading(caller, round)).collect();
        Ok(Json(shown).into_response())
    })
    .await
}

fn heading(caller: &Caller, round: &Round) -> Value {
    let directory = caller.work.directory();
    json!({ "id": round.id, "register": round.register, "org": directory.get(round.unit).map(|unit| &unit.code),
        "title": round.title, "from": round.from, "to": round.to, "seed": round.seed, "published_at": round.published_at })
}

/// `GET /rounds/{id}`: a round with its targets, inspectors and how far it is.
pub(super) async fn open(call: Call, Path(id): Path<i64>) -> Response {
    call.run(move |caller| Ok(Json(shown(caller, RoundId(id))?).into_response())).await
}

fn shown(caller: &Caller, id: RoundId) -> Result<Value> {
    let view = caller.work.round_open(&caller.actor, id)?;
    let directory = caller.work.directory();
    let targets = view.round.targets.iter().zip(&view.inspections).map(|(target, inspection)| {
        let names: Vec<&str> = target.inspectors.iter().map(|one| one.name.as_str()).collect();
        json!({ "org": directory.get(target.unit).map(|unit| &unit.code), "inspectors": names,
            "inspection": inspection.as_ref().map(|entry| entry.id) })
    });
    let mut body = heading(caller, &view.round);
    body["rule"] = view.round.rule.clone();
    body["done"] = view.done().into();
    body["targets"] = Value::Array(targets.collect());
    Ok(body)
}

/// Body of `POST /rounds`.
#[derive(Debug, serde::Deserialize)]
pub(super) struct Draft {
    register: String,
    org: String,
    title: String,
    from: String,
    to: String,
    #[serde(default)]
    seed: String,
    targets: Option<usize>,
    #[serde(default = "one")]
    inspectors: usize,
}

fn one() -> usize {
    1
}

/// `POST /rounds`: draws a round.
pub(super) async fn draw(call: Call, body: Bytes) -> Response {
    call.run(move |caller| {
        let draft: Draft = read(&body)?;
        let draft = RoundDraft {
            unit: caller.unit(&draft.org)?,
            from: day("from", &draft.from)?,
            to: day("to", &draft.to)?,
            register: draft.register,
            title: draft.title,
            seed: draft.seed,
            targets: draft.targets,
            inspectors: draft.inspectors,
        };
        let id = caller.work.round_draw(&caller.actor, draft)?;
        Ok((StatusCode::CREATED, Json(shown(caller, id)?)).into_response())
    })
    .await
}

fn day(name: &str, text: &str) -> Result<Date> {
    let wrong = || hygeia_work::WorkError::Bad(format!("{name}“{text}”不是有效日期，应如 2026-11-24"));
    read_date(text).ok_or_else(wrong)
}

/// Body of `POST /rounds/{id}/inspections`.
#[derive(Debug, serde::Deserialize)]
pub(super) struct Begun {
    /// Made by the client; the same twice is once.
    id: Option<uuid::Uuid>,
    org: String,
    #[serde(default)]
    values: Map<String, Value>,
}

/// `POST /rounds/{id}/inspections`: starts the inspection of a drawn unit.
pub(super) async fn inspect(call: Call, Path(id): Path<i64>, body: Bytes) -> Response {
    call.run(move |caller| {
        let begun: Begun = read(&body)?;
        let register = caller.work.round_open(&caller.actor, RoundId(id))?.register.id;
        let entry = begun.id.unwrap_or_else(uuid::Uuid::now_v7);
        let receipt = caller.work.inspection_start(
            &caller.actor,
            register.as_str(),
            entry,
            &begun.org,
            Some(RoundId(id)),
            begun.values,
        )?;
        Ok((StatusCode::CREATED, Json(receipt)).into_response())
    })
    .await
}

/// `POST /rounds/{id}/publish`
pub(super) async fn publish(call: Call, Path(id): Path<i64>) -> Response {
    call.run(move |caller| {
        caller.work.round_publish(&caller.actor, RoundId(id))?;
        Ok(Json(shown(caller, RoundId(id))?).into_response())
    })
    .await
}

/// The paths of this file for the API's description.
pub(super) fn paths() -> Vec<(String, Value)> {
    let text = || json!({ "type": "string" });
    let draft = json!({ "register": text(), "org": text(), "title": text(),
        "from": { "type": "string", "format": "date" }, "to": { "type": "string", "format": "date" },
        "seed": text(), "targets": { "type": "integer" }, "inspectors": { "type": "integer" } });
    let needs = ["register", "org", "title", "from", "to"];
    let mut rounds = get("检查轮次 / Rounds", &[], "轮次，最近的在前 / Rounds, the latest first");
    rounds["post"] = post(
        "抽取一轮检查 / Draws a round",
        &[],
        (draft, &needs),
        "抽出的一轮 / The round that was drawn",
    )["post"]
        .clone();
    let begun = json!({ "id": { "type": "string", "format": "uuid" }, "org": text(), "values": { "type": "object" } });
    let id = [path("id", "integer")];
    vec![
        ("/rounds".to_owned(), rounds),
        (
            "/rounds/{id}".to_owned(),
            get("一轮检查 / A round", &id, "抽中单位、检查人员、进度 / Targets, inspectors, progress"),
        ),
        (
            "/rounds/{id}/inspections".to_owned(),
            post(
                "开始抽中单位的检查 / Begins the inspection of a target",
                &id,
                (begun, &["org"]),
                "检查的回执 / Receipt of the inspection",
            ),
        ),
        (
            "/rounds/{id}/publish".to_owned(),
            post(
                "公示一轮检查 / Publishes a round",
                &id,
                (json!({}), &[]),
                "已公示的一轮 / The published round",
            ),
        ),
    ]
}
