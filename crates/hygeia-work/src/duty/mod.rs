//! Duties at work: what is owed by whom, what is done, what is late.

mod limit;
mod made;
mod progress;
mod window;

pub(crate) use limit::most_a_day;
pub(crate) use made::Tally;
pub(crate) use progress::KnownWindows;
pub use progress::{DutyLine, DutyState, Occurrence};
pub(crate) use window::{MonthDay, PartOfYear};
pub use window::{PlannedRule, Rhythm, Window};
