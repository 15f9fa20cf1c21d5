//! Incidents over the API: the list, the room, contacts, situation reports and the closing report. Steps, closing and
//! reopening are steps of workflows, at the addresses `next` gives.

use super::alarms::{Filter, entry_id, read};
use super::caller::{Call, Caller};
use super::describe::{get, path, post, query};
use super::entries::entry_json;
use super::workflow::{clock_json, next_json};
use crate::reply::{self, DOCX};
use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, Query};
use axum::response::{IntoResponse, Response};
use hygeia_work::{EntryView, Result, Room, WorkError, read_date, to_json};
use serde_json::{Map, Value, json};

/// `GET /incidents?org=&state=`
pub(super) async fn list(call: Call, Query(filter): Query<Filter>) -> Response {
    call.run(move |caller| {
        let (unit, open) = (filter.unit(caller)?, filter.is_open());
        let incidents = caller.work.incident_list(&caller.actor, unit, open)?;
        Ok(Json(json!({ "incidents": views(caller, &incidents) })).into_response())
    })
    .await
}

/// `GET /incidents/{id}`
pub(super) async fn open(call: Call, Path(id): Path<String>) -> Response {
    call.run(move |caller| {
        let room = caller.work.incident_room(&caller.actor, entry_id(&id)?)?;
        Ok(Json(room_json(caller, &room)).into_response())
    })
    .await
}

fn views(caller: &Caller, views: &[EntryView]) -> Vec<Value> {
    views.iter().map(|view| entry_json(caller, view)).collect()
}

fn room_json(caller: &Caller, room: &Room) -> Value {
    let directory = caller.work.directory();
    let code = |unit| directory.get(unit).map(|unit| unit.code.clone());
    let cases = room.cases.iter().map(|case| {
        json!({ "register": case.register, "onset": case.onset.to_string(), "entry": entry_json(caller, &case.view) })
    });
    let attack = room.attack.iter().map(|row| {
        json!({ "org_unit": code(row.unit), "title": row.title, "cases": row.cases, "on_roll": row.on_roll, "percent": row.rate() })
    });
    let (days, layers) = room.curve();
    let layers: Map<String, Value> = layers.into_iter().map(|(title, cases)| (title, json!(cases))).collect();
    let facts = room.facts.as_ref().map(|facts| {
        json!({ "incubation_days": facts.incubation_days, "observe_days": facts.observe_days, "exclude": facts.exclude,
            "source": facts.source, "standing": facts.standing })
    });
    json!({
        "incident": entry_json(caller, &room.incident),
        "closable_on": room.closable_on().map(|day| day.to_string()),
        "facts": facts,
        "steps": steps_json(caller, room),
        "cases": cases.collect::<Vec<Value>>(),
        "attack": attack.collect::<Vec<Value>>(),
        "curve": { "days": days.iter().map(ToString::to_string).collect::<Vec<String>>(), "cases": layers },
        "alarms": views(caller, &room.alarms),
        "contacts": views(caller, &room.contacts),
        "reports": views(caller, &room.reports),
        "next": next_json(caller, &room.incident.entry, &room.next),
    })
}

fn steps_json(caller: &Caller, room: &Room) -> Vec<Value> {
    let step = |line: &hygeia_work::StepLine| {
        let values: Map<String, Value> =
            line.entry.values.iter().map(|(name, value)| (name.clone(), to_json(value))).collect();
        json!({
            "id": line.entry.id.0,
            "values": values,
            "clock": line.clock.as_ref().map(|view| clock_json(caller, view)),
            "next": next_json(caller, &line.entry, &line.next),
        })
    };
    room.steps.iter().map(step).collect()
}

/// Body of `POST /incidents/{id}/contacts`.
#[derive(Debug, serde::Deserialize)]
struct ContactsBody {
    org_unit: String,
    last_contact: String,
}

/// `POST /incidents/{id}/contacts`: everybody of a unit who is not a case comes under observation.
pub(super) async fn contacts(call: Call, Path(id): Path<String>, body: Bytes) -> Response {
    call.run(move |caller| {
        let asked: ContactsBody = read(&body)?;
        let unit = caller.unit(&asked.org_unit)?;
        let day = read_date(&asked.last_contact)
            .ok_or_else(|| WorkError::Bad("last_contact 应为日期，如 2026-11-24".into()))?;
        let added = caller.work.contacts_of_unit(&caller.actor, entry_id(&id)?, unit, day)?;
        Ok(Json(json!({ "added": added })).into_response())
    })
    .await
}

/// Body of `POST /incidents/{id}/situation`.
#[derive(Debug, Default, serde::Deserialize)]
struct SituationBody {
    text: Option<String>,
}

/// `POST /incidents/{id}/situation`: stores a situation report; without a text, the figures of the moment in words.
pub(super) async fn situation(call: Call, Path(id): Path<String>, body: Bytes) -> Response {
    call.run(move |caller| {
        let asked: SituationBody = read(&body)?;
        let id = entry_id(&id)?;
        let text = match asked.text {
            Some(text) => text,
            None => caller.work.incident_room(&caller.actor, id)?.situation(),
        };
        caller.work.situation_report(&caller.actor, id, &text)?;
        Ok(Json(json!({ "text": text })).into_response())
    })
    .await
}

/// `GET /incidents/{id}/report`: the report of the incident as a Word document.
pub(super) async fn report(call: Call, Path(id): Path<String>) -> Response {
    call.run(move |caller| word_report(caller, &id)).await
}

fn word_report(caller: &Caller, id: &str) -> Result<Response> {
    let room = caller.work.incident_room(&caller.actor, entry_id(id)?)?;
    let document = hygeia_report::incident_report(&room);
    let bytes =
        hygeia_report::docx::write(&document, None).map_err(|error| WorkError::Bad(error.to_string()))?;
    Ok(reply::download(bytes, DOCX, &format!("{}.docx", document.title)))
}

/// The routes of incidents for the description of the API.
pub(super) fn paths() -> Vec<(String, Value)> {
    let org = query("org", true, "机构代码，含下级 / Code of the org unit; its subtree is read");
    let state = query("state", false, "填 all 时包括已结案的 / `all` for closed ones as well");
    let id = [path("id", "string")];
    let contacts = json!({
        "org_unit": { "type": "string", "description": "疫情所涉机构的代码 / Code of a unit of the incident" },
        "last_contact": { "type": "string", "format": "date" },
    });
    let situation = json!({ "text": { "type": "string", "description": "进展文字；不填则写入当时的数字 / Text; the figures of the moment when absent" } });
    vec![
        (
            "/incidents".into(),
            get("疫情 / Incidents", &[org, state], "疫情，最新的在前 / Incidents, the newest first"),
        ),
        (
            "/incidents/{id}".into(),
            get(
                "一起疫情 / An incident",
                &id,
                "疫情、步骤及时限、病例一览、罹患率、流行曲线、预警、接触者、报告、可办理的步骤 / Incident, steps with clocks, line list, attack rates, curve, alarms, contacts, reports, the steps the caller may take",
            ),
        ),
        (
            "/incidents/{id}/contacts".into(),
            post(
                "登记密切接触者 / Registers contacts",
                &id,
                (contacts, &["org_unit", "last_contact"]),
                "新增人数 / How many were added",
            ),
        ),
        (
            "/incidents/{id}/situation".into(),
            post(
                "进展报告 / Stores a situation report",
                &id,
                (situation, &[]),
                "存下的文字 / The text stored",
            ),
        ),
        (
            "/incidents/{id}/report".into(),
            get("疫情报告 / Report of an incident", &id, "Word 文档 / A Word document"),
        ),
    ]
}
