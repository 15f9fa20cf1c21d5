//! Standards, marks, rankings, rounds and pictures over the API.

use super::alarms::read;
use super::caller::{Call, Caller};
use super::describe::{error, get, path, query};
use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, Query};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use hygeia_pack::model::{Edition, PackSet, Register, StandardItem};
use hygeia_work::{RankQuery, Result, WorkError, read_date};
use jiff::civil::Date;
use rust_decimal::Decimal;
use serde_json::{Map, Value, json};
use std::collections::HashMap;

/// Parameters of a query.
type Asked = Query<HashMap<String, String>>;

pub(super) fn number(value: Decimal) -> Value {
    serde_json::from_str(&value.normalize().to_string()).unwrap_or(Value::Null)
}

/// `GET /standards`: every checklist in its editions.
pub(super) async fn standards(call: Call) -> Response {
    call.run(|caller| {
        let packs = caller.work.packs();
        let standards: Vec<Value> = packs
            .standards
            .values()
            .map(|standard| {
                let editions: Vec<Value> = standard.editions.iter().map(edition).collect();
                json!({ "id": standard.id, "title": standard.title.zh, "editions": editions })
            })
            .collect();
        Ok(Json(standards).into_response())
    })
    .await
}

fn edition(edition: &Edition) -> Value {
    let item = |item: &StandardItem| {
        json!({ "item": item.code, "title": item.title.zh, "points": number(item.points), "bonus": item.bonus,
            "veto": item.veto, "may_skip": item.may_skip, "measured": item.measured })
    };
    json!({ "edition": edition.name, "from": edition.from, "to": edition.to, "total": number(edition.total),
        "pass": edition.pass.map(number), "items": edition.items().map(item).collect::<Vec<_>>() })
}

/// `POST /registers/{register}/entries/{id}/marks`: marks one item of an inspection.
pub(super) async fn mark(
    call: Call,
    Path((register, id)): Path<(String, uuid::Uuid)>,
    body: Bytes,
) -> Response {
    call.run(move |caller| {
        let mark: Map<String, Value> = read(&body)?;
        let marked = caller.work.inspection_mark(&caller.actor, &register, id, &mark)?;
        let outcome = marked.outcome;
        let body = json!({ "version": marked.version, "judged": outcome.judged, "expected": outcome.expected,
                "score": outcome.score.map(number), "grade": outcome.grade, "passed": outcome.passed,
                "vetoed": outcome.vetoed });
        Ok(Json(body).into_response())
    })
    .await
}

/// `GET /registers/{register}/ranking`: units by their mean score.
pub(super) async fn ranking(call: Call, Path(register): Path<String>, Query(asked): Asked) -> Response {
    call
        .run(move |caller| {
            let directory = caller.work.directory();
            let query = rank_query(caller, &asked)?;
            let lines = caller.work.inspection_ranking(&caller.actor, &register, &query)?;
            let line = |line: &hygeia_work::RankLine| {
                json!({ "place": line.place, "org": directory.get(line.unit).map(|unit| &unit.code),
                    "title": directory.full_title(line.unit), "mean": number(line.mean),
                    "inspections": line.inspections, "findings": line.findings, "vetoed": line.vetoed, "flag": line.flag })
            };
            Ok(Json(lines.iter().map(line).collect::<Vec<_>>()).into_response())
        })
        .await
}

/// The inspections asked for: `org`, `from`, `to`, `assessor`.
pub(super) fn rank_query(caller: &Caller, asked: &HashMap<String, String>) -> Result<RankQuery> {
    let org = asked.get("org").ok_or_else(|| WorkError::Bad("请给出 org：机构代码".into()))?;
    Ok(RankQuery {
        unit: caller.unit(org)?,
        from: day(asked, "from", caller.actor.today().first_of_month())?,
        to: day(asked, "to", caller.actor.today())?,
        assessor: asked.get("assessor").cloned().unwrap_or_else(|| "outside".to_owned()),
        round: None,
    })
}

fn day(asked: &HashMap<String, String>, name: &str, default: Date) -> Result<Date> {
    let Some(text) = asked.get(name) else { return Ok(default) };
    read_date(text).ok_or_else(|| WorkError::Bad(format!("{name}“{text}”不是有效日期，应如 2026-11-24")))
}

/// `POST /attachments?register=&org=`: the bytes of a picture; answers its id.
pub(super) async fn attach(call: Call, Query(asked): Asked, body: Bytes) -> Response {
    call.run(move |caller| {
        let text = |name: &str| asked.get(name).map(String::as_str).unwrap_or_default();
        let id = uuid::Uuid::parse_str(text("id")).unwrap_or_else(|_| uuid::Uuid::now_v7());
        let id =
            caller.work.attachment_add(&caller.actor, text("register"), text("org"), id, body.to_vec())?;
        Ok((StatusCode::CREATED, Json(json!({ "id": id }))).into_response())
    })
    .await
}

/// `GET /attachments/{id}`: the picture itself.
pub(super) async fn picture(call: Call, Path(id): Path<uuid::Uuid>) -> Response {
    call.run(move |caller| {
        let found = caller.work.attachment_open(&caller.actor, id)?;
        Ok(([(header::CONTENT_TYPE, found.media)], found.body).into_response())
    })
    .await
}

/// The paths of this file for the API's description.
pub(super) fn paths(packs: &PackSet) -> Vec<(String, Value)> {
    let mut paths = vec![
        (
            "/standards".to_owned(),
            get("考核标准 / Standards", &[], "标准及其版本、条目 / Standards with their editions and items"),
        ),
        ("/attachments".to_owned(), attachments_path()),
        (
            "/attachments/{id}".to_owned(),
            get("照片 / A picture", &[path("id", "string")], "照片 / The picture"),
        ),
    ];
    for register in packs.registers.values().filter(|register| register.standard.is_some()) {
        paths.extend(super::contests::paths(register));
        paths.push((format!("/registers/{}/ranking", register.id), ranking_path(register)));
        paths.push((format!("/registers/{}/entries/{{id}}/marks", register.id), marks_path(register)));
    }
    paths
}

fn ranking_path(register: &Register) -> Value {
    get(
        &format!("{}：排名 / Ranking", register.title.zh),
        &asked_inspections(),
        "按平均分排列的机构 / Units by their mean score",
    )
}

/// The questions that say which inspections are meant.
pub(super) fn asked_inspections() -> [Value; 4] {
    [
        query("org", true, "机构代码，含下级 / Code of the org unit; with its subtree"),
        query("from", false, "起始日期；不填为本月一日 / First day; the first of this month when absent"),
        query("to", false, "截止日期；不填为今天 / Last day; today when absent"),
        query(
            "assessor",
            false,
            "外部检查（outside）或自评（self）；不填为外部检查 / outside or self; outside when absent",
        ),
    ]
}

fn marks_path(register: &Register) -> Value {
    let mark = json!({ "type": "object", "required": ["item"], "properties": {
        "item": { "type": "string" }, "points": { "type": ["number", "string", "null"] },
        "skipped": { "type": ["boolean", "null"] }, "failed": { "type": ["boolean", "null"] },
        "reasons": { "type": ["string", "null"], "description": "按序号的扣分项，如 `1,3*2` / Deductions by number: `1,3*2`" },
        "note": { "type": ["string", "null"] }, "requirement": { "type": ["string", "null"] },
        "photos": { "type": ["array", "null"], "items": { "type": "string", "format": "uuid" } },
        "due": { "type": ["string", "null"], "format": "date" } } });
    json!({ "post": { "summary": format!("{}：逐项评分 / Marks an item", register.title.zh), "parameters": [path("id", "string")],
        "requestBody": { "required": true, "content": { "application/json": { "schema": mark } } },
        "responses": { "200": { "description": "已存；检查目前的得分 / Stored; what the inspection comes to now" }, "default": error() } } })
}

fn attachments_path() -> Value {
    let parameters = [
        query("register", true, "记录所在的登记表 / Register of the entry"),
        query("org", true, "记录所属机构的代码 / Code of the org unit of the entry"),
        query("id", false, "由调用方生成；同一个发两次只算一次 / Made by the client; the same twice is once"),
    ];
    json!({ "post": { "summary": "上传照片 / Uploads a picture", "parameters": parameters,
        "requestBody": { "required": true, "content": { "image/jpeg": {}, "image/png": {}, "image/webp": {} } },
        "responses": { "201": { "description": "照片编号 / Id of the picture" }, "default": error() } } })
}
