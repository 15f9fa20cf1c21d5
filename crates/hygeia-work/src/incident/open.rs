//! A confirmed alarm opens an incident with the steps of its response.

use super::field::{day_of, text, word};
use super::{INCIDENT, STEP};
use crate::actor::{Action, Actor};
use crate::entry::signer;
use crate::error::{FieldProblem, Result, WorkError};
use crate::signal::{ALARM, CONFIRMED};
use crate::work::Work;
use hygeia_expr::Value;
use hygeia_pack::model::{PackSet, Register, Response, STATE, Signal};
use hygeia_store::{Entry, EntryId, EntryQuery, EntryWrite, Put};
use indexmap::IndexMap;
use std::sync::Arc;

/// What the person who opens an incident decides.
#[derive(Debug, Clone, Default)]
pub struct Opening {
    /// Code of the level; a cluster when empty.
    pub level: String,
    /// Longest incubation period in days; needed where the response has no figure.
    pub incubation_days: Option<u16>,
}

type Says = Vec<(&'static str, Value)>;
type Writes = Vec<(Arc<Register>, EntryWrite)>;

/// The response a signal's alarm of a part is answered with.
pub(crate) fn response_of<'p>(packs: &'p PackSet, signal: &Signal, part: &str) -> Option<&'p Response> {
    let known = signal.opens.iter().filter_map(|id| packs.responses.get(id.as_str()));
    known.into_iter().find(|response| response.facts.is_empty() || response.facts.contains_key(part))
}

impl Work {
    /// Opens an incident from a confirmed alarm: the incident, its steps with their clocks and the alarm's link in one
    /// transaction. An open incident of the same disease at the unit or above takes the alarm in; its id is returned
    /// then.
    ///
    /// # Errors
    ///
    /// When the actor may not, the alarm is not confirmed, or the incubation period is not known.
    pub fn incident_open(&self, actor: &Actor, alarm: uuid::Uuid, opening: &Opening) -> Result<uuid::Uuid> {
        let (view, _) = self.entry_open(actor, ALARM, alarm)?;
        let alarm = view.entry;
        let packs = self.packs();
        let register = self.register(&packs, INCIDENT)?;
        actor.must(&self.directory(), register, Action::Enter, alarm.unit)?;
        if word(&alarm, STATE) != CONFIRMED {
            return Err(WorkError::Bad("请先核实该预警，核实属实后才能开立疫情".into()));
        }
        if let Ok(known) = word(&alarm, "incident").parse() {
            return Ok(known);
        }
        let alarms = Arc::new(self.register(&packs, ALARM)?.clone());
        let known = self.open_incident(&alarm)?.map(|open| open.id.0);
        let id = known.unwrap_or_else(|| self.ids.next(actor.now));
        let mut writes = vec![(alarms, linked(actor, &alarm, id))];
        if known.is_none() {
            writes.extend(self.opened(actor, &packs, &alarm, opening, id)?);
        }
        let watch = self.watch(actor.now);
        let taken = self.store.write(move |writer| {
            for (register, write) in writes {
                // The alarm comes first: one that has changed meanwhile stops the whole.
                if let Put::Conflict { current } = watch.put_own(writer, &register, write)? {
                    return Ok(Some(current.version));
                }
            }
            Ok(None)
        })?;
        taken.map_or(Ok(id), |current| Err(WorkError::Conflict { current }))
    }

    /// The incident and its steps.
    fn opened(
        &self,
        actor: &Actor,
        packs: &PackSet,
        alarm: &Entry,
        opening: &Opening,
        id: uuid::Uuid,
    ) -> Result<Writes> {
        let signal = self.signal(word(alarm, "signal"))?;
        let part = word(alarm, "part");
        let response = response_of(packs, &signal, part)
            .ok_or_else(|| WorkError::Bad(format!("“{}”没有对应的处置方案", signal.title.zh)))?;
        let facts = response.facts.get(part);
        let given = opening.incubation_days.filter(|days| (1..=365).contains(days));
        let Some(incubation) = given.or_else(|| facts.and_then(|facts| facts.incubation_days)) else {
            let message = "没有该病的潜伏期资料，请填写最长潜伏期（1 至 365 天）";
            return Err(WorkError::Invalid(vec![FieldProblem::error("incubation_days", message)]));
        };
        let observe = facts.and_then(|facts| facts.observe_days).unwrap_or(incubation);
        let level = if opening.level.is_empty() { "cluster" } else { opening.level.as_str() };
        let name = format!("{} {}", self.directory().full_title(alarm.unit), word(alarm, "subject"));
        let disease = self.watch(actor.now).part_title(&signal, part);
        let says = vec![
            ("date", Value::Date(actor.today())),
            ("name", Value::Text(name.chars().take(120).collect())),
            ("level", Value::Text(level.to_owned())),
            ("opened_at", Value::DateTime(actor.local())),
            ("signal", text(word(alarm, "signal"))),
            ("part", text(part)),
            ("disease", text(disease.as_deref().unwrap_or_default())),
            ("response", Value::Text(response.id.to_string())),
            ("since", Value::Date(day_of(alarm, "since").unwrap_or(alarm.day))),
            ("last_case", Value::Date(day_of(alarm, "until").unwrap_or(alarm.day))),
            ("cases", alarm.values.get("cases").cloned().unwrap_or_default()),
            ("incubation_days", Value::Int(incubation.into())),
            ("observe_days", Value::Int(observe.into())),
            ("close_after", Value::Int(response.close_after.into())),
            ("open_steps", Value::Int(i64::try_from(response.steps.len()).unwrap_or(i64::MAX))),
        ];
        let register = Arc::new(self.register(packs, INCIDENT)?.clone());
        let mut writes = vec![(Arc::clone(&register), made(actor, &register, id, alarm, says))];
        let steps = Arc::new(self.register(packs, STEP)?.clone());
        for (code, step) in &response.steps {
            let owner = step.role.as_ref().and_then(|role| packs.roles.get(role));
            let says = vec![
                ("date", Value::Date(actor.today())),
                ("incident", Value::Text(id.to_string())),
                ("step", Value::Text(code.clone())),
                ("title", Value::Text(step.title.zh.clone())),
                ("help", text(step.help.as_deref().unwrap_or_default())),
                ("owner", owner.map_or(Value::Null, |role| Value::Text(role.title.zh.clone()))),
                ("within_hours", Value::Int(step.within_hours.into())),
            ];
            writes.push((Arc::clone(&steps), made(actor, &steps, self.ids.next(actor.now), alarm, says)));
        }
        Ok(writes)
    }

    /// An open incident of the same disease at the alarm's unit or above.
    fn open_incident(&self, alarm: &Entry) -> Result<Option<Entry>> {
        let packs = self.packs();
        let register = self.register(&packs, INCIDENT)?;
        let query = EntryQuery {
            equals: vec![("part".into(), text(word(alarm, "part"))), ("closed_at".into(), Value::Null)],
            ..EntryQuery::default()
        };
        let county = self.county;
        let found = self.store.read(|reader| reader.entry_list(county, register, &query))?;
        let directory = self.directory();
        // Alarms without a breakdown belong together only under the same rule.
        let same_rule = |incident: &Entry| {
            !word(alarm, "part").is_empty() || word(incident, "signal") == word(alarm, "signal")
        };
        let takes = |incident: &Entry| same_rule(incident) && directory.is_within(alarm.unit, incident.unit);
        Ok(found.into_iter().find(takes))
    }
}

/// A new entry beside an alarm.
fn made(actor: &Actor, register: &Register, id: uuid::Uuid, alarm: &Entry, says: Says) -> EntryWrite {
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

/// The alarm with its link to the incident.
fn linked(actor: &Actor, alarm: &Entry, incident: uuid::Uuid) -> EntryWrite {
    let mut values = alarm.values.clone();
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
