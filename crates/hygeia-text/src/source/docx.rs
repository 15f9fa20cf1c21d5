//! The text of a DOCX: one line per paragraph of the body.

use std::io::{Cursor, Read};

use quick_xml::Reader;
use quick_xml::events::Event;

use super::DecodeError;

/// A document body larger than this is refused: it is not a plan, it is an attack on memory.
const MAX_BODY_BYTES: u64 = 64 * 1024 * 1024;

/// One line per `w:p` of the body, in document order.
pub(super) fn text(bytes: &[u8]) -> Result<String, DecodeError> {
    let mut archive =
        zip::ZipArchive::new(Cursor::new(bytes)).map_err(|error| DecodeError::NotDocx(error.to_string()))?;
    let body =
        archive.by_name("word/document.xml").map_err(|error| DecodeError::NotDocx(error.to_string()))?;
    let mut xml = Vec::new();
    body.take(MAX_BODY_BYTES + 1)
        .read_to_end(&mut xml)
        .map_err(|error| DecodeError::BrokenXml(error.to_string()))?;
    if xml.len() as u64 > MAX_BODY_BYTES {
        return Err(DecodeError::NotDocx("正文超过 64 MB".to_owned()));
    }
    paragraphs(&xml)
}

fn paragraphs(xml: &[u8]) -> Result<String, DecodeError> {
    let broken = |error: &dyn std::fmt::Display| DecodeError::BrokenXml(error.to_string());
    let mut reader = Reader::from_reader(xml);
    let (mut out, mut buffer) = (String::new(), Vec::new());
    // Text counts only inside `w:t`; deleted text sits in `w:delText` and does not.
    let mut in_text = false;
    loop {
        match reader.read_event_into(&mut buffer).map_err(|error| broken(&error))? {
            Event::Start(tag) if tag.name().as_ref() == b"w:t" => in_text = true,
            Event::End(tag) => match tag.name().as_ref() {
                b"w:t" => in_text = false,
                b"w:p" => out.push('\n'),
                _ => {}
            },
            // Tabs and soft breaks must not split a paragraph: line n stays paragraph n.
            Event::Empty(tag) => match tag.name().as_ref() {
                b"w:tab" | b"w:br" => out.push(' '),
                b"w:p" => out.push('\n'),
                _ => {}
            },
            Event::Text(text) if in_text => {
                out.push_str(&text.decode().map_err(|error| broken(&error))?.replace('\n', " "));
            }
            Event::GeneralRef(name) if in_text => push_reference(&mut out, &name),
            Event::Eof => break,
            _ => {}
        }
        buffer.clear();
    }
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
