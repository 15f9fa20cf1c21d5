//! Corrections in a DOCX: accepting all gives the corrected text, rejecting all the original, the rest is untouched.

#![expect(clippy::unwrap_used, reason = "a failed set-up fails the test")]

use hygeia_text::reading::Span;
use hygeia_text::{Edit, Signature, decode, docx_of, revise};
use proptest::prelude::*;
use std::io::{Cursor, Read, Write};

const WHO: Signature<'_> = Signature { author: "保健医 <A&B>", at: "2026-11-25T08:00:00Z" };

fn archive(parts: &[(&str, &str)]) -> Vec<u8> {
    let mut out = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in parts {
        out.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
        out.write_all(content.as_bytes()).unwrap();
    }
    out.finish().unwrap().into_inner()
}

fn part(bytes: &[u8], name: &str) -> Option<String> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    let mut text = String::new();
    archive.by_name(name).ok()?.read_to_string(&mut text).unwrap();
    Some(text)
}

const TYPES: &str = "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\"></Types>";

fn docx(body: &str) -> Vec<u8> {
    let document = format!("<w:document><w:body>{body}</w:body></w:document>");
    archive(&[
        ("[Content_Types].xml", TYPES),
        ("word/document.xml", &document),
        ("word/media/a.bin", "picture"),
    ])
}

fn text(bytes: &[u8]) -> String {
    decode(bytes, "a.docx").unwrap().text
}

/// The text with every change rejected.
fn rejected(bytes: &[u8]) -> String {
    let mut xml = part(bytes, "word/document.xml").unwrap();
    while let Some(from) = xml.find("<w:ins ") {
        let to = from + xml[from..].find("</w:ins>").unwrap() + "</w:ins>".len();
        xml.replace_range(from..to, "");
    }
    let xml = xml.replace("w:delText", "w:t");
    text(&archive(&[("word/document.xml", &xml)]))
}

fn edit(start: usize, end: usize, replacement: &str) -> Edit {
    Edit { span: Span::new(start, end), replacement: Some(replacement.into()), comment: None }
}

#[test]
fn a_change_keeps_the_formatting_and_the_other_runs() {
    let body = "<w:p><w:pPr><w:jc w:val=\"both\"/></w:pPr><w:r w:rsidR=\"1\"><w:rPr><w:b/></w:rPr><w:t>晨检率</w:t></w:r>\
                <w:r><w:t>为，</w:t><w:tab/><w:t>下降。</w:t></w:r></w:p><w:p><w:r><w:t>完&amp;毕</w:t></w:r></w:p>";
    let file = docx(body);
    assert_eq!(text(&file), "晨检率为， 下降。\n完&毕\n");
    let done = revise(&file, &[edit(0, 4, "晨检率为98.2%")], WHO).unwrap();
    assert_eq!(done.unplaced, [] as [usize; 0]);
    assert_eq!(text(&done.bytes), "晨检率为98.2%， 下降。\n完&毕\n");
    assert_eq!(rejected(&done.bytes), text(&file));
    let xml = part(&done.bytes, "word/document.xml").unwrap();
    assert!(xml.contains("<w:r w:rsidR=\"1\"><w:rPr><w:b/></w:rPr><w:t>晨检率</w:t></w:r>"), "{xml}");
    assert!(xml.contains("w:author=\"保健医 &lt;A&amp;B&gt;\" w:date=\"2026-11-25T08:00:00Z\""), "{xml}");
    assert_eq!(part(&done.bytes, "word/media/a.bin").as_deref(), Some("picture"));
    assert_eq!(part(&done.bytes, "word/comments.xml"), None);
}

#[test]
fn a_change_over_two_runs_takes_the_last_ones_formatting() {
    let file =
        docx("<w:p><w:r><w:t>突发公</w:t></w:r><w:r><w:rPr><w:i/></w:rPr><w:t>式卫生</w:t></w:r></w:p>");
    let done = revise(&file, &[edit(2, 4, "公共")], WHO).unwrap();
    assert_eq!(text(&done.bytes), "突发公共卫生\n");
    assert_eq!(rejected(&done.bytes), "突发公式卫生\n");
    let xml = part(&done.bytes, "word/document.xml").unwrap();
    assert!(
        xml.contains("<w:r><w:rPr><w:i/></w:rPr><w:t xml:space=\"preserve\">共</w:t></w:r></w:ins>"),
        "{xml}"
    );
}

#[test]
fn comments_get_a_part_of_their_own_or_join_those_there() {
    let file = docx("<w:p><w:r><w:t>体检50人，其中60人。</w:t></w:r></w:p>");
    let note = |start, end, text: &str| Edit {
        span: Span::new(start, end),
        replacement: None,
        comment: Some(text.into()),
    };
    let once = revise(&file, &[note(0, 5, "部分大于整体")], WHO).unwrap().bytes;
    let twice = revise(&once, &[note(6, 11, "请核对")], WHO).unwrap().bytes;
    assert_eq!(text(&twice), text(&file));
    let comments = part(&twice, "word/comments.xml").unwrap();
    assert!(
        comments.contains("w:id=\"0\"") && comments.contains("w:id=\"1\"") && comments.contains("请核对")
    );
    assert_eq!(part(&twice, "[Content_Types].xml").unwrap().matches("comments+xml").count(), 1);
    let xml = part(&twice, "word/document.xml").unwrap();
    for id in ["0", "1"] {
        for mark in ["commentRangeStart", "commentRangeEnd", "commentReference"] {
            assert_eq!(xml.matches(&format!("<w:{mark} w:id=\"{id}\"/>")).count(), 1, "{xml}");
        }
    }
}

#[test]
fn what_cannot_be_placed_is_said() {
    let drawing = "<w:p><w:r><w:t>外</w:t><w:drawing><w:txbxContent><w:p><w:r><w:t>内文</w:t></w:r></w:p>\
                   </w:txbxContent></w:drawing></w:r></w:p>";
    let file = docx(drawing);
    let done = revise(&file, &[edit(0, 1, "里"), edit(1, 2, "肉"), edit(1, 3, "重叠")], WHO).unwrap();
    assert_eq!(done.unplaced, [0, 2]);
    assert!(text(&done.bytes).contains("肉文"));
    assert!(revise(b"no archive", &[], WHO).is_err());
}

proptest! {
    #[test]
    fn accepting_gives_the_new_text_and_rejecting_the_old(
        runs in prop::collection::vec(("[一-三&<a ]{1,6}", prop::bool::ANY), 1..8),
        cuts in prop::collection::vec((0usize..40, 0usize..5, "[甲乙丙>&]{0,4}", prop::bool::ANY), 0..6),
    ) {
        let mut body = String::from("<w:p>");
        for (words, ends) in &runs {
            let words = words.replace('&', "&amp;").replace('<', "&lt;");
            body.push_str(&format!("<w:r><w:rPr><w:b/></w:rPr><w:t xml:space=\"preserve\">{words}</w:t></w:r>"));
            if *ends {
                body.push_str("</w:p><w:p>");
            }
        }
        body.push_str("</w:p>");
        let file = docx(&body);
        let before = text(&file);
        let chars: Vec<char> = before.chars().collect();
        // Edits within a paragraph, in order, apart from each other; every paragraph that is edited has text.
        let mut edits: Vec<Edit> = Vec::new();
        let mut sorted = cuts;
        sorted.sort();
        for (start, length, words, noted) in sorted {
            let free = edits.last().map_or(0, |edit| edit.span.end + 1);
            let end = (start + length).min(chars.len());
            let inside = start >= free && start < end && !chars[start..end].contains(&'\n');
            if inside {
                edits.push(Edit {
                    span: Span::new(start, end),
                    replacement: Some(words),
                    comment: noted.then(|| "注".to_owned()),
                });
            }
        }
        let mut after = chars.clone();
        for edit in edits.iter().rev() {
            after.splice(edit.span.start..edit.span.end, edit.replacement.as_deref().unwrap_or_default().chars());
        }
        let done = revise(&file, &edits, WHO).unwrap();
        prop_assert_eq!(&done.unplaced, &Vec::<usize>::new());
        prop_assert_eq!(text(&done.bytes), after.into_iter().collect::<String>());
        prop_assert_eq!(rejected(&done.bytes), before);
        if edits.is_empty() {
            prop_assert_eq!(part(&done.bytes, "word/document.xml"), part(&file, "word/document.xml"));
        }
    }

    #[test]
    fn plain_text_becomes_a_document_with_the_same_places(lines in "[一-三a-c <&\t\n]{0,40}") {
        let made = docx_of(&lines).unwrap();
        let read: Vec<char> = text(&made).chars().collect();
        for (at, c) in lines.chars().enumerate() {
            let blank = c == '\t' && read[at] == ' ';
            prop_assert!(read[at] == c || blank, "{at}");
        }
    }
}
