//! Workflows through the use cases: a small county, a pack of its own, and a clock that is told the time.

#![expect(clippy::unwrap_used, reason = "a failed set-up fails the test")]

mod clocks;
mod fixture;
mod random;
mod steps;
