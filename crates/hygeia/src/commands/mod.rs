//! One module per command.

pub mod detect;
pub mod health;
pub mod import;
pub mod pack;
mod progress;
pub mod report;
pub mod serve;
pub mod text;
