//! Outbreak detection against golden vectors.

#![cfg(feature = "csv")]
#![expect(clippy::unwrap_used, reason = "a test stops at what it does not expect")]

mod golden;
mod own;
mod properties;
mod surveillance;
