//! What a file that is no table seems to be, by how it begins, so that its owner sees which file was taken by mistake.

/// Kinds by their first bytes.
const BEGINNINGS: [(&[u8], &str); 14] = [
    (b"%PDF", "PDF 文件"),
    (b"\x89PNG", "图片"),
    (b"\xFF\xD8\xFF", "图片"),
    (b"GIF8", "图片"),
    (b"II*\0", "图片"),
    (b"MM\0*", "图片"),
    (b"RIFF", "图片、录音或录像"),
    (b"Rar!", "压缩包"),
    (b"7z\xBC\xAF", "压缩包"),
    (b"\x1F\x8B", "压缩包"),
    (b"{\\rtf", "RTF 文档"),
    (b"<!DOCTYPE html", "网页"),
    (b"<!doctype html", "网页"),
    (b"<html", "网页"),
];

/// Folders inside an archive that tell what it is of.
const FOLDERS: [(&[u8], &str); 2] = [(b"word/", "Word 文档"), (b"ppt/", "演示文稿")];

/// Most control characters a text may have, per hundred bytes: exports keep a stray one.
const MOST_CONTROLS: usize = 1;

/// What kind of file this is when it begins like one that is certainly no table.
pub(crate) fn other_kind(bytes: &[u8]) -> Option<&'static str> {
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    let text = bytes.trim_ascii_start();
    let known = BEGINNINGS.iter().find(|(beginning, _)| text.starts_with(beginning)).map(|(_, kind)| *kind);
    // Pictures and films of telephones keep their kind behind a length.
    known.or_else(|| (bytes.get(4..8) == Some(b"ftyp")).then_some("图片或录像"))
}

/// What kind of file an archive is that does not open as a workbook.
pub(crate) fn archive_kind(bytes: &[u8]) -> &'static str {
    let holds = |folder: &[u8]| bytes.windows(folder.len()).any(|window| window == folder);
    FOLDERS.iter().find(|(folder, _)| holds(folder)).map_or("压缩包", |(_, kind)| *kind)
}

/// Whether bytes are no text in any encoding people save tables in.
pub(crate) fn is_binary(bytes: &[u8]) -> bool {
    let is_wide = bytes.starts_with(b"\xFF\xFE") || bytes.starts_with(b"\xFE\xFF");
    let is_control = |byte: &u8| matches!(byte, 1..=8 | 14..=31);
    let controls = bytes.iter().filter(|byte| is_control(byte)).count();
    !is_wide && (bytes.contains(&0) || controls * 100 > bytes.len() * MOST_CONTROLS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_known_by_how_they_begin() {
        for (bytes, kind) in [
            (&b"%PDF-1.7\n%\xE2\xE3"[..], "PDF 文件"),
            (b"\xFF\xD8\xFF\xE0\0\x10JFIF", "图片"),
            (b"\0\0\0\x18ftypheic", "图片或录像"),
            (b"\xEF\xBB\xBF\n<!DOCTYPE html><title>a</title>", "网页"),
        ] {
            assert_eq!(other_kind(bytes), Some(kind));
        }
        for table in ["班级代码,编号\n", "PDF,页数\n", "", "<1岁,人数\n"] {
            assert_eq!(other_kind(table.as_bytes()), None, "{table}");
        }
        assert_eq!(archive_kind(b"PK\x03\x04....word/document.xml"), "Word 文档");
        assert_eq!(archive_kind(b"PK\x03\x04....a.txt"), "压缩包");
    }

    #[test]
    fn a_stray_control_character_makes_no_text_binary() {
        let long = format!("{}\u{2}", "班级代码,编号\n".repeat(9));
        assert!(!is_binary(long.as_bytes()));
        assert!(is_binary(&[1, 2, 3, 4]) && is_binary(b"a\0b") && !is_binary(b"\xFF\xFEa\0"));
    }
}
