//! Promotion (学年升班): where each class goes, carried out at once, taken back as a whole.

use super::person::{day_of, manages};
use crate::reply::{self, link};
use crate::view::icons::icon;
use crate::view::pieces::{empty, heading, input, problem_box};
use crate::view::shell::token;
use crate::visit::{App, Params, Posted, Visit};
use axum::Router;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use hygeia_pack::model::OrgKindId;
use hygeia_store::OrgUnit;
use hygeia_work::{
    Directory, FieldProblem, LeftOut, PROMOTION_WORD, PastPromotion, Promotion, Result, WorkError,
};
use maud::{Markup, html};

pub(crate) fn routes() -> Router<App> {
    Router::new().route("/people/promote", get(form).post(promote)).route("/people/promote/undo", post(undo))
}

/// Children left out that are named after a promotion; before it all are.
const MOST_NAMED: usize = 5;

/// The kindergarten or school whose classes go up together.
fn campus<'a>(visit: &Visit, directory: &'a Directory) -> Option<&'a OrgUnit> {
    ["kindergarten", "school"]
        .into_iter()
        .find_map(|kind| directory.above_of_kind(visit.unit, &OrgKindId::from(kind)))
}

/// On the roster of a unit whose classes went up some days ago: that they did, and that it can be taken back.
pub(super) fn notice(visit: &Visit) -> Result<Markup> {
    let directory = visit.directory();
    let Some(campus) = campus(visit, &directory).filter(|_| manages(visit)) else { return Ok(html! {}) };
    let may =
        visit.actor.has_right(&visit.work.packs(), &directory, hygeia_work::Right::ManagePeople, campus.id);
    let last = if may { visit.work.promotion_last(&visit.actor, campus.id)? } else { None };
    Ok(last
        .filter(|last| last.fixed.is_none())
        .map_or_else(|| html! {}, |last| undo_card(visit, campus, &last)))
}

fn undo_card(visit: &Visit, campus: &OrgUnit, last: &PastPromotion) -> Markup {
    html! {
        section.card.row {
            span {
                (icon("check")) " "
                (last.made_on) " " (last.by) (visit.t(" 已办理升班（", " promoted the classes (")) (last.day) (visit.t("）：升班 ", "): up ")) (last.moved)
                (visit.t(" 人，毕业离园 ", ", left ")) (last.graduated) (visit.t(" 人", ""))
                @if let Some(why) = &last.fixed { br; span.muted { (why) } }
            }
            @if last.fixed.is_none() {
                form.push method="post" action="/people/promote/undo" {
                    (token(visit))
                    input type="hidden" name="campus" value=(campus.code);
                    button.btn.danger type="submit" data-confirm=(visit.t("把全部儿童放回升班前的班级？升班当天起的登记一并改记到原班。", "Put all children back into their former classes? Entries since that day go with them.")) { (icon("undo")) (visit.t("撤销这次升班", "Undo this promotion")) }
                }
            }
        }
    }
}

async fn form(visit: Visit) -> Response {
    visit.run(|visit| page(visit, &visit.query.clone(), &[], StatusCode::OK)).await
}

fn page(visit: &Visit, filled: &Params, problems: &[FieldProblem], status: StatusCode) -> Result<Response> {
    let directory = visit.directory();
    let title = visit.t("学年升班", "Promotion");
    let named = filled.opt("campus").and_then(|code| directory.by_code(code));
    let Some(campus) = named.or_else(|| campus(visit, &directory)) else {
        let content = html! {
            (heading(title, "", &html! {}))
            section.card { (empty(visit.t("请先在页面上方选择一所幼儿园或学校", "Choose a kindergarten or school above"), &html! {})) }
        };
        return Ok(reply::page(visit, title, "more", &content));
    };
    let day = filled.date("day").ok().flatten().map_or_else(|| visit.day(), Ok)?;
    let plan = visit.work.promotion_plan(&visit.actor, campus.id, day)?;
    let last = visit.work.promotion_last(&visit.actor, campus.id)?;
    let doubt = visit.work.promotion_doubt(&visit.actor, campus.id, day)?;
    let classes = directory.subtree_of_kind(campus.id, &OrgKindId::from("class"), visit.actor.today());
    // Where it is no matter of course the form is folded away, so that nobody promotes twice by the way.
    let content = html! {
        (heading(title, &campus.title, &html! {}))
        (problem_box(visit, problems))
        @if let Some(last) = &last { (undo_card(visit, campus, last)) }
        @if let Some(doubt) = &doubt { p.problems { (icon("warn")) (doubt) } }
        details.card open[doubt.is_none() || !problems.is_empty()] {
            summary { @if doubt.is_some() { (visit.t("仍要升班", "Promote all the same")) } @else { (visit.t("各班去向", "Where each class goes")) } }
            form method="post" action="/people/promote" {
                (token(visit))
                input type="hidden" name="campus" value=(campus.code);
                p.muted { (visit.t("核对每个班的去向后一次升班；毕业班选“毕业离园”。可在升班后逐人调整，14 天内可整体撤销。", "Check where each class goes; the leaving class graduates. It can be undone as a whole within 14 days.")) }
                (input(visit.t("升班日期", "Date"), "day", "date", &day.to_string(), problems, true))
                table.list {
                    thead { tr { th scope="col" { (visit.t("现班级", "Class")) } th.num scope="col" { (visit.t("人数", "Children")) } th scope="col" { (visit.t("去向", "Goes to")) } } }
                    tbody { @for step in &plan { (row(visit, &directory, &classes, step, filled)) } }
                }
                @if doubt.is_some() {
                    (input(&format!("{}“{PROMOTION_WORD}”", visit.t("确认请输入", "To confirm, type ")), "word", "text", filled.get("word"), problems, true))
                }
                div.bar.row { span.push {} button.btn.go type="submit" data-confirm=(visit.t("确认全部升班？", "Promote all classes?")) { (visit.t("升班", "Promote")) } }
            }
        }
    };
    Ok((status, reply::page(visit, title, "more", &content)).into_response())
}

fn row(
    visit: &Visit,
    directory: &Directory,
    classes: &[&OrgUnit],
    step: &Promotion,
    filled: &Params,
) -> Markup {
    let Some(from) = directory.get(step.from) else { return html! {} };
    let name = format!("to.{}", from.code);
    let planned = step.to.and_then(|to| directory.get(to)).map_or("", |unit| unit.code.as_str());
    let chosen = filled.0.iter().find(|(known, _)| *known == name).map_or(planned, |(_, code)| code.as_str());
    html! {
        tr {
            th scope="row" { (from.title) }
            td.num { (step.children) @for one in &step.left_out { br; small.muted { (left_out(visit, directory, one)) } } }
            td { select name=(name) aria-label=(from.title) {
                option value="" selected[chosen.is_empty()] { (visit.t("毕业离园", "Graduates")) }
                @for class in classes { option value=(class.code) selected[class.code == chosen] { (class.title) } }
            } }
        }
    }
}

/// A child who does not go up with the class, and why: 不升班：张三，将于 2026-12-05 转入 大二班.
fn left_out(visit: &Visit, directory: &Directory, one: &LeftOut) -> String {
    let to = one.to.map(|to| directory.title_within(to, visit.unit));
    match (visit.actor.english, to) {
        (true, Some(to)) => format!("Left out: {}, moves to {to} on {}", one.name, one.on),
        (true, None) => format!("Left out: {}, leaves on {}", one.name, one.on),
        (false, Some(to)) => format!("不随班升：{}，将于 {} 转入 {to}", one.name, one.on),
        (false, None) => format!("不随班升：{}，将于 {} 离园（离校）", one.name, one.on),
    }
}

async fn promote(posted: Posted) -> Response {
    let Posted { visit, form, .. } = posted;
    visit
        .run(move |visit| {
            let directory = visit.directory();
            let campus = visit.work.unit_by_code(&directory, form.get("campus"))?;
            let day = day_of(visit, &form)?;
            let mut plan = Vec::new();
            for (name, to) in &form.0 {
                let Some(from) = name.strip_prefix("to.") else { continue };
                let to = match to.trim() {
                    "" => None,
                    code => Some(visit.work.unit_by_code(&directory, code)?.id),
                };
                plan.push(Promotion {
                    from: visit.work.unit_by_code(&directory, from)?.id,
                    to,
                    children: 0,
                    left_out: Vec::new(),
                });
            }
            let known = visit.work.promotion_plan(&visit.actor, campus.id, day)?;
            let stay: Vec<String> = known
                .iter()
                .flat_map(|step| &step.left_out)
                .map(|one| left_out(visit, &directory, one))
                .collect();
            // Said in a cookie, which holds little.
            let more = stay.len().saturating_sub(MOST_NAMED);
            let more = (more > 0).then(|| match visit.actor.english {
                true => format!("and {more} more"),
                false => format!("另有 {more} 人"),
            });
            match visit.work.promote(&visit.actor, campus.id, day, &plan, form.get("word")) {
                Ok(moved) => Ok(reply::done(
                    &link("/people/promote", &[("org", &campus.code)]),
                    &[format!("{} {moved} {}", visit.t("已升班", "Promoted"), visit.t("人", "children"))]
                        .into_iter()
                        .chain(stay.into_iter().take(MOST_NAMED))
                        .chain(more)
                        .collect::<Vec<_>>()
                        .join(visit.t("；", "; ")),
                )),
                Err(WorkError::Invalid(problems)) => {
                    page(visit, &form, &problems, StatusCode::UNPROCESSABLE_ENTITY)
                }
                Err(error) => Err(error),
            }
        })
        .await
}

async fn undo(posted: Posted) -> Response {
    let Posted { visit, form, .. } = posted;
    visit
        .run(move |visit| {
            let directory = visit.directory();
            let campus = visit.work.unit_by_code(&directory, form.get("campus"))?;
            let back = visit.work.promotion_undo(&visit.actor, campus.id)?;
            Ok(reply::done(
                &link("/people", &[("org", &campus.code)]),
                &format!(
                    "{} {back} {}",
                    visit.t("已撤销升班，", "Undone:"),
                    visit.t("人回到原班", "children are back")
                ),
            ))
        })
        .await
}
