//! The checklist on a phone: one item at a time under the thumb, each mark saved at once.

use super::result::figure_behind;
use super::start::asked_first;
use crate::assets;
use crate::reply;
use crate::view::fields::{Filled, groups, read, thumbnail};
use crate::view::icons::icon;
use crate::view::pieces::{heading, problem_box};
use crate::view::shell::token;
use crate::visit::{Posted, PostedJson, Visit};
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use hygeia_pack::model::{Register, StandardItem};
use hygeia_work::{FieldProblem, Inspection, Mark, Result, Submission, WorkError, to_json};
use maud::{Markup, html};
use serde_json::{Map, Value as Json, json};
use std::collections::HashMap;

fn id_of(id: &str) -> Result<uuid::Uuid> {
    uuid::Uuid::parse_str(id).map_err(|_| WorkError::NotFound("该检查".into()))
}

pub(super) async fn show(Path((register, id)): Path<(String, String)>, visit: Visit) -> Response {
    visit
        .run(move |visit| {
            let opened = visit.work.inspection_open(&visit.actor, &register, id_of(&id)?)?;
            if !opened.may_mark {
                return Ok(reply::done(&format!("/inspections/{register}/{id}"), ""));
            }
            let title = opened.register.title.text(visit.actor.english).to_owned();
            Ok(reply::page(visit, &title, "more", &draw(visit, &opened, &[])))
        })
        .await
}

pub(super) async fn save(Path((register, id)): Path<(String, String)>, posted: PostedJson) -> Response {
    let PostedJson { visit, body } = posted;
    visit
        .run_json(move |visit| {
            let mark = body.as_object().cloned().unwrap_or_default();
            let marked = visit.work.inspection_mark(&visit.actor, &register, id_of(&id)?, &mark)?;
            let outcome = &marked.outcome;
            Ok(json!({
                "version": marked.version,
                "mark": mark_json(&marked.mark),
                "judged": outcome.judged,
                "expected": outcome.expected,
                "lost": outcome.lost.normalize().to_string(),
                "score": outcome.score.map(|score| score.normalize().to_string()),
                "vetoed": outcome.vetoed,
            }))
        })
        .await
}

pub(super) async fn finish(Path((register, id)): Path<(String, String)>, posted: Posted) -> Response {
    let Posted { visit, form, .. } = posted;
    visit
        .run(move |visit| {
            let packs = visit.work.packs();
            let known = visit.work.register(&packs, &register)?;
            let entry = id_of(&id)?;
            let values = read(&asked_last(known), &form);
            let rest_full = form.get("_rest") == "full";
            let finished = || {
                if !values.is_empty() {
                    let submission =
                        Submission { id: Some(entry), values: values.clone(), ..Submission::default() };
                    visit.work.entry_submit(&visit.actor, &register, submission)?;
                }
                visit.work.inspection_finish(&visit.actor, &register, entry, rest_full)
            };
            let done = match finished() {
                // What is missing is told on the sheet itself, where it is put right.
                Err(WorkError::Invalid(problems)) => {
                    let opened = visit.work.inspection_open(&visit.actor, &register, entry)?;
                    let title = opened.register.title.text(visit.actor.english);
                    let page = reply::page(visit, title, "more", &draw(visit, &opened, &problems));
                    return Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response());
                }
                done => done?,
            };
            let said = match done.corrections.len() {
                0 => visit.t("检查已完成", "Finished").to_owned(),
                count if visit.actor.english => format!("Finished; {count} to be corrected"),
                count => format!("检查已完成，{count} 项转入整改"),
            };
            Ok(reply::done(&format!("/inspections/{register}/{id}"), &said))
        })
        .await
}

/// The register with the fields that are asked after the last mark.
fn asked_last(register: &Register) -> Register {
    let first = asked_first(register);
    let mut last = register.clone();
    last.fields.retain(|name, field| {
        field.is_typed() && !first.fields.contains_key(name) && !matches!(name.as_str(), "results" | "round")
    });
    last
}

fn mark_json(mark: &Mark) -> Json {
    let reasons: Vec<Json> = mark.reasons.iter().map(|reason| json!([reason.no, reason.times])).collect();
    json!({
        "item": mark.item,
        "points": mark.points.map(|points| points.normalize().to_string()),
        "skipped": mark.skipped,
        "failed": mark.failed,
        "reasons": reasons,
        "note": mark.note,
        "photos": mark.photos,
        "requirement": mark.requirement,
        "due": mark.due.map(|due| due.to_string()),
    })
}

fn draw(visit: &Visit, opened: &Inspection, problems: &[FieldProblem]) -> Markup {
    let entry = &opened.view.entry;
    let directory = visit.directory();
    let unit = directory.get(entry.unit).map(|unit| unit.code.clone()).unwrap_or_default();
    let address = format!("/inspections/{}/{}", opened.register.id, entry.id);
    html! {
        (heading(opened.register.title.text(visit.actor.english), &opened.view.unit_title, &html! {
            a.btn href=(address) { (icon("registers")) (visit.t("结果", "Result")) }
        }))
        div.inspect data-inspect=(entry.id) data-version=(entry.version) data-save={ (address) "/mark" } data-register=(opened.register.id) data-unit=(unit)
            data-total=(opened.edition.total.normalize()) {
            p.inspect-head {
                span { strong.num data-judged { (opened.outcome.judged) } " / " span.num { (opened.outcome.expected) } " " (visit.t("项", "items")) }
                span { (visit.t("已扣", "lost ")) " " strong.num data-lost { (opened.outcome.lost.normalize()) } " / " (opened.edition.total.normalize()) }
                span.tag data-sync {}
            }
            @for section in &opened.edition.sections {
                section.card {
                    h2 { (section.title.text(visit.actor.english)) }
                    @for item in &section.items { (item_card(visit, opened, item)) }
                }
            }
            (problem_box(visit, problems))
            (finish_form(visit, opened, &address))
            (thumb_bar(visit))
        }
        script type="module" src=(assets::address("inspect.js")) {}
        script type="module" src=(assets::address("picture.js")) {}
    }
}

fn item_card(visit: &Visit, opened: &Inspection, item: &StandardItem) -> Markup {
    let mark = opened.mark(&item.code);
    let english = visit.actor.english;
    let points = item.points.normalize();
    html! {
        article.mark id={ "i-" (item.code) } tabindex="0" data-item=(item.code) data-points=(points) data-bonus[item.bonus] data-veto[item.veto]
            data-skip[item.may_skip] data-measured[item.measured.is_some()] data-requirement=[item.requirement.as_ref()] data-mark=(mark.map_or(Json::Null, mark_json)) {
            div.mark-line {
                strong { (item.title.text(english)) }
                @if item.veto { span.tag.late { (visit.t("否决项", "Veto")) } }
                @if item.bonus { span.tag.done { (visit.t("加分", "Bonus")) } }
                @if item.measured.is_some() { span.tag { (visit.t("按指标计分", "By indicator")) } (figure_behind(visit, opened, item)) }
                span.push.num.mark-points data-shown { "— / " (points) }
            }
            @if let Some(method) = &item.method { small.muted { (method) } }
            @if !item.deductions.is_empty() && item.measured.is_none() {
                div.ticks { @for (at, deduction) in (1..).zip(&item.deductions) {
                    button.btn.small type="button" aria-pressed="false" data-reason=(at) data-minus=(deduction.points.normalize()) data-each[deduction.each] {
                        (deduction.title) " −" (deduction.points.normalize()) @if deduction.each { (visit.t("/次", " each")) } span.num data-times {}
                    }
                } }
            }
            details.mark-more {
                summary { (visit.t("说明、照片、整改", "Note, photos, correction")) }
                label { (visit.t("说明", "Note")) textarea rows="2" maxlength="500" data-note {} }
                div.photos data-photos data-most="6" {
                    input type="hidden" data-ids value=(mark.map(|mark| mark.photos.join(",")).unwrap_or_default());
                    @for id in mark.map(|mark| mark.photos.as_slice()).unwrap_or_default() { (thumbnail(id)) }
                    label.btn { (icon("camera")) (visit.t("拍照", "Photo")) input.sr type="file" accept="image/*" capture="environment" multiple; }
                }
                label { (visit.t("整改要求", "To be corrected")) textarea rows="2" maxlength="500" data-asked placeholder=[item.requirement.as_ref()] {} }
                label { (visit.t("整改期限", "Due")) input type="date" data-due; }
            }
            p.field-problem data-wrong hidden {}
        }
    }
}

fn finish_form(visit: &Visit, opened: &Inspection, address: &str) -> Markup {
    let last = asked_last(&opened.register);
    let values: Map<String, Json> =
        opened.view.entry.values.iter().map(|(name, value)| (name.clone(), to_json(value))).collect();
    let person = opened.view.person.as_ref();
    let names = crate::shown::shown(&opened.register, &values, person, visit.actor.today());
    let filled = Filled {
        visit,
        values: &values,
        problems: &[],
        shown: &names,
        people: &[],
        units: &[],
        entries: &HashMap::new(),
    };
    html! {
        form.card method="post" action={ (address) "/finish" } data-finish {
            (token(visit))
            h2 { (visit.t("完成检查", "Finish")) }
            (groups(&last, &filled))
            label.tick { input type="checkbox" name="_rest" value="full"; (visit.t("其余未评的项目给满分", "Full points for items without a mark")) }
            p { button.btn.go type="submit" { (icon("check")) (visit.t("完成检查", "Finish")) } }
        }
    }
}

/// The buttons under the thumb: they act on the item that is marked out.
fn thumb_bar(visit: &Visit) -> Markup {
    html! {
        div.bar.thumb-bar role="group" aria-label=(visit.t("评分", "Marking")) {
            p.thumb-title data-current {}
            div.thumb-buttons {
                button.btn type="button" data-do="skip" { (visit.t("不适用", "N/A")) }
                button.btn.danger type="button" data-do="fail" hidden { (visit.t("不合格", "Fails")) }
                button.btn.icon-only type="button" data-do="minus" aria-label=(visit.t("减 1 分", "One less")) { "−" }
                output.big-number data-value { "—" }
                button.btn.icon-only type="button" data-do="plus" aria-label=(visit.t("加 1 分", "One more")) { "+" }
                button.btn.go type="button" data-do="full" { (visit.t("满分", "Full")) }
            }
        }
    }
}
