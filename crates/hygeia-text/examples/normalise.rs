//! Prints the clean text of a document: `cargo run -p hygeia-text --release --example normalise FILE [--time]`

use std::error::Error;
use std::time::Instant;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let path = arguments.first().ok_or("give a file")?;
    let bytes = std::fs::read(path)?;
    if arguments.iter().all(|argument| argument != "--time") {
        println!("{}", hygeia_text::normalise(&hygeia_text::decode(&bytes, path)?).text);
        return Ok(());
    }
    let megabytes = bytes.len() as f64 / 1e6;
    let started = Instant::now();
    let source = hygeia_text::decode(&bytes, path)?;
    let decoded = started.elapsed();
    let clean = hygeia_text::normalise(&source);
    let normalised = started.elapsed();
    let reading = hygeia_text::read(&clean);
    let read = started.elapsed();
    let findings = hygeia_text::proofread(&clean);
    let all = started.elapsed();
    println!(
        "{megabytes:.1} MB: decoded {decoded:.2?}, normalised {normalised:.2?}, read {read:.2?}, proofread {all:.2?}"
    );
    println!(
        "{} duties, {} findings; {:.1} MB/s to the reading",
        reading.duties.len(),
        findings.len(),
        megabytes / read.as_secs_f64()
    );
    Ok(())
}
