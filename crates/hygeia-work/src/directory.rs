//! The org tree in memory: a county's units are few and read on every request.

use hygeia_pack::model::{ANY_KIND, OrgKindId, Register};
use hygeia_store::{OrgUnit, OrgUnitId};
use jiff::civil::Date;
use std::collections::{HashMap, HashSet};

/// All org units of a county, by id, code and parent.
#[derive(Debug, Default)]
pub struct Directory {
    /// Store's version of the tree this was read at.
    pub version: i64,
    units: HashMap<OrgUnitId, OrgUnit>,
    children: HashMap<Option<OrgUnitId>, Vec<OrgUnitId>>,
    by_code: HashMap<String, OrgUnitId>,
    /// For each unit the kinds of what is in its subtree, each with the kinds at and above it.
    kinds: HashMap<OrgUnitId, HashSet<(OrgKindId, OrgKindId)>>,
}

impl Directory {
    /// Builds the tree; siblings in the order of `sort`, then code.
    pub fn new(version: i64, mut units: Vec<OrgUnit>) -> Self {
        units.sort_by(|a, b| (a.sort, &a.code).cmp(&(b.sort, &b.code)));
        let mut directory = Self { version, ..Self::default() };
        for unit in units {
            directory.children.entry(unit.parent).or_default().push(unit.id);
            directory.by_code.insert(unit.code.clone(), unit.id);
            directory.units.insert(unit.id, unit);
        }
        directory.kinds = directory.kinds_below();
        directory
    }

    fn kinds_below(&self) -> HashMap<OrgUnitId, HashSet<(OrgKindId, OrgKindId)>> {
        let mut kinds: HashMap<OrgUnitId, HashSet<(OrgKindId, OrgKindId)>> = HashMap::new();
        for unit in self.units.values() {
            let line = self.line_up(unit.id);
            for above in &line {
                let known = kinds.entry(above.id).or_default();
                known.extend(line.iter().map(|other| (unit.kind.clone(), other.kind.clone())));
            }
        }
        kinds
    }

    /// Whether `id` or a unit below it is of `kind`.
    pub fn has_kind(&self, kind: &OrgKindId, id: OrgUnitId) -> bool {
        self.kinds.get(&id).is_some_and(|kinds| kinds.contains(&(kind.clone(), kind.clone())))
    }

    /// Whether the subtree of `id` has a unit that entries of the register may belong to.
    pub fn has_place(&self, register: &Register, id: OrgUnitId) -> bool {
        let within = register.within.as_ref().unwrap_or(&register.at);
        let place = (register.at.clone(), within.clone());
        register.at.as_str() == ANY_KIND || self.kinds.get(&id).is_some_and(|kinds| kinds.contains(&place))
    }

    /// Whether the register is kept in the part of the county that `id` stands in: one for classes of schools is
    /// none of a kindergarten's.
    pub fn is_kept_at(&self, register: &Register, id: OrgUnitId) -> bool {
        match &register.within {
            Some(kind) => self.above_of_kind(id, kind).is_some() || self.has_place(register, id),
            None => true,
        }
    }

    /// The unit with this id.
    pub fn get(&self, id: OrgUnitId) -> Option<&OrgUnit> {
        self.units.get(&id)
    }

    /// The unit with this code.
    pub fn by_code(&self, code: &str) -> Option<&OrgUnit> {
        self.by_code.get(code).and_then(|id| self.units.get(id))
    }

    /// Units without a parent.
    pub fn roots(&self) -> impl Iterator<Item = &OrgUnit> {
        self.children_of(None)
    }

    /// Units right below `id`.
    pub fn children(&self, id: OrgUnitId) -> impl Iterator<Item = &OrgUnit> {
        self.children_of(Some(id))
    }

    fn children_of(&self, id: Option<OrgUnitId>) -> impl Iterator<Item = &OrgUnit> {
        self.children.get(&id).into_iter().flatten().filter_map(|child| self.units.get(child))
    }

    /// `id` and everything below it, parents before children.
    pub fn subtree(&self, id: OrgUnitId) -> Vec<&OrgUnit> {
        let mut found = Vec::new();
        let mut open = vec![id];
        while let Some(next) = open.pop() {
            let Some(unit) = self.get(next) else { continue };
            found.push(unit);
            let first_new = open.len();
            open.extend(self.children(next).map(|child| child.id));
            open[first_new..].reverse();
        }
        found
    }

    /// Units of a kind (all, for [`ANY_KIND`]) within the subtree of `id` that exist on `day`.
    pub fn subtree_of_kind(&self, id: OrgUnitId, kind: &OrgKindId, day: Date) -> Vec<&OrgUnit> {
        self.subtree(id).into_iter().filter(|unit| is_of(unit, kind) && exists_on(unit, day)).collect()
    }

    /// `id`, its parent, and so on to the top.
    pub fn line_up(&self, id: OrgUnitId) -> Vec<&OrgUnit> {
        let mut line = Vec::new();
        let mut next = self.get(id);
        while let Some(unit) = next {
            line.push(unit);
            if line.len() > 64 {
                break;
            }
            next = unit.parent.and_then(|parent| self.get(parent));
        }
        line
    }

    /// Whether `id` is `ancestor` or stands below it.
    pub fn is_within(&self, id: OrgUnitId, ancestor: OrgUnitId) -> bool {
        match (self.get(id), self.get(ancestor)) {
            (Some(unit), Some(ancestor)) => unit.path.starts_with(&ancestor.path),
            _ => false,
        }
    }

    /// Nearest unit of `kind` at or above `id`; `id` itself for [`ANY_KIND`].
    pub fn above_of_kind(&self, id: OrgUnitId, kind: &OrgKindId) -> Option<&OrgUnit> {
        self.line_up(id).into_iter().find(|unit| is_of(unit, kind))
    }

    /// The kindergarten or school that `id` is or belongs to, else the unit itself.
    pub fn house_of(&self, id: OrgUnitId) -> Option<&OrgUnit> {
        let line = self.line_up(id);
        line.iter().find(|unit| is_owner(unit)).or(line.first()).copied()
    }

    /// The name with the unit it belongs to: `实验幼儿园 · 大二班`.
    pub fn full_title(&self, id: OrgUnitId) -> String {
        let line = self.line_up(id);
        let Some(unit) = line.first() else { return String::new() };
        let owner = line.iter().skip(1).find(|above| is_owner(above));
        match owner {
            Some(owner) => format!("{} · {}", owner.title, unit.title),
            None => unit.title.clone(),
        }
    }

    /// The name as it reads on a page about `place`: what the heading already says is left out.
    pub fn title_within(&self, id: OrgUnitId, place: OrgUnitId) -> String {
        let owner = self.line_up(id).into_iter().skip(1).find(|above| is_owner(above));
        match (owner, self.get(id)) {
            (Some(owner), Some(unit)) if self.is_within(place, owner.id) => unit.title.clone(),
            _ => self.full_title(id),
        }
    }

    /// Every unit, parents before children.
    pub fn all(&self) -> Vec<&OrgUnit> {
        self.roots().flat_map(|root| self.subtree(root.id)).collect()
    }
}

/// Whether the classes and grades below are called by this unit's name too.
pub fn is_owner(unit: &OrgUnit) -> bool {
    matches!(unit.kind.as_str(), "kindergarten" | "school")
}

fn is_of(unit: &OrgUnit, kind: &OrgKindId) -> bool {
    unit.kind == *kind || kind.as_str() == ANY_KIND
}

/// Whether the unit exists on `day`.
pub fn exists_on(unit: &OrgUnit, day: Date) -> bool {
    unit.from <= day && unit.to.is_none_or(|to| day < to)
}
