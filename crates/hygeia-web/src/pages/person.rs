//! People (人员): roster, one person's enrolments, transfer, leave, return.

mod data;

use super::promotion;
use crate::reply::{self, link};
use crate::view::icons::icon;
use crate::view::pieces::{empty, heading, input, problem_box, select};
use crate::view::profile::profile_part;
use crate::view::shell::token;
use crate::visit::{App, Params, Posted, Visit};
use axum::Router;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use hygeia_pack::model::About;
use hygeia_store::{Enrolment, OrgUnitId, Person, PersonId};
use hygeia_work::{Action, FieldProblem, PastMove, Result, Right, WorkError};
use maud::{Markup, html};

pub(crate) fn routes() -> Router<App> {
    Router::new()
        .route("/people", get(roster))
        .route("/people/new", get(data::blank).post(data::add))
        .route("/people/{person}", get(open))
        .route("/people/{person}/transfer", post(transfer))
        .route("/people/{person}/leave", post(leave))
        .route("/people/{person}/return", post(come_back))
        .route("/people/{person}/undo", post(undo))
        .route("/people/{person}/phone", post(phone))
        .route("/people/{person}/edit", get(data::edit).post(data::correct))
        .route("/people/{person}/remove", post(data::remove))
}

pub(super) fn manages(visit: &Visit) -> bool {
    visit.actor.has_right(&visit.work.packs(), &visit.directory(), Right::ManagePeople, visit.unit)
}

fn sex(visit: &Visit, sex: &str) -> String {
    match sex {
        "male" => visit.t("男", "M").to_owned(),
        "female" => visit.t("女", "F").to_owned(),
        other => other.to_owned(),
    }
}

async fn roster(visit: Visit) -> Response {
    visit
        .run(|visit| {
            let directory = visit.directory();
            let org = visit.org(&directory)?.code.clone();
            let day = visit.day()?;
            let kind = match visit.query.get("kind") {
                "staff" => "staff",
                "left" => "left",
                _ => "child",
            };
            let people: Vec<(Person, OrgUnitId, String)> = if kind == "left" {
                let left = visit.work.left(&visit.actor, visit.unit, day, "child")?;
                left.into_iter().map(|(person, unit, day, why)| (person, unit, format!("{day} {why}"))).collect()
            } else {
                let roll = visit.work.roll(&visit.actor, visit.unit, day, kind)?;
                roll.into_iter().map(|(person, unit)| (person, unit, String::new())).collect()
            };
            let tab = |name: &str, title: &str| html! {
                a href=(link("/people", &[("org", &org), ("kind", name)])) aria-current=[(name == kind).then_some("true")] { (title) }
            };
            let actions = html! {
                @if manages(visit) {
                    a.btn.go href=(link("/people/new", &[("org", &org), ("kind", if kind == "staff" { "staff" } else { "child" })])) { (icon("add")) (visit.t("新增", "Add")) }
                    a.btn href=(link("/people/import", &[("org", &org)])) { (visit.t("导入", "Import")) }
                }
            };
            let about = format!("{} · {} {}", directory.full_title(visit.unit), people.len(), visit.t("人", "people"));
            let content = html! {
                (heading(visit.t("人员名册", "People"), &about, &actions))
                (promotion::notice(visit)?)
                nav.kinds { (tab("child", visit.t("儿童（学生）", "Children"))) (tab("staff", visit.t("教职工", "Staff"))) (tab("left", visit.t("已离园（离校）", "Left"))) }
                section.card.flush {
                    @if people.is_empty() { (empty(if kind == "left" { visit.t("没有离园（离校）的儿童", "Nobody has left") } else { visit.t("没有在册人员", "Nobody on the roll") }, &html! {})) }
                    @else { div.scroll { table.list {
                        thead { tr { th.at-desk scope="col" { (visit.t("编号", "Code")) } @for title in [visit.t("姓名", "Name"), visit.t("性别", "Sex"), visit.t("出生日期", "Born"), if kind == "left" { visit.t("原班级", "Last class") } else { visit.t("单位", "Unit") }] { th scope="col" { (title) } } @if kind == "left" { th scope="col" { (visit.t("离园", "Left")) } } } }
                        tbody { @for (person, unit, left) in people.iter().take(2_000) { (person_row(visit, person, *unit, left)) } }
                    } } }
                }
            };
            Ok(reply::page(visit, visit.t("人员名册", "People"), "more", &content))
        })
        .await
}

fn person_row(visit: &Visit, person: &Person, unit: OrgUnitId, left: &str) -> Markup {
    let directory = visit.directory();
    html! {
        tr {
            td.at-desk { (person.code) }
            th scope="row" { a.row-link href={ "/people/" (person.id.0) } { (person.name) } }
            td { (sex(visit, &person.sex)) }
            td { (person.birth.map(|day| day.to_string()).unwrap_or_default()) }
            td { (directory.title_within(unit, visit.unit)) @if let Some(unit) = directory.get(unit) { " " small.muted.at-desk { (unit.code) } } }
            @if !left.is_empty() { td.num { (left) } }
        }
    }
}

async fn open(Path(id): Path<u32>, visit: Visit) -> Response {
    visit.run(move |visit| person_page(visit, id, &Shown::default(), StatusCode::OK)).await
}

/// A move that was refused: which, as it was filled in, and why.
type Refused<'a> = (&'a str, &'a Params, &'a [FieldProblem]);

/// What a person's page shows besides what it always does.
#[derive(Default)]
struct Shown<'a> {
    refused: Option<Refused<'a>>,
    /// The telephone in full, when it was asked for.
    phone: Option<String>,
}

fn person_page(visit: &Visit, id: u32, shown: &Shown<'_>, status: StatusCode) -> Result<Response> {
    let (person, enrolments) = visit.work.person_open(&visit.actor, PersonId(id))?;
    let parts = visit.work.person_profile(&visit.actor, &person)?;
    let directory = visit.directory();
    let packs = visit.work.packs();
    let today = visit.actor.today();
    let mut newest = enrolments.clone();
    newest.sort_by_key(|enrolment| std::cmp::Reverse(enrolment.from));
    let present = newest.iter().find(|enrolment| enrolment.holds_on(today));
    let last = present.or_else(|| newest.iter().find(|own| own.from <= today)).or(newest.first());
    let about = if person.kind == "staff" { About::Staff } else { About::Child };
    let registers = packs
        .registers
        .values()
        .filter(|r| r.about == about && visit.actor.may_somewhere(&directory, r, Action::View));
    let unit = last.map(|enrolment| enrolment.unit);
    let org = unit.and_then(|unit| directory.get(unit)).map(|unit| unit.code.clone()).unwrap_or_default();
    let number = id.to_string();
    let base = format!("/people/{id}");
    let may = visit.work.manages_person(&visit.actor, &enrolments);
    let past = if may { visit.work.move_last(&visit.actor, person.id)? } else { None };
    let actions = html! { @if may { a.btn href={ (base) "/edit" } { (icon("edit")) (visit.t("修改资料", "Correct")) } } };
    let content = html! {
        (heading(&person.name, &unit.map(|unit| directory.full_title(unit)).unwrap_or_default(), &actions))
        @if let Some(text) = to_come(visit, &newest) { p { span.tag.due { (text) } } }
        section.card {
            dl.facts {
                dt { (visit.t("编号", "Code")) } dd.num { (person.code) }
                dt { (visit.t("性别", "Sex")) } dd { (sex(visit, &person.sex)) }
                dt { (visit.t("出生日期", "Born")) } dd.num { (person.birth.map(|day| day.to_string()).unwrap_or_default()) }
                @if let Some(number) = &person.id_number { dt { (visit.t("身份证号", "Id number")) } dd.num { (ends(number)) } }
                @if let Some(phone) = &person.phone {
                    dt { (phone_title(visit, &person.kind)) }
                    dd.num {
                        @if let Some(phone) = &shown.phone { a href={ "tel:" (phone) } { (phone) } }
                        @else {
                            (ends(phone)) " "
                            @if may {
                                form.inline method="post" action={ (base) "/phone" } {
                                    (token(visit))
                                    button.btn type="submit" { (visit.t("显示", "Show")) }
                                }
                            }
                        }
                    }
                }
            }
        }
        section.card {
            h2 { (visit.t("在册经历", "Enrolments")) }
            ul.plain { @for enrolment in &newest {
                li.row { strong { (directory.full_title(enrolment.unit)) } span.num { (enrolment.from) " — " (enrolment.to.map_or_else(|| open_end(visit, enrolment).to_owned(), |day| day.to_string())) } span.muted { (enrolment.reason) } }
            } }
            @if let Some(past) = &past { (undo_part(visit, &base, past)) }
        }
        section.card {
            h2 { (visit.t("各项登记", "Registers")) }
            div.chips { @for register in registers { a.chip-link href=(link(&format!("/registers/{}", register.id), &[("org", &org), ("person", &number)])) { (register.title.text(visit.actor.english)) } } }
        }
        @for part in &parts { (profile_part(visit, part)) }
        @if may { (moves(visit, &person, newest.iter().any(|own| own.to.is_none()), unit, shown.refused)) }
    };
    let mut response = (status, reply::page(visit, &person.name, "more", &content)).into_response();
    if shown.phone.is_some() {
        let kept_nowhere = axum::http::HeaderValue::from_static("no-store");
        response.headers_mut().insert(axum::http::header::CACHE_CONTROL, kept_nowhere);
    }
    Ok(response)
}

fn phone_title<'a>(visit: &Visit, kind: &str) -> &'a str {
    match (kind, visit.actor.english) {
        (_, true) => "Phone",
        ("staff", false) => "电话",
        (_, false) => "家长电话",
    }
}

/// How an enrolment without an end is written: one that has not begun does not last until now.
fn open_end<'a>(visit: &Visit, enrolment: &Enrolment) -> &'a str {
    match (enrolment.from > visit.actor.today(), visit.actor.english) {
        (true, false) => "（未到）",
        (true, true) => "(not yet)",
        (false, false) => "至今",
        (false, true) => "now",
    }
}

/// What is to happen to the person on a later day: 将于 2026-12-05 转入 大二班.
fn to_come(visit: &Visit, newest: &[Enrolment]) -> Option<String> {
    let (today, directory) = (visit.actor.today(), visit.directory());
    let say = |day: jiff::civil::Date, zh: String, en: String| {
        Some(if visit.actor.english { format!("{en} on {day}") } else { format!("将于 {day} {zh}") })
    };
    if let Some(next) = newest.iter().rev().find(|own| own.from > today) {
        let unit = directory.full_title(next.unit);
        return say(next.from, format!("转入 {unit}"), format!("Moves to {unit}"));
    }
    let leaving = newest.iter().find(|own| own.holds_on(today)).and_then(|own| own.to)?;
    say(leaving, "离园（离校）".into(), "Leaves".into())
}

/// The last move, what taking it back would change, and the button for it.
fn undo_part(visit: &Visit, base: &str, past: &PastMove) -> Markup {
    let directory = visit.directory();
    let title = |unit: OrgUnitId| directory.full_title(unit);
    let then = match (past.from, past.to) {
        (Some(from), Some(to)) if past.entries > 0 => format!(
            "撤销后自 {} 起仍在“{}”，不曾转入“{}”；{} 起的 {} 条登记改记到原单位",
            past.day,
            title(from),
            title(to),
            past.day,
            past.entries
        ),
        (Some(from), Some(to)) => {
            format!("撤销后自 {} 起仍在“{}”，不曾转入“{}”", past.day, title(from), title(to))
        }
        (Some(from), None) => format!("撤销后自 {} 起仍在“{}”，不曾离开", past.day, title(from)),
        (None, to) if past.entries == 0 => {
            format!("撤销后不曾返回“{}”", to.map(title).unwrap_or_default())
        }
        (None, _) => format!("{} 起已有 {} 条登记，不能撤销，请办理离园（离校）", past.day, past.entries),
    };
    let then = match (past.from, past.to) {
        _ if !visit.actor.english => then,
        (Some(from), to) => format!(
            "Undone, the person stays in “{}” from {} on{}; {} entries since follow",
            title(from),
            past.day,
            to.map(|to| format!(", not in “{}”", title(to))).unwrap_or_default(),
            past.entries
        ),
        (None, _) if past.entries == 0 => "Undone, the person never came back".to_owned(),
        (None, _) => {
            format!("{} entries since: cannot be undone, let the person leave instead", past.entries)
        }
    };
    html! {
        div.row.undo-part {
            span.muted { (past.made_on) " " (past.by) " · " (past.kind) " · " (then) }
            @if past.from.is_some() || past.entries == 0 {
                form.push method="post" action={ (base) "/undo" } {
                    (token(visit))
                    button.btn.danger type="submit" data-confirm=(format!("{}{}", then, visit.t("。确认撤销？", ". Undo it?"))) { (icon("undo")) (visit.t("撤销", "Undo")) "“" (past.kind) "”" }
                }
            }
        }
    }
}

/// First three and last two characters.
fn ends(text: &str) -> String {
    let count = text.chars().count();
    let start: String = text.chars().take(3.min(count)).collect();
    let end: String = text.chars().skip(count.saturating_sub(2).max(3)).collect();
    format!("{start}{}{end}", "*".repeat(count.saturating_sub(5)))
}

/// Units of the same sort in the same kindergarten or school, to move to.
fn destinations(visit: &Visit, from: Option<OrgUnitId>) -> Vec<(String, String)> {
    let directory = visit.directory();
    let Some(unit) = from.and_then(|unit| directory.get(unit)) else { return Vec::new() };
    let top = visit
        .actor
        .home_units(&directory)
        .into_iter()
        .find(|home| directory.is_within(unit.id, *home))
        .unwrap_or(unit.id);
    directory
        .subtree_of_kind(top, &unit.kind, visit.actor.today())
        .into_iter()
        .map(|class| (class.code.clone(), directory.full_title(class.id)))
        .collect()
}

fn moves(
    visit: &Visit,
    person: &Person,
    enrolled: bool,
    unit: Option<OrgUnitId>,
    refused: Option<Refused<'_>>,
) -> Markup {
    let base = format!("/people/{}", person.id.0);
    let today = visit.actor.today().to_string();
    let last =
        unit.and_then(|unit| visit.directory().get(unit).map(|unit| unit.code.clone())).unwrap_or_default();
    let units = destinations(visit, unit);
    let others: Vec<(String, String)> = units.iter().filter(|(code, _)| *code != last).cloned().collect();
    let choose = visit.t("请选择班级", "Choose a class");
    let form = |what: &str, title: &str, draw: &dyn Fn(&str) -> Markup| {
        let (filled, problems) = match refused.filter(|(refused, ..)| *refused == what) {
            Some((_, filled, problems)) => (Some(filled), problems),
            None => (None, &[] as &[FieldProblem]),
        };
        let value = |name: &str| filled.map_or("", |filled| filled.get(name)).to_owned();
        let day = filled.and_then(|filled| filled.opt("day")).unwrap_or(&today);
        let field = if what == "leave" { "reason" } else { "to" };
        html! {
            details.card open[filled.is_some()] {
                summary { (title) }
                (problem_box(visit, problems))
                form.row method="post" action={ (base) "/" (what) } {
                    (token(visit))
                    (draw(&value(field)))
                    (input(visit.t("日期", "Date"), "day", "date", day, problems, true))
                    button.btn.go type="submit" { (title) }
                }
            }
        }
    };
    let or_last = |chosen: &str| if chosen.is_empty() { last.clone() } else { chosen.to_owned() };
    html! {
        @if enrolled {
            (form("transfer", visit.t("转班", "Transfer"), &|to| select(visit.t("转到", "To"), "to", &others, to, Some(choose))))
            (form("leave", visit.t("离园（离校）", "Leave"), &|why| input(visit.t("原因", "Reason"), "reason", "text", why, &[], false)))
        } @else {
            (form("return", visit.t("返园（返校）", "Return"), &|to| select(visit.t("班级", "Class"), "to", &units, &or_last(to), None)))
        }
    }
}

/// The page after a move: with what was said, or with why it was refused beside its form.
fn moved(
    visit: &Visit,
    id: u32,
    what: &str,
    form: &Params,
    done: Result<()>,
    said: &str,
) -> Result<Response> {
    let problems = match done {
        Ok(()) => return Ok(reply::done(&format!("/people/{id}"), said)),
        Err(WorkError::Bad(message)) => vec![FieldProblem::error("day", message)],
        Err(WorkError::Invalid(problems)) => problems,
        Err(error) => return Err(error),
    };
    let shown = Shown { refused: Some((what, form, &problems)), phone: None };
    person_page(visit, id, &shown, StatusCode::UNPROCESSABLE_ENTITY)
}

pub(super) fn day_of(visit: &Visit, form: &Params) -> Result<jiff::civil::Date> {
    Ok(form.date("day")?.unwrap_or_else(|| visit.actor.today()))
}

fn unit_of(visit: &Visit, form: &Params) -> Result<OrgUnitId> {
    if form.get("to").is_empty() {
        let message = visit.t("请选择班级", "Choose a class");
        return Err(WorkError::Invalid(vec![FieldProblem::error("to", message)]));
    }
    Ok(visit.work.unit_by_code(&visit.directory(), form.get("to"))?.id)
}

async fn transfer(Path(id): Path<u32>, posted: Posted) -> Response {
    let Posted { visit, form, .. } = posted;
    visit
        .run(move |visit| {
            let person = PersonId(id);
            let done = unit_of(visit, &form)
                .and_then(|to| visit.work.person_transfer(&visit.actor, person, to, day_of(visit, &form)?));
            let later = day_of(visit, &form).ok().filter(|day| *day > visit.actor.today());
            let said = match later {
                Some(day) if visit.actor.english => format!("Kept for {day}; nothing changes until then"),
                Some(day) => format!("已登记，{day} 起转班，此前仍在原班；办错了可以撤销"),
                None => visit.t("已转班", "Transferred").to_owned(),
            };
            moved(visit, id, "transfer", &form, done, &said)
        })
        .await
}

async fn leave(Path(id): Path<u32>, posted: Posted) -> Response {
    let Posted { visit, form, .. } = posted;
    visit
        .run(move |visit| {
            let done = day_of(visit, &form)
                .and_then(|day| visit.work.person_leave(&visit.actor, PersonId(id), day, form.get("reason")));
            moved(visit, id, "leave", &form, done, visit.t("已办理离园", "Left"))
        })
        .await
}

async fn come_back(Path(id): Path<u32>, posted: Posted) -> Response {
    let Posted { visit, form, .. } = posted;
    visit
        .run(move |visit| {
            let person = PersonId(id);
            let done = unit_of(visit, &form)
                .and_then(|to| visit.work.person_return(&visit.actor, person, to, day_of(visit, &form)?));
            moved(visit, id, "return", &form, done, visit.t("已办理返园", "Returned"))
        })
        .await
}

async fn undo(Path(id): Path<u32>, posted: Posted) -> Response {
    let Posted { visit, .. } = posted;
    visit
        .run(move |visit| {
            visit.work.move_undo(&visit.actor, PersonId(id))?;
            Ok(reply::done(&format!("/people/{id}"), visit.t("已撤销", "Undone")))
        })
        .await
}

/// The page with the telephone in full; on every other visit it is masked again.
async fn phone(Path(id): Path<u32>, posted: Posted) -> Response {
    let Posted { visit, .. } = posted;
    visit
        .run(move |visit| {
            let phone = visit.work.person_phone(&visit.actor, PersonId(id))?;
            person_page(visit, id, &Shown { refused: None, phone }, StatusCode::OK)
        })
        .await
}
