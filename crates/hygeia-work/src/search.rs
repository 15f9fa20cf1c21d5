//! Search over what the actor may see: units, people, registers, indicators.

use crate::actor::{Action, Actor};
use crate::error::Result;
use crate::work::Work;
use hygeia_pack::model::{Register, Title};
use hygeia_store::{OrgUnitId, PersonId};

/// One thing found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Found {
    /// An org unit and its full name.
    OrgUnit(OrgUnitId, String),
    /// A person, the name, and the unit's name with the day they left it, if they did.
    Person(PersonId, String, String),
    /// A register's id and title, and the field or option by which it was found when not by its own name.
    Register(String, String, Option<String>),
    /// An indicator's id and title.
    Indicator(String, String),
}

/// The field, or the option of a field, that is called so.
fn asked(register: &Register, english: bool, titled: &dyn Fn(&Title) -> bool) -> Option<String> {
    register.fields.values().filter(|field| !field.retired).find_map(|field| {
        let name = field.title.text(english);
        if titled(&field.title) {
            return Some(name.to_owned());
        }
        let mut options = field.choice()?.options.iter().filter(|option| !option.retired);
        let option = options.find(|option| titled(&option.title))?;
        Some(format!("{name} · {}", option.title.text(english)))
    })
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
        let titled = |title: &Title| matches(&[&title.zh, title.en.as_deref().unwrap_or_default()]);
        // By its own name first, then by what it asks for: 体温 leads to the morning check.
        let (mut named, mut asking) = (Vec::new(), Vec::new());
        let seen = |register: &&Register| actor.may_somewhere(&directory, register, Action::View);
        for register in packs.registers.values().filter(seen) {
            let about = |inside: Option<String>| {
                let title = register.title.text(actor.english).to_owned();
                Found::Register(register.id.to_string(), title, inside)
            };
            if titled(&register.title) || register.synonyms.iter().any(|synonym| matches(&[synonym])) {
                named.push(about(None));
            } else if let Some(inside) = asked(register, actor.english, &titled) {
                asking.push(about(Some(inside)));
            }
        }
        let mut found: Vec<Found> = named.into_iter().chain(asking).take(MOST).collect();
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
        let people =
            self.store.read(|reader| reader.person_search(county, &text, &paths, actor.today(), MOST))?;
        let place = |unit, left: Option<jiff::civil::Date>| {
            let title = directory.full_title(unit);
            match left.filter(|left| *left <= actor.today()) {
                Some(left) if actor.english => format!("{title} · left {left}"),
                Some(left) => format!("{title} · 已离开（{left}）"),
                None => title,
            }
        };
        found.extend(
            people
                .into_iter()
                .map(|(person, unit, left)| Found::Person(person.id, person.name, place(unit, left))),
        );
        Ok(found)
    }
}
