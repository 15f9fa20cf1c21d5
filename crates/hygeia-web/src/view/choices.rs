//! What the reference fields of a form choose from.

use crate::visit::Visit;
use hygeia_pack::model::{FieldType, Register};
use hygeia_store::{EntryId, OrgUnitId, PersonId};
use hygeia_work::Result;
use serde_json::{Map, Value as Json};
use std::collections::HashMap;

/// Stored values and their names, in the order they are offered.
pub(crate) type Options = Vec<(String, String)>;

/// The entries each entry field of a register may refer to, by field; what a field holds already is among them.
pub(crate) fn entries(
    visit: &Visit,
    register: &Register,
    unit: OrgUnitId,
    person: Option<PersonId>,
    values: &Map<String, Json>,
) -> Result<HashMap<String, Options>> {
    let mut offered = HashMap::new();
    for field in register.fields.values().filter(|field| field.is_typed()) {
        if !matches!(field.kind, FieldType::Entry { .. }) {
            continue;
        }
        let kept = values.get(&field.name).and_then(Json::as_str).and_then(|id| id.parse().ok()).map(EntryId);
        let found = visit.work.entries_to_name(&visit.actor, field, unit, person, kept)?;
        let options = found.into_iter().map(|(id, name)| (id.0.to_string(), name)).collect();
        offered.insert(field.name.clone(), options);
    }
    Ok(offered)
}
