//! Workflows through the use cases: a small county, a pack of its own, and a clock that is told the time.

mod clocks;
mod fixture;
mod random;
mod steps;
