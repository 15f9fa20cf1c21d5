//! Who calls the API: the holder of a bearer token, or a page of ours with its session.

use crate::reply;
use crate::visit::{App, SESSION, cookie};
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{Method, StatusCode, header};
use axum::response::Response;
use hygeia_store::OrgUnitId;
use hygeia_work::{Actor, Result, Work};
use jiff::Timestamp;
use tokio::sync::oneshot;

/// A call with what shall prove who calls; [`Call::run`] finds out.
pub(super) struct Call {
    pub work: Work,
    proof: Proof,
    /// Whether the method may change something.
    changes: bool,
}

/// An authenticated call.
pub(super) struct Caller {
    pub work: Work,
    pub actor: Actor,
}

/// What was asked for, or the response that says why not.
pub(super) type Answered<T> = std::result::Result<T, Box<Response>>;

/// What proves who calls.
enum Proof {
    Token(String),
    /// Session secret, and the CSRF token that came with it.
    Session(String, Option<String>),
}

impl Call {
    /// Runs the blocking part of a handler for whoever calls; failures are JSON.
    pub async fn run<F>(self, handle: F) -> Response
    where
        F: FnOnce(&Caller) -> Result<Response> + Send + 'static,
    {
        let done = tokio::task::spawn_blocking(move || match self.caller() {
            Ok(caller) => handle(&caller).unwrap_or_else(|error| reply::json_failure(&error)),
            Err(refusal) => *refusal,
        });
        done.await.unwrap_or_else(|_| reply::crashed())
    }

    /// Like [`Call::run`], of a handler that hands what it begins to somebody else, who answers: no thread waits
    /// meanwhile. When nobody answers, that is a crash.
    pub async fn run_on<T, F>(self, handle: F) -> Answered<T>
    where
        T: Send + 'static,
        F: FnOnce(&Caller, oneshot::Sender<Answered<T>>) + Send + 'static,
    {
        let (sender, receiver) = oneshot::channel();
        tokio::task::spawn_blocking(move || match self.caller() {
            Ok(caller) => handle(&caller, sender),
            Err(refusal) => {
                let _ = sender.send(Err(refusal));
            }
        });
        receiver.await.unwrap_or_else(|_| Err(Box::new(reply::crashed())))
    }

    fn caller(self) -> Answered<Caller> {
        let Self { work, proof, changes } = self;
        let now = Timestamp::now();
        let found = match proof {
            Proof::Token(token) => work.token_actor(&token, now),
            Proof::Session(secret, csrf) => work.session(&secret, now).map(|session| {
                let proven = |expected: &String| !changes || csrf.as_ref() == Some(expected);
                session.filter(|(_, expected)| proven(expected)).map(|(actor, _)| actor)
            }),
        };
        match found {
            Ok(Some(actor)) => Ok(Caller { work, actor }),
            Ok(None) => Err(Box::new(refused())),
            Err(error) => Err(Box::new(reply::json_failure(&error))),
        }
    }
}

fn refused() -> Response {
    let message = "需要接口令牌：请在“我的账号”中新建令牌，并以 Authorization: Bearer 发送";
    let mut response = reply::json_problem(StatusCode::UNAUTHORIZED, message, &[]);
    let challenge = header::HeaderValue::from_static("Bearer");
    response.headers_mut().insert(header::WWW_AUTHENTICATE, challenge);
    response
}

impl Caller {
    /// The unit with a code.
    pub fn unit(&self, code: &str) -> Result<OrgUnitId> {
        Ok(self.work.unit_or_meant(&self.actor, &self.work.directory(), code)?.id)
    }

    /// Refuses the name of a register that there is none of.
    pub fn must_know(&self, register: &str) -> Result<()> {
        self.work.register_or_meant(&self.actor, &self.work.packs(), register).map(|_| ())
    }
}

impl FromRequestParts<App> for Call {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> std::result::Result<Self, Response> {
        let proof = proof_of(parts).ok_or_else(refused)?;
        let changes = !matches!(parts.method, Method::GET | Method::HEAD);
        Ok(Call { work: app.work.clone(), proof, changes })
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
