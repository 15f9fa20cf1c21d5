//! Writes what proofreading finds into a copy of a document, as tracked changes and comments:
//! `cargo run -p hygeia-text --example correct IN.docx OUT.docx`

use std::error::Error;

use hygeia_text::source::Form;
use hygeia_text::{Edit, Signature};

fn main() -> Result<(), Box<dyn Error>> {
    let mut paths = std::env::args().skip(1);
    let (Some(from), Some(to)) = (paths.next(), paths.next()) else {
        return Err("usage: correct IN OUT.docx".into());
    };
    let bytes = std::fs::read(&from)?;
    let source = hygeia_text::decode(&bytes, &from)?;
    let text = hygeia_text::normalise(&source);
    let edits: Vec<Edit> = hygeia_text::proofread(&text)
        .into_iter()
        .map(|finding| Edit {
            span: text.in_original(finding.span),
            replacement: finding.suggestion,
            comment: Some(finding.follows),
        })
        .collect();
    let base = if source.form == Form::Docx { bytes } else { hygeia_text::docx_of(&source.text)? };
    let revision =
        hygeia_text::revise(&base, &edits, Signature { author: "校对", at: "2026-01-01T00:00:00Z" })?;
    std::fs::write(&to, &revision.bytes)?;
    println!("{} of {} written", edits.len() - revision.unplaced.len(), edits.len());
    Ok(())
}
