//! Plans (计划): upload a document, match what was read, confirm, and follow the live plan.

use crate::assets;
use crate::reply::{self, link};
use crate::view::icons::icon;
use crate::view::marked::{Place, document};
use crate::view::pieces::{empty, figure_link, heading, input};
use crate::view::shell::token;
use crate::visit::{App, Params, Posted, Visit};
use axum::Router;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use hygeia_pack::model::{DutyId, Every, IndicatorId, Interval, PackSet, RoleId};
use hygeia_report::chart::ring;
use hygeia_store::{Plan, PlanId, PlanItem, PlanItemId};
use hygeia_work::{
    Candidates, Caution, FieldProblem, ItemChoice, ItemProgress, MatchReason, Result, Suggester, WorkError,
};
use jiff::ToSpan;
use maud::{Markup, PreEscaped, html};

pub(crate) fn routes() -> Router<App> {
    Router::new()
        .route("/plans", get(all).post(upload))
        .route("/plans/{plan}", get(open))
        .route("/plans/{plan}/items/{item}", post(choose))
        .route("/plans/{plan}/accept", post(accept_all))
        .route("/plans/{plan}/confirm", post(confirm))
        .route("/plans/{plan}/close", post(close))
        .route("/plans/{plan}/reopen", post(reopen))
        .route("/plans/{plan}/rename", post(rename))
        .route("/plans/{plan}/remove", post(remove))
}

fn status_tag(visit: &Visit, status: &str) -> Markup {
    match status {
        "live" => html! { span.tag.done { (visit.t("执行中", "Live")) } },
        "draft" => html! { span.tag.due { (visit.t("待确认", "Draft")) } },
        _ => html! { span.tag { (visit.t("已结束", "Closed")) } },
    }
}

async fn all(visit: Visit) -> Response {
    visit.run(|visit| list_page(visit, &Params::default(), &[], StatusCode::OK)).await
}

fn list_page(
    visit: &Visit,
    form: &Params,
    problems: &[FieldProblem],
    status: StatusCode,
) -> Result<Response> {
    let directory = visit.directory();
    let org = visit.org(&directory)?.code.clone();
    let plans = visit.work.plan_list(&visit.actor)?;
    let near: Vec<&Plan> = plans
        .iter()
        .filter(|plan| {
            directory.is_within(plan.unit, visit.unit) || directory.is_within(visit.unit, plan.unit)
        })
        .collect();
    let actions = html! { a.btn href=(link("/proofread", &[("org", &org)])) { (visit.t("校对总结", "Proofread")) }
        a.btn.go href=(link("/reports", &[("org", &org)])) { (visit.t("统计表与总结", "Tables and summaries")) }
    };
    let content = html! {
        (heading(visit.t("计划与总结", "Plans and reports"), &directory.full_title(visit.unit), &actions))
        section.card.flush {
            h2 { (visit.t("计划", "Plans")) }
            @if near.is_empty() { (empty(visit.t("还没有计划。上传计划文档，系统会找出其中的常规工作、目标和任务", "No plan yet. Upload one"), &html! {})) }
            ul.plain { @for plan in near {
                li { a.found href={ "/plans/" (plan.id.0) } {
                    (icon("plans"))
                    span { strong { (plan.title) } small.muted { (directory.full_title(plan.unit)) " · " (plan.from) (visit.t(" 至 ", " – ")) (plan.to) " · " (plan.created_by) } }
                    (status_tag(visit, &plan.status))
                } }
            } }
        }
        @if visit.work.may_plan(&visit.actor, visit.unit) { (upload_form(visit, form, problems)) }
    };
    Ok((status, reply::page(visit, visit.t("计划与总结", "Plans and reports"), "plans", &content))
        .into_response())
}

fn upload_form(visit: &Visit, form: &Params, problems: &[FieldProblem]) -> Markup {
    let calendar = visit.work.calendar();
    let today = visit.actor.today();
    let term = calendar.term_on(today);
    let from =
        form.opt("from").map_or_else(|| term.map_or(today, |term| term.from).to_string(), str::to_owned);
    let to = form.opt("to").map_or_else(
        || term.map_or(today.saturating_add(6.months()), |term| term.to).to_string(),
        str::to_owned,
    );
    html! {
        section.card {
            h2 { (visit.t("上传计划", "Upload a plan")) }
            (crate::view::pieces::problem_box(visit, problems))
            form.row method="post" action="/plans" enctype="multipart/form-data" {
                (token(visit))
                (input(visit.t("计划文档（DOCX、TXT）", "Document (DOCX, TXT)"), "file", "file", "", problems, true))
                (input(visit.t("从", "From"), "from", "date", &from, problems, true))
                (input(visit.t("到", "To"), "to", "date", &to, problems, true))
                button.btn.go type="submit" { (visit.t("上传并阅读", "Upload and read")) }
            }
        }
    }
}

async fn upload(posted: Posted) -> Response {
    let Posted { visit, form, files } = posted;
    visit
        .run(move |visit| {
            let fault =
                |problem: FieldProblem| list_page(visit, &form, &[problem], StatusCode::UNPROCESSABLE_ENTITY);
            let Some(file) = files.iter().find(|file| file.field == "file" && !file.file_name.is_empty())
            else {
                return fault(FieldProblem::error("file", "请选择计划文档"));
            };
            let (Some(from), Some(to)) = (form.date("from")?, form.date("to")?) else {
                return fault(FieldProblem::error("from", "请填写起止日期"));
            };
            match visit.work.plan_upload(&visit.actor, visit.unit, &file.file_name, &file.bytes, from, to) {
                Ok(id) => Ok(reply::done(
                    &format!("/plans/{}", id.0),
                    visit.t("已阅读，请核对后确认", "Read; please check and confirm"),
                )),
                Err(WorkError::Invalid(problems)) => {
                    list_page(visit, &form, &problems, StatusCode::UNPROCESSABLE_ENTITY)
                }
                Err(error) => Err(error),
            }
        })
        .await
}

async fn open(Path(plan): Path<i64>, visit: Visit) -> Response {
    visit.run(move |visit| plan_page(visit, PlanId(plan), &[], StatusCode::OK)).await
}

fn plan_page(visit: &Visit, plan: PlanId, problems: &[FieldProblem], status: StatusCode) -> Result<Response> {
    let view = visit.work.plan_progress(&visit.actor, plan)?;
    let mut items = view.items;
    items.retain(|(item, _)| item.kind != "heading");
    items.sort_by_key(|(item, _)| (item.start, item.no));
    let content = draw(visit, &view.plan, &items, problems)?;
    Ok((status, reply::page(visit, &view.plan.title, "plans", &content)).into_response())
}

fn draw(
    visit: &Visit,
    plan: &Plan,
    items: &[(PlanItem, ItemProgress)],
    problems: &[FieldProblem],
) -> Result<Markup> {
    let directory = visit.directory();
    let packs = visit.work.packs();
    let may = visit.work.may_plan(&visit.actor, plan.unit);
    let draft = plan.status == "draft";
    let edited = visit.query.get("edit");
    let to_choose =
        |item: &PlanItem| may && plan.status != "closed" && (draft || edited == item.id.0.to_string());
    let suggestions = match items.iter().any(|(item, _)| to_choose(item)) {
        true => Some(visit.work.plan_suggestions(plan)?),
        false => None,
    };
    let is_waiting = |item: &PlanItem| item.state == "suggested";
    let waiting = items.iter().filter(|(item, _)| is_waiting(item)).count();
    let accepted = items.iter().filter(|(item, _)| item.state == "accepted" || item.state == "done").count();
    let about =
        format!("{} · {}{}{}", directory.full_title(plan.unit), plan.from, visit.t(" 至 ", " – "), plan.to);
    let actions = html! {
        (status_tag(visit, &plan.status))
        @if may && draft && waiting > 0 { (button(visit, plan, "accept", visit.t("采纳全部已匹配的", "Accept all matched"), false)) }
        @if may && draft { (button(visit, plan, "confirm", visit.t("确认并执行", "Confirm"), true)) }
        @if may { (more_actions(visit, plan)) }
    };
    let one = |(item, progress): &(PlanItem, ItemProgress)| {
        let suggester = suggestions.as_ref().filter(|_| to_choose(item));
        card(visit, &packs, plan, item, progress, may, suggester)
    };
    // Once a plan is confirmed, what was not taken into it stands below, out of the way.
    let (shown, left): (Vec<_>, Vec<_>) = items.iter().partition(|(item, _)| {
        draft || matches!(item.state.as_str(), "accepted" | "done") || edited == item.id.0.to_string()
    });
    Ok(html! {
        (heading(&plan.title, &about, &actions))
        (crate::view::pieces::problem_box(visit, problems))
        @if plan.kind == "summary" { (summary_notice(visit, plan)) }
        p.muted {
            (items.len()) (visit.t(" 条，采纳 ", " items, accepted ")) span data-accepted { (accepted) } (visit.t("；已核对 ", "; checked "))
            span.num data-decided { (items.len() - waiting) "/" (items.len()) } " "
            progress data-decided-bar max=(items.len()) value=(items.len() - waiting) {}
            @if may && draft { "　" span.keys { (visit.t("A 采纳　R 不采纳　U 撤回　E 修改　J K 上下", "A accept · R reject · U undo · E edit · J K move")) } }
        }
        div.plan data-review {
            article.paper.plan-text tabindex="0" aria-label=(visit.t("计划原文", "Document")) { (document(&plan.text, places(items))) }
            section.plan-items aria-label=(visit.t("读出的条目", "Items")) {
                @if items.is_empty() { (empty(visit.t("没有读出带频次、目标或期限的内容", "Nothing with a frequency, target or deadline was found"), &html! {})) }
                @for item in shown { (one(item)) }
                @if may && draft && !items.is_empty() { div.row { (button(visit, plan, "confirm", visit.t("确认并执行", "Confirm"), true)) } }
                @if !left.is_empty() {
                    details.card {
                        summary { (visit.t("没有采纳的条目，不列入执行", "Not taken into the plan")) " " span.num { (left.len()) } }
                        @for item in left { (one(item)) }
                    }
                }
            }
        }
        script type="module" src=(assets::address("review.js")) {}
    })
}

/// What reads like a summary of work done is better proofread than carried out.
fn summary_notice(visit: &Visit, plan: &Plan) -> Markup {
    let directory = visit.directory();
    let org = directory.get(plan.unit).map(|unit| unit.code.as_str()).unwrap_or_default();
    html! {
        p.note role="status" {
            (visit.t("这份文档读起来是总结：写的多是已经做完的事。核对其中的数字请用", "This reads like a summary of work done. To check its numbers use "))
            a href=(link("/proofread", &[("org", org)])) { (visit.t("校对总结", "proofreading")) }
            (visit.t("；只采纳确实要继续执行的条目。", "; accept only what is to go on."))
        }
    }
}

fn button(visit: &Visit, plan: &Plan, what: &str, text: &str, go: bool) -> Markup {
    html! {
        form method="post" action={ "/plans/" (plan.id.0) "/" (what) } { (token(visit)) button.btn.go[go] type="submit" { (text) } }
    }
}

/// Another name; the end of a plan, each asked for twice.
fn more_actions(visit: &Visit, plan: &Plan) -> Markup {
    let asked = |what: &str, text: &str, question: &str| {
        html! {
            form method="post" action={ "/plans/" (plan.id.0) "/" (what) } { (token(visit)) button.btn type="submit" data-confirm=(question) { (text) } }
        }
    };
    html! {
        details.menu {
            summary.btn { (visit.t("改名", "Rename")) }
            div.menu-form {
                form.row method="post" action={ "/plans/" (plan.id.0) "/rename" } {
                    (token(visit))
                    (input(visit.t("计划名称", "Title"), "title", "text", &plan.title, &[], true))
                    button.btn.go type="submit" { (visit.t("保存", "Save")) }
                }
            }
        }
        @match plan.status.as_str() {
            "draft" => (asked("remove", visit.t("删除", "Delete"), visit.t("删除这份待确认的计划？读出的条目和核对结果一起删除，原文件不受影响。", "Delete this draft with all that was read from it?"))),
            "live" => (asked("close", visit.t("结束计划", "Close"), visit.t("结束这份计划？从今天起恢复原来的频次和目标，以前的统计不变；结束后可以重新启用。", "Close this plan? From today on the usual frequencies and targets hold again."))),
            _ => (asked("reopen", visit.t("重新启用", "Reopen"), visit.t("重新启用这份计划？按没有结束过处理。", "Reopen this plan, as if it had not been closed?"))),
        }
    }
}

/// Where the items were read from.
fn places(items: &[(PlanItem, ItemProgress)]) -> Vec<Place> {
    let place = |(item, _): &(PlanItem, ItemProgress)| {
        Some(Place {
            start: usize::try_from(item.start).ok()?,
            end: usize::try_from(item.end).ok()?,
            item: item.id.0,
            instead: None,
            state: item.state.clone(),
            kind: item.kind.clone(),
        })
    };
    items.iter().filter_map(place).collect()
}

fn kind_title<'a>(visit: &'a Visit, kind: &str) -> &'a str {
    match kind {
        "duty" => visit.t("常规", "Duty"),
        "target" => visit.t("目标", "Target"),
        "deadline" => visit.t("期限", "Deadline"),
        _ => visit.t("任务", "Task"),
    }
}

fn state_tag(visit: &Visit, state: &str) -> Markup {
    match state {
        "accepted" => html! { span.tag.done { (visit.t("已采纳", "Accepted")) } },
        "rejected" => html! { span.tag { (visit.t("不采纳", "Rejected")) } },
        "done" => html! { span.tag.done { (visit.t("已完成", "Done")) } },
        _ => html! { span.tag.due { (visit.t("待定", "Open")) } },
    }
}

/// `每周 3 次`, `3 × every week`.
fn rhythm_text(item: &PlanItem, english: bool) -> Option<String> {
    let every = item.every?;
    let unit = interval_title(every.unit, english);
    let times = item.times.unwrap_or(1);
    if english {
        let least = if item.at_least { "at least " } else { "" };
        let every = if every.n == 1 { format!("a {unit}") } else { format!("every {} {unit}s", every.n) };
        return Some(format!("{least}{times} × {every}"));
    }
    let least = if item.at_least { "至少" } else { "" };
    Some(if every.n == 1 {
        format!("每{unit}{least} {times} 次")
    } else {
        format!("每 {} {unit}{least} {times} 次", every.n)
    })
}

fn interval_title(unit: Interval, english: bool) -> &'static str {
    let (zh, en) = match unit {
        Interval::Day => ("天", "day"),
        Interval::SchoolDay => ("工作日", "working day"),
        Interval::Week => ("周", "week"),
        Interval::HalfMonth => ("半月", "half-month"),
        Interval::Month => ("月", "month"),
        Interval::Quarter => ("季度", "quarter"),
        Interval::Term => ("学期", "term"),
        Interval::SchoolYear => ("学年", "school year"),
        Interval::Year => ("年", "year"),
    };
    if english { en } else { zh }
}

const INTERVALS: [Interval; 9] = [
    Interval::Day,
    Interval::SchoolDay,
    Interval::Week,
    Interval::HalfMonth,
    Interval::Month,
    Interval::Quarter,
    Interval::Term,
    Interval::SchoolYear,
    Interval::Year,
];

fn card(
    visit: &Visit,
    packs: &PackSet,
    plan: &Plan,
    item: &PlanItem,
    progress: &ItemProgress,
    may: bool,
    choose: Option<&Suggester>,
) -> Markup {
    let wanted = match (&item.op, &item.value) {
        (Some(op), Some(value)) => {
            let sign = match op.as_str() {
                ">=" => "≥",
                "<=" => "≤",
                other => other,
            };
            Some(format!("{sign} {}{}", value.normalize(), item.value_unit.as_deref().unwrap_or_default()))
        }
        _ => None,
    };
    let cautions = match item.state.as_str() {
        "rejected" => Vec::new(),
        _ => visit.work.plan_cautions(plan, item),
    };
    html! {
        section.card.plan-item id={ "item-" (item.id.0) } data-item=(item.id.0) data-state=(item.state) tabindex="0" {
            div.row {
                span.tag.kind { (kind_title(visit, &item.kind)) }
                strong.grow { (item.title) }
                span data-item-state { (state_tag(visit, &item.state)) }
            }
            p.quote { "“" (item.quote) "”" }
            p.row {
                @if let Some(rhythm) = rhythm_text(item, visit.actor.english) { span.num { (rhythm) } }
                @if let Some(when) = &item.when { span.muted { (when) } }
                @if let Some(wanted) = wanted { span.num { (visit.t("目标 ", "Target ")) (wanted) } }
                @if let Some(due) = item.due_to { span.num { (visit.t("期限 ", "Due ")) (due) } }
                @if let Some(note) = &item.note { span.muted { (note) } }
            }
            div data-item-cautions { @for caution in &cautions { p.field-problem.warning { (caution_text(visit, caution)) } } }
            @if plan.status != "draft" && matches!(item.state.as_str(), "accepted" | "done") { (progress_line(visit, packs, plan, item, progress)) }
            @if may && plan.status != "closed" {
                @match choose {
                    Some(suggester) => { (choice_form(visit, packs, plan, item, suggester)) }
                    None => { (live_actions(visit, plan, item)) }
                }
            }
        }
    }
}

fn caution_text(visit: &Visit, caution: &Caution) -> String {
    let english = visit.actor.english;
    match caution {
        Caution::MostADay { register, most, per_person } if english => {
            let of = if *per_person { " of each person" } else { "" };
            format!("“{}” takes {most} a day{of} at most; that many are expected", register.1)
        }
        Caution::MostADay { register, most, per_person } => {
            let of = if *per_person { "每人" } else { "" };
            format!("《{}》{of}每日最多登记 {most} 次，按 {most} 次计", register.0)
        }
        Caution::NoSuchDay(day) if english => format!("There is no {day}; please fill in the due day"),
        Caution::NoSuchDay(day) => format!("原文写的“{day}”不存在，请填写正确的期限"),
        Caution::OutsidePlan(day) if english => {
            format!("{day} lies outside the days of the plan; please check")
        }
        Caution::OutsidePlan(day) => format!("期限 {day} 不在计划起止日期之内，请核对"),
    }
}

/// How far the line has come, and the evidence behind it.
fn progress_line(
    visit: &Visit,
    packs: &PackSet,
    plan: &Plan,
    item: &PlanItem,
    progress: &ItemProgress,
) -> Markup {
    let directory = visit.directory();
    let unit = item.owner_unit.unwrap_or(plan.unit);
    let org = directory.get(unit).map(|unit| unit.code.clone()).unwrap_or_default();
    let from = item.since.unwrap_or(plan.from).to_string();
    let to = visit.actor.today().min(plan.to).to_string();
    html! {
        div.row.progress {
            @match progress {
                ItemProgress::Duty { due, done, running, running_done } => {
                    @if *due == 0 {
                        (PreEscaped(ring(*running_done, *running, "")))
                        span { (visit.t("尚未到期；本期应 ", "not due yet; expected ")) (running) (visit.t(" 实 ", " done ")) (running_done) }
                    } @else {
                        (PreEscaped(ring(*done, *due, if done >= due { "done" } else { "late" })))
                        span { (visit.t("应 ", "due ")) (due) (visit.t(" 实 ", " done ")) (done) }
                    }
                    @if let Some(duty) = item.duty.as_ref().and_then(|id| packs.duties.get(id)) {
                        a href=(link(&format!("/registers/{}", duty.register), &[("org", &org), ("from", &from), ("to", &to)])) { (visit.t("查看登记", "Entries")) }
                    }
                }
                ItemProgress::Target(figure) => {
                    span.num { strong { (figure.text()) } }
                    @match figure.reached() {
                        Some(true) => { span.tag.done { (visit.t("已达标", "Reached")) } }
                        Some(false) => { span.tag.late { (visit.t("未达标", "Missed")) } }
                        None => {}
                    }
                    a href=(figure_link(&figure.id, &org, &figure.period)) { (visit.t("查看数据", "Evidence")) }
                }
                ItemProgress::Task { done: true, .. } => { span.tag.done { (visit.t("已完成", "Done")) } }
                ItemProgress::Task { late: true, .. } => { span.tag.late { (visit.t("已过期限", "Late")) } }
                ItemProgress::Task { .. } => { span.tag.due { (visit.t("进行中", "Under way")) } }
                ItemProgress::None => { span.muted { (visit.t("未与登记或指标对应，不能自动统计", "Matched with nothing that is counted")) } }
            }
        }
    }
}

/// A confirmed line is changed on purpose only; a task is ticked off with one tap.
fn live_actions(visit: &Visit, plan: &Plan, item: &PlanItem) -> Markup {
    let open_task = matches!(item.kind.as_str(), "task" | "deadline") && item.state == "accepted";
    let code = item.owner_unit.and_then(|unit| visit.directory().get(unit).map(|unit| unit.code.clone()));
    let due = item.due_to.map(|day| day.to_string()).unwrap_or_default();
    html! {
        div.row {
            @if open_task {
                form method="post" action={ "/plans/" (plan.id.0) "/items/" (item.id.0) } data-item-form {
                    (token(visit))
                    input type="hidden" name="owner_unit" value=(code.unwrap_or_default());
                    input type="hidden" name="owner_role" value=(item.owner_role.as_ref().map_or("", |role| role.as_str()));
                    input type="hidden" name="duty" value=(item.duty.as_ref().map_or("", |duty| duty.as_str()));
                    input type="hidden" name="due_to" value=(due);
                    button.btn.small type="submit" name="state" value="done" { (icon("check")) (visit.t("标记完成", "Mark done")) }
                }
            }
            a.btn.small href={ "/plans/" (plan.id.0) "?edit=" (item.id.0) "#item-" (item.id.0) } { (icon("edit")) (visit.t("修改", "Change")) }
        }
    }
}

/// What the item means, who has it, and whether it is taken. Works without a script; with one it is sent in place.
fn choice_form(
    visit: &Visit,
    packs: &PackSet,
    plan: &Plan,
    item: &PlanItem,
    suggester: &Suggester,
) -> Markup {
    let (duties, indicators): Candidates = suggester.of(item);
    let other_indicators = suggester.fitting(item).filter(|id| !indicators.iter().any(|s| s.id == **id));
    let other_indicators = other_indicators.filter_map(|id| packs.indicators.get(id));
    // What was matched before stays among the choices, wherever it is from.
    let chosen = item.duty.iter().filter(|id| !suggester.owed().any(|owed| owed == *id));
    let other_duties = suggester.owed().chain(chosen).filter(|id| !duties.iter().any(|s| s.id == **id));
    let other_duties = other_duties.filter_map(|id| packs.duties.get(id));
    let directory = visit.directory();
    let english = visit.actor.english;
    let units = directory.subtree(plan.unit);
    html! {
        form.item-form method="post" action={ "/plans/" (plan.id.0) "/items/" (item.id.0) } data-item-form {
            (token(visit))
            @if item.kind == "target" {
                label { (visit.t("对应指标", "Indicator"))
                    select name="indicator" {
                        option value="" { (visit.t("不对应", "None")) }
                        optgroup label=(visit.t("建议", "Suggested")) { @for s in &indicators { option value=(s.id) selected[item.indicator.as_ref() == Some(&s.id)] { (s.title) "（" (reason(visit, &s.reason)) "）" } } }
                        optgroup label=(visit.t("全部", "All")) { @for indicator in other_indicators {
                            option value=(indicator.id) selected[item.indicator.as_ref() == Some(&indicator.id)] { (indicator.title.text(english)) }
                        } }
                    }
                }
                label.short { (visit.t("目标值", "Value")) @if let Some(unit) = item.value_unit.as_ref().filter(|unit| !unit.is_empty()) { "（" (unit) "）" } input name="value" inputmode="decimal" value=(item.value.map(|v| v.normalize().to_string()).unwrap_or_default()); }
            } @else {
                label { (visit.t("对应常规工作", "Duty"))
                    select name="duty" {
                        option value="" { (visit.t("不对应", "None")) }
                        optgroup label=(visit.t("建议", "Suggested")) { @for s in &duties { option value=(s.id) selected[item.duty.as_ref() == Some(&s.id)] { (s.title) "（" (reason(visit, &s.reason)) "）" } } }
                        optgroup label=(visit.t("全部", "All")) { @for duty in other_duties {
                            option value=(duty.id) selected[item.duty.as_ref() == Some(&duty.id)] { (duty.title.text(english)) }
                        } }
                    }
                }
                @if item.kind == "duty" { (rhythm_fields(visit, item)) }
            }
            @if item.kind == "task" || item.kind == "deadline" {
                label.short { (visit.t("期限", "Due")) input type="date" name="due_to" value=(item.due_to.map(|day| day.to_string()).unwrap_or_default()); }
            }
            label { (visit.t("负责单位", "Unit"))
                select name="owner_unit" { @for unit in units.iter().take(200) { option value=(unit.code) selected[item.owner_unit.unwrap_or(plan.unit) == unit.id] { (unit.title) } } }
            }
            label { (visit.t("负责角色", "Role"))
                select name="owner_role" {
                    option value="" { "—" }
                    @for role in packs.roles.values() { option value=(role.id) selected[item.owner_role.as_ref() == Some(&role.id)] { (role.title.text(english)) } }
                }
            }
            div.row.choices {
                button.btn.go.small type="submit" name="state" value="accepted" data-key="a" { (visit.t("采纳", "Accept")) }
                button.btn.small type="submit" name="state" value="rejected" data-key="r" { (visit.t("不采纳", "Reject")) }
                @if plan.status == "draft" { button.btn.small type="submit" name="state" value="suggested" data-key="u" { (visit.t("撤回", "Undo")) } }
                @if plan.status == "live" && (item.kind == "task" || item.kind == "deadline") {
                    button.btn.small type="submit" name="state" value="done" { (visit.t("标记完成", "Mark done")) }
                }
            }
        }
    }
}

/// Why a match is suggested.
fn reason(visit: &Visit, reason: &MatchReason) -> String {
    match reason {
        MatchReason::Remembered => visit.t("上次的选择", "chosen before").to_owned(),
        MatchReason::Named(name) => format!("{}“{name}”", visit.t("同义：", "named ")),
        MatchReason::Like(name) => format!("{}“{name}”", visit.t("近似：", "like ")),
    }
}

fn rhythm_fields(visit: &Visit, item: &PlanItem) -> Markup {
    let every = item.every;
    html! {
        label.short { (visit.t("每", "Every")) input name="every_n" inputmode="numeric" value=(every.map(|every| every.n).unwrap_or(1)); }
        label.short { (visit.t("周期", "Period"))
            select name="every_unit" {
                option value="" { "—" }
                @for unit in INTERVALS { option value=(interval_name(unit)) selected[every.is_some_and(|every| every.unit == unit)] { (interval_title(unit, visit.actor.english)) } }
            }
        }
        label.short { (visit.t("次数", "Times")) input name="times" inputmode="numeric" value=(item.times.map(|times| times.to_string()).unwrap_or_default()); }
    }
}

/// The interval's name in packs and forms.
fn interval_name(unit: Interval) -> String {
    serde_json::to_value(unit).ok().and_then(|name| name.as_str().map(str::to_owned)).unwrap_or_default()
}

fn read_choice(visit: &Visit, form: &Params) -> Result<ItemChoice> {
    let directory = visit.directory();
    let wrong = |field: &str, message: &str| WorkError::Invalid(vec![FieldProblem::error(field, message)]);
    let unit = INTERVALS.into_iter().find(|unit| interval_name(*unit) == form.get("every_unit"));
    let n = match form.opt("every_n") {
        Some(text) => text
            .parse()
            .ok()
            .filter(|n| (1..=366).contains(n))
            .ok_or_else(|| wrong("every_n", "周期应为 1–366 的整数"))?,
        None => 1,
    };
    let times = match form.opt("times") {
        Some(text) => Some(
            text.parse().ok().filter(|n| *n >= 1).ok_or_else(|| wrong("times", "次数应为不小于 1 的整数"))?,
        ),
        None => None,
    };
    let value = match form.opt("value") {
        Some(text) => Some(text.parse().map_err(|_| wrong("value", "目标值应为数字"))?),
        None => None,
    };
    let owner_unit = match form.opt("owner_unit") {
        Some(code) => Some(visit.work.unit_by_code(&directory, code)?.id),
        None => None,
    };
    Ok(ItemChoice {
        state: form.get("state").to_owned(),
        duty: form.opt("duty").map(DutyId::from),
        indicator: form.opt("indicator").map(IndicatorId::from),
        times,
        every: unit.map(|unit| Every { n, unit }),
        value,
        owner_unit,
        owner_role: form.opt("owner_role").map(RoleId::from),
        due_to: form.date("due_to")?,
        note: form.opt("note").map(str::to_owned),
    })
}

async fn choose(Path((plan, item)): Path<(i64, i64)>, posted: Posted) -> Response {
    let Posted { visit, form, .. } = posted;
    let in_place = form.get("_in_place") == "1";
    let handle = move |visit: &Visit| -> Result<PlanItem> {
        let choice = read_choice(visit, &form)?;
        visit.work.plan_choose(&visit.actor, PlanId(plan), PlanItemId(item), &choice)
    };
    if in_place {
        return visit
            .run_json(move |visit| {
                let item = handle(visit)?;
                let (known, _) = visit.work.plan_open(&visit.actor, PlanId(plan))?;
                let cautions: Vec<String> = match item.state.as_str() {
                    "rejected" => Vec::new(),
                    _ => {
                        let cautions = visit.work.plan_cautions(&known, &item);
                        cautions.iter().map(|caution| caution_text(visit, caution)).collect()
                    }
                };
                let html = state_tag(visit, &item.state).into_string();
                Ok(serde_json::json!({ "state": item.state, "html": html, "cautions": cautions }))
            })
            .await;
    }
    visit
        .run(move |visit| {
            handle(visit)?;
            Ok(reply::done(&format!("/plans/{plan}#item-{item}"), visit.t("已保存", "Saved")))
        })
        .await
}

/// Accepts every open item that is matched; what is not stays open for a person.
async fn accept_all(Path(plan): Path<i64>, posted: Posted) -> Response {
    posted
        .visit
        .run(move |visit| {
            let (known, items) = visit.work.plan_open(&visit.actor, PlanId(plan))?;
            let (mut count, mut left) = (0, 0);
            for item in items
                .iter()
                .filter(|item| item.state == "suggested" && (item.duty.is_some() || item.indicator.is_some()))
            {
                let choice = ItemChoice {
                    state: "accepted".into(),
                    duty: item.duty.clone(),
                    indicator: item.indicator.clone(),
                    times: item.times,
                    every: item.every,
                    value: item.value,
                    owner_unit: item.owner_unit.or(Some(known.unit)),
                    owner_role: item.owner_role.clone(),
                    due_to: item.due_to,
                    note: item.note.clone(),
                };
                // What does not fit after all stays open, for a person to match.
                match visit.work.plan_choose(&visit.actor, PlanId(plan), item.id, &choice) {
                    Ok(_) => count += 1,
                    Err(WorkError::Invalid(_)) => left += 1,
                    Err(error) => return Err(error),
                }
            }
            let mut told = format!("{} {count} {}", visit.t("已采纳", "Accepted"), visit.t("条", "items"));
            if left > 0 {
                told += &format!(
                    "{} {left} {}",
                    visit.t("；单位不符、待核对", "; not fitting"),
                    visit.t("条", "items")
                );
            }
            Ok(reply::done(&format!("/plans/{plan}"), &told))
        })
        .await
}

async fn confirm(Path(plan): Path<i64>, posted: Posted) -> Response {
    act(posted, PlanId(plan), move |visit| {
        visit.work.plan_confirm(&visit.actor, PlanId(plan))?;
        Ok(visit.t("计划已执行，频次和目标从今天起生效", "The plan is live from today on").to_owned())
    })
    .await
}

async fn close(Path(plan): Path<i64>, posted: Posted) -> Response {
    act(posted, PlanId(plan), move |visit| {
        visit.work.plan_close(&visit.actor, PlanId(plan))?;
        Ok(visit.t("计划已结束", "Closed").to_owned())
    })
    .await
}

async fn reopen(Path(plan): Path<i64>, posted: Posted) -> Response {
    act(posted, PlanId(plan), move |visit| {
        visit.work.plan_reopen(&visit.actor, PlanId(plan))?;
        Ok(visit.t("计划已重新启用", "Live again").to_owned())
    })
    .await
}

async fn rename(Path(plan): Path<i64>, posted: Posted) -> Response {
    let title = posted.form.get("title").to_owned();
    act(posted, PlanId(plan), move |visit| {
        visit.work.plan_rename(&visit.actor, PlanId(plan), &title)?;
        Ok(visit.t("已改名", "Renamed").to_owned())
    })
    .await
}

async fn remove(Path(plan): Path<i64>, posted: Posted) -> Response {
    posted
        .visit
        .run(move |visit| match visit.work.plan_remove(&visit.actor, PlanId(plan)) {
            Ok(()) => Ok(reply::done("/plans", visit.t("已删除", "Deleted"))),
            Err(error) => refused(visit, PlanId(plan), error),
        })
        .await
}

/// Does something with a plan and comes back to its page, which also tells why it could not be done.
async fn act(
    posted: Posted,
    plan: PlanId,
    what: impl FnOnce(&Visit) -> Result<String> + Send + 'static,
) -> Response {
    posted
        .visit
        .run(move |visit| match what(visit) {
            Ok(told) => Ok(reply::done(&format!("/plans/{}", plan.0), &told)),
            Err(error) => refused(visit, plan, error),
        })
        .await
}

fn refused(visit: &Visit, plan: PlanId, error: WorkError) -> Result<Response> {
    match error {
        WorkError::Bad(message) => {
            let problem = FieldProblem::error("plan", message);
            plan_page(visit, plan, &[problem], StatusCode::UNPROCESSABLE_ENTITY)
        }
        WorkError::Invalid(problems) => plan_page(visit, plan, &problems, StatusCode::UNPROCESSABLE_ENTITY),
        other => Err(other),
    }
}
