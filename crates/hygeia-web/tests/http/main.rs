//! Over HTTP.

#![expect(clippy::unwrap_used, reason = "a failed set-up fails the test")]

mod house;
mod outbreak;
mod routes;
