//! Over HTTP.

#![expect(clippy::unwrap_used, reason = "a failed set-up fails the test")]

mod catalogue;
mod contest;
mod design;
mod documents;
mod duty;
mod follow;
mod forms;
mod house;
mod indicators;
mod mistakes;
mod notice;
mod outbreak;
mod paper;
mod people;
mod reach;
mod references;
mod routes;
mod sheet;
mod stock;
