//! Standards (考核标准): inspections by a scored checklist, their scores, and what follows from them.

mod apply;
mod draw;
mod flag;
mod inspection;
mod item;
mod mark;
mod measured;
mod ranking;
mod round;
mod score;

pub(crate) use apply::score_entry;
pub use draw::{Candidate, DrawInspector, DrawSize, Drawn, draw};
pub use flag::{Award, Flags};
pub use inspection::{Comparison, Inspection, Marked};
pub use item::{ItemStatistic, Loss};
pub use mark::{Mark, Reason};
pub use measured::measured_period;
pub use ranking::{RankLine, RankQuery};
pub use round::{RoundDraft, RoundView};
pub use score::{Outcome, score};
