//! Duties at work: what is owed by whom, what is done, what is late.

mod progress;
mod window;

pub(crate) use progress::Tally;
pub use progress::{DutyLine, DutyState, Occurrence};
pub use window::{Rhythm, Window};
