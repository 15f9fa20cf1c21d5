//! Bytes to text: plain text in any encoding of this field, DOCX and HTML.

pub(crate) mod docx;
mod encoding;
mod html;
pub(crate) mod layout;

pub use layout::Layout;
use serde::Serialize;
use thiserror::Error;

/// The form a document came in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Form {
    /// Plain text.
    Txt,
    /// Office Open XML word processing document.
    Docx,
    /// A web page.
    Html,
}

/// A document as text, before any clean-up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Source {
    /// The form it came in.
    pub form: Form,
    /// Name of the character encoding, for example `UTF-8` or `gb18030`.
    pub encoding: &'static str,
    /// The text. In a DOCX, line *n* (from 0) is paragraph *n* of the body in document order, table
    /// cells included, so that a finding can be put back into its paragraph.
    pub text: String,
    /// What a DOCX shows besides its text.
    #[serde(skip)]
    pub layout: Layout,
}

/// Why bytes could not be read as a document.
#[derive(Debug, Error)]
pub enum DecodeError {
    /// The file is a zip archive but not a word processing document.
    #[error("这个文件不是可读的 DOCX：{0}")]
    NotDocx(String),
    /// The XML inside the DOCX is broken.
    #[error("DOCX 里的正文损坏：{0}")]
    BrokenXml(String),
    /// A form that is not read, such as the old binary DOC or a PDF.
    #[error("不支持 {0} 格式，请另存为 DOCX 或 TXT")]
    Unsupported(&'static str),
    /// Bytes of a picture, a program or the like.
    #[error("这不是文字文件，请选择 DOCX 或 TXT")]
    NotText,
}

/// Whether so much of a text are control characters that nobody wrote it.
fn is_binary(text: &str) -> bool {
    let is_odd = |sign: &char| sign.is_control() && !sign.is_whitespace();
    let (signs, odd) = (text.chars().count(), text.chars().filter(is_odd).count());
    odd * 20 > signs
}

/// Reads `bytes` as text. The form is told by the content first and by the ending of `file_name` second.
///
/// # Errors
///
/// A DOCX that cannot be opened, a form that is not read (PDF, old DOC), or no text at all. Plain text never fails:
/// bytes that fit no encoding become U+FFFD and are flagged as damaged by [`crate::normalise`].
pub fn decode(bytes: &[u8], file_name: &str) -> Result<Source, DecodeError> {
    let name = file_name.to_ascii_lowercase();
    if bytes.starts_with(b"PK\x03\x04") {
        let (text, layout) = docx::text(bytes)?;
        return Ok(Source { form: Form::Docx, encoding: "UTF-8", text, layout });
    }
    if bytes.starts_with(b"%PDF-") {
        return Err(DecodeError::Unsupported("PDF"));
    }
    if bytes.starts_with(b"\xD0\xCF\x11\xE0") {
        return Err(DecodeError::Unsupported("DOC"));
    }
    let (text, encoding) = encoding::decode(bytes);
    if is_binary(&text) {
        return Err(DecodeError::NotText);
    }
    if name.ends_with(".html") || name.ends_with(".htm") || html::looks_like(&text) {
        return Ok(Source { form: Form::Html, encoding, text: html::text(&text), layout: Layout::default() });
    }
    Ok(Source { form: Form::Txt, encoding, text, layout: Layout::default() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_sentence_is_read_from_every_encoding() {
        let sentence = "每周紫外线消毒三次，入园体检率达到百分之百。家长满意率不低于九成。";
        let (gb, _, _) = encoding_rs::GB18030.encode(sentence);
        let utf16: Vec<u8> =
            [0xFF, 0xFE].into_iter().chain(sentence.encode_utf16().flat_map(u16::to_le_bytes)).collect();
        let bare_utf16: Vec<u8> = sentence.encode_utf16().flat_map(u16::to_be_bytes).collect();
        for bytes in [sentence.as_bytes().to_vec(), gb.into_owned(), utf16, bare_utf16] {
            let source = decode(&bytes, "plan.txt").expect("plain text always decodes");
            assert_eq!(source.text, sentence, "read as {}", source.encoding);
        }
    }

    #[test]
    fn forms_that_are_not_read_say_so() {
        let error = decode(b"%PDF-1.7", "plan.pdf").expect_err("a PDF is not read");
        assert!(error.to_string().contains("PDF"));
        assert!(decode(b"PK\x03\x04 torn", "plan.docx").is_err());
        let program = [b"MZ\x90\0\x03".as_slice(), &[0; 40], b"This program cannot be run"].concat();
        assert!(matches!(decode(&program, "plan.txt"), Err(DecodeError::NotText)));
    }
}
