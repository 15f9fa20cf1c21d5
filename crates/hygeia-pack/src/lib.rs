//! Packs: the declarative files of a domain, and the one room that reads them.
//!
//! A pack is a folder of YAML: registers, lists, measures, indicators, duties, reports and its own tests.
//! [`load`] reads packs and reports every problem of every file with its place; [`model`] is what the other
//! rooms see, everything in it resolved and type-checked. [`builtin`] are the packs compiled into the binary.
//!
//! The YAML is read from the parser's events (granit-parser, the one under serde-saphyr): see `yaml.rs` for why.

mod document;
mod item;
mod keys;
mod load;
pub mod model;
mod problem;
mod source;
pub mod test;
mod yaml;

pub use document::{NotAName, doc, json_schema, new_pack};
pub use load::load;
pub use problem::{Problem, Problems};
pub use source::{PackSource, builtin, with_overrides};
