//! Signals (预警): series are judged, alarms follow.
//!
//! An alarm is a function of the data by day (`episode.rs`): it is the same whether entries arrive in order, out of
//! order or twice, late or corrected. Fixed thresholds are judged within the transaction of the entry that moves
//! them (`watch.rs`), statistical methods once a day over the last weeks (`detect.rs`); both bring the register of
//! alarms in line with the data (`alarm.rs`).

mod alarm;
mod detect;
mod episode;
mod evidence;
mod explain;
mod judge;
mod rule;
mod watch;

pub(crate) use alarm::CONFIRMED;
pub use detect::Detection;
pub(crate) use episode::shift;
pub use evidence::AlarmView;
pub use judge::Judged;
pub use rule::{RuleChange, RuleLine, RuleView, Trial, TrialAlarm};
pub(crate) use watch::{ALARM, SeriesId, Watch};
