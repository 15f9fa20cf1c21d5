//! One entry with its history.

use crate::pages::register::seen;
use crate::pages::workflow;
use crate::reply::{self, link};
use crate::view::fields::thumbnail;
use crate::view::icons::icon;
use crate::view::pieces::{heading, moment};
use crate::view::shell::token;
use crate::visit::{App, Posted, Visit};
use axum::Router;
use axum::extract::Path;
use axum::response::Response;
use axum::routing::{get, post};
use hygeia_expr::Value;
use hygeia_pack::model::{FieldType, Layout, Register, STATE};
use hygeia_store::Change;
use hygeia_work::{Action, EntryView, Result, show_field, unit_title};
use maud::{Markup, html};
use serde_json::Value as Json;

pub(crate) fn routes() -> Router<App> {
    Router::new()
        .route("/entries/{register}/{id}", get(open))
        .route("/entries/{register}/{id}/void", post(void))
        .route("/entries/{register}/{id}/restore", post(restore))
}

pub(super) fn void_said<'a>(visit: &Visit) -> &'a str {
    if visit.actor.english {
        "This entry is void and cannot be changed; restore it first"
    } else {
        "该记录已作废，不能修改；确需修改请先恢复"
    }
}

async fn open(Path((id, entry)): Path<(String, uuid::Uuid)>, visit: Visit) -> Response {
    visit
        .run(move |visit| {
            let packs = visit.work.packs();
            let register = visit.work.register(&packs, &id)?;
            let (view, history) = visit.work.entry_open(&visit.actor, &id, entry)?;
            if register.standard.is_some() && visit.query.opt("plain").is_none() {
                return Ok(reply::done(&format!("/inspections/{id}/{entry}"), ""));
            }
            Ok(reply::page(
                visit,
                register.title.text(visit.actor.english),
                "registers",
                &draw(visit, register, &view, &history)?,
            ))
        })
        .await
}

fn draw(visit: &Visit, register: &Register, view: &EntryView, history: &[Change]) -> Result<Markup> {
    let entry = &view.entry;
    let directory = visit.directory();
    let may = |action| visit.actor.may(&directory, register, action, entry.unit);
    let base = format!("/entries/{}/{}", register.id, entry.id.0);
    let own = entry.created_by.account == visit.actor.account
        && entry.day == visit.actor.today()
        && may(Action::Enter);
    let org = directory.get(entry.unit).map(|unit| unit.code.clone()).unwrap_or_default();
    let locked = register.workflow.as_ref().is_some_and(|workflow| {
        entry.values.get(STATE).and_then(Value::as_text).is_some_and(|state| workflow.is_locked(state))
    });
    let actions = html! {
        @if (may(Action::Edit) || own) && !entry.void && !locked { a.btn.go href={ (base) "/edit" } { (icon("edit")) (visit.t("修改", "Change")) } }
        @if let Some(notice) = register.notice.as_ref().filter(|_| super::notice::has_one(register, view)) {
            a.btn href={ (base) "/notice" } { (icon("print")) (notice.title.text(visit.actor.english)) }
        }
        @if may(Action::Enter) && super::entry_form::has_pattern(register) {
            a.btn href=(super::entry_form::copy_address(register, &org, entry.id)) { (visit.t("以此新建", "New from this")) }
        }
        @if register.layout == Layout::Roster { a.btn href=(link(&format!("/sheets/{}", register.id), &[("org", &org), ("date", &entry.day.to_string())])) { (visit.t("当日花名册", "Sheet")) } }
        a.btn href=(link(&format!("/registers/{}", register.id), &[("org", &org)])) { (visit.t("台账", "Register")) }
    };
    let about = format!("{} · {}", view.unit_title, entry.day);
    Ok(html! {
        (heading(register.title.text(visit.actor.english), &about, &actions))
        @if entry.void { p.problems { (icon("warn")) (visit.t("此记录已作废，不计入任何统计", "This entry is void and counts nowhere")) } }
        (super::related::offers(visit, register, view)?)
        (workflow::panel(visit, register, view, history)?)
        section.card {
            @if let Some(person) = &view.person { p { a href={ "/people/" (person.id.0) } { strong { (person.name) } } } }
            dl.facts {
                @for field in register.fields.values().filter(|field| !field.by_workflow) {
                    @let value = entry.values.get(&field.name).unwrap_or(&Value::Null);
                    @if !value.is_null() {
                        dt { (field.title.text(visit.actor.english)) }
                        dd { (value_markup(view, field, value, visit.actor.english)) }
                    }
                }
                dt { (visit.t("登记", "Entered")) } dd { (entry.created_by.name) " · " (moment(entry.created_at)) }
                @if let Some(by) = &entry.signed_by { dt { (visit.t("签名", "Signed")) } dd { (by) } }
            }
        }
        (super::related::section(visit, register, view)?)
        (history_list(visit, register, view, history))
        @if if entry.void { may(Action::Void) } else { visit.work.may_void(&visit.actor, register, entry) } { (void_form(visit, &base, entry.void)) }
    })
}

fn value_markup(view: &EntryView, field: &hygeia_pack::model::Field, value: &Value, english: bool) -> Markup {
    if let Some(name) = view.references.name(&field.name, value) {
        return match (&field.kind, value) {
            (FieldType::Entry { register, .. }, Value::Text(id)) => {
                html! { a href={ "/entries/" (register) "/" (id) } { (name) } }
            }
            _ => html! { (name) },
        };
    }
    match (&field.kind, value) {
        (FieldType::Rows(columns), Value::List(rows)) => html! {
            div.scroll { table.list {
                thead { tr { @for column in columns.values() { th scope="col" { (column.title.text(english)) } } } }
                tbody { @for row in rows { @if let Value::Row(cells) = row {
                    tr { @for column in columns.values() { td { (show_field(column, cells.get(&column.name).unwrap_or(&Value::Null), english)) } } }
                } } }
            } }
        },
        (FieldType::Photo { .. }, Value::List(ids)) => html! {
            span.photos { @for id in ids.iter().filter_map(Value::as_text) { (thumbnail(id)) } }
        },
        (FieldType::Drawing, Value::Text(id)) => thumbnail(id),
        _ => {
            html! { (show_field(field, value, english)) @if let Some(unit) = &field.unit { " " (unit_title(unit, english)) } }
        }
    }
}

fn void_form(visit: &Visit, base: &str, void: bool) -> Markup {
    let (address, verb) =
        if void { ("restore", visit.t("恢复", "Restore")) } else { ("void", visit.t("作废", "Void")) };
    html! {
        details.card {
            summary { (verb) }
            form.row method="post" action={ (base) "/" (address) } {
                (token(visit))
                label.grow { (visit.t("原因", "Reason")) " " input name="reason" maxlength="200" required; }
                button.btn.danger type="submit" { (verb) }
            }
        }
    }
}

fn history_list(visit: &Visit, register: &Register, view: &EntryView, history: &[Change]) -> Markup {
    html! {
        section.card {
            h2 { (visit.t("修改记录", "History")) }
            ol.history {
                @for change in history {
                    li {
                        strong { (change_title(visit, register, &change.action)) } " " (change.actor.name) " · " span.num { (moment(change.at)) }
                        @if let Some(reason) = &change.reason { span.muted { "（" (reason) "）" } }
                        (differences(visit, register, view, change))
                    }
                }
            }
        }
    }
}

fn change_title<'a>(visit: &'a Visit, register: &'a Register, action: &'a str) -> &'a str {
    if let Some(title) = workflow::action_title(register, action, visit.actor.english) {
        return title;
    }
    match action {
        "create" => visit.t("登记", "Entered"),
        "update" => visit.t("修改", "Changed"),
        "void" => visit.t("作废", "Voided"),
        "unvoid" | "restore" => visit.t("恢复", "Restored"),
        "sign" => visit.t("签名", "Signed"),
        other => other,
    }
}

/// From what to what, field by field.
fn differences(visit: &Visit, register: &Register, view: &EntryView, change: &Change) -> Markup {
    let side = |json: &Json, name: &str| -> Json {
        json.get("values").unwrap_or(json).get(name).cloned().unwrap_or(Json::Null)
    };
    let (before, after) = (&change.before, &change.after);
    let changed = register.fields.values().filter(|field| {
        !before.is_null() && !after.is_null() && side(before, &field.name) != side(after, &field.name)
    });
    let text = |field: &hygeia_pack::model::Field, json: Json| match json {
        Json::Null => visit.t("空", "empty").to_owned(),
        json => {
            let value = hygeia_work::read_field(field, &json).unwrap_or_default();
            if value.is_null() { json.to_string() } else { seen(view, field, &value, visit.actor.english) }
        }
    };
    html! {
        ul.changes { @for field in changed {
            li { (field.title.text(visit.actor.english)) "：" del { (text(field, side(before, &field.name))) } " → " ins { (text(field, side(after, &field.name))) } }
        } }
    }
}

async fn void(Path((id, entry)): Path<(String, uuid::Uuid)>, posted: Posted) -> Response {
    let Posted { visit, form, .. } = posted;
    visit
        .run(move |visit| {
            visit.work.entry_void(&visit.actor, &id, entry, form.get("reason"))?;
            Ok(reply::done(&format!("/entries/{id}/{entry}"), visit.t("已作废", "Voided")))
        })
        .await
}

async fn restore(Path((id, entry)): Path<(String, uuid::Uuid)>, posted: Posted) -> Response {
    let Posted { visit, form, .. } = posted;
    visit
        .run(move |visit| {
            visit.work.entry_restore(&visit.actor, &id, entry, form.get("reason"))?;
            Ok(reply::done(&format!("/entries/{id}/{entry}"), visit.t("已恢复", "Restored")))
        })
        .await
}
