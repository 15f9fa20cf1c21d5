//! Pausing a clock and letting it run on, with a reason.

use super::clocks::{Facts, advance, outcome_at};
use super::transition::{Found, TRIES};
use crate::actor::Actor;
use crate::entry::{Receipt, receipt, signer};
use crate::error::{FieldProblem, Result, WorkError};
use crate::work::Work;
use hygeia_pack::model::ClockDef;
use hygeia_store::{EntryStep, Outcome, Put};

impl Work {
    /// Stops the time of a clock that is not yet due.
    pub fn clock_pause(
        &self,
        actor: &Actor,
        register: &str,
        id: uuid::Uuid,
        clock: &str,
        reason: &str,
    ) -> Result<Receipt> {
        self.pause_or_resume(actor, register, id, clock, reason, true)
    }

    /// Lets the time of a paused clock run on.
    pub fn clock_resume(
        &self,
        actor: &Actor,
        register: &str,
        id: uuid::Uuid,
        clock: &str,
        reason: &str,
    ) -> Result<Receipt> {
        self.pause_or_resume(actor, register, id, clock, reason, false)
    }

    fn pause_or_resume(
        &self,
        actor: &Actor,
        register: &str,
        id: uuid::Uuid,
        clock: &str,
        reason: &str,
        pause: bool,
    ) -> Result<Receipt> {
        let mut current = 0;
        for _ in 0..TRIES {
            let found = self.found(actor, register, id, None)?;
            current = found.entry.version;
            if let Some(receipt) = self.try_pause(actor, found, clock, reason, pause)? {
                return Ok(receipt);
            }
        }
        Err(WorkError::Conflict { current })
    }

    fn try_pause(
        &self,
        actor: &Actor,
        mut found: Found,
        name: &str,
        reason: &str,
        pause: bool,
    ) -> Result<Option<Receipt>> {
        let verb = if pause { "暂停" } else { "恢复" };
        let def = self.may_pause(actor, &found, name, verb)?;
        if reason.trim().is_empty() {
            let problem = FieldProblem::error("reason", format!("请填写{verb}计时的原因"));
            return Err(WorkError::Invalid(vec![problem]));
        }
        let stands = |wanted: Outcome| format!("“{}”{}，不能{verb}", def.title.zh, title(wanted));
        let clock = found.clocks.iter_mut().find(|clock| clock.name == name);
        let Some(clock) = clock else {
            return Err(WorkError::Bad(format!("“{}”没有计时", def.title.zh)));
        };
        match (outcome_at(clock, actor.now), clock.pauses.last_mut(), pause) {
            (Outcome::Running, _, true) => clock.pauses.push((actor.now, None)),
            (Outcome::Paused, Some((_, to)), false) => *to = Some(actor.now),
            // Sent twice.
            (Outcome::Paused, _, true) | (Outcome::Running, _, false) => {
                let version = found.entry.version;
                let id = found.entry.id.0;
                return Ok(Some(Receipt { id, version, outcome: "unchanged", warnings: Vec::new() }));
            }
            (other, ..) => return Err(WorkError::Bad(stands(other))),
        }
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
        let clocks = advance(&facts, &found.clocks, &mut values);
        let (id, day) = (found.entry.id.0, found.entry.day);
        let step = EntryStep {
            before: found.entry,
            day,
            values,
            action: format!("clock:{}", def.name),
            request: None,
            new_version: false,
            actor: signer(actor),
            at: actor.now,
            reason: Some(format!("{verb}：{}", reason.trim())),
        };
        let put = self.store_step(actor, found.register.clone(), step, clocks)?;
        if matches!(put, Put::Conflict { .. }) {
            return Ok(None);
        }
        receipt(&found.register, id, put, Vec::new()).map(Some)
    }

    fn may_pause(&self, actor: &Actor, found: &Found, name: &str, verb: &str) -> Result<ClockDef> {
        let def = found
            .workflow()?
            .clocks
            .get(name)
            .ok_or_else(|| WorkError::NotFound(format!("“{}”的时限“{name}”", found.register.title.zh)))?;
        let directory = self.directory();
        let may = actor
            .roles
            .iter()
            .any(|held| def.pause.contains(&held.role) && directory.is_within(found.entry.unit, held.unit));
        if may {
            Ok(def.clone())
        } else {
            Err(WorkError::Denied(format!("您的角色不能{verb}“{}”", def.title.zh)))
        }
    }
}

fn title(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Running => "正在计时",
        Outcome::Paused => "已暂停",
        Outcome::Met => "已按时完成",
        Outcome::Late => "已超时",
        Outcome::Void => "已不再计时",
    }
}
