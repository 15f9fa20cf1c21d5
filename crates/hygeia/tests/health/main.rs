//! `hygeia health …` as a person runs it: golden vectors in, the same figures out; broken tables are told by row and
//! column, and none of them stops the program with a panic.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test stops at what it does not expect")]

mod broken;
mod golden;
mod program;
mod vaccine;
