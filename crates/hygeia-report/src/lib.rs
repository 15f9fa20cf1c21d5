//! Documents and charts: what the platform proves, written down.
//!
//! A [`document::Document`] is paragraphs, figures, tables and charts without any format; the writers turn the
//! same value into a page ([`html`]), an official Word file ([`docx`]) and a workbook ([`xlsx`]). A
//! [`chart::Chart`] is data; its SVG is the same picture on the page and, through [`chart::png`], in Word.
//! Nothing here knows the database: numbers arrive as text with their definition and a link to their records.

pub mod chart;
pub mod document;
pub mod docx;
pub mod html;
pub mod xlsx;

mod error;
mod template;

pub use error::ReportError;
