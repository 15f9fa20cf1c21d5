//! Search over what the actor may see: units, people, registers, indicators.

use crate::actor::{Action, Actor};
use crate::error::Result;
use crate::work::Work;
use hygeia_store::{OrgUnitId, PersonId};

/// One thing found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Found {
    /// An org unit and its full name.
    OrgUnit(OrgUnitId, String),
    /// A person, the name and the unit's name.
    Person(PersonId, String, String),
    /// A register's id and title.
    Register(String, String),
    /// An indicator's id and title.
    Indicator(String, String),
}

/// Most things of one sort that are shown.
const MOST: usize = 8;

impl Work {
    /// Everything whose name or code contains `text`, at most eight of a sort.
    pub fn search(&self, actor: &Actor, text: &str) -> Result<Vec<Found>> {
        let text = text.trim().to_lowercase();
        if text.is_empty() || text.chars().count() > 60 {
            return Ok(Vec::new());
        }
        let packs = self.packs();
        let directory = self.directory();
        let homes = actor.home_units(&directory);
        let matches = |words: &[&str]| words.iter().any(|word| word.to_lowercase().contains(&text));
        let mut found: Vec<Found> = packs
            .registers
            .values()
            .filter(|register| actor.may_somewhere(&directory, register, Action::View))
            .filter(|register| {
                matches(&[&register.title.zh, register.title.en.as_deref().unwrap_or_default()])
                    || register.synonyms.iter().any(|synonym| matches(&[synonym]))
            })
            .take(MOST)
            .map(|register| {
                Found::Register(register.id.to_string(), register.title.text(actor.english).to_owned())
            })
            .collect();
        found.extend(
            self.indicators_of(actor, &packs, None)
                .into_iter()
                .filter(|indicator| {
                    matches(&[&indicator.title.zh, indicator.title.en.as_deref().unwrap_or_default()])
                        || indicator.synonyms.iter().any(|synonym| matches(&[synonym]))
                })
                .take(MOST)
                .map(|found| {
                    Found::Indicator(found.id.to_string(), found.title.text(actor.english).to_owned())
                }),
        );
        let units = homes.iter().flat_map(|home| directory.subtree(*home));
        found.extend(
            units
                .filter(|unit| matches(&[&unit.title, &unit.code]))
                .take(MOST)
                .map(|unit| Found::OrgUnit(unit.id, directory.full_title(unit.id))),
        );
        let county = self.county;
        let paths: Vec<String> =
            homes.iter().filter_map(|home| directory.get(*home)).map(|unit| unit.path.clone()).collect();
        let people = self.store.read(|reader| reader.person_search(county, &text, &paths, MOST))?;
        found.extend(
            people
                .into_iter()
                .map(|(person, unit)| Found::Person(person.id, person.name, directory.full_title(unit))),
        );
        Ok(found)
    }
}
