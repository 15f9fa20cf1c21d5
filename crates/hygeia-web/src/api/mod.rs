//! The JSON API: everything a page does, for machines. `/api/v1/openapi.json` describes it and is generated from the
//! installed packs, so that it is true.

mod alarms;
mod caller;
mod contests;
mod describe;
mod entries;
mod incidents;
mod indicators;
mod inspections;
mod ledgers;
mod openapi;
mod rounds;
mod rules;
mod workflow;

use crate::visit::App;
use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};

/// Routes below `/api/v1`.
pub(crate) fn routes() -> Router<App> {
    Router::new()
        .route("/registers/{register}/entries", get(entries::list).post(entries::submit))
        .route("/registers/{register}/entries/{id}", get(entries::open))
        .route("/registers/{register}/entries/{id}/transitions/{transition}", post(workflow::take))
        .route("/clocks", get(workflow::clocks))
        .route("/indicators/{indicator}", get(indicators::read))
        .route("/registers/{register}/ranking", get(inspections::ranking))
        .route("/registers/{register}/entries/{id}/marks", post(inspections::mark))
        .route("/standards", get(inspections::standards))
        .route("/registers/{register}/entries/{id}/finish", post(contests::finish))
        .route("/registers/{register}/items", get(contests::items))
        .route("/registers/{register}/comparison", get(contests::compare))
        .route("/registers/{register}/flags", get(contests::flags).post(contests::award))
        .route("/registers/{register}/flags/withdraw", post(contests::withdraw))
        .route("/rounds", get(rounds::list).post(rounds::draw))
        .route("/rounds/{id}", get(rounds::open))
        .route("/rounds/{id}/inspections", post(rounds::inspect))
        .route("/rounds/{id}/publish", post(rounds::publish))
        .route("/attachments", post(inspections::attach))
        .route("/attachments/{id}", get(inspections::picture))
        .route("/ledgers/{ledger}/balances", get(ledgers::balances))
        .route("/ledgers/{ledger}/postings", get(ledgers::postings))
        .route("/alarms", get(alarms::list))
        .route("/alarms/{id}", get(alarms::open))
        .route("/alarms/{id}/incident", post(alarms::open_incident))
        .route("/incidents", get(incidents::list))
        .route("/incidents/{id}", get(incidents::open))
        .route("/incidents/{id}/contacts", post(incidents::contacts))
        .route("/incidents/{id}/situation", post(incidents::situation))
        .route("/incidents/{id}/report", get(incidents::report))
        .route("/rules", get(rules::list))
        .route("/rules/{rule}", get(rules::open).post(rules::change))
        .route("/rules/{rule}/try", post(rules::attempt))
        .route("/openapi.json", get(description))
}

async fn description(State(app): State<App>) -> Response {
    axum::Json(openapi::document(&app.work.packs())).into_response()
}
