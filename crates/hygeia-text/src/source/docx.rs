//! The text of a DOCX: one line per paragraph of the body.

use std::io::{Cursor, Read};
use std::ops::Range;

use quick_xml::Reader;
use quick_xml::events::Event;

use super::DecodeError;

/// A document body larger than this is refused: it is not a plan, it is an attack on memory.
const MAX_BODY_BYTES: u64 = 64 * 1024 * 1024;
/// Where the body stands in the archive.
pub(crate) const BODY: &str = "word/document.xml";

/// One line per `w:p` of the body, in document order.
pub(super) fn text(bytes: &[u8]) -> Result<String, DecodeError> {
    paragraphs(&body(bytes)?)
}

/// The XML of the body.
pub(crate) fn body(bytes: &[u8]) -> Result<Vec<u8>, DecodeError> {
    let mut archive =
        zip::ZipArchive::new(Cursor::new(bytes)).map_err(|error| DecodeError::NotDocx(error.to_string()))?;
    let body = archive.by_name(BODY).map_err(|error| DecodeError::NotDocx(error.to_string()))?;
    let mut xml = Vec::new();
    body.take(MAX_BODY_BYTES + 1)
        .read_to_end(&mut xml)
        .map_err(|error| DecodeError::BrokenXml(error.to_string()))?;
    if xml.len() as u64 > MAX_BODY_BYTES {
        return Err(DecodeError::NotDocx("正文超过 64 MB".to_owned()));
    }
    Ok(xml)
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

fn paragraphs(xml: &[u8]) -> Result<String, DecodeError> {
    let mut out = String::new();
    walk(xml, |step, _| {
        out.extend(stands_for(&step));
        if let Step::Text(text) = step {
            out.push_str(text);
        }
    })?;
    Ok(out)
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
        assert_eq!(text(&file).expect("the document is sound"), "每周消毒>3次\n\n完 \n");
    }

    #[test]
    fn broken_xml_is_told() {
        assert!(matches!(text(&docx("<w:p><w:t>a</w:p>")), Err(DecodeError::BrokenXml(_))));
    }
}
