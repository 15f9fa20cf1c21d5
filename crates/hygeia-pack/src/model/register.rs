//! Registers (登记/台账).

use super::{
    Field, FlagRule, Formula, Notice, OrgKindId, PrintForm, Profile, Rectify, RegisterId, RoleId, Standard,
    Title, Workflow,
};
use indexmap::IndexMap;
use std::sync::Arc;

/// What one entry is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum About {
    /// One child or pupil; the entry belongs to the class they are enrolled in on the entry's day.
    Child,
    /// One member of staff; the entry belongs to the unit they work in.
    Staff,
    /// The org unit itself.
    OrgUnit,
}

impl About {
    /// Kind of the people entries are about; `None` when they are about no person.
    pub fn person_kind(&self) -> Option<&'static str> {
        match self {
            Self::Child => Some("child"),
            Self::Staff => Some("staff"),
            Self::OrgUnit => None,
        }
    }
}

/// How entries are made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Layout {
    /// One entry at a time.
    Form,
    /// A class by rows, normal by default.
    Roster,
}

/// Days on which entries may stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Days {
    /// Every day.
    Any,
    /// Days on which children come, by the work calendar and its terms; other days are refused.
    School,
}

/// How bad a broken rule is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Severity {
    /// The entry is refused.
    Error,
    /// The entry is kept, the message shown.
    Warning,
}

/// A condition every entry must meet.
#[derive(Debug, Clone)]
pub struct Rule {
    /// Must not be false; a rule over missing values does not fire.
    pub check: Formula,
    /// What the user reads, in Chinese.
    pub message: String,
    /// Field the message stands beside: the first field the check names.
    pub field: Option<String>,
    /// Error or warning.
    pub severity: Severity,
}

/// What a role may do with a register's entries within its unit's subtree.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Access {
    /// Read entries.
    pub view: bool,
    /// Make entries.
    pub enter: bool,
    /// Change entries (with history).
    pub edit: bool,
    /// Void entries (作废) with a reason.
    pub void: bool,
    /// Sign a sheet or entry.
    pub sign: bool,
}

/// A register: a typed, versioned form; one real SQL table.
#[derive(Debug, Clone)]
pub struct Register {
    /// `pack.name`.
    pub id: RegisterId,
    /// Name on the screen.
    pub title: Title,
    /// What it is for, one sentence.
    pub help: Option<String>,
    /// Heading the register list groups it under.
    pub group: Option<String>,
    /// Subject of an entry.
    pub about: About,
    /// Kind of org unit that entries belong to; `any` for registers of the system, whose entries stand at every level.
    pub at: OrgKindId,
    /// Kind of unit that must stand at or above for the register to apply (a class of a school, not of a
    /// kindergarten).
    pub within: Option<OrgKindId>,
    /// Roster or form.
    pub layout: Layout,
    /// The date field that is the entry's day; every register has one.
    pub day: String,
    /// Fields whose values identify an entry together (with the subject when `subject` is among them, written
    /// as the subject's kind in packs); empty when every submission is a new entry.
    pub key: Vec<KeyPart>,
    /// Fields by name, in form order.
    pub fields: IndexMap<String, Field>,
    /// Conditions on entries.
    pub rules: Vec<Rule>,
    /// Who may do what.
    pub access: IndexMap<RoleId, Access>,
    /// Columns of the register's table page; the first eight fields when the pack says nothing.
    pub columns: Vec<String>,
    /// Sheets are signed when complete.
    pub signed: bool,
    /// Days on which entries may stand.
    pub days: Days,
    /// The yes-or-no field that says whether the subject was there on the day. Registers that have one say the same
    /// thing: a sheet begins with what another has recorded, and a contradiction is a warning.
    pub presence: Option<String>,
    /// Official layout.
    pub print: PrintForm,
    /// What is handed out about one entry.
    pub notice: Option<Notice>,
    /// What its entries add to the page of the person they are about.
    pub profile: Vec<Profile>,
    /// Other wordings of this work in plans and summaries.
    pub synonyms: Vec<String>,
    /// The standard its entries are inspections by.
    pub standard: Option<Arc<Standard>>,
    /// Where the findings of its inspections go.
    pub rectify: Option<Rectify>,
    /// Who gets the flag.
    pub flag: Option<FlagRule>,
    /// States, transitions and clocks of its entries.
    pub workflow: Option<Workflow>,
}

/// Before the name of a field: what the same person's earlier entries say of it, in a rule.
pub const PREVIOUS: &str = "previous.";

impl Rule {
    /// Fields whose earlier values it compares with.
    pub fn previous(&self) -> impl Iterator<Item = &str> {
        self.check.expr.names().into_iter().filter_map(|name| name.strip_prefix(PREVIOUS))
    }
}

impl Register {
    /// Whether entries may belong to units of this kind.
    pub fn is_at(&self, kind: &OrgKindId) -> bool {
        self.at == *kind || self.at.as_str() == ANY_KIND
    }
}

/// Written in place of a kind of org unit where every level is meant.
pub const ANY_KIND: &str = "any";

/// One part of a natural key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KeyPart {
    /// The org unit of the entry.
    OrgUnit,
    /// The person the entry is about.
    Subject,
    /// A field.
    Field(String),
}
