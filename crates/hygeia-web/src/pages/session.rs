//! Signing in and out, and the two switches that stand in cookies: unit and language.

use crate::reply;
use crate::view::pieces;
use crate::view::shell;
use crate::visit::{App, Params, Posted, SESSION, UNIT, Visit};
use axum::Extension;
use axum::Form;
use axum::Router;
use axum::extract::{ConnectInfo, Query, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use hygeia_work::WorkError;
use jiff::Timestamp;
use maud::{Markup, html};
use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::{Mutex, OnceLock, PoisonError};
use std::time::{Duration, Instant};

pub(crate) fn routes() -> Router<App> {
    Router::new()
        .route("/login", get(form).post(sign_in))
        .route("/logout", post(sign_out))
        .route("/unit", get(choose_unit))
        .route("/language", post(switch_language))
}

/// Wrong passwords for one login before it has to wait.
const PATIENCE: u32 = 8;
/// How long it waits.
const PAUSE: Duration = Duration::from_secs(300);

/// Failed sign-ins by login and address of this process; enough against guessing, gone with a restart.
fn failures() -> &'static Mutex<HashMap<String, (u32, Instant)>> {
    static FAILURES: OnceLock<Mutex<HashMap<String, (u32, Instant)>>> = OnceLock::new();
    FAILURES.get_or_init(Mutex::default)
}

fn must_wait(key: &str) -> bool {
    let mut known = failures().lock().unwrap_or_else(PoisonError::into_inner);
    known.retain(|_, (_, since)| since.elapsed() < PAUSE);
    known.get(key).is_some_and(|(count, _)| *count >= PATIENCE)
}

fn note_failure(key: &str) {
    let mut known = failures().lock().unwrap_or_else(PoisonError::into_inner);
    let entry = known.entry(key.to_owned()).or_insert((0, Instant::now()));
    *entry = (entry.0 + 1, Instant::now());
}

/// Only a path of this site may be gone to after signing in.
fn safe_next(next: &str) -> &str {
    if next.starts_with('/') && !next.starts_with("//") && !next.contains('\\') { next } else { "/today" }
}

fn login_page(login: &str, next: &str, problem: Option<&str>) -> Markup {
    shell::bare(
        "登录",
        &html! {
            @if let Some(problem) = problem { p.problems role="alert" { (problem) } }
            form.stack method="post" action="/login" {
                input type="hidden" name="next" value=(next);
                (pieces::input("账号", "login", "text", login, &[], true))
                (pieces::input("密码", "password", "password", "", &[], true))
                button.btn.go type="submit" { "登录" }
            }
        },
    )
}

async fn form(Query(query): Query<Vec<(String, String)>>) -> Markup {
    let query = Params(query);
    login_page("", safe_next(query.get("next")), None)
}

async fn sign_in(
    State(app): State<App>,
    peer: Option<Extension<ConnectInfo<SocketAddr>>>,
    Form(form): Form<Vec<(String, String)>>,
) -> Response {
    let form = Params(form);
    let (login, next) = (form.get("login").to_owned(), safe_next(form.get("next")).to_owned());
    // Passwords keep their blanks.
    let password =
        form.0.iter().find(|(name, _)| name == "password").map_or(String::new(), |(_, text)| text.clone());
    let key = format!("{login}@{}", peer.map_or(String::new(), |peer| peer.0.0.ip().to_string()));
    if must_wait(&key) {
        let page = login_page(&login, &next, Some("尝试次数过多，请 5 分钟后再试，或联系管理员重设密码"));
        return (StatusCode::TOO_MANY_REQUESTS, page).into_response();
    }
    let (work, name) = (app.work, login.clone());
    // Checking a password is slow on purpose.
    let outcome = tokio::task::spawn_blocking(move || work.sign_in(&name, &password, Timestamp::now())).await;
    match outcome {
        Ok(Ok(signed)) => {
            let mut response = Redirect::to(&next).into_response();
            let cookie =
                format!("{SESSION}={}; Path=/; HttpOnly; SameSite=Lax; Max-Age=1209600", signed.secret);
            set_cookie(&mut response, &cookie);
            response
        }
        Ok(Err(WorkError::Denied(message))) => {
            note_failure(&key);
            (StatusCode::UNAUTHORIZED, login_page(&login, &next, Some(&message))).into_response()
        }
        Ok(Err(error)) => reply::plain_failure(&error),
        Err(_) => reply::crashed(),
    }
}

fn set_cookie(response: &mut Response, cookie: &str) {
    if let Ok(value) = HeaderValue::from_str(cookie) {
        response.headers_mut().append(header::SET_COOKIE, value);
    }
}

async fn sign_out(posted: Posted) -> Response {
    posted
        .visit
        .run(|visit| {
            visit.work.sign_out(&visit.secret)?;
            let mut response = Redirect::to("/login").into_response();
            set_cookie(&mut response, &format!("{SESSION}=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0"));
            Ok(response)
        })
        .await
}

/// Chooses the unit to work for. Nothing is changed but the visitor's own cookie.
async fn choose_unit(visit: Visit) -> Response {
    visit
        .run(|visit| {
            let directory = visit.directory();
            let unit = visit.work.unit_by_code(&directory, visit.query.get("to"))?;
            if !visit.actor.reaches(&directory, unit.id) {
                return Err(WorkError::NotFound("该机构".into()));
            }
            let mut response = Redirect::to(safe_next(visit.query.get("next"))).into_response();
            let code = reply::percent(&unit.code);
            set_cookie(&mut response, &format!("{UNIT}={code}; Path=/; SameSite=Lax; Max-Age=31536000"));
            Ok(response)
        })
        .await
}

async fn switch_language(headers: HeaderMap, posted: Posted) -> Response {
    // Back to the very page, with its query, when the browser says which it was.
    let referer = headers.get(header::REFERER).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let path = referer.split_once("://").and_then(|(_, rest)| rest.find('/').map(|at| rest[at..].to_owned()));
    let next = path.unwrap_or_else(|| posted.form.get("next").to_owned());
    posted
        .visit
        .run(move |visit| {
            visit.work.language_set(&visit.actor, !visit.actor.english)?;
            Ok(Redirect::to(safe_next(&next)).into_response())
        })
        .await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_is_sent_to_another_site() {
        assert_eq!(safe_next("/registers?org=K1"), "/registers?org=K1");
        for foreign in ["//evil.example", "https://evil.example", "", "/\\evil.example"] {
            assert_eq!(safe_next(foreign), "/today");
        }
    }

    #[test]
    fn guessing_has_to_wait() {
        let key = "nobody@test";
        assert!(!must_wait(key));
        (0..PATIENCE).for_each(|_| note_failure(key));
        assert!(must_wait(key));
    }
}
