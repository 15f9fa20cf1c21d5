//! What an entry moves: the series it stands in, judged within the entry's own transaction.

use super::episode::{Days, shift, threshold_episodes};
use crate::calendar::Calendar;
use crate::directory::Directory;
use crate::ids::Ids;
use crate::work::Work;
use hygeia_expr::Value;
use hygeia_pack::model::{Measure, MeasureKind, PackSet, Register, RegisterId, Signal, SignalLimit};
use hygeia_store::{
    Actor as Signer, CountyId, Entry, EntryId, EntryReady, OrgUnitId, Put, Reader, Rehome, Result, Writer,
};
use jiff::Timestamp;
use jiff::civil::Date;
use std::collections::BTreeSet;
use std::ops::Bound::{Excluded, Included};
use std::sync::Arc;

/// The register alarms are kept in.
pub(crate) const ALARM: &str = "core.alarm";

/// Days on each side of a changed day that are read first; more when a run goes on beyond them.
const FIRST_REACH: i32 = 60;

/// Everything judging needs besides the database.
#[derive(Clone)]
pub(crate) struct Watch {
    pub(crate) county: CountyId,
    pub(crate) packs: Arc<PackSet>,
    pub(super) directory: Arc<Directory>,
    pub(super) calendar: Arc<Calendar>,
    pub(crate) at: Timestamp,
    pub(super) ids: Arc<Ids>,
}

/// One series of a signal: a unit with its subtree, and one option of the breakdown (empty for the whole).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct SeriesId {
    /// Place of the signal among the packs' signals.
    pub signal: usize,
    pub unit: OrgUnitId,
    pub part: String,
}

impl Work {
    /// What judges entries of any register.
    pub(crate) fn watch(&self, at: Timestamp) -> Watch {
        Watch {
            county: self.county(),
            packs: self.packs(),
            directory: self.directory(),
            calendar: self.calendar(),
            at,
            ids: Arc::clone(&self.ids),
        }
    }

    /// What judges entries of a register as they are made; `None` when no signal watches it.
    pub(crate) fn watch_on(&self, register: &RegisterId, at: Timestamp) -> Option<Watch> {
        let packs = self.packs();
        let is_watched = packs.registers.contains_key(ALARM)
            && packs
                .signals
                .values()
                .any(|signal| signal.method.is_immediate() && reads(&packs, signal, register));
        is_watched.then(|| self.watch(at))
    }
}

/// Whether a signal watches measures over a register.
fn reads(packs: &PackSet, signal: &Signal, register: &RegisterId) -> bool {
    !signal.is_off && measures(packs, signal).any(|measure| measure.register() == Some(register))
}

fn measures<'p>(packs: &'p PackSet, signal: &'p Signal) -> impl Iterator<Item = &'p Measure> {
    signal.watches.iter().filter_map(|id| packs.measures.get(id.as_str()))
}

impl Watch {
    /// Stores an entry and brings the alarms it moves in line, all or nothing.
    pub(crate) fn put(&self, writer: &mut Writer<'_>, register: &Register, ready: EntryReady) -> Result<Put> {
        let id = ready.id();
        self.around(writer, register, id, |writer, county| writer.entry_put_ready(county, register, ready))
    }

    /// Voids or restores an entry and brings the alarms it moves in line.
    pub(crate) fn set_void(
        &self,
        writer: &mut Writer<'_>,
        register: &Register,
        id: EntryId,
        void: bool,
        (actor, reason): (Signer, Option<String>),
    ) -> Result<Put> {
        let at = self.at;
        self.around(writer, register, id, |writer, county| {
            writer.entry_set_void(county, register, id, void, actor, at, reason)
        })
    }

    /// Takes an entry to another unit and brings the alarms of both in line.
    pub(crate) fn rehome(
        &self,
        writer: &mut Writer<'_>,
        register: &Register,
        id: EntryId,
        step: Rehome<'_>,
    ) -> Result<Put> {
        self.around(writer, register, id, |writer, county| writer.entry_rehome(county, register, id, step))
    }

    /// Runs a write of one entry, then judges what differs between before and after.
    pub(crate) fn around(
        &self,
        writer: &mut Writer<'_>,
        register: &Register,
        id: EntryId,
        run: impl FnOnce(&mut Writer<'_>, CountyId) -> Result<Put>,
    ) -> Result<Put> {
        let before = writer.entry_get(self.county, register, id)?;
        let put = run(writer, self.county)?;
        if matches!(put, Put::Created { .. } | Put::Updated { .. }) {
            let after = writer.entry_get(self.county, register, id)?;
            for (series, day) in self.moved(register, before.as_ref(), after.as_ref()) {
                self.judge_around(writer, &series, (day, day))?;
            }
        }
        Ok(put)
    }

    /// Judges what many new entries move, each stretch of days of a series once.
    pub(crate) fn judge_made(
        &self,
        writer: &mut Writer<'_>,
        register: &Register,
        made: &[EntryId],
    ) -> Result<()> {
        let mut moved = BTreeSet::new();
        for id in made {
            let entry = writer.entry_get(self.county, register, *id)?;
            moved.extend(self.moved(register, None, entry.as_ref()));
        }
        let mut stretch: Option<(SeriesId, (Date, Date))> = None;
        for (series, day) in moved {
            match &mut stretch {
                Some((own, (_, last))) if *own == series && day <= shift(*last, FIRST_REACH) => *last = day,
                _ => {
                    if let Some((own, days)) = stretch.replace((series, (day, day))) {
                        self.judge_around(writer, &own, days)?;
                    }
                }
            }
        }
        stretch.map_or(Ok(()), |(own, days)| self.judge_around(writer, &own, days))
    }

    /// The series and days whose numbers a change of an entry moves.
    fn moved(
        &self,
        register: &Register,
        before: Option<&Entry>,
        after: Option<&Entry>,
    ) -> BTreeSet<(SeriesId, Date)> {
        let mut moved = BTreeSet::new();
        for (number, signal) in self.packs.signals.values().enumerate() {
            if !signal.method.is_immediate() || !reads(&self.packs, signal, &register.id) {
                continue;
            }
            for measure in measures(&self.packs, signal).filter(|m| m.register() == Some(&register.id)) {
                let old = self.places(number, signal, measure, before);
                let new = self.places(number, signal, measure, after);
                match measure.kind {
                    // The same place may hold another amount.
                    MeasureKind::Sum { .. } => moved.extend(old.union(&new).cloned()),
                    _ => moved.extend(old.symmetric_difference(&new).cloned()),
                }
            }
        }
        moved
    }

    /// The series and the day a measure counts an entry in.
    fn places(
        &self,
        number: usize,
        signal: &Signal,
        measure: &Measure,
        entry: Option<&Entry>,
    ) -> BTreeSet<(SeriesId, Date)> {
        let Some(entry) = entry.filter(|entry| !entry.void) else { return BTreeSet::new() };
        if measure.filter().is_some_and(|filter| !filter.expr.eval(&entry.values).is_true()) {
            return BTreeSet::new();
        }
        let mut places = BTreeSet::new();
        for part in parts(signal, measure, entry).into_iter().filter(|part| signal.limit_of(part).is_some()) {
            for unit in signal.at.iter().filter_map(|kind| self.directory.above_of_kind(entry.unit, kind)) {
                let series = SeriesId { signal: number, unit: unit.id, part: part.clone() };
                places.insert((series, entry.day));
            }
        }
        places
    }

    /// Judges a fixed threshold around a stretch of changed days.
    fn judge_around(
        &self,
        writer: &mut Writer<'_>,
        series: &SeriesId,
        (first, last): (Date, Date),
    ) -> Result<()> {
        let Some((signal, limit)) = self.signal_of(series) else { return Ok(()) };
        let (signal, limit) = (signal.clone(), limit.clone());
        let window = i32::from(limit.days);
        let region = (shift(first, 1 - window), shift(last, window - 1));
        let mut reach = FIRST_REACH.max(2 * window);
        let episodes = loop {
            let range = (shift(first, -reach), shift(last, reach));
            let cases = self.cases(writer, &signal, series, range)?;
            let episodes = threshold_episodes(&cases, &limit);
            // Complete when no run around the day comes near the ends of what was read.
            let inner = (shift(range.0, window), shift(range.1, -window));
            let is_cut =
                runs_near(&cases, region, window).is_some_and(|(from, to)| from < inner.0 || to > inner.1);
            if !is_cut || reach > 20_000 {
                break episodes;
            }
            reach *= 4;
        };
        self.reconcile(writer, series, region, None, episodes)?;
        self.refresh_incidents(writer, series)
    }

    /// The signal of a series and its limit.
    pub(crate) fn signal_of(&self, series: &SeriesId) -> Option<(&Signal, &SignalLimit)> {
        let (_, signal) = self.packs.signals.get_index(series.signal)?;
        Some((signal, signal.limit_of(&series.part)?))
    }

    /// Cases of a series by day, over all measures of its signal.
    pub(crate) fn cases(
        &self,
        reader: &mut Reader<'_>,
        signal: &Signal,
        series: &SeriesId,
        range: (Date, Date),
    ) -> Result<Days> {
        let mut cases = Days::new();
        for measure in &signal.watches {
            let found =
                reader.cell_series(self.county, measure, &[series.unit], Some(&series.part), range)?;
            for cell in found {
                *cases.entry(cell.day).or_default() += whole(cell.value);
            }
        }
        Ok(cases)
    }
}

/// A number of cases; sums of decimals are rounded.
pub(super) fn whole(value: rust_decimal::Decimal) -> i64 {
    i64::try_from(value.round()).unwrap_or(i64::MAX)
}

/// First and last day of the runs that meet a region.
fn runs_near(cases: &Days, (from, to): (Date, Date), window: i32) -> Option<(Date, Date)> {
    let mut first = *cases.range(from..=to).next()?.0;
    let mut last = *cases.range(from..=to).next_back()?.0;
    while let Some((day, _)) = cases.range(shift(first, 1 - window)..first).next_back() {
        first = *day;
    }
    while let Some((day, _)) = cases.range((Excluded(last), Included(shift(last, window - 1)))).next() {
        last = *day;
    }
    Some((first, last))
}

/// The options of the breakdown an entry stands under; the whole when there is none.
fn parts(signal: &Signal, measure: &Measure, entry: &Entry) -> Vec<String> {
    if !signal.by_part {
        return vec![String::new()];
    }
    match measure.by.as_ref().and_then(|by| entry.values.get(by)) {
        Some(Value::Text(code)) => vec![code.clone()],
        Some(Value::List(codes)) => codes.iter().filter_map(Value::as_text).map(str::to_owned).collect(),
        _ => Vec::new(),
    }
}
