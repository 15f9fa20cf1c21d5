//! Transitions: who may take them, what they ask for, and what they do.

use super::clocks::{Facts, advance, state_of};
use crate::actor::{Action, Actor};
use crate::directory::Directory;
use crate::entry::{EntryScope, Receipt, asked_later, broken_rules, complete, signer};
use crate::error::{FieldProblem, Result, WorkError};
use crate::value::read_field;
use crate::work::Work;
use hygeia_expr::Value;
use hygeia_pack::model::{FieldType, Register, STATE, Setting, Transition, Workflow};
use hygeia_store::{Clock, Entry, EntryId, EntryStep, OrgUnitId, Person, Put};
use indexmap::IndexMap;
use jiff::civil::Date;
use serde_json::{Map, Value as Json};
use std::sync::Arc;

/// Times a step is tried again when the entry changed while it was worked out.
pub(crate) const TRIES: usize = 5;

/// What comes with a transition.
#[derive(Debug, Clone, Default, serde::Serialize, serde::Deserialize)]
pub struct Step {
    /// Made by the client, so that the same step sent twice is once.
    pub id: Option<uuid::Uuid>,
    /// Values of the fields the transition asks for; text as typed or JSON of the field's type.
    #[serde(default)]
    pub values: Map<String, Json>,
    /// Why it is taken.
    pub reason: Option<String>,
    /// Version that was read; a newer one in the store is a conflict.
    pub version: Option<i64>,
}

/// A transition somebody may take next.
#[derive(Debug, Clone)]
pub struct NextStep {
    /// The transition.
    pub transition: Transition,
    /// Why not now, whatever is filled in; `None` when it can be taken.
    pub refused: Option<String>,
}

/// An entry as a step finds it.
pub(crate) struct Found {
    pub register: Arc<Register>,
    pub entry: Entry,
    pub clocks: Vec<Clock>,
    pub subject: Option<Person>,
    /// Version an earlier sending of the same step came to.
    pub done: Option<i64>,
}

impl Found {
    pub(crate) fn workflow(&self) -> Result<&Workflow> {
        self.register
            .workflow
            .as_ref()
            .ok_or_else(|| WorkError::Bad(format!("“{}”没有流程", self.register.title.zh)))
    }
}

impl Actor {
    /// Whether the actor may take a transition of an entry of `unit`.
    pub fn may_take(&self, directory: &Directory, transition: &Transition, unit: OrgUnitId) -> bool {
        self.roles
            .iter()
            .any(|held| transition.who.contains(&held.role) && directory.is_within(unit, held.unit))
    }
}

impl Work {
    /// Takes a transition: authorise, guard, ask for its fields, then one durable transaction of row, log line, cells
    /// and clocks. The same step twice is once.
    pub fn transition(
        &self,
        actor: &Actor,
        register: &str,
        id: uuid::Uuid,
        transition: &str,
        step: Step,
    ) -> Result<Receipt> {
        let mut current = 0;
        for _ in 0..TRIES {
            let found = self.found(actor, register, id, step.id)?;
            current = found.entry.version;
            if let Some(version) = found.done {
                return Ok(Receipt { id, version, outcome: "unchanged", warnings: Vec::new() });
            }
            if let Some(receipt) = self.take(actor, found, transition, &step)? {
                return Ok(receipt);
            }
        }
        Err(WorkError::Conflict { current })
    }

    /// What the actor may do next with an entry, in the order of the workflow.
    pub fn steps(&self, actor: &Actor, register: &str, id: uuid::Uuid) -> Result<Vec<NextStep>> {
        let found = self.found(actor, register, id, None)?;
        let Some(workflow) = &found.register.workflow else { return Ok(Vec::new()) };
        let directory = self.directory();
        let state = state_of(workflow, &found.entry.values);
        let open = workflow.from_state(state).filter(|transition| {
            !found.entry.void && actor.may_take(&directory, transition, found.entry.unit)
        });
        let steps = open.map(|transition| {
            let mut values = found.entry.values.clone();
            values.insert(STATE.to_owned(), Value::from(transition.to.as_str()));
            let refused = refusal(transition, &values, found.subject.as_ref(), actor.today());
            let filled = |name: &str| {
                let mut own =
                    transition.requires.iter().chain(&transition.asks).chain(transition.sets.keys());
                own.any(|field| field == name)
            };
            let decided =
                transition.when.as_ref().is_some_and(|when| !when.expr.names().into_iter().any(filled));
            NextStep { transition: transition.clone(), refused: refused.filter(|_| decided) }
        });
        Ok(steps.collect())
    }

    /// An entry with its clocks, for somebody who may see it.
    pub(crate) fn found(
        &self,
        actor: &Actor,
        register: &str,
        id: uuid::Uuid,
        request: Option<uuid::Uuid>,
    ) -> Result<Found> {
        let packs = self.packs();
        let register = self.register_handle(&packs, register)?;
        let county = self.county;
        let read = self.store.read(|reader| {
            let Some(entry) = reader.entry_get(county, &register, EntryId(id))? else { return Ok(None) };
            let clocks = reader.clocks_of(county, &register.id, entry.id)?;
            let subject = match entry.person {
                Some(person) => reader.person_get(county, person)?,
                None => None,
            };
            let done = match request {
                Some(request) => reader.entry_step_get(county, request)?,
                None => None,
            };
            Ok(Some((entry, clocks, subject, done)))
        })?;
        let missing = || WorkError::NotFound("该记录".into());
        let (entry, clocks, subject, done) = read.ok_or_else(missing)?;
        if !actor.may(&self.directory(), &register, Action::View, entry.unit) {
            return Err(missing());
        }
        let done = done.filter(|(entry, _)| *entry == id).map(|(_, version)| version);
        Ok(Found { register, entry, clocks, subject, done })
    }

    /// One try; `None` when the entry changed meanwhile.
    fn take(&self, actor: &Actor, found: Found, name: &str, step: &Step) -> Result<Option<Receipt>> {
        let transition = self.allowed(actor, &found, name, step)?;
        let mut warnings = Vec::new();
        let mut values = stepped(&found, &transition, step, actor, &mut warnings)?;
        let day = match values.get(&found.register.day) {
            Some(Value::Date(day)) => *day,
            Some(Value::DateTime(at)) => at.date(),
            _ => found.entry.day,
        };
        let calendar = self.calendar();
        let facts = Facts {
            register: &found.register,
            id: found.entry.id,
            unit: found.entry.unit,
            subject: found.subject.as_ref(),
            created_at: found.entry.created_at,
            transition: Some(&transition),
            now: actor.now,
            today: actor.today(),
            calendar: &calendar,
        };
        let clocks = advance(&facts, &found.clocks, &mut values);
        let id = found.entry.id.0;
        let step = EntryStep {
            before: found.entry,
            day,
            values,
            action: format!("transition:{}", transition.name),
            request: step.id,
            new_version: true,
            actor: signer(actor),
            at: actor.now,
            reason: step.reason.clone().filter(|reason| !reason.trim().is_empty()),
        };
        let put = self.store_step(actor, found.register.clone(), step, clocks)?;
        let register = found.register;
        if matches!(put, Put::Conflict { .. }) {
            return Ok(None);
        }
        crate::entry::receipt(&register, id, put, warnings).map(Some)
    }

    /// Row, log line, cells and clocks in one transaction.
    pub(crate) fn store_step(
        &self,
        actor: &Actor,
        register: Arc<Register>,
        step: EntryStep,
        clocks: Vec<Clock>,
    ) -> Result<Put> {
        let (county, watch) = (self.county, self.watch_on(&register.id, actor.now));
        let follows = (register.id.as_str() == crate::incident::STEP).then(|| self.watch(actor.now));
        let put = self.store.write(move |writer| {
            let id = step.before.id;
            let put = match &watch {
                Some(watch) => watch.around(writer, &register, id, |writer, county| {
                    writer.entry_step(county, &register, step)
                })?,
                None => writer.entry_step(county, &register, step)?,
            };
            if matches!(put, Put::Updated { .. }) {
                clocks.iter().try_for_each(|clock| writer.clock_put(county, clock))?;
                if let Some(incidents) = &follows {
                    incidents.follow_steps(writer, id)?;
                }
            }
            Ok(put)
        });
        put.map_err(|error| self.explained(actor, error))
    }

    /// The transition, if the actor may take it from where the entry stands.
    fn allowed(&self, actor: &Actor, found: &Found, name: &str, step: &Step) -> Result<Transition> {
        let workflow = found.workflow()?;
        let transition = workflow
            .transitions
            .get(name)
            .ok_or_else(|| WorkError::NotFound(format!("“{}”的步骤“{name}”", found.register.title.zh)))?;
        let title = &transition.title.zh;
        if !actor.may_take(&self.directory(), transition, found.entry.unit) {
            return Err(WorkError::Denied(format!("您的角色不能“{title}”")));
        }
        if found.entry.void {
            return Err(WorkError::Bad(format!("该记录已作废，不能“{title}”；如需继续请先恢复")));
        }
        if step.version.is_some_and(|version| version != found.entry.version) {
            return Err(WorkError::Conflict { current: found.entry.version });
        }
        let state = state_of(workflow, &found.entry.values);
        if !transition.from.iter().any(|from| from == state) {
            let now = workflow.states.get(state).map_or(state, |state| &state.title.zh);
            return Err(WorkError::Bad(format!("该记录现为“{now}”，不能“{title}”")));
        }
        Ok(transition.clone())
    }
}

/// Why a guard does not hold, in words.
fn refusal(
    transition: &Transition,
    values: &IndexMap<String, Value>,
    subject: Option<&Person>,
    today: Date,
) -> Option<String> {
    let when = transition.when.as_ref()?;
    if when.expr.eval(&EntryScope { values, subject, today }) == Value::Bool(true) {
        return None;
    }
    let words = || format!("尚不符合“{}”的条件：{}", transition.title.zh, when.source);
    Some(transition.message.clone().unwrap_or_else(words))
}

/// The values after a transition, or everything that is wrong with it.
fn stepped(
    found: &Found,
    transition: &Transition,
    step: &Step,
    actor: &Actor,
    warnings: &mut Vec<FieldProblem>,
) -> Result<IndexMap<String, Value>> {
    let register = &*found.register;
    let mut problems = Vec::new();
    let mut values = found.entry.values.clone();
    for (name, input) in &step.values {
        let asked = transition.requires.iter().chain(&transition.asks).any(|field| field == name);
        match register.fields.get(name).filter(|_| asked) {
            Some(field) => match read_field(field, input) {
                Ok(value) => drop(values.insert(name.clone(), value)),
                Err(problem) => problems.push(problem),
            },
            None => {
                let message = format!("“{}”不填写“{name}”", transition.title.zh);
                problems.push(FieldProblem::error(name, message));
            }
        }
    }
    for (name, setting) in &transition.sets {
        values.insert(name.clone(), set(register, name, setting, actor));
    }
    if let Some(field) = &transition.sign {
        let signature = format!("{} {}", actor.name, actor.local().strftime("%Y-%m-%d %H:%M"));
        values.insert(field.clone(), Value::from(signature.as_str()));
    }
    values.insert(STATE.to_owned(), Value::from(transition.to.as_str()));
    let (subject, today) = (found.subject.as_ref(), actor.today());
    complete(register, &mut values, subject, today, &mut problems);
    asked_later(register, &found.entry, subject, today, &mut problems);
    for name in &transition.requires {
        let Some(field) = register.fields.get(name) else { continue };
        let scope = EntryScope { values: &values, subject, today };
        let shown = field.show.as_ref().is_none_or(|show| show.expr.eval(&scope) == Value::Bool(true));
        let known = problems.iter().any(|problem| problem.field == *name);
        if shown && !known && values.get(name).is_none_or(Value::is_null) {
            problems.push(FieldProblem::error(name, format!("请填写{}", field.title.zh)));
        }
    }
    if transition.reason && step.reason.as_deref().is_none_or(|reason| reason.trim().is_empty()) {
        problems.push(FieldProblem::error("reason", format!("请填写{}的原因", transition.title.zh)));
    }
    if problems.is_empty()
        && let Some(message) = refusal(transition, &values, subject, today)
    {
        problems.push(FieldProblem::error("", message));
    }
    // Compared with what came before when it was entered; a step changes nothing of that.
    broken_rules(register, &values, &IndexMap::new(), (subject, today), &mut problems, warnings);
    if problems.is_empty() { Ok(values) } else { Err(WorkError::Invalid(problems)) }
}

/// The value a transition writes by itself.
fn set(register: &Register, name: &str, setting: &Setting, actor: &Actor) -> Value {
    let now = actor.local();
    let Some(field) = register.fields.get(name) else { return Value::Null };
    let minute = now.with().second(0).subsec_nanosecond(0).build().unwrap_or(now);
    match (setting, &field.kind) {
        (Setting::Nothing, _) => Value::Null,
        (Setting::Me, _) => Value::from(actor.name.as_str()),
        (Setting::Now, FieldType::Date) => Value::Date(now.date()),
        (Setting::Now, FieldType::Time) => Value::Time(minute.time()),
        (Setting::Now, _) => Value::DateTime(minute),
        (Setting::Constant(text), _) => read_field(field, &Json::String(text.clone())).unwrap_or(Value::Null),
    }
}
