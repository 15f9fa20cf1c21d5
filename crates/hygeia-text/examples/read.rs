//! Prints what the reader finds in a file, as JSON: `cargo run -p hygeia-text --example read -- FILE`.

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let path = std::env::args().nth(1).ok_or("usage: read FILE")?;
    let source = hygeia_text::decode(&std::fs::read(&path)?, &path)?;
    let reading = hygeia_text::read(&hygeia_text::normalise(&source));
    println!("{}", serde_json::to_string_pretty(&reading)?);
    Ok(())
}
