//! Entries that are awaited for other entries: the doses of today for each open entrustment, the month's review of
//! each open file.

use crate::actor::{Action, Actor};
use crate::entry::{EntryScope, EntryView, Listing};
use crate::error::{Result, WorkError};
use crate::offer::{Beginning, beginnings};
use crate::work::Work;
use hygeia_expr::{Dialect, Value};
use hygeia_pack::model::{Awaited, Field, FieldType, Formula, Register, RegisterId};
use hygeia_store::{OrgUnitId, PersonId};
use jiff::ToSpan;
use jiff::civil::Time;
use std::collections::HashMap;

/// An open entry for which another register still lacks entries.
#[derive(Debug, Clone)]
pub struct AwaitedEntry {
    /// Register in which the entry is to be made.
    pub register: RegisterId,
    /// The open entry.
    pub open: EntryView,
    /// What the open entry is called.
    pub name: String,
    /// Entries awaited in the day or month, and how many there are; fewer than awaited.
    pub awaited: i64,
    /// Entries made so far.
    pub made: i64,
    /// The month's, not the day's.
    pub monthly: bool,
    /// Time of today by which the first of them is awaited.
    pub by: Option<Time>,
    /// None has been made, and that time has passed.
    pub late: bool,
    /// What its form begins with.
    pub begins: Beginning,
}

impl Work {
    /// What is awaited today of an actor at a unit and below: what is late first, then what has a time, then the
    /// others register by register. A daily entry is not awaited on days children do not come.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn awaited(&self, actor: &Actor, unit: OrgUnitId) -> Result<Vec<AwaitedEntry>> {
        let (packs, directory) = (self.packs(), self.directory());
        let mut found = Vec::new();
        for register in packs.registers.values() {
            for field in register.fields.values() {
                let FieldType::Entry { register: named, offered, awaited: Some(awaited), .. } = &field.kind
                else {
                    continue;
                };
                let Some(named) = packs.registers.get(named) else { continue };
                if !actor.may_somewhere(&directory, register, Action::Enter)
                    || !actor.may(&directory, register, Action::View, unit)
                {
                    continue;
                }
                if !awaited.monthly && !self.calendar().is_school_day(actor.today()) {
                    continue;
                }
                let lines =
                    self.awaited_for(actor, unit, (register, field), named, awaited, offered.as_ref())?;
                found.extend(
                    lines
                        .into_iter()
                        .filter(|line| actor.may(&directory, register, Action::Enter, line.open.entry.unit)),
                );
            }
        }
        found.sort_by_key(|line| (!line.late, line.by.is_none(), line.by));
        Ok(found)
    }

    fn awaited_for(
        &self,
        actor: &Actor,
        unit: OrgUnitId,
        (register, field): (&Register, &Field),
        named: &Register,
        awaited: &Awaited,
        offered: Option<&Formula>,
    ) -> Result<Vec<AwaitedEntry>> {
        let today = actor.today();
        let all = Listing { unit: Some(unit), to: Some(today), limit: Listing::MOST, ..Listing::default() };
        let since = awaited.within_days.map(|days| today.saturating_sub((i64::from(days) - 1).max(0).days()));
        let listed = |register: &Register, listing: &Listing| -> Result<Vec<EntryView>> {
            match self.entry_list(actor, register.id.as_str(), listing) {
                Ok(page) => Ok(page.entries),
                Err(WorkError::Denied(_)) => Ok(Vec::new()),
                Err(error) => Err(error),
            }
        };
        let from = if awaited.monthly { today.first_of_month() } else { today };
        let mut made: HashMap<String, i64> = HashMap::new();
        // Made for the person without saying for which entry.
        let mut unnamed: HashMap<PersonId, i64> = HashMap::new();
        for view in listed(register, &Listing { from: Some(from), ..all.clone() })? {
            match (view.entry.values.get(&field.name).and_then(Value::as_text), view.entry.person) {
                (Some(id), _) => *made.entry(id.to_owned()).or_default() += 1,
                (None, Some(person)) => *unnamed.entry(person).or_default() += 1,
                (None, None) => {}
            }
        }
        let line = |open: EntryView| {
            let scope = EntryScope { values: &open.entry.values, subject: open.person.as_ref(), today };
            if offered.is_some_and(|only| only.expr.eval(&scope) != Value::Bool(true)) {
                return None;
            }
            let Value::Int(times) = awaited.times.expr.eval(&scope) else { return None };
            let named_so = made.get(&open.entry.id.0.to_string()).copied().unwrap_or(0);
            let unnamed = open.entry.person.and_then(|person| unnamed.get(&person)).copied().unwrap_or(0);
            let made = named_so + unnamed;
            let by = match awaited.by.as_ref().map(|by| by.expr.eval(&scope)) {
                Some(Value::Time(by)) if !awaited.monthly => Some(by),
                _ => None,
            };
            let begins = beginnings(register, field, &open, today).into_iter().next();
            (made < times).then(|| AwaitedEntry {
                register: register.id.clone(),
                by,
                late: made == 0 && by.is_some_and(|by| actor.local().time() > by),
                begins: begins.map(|offer| offer.begins).unwrap_or_default(),
                name: crate::reference::entry_name(named, &open.entry, open.person.as_ref()),
                open,
                awaited: times,
                made,
                monthly: awaited.monthly,
            })
        };
        // What the database can tell of what is offered need not be read.
        let open =
            Listing { from: since, only: offered.filter(|only| is_stored(named, only)).cloned(), ..all };
        Ok(listed(named, &open)?.into_iter().filter_map(line).collect())
    }
}

/// Whether a condition is over stored fields alone and runs in both databases.
fn is_stored(register: &Register, condition: &Formula) -> bool {
    let stored = |name: &&str| register.fields.contains_key(*name);
    let runs = |dialect| condition.expr.to_sql(dialect, &str::to_owned).is_ok();
    condition.expr.names().iter().all(stored) && [Dialect::Sqlite, Dialect::Postgres].into_iter().all(runs)
}
