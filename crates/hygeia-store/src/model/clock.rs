//! Clocks (时限) that run on entries.

use super::{Actor, Entry, EntryId, OrgUnitId};
use hygeia_expr::Value;
use hygeia_pack::model::RegisterId;
use indexmap::IndexMap;
use jiff::Timestamp;
use jiff::civil::Date;

/// How a clock stands, or ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Outcome {
    /// It runs and is not yet due.
    Running,
    /// It stands still for a reason.
    Paused,
    /// What it asked for was done in time.
    Met,
    /// It was not done in time: done late, or still to be done.
    Late,
    /// It no longer matters.
    Void,
}

impl Outcome {
    /// The code in the entry's field `clock_NAME`.
    pub fn code(self) -> &'static str {
        match self {
            Outcome::Running => "running",
            Outcome::Paused => "paused",
            Outcome::Met => "met",
            Outcome::Late => "late",
            Outcome::Void => "void",
        }
    }

    /// The outcome with this code.
    pub fn from_code(code: &str) -> Option<Self> {
        [Outcome::Running, Outcome::Paused, Outcome::Met, Outcome::Late, Outcome::Void]
            .into_iter()
            .find(|outcome| outcome.code() == code)
    }
}

/// A clock of an entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clock {
    /// Register of the entry.
    pub register: RegisterId,
    /// The entry.
    pub entry: EntryId,
    /// Name in the register's workflow.
    pub name: String,
    /// Unit of the entry.
    pub unit: OrgUnitId,
    /// When it started.
    pub started_at: Timestamp,
    /// When it is, or was, due; while paused as of the pause.
    pub due_at: Timestamp,
    /// From when it is pressing.
    pub warn_at: Timestamp,
    /// Pauses, the last one open while it is paused.
    pub pauses: Vec<(Timestamp, Option<Timestamp>)>,
    /// When it was stopped.
    pub ended_at: Option<Timestamp>,
    /// A transition, or the end of the entry, said that it no longer matters.
    pub voided: bool,
    /// How it stands.
    pub outcome: Outcome,
    /// Steps of its escalation that have been raised.
    pub level: i64,
}

impl Clock {
    /// Whether somebody still has to do something about it.
    pub fn is_open(&self) -> bool {
        self.ended_at.is_none() && self.outcome != Outcome::Void
    }
}

/// Which clocks, the earliest due first; clocks of voided entries are in no list.
#[derive(Debug, Clone, Default)]
pub struct ClockQuery {
    /// Path of the root of the subtree; every unit when empty.
    pub unit_path: String,
    /// Register.
    pub register: Option<RegisterId>,
    /// Entries.
    pub entries: Option<Vec<EntryId>>,
    /// Only those that are not stopped.
    pub open: bool,
    /// Only those due before this moment.
    pub due_before: Option<Timestamp>,
    /// Rows to return; 0 returns all.
    pub limit: u32,
}

/// A step of an entry that is no edit: a transition, or what time does to its clocks.
#[derive(Debug, Clone)]
pub struct EntryStep {
    /// The entry as it was read; another one in the store is a conflict.
    pub before: Entry,
    /// Day it is about now.
    pub day: Date,
    /// Values by field.
    pub values: IndexMap<String, Value>,
    /// Action of the log line: `transition:verify`, `clock:report`.
    pub action: String,
    /// Id the client gave the step; taken twice it is once.
    pub request: Option<uuid::Uuid>,
    /// Whether whoever has the entry open must read it again before changing it.
    pub new_version: bool,
    /// Who.
    pub actor: Actor,
    /// When.
    pub at: Timestamp,
    /// Why.
    pub reason: Option<String>,
}
