//! Notices: what is handed to somebody about one entry, on paper, with a slip that comes back signed.

use super::{Formula, Title};

/// The printed notice of a register's entries.
#[derive(Debug, Clone)]
pub struct Notice {
    /// Its heading.
    pub title: Title,
    /// The entries that have one; all when `None`.
    pub when: Option<Formula>,
    /// What it says, paragraph by paragraph.
    pub text: Vec<NoticeLine>,
    /// Signature lines of whoever hands it out.
    pub signatures: Vec<String>,
    /// The part that is signed and comes back.
    pub slip: Option<NoticeSlip>,
}

/// The receipt at the foot of a notice.
#[derive(Debug, Clone)]
pub struct NoticeSlip {
    /// Its heading.
    pub heading: String,
    /// What it says.
    pub text: Vec<NoticeLine>,
    /// Signature lines of whoever sends it back.
    pub signatures: Vec<String>,
}

/// One paragraph.
#[derive(Debug, Clone)]
pub struct NoticeLine {
    /// It stands only in notices of entries for which this holds.
    pub when: Option<Formula>,
    /// Words and the names of what stands between them.
    pub parts: Vec<NoticePart>,
}

/// A piece of a paragraph.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NoticePart {
    /// Words as written.
    Words(String),
    /// A field, or one of [`Notice::ABOUT`]; where it has no value a line is left to write on.
    Name(String),
}

impl Notice {
    /// What a paragraph may name besides fields: the unit with the house it belongs to, and the person the entry is
    /// about.
    pub const ABOUT: [&'static str; 5] =
        ["unit", "subject.name", "subject.sex", "subject.age", "subject.birth"];
}
