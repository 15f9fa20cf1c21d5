//! The rules of one entry's clocks: what starts, moves and ends them.

use super::due::{due, moment};
use crate::calendar::Calendar;
use crate::entry::EntryScope;
use hygeia_expr::Value;
use hygeia_pack::model::{ClockDef, Formula, Limit, Register, STATE, Starts, Transition, Workflow};
use hygeia_store::{Clock, EntryId, OrgUnitId, Outcome, Person};
use indexmap::IndexMap;
use jiff::civil::{Date, Time};
use jiff::{SignedDuration, Timestamp};

/// What clocks have to know of their entry and of what has just happened to it.
pub(crate) struct Facts<'a> {
    pub register: &'a Register,
    pub id: EntryId,
    pub unit: OrgUnitId,
    pub subject: Option<&'a Person>,
    pub created_at: Timestamp,
    /// The step that has been taken; `None` for an entry that was made or edited.
    pub transition: Option<&'a Transition>,
    pub now: Timestamp,
    pub today: Date,
    pub calendar: &'a Calendar,
}

/// State of an entry; the start for one made before its register had a workflow.
pub(crate) fn state_of<'a>(workflow: &'a Workflow, values: &'a IndexMap<String, Value>) -> &'a str {
    values.get(STATE).and_then(Value::as_text).unwrap_or(&workflow.start)
}

/// Puts a new entry into the state it begins in.
pub(crate) fn begin(
    workflow: &Workflow,
    values: &mut IndexMap<String, Value>,
    subject: Option<&Person>,
    today: Date,
) {
    let scope = EntryScope { values, subject, today };
    let holds = |when: &Formula| when.expr.eval(&scope) == Value::Bool(true);
    let other = workflow.begins.iter().find(|(when, _)| holds(when)).map(|(_, state)| state.as_str());
    let state = Value::from(other.unwrap_or(&workflow.start));
    values.insert(STATE.to_owned(), state);
}

/// The clocks after what has just happened; their outcomes are written into the values.
pub(crate) fn advance(
    facts: &Facts<'_>,
    before: &[Clock],
    values: &mut IndexMap<String, Value>,
) -> Vec<Clock> {
    let Some(workflow) = &facts.register.workflow else { return Vec::new() };
    let mut clocks = Vec::new();
    for def in workflow.clocks.values() {
        let known = before.iter().find(|clock| clock.name == def.name);
        let clock = facts.next(workflow, def, known, values);
        let shown = clock.as_ref().map_or(Value::Null, |clock| Value::from(clock.outcome.code()));
        values.insert(def.field(), shown);
        clocks.extend(clock);
    }
    clocks
}

impl Facts<'_> {
    fn next(
        &self,
        workflow: &Workflow,
        def: &ClockDef,
        known: Option<&Clock>,
        values: &IndexMap<String, Value>,
    ) -> Option<Clock> {
        let restarts = matches!(&def.starts, Starts::Transitions(names) if self.took(names));
        let known = known.filter(|_| !restarts);
        let start = match &def.starts {
            Starts::Entry => Some(self.created_at),
            Starts::Transitions(_) if restarts => Some(self.now),
            Starts::Transitions(_) => known.map(|clock| clock.started_at),
            // A day starts a clock with its beginning …
            Starts::Field(field) => field_moment(values, field, Time::midnight()),
        };
        let (Some(started_at), Some(limit)) = (start, self.limit(def, values)) else {
            return known.map(|clock| Clock { outcome: Outcome::Void, unit: self.unit, ..clock.clone() });
        };
        let pauses = known.map(|clock| clock.pauses.clone()).unwrap_or_default();
        let due_at = due(started_at, limit, &pauses, self.calendar);
        let mut clock = Clock {
            register: self.register.id.clone(),
            entry: self.id,
            name: def.name.clone(),
            unit: self.unit,
            started_at,
            due_at,
            warn_at: warn_at(def, started_at, due_at),
            pauses,
            ended_at: known.and_then(|clock| clock.ended_at),
            voided: known.is_some_and(|clock| clock.voided),
            outcome: Outcome::Running,
            level: known.map_or(0, |clock| clock.level.min(levels_reached(def, due_at, self.now))),
        };
        self.end(workflow, def, values, &mut clock);
        clock.outcome = outcome_at(&clock, self.now);
        Some(clock)
    }

    /// Ends the clock if what has happened ends it.
    fn end(&self, workflow: &Workflow, def: &ClockDef, values: &IndexMap<String, Value>, clock: &mut Clock) {
        if let Some(field) = &def.stops_at
            && !clock.voided
        {
            // … and is done by its last minute, so that the day after the due day is late.
            let done = field_moment(values, field, LAST_MINUTE);
            if done.is_some() || def.stops.is_empty() {
                clock.ended_at = done;
            }
        }
        if clock.ended_at.is_some() {
            return;
        }
        if self.took(&def.stops) {
            clock.ended_at = Some(self.now);
        } else if self.took(&def.voids) {
            (clock.ended_at, clock.voided) = (Some(self.now), true);
        } else if workflow.is_final(state_of(workflow, values)) {
            // Nothing is left to do; what was late by then stays late.
            (clock.ended_at, clock.voided) = (Some(self.now), self.now <= clock.due_at);
        }
        if clock.ended_at.is_some()
            && let Some((_, to @ None)) = clock.pauses.last_mut()
        {
            *to = Some(self.now);
        }
    }

    fn took(&self, names: &[String]) -> bool {
        self.transition.is_some_and(|transition| names.contains(&transition.name))
    }

    fn limit(&self, def: &ClockDef, values: &IndexMap<String, Value>) -> Option<Limit> {
        let scope = EntryScope { values, subject: self.subject, today: self.today };
        let holds = |when: &Option<Formula>| {
            when.as_ref().is_none_or(|when| when.expr.eval(&scope) == Value::Bool(true))
        };
        let case = def.limits.iter().find(|case| holds(&case.when))?;
        let within = match &case.times {
            None => case.within,
            Some(field) => case.within.times(match values.get(field) {
                Some(Value::Int(number)) => u32::try_from(*number).ok()?,
                _ => return None,
            }),
        };
        holds(&def.when).then_some(within)
    }
}

/// How a clock stands at a moment.
pub(crate) fn outcome_at(clock: &Clock, now: Timestamp) -> Outcome {
    let paused = clock.pauses.last().is_some_and(|(_, to)| to.is_none());
    match clock.ended_at {
        _ if clock.voided => Outcome::Void,
        Some(ended) if ended <= clock.due_at => Outcome::Met,
        Some(_) => Outcome::Late,
        None if paused => Outcome::Paused,
        None if now > clock.due_at => Outcome::Late,
        None => Outcome::Running,
    }
}

/// Steps of the escalation that have been reached at a moment.
pub(crate) fn levels_reached(def: &ClockDef, due_at: Timestamp, now: Timestamp) -> i64 {
    let reached = |minutes: u32| {
        let after = SignedDuration::from_mins(minutes.into());
        now > due_at.saturating_add(after).unwrap_or(Timestamp::MAX)
    };
    def.escalate.iter().take_while(|step| reached(step.after_minutes)).count() as i64
}

fn warn_at(def: &ClockDef, started_at: Timestamp, due_at: Timestamp) -> Timestamp {
    let before = SignedDuration::from_mins(def.warn_minutes.into());
    due_at.saturating_sub(before).unwrap_or(due_at).max(started_at)
}

/// What a day is taken for when something was done on it.
const LAST_MINUTE: Time = Time::constant(23, 59, 0, 0);

/// The moment a date or datetime field holds; a day is that time of it.
fn field_moment(values: &IndexMap<String, Value>, field: &str, time: Time) -> Option<Timestamp> {
    match values.get(field)? {
        Value::Date(day) => Some(moment(day.to_datetime(time))),
        Value::DateTime(at) => Some(moment(*at)),
        _ => None,
    }
}

#[cfg(test)]
#[path = "clocks_tests.rs"]
mod tests;
