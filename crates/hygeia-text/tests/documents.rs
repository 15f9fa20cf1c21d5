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

/// The score of the documents after `change`.
fn score(change: impl Fn(&str) -> String) -> Result<Score, Box<dyn Error>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/documents");
    let mut score = Score::default();
    let mut paths: Vec<PathBuf> = Vec::new();
    for entry in std::fs::read_dir(folder.join("gold"))? {
        paths.push(entry?.path());
    }
    for path in paths {
        let id = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let gold = serde_json::from_slice(&std::fs::read(&path)?)?;
        let text = change(&std::fs::read_to_string(folder.join("docs").join(format!("{id}.txt")))?);
        let source = hygeia_text::decode(text.as_bytes(), "document.txt")?;
        let reading = hygeia_text::read(&hygeia_text::normalise(&source));
        score.add(&id, &gold, &serde_json::to_value(reading)?);
    }
    Ok(score)
}

#[test]
fn labelled_documents_are_read() -> Result<(), Box<dyn Error>> {
    let score = score(str::to_owned)?;
    for (list, floor) in FLOORS {
        let reached = score.list(list).f1();
        assert!(reached >= floor, "{list}: {reached:.3} is below {floor}\n{score}{:#?}", score.missed);
    }
    Ok(())
}

/// A name, what is done to the text, and the least F1 of all items.
type Dress<'a> = (&'a str, &'a dyn Fn(&str) -> String, f64);

/// The same statements in another dress are read all the same: half-width or full-width marks, full stops
/// as dots or left out at the end of paragraphs, blanks between characters, rows of one width.
#[test]
fn documents_in_another_dress_are_read() -> Result<(), Box<dyn Error>> {
    let half = |text: &str| text.chars().map(half_width).collect::<String>();
    let dots = |text: &str| text.replace('。', ".");
    let stops = |text: &str| text.replace("。\n", "\n");
    let blanks = |text: &str| text.chars().flat_map(|c| [c, ' ']).collect::<String>();
    let rows = |text: &str| text.lines().map(|line| in_rows(line, 2 * 38)).collect::<String>();
    let dresses: [Dress<'_>; 5] = [
        ("half width", &half, 0.98),
        ("dots", &dots, 0.97),
        ("no stops", &stops, 0.98),
        ("blanks", &blanks, 0.98),
        ("rows", &rows, 0.96),
    ];
    for (dress, change, floor) in dresses {
        let score = score(change)?;
        let reached = score.all_items().f1();
        assert!(reached >= floor, "{dress}: {reached:.3} is below {floor}\n{score}");
    }
    Ok(())
}

fn half_width(c: char) -> char {
    match c {
        '，' => ',',
        '；' => ';',
        '：' => ':',
        '（' => '(',
        '）' => ')',
        '％' => '%',
        '！' => '!',
        other => other,
    }
}

/// The line in rows of at most `width` half characters.
fn in_rows(line: &str, width: usize) -> String {
    let mut out = String::new();
    let mut filled = 0;
    for c in line.chars() {
        let own = if c.is_ascii() { 1 } else { 2 };
        if filled + own > width {
            out.push('\n');
            filled = 0;
        }
        out.push(c);
        filled += own;
    }
    out + "\n"
}
