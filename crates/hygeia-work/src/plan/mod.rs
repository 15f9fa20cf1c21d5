//! Plans (工作计划): a document read into items, matched to duties and indicators, confirmed, then live.

mod live;
mod matching;
mod owner;
mod reading;

pub(crate) use live::LivePlans;
pub use live::{ItemProgress, PlanView};
pub use matching::{Candidates, MatchReason, Suggester, Suggestion};
pub use reading::ItemChoice;
pub(crate) use reading::title_of;
