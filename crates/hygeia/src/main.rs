//! The `hygeia` command: one binary from plan to proof.

fn main() {}
