//! The form of an entry: begun blank or from another entry, checked while it is filled in, stored.

use super::entry::void_said;
use super::lacking;
use crate::assets;
use crate::pages::register::{columns, seen, shortened};
use crate::reply::{self, link};
use crate::shown::{defaults, shown};
use crate::view::choices::Options;
use crate::view::fields::{Filled, groups, read};
use crate::view::pieces::{empty, heading, problem_box, select};
use crate::view::shell::token;
use crate::visit::{App, Params, Posted, Visit};
use axum::Router;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use hygeia_pack::model::{About, Field, FieldType, Register};
use hygeia_store::{EntryId, OrgUnitId, Person, PersonId};
use hygeia_work::{
    Action, EntryView, FieldProblem, Listing, Result, Submission, WorkError, exists_on, monday, to_json,
};
use maud::{Markup, html};
use serde_json::{Map, Value as Json, json};
use std::collections::{HashMap, HashSet};

pub(crate) fn routes() -> Router<App> {
    Router::new()
        .route("/registers/{register}/new", get(blank).post(create))
        .route("/registers/{register}/check", post(check))
        .route("/entries/{register}/{id}/edit", get(edit).post(save))
}

/// A form on its way: what it is about and what it holds.
struct Draft {
    /// Entry that is changed; a fresh id for a new one, so that sending twice is once.
    id: uuid::Uuid,
    org: String,
    person: String,
    /// Duty the entry is made for; empty when none is said.
    duty: String,
    values: Map<String, Json>,
    version: Option<i64>,
    reason: String,
    problems: Vec<FieldProblem>,
}

async fn blank(Path(id): Path<String>, visit: Visit) -> Response {
    visit
        .run(move |visit| {
            let packs = visit.work.packs();
            let register = visit.work.register(&packs, &id)?;
            if register.standard.is_some() {
                let query = visit.query.0.iter().map(|(name, value)| (name.as_str(), value.as_str()));
                let pairs: Vec<(&str, &str)> = query.collect();
                return Ok(reply::done(&link(&format!("/inspections/{}/new", register.id), &pairs), ""));
            }
            let mut values = defaults(register, visit.actor.today(), visit.actor.local());
            let from = visit.query.opt("from").filter(|_| has_pattern(register));
            let pattern = match from.and_then(|id| id.parse().ok()) {
                Some(entry) => Some(visit.work.entry_open(&visit.actor, &id, entry)?.0),
                None => None,
            };
            if let Some(pattern) = &pattern {
                values.extend(copied(register, pattern));
            }
            if let Some(day) = visit.query.date("date")? {
                let weekly = register.fields.get(&register.day).and_then(|field| field.default.as_deref());
                let day = if weekly == Some("monday") { monday(day) } else { day };
                values.insert(register.day.clone(), Json::from(day.to_string()));
            }
            let duty = visit.query.opt("duty").and_then(|duty| packs.duties.get(duty));
            let duty = duty.filter(|duty| duty.register == register.id);
            let preset = duty.into_iter().flat_map(|duty| &duty.preset);
            values.extend(preset.map(|(field, value)| (field.clone(), Json::from(value.as_str()))));
            for name in register.fields.keys() {
                if let Some(value) = visit.query.opt(&format!("f.{name}")) {
                    values.insert(name.clone(), Json::from(value));
                }
            }
            let asked = visit.query.get("fill") == "stock";
            if let Some((name, rows)) =
                visit.work.rows_from_stock(&visit.actor, register, visit.unit, asked)?
            {
                values.insert(name, rows);
            }
            let directory = visit.directory();
            let draft = Draft {
                id: uuid::Uuid::now_v7(),
                org: visit.org(&directory)?.code.clone(),
                person: visit.query.get("person").to_owned(),
                duty: duty.map(|duty| duty.id.to_string()).unwrap_or_default(),
                values,
                version: None,
                reason: String::new(),
                problems: Vec::new(),
            };
            form_page(visit, register, &draft, false, StatusCode::OK)
        })
        .await
}

/// What a new entry takes from the one it is made after: what was typed, but no date, picture or signature, which are
/// that entry's own.
fn copied(register: &Register, pattern: &EntryView) -> Map<String, Json> {
    let is_own = |field: &Field| {
        let of_its_time = matches!(field.kind, FieldType::Date | FieldType::DateTime | FieldType::Time);
        let unique = matches!(field.kind, FieldType::Photo { .. } | FieldType::Drawing);
        of_its_time || unique || field.by_workflow || !field.is_typed()
    };
    let taken = register.fields.values().filter(|field| !is_own(field));
    let value = |field: &Field| {
        let value = pattern.entry.values.get(&field.name).filter(|value| !value.is_null())?;
        Some((field.name.clone(), to_json(value)))
    };
    taken.filter_map(value).collect()
}

/// Whether a new entry may begin from another: what was found of one person on one day is no pattern for anything.
pub(super) fn has_pattern(register: &Register) -> bool {
    register.about == About::OrgUnit && register.standard.is_none()
}

/// Units the entry may belong to, and people it may be about.
struct Choices {
    units: Vec<(String, String)>,
    people: Vec<(Person, String)>,
    /// Of them, those who lack an entry of the duty.
    lacking: HashSet<PersonId>,
    /// Staff that person fields choose from: id and name.
    staff: Vec<(String, String)>,
    /// Units that org-unit fields choose from: id and name.
    places: Vec<(String, String)>,
    /// Entries that entry fields choose from, by field.
    entries: HashMap<String, Options>,
    subject: Option<Person>,
}

fn choices(visit: &Visit, register: &Register, draft: &Draft) -> Result<Choices> {
    let directory = visit.directory();
    let today = visit.actor.today();
    let around = around(visit, draft);
    let changes = draft.version.is_some();
    let may = |action, unit| visit.actor.may(&directory, register, action, unit);
    let units = directory
        .subtree(top_of(visit, around))
        .into_iter()
        .filter(|unit| register.is_at(&unit.kind) && exists_on(unit, today))
        .filter(|unit| may(Action::Enter, unit.id) || changes && may(Action::Edit, unit.id))
        .map(|unit| (unit.code.clone(), directory.full_title(unit.id)))
        .collect();
    let roll = |kind: &str| -> Result<Vec<(Person, OrgUnitId)>> {
        if visit.actor.reaches(&directory, around) {
            visit.work.roll(&visit.actor, around, today, kind)
        } else {
            Ok(Vec::new())
        }
    };
    let named = |roll: &[(Person, OrgUnitId)]| -> Vec<(Person, String)> {
        let with_class = roll.iter().any(|(_, unit)| *unit != around);
        roll.iter()
            .map(|(person, unit)| {
                let class = if with_class {
                    directory.get(*unit).map(|unit| format!(" · {}", unit.title))
                } else {
                    None
                };
                (person.clone(), format!("{}{}", person.name, class.unwrap_or_default()))
            })
            .collect()
    };
    let needs_staff = register.about == About::Staff
        || register
            .fields
            .values()
            .any(|field| matches!(&field.kind, FieldType::Person { kind } if kind == "staff"));
    let staff = if needs_staff { roll("staff")? } else { Vec::new() };
    let children = if register.about == About::Child { roll("child")? } else { Vec::new() };
    let about = if register.about == About::Staff { &staff } else { &children };
    let subject =
        about.iter().find(|(person, _)| person.code == draft.person).map(|(person, _)| person.clone());
    let mut places: Vec<(String, String)> = Vec::new();
    for field in register.fields.values() {
        let FieldType::OrgUnit { kind } = &field.kind else { continue };
        let named = visit.work.units_to_name(&visit.actor, kind.as_ref(), around);
        places.extend(named.into_iter().map(|(id, title)| (id.to_string(), title)));
    }
    let about_whom = subject.as_ref().map(|person| person.id);
    let entries = crate::view::choices::entries(visit, register, around, about_whom, &draft.values)?;
    let numbered = |(person, _): &(Person, OrgUnitId)| (person.id.0.to_string(), person.name.clone());
    let staff = staff.iter().map(numbered).collect();
    let (people, lacking) = (named(about), HashSet::new());
    Ok(Choices { units, people, lacking, staff, places, entries, subject })
}

/// The unit the entry is for.
fn around(visit: &Visit, draft: &Draft) -> OrgUnitId {
    visit.directory().by_code(&draft.org).map_or(visit.unit, |unit| unit.id)
}

/// The highest unit of the visitor above `unit`: the entry may be moved anywhere below it.
fn top_of(visit: &Visit, unit: OrgUnitId) -> OrgUnitId {
    let directory = visit.directory();
    let home = visit.actor.home_units(&directory).into_iter().find(|home| directory.is_within(unit, *home));
    home.unwrap_or(unit)
}

fn form_page(
    visit: &Visit,
    register: &Register,
    draft: &Draft,
    editing: bool,
    status: StatusCode,
) -> Result<Response> {
    let mut choices = choices(visit, register, draft)?;
    if !editing {
        let day = draft.values.get(&register.day).and_then(Json::as_str).and_then(|day| day.parse().ok());
        let day = day.unwrap_or_else(|| visit.actor.today());
        choices.lacking = lacking::of_duty(visit, &draft.duty, around(visit, draft), day)?;
    }
    if choices.units.is_empty() {
        return nowhere(visit, register);
    }
    let names = shown(register, &draft.values, choices.subject.as_ref(), visit.actor.today());
    let filled = Filled {
        visit,
        values: &draft.values,
        problems: &draft.problems,
        shown: &names,
        people: &choices.staff,
        units: &choices.places,
        entries: &choices.entries,
    };
    let title = register.title.text(visit.actor.english);
    let action = if editing {
        format!("/entries/{}/{}/edit", register.id, draft.id)
    } else {
        format!("/registers/{}/new", register.id)
    };
    let content = html! {
        (heading(title, if editing { visit.t("修改", "Change") } else { visit.t("新登记", "New entry") }, &html! {}))
        @if let Some(help) = &register.help { p.muted.hint { (help) } }
        (problem_box(visit, &draft.problems))
        @if !editing { (last_of_unit(visit, register, draft)?) }
        div.form-beside {
            form.card.entry method="post" action=(action) data-form=(register.id) data-new[!editing] data-refused[!draft.problems.is_empty()] {
                (token(visit))
                input type="hidden" name="_id" value=(draft.id);
                @if !draft.duty.is_empty() { input type="hidden" name="_duty" value=(draft.duty); }
                @for (name, value) in kept(register, &draft.values) { input type="hidden" name=(name) value=(value); }
                @if let Some(version) = draft.version { input type="hidden" name="_version" value=(version); }
                fieldset.group { (subject_fields(visit, register, draft, &choices, editing)) }
                (groups(register, &filled))
                @if editing {
                    fieldset.group { div.field.wide { label for="f-reason" { (visit.t("修改原因", "Reason")) } input id="f-reason" name="_reason" maxlength="200" value=(draft.reason); } }
                }
                div.bar.row {
                    small.muted data-draft {}
                    span.push {}
                    @if !editing { button.btn type="submit" name="_then" value="again" { (visit.t("保存并再登一条", "Save, enter another")) } }
                    button.btn.go type="submit" { (visit.t("保存", "Save")) }
                }
            }
            @if !editing { (super::ledger::lots_beside(visit, register, around(visit, draft))?) }
            (beside(visit, register, &choices)?)
        }
        script type="module" src=(assets::address("form.js")) {}
        script type="module" src=(assets::address("picture.js")) {}
    };
    Ok((status, reply::page(visit, title, "registers", &content)).into_response())
}

/// There is no unit here whose entries the visitor makes.
fn nowhere(visit: &Visit, register: &Register) -> Result<Response> {
    let directory = visit.directory();
    let org = visit.org(&directory)?.code.clone();
    let title = register.title.text(visit.actor.english);
    let back = link(&format!("/registers/{}", register.id), &[("org", &org)]);
    let said = visit.t("您在此机构不能登记这张表，可以查看台账", "You make no entries of this register here");
    let content = html! {
        (heading(title, &directory.full_title(visit.unit), &html! {}))
        section.card { (empty(said, &html! { a.btn href=(back) { (visit.t("台账", "Register")) } })) }
    };
    Ok((StatusCode::FORBIDDEN, reply::page(visit, title, "registers", &content)).into_response())
}

fn subject_fields(
    visit: &Visit,
    register: &Register,
    draft: &Draft,
    choices: &Choices,
    editing: bool,
) -> Markup {
    let packs = visit.work.packs();
    let kind = packs
        .org_kinds
        .get(&register.at)
        .map_or(visit.t("机构", "Unit"), |kind| kind.title.text(visit.actor.english))
        .to_owned();
    let wrong = |field: &str| crate::view::pieces::field_problem(&draft.problems, field);
    html! {
        @if register.about == About::OrgUnit || choices.units.len() > 1 {
            (select(&kind, "_org", &choices.units, &draft.org, None))
            (wrong("org_unit"))
        } @else {
            @for (code, name) in &choices.units { input type="hidden" name="_org" value=(code); p.muted { (name) } }
        }
        @if register.about != About::OrgUnit {
            @if editing { input type="hidden" name="_person" value=(draft.person); p { strong { (choices.subject.as_ref().map_or("", |person| person.name.as_str())) } } }
            @else { (person_select(visit, choices, &draft.person)) }
            div data-problem="person" { (wrong("person")) }
        }
    }
}

/// Whom the entry is about: who lacks an entry of the duty is offered first.
fn person_select(visit: &Visit, choices: &Choices, chosen: &str) -> Markup {
    let (lacking, done): (Vec<_>, Vec<_>) =
        choices.people.iter().partition(|(person, _)| choices.lacking.contains(&person.id));
    let options = |people: &[&(Person, String)]| {
        html! {
            @for (person, name) in people { option value=(person.code) selected[person.code == chosen] { (name) } }
        }
    };
    let group = |zh: &str, en: &str, people: &[&(Person, String)]| {
        let label = if visit.actor.english {
            format!("{en} ({})", people.len())
        } else {
            format!("{zh}（{}人）", people.len())
        };
        html! { @if !people.is_empty() { optgroup label=(label) { (options(people)) } } }
    };
    html! {
        div.field {
            label for="f-_person" { (visit.t("姓名", "Name")) }
            select id="f-_person" name="_person" {
                option value="" { (visit.t("请选择", "Choose")) }
                @if lacking.is_empty() { (options(&done)) }
                @else { (group("还未登记", "Still to do", &lacking)) (group("已登记", "Done", &done)) }
            }
        }
    }
}

/// The unit's last entry, to begin from: a week's menu is mostly the last one's.
fn last_of_unit(visit: &Visit, register: &Register, draft: &Draft) -> Result<Markup> {
    let is_begun = visit.query.opt("from").is_some() || !draft.problems.is_empty();
    if is_begun || !has_pattern(register) {
        return Ok(html! {});
    }
    let listing = Listing { unit: Some(around(visit, draft)), limit: 1, ..Listing::default() };
    let last = match visit.work.entry_list(&visit.actor, register.id.as_str(), &listing) {
        Ok(page) => page.entries.into_iter().next(),
        // Who may enter but not view has nothing to begin from.
        Err(WorkError::Denied(_)) => None,
        Err(error) => return Err(error),
    };
    let Some(last) = last.filter(|last| !copied(register, last).is_empty()) else { return Ok(html! {}) };
    let address = copy_address(register, &draft.org, last.entry.id);
    let words = if visit.actor.english {
        format!("Begin from the entry of {}", last.entry.day)
    } else {
        format!("照 {} 这一条填写", last.entry.day)
    };
    Ok(html! { p { a.btn href=(address) { (words) } } })
}

/// Address of a new entry after the pattern of another.
pub(super) fn copy_address(register: &Register, org: &str, pattern: EntryId) -> String {
    let pattern = pattern.0.to_string();
    link(&format!("/registers/{}/new", register.id), &[("org", org), ("from", &pattern)])
}

/// The same person's last entries, to copy from: what the register's list shows of them.
fn beside(visit: &Visit, register: &Register, choices: &Choices) -> Result<Markup> {
    let Some(person) = &choices.subject else { return Ok(html! {}) };
    let listing = Listing { person: Some(person.id), limit: 3, ..Listing::default() };
    let page = visit.work.entry_list(&visit.actor, register.id.as_str(), &listing)?;
    Ok(html! {
        @if !page.entries.is_empty() {
            aside.card data-beside {
                h2 { (person.name) " · " (visit.t("最近登记", "Last entries")) }
                @for view in &page.entries {
                    a.last href={ "/entries/" (register.id) "/" (view.entry.id.0) } {
                        strong.num { (view.entry.day) }
                        @for field in columns(register).into_iter().filter(|field| field.name != register.day) {
                            @let text = view.entry.values.get(&field.name).map_or(String::new(), |value| seen(view, field, value, visit.actor.english));
                            @let (short, whole) = shortened(&text);
                            @if !text.is_empty() { span title=[whole] { (field.title.text(visit.actor.english)) "：" (short) } }
                        }
                    }
                }
            }
        }
    })
}

/// What the workflow keeps: it decides which fields are shown, and is not typed.
fn kept<'a>(
    register: &'a Register,
    values: &'a Map<String, Json>,
) -> impl Iterator<Item = (&'a str, &'a str)> {
    let fields = register.fields.values().filter(|field| field.by_workflow);
    fields.filter_map(|field| Some((field.name.as_str(), values.get(&field.name)?.as_str()?)))
}

fn draft_of(register: &Register, form: &Params) -> Draft {
    let mut values = read(register, form);
    for field in register.fields.values().filter(|field| field.by_workflow) {
        values.extend(form.opt(&field.name).map(|value| (field.name.clone(), Json::from(value))));
    }
    Draft {
        id: form.get("_id").parse().unwrap_or_else(|_| uuid::Uuid::now_v7()),
        org: form.get("_org").to_owned(),
        person: form.get("_person").to_owned(),
        duty: form.get("_duty").to_owned(),
        values,
        version: form.get("_version").parse().ok(),
        reason: form.get("_reason").to_owned(),
        problems: Vec::new(),
    }
}

fn submission(register: &Register, draft: &Draft, names: &[String]) -> Submission {
    // Values of fields that are not shown are none, whatever was typed before they were hidden.
    let value = |(name, value): (&String, &Json)| {
        (name.clone(), if names.contains(name) { value.clone() } else { Json::Null })
    };
    let by_workflow = |name: &str| register.fields.get(name).is_some_and(|field| field.by_workflow);
    let some = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
    Submission {
        id: Some(draft.id),
        org_unit: some(&draft.org),
        person: if register.about == About::OrgUnit { None } else { some(&draft.person) },
        values: draft.values.iter().filter(|(name, _)| !by_workflow(name)).map(value).collect(),
        version: draft.version,
        reason: some(&draft.reason),
    }
}

/// What the user reads when somebody else was there first.
fn explain(error: &WorkError) -> Option<Vec<FieldProblem>> {
    match error {
        WorkError::Invalid(problems) => Some(problems.clone()),
        WorkError::Conflict { .. } | WorkError::Duplicate { .. } | WorkError::Bad(_) => {
            Some(vec![FieldProblem::error("", error.to_string())])
        }
        _ => None,
    }
}

/// Stores a new entry, or the `edited` one: the address names it, whatever the form says.
fn store(visit: &Visit, register: &Register, form: &Params, edited: Option<uuid::Uuid>) -> Result<Response> {
    let mut draft = draft_of(register, form);
    let editing = edited.is_some();
    if let Some(id) = edited {
        visit.work.entry_open(&visit.actor, register.id.as_str(), id)?;
        draft.id = id;
    }
    let choices = choices(visit, register, &draft)?;
    if register.about != About::OrgUnit && draft.person.is_empty() {
        // What else is wrong is told at once, not after the person has been chosen.
        let names = shown(register, &draft.values, None, visit.actor.today());
        let found =
            visit.work.entry_check(&visit.actor, register.id.as_str(), &submission(register, &draft, &names));
        if let Err(WorkError::Invalid(problems)) = found {
            draft.problems.extend(problems.into_iter().filter(|problem| problem.field != "person"));
        }
        draft.problems.insert(0, FieldProblem::error("person", "请选择登记的人员"));
        return form_page(visit, register, &draft, editing, StatusCode::UNPROCESSABLE_ENTITY);
    }
    let names = shown(register, &draft.values, choices.subject.as_ref(), visit.actor.today());
    match visit.work.entry_submit(&visit.actor, register.id.as_str(), submission(register, &draft, &names)) {
        Ok(receipt) => {
            let warned: Vec<&str> = receipt.warnings.iter().map(|warning| warning.message.as_str()).collect();
            // A page that was gone back to is the same entry.
            let said = match (editing, receipt.outcome) {
                (false, "unchanged") => {
                    visit.t("这一条已保存过，没有重复登记", "Saved before; not entered twice")
                }
                (false, "updated") => {
                    visit.t("已修改先前保存的这一条", "The entry saved before has been changed")
                }
                _ => visit.t("已保存", "Saved"),
            };
            let org = [("org", draft.org.as_str())];
            let day = draft.values.get(&register.day).and_then(Json::as_str).unwrap_or_default();
            let for_duty = [org[0], ("duty", draft.duty.as_str()), ("date", day)];
            let next = if draft.duty.is_empty() { &org[..] } else { &for_duty[..] };
            // What an entry leads to is offered on its page.
            let leads = || -> Result<bool> {
                let (view, _) = visit.work.entry_open(&visit.actor, register.id.as_str(), receipt.id)?;
                Ok(!visit.work.offers(&visit.actor, register, &view)?.is_empty())
            };
            let to = match (form.get("_then"), editing || leads()?) {
                ("again", _) => link(&format!("/registers/{}/new", register.id), next),
                (_, true) => format!("/entries/{}/{}", register.id, receipt.id),
                (_, false) => link(&format!("/registers/{}", register.id), &org),
            };
            Ok(reply::done_but(&to, said, &warned))
        }
        Err(WorkError::Conflict { .. }) if is_void(visit, register, draft.id) => {
            draft.problems = vec![FieldProblem::error("", void_said(visit))];
            form_page(visit, register, &draft, editing, StatusCode::CONFLICT)
        }
        Err(error) => match explain(&error) {
            Some(problems) => {
                draft.problems = problems;
                form_page(visit, register, &draft, editing, reply::status(&error))
            }
            None => Err(error),
        },
    }
}

fn is_void(visit: &Visit, register: &Register, id: uuid::Uuid) -> bool {
    let opened = visit.work.entry_open(&visit.actor, register.id.as_str(), id);
    opened.is_ok_and(|(view, _)| view.entry.void)
}

async fn create(Path(id): Path<String>, posted: Posted) -> Response {
    let Posted { visit, form, .. } = posted;
    visit
        .run(move |visit| {
            let packs = visit.work.packs();
            let register = visit.work.register(&packs, &id)?;
            store(visit, register, &form, None)
        })
        .await
}

async fn save(Path((id, entry)): Path<(String, uuid::Uuid)>, posted: Posted) -> Response {
    let Posted { visit, form, .. } = posted;
    visit
        .run(move |visit| {
            let packs = visit.work.packs();
            let register = visit.work.register(&packs, &id)?;
            store(visit, register, &form, Some(entry))
        })
        .await
}

/// Checks a form as it is filled in: what would be wrong, and which fields are shown. Nothing is stored.
async fn check(Path(id): Path<String>, posted: Posted) -> Response {
    let Posted { visit, form, .. } = posted;
    visit
        .run_json(move |visit| {
            let packs = visit.work.packs();
            let register = visit.work.register(&packs, &id)?;
            let draft = draft_of(register, &form);
            let choices = choices(visit, register, &draft)?;
            let names = shown(register, &draft.values, choices.subject.as_ref(), visit.actor.today());
            let submission = Submission { id: None, ..submission(register, &draft, &names) };
            // Null where nothing can be judged yet, e.g. without a person.
            let problems = match visit.work.entry_check(&visit.actor, &id, &submission) {
                Ok(warnings) => Some(warnings),
                Err(WorkError::Invalid(problems)) => Some(problems),
                Err(_) => None,
            };
            // What may be chosen follows the person.
            Ok(json!({ "shown": names, "problems": problems, "entries": choices.entries }))
        })
        .await
}

async fn edit(Path((id, entry)): Path<(String, uuid::Uuid)>, visit: Visit) -> Response {
    visit
        .run(move |visit| {
            let packs = visit.work.packs();
            let register = visit.work.register(&packs, &id)?;
            let (view, _) = visit.work.entry_open(&visit.actor, &id, entry)?;
            if view.entry.void {
                return Ok(reply::done(&format!("/entries/{id}/{entry}"), void_said(visit)));
            }
            let directory = visit.directory();
            let draft = Draft {
                id: entry,
                org: directory.get(view.entry.unit).map(|unit| unit.code.clone()).unwrap_or_default(),
                person: view.person.as_ref().map(|person| person.code.clone()).unwrap_or_default(),
                duty: String::new(),
                values: view
                    .entry
                    .values
                    .iter()
                    .map(|(name, value)| (name.clone(), to_json(value)))
                    .collect(),
                version: Some(view.entry.version),
                reason: String::new(),
                problems: Vec::new(),
            };
            form_page(visit, register, &draft, true, StatusCode::OK)
        })
        .await
}
