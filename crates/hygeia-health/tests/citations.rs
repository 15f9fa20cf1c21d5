//! Every public function of an engine says whose method it is: in its own documentation or in the head of its file.
//!
//! A citation is a standard's number, an official text, or a journal with year, volume and page (`2013;7:546`).
//! Names, codes and other ways to read and show a value need none.

#![expect(clippy::unwrap_used, reason = "a test stops at what it does not expect")]

use std::fs;
use std::path::{Path, PathBuf};

/// What official texts are called by.
const TEXTS: [&str; 10] = [
    "GB ",
    "GB/T",
    "WS/T",
    "ISO ",
    "WHO",
    "规范",
    "免疫程序",
    "编号计划",
    "公共卫生事件",
    "BMC Public Health",
];

/// Rules of a kindergarten's own work plan that no paper describes; their file says so.
const OF_PRACTICE: [&str; 2] = ["repetition", "variety"];

/// Functions that read, show or hold a value and compute nothing.
const PLAIN: [&str; 29] = [
    "all",
    "as_str",
    "basis",
    "code",
    "column",
    "count",
    "date",
    "find",
    "first_period",
    "foods",
    "frequency",
    "from_per_year",
    "get",
    "is_empty",
    "kind",
    "len",
    "name",
    "new",
    "normalised",
    "parse",
    "per_year",
    "population",
    "push",
    "run",
    "unit",
    "with_dates",
    "with_populations",
    "zh",
    "days",
];

fn cites(text: &str) -> bool {
    TEXTS.iter().any(|name| text.contains(name)) || text.split_whitespace().any(is_journal_place)
}

/// `2013;7:546–558`, whatever stands around it.
fn is_journal_place(word: &str) -> bool {
    let Some((year, rest)) = word.split_once(';') else { return false };
    let Some((volume, page)) = rest.split_once(':') else { return false };
    let is_number =
        |text: &str| !text.is_empty() && text.chars().all(|c| c.is_ascii_digit() || "()S".contains(c));
    year.chars().rev().take(4).filter(char::is_ascii_digit).count() == 4
        && is_number(volume)
        && page.starts_with(|c: char| c.is_ascii_alphanumeric())
}

fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() && !path.ends_with("csv") {
            files(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") && !path.ends_with("lib.rs") {
            found.push(path);
        }
    }
}

/// Public functions of a file with their documentation; the tests at its end are left out.
fn functions(text: &str) -> Vec<(String, String)> {
    let text = text.split("#[cfg(test)]\nmod").next().unwrap();
    let mut documentation = String::new();
    let mut found = Vec::new();
    for line in text.lines().map(str::trim) {
        if let Some(words) = line.strip_prefix("///") {
            documentation.push_str(words);
            documentation.push('\n');
        } else if let Some(rest) = line.strip_prefix("pub fn ").or_else(|| line.strip_prefix("pub const fn "))
        {
            let name = rest.split(['(', '<']).next().unwrap().to_owned();
            found.push((name, std::mem::take(&mut documentation)));
        } else if !line.starts_with("#[") {
            documentation.clear();
        }
    }
    found
}

#[test]
fn every_method_cites_its_source() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut paths = Vec::new();
    files(&root, &mut paths);
    let (mut uncited, mut cited) = (Vec::new(), 0);
    for path in &paths {
        let text = fs::read_to_string(path).unwrap();
        let head: Vec<&str> = text.lines().take_while(|line| line.starts_with("//!")).collect();
        let head = head.join("\n");
        for (name, documentation) in functions(&text) {
            if PLAIN.contains(&name.as_str()) || OF_PRACTICE.contains(&name.as_str()) {
                continue;
            }
            if cites(&head) || cites(&documentation) {
                cited += 1;
            } else {
                uncited.push(format!("{}: {name}", path.strip_prefix(&root).unwrap().display()));
            }
        }
    }
    assert!(uncited.is_empty(), "no source is named for {uncited:#?}");
    assert!(cited > 50, "only {cited} functions were found");
}

/// A detector has no function of its own: its type carries the citation.
#[test]
fn every_detector_cites_its_source() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/detection");
    let mut paths = Vec::new();
    files(&folder, &mut paths);
    let mut detectors = 0;
    for path in paths {
        let text = fs::read_to_string(&path).unwrap();
        if text.contains("impl Detector for ") || text.contains("impl Memoryless for ") {
            detectors += 1;
            let words: Vec<&str> = text.lines().filter(|line| line.trim().starts_with("//")).collect();
            assert!(cites(&words.join("\n")), "{} cites nothing", path.display());
        }
    }
    assert!(detectors >= 11, "{detectors}");
}

#[test]
fn a_citation_is_known_when_seen() {
    assert!(cites("Noufaily et al., Stat Med 2013;32:1206–1222"));
    assert!(cites("by GB 11643-1999"));
    assert!(!cites("the usual method; see the manual: page 5"));
}
