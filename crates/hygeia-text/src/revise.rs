//! Corrections written back into a DOCX as tracked changes and comments; everything else stays as it was.
//!
//! Places are characters of [`crate::Source::text`], so that a finding (through
//! [`crate::Normalised::in_original`]) points straight into the file it was read from.

mod body;
mod package;

use crate::reading::Span;
use crate::source::{DecodeError, docx};

/// One correction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edit {
    /// What is replaced, in characters of the original text; an empty span is an insertion.
    pub span: Span,
    /// What stands there instead; `None` leaves the text and only comments on it.
    pub replacement: Option<String>,
    /// A comment on the span.
    pub comment: Option<String>,
}

/// Who corrects, and when.
#[derive(Debug, Clone, Copy)]
pub struct Signature<'a> {
    /// Shown beside every change.
    pub author: &'a str,
    /// Moment in ISO 8601, UTC.
    pub at: &'a str,
}

/// The corrected file.
#[derive(Debug, Clone)]
pub struct Revision {
    /// The DOCX.
    pub bytes: Vec<u8>,
    /// Numbers (from 0) of the edits that could not be placed: they overlap an earlier one, or stand in a drawing or a
    /// field that text cannot be changed in.
    pub unplaced: Vec<usize>,
}

/// Writes `edits` into a DOCX as tracked changes (修订) and comments (批注). Parts of the archive other than the body,
/// and the comments where there are any, are copied as they are; so are all runs that no edit touches.
///
/// # Errors
///
/// When the file is not a readable DOCX.
pub fn revise(docx_bytes: &[u8], edits: &[Edit], signature: Signature<'_>) -> Result<Revision, DecodeError> {
    let xml = docx::body(docx_bytes)?;
    let written = body::write(&xml, edits, signature, package::next_comment(docx_bytes)?)?;
    let bytes = package::replace(docx_bytes, &written.xml, &written.comments)?;
    Ok(Revision { bytes, unplaced: written.unplaced })
}

/// A plain DOCX with a paragraph per line of `text`: for documents that came as plain text. Control characters become
/// blanks, so that character *n* of the text is character *n* of the document.
///
/// # Errors
///
/// When memory for the archive cannot be had.
pub fn docx_of(text: &str) -> Result<Vec<u8>, DecodeError> {
    package::plain(text)
}

/// Text as XML content.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            c if c.is_control() || c == '\u{fffe}' || c == '\u{ffff}' => out.push(' '),
            c => out.push(c),
        }
    }
    out
}
