//! What entries refer to by number: org units, people and other entries, under the names people know.

use crate::actor::{Action, Actor};
use crate::directory::Directory;
use crate::entry::{EntryScope, EntryView, Listing};
use crate::error::{FieldProblem, Result, WorkError};
use crate::ledger::StockQuery;
use crate::value::show_field;
use crate::work::Work;
use hygeia_expr::Value;
use hygeia_pack::model::{FieldType, Items, Ledger, PackSet, Register, RegisterId, STATE};
use hygeia_store::{Change, CountyId, Entry, EntryId, OrgUnitId, Person, PersonId, Reader};
use indexmap::IndexMap;
use std::collections::HashMap;

/// Parts of an entry's name.
const PARTS: usize = 2;
/// Entries offered to choose from.
const OFFERED: u32 = 500;

/// Names of what the fields of some entries refer to, by field and stored value.
#[derive(Debug, Clone, Default)]
pub struct References(HashMap<(String, String), String>);

impl References {
    /// The name of what a field refers to; `None` when the field is no reference or nothing is known of it.
    pub fn name(&self, field: &str, value: &Value) -> Option<&str> {
        self.0.get(&(field.to_owned(), stored(value)?)).map(String::as_str)
    }
}

/// A reference as it is stored.
fn stored(value: &Value) -> Option<String> {
    match value {
        Value::Int(number) => Some(number.to_string()),
        Value::Text(text) => Some(text.clone()),
        _ => None,
    }
}

/// What an entry is called where others refer to it: whom it is about, and the first texts of its columns.
pub(crate) fn entry_name(register: &Register, entry: &Entry, person: Option<&Person>) -> String {
    let columns = || register.columns.iter().filter_map(|name| register.fields.get(name));
    let said = |kinds: fn(&FieldType) -> bool| -> Vec<String> {
        let own = columns().filter(|field| !field.personal && !field.by_workflow && kinds(&field.kind));
        let texts =
            own.map(|field| show_field(field, entry.values.get(&field.name).unwrap_or(&Value::Null), false));
        texts.filter(|text| !text.is_empty()).take(PARTS).collect()
    };
    let mut parts = said(|kind| matches!(kind, FieldType::Text { .. }));
    if parts.is_empty() {
        parts = said(|kind| matches!(kind, FieldType::Choice(_)));
    }
    if parts.is_empty() {
        parts.push(entry.day.to_string());
    }
    parts.splice(0..0, person.map(|person| person.name.clone()));
    parts.join(" ")
}

/// References of one field still to be named.
fn wanted<'a>(
    register: &'a Register,
    values: &'a [&'a IndexMap<String, Value>],
) -> impl Iterator<Item = (&'a hygeia_pack::model::Field, String)> {
    let of_kind = |kind: &FieldType| {
        matches!(kind, FieldType::OrgUnit { .. } | FieldType::Person { .. } | FieldType::Entry { .. })
    };
    let fields = register.fields.values().filter(move |field| of_kind(&field.kind));
    fields.flat_map(move |field| {
        values.iter().filter_map(move |values| Some((field, stored(values.get(&field.name)?)?)))
    })
}

/// Values of the fields before and after each change.
pub(crate) fn values_of(register: &Register, history: &[Change]) -> Vec<IndexMap<String, Value>> {
    let sides = history.iter().flat_map(|change| [&change.before, &change.after]);
    sides
        .map(|side| {
            let cells = side.get("values").unwrap_or(side);
            let read = |field: &hygeia_pack::model::Field| {
                let value = crate::value::read_field(field, cells.get(&field.name)?).ok()?;
                Some((field.name.clone(), value))
            };
            register.fields.values().filter_map(read).collect()
        })
        .collect()
}

impl Work {
    /// Names of what these values of a register refer to. An entry the actor may not see is named by its register.
    pub(crate) fn references(
        &self,
        actor: &Actor,
        packs: &PackSet,
        register: &Register,
        values: &[&IndexMap<String, Value>],
    ) -> Result<References> {
        let directory = self.directory();
        let mut names = HashMap::new();
        let mut people: Vec<(String, PersonId)> = Vec::new();
        let mut entries: HashMap<&RegisterId, Vec<(String, EntryId)>> = HashMap::new();
        for (field, value) in wanted(register, values) {
            match &field.kind {
                FieldType::OrgUnit { .. } => {
                    let unit = value.parse().ok().and_then(|id| directory.get(OrgUnitId(id)));
                    if let Some(unit) = unit {
                        names.insert((field.name.clone(), value), directory.full_title(unit.id));
                    }
                }
                FieldType::Person { .. } => {
                    people.extend(value.parse().ok().map(|id| (field.name.clone(), PersonId(id))));
                }
                FieldType::Entry { register, .. } => {
                    let id = value.parse().ok().map(|id| (field.name.clone(), EntryId(id)));
                    entries.entry(register).or_default().extend(id);
                }
                _ => {}
            }
        }
        let county = self.county;
        self.store.read(|reader| {
            let ids: Vec<PersonId> = people.iter().map(|(_, id)| *id).collect();
            let found = reader.person_get_many(county, &ids)?;
            for (field, id) in people {
                names.extend(found.get(&id).map(|person| ((field, id.0.to_string()), person.name.clone())));
            }
            for (register, ids) in entries {
                let Some(register) = packs.registers.get(register) else { continue };
                let wanted = ids.iter().map(|(_, id)| *id).collect();
                let called = called(reader, county, actor, (packs, &directory), register, wanted)?;
                names.extend(
                    ids.into_iter().filter_map(|(field, id)| {
                        Some(((field, id.0.to_string()), called.get(&id)?.clone()))
                    }),
                );
            }
            Ok(())
        })?;
        Ok(References(names))
    }

    /// Entries that a field of an entry of `unit` may refer to, with their names: those the actor sees in the same
    /// branch of the tree that are not done with and that the field offers, about the same person when one is given;
    /// the newest first, a catalogue by name. A field that asks for the same person offers nothing before one is
    /// chosen. `kept` is what the field holds already.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn entries_to_name(
        &self,
        actor: &Actor,
        field: &hygeia_pack::model::Field,
        unit: OrgUnitId,
        person: Option<PersonId>,
        kept: Option<EntryId>,
    ) -> Result<Vec<(EntryId, String)>> {
        let (packs, directory) = (self.packs(), self.directory());
        let FieldType::Entry { register, same_subject, offered, .. } = &field.kind else {
            return Ok(Vec::new());
        };
        let Some(register) = packs.registers.get(register) else { return Ok(Vec::new()) };
        if *same_subject && person.is_none() {
            return Ok(Vec::new());
        }
        let homes = actor.home_units(&directory);
        let top = homes.into_iter().find(|home| directory.is_within(unit, *home)).unwrap_or(unit);
        let listing = Listing { unit: Some(top), person, limit: OFFERED, ..Listing::default() };
        let found = match self.entry_list(actor, register.id.as_str(), &listing) {
            Ok(page) => page.entries,
            Err(WorkError::Denied(_)) => return Ok(Vec::new()),
            Err(error) => return Err(error),
        };
        let open = |view: &&EntryView| {
            let state = view.entry.values.get(STATE).and_then(Value::as_text);
            let state = register.workflow.as_ref().zip(state).and_then(|(flow, name)| flow.states.get(name));
            let scope = EntryScope {
                values: &view.entry.values,
                subject: view.person.as_ref(),
                today: actor.today(),
            };
            let is_offered = offered.as_ref().is_none_or(|only| only.expr.eval(&scope) == Value::Bool(true));
            is_offered && state.is_none_or(|state| !state.is_final)
        };
        let named = |view: &EntryView| {
            let name = entry_name(register, &view.entry, view.person.as_ref());
            (view.entry.id, name, view.entry.day)
        };
        let mut found: Vec<_> = found.iter().filter(open).map(named).collect();
        if is_catalogue(&packs, register) {
            found.sort_by(|one, two| one.1.cmp(&two.1));
        }
        let mut times: HashMap<String, usize> = HashMap::new();
        for (_, name, _) in &found {
            *times.entry(name.clone()).or_default() += 1;
        }
        let apart = |(id, name, day): (EntryId, String, jiff::civil::Date)| {
            let alone = times.get(&name).is_none_or(|times| *times == 1);
            (id, if alone { name } else { format!("{name}（{day}）") })
        };
        let mut offered: Vec<(EntryId, String)> = found.into_iter().map(apart).collect();
        let mut more = self.items_held(actor, &packs, register, unit)?;
        more.extend(self.of_person(register, kept, person.filter(|_| *same_subject))?);
        more.retain(|one| offered.iter().all(|(id, _)| id != one));
        offered.extend(
            self.store
                .read(|reader| called(reader, self.county, actor, (&packs, &directory), register, more))?,
        );
        Ok(offered)
    }

    /// An entry, if it is about `person` or may be about anyone.
    fn of_person(
        &self,
        register: &Register,
        entry: Option<EntryId>,
        person: Option<PersonId>,
    ) -> Result<Option<EntryId>> {
        let (Some(id), Some(person)) = (entry, person) else { return Ok(entry) };
        let found = self.store.read(|reader| reader.entry_get(self.county, register, id))?;
        Ok(found.filter(|found| found.person == Some(person)).map(|found| found.id))
    }

    /// Items of a catalogue that a unit has in stock, whoever lists them: what was transferred to it is its to issue.
    fn items_held(
        &self,
        actor: &Actor,
        packs: &PackSet,
        register: &Register,
        unit: OrgUnitId,
    ) -> Result<Vec<EntryId>> {
        let mut held = Vec::new();
        for ledger in packs.ledgers.values().filter(|ledger| lists(ledger, register)) {
            match self.stock(actor, ledger.id.as_str(), unit, &StockQuery::default()) {
                Ok(stock) => held
                    .extend(stock.lines.iter().filter_map(|line| line.place.item.parse::<uuid::Uuid>().ok())),
                Err(WorkError::Denied(_) | WorkError::NotFound(_)) => {}
                Err(error) => return Err(error),
            }
        }
        held.sort_unstable();
        held.dedup();
        Ok(held.into_iter().map(EntryId).collect())
    }

    /// Entries that are named in fields and do not exist for the actor, or are about another person than `subject`
    /// where the field asks for the same.
    pub(crate) fn check_entries(
        &self,
        actor: &Actor,
        packs: &PackSet,
        register: &Register,
        subject: Option<&Person>,
        values: &IndexMap<String, Value>,
        problems: &mut Vec<FieldProblem>,
    ) -> Result<()> {
        for field in register.fields.values().filter(|field| field.is_typed()) {
            let FieldType::Entry { register: named, same_subject, .. } = &field.kind else { continue };
            let Some(table) = packs.registers.get(named) else { continue };
            let id = values.get(&field.name).and_then(Value::as_text).and_then(|text| text.parse().ok());
            let Some(id) = id else { continue };
            let found = self.store.read(|reader| reader.entry_get(self.county, table, EntryId(id)))?;
            let directory = self.directory();
            let seen = |entry: &Entry| {
                is_catalogue(packs, table) || actor.may(&directory, table, Action::View, entry.unit)
            };
            let Some(found) = found.filter(|entry| !entry.void && seen(entry)) else {
                let message = format!("{}：没有这条“{}”，请重新选择", field.title.zh, table.title.zh);
                problems.push(FieldProblem::error(&field.name, message));
                continue;
            };
            if *same_subject
                && let Some(subject) = subject
                && found.person != Some(subject.id)
            {
                let message =
                    format!("{}不是{}的，请选择{}本人的", field.title.zh, subject.name, subject.name);
                problems.push(FieldProblem::error(&field.name, message));
            }
        }
        Ok(())
    }
}

/// Whether the items of a ledger are entries of a register.
fn lists(ledger: &Ledger, register: &Register) -> bool {
    matches!(&ledger.items, Items::Register { register: items, .. } if *items == register.id)
}

/// Whether a register lists the items of a ledger; those are known to whoever sees the stock.
fn is_catalogue(packs: &PackSet, register: &Register) -> bool {
    packs.ledgers.values().any(|ledger| lists(ledger, register))
}

/// Names of entries of one register.
fn called(
    reader: &mut Reader<'_>,
    county: CountyId,
    actor: &Actor,
    (packs, directory): (&PackSet, &Directory),
    register: &Register,
    mut ids: Vec<EntryId>,
) -> hygeia_store::Result<HashMap<EntryId, String>> {
    ids.sort_unstable();
    ids.dedup();
    let found = reader.entry_get_many(county, register, &ids)?;
    let people: Vec<PersonId> = found.iter().filter_map(|entry| entry.person).collect();
    let people = reader.person_get_many(county, &people)?;
    let name = |entry: &Entry| {
        if !is_catalogue(packs, register) && !actor.may(directory, register, Action::View, entry.unit) {
            return format!("“{}”", register.title.zh);
        }
        entry_name(register, entry, entry.person.and_then(|id| people.get(&id)))
    };
    Ok(found.iter().map(|entry| (entry.id, name(entry))).collect())
}
