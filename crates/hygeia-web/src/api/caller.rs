//! Who calls the API: the holder of a bearer token, or a page of ours with its session.

use crate::reply;
use crate::visit::{App, SESSION, cookie};
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use hygeia_work::{Actor, Result, Work};
use jiff::Timestamp;

/// An authenticated call.
pub(super) struct Caller {
    pub work: Work,
    pub actor: Actor,
}

impl Caller {
    /// Runs the blocking part of a handler; failures are JSON.
    pub async fn run<F>(self, handle: F) -> Response
    where
        F: FnOnce(&Caller) -> Result<Response> + Send + 'static,
    {
        let done = tokio::task::spawn_blocking(move || {
            handle(&self).unwrap_or_else(|error| reply::json_failure(&error))
        });
        done.await.unwrap_or_else(|_| reply::crashed())
    }
}

/// What proves who calls.
enum Proof {
    Token(String),
    /// Session secret, and the CSRF token that came with it.
    Session(String, Option<String>),
}

impl FromRequestParts<App> for Caller {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> std::result::Result<Self, Response> {
        let refused = || {
            let message = "需要接口令牌：请在“我的账号”中新建令牌，并以 Authorization: Bearer 发送";
            let mut response = reply::json_problem(StatusCode::UNAUTHORIZED, message, &[]);
            let challenge = header::HeaderValue::from_static("Bearer");
            response.headers_mut().insert(header::WWW_AUTHENTICATE, challenge);
            response
        };
        let proof = proof_of(parts).ok_or_else(refused)?;
        let changes = !matches!(parts.method, Method::GET | Method::HEAD);
        let work = app.work.clone();
        let found = tokio::task::spawn_blocking(move || {
            let now = Timestamp::now();
            Ok(match proof {
                Proof::Token(token) => work.token_actor(&token, now)?,
                Proof::Session(secret, csrf) => work
                    .session(&secret, now)?
                    .filter(|(_, expected)| !changes || csrf.as_ref() == Some(expected))
                    .map(|(actor, _)| actor),
            })
        });
        let found: Result<Option<Actor>> = found.await.map_err(|_| reply::crashed())?;
        match found {
            Ok(Some(actor)) => Ok(Caller { work: app.work.clone(), actor }),
            Ok(None) => Err(refused().into_response()),
            Err(error) => Err(reply::json_failure(&error)),
        }
    }
}

fn proof_of(parts: &Parts) -> Option<Proof> {
    let text = |name: &str| parts.headers.get(name).and_then(|value| value.to_str().ok());
    if let Some(token) = text("authorization").and_then(|value| value.strip_prefix("Bearer ")) {
        return Some(Proof::Token(token.trim().to_owned()));
    }
    let secret = cookie(&parts.headers, SESSION)?.to_owned();
    Some(Proof::Session(secret, text("x-csrf").map(str::to_owned)))
}
