//! hygeia-pack
