//! People (人员): roster, one person's enrolments, import, transfer, leave, return.

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
use hygeia_pack::model::{About, OrgKindId};
use hygeia_store::{OrgUnitId, Person, PersonId};
use hygeia_work::{Action, FieldProblem, PersonDraft, Result, Right, WorkError, exists_on};
use maud::{Markup, html};

pub(crate) fn routes() -> Router<App> {
    Router::new()
        .route("/people", get(roster))
        .route("/people/new", get(blank).post(add))
        .route("/people/{person}", get(open))
        .route("/people/{person}/transfer", post(transfer))
        .route("/people/{person}/leave", post(leave))
        .route("/people/{person}/return", post(come_back))
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
    visit.run(move |visit| person_page(visit, id, None, StatusCode::OK)).await
}

/// A move that was refused: which, as it was filled in, and why.
type Refused<'a> = (&'a str, &'a Params, &'a [FieldProblem]);

fn person_page(visit: &Visit, id: u32, refused: Option<Refused<'_>>, status: StatusCode) -> Result<Response> {
    let (person, enrolments) = visit.work.person_open(&visit.actor, PersonId(id))?;
    let parts = visit.work.person_profile(&visit.actor, &person)?;
    let directory = visit.directory();
    let packs = visit.work.packs();
    let mut newest = enrolments.clone();
    newest.sort_by_key(|enrolment| std::cmp::Reverse(enrolment.from));
    let current = newest.iter().find(|enrolment| enrolment.to.is_none());
    let about = if person.kind == "staff" { About::Staff } else { About::Child };
    let registers = packs
        .registers
        .values()
        .filter(|r| r.about == about && visit.actor.may_somewhere(&directory, r, Action::View));
    let unit = current.or(newest.first()).map(|enrolment| enrolment.unit);
    let org = unit.and_then(|unit| directory.get(unit)).map(|unit| unit.code.clone()).unwrap_or_default();
    let number = id.to_string();
    let content = html! {
        (heading(&person.name, &unit.map(|unit| directory.full_title(unit)).unwrap_or_default(), &html! {}))
        section.card {
            dl.facts {
                dt { (visit.t("编号", "Code")) } dd.num { (person.code) }
                dt { (visit.t("性别", "Sex")) } dd { (sex(visit, &person.sex)) }
                dt { (visit.t("出生日期", "Born")) } dd.num { (person.birth.map(|day| day.to_string()).unwrap_or_default()) }
                @if let Some(number) = &person.id_number { dt { (visit.t("身份证号", "Id number")) } dd.num { (ends(number)) } }
                @if let Some(phone) = &person.phone { dt { (visit.t("家长电话", "Phone")) } dd.num { (ends(phone)) } }
            }
        }
        section.card {
            h2 { (visit.t("在册经历", "Enrolments")) }
            ul.plain { @for enrolment in &newest {
                li.row { strong { (directory.full_title(enrolment.unit)) } span.num { (enrolment.from) " — " (enrolment.to.map(|day| day.to_string()).unwrap_or_else(|| visit.t("至今", "now").to_owned())) } span.muted { (enrolment.reason) } }
            } }
        }
        section.card {
            h2 { (visit.t("各项登记", "Registers")) }
            div.chips { @for register in registers { a.chip-link href=(link(&format!("/registers/{}", register.id), &[("org", &org), ("person", &number)])) { (register.title.text(visit.actor.english)) } } }
        }
        @for part in &parts { (profile_part(visit, part)) }
        @if manages(visit) { (moves(visit, &person, current.is_some(), unit, refused)) }
    };
    Ok((status, reply::page(visit, &person.name, "more", &content)).into_response())
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
    person_page(visit, id, Some((what, form, &problems)), StatusCode::UNPROCESSABLE_ENTITY)
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
            moved(visit, id, "transfer", &form, done, visit.t("已转班", "Transferred"))
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

async fn blank(visit: Visit) -> Response {
    visit.run(|visit| add_page(visit, &visit.query.clone(), &[], StatusCode::OK)).await
}

fn add_page(visit: &Visit, form: &Params, problems: &[FieldProblem], status: StatusCode) -> Result<Response> {
    let directory = visit.directory();
    let staff = form.get("kind") == "staff";
    let units: Vec<(String, String)> = directory
        .subtree(visit.unit)
        .into_iter()
        .filter(|unit| {
            exists_on(unit, visit.actor.today()) && (unit.kind == OrgKindId::from("class")) != staff
        })
        .map(|unit| (unit.code.clone(), directory.full_title(unit.id)))
        .collect();
    let today = visit.actor.today().to_string();
    let from = form.opt("from").unwrap_or(&today);
    let sexes = [
        ("female".to_owned(), visit.t("女", "Female").to_owned()),
        ("male".to_owned(), visit.t("男", "Male").to_owned()),
    ];
    let title =
        if staff { visit.t("新增教职工", "Add staff") } else { visit.t("新增儿童", "Add a child") };
    let content = html! {
        (heading(title, &directory.full_title(visit.unit), &html! {}))
        (problem_box(visit, problems))
        form.card.entry method="post" action="/people/new" {
            (token(visit))
            input type="hidden" name="kind" value=(if staff { "staff" } else { "child" });
            fieldset.group {
                (select(visit.t("单位", "Unit"), "to", &units, form.get("to"), None))
                (input(visit.t("编号", "Code"), "code", "text", form.get("code"), problems, true))
                (input(visit.t("姓名", "Name"), "name", "text", form.get("name"), problems, true))
                (select(visit.t("性别", "Sex"), "sex", &sexes, form.get("sex"), None))
                (input(visit.t("出生日期", "Born"), "birth", "date", form.get("birth"), problems, !staff))
                (input(visit.t("身份证号", "Id number"), "id_number", "text", form.get("id_number"), problems, false))
                (input(visit.t("家长电话", "Phone"), "phone", "tel", form.get("phone"), problems, false))
                (input(visit.t("入园（入职）日期", "From"), "from", "date", from, problems, true))
            }
            div.bar.row { span.push {} button.btn.go type="submit" { (visit.t("保存", "Save")) } }
        }
    };
    Ok((status, reply::page(visit, title, "more", &content)).into_response())
}

async fn add(posted: Posted) -> Response {
    let Posted { visit, form, .. } = posted;
    visit
        .run(move |visit| {
            let some = |name: &str| form.opt(name).map(str::to_owned);
            let draft = PersonDraft {
                code: form.get("code").to_owned(),
                name: form.get("name").to_owned(),
                sex: form.get("sex").to_owned(),
                birth: form.date("birth")?,
                id_number: some("id_number"),
                phone: some("phone"),
            };
            let kind = if form.get("kind") == "staff" { "staff" } else { "child" };
            let from = form.date("from")?.unwrap_or_else(|| visit.actor.today());
            match visit.work.person_add(&visit.actor, unit_of(visit, &form)?, kind, &draft, from) {
                Ok(id) => Ok(reply::done(&format!("/people/{}", id.0), visit.t("已保存", "Saved"))),
                Err(WorkError::Invalid(problems)) => {
                    add_page(visit, &form, &problems, StatusCode::UNPROCESSABLE_ENTITY)
                }
                Err(error) => Err(error),
            }
        })
        .await
}
