//! What the store keeps: plain values, one id type per kind of thing.

use hygeia_expr::{Expr, Value};
use hygeia_pack::model::{DutyId, Every, IndicatorId, OrgKindId, RegisterId, RoleId};
use indexmap::IndexMap;
use jiff::Timestamp;
use jiff::civil::Date;
use rust_decimal::Decimal;
use serde_json::Value as Json;
use uuid::Uuid;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident($inner:ty);)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub $inner);

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }
    )*};
}

ids! {
    /// A county: first part of every key, distribution column of a sharded database.
    CountyId(i64);
    /// An org unit within its county; 0 asks for a new one.
    OrgUnitId(i64);
    /// A person within the county, counted densely from 1; 0 asks for a new one.
    PersonId(u32);
    /// An enrolment; 0 asks for a new one.
    EnrolmentId(i64);
    /// An account; 0 asks for a new one.
    AccountId(i64);
    /// An entry, made by the client.
    EntryId(Uuid);
    /// A plan; 0 asks for a new one.
    PlanId(i64);
    /// A line of a plan; 0 asks for a new one.
    PlanItemId(i64);
    /// A report draft; 0 asks for a new one.
    DocumentId(i64);
}

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

/// Who did something: the account, and its name at the time.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Actor {
    /// Account; 0 for the system.
    pub account: AccountId,
    /// Name that signs.
    pub name: String,
}

/// One entry of a register.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// Id.
    pub id: EntryId,
    /// Register.
    pub register: RegisterId,
    /// Unit it belongs to.
    pub unit: OrgUnitId,
    /// Subject.
    pub person: Option<PersonId>,
    /// Day it is about.
    pub day: Date,
    /// Values of all fields of the register, missing ones as `Null`.
    pub values: IndexMap<String, Value>,
    /// 1, then counted up with every change.
    pub version: i64,
    /// Voided (作废): kept, but in no number.
    pub void: bool,
    /// Made by the time its duty set; `None` when no duty asks for it.
    pub on_time: Option<bool>,
    /// Who signed the sheet it stands on.
    pub signed_by: Option<String>,
    /// When that was.
    pub signed_at: Option<Timestamp>,
    /// When it was made.
    pub created_at: Timestamp,
    /// Who made it.
    pub created_by: Actor,
    /// When it last changed.
    pub updated_at: Timestamp,
    /// Edition of the pack it was last written under.
    pub pack_version: i64,
}

/// An entry to be stored.
#[derive(Debug, Clone)]
pub struct EntryWrite {
    /// Id; a known id is a change.
    pub id: EntryId,
    /// Unit it belongs to.
    pub unit: OrgUnitId,
    /// Subject.
    pub person: Option<PersonId>,
    /// Day it is about.
    pub day: Date,
    /// Values by field.
    pub values: IndexMap<String, Value>,
    /// Version that was read before changing; another one in the store is a conflict.
    pub expect_version: Option<i64>,
    /// Made by the time its duty set.
    pub on_time: Option<bool>,
    /// Who writes.
    pub actor: Actor,
    /// When.
    pub at: Timestamp,
    /// Why it is changed.
    pub reason: Option<String>,
}

/// What became of an entry to be stored.
#[derive(Debug, Clone, PartialEq)]
pub enum Put {
    /// New.
    Created {
        /// 1.
        version: i64,
    },
    /// The same submission again; nothing was written.
    Unchanged {
        /// Version stored.
        version: i64,
    },
    /// Changed.
    Updated {
        /// Version stored now.
        version: i64,
    },
    /// Someone else changed or voided it meanwhile; nothing was written.
    Conflict {
        /// What is stored.
        current: Entry,
    },
    /// Another entry stands under the same natural key; nothing was written.
    Duplicate {
        /// That entry.
        existing: Entry,
    },
}

/// Which entries of a register.
#[derive(Debug, Clone, Default)]
pub struct EntryQuery {
    /// Path of the root of the subtree; every unit when empty.
    pub unit_path: String,
    /// First day.
    pub from: Option<Date>,
    /// Last day.
    pub to: Option<Date>,
    /// Subject.
    pub person: Option<PersonId>,
    /// Condition on stored fields.
    pub filter: Option<Expr>,
    /// Field equals value (one of the codes of a multiple choice).
    pub equals: Vec<(String, Value)>,
    /// Made in time, or late.
    pub on_time: Option<bool>,
    /// Text in any text field or the subject's name.
    pub text: Option<String>,
    /// Also voided entries.
    pub include_void: bool,
    /// Field and whether descending; newest day first when `None`.
    pub sort: Option<(String, bool)>,
    /// Rows to return; 0 returns all.
    pub limit: u32,
    /// Rows to skip.
    pub offset: u32,
}

/// A line of the change log, as stored.
#[derive(Debug, Clone, PartialEq)]
pub struct Change {
    /// Place in the county's chain, from 1.
    pub seq: i64,
    /// When.
    pub at: Timestamp,
    /// Who.
    pub actor: Actor,
    /// `create`, `update`, `void`, `restore`, `sign`, `read` …
    pub action: String,
    /// Register id, `person`, `account`, `plan` …
    pub noun: String,
    /// Id of the thing changed.
    pub reference: String,
    /// Unit it belongs to.
    pub unit: Option<OrgUnitId>,
    /// State before; null when new.
    pub before: Json,
    /// State after; null when gone.
    pub after: Json,
    /// Reason given.
    pub reason: Option<String>,
    /// Hash over the line and the hash before it, hexadecimal.
    pub hash: String,
}

/// A line for the change log.
#[derive(Debug, Clone)]
pub struct NewChange {
    /// `save`, `disable`, `read` …
    pub action: String,
    /// `person`, `account`, `plan` …
    pub noun: String,
    /// Id or code of the thing changed.
    pub reference: String,
    /// Unit it belongs to.
    pub unit: Option<OrgUnitId>,
    /// State before.
    pub before: Json,
    /// State after.
    pub after: Json,
    /// Reason given.
    pub reason: Option<String>,
    /// Who.
    pub actor: Actor,
    /// When.
    pub at: Timestamp,
}

/// Which lines of the change log, newest first.
#[derive(Debug, Clone, Default)]
pub struct ChangeQuery {
    /// Register id, `person`, `account` …
    pub noun: Option<String>,
    /// Id of the thing changed.
    pub reference: Option<String>,
    /// Account that changed it.
    pub account: Option<AccountId>,
    /// Path of the root of the subtree; lines without a unit are left out when given.
    pub unit_path: Option<String>,
    /// Only lines before this place of the chain: the last one of the page before.
    pub before: Option<i64>,
    /// Lines to return.
    pub limit: u32,
}

/// An account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// Id within the county.
    pub id: AccountId,
    /// Login name, unique in the county.
    pub login: String,
    /// Name that signs.
    pub name: String,
    /// PHC string of the password's hash.
    pub password_hash: String,
    /// Person of the directory it belongs to.
    pub person: Option<PersonId>,
    /// May not sign in.
    pub disabled: bool,
    /// Pages in English.
    pub english: bool,
}

/// A role held at a unit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grant {
    /// Role.
    pub role: RoleId,
    /// Unit, with its subtree.
    pub unit: OrgUnitId,
}

/// A signed-in browser.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// Hash of the cookie's secret.
    pub hash: String,
    /// Account.
    pub account: AccountId,
    /// Token of unsafe requests.
    pub csrf: String,
    /// End.
    pub expires: Timestamp,
}

/// An API token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    /// Hash of the token.
    pub hash: String,
    /// Account it acts for.
    pub account: AccountId,
    /// What it is for.
    pub label: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// End, if it has one.
    pub expires: Option<Timestamp>,
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

/// The signature of a sheet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SheetSign {
    /// Unit of the sheet.
    pub unit: OrgUnitId,
    /// Day of the sheet.
    pub day: Date,
    /// Who signed.
    pub by: String,
    /// When.
    pub at: Timestamp,
}

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
    /// `task`, `duty`, `target` or `deadline`.
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
    /// Remark.
    pub note: Option<String>,
    /// How sure the reader was, 0 to 1.
    pub confidence: f64,
}

/// A report draft.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    /// Id within the county.
    pub id: DocumentId,
    /// Unit it is for.
    pub unit: OrgUnitId,
    /// Report it came from.
    pub report: String,
    /// Period, as written in addresses.
    pub period: String,
    /// Text.
    pub body: String,
    /// When it last changed.
    pub updated_at: Timestamp,
    /// Who changed it.
    pub updated_by: String,
}
