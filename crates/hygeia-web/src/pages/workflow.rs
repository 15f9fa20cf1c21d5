//! The workflow of an entry: where it stands, its clocks, and the steps that can be taken next.

use crate::assets;
use crate::reply;
use crate::view::address;
use crate::view::choices::Options;
use crate::view::clock;
use crate::view::fields::{Filled, read, some};
use crate::view::icons::icon;
use crate::view::pieces::{heading, moment, problem_box};
use crate::view::shell::token;
use crate::visit::{App, Params, Posted, Visit};
use axum::Router;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use hygeia_expr::Value;
use hygeia_pack::model::{Register, STATE, Transition, Workflow};
use hygeia_store::Change;
use hygeia_work::{ClockSearch, EntryView, FieldProblem, NextStep, Result, Step, WorkError, to_json};
use maud::{Markup, html};
use serde_json::{Map, Value as Json};

type Place = (String, uuid::Uuid, String);

pub(crate) fn routes() -> Router<App> {
    Router::new()
        .route("/entries/{register}/{id}/steps/{step}", get(ask).post(take))
        .route("/entries/{register}/{id}/clocks/{clock}", post(pause))
}

/// Title of what a line of the change log did, when a workflow did it.
pub(crate) fn action_title<'a>(register: &'a Register, action: &str, english: bool) -> Option<&'a str> {
    let workflow = register.workflow.as_ref()?;
    let (kind, name) = action.split_once(':')?;
    match kind {
        "transition" => workflow.transitions.get(name).map(|step| step.title.text(english)),
        "clock" => workflow.clocks.get(name).map(|clock| clock.title.text(english)),
        _ => None,
    }
}

/// State, clocks and next steps of an entry; nothing for a register without a workflow.
pub(crate) fn panel(
    visit: &Visit,
    register: &Register,
    view: &EntryView,
    history: &[Change],
) -> Result<Markup> {
    let Some(workflow) = &register.workflow else { return Ok(html! {}) };
    let entry = &view.entry;
    let state = entry.values.get(STATE).and_then(Value::as_text).unwrap_or(&workflow.start);
    let steps = visit.work.steps(&visit.actor, register.id.as_str(), entry.id.0)?;
    let search = ClockSearch {
        unit: Some(entry.unit),
        register: Some(register.id.clone()),
        entries: Some(vec![entry.id]),
        ..ClockSearch::default()
    };
    let clocks = visit.work.clock_list(&visit.actor, &search)?;
    let base = format!("/entries/{}/{}", register.id, entry.id.0);
    let english = visit.actor.english;
    Ok(html! {
        section.card.workflow aria-label=(visit.t("流程", "Workflow")) {
            ol.states { @for (name, own) in &workflow.states {
                li aria-current=[(name == state).then_some("step")] { (own.title.text(english)) }
            } }
            (reopened(visit, workflow, history))
            @for view in &clocks {
                div.clock {
                    span { (icon("clock")) (view.def.title.text(english)) }
                    (clock::tag(visit, view))
                    small.muted.num { (clock::due_text(visit, view)) }
                    (pause_form(visit, &base, view))
                }
            }
            @if !steps.is_empty() {
                div.row.steps { @for (at, step) in steps.iter().enumerate() { (step_button(visit, &base, step, entry.version, at == 0)) } }
                ul.plain.refusals { @for reason in steps.iter().filter_map(|step| step.refused.as_ref()) { li.muted { (reason) } } }
            }
        }
    })
}

/// How often the entry was taken up again after an end, and why the last time.
fn reopened(visit: &Visit, workflow: &Workflow, history: &[Change]) -> Markup {
    let is_reopening = |change: &&Change| {
        let name = change.action.strip_prefix("transition:");
        name.and_then(|name| workflow.transitions.get(name)).is_some_and(|step| step.reopens)
    };
    let mut times = history.iter().filter(is_reopening);
    let Some(last) = times.next() else { return html! {} };
    let count = times.count() + 1;
    html! {
        p.row.reopened {
            span.tag.due { @if visit.actor.english { "reopened " (count) "×" } @else { "曾重新打开 " (count) " 次" } }
            span.muted { (last.actor.name) " " span.num { (moment(last.at)) } @if let Some(reason) = &last.reason { "：" (reason) } }
        }
    }
}

/// A verb: taken at once when it asks for nothing, else on a page of its own.
fn step_button(visit: &Visit, base: &str, step: &NextStep, version: i64, is_first: bool) -> Markup {
    let transition = &step.transition;
    let address = format!("{base}/steps/{}", transition.name);
    let title = transition.title.text(visit.actor.english);
    let asks = transition.reason || !transition.requires.is_empty() || !transition.asks.is_empty();
    html! {
        @if step.refused.is_some() {
            button.btn type="button" disabled { (title) }
        } @else if asks {
            a.btn.go[is_first] href=(address) { (title) }
        } @else {
            form method="post" action=(address) {
                (token(visit))
                input type="hidden" name="_id" value=(uuid::Uuid::now_v7());
                input type="hidden" name="_version" value=(version);
                button.btn.go[is_first] type="submit" { (title) }
            }
        }
    }
}

fn pause_form(visit: &Visit, base: &str, view: &hygeia_work::ClockView) -> Markup {
    let directory = visit.directory();
    let may =
        visit.actor.roles.iter().any(|held| {
            view.def.pause.contains(&held.role) && directory.is_within(view.entry.unit, held.unit)
        });
    let paused = match view.clock.outcome {
        hygeia_store::Outcome::Running => false,
        hygeia_store::Outcome::Paused => true,
        _ => return html! {},
    };
    let verb = if paused { visit.t("恢复计时", "Resume") } else { visit.t("暂停计时", "Pause") };
    html! {
        @if may {
            details {
                summary { (verb) }
                form.row method="post" action={ (base) "/clocks/" (view.clock.name) } {
                    (token(visit))
                    input type="hidden" name="paused" value=(!paused);
                    label.grow { (visit.t("原因", "Reason")) " " input name="reason" maxlength="200" required; }
                    button.btn type="submit" { (verb) }
                }
            }
        }
    }
}

/// A step on its way.
struct Draft {
    id: uuid::Uuid,
    version: Option<i64>,
    values: Map<String, Json>,
    reason: String,
    problems: Vec<FieldProblem>,
}

async fn ask(Path((register, id, step)): Path<Place>, visit: Visit) -> Response {
    visit
        .run(move |visit| {
            let (view, _) = visit.work.entry_open(&visit.actor, &register, id)?;
            let values =
                view.entry.values.iter().map(|(name, value)| (name.clone(), to_json(value))).collect();
            let draft = Draft {
                id: uuid::Uuid::now_v7(),
                version: Some(view.entry.version),
                values,
                reason: String::new(),
                problems: Vec::new(),
            };
            page(visit, &register, &view, &step, &draft, StatusCode::OK)
        })
        .await
}

fn page(
    visit: &Visit,
    register: &str,
    view: &EntryView,
    step: &str,
    draft: &Draft,
    status: StatusCode,
) -> Result<Response> {
    let packs = visit.work.packs();
    let register = visit.work.register(&packs, register)?;
    let steps = visit.work.steps(&visit.actor, register.id.as_str(), view.entry.id.0)?;
    let next = steps.into_iter().find(|next| next.transition.name == step);
    let next = next.ok_or_else(|| WorkError::NotFound("这一步骤，或该记录现在不能这样处理".into()))?;
    let transition = &next.transition;
    let mut values = draft.values.clone();
    values.insert(STATE.to_owned(), Json::from(transition.to.as_str()));
    let shown = crate::shown::shown(register, &values, view.person.as_ref(), visit.actor.today());
    let (people, units) = lists(visit, register, view)?;
    let person = view.person.as_ref().map(|person| person.id);
    let entries = crate::view::choices::entries(visit, register, view.entry.unit, person, &values)?;
    let filled = Filled {
        visit,
        values: &values,
        problems: &draft.problems,
        shown: &shown,
        people: &people,
        units: &units,
        entries: &entries,
    };
    let english = visit.actor.english;
    let unit_code = visit.directory().get(view.entry.unit).map(|unit| unit.code.clone());
    let unit_code = unit_code.unwrap_or_default();
    let base = format!("/entries/{}/{}", register.id, view.entry.id.0);
    let person = view.person.as_ref().map(|person| format!("{} · ", person.name)).unwrap_or_default();
    let about =
        format!("{} · {person}{} · {}", register.title.text(english), view.unit_title, view.entry.day);
    let title = transition.title.text(english);
    let content = html! {
        (heading(title, &about, &html! { a.btn href=(address::of_entry(&view.entry)) { (visit.t("返回", "Back")) } }))
        (problem_box(visit, &draft.problems))
        form.card.entry method="post" action={ (base) "/steps/" (transition.name) } data-register=(register.id) data-unit=(unit_code) {
            (token(visit))
            input type="hidden" name="_id" value=(draft.id);
            @if let Some(version) = draft.version { input type="hidden" name="_version" value=(version); }
            (some(register, &asked(transition), &filled))
            @if transition.reason {
                fieldset.group { div.field.wide {
                    label for="f-reason" { (visit.t("原因", "Reason")) span.must { "*" } }
                    input id="f-reason" name="_reason" maxlength="200" value=(draft.reason);
                    (crate::view::pieces::field_problem(&draft.problems, "reason"))
                } }
            }
            div.bar.row { span.push {} button.btn.go type="submit" { (title) } }
        }
        script type="module" src=(assets::address("form.js")) {}
        script type="module" src=(assets::address("picture.js")) {}
    };
    Ok((status, reply::page(visit, title, "registers", &content)).into_response())
}

/// The fields a step asks for, each once, and whether it insists.
fn asked(transition: &Transition) -> Vec<(&String, bool)> {
    let optional = transition.asks.iter().filter(|name| !transition.requires.contains(name));
    let required = transition.requires.iter().map(|name| (name, true));
    required.chain(optional.map(|name| (name, false))).collect()
}

/// Staff and units that person and unit fields choose from, by the numbers they are stored under.
fn lists(visit: &Visit, register: &Register, view: &EntryView) -> Result<(Options, Options)> {
    use hygeia_pack::model::FieldType;
    let has = |wanted: &dyn Fn(&FieldType) -> bool| register.fields.values().any(|field| wanted(&field.kind));
    let directory = visit.directory();
    let today = visit.actor.today();
    let staff = if has(&|kind| matches!(kind, FieldType::Person { .. })) {
        let roll = visit.work.roll(&visit.actor, view.entry.unit, today, "staff")?;
        roll.into_iter().map(|(person, _)| (person.id.0.to_string(), person.name)).collect()
    } else {
        Vec::new()
    };
    let units = if has(&|kind| matches!(kind, FieldType::OrgUnit { .. })) {
        let reached = directory.subtree(visit.unit).into_iter();
        reached.map(|unit| (unit.id.0.to_string(), directory.full_title(unit.id))).collect()
    } else {
        Vec::new()
    };
    Ok((staff, units))
}

async fn take(Path((register, id, step)): Path<Place>, posted: Posted) -> Response {
    let Posted { visit, form, .. } = posted;
    visit.run(move |visit| store(visit, &register, id, &step, &form)).await
}

fn store(visit: &Visit, register: &str, id: uuid::Uuid, name: &str, form: &Params) -> Result<Response> {
    let packs = visit.work.packs();
    let own = visit.work.register(&packs, register)?;
    let step = own.workflow.as_ref().and_then(|workflow| workflow.transitions.get(name));
    let mut values = read(own, form);
    values.retain(|field, _| step.is_some_and(|step| asked(step).iter().any(|(name, _)| *name == field)));
    let mut draft = Draft {
        id: form.get("_id").parse().unwrap_or_else(|_| uuid::Uuid::now_v7()),
        version: form.get("_version").parse().ok(),
        values,
        reason: form.get("_reason").to_owned(),
        problems: Vec::new(),
    };
    let sent = Step {
        id: Some(draft.id),
        values: draft.values.clone(),
        reason: Some(draft.reason.clone()).filter(|reason| !reason.is_empty()),
        version: draft.version,
    };
    match visit.work.transition(&visit.actor, register, id, name, sent) {
        Ok(receipt) => {
            let title = step.map_or("", |step| step.title.text(visit.actor.english));
            let said = format!("{}：{title}", visit.t("已完成", "Done"));
            let warned: Vec<&str> = receipt.warnings.iter().map(|warning| warning.message.as_str()).collect();
            let (view, _) = visit.work.entry_open(&visit.actor, register, id)?;
            Ok(reply::done_but(&address::of_entry(&view.entry), &said, &warned))
        }
        Err(WorkError::Invalid(problems)) => {
            draft.problems = problems;
            let (view, _) = visit.work.entry_open(&visit.actor, register, id)?;
            for (field, value) in &view.entry.values {
                draft.values.entry(field.clone()).or_insert_with(|| to_json(value));
            }
            page(visit, register, &view, name, &draft, StatusCode::UNPROCESSABLE_ENTITY)
        }
        Err(error) => Err(error),
    }
}

async fn pause(Path((register, id, clock)): Path<Place>, posted: Posted) -> Response {
    let Posted { visit, form, .. } = posted;
    visit
        .run(move |visit| {
            let reason = form.get("reason");
            let (work, actor) = (&visit.work, &visit.actor);
            let said = if form.get("paused") == "true" {
                work.clock_pause(actor, &register, id, &clock, reason)?;
                visit.t("已暂停计时", "Paused")
            } else {
                work.clock_resume(actor, &register, id, &clock, reason)?;
                visit.t("已恢复计时", "Resumed")
            };
            Ok(reply::done(&format!("/entries/{register}/{id}"), said))
        })
        .await
}
