//! A confirmed alarm opens an incident with the steps of its response.

use super::act::{day_of, moment};
use super::{INCIDENT, STEP};
use crate::actor::{Action, Actor};
use crate::entry::signer;
use crate::error::{FieldProblem, Result, WorkError};
use crate::signal::ALARM;
use crate::work::Work;
use hygeia_expr::Value;
use hygeia_pack::model::{PackSet, Register, Response, Signal};
use hygeia_store::{Entry, EntryId, EntryQuery, EntryWrite};
use indexmap::IndexMap;
use std::sync::Arc;

/// What the person who opens an incident decides.
#[derive(Debug, Clone, Default)]
pub struct Opening {
    /// Code of the level.
    pub level: String,
    /// Longest incubation period in days; needed where the response has no figure.
    pub incubation_days: Option<u16>,
}

/// The response a signal's alarm of a part is answered with.
pub(crate) fn response_of<'p>(packs: &'p PackSet, signal: &Signal, part: &str) -> Option<&'p Response> {
    let known = signal.opens.iter().filter_map(|id| packs.responses.get(id.as_str()));
    known.into_iter().find(|response| response.facts.is_empty() || response.facts.contains_key(part))
}

impl Work {
    /// Opens an incident from a confirmed alarm: the incident, its steps and the alarm's link in one transaction. An
    /// open incident of the same disease at the unit or above takes the alarm in; its id is returned then.
    ///
    /// # Errors
    ///
    /// When the actor may not, the alarm is not confirmed, or the incubation period is not known.
    pub fn incident_open(&self, actor: &Actor, alarm: uuid::Uuid, opening: &Opening) -> Result<uuid::Uuid> {
        let (view, _) = self.entry_open(actor, ALARM, alarm)?;
        let alarm = view.entry;
        let (packs, directory) = (self.packs(), self.directory());
        let register = self.register(&packs, INCIDENT)?;
        actor.must(&directory, register, Action::Enter, alarm.unit)?;
        let word =
            |field: &str| alarm.values.get(field).and_then(Value::as_text).unwrap_or_default().to_owned();
        if word("outcome") != "confirmed" {
            return Err(WorkError::Bad("请先核实该预警，核实属实后才能开立疫情".into()));
        }
        if let Ok(known) = word("incident").parse() {
            return Ok(known);
        }
        if let Some(open) = self.open_incident(&alarm, &word("part"))? {
            let id = open.id.0;
            self.amend(actor, alarm, vec![("incident", Value::Text(id.to_string()))])?;
            return Ok(id);
        }
        let signal = self.signal(&word("signal"))?;
        let response = response_of(&packs, &signal, &word("part"))
            .ok_or_else(|| WorkError::Bad(format!("“{}”没有对应的处置方案", signal.title.zh)))?;
        let facts = response.facts.get(word("part").as_str());
        let incubation = opening.incubation_days.filter(|days| (1..=365).contains(days));
        let incubation = incubation.or_else(|| facts.and_then(|facts| facts.incubation_days));
        let Some(incubation) = incubation else {
            let message = "没有该病的潜伏期资料，请填写最长潜伏期（1 至 365 天）";
            return Err(WorkError::Invalid(vec![FieldProblem::error("incubation_days", message)]));
        };
        let observe = facts.and_then(|facts| facts.observe_days).unwrap_or(incubation);
        let id = uuid::Uuid::now_v7();
        let last = day_of(&alarm, "until").unwrap_or(alarm.day);
        let level = if opening.level.is_empty() { "cluster" } else { opening.level.as_str() };
        let name = format!("{} {}", directory.full_title(alarm.unit), word("subject"));
        let disease = self.watch(actor.now).part_title(&signal, &word("part"));
        let optional =
            |text: Option<String>| text.filter(|text| !text.is_empty()).map_or(Value::Null, Value::Text);
        let says = [
            ("date", Value::Date(actor.today())),
            ("name", Value::Text(name.chars().take(120).collect())),
            ("level", Value::Text(level.to_owned())),
            ("opened_at", Value::DateTime(actor.local())),
            ("signal", Value::Text(word("signal"))),
            ("part", optional(Some(word("part")))),
            ("disease", optional(disease)),
            ("response", Value::Text(response.id.to_string())),
            ("since", Value::Date(day_of(&alarm, "since").unwrap_or(alarm.day))),
            ("last_case", Value::Date(last)),
            ("cases", alarm.values.get("cases").cloned().unwrap_or_default()),
            ("incubation_days", Value::Int(incubation.into())),
            ("observe_days", Value::Int(observe.into())),
            (
                "closable_on",
                Value::Date(super::refresh::closable_on(last, incubation.into(), response.close_after)),
            ),
        ];
        let mut writes =
            vec![(Arc::new(register.clone()), self.made(actor, register, id, &alarm, says.to_vec()))];
        let step_register = Arc::new(self.register(&packs, STEP)?.clone());
        for (code, step) in &response.steps {
            let due = actor.local().saturating_add(jiff::Span::new().hours(step.within_hours));
            let says = vec![
                ("date", Value::Date(actor.today())),
                ("incident", Value::Text(id.to_string())),
                ("step", Value::Text(code.clone())),
                ("title", Value::Text(step.title.zh.clone())),
                ("help", optional(step.help.clone())),
                ("due_at", Value::DateTime(due)),
            ];
            let write = self.made(actor, &step_register, uuid::Uuid::now_v7(), &alarm, says);
            writes.push((step_register.clone(), write));
        }
        let alarm_register = Arc::new(self.register(&packs, ALARM)?.clone());
        writes.push((alarm_register, linked(actor, alarm, id)));
        let county = self.county;
        self.store.write(move |writer| {
            writes
                .into_iter()
                .try_for_each(|(register, write)| writer.entry_put(county, &register, write).map(drop))
        })?;
        Ok(id)
    }

    /// An open incident of the same disease at the alarm's unit or above.
    fn open_incident(&self, alarm: &Entry, part: &str) -> Result<Option<Entry>> {
        let packs = self.packs();
        let register = self.register(&packs, INCIDENT)?;
        let part = if part.is_empty() { Value::Null } else { Value::Text(part.to_owned()) };
        let query = EntryQuery {
            equals: vec![("part".into(), part), ("closed_at".into(), Value::Null)],
            ..EntryQuery::default()
        };
        let county = self.county;
        let found = self.store.read(|reader| reader.entry_list(county, register, &query))?;
        let directory = self.directory();
        let same_rule = |incident: &Entry| {
            part_of_rule(incident, alarm)
                && directory.is_within(alarm.unit, incident.unit)
                && moment(incident, "closed_at").is_none()
        };
        Ok(found.into_iter().find(same_rule))
    }

    /// A new entry beside an alarm.
    fn made(
        &self,
        actor: &Actor,
        register: &Register,
        id: uuid::Uuid,
        alarm: &Entry,
        says: Vec<(&str, Value)>,
    ) -> EntryWrite {
        let mut values: IndexMap<String, Value> =
            register.fields.keys().map(|field| (field.clone(), Value::Null)).collect();
        values.extend(says.into_iter().map(|(field, value)| (field.to_owned(), value)));
        EntryWrite {
            id: EntryId(id),
            unit: alarm.unit,
            person: None,
            day: actor.today(),
            values,
            expect_version: None,
            on_time: None,
            actor: signer(actor),
            at: actor.now,
            reason: None,
        }
    }
}

/// Alarms without a breakdown belong together only under the same rule.
fn part_of_rule(incident: &Entry, alarm: &Entry) -> bool {
    let word =
        |entry: &Entry, field: &str| entry.values.get(field).and_then(Value::as_text).map(str::to_owned);
    word(alarm, "part").is_some() || word(incident, "signal") == word(alarm, "signal")
}

/// The alarm with its link to the incident.
fn linked(actor: &Actor, alarm: Entry, incident: uuid::Uuid) -> EntryWrite {
    let mut values = alarm.values;
    values.insert("incident".to_owned(), Value::Text(incident.to_string()));
    EntryWrite {
        id: alarm.id,
        unit: alarm.unit,
        person: alarm.person,
        day: alarm.day,
        values,
        expect_version: Some(alarm.version),
        on_time: alarm.on_time,
        actor: signer(actor),
        at: actor.now,
        reason: None,
    }
}
