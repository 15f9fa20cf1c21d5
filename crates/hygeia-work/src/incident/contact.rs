//! What is added to an incident while it lasts: contacts under observation and situation reports.

use super::{CONTACT, REPORT};
use crate::actor::Actor;
use crate::entry::Submission;
use crate::error::{FieldProblem, Result, WorkError};
use crate::signal::shift;
use crate::work::Work;
use hygeia_expr::Value;
use hygeia_store::{OrgUnitId, PersonId};
use jiff::civil::Date;
use std::collections::BTreeSet;

impl Work {
    /// Registers everybody of a unit who is not among the cases as a contact; how many were added.
    ///
    /// # Errors
    ///
    /// When the actor may not enter contacts there, or the unit does not belong to the incident.
    pub fn contacts_of_unit(
        &self,
        actor: &Actor,
        id: uuid::Uuid,
        unit: OrgUnitId,
        last_contact: Date,
    ) -> Result<usize> {
        let room = self.incident_room(actor, id)?;
        let directory = self.directory();
        if !directory.is_within(unit, room.incident.entry.unit) {
            return Err(WorkError::NotFound("该机构".into()));
        }
        if last_contact > actor.today() {
            let message = format!("末次接触日期 {last_contact} 晚于今天，请核对");
            return Err(WorkError::Invalid(vec![FieldProblem::error("date", message)]));
        }
        let days = match room.incident.entry.values.get("observe_days") {
            Some(Value::Int(days)) => i32::try_from(*days).unwrap_or(0),
            _ => i32::try_from(room.incubation_days()).unwrap_or(0),
        };
        let known: BTreeSet<PersonId> = room.cases.iter().filter_map(|case| case.view.entry.person).collect();
        let listed: BTreeSet<PersonId> = room.contacts.iter().filter_map(|view| view.entry.person).collect();
        let path = directory.get(unit).map(|unit| unit.path.clone()).unwrap_or_default();
        let county = self.county;
        let roll = self.store.read(|reader| reader.roll(county, &path, last_contact, "child"))?;
        let mut added = 0;
        for (person, home) in roll {
            if known.contains(&person.id) || listed.contains(&person.id) {
                continue;
            }
            let until = shift(last_contact, days);
            let values = serde_json::json!({ "date": last_contact.to_string(), "incident": id.to_string(), "observe_until": until.to_string() });
            let submission = Submission {
                org_unit: directory.get(home).map(|unit| unit.code.clone()),
                person: Some(person.code.clone()),
                values: values.as_object().cloned().unwrap_or_default(),
                ..Submission::default()
            };
            self.entry_submit(actor, CONTACT, submission)?;
            added += 1;
        }
        Ok(added)
    }

    /// Stores a situation report with the figures of the moment.
    ///
    /// # Errors
    ///
    /// When the actor may not, or the text is missing.
    pub fn situation_report(&self, actor: &Actor, id: uuid::Uuid, text: &str) -> Result<()> {
        let room = self.incident_room(actor, id)?;
        let directory = self.directory();
        let new = room.cases.iter().filter(|case| case.view.entry.day == actor.today()).count();
        let values = serde_json::json!({
            "date": actor.today().to_string(), "incident": id.to_string(), "cases": room.cases.len(),
            "new_cases": new, "contacts": room.watched(), "text": text,
        });
        let submission = Submission {
            org_unit: directory.get(room.incident.entry.unit).map(|unit| unit.code.clone()),
            values: values.as_object().cloned().unwrap_or_default(),
            ..Submission::default()
        };
        self.entry_submit(actor, REPORT, submission).map(drop)
    }
}
