//! One module per command.

pub mod detect;
pub mod health;
pub mod import;
pub mod pack;
pub mod report;
pub mod serve;
pub mod text;
