//! Open incidents follow the cases, their number and the last one, and the steps that are still to do.

use super::field::{day_of, moment, word};
use super::{INCIDENT, STEP, TODO};
use crate::signal::{SeriesId, Watch, shift};
use hygeia_expr::Value;
use hygeia_pack::model::STATE;
use hygeia_store::{AccountId, Actor as Signer, Entry, EntryId, EntryQuery, EntryWrite, Result, Writer};
use jiff::civil::Date;

impl Watch {
    /// Brings the open incidents of a series in line with its cases.
    pub(crate) fn refresh_incidents(&self, writer: &mut Writer<'_>, series: &SeriesId) -> Result<()> {
        let (Some(register), Some((signal, _))) =
            (self.packs.registers.get(INCIDENT), self.signal_of(series))
        else {
            return Ok(());
        };
        let part = if series.part.is_empty() { Value::Null } else { Value::Text(series.part.clone()) };
        let query = EntryQuery {
            equals: vec![
                ("signal".to_owned(), Value::Text(signal.id.to_string())),
                ("part".to_owned(), part),
                ("closed_at".to_owned(), Value::Null),
            ],
            ..EntryQuery::default()
        };
        let found = writer.entry_list(self.county, register, &query)?;
        for incident in found.into_iter().filter(|incident| incident.unit == series.unit) {
            let cases = self.cases(writer, signal, series, (first_day(&incident), Date::MAX))?;
            let counted = cases.iter().filter(|(_, cases)| **cases > 0);
            let Some((last, _)) = counted.clone().next_back() else { continue };
            let total: i64 = counted.map(|(_, cases)| cases).sum();
            self.amend(
                writer,
                incident,
                [("cases", Value::Int(total)), ("last_case", Value::Date(*last))].to_vec(),
            )?;
        }
        Ok(())
    }

    /// Brings the incident of a step in line with what is still to do.
    pub(crate) fn follow_steps(&self, writer: &mut Writer<'_>, step: EntryId) -> Result<()> {
        let registers = &self.packs.registers;
        let (Some(steps), Some(incidents)) = (registers.get(STEP), registers.get(INCIDENT)) else {
            return Ok(());
        };
        let incident = writer.entry_get(self.county, steps, step)?;
        let Some(id) = incident.as_ref().and_then(|step| word(step, "incident").parse().ok()) else {
            return Ok(());
        };
        let query = EntryQuery {
            equals: vec![
                ("incident".to_owned(), Value::Text(uuid::Uuid::to_string(&id))),
                (STATE.to_owned(), Value::from(TODO)),
            ],
            ..EntryQuery::default()
        };
        let open = writer.entry_count(self.county, steps, &query)?;
        match writer.entry_get(self.county, incidents, EntryId(id))? {
            Some(incident) if !incident.void => {
                self.amend(writer, incident, vec![("open_steps", Value::Int(open))])
            }
            _ => Ok(()),
        }
    }

    /// Writes fields of an incident that was just read.
    fn amend(&self, writer: &mut Writer<'_>, incident: Entry, says: Vec<(&str, Value)>) -> Result<()> {
        let Some(register) = self.packs.registers.get(INCIDENT) else { return Ok(()) };
        if says.iter().all(|(field, value)| incident.values.get(*field) == Some(value)) {
            return Ok(());
        }
        let mut values = incident.values;
        values.extend(says.into_iter().map(|(field, value)| (field.to_owned(), value)));
        let write = EntryWrite {
            id: incident.id,
            unit: incident.unit,
            person: None,
            day: incident.day,
            values,
            expect_version: Some(incident.version),
            on_time: incident.on_time,
            actor: Signer { account: AccountId(0), name: "系统".to_owned() },
            at: self.at,
            reason: None,
        };
        self.put_own(writer, register, write).map(drop)
    }
}

pub(super) fn incubation_days(incident: &Entry) -> i64 {
    match incident.values.get("incubation_days") {
        Some(Value::Int(days)) => *days,
        _ => 0,
    }
}

/// First day whose cases belong to an incident: one longest incubation period before its first.
pub(super) fn first_day(incident: &Entry) -> Date {
    let since = day_of(incident, "since").unwrap_or(incident.day);
    shift(since, -i32::try_from(incubation_days(incident)).unwrap_or(0))
}

/// Last day whose cases belong to an incident: the day it was closed.
pub(super) fn last_day(incident: &Entry, today: Date) -> Date {
    moment(incident, "closed_at").map_or(today, |at| at.date())
}
