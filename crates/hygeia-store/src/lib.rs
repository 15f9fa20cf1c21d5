//! hygeia-store
