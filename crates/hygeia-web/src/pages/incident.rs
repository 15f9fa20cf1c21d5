//! The incident room (疫情处置): state, steps with clocks, curve, attack rates, line list, contacts, reports.

use super::alarm::{alarm_row, shown, word};
use crate::reply::{self, DOCX, link};
use crate::view::clock;
use crate::view::icons::icon;
use crate::view::pieces::{chart, heading, input, problem_box, select};
use crate::view::shell::token;
use crate::visit::{App, Params, Posted, Visit};
use axum::Router;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use hygeia_pack::model::STATE;
use hygeia_report::chart::{Chart, Shape};
use hygeia_store::Entry;
use hygeia_work::{EntryView, FieldProblem, Result, Room, StepLine, WorkError};
use jiff::civil::Date;
use maud::{Markup, html};

pub(crate) fn routes() -> Router<App> {
    Router::new()
        .route("/incidents/{incident}", get(open))
        .route("/incidents/{incident}/report", get(report))
        .route("/incidents/{incident}/contacts", post(contacts))
        .route("/incidents/{incident}/situation", post(situation))
}

/// Levels with their names.
pub(super) fn levels(visit: &Visit) -> Vec<(String, String)> {
    let named = [
        ("cluster", "聚集性疫情", "Cluster"),
        ("outbreak", "暴发疫情", "Outbreak"),
        ("event_4", "一般突发事件（Ⅳ级）", "Event level IV"),
        ("event_3", "较大突发事件（Ⅲ级）", "Event level III"),
        ("event_2", "重大突发事件（Ⅱ级）", "Event level II"),
        ("event_1", "特别重大突发事件（Ⅰ级）", "Event level I"),
    ];
    named.map(|(code, zh, en)| (code.to_owned(), visit.t(zh, en).to_owned())).to_vec()
}

fn level_title(visit: &Visit, incident: &Entry) -> String {
    let code = word(incident, "level");
    levels(visit)
        .into_iter()
        .find(|(known, _)| known == code)
        .map_or_else(|| code.to_owned(), |(_, title)| title)
}

/// One incident of a list.
pub(crate) fn incident_row(visit: &Visit, view: &EntryView) -> Markup {
    let entry = &view.entry;
    let closed = entry.values.get("closed_at").is_some_and(|at| !at.is_null());
    html! {
        li { a.found href={ "/incidents/" (entry.id.0) } {
            (icon("warn"))
            span {
                strong { (word(entry, "name")) }
                small.muted { (level_title(visit, entry)) " · " (shown(entry, "cases")) " " (visit.t("例 · 末例 ", "cases · last ")) (shown(entry, "last_case")) }
            }
            @if closed { span.tag.done { (visit.t("已终止", "Closed")) } } @else { span.tag.late { (visit.t("处置中", "Open")) } }
        } }
    }
}

async fn open(Path(incident): Path<uuid::Uuid>, visit: Visit) -> Response {
    visit.run(move |visit| room_page(visit, incident, &Params::default(), &[], StatusCode::OK)).await
}

fn room_page(
    visit: &Visit,
    id: uuid::Uuid,
    typed: &Params,
    problems: &[FieldProblem],
    status: StatusCode,
) -> Result<Response> {
    let room = visit.work.incident_room(&visit.actor, id)?;
    let packs = visit.work.packs();
    let entry = &room.incident.entry;
    let register = visit.work.register(&packs, entry.register.as_str())?;
    let base = format!("/incidents/{id}");
    let actions = html! {
        a.btn href={ (base) "/report" } { (icon("print")) (visit.t("总结报告", "Report")) }
        a.btn href={ (base) "/report?format=docx" } { (icon("export")) "Word" }
    };
    let content = html! {
        (heading(word(entry, "name"), &room.incident.unit_title, &actions))
        (problem_box(visit, problems))
        (state(visit, &room))
        (super::workflow::panel(visit, register, &room.incident, &room.history)?)
        (steps(visit, &room))
        (curve(visit, &room))
        (attack(visit, &room))
        (line_list(visit, &room))
        (contact_card(visit, &room, &base, typed, problems))
        (reports(visit, &room, &base, typed))
        section.card { h2 { (visit.t("相关预警", "Alarms")) } ul.plain { @for view in &room.alarms { (alarm_row(visit, view)) } } }
    };
    Ok((status, reply::page(visit, word(entry, "name"), "more", &content)).into_response())
}

fn state(visit: &Visit, room: &Room) -> Markup {
    let entry = &room.incident.entry;
    let people: i64 = room.attack.iter().map(|row| row.on_roll).sum();
    let done = room.steps.iter().filter(|step| !step.is_open()).count();
    let tile = |title: &str, value: &str, foot: &str| html! { div.tile { span.tile-title { (title) } span.value.num { (value) } span.tile-foot { span.delta { (foot) } } } };
    html! {
        section.tiles aria-label=(visit.t("现状", "State")) {
            (tile(visit.t("病例", "Cases"), &room.cases.len().to_string(), &format!("{} {}", visit.t("在册", "on roll"), people)))
            (tile(visit.t("末例", "Last case"), &shown(entry, "last_case"), &format!("{} {}", visit.t("首例", "first"), shown(entry, "since"))))
            (tile(visit.t("观察中接触者", "Contacts watched"), &room.watched().to_string(), &format!("{} {}", visit.t("登记", "registered"), room.contacts.len())))
            (tile(visit.t("步骤", "Steps"), &format!("{done}/{}", room.steps.len()), ""))
        }
        section.card {
            div.row { span.tag { (level_title(visit, entry)) } }
            dl.facts {
                dt { (visit.t("开立", "Opened")) } dd { (shown(entry, "opened_at")) }
                dt { (visit.t("最长潜伏期", "Longest incubation")) } dd { (room.incubation_days()) " " (visit.t("天", "days"))
                    @if let Some(facts) = &room.facts { " " span.tag { (facts.standing.title().text(visit.actor.english)) } @if let Some(source) = &facts.source { " " small.muted { (source) } } } }
                dt { (visit.t("最早终止日期", "May close on")) } dd { (shown(entry, "closable_on")) " " small.muted { (visit.t("末例后满规定的最长潜伏期无新发", "after the incubation periods without a new case")) } }
                @if let Some(exclude) = room.facts.as_ref().and_then(|facts| facts.exclude.as_ref()) { dt { (visit.t("隔离期", "Exclusion")) } dd { (exclude) } }
                @if room.is_closed() { dt { (visit.t("终止", "Closed")) } dd { (shown(entry, "closed_at")) " · " (shown(entry, "closed_by")) } dt { (visit.t("结论", "Conclusion")) } dd { (shown(entry, "conclusion")) } }
            }
        }
    }
}

fn steps(visit: &Visit, room: &Room) -> Markup {
    html! {
        section.card { h2 { (visit.t("处置步骤", "Steps")) }
            ul.plain { @for step in &room.steps { li.incident-step { (step_line(visit, step)) } } }
        }
    }
}

/// One step: what it is and how its time stands, then what the visitor may do with it.
fn step_line(visit: &Visit, step: &StepLine) -> Markup {
    let entry = &step.entry;
    let base = format!("/entries/{}/{}", entry.register, entry.id.0);
    let title = word(entry, "title");
    let english = visit.actor.english;
    html! {
        div {
            strong { (title) } " "
            @if word(entry, STATE) == "not_needed" { span.tag { (visit.t("不需要", "Not needed")) } }
            @else if let Some(view) = &step.clock { (clock::tag(visit, view)) }
            @if step.is_open() {
                p.muted { (word(entry, "help")) @if !word(entry, "owner").is_empty() { " · " (word(entry, "owner")) }
                    @if let Some(view) = &step.clock { " · " (clock::due_text(visit, view)) } }
            } @else {
                p.muted { (shown(entry, "done_at")) " · " (shown(entry, "done_by")) @if !word(entry, "note").is_empty() { " · " (word(entry, "note")) } }
            }
        }
        div.row.acts { @for next in &step.next {
            @let transition = &next.transition;
            @let address = format!("{base}/steps/{}", transition.name);
            @if transition.requires.is_empty() && !transition.reason {
                form.row method="post" action=(address) {
                    (token(visit))
                    input type="hidden" name="_version" value=(entry.version);
                    @for field in &transition.asks {
                        input name=(field) type="text" placeholder=(visit.t("完成情况", "What was done")) aria-label={ (title) " " (visit.t("完成情况", "note")) };
                    }
                    button.btn type="submit" { (transition.title.text(english)) }
                }
            } @else if !step.is_open() {
                a href=(address) aria-label={ (title) " " (transition.title.text(english)) } { (transition.title.text(english)) }
            } @else {
                a.btn href=(address) aria-label={ (title) " " (transition.title.text(english)) } { (transition.title.text(english)) }
            }
        } }
    }
}

fn curve(visit: &Visit, room: &Room) -> Markup {
    let (days, layers) = room.curve();
    let labels = days.iter().map(|day| format!("{}/{}", day.month(), day.day())).collect();
    let drawn = Chart {
        title: visit.t("流行曲线（按发病日期）", "Epidemic curve by onset").to_owned(),
        unit: visit.t("例", "cases").to_owned(),
        shape: Shape::Stacked { labels, layers },
    };
    html! { section.card { h2 { (drawn.title) } (chart(&drawn)) } }
}

/// A percentage, or that there is none.
fn rate(value: Option<f64>) -> String {
    value.map_or_else(|| "—".to_owned(), |value| format!("{value:.1}%"))
}

fn attack(visit: &Visit, room: &Room) -> Markup {
    let cases: usize = room.attack.iter().map(|row| row.cases).sum();
    let on_roll: i64 = room.attack.iter().map(|row| row.on_roll).sum();
    let total = (on_roll > 0).then(|| 100.0 * cases as f64 / on_roll as f64);
    html! {
        section.card.flush { h2 { (visit.t("罹患率", "Attack rates")) }
            div.scroll { table.list.small {
                thead { tr { th scope="col" { (visit.t("班级（单位）", "Unit")) } th.num scope="col" { (visit.t("病例", "Cases")) } th.num scope="col" { (visit.t("在册", "On roll")) } th.num scope="col" { (visit.t("罹患率", "Rate")) } } }
                tbody {
                    @for row in room.attack.iter().filter(|row| row.cases > 0) {
                        tr { th scope="row" { (row.title) } td.num { (row.cases) } td.num { (row.on_roll) } td.num { (rate(row.rate())) } }
                    }
                    tr { th scope="row" { strong { (visit.t("合计", "Total")) } } td.num { (cases) } td.num { (on_roll) } td.num { (rate(total)) } }
                }
            } }
        }
    }
}

fn line_list(visit: &Visit, room: &Room) -> Markup {
    let directory = visit.directory();
    html! {
        section.card.flush { h2 { (visit.t("病例一览", "Line list")) " " span.tag { (room.cases.len()) } }
            div.scroll { table.list {
                thead { tr { th scope="col" { (visit.t("姓名", "Name")) } th scope="col" { (visit.t("班级（单位）", "Unit")) } th scope="col" { (visit.t("发病", "Onset")) } th scope="col" { (visit.t("登记", "Found")) } } }
                tbody { @for case in &room.cases {
                    tr {
                        th scope="row" { a.row-link href={ "/entries/" (case.register) "/" (case.view.entry.id.0) } { (case.view.person.as_ref().map_or(visit.t("（未记姓名）", "(no name)"), |person| person.name.as_str())) } }
                        td { (directory.get(case.view.entry.unit).map_or("", |unit| unit.title.as_str())) }
                        td.num { (case.onset) } td.num { (case.view.entry.day) }
                    }
                } }
            } }
        }
    }
}

fn contact_card(visit: &Visit, room: &Room, base: &str, typed: &Params, problems: &[FieldProblem]) -> Markup {
    let options: Vec<(String, String)> =
        room.attack.iter().map(|row| (row.unit.0.to_string(), row.title.clone())).collect();
    let today = visit.actor.today().to_string();
    html! {
        section.card { h2 { (visit.t("密切接触者", "Contacts")) " " span.tag { (room.contacts.len()) } }
            @if !room.is_closed() {
                form.row method="post" action={ (base) "/contacts" } {
                    (token(visit))
                    (select(visit.t("登记全班为接触者", "Register a whole class"), "unit", &options, typed.get("unit"), None))
                    (input(visit.t("末次接触日期", "Last contact"), "date", "date", typed.opt("date").unwrap_or(&today), problems, true))
                    button.btn type="submit" { (visit.t("登记", "Register")) }
                }
            }
            @if !room.contacts.is_empty() {
                details { summary { (visit.t("名单", "List")) }
                    ul.plain { @for view in &room.contacts {
                        li.row { a href={ "/entries/core.incident_contact/" (view.entry.id.0) } { (view.person.as_ref().map_or("", |person| person.name.as_str())) }
                            span.muted { (view.unit_title) } span.num { (visit.t("观察至 ", "until ")) (shown(&view.entry, "observe_until")) } (contact_tag(visit, view, room.today)) }
                    } }
                }
            }
        }
    }
}

fn contact_tag(visit: &Visit, view: &EntryView, today: Date) -> Markup {
    let over = shown(&view.entry, "observe_until") < today.to_string();
    match word(&view.entry, "outcome") {
        "well" => html! { span.tag.done { (visit.t("期满无异常", "Well")) } },
        "ill" => html! { span.tag.late { (visit.t("发病", "Fell ill")) } },
        "lost" => html! { span.tag { (visit.t("失访", "Lost")) } },
        _ if over => html! { span.tag.due { (visit.t("已期满，请填结果", "Over; enter the outcome")) } },
        _ => html! { span.tag { (visit.t("观察中", "Watching")) } },
    }
}

fn reports(visit: &Visit, room: &Room, base: &str, typed: &Params) -> Markup {
    let draft = room.situation();
    html! {
        section.card { h2 { (visit.t("进展报告", "Situation reports")) " " span.tag { (room.reports.len()) } }
            @if !room.is_closed() {
                form.stack method="post" action={ (base) "/situation" } {
                    (token(visit))
                    div.field { label for="f-text" { (visit.t("报告内容（数字由系统给出，可修改）", "Text (figures from the records)")) }
                        textarea id="f-text" name="text" rows="4" { (typed.opt("text").unwrap_or(&draft)) } }
                    div.row { button.btn type="submit" { (visit.t("保存报告", "Save")) } }
                }
            }
            ul.plain { @for view in &room.reports {
                li { a href={ "/entries/core.situation_report/" (view.entry.id.0) } { (view.entry.day) } " " (word(&view.entry, "text")) }
            } }
        }
    }
}

async fn report(Path(incident): Path<uuid::Uuid>, visit: Visit) -> Response {
    visit
        .run(move |visit| {
            let room = visit.work.incident_room(&visit.actor, incident)?;
            let document = hygeia_report::incident_report(&room);
            if visit.query.get("format") == "docx" {
                let bytes = hygeia_report::docx::write(&document, None).map_err(|error| WorkError::Bad(error.to_string()))?;
                return Ok(reply::download(bytes, DOCX, &format!("{}.docx", document.title)));
            }
            let back = link(&format!("/incidents/{incident}"), &[]);
            let content = html! {
                (heading(visit.t("疫情报告", "Incident report"), "", &html! { a.btn href=(back) { (icon("left")) (visit.t("返回", "Back")) } a.btn href={ (back) "/report?format=docx" } { (icon("export")) "Word" } }))
                article.paper { (hygeia_report::html::document(&document)) }
            };
            Ok(reply::page(visit, &document.title, "more", &content))
        })
        .await
}

/// Back to the room with what happened, or the room with what is wrong.
fn answer(visit: &Visit, id: uuid::Uuid, form: &Params, done: Result<()>, said: &str) -> Result<Response> {
    match done {
        Ok(()) => Ok(reply::done(&format!("/incidents/{id}"), said)),
        Err(error @ WorkError::Invalid(_)) => {
            room_page(visit, id, form, &reply::problems(&error), reply::status(&error))
        }
        Err(error) => Err(error),
    }
}

async fn contacts(Path(incident): Path<uuid::Uuid>, posted: Posted) -> Response {
    let Posted { visit, form, .. } = posted;
    visit
        .run(move |visit| {
            let unit = form
                .get("unit")
                .parse()
                .map(hygeia_store::OrgUnitId)
                .map_err(|_| WorkError::NotFound("该机构".into()))?;
            let day = form.date("date")?.unwrap_or_else(|| visit.actor.today());
            match visit.work.contacts_of_unit(&visit.actor, incident, unit, day) {
                Ok(added) => {
                    let said = if visit.actor.english {
                        format!("{added} contacts registered")
                    } else {
                        format!("已登记 {added} 名接触者")
                    };
                    answer(visit, incident, &form, Ok(()), &said)
                }
                Err(error) => answer(visit, incident, &form, Err(error), ""),
            }
        })
        .await
}

async fn situation(Path(incident): Path<uuid::Uuid>, posted: Posted) -> Response {
    let Posted { visit, form, .. } = posted;
    visit
        .run(move |visit| {
            let done = visit.work.situation_report(&visit.actor, incident, form.get("text"));
            answer(visit, incident, &form, done, visit.t("报告已保存", "Report saved"))
        })
        .await
}
