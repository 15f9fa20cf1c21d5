//! The pages, a file per noun; each file holds its routes, its handlers and what it draws.

mod account;
mod alarm;
mod attachment;
mod awaited;
mod board;
mod calendar;
mod design;
mod door;
mod entry;
mod entry_form;
mod incident;
mod indicator;
mod inspection;
mod lacking;
mod ledger;
mod notice;
mod people_import;
mod person;
mod plan;
mod promotion;
mod proofread;
mod register;
mod related;
mod report;
mod rule;
mod session;
mod sheet;
mod today;
mod workflow;

use crate::visit::App;
use axum::Router;

pub(crate) fn routes() -> Router<App> {
    Router::new()
        .merge(session::routes())
        .merge(door::routes())
        .merge(today::routes())
        .merge(sheet::routes())
        .merge(register::routes())
        .merge(entry::routes())
        .merge(entry_form::routes())
        .merge(notice::routes())
        .merge(design::routes())
        .merge(indicator::routes())
        .merge(people_import::routes())
        .merge(promotion::routes())
        .merge(plan::routes())
        .merge(proofread::routes())
        .merge(report::routes())
        .merge(person::routes())
        .merge(account::routes())
        .merge(calendar::routes())
        .merge(workflow::routes())
        .merge(board::routes())
        .merge(alarm::routes())
        .merge(incident::routes())
        .merge(rule::routes())
        .merge(attachment::routes())
        .merge(inspection::routes())
        .merge(ledger::routes())
}
