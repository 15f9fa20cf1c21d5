//! Notices on paper: one of an entry, or those of all entries of a list, a page for each person.

use super::register::{about, listing};
use crate::view::pieces::empty;
use crate::view::shell;
use crate::visit::{App, Visit};
use axum::Router;
use axum::extract::Path;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use hygeia_expr::Value;
use hygeia_pack::model::{FieldType, Notice, NoticeLine, NoticePart, Register};
use hygeia_work::{EntryView, Listing, Result, show_field, unit_title};
use jiff::civil::Date;
use maud::{Markup, html};

/// Notices printed at once.
const MOST: u32 = 1_000;
/// Where a word is written by hand.
const LINE: &str = "＿＿＿＿＿＿＿＿";
/// Where a date is written by hand.
const DATE_LINE: &str = "＿＿＿＿年＿＿月＿＿日";

pub(crate) fn routes() -> Router<App> {
    Router::new()
        .route("/entries/{register}/{id}/notice", get(one))
        .route("/registers/{register}/notices", get(all))
}

/// Whether an entry has a notice of its own.
pub(crate) fn has_one(register: &Register, view: &EntryView) -> bool {
    register.notice.as_ref().is_some_and(|notice| is_due(notice, view))
}

fn is_due(notice: &Notice, view: &EntryView) -> bool {
    !view.entry.void && notice.when.as_ref().is_none_or(|when| view.holds(when))
}

async fn one(Path((id, entry)): Path<(String, uuid::Uuid)>, visit: Visit) -> Response {
    visit
        .run(move |visit| {
            let packs = visit.work.packs();
            let register = visit.work.register(&packs, &id)?;
            let (view, _) = visit.work.entry_open(&visit.actor, &id, entry)?;
            Ok(paper(visit, register, &[view], None))
        })
        .await
}

async fn all(Path(id): Path<String>, visit: Visit) -> Response {
    visit
        .run(move |visit| {
            let packs = visit.work.packs();
            let register = visit.work.register(&packs, &id)?;
            let (mut views, said) = entries(visit, register)?;
            views.sort_by(|one, two| one.unit_title.cmp(&two.unit_title));
            Ok(paper(visit, register, &views, said))
        })
        .await
}

/// The entries of the list that have a notice: of the days asked for, else of the last day that has any.
fn entries(visit: &Visit, register: &Register) -> Result<(Vec<EntryView>, Option<String>)> {
    let Some(notice) = &register.notice else { return Ok((Vec::new(), None)) };
    let listing = Listing { offset: 0, ..listing(visit, register, MOST)? };
    let page = visit.work.entry_list(&visit.actor, register.id.as_str(), &listing)?;
    let mut views: Vec<EntryView> = page.entries.into_iter().filter(|view| is_due(notice, view)).collect();
    if listing.from.is_some() || listing.to.is_some() || listing.person.is_some() {
        return Ok((views, None));
    }
    let Some(day) = views.iter().map(|view| view.entry.day).max() else { return Ok((views, None)) };
    views.retain(|view| view.entry.day == day);
    let said = if visit.actor.english {
        format!("The notices of {day}. Filter the list by days to print others.")
    } else {
        format!("此处为 {day} 的通知单；打印其他日期，请先在列表中按日期筛选。")
    };
    Ok((views, Some(said)))
}

fn paper(visit: &Visit, register: &Register, views: &[EntryView], said: Option<String>) -> Response {
    let due: Vec<(&Notice, &EntryView)> = views
        .iter()
        .filter_map(|view| Some((register.notice.as_ref()?, view)))
        .filter(|(notice, view)| is_due(notice, view))
        .collect();
    let content = html! {
        @if let Some(said) = said { p.note.no-print { (said) } }
        @if due.is_empty() { (empty(visit.t("没有要打印的通知单", "No notice to print"), &html! {})) }
        @for (at, (notice, view)) in due.iter().enumerate() {
            @if at > 0 { div.page-break {} }
            (sheet(register, notice, view))
        }
    };
    let title = register.notice.as_ref().map_or(&register.title.zh, |notice| &notice.title.zh);
    shell::paper(visit, title, &content).into_response()
}

fn sheet(register: &Register, notice: &Notice, view: &EntryView) -> Markup {
    html! {
        section.notice {
            h1.doc-title { (notice.title.zh) }
            (lines(register, &notice.text, view))
            (signatures(&notice.signatures))
            @if let Some(slip) = &notice.slip {
                div.slip {
                    h2 { (slip.heading) }
                    (lines(register, &slip.text, view))
                    (signatures(&slip.signatures))
                }
            }
        }
    }
}

fn lines(register: &Register, lines: &[NoticeLine], view: &EntryView) -> Markup {
    let stands = |line: &&NoticeLine| line.when.as_ref().is_none_or(|when| view.holds(when));
    html! { @for line in lines.iter().filter(stands) { p { (words(register, line, view)) } } }
}

fn signatures(names: &[String]) -> Markup {
    html! { @if !names.is_empty() { p.signatures { @for name in names { span { (name) "：" } } } } }
}

fn words(register: &Register, line: &NoticeLine, view: &EntryView) -> String {
    let part = |part: &NoticePart| match part {
        NoticePart::Words(words) => words.clone(),
        NoticePart::Name(name) => named(register, name, view),
    };
    line.parts.iter().map(part).collect()
}

/// What a paragraph names, or room to write it.
fn named(register: &Register, name: &str, view: &EntryView) -> String {
    let person = view.person.as_ref();
    let text = match (name, register.fields.get(name)) {
        ("unit", None) => view.unit_title.clone(),
        ("subject.name", _) => person.map_or_else(String::new, |person| person.name.clone()),
        ("subject.birth", _) => person.and_then(|person| person.birth).map_or_else(String::new, date),
        (_, None) => person.map_or_else(String::new, |person| about(person, name, view.entry.day)),
        (_, Some(field)) => {
            let value = view.entry.values.get(name).unwrap_or(&Value::Null);
            match (value, &field.kind) {
                (Value::Date(day), _) => date(*day),
                (Value::Null, FieldType::Date) => DATE_LINE.to_owned(),
                _ => {
                    let text = view.references.name(name, value).map(str::to_owned);
                    let text = text.unwrap_or_else(|| show_field(field, value, false));
                    let unit = field.unit.as_ref().map_or("", |unit| unit_title(unit, false));
                    if text.is_empty() { text } else { format!("{text}{unit}") }
                }
            }
        }
    };
    if text.is_empty() { LINE.to_owned() } else { text }
}

fn date(day: Date) -> String {
    format!("{}年{}月{}日", day.year(), day.month(), day.day())
}
