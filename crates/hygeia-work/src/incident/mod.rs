//! Incidents (疫情处置): a confirmed alarm is answered.
//!
//! A person verifies an alarm; one that is confirmed opens an incident with the steps of its response. Alarm, incident
//! and steps are entries with workflows of the core pack: who does what when, and by when, stands there. The line list is not kept twice: it is the entries the alarm's signal counts, of the unit and its
//! subtree, from one longest incubation period before the first case. Closing waits for the incubation periods without
//! a new case that the response asks for.

mod contact;
mod field;
mod open;
mod refresh;
mod room;

pub use open::Opening;
pub use room::{Attack, Case, Room, StepLine};

/// Registers of incidents and of what belongs to them.
pub(crate) const INCIDENT: &str = "core.incident";
pub(crate) const STEP: &str = "core.incident_step";
/// State of a step that is still to do.
pub(crate) const TODO: &str = "todo";
pub(crate) const CONTACT: &str = "core.incident_contact";
pub(crate) const REPORT: &str = "core.situation_report";
