//! People and units: import, transfer, leave, return, promotion at the turn of the school year.

mod follow;
mod import;
mod moves;
mod profile;
mod promotion;
mod record;
mod roster;

pub use import::{ImportProblem, ImportReport, ImportTable, ROSTER_COLUMNS, UNIT_COLUMNS};
pub use moves::PastMove;
pub use profile::{Curve, Measured, ProfilePart, Rows};
pub use promotion::{LeftOut, PROMOTION_WORD, PastPromotion, Promotion};
pub use record::{IS_ANOTHER, PersonDraft};
pub use roster::{RosterChange, RosterRun};
