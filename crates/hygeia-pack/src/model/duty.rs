//! Duties (制度/常规): who must enter what, how often, by when.

use super::{DutyId, Formula, MeasureId, OrgKindId, RegisterId, RoleId, Title};
use hygeia_expr::Value;
use indexmap::IndexMap;
use jiff::civil::Time;

/// A unit of recurrence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Interval {
    /// Every calendar day.
    Day,
    /// Every day that is a school or work day in the calendar of the unit.
    SchoolDay,
    /// Calendar week, Monday first.
    Week,
    /// Days 1–15 and 16–end of a month.
    HalfMonth,
    /// Calendar month.
    Month,
    /// Calendar quarter.
    Quarter,
    /// School term.
    Term,
    /// School year.
    SchoolYear,
    /// Calendar year.
    Year,
}

/// `every: 2 weeks`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
pub struct Every {
    /// How many units make one period, at least 1.
    pub n: u16,
    /// The unit.
    pub unit: Interval,
}

/// The day within the period that it is due on; the last day when not given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
pub enum OnDay {
    /// Weekday 1 (Monday) to 7 within a week.
    Weekday(i8),
    /// Day of the month, 1–31, clipped to the month's length.
    DayOfMonth(i8),
    /// Last day of the period.
    Last,
}

/// How many entries one occurrence expects.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Expects {
    /// `times` entries of the unit.
    Times,
    /// One entry per person on the roll (`child` or `staff`).
    EachEnrolled(String),
    /// One entry per option of a choice field (each meal, each object), times `times`.
    EachOption {
        /// The choice field.
        field: String,
        /// Codes expected.
        codes: Vec<String>,
    },
    /// One entry per person with an open entry of another register (each open file), times `times`.
    EachOpen {
        /// The field that names the open entry.
        field: String,
        /// Register of that entry.
        register: RegisterId,
        /// Its date field from whose day on it is no longer open.
        until: String,
    },
}

/// Entries of a register about people who need no entry of a duty on that day, one per person and day.
#[derive(Debug, Clone)]
pub struct Except {
    /// The register.
    pub register: RegisterId,
    /// Only these entries of it.
    pub filter: Option<Formula>,
}

/// When an occurrence is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Due {
    /// Period of recurrence.
    pub every: Every,
    /// Entries (per expected thing) within one period.
    pub times: u16,
    /// Day it is due on.
    pub on: Option<OnDay>,
    /// Time of that day; end of day when not given.
    pub by: Option<Time>,
}

/// A variation for part of the year: 秋冬季节每日.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Season {
    /// What it is called on the screen.
    pub title: Title,
    /// First month and day.
    pub from: (i8, i8),
    /// Last month and day; before `from` when it runs over the new year.
    pub to: (i8, i8),
    /// What holds in it.
    pub due: Due,
}

/// A recurring duty.
#[derive(Debug, Clone)]
pub struct Duty {
    /// `pack.name`.
    pub id: DutyId,
    /// Name on the screen.
    pub title: Title,
    /// Register the entries go to.
    pub register: RegisterId,
    /// Only entries that meet it count.
    pub filter: Option<Formula>,
    /// What a form opened for it begins with: field and value as typed.
    pub preset: Vec<(String, String)>,
    /// When it is due.
    pub due: Due,
    /// Seasons that change it; the first that holds wins.
    pub seasons: Vec<Season>,
    /// Kind of unit that owes it.
    pub at: OrgKindId,
    /// Kind of unit that must stand somewhere above for the duty to apply (a class of a kindergarten, not of a school).
    pub within: Option<OrgKindId>,
    /// Role whose list it stands on first.
    pub role: RoleId,
    /// How many entries.
    pub expects: Expects,
    /// People who are not expected on a day, by entries of another register: the absent need no morning check.
    pub except: Option<Except>,
    /// Measure of the people with an entry that counts; of a duty that expects each person within more than a day.
    pub people: Option<MeasureId>,
    /// Owed only inside terms.
    pub in_term: bool,
    /// Months (1–12) in which it is owed; all when empty.
    pub months: Vec<i8>,
    /// Other wordings in plans: 晨检, 晨间检查 …
    pub synonyms: Vec<String>,
    /// Where the norm says so.
    pub source: Option<String>,
}

impl Duty {
    /// Whether an entry of its register with these values is one it asks for.
    pub fn asks_for(&self, values: &IndexMap<String, Value>) -> bool {
        let counts = self.filter.as_ref().is_none_or(|filter| filter.expr.eval(values).is_true());
        counts
            && match &self.expects {
                Expects::EachOption { field, codes } => {
                    matches!(values.get(field), Some(Value::Text(code)) if codes.contains(code))
                }
                Expects::Times | Expects::EachEnrolled(_) | Expects::EachOpen { .. } => true,
            }
    }
}
