//! A request read once: who asks, for which unit, with which parameters.

use crate::{refusal, reply};
use axum::body::Bytes;
use axum::extract::{FromRequest, FromRequestParts, Multipart, Query, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use hygeia_store::{OrgUnit, OrgUnitId};
use hygeia_work::{Actor, Directory, Period, PeriodKind, Result, Work, WorkError};
use jiff::Timestamp;
use jiff::civil::Date;
use std::sync::Arc;

/// What every handler shares.
#[derive(Clone)]
pub(crate) struct App {
    pub work: Work,
}

/// Names and texts of a query or a form, in the order they came.
#[derive(Debug, Clone, Default)]
pub(crate) struct Params(pub Vec<(String, String)>);

impl Params {
    /// The first value under `name`, trimmed; empty when absent.
    pub fn get(&self, name: &str) -> &str {
        self.0.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value.trim())
    }

    /// The first value under `name`, when it is not empty.
    pub fn opt(&self, name: &str) -> Option<&str> {
        Some(self.get(name)).filter(|value| !value.is_empty())
    }

    /// Every value under `name`.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.0.iter().filter(move |(known, _)| known == name).map(|(_, value)| value.trim())
    }

    /// A date under `name`; a text that is none is an error.
    pub fn date(&self, name: &str) -> Result<Option<Date>> {
        match self.opt(name) {
            None => Ok(None),
            Some(text) => hygeia_work::read_date(text)
                .map(Some)
                .ok_or_else(|| WorkError::Bad(format!("“{text}”不是有效日期，应如 2026-11-24"))),
        }
    }
}

/// A signed-in request.
pub(crate) struct Visit {
    pub work: Work,
    pub actor: Actor,
    /// Token that every change must carry.
    pub csrf: String,
    /// Session cookie.
    pub secret: String,
    /// Path of the request, without query.
    pub path: String,
    pub query: Params,
    /// Unit the visitor works for: `org` of the query, else the one chosen last, else the first of their own.
    pub unit: OrgUnitId,
    /// What the page before wants said: a change that was made.
    pub said: Option<String>,
}

impl Visit {
    /// Runs the blocking part of a handler; errors become a page.
    pub async fn run<F>(self, handle: F) -> Response
    where
        F: FnOnce(&Visit) -> Result<Response> + Send + 'static,
    {
        let done = tokio::task::spawn_blocking(move || {
            handle(&self).unwrap_or_else(|error| reply::failure(&self, &error))
        });
        done.await.unwrap_or_else(|_| reply::crashed())
    }

    /// Like [`Visit::run`], with failures as JSON.
    pub async fn run_json<F>(self, handle: F) -> Response
    where
        F: FnOnce(&Visit) -> Result<serde_json::Value> + Send + 'static,
    {
        let done = tokio::task::spawn_blocking(move || match handle(&self) {
            Ok(body) => axum::Json(body).into_response(),
            Err(error) => reply::json_failure(&error),
        });
        done.await.unwrap_or_else(|_| reply::crashed())
    }

    /// Chinese or English, by the switch.
    pub fn t<'a>(&self, zh: &'a str, en: &'a str) -> &'a str {
        if self.actor.english { en } else { zh }
    }

    pub fn directory(&self) -> Arc<Directory> {
        self.work.directory()
    }

    /// The unit the visitor works for.
    pub fn org<'a>(&self, directory: &'a Directory) -> Result<&'a OrgUnit> {
        self.work.unit(directory, self.unit)
    }

    /// The day asked for, today when none is.
    pub fn day(&self) -> Result<Date> {
        Ok(self.query.date("date")?.unwrap_or_else(|| self.actor.today()))
    }

    /// The period asked for, else the running one of `kind`.
    pub fn period(&self, kind: PeriodKind) -> Result<Period> {
        let calendar = self.work.calendar();
        match self.query.opt("period") {
            Some(text) => Period::parse(text, &calendar).map_err(|error| WorkError::Bad(error.to_string())),
            None => Ok(Period::containing(kind, self.actor.today(), &calendar)),
        }
    }
}

/// One cookie of the request.
pub(crate) fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find_map(|(known, value)| (known == name).then_some(value))
}

/// Name of the session cookie.
pub(crate) const SESSION: &str = "hygeia_session";
/// Name of the cookie with the code of the unit chosen last.
pub(crate) const UNIT: &str = "hygeia_unit";

/// Name of the cookie with a message for the next page.
pub(crate) const SAID: &str = "hygeia_said";

fn query_of(parts: &Parts) -> Params {
    Params(Query::<Vec<(String, String)>>::try_from_uri(&parts.uri).map(|query| query.0).unwrap_or_default())
}

/// The unit a request is for; a unit out of reach does not exist for the visitor.
fn unit_of(work: &Work, actor: &Actor, query: &Params, chosen: Option<&str>) -> Result<OrgUnitId> {
    let directory = work.directory();
    let reached =
        |code: &str| directory.by_code(code).map(|unit| unit.id).filter(|id| actor.reaches(&directory, *id));
    if let Some(code) = query.opt("org") {
        return reached(code).ok_or_else(|| WorkError::NotFound(format!("机构“{code}”")));
    }
    let home = || actor.home_units(&directory).into_iter().next();
    chosen
        .and_then(reached)
        .or_else(home)
        .ok_or_else(|| WorkError::Denied("该账号还没有分配角色，请联系管理员".into()))
}

fn wants_json(parts: &Parts) -> bool {
    let accepts = parts.headers.get(header::ACCEPT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    accepts.contains("application/json") && !accepts.contains("text/html")
}

/// To the sign-in page, and back afterwards.
fn sign_in_first(parts: &Parts) -> Response {
    if wants_json(parts) {
        return reply::json_problem(
            StatusCode::UNAUTHORIZED,
            "登录已过期，请重新登录；未保存的内容仍在本机",
            &[],
        );
    }
    let back = parts.uri.path_and_query().map_or("/", |path| path.as_str());
    let back = if parts.method == axum::http::Method::GET { back } else { "/today" };
    Redirect::to(&format!("/login?next={}", reply::percent(back))).into_response()
}

impl FromRequestParts<App> for Visit {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> std::result::Result<Self, Response> {
        let Some(secret) = cookie(&parts.headers, SESSION).map(str::to_owned) else {
            return Err(sign_in_first(parts));
        };
        let chosen = cookie(&parts.headers, UNIT).map(decode);
        let said = cookie(&parts.headers, SAID).map(decode).filter(|said| !said.is_empty());
        let (work, query, path) = (app.work.clone(), query_of(parts), parts.uri.path().to_owned());
        let read = tokio::task::spawn_blocking(move || -> Result<Option<(Visit, Option<WorkError>)>> {
            let Some((actor, csrf)) = work.session(&secret, Timestamp::now())? else { return Ok(None) };
            let found = unit_of(&work, &actor, &query, chosen.as_deref());
            let (unit, fault) = match found {
                Ok(unit) => (unit, None),
                Err(fault) => (OrgUnitId(0), Some(fault)),
            };
            Ok(Some((Visit { work, actor, csrf, secret, path, query, unit, said }, fault)))
        });
        match read.await {
            Ok(Ok(Some((visit, None)))) => Ok(visit),
            Ok(Ok(Some((visit, Some(fault))))) => Err(reply::failure(&visit, &fault)),
            Ok(Ok(None)) => Err(sign_in_first(parts)),
            Ok(Err(fault)) => Err(reply::plain_failure(&fault)),
            Err(_) => Err(reply::crashed()),
        }
    }
}

/// One uploaded file.
#[derive(Debug, Clone)]
pub(crate) struct Upload {
    pub field: String,
    pub file_name: String,
    pub bytes: Bytes,
}

/// A signed-in change: form or file upload, its token checked.
pub(crate) struct Posted {
    pub visit: Visit,
    pub form: Params,
    pub files: Vec<Upload>,
}

impl FromRequest<App> for Posted {
    type Rejection = Response;

    async fn from_request(request: Request, app: &App) -> std::result::Result<Self, Response> {
        let (mut parts, body) = request.into_parts();
        let visit = Visit::from_request_parts(&mut parts, app).await?;
        let request = Request::from_parts(parts, body);
        let token = request.headers().get("x-csrf").and_then(|value| value.to_str().ok()).map(str::to_owned);
        let kind = request
            .headers()
            .get(header::CONTENT_TYPE)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default();
        let (form, files) = if kind.starts_with("multipart/form-data") {
            read_multipart(request, app).await.map_err(|(status, fault)| {
                let mut response = reply::failure(&visit, &WorkError::Bad(fault.into()));
                *response.status_mut() = status;
                response
            })?
        } else {
            let fault = |_| reply::failure(&visit, &WorkError::Bad("提交的内容不完整，请重试".into()));
            let body = Bytes::from_request(request, app).await.map_err(fault)?;
            (Params(form_pairs(&body)), Vec::new())
        };
        let given = token.as_deref().unwrap_or_else(|| form.get("_csrf"));
        if given != visit.csrf {
            return Err(reply::failure(
                &visit,
                &WorkError::Denied("页面已过期，请返回刷新后再提交；填写的内容未丢失".into()),
            ));
        }
        Ok(Posted { visit, form, files })
    }
}

/// A signed-in change sent by a page's script as JSON, its token checked in the header.
pub(crate) struct PostedJson {
    pub visit: Visit,
    pub body: serde_json::Value,
}

impl FromRequest<App> for PostedJson {
    type Rejection = Response;

    async fn from_request(request: Request, app: &App) -> std::result::Result<Self, Response> {
        let (mut parts, body) = request.into_parts();
        let visit = Visit::from_request_parts(&mut parts, app).await?;
        let token = parts.headers.get("x-csrf").and_then(|value| value.to_str().ok());
        if token != Some(visit.csrf.as_str()) {
            return Err(reply::json_problem(
                StatusCode::FORBIDDEN,
                "页面已过期，请刷新后重试；未保存的内容仍在本机",
                &[],
            ));
        }
        let fault = |_| reply::json_problem(StatusCode::BAD_REQUEST, "提交的内容不完整，请重试", &[]);
        let bytes = Bytes::from_request(Request::from_parts(parts, body), app).await.map_err(fault)?;
        let body = serde_json::from_slice(&bytes).map_err(|error| {
            reply::json_problem(StatusCode::BAD_REQUEST, &format!("不是有效的 JSON：{error}"), &[])
        })?;
        Ok(PostedJson { visit, body })
    }
}

/// The pairs of a form body; anything that is none is left out.
fn form_pairs(body: &[u8]) -> Vec<(String, String)> {
    let text = String::from_utf8_lossy(body);
    text.split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
        .map(|(name, value)| (decode(name), decode(value)))
        .collect()
}

/// Undoes form encoding; bytes that are no UTF-8 become replacement characters.
fn decode(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, more)) = rest.split_first() {
        rest = more;
        let hex = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
        match first {
            b'+' => bytes.push(b' '),
            b'%' => match (more.first().copied().and_then(hex), more.get(1).copied().and_then(hex)) {
                (Some(high), Some(low)) => {
                    bytes.push(high * 16 + low);
                    rest = more.get(2..).unwrap_or_default();
                }
                _ => bytes.push(b'%'),
            },
            byte => bytes.push(*byte),
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// The fields and files of an upload; else the status of the failure and what to tell.
async fn read_multipart(
    request: Request,
    app: &App,
) -> std::result::Result<(Params, Vec<Upload>), (StatusCode, &'static str)> {
    let broken = |error: axum::extract::multipart::MultipartError| match error.status() {
        StatusCode::PAYLOAD_TOO_LARGE => (StatusCode::PAYLOAD_TOO_LARGE, refusal::TOO_LARGE),
        _ => (StatusCode::BAD_REQUEST, "上传中断或内容不完整，请重试；没有导入任何内容"),
    };
    let mut parts = Multipart::from_request(request, app)
        .await
        .map_err(|_| (StatusCode::BAD_REQUEST, "上传的内容无法读取，请重新选择文件"))?;
    let (mut form, mut files) = (Params::default(), Vec::new());
    while let Some(part) = parts.next_field().await.map_err(broken)? {
        let field = part.name().unwrap_or_default().to_owned();
        match part.file_name().map(str::to_owned) {
            Some(file_name) => {
                files.push(Upload { field, file_name, bytes: part.bytes().await.map_err(broken)? })
            }
            None => form.0.push((field, part.text().await.map_err(broken)?)),
        }
    }
    Ok((form, files))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_decode_and_never_fail() {
        let pairs = form_pairs("a=%E4%BD%93%E6%B8%A9&b=1+2&b=3&c&=x&d=%zz%4".as_bytes());
        let params = Params(pairs);
        assert_eq!(params.get("a"), "体温");
        assert_eq!(params.all("b").collect::<Vec<_>>(), ["1 2", "3"]);
        assert_eq!(params.opt("c"), None);
        assert_eq!(params.get("d"), "%zz%4");
    }

    #[test]
    fn cookies_are_found_among_others() {
        let mut headers = HeaderMap::new();
        headers.insert(header::COOKIE, "a=1; hygeia_session=abc;b=2".parse().unwrap());
        assert_eq!(cookie(&headers, SESSION), Some("abc"));
        assert_eq!(cookie(&headers, UNIT), None);
    }
}
