//! The register of alarms, kept in line with the episodes of the data.

use super::episode::Episode;
use super::watch::{ALARM, SeriesId, Watch};
use crate::actor::county_time_zone;
use crate::workflow::put_with_clocks;
use hygeia_expr::Value;
use hygeia_pack::model::{FieldType, Register, STATE, Signal};
use hygeia_store::{AccountId, Actor as Signer, Entry, EntryId, EntryQuery, EntryWrite, Put, Result, Writer};
use indexmap::IndexMap;
use jiff::civil::Date;

/// State of an alarm nobody has verified.
pub(crate) const RAISED: &str = "raised";
/// State of an alarm found to be true.
pub(crate) const CONFIRMED: &str = "confirmed";

/// Whether a person has verified it; the system leaves what they found as it is.
pub(crate) fn is_handled(alarm: &Entry) -> bool {
    alarm.values.get(STATE).and_then(Value::as_text).is_some_and(|state| state != RAISED)
}

/// The stretch of days of a stored alarm.
fn stretch(alarm: &Entry) -> (Date, Date) {
    let day = |field: &str| match alarm.values.get(field) {
        Some(Value::Date(day)) => *day,
        _ => alarm.day,
    };
    (day("since"), day("until"))
}

/// Whether two stretches have a day in common.
fn meet(a: (Date, Date), b: (Date, Date)) -> bool {
    a.0 <= b.1 && a.1 >= b.0
}

impl Watch {
    /// Brings the alarms of a series that meet a region in line with its episodes there.
    ///
    /// An episode continues the alarm it has days in common with, one that a person has handled before others; the
    /// rest of the episodes are new alarms, the rest of the alarms no longer hold: voided, or marked as withdrawn when
    /// a person has handled them. An episode that reaches back to `edge`, the first day that was read, may have begun
    /// before it: its alarm stays as it is.
    pub(super) fn reconcile(
        &self,
        writer: &mut Writer<'_>,
        series: &SeriesId,
        region: (Date, Date),
        edge: Option<Date>,
        episodes: Vec<Episode>,
    ) -> Result<()> {
        let Some((signal, _)) = self.signal_of(series) else { return Ok(()) };
        let Some(register) = self.packs.registers.get(ALARM) else { return Ok(()) };
        let key = self.series_key(signal, series);
        let episodes: Vec<Episode> = episodes.into_iter().filter(|episode| episode.meets(region)).collect();
        // An episode may continue an alarm that ended before the region.
        let within = episodes
            .iter()
            .fold(region, |(from, to), episode| (from.min(episode.since), to.max(episode.until)));
        let mut alarms = self.alarms_of(writer, register, &key, within)?;
        alarms.retain(|alarm| {
            let own = stretch(alarm);
            meet(own, region) || episodes.iter().any(|episode| episode.meets(own))
        });
        // Handled ones first, then the oldest.
        alarms.sort_by_key(|alarm| (!is_handled(alarm), alarm.day, alarm.created_at));
        let mut matched: Vec<(Episode, Option<Entry>)> = Vec::new();
        for episode in episodes {
            let own = alarms.iter().position(|alarm| episode.meets(stretch(alarm)));
            let own = own.map(|at| alarms.remove(at));
            if edge.is_none_or(|edge| episode.since > edge) {
                matched.push((episode, own));
            }
        }
        for alarm in alarms {
            self.withdraw(writer, register, &alarm)?;
        }
        for (episode, alarm) in matched {
            let values = self.alarm_values(writer, register, series, &episode, alarm.as_ref())?;
            // With the version that was read, or a write that says what the alarm first said would pass for that
            // submission sent again.
            let version = alarm.as_ref().map(|alarm| alarm.version);
            let id = alarm.map_or_else(|| EntryId(self.ids.next(self.at)), |alarm| alarm.id);
            let write = self.write_of(id, series, episode.date, values);
            self.put_own(writer, register, EntryWrite { expect_version: version, ..write })?;
        }
        Ok(())
    }

    /// Stores what the program itself writes.
    pub(crate) fn put_own(
        &self,
        writer: &mut Writer<'_>,
        register: &Register,
        write: EntryWrite,
    ) -> Result<Put> {
        put_with_clocks(writer, self.county, register, write, &self.calendar)
    }

    /// What identifies a series among the alarms.
    pub(super) fn series_key(&self, signal: &Signal, series: &SeriesId) -> String {
        let unit = self.directory.get(series.unit).map_or("", |unit| unit.code.as_str());
        format!("{}/{unit}/{}", signal.id, series.part)
    }

    /// Series of a signal that have alarms in a stretch of days.
    pub(super) fn series_with_alarms(
        &self,
        writer: &mut Writer<'_>,
        number: usize,
        (from, to): (Date, Date),
    ) -> Result<Vec<SeriesId>> {
        let (Some(register), Some((id, _))) =
            (self.packs.registers.get(ALARM), self.packs.signals.get_index(number))
        else {
            return Ok(Vec::new());
        };
        let query = EntryQuery {
            from: Some(from),
            to: Some(to),
            equals: vec![("signal".to_owned(), Value::Text(id.to_string()))],
            ..EntryQuery::default()
        };
        let alarms = writer.entry_list(self.county, register, &query)?;
        let series = alarms.into_iter().map(|alarm| SeriesId {
            signal: number,
            unit: alarm.unit,
            part: alarm.values.get("part").and_then(Value::as_text).unwrap_or_default().to_owned(),
        });
        Ok(series.collect())
    }

    fn alarms_of(
        &self,
        writer: &mut Writer<'_>,
        register: &Register,
        key: &str,
        range: (Date, Date),
    ) -> Result<Vec<Entry>> {
        let query = EntryQuery {
            equals: vec![("series".to_owned(), Value::Text(key.to_owned()))],
            ..EntryQuery::default()
        };
        let alarms = writer.entry_list(self.county, register, &query)?;
        Ok(alarms.into_iter().filter(|alarm| meet(stretch(alarm), range)).collect())
    }

    /// An alarm the data no longer bear out.
    fn withdraw(&self, writer: &mut Writer<'_>, register: &Register, alarm: &Entry) -> Result<()> {
        let reason = "数据订正后不再达到阈值".to_owned();
        if is_handled(alarm) {
            let mut values = alarm.values.clone();
            values.insert("withdrawn".to_owned(), Value::Bool(true));
            let write = EntryWrite { reason: Some(reason), ..self.rewrite(alarm, values) };
            self.put_own(writer, register, write)?;
        } else {
            writer.entry_set_void(self.county, register, alarm.id, true, system(), self.at, Some(reason))?;
        }
        Ok(())
    }

    /// The values of an alarm: what the data say, beside what a person has entered.
    fn alarm_values(
        &self,
        writer: &mut Writer<'_>,
        register: &Register,
        series: &SeriesId,
        episode: &Episode,
        alarm: Option<&Entry>,
    ) -> Result<IndexMap<String, Value>> {
        let stored = alarm.map(|alarm| alarm.values.clone());
        let mut values = stored
            .unwrap_or_else(|| register.fields.keys().map(|field| (field.clone(), Value::Null)).collect());
        let Some((signal, limit)) = self.signal_of(series) else { return Ok(values) };
        let text = |text: &str| if text.is_empty() { Value::Null } else { Value::Text(text.to_owned()) };
        let raised = self.at.to_zoned(county_time_zone()).datetime();
        let raised = match values.get("raised") {
            Some(Value::DateTime(raised)) => *raised,
            _ => raised,
        };
        let says = [
            ("date", Value::Date(episode.date)),
            ("signal", text(signal.id.as_str())),
            ("series", Value::Text(self.series_key(signal, series))),
            ("part", text(&series.part)),
            ("subject", Value::Text(self.subject(signal, series))),
            ("since", Value::Date(episode.since)),
            ("until", Value::Date(episode.until)),
            ("cases", Value::Int(episode.cases)),
            ("observed", Value::Int(episode.observed)),
            ("threshold", Value::Int(episode.threshold)),
            ("days", Value::Int(i64::from(limit.days))),
            ("explanation", Value::Text(self.explain(writer, signal, limit, series, episode)?)),
            ("raised", Value::DateTime(raised)),
            ("verify_hours", signal.verify_hours.map_or(Value::Null, |hours| Value::Int(hours.into()))),
            ("withdrawn", Value::Bool(false)),
        ];
        values.extend(says.map(|(field, value)| (field.to_owned(), value)));
        Ok(values)
    }

    /// `流行性腮腺炎：学校托幼机构聚集性病例`
    fn subject(&self, signal: &Signal, series: &SeriesId) -> String {
        match self.part_title(signal, &series.part) {
            Some(part) => format!("{part}：{}", signal.title.zh),
            None => signal.title.zh.clone(),
        }
    }

    /// The name of an option of the breakdown.
    pub(crate) fn part_title(&self, signal: &Signal, part: &str) -> Option<String> {
        let measure = self.packs.measures.get(signal.watches.first()?.as_str())?;
        let register = self.packs.registers.get(measure.register()?.as_str())?;
        match &register.fields.get(measure.by.as_ref()?)?.kind {
            FieldType::Choice(choice) | FieldType::Choices(choice) => {
                choice.option(part).map(|option| option.title.zh.clone())
            }
            _ => None,
        }
    }

    fn write_of(
        &self,
        id: EntryId,
        series: &SeriesId,
        day: Date,
        values: IndexMap<String, Value>,
    ) -> EntryWrite {
        EntryWrite {
            id,
            unit: series.unit,
            person: None,
            day,
            values,
            expect_version: None,
            on_time: None,
            actor: system(),
            at: self.at,
            reason: None,
        }
    }

    fn rewrite(&self, alarm: &Entry, values: IndexMap<String, Value>) -> EntryWrite {
        EntryWrite {
            id: alarm.id,
            unit: alarm.unit,
            person: alarm.person,
            day: alarm.day,
            values,
            expect_version: Some(alarm.version),
            on_time: alarm.on_time,
            actor: system(),
            at: self.at,
            reason: None,
        }
    }
}

/// The system as the one who signs.
fn system() -> Signer {
    Signer { account: AccountId(0), name: "系统".to_owned() }
}
