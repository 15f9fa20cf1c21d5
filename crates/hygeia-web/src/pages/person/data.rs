//! A person's data: entered, corrected, taken out.

use super::{ends, phone_title, unit_of};
use crate::reply;
use crate::view::pieces::{field_problem, heading, input, problem_box, select};
use crate::view::shell::token;
use crate::visit::{Params, Posted, Visit};
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use hygeia_pack::model::OrgKindId;
use hygeia_store::PersonId;
use hygeia_work::{FieldProblem, IS_ANOTHER, PersonDraft, Result, WorkError, exists_on};
use maud::html;

pub(super) async fn edit(Path(id): Path<u32>, visit: Visit) -> Response {
    visit.run(move |visit| edit_page(visit, id, None, StatusCode::OK)).await
}

fn edit_page(
    visit: &Visit,
    id: u32,
    refused: Option<(&Params, &[FieldProblem])>,
    status: StatusCode,
) -> Result<Response> {
    let (person, enrolments) = visit.work.person_open(&visit.actor, PersonId(id))?;
    if !visit.work.manages_person(&visit.actor, &enrolments) {
        return Err(WorkError::Denied(visit.t("修改人员资料", "correct a person's data").to_owned()));
    }
    let (filled, problems) =
        refused.map_or((None, &[] as &[FieldProblem]), |(form, found)| (Some(form), found));
    let value = |name: &str, known: &str| filled.map_or(known, |filled| filled.get(name)).to_owned();
    let birth = person.birth.map(|day| day.to_string()).unwrap_or_default();
    let kept = |secret: &Option<String>| match secret {
        Some(text) if visit.actor.english => format!(" (now {}; blank keeps it)", ends(text)),
        Some(text) => format!("（现为 {}，不填则不变）", ends(text)),
        None => String::new(),
    };
    let title = visit.t("修改资料", "Correct the data");
    let base = format!("/people/{id}");
    let id_title = format!("{}{}", visit.t("身份证号", "Id number"), kept(&person.id_number));
    let phone_label = format!("{}{}", phone_title(visit, &person.kind), kept(&person.phone));
    let content = html! {
        (heading(title, &person.name, &html! { a.btn href=(base) { (visit.t("返回", "Back")) } }))
        (problem_box(visit, problems))
        form.card.entry method="post" action={ (base) "/edit" } {
            (token(visit))
            fieldset.group {
                (input(visit.t("编号", "Code"), "code", "text", &value("code", &person.code), problems, true))
                (input(visit.t("姓名", "Name"), "name", "text", &value("name", &person.name), problems, true))
                (select(visit.t("性别", "Sex"), "sex", &sexes(visit), &value("sex", &person.sex), None))
                (input(visit.t("出生日期", "Born"), "birth", "date", &value("birth", &birth), problems, person.kind == "child"))
                (input(&id_title, "id_number", "text", &value("id_number", ""), problems, false))
                (input(&phone_label, "phone", "tel", &value("phone", ""), problems, false))
            }
            div.bar.row { span.push {} button.btn.go type="submit" { (visit.t("保存", "Save")) } }
        }
        section.card {
            h2 { (visit.t("误加的人员", "Entered by mistake")) }
            @if visit.work.person_is_unused(person.id)? {
                p.muted { (visit.t("还没有关于该人员的任何登记，可以移除；移除后名册中不再有此人，变更记录中保留。", "Nothing has been entered about this person, who can be taken out; the log keeps it.")) }
                form method="post" action={ (base) "/remove" } {
                    (token(visit))
                    button.btn.danger type="submit" data-confirm=(visit.t("从名册中移除此人？", "Take this person out?")) { (visit.t("移除此人", "Take out")) }
                }
            } @else {
                p.muted { (visit.t("已有关于该人员的登记，不能移除；不在了请办理离园（离校）。", "There are entries about this person: let them leave instead.")) }
            }
        }
    };
    Ok((status, reply::page(visit, title, "more", &content)).into_response())
}

pub(super) async fn correct(Path(id): Path<u32>, posted: Posted) -> Response {
    let Posted { visit, form, .. } = posted;
    visit
        .run(move |visit| {
            let done =
                draft(&form).and_then(|draft| visit.work.person_correct(&visit.actor, PersonId(id), &draft));
            match done {
                Ok(()) => Ok(reply::done(&format!("/people/{id}"), visit.t("已保存", "Saved"))),
                Err(WorkError::Invalid(problems)) => {
                    edit_page(visit, id, Some((&form, &problems)), StatusCode::UNPROCESSABLE_ENTITY)
                }
                Err(error) => Err(error),
            }
        })
        .await
}

pub(super) async fn remove(Path(id): Path<u32>, posted: Posted) -> Response {
    let Posted { visit, .. } = posted;
    visit
        .run(move |visit| {
            visit.work.person_remove(&visit.actor, PersonId(id))?;
            Ok(reply::done("/people", visit.t("已移除", "Taken out")))
        })
        .await
}

/// What a form says of a person.
fn draft(form: &Params) -> Result<PersonDraft> {
    let some = |name: &str| form.opt(name).map(str::to_owned);
    Ok(PersonDraft {
        code: form.get("code").to_owned(),
        name: form.get("name").to_owned(),
        sex: form.get("sex").to_owned(),
        birth: form.date("birth")?,
        id_number: some("id_number"),
        phone: some("phone"),
        is_another: form.opt(IS_ANOTHER).is_some(),
    })
}

fn sexes(visit: &Visit) -> [(String, String); 2] {
    [
        ("female".to_owned(), visit.t("女", "Female").to_owned()),
        ("male".to_owned(), visit.t("男", "Male").to_owned()),
    ]
}

pub(super) async fn blank(visit: Visit) -> Response {
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
                (select(visit.t("性别", "Sex"), "sex", &sexes(visit), form.get("sex"), None))
                (input(visit.t("出生日期", "Born"), "birth", "date", form.get("birth"), problems, !staff))
                (input(visit.t("身份证号", "Id number"), "id_number", "text", form.get("id_number"), problems, false))
                (input(phone_title(visit, form.get("kind")), "phone", "tel", form.get("phone"), problems, false))
                (input(visit.t("入园（入职）日期", "From"), "from", "date", from, problems, true))
                @if problems.iter().any(|problem| problem.field == IS_ANOTHER) {
                    div.field {
                        label.tick { input id={ "f-" (IS_ANOTHER) } type="checkbox" name=(IS_ANOTHER) value="yes"; " " (visit.t("是另一人", "This is another person")) }
                        (field_problem(problems, IS_ANOTHER))
                    }
                }
            }
            div.bar.row { span.push {} button.btn.go type="submit" { (visit.t("保存", "Save")) } }
        }
    };
    Ok((status, reply::page(visit, title, "more", &content)).into_response())
}

pub(super) async fn add(posted: Posted) -> Response {
    let Posted { visit, form, .. } = posted;
    visit
        .run(move |visit| {
            let draft = draft(&form)?;
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
