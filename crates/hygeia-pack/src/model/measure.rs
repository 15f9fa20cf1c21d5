//! Measures (计数) and indicators (指标).

use super::{DutyId, Formula, IndicatorId, Interval, LedgerId, MeasureId, OrgKindId, RegisterId, Title};
use rust_decimal::Decimal;

/// Whom of the roll a measure of people counts, so that it is part of what it is divided by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Among {
    /// Those on the roll at the end of the period.
    Enrolled,
    /// Those who joined within the period.
    Joined,
}

/// What a measure counts.
#[derive(Debug, Clone)]
pub enum MeasureKind {
    /// Entries of a register that meet `filter`.
    Count {
        /// Register counted.
        register: RegisterId,
        /// Condition on stored fields; all entries when `None`.
        filter: Option<Formula>,
    },
    /// Sum of a numeric field over entries that meet `filter`; missing values add nothing.
    Sum {
        /// Register summed.
        register: RegisterId,
        /// Int or decimal field.
        field: String,
        /// Condition on stored fields.
        filter: Option<Formula>,
    },
    /// Distinct subjects with at least one entry that meets `filter`.
    People {
        /// Register counted.
        register: RegisterId,
        /// Condition on stored fields.
        filter: Option<Formula>,
        /// Only these of the roll; everybody when `None`.
        among: Option<Among>,
    },
    /// People on the roll at the end of the period (or today, if earlier).
    Enrolled {
        /// `child` or `staff`.
        kind: String,
    },
    /// Person-days due: for every school day of the period up to today, the people on the roll that day.
    EnrolledDays {
        /// `child` or `staff`.
        kind: String,
    },
    /// People who joined the unit within the period (moves inside the unit do not count); of a part of a unit of the
    /// measure's kind, those who joined that unit and were in this part on the day.
    Joined {
        /// `child` or `staff`.
        kind: String,
    },
    /// Org units of a kind in the subtree at the end of the period.
    Units {
        /// Kind counted.
        kind: OrgKindId,
    },
    /// Entries a duty expected up to now in the period.
    DutyDue {
        /// The duty.
        duty: DutyId,
    },
    /// Of these, entries made (never more than expected per occurrence).
    DutyDone {
        /// The duty.
        duty: DutyId,
    },
    /// Of these, entries made by the time the duty sets.
    DutyOnTime {
        /// The duty.
        duty: DutyId,
        /// Register the duty asks for.
        register: RegisterId,
        /// Entries of it that count for the duty.
        filter: Option<Formula>,
    },
    /// What an account of a ledger holds at the end of the period (or today, if earlier).
    Balance {
        /// The ledger.
        ledger: LedgerId,
        /// The account.
        account: String,
        /// Only this item.
        item: Option<String>,
    },
    /// What was transferred within the period, counted at the unit it leaves when `from` names an account inside the
    /// ledger or `to` names none, else at the unit it enters.
    Flow {
        /// The ledger.
        ledger: LedgerId,
        /// Account it leaves; any when `None`.
        from: Option<String>,
        /// Account it enters; any when `None`.
        to: Option<String>,
        /// Only this item.
        item: Option<String>,
    },
    /// Transfers of a ledger that stand, whatever they moved: tells an empty store from one nobody keeps.
    Transfers {
        /// The ledger.
        ledger: LedgerId,
    },
}

/// A measure: one number per org unit and period.
#[derive(Debug, Clone)]
pub struct Measure {
    /// `pack.name`.
    pub id: MeasureId,
    /// Name on the screen.
    pub title: Title,
    /// What it counts.
    pub kind: MeasureKind,
    /// Choice field it is broken down by; `item` of a balance or flow.
    pub by: Option<String>,
    /// Measure word: 人, 人次, 次, 份 …
    pub unit: String,
    /// People of the roll and units count only within units of this kind; everywhere when `None`.
    pub within: Option<OrgKindId>,
    /// People are counted from the beginning of the term or year in which the period ends: who was checked in
    /// September is checked in November. Within the period alone when `None`.
    pub since: Option<Interval>,
    /// Defined by the loader, not by a pack author.
    pub implied: bool,
}

impl Measure {
    /// The register whose entries it reads, if it reads entries.
    pub fn register(&self) -> Option<&RegisterId> {
        match &self.kind {
            MeasureKind::Count { register, .. }
            | MeasureKind::Sum { register, .. }
            | MeasureKind::People { register, .. }
            | MeasureKind::DutyOnTime { register, .. } => Some(register),
            _ => None,
        }
    }

    /// The duty it tells of, if it tells of one.
    pub fn duty(&self) -> Option<&DutyId> {
        match &self.kind {
            MeasureKind::DutyDue { duty }
            | MeasureKind::DutyDone { duty }
            | MeasureKind::DutyOnTime { duty, .. } => Some(duty),
            _ => None,
        }
    }

    /// The ledger whose transfers it reads, if it reads a ledger.
    pub fn ledger(&self) -> Option<&LedgerId> {
        match &self.kind {
            MeasureKind::Balance { ledger, .. }
            | MeasureKind::Flow { ledger, .. }
            | MeasureKind::Transfers { ledger } => Some(ledger),
            _ => None,
        }
    }

    /// Whether its values are kept in cells of its own.
    pub fn has_cells(&self) -> bool {
        self.register().is_some() || self.ledger().is_some()
    }

    /// Whether only entries made in time count.
    pub fn only_on_time(&self) -> bool {
        matches!(self.kind, MeasureKind::DutyOnTime { .. })
    }

    /// Whom of the roll it counts, if it does not count everybody.
    pub fn among(&self) -> Option<Among> {
        match self.kind {
            MeasureKind::People { among, .. } => among,
            _ => None,
        }
    }

    /// The condition on entries, if any.
    pub fn filter(&self) -> Option<&Formula> {
        match &self.kind {
            MeasureKind::Count { filter, .. }
            | MeasureKind::Sum { filter, .. }
            | MeasureKind::People { filter, .. }
            | MeasureKind::DutyOnTime { filter, .. } => filter.as_ref(),
            _ => None,
        }
    }
}

/// Which way is better.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Good {
    /// Higher is better.
    Up,
    /// Lower is better.
    Down,
    /// Neither.
    Neutral,
}

/// An aim for an indicator, in the unit it is shown in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
pub struct Target {
    /// Reached when the value is at least (`true`) or at most (`false`) `value`.
    pub at_least: bool,
    /// The limit, in the indicator's shown unit (percent: 95, not 0.95).
    pub value: Decimal,
}

/// An indicator: a formula over measures.
#[derive(Debug, Clone)]
pub struct Indicator {
    /// `pack.name`.
    pub id: IndicatorId,
    /// Name on the screen.
    pub title: Title,
    /// Formula over measure names; an empty denominator gives a missing value, never 0.
    pub value: Formula,
    /// Measures the formula reads, resolved, in order of first use.
    pub measures: Vec<MeasureId>,
    /// `percent` (ratio × 100), `per_mille`, or a measure word shown as is (人, 次, 分).
    pub unit: String,
    /// Decimals shown; percentages have one by the official statistics forms.
    pub decimals: u8,
    /// Which way is better.
    pub good: Good,
    /// Aim that holds where no plan sets another.
    pub target: Option<Target>,
    /// The definition in words, with what is in the numerator and denominator.
    pub definition: Option<String>,
    /// What is done when the target is missed, as a summary proposes it: words without a full stop.
    pub remedy: Option<String>,
    /// Where the definition comes from.
    pub source: Option<String>,
    /// Heading of the indicator list.
    pub group: Option<String>,
    /// Other wordings in plans and summaries.
    pub synonyms: Vec<String>,
}
