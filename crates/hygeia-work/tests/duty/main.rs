//! Duties at work, and the plans that set them.
#![expect(clippy::unwrap_used, reason = "helpers of tests")]

mod fixture;
mod people;
mod plans;
