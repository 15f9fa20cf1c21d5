//! Entries: submit, change, void, open with their history.

mod day;
mod list;
mod place;
mod prepared;
mod previous;
mod submit;
mod values;

pub(crate) use day::refused_day;
pub use list::{EntryPage, Listing};
pub(crate) use prepared::Prepared;
pub(crate) use submit::receipt;
pub use submit::{Receipt, WrittenEntry};
pub use values::EntryScope;
pub use values::monday;
pub(crate) use values::{asked_later, broken_rules, complete, typed_values};

use crate::actor::{Action, Actor, county_time_zone};
use crate::directory::Directory;
use crate::error::{FieldProblem, Result, WorkError};
use crate::named_unit;
use crate::reference::{self, References};
use crate::work::Work;
use crate::workflow::{Facts, advance, begin, state_of};
use hygeia_expr::Value;
use hygeia_pack::model::{Formula, PackSet, Register, RegisterId};
use hygeia_store::{Actor as Signer, Change, Clock, Entry, EntryId, OrgUnitId, Person};
use indexmap::IndexMap;
use jiff::civil::Date;
use place::place;
use serde_json::{Map, Value as Json};
use std::sync::Arc;
use values::unknown_fields;

/// One entry as a form, a sheet or a machine sends it.
#[derive(Debug, Clone, Default, serde::Serialize, serde::Deserialize)]
pub struct Submission {
    /// Made by the client, so that the same submission twice is once; the server makes one when absent.
    pub id: Option<uuid::Uuid>,
    /// Code of the org unit; may be left out when the subject's class follows from the roll.
    pub org_unit: Option<String>,
    /// Code of the child or staff member the entry is about.
    pub person: Option<String>,
    /// Field values; text as typed or JSON of the field's type.
    #[serde(default)]
    pub values: Map<String, Json>,
    /// Version that was read before changing; a newer one in the store is a conflict.
    pub version: Option<i64>,
    /// Why an entry is changed.
    pub reason: Option<String>,
}

/// An entry with the names a reader needs.
#[derive(Debug, Clone)]
pub struct EntryView {
    /// The entry.
    pub entry: Entry,
    /// Name of the unit with its kindergarten or school.
    pub unit_title: String,
    /// Subject, without secrets.
    pub person: Option<Person>,
    /// Names of the units, people and entries its fields refer to.
    pub references: Arc<References>,
}

impl EntryView {
    /// Whether a condition over the fields of its register holds.
    pub fn holds(&self, condition: &Formula) -> bool {
        let scope =
            EntryScope { values: &self.entry.values, subject: self.person.as_ref(), today: self.entry.day };
        condition.expr.eval(&scope) == Value::Bool(true)
    }
}

/// A submission that has been read, completed and checked.
struct Checked {
    unit: OrgUnitId,
    person: Option<Person>,
    day: Date,
    values: IndexMap<String, Value>,
    warnings: Vec<FieldProblem>,
}

impl Work {
    /// Checks a submission as [`Work::entry_submit`] would, without storing it; returns warnings.
    pub fn entry_check(
        &self,
        actor: &Actor,
        register: &str,
        submission: &Submission,
    ) -> Result<Vec<FieldProblem>> {
        let packs = self.packs();
        let register = self.register(&packs, register)?;
        let directory = self.directory();
        let checked = self.check(actor, Action::Enter, &packs, &directory, register, submission, None)?;
        Ok(checked.warnings)
    }

    #[expect(clippy::too_many_arguments, reason = "the parts of one submission, each from its own owner")]
    fn check(
        &self,
        actor: &Actor,
        action: Action,
        packs: &PackSet,
        directory: &Directory,
        register: &Register,
        submission: &Submission,
        stored: Option<&Entry>,
    ) -> Result<Checked> {
        let county = self.county;
        let mut problems = unknown_fields(register, &submission.values);
        let submitted = named_unit::with_ids(directory, register, &submission.values);
        let mut values = typed_values(register, &submitted, stored, actor, &mut problems);
        let day = match values.get(&register.day) {
            Some(Value::Date(day)) => *day,
            Some(Value::DateTime(at)) => at.date(),
            _ => {
                problems.push(FieldProblem::error(&register.day, "请填写日期"));
                return Err(WorkError::Invalid(problems));
            }
        };
        let placed = self
            .store
            .read(|reader| Ok(place(reader, county, actor, directory, register, submission, stored, day)))?;
        let (unit, person) = match placed {
            Err(WorkError::Invalid(more)) => {
                problems.extend(more);
                return Err(WorkError::Invalid(problems));
            }
            other => other?,
        };
        // Before anything is said about the input, so that a refusal tells nothing of a foreign unit.
        actor.must(directory, register, action, unit)?;
        if directory.get(unit).is_none_or(|found| !register.is_at(&found.kind)) {
            let kind = packs.org_kinds.get(&register.at).map_or(register.at.as_str(), |kind| &kind.title.zh);
            problems.push(FieldProblem::error(
                "org_unit",
                format!("“{}”按{kind}登记，请选择{kind}", register.title.zh),
            ));
        }
        // An entry may be corrected where it stands: the calendar may have changed since.
        let moved = stored.is_none_or(|stored| stored.day != day);
        let refused = if moved { refused_day(register, &self.calendar(), day, actor.today()) } else { None };
        problems.extend(refused.map(|message| FieldProblem::error(&register.day, message)));
        named_unit::check(packs, directory, actor, register, unit, &values, &mut problems);
        self.check_entries(actor, packs, register, person.as_ref(), &values, &mut problems)?;
        let mut warnings = Vec::new();
        self.mark_measured(register, unit, day, actor.today(), &mut values)?;
        complete(register, &mut values, person.as_ref(), actor.today(), &mut problems);
        if let Some(stored) = stored {
            warnings.extend(asked_later(register, stored, person.as_ref(), actor.today(), &mut problems));
        }
        self.check_attachments(register, unit, &values, &mut problems)?;
        let own = stored.map(|stored| stored.id);
        let before = self.previous_values(actor, directory, register, (person.as_ref(), day), own)?;
        let about = (person.as_ref(), actor.today());
        broken_rules(register, &values, &before, about, &mut problems, &mut warnings);
        once(&register.day, &mut problems);
        if let Some(person) = &person {
            let said = self.presence_contradicted(actor, packs, register, (unit, person.id, day), &values)?;
            warnings.extend(said);
        }
        let scope = EntryScope { values: &values, subject: person.as_ref(), today: actor.today() };
        self.warn_of_earlier_lots(actor, packs, register, unit, &scope, &mut warnings)?;
        if problems.is_empty() {
            Ok(Checked { unit, person, day, values, warnings })
        } else {
            // What is only worth a second look is told together with what is wrong.
            problems.extend(warnings);
            Err(WorkError::Invalid(problems))
        }
    }

    /// The clocks of an entry that is made or edited; their outcomes go into its values.
    fn clocks_after(
        &self,
        actor: &Actor,
        register: &Register,
        id: EntryId,
        stored: Option<&Entry>,
        checked: &mut Checked,
    ) -> Result<Vec<Clock>> {
        let Some(workflow) = &register.workflow else { return Ok(Vec::new()) };
        if stored.is_none() {
            begin(workflow, &mut checked.values, checked.person.as_ref(), actor.today());
        }
        let county = self.county;
        let before = match stored {
            Some(_) => self.store.read(|reader| reader.clocks_of(county, &register.id, id))?,
            None => Vec::new(),
        };
        let calendar = self.calendar();
        let facts = Facts {
            register,
            id,
            unit: checked.unit,
            subject: checked.person.as_ref(),
            created_at: stored.map_or(actor.now, |entry| entry.created_at),
            transition: None,
            now: actor.now,
            today: actor.today(),
            calendar: &calendar,
        };
        Ok(advance(&facts, &before, &mut checked.values))
    }

    /// Whether an entry made now is in time for the duty that asks for it, in the rhythm of the pack or of the plan
    /// in force there; `None` when no duty does.
    pub(crate) fn on_time(
        &self,
        packs: &PackSet,
        directory: &Directory,
        register: &RegisterId,
        (unit, day): (OrgUnitId, Date),
        values: &IndexMap<String, Value>,
        actor: &Actor,
    ) -> Option<bool> {
        let (duty, owing) =
            packs.duties.values().filter(|duty| duty.register == *register).find_map(|duty| {
                let owing = directory.above_of_kind(unit, &duty.at)?;
                let within =
                    duty.within.as_ref().is_none_or(|kind| directory.above_of_kind(owing.id, kind).is_some());
                (within && duty.asks_for(values)).then_some((duty, owing))
            })?;
        let parts = self.live_plans().parts(packs, directory, duty, owing.id);
        let (_, rhythm) = parts.into_iter().find(|(part, _)| part.asks_for(values))?;
        let window = rhythm.window_on(day, &self.calendar())?;
        Some(actor.local() <= window.due_at)
    }

    /// Voids an entry (作废): it stays in the history and leaves every number.
    pub fn entry_void(&self, actor: &Actor, register: &str, id: uuid::Uuid, reason: &str) -> Result<Receipt> {
        self.void_or_restore(actor, register, id, reason, true)
    }

    /// Takes a void back.
    pub fn entry_restore(
        &self,
        actor: &Actor,
        register: &str,
        id: uuid::Uuid,
        reason: &str,
    ) -> Result<Receipt> {
        self.void_or_restore(actor, register, id, reason, false)
    }

    /// Whether the actor may void the entry: by right, or because they made it today and nobody has signed it.
    pub fn may_void(&self, actor: &Actor, register: &Register, entry: &Entry) -> bool {
        let action = if is_own_of_today(actor, entry) { Action::Enter } else { Action::Void };
        actor.may(&self.directory(), register, action, entry.unit)
    }

    fn void_or_restore(
        &self,
        actor: &Actor,
        register: &str,
        id: uuid::Uuid,
        reason: &str,
        void: bool,
    ) -> Result<Receipt> {
        let packs = self.packs();
        let register = self.register_handle(&packs, register)?;
        let county = self.county;
        let entry = self
            .store
            .read(|reader| reader.entry_get(county, &register, EntryId(id)))?
            .ok_or_else(|| WorkError::NotFound("该记录".into()))?;
        let own = void && is_own_of_today(actor, &entry);
        actor.must(
            &self.directory(),
            &register,
            if own { Action::Enter } else { Action::Void },
            entry.unit,
        )?;
        let reason = reason.trim().to_owned();
        if void && reason.is_empty() {
            return Err(WorkError::Invalid(vec![FieldProblem::error("reason", "请填写作废原因")]));
        }
        let (table, who, at) = (register.clone(), signer(actor), actor.now);
        let watch = self.watch_on(&register.id, at);
        let put = self.store.write(move |writer| match &watch {
            Some(watch) => watch.set_void(writer, &table, EntryId(id), void, (who, Some(reason))),
            None => writer.entry_set_void(county, &table, EntryId(id), void, who, at, Some(reason)),
        });
        let put = put.map_err(|error| self.explained(actor, error))?;
        receipt(&register, id, put, Vec::new())
    }

    /// An entry with its history, newest change first.
    pub fn entry_open(
        &self,
        actor: &Actor,
        register: &str,
        id: uuid::Uuid,
    ) -> Result<(EntryView, Vec<Change>)> {
        let packs = self.packs();
        let register = self.register(&packs, register)?;
        let county = self.county;
        let missing = || WorkError::NotFound("该记录".into());
        let entry =
            self.store.read(|reader| reader.entry_get(county, register, EntryId(id)))?.ok_or_else(missing)?;
        let directory = self.directory();
        if !actor.may(&directory, register, Action::View, entry.unit) {
            return Err(missing());
        }
        let (person, history) = self.store.read(|reader| {
            let person = match entry.person {
                Some(id) => reader.person_get(county, id)?,
                None => None,
            };
            Ok((person, reader.entry_history(county, register, EntryId(id))?))
        })?;
        let unit_title = directory.full_title(entry.unit);
        let earlier = reference::values_of(register, &history);
        let values: Vec<_> = earlier.iter().chain([&entry.values]).collect();
        let references = Arc::new(self.references(actor, &packs, register, &values)?);
        Ok((EntryView { entry, unit_title, person, references }, history))
    }
}

/// An entry the actor made today and that stands on no signed sheet: a slip, whoever made it may take it back.
fn is_own_of_today(actor: &Actor, entry: &Entry) -> bool {
    let made = entry.created_at.to_zoned(county_time_zone()).date();
    entry.created_by.account == actor.account && made == actor.today() && entry.signed_by.is_none()
}

/// Keeps the first problem of a field: a day that is refused is refused once, however many rules say so.
fn once(field: &str, problems: &mut Vec<FieldProblem>) {
    let mut seen = false;
    problems.retain(|problem| problem.field != field || !std::mem::replace(&mut seen, true));
}

/// The actor as the store records them.
pub(crate) fn signer(actor: &Actor) -> Signer {
    Signer { account: actor.account, name: actor.name.clone() }
}

/// An entry whose state is locked is changed by transitions only; what changes nothing may pass.
fn must_be_open(register: &Register, before: &Entry, checked: &Checked) -> Result<()> {
    let Some(workflow) = &register.workflow else { return Ok(()) };
    let state = state_of(workflow, &before.values);
    let person = checked.person.as_ref().map(|person| person.id);
    let same = (before.unit, before.person, before.day) == (checked.unit, person, checked.day)
        && register.fields.values().all(|field| {
            let own = |values: &IndexMap<String, Value>| values.get(&field.name).cloned().unwrap_or_default();
            field.by_workflow || own(&before.values) == own(&checked.values)
        });
    if same || !workflow.is_locked(state) {
        return Ok(());
    }
    let title = workflow.states.get(state).map_or(state, |state| &state.title.zh);
    let ways: Vec<String> = workflow.from_state(state).map(|step| format!("“{}”", step.title.zh)).collect();
    let help = if ways.is_empty() { String::new() } else { format!("；更正请用{}", ways.join("、")) };
    Err(WorkError::Bad(format!("该记录“{title}”，不能直接修改{help}。原记录未改动")))
}
