//! Entries over the API.

use super::caller::{Call, Caller};
use crate::reply;
use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, Query};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use hygeia_work::{EntryView, Listing, Receipt, Result, Submission, Work, WorkError, WrittenEntry, to_json};
use serde_json::{Map, Value, json};

/// Most entries one request may carry.
const MOST_ENTRIES: usize = 1_000;

/// `POST …/entries`: one entry or an array. An array is answered entry by entry, with status 200 when all were stored
/// and 207 when some were refused; the others are stored all the same.
pub(super) async fn submit(call: Call, Path(register): Path<String>, body: Bytes) -> Response {
    let work = call.work.clone();
    let failed = |error: WorkError| Box::new(reply::json_failure(&error));
    let done =
        call.run_on(move |caller, answer| match caller.must_know(&register).and_then(|()| parsed(&body)) {
            Ok(Sent::One(submission)) => {
                caller.work.entry_queue(&caller.actor, &register, submission, move |written| {
                    let _ = answer.send(written.map(Box::new).map(Done::Written).map_err(failed));
                });
            }
            Ok(Sent::Many(items)) => {
                let response = submit_many(caller, &register, items);
                let _ = answer.send(response.map(Done::Answered).map_err(failed));
            }
            Err(error) => {
                let _ = answer.send(Err(failed(error)));
            }
        });
    match done.await {
        Ok(Done::Written(written)) if written.is_settled() => receipt(&work, *written),
        Ok(Done::Written(written)) => {
            let done = tokio::task::spawn_blocking(move || receipt(&work, *written));
            done.await.unwrap_or_else(|_| reply::crashed())
        }
        Ok(Done::Answered(response)) => response,
        Err(refusal) => *refusal,
    }
}

/// What a request submits.
enum Sent {
    One(Submission),
    Many(Vec<Value>),
}

/// How far a submission has come when no thread works on it.
enum Done {
    Written(Box<WrittenEntry>),
    Answered(Response),
}

fn parsed(body: &[u8]) -> Result<Sent> {
    let parsed: Value = serde_json::from_slice(body).map_err(|error| {
        let place = format!("第 {} 行第 {} 列", error.line(), error.column());
        WorkError::Bad(format!("请求不是完整的 JSON（{place}）"))
    })?;
    match parsed {
        Value::Array(items) => Ok(Sent::Many(items)),
        item => submission(item).map(Sent::One),
    }
}

fn receipt(work: &Work, written: WrittenEntry) -> Response {
    match work.entry_receipt(written) {
        Ok(receipt) => {
            let created = receipt.outcome == "created";
            let status = if created { StatusCode::CREATED } else { StatusCode::OK };
            (status, Json(receipt)).into_response()
        }
        Err(error) => reply::json_failure(&error),
    }
}

/// A key, what it has to be, and whether a value is.
type Key = (&'static str, &'static str, fn(&Value) -> bool);

/// Keys of an entry that is submitted.
const KEYS: [Key; 6] = [
    ("id", "UUID 文本", |value| value.as_str().is_some_and(|text| uuid::Uuid::parse_str(text).is_ok())),
    ("org_unit", "机构代码文本", Value::is_string),
    ("person", "人员编号文本", Value::is_string),
    ("values", "以字段名为键的对象", Value::is_object),
    ("version", "整数", Value::is_i64),
    ("reason", "文本", Value::is_string),
];

/// An entry as it was submitted; a key that is not known is a mistake, not something to be passed over.
fn submission(item: Value) -> Result<Submission> {
    let Value::Object(keys) = &item else {
        return Err(WorkError::Bad("每条记录应为对象，如 {\"values\": {…}}".into()));
    };
    let names = || KEYS.iter().map(|(name, ..)| *name);
    for (key, value) in keys {
        let Some((_, expected, fits)) = KEYS.iter().find(|(name, ..)| name == key) else {
            let meant = hygeia_expr::nearest(key, names());
            let hint = meant.map_or_else(
                || format!("可用的有 {}", names().collect::<Vec<_>>().join("、")),
                |meant| format!("是否指“{meant}”"),
            );
            return Err(WorkError::Bad(format!("记录没有“{key}”这一项，{hint}")));
        };
        if !value.is_null() && !fits(value) {
            return Err(WorkError::Bad(format!("“{key}”应为{expected}")));
        }
    }
    serde_json::from_value(item).map_err(|error| WorkError::Bad(format!("记录格式不对：{error}")))
}

fn submit_many(caller: &Caller, register: &str, items: Vec<Value>) -> Result<Response> {
    if items.len() > MOST_ENTRIES {
        let message = format!("一次最多提交 {MOST_ENTRIES} 条，现有 {} 条", items.len());
        return Err(WorkError::Bad(message));
    }
    let ids: Vec<Value> = items.iter().map(|item| item.get("id").cloned().unwrap_or_default()).collect();
    let submissions = items.into_iter().map(submission).collect();
    let receipts = caller.work.entry_submit_many(&caller.actor, register, submissions);
    let refused = receipts.iter().any(Result::is_err);
    let outcome = |(id, receipt): (Value, Result<Receipt>)| match receipt {
        Ok(receipt) => json!(receipt),
        Err(error) => json!({
            "id": id,
            "outcome": "refused",
            "status": reply::status(&error).as_u16(),
            "message": error.to_string(),
            "problems": reply::problems(&error),
        }),
    };
    let outcomes: Vec<Value> = ids.into_iter().zip(receipts).map(outcome).collect();
    let status = if refused { StatusCode::MULTI_STATUS } else { StatusCode::OK };
    Ok((status, Json(outcomes)).into_response())
}

/// Filter of `GET …/entries`.
#[derive(Debug, Default, serde::Deserialize)]
pub(super) struct Filter {
    org: Option<String>,
    from: Option<String>,
    to: Option<String>,
    measure: Option<String>,
    text: Option<String>,
    offset: Option<u32>,
    limit: Option<u32>,
}

/// `GET …/entries`
pub(super) async fn list(call: Call, Path(register): Path<String>, Query(filter): Query<Filter>) -> Response {
    call.run(move |caller| {
        caller.must_know(&register)?;
        let unit = filter.org.as_deref().map(|code| caller.unit(code)).transpose()?;
        let listing = Listing {
            unit,
            from: date(filter.from.as_deref(), "from")?,
            to: date(filter.to.as_deref(), "to")?,
            measure: filter.measure.clone(),
            text: filter.text.clone(),
            offset: filter.offset.unwrap_or(0),
            limit: filter.limit.unwrap_or(100).min(1_000),
            ..Listing::default()
        };
        let page = caller.work.entry_list(&caller.actor, &register, &listing)?;
        let entries: Vec<Value> = page.entries.iter().map(|view| entry_json(caller, view)).collect();
        Ok(Json(json!({ "total": page.total, "entries": entries })).into_response())
    })
    .await
}

fn date(text: Option<&str>, name: &str) -> Result<Option<jiff::civil::Date>> {
    let read = |text: &str| {
        hygeia_work::read_date(text).ok_or_else(|| WorkError::Bad(format!("{name} 应为日期，如 2026-11-24")))
    };
    text.filter(|text| !text.is_empty()).map(read).transpose()
}

/// `GET …/entries/{id}`
pub(super) async fn open(call: Call, Path((register, id)): Path<(String, String)>) -> Response {
    call.run(move |caller| {
        caller.must_know(&register)?;
        let id = id.parse().map_err(|_| WorkError::NotFound("该记录".into()))?;
        let (view, _) = caller.work.entry_open(&caller.actor, &register, id)?;
        Ok(Json(entry_json(caller, &view)).into_response())
    })
    .await
}

/// An entry as the API shows it.
pub(super) fn entry_json(caller: &Caller, view: &EntryView) -> Value {
    let entry = &view.entry;
    let code = caller.work.directory().get(entry.unit).map(|unit| unit.code.clone());
    let values: Map<String, Value> =
        entry.values.iter().map(|(name, value)| (name.clone(), to_json(value))).collect();
    json!({
        "id": entry.id.0,
        "org_unit": code,
        "person": view.person.as_ref().map(|person| &person.code),
        "day": entry.day.to_string(),
        "values": values,
        "version": entry.version,
        "void": entry.void,
        "created_at": entry.created_at.to_string(),
        "created_by": entry.created_by.name,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_an_entry_does_not_have_is_named() {
        let refused = |item: Value| match submission(item) {
            Err(WorkError::Bad(message)) => message,
            other => format!("{other:?}"),
        };
        assert_eq!(refused(json!({ "persons": "p1" })), "记录没有“persons”这一项，是否指“person”");
        assert!(refused(json!({ "org": "k1" })).contains("可用的有 id、org_unit"));
        assert_eq!(refused(json!({ "id": "7" })), "“id”应为UUID 文本");
        assert_eq!(refused(json!({ "values": [] })), "“values”应为以字段名为键的对象");
        assert_eq!(refused(json!("x")), "每条记录应为对象，如 {\"values\": {…}}");
        assert!(submission(json!({ "id": null, "values": { "date": "2026-11-24" } })).is_ok());
    }
}
