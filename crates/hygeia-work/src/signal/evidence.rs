//! An alarm with its evidence: the days of its series, the limit, and where the cases stand.

use super::alarm::RAISED;
use super::episode::shift;
use super::judge::{Judged, judge};
use super::watch::{ALARM, SeriesId};
use crate::actor::Actor;
use crate::entry::{EntryView, Listing};
use crate::error::Result;
use crate::work::Work;
use hygeia_expr::Value;
use hygeia_pack::model::{MeasureId, RegisterId, STATE, Signal, SignalLimit};
use hygeia_store::{Change, OrgUnitId};
use jiff::civil::Date;

/// Days shown before and after the days of an alarm.
const BEFORE: i32 = 28;
const AFTER: i32 = 14;

/// An alarm, its rule and its evidence.
#[derive(Debug, Clone)]
pub struct AlarmView {
    /// The alarm.
    pub view: EntryView,
    /// Changes, newest first.
    pub history: Vec<Change>,
    /// Its rule; `None` when the pack no longer has it.
    pub signal: Option<Signal>,
    /// The limit in force now.
    pub limit: Option<SignalLimit>,
    /// Cases by day around the alarm.
    pub days: Vec<(Date, i64)>,
    /// The days as the method sees them.
    pub judged: Vec<Judged>,
    /// Registers and measures whose entries are behind it.
    pub sources: Vec<(RegisterId, MeasureId)>,
}

impl Work {
    /// Alarms of a unit's subtree, newest first; only those nobody has verified when `open`.
    ///
    /// # Errors
    ///
    /// When the actor may not see alarms there, or the database fails.
    pub fn alarm_list(
        &self,
        actor: &Actor,
        unit: OrgUnitId,
        open: bool,
        limit: u32,
    ) -> Result<(Vec<EntryView>, i64)> {
        let mut listing = Listing { unit: Some(unit), limit, ..Listing::default() };
        if open {
            listing.equals = vec![(STATE.into(), RAISED.into()), ("withdrawn".into(), "false".into())];
        }
        let page = self.entry_list(actor, ALARM, &listing)?;
        Ok((page.entries, page.total))
    }

    /// One alarm with its evidence.
    ///
    /// # Errors
    ///
    /// When there is no such alarm, or none the actor may see.
    pub fn alarm_open(&self, actor: &Actor, id: uuid::Uuid) -> Result<AlarmView> {
        let (view, history) = self.entry_open(actor, ALARM, id)?;
        let packs = self.packs();
        let text = |field: &str| {
            view.entry.values.get(field).and_then(Value::as_text).unwrap_or_default().to_owned()
        };
        let day = |field: &str| match view.entry.values.get(field) {
            Some(Value::Date(day)) => *day,
            _ => view.entry.day,
        };
        let number = packs.signals.get_index_of(text("signal").as_str());
        let signal =
            number.and_then(|number| packs.signals.get_index(number)).map(|(_, signal)| signal.clone());
        let (Some(number), Some(signal)) = (number, signal) else {
            return Ok(AlarmView {
                view,
                history,
                signal: None,
                limit: None,
                days: vec![],
                judged: vec![],
                sources: vec![],
            });
        };
        let series = SeriesId { signal: number, unit: view.entry.unit, part: text("part") };
        let limit = signal.limit_of(&series.part).cloned();
        let (from, to) = (shift(day("since"), -BEFORE), shift(day("until"), AFTER).min(actor.today()));
        let watch = self.watch(actor.now);
        let history_from = shift(from, -super::detect::history_days(signal.method));
        let (cases, began) = self.store.read(|reader| {
            let cases = watch.cases(reader, &signal, &series, (history_from, to))?;
            Ok((cases, watch.began(reader, &signal, (history_from, to))?.unwrap_or(to)))
        })?;
        let judged = limit
            .as_ref()
            .map(|limit| judge(signal.method, limit, &cases, began, (from, to), &watch.calendar));
        let days = std::iter::successors(Some(from), |day| day.tomorrow().ok()).take_while(|day| *day <= to);
        let days = days.map(|day| (day, cases.get(&day).copied().unwrap_or(0))).collect();
        let sources = signal.watches.iter().filter_map(|id| {
            let register = packs.measures.get(id.as_str())?.register()?;
            Some((register.clone(), id.clone()))
        });
        let sources = sources.collect();
        Ok(AlarmView {
            view,
            history,
            signal: Some(signal),
            limit,
            days,
            judged: judged.unwrap_or_default(),
            sources,
        })
    }
}
