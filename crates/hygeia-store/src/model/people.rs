//! Units, people, and their time in units.

use super::{EnrolmentId, OrgUnitId, PersonId};
use hygeia_pack::model::OrgKindId;
use jiff::civil::Date;
use serde_json::Value as Json;

/// A place that reports, within the hierarchy.
#[derive(Debug, Clone, PartialEq)]
pub struct OrgUnit {
    /// Id within the county.
    pub id: OrgUnitId,
    /// Code, unique in the county.
    pub code: String,
    /// Kind, as the packs name it.
    pub kind: OrgKindId,
    /// Name.
    pub title: String,
    /// Unit above; `None` at the top.
    pub parent: Option<OrgUnitId>,
    /// Ids from the top to the unit itself, `/1/4/9/`; kept by the store.
    pub path: String,
    /// First day it exists.
    pub from: Date,
    /// First day it no longer exists.
    pub to: Option<Date>,
    /// Place among its siblings.
    pub sort: i64,
    /// Further facts.
    pub attrs: Json,
}

/// A child or a member of staff.
#[derive(Debug, Clone, PartialEq)]
pub struct Person {
    /// Id within the county.
    pub id: PersonId,
    /// `child` or `staff`.
    pub kind: String,
    /// Number on the roll, unique in the county.
    pub code: String,
    /// Name.
    pub name: String,
    /// `male`, `female` or empty when not known.
    pub sex: String,
    /// Birth date.
    pub birth: Option<Date>,
    /// Citizen number; encrypted at rest, absent from lists.
    pub id_number: Option<String>,
    /// Telephone; encrypted at rest, absent from lists.
    pub phone: Option<String>,
    /// Further facts.
    pub attrs: Json,
}

/// A person's time in a unit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Enrolment {
    /// Id within the county.
    pub id: EnrolmentId,
    /// Who.
    pub person: PersonId,
    /// Where.
    pub unit: OrgUnitId,
    /// First day on the roll.
    pub from: Date,
    /// First day no longer on the roll.
    pub to: Option<Date>,
    /// Why it began or ended.
    pub reason: String,
}

impl Enrolment {
    /// Whether the person is in the unit on `day`.
    pub fn holds_on(&self, day: Date) -> bool {
        self.from <= day && self.to.is_none_or(|to| day < to)
    }
}
