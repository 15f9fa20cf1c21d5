//! Time passes: overdue clocks are marked, escalations raised. Reads do not wait for it; it keeps fields, measures and
//! the change log in step with time.

use super::clocks::{Facts, advance, levels_reached, outcome_at};
use crate::actor::Actor;
use crate::entry::signer;
use crate::error::Result;
use crate::work::Work;
use hygeia_pack::model::{ClockDef, PackSet};
use hygeia_store::{Clock, ClockQuery, EntryStep, Outcome, Put};
use jiff::Timestamp;
use std::sync::Arc;

/// What a tick did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct TickReport {
    /// Clocks that were found overdue.
    pub overdue: usize,
    /// Clocks that went up a step of their escalation.
    pub escalated: usize,
}

impl Work {
    /// Marks what is overdue at `now` and raises escalations. Done twice it is once.
    pub fn tick(&self, now: Timestamp) -> Result<TickReport> {
        let (packs, county) = (self.packs(), self.county);
        let query = ClockQuery { open: true, due_before: Some(now), ..ClockQuery::default() };
        let clocks = self.store.read(|reader| reader.clock_list(county, &query))?;
        let actor = self.system_actor(now);
        let mut report = TickReport::default();
        for clock in clocks {
            let Some(def) = def_of(&packs, &clock) else { continue };
            let overdue = outcome_at(&clock, now) == Outcome::Late;
            let level = if overdue { levels_reached(def, clock.due_at, now) } else { clock.level };
            let turns = overdue && clock.outcome != Outcome::Late;
            if (turns || level > clock.level) && self.mark(&actor, &packs, &clock, def, level)? {
                report.overdue += usize::from(turns);
                report.escalated += usize::from(level > clock.level);
            }
        }
        Ok(report)
    }

    /// Works out the due times of running clocks anew, after the calendar has changed.
    pub fn clocks_follow_calendar(&self, now: Timestamp) -> Result<usize> {
        let (packs, county) = (self.packs(), self.county);
        let query = ClockQuery { open: true, ..ClockQuery::default() };
        let clocks = self.store.read(|reader| reader.clock_list(county, &query))?;
        let actor = self.system_actor(now);
        let mut moved = 0;
        for clock in clocks {
            if let Some(def) = def_of(&packs, &clock)
                && self.mark(&actor, &packs, &clock, def, 0)?
            {
                moved += 1;
            }
        }
        Ok(moved)
    }

    /// Writes what time has made of a clock; whether anything changed. An entry that changes at this moment is left
    /// to the next tick.
    fn mark(
        &self,
        actor: &Actor,
        packs: &PackSet,
        clock: &Clock,
        def: &ClockDef,
        level: i64,
    ) -> Result<bool> {
        let Some(register) = packs.registers.get(clock.register.as_str()) else { return Ok(false) };
        let found = match self.found(actor, register.id.as_str(), clock.entry.0, None) {
            Ok(found) => found,
            Err(crate::WorkError::NotFound(_)) => return Ok(false),
            Err(error) => return Err(error),
        };
        let calendar = self.calendar();
        let facts = Facts {
            register: &found.register,
            id: found.entry.id,
            unit: found.entry.unit,
            subject: found.subject.as_ref(),
            created_at: found.entry.created_at,
            transition: None,
            now: actor.now,
            today: actor.today(),
            calendar: &calendar,
        };
        let mut values = found.entry.values.clone();
        let mut clocks = advance(&facts, &found.clocks, &mut values);
        for own in clocks.iter_mut().filter(|own| own.name == def.name) {
            own.level = own.level.max(level);
        }
        clocks.retain(|own| !found.clocks.contains(own));
        if clocks.is_empty() {
            return Ok(false);
        }
        let day = found.entry.day;
        let step = EntryStep {
            before: found.entry,
            day,
            values,
            action: format!("clock:{}", def.name),
            request: None,
            new_version: false,
            actor: signer(actor),
            at: actor.now,
            reason: Some(reason(packs, def, level)),
        };
        let put = self.store_step(actor, Arc::clone(&found.register), step, clocks)?;
        Ok(matches!(put, Put::Updated { .. }))
    }
}

pub(super) fn def_of<'a>(packs: &'a PackSet, clock: &Clock) -> Option<&'a ClockDef> {
    packs.registers.get(clock.register.as_str())?.workflow.as_ref()?.clocks.get(&clock.name)
}

fn reason(packs: &PackSet, def: &ClockDef, level: i64) -> String {
    let step = usize::try_from(level).ok().and_then(|level| def.escalate.get(level.checked_sub(1)?));
    match step.and_then(|step| packs.roles.get(&step.role)) {
        Some(role) => format!("“{}”超时，提请{}", def.title.zh, role.title.zh),
        None => format!("“{}”按时间更新", def.title.zh),
    }
}
