//! Scores the reader against a folder that holds `docs/` and `gold/`.
//!
//! `cargo run -p hygeia-text --release --example score DIR [-v] [--only ID,ID] [--without ID,ID] [--write OUT]`

use std::collections::BTreeSet;
use std::error::Error;
use std::path::{Path, PathBuf};

use hygeia_text::score::Score;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let after = |flag: &str| {
        arguments.iter().position(|argument| argument == flag).and_then(|at| arguments.get(at + 1))
    };
    let ids = |flag: &str| -> BTreeSet<String> {
        after(flag).map(|list| list.split(',').map(str::to_owned).collect()).unwrap_or_default()
    };
    let dir = PathBuf::from(arguments.first().ok_or("give the folder that holds docs/ and gold/")?);
    let (only, without) = (ids("--only"), ids("--without"));
    let mut score = Score::default();
    for path in files(&dir.join("gold"))? {
        let id = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        if (!only.is_empty() && !only.contains(&id)) || without.contains(&id) {
            continue;
        }
        let gold = serde_json::from_slice(&std::fs::read(&path)?)?;
        let bytes = std::fs::read(dir.join("docs").join(format!("{id}.txt")))?;
        let source = hygeia_text::decode(&bytes, "document.txt")?;
        let reading = serde_json::to_value(hygeia_text::read(&hygeia_text::normalise(&source)))?;
        score.add(&id, &gold, &reading);
        if let Some(out) = after("--write") {
            std::fs::create_dir_all(out)?;
            std::fs::write(
                Path::new(out).join(format!("{id}.json")),
                serde_json::to_string_pretty(&reading)?,
            )?;
        }
    }
    print!("{score}");
    if arguments.iter().any(|argument| argument == "-v") {
        for (label, items) in [("missed", &score.missed), ("extra", &score.extra)] {
            for (document, list, item) in items {
                println!("{label} {document} {list} {item}");
            }
        }
    }
    Ok(())
}

fn files(dir: &Path) -> std::io::Result<Vec<PathBuf>> {
    let mut paths: Vec<PathBuf> =
        std::fs::read_dir(dir)?.filter_map(|entry| entry.ok().map(|entry| entry.path())).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "json"));
    paths.sort();
    Ok(paths)
}
