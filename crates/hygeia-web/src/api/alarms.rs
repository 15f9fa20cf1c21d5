//! Alarms over the API: the list, one with its evidence, and the incident it opens. Verifying one is a step of its
//! workflow, at the addresses `next` gives.

use super::caller::{Call, Caller};
use super::describe::{get, path, post, query};
use super::entries::entry_json;
use super::workflow::next_json;
use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, Query};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use hygeia_store::OrgUnitId;
use hygeia_work::{AlarmView, Opening, Result, WorkError};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

/// Alarms one answer carries.
const MOST_ALARMS: u32 = 1_000;

/// Filter of the lists of alarms and incidents.
#[derive(Debug, Default, serde::Deserialize)]
pub(super) struct Filter {
    /// Code of the org unit; its subtree is read.
    org: Option<String>,
    /// `all` for those that are over as well.
    state: Option<String>,
}

impl Filter {
    /// The unit asked for.
    pub(super) fn unit(&self, caller: &Caller) -> Result<OrgUnitId> {
        let code = self.org.as_deref().ok_or_else(|| WorkError::Bad("请给出机构代码 org".into()))?;
        caller.unit(code)
    }

    /// Only what still waits for somebody.
    pub(super) fn is_open(&self) -> bool {
        self.state.as_deref() != Some("all")
    }
}

/// The id of an entry in a path.
pub(super) fn entry_id(text: &str) -> Result<uuid::Uuid> {
    text.parse().map_err(|_| WorkError::NotFound("该记录".into()))
}

/// A JSON body; an empty one is as good as `{}`.
pub(super) fn read<T: DeserializeOwned>(body: &Bytes) -> Result<T> {
    let text: &[u8] = if body.is_empty() { b"{}" } else { body };
    serde_json::from_slice(text).map_err(|error| WorkError::Bad(format!("请求格式不对：{error}")))
}

/// `GET /alarms?org=&state=`
pub(super) async fn list(call: Call, Query(filter): Query<Filter>) -> Response {
    call.run(move |caller| {
        let (unit, open) = (filter.unit(caller)?, filter.is_open());
        let (alarms, total) = caller.work.alarm_list(&caller.actor, unit, open, MOST_ALARMS)?;
        let alarms: Vec<Value> = alarms.iter().map(|view| entry_json(caller, view)).collect();
        Ok(Json(json!({ "total": total, "alarms": alarms })).into_response())
    })
    .await
}

/// `GET /alarms/{id}`
pub(super) async fn open(call: Call, Path(id): Path<String>) -> Response {
    call.run(move |caller| {
        let alarm = caller.work.alarm_open(&caller.actor, entry_id(&id)?)?;
        Ok(Json(alarm_json(caller, &alarm)?).into_response())
    })
    .await
}

fn alarm_json(caller: &Caller, alarm: &AlarmView) -> Result<Value> {
    let entry = &alarm.view.entry;
    let next = caller.work.steps(&caller.actor, entry.register.as_str(), entry.id.0)?;
    let limit = alarm.limit.as_ref().map(|limit| {
        json!({ "cases": limit.cases, "days": limit.days, "standing": limit.standing, "source": limit.source })
    });
    let days = alarm.days.iter().map(|(day, cases)| json!({ "day": day.to_string(), "cases": cases }));
    let judged = alarm.judged.iter().map(|day| {
        json!({ "day": day.day.to_string(), "from": day.from.to_string(), "observed": day.observed,
            "expected": day.expected, "threshold": day.threshold, "alarm": day.alarm })
    });
    let sources =
        alarm.sources.iter().map(|(register, measure)| json!({ "register": register, "measure": measure }));
    Ok(json!({
        "alarm": entry_json(caller, &alarm.view),
        "rule": alarm.signal.as_ref().map(|signal| json!({
            "id": signal.id, "title": signal.title.text(caller.actor.english), "method": signal.method.title().text(caller.actor.english),
        })),
        "limit": limit,
        "days": days.collect::<Vec<Value>>(),
        "judged": judged.collect::<Vec<Value>>(),
        "sources": sources.collect::<Vec<Value>>(),
        "next": next_json(caller, entry, &next),
    }))
}

/// Body of `POST /alarms/{id}/incident`.
#[derive(Debug, Default, serde::Deserialize)]
struct OpeningBody {
    #[serde(default)]
    level: String,
    incubation_days: Option<u16>,
}

/// `POST /alarms/{id}/incident`: opens the incident of a confirmed alarm, or joins the one that is open.
pub(super) async fn open_incident(call: Call, Path(id): Path<String>, body: Bytes) -> Response {
    call.run(move |caller| {
        let asked: OpeningBody = read(&body)?;
        let opening = Opening { level: asked.level, incubation_days: asked.incubation_days };
        let incident = caller.work.incident_open(&caller.actor, entry_id(&id)?, &opening)?;
        Ok((StatusCode::CREATED, Json(json!({ "incident": incident }))).into_response())
    })
    .await
}

/// The routes of alarms for the description of the API.
pub(super) fn paths() -> Vec<(String, Value)> {
    let org = query("org", true, "机构代码，含下级 / Code of the org unit; its subtree is read");
    let state = query("state", false, "填 all 时包括已核实的 / `all` for verified ones as well");
    let opening = json!({
        "level": { "type": "string", "description": "级别代码；不填为聚集性疫情 / Code of the level; a cluster when absent" },
        "incubation_days": { "type": "integer", "minimum": 1, "maximum": 365, "description": "潜伏期天数；处置方案没有规定时填写 / Days of incubation, where the response has no figure" },
    });
    let id = [path("id", "string")];
    vec![
        (
            "/alarms".into(),
            get(
                "预警信号 / Alarms",
                &[org, state],
                "预警（最新的在前）及总数 / Alarms, the newest first, and their number",
            ),
        ),
        (
            "/alarms/{id}".into(),
            get(
                "一条预警及依据 / An alarm and what it rests on",
                &id,
                "预警、规则和界值、逐日病例、方法所见、记录所在、可办理的步骤 / The alarm, its rule and limit, cases by day, what the method saw, where the entries stand, the steps the caller may take",
            ),
        ),
        (
            "/alarms/{id}/incident".into(),
            post("开立疫情 / Opens an incident", &id, (opening, &[]), "疫情编号 / Id of the incident"),
        ),
    ]
}
