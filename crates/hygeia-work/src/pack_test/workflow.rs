//! Entries of a pack test by name, the steps taken on them, and where they should stand.

use super::qualified;
use crate::actor::{Actor, county_time_zone};
use crate::entry::Submission;
use crate::error::{Result, WorkError};
use crate::work::Work;
use crate::workflow::{ClockSearch, Step};
use hygeia_pack::test::{TestEntry, TestState, TestStep};
use hygeia_store::EntryId;
use jiff::civil::DateTime;
use serde_json::{Map, Value as Json};
use std::collections::HashMap;
use uuid::Uuid;

/// The named entries made so far: register and id.
#[derive(Default)]
pub(super) struct Made(HashMap<String, (String, Uuid)>);

impl Made {
    pub(super) fn submit(&mut self, work: &Work, actor: &Actor, pack: &str, entry: &TestEntry) -> Result<()> {
        let register = qualified(pack, &entry.register);
        let submission = Submission {
            org_unit: entry.unit.clone(),
            person: entry.person.clone(),
            values: self.resolved(&entry.values)?,
            ..Submission::default()
        };
        let receipt = work.entry_submit(&at(actor, entry.at), &register, submission)?;
        if let Some(name) = &entry.name {
            self.0.insert(name.clone(), (register, receipt.id));
        }
        Ok(())
    }

    /// Takes the steps in order; what did not go as it should.
    pub(super) fn take(&self, work: &Work, actor: &Actor, steps: &[TestStep]) -> Vec<String> {
        let mut failures = Vec::new();
        for step in steps {
            let title = format!("{} 的步骤 {}", step.entry, step.transition);
            let taken = self.named(&step.entry).and_then(|(register, id)| {
                let values = self.resolved(&step.values)?;
                let own = Step { values, reason: step.reason.clone(), ..Step::default() };
                work.transition(&at(actor, Some(step.at)), register, *id, &step.transition, own)
            });
            match (taken, &step.refused) {
                (Ok(_), None) => {}
                (Err(error), Some(part)) if error.to_string().contains(part) => {}
                (Ok(_), Some(part)) => failures.push(format!("{title} 应被拒绝：{part}")),
                (Err(error), None) => failures.push(format!("{title} 被拒绝：{error}")),
                (Err(error), Some(part)) => {
                    failures.push(format!("{title} 应因“{part}”被拒绝，实为：{error}"));
                }
            }
        }
        failures
    }

    /// What differs between where entries and clocks stand and where they should.
    pub(super) fn differences(
        &self,
        work: &Work,
        late: &Actor,
        expected: &[TestState],
    ) -> Result<Vec<String>> {
        let mut failures = Vec::new();
        for wanted in expected {
            let (register, id) = self.named(&wanted.entry)?;
            let actor = at(late, wanted.at);
            let (view, _) = work.entry_open(&actor, register, *id)?;
            let state = view.entry.values.get(hygeia_pack::model::STATE).and_then(|value| value.as_text());
            if let Some(own) = &wanted.state
                && state != Some(own)
            {
                failures.push(format!("{} 应为 {own}，实为 {}", wanted.entry, state.unwrap_or("无流程")));
            }
            let Some((clock, outcome)) = &wanted.clock else { continue };
            let search = ClockSearch {
                register: Some(register.as_str().into()),
                entries: Some(vec![EntryId(*id)]),
                ..ClockSearch::default()
            };
            let clocks = work.clock_list(&actor, &search)?;
            let found = clocks.iter().find(|view| view.clock.name == *clock);
            let found = found.map_or("none", |view| view.clock.outcome.code());
            if found != outcome {
                failures.push(format!("{} 的时限 {clock} 应为 {outcome}，实为 {found}", wanted.entry));
            }
        }
        Ok(failures)
    }

    fn named(&self, name: &str) -> Result<&(String, Uuid)> {
        self.0.get(name).ok_or_else(|| WorkError::Bad(format!("没有名为“{name}”的登记")))
    }

    /// Values in which `@name` is the id of the entry of that name, in rows as well.
    fn resolved(&self, values: &Map<String, Json>) -> Result<Map<String, Json>> {
        values.iter().map(|(field, value)| Ok((field.clone(), self.resolved_value(value)?))).collect()
    }

    fn resolved_value(&self, value: &Json) -> Result<Json> {
        Ok(match value {
            Json::String(text) => match text.strip_prefix('@') {
                Some(name) => Json::String(self.named(name)?.1.to_string()),
                None => value.clone(),
            },
            Json::Array(rows) => {
                Json::Array(rows.iter().map(|row| self.resolved_value(row)).collect::<Result<_>>()?)
            }
            Json::Object(cells) => Json::Object(self.resolved(cells)?),
            other => other.clone(),
        })
    }
}

/// The same actor at another moment.
fn at(actor: &Actor, moment: Option<DateTime>) -> Actor {
    let moment = moment.and_then(|at| at.to_zoned(county_time_zone()).ok());
    let now = moment.map_or(actor.now, |zoned| zoned.timestamp());
    Actor { now, ..actor.clone() }
}
