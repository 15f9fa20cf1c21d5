//! Open incidents follow the cases: their number, the last one, and the day that may be the end.

use super::INCIDENT;
use super::act::{day_of, moment};
use crate::signal::{SeriesId, Watch, shift};
use hygeia_expr::Value;
use hygeia_store::{AccountId, Actor as Signer, Entry, EntryQuery, EntryWrite, Result, Writer};
use jiff::civil::Date;

/// The first day after the incubation periods without a new case have passed.
pub(crate) fn closable_on(last_case: Date, incubation_days: i64, periods: u16) -> Date {
    let days = incubation_days.saturating_mul(periods.into()).saturating_add(1);
    shift(last_case, i32::try_from(days).unwrap_or(i32::MAX))
}

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
            let periods = incident.values.get("response").and_then(Value::as_text);
            let periods =
                periods.and_then(|id| self.packs.responses.get(id)).map_or(2, |found| found.close_after);
            let says = [
                ("cases", Value::Int(total)),
                ("last_case", Value::Date(*last)),
                ("closable_on", Value::Date(closable_on(*last, incubation_days(&incident), periods))),
            ];
            if says.iter().all(|(field, value)| incident.values.get(*field) == Some(value)) {
                continue;
            }
            let mut values = incident.values.clone();
            values.extend(says.map(|(field, value)| (field.to_owned(), value)));
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
            writer.entry_put(self.county, register, write)?;
        }
        Ok(())
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
