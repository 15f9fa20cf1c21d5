//! Transitions and clocks over the API.

use super::caller::{Call, Caller};
use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, Query};
use axum::response::{IntoResponse, Response};
use hygeia_store::Entry;
use hygeia_work::{ClockSearch, ClockView, NextStep, Step, WorkError};
use serde_json::{Value, json};

/// Most clocks one answer carries.
const MOST_CLOCKS: u32 = 1_000;

/// `POST …/entries/{id}/transitions/{transition}`: the step's id, values, reason and version; an empty body is a step
/// that needs none of them.
pub(super) async fn take(
    call: Call,
    Path((register, id, transition)): Path<(String, String, String)>,
    body: Bytes,
) -> Response {
    call.run(move |caller| {
        caller.must_know(&register)?;
        let id = id.parse().map_err(|_| WorkError::NotFound("该记录".into()))?;
        let step: Step = match body.is_empty() {
            true => Step::default(),
            false => serde_json::from_slice(&body)
                .map_err(|error| WorkError::Bad(format!("步骤格式不对：{error}")))?,
        };
        let receipt = caller.work.transition(&caller.actor, &register, id, &transition, step)?;
        Ok(Json(receipt).into_response())
    })
    .await
}

/// Filter of `GET /clocks`.
#[derive(Debug, Default, serde::Deserialize)]
pub(super) struct Filter {
    org: Option<String>,
    register: Option<String>,
    /// `all` for those that have ended as well.
    state: Option<String>,
}

/// `GET /clocks?org=&register=&state=`
pub(super) async fn clocks(call: Call, Query(filter): Query<Filter>) -> Response {
    call.run(move |caller| {
        let work = &caller.work;
        let unit = filter.org.as_deref().map(|code| caller.unit(code)).transpose()?;
        let search = ClockSearch {
            unit,
            register: filter.register.as_deref().map(Into::into),
            open: filter.state.as_deref() != Some("all"),
            limit: MOST_CLOCKS,
            ..ClockSearch::default()
        };
        let clocks = work.clock_list(&caller.actor, &search)?;
        let clocks: Vec<Value> = clocks.iter().map(|view| clock_json(caller, view)).collect();
        Ok(Json(json!({ "clocks": clocks })).into_response())
    })
    .await
}

/// What the caller may do next with an entry, and where to say so.
pub(super) fn next_json(caller: &Caller, entry: &Entry, next: &[NextStep]) -> Value {
    let step = |next: &NextStep| {
        let transition = &next.transition;
        let (register, id, name) = (&entry.register, entry.id.0, &transition.name);
        json!({
            "transition": name,
            "title": transition.title.text(caller.actor.english),
            "requires": transition.requires,
            "asks": transition.asks,
            "reason": transition.reason,
            "refused": next.refused,
            "post": format!("/api/v1/registers/{register}/entries/{id}/transitions/{name}"),
        })
    };
    next.iter().map(step).collect()
}

/// A clock as the API shows it.
pub(super) fn clock_json(caller: &Caller, view: &ClockView) -> Value {
    let clock = &view.clock;
    let code = caller.work.directory().get(clock.unit).map(|unit| unit.code.clone());
    json!({
        "register": clock.register,
        "entry": clock.entry.0,
        "clock": clock.name,
        "title": view.def.title.text(caller.actor.english),
        "org_unit": code,
        "started_at": clock.started_at.to_string(),
        "due_at": clock.due_at.to_string(),
        "ended_at": clock.ended_at.map(|at| at.to_string()),
        "outcome": clock.outcome,
        "level": clock.level,
    })
}
