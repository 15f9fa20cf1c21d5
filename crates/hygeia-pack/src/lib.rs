//! Packs: the declarative files of a domain, and the one room that reads them.
//!
//! A pack is a folder of YAML: registers, lists, measures, indicators, duties, reports and its own tests.
//! [`model`] is what the other rooms see; everything in it is resolved and type-checked.

pub mod model;
