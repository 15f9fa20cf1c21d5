//! Who still lacks an entry of a duty (还差谁): named where few are left, and offered first in the form.

use crate::reply::link;
use crate::visit::Visit;
use hygeia_pack::model::Expects;
use hygeia_store::{OrgUnitId, Person, PersonId};
use hygeia_work::{Action, DutyLine, DutyState, Result, is_owner};
use jiff::civil::Date;
use maud::{Markup, html};
use std::collections::{HashMap, HashSet};

/// People named in a line; of more, the number says it.
const MOST_NAMED: usize = 5;

/// The people whom lines of a page name.
pub(super) struct Named(HashMap<PersonId, (Person, OrgUnitId)>);

impl Named {
    /// Reads them once for all lines. Only a house and its classes name people: above it, houses are what is looked at.
    pub fn read<'a>(visit: &Visit, lines: impl Iterator<Item = &'a DutyLine>, day: Date) -> Result<Self> {
        let mut named = HashMap::new();
        let is_house = visit.directory().house_of(visit.unit).is_some_and(is_owner);
        let kinds: HashSet<&str> = lines.filter(|line| is_named(line)).filter_map(kind_of).collect();
        for kind in kinds.into_iter().filter(|_| is_house) {
            let roll = visit.work.roll(&visit.actor, visit.unit, day, kind)?;
            named.extend(roll.into_iter().map(|(person, unit)| (person.id, (person, unit))));
        }
        Ok(Self(named))
    }

    /// 还差 with the names, each leading to a form about the person where the visitor makes entries.
    pub fn of(&self, visit: &Visit, line: &DutyLine, day: Date) -> Markup {
        let directory = visit.directory();
        let packs = visit.work.packs();
        let register = packs.registers.get(&line.duty.register);
        let address = |person: &Person, unit: OrgUnitId| {
            register.filter(|register| visit.actor.may(&directory, register, Action::Enter, unit))?;
            let org = directory.get(unit)?.code.as_str();
            let (code, day) = (person.code.as_str(), day.to_string());
            let pairs = [("org", org), ("date", &day), ("duty", line.duty.id.as_str()), ("person", code)];
            Some(link(&format!("/registers/{}/new", line.duty.register), &pairs))
        };
        let people: Vec<&(Person, OrgUnitId)> = if is_named(line) {
            line.missing().filter_map(|id| self.0.get(&id)).collect()
        } else {
            Vec::new()
        };
        html! {
            @if !people.is_empty() {
                small.muted.lacking {
                    (visit.t("还差：", "Still to do: "))
                    @for (at, (person, unit)) in people.into_iter().enumerate() {
                        @if at > 0 { (visit.t("、", ", ")) }
                        @match address(person, *unit) {
                            Some(address) => a href=(address) { (person.name) },
                            None => (person.name),
                        }
                    }
                }
            }
        }
    }
}

/// Whether a line names who it lacks.
fn is_named(line: &DutyLine) -> bool {
    line.state() != DutyState::Done && (1..=MOST_NAMED).contains(&line.missing().count())
}

/// The kind of people a duty expects entries of.
fn kind_of(line: &DutyLine) -> Option<&str> {
    match &line.duty.expects {
        Expects::EachEnrolled(kind) => Some(kind),
        _ => None,
    }
}

/// Who lacks an entry of a duty at a unit, for the form of its register; nobody when it names none.
pub(super) fn of_duty(visit: &Visit, duty: &str, unit: OrgUnitId, day: Date) -> Result<HashSet<PersonId>> {
    if duty.is_empty() {
        return Ok(HashSet::new());
    }
    let line = visit.work.duty_on(&visit.actor, duty, unit, day)?;
    Ok(line.iter().flat_map(DutyLine::missing).collect())
}
