//! What the earlier entries of the same person say: a child does not shrink between two examinations.

use super::Listing;
use crate::actor::Actor;
use crate::error::{Result, WorkError};
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
        register: &Register,
        person: Option<&Person>,
        day: Date,
        except: Option<EntryId>,
    ) -> Result<IndexMap<String, Value>> {
        let mut values = IndexMap::new();
        let (Some(person), Ok(before)) = (person, day.yesterday()) else { return Ok(values) };
        let mut fields: Vec<&str> = register.rules.iter().flat_map(|rule| rule.previous()).collect();
        fields.sort_unstable();
        fields.dedup();
        if fields.is_empty() {
            return Ok(values);
        }
        let listing =
            Listing { person: Some(person.id), to: Some(before), limit: MOST, ..Listing::default() };
        let page = match self.entry_list(actor, register.id.as_str(), &listing) {
            Ok(page) => page,
            Err(WorkError::Denied(_)) => return Ok(values),
            Err(error) => return Err(error),
        };
        let earlier = page.entries.iter().filter(|view| Some(view.entry.id) != except);
        for view in earlier {
            for field in &fields {
                let value = view.entry.values.get(*field).filter(|value| !value.is_null());
                if let (Some(value), false) = (value, values.contains_key(*field)) {
                    values.insert((*field).to_owned(), value.clone());
                }
            }
        }
        Ok(values)
    }
}
