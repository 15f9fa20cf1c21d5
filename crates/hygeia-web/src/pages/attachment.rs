//! Pictures and drawn signatures: taken on a phone, shown to those who may see the entry.

use crate::visit::{App, Posted, Visit};
use axum::Router;
use axum::extract::Path;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use hygeia_work::WorkError;
use serde_json::json;

pub(crate) fn routes() -> Router<App> {
    Router::new().route("/attachments", post(add)).route("/attachments/{id}", get(show))
}

async fn add(posted: Posted) -> Response {
    let Posted { visit, form, files } = posted;
    visit
        .run_json(move |visit| {
            let file = files.into_iter().find(|file| file.field == "file");
            let file = file.ok_or_else(|| WorkError::Bad("没有收到图片，请重新拍照".into()))?;
            let id = uuid::Uuid::parse_str(form.get("id")).unwrap_or_else(|_| uuid::Uuid::now_v7());
            let (register, unit) = (form.get("register"), form.get("unit"));
            let id = visit.work.attachment_add(&visit.actor, register, unit, id, file.bytes.to_vec())?;
            Ok(json!({ "id": id }))
        })
        .await
}

async fn show(Path(id): Path<String>, visit: Visit) -> Response {
    visit
        .run(move |visit| {
            let id = uuid::Uuid::parse_str(&id).map_err(|_| WorkError::NotFound("该照片".into()))?;
            let found = visit.work.attachment_open(&visit.actor, id)?;
            // A picture never changes; the browser keeps it for its user only.
            let headers = [
                (header::CONTENT_TYPE, found.media),
                (header::CACHE_CONTROL, "private, max-age=31536000, immutable".to_owned()),
                (header::CONTENT_DISPOSITION, "inline".to_owned()),
                (header::X_CONTENT_TYPE_OPTIONS, "nosniff".to_owned()),
            ];
            Ok((headers, found.body).into_response())
        })
        .await
}
