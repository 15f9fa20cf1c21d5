//! Plans (工作计划): a document read into items, matched to duties and indicators, confirmed, then live.

mod aim;
mod caution;
mod joined;
mod live;
mod matching;
mod measured;
mod outline;
mod owner;
mod reading;
mod status;

pub use aim::OtherAim;
pub use caution::Caution;
pub(crate) use live::LivePlans;
pub use live::{ItemProgress, PlanView, expected_of_each};
pub use matching::{Candidates, MatchReason, Suggester, Suggestion};
pub(crate) use measured::measured_in;
pub use reading::ItemChoice;
pub(crate) use reading::title_of;
