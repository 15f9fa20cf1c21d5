//! Org units that entries name in their fields: by code, of the kind asked for, and near enough to be dealt with.

use crate::actor::Actor;
use crate::directory::{Directory, exists_on};
use crate::error::FieldProblem;
use crate::work::Work;
use hygeia_expr::Value;
use hygeia_pack::model::{FieldType, OrgKindId, PackSet, Register};
use hygeia_store::{OrgUnit, OrgUnitId};
use indexmap::IndexMap;
use serde_json::{Map, Value as Json};

/// The submitted values with codes of org units in place of which their ids are stored.
pub(crate) fn with_ids(
    directory: &Directory,
    register: &Register,
    values: &Map<String, Json>,
) -> Map<String, Json> {
    let id = |name: &str, value: &Json| {
        let is_unit = matches!(register.fields.get(name)?.kind, FieldType::OrgUnit { .. });
        let unit = directory.by_code(value.as_str().filter(|_| is_unit)?)?;
        Some(Json::from(unit.id.0))
    };
    values
        .iter()
        .map(|(name, value)| (name.clone(), id(name, value).unwrap_or_else(|| value.clone())))
        .collect()
}

/// Units that do not exist for the actor, are of another kind, or stand too far away: an entry names units within the
/// actor's reach, or its neighbours under the same unit (the ward's own store).
pub(crate) fn check(
    packs: &PackSet,
    directory: &Directory,
    actor: &Actor,
    register: &Register,
    unit: OrgUnitId,
    values: &IndexMap<String, Value>,
    problems: &mut Vec<FieldProblem>,
) {
    for (name, field) in &register.fields {
        let (FieldType::OrgUnit { kind }, Some(Value::Int(id))) = (&field.kind, values.get(name)) else {
            continue;
        };
        let found = directory.get(OrgUnitId(*id)).filter(|named| may_name(directory, actor, unit, named.id));
        let title = &field.title.zh;
        match (found, kind) {
            (None, _) => {
                problems.push(FieldProblem::error(name, format!("{title}：没有这个机构，请重新选择")))
            }
            (Some(named), Some(kind)) if named.kind != *kind => {
                let wanted = packs.org_kinds.get(kind).map_or(kind.as_str(), |kind| kind.title.zh.as_str());
                problems.push(FieldProblem::error(name, format!("{title}应选择{wanted}")));
            }
            _ => {}
        }
    }
}

/// Whether an entry of `unit` may name another unit.
fn may_name(directory: &Directory, actor: &Actor, unit: OrgUnitId, named: OrgUnitId) -> bool {
    let above = directory.get(unit).and_then(|unit| unit.parent);
    actor.reaches(directory, named) || above.is_some_and(|above| directory.is_within(named, above))
}

impl Work {
    /// Units that an org-unit field of an entry of `unit` may name: of its kind, in the order of the tree.
    pub fn units_to_name(
        &self,
        actor: &Actor,
        kind: Option<&OrgKindId>,
        unit: OrgUnitId,
    ) -> Vec<(OrgUnitId, String)> {
        let directory = self.directory();
        let near = |found: &&OrgUnit| {
            kind.is_none_or(|kind| found.kind == *kind)
                && exists_on(found, actor.today())
                && may_name(&directory, actor, unit, found.id)
        };
        let found = directory.all().into_iter().filter(near);
        found.map(|found| (found.id, directory.full_title(found.id))).collect()
    }
}
