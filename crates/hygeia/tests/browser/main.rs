//! The platform in a real browser: Chromium against a server with a small county of its own.
//!
//! Every test makes its own [`world::World`], so that tests know nothing of each other. They are skipped, loudly, only
//! where chromedriver is missing and no CI is watching.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a failed step fails the test")]

mod browser;
mod driver;
mod entry;
mod figures;
mod inspection;
mod ledger;
mod outbreak;
mod people;
mod plan;
mod review;
mod sheet;
mod today;
mod workflow;
mod world;
