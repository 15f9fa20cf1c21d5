//! Answers: pages, redirects, JSON, and what a failure looks like.

use crate::view::shell;
use crate::visit::{SAID, Visit};
use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use hygeia_work::{FieldProblem, WorkError};
use maud::{Markup, html};
use std::sync::OnceLock;

/// The status of a failed use case.
pub(crate) fn status(error: &WorkError) -> StatusCode {
    match error {
        WorkError::Denied(_) => StatusCode::FORBIDDEN,
        WorkError::NotFound(_) => StatusCode::NOT_FOUND,
        WorkError::Invalid(_) => StatusCode::UNPROCESSABLE_ENTITY,
        WorkError::Conflict { .. } | WorkError::Duplicate { .. } => StatusCode::CONFLICT,
        WorkError::Bad(_) => StatusCode::BAD_REQUEST,
        WorkError::Store(_) => StatusCode::SERVICE_UNAVAILABLE,
    }
}

/// Problems of a failed use case, field by field where it has fields.
pub(crate) fn problems(error: &WorkError) -> Vec<FieldProblem> {
    match error {
        WorkError::Invalid(problems) => problems.clone(),
        other => vec![FieldProblem::error("", other.to_string())],
    }
}

/// What the log may know about a failure: never the visitor's words, which may be personal data.
fn log(error: &WorkError) {
    if let WorkError::Store(fault) = error {
        tracing::error!(%fault, "the database failed");
    }
}

/// A failure as a page inside the shell.
pub(crate) fn failure(visit: &Visit, error: &WorkError) -> Response {
    log(error);
    let status = status(error);
    let title = match status {
        StatusCode::FORBIDDEN => visit.t("没有权限", "Not allowed"),
        StatusCode::NOT_FOUND => visit.t("找不到", "Not found"),
        StatusCode::SERVICE_UNAVAILABLE => visit.t("暂时不可用", "Unavailable"),
        _ => visit.t("没有完成", "Not done"),
    };
    let content = html! {
        h1 { (title) }
        section.card.failure role="alert" {
            @for problem in problems(error) { p { (problem.message) } }
            p.row {
                a.btn href="/today" { (visit.t("回到今日", "Back to today")) }
            }
        }
    };
    (status, page(visit, title, "", &content)).into_response()
}

/// A failure before anybody is known.
pub(crate) fn plain_failure(error: &WorkError) -> Response {
    log(error);
    (status(error), shell::bare("Hygeia", &html! { p role="alert" { (error) } })).into_response()
}

/// The answer when a handler crashed.
pub(crate) fn crashed() -> Response {
    let content = html! { p role="alert" { "系统出错，已记录。已提交并确认的内容不受影响，请返回重试。" } };
    (StatusCode::INTERNAL_SERVER_ERROR, shell::bare("系统出错", &content)).into_response()
}

/// The same, as the panic layer asks for it.
pub(crate) fn panicked(_: Box<dyn std::any::Any + Send + 'static>) -> Response {
    crashed()
}

/// A problem as JSON: a message and the fields it concerns.
pub(crate) fn json_problem(status: StatusCode, message: &str, problems: &[FieldProblem]) -> Response {
    (status, Json(serde_json::json!({ "error": message, "problems": problems }))).into_response()
}

/// A failed use case as JSON.
pub(crate) fn json_failure(error: &WorkError) -> Response {
    log(error);
    let mut body = serde_json::json!({ "error": error.to_string(), "problems": problems(error) });
    match error {
        WorkError::Conflict { current } => body["current_version"] = (*current).into(),
        WorkError::Duplicate { existing, .. } => body["existing"] = existing.to_string().into(),
        _ => {}
    }
    (status(error), Json(body)).into_response()
}

/// A page; what it says once is forgotten with it.
pub(crate) fn page(visit: &Visit, title: &str, door: &str, content: &Markup) -> Response {
    let mut response = shell::page(visit, title, door, content).into_response();
    if visit.said.is_some()
        && let Ok(cookie) = HeaderValue::from_str(&format!("{SAID}=; Path=/; Max-Age=0; SameSite=Lax"))
    {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    response
}

/// To another page after a change; `said` is shown there once, its lines after the first as warnings.
pub(crate) fn done(to: &str, said: &str) -> Response {
    let mut response = Redirect::to(to).into_response();
    if !said.is_empty()
        && let Ok(cookie) =
            HeaderValue::from_str(&format!("{SAID}={}; Path=/; Max-Age=30; SameSite=Lax", percent(said)))
    {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    response
}

/// The same, with what is to be looked at again in the change that was made.
pub(crate) fn done_but(to: &str, said: &str, warnings: &[&str]) -> Response {
    let lines: Vec<&str> = [said].iter().chain(warnings).copied().collect();
    done(to, &lines.join("\n"))
}

static TIDY: OnceLock<fn()> = OnceLock::new();

/// Has `tidy` called on the thread that has made a file: it took more than any page does, and what it needed besides
/// the file itself may be given back to the system. The first call holds for the process.
pub fn tidy_after_files(tidy: fn()) {
    let _ = TIDY.set(tidy);
}

/// A file to keep.
pub(crate) fn download(bytes: Vec<u8>, kind: &'static str, file_name: &str) -> Response {
    if let Some(tidy) = TIDY.get() {
        tidy();
    }
    // The plain name is for who cannot read the other; what matters of it is its extension.
    let extension = file_name.rsplit_once('.').map_or("", |(_, extension)| extension);
    let disposition =
        format!("attachment; filename=\"hygeia.{extension}\"; filename*=UTF-8''{}", percent(file_name));
    ([(header::CONTENT_TYPE, kind.to_owned()), (header::CONTENT_DISPOSITION, disposition)], bytes)
        .into_response()
}

/// Content type of a workbook.
pub(crate) const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
/// Content type of a Word file.
pub(crate) const DOCX: &str = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";

/// Text for a query, a cookie or a header: everything but letters, digits and `-_.` percent-encoded.
pub(crate) fn percent(text: &str) -> String {
    let mut safe = String::with_capacity(text.len() * 3);
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.".contains(&byte) {
            safe.push(char::from(byte));
        } else {
            safe.push_str(&format!("%{byte:02X}"));
        }
    }
    safe
}

/// A path with query pairs, empty ones left out.
pub(crate) fn link(path: &str, pairs: &[(&str, &str)]) -> String {
    let mut address = path.to_owned();
    for (at, (name, value)) in pairs.iter().filter(|(_, value)| !value.is_empty()).enumerate() {
        address.push(if at == 0 { '?' } else { '&' });
        address.push_str(name);
        address.push('=');
        address.push_str(&percent(value));
    }
    address
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_leave_empty_pairs_out_and_encode_the_rest() {
        assert_eq!(
            link("/registers/k.a", &[("org", ""), ("text", "李 某&"), ("from", "2026-11-01")]),
            "/registers/k.a?text=%E6%9D%8E%20%E6%9F%90%26&from=2026-11-01"
        );
    }

    #[test]
    fn every_failure_has_its_status() {
        assert_eq!(status(&WorkError::Denied(String::new())), StatusCode::FORBIDDEN);
        assert_eq!(status(&WorkError::Conflict { current: 2 }), StatusCode::CONFLICT);
        assert_eq!(status(&WorkError::Invalid(vec![])), StatusCode::UNPROCESSABLE_ENTITY);
    }
}
