//! Inspections (检查评分): the list, the checklist on a phone, the result, ranking, comparison, rounds.

mod flag;
mod mark;
mod ranking;
mod result;
mod round;
mod standard;
mod start;

use crate::reply::{self, link};
use crate::view::icons::icon;
use crate::view::pieces::{empty, heading};
use crate::visit::{App, Visit};
use axum::Router;
use axum::response::Response;
use axum::routing::{get, post};
use hygeia_expr::Value;
use hygeia_pack::model::Register;
use hygeia_store::Entry;
use hygeia_work::{Action, Listing, Result, show_field};
use maud::{Markup, html};

pub(crate) fn routes() -> Router<App> {
    Router::new()
        .route("/inspections", get(overview))
        .route("/inspections/{register}/new", get(start::form).post(start::begin))
        .route("/inspections/{register}/ranking", get(ranking::show))
        .route("/inspections/{register}/compare", get(ranking::compare))
        .route("/inspections/{register}/flags", get(flag::notice).post(flag::change))
        .route("/inspections/{register}/standard", get(standard::show))
        .route("/inspections/{register}/{id}", get(result::show))
        .route("/inspections/{register}/{id}/print", get(result::print))
        .route("/inspections/{register}/{id}/mark", get(mark::show).post(mark::save))
        .route("/inspections/{register}/{id}/finish", post(mark::finish))
        .route("/rounds", get(round::list))
        .route("/rounds/new", get(round::form).post(round::draw))
        .route("/rounds/{id}", get(round::show))
        .route("/rounds/{id}/publish", post(round::publish))
}

/// Inspections shown of each register.
const RECENT: u32 = 6;

async fn overview(visit: Visit) -> Response {
    visit
        .run(|visit| {
            let packs = visit.work.packs();
            let directory = visit.directory();
            let mine: Vec<&Register> = packs
                .registers
                .values()
                .filter(|register| register.standard.is_some() && visit.actor.may_somewhere(&directory, register, Action::View))
                .collect();
            let actions = html! { a.btn href="/rounds" { (icon("calendar")) (visit.t("检查轮次", "Rounds")) } };
            let content = html! {
                (heading(visit.t("检查评分", "Inspections"), &directory.full_title(visit.unit), &actions))
                @if mine.is_empty() { section.card { (empty(visit.t("没有您可以查看的检查标准", "No standard you may see"), &html! {})) } }
                @for register in mine { (of_register(visit, register)?) }
            };
            Ok(reply::page(visit, visit.t("检查评分", "Inspections"), "more", &content))
        })
        .await
}

fn of_register(visit: &Visit, register: &Register) -> Result<Markup> {
    let directory = visit.directory();
    let org = visit.org(&directory)?.code.clone();
    let address = |page: &str| link(&format!("/inspections/{}/{page}", register.id), &[("org", &org)]);
    let listing = Listing { unit: Some(visit.unit), limit: RECENT, ..Listing::default() };
    let seen = visit.actor.may(&directory, register, Action::View, visit.unit);
    let recent = if seen {
        visit.work.entry_list(&visit.actor, register.id.as_str(), &listing)?.entries
    } else {
        Vec::new()
    };
    Ok(html! {
        section.card {
            h2 { (register.title.text(visit.actor.english)) }
            p.row {
                @if visit.actor.may_below(&directory, register, Action::Enter, visit.unit) {
                    a.btn.go href=(address("new")) { (icon("add")) (visit.t("开始检查", "Inspect")) }
                }
                a.btn href=(address("ranking")) { (icon("indicators")) (visit.t("排名", "Ranking")) }
                a.btn href=(address("standard")) { (icon("check")) (visit.t("标准与扣分", "Standard")) }
                @if let Some(flag) = &register.flag { a.btn href=(address("flags")) { (icon("flag")) (flag.title.text(visit.actor.english)) } }
                a.btn href=(link(&format!("/registers/{}", register.id), &[("org", &org)])) { (icon("registers")) (visit.t("台账", "Register")) }
            }
            @if recent.is_empty() { p.muted { (visit.t("此机构还没有检查记录", "No inspection here yet")) } }
            ul.plain { @for view in &recent {
                li { a.found href={ "/inspections/" (register.id) "/" (view.entry.id) } {
                    span { strong { (view.unit_title) } small.muted.num { (view.entry.day) "　" (value(visit, register, &view.entry, "assessor")) } }
                    (score_tag(visit, register, &view.entry))
                } }
            } }
        }
    })
}

/// A field of an inspection as the screen shows it.
fn value(visit: &Visit, register: &Register, entry: &Entry, name: &str) -> String {
    let field = register.fields.get(name);
    let stored = entry.values.get(name).unwrap_or(&Value::Null);
    field.map(|field| show_field(field, stored, visit.actor.english)).unwrap_or_default()
}

/// Score and verdict in a word.
fn score_tag(visit: &Visit, register: &Register, entry: &Entry) -> Markup {
    let score = value(visit, register, entry, "score");
    let is = |name: &str, flag: bool| entry.values.get(name) == Some(&Value::Bool(flag));
    let grade = value(visit, register, entry, "grade");
    html! {
        @if is("vetoed", true) { span.tag.late { (visit.t("一票否决", "Vetoed")) @if !score.is_empty() { " " (score) } } }
        @else if score.is_empty() { span.tag.due { (visit.t("未评完", "Unfinished")) } }
        @else if is("passed", false) { span.tag.late { (score) " " (visit.t("不合格", "Not passed")) } }
        @else { span.tag.done { (score) @if !grade.is_empty() { " " (grade) } } }
    }
}
