//! Rules on trial: how often each was right, how fast it was answered, and what another threshold would have done.

use super::alarm::{CONFIRMED, is_handled};
use super::detect::looks_years_back;
use super::episode::{Days, Episode, judged_episodes, shift, threshold_episodes};
use super::judge::judge;
use super::watch::{ALARM, SeriesId, Watch};
use crate::actor::{Actor, Right};
use crate::entry::Listing;
use crate::error::{FieldProblem, Result, WorkError};
use crate::functions::pack_functions;
use crate::work::Work;
use hygeia_expr::Value;
use hygeia_pack::PackSource;
use hygeia_pack::model::{STATE, Signal, SignalId, SignalLimit, Standing};
use hygeia_store::{Entry, NewChange, OrgUnitId, Reader};
use jiff::Timestamp;
use jiff::civil::Date;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::sync::Arc;

/// Days a rule is judged by: the last year.
const YEAR: i32 = 365;

/// How a rule did over the last year.
#[derive(Debug, Clone)]
pub struct RuleLine {
    /// The rule.
    pub signal: Signal,
    /// Alarms that hold.
    pub alarms: usize,
    /// Of these, verified.
    pub verified: usize,
    /// Of these, confirmed.
    pub confirmed: usize,
    /// Median minutes from the alarm to its verification; `None` when none was verified.
    pub response_minutes: Option<i64>,
}

impl RuleLine {
    /// Alarms still to be verified.
    pub fn open(&self) -> usize {
        self.alarms.saturating_sub(self.verified)
    }

    /// Confirmed of verified, in percent; `None` when none was verified.
    pub fn predictive_value(&self) -> Option<f64> {
        (self.verified > 0).then(|| 100.0 * self.confirmed as f64 / self.verified as f64)
    }
}

/// A rule with its limits and what the county changed.
#[derive(Debug, Clone)]
pub struct RuleView {
    /// How it did.
    pub line: RuleLine,
    /// Options of the breakdown with their names and limits; one nameless row for a rule on the whole.
    pub limits: Vec<(String, String, SignalLimit)>,
    /// Changes, newest first: what, who, when.
    pub history: Vec<(hygeia_pack::model::Adjustment, String, Timestamp)>,
    /// Whether the actor may change it.
    pub may_adjust: bool,
}

/// Another setting of a rule.
#[derive(Debug, Clone, Default)]
pub struct RuleChange {
    /// Option of the breakdown (empty for the whole), cases, days.
    pub limits: Vec<(String, u32, u16)>,
    /// Switched off or on.
    pub off: Option<bool>,
    /// Why.
    pub reason: String,
}

/// One alarm of a trial.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct TrialAlarm {
    /// Its day.
    pub date: Date,
    /// Unit with the name of its institution.
    pub unit: String,
    /// Name of the option of the breakdown.
    pub part: String,
    /// Cases in all.
    pub cases: i64,
    /// An alarm of these days was confirmed by a person.
    pub confirmed: bool,
}

/// The last year under the present setting and under another.
#[derive(Debug, Clone, Default)]
pub struct Trial {
    /// Alarms of the present setting.
    pub now: usize,
    /// Alarms of the other.
    pub then: usize,
    /// Alarms that the other would not have given.
    pub lost: Vec<TrialAlarm>,
    /// Alarms that only the other would have given.
    pub gained: Vec<TrialAlarm>,
}

impl Work {
    /// Every rule with its record in a unit's subtree over the last year.
    ///
    /// # Errors
    ///
    /// When the actor may not see alarms of the unit, or the database fails.
    pub fn rule_list(&self, actor: &Actor, unit: OrgUnitId) -> Result<Vec<RuleLine>> {
        let packs = self.packs();
        let alarms = self.alarms_of_year(actor, unit)?;
        Ok(packs.signals.values().map(|signal| line(signal, &alarms)).collect())
    }

    /// One rule.
    ///
    /// # Errors
    ///
    /// When there is no such rule, or as [`Work::rule_list`].
    pub fn rule_open(&self, actor: &Actor, unit: OrgUnitId, id: &str) -> Result<RuleView> {
        let packs = self.packs();
        let signal = self.signal(id)?;
        let watch = self.watch(actor.now);
        let alarms = self.alarms_of_year(actor, unit)?;
        let title = |part: &str| watch.part_title(&signal, part).unwrap_or_else(|| part.to_owned());
        let mut limits: Vec<_> =
            signal.limits.iter().map(|(part, limit)| (part.clone(), title(part), limit.clone())).collect();
        limits.extend(signal.limit.iter().map(|limit| (String::new(), String::new(), limit.clone())));
        let county = self.county;
        let head = format!("adjust: {}\n", signal.id);
        let made = self.store.read(|reader| reader.overlay_history(county))?;
        let made = made.into_iter().filter(|(yaml, ..)| yaml.starts_with(&head));
        let mut history: Vec<_> = signal
            .adjusted
            .iter()
            .cloned()
            .zip(made)
            .map(|(adjustment, (_, actor, at))| (adjustment, actor, at))
            .collect();
        history.reverse();
        let may_adjust = self
            .directory()
            .roots()
            .all(|top| actor.has_right(&packs, &self.directory(), Right::Design, top.id));
        Ok(RuleView { line: line(&signal, &alarms), limits, history, may_adjust })
    }

    /// What the last year would have been under another setting; nothing is changed.
    ///
    /// # Errors
    ///
    /// When the setting has problems, or as [`Work::rule_list`].
    pub fn rule_try(&self, actor: &Actor, unit: OrgUnitId, id: &str, change: &RuleChange) -> Result<Trial> {
        let signal = self.signal(id)?;
        let other = changed(&signal, change)?;
        let alarms = self.alarms_of_year(actor, unit)?;
        let watch = self.watch(actor.now);
        let (from, to) = (shift(actor.today(), -YEAR), actor.today());
        let number = watch.packs.signals.get_index_of(signal.id.as_str()).unwrap_or_default();
        let (now, then) = self.store.read(|reader| {
            let now = watch.episodes_between(reader, &signal, number, (from, to))?;
            Ok((now, watch.episodes_between(reader, &other, number, (from, to))?))
        })?;
        let within = |found: BTreeMap<SeriesId, Vec<Episode>>| -> BTreeMap<SeriesId, Vec<Episode>> {
            found.into_iter().filter(|(series, _)| watch.directory.is_within(series.unit, unit)).collect()
        };
        let (now, then) = (within(now), within(then));
        let only = |a: &BTreeMap<SeriesId, Vec<Episode>>, b: &BTreeMap<SeriesId, Vec<Episode>>| {
            let mut only: Vec<TrialAlarm> = Vec::new();
            for (series, episodes) in a {
                let others = b.get(series).map(Vec::as_slice).unwrap_or_default();
                let alone = episodes
                    .iter()
                    .filter(|own| !others.iter().any(|other| own.meets((other.since, other.until))));
                only.extend(alone.map(|own| watch.trial_alarm(&signal, series, own, &alarms)));
            }
            only.sort();
            only
        };
        let count = |found: &BTreeMap<SeriesId, Vec<Episode>>| found.values().map(Vec::len).sum();
        Ok(Trial { now: count(&now), then: count(&then), lost: only(&now, &then), gained: only(&then, &now) })
    }

    /// Changes a rule for the county: an overlay, with a line in the log of changes. Alarms already given stay.
    ///
    /// # Errors
    ///
    /// When the actor may not, or the setting has problems.
    pub fn rule_adjust(&self, actor: &Actor, id: &str, change: &RuleChange) -> Result<()> {
        let (packs, directory) = (self.packs(), self.directory());
        for top in directory.roots() {
            actor.must_have(&packs, &directory, Right::Design, top.id)?;
        }
        let signal = self.signal(id)?;
        changed(&signal, change)?;
        if change.reason.trim().is_empty() {
            return Err(WorkError::Invalid(vec![FieldProblem::error("reason", "请填写调整原因")]));
        }
        let yaml = overlay(&signal, change);
        let mut sources = self.pack_sources()?;
        sources.push(PackSource::overlay("overlay-new", &yaml));
        let loaded = hygeia_pack::load(&sources, &pack_functions())
            .map_err(|problems| WorkError::Invalid(vec![FieldProblem::error("", problems.to_string())]))?;
        let (county, at) = (self.county, actor.now);
        let log = NewChange {
            action: "adjust".into(),
            noun: "signal".into(),
            reference: signal.id.to_string(),
            unit: None,
            before: limits_json(&signal),
            after: limits_json(loaded.signals.get(signal.id.as_str()).unwrap_or(&signal)),
            reason: Some(change.reason.trim().to_owned()),
            actor: crate::entry::signer(actor),
            at,
        };
        let name = actor.name.clone();
        self.store.write(move |writer| {
            writer.overlay_append(county, &yaml, &name, at)?;
            writer.change_append(county, &log)
        })?;
        self.set_packs(Arc::new(loaded));
        Ok(())
    }

    pub(crate) fn signal(&self, id: &str) -> Result<Signal> {
        let found = self.packs().signals.get(&SignalId::from(id)).cloned();
        found.ok_or_else(|| WorkError::NotFound(format!("预警规则“{id}”")))
    }

    fn alarms_of_year(&self, actor: &Actor, unit: OrgUnitId) -> Result<Vec<Entry>> {
        let listing = Listing {
            unit: Some(unit),
            from: Some(shift(actor.today(), -YEAR)),
            equals: vec![("withdrawn".into(), "false".into())],
            limit: 5_000,
            ..Listing::default()
        };
        let page = self.entry_list(actor, ALARM, &listing)?;
        Ok(page.entries.into_iter().map(|view| view.entry).collect())
    }
}

impl Watch {
    /// Episodes of all series of a signal whose day lies within a stretch.
    fn episodes_between(
        &self,
        reader: &mut Reader<'_>,
        signal: &Signal,
        number: usize,
        (from, to): (Date, Date),
    ) -> hygeia_store::Result<BTreeMap<SeriesId, Vec<Episode>>> {
        if signal.is_off {
            return Ok(BTreeMap::new());
        }
        let history = if looks_years_back(signal.method) { 6 * YEAR } else { YEAR };
        let range = (shift(from, -history), to);
        let began = self.began(reader, signal, range)?.unwrap_or(to);
        let mut found = BTreeMap::new();
        for (series, cases) in self.all_series(reader, signal, number, range)? {
            let Some(limit) = signal.limit_of(&series.part) else { continue };
            let episodes = self.episodes(signal, limit, &cases, began, (from, to));
            found.insert(series, episodes.into_iter().filter(|episode| episode.date >= from).collect());
        }
        Ok(found)
    }

    fn episodes(
        &self,
        signal: &Signal,
        limit: &SignalLimit,
        cases: &Days,
        began: Date,
        range: (Date, Date),
    ) -> Vec<Episode> {
        if signal.method.is_immediate() {
            return threshold_episodes(cases, limit);
        }
        judged_episodes(cases, &judge(signal.method, limit, cases, began, range, &self.calendar))
    }

    fn trial_alarm(
        &self,
        signal: &Signal,
        series: &SeriesId,
        episode: &Episode,
        alarms: &[Entry],
    ) -> TrialAlarm {
        let confirmed = alarms.iter().any(|alarm| {
            alarm.unit == series.unit
                && text(alarm, STATE) == CONFIRMED
                && text(alarm, "part") == series.part
                && (episode.since..=episode.until).contains(&alarm.day)
        });
        TrialAlarm {
            date: episode.date,
            unit: self.directory.full_title(series.unit),
            part: self.part_title(signal, &series.part).unwrap_or_default(),
            cases: episode.cases,
            confirmed,
        }
    }
}

fn text<'a>(alarm: &'a Entry, field: &str) -> &'a str {
    alarm.values.get(field).and_then(Value::as_text).unwrap_or_default()
}

fn line(signal: &Signal, alarms: &[Entry]) -> RuleLine {
    let own: Vec<&Entry> =
        alarms.iter().filter(|alarm| text(alarm, "signal") == signal.id.as_str()).collect();
    let verified: Vec<&&Entry> = own.iter().filter(|alarm| is_handled(alarm)).collect();
    let mut minutes: Vec<i64> = verified
        .iter()
        .filter_map(|alarm| match alarm.values.get("response_minutes") {
            Some(Value::Int(minutes)) => Some(*minutes),
            _ => None,
        })
        .collect();
    minutes.sort_unstable();
    RuleLine {
        signal: signal.clone(),
        alarms: own.len(),
        verified: verified.len(),
        confirmed: verified.iter().filter(|alarm| text(alarm, STATE) == CONFIRMED).count(),
        response_minutes: minutes.get(minutes.len() / 2).copied(),
    }
}

/// The signal under another setting, or what is wrong with that.
fn changed(signal: &Signal, change: &RuleChange) -> Result<Signal> {
    let mut other = signal.clone();
    let mut problems = Vec::new();
    let mut seen = BTreeSet::new();
    for (part, cases, days) in &change.limits {
        if *cases == 0 || *days == 0 || *days > 366 {
            problems.push(FieldProblem::error(
                part,
                format!("例数应不少于 1，天数应为 1 至 366，现为 {cases} 例、{days} 天"),
            ));
        }
        let before = if part.is_empty() { signal.limit.as_ref() } else { signal.limits.get(part) };
        let Some(before) = before.filter(|_| seen.insert(part.clone())) else {
            problems.push(FieldProblem::error(part, format!("该规则没有分项“{part}”")));
            continue;
        };
        let limit = SignalLimit {
            cases: *cases,
            days: *days,
            percentile: before.percentile,
            source: None,
            standing: Standing::Local,
        };
        if part.is_empty() {
            other.limit = Some(limit);
        } else {
            other.limits.insert(part.clone(), limit);
        }
    }
    other.is_off = change.off.unwrap_or(signal.is_off);
    if problems.is_empty() { Ok(other) } else { Err(WorkError::Invalid(problems)) }
}

/// The overlay file of a change; only what differs from before.
fn overlay(signal: &Signal, change: &RuleChange) -> String {
    let quoted = serde_json::Value::String(change.reason.trim().to_owned());
    let mut yaml = format!("adjust: {}\nreason: {quoted}\n", signal.id);
    let limit = |cases: u32, days: u16, before: Option<&SignalLimit>| {
        let percentile = before.and_then(|limit| limit.percentile);
        let percentile = percentile.map_or(String::new(), |value| format!(", percentile: {value}"));
        format!("cases: {cases}, days: {days}{percentile}")
    };
    let (mut whole, mut parts) = (String::new(), String::new());
    for (part, cases, days) in &change.limits {
        if part.is_empty() {
            whole = limit(*cases, *days, signal.limit.as_ref()).replace(", ", "\n");
            continue;
        }
        let before = signal.limits.get(part);
        if before.is_none_or(|before| (before.cases, before.days) != (*cases, *days)) {
            let _ = writeln!(parts, "  {part}: {{ {} }}", limit(*cases, *days, before));
        }
    }
    if !whole.is_empty() {
        let _ = writeln!(yaml, "{whole}");
    }
    if !parts.is_empty() {
        let _ = write!(yaml, "limits:\n{parts}");
    }
    if let Some(off) = change.off {
        let _ = writeln!(yaml, "off: {off}");
    }
    yaml
}

fn limits_json(signal: &Signal) -> serde_json::Value {
    let of = |limit: &SignalLimit| serde_json::json!({ "cases": limit.cases, "days": limit.days });
    let limits: serde_json::Map<String, serde_json::Value> =
        signal.limits.iter().map(|(part, limit)| (part.clone(), of(limit))).collect();
    serde_json::json!({ "limit": signal.limit.as_ref().map(of), "limits": limits, "off": signal.is_off })
}
