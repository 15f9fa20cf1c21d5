//! Writing a plain table: entries of a register, figures of the indicator page.

use rust_xlsxwriter::{Format, FormatAlign, FormatBorder, Workbook, XlsxError};

/// One cell.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell {
    /// Text, kept as text (codes keep their zeros).
    Text(String),
    /// A number with the decimals it is shown with.
    Number(f64, u8),
    /// Missing.
    Empty,
}

/// A table with one heading row.
#[derive(Debug, Clone, Default)]
pub struct Grid {
    /// Name of the sheet.
    pub title: String,
    /// Headings.
    pub header: Vec<String>,
    /// Rows.
    pub rows: Vec<Vec<Cell>>,
}

/// The table as a workbook: bold frozen heading, filter, A4 landscape.
///
/// # Errors
///
/// When the workbook cannot be written, which only too many rows can cause.
pub fn to_xlsx(grid: &Grid) -> Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    sheet.set_name(sheet_name(&grid.title))?;
    let head = Format::new()
        .set_bold()
        .set_align(FormatAlign::Center)
        .set_border(FormatBorder::Thin)
        .set_text_wrap();
    let plain = Format::new().set_border(FormatBorder::Thin);
    for (column, title) in (0u16..).zip(&grid.header) {
        sheet.write_string_with_format(0, column, title, &head)?;
    }
    let mut widths: Vec<usize> = grid.header.iter().map(|title| width(title)).collect();
    for (row, cells) in (1u32..).zip(&grid.rows) {
        for (column, cell) in (0u16..).zip(cells) {
            let shown = match cell {
                Cell::Text(text) => {
                    sheet.write_string_with_format(row, column, text, &plain)?;
                    width(text)
                }
                Cell::Number(number, decimals) => {
                    let pattern = if *decimals == 0 {
                        "0".into()
                    } else {
                        format!("0.{}", "0".repeat(usize::from(*decimals)))
                    };
                    sheet.write_number_with_format(
                        row,
                        column,
                        *number,
                        &plain.clone().set_num_format(pattern),
                    )?;
                    8
                }
                Cell::Empty => {
                    sheet.write_blank(row, column, &plain)?;
                    0
                }
            };
            if let Some(widest) = widths.get_mut(usize::from(column)) {
                *widest = (*widest).max(shown);
            }
        }
    }
    for (column, width) in (0u16..).zip(widths) {
        sheet.set_column_width(column, (width + 2).clamp(6, 48) as f64)?;
    }
    sheet.set_freeze_panes(1, 0)?;
    sheet.set_landscape().set_paper_size(9).set_repeat_rows(0, 0)?;
    book.save_to_buffer()
}

/// A name a sheet may have: at most 31 characters, without `[]:*?/\`.
fn sheet_name(title: &str) -> String {
    let name: String = title.chars().filter(|c| !"[]:*?/\\'".contains(*c)).take(31).collect();
    if name.is_empty() { "Sheet1".into() } else { name }
}

/// Width on the page, a Chinese character counting two.
fn width(text: &str) -> usize {
    text.chars().map(|c| if c.is_ascii() { 1 } else { 2 }).sum()
}

/// The table as CSV in UTF-8 with a byte-order mark, which office programs need to read Chinese.
///
/// A text that a spreadsheet would run as a formula is written with an apostrophe before it.
pub fn to_csv(grid: &Grid) -> Vec<u8> {
    let mut writer = csv::Writer::from_writer(b"\xEF\xBB\xBF".to_vec());
    let cells = |cells: &[Cell]| -> Vec<String> {
        cells
            .iter()
            .map(|cell| match cell {
                Cell::Text(text) if text.starts_with(['=', '+', '-', '@', '\t']) => format!("'{text}"),
                Cell::Text(text) => text.clone(),
                Cell::Number(number, decimals) => format!("{:.*}", usize::from(*decimals), number),
                Cell::Empty => String::new(),
            })
            .collect()
    };
    // Writing into memory cannot fail.
    let _ = writer.write_record(&grid.header);
    for row in &grid.rows {
        let _ = writer.write_record(cells(row));
    }
    writer.into_inner().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_formula_in_a_name_is_not_run() {
        let grid = Grid {
            title: "a".into(),
            header: vec!["姓名".into()],
            rows: vec![vec![Cell::Text("=1+1".into())], vec![Cell::Number(-1.5, 1)]],
        };
        let text = String::from_utf8(to_csv(&grid)).unwrap();
        assert_eq!(text, "\u{feff}姓名\n'=1+1\n-1.5\n");
    }
}
