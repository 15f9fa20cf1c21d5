//! The platform in a real browser: Chromium against a server with a small county of its own.
//!
//! Every test makes its own [`world::World`], so that tests know nothing of each other. They are skipped, loudly, only
//! where chromedriver is missing and no CI is watching.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a failed step fails the test")]

#[allow(dead_code, reason = "a tool box")]
mod browser;
mod driver;
mod inspection;
mod ledger;
mod outbreak;
mod review;
mod sheet;
#[allow(dead_code, reason = "a tool box")]
mod world;
