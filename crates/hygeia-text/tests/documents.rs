//! Twenty labelled documents of the project's own writing, `tests/documents`, scored as `cargo xtask score` does.
//!
//! Their reading may not fall below these floors; the README beside them tells how they came about.

use std::error::Error;
use std::path::{Path, PathBuf};

use hygeia_text::score::Score;

/// List and the least F1 it may reach.
const FLOORS: [(&str, f64); 7] = [
    ("outline", 0.98),
    ("duties", 0.98),
    ("targets", 0.96),
    ("figures", 0.97),
    ("deadlines", 0.97),
    ("gaps", 0.98),
    ("checks", 0.88),
];

fn score() -> Result<Score, Box<dyn Error>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/documents");
    let mut score = Score::default();
    let mut paths: Vec<PathBuf> = Vec::new();
    for entry in std::fs::read_dir(folder.join("gold"))? {
        paths.push(entry?.path());
    }
    for path in paths {
        let id = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let gold = serde_json::from_slice(&std::fs::read(&path)?)?;
        let bytes = std::fs::read(folder.join("docs").join(format!("{id}.txt")))?;
        let reading =
            hygeia_text::read(&hygeia_text::normalise(&hygeia_text::decode(&bytes, "document.txt")?));
        score.add(&id, &gold, &serde_json::to_value(reading)?);
    }
    Ok(score)
}

#[test]
fn labelled_documents_are_read() -> Result<(), Box<dyn Error>> {
    let score = score()?;
    for (list, floor) in FLOORS {
        let reached = score.list(list).f1();
        assert!(reached >= floor, "{list}: {reached:.3} is below {floor}\n{score}{:#?}", score.missed);
    }
    Ok(())
}
