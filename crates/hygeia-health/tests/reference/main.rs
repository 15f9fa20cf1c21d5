//! Growth and identity against golden vectors, and against tables nobody meant.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test stops at what it does not expect")]

mod growth;
mod identity;
mod mistyped;
mod table;
