//! Which encoding a run of bytes is in.

use chardetng::EncodingDetector;
use encoding_rs::{Encoding, GB18030, UTF_8, UTF_16BE, UTF_16LE};

/// How many bytes are looked at to guess a legacy encoding.
const GUESS_BYTES: usize = 64 * 1024;

/// The text and the name of its encoding.
pub(super) fn decode(bytes: &[u8]) -> (String, &'static str) {
    let encoding = detect(bytes);
    let (text, used, _) = encoding.decode(bytes);
    (text.into_owned(), used.name())
}

fn detect(bytes: &[u8]) -> &'static Encoding {
    if let Some((encoding, _)) = Encoding::for_bom(bytes) {
        return encoding;
    }
    if std::str::from_utf8(bytes).is_ok() && !bytes.contains(&0) {
        return UTF_8;
    }
    if let Some(encoding) = utf16_without_mark(bytes) {
        return encoding;
    }
    let head = bytes.get(..GUESS_BYTES).unwrap_or(bytes);
    let mut detector = EncodingDetector::new();
    detector.feed(head, head.len() == bytes.len());
    let guess = detector.guess(Some(b"cn"), true);
    // GBK is a subset of GB18030, and a UTF-8 file with one bad byte is still UTF-8.
    if guess == encoding_rs::GBK { GB18030 } else { guess }
}

/// UTF-16 without a byte order mark: Chinese text then has most high bytes in 4E–9F, all on the same side.
fn utf16_without_mark(bytes: &[u8]) -> Option<&'static Encoding> {
    let head = bytes.get(..GUESS_BYTES.min(bytes.len()) & !1)?;
    if head.len() < 8 || !bytes.len().is_multiple_of(2) {
        return None;
    }
    let likely = |byte: u8| (0x4E..=0x9F).contains(&byte) || byte == 0x30 || byte == 0 || byte == 0xFF;
    let units = head.len() / 2;
    let high_first = head.chunks_exact(2).filter(|pair| likely(pair[0])).count();
    let high_last = head.chunks_exact(2).filter(|pair| likely(pair[1])).count();
    match () {
        () if high_first * 10 > units * 9 && high_last * 10 < units * 8 => Some(UTF_16BE),
        () if high_last * 10 > units * 9 && high_first * 10 < units * 8 => Some(UTF_16LE),
        () => None,
    }
}
