//! hygeia-work
