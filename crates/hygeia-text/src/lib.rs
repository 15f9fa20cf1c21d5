//! hygeia-text
