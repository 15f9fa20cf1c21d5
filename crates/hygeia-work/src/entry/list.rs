//! A page of a register's entries: by unit, days, subject, condition, or by the number they are behind.

use super::EntryView;
use crate::actor::{Action, Actor};
use crate::directory::Directory;
use crate::error::{Result, WorkError};
use crate::indicator::{counted_from, counted_people, house_of, units_within};
use crate::value::read_field;
use crate::work::Work;
use hygeia_expr::Value;
use hygeia_pack::model::{FieldType, Formula, PackSet, Register};
use hygeia_store::{EntryQuery, OrgUnitId, PersonId};
use jiff::civil::Date;
use serde_json::Value as Json;
use std::sync::Arc;

/// A filter for a register's table.
#[derive(Debug, Clone, Default)]
pub struct Listing {
    /// Root of the subtree.
    pub unit: Option<OrgUnitId>,
    /// First day.
    pub from: Option<Date>,
    /// Last day.
    pub to: Option<Date>,
    /// Subject.
    pub person: Option<PersonId>,
    /// Only entries that this measure counts, the numbers behind a number.
    pub measure: Option<String>,
    /// Only this option of the measure's breakdown.
    pub part: Option<String>,
    /// Field equals value, as typed; several codes of a choice stand with commas between them (`cup,towel`).
    pub equals: Vec<(String, String)>,
    /// Text in any text field.
    pub text: Option<String>,
    /// Also voided entries.
    pub include_void: bool,
    /// Only entries for which this holds; the filter of `measure` or `printed` stands in its place.
    pub only: Option<Formula>,
    /// Only entries that the register's paper form lists.
    pub printed: bool,
    /// Sort field and whether descending; newest day first when `None`.
    pub sort: Option<(String, bool)>,
    /// Rows to skip.
    pub offset: u32,
    /// Rows to return.
    pub limit: u32,
}

impl Listing {
    /// Rows of the largest page.
    pub const MOST: u32 = 50_000;
}

/// Entries of a page, and how many there are in all.
#[derive(Debug, Clone)]
pub struct EntryPage {
    /// Entries of the page.
    pub entries: Vec<EntryView>,
    /// Entries that meet the filter.
    pub total: i64,
}

impl Work {
    /// A page of a register's entries that the actor may see.
    pub fn entry_list(&self, actor: &Actor, register: &str, listing: &Listing) -> Result<EntryPage> {
        let packs = self.packs();
        let register = self.register(&packs, register)?;
        let directory = self.directory();
        let Some(query) = self.query(actor, &packs, &directory, register, listing)? else {
            return Ok(EntryPage { entries: Vec::new(), total: 0 });
        };
        let county = self.county;
        let (entries, total, people) = self.store.read(|reader| {
            let total = reader.entry_count(county, register, &query)?;
            // No rows wanted: only how many there are.
            let entries = match query.limit {
                0 => Vec::new(),
                _ => reader.entry_list(county, register, &query)?,
            };
            let ids: Vec<PersonId> = entries.iter().filter_map(|entry| entry.person).collect();
            let people = reader.person_get_many(county, &ids)?;
            Ok((entries, total, people))
        })?;
        let values: Vec<_> = entries.iter().map(|entry| &entry.values).collect();
        let references = Arc::new(self.references(actor, &packs, register, &values)?);
        let entries = entries
            .into_iter()
            .map(|entry| EntryView {
                unit_title: directory.full_title(entry.unit),
                person: entry.person.and_then(|id| people.get(&id).cloned()),
                references: references.clone(),
                entry,
            })
            .collect();
        Ok(EntryPage { entries, total })
    }

    /// The store's query for the subtree asked for, else for all home units whose entries the actor may view; `None`
    /// when there is no such unit.
    fn query(
        &self,
        actor: &Actor,
        packs: &PackSet,
        directory: &Directory,
        register: &Register,
        listing: &Listing,
    ) -> Result<Option<EntryQuery>> {
        let roots: Vec<OrgUnitId> = match listing.unit {
            Some(unit) => {
                actor.must(directory, register, Action::View, unit)?;
                vec![unit]
            }
            None => {
                let homes = actor.home_units(directory);
                homes.into_iter().filter(|unit| actor.may(directory, register, Action::View, *unit)).collect()
            }
        };
        let mut query = EntryQuery {
            from: listing.from,
            to: listing.to,
            person: listing.person,
            text: listing.text.clone().filter(|text| !text.trim().is_empty()),
            include_void: listing.include_void,
            sort: listing.sort.clone().filter(|(field, _)| register.fields.contains_key(field)),
            unit_paths: roots
                .iter()
                .filter_map(|unit| directory.get(*unit).map(|unit| unit.path.clone()))
                .collect(),
            limit: listing.limit.min(Listing::MOST),
            offset: listing.offset,
            filter: listing.only.as_ref().map(|only| only.expr.clone()),
            ..EntryQuery::default()
        };
        if listing.printed {
            query.filter = register.print.only.as_ref().map(|only| only.expr.clone());
        }
        for (name, text) in &listing.equals {
            let field = register
                .fields
                .get(name)
                .ok_or_else(|| WorkError::Bad(format!("“{}”没有字段“{name}”", register.title.zh)))?;
            let read = |text: &str| {
                read_field(field, &Json::String(text.to_owned())).map_err(|p| WorkError::Invalid(vec![p]))
            };
            let value = match &field.kind {
                FieldType::Choice(_) if text.contains(',') => {
                    Value::List(text.split(',').map(read).collect::<Result<_>>()?)
                }
                _ => read(text)?,
            };
            query.equals.push((name.clone(), value));
        }
        if let Some(id) = &listing.measure {
            self.narrow_to_measure(actor, packs, directory, register, (listing, id), &mut query)?;
        }
        Ok((!query.unit_paths.is_empty()).then_some(query))
    }

    /// Leaves the entries that a measure counts over the days asked for: the numbers behind a number.
    fn narrow_to_measure(
        &self,
        actor: &Actor,
        packs: &PackSet,
        directory: &Directory,
        register: &Register,
        (listing, id): (&Listing, &str),
        query: &mut EntryQuery,
    ) -> Result<()> {
        let measure = packs
            .measures
            .get(id)
            .filter(|measure| measure.register() == Some(&register.id))
            .ok_or_else(|| WorkError::NotFound(format!("计数“{id}”")))?;
        query.filter = measure.filter().map(|formula| formula.expr.clone());
        if let (Some(from), Some(to)) = (listing.from, listing.to) {
            query.from = Some(counted_from(measure, (from, to.min(actor.today())), &self.calendar()));
        }
        query.on_time = measure.only_on_time().then_some(true);
        if let (Some(among), Some(unit), Some(from), Some(to)) =
            (measure.among(), listing.unit, listing.from, listing.to)
        {
            let range = (query.from.unwrap_or(from), to.min(actor.today()));
            let counted = (measure, among, register.about.person_kind().unwrap_or("child"));
            let mut people = Vec::new();
            for unit in units_within(directory, measure, unit, range.1) {
                let house = house_of(directory, measure, unit);
                people.extend(
                    self.store
                        .read(|reader| counted_people(reader, self.county, counted, (unit, house), range))?,
                );
                // Entries of the unit's people that were made elsewhere in the house, as far as they may be seen.
                let seen = house.filter(|house| actor.may(directory, register, Action::View, *house));
                let house = seen.and_then(|house| directory.get(house));
                query.unit_paths.extend(house.map(|house| house.path.clone()));
            }
            query.people = Some(people);
        }
        if let (Some(part), Some(by)) = (&listing.part, &measure.by) {
            query.equals.push((by.clone(), Value::Text(part.clone())));
        }
        Ok(())
    }
}
