//! Workflows (流程): the states an entry goes through, who may move it on, and the clocks that run meanwhile.

use super::{Formula, OrgKindId, RoleId, Title};
use indexmap::IndexMap;

/// Name of the implied choice field that holds the state.
pub const STATE: &str = "state";

/// Codes of the implied choice field of a clock, with their titles. A clock that does not apply is missing.
pub const CLOCK_OUTCOMES: [(&str, &str, &str); 5] = [
    ("running", "计时中", "Running"),
    ("paused", "已暂停", "Paused"),
    ("met", "按时", "In time"),
    ("late", "超时", "Late"),
    ("void", "不再计时", "Void"),
];

/// One state.
#[derive(Debug, Clone)]
pub struct State {
    /// Code stored in the field [`STATE`].
    pub name: String,
    /// Name on the screen.
    pub title: Title,
    /// An end: the entry is done with, and edited only after a transition that reopens it.
    pub is_final: bool,
    /// The entry is edited through transitions only; every final state is locked.
    pub locked: bool,
}

/// What a transition writes into a field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Setting {
    /// The moment or day of the transition.
    Now,
    /// Name of whoever takes it.
    Me,
    /// A constant in the field's own format.
    Constant(String),
    /// Nothing: the field is emptied.
    Nothing,
}

/// A step from one state to another.
#[derive(Debug, Clone)]
pub struct Transition {
    /// Name in URLs and in the change log.
    pub name: String,
    /// Verb on the button.
    pub title: Title,
    /// States it leads out of.
    pub from: Vec<String>,
    /// State it leads to.
    pub to: String,
    /// Roles that may take it, within the subtree of their unit.
    pub who: Vec<RoleId>,
    /// Must hold over the entry with the values of the step; missing is not enough.
    pub when: Option<Formula>,
    /// What the user reads when it does not hold.
    pub message: Option<String>,
    /// Fields that must have a value afterwards; the form of the step asks for them.
    pub requires: Vec<String>,
    /// Fields the form of the step offers without insisting.
    pub asks: Vec<String>,
    /// Fields it writes itself.
    pub sets: IndexMap<String, Setting>,
    /// Signature field that takes the name of whoever takes the step, and the moment.
    pub sign: Option<String>,
    /// A reason must be given.
    pub reason: bool,
    /// Leads out of a final state.
    pub reopens: bool,
}

/// A span a clock allows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
pub enum Limit {
    /// Real time, to the minute.
    Minutes(u32),
    /// Civil days after the day of the start, which does not count; up to the end of the last day.
    Days(u32),
    /// The same with the working days of the calendar.
    WorkDays(u32),
    /// Office hours of working days, in minutes.
    WorkMinutes(u32),
    /// Calendar months, up to the end of the last day.
    Months(u32),
    /// Up to the end of the month it starts in.
    ThisMonth,
    /// Up to the end of the calendar year it starts in.
    ThisYear,
}

/// What a clock starts on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Starts {
    /// The entry is made.
    Entry,
    /// One of these transitions is taken; taken again, the clock starts anew.
    Transitions(Vec<String>),
    /// The moment, or day, a field holds.
    Field(String),
}

impl Limit {
    /// So many times the span; a month or a year that ends by itself stays what it is.
    pub fn times(self, number: u32) -> Limit {
        match self {
            Limit::Minutes(minutes) => Limit::Minutes(minutes.saturating_mul(number)),
            Limit::Days(days) => Limit::Days(days.saturating_mul(number)),
            Limit::WorkDays(days) => Limit::WorkDays(days.saturating_mul(number)),
            Limit::WorkMinutes(minutes) => Limit::WorkMinutes(minutes.saturating_mul(number)),
            Limit::Months(months) => Limit::Months(months.saturating_mul(number)),
            Limit::ThisMonth | Limit::ThisYear => self,
        }
    }
}

/// A limit that holds under a condition.
#[derive(Debug, Clone)]
pub struct LimitCase {
    /// Condition over the entry; always when `None`.
    pub when: Option<Formula>,
    /// The span.
    pub within: Limit,
    /// Whole-number field that says how many of it; the clock does not apply while it is missing.
    pub times: Option<String>,
}

/// Whom a clock reaches when nobody has stopped it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Escalation {
    /// Role whose list it comes on.
    pub role: RoleId,
    /// Only holders of the role at units of this kind; any unit at or above the entry's when `None`.
    pub at: Option<OrgKindId>,
    /// Minutes after the due time.
    pub after_minutes: u32,
}

/// A clock (时限).
#[derive(Debug, Clone)]
pub struct ClockDef {
    /// Name; its outcome stands in the implied field `clock_NAME`.
    pub name: String,
    /// Name on the screen.
    pub title: Title,
    /// What starts it.
    pub starts: Starts,
    /// It applies only while this holds.
    pub when: Option<Formula>,
    /// The limits in order; the first whose condition holds. None that holds: the clock does not apply.
    pub limits: Vec<LimitCase>,
    /// Transitions that stop it.
    pub stops: Vec<String>,
    /// Date or moment field that says when the thing was done.
    pub stops_at: Option<String>,
    /// Transitions after which it no longer matters.
    pub voids: Vec<String>,
    /// Roles that may pause and resume it with a reason.
    pub pause: Vec<RoleId>,
    /// Minutes before the due time from which it is shown as pressing.
    pub warn_minutes: u32,
    /// Whom it reaches, in order, once overdue.
    pub escalate: Vec<Escalation>,
    /// Where the norm says so.
    pub source: Option<String>,
}

impl ClockDef {
    /// The implied field with its outcome.
    pub fn field(&self) -> String {
        format!("clock_{}", self.name)
    }
}

/// The workflow of a register.
#[derive(Debug, Clone)]
pub struct Workflow {
    /// State of a new entry.
    pub start: String,
    /// States in which entries begin that come with more; the first whose condition holds, before `start`.
    pub begins: Vec<(Formula, String)>,
    /// States in the order they are shown.
    pub states: IndexMap<String, State>,
    /// Transitions by name.
    pub transitions: IndexMap<String, Transition>,
    /// Clocks by name.
    pub clocks: IndexMap<String, ClockDef>,
}

impl Workflow {
    /// The transitions that lead out of a state.
    pub fn from_state<'a>(&'a self, state: &'a str) -> impl Iterator<Item = &'a Transition> {
        self.transitions.values().filter(move |transition| transition.from.iter().any(|from| from == state))
    }

    /// Whether entries in this state are changed by transitions only.
    pub fn is_locked(&self, state: &str) -> bool {
        self.states.get(state).is_some_and(|state| state.locked)
    }

    /// Whether this state is an end.
    pub fn is_final(&self, state: &str) -> bool {
        self.states.get(state).is_some_and(|state| state.is_final)
    }
}
