//! The official paper form (A4) of a register.

use super::Formula;

/// How the entries of a register are laid out on paper.
#[derive(Debug, Clone, Default)]
pub struct PrintForm {
    /// Heading of the form.
    pub heading: Option<String>,
    /// Columns: fields, or of the person the entry is about [`PrintForm::SUBJECT`]; the page's columns when empty.
    pub columns: Vec<String>,
    /// Only entries for which this holds are listed (只列缺课学生); all when `None`.
    pub only: Option<Formula>,
    /// The rows of each entry as a table of their own, crosswise.
    pub grid: Option<PrintGrid>,
    /// A month of a class: people by rows, days by columns. The first mark whose condition holds is written; a day
    /// without an entry is blank. Empty: the form is a list of entries.
    pub days: Vec<DayMark>,
    /// Note under the table.
    pub note: Option<String>,
    /// Signature lines: 检查人, 负责人 …
    pub signatures: Vec<String>,
}

impl PrintForm {
    /// Columns about the subject, and their headings: sex, years on the entry's day, date of birth.
    pub const SUBJECT: [(&'static str, &'static str); 3] =
        [("subject.sex", "性别"), ("subject.age", "年龄"), ("subject.birth", "出生日期")];
}

/// Rows of an entry laid out crosswise: the weekly menu as days by meals.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PrintGrid {
    /// The rows field.
    pub rows: String,
    /// Choice field of a row whose options are the columns.
    pub across: String,
    /// Choice field of a row whose options are the lines.
    pub down: String,
    /// Fields of a row written in a cell: what the first of them repeats is written once, the others after it.
    pub cells: Vec<String>,
}

/// What stands for an entry in the square of a day.
#[derive(Debug, Clone)]
pub struct DayMark {
    /// The sign, one or two characters.
    pub sign: String,
    /// What it means; heading of its totals.
    pub title: String,
    /// Which entries it stands for.
    pub when: Formula,
    /// Fields told under the table for each such entry, the first that is filled in: the name of the illness.
    pub say: Vec<String>,
}
