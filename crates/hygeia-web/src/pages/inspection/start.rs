//! An inspection begins: which unit, and what has to be known before the first mark.

use crate::reply::{self, link};
use crate::shown::defaults;
use crate::view::fields::{Filled, groups, read, typed};
use crate::view::icons::icon;
use crate::view::pieces::{empty, heading, problem_box, select};
use crate::view::shell::token;
use crate::visit::{Params, Posted, Visit};
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use hygeia_pack::model::{FieldType, Register};
use hygeia_store::RoundId;
use hygeia_work::{Action, FieldProblem, Result, WorkError};
use maud::html;
use serde_json::{Map, Value as Json};
use std::collections::HashMap;

pub(super) async fn form(Path(id): Path<String>, visit: Visit) -> Response {
    visit
        .run(move |visit| {
            let packs = visit.work.packs();
            let register = visit.work.register(&packs, &id)?;
            let mut values = defaults(register, visit.actor.today(), visit.actor.local());
            if let Some(day) = visit.query.date("date")? {
                values.insert(register.day.clone(), Json::from(day.to_string()));
            }
            let directory = visit.directory();
            let org = visit.org(&directory)?.code.clone();
            page(visit, register, &org, visit.query.get("round"), &values, &[], StatusCode::OK)
        })
        .await
}

pub(super) async fn begin(Path(id): Path<String>, posted: Posted) -> Response {
    let Posted { visit, form, .. } = posted;
    visit
        .run(move |visit| {
            let packs = visit.work.packs();
            let register = visit.work.register(&packs, &id)?;
            let values = read(&asked_first(register), &form);
            let entry = uuid::Uuid::parse_str(form.get("_id")).unwrap_or_else(|_| uuid::Uuid::now_v7());
            let (org, round) = (form.get("_org"), round_of(&form));
            let begun = visit.work.inspection_start(
                &visit.actor,
                register.id.as_str(),
                entry,
                org,
                round,
                values.clone(),
            );
            match begun {
                Ok(receipt) => {
                    Ok(reply::done(&format!("/inspections/{}/{}/mark", register.id, receipt.id), ""))
                }
                // The same inspection was begun before: it goes on.
                Err(WorkError::Duplicate { existing, .. }) => Ok(reply::done(
                    &format!("/inspections/{}/{existing}/mark", register.id),
                    "继续当天已开始的检查",
                )),
                Err(error @ (WorkError::Invalid(_) | WorkError::Bad(_))) => {
                    let problems = reply::problems(&error);
                    page(visit, register, org, form.get("_round"), &values, &problems, reply::status(&error))
                }
                Err(error) => Err(error),
            }
        })
        .await
}

fn round_of(form: &Params) -> Option<RoundId> {
    form.opt("_round").and_then(|text| text.parse().ok()).map(RoundId)
}

/// The register with the fields that are asked before the first mark.
pub(super) fn asked_first(register: &Register) -> Register {
    let first = |name: &str, kind: &FieldType| {
        let picture = matches!(kind, FieldType::Photo { .. } | FieldType::Drawing);
        !picture && !matches!(name, "results" | "round")
    };
    let mut asked = register.clone();
    asked.fields.retain(|name, field| typed(field) && field.required && first(name, &field.kind));
    asked
}

fn page(
    visit: &Visit,
    register: &Register,
    org: &str,
    round: &str,
    values: &Map<String, Json>,
    problems: &[FieldProblem],
    status: StatusCode,
) -> Result<Response> {
    let directory = visit.directory();
    let today = visit.actor.today();
    let around = directory.by_code(org).map_or(visit.unit, |unit| unit.id);
    let above =
        visit.actor.home_units(&directory).into_iter().find(|home| directory.is_within(around, *home));
    let units: Vec<(String, String)> = directory
        .subtree_of_kind(above.unwrap_or(around), &register.at, today)
        .into_iter()
        .filter(|unit| visit.actor.may(&directory, register, Action::Enter, unit.id))
        .map(|unit| (unit.code.clone(), directory.full_title(unit.id)))
        .collect();
    let title = register.title.text(visit.actor.english);
    let packs = visit.work.packs();
    let kind = packs.org_kinds.get(&register.at).map_or("", |kind| kind.title.text(visit.actor.english));
    let asked = asked_first(register);
    let names: Vec<String> = asked.fields.keys().cloned().collect();
    let filled = Filled {
        visit,
        values,
        problems,
        shown: &names,
        people: &[],
        units: &units,
        entries: &HashMap::new(),
    };
    let content = html! {
        (heading(title, visit.t("开始检查", "Begin"), &html! {}))
        @if units.is_empty() {
            section.card { (empty(visit.t("您在此机构不做这项检查", "You make no such inspection here"), &html! {
                a.btn href=(link(&format!("/registers/{}", register.id), &[("org", org)])) { (visit.t("台账", "Register")) }
            })) }
        } @else {
            (problem_box(visit, problems))
            form.card method="post" action={ "/inspections/" (register.id) "/new" } {
                (token(visit))
                input type="hidden" name="_id" value=(uuid::Uuid::now_v7());
                input type="hidden" name="_round" value=(round);
                fieldset.group { (select(kind, "_org", &units, org, None)) }
                (groups(&asked, &filled))
                div.bar.row { span.push {} button.btn.go type="submit" { (icon("check")) (visit.t("开始逐项评分", "Begin marking")) } }
            }
        }
    };
    Ok((status, reply::page(visit, title, "more", &content)).into_response())
}
