//! Prints the findings of a document, one per line: `cargo run -p hygeia-text --example proofread FILE…`

use std::error::Error;

fn main() -> Result<(), Box<dyn Error>> {
    for path in std::env::args().skip(1) {
        let source = hygeia_text::decode(&std::fs::read(&path)?, &path)?;
        for finding in hygeia_text::proofread(&hygeia_text::normalise(&source)) {
            let suggestion = finding.suggestion.map(|text| format!(" → {text}")).unwrap_or_default();
            println!("{path}\t{:?}\t{}\t{}{suggestion}", finding.kind, finding.said, finding.follows);
        }
    }
    Ok(())
}
