//! Every series judged over the last weeks: statistical methods once a day, and fixed thresholds as a safety net.

use super::episode::{Days, judged_episodes, shift, threshold_episodes};
use super::judge::judge;
use super::watch::{ALARM, SeriesId, Watch, whole};
use crate::actor::Actor;
use crate::directory::exists_on;
use crate::error::{Result, WorkError};
use crate::work::Work;
use hygeia_pack::model::{Method, Signal};
use hygeia_store::{EntryQuery, OrgUnitId, Reader, Writer};
use jiff::civil::Date;
use std::collections::BTreeMap;

/// Days back that the daily run judges anew: late and corrected entries are seen within them.
const BACK: i32 = 60;

/// Days of history that are read for the methods that look years back, and for the others.
const YEARS_OF_HISTORY: i32 = 6 * 366;
const WEEKS_OF_HISTORY: i32 = 270;

/// What a run came to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize)]
pub struct Detection {
    /// Series judged.
    pub series: usize,
    /// Alarms that hold after the run and had their day within it.
    pub alarms: i64,
}

impl Work {
    /// Judges every series up to `day` and brings the alarms in line; running it twice changes nothing.
    ///
    /// # Errors
    ///
    /// When the actor is not the system or a designer of the whole county, or the database fails.
    pub fn detect(&self, actor: &Actor, day: Date) -> Result<Detection> {
        self.detect_between(actor, shift(day, -BACK), day)
    }

    /// Like [`Work::detect`], for any stretch of days: after a bulk load, or for a year in review.
    ///
    /// # Errors
    ///
    /// As [`Work::detect`].
    pub fn detect_between(&self, actor: &Actor, from: Date, to: Date) -> Result<Detection> {
        let (packs, directory) = (self.packs(), self.directory());
        let top = directory.roots().next().ok_or_else(|| WorkError::NotFound("县级机构".into()))?;
        actor.must_have(&packs, &directory, crate::actor::Right::Design, top.id)?;
        let watch = self.watch(actor.now);
        let mut outcome = Detection::default();
        for number in 0..packs.signals.len() {
            // One transaction per signal: entries made meanwhile do not wait for the whole run.
            let own = watch.clone();
            outcome.series += self.store.write(move |writer| own.judge_signal(writer, number, (from, to)))?;
        }
        let Some(register) = packs.registers.get(ALARM) else { return Ok(outcome) };
        let query = EntryQuery { from: Some(from), to: Some(to), ..EntryQuery::default() };
        outcome.alarms = self.store.read(|reader| reader.entry_count(self.county, register, &query))?;
        Ok(outcome)
    }
}

impl Watch {
    /// Judges all series of a signal; how many there were.
    fn judge_signal(
        &self,
        writer: &mut Writer<'_>,
        number: usize,
        (from, to): (Date, Date),
    ) -> hygeia_store::Result<usize> {
        let Some((_, signal)) = self.packs.signals.get_index(number).filter(|(_, signal)| !signal.is_off)
        else {
            return Ok(0);
        };
        let range = (shift(from, -history_days(signal.method)), to);
        let began = self.began(writer, signal, range)?.unwrap_or(to);
        let mut all = self.all_series(writer, signal, number, range)?;
        for series in self.series_with_alarms(writer, number, (from, to))? {
            all.entry(series).or_default();
        }
        for (series, cases) in &all {
            let Some(limit) = signal.limit_of(&series.part) else { continue };
            let (edge, episodes) = if signal.method.is_immediate() {
                (shift(range.0, i32::from(limit.days)), threshold_episodes(cases, limit))
            } else {
                let first = shift(from, -BACK);
                let judged = judge(signal.method, limit, cases, began, (first, to), &self.calendar);
                (first, judged_episodes(cases, &judged))
            };
            let edge = Some(edge).filter(|edge| *edge > began);
            self.reconcile(writer, series, (from, to), edge, episodes)?;
            self.refresh_incidents(writer, series)?;
        }
        Ok(all.len())
    }

    /// First day with anything counted in the county: what lies before is unknown.
    pub(super) fn began(
        &self,
        reader: &mut Reader<'_>,
        signal: &Signal,
        range: (Date, Date),
    ) -> hygeia_store::Result<Option<Date>> {
        let roots: Vec<OrgUnitId> = self.directory.roots().map(|unit| unit.id).collect();
        let mut first = None;
        for measure in &signal.watches {
            let days = reader.cell_days(self.county, measure, &roots, None, range.0, range.1)?;
            first = days.into_iter().map(|(_, day, _)| day).chain(first).min();
        }
        Ok(first)
    }

    /// The watched series with any case in a range.
    pub(super) fn all_series(
        &self,
        reader: &mut Reader<'_>,
        signal: &Signal,
        number: usize,
        range: (Date, Date),
    ) -> hygeia_store::Result<BTreeMap<SeriesId, Days>> {
        let units: Vec<OrgUnitId> = self
            .directory
            .all()
            .into_iter()
            .filter(|unit| signal.at.contains(&unit.kind) && exists_on(unit, range.1))
            .map(|unit| unit.id)
            .collect();
        let whole_only = (!signal.by_part).then_some("");
        let mut all: BTreeMap<SeriesId, Days> = BTreeMap::new();
        for measure in &signal.watches {
            for cell in reader.cell_series(self.county, measure, &units, whole_only, range)? {
                if signal.by_part == cell.part.is_empty() {
                    continue;
                }
                let series = SeriesId { signal: number, unit: cell.unit, part: cell.part };
                *all.entry(series).or_default().entry(cell.day).or_default() += whole(cell.value);
            }
        }
        all.retain(|series, _| signal.limit_of(&series.part).is_some());
        Ok(all)
    }
}

/// Whether a method compares with past years.
pub(super) fn looks_years_back(method: Method) -> bool {
    matches!(method, Method::MovingPercentile | Method::FarringtonFlexible)
}

/// Days of history a method needs before the days it judges.
pub(super) fn history_days(method: Method) -> i32 {
    if looks_years_back(method) { YEARS_OF_HISTORY } else { WEEKS_OF_HISTORY }
}
