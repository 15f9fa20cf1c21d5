//! The incident room: everything about one incident on one page.

use super::field::{day_of, moment, word};
use super::refresh::{first_day, incubation_days, last_day};
use super::{CONTACT, INCIDENT, REPORT, STEP, TODO};
use crate::actor::Actor;
use crate::entry::{EntryView, Listing};
use crate::error::{Result, WorkError};
use crate::signal::ALARM;
use crate::work::Work;
use crate::workflow::{ClockSearch, ClockView, NextStep};
use hygeia_expr::Value;
use hygeia_pack::model::{About, Facts, RegisterId, STATE};
use hygeia_store::{Change, Entry, EntryId, EntryQuery, OrgUnitId, PersonId};
use jiff::civil::Date;
use std::collections::{BTreeMap, BTreeSet};

/// Entries of one kind a room shows at most.
const MOST: u32 = 1_000;

/// One incident with all that belongs to it.
#[derive(Debug, Clone)]
pub struct Room {
    /// The incident.
    pub incident: EntryView,
    /// What the reader may do with it.
    pub next: Vec<NextStep>,
    /// Its changes, newest first.
    pub history: Vec<Change>,
    /// Alarms that belong to it.
    pub alarms: Vec<EntryView>,
    /// Steps in the order they are due.
    pub steps: Vec<StepLine>,
    /// The line list, by onset.
    pub cases: Vec<Case>,
    /// Cases and people by the lowest units, most cases first.
    pub attack: Vec<Attack>,
    /// Contacts.
    pub contacts: Vec<EntryView>,
    /// Situation reports, newest first.
    pub reports: Vec<EntryView>,
    /// What the response knows of the disease.
    pub facts: Option<Facts>,
    /// Today, for what is overdue and over.
    pub today: Date,
}

/// A step with its clock.
#[derive(Debug, Clone)]
pub struct StepLine {
    /// The step's entry.
    pub entry: Entry,
    /// Its clock as it stands.
    pub clock: Option<ClockView>,
    /// What the reader may do with it.
    pub next: Vec<NextStep>,
}

impl StepLine {
    /// Whether somebody still has to do it.
    pub fn is_open(&self) -> bool {
        word(&self.entry, STATE) == TODO
    }
}

/// A case of the line list.
#[derive(Debug, Clone)]
pub struct Case {
    /// Register it stands in.
    pub register: RegisterId,
    /// The entry.
    pub view: EntryView,
    /// Day of onset; the day of the entry when the register has none.
    pub onset: Date,
}

/// Cases against people on the roll.
#[derive(Debug, Clone, PartialEq)]
pub struct Attack {
    /// The unit.
    pub unit: OrgUnitId,
    /// Its name.
    pub title: String,
    /// People among the cases.
    pub cases: usize,
    /// People on the roll at the first case.
    pub on_roll: i64,
}

impl Attack {
    /// Percent of the roll; `None` when nobody is on it.
    pub fn rate(&self) -> Option<f64> {
        (self.on_roll > 0).then(|| 100.0 * self.cases as f64 / self.on_roll as f64)
    }
}

impl Room {
    /// Whether it has been closed.
    pub fn is_closed(&self) -> bool {
        moment(&self.incident.entry, "closed_at").is_some()
    }

    /// First day it may be closed.
    pub fn closable_on(&self) -> Option<Date> {
        day_of(&self.incident.entry, "closable_on")
    }

    /// A text field of the incident.
    pub fn word(&self, field: &str) -> &str {
        word(&self.incident.entry, field)
    }

    /// Longest incubation period, days.
    pub fn incubation_days(&self) -> i64 {
        incubation_days(&self.incident.entry)
    }

    /// Contacts still under observation.
    pub fn watched(&self) -> usize {
        let watching =
            |view: &&EntryView| view.entry.values.get("outcome").and_then(Value::as_text) == Some("watching");
        self.contacts.iter().filter(watching).count()
    }

    /// The epidemic curve: every day of onset from the first to the last, with the cases of each unit of
    /// [`Room::attack`], in its order.
    pub fn curve(&self) -> (Vec<Date>, Vec<(String, Vec<f64>)>) {
        let (Some(first), Some(last)) =
            (self.cases.iter().map(|case| case.onset).min(), self.cases.iter().map(|case| case.onset).max())
        else {
            return (Vec::new(), Vec::new());
        };
        let days: Vec<Date> = std::iter::successors(Some(first), |day| day.tomorrow().ok())
            .take_while(|day| *day <= last)
            .collect();
        let count = |unit: OrgUnitId, day: Date| {
            self.cases.iter().filter(|case| case.view.entry.unit == unit && case.onset == day).count() as f64
        };
        let units = self.attack.iter().filter(|row| row.cases > 0);
        let layers = units
            .map(|row| (row.title.clone(), days.iter().map(|day| count(row.unit, *day)).collect()))
            .collect();
        (days, layers)
    }

    /// The situation in words, the draft of a report.
    pub fn situation(&self) -> String {
        let new = self.cases.iter().filter(|case| case.view.entry.day == self.today).count();
        let units: Vec<String> = self
            .attack
            .iter()
            .filter(|row| row.cases > 0)
            .map(|row| format!("{} {} 例", row.title, row.cases))
            .collect();
        let first = self.cases.iter().map(|case| case.onset).min();
        let last = self.cases.iter().map(|case| case.onset).max();
        let span = match (first, last) {
            (Some(first), Some(last)) => format!("首例发病 {first}，末例发病 {last}。"),
            _ => String::new(),
        };
        let done = self.steps.iter().filter(|step| !step.is_open()).count();
        format!(
            "截至 {}，{}累计 {} 例，当日新增 {new} 例；{}。{span}登记密切接触者 {} 人，观察中 {} 人。处置步骤 {} 项，已完成 {done} 项。",
            self.today,
            self.word("disease"),
            self.cases.len(),
            if units.is_empty() { "无分布资料".to_owned() } else { units.join("、") },
            self.contacts.len(),
            self.watched(),
            self.steps.len(),
        )
    }
}

impl Work {
    /// Incidents of a unit's subtree, newest first; only open ones when `open`.
    ///
    /// # Errors
    ///
    /// When the actor may not see incidents there, or the database fails.
    pub fn incident_list(&self, actor: &Actor, unit: OrgUnitId, open: bool) -> Result<Vec<EntryView>> {
        let mut listing = Listing { unit: Some(unit), limit: MOST, ..Listing::default() };
        if open {
            listing.equals = vec![("closed_at".into(), String::new())];
        }
        Ok(self.entry_list(actor, INCIDENT, &listing)?.entries)
    }

    /// One incident with everything that belongs to it.
    ///
    /// # Errors
    ///
    /// When there is no such incident, or none the actor may see.
    pub fn incident_room(&self, actor: &Actor, id: uuid::Uuid) -> Result<Room> {
        let (incident, history) = self.entry_open(actor, INCIDENT, id)?;
        let part = |register: &str| self.belonging(actor, register, &incident.entry, id);
        let (alarms, contacts, reports) = (part(ALARM)?, part(CONTACT)?, part(REPORT)?);
        let next = self.steps(actor, INCIDENT, id)?;
        let steps = self.step_lines(actor, &incident.entry)?;
        let cases = self.line_list(actor, &incident.entry)?;
        let attack = self.attack(&incident.entry, &cases)?;
        let packs = self.packs();
        let response = packs.responses.get(word(&incident.entry, "response"));
        let facts = response.and_then(|found| found.facts.get(word(&incident.entry, "part")).cloned());
        Ok(Room {
            incident,
            next,
            history,
            alarms,
            steps,
            cases,
            attack,
            contacts,
            reports,
            facts,
            today: actor.today(),
        })
    }

    /// Entries of a register that name an incident, within what the actor may see.
    fn belonging(
        &self,
        actor: &Actor,
        register: &str,
        incident: &Entry,
        id: uuid::Uuid,
    ) -> Result<Vec<EntryView>> {
        let listing = Listing {
            unit: Some(incident.unit),
            equals: vec![("incident".into(), id.to_string())],
            limit: MOST,
            ..Listing::default()
        };
        match self.entry_list(actor, register, &listing) {
            Ok(page) => Ok(page.entries),
            Err(WorkError::Denied(_)) => Ok(Vec::new()),
            Err(error) => Err(error),
        }
    }

    /// Steps of an incident in the order they are due.
    fn step_lines(&self, actor: &Actor, incident: &Entry) -> Result<Vec<StepLine>> {
        let packs = self.packs();
        let register = self.register(&packs, STEP)?;
        let query = EntryQuery {
            equals: vec![("incident".into(), Value::Text(incident.id.0.to_string()))],
            ..EntryQuery::default()
        };
        let county = self.county;
        let entries = self.store.read(|reader| reader.entry_list(county, register, &query))?;
        let search = ClockSearch {
            unit: Some(incident.unit),
            register: Some(register.id.clone()),
            entries: Some(entries.iter().map(|entry| entry.id).collect()),
            ..ClockSearch::default()
        };
        let mut clocks: BTreeMap<EntryId, ClockView> = BTreeMap::new();
        clocks.extend(self.clock_list(actor, &search)?.into_iter().map(|view| (view.clock.entry, view)));
        let mut lines = Vec::new();
        for entry in entries {
            let next = match self.steps(actor, STEP, entry.id.0) {
                Err(WorkError::NotFound(_)) => Vec::new(),
                next => next?,
            };
            lines.push(StepLine { clock: clocks.remove(&entry.id), next, entry });
        }
        lines.sort_by_key(|line| {
            (line.clock.as_ref().map(|view| view.clock.due_at), line.entry.created_at, line.entry.id)
        });
        Ok(lines)
    }

    /// The entries the incident's signal counts, by day of onset.
    fn line_list(&self, actor: &Actor, incident: &Entry) -> Result<Vec<Case>> {
        let packs = self.packs();
        let word = |field: &str| incident.values.get(field).and_then(Value::as_text).map(str::to_owned);
        let Some(signal) = packs.signals.get(word("signal").unwrap_or_default().as_str()) else {
            return Ok(Vec::new());
        };
        let mut cases = Vec::new();
        for measure in &signal.watches {
            let Some(register) = packs.measures.get(measure.as_str()).and_then(|found| found.register())
            else {
                continue;
            };
            let listing = Listing {
                unit: Some(incident.unit),
                from: Some(first_day(incident)),
                to: Some(last_day(incident, actor.today())),
                measure: Some(measure.to_string()),
                part: word("part"),
                limit: MOST,
                ..Listing::default()
            };
            let found = match self.entry_list(actor, register.as_str(), &listing) {
                Err(WorkError::Denied(_)) => continue,
                found => found?.entries,
            };
            cases.extend(found.into_iter().map(|view| {
                let onset = signal.onset.as_ref().and_then(|field| day_of(&view.entry, field));
                Case { register: register.clone(), onset: onset.unwrap_or(view.entry.day), view }
            }));
        }
        cases.sort_by_key(|case| (case.onset, case.view.entry.day, case.view.entry.created_at));
        Ok(cases)
    }

    /// Cases against the roll of every lowest unit of the incident.
    fn attack(&self, incident: &Entry, cases: &[Case]) -> Result<Vec<Attack>> {
        let (packs, directory) = (self.packs(), self.directory());
        let mut people: BTreeMap<OrgUnitId, BTreeSet<(Option<PersonId>, uuid::Uuid)>> = BTreeMap::new();
        for case in cases {
            let entry = &case.view.entry;
            // One person counts once, however many entries; entries without a person count each.
            let key = (entry.person, if entry.person.is_some() { uuid::Uuid::nil() } else { entry.id.0 });
            people.entry(entry.unit).or_default().insert(key);
        }
        let about = cases
            .first()
            .and_then(|case| packs.registers.get(&case.register))
            .map(|found| found.about.clone());
        let kind = if about == Some(About::Staff) { "staff" } else { "child" };
        let on = day_of(incident, "since").unwrap_or(incident.day);
        let lowest = directory.subtree(incident.unit);
        let lowest = lowest.into_iter().filter(|unit| directory.children(unit.id).next().is_none());
        let lowest: Vec<(OrgUnitId, String)> = lowest.map(|unit| (unit.id, unit.title.clone())).collect();
        let county = self.county;
        let mut rows = self.store.read(|reader| {
            let mut rows = Vec::new();
            for (unit, title) in lowest {
                let on_roll = reader.stock(county, kind, &[unit], on)?;
                let cases = people.get(&unit).map_or(0, BTreeSet::len);
                rows.push(Attack { unit, title, cases, on_roll });
            }
            Ok(rows)
        })?;
        rows.sort_by_key(|row| std::cmp::Reverse(row.cases));
        Ok(rows)
    }
}
