//! Alarms (预警): the list, one alarm with its evidence, its verification and the incident it opens.

use crate::reply::{self, link};
use crate::view::icons::icon;
use crate::view::pieces::{chart, empty, heading, input, problem_box, select};
use crate::view::shell::token;
use crate::visit::{App, Params, Posted, Visit};
use axum::Router;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use hygeia_expr::Value;
use hygeia_pack::model::{STATE, Signal};
use hygeia_report::chart::{Chart, Point, Series, Shape};
use hygeia_store::Entry;
use hygeia_work::{Action, AlarmView, EntryView, FieldProblem, Opening, Result, WorkError};
use maud::{Markup, html};

/// Alarms of the list.
const MOST: u32 = 200;

pub(crate) fn routes() -> Router<App> {
    Router::new()
        .route("/alarms", get(list))
        .route("/alarms/{alarm}", get(open))
        .route("/alarms/{alarm}/incident", post(open_incident))
}

/// A text field of an entry.
pub(super) fn word<'e>(entry: &'e Entry, field: &str) -> &'e str {
    entry.values.get(field).and_then(Value::as_text).unwrap_or_default()
}

/// A field as it reads; `—` when missing.
pub(super) fn shown(entry: &Entry, field: &str) -> String {
    match entry.values.get(field) {
        None | Some(Value::Null) => "—".to_owned(),
        Some(Value::DateTime(at)) => at.strftime("%Y-%m-%d %H:%M").to_string(),
        Some(Value::Text(text)) => text.clone(),
        Some(Value::Date(day)) => day.to_string(),
        Some(Value::Int(number)) => number.to_string(),
        Some(value) => value.to_json().to_string(),
    }
}

/// Whether somebody still has to look at it, and whether the data no longer bear it out.
pub(super) fn state_tag(visit: &Visit, alarm: &Entry) -> Markup {
    let withdrawn = alarm.values.get("withdrawn") == Some(&Value::Bool(true));
    html! {
        @if withdrawn { span.tag { (visit.t("订正后撤回", "Withdrawn")) } }
        @match word(alarm, STATE) {
            "confirmed" => { span.tag.late { (visit.t("属实", "Confirmed")) } },
            "not_confirmed" => { span.tag.done { (visit.t("未构成疫情", "No outbreak")) } },
            "data_error" => { span.tag.done { (visit.t("数据差错", "Data error")) } },
            _ => { span.tag.due { (visit.t("待核实", "To verify")) } },
        }
    }
}

/// One alarm of a list.
pub(crate) fn alarm_row(visit: &Visit, view: &EntryView) -> Markup {
    let entry = &view.entry;
    html! {
        li { a.found href={ "/alarms/" (entry.id.0) } {
            (icon("warn"))
            span {
                strong { (view.unit_title) " · " (word(entry, "subject")) }
                small.muted { (entry.day) " · " (word(entry, "explanation")) }
            }
            (state_tag(visit, entry))
        } }
    }
}

async fn list(visit: Visit) -> Response {
    visit
        .run(|visit| {
            let all = visit.query.get("show") == "all";
            let (alarms, total) = visit.work.alarm_list(&visit.actor, visit.unit, !all, MOST)?;
            let incidents = visit.work.incident_list(&visit.actor, visit.unit, !all)?;
            let directory = visit.directory();
            let actions = html! {
                a.btn href="/rules" { (icon("design")) (visit.t("预警规则", "Rules")) }
            };
            let tab = |name: &str, text: &str| html! { a href={ "/alarms?show=" (name) } aria-current=[((name == "all") == all).then_some("page")] { (text) } };
            let content = html! {
                (heading(visit.t("预警与疫情", "Alarms and incidents"), &directory.full_title(visit.unit), &actions))
                nav.kinds aria-label=(visit.t("筛选", "Filter")) { (tab("open", visit.t("待处理", "Open"))) (tab("all", visit.t("全部", "All"))) }
                section.card {
                    h2 { (visit.t("疫情处置", "Incidents")) " " span.tag { (incidents.len()) } }
                    @if incidents.is_empty() { p.muted { (visit.t("没有正在处置的疫情", "No incident is open")) } }
                    ul.plain { @for view in &incidents { (super::incident::incident_row(visit, view)) } }
                }
                section.card {
                    h2 { (visit.t("预警信号", "Alarms")) " " span.tag { (total) } }
                    @if alarms.is_empty() { (empty(visit.t("没有待核实的预警", "No alarm is waiting"), &html! {})) }
                    ul.plain { @for view in &alarms { (alarm_row(visit, view)) } }
                }
            };
            Ok(reply::page(visit, visit.t("预警与疫情", "Alarms and incidents"), "more", &content))
        })
        .await
}

async fn open(Path(alarm): Path<uuid::Uuid>, visit: Visit) -> Response {
    visit.run(move |visit| alarm_page(visit, alarm, &Params::default(), &[], StatusCode::OK)).await
}

fn alarm_page(
    visit: &Visit,
    id: uuid::Uuid,
    typed: &Params,
    problems: &[FieldProblem],
    status: StatusCode,
) -> Result<Response> {
    let alarm = visit.work.alarm_open(&visit.actor, id)?;
    let entry = &alarm.view.entry;
    let rule = alarm.signal.as_ref().map_or("", |signal| signal.title.text(visit.actor.english));
    let content = html! {
        (heading(word(entry, "subject"), &alarm.view.unit_title, &state_tag(visit, entry)))
        (problem_box(visit, problems))
        section.card {
            p.lead { (word(entry, "explanation")) }
            dl.facts {
                dt { (visit.t("预警日期", "Date")) } dd { (entry.day) }
                dt { (visit.t("规则", "Rule")) } dd { @if let Some(signal) = &alarm.signal { a href={ "/rules/" (signal.id) } { (rule) } } }
                @if let Some(source) = alarm.limit.as_ref().and_then(|limit| limit.source.as_ref()) { dt { (visit.t("阈值出处", "Source")) } dd { (source) } }
                dt { (visit.t("发出时间", "Raised at")) } dd { (shown(entry, "raised")) }
                @if let Some(advice) = alarm.signal.as_ref().and_then(|signal| signal.advice.as_ref()) { dt { (visit.t("先做", "First")) } dd { (advice) } }
            }
            (sources(visit, &alarm))
        }
        (handling(visit, &alarm, typed, problems)?)
        (evidence(visit, &alarm))
    };
    Ok((status, reply::page(visit, word(entry, "subject"), "more", &content)).into_response())
}

/// Where the entries behind an alarm stand.
fn sources(visit: &Visit, alarm: &AlarmView) -> Markup {
    let packs = visit.work.packs();
    let entry = &alarm.view.entry;
    let directory = visit.directory();
    let org = directory.get(entry.unit).map(|unit| unit.code.clone()).unwrap_or_default();
    let (from, to) = (shown(entry, "since"), shown(entry, "until"));
    html! {
        p.row { @for (register, measure) in &alarm.sources {
            @let pairs = [("org", org.as_str()), ("from", &from), ("to", &to), ("measure", measure.as_str()), ("part", word(entry, "part"))];
            @if let Some(found) = packs.registers.get(register).filter(|found| visit.actor.may(&directory, found, Action::View, entry.unit)) {
                a.btn href=(link(&format!("/registers/{register}"), &pairs)) { (icon("registers")) (found.title.text(visit.actor.english)) }
            }
        } }
    }
}

/// The series with its limit.
fn evidence(visit: &Visit, alarm: &AlarmView) -> Markup {
    let Some(signal) = &alarm.signal else { return html! {} };
    let label = |day: jiff::civil::Date| format!("{}/{}", day.month(), day.day());
    let daily = Chart {
        title: visit.t("逐日例数", "Cases by day").to_owned(),
        unit: visit.t("例", "cases").to_owned(),
        shape: Shape::Stacked {
            labels: alarm.days.iter().map(|(day, _)| label(*day)).collect(),
            layers: vec![(
                visit.t("例数", "cases").to_owned(),
                alarm.days.iter().map(|(_, cases)| *cases as f64).collect(),
            )],
        },
    };
    let point = |label: String, value: Option<f64>| Point {
        text: value.map_or_else(|| visit.t("缺数据", "no data").to_owned(), |value| format!("{value:.1}")),
        label,
        value,
        ..Point::default()
    };
    let line = |title: &str, value: &dyn Fn(&hygeia_work::Judged) -> Option<f64>| Series {
        title: title.to_owned(),
        points: alarm.judged.iter().map(|day| point(label(day.day), value(day))).collect(),
    };
    let mut series = vec![
        line(visit.t("比较的例数", "Compared"), &|day| Some(day.observed)),
        line(visit.t("阈值", "Limit"), &|day| day.threshold),
    ];
    if alarm.judged.iter().any(|day| day.expected.is_some()) {
        series.push(line(visit.t("期望", "Expected"), &|day| day.expected));
    }
    let judged = Chart {
        title: judged_title(visit, signal, alarm),
        unit: visit.t("例", "cases").to_owned(),
        shape: Shape::Line { series, band: None },
    };
    html! {
        section.card { h2 { (visit.t("依据", "Evidence")) }
            (chart(&daily))
            h2 { (judged.title) }
            @if alarm.judged.is_empty() { p.muted { (visit.t("历史数据不足，无法按该方法复算", "Not enough history to judge these days")) } }
            @else { (chart(&judged)) }
        }
    }
}

fn judged_title(visit: &Visit, signal: &Signal, alarm: &AlarmView) -> String {
    let days = alarm.limit.as_ref().map_or(1, |limit| limit.days);
    let method = signal.method.title();
    match (signal.method.is_immediate(), visit.actor.english) {
        (true, false) => format!("{days} 天合计与阈值"),
        (true, true) => format!("{days}-day sum against the threshold"),
        (false, false) => format!("{}：每期例数与界值", method.zh),
        (false, true) => format!("{}: cases against the limit", method.text(true)),
    }
}

/// State, clock and next steps; what a person found; then the incident.
fn handling(visit: &Visit, alarm: &AlarmView, typed: &Params, problems: &[FieldProblem]) -> Result<Markup> {
    let entry = &alarm.view.entry;
    let packs = visit.work.packs();
    let register = visit.work.register(&packs, entry.register.as_str())?;
    let levels = super::incident::levels(visit);
    Ok(html! {
        (super::workflow::panel(visit, register, &alarm.view, &alarm.history)?)
        @if word(entry, STATE) != "raised" {
            section.card { h2 { (visit.t("核实", "Verification")) }
                dl.facts {
                    dt { (visit.t("结果", "Outcome")) } dd { (state_tag(visit, entry)) }
                    dt { (visit.t("核实人", "By")) } dd { (shown(entry, "verified_by")) " · " (shown(entry, "verified_at")) }
                    dt { (visit.t("用时", "Took")) } dd { (shown(entry, "response_minutes")) " " (visit.t("分钟", "min")) }
                    dt { (visit.t("情况", "Note")) } dd { (shown(entry, "note")) }
                }
                @if !word(entry, "incident").is_empty() {
                    a.btn.go href={ "/incidents/" (word(entry, "incident")) } { (visit.t("进入疫情处置", "Incident room")) }
                } @else if word(entry, STATE) == "confirmed" {
                    form.row method="post" action={ "/alarms/" (entry.id.0) "/incident" } {
                        (token(visit))
                        (select(visit.t("级别", "Level"), "level", &levels, typed.get("level"), None))
                        (input(visit.t("最长潜伏期（天，留空用资料值）", "Longest incubation (days; blank: as known)"), "incubation_days", "number", typed.get("incubation_days"), problems, false))
                        button.btn.go type="submit" { (visit.t("开立疫情", "Open incident")) }
                    }
                }
            }
        }
    })
}

async fn open_incident(Path(alarm): Path<uuid::Uuid>, posted: Posted) -> Response {
    let Posted { visit, form, .. } = posted;
    visit
        .run(move |visit| {
            let opening = Opening {
                level: form.get("level").to_owned(),
                incubation_days: form.opt("incubation_days").and_then(|days| days.parse().ok()),
            };
            match visit.work.incident_open(&visit.actor, alarm, &opening) {
                Ok(id) => {
                    Ok(reply::done(&format!("/incidents/{id}"), visit.t("已开立疫情", "Incident opened")))
                }
                Err(error @ WorkError::Invalid(_)) => {
                    alarm_page(visit, alarm, &form, &reply::problems(&error), reply::status(&error))
                }
                Err(error) => Err(error),
            }
        })
        .await
}
