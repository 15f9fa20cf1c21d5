//! Over HTTP.

#![expect(clippy::unwrap_used, reason = "a failed set-up fails the test")]

mod contest;
mod house;
mod outbreak;
mod routes;
