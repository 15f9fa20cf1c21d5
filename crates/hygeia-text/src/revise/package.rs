//! The archive around the body.

use std::io::{Cursor, Read, Write};

use zip::write::SimpleFileOptions;
use zip::{ZipArchive, ZipWriter};

use super::escaped;
use crate::source::DecodeError;
use crate::source::docx::BODY;

const COMMENTS: &str = "word/comments.xml";
const RELATIONS: &str = "word/_rels/document.xml.rels";
const TYPES: &str = "[Content_Types].xml";

const COMMENTS_TYPE: &str = "<Override PartName=\"/word/comments.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.wordprocessingml.comments+xml\"/>";
const COMMENTS_RELATION: &str = "<Relationship Id=\"rIdComments\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/comments\" Target=\"comments.xml\"/>";
const RELATIONS_HEAD: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?><Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">";
const TYPES_HEAD: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?><Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\"><Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/><Default Extension=\"xml\" ContentType=\"application/xml\"/><Override PartName=\"/word/document.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml\"/></Types>";
const MAIN_RELATION: &str = "<Relationship Id=\"rId1\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument\" Target=\"word/document.xml\"/>";
/// Name space of the body's elements, which every writer of DOCX calls `w`.
const WORDS: &str = "xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\"";
/// No sound file has a small part larger than this.
const MOST_SMALL_PART: u64 = 16 * 1024 * 1024;

fn fault(error: impl std::fmt::Display) -> DecodeError {
    DecodeError::NotDocx(error.to_string())
}

fn part(archive: &mut ZipArchive<Cursor<&[u8]>>, name: &str) -> Result<Option<String>, DecodeError> {
    let file = match archive.by_name(name) {
        Ok(file) => file,
        Err(zip::result::ZipError::FileNotFound) => return Ok(None),
        Err(error) => return Err(fault(error)),
    };
    let mut text = String::new();
    file.take(MOST_SMALL_PART).read_to_string(&mut text).map_err(fault)?;
    Ok(Some(text))
}

/// The first number that no comment of the file has yet.
pub(super) fn next_comment(bytes: &[u8]) -> Result<u32, DecodeError> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(fault)?;
    let comments = part(&mut archive, COMMENTS)?.unwrap_or_default();
    Ok(next_id(&comments))
}

/// One more than the largest `w:id` in some XML.
pub(super) fn next_id(xml: &str) -> u32 {
    let numbers =
        xml.split(" w:id=\"").skip(1).filter_map(|rest| rest.split('"').next()?.parse::<u32>().ok());
    numbers.max().map_or(0, |largest| largest.saturating_add(1))
}

/// The archive with another body and `comments` added to those it has.
pub(super) fn replace(bytes: &[u8], body: &[u8], comments: &str) -> Result<Vec<u8>, DecodeError> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(fault)?;
    let mut changed: Vec<(&str, Vec<u8>)> = vec![(BODY, body.to_vec())];
    if !comments.is_empty() {
        let all = match part(&mut archive, COMMENTS)? {
            Some(known) => before_end(&known, "</w:comments>", comments)?,
            None => {
                let types = part(&mut archive, TYPES)?.ok_or_else(|| fault(TYPES))?;
                changed.push((TYPES, before_end(&types, "</Types>", COMMENTS_TYPE)?.into_bytes()));
                let relations = part(&mut archive, RELATIONS)?
                    .unwrap_or_else(|| format!("{RELATIONS_HEAD}</Relationships>"));
                changed.push((
                    RELATIONS,
                    before_end(&relations, "</Relationships>", COMMENTS_RELATION)?.into_bytes(),
                ));
                format!(
                    "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?><w:comments {WORDS}>{comments}</w:comments>"
                )
            }
        };
        changed.push((COMMENTS, all.into_bytes()));
    }
    let mut out = ZipWriter::new(Cursor::new(Vec::new()));
    for at in 0..archive.len() {
        let file = archive.by_index_raw(at).map_err(fault)?;
        match changed.iter().position(|(name, _)| *name == file.name()) {
            None => out.raw_copy_file(file).map_err(fault)?,
            Some(found) => {
                let (name, content) = changed.swap_remove(found);
                add(&mut out, name, &content)?;
            }
        }
    }
    for (name, content) in changed {
        add(&mut out, name, &content)?;
    }
    Ok(out.finish().map_err(fault)?.into_inner())
}

fn add(out: &mut ZipWriter<Cursor<Vec<u8>>>, name: &str, content: &[u8]) -> Result<(), DecodeError> {
    out.start_file(name, SimpleFileOptions::default()).map_err(fault)?;
    out.write_all(content).map_err(fault)
}

/// `addition` before the last closing tag; an empty element is opened for it.
fn before_end(xml: &str, end: &str, addition: &str) -> Result<String, DecodeError> {
    if let Some(at) = xml.rfind(end) {
        return Ok(format!("{}{addition}{}", &xml[..at], &xml[at..]));
    }
    let bare = xml.trim_end();
    match bare.strip_suffix("/>") {
        Some(open) => Ok(format!("{open}>{addition}{end}")),
        None => Err(fault(format!("{end} 缺失"))),
    }
}

/// A document of plain paragraphs.
pub(super) fn plain(text: &str) -> Result<Vec<u8>, DecodeError> {
    let mut body =
        format!("<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?><w:document {WORDS}><w:body>");
    for line in text.split('\n') {
        body.push_str("<w:p>");
        if !line.is_empty() {
            body.push_str("<w:r><w:t xml:space=\"preserve\">");
            body.push_str(&escaped(line));
            body.push_str("</w:t></w:r>");
        }
        body.push_str("</w:p>");
    }
    body.push_str("</w:body></w:document>");
    let mut out = ZipWriter::new(Cursor::new(Vec::new()));
    add(&mut out, TYPES, TYPES_HEAD.as_bytes())?;
    add(&mut out, "_rels/.rels", format!("{RELATIONS_HEAD}{MAIN_RELATION}</Relationships>").as_bytes())?;
    add(&mut out, BODY, body.as_bytes())?;
    Ok(out.finish().map_err(fault)?.into_inner())
}
