//! The schema: fixed tables, a table per register that follows the packs, and the measures kept in cells.

mod active;
mod fixed;
mod register;

pub(crate) use active::{Active, JOINED, KINDS, ROLL};
pub(crate) use fixed::{check_key, create_fixed};
pub use register::SchemaPlan;
