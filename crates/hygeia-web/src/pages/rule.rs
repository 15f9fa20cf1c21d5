//! Rules (预警规则): how often each was right, its thresholds, and what others would have done.

use crate::reply;
use crate::view::pieces::{heading, input, moment, problem_box};
use crate::view::shell::token;
use crate::visit::{App, Params, Posted, Visit};
use axum::Router;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use hygeia_work::{FieldProblem, Result, RuleChange, RuleLine, RuleView, Trial, TrialAlarm, WorkError};
use maud::{Markup, html};

/// Alarms of a trial that are listed.
const MOST: usize = 30;

pub(crate) fn routes() -> Router<App> {
    Router::new()
        .route("/rules", get(list))
        .route("/rules/{rule}", get(open).post(change))
        .route("/rules/{rule}/try", post(attempt))
}

/// A share, or that there is none yet.
fn percent(value: Option<f64>) -> String {
    value.map_or_else(|| "—".to_owned(), |value| format!("{value:.1}%"))
}

/// Minutes as people say them.
fn minutes(visit: &Visit, value: Option<i64>) -> String {
    match value {
        None => "—".to_owned(),
        Some(minutes) if minutes < 120 => format!("{minutes} {}", visit.t("分钟", "min")),
        Some(minutes) => format!("{:.1} {}", minutes as f64 / 60.0, visit.t("小时", "h")),
    }
}

async fn list(visit: Visit) -> Response {
    visit
        .run(|visit| {
            let rules = visit.work.rule_list(&visit.actor, visit.unit)?;
            let directory = visit.directory();
            let content = html! {
                (heading(visit.t("预警规则", "Alert rules"), &directory.full_title(visit.unit), &html! {}))
                p.muted { (visit.t("近一年本机构及下级的预警：阳性预测值 = 属实 ÷ 已核实；核实用时为中位数。", "Alarms of the last year in this unit and below: predictive value = confirmed ÷ verified; the median time to verification.")) }
                section.card.flush { div.scroll { table.list {
                    thead { tr {
                        th scope="col" { (visit.t("规则", "Rule")) } th scope="col" { (visit.t("方法", "Method")) }
                        th.num scope="col" { (visit.t("预警", "Alarms")) } th.num scope="col" { (visit.t("待核实", "Open")) }
                        th.num scope="col" { (visit.t("属实", "Confirmed")) } th.num scope="col" { (visit.t("阳性预测值", "PPV")) }
                        th.num scope="col" { (visit.t("核实用时", "Response")) }
                    } }
                    tbody { @for line in &rules { (rule_row(visit, line)) } }
                } } }
            };
            Ok(reply::page(visit, visit.t("预警规则", "Alert rules"), "more", &content))
        })
        .await
}

fn rule_row(visit: &Visit, line: &RuleLine) -> Markup {
    html! {
        tr {
            th scope="row" { a.row-link href={ "/rules/" (line.signal.id) } { (line.signal.title.text(visit.actor.english)) }
                @if line.signal.is_off { " " span.tag { (visit.t("已停用", "Off")) } } }
            td { (line.signal.method.title().text(visit.actor.english)) }
            td.num { (line.alarms) } td.num { (line.open()) } td.num { (line.confirmed) }
            td.num { (percent(line.predictive_value())) } td.num { (minutes(visit, line.response_minutes)) }
        }
    }
}

async fn open(Path(rule): Path<String>, visit: Visit) -> Response {
    visit.run(move |visit| rule_page(visit, &rule, &Params::default(), None, &[], StatusCode::OK)).await
}

/// What the last year would have been; nothing is stored.
async fn attempt(Path(rule): Path<String>, posted: Posted) -> Response {
    let Posted { visit, form, .. } = posted;
    visit
        .run(move |visit| match visit.work.rule_try(&visit.actor, visit.unit, &rule, &change_of(&form)) {
            Ok(trial) => rule_page(visit, &rule, &form, Some(&trial), &[], StatusCode::OK),
            Err(error @ WorkError::Invalid(_)) => {
                rule_page(visit, &rule, &form, None, &reply::problems(&error), reply::status(&error))
            }
            Err(error) => Err(error),
        })
        .await
}

/// Limits as the form sends them: `cases-PART` and `days-PART`.
fn change_of(form: &Params) -> RuleChange {
    let limits = form.0.iter().filter_map(|(name, value)| {
        let part = name.strip_prefix("cases-")?;
        let days = form.get(&format!("days-{part}")).trim().parse().unwrap_or(0);
        Some((part.to_owned(), value.trim().parse().unwrap_or(0), days))
    });
    let off = match form.get("off") {
        "true" => Some(true),
        "false" => Some(false),
        _ => None,
    };
    RuleChange { limits: limits.collect(), off, reason: form.get("reason").to_owned() }
}

fn rule_page(
    visit: &Visit,
    id: &str,
    typed: &Params,
    trial: Option<&Trial>,
    problems: &[FieldProblem],
    status: StatusCode,
) -> Result<Response> {
    let rule = visit.work.rule_open(&visit.actor, visit.unit, id)?;
    let signal = &rule.line.signal;
    let packs = visit.work.packs();
    let kinds: Vec<&str> = signal
        .at
        .iter()
        .filter_map(|kind| packs.org_kinds.get(kind))
        .map(|kind| kind.title.text(visit.actor.english))
        .collect();
    let content = html! {
        (heading(signal.title.text(visit.actor.english), signal.method.title().text(visit.actor.english), &html! {
            @if signal.is_off { span.tag { (visit.t("已停用", "Off")) } }
        }))
        (problem_box(visit, problems))
        section.tiles aria-label=(visit.t("近一年", "Last year")) {
            (number(visit.t("预警", "Alarms"), &rule.line.alarms.to_string()))
            (number(visit.t("待核实", "To verify"), &rule.line.open().to_string()))
            (number(visit.t("阳性预测值", "Predictive value"), &percent(rule.line.predictive_value())))
            (number(visit.t("核实用时（中位数）", "Median response"), &minutes(visit, rule.line.response_minutes)))
        }
        section.card {
            dl.facts {
                dt { (visit.t("监测", "Watches")) } dd { @for id in &signal.watches { @if let Some(measure) = packs.measures.get(id.as_str()) { span.tag { (measure.title.text(visit.actor.english)) } " " } } }
                dt { (visit.t("层级", "Levels")) } dd { (kinds.join(visit.t("、", ", "))) }
                @if let Some(source) = &signal.source { dt { (visit.t("出处", "Source")) } dd { (source) } }
                @if let Some(hours) = signal.verify_hours { dt { (visit.t("核实时限", "Verify within")) } dd { (hours) " " (visit.t("小时", "h")) } }
                @if let Some(advice) = &signal.advice { dt { (visit.t("先做", "First")) } dd { (advice) } }
            }
        }
        (limits(visit, &rule, typed, problems))
        @if let Some(trial) = trial { (trial_card(visit, trial)) }
        (history(visit, &rule))
    };
    Ok((status, reply::page(visit, signal.title.text(visit.actor.english), "more", &content)).into_response())
}

fn number(title: &str, value: &str) -> Markup {
    html! { div.tile { span.tile-title { (title) } span.value.num { (value) } } }
}

/// The thresholds, to be tried and, by whom may, stored.
fn limits(visit: &Visit, rule: &RuleView, typed: &Params, problems: &[FieldProblem]) -> Markup {
    let id = &rule.line.signal.id;
    html! {
        section.card { h2 { (visit.t("阈值", "Thresholds")) }
            form.stack method="post" action={ "/rules/" (id) } {
                (token(visit))
                div.scroll { table.list.small {
                    thead { tr { th scope="col" { (visit.t("分项", "Part")) } th scope="col" { (visit.t("例数", "Cases")) } th scope="col" { (visit.t("天数", "Days")) } th scope="col" { (visit.t("依据", "Standing")) } } }
                    tbody { @for (part, title, limit) in &rule.limits {
                        @let (cases, days) = (format!("cases-{part}"), format!("days-{part}"));
                        @let name = if title.is_empty() { visit.t("全部", "All") } else { title };
                        tr {
                            th scope="row" { (name) }
                            td { input name=(cases) type="number" min="1" inputmode="numeric" value=(typed.opt(&cases).map_or(limit.cases.to_string(), str::to_owned)) aria-label={ (name) " " (visit.t("例数", "cases")) }; }
                            td { input name=(days) type="number" min="1" max="366" inputmode="numeric" value=(typed.opt(&days).map_or(limit.days.to_string(), str::to_owned)) aria-label={ (name) " " (visit.t("天数", "days")) }; }
                            td.wrap { span.tag { (limit.standing.title().text(visit.actor.english)) } " " small.muted { (limit.source.as_deref().unwrap_or_default()) } }
                        }
                    } }
                } }
                @if rule.may_adjust {
                    (input(visit.t("调整原因", "Reason"), "reason", "text", typed.get("reason"), problems, false))
                }
                div.row {
                    button.btn type="submit" formaction={ "/rules/" (id) "/try" } { (visit.t("试算近一年", "Try on the last year")) }
                    @if rule.may_adjust {
                        button.btn.go type="submit" { (visit.t("保存阈值", "Save")) }
                        @let off = if rule.line.signal.is_off { "false" } else { "true" };
                        button.btn type="submit" name="off" value=(off) { @if rule.line.signal.is_off { (visit.t("恢复规则", "Switch on")) } @else { (visit.t("停用规则", "Switch off")) } }
                    }
                }
            }
        }
    }
}

fn trial_card(visit: &Visit, trial: &Trial) -> Markup {
    let confirmed = trial.lost.iter().filter(|alarm| alarm.confirmed).count();
    html! {
        section.card { h2 { (visit.t("试算结果", "Trial")) }
            p { @if visit.actor.english { "Last year: " strong { (trial.now) } " alarms under the present setting, " strong { (trial.then) } " under the one above." }
                @else { "近一年：现行阈值 " strong { (trial.now) } " 条预警，试算阈值 " strong { (trial.then) } " 条。" } }
            @if confirmed > 0 { p.problems { @if visit.actor.english { (confirmed) " confirmed alarms would have been missed" } @else { "会漏掉 " (confirmed) " 条已核实属实的预警" } } }
            (trial_list(visit, visit.t("不再预警", "No longer raised"), &trial.lost))
            (trial_list(visit, visit.t("新增预警", "Raised in addition"), &trial.gained))
        }
    }
}

fn trial_list(visit: &Visit, title: &str, alarms: &[TrialAlarm]) -> Markup {
    html! {
        @if !alarms.is_empty() {
            h2 { (title) " " span.tag { (alarms.len()) } }
            ul.plain { @for alarm in alarms.iter().rev().take(MOST) {
                li.row { span.num { (alarm.date) } span { (alarm.unit) } span { (alarm.part) } span.num { (alarm.cases) " " (visit.t("例", "cases")) }
                    @if alarm.confirmed { span.tag.late { (visit.t("曾核实属实", "Confirmed")) } } }
            } }
            @if alarms.len() > MOST { p.muted { (visit.t("其余略", "…and more")) } }
        }
    }
}

fn history(visit: &Visit, rule: &RuleView) -> Markup {
    html! {
        section.card { h2 { (visit.t("调整记录", "Changes")) }
            @if rule.history.is_empty() { p.muted { (visit.t("未调整过", "Never changed")) } }
            ol.history { @for (change, actor, at) in &rule.history {
                li { strong { (actor) } " · " (moment(*at)) "：" (change.reason)
                    ul.changes {
                        @for (part, limit) in &change.limits { li { @if part.is_empty() { (visit.t("全部", "all")) } @else { (part_name(rule, part)) } " → " (limit.cases) " " (visit.t("例", "cases")) " / " (limit.days) " " (visit.t("天", "days")) } }
                        @if let Some(off) = change.off { li { @if off { (visit.t("停用", "switched off")) } @else { (visit.t("恢复", "switched on")) } } }
                    }
                }
            } }
        }
    }
}

fn part_name<'r>(rule: &'r RuleView, part: &'r str) -> &'r str {
    rule.limits.iter().find(|(code, ..)| code == part).map_or(part, |(_, title, _)| title)
}

async fn change(Path(rule): Path<String>, posted: Posted) -> Response {
    let Posted { visit, form, .. } = posted;
    visit
        .run(move |visit| match visit.work.rule_adjust(&visit.actor, &rule, &change_of(&form)) {
            Ok(()) => Ok(reply::done(&format!("/rules/{rule}"), visit.t("已调整", "Changed"))),
            Err(error @ WorkError::Invalid(_)) => {
                rule_page(visit, &rule, &form, None, &reply::problems(&error), reply::status(&error))
            }
            Err(error) => Err(error),
        })
        .await
}
