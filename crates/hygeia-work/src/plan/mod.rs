//! Plans (工作计划): a document read into items, matched to duties and indicators, confirmed, then live.

mod live;
mod matching;
mod owner;
mod reading;

pub(crate) use live::LivePlans;
pub use live::{ItemProgress, PlanView};
pub use matching::{MatchReason, Suggestion};
pub(crate) use reading::title_of;
pub use reading::{Candidates, ItemChoice};
