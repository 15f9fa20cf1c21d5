//! Plans, documents under proofreading, and the calendar they run on.

use super::{DocumentId, OrgUnitId, PersonId, PlanId, PlanItemId};
use hygeia_pack::model::{DutyId, Every, IndicatorId, RoleId};
use jiff::Timestamp;
use jiff::civil::Date;
use rust_decimal::Decimal;

/// A plan document with its text.
#[derive(Debug, Clone, PartialEq)]
pub struct Plan {
    /// Id within the county.
    pub id: PlanId,
    /// Unit it is for.
    pub unit: OrgUnitId,
    /// Heading.
    pub title: String,
    /// `plan`, `scheme`, `notice` …
    pub kind: String,
    /// Name of the file uploaded.
    pub file_name: String,
    /// The file.
    pub source: Vec<u8>,
    /// Its normalised text, which spans refer to.
    pub text: String,
    /// `draft`, `live` or `closed`.
    pub status: String,
    /// First day in force.
    pub from: Date,
    /// Last day in force.
    pub to: Date,
    /// When it was confirmed; missing while it is a draft.
    pub confirmed_at: Option<Timestamp>,
    /// Day it was last closed; missing while it is a draft or live.
    pub closed_on: Option<Date>,
    /// When it was uploaded.
    pub created_at: Timestamp,
    /// Who uploaded it.
    pub created_by: String,
}

/// One line of a plan.
#[derive(Debug, Clone, PartialEq)]
pub struct PlanItem {
    /// Id within the county.
    pub id: PlanItemId,
    /// Plan.
    pub plan: PlanId,
    /// Place in the document, from 1.
    pub no: i64,
    /// `task`, `duty`, `target` or `deadline`; `heading` for a heading that lines stand under and that asks for nothing.
    pub kind: String,
    /// Words of the document.
    pub quote: String,
    /// Where they begin in the text.
    pub start: i64,
    /// Where they end.
    pub end: i64,
    /// What is to be done or measured.
    pub title: String,
    /// Times per interval.
    pub times: Option<u16>,
    /// Interval.
    pub every: Option<Every>,
    /// Season or occasion it is limited to, as written.
    pub when: Option<String>,
    /// The frequency is a minimum.
    pub at_least: bool,
    /// What a target measures, as written.
    pub metric: Option<String>,
    /// `>=`, `<=`, `=`, `>` or `<`.
    pub op: Option<String>,
    /// Value of the target.
    pub value: Option<Decimal>,
    /// Unit of the value, as written.
    pub value_unit: Option<String>,
    /// First day.
    pub due_from: Option<Date>,
    /// Last day.
    pub due_to: Option<Date>,
    /// Duty it means.
    pub duty: Option<DutyId>,
    /// Indicator it means.
    pub indicator: Option<IndicatorId>,
    /// Unit that owns it.
    pub owner_unit: Option<OrgUnitId>,
    /// Role that owns it.
    pub owner_role: Option<RoleId>,
    /// Person that owns it.
    pub owner_person: Option<PersonId>,
    /// `suggested`, `accepted`, `rejected` or `done`.
    pub state: String,
    /// Day from which it is in force; missing while it is not, or was never.
    pub since: Option<Date>,
    /// Remark.
    pub note: Option<String>,
    /// How sure the reader was, 0 to 1.
    pub confidence: f64,
}

/// A document under proofreading.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    /// Id within the county.
    pub id: DocumentId,
    /// Unit it is for.
    pub unit: OrgUnitId,
    /// Heading, or the name of the file.
    pub title: String,
    /// Period it tells of, as written in addresses.
    pub period: String,
    /// Name of the file it came in.
    pub file_name: String,
    /// The file.
    pub source: Vec<u8>,
    /// What people decided about the findings in it, by the finding's key.
    pub decisions: serde_json::Value,
    /// When it last changed.
    pub updated_at: Timestamp,
    /// Who changed it.
    pub updated_by: String,
}

/// A school term.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Term {
    /// `2026-T1`.
    pub id: String,
    /// Name.
    pub title: String,
    /// First day.
    pub from: Date,
    /// Last day.
    pub to: Date,
}

/// A day that differs from the calendar's rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CalendarDay {
    /// The day.
    pub day: Date,
    /// Whether it is worked.
    pub works: bool,
    /// Why: 国庆节, 调休 …
    pub title: String,
}
