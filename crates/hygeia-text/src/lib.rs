#![doc = include_str!("../README.md")]

mod check;
mod date;
mod deadline;
mod duty;
mod gap;
mod interval;
mod kind;
mod lexicon;
mod mood;
mod normalise;
mod number;
mod numeral;
mod outline;
mod page;
mod phrase;
mod proofread;
mod quantity;
mod read;
pub mod reading;
mod revise;
mod rows;
pub mod score;
pub mod source;
mod table;
mod wording;

pub use normalise::{Normalised, normalise};
pub use proofread::{Finding, FindingKind, proofread};
pub use read::read;
pub use reading::Reading;
pub use revise::{Edit, Revision, Signature, docx_of, revise};
pub use source::{DecodeError, Source, decode};
pub use wording::usual_wording;
