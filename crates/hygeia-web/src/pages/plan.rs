//! Plans (计划): upload a document, match what was read, confirm, and follow the live plan.

mod item;

use crate::assets;
use crate::reply::{self, link};
use crate::view::icons::icon;
use crate::view::marked::{Place, document};
use crate::view::pieces::{empty, heading, input, problem_box_with};
use crate::view::shell::token;
use crate::visit::{App, Params, Posted, Visit};
use axum::Router;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use hygeia_store::{Plan, PlanId, PlanItem, PlanItemId};
use hygeia_work::{FieldProblem, ItemChoice, ItemProgress, Result, WorkError};
use item::{card, caution_text, read_choice, state_tag};
use jiff::ToSpan;
use maud::{Markup, html};

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
    // No browser sends a chosen file back.
    let kept = visit.t("日期已保留，文件请重新选择", "the dates are kept, please choose the file again");
    html! {
        section.card {
            h2 { (visit.t("上传计划", "Upload a plan")) }
            (problem_box_with(visit, problems, kept))
            form.row method="post" action="/plans" enctype="multipart/form-data" data-span {
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
            progress.whole data-decided-bar max=(items.len()) value=(items.len() - waiting) {}
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
        let left = visit.work.plan_confirm(&visit.actor, PlanId(plan))?;
        let said = visit.t("计划已执行，频次和目标从今天起生效", "The plan is live from today on");
        Ok(match (left, visit.actor.english) {
            (0, _) => said.to_owned(),
            (left, false) => format!("{said}；有 {left} 条没有采纳，不列入执行，需要时可在计划下方补充采纳"),
            (left, true) => format!("{said}; {left} lines were not taken, see below the plan"),
        })
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
