//! The schedule applied to written cases, and to whole lives replayed day by day.

#![expect(clippy::unwrap_used, reason = "a test stops at what it does not expect")]

mod cases;
mod life;
