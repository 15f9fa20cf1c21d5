//! Rules over the API: how often each was right and how fast it was answered, its limits, and other settings of it.

use super::alarms::{Filter, read};
use super::caller::{Call, Caller};
use super::describe::{get, path, post, query};
use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, Query};
use axum::response::{IntoResponse, Response};
use hygeia_pack::model::PackSet;
use hygeia_work::{RuleChange, RuleLine, TrialAlarm};
use serde_json::{Value, json};

/// `GET /rules?org=`
pub(super) async fn list(call: Call, Query(filter): Query<Filter>) -> Response {
    call.run(move |caller| {
        let lines = caller.work.rule_list(&caller.actor, filter.unit(caller)?)?;
        let rules: Vec<Value> = lines.iter().map(|line| line_json(caller, line)).collect();
        Ok(Json(json!({ "rules": rules })).into_response())
    })
    .await
}

fn line_json(caller: &Caller, line: &RuleLine) -> Value {
    let english = caller.actor.english;
    json!({
        "id": line.signal.id,
        "title": line.signal.title.text(english),
        "method": line.signal.method.title().text(english),
        "off": line.signal.is_off,
        "alarms": line.alarms,
        "verified": line.verified,
        "confirmed": line.confirmed,
        "predictive_value": line.predictive_value(),
        "response_minutes": line.response_minutes,
    })
}

/// `GET /rules/{rule}?org=`
pub(super) async fn open(call: Call, Path(rule): Path<String>, Query(filter): Query<Filter>) -> Response {
    call.run(move |caller| {
        let view = caller.work.rule_open(&caller.actor, filter.unit(caller)?, &rule)?;
        let limits = view.limits.iter().map(|(part, title, limit)| {
            json!({ "part": part, "title": title, "cases": limit.cases, "days": limit.days,
                    "percentile": limit.percentile, "standing": limit.standing, "source": limit.source })
        });
        let history = view.history.iter().map(
            |(adjustment, who, at)| json!({ "reason": adjustment.reason, "by": who, "at": at.to_string() }),
        );
        Ok(Json(json!({
            "rule": line_json(caller, &view.line),
            "limits": limits.collect::<Vec<Value>>(),
            "history": history.collect::<Vec<Value>>(),
            "may_adjust": view.may_adjust,
        }))
        .into_response())
    })
    .await
}

/// Another setting of a rule.
#[derive(Debug, Default, serde::Deserialize)]
struct ChangeBody {
    #[serde(default)]
    limits: Vec<LimitBody>,
    off: Option<bool>,
    #[serde(default)]
    reason: String,
}

#[derive(Debug, serde::Deserialize)]
struct LimitBody {
    #[serde(default)]
    part: String,
    cases: u32,
    days: u16,
}

impl From<ChangeBody> for RuleChange {
    fn from(body: ChangeBody) -> Self {
        let limits = body.limits.into_iter().map(|limit| (limit.part, limit.cases, limit.days));
        RuleChange { limits: limits.collect(), off: body.off, reason: body.reason }
    }
}

/// `POST /rules/{rule}/try?org=`: the last year under another setting; nothing is changed.
pub(super) async fn attempt(
    call: Call,
    Path(rule): Path<String>,
    Query(filter): Query<Filter>,
    body: Bytes,
) -> Response {
    call.run(move |caller| {
        let change = read::<ChangeBody>(&body)?.into();
        let trial = caller.work.rule_try(&caller.actor, filter.unit(caller)?, &rule, &change)?;
        let alarm = |alarm: &TrialAlarm| {
            json!({ "date": alarm.date.to_string(), "unit": alarm.unit, "part": alarm.part,
                    "cases": alarm.cases, "confirmed": alarm.confirmed })
        };
        let (lost, gained): (Vec<Value>, Vec<Value>) =
            (trial.lost.iter().map(alarm).collect(), trial.gained.iter().map(alarm).collect());
        let answer = json!({ "now": trial.now, "then": trial.then, "lost": lost, "gained": gained });
        Ok(Json(answer).into_response())
    })
    .await
}

/// `POST /rules/{rule}`: changes a rule for the county.
pub(super) async fn change(call: Call, Path(rule): Path<String>, body: Bytes) -> Response {
    call.run(move |caller| {
        let change = read::<ChangeBody>(&body)?.into();
        caller.work.rule_adjust(&caller.actor, &rule, &change)?;
        Ok(Json(json!({ "rule": rule })).into_response())
    })
    .await
}

/// The routes of rules for the description of the API.
pub(super) fn paths(packs: &PackSet) -> Vec<(String, Value)> {
    let rules: Vec<&str> = packs.signals.keys().map(|id| id.as_str()).collect();
    let mut rule = path("rule", "string");
    if let Some(schema) = rule.get_mut("schema") {
        *schema = json!({ "enum": rules });
    }
    let org = query(
        "org",
        true,
        "机构代码；近一年其范围内的预警 / Code of the org unit; alarms of its subtree over the last year",
    );
    let limit = json!({ "type": "object", "required": ["cases", "days"], "properties": {
        "part": { "type": "string", "description": "分项代码；针对总数的规则不填 / Option of the breakdown; absent for a rule on the whole" },
        "cases": { "type": "integer", "minimum": 1 }, "days": { "type": "integer", "minimum": 1, "maximum": 366 } } });
    let setting = json!({
        "limits": { "type": "array", "items": limit }, "off": { "type": "boolean" },
        "reason": { "type": "string", "description": "调整规则时必填的原因 / Reason, needed to change a rule" },
    });
    let both = [rule.clone(), org.clone()];
    let mut one = get("一条预警规则 / A rule", &both, "效果、界值、历次调整 / Its record, limits, changes");
    let change =
        post("调整预警规则 / Changes a rule", &[rule], (setting.clone(), &["reason"]), "已调整 / Changed");
    if let (Some(one), Value::Object(change)) = (one.as_object_mut(), change) {
        one.extend(change);
    }
    vec![
        (
            "/rules".into(),
            get(
                "预警规则 / Rules",
                &[org],
                "各规则的预警数、预测值、核实用时 / Alarms, predictive value and time to verification of each",
            ),
        ),
        ("/rules/{rule}".into(), one),
        (
            "/rules/{rule}/try".into(),
            post(
                "试算预警规则 / Tries a rule",
                &both,
                (setting, &[]),
                "现在与试算的预警，减少和增加的 / Alarms now and then, those lost and gained",
            ),
        ),
    ]
}
