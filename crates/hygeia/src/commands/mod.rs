//! One module per command.

pub mod health;
pub mod pack;
pub mod report;
pub mod serve;
pub mod text;
