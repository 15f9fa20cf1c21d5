//! What the earlier entries of the same person say: a child does not shrink between two examinations.

use crate::actor::{Action, Actor};
use crate::directory::Directory;
use crate::error::Result;
use crate::work::Work;
use hygeia_expr::Value;
use hygeia_pack::model::Register;
use hygeia_store::{EntryId, Person};
use indexmap::IndexMap;
use jiff::civil::Date;

/// Earlier entries looked through for a value.
const MOST: u32 = 20;

impl Work {
    /// The values that the rules of a register compare with: of each such field the last one that the person's entries
    /// of days before `day` say, as far as the actor sees them. Nothing is read when no rule compares.
    pub(super) fn previous_values(
        &self,
        actor: &Actor,
        directory: &Directory,
        register: &Register,
        (person, day): (Option<&Person>, Date),
        except: Option<EntryId>,
    ) -> Result<IndexMap<String, Value>> {
        let mut values = IndexMap::new();
        let Some(person) = person else { return Ok(values) };
        let mut fields: Vec<&str> = register.rules.iter().flat_map(|rule| rule.previous()).collect();
        fields.sort_unstable();
        fields.dedup();
        if fields.is_empty() {
            return Ok(values);
        }
        let earlier = self.store.read(|reader| {
            reader.entry_said_before(self.county, register, (person.id, day), &fields, MOST)
        })?;
        for said in earlier {
            if Some(said.entry) == except || !actor.may(directory, register, Action::View, said.unit) {
                continue;
            }
            for (field, value) in fields.iter().zip(said.values) {
                if !value.is_null() && !values.contains_key(*field) {
                    values.insert((*field).to_owned(), value);
                }
            }
        }
        Ok(values)
    }
}
