//! Documents of the project's own writing: every construction that the reader knows, as snapshots.

use std::fmt::Write;

use hygeia_text::{Normalised, Reading, decode, normalise, proofread, read};

fn clean(bytes: &[u8]) -> Normalised {
    normalise(&decode(bytes, "document.txt").expect("plain text always decodes"))
}

/// One line per item, short enough to be read against the document.
fn lines(reading: &Reading) -> String {
    let mut out = format!("{:?}\n", reading.kind);
    for item in &reading.outline {
        let _ =
            writeln!(out, "outline {}{} {}", "  ".repeat(usize::from(item.level) - 1), item.mark, item.title);
    }
    for item in &reading.duties {
        let least = if item.at_least { ">=" } else { "" };
        let (who, when) = (item.who.as_deref().unwrap_or("-"), item.when.as_deref().unwrap_or("-"));
        let _ = writeln!(
            out,
            "duty {} | {least}{} per {} {:?} | {who} | {when}",
            item.what, item.times, item.every.n, item.every.unit
        );
    }
    for item in &reading.targets {
        let _ = writeln!(out, "target {} {:?} {:?} {}", item.metric, item.op, item.value, item.unit);
    }
    for item in &reading.figures {
        let _ = writeln!(
            out,
            "figure {} {:?} {} {}",
            item.metric,
            item.value,
            item.unit,
            item.approx.as_deref().unwrap_or("")
        );
    }
    for item in &reading.deadlines {
        let _ = writeln!(out, "deadline {} | {:?} {:?}", item.what, item.from, item.to);
    }
    for item in &reading.gaps {
        let _ = writeln!(out, "gap {} | {:?} {}", item.quote, item.kind, item.unit);
    }
    for item in &reading.checks {
        let _ = writeln!(out, "check {:?} {} | {}", item.kind, item.ok, item.says);
    }
    out
}

fn findings(text: &Normalised) -> String {
    proofread(text).iter().fold(String::new(), |mut out, finding| {
        let _ = writeln!(
            out,
            "{:?} {} | {} | {}",
            finding.kind,
            finding.said,
            finding.follows,
            finding.suggestion.as_deref().unwrap_or("-")
        );
        out
    })
}

#[test]
fn a_kindergarten_summary() {
    let text = clean(include_bytes!("fixtures/kindergarten-summary.txt"));
    insta::assert_snapshot!("kindergarten-summary", lines(&read(&text)));
    insta::assert_snapshot!("kindergarten-summary-findings", findings(&text));
}

#[test]
fn a_safety_scheme() {
    let text = clean(include_bytes!("fixtures/safety-scheme.txt"));
    insta::assert_snapshot!("safety-scheme", lines(&read(&text)));
    insta::assert_snapshot!("safety-scheme-findings", findings(&text));
}

#[test]
fn an_essay_has_neither_duties_nor_targets() {
    let reading = read(&clean(include_bytes!("fixtures/essay.txt")));
    assert!(
        reading.duties.is_empty() && reading.targets.is_empty() && reading.figures.is_empty(),
        "{}",
        lines(&reading)
    );
}
