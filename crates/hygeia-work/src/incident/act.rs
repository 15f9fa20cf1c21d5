//! What a person does: verify an alarm, finish a step, close an incident, open it again.

use super::{INCIDENT, STEP};
use crate::actor::{Action, Actor};
use crate::entry::signer;
use crate::error::{FieldProblem, Result, WorkError};
use crate::signal::ALARM;
use crate::work::Work;
use hygeia_expr::Value;
use hygeia_store::{Entry, EntryId, EntryWrite, Put};
use jiff::civil::{Date, DateTime};

/// What came of looking into an alarm.
#[derive(Debug, Clone, Default)]
pub struct Verification {
    /// `confirmed`, `not_confirmed` or `data_error`.
    pub outcome: String,
    /// What was found; needed unless confirmed.
    pub note: String,
}

/// The end of an incident.
#[derive(Debug, Clone, Default)]
pub struct Closing {
    /// Conclusion and advice.
    pub conclusion: String,
}

impl Work {
    /// Records what a person found about an alarm, with the minutes it took since it was raised.
    ///
    /// # Errors
    ///
    /// When the actor may not, the outcome or its note is missing, or the alarm was verified before.
    pub fn alarm_verify(&self, actor: &Actor, id: uuid::Uuid, found: &Verification) -> Result<()> {
        let alarm = self.acted_on(actor, ALARM, id)?;
        let fault =
            |field: &str, message: &str| Err(WorkError::Invalid(vec![FieldProblem::error(field, message)]));
        if !matches!(found.outcome.as_str(), "confirmed" | "not_confirmed" | "data_error") {
            return fault("outcome", "请选择核实结果");
        }
        if found.outcome != "confirmed" && found.note.trim().is_empty() {
            return fault("note", "请说明判断依据");
        }
        if alarm.values.get("incident").is_some_and(|incident| !incident.is_null()) {
            return fault("outcome", "该预警已开立疫情，核实结果不能再改");
        }
        let now = actor.local();
        let minutes = moment(&alarm, "raised").map(|raised| minutes_between(raised, now));
        self.amend(
            actor,
            alarm,
            vec![
                ("outcome", Value::Text(found.outcome.clone())),
                ("note", text(&found.note)),
                ("verified_at", Value::DateTime(now)),
                ("verified_by", Value::Text(actor.name.clone())),
                ("response_minutes", minutes.map_or(Value::Null, Value::Int)),
            ],
        )
    }

    /// Marks a step of an incident as done.
    ///
    /// # Errors
    ///
    /// When the actor may not, or the step is done already.
    pub fn step_done(&self, actor: &Actor, id: uuid::Uuid, note: &str) -> Result<()> {
        let step = self.acted_on(actor, STEP, id)?;
        if moment(&step, "done_at").is_some() {
            return Err(WorkError::Bad("该步骤已经完成".into()));
        }
        self.amend(
            actor,
            step,
            vec![
                ("done_at", Value::DateTime(actor.local())),
                ("done_by", Value::Text(actor.name.clone())),
                ("note", text(note)),
            ],
        )
    }

    /// Closes an incident, when its condition is met and every step is done.
    ///
    /// # Errors
    ///
    /// When it is too early, steps are open, or the conclusion is missing.
    pub fn incident_close(&self, actor: &Actor, id: uuid::Uuid, closing: &Closing) -> Result<()> {
        let incident = self.acted_on(actor, INCIDENT, id)?;
        let mut problems = Vec::new();
        if moment(&incident, "closed_at").is_some() {
            return Err(WorkError::Bad("该疫情已经终止".into()));
        }
        match incident.values.get("closable_on") {
            Some(Value::Date(day)) if *day > actor.today() => problems
                .push(FieldProblem::error("closable_on", format!("末例后观察期未满，最早 {day} 可以终止"))),
            _ => {}
        }
        let open = self.steps_of(id)?.into_iter().filter(|step| moment(step, "done_at").is_none()).count();
        if open > 0 {
            problems.push(FieldProblem::error("steps", format!("还有 {open} 个步骤未完成")));
        }
        if closing.conclusion.trim().is_empty() {
            problems.push(FieldProblem::error("conclusion", "请填写结论与建议"));
        }
        if !problems.is_empty() {
            return Err(WorkError::Invalid(problems));
        }
        self.amend(
            actor,
            incident,
            vec![
                ("closed_at", Value::DateTime(actor.local())),
                ("closed_by", Value::Text(actor.name.clone())),
                ("conclusion", text(&closing.conclusion)),
            ],
        )
    }

    /// Opens a closed incident again, because cases went on.
    ///
    /// # Errors
    ///
    /// When the actor may not, or it is not closed.
    pub fn incident_reopen(&self, actor: &Actor, id: uuid::Uuid) -> Result<()> {
        let incident = self.acted_on(actor, INCIDENT, id)?;
        if moment(&incident, "closed_at").is_none() {
            return Err(WorkError::Bad("该疫情尚未终止".into()));
        }
        self.amend(actor, incident, vec![("closed_at", Value::Null), ("closed_by", Value::Null)])
    }

    /// An entry somebody acts on, for whom may edit it.
    fn acted_on(&self, actor: &Actor, register: &str, id: uuid::Uuid) -> Result<Entry> {
        let packs = self.packs();
        let (view, _) = self.entry_open(actor, register, id)?;
        let register = self.register(&packs, register)?;
        actor.must(&self.directory(), register, Action::Edit, view.entry.unit)?;
        if view.entry.void {
            return Err(WorkError::Bad("该记录已作废".into()));
        }
        Ok(view.entry)
    }

    /// Writes fields of an entry that was just read; a change in between is a conflict.
    pub(super) fn amend(&self, actor: &Actor, entry: Entry, fields: Vec<(&str, Value)>) -> Result<()> {
        let packs = self.packs();
        let register = self.register(&packs, entry.register.as_str())?.clone();
        let mut values = entry.values;
        values.extend(fields.into_iter().map(|(field, value)| (field.to_owned(), value)));
        let write = EntryWrite {
            id: EntryId(entry.id.0),
            unit: entry.unit,
            person: entry.person,
            day: entry.day,
            values,
            expect_version: Some(entry.version),
            on_time: entry.on_time,
            actor: signer(actor),
            at: actor.now,
            reason: None,
        };
        let county = self.county;
        match self.store.write(move |writer| writer.entry_put(county, &register, write))? {
            Put::Conflict { current } => Err(WorkError::Conflict { current: current.version }),
            _ => Ok(()),
        }
    }
}

/// A text field's value; blank is missing.
fn text(text: &str) -> Value {
    let text = text.trim();
    if text.is_empty() { Value::Null } else { Value::Text(text.to_owned()) }
}

pub(super) fn moment(entry: &Entry, field: &str) -> Option<DateTime> {
    match entry.values.get(field) {
        Some(Value::DateTime(at)) => Some(*at),
        _ => None,
    }
}

pub(super) fn day_of(entry: &Entry, field: &str) -> Option<Date> {
    match entry.values.get(field) {
        Some(Value::Date(day)) => Some(*day),
        _ => None,
    }
}

fn minutes_between(from: DateTime, to: DateTime) -> i64 {
    to.duration_since(from).as_mins().max(0)
}
