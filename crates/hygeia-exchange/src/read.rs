//! Reading a table from a file that a person made.

use crate::kind::{archive_kind, is_binary, other_kind};
use calamine::{Data, Reader, open_workbook_auto_from_rs};
use hygeia_work::ImportTable;
use std::io::Cursor;

/// Why a file is not a table.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// A file of another kind, which is named.
    #[error(
        "这是{0}，不是表格，无法导入：请在电子表格软件中打开名册，另存为 XLSX 或 CSV 后再选择（可下载模板填写）"
    )]
    OtherKind(&'static str),
    /// Neither a workbook nor text.
    #[error(
        "该文件不是表格，无法导入：请在电子表格软件中打开名册，另存为 XLSX 或 CSV 后再选择（可下载模板填写）"
    )]
    NotATable,
    /// A workbook that is damaged or protected.
    #[error("工作簿已损坏或被加密，无法读取：请另存为 XLSX 后重试")]
    Broken,
    /// A file of an office program from before 2007 that does not open: a document, or a protected workbook.
    #[error("这是旧版 Office 文件（.doc、.xls）或加密的工作簿，无法读取：请打开后另存为 XLSX 或 CSV 再选择")]
    OldOffice,
    /// No row with a heading.
    #[error("工作表是空的：第一行应为列名（可下载模板填写）")]
    Empty,
    /// More cells than a roster can have.
    #[error("表格过大：最多 20000 行、60 列")]
    TooLarge,
}

/// Most columns of a table.
const MOST_COLUMNS: usize = 60;
/// Most rows of a table.
const MOST_ROWS: usize = 20_001;
/// Largest workbook once unpacked, in bytes; a file that grows beyond it is an attack, not a roster.
const LARGEST_UNPACKED: u64 = 200 * 1024 * 1024;

/// How files of office programs from before 2007 begin.
const OLD_OFFICE: &[u8] = b"\xD0\xCF\x11\xE0";

/// Reads the first sheet of a workbook, or a CSV in UTF-8 or GB18030. The first row with text is the heading.
pub fn read_table(bytes: &[u8], file_name: &str) -> Result<ImportTable, ReadError> {
    if bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(OLD_OFFICE) {
        return read_workbook(bytes);
    }
    if let Some(kind) = other_kind(bytes) {
        return Err(ReadError::OtherKind(kind));
    }
    if is_binary(bytes) {
        return Err(ReadError::NotATable);
    }
    read_csv(bytes, file_name)
}

fn read_workbook(bytes: &[u8]) -> Result<ImportTable, ReadError> {
    // The sizes written in the archive's directory bound what reading will unpack.
    if unpacked_size(bytes).is_some_and(|size| size > LARGEST_UNPACKED) {
        return Err(ReadError::TooLarge);
    }
    let mut book = open_workbook_auto_from_rs(Cursor::new(bytes)).map_err(|_| unopened(bytes))?;
    let sheet = book.sheet_names().first().cloned().ok_or(ReadError::Empty)?;
    let range = book.worksheet_range(&sheet).map_err(|_| ReadError::Broken)?;
    if range.height() > MOST_ROWS || range.width() > MOST_COLUMNS {
        return Err(ReadError::TooLarge);
    }
    let first_row = range.start().map_or(0, |(row, _)| row as usize);
    let rows = range.rows().map(|row| row.iter().map(cell_text).collect()).collect();
    table(sheet, first_row, rows)
}

/// Why a file that looks like a workbook does not open as one.
fn unopened(bytes: &[u8]) -> ReadError {
    if bytes.starts_with(OLD_OFFICE) {
        return ReadError::OldOffice;
    }
    // Archives end with a directory; one without is a file that was cut off.
    let is_whole = bytes.windows(4).any(|window| window == b"PK\x05\x06");
    let is_workbook = bytes.windows(3).any(|window| window == b"xl/");
    if is_whole && !is_workbook { ReadError::OtherKind(archive_kind(bytes)) } else { ReadError::Broken }
}

fn unpacked_size(bytes: &[u8]) -> Option<u64> {
    // Central directory headers carry the unpacked size at offset 24.
    let mut total = 0u64;
    let mut at = 0;
    while let Some(found) = bytes.get(at..)?.windows(4).position(|window| window == b"PK\x01\x02") {
        let header = at + found;
        let size = bytes.get(header + 24..header + 28)?;
        total += u64::from(u32::from_le_bytes([size[0], size[1], size[2], size[3]]));
        at = header + 46;
    }
    Some(total)
}

fn cell_text(cell: &Data) -> String {
    match cell {
        Data::Empty | Data::Error(_) => String::new(),
        Data::String(text) => text.trim().to_owned(),
        Data::Bool(true) => "是".into(),
        Data::Bool(false) => "否".into(),
        Data::Int(number) => number.to_string(),
        // Codes and telephone numbers typed as numbers have no decimals.
        Data::Float(number) if number.fract() == 0.0 && number.abs() < 1e15 => format!("{number:.0}"),
        Data::Float(number) => number.to_string(),
        Data::DateTime(moment) => serial_day(moment.as_f64()),
        Data::DateTimeIso(text) | Data::DurationIso(text) => text.clone(),
    }
}

/// A spreadsheet's serial day (days since 30 December 1899) as a date, with the time when it has one.
fn serial_day(serial: f64) -> String {
    use jiff::ToSpan;
    use jiff::civil::Date;
    if !(0.0..2_958_466.0).contains(&serial) {
        return serial.to_string();
    }
    let minutes = ((serial.fract() * 1440.0).round() as i64).min(1439);
    let day = Date::constant(1899, 12, 30).saturating_add((serial.trunc() as i64).days());
    if minutes == 0 { day.to_string() } else { format!("{day} {:02}:{:02}", minutes / 60, minutes % 60) }
}

fn read_csv(bytes: &[u8], file_name: &str) -> Result<ImportTable, ReadError> {
    let text = keep_blank_lines(&decode(bytes));
    let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes());
    let mut rows = Vec::new();
    for record in reader.records() {
        let record = record.map_err(|_| ReadError::NotATable)?;
        if record.len() > MOST_COLUMNS || rows.len() >= MOST_ROWS {
            return Err(ReadError::TooLarge);
        }
        rows.push(record.iter().map(|cell| cell.trim().to_owned()).collect());
    }
    table(file_name.to_owned(), 0, rows)
}

/// Blank lines, which the reader would skip, as rows of empty cells, so that row numbers are those of the file.
fn keep_blank_lines(text: &str) -> String {
    let mut kept = String::with_capacity(text.len() + 16);
    let mut quoted = false;
    for line in text.split_inclusive('\n') {
        if !quoted && line.trim().is_empty() {
            kept.push(',');
        }
        kept.push_str(line);
        quoted ^= line.matches('"').count() % 2 == 1;
    }
    kept
}

fn decode(bytes: &[u8]) -> String {
    if let Ok(text) = std::str::from_utf8(bytes) {
        return text.trim_start_matches('\u{feff}').to_owned();
    }
    let mut detector = chardetng::EncodingDetector::new();
    detector.feed(bytes, true);
    let guessed = detector.guess(None, true);
    // Office programs in China write CSV in GBK; a short file may be guessed as another legacy encoding.
    let encoding = if guessed == encoding_rs::UTF_16LE { guessed } else { encoding_rs::GB18030 };
    encoding.decode(bytes).0.into_owned()
}

fn table(sheet: String, first_row: usize, mut rows: Vec<Vec<String>>) -> Result<ImportTable, ReadError> {
    let heading =
        rows.iter().position(|row| row.iter().any(|cell| !cell.is_empty())).ok_or(ReadError::Empty)?;
    let rest = rows.split_off(heading + 1);
    let header = rows.pop().unwrap_or_default();
    Ok(ImportTable { sheet, header_row: first_row + heading + 1, header, rows: rest })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Cell, Grid, to_xlsx};
    use proptest::prelude::*;

    #[test]
    fn a_csv_in_either_encoding_keeps_its_row_numbers() {
        let text = "\n班级代码,姓名\nk1c1,陈一诺\n\nk1c2,王梓涵\n";
        let (gb, _, _) = encoding_rs::GB18030.encode(text);
        for bytes in [text.as_bytes(), &gb] {
            let table = read_table(bytes, "花名册.csv").unwrap();
            assert_eq!(table.header_row, 2);
            assert_eq!(table.header, ["班级代码", "姓名"]);
            assert_eq!(table.rows, [["k1c1", "陈一诺"], ["", ""], ["k1c2", "王梓涵"]]);
        }
    }

    #[test]
    fn a_workbook_comes_back_as_it_was_written() {
        let grid = Grid {
            title: "花名册".into(),
            header: vec!["编号".into(), "出生日期".into()],
            rows: vec![vec![Cell::Text("0012".into()), Cell::Text("2021-03-01".into())]],
        };
        let table = read_table(&to_xlsx(&grid).unwrap(), "a.xlsx").unwrap();
        assert_eq!(table.header, ["编号", "出生日期"]);
        assert_eq!(table.rows, [["0012", "2021-03-01"]]);
    }

    #[test]
    fn a_spreadsheets_date_is_a_date() {
        assert_eq!(serial_day(44256.0), "2021-03-01");
        assert_eq!(serial_day(44256.5), "2021-03-01 12:00");
        assert_eq!(serial_day(-1.0), "-1");
    }

    #[test]
    fn a_broken_workbook_says_so() {
        assert!(matches!(read_table(b"PK\x03\x04 not a zip", "a.xlsx"), Err(ReadError::Broken)));
        assert!(matches!(read_table(b"", "a.csv"), Err(ReadError::Empty)));
        assert!(matches!(read_table(&[0, 1, 2, 3], "a.bin"), Err(ReadError::NotATable)));
        assert!(matches!(read_table(b"%PDF-1.7\n1 0 obj", "a.csv"), Err(ReadError::OtherKind("PDF 文件"))));
        assert!(matches!(read_table(b"\xD0\xCF\x11\xE0\xA1\xB1", "a.xls"), Err(ReadError::OldOffice)));
        let word = b"PK\x03\x04word/document.xmlPK\x05\x06";
        assert!(matches!(read_table(word, "a.xlsx"), Err(ReadError::OtherKind("Word 文档"))));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn no_bytes_panic(mut bytes in proptest::collection::vec(any::<u8>(), 0..400), zip: bool) {
            if zip {
                bytes.splice(0..0, *b"PK\x03\x04");
            }
            let _ = read_table(&bytes, "x");
        }
    }
}
