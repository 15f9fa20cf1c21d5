//! The text of a DOCX: one line per paragraph of the body, and what the file shows besides.

mod label;
mod numbering;
mod table;

use std::io::{Cursor, Read};
use std::ops::Range;

use quick_xml::Reader;
use quick_xml::events::Event;

use super::DecodeError;
use super::layout::{Layout, Mark};
use numbering::{Counts, Numbering, Place};
use table::Tables;

/// A document body larger than this is refused: it is not a plan, it is an attack on memory.
const MAX_BODY_BYTES: u64 = 64 * 1024 * 1024;
/// Where the body stands in the archive.
pub(crate) const BODY: &str = "word/document.xml";

const NUMBERING: &str = "word/numbering.xml";
const STYLES: &str = "word/styles.xml";

/// One line per `w:p` of the body, in document order; the numbers that Word gives to paragraphs and how cells make
/// rows are told beside it, so that line n stays paragraph n.
pub(super) fn text(bytes: &[u8]) -> Result<(String, Layout), DecodeError> {
    let part = |name| part(bytes, name).map(Option::unwrap_or_default);
    // A file whose numbers cannot be read is still a text.
    let numbering = Numbering::read(&part(NUMBERING)?, &part(STYLES)?).unwrap_or_default();
    paragraphs(&body(bytes)?, &numbering)
}

/// The XML of the body.
pub(crate) fn body(bytes: &[u8]) -> Result<Vec<u8>, DecodeError> {
    part(bytes, BODY)?.ok_or_else(|| DecodeError::NotDocx(format!("没有 {BODY}")))
}

/// The content of a part of the archive, if it has that part.
fn part(bytes: &[u8], name: &str) -> Result<Option<Vec<u8>>, DecodeError> {
    let mut archive =
        zip::ZipArchive::new(Cursor::new(bytes)).map_err(|error| DecodeError::NotDocx(error.to_string()))?;
    let part = match archive.by_name(name) {
        Ok(part) => part,
        Err(zip::result::ZipError::FileNotFound) => return Ok(None),
        Err(error) => return Err(DecodeError::NotDocx(error.to_string())),
    };
    let mut xml = Vec::new();
    part.take(MAX_BODY_BYTES + 1)
        .read_to_end(&mut xml)
        .map_err(|error| DecodeError::BrokenXml(error.to_string()))?;
    if xml.len() as u64 > MAX_BODY_BYTES {
        return Err(DecodeError::NotDocx("正文超过 64 MB".to_owned()));
    }
    Ok(Some(xml))
}

/// One step through the XML of a body.
pub(crate) enum Step<'a> {
    /// An element begins.
    Start(&'a [u8]),
    /// An element ends.
    End(&'a [u8]),
    /// An element without content.
    Empty(&'a [u8]),
    /// Text of the document; deleted text sits in `w:delText` and is none.
    Text(&'a str),
    /// Anything else.
    Other,
}

/// Walks through a body and tells `step` what stands in which bytes.
pub(crate) fn walk(xml: &[u8], mut step: impl FnMut(Step<'_>, Range<usize>)) -> Result<(), DecodeError> {
    let broken = |error: &dyn std::fmt::Display| DecodeError::BrokenXml(error.to_string());
    let mut reader = Reader::from_reader(xml);
    let mut in_text = false;
    let mut from = 0;
    loop {
        let event = reader.read_event().map_err(|error| broken(&error))?;
        let to = usize::try_from(reader.buffer_position()).unwrap_or(xml.len());
        let range = from..to;
        from = to;
        match event {
            Event::Start(tag) => {
                in_text |= tag.name().as_ref() == b"w:t";
                step(Step::Start(tag.name().as_ref()), range);
            }
            Event::End(tag) => {
                in_text &= tag.name().as_ref() != b"w:t";
                step(Step::End(tag.name().as_ref()), range);
            }
            Event::Empty(tag) => step(Step::Empty(tag.name().as_ref()), range),
            Event::Text(text) if in_text => {
                let text = text.decode().map_err(|error| broken(&error))?.replace('\n', " ");
                step(Step::Text(&text), range);
            }
            Event::GeneralRef(name) if in_text => {
                let mut text = String::new();
                push_reference(&mut text, &name);
                step(Step::Text(&text), range);
            }
            Event::Eof => return Ok(()),
            _ => step(Step::Other, range),
        }
    }
}

/// The text that an element stands for by itself. Tabs and soft breaks must not split a paragraph: line n stays
/// paragraph n.
pub(crate) fn stands_for(step: &Step<'_>) -> Option<char> {
    match step {
        Step::Empty(b"w:tab" | b"w:br") => Some(' '),
        Step::Empty(b"w:p") | Step::End(b"w:p") => Some('\n'),
        _ => None,
    }
}

/// The value of an attribute of the tag that stands in these bytes.
fn attribute(tag: &[u8], name: &str) -> Option<String> {
    let tag = std::str::from_utf8(tag).ok()?;
    let at = tag.find(&format!(" {name}="))? + name.len() + 2;
    let quote = tag[at..].chars().next().filter(|c| matches!(c, '"' | '\''))?;
    let value = tag[at + 1..].split(quote).next()?;
    quick_xml::escape::unescape(value).ok().map(std::borrow::Cow::into_owned)
}

/// A paragraph while it is read.
#[derive(Default)]
struct Paragraph {
    /// Its first character in the text.
    start: usize,
    place: Place,
}

fn paragraphs(xml: &[u8], numbering: &Numbering) -> Result<(String, Layout), DecodeError> {
    let mut out: Vec<char> = Vec::new();
    let mut marks: Vec<(usize, Mark)> = Vec::new();
    let mut open: Vec<Paragraph> = Vec::new();
    let mut counts = Counts::new(numbering);
    let mut tables = Tables::default();
    // What a tracked change says was there before is there no more.
    let mut before = 0_usize;
    walk(xml, |step, range| {
        let tag = xml.get(range).unwrap_or(&[]);
        match &step {
            Step::Start(b"w:p") => open.push(Paragraph { start: out.len(), ..Paragraph::default() }),
            Step::End(b"w:p") => {
                let ended = open.pop().unwrap_or_default();
                let label = counts.label(&ended.place);
                let written =
                    out.get(ended.start..).is_some_and(|text| text.iter().any(|c| !c.is_whitespace()));
                if let Some(label) = label.filter(|_| written) {
                    marks.push((ended.start, Mark::Said(label)));
                }
            }
            Step::Start(b"w:pPrChange") => before += 1,
            Step::End(b"w:pPrChange") => before = before.saturating_sub(1),
            Step::Start(name) | Step::Empty(name) if before == 0 => {
                if let Some(paragraph) = open.last_mut() {
                    paragraph.place.read(name, tag);
                }
            }
            _ => {}
        }
        out.extend(stands_for(&step));
        if let Step::Text(text) = step {
            out.extend(text.chars());
        } else {
            tables.step(&step, tag, &out, &mut marks);
        }
    })?;
    marks.sort_by_key(|(at, mark)| (*at, mark.rank()));
    Ok((out.into_iter().collect(), Layout { marks }))
}

fn push_reference(out: &mut String, name: &quick_xml::events::BytesRef<'_>) {
    if let Ok(Some(c)) = name.resolve_char_ref() {
        out.push(c);
        return;
    }
    match &**name {
        b"amp" => out.push('&'),
        b"lt" => out.push('<'),
        b"gt" => out.push('>'),
        b"quot" => out.push('"'),
        b"apos" => out.push('\''),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    fn docx(body: &str) -> Vec<u8> {
        let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
        archive
            .start_file("word/document.xml", zip::write::SimpleFileOptions::default())
            .expect("a file starts in memory");
        archive.write_all(body.as_bytes()).expect("memory takes the body");
        archive.finish().expect("the archive closes").into_inner()
    }

    #[test]
    fn a_line_is_a_paragraph() {
        let file = docx(
            "<w:document><w:body><w:p><w:r><w:t>每周</w:t></w:r><w:del><w:delText>旧</w:delText></w:del>\
             <w:r><w:t>消毒&gt;3次</w:t></w:r></w:p><w:p/><w:p><w:r><w:t>完</w:t><w:br/></w:r></w:p></w:body></w:document>",
        );
        assert_eq!(text(&file).expect("the document is sound").0, "每周消毒>3次\n\n完 \n");
    }

    #[test]
    fn broken_xml_is_told() {
        assert!(matches!(text(&docx("<w:p><w:t>a</w:p>")), Err(DecodeError::BrokenXml(_))));
    }
}
