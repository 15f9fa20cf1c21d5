//! Requests that no handler gets to see: unknown addresses, methods and parts of a path, bodies too large or cut off.
//! The framework refuses them with a bare status; here they get words, as a page or as JSON.

use crate::reply;
use crate::view::shell;
use axum::body::{Body, HttpBody};
use axum::extract::Request;
use axum::http::{Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use maud::html;
use std::future::poll_fn;
use std::pin::Pin;
use std::time::Duration;

/// Largest request accepted, bytes; plan documents and class rosters stay far below.
pub(crate) const LARGEST_REQUEST: u64 = 24 * 1024 * 1024;

/// How much of a request that is too large is read, bytes, so that its sender gets to read the answer: a connection
/// closed in the middle of an upload shows as a broken network.
const MOST_DRAINED: u64 = 512 * 1024 * 1024;
/// How long that may take.
const LONGEST_DRAINED: Duration = Duration::from_secs(60);

/// What a file or a request too large is answered.
pub(crate) const TOO_LARGE: &str = "内容太大：一次最多 24 MB，请拆分后重试；没有保存任何内容";

/// Whom an answer is for.
#[derive(Clone, Copy)]
enum Reader {
    Person,
    Program,
}

impl Reader {
    fn of(request: &Request) -> Self {
        let accepts = request.headers().get(header::ACCEPT).and_then(|value| value.to_str().ok());
        let wants_json =
            accepts.is_some_and(|kinds| kinds.contains("application/json") && !kinds.contains("text/html"));
        if wants_json || request.uri().path().starts_with("/api/") { Self::Program } else { Self::Person }
    }
}

/// Answers a request whose length is known to be too large without handing it on.
pub(crate) async fn too_large(request: Request, next: Next) -> Response {
    let length = request.headers().get(header::CONTENT_LENGTH).and_then(|value| value.to_str().ok());
    let length: u64 = length.and_then(|text| text.parse().ok()).unwrap_or(0);
    if length <= LARGEST_REQUEST {
        return next.run(request).await;
    }
    let reader = Reader::of(&request);
    if length <= MOST_DRAINED {
        let _ = tokio::time::timeout(LONGEST_DRAINED, drain(request.into_body())).await;
    }
    answer(reader, StatusCode::PAYLOAD_TOO_LARGE, TOO_LARGE)
}

async fn drain(mut body: Body) {
    while let Some(Ok(_)) = poll_fn(|context| Pin::new(&mut body).poll_frame(context)).await {}
}

/// Gives a refusal of the framework its words; what a handler answers stays as it is.
pub(crate) async fn worded(request: Request, next: Next) -> Response {
    let (reader, method) = (Reader::of(&request), request.method().clone());
    let response = next.run(request).await;
    let kind = response.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let bare = kind.is_none_or(|kind| kind.starts_with("text/plain"));
    if !response.status().is_client_error() || !bare {
        return response;
    }
    let status = response.status();
    let mut answer = answer(reader, status, &words(reader, status, &method));
    if let Some(allow) = response.headers().get(header::ALLOW) {
        answer.headers_mut().insert(header::ALLOW, allow.clone());
    }
    answer
}

fn words(reader: Reader, status: StatusCode, method: &Method) -> String {
    match (status, reader) {
        (StatusCode::NOT_FOUND, Reader::Person) => "没有这个页面。".into(),
        (StatusCode::NOT_FOUND, Reader::Program) => "没有这个接口；全部接口见 /api/v1/openapi.json".into(),
        (StatusCode::METHOD_NOT_ALLOWED, _) => format!("这个地址不接受 {method} 请求"),
        (StatusCode::PAYLOAD_TOO_LARGE, _) => TOO_LARGE.into(),
        (StatusCode::FORBIDDEN, _) => "请求来自其他网站，已拒绝".into(),
        (_, Reader::Person) => "地址不完整或写错了，请从页面上重新打开；没有保存任何内容。".into(),
        (_, Reader::Program) => {
            "地址、参数或内容的格式不对，见 /api/v1/openapi.json；没有保存任何内容".into()
        }
    }
}

fn answer(reader: Reader, status: StatusCode, words: &str) -> Response {
    let title = match status {
        StatusCode::NOT_FOUND => "找不到页面",
        StatusCode::PAYLOAD_TOO_LARGE => "文件太大",
        _ => "没有完成",
    };
    match reader {
        Reader::Program => reply::json_problem(status, words, &[]),
        Reader::Person => {
            let content = html! { p role="alert" { (words) } p { a.btn href="/today" { "回到今日" } } };
            (status, shell::bare(title, &content)).into_response()
        }
    }
}
