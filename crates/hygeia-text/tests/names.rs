//! How items are named: `tests/constructions/names.tsv`, a sentence and the names that its reading must hold.

use hygeia_text::{decode, normalise, read};

fn names(sentence: &str) -> Vec<String> {
    let text = format!(
        "卫生工作总结\n一、主要工作\n认真落实上级要求，做好各项卫生工作。\n{sentence}\n二、存在不足\n"
    );
    let source = decode(text.as_bytes(), "a.txt").expect("plain text always decodes");
    let reading = read(&normalise(&source));
    let duties = reading.duties.into_iter().map(|item| item.what);
    let targets = reading.targets.into_iter().map(|item| item.metric);
    let figures = reading.figures.into_iter().map(|item| item.metric);
    duties.chain(targets).chain(figures).chain(reading.deadlines.into_iter().map(|item| item.what)).collect()
}

#[test]
fn items_are_named_in_full() {
    let rows = include_str!("constructions/names.tsv");
    let mut wrong = String::new();
    for row in rows.lines().filter(|row| !row.starts_with('#') && !row.is_empty()) {
        let (sentence, expected) = row.split_once('\t').unwrap_or((row, ""));
        let found = names(sentence);
        for name in expected.split_whitespace().filter(|name| !found.iter().any(|found| found == name)) {
            wrong += &format!("{sentence}: no {name} in {found:?}\n");
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}
