//! Which clocks run, for whom.

use super::clocks::{levels_reached, outcome_at, state_of};
use super::tick::def_of;
use crate::actor::{Action, Actor};
use crate::directory::Directory;
use crate::error::Result;
use crate::work::Work;
use hygeia_pack::model::{ClockDef, PackSet, RegisterId, Workflow};
use hygeia_store::{Clock, ClockQuery, Entry, EntryId, OrgUnitId, Outcome, Person};
use jiff::Timestamp;
use std::collections::{HashMap, HashSet};

/// Which clocks.
#[derive(Debug, Clone, Default)]
pub struct ClockSearch {
    /// Root of the subtree; everything the actor may see when `None`.
    pub unit: Option<OrgUnitId>,
    /// Register.
    pub register: Option<RegisterId>,
    /// Entries.
    pub entries: Option<Vec<EntryId>>,
    /// Only those that somebody still has to do something about.
    pub open: bool,
    /// Clocks to return; 0 returns all.
    pub limit: u32,
}

/// A clock with what a reader needs beside it.
#[derive(Debug, Clone)]
pub struct ClockView {
    /// The clock; its outcome and level are those at the moment of the request.
    pub clock: Clock,
    /// Its definition.
    pub def: ClockDef,
    /// The entry.
    pub entry: Entry,
    /// Name of the unit with its kindergarten or school.
    pub unit_title: String,
    /// Subject, without secrets.
    pub person: Option<Person>,
    /// The actor can do what it waits for.
    pub mine: bool,
    /// It has come up to the actor because nobody stopped it.
    pub escalated_to_me: bool,
}

impl ClockView {
    /// Time left until it is due, or since when negative, at a moment.
    pub fn left(&self, now: Timestamp) -> jiff::SignedDuration {
        let at = match self.clock.pauses.last() {
            Some((from, None)) => *from,
            _ => now,
        };
        self.clock.due_at.duration_since(at)
    }
}

impl Work {
    /// Clocks the actor may see, the earliest due first, as they stand at the moment of the request.
    pub fn clock_list(&self, actor: &Actor, search: &ClockSearch) -> Result<Vec<ClockView>> {
        let (packs, directory, county) = (self.packs(), self.directory(), self.county);
        let roots = match search.unit {
            Some(unit) if actor.reaches(&directory, unit) => vec![unit],
            Some(_) => return Err(crate::WorkError::NotFound("该机构".into())),
            None => actor.home_units(&directory),
        };
        let mut views = Vec::new();
        for root in roots {
            let path = directory.get(root).map(|unit| unit.path.clone()).unwrap_or_default();
            let query = ClockQuery {
                unit_path: path,
                register: search.register.clone(),
                entries: search.entries.clone(),
                open: search.open,
                due_before: None,
                limit: search.limit,
            };
            let clocks = self.store.read(|reader| reader.clock_list(county, &query))?;
            views.extend(self.views(actor, &packs, &directory, clocks)?);
        }
        views.sort_by_key(|view| (view.clock.due_at, view.clock.entry, view.clock.name.clone()));
        Ok(views)
    }

    fn views(
        &self,
        actor: &Actor,
        packs: &PackSet,
        directory: &Directory,
        clocks: Vec<Clock>,
    ) -> Result<Vec<ClockView>> {
        let county = self.county;
        let (entries, people) = self.store.read(|reader| {
            let mut wanted: HashMap<&RegisterId, HashSet<EntryId>> = HashMap::new();
            for clock in &clocks {
                wanted.entry(&clock.register).or_default().insert(clock.entry);
            }
            let mut entries: HashMap<EntryId, Entry> = HashMap::new();
            for (register, ids) in wanted {
                let Some(register) = packs.registers.get(register) else { continue };
                let ids: Vec<EntryId> = ids.into_iter().collect();
                let found = reader.entry_get_many(county, register, &ids)?;
                entries.extend(found.into_iter().map(|entry| (entry.id, entry)));
            }
            let people: Vec<_> = entries.values().filter_map(|entry| entry.person).collect();
            Ok((entries, reader.person_get_many(county, &people)?))
        })?;
        let view = |mut clock: Clock| {
            let register = packs.registers.get(clock.register.as_str())?;
            let (def, entry) = (def_of(packs, &clock)?, entries.get(&clock.entry)?);
            if !actor.may(directory, register, Action::View, entry.unit) {
                return None;
            }
            if clock.is_open() {
                clock.outcome = outcome_at(&clock, actor.now);
            }
            if clock.outcome == Outcome::Late && clock.ended_at.is_none() {
                clock.level = levels_reached(def, clock.due_at, actor.now);
            }
            let workflow = register.workflow.as_ref()?;
            let edits = def.stops_at.is_some() && actor.may(directory, register, Action::Edit, entry.unit);
            Some(ClockView {
                mine: clock.is_open() && (edits || may_stop(actor, directory, workflow, def, entry)),
                escalated_to_me: clock.is_open() && reached(actor, directory, def, &clock),
                unit_title: directory.full_title(entry.unit),
                person: entry.person.and_then(|id| people.get(&id).cloned()),
                entry: entry.clone(),
                def: def.clone(),
                clock,
            })
        };
        Ok(clocks.into_iter().filter_map(view).collect())
    }
}

/// Whether the actor may take a transition that stops the clock, now or after others have done their part.
fn may_stop(
    actor: &Actor,
    directory: &Directory,
    workflow: &Workflow,
    def: &ClockDef,
    entry: &Entry,
) -> bool {
    let state = state_of(workflow, &entry.values);
    workflow
        .from_state(state)
        .any(|step| def.stops.contains(&step.name) && actor.may_take(directory, step, entry.unit))
}

/// Whether one of the steps of the escalation that have been raised is the actor's.
fn reached(actor: &Actor, directory: &Directory, def: &ClockDef, clock: &Clock) -> bool {
    let raised = def.escalate.iter().take(usize::try_from(clock.level).unwrap_or(0));
    raised.into_iter().any(|step| {
        actor.roles.iter().any(|held| {
            let kind = directory.get(held.unit).map(|unit| &unit.kind);
            held.role == step.role
                && directory.is_within(clock.unit, held.unit)
                && step.at.as_ref().is_none_or(|at| kind == Some(at))
        })
    })
}
