//! Standards (考核标准): inspections by a scored checklist, their scores, and what follows from them.

mod apply;
mod draw;
mod mark;
mod measured;
mod score;

pub(crate) use apply::score_entry;
pub use draw::{Candidate, DrawInspector, DrawSize, Drawn, draw};
pub use mark::{Mark, Reason};
pub use score::{Outcome, score};
