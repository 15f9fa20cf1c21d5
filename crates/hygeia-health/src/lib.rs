//! hygeia-health
