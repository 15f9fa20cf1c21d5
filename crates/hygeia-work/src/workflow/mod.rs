//! Workflows: transitions of entries, and the clocks that run on them.
//!
//! `due` is arithmetic on the calendar and `clocks` the rules of one entry's clocks, both without input or output;
//! `transition` takes steps, `tick` lets time pass, `list` answers what runs.

mod clocks;
mod due;
mod list;
mod pause;
mod system;
mod tick;
mod transition;

pub(crate) use clocks::{Facts, advance, begin, state_of};
pub use list::{ClockSearch, ClockView};
pub(crate) use system::put_with_clocks;
pub use tick::TickReport;
pub(crate) use transition::TRIES;
pub use transition::{NextStep, Step};
