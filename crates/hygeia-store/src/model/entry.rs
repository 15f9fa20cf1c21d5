//! Entries, sheets, and the log of changes.

use super::{AccountId, EntryId, OrgUnitId, PersonId};
use hygeia_expr::{Expr, Value};
use hygeia_pack::model::RegisterId;
use indexmap::IndexMap;
use jiff::Timestamp;
use jiff::civil::Date;
use serde_json::Value as Json;

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
    /// Paths of the roots of the subtrees; every unit when empty.
    pub unit_paths: Vec<String>,
    /// First day.
    pub from: Option<Date>,
    /// Last day.
    pub to: Option<Date>,
    /// Subject.
    pub person: Option<PersonId>,
    /// Only these subjects.
    pub people: Option<Vec<PersonId>>,
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

/// The signature a sheet had before a change took it away.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LostSign {
    /// Who had signed.
    pub by: String,
    /// When that was.
    pub at: Timestamp,
    /// Who changed the sheet afterwards.
    pub changed_by: String,
    /// When that was.
    pub changed_at: Timestamp,
}

/// A sheet that lost its signature by a change and has not been signed since.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnsignedSheet {
    /// Register of the sheet.
    pub register: RegisterId,
    /// Unit of the sheet.
    pub unit: OrgUnitId,
    /// Day of the sheet.
    pub day: Date,
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
