//! Documents and charts: what the platform proves, written down.
//!
//! A [`document::Document`] is paragraphs, figures, tables and charts without any format; the writers turn the
//! same value into a page ([`html`]), an official Word file ([`docx`]) and a workbook ([`xlsx`]). A
//! [`chart::Chart`] is data; its SVG is the same picture on the page and, through [`chart::png`], in Word.
//! [`generate`] makes the document of a pack's report: every number in it is a measure or an indicator read
//! through the use cases, with its definition and a link to its records.

pub mod chart;
pub mod document;
pub mod docx;
pub mod html;
pub mod xlsx;

mod computed;
mod desk;
mod error;
mod evidence;
#[cfg(test)]
mod fixture;
mod gather;
mod generate;
mod incident;
mod ledger;
mod statistics;
mod summary;
mod template;
mod wording;

pub use error::ReportError;
pub use generate::{generate, is_written_for, may_read};
pub use incident::incident_report;
