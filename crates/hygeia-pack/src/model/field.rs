//! Fields of a register.

use super::{ListId, OrgKindId, RegisterId, Title};
use hygeia_expr::Expr;
use indexmap::IndexMap;
use rust_decimal::Decimal;

/// An expression of a pack with the text it was written as (kept for definitions shown to users).
#[derive(Debug, Clone)]
pub struct Formula {
    /// As written in the pack.
    pub source: String,
    /// Parsed and type-checked.
    pub expr: Expr,
}

/// One option of a choice, with its code and title.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct ChoiceOption {
    /// Stored code; never changes its meaning.
    pub code: String,
    /// Name on the screen.
    pub title: Title,
    /// Retired options stay readable in old entries but cannot be chosen.
    pub retired: bool,
}

/// Where the options of a choice come from.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Choice {
    /// Code list the options were taken from, when shared.
    pub list: Option<ListId>,
    /// The options, resolved, in display order.
    pub options: Vec<ChoiceOption>,
}

impl Choice {
    /// The option with this code.
    pub fn option(&self, code: &str) -> Option<&ChoiceOption> {
        self.options.iter().find(|option| option.code == code)
    }
}

/// How many entries are awaited that name one and the same other entry.
#[derive(Debug, Clone)]
pub struct Awaited {
    /// Number of entries, over the fields of the other entry.
    pub times: Formula,
    /// In a month; in a day when false.
    pub monthly: bool,
    /// Time of day by which the first is awaited, over the fields of the other entry.
    pub by: Option<Formula>,
    /// Only for entries of so many days up to today; for all when `None`.
    pub within_days: Option<u32>,
}

/// How a form follows from another entry.
#[derive(Debug, Clone)]
pub struct Follows {
    /// What it begins with, by field: expressions over the other register. A choice filled with several codes is a
    /// form for each of them.
    pub fills: IndexMap<String, Vec<Formula>>,
    /// Entries that leave nothing to offer for the same person and code, whatever their day.
    pub answered: Option<Formula>,
}

/// What a field holds.
#[derive(Debug, Clone)]
pub enum FieldType {
    /// One line of text, at most `max` characters.
    Text {
        /// Longest text accepted, in characters.
        max: u32,
    },
    /// Several lines of text, at most `max` characters.
    LongText {
        /// Longest text accepted, in characters.
        max: u32,
    },
    /// Whole number.
    Int {
        /// Least value accepted.
        min: Option<i64>,
        /// Greatest value accepted.
        max: Option<i64>,
    },
    /// Exact decimal with at most `decimals` ≤ 6 places.
    Decimal {
        /// Least value accepted.
        min: Option<Decimal>,
        /// Greatest value accepted.
        max: Option<Decimal>,
        /// Places kept and shown.
        decimals: u8,
    },
    /// Yes or no.
    Bool,
    /// Civil date.
    Date,
    /// Civil time of day, minutes.
    Time,
    /// Civil date and time, minutes, in the county's time zone.
    DateTime,
    /// One of the options.
    Choice(Choice),
    /// Any number of the options.
    Choices(Choice),
    /// Another person of the directory (`child`, `staff`).
    Person {
        /// `child` or `staff`.
        kind: String,
    },
    /// An org unit.
    OrgUnit {
        /// Kind of unit, any when `None`.
        kind: Option<OrgKindId>,
    },
    /// Another entry, e.g. the notice a re-check answers.
    Entry {
        /// Register of that entry.
        register: RegisterId,
        /// Both entries are about the same person; another one's is refused.
        same_subject: bool,
        /// Which entries are offered to choose from, over the fields of the other register; all when `None`. One
        /// that is no longer offered may still be named, by a late or corrected entry.
        offered: Option<Formula>,
        /// Entries of this register are awaited for each entry that is offered.
        awaited: Option<Box<Awaited>>,
        /// A form of this register follows from such an entry.
        follows: Option<Box<Follows>>,
    },
    /// Rows of a small table inside the entry (菜名, 食材, 克数); stored together with the entry.
    Rows(IndexMap<String, Field>),
    /// Pictures, stored as attachments; the value is the list of their ids.
    Photo {
        /// Most pictures.
        most: u8,
    },
    /// A signature drawn on the screen, stored as an attachment; the value is its id.
    Drawing,
    /// Name of the signer and the time, set by signing, never typed.
    Signature,
}

/// One field of a register.
#[derive(Debug, Clone)]
pub struct Field {
    /// Column name and name in expressions.
    pub name: String,
    /// Name on the screen.
    pub title: Title,
    /// What it holds.
    pub kind: FieldType,
    /// Unit of measurement, UCUM code (`Cel`, `cm`, `kg`, `min`, `g`).
    pub unit: Option<String>,
    /// An entry without it is refused (when shown).
    pub required: bool,
    /// Value of a new entry: constant text in the field's own format, or `today` / `now` for dates and times,
    /// `monday` for the first day of the week.
    pub default: Option<String>,
    /// Code or value that counts as normal on a roster; others are shown as exceptions.
    pub normal: Option<String>,
    /// Asked and kept only when this holds; when it does not, the value is missing.
    pub show: Option<Formula>,
    /// Computed by the system from the other fields; never typed.
    pub computed: Option<Formula>,
    /// Set by the system (a score, a state), never typed and not by a formula.
    pub by_system: bool,
    /// Encrypted at rest, masked in lists.
    pub personal: bool,
    /// Heading the form groups it under.
    pub group: Option<String>,
    /// A hint under the field.
    pub help: Option<String>,
    /// Left out of new entries; old entries keep their values.
    pub retired: bool,
    /// An extension added it to the register: it is a column, and need not stay required.
    pub is_added: bool,
    /// The state or a clock of the register's workflow: only transitions and time change it.
    pub by_workflow: bool,
}

impl Field {
    /// Whether a person fills it in.
    pub fn is_typed(&self) -> bool {
        self.computed.is_none() && !self.by_system && !matches!(self.kind, FieldType::Signature)
    }

    /// The options it is chosen from, if it is chosen.
    pub fn choice(&self) -> Option<&Choice> {
        match &self.kind {
            FieldType::Choice(choice) | FieldType::Choices(choice) => Some(choice),
            _ => None,
        }
    }
}
