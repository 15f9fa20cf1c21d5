//! Rounds of inspections: the draw with its seed, progress, results made public.

use super::{ranking, score_tag};
use crate::reply::{self, link};
use crate::view::icons::icon;
use crate::view::pieces::{empty, field_problem, heading, input, moment, problem_box, select};
use crate::view::shell::token;
use crate::visit::{Params, Posted, Visit};
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use hygeia_pack::model::Register;
use hygeia_store::{Inspector, RoundId};
use hygeia_work::{Action, FieldProblem, Result, RoundDraft, RoundView, WorkError};
use jiff::ToSpan;
use maud::{Markup, html};

pub(super) async fn list(visit: Visit) -> Response {
    visit
        .run(|visit| {
            let rounds = visit.work.round_list(&visit.actor)?;
            let directory = visit.directory();
            let actions = html! { @if !drawable(visit).is_empty() { a.btn.go href="/rounds/new" { (icon("add")) (visit.t("抽取一轮", "Draw a round")) } } };
            let content = html! {
                (heading(visit.t("检查轮次", "Rounds"), visit.t("双随机：随机抽取检查对象和检查人员", "units and inspectors by lot"), &actions))
                section.card.flush {
                    @if rounds.is_empty() { (empty(visit.t("还没有检查轮次", "No round yet"), &html! {})) }
                    ul.plain { @for round in &rounds { li { a.found href={ "/rounds/" (round.id) } {
                        (icon("calendar"))
                        span { strong { (round.title) } small.muted.num { (round.from) " — " (round.to) "　" (directory.full_title(round.unit)) } }
                        @if round.published_at.is_some() { span.tag.done { (visit.t("已公示", "Published")) } }
                    } } } }
                }
            };
            Ok(reply::page(visit, visit.t("检查轮次", "Rounds"), "more", &content))
        })
        .await
}

/// Registers of inspections the visitor may hold a round of at the unit they work for.
fn drawable(visit: &Visit) -> Vec<Register> {
    let (packs, directory) = (visit.work.packs(), visit.directory());
    let may = |register: &&Register| {
        register.standard.is_some() && visit.actor.may(&directory, register, Action::Enter, visit.unit)
    };
    packs.registers.values().filter(may).cloned().collect()
}

pub(super) async fn form(visit: Visit) -> Response {
    visit.run(|visit| page(visit, &Params::default(), &[], StatusCode::OK)).await
}

fn page(visit: &Visit, form: &Params, problems: &[FieldProblem], status: StatusCode) -> Result<Response> {
    let registers: Vec<(String, String)> = drawable(visit)
        .iter()
        .map(|register| (register.id.to_string(), register.title.text(visit.actor.english).to_owned()))
        .collect();
    let today = visit.actor.today();
    let or = |name: &str, default: String| form.opt(name).map_or(default, str::to_owned);
    let directory = visit.directory();
    let content = html! {
        (heading(visit.t("抽取检查轮次", "Draw a round"), &directory.full_title(visit.unit), &html! {}))
        (problem_box(visit, problems))
        @if registers.is_empty() { section.card { (empty(visit.t("您在此机构不组织检查，请切换机构", "You hold no inspections here"), &html! {})) } }
        @else {
            form.card.stack method="post" action="/rounds/new" {
                (token(visit))
                (select(visit.t("检查", "Inspection"), "register", &registers, form.get("register"), None))
                (input(visit.t("轮次名称", "Name"), "title", "text", &or("title", String::new()), problems, true))
                div.row {
                    (input(visit.t("开始", "From"), "from", "date", &or("from", today.to_string()), problems, true))
                    (input(visit.t("结束", "To"), "to", "date", &or("to", today.saturating_add(14.days()).to_string()), problems, true))
                }
                div.row {
                    (input(visit.t("抽取单位数（空为全部）", "Units (all when empty)"), "targets", "number", &or("targets", String::new()), problems, false))
                    (input(visit.t("每个单位检查人员数", "Inspectors each"), "inspectors", "number", &or("inspectors", "2".into()), problems, true))
                }
                (input(visit.t("随机种子（空为自动）", "Seed (made when empty)"), "seed", "text", &or("seed", String::new()), problems, false))
                p.muted { (visit.t("种子随结果公布，任何人可按名单重演抽取；检查人员不检查自己所在的单位。", "The seed is published with the result so that anyone can repeat the draw; nobody inspects their own unit.")) }
                div.bar.row { span.push {} button.btn.go type="submit" { (icon("check")) (visit.t("抽取", "Draw")) } }
            }
        }
        (field_problem(problems, ""))
    };
    Ok((status, reply::page(visit, visit.t("抽取检查轮次", "Draw a round"), "more", &content))
        .into_response())
}

pub(super) async fn draw(posted: Posted) -> Response {
    let Posted { visit, form, .. } = posted;
    visit
        .run(move |visit| {
            match drafted(visit, &form).and_then(|draft| visit.work.round_draw(&visit.actor, draft)) {
                Ok(id) => Ok(reply::done(&format!("/rounds/{id}"), visit.t("已抽取", "Drawn"))),
                Err(error @ (WorkError::Invalid(_) | WorkError::Bad(_))) => {
                    page(visit, &form, &reply::problems(&error), reply::status(&error))
                }
                Err(error) => Err(error),
            }
        })
        .await
}

fn drafted(visit: &Visit, form: &Params) -> Result<RoundDraft> {
    let number = |name: &str| match form.opt(name) {
        None => Ok(None),
        Some(text) => text.parse::<usize>().map(Some).map_err(|_| {
            WorkError::Invalid(vec![FieldProblem::error(name, format!("“{text}”不是数目，应如 10"))])
        }),
    };
    let day = |name: &str| form.date(name).map(|day| day.unwrap_or_else(|| visit.actor.today()));
    Ok(RoundDraft {
        register: form.get("register").to_owned(),
        unit: visit.unit,
        title: form.get("title").to_owned(),
        from: day("from")?,
        to: day("to")?,
        seed: form.get("seed").to_owned(),
        targets: number("targets")?,
        inspectors: number("inspectors")?.unwrap_or(0),
    })
}

pub(super) async fn show(Path(id): Path<i64>, visit: Visit) -> Response {
    visit
        .run(move |visit| {
            let view = visit.work.round_open(&visit.actor, RoundId(id))?;
            Ok(reply::page(visit, &view.round.title, "more", &page_of(visit, &view)))
        })
        .await
}

fn page_of(visit: &Visit, view: &RoundView) -> Markup {
    let round = &view.round;
    let directory = visit.directory();
    let (done, all) = (view.done(), round.targets.len());
    html! {
        (heading(&round.title, view.register.title.text(visit.actor.english), &html! {
            button.btn type="button" data-print { (icon("print")) (visit.t("打印", "Print")) }
            @if view.holds && round.published_at.is_none() {
                form method="post" action={ "/rounds/" (round.id) "/publish" } { (token(visit))
                    button.btn.go type="submit" data-confirm=(visit.t("公示后各单位都能看到结果，确定？", "Everybody will see the results. Go on?")) { (visit.t("公示结果", "Publish")) } }
            }
        }))
        section.card {
            p.row { span.value.num { (done) " / " (all) } span.muted { (visit.t("个单位已评完", "units finished")) }
                @if let Some(at) = round.published_at { span.tag.done { (visit.t("已公示 ", "Published ")) (moment(at)) } } }
            progress max=(all) value=(done) aria-label=(visit.t("进度", "Progress")) {}
            dl.facts {
                dt { (visit.t("时间", "When")) } dd.num { (round.from) " — " (round.to) }
                dt { (visit.t("组织单位", "Held by")) } dd { (directory.full_title(round.unit)) }
                dt { (visit.t("随机种子", "Seed")) } dd { code { (round.seed) } }
                dt { (visit.t("抽取", "Drawn")) } dd { (round.created_by.name) " " span.num { (moment(round.created_at)) } "，" (candidates(view)) (visit.t(" 个单位中抽 ", " units, ")) (all) }
            }
        }
        section.card.flush {
            h2 { (visit.t("检查对象与检查人员", "Units and inspectors")) }
            ul.plain { @for (target, inspection) in round.targets.iter().zip(&view.inspections) { li.row {
                span.grow { strong { (directory.full_title(target.unit)) } br; small.muted { (inspectors(visit, &target.inspectors)) } }
                @match inspection {
                    Some(entry) => { (score_tag(visit, &view.register, entry)) a.btn.small href={ "/inspections/" (view.register.id) "/" (entry.id) } { (visit.t("打开", "Open")) } },
                    None => { (begin(visit, view, target.unit)) },
                }
            } } }
        }
        @if !view.ranking.is_empty() {
            section.card.flush { h2 { (visit.t("本轮排名", "Ranking")) } (ranking::table(visit, Some(&view.register), &view.ranking)) }
        }
    }
}

fn candidates(view: &RoundView) -> usize {
    view.round.rule.get("candidates").and_then(|list| list.as_array()).map_or(0, Vec::len)
}

fn inspectors(visit: &Visit, inspectors: &[Inspector]) -> String {
    match inspectors {
        [] => visit.t("没有可派的检查人员", "nobody without a conflict").to_owned(),
        some => some.iter().map(|one| one.name.as_str()).collect::<Vec<_>>().join("、"),
    }
}

fn begin(visit: &Visit, view: &RoundView, unit: hygeia_store::OrgUnitId) -> Markup {
    let directory = visit.directory();
    let Some(found) = directory.get(unit) else { return html! {} };
    if !visit.actor.may(&directory, &view.register, Action::Enter, unit) {
        return html! { span.tag.due { (visit.t("未检查", "Open")) } };
    }
    let round = view.round.id.to_string();
    let to =
        link(&format!("/inspections/{}/new", view.register.id), &[("org", &found.code), ("round", &round)]);
    html! { a.btn.small.go href=(to) { (visit.t("开始检查", "Inspect")) } }
}

pub(super) async fn publish(Path(id): Path<i64>, posted: Posted) -> Response {
    posted
        .visit
        .run(move |visit| {
            visit.work.round_publish(&visit.actor, RoundId(id))?;
            Ok(reply::done(&format!("/rounds/{id}"), visit.t("已公示", "Published")))
        })
        .await
}
