//! A document's tables as a workbook: A4 landscape, heads merged and repeated on every printed page.

use crate::ReportError;
use crate::document::{Block, Cell, Document, HeadCell, Run, Table, TableRow};
use rust_xlsxwriter::{Format, FormatAlign, FormatBorder, Workbook, Worksheet};

/// Writes every table of the document on a sheet of its own; a document with running text gets a first sheet
/// with it, figures and their definitions beside. Sections without rows are running text, as on the page.
pub fn write(document: &Document) -> Result<Vec<u8>, ReportError> {
    let mut workbook = Workbook::new();
    let tables = tables(document);
    let mut names = Vec::new();
    let has_text = document.blocks.iter().any(|block| matches!(block, Block::Paragraph(_)));
    if tables.is_empty() || has_text || document.figures().next().is_some() {
        let name = if document.figures().next().is_some() { "总结" } else { &document.title };
        let sheet = named(workbook.add_worksheet(), name, &mut names)?;
        write_text(sheet, document)?;
    }
    for table in tables {
        let name = if table.caption.is_empty() { &document.title } else { &table.caption };
        let sheet = named(workbook.add_worksheet(), name, &mut names)?;
        write_table(sheet, &table, document)?;
    }
    Ok(workbook.save_to_buffer()?)
}

/// One table as a workbook.
pub fn write_one(table: &Table) -> Result<Vec<u8>, ReportError> {
    write(&Document {
        title: table.caption.clone(),
        subtitle: None,
        blocks: vec![Block::Table(table.clone())],
    })
}

/// The document's tables; what closes the form stands under the last.
fn tables(document: &Document) -> Vec<Table> {
    let mut tables: Vec<Table> = Vec::new();
    for block in &document.blocks {
        match (block, tables.last_mut()) {
            (Block::Table(table), _) => tables.push(table.clone()),
            (Block::Foot { note, signatures }, Some(last)) => {
                let notes = last.note.iter().chain(note).map(String::as_str);
                last.note = Some(notes.collect::<Vec<_>>().join("；")).filter(|note| !note.is_empty());
                last.signatures.clone_from(signatures);
            }
            _ => {}
        }
    }
    tables
}

/// Names a sheet within what workbooks allow: 31 characters, none of `[]:*?/\`, each once.
fn named<'a>(
    sheet: &'a mut Worksheet,
    name: &str,
    names: &mut Vec<String>,
) -> Result<&'a mut Worksheet, ReportError> {
    let clean: String =
        name.chars().map(|c| if "[]:*?/\\'".contains(c) { '_' } else { c }).take(27).collect();
    let base = if clean.trim().is_empty() { "表".to_owned() } else { clean };
    let mut unique = base.clone();
    let mut count = 1;
    while names.contains(&unique) {
        count += 1;
        unique = format!("{base} {count}");
    }
    names.push(unique.clone());
    sheet.set_name(&unique)?;
    Ok(sheet)
}

fn column(at: usize) -> u16 {
    u16::try_from(at).unwrap_or(u16::MAX)
}

fn write_text(sheet: &mut Worksheet, document: &Document) -> Result<(), ReportError> {
    let bold = Format::new().set_bold();
    let wrap = Format::new().set_text_wrap().set_align(FormatAlign::Top);
    sheet.set_column_width(0, 70)?.set_column_width(1, 14)?.set_column_width(2, 60)?;
    sheet.write_with_format(0, 0, &document.title, &bold)?;
    if let Some(subtitle) = &document.subtitle {
        sheet.write(1, 0, subtitle)?;
    }
    if document.figures().next().is_some() {
        for (at, title) in ["内容", "数值", "口径与来源"].into_iter().enumerate() {
            sheet.write_with_format(2, column(at), title, &bold)?;
        }
    }
    let mut row = 3;
    for block in &document.blocks {
        match block {
            Block::Heading { text, .. } => {
                sheet.write_with_format(row, 0, text, &bold)?;
                row += 1;
            }
            Block::Paragraph(runs) => {
                let text: String = runs.iter().map(run_text).collect();
                sheet.write_with_format(row, 0, text, &wrap)?;
                let figures = runs.iter().filter_map(|run| match run {
                    Run::Figure(figure) => Some(figure),
                    Run::Text(_) => None,
                });
                let mut last = row + 1;
                for (at, figure) in figures.enumerate() {
                    let line = row + u32::try_from(at).unwrap_or(0);
                    sheet.write(line, 1, &figure.text)?.write(line, 2, &figure.definition)?;
                    last = line + 1;
                }
                row = last;
            }
            Block::Signature(lines) => {
                for line in lines {
                    sheet.write(row, 0, line)?;
                    row += 1;
                }
            }
            Block::Table(_) | Block::Chart(_) | Block::Foot { .. } | Block::PageBreak => {}
        }
    }
    sheet.set_paper_size(9).set_landscape();
    Ok(())
}

fn run_text(run: &Run) -> &str {
    match run {
        Run::Text(text) => text,
        Run::Figure(figure) => &figure.text,
    }
}

fn write_table(sheet: &mut Worksheet, table: &Table, document: &Document) -> Result<(), ReportError> {
    let columns = table.columns().max(1);
    let title = Format::new().set_bold().set_font_size(16).set_align(FormatAlign::Center);
    // A table among several carries the title of the whole over its own caption.
    let of_several = !table.caption.is_empty() && !table.caption.contains(&document.title);
    across(
        sheet,
        0,
        columns,
        if of_several || table.caption.is_empty() { &document.title } else { &table.caption },
        &title,
    )?;
    let caption_row = usize::from(of_several);
    if of_several {
        across(sheet, caption_row, columns, &table.caption, &Format::new().set_bold())?;
    }
    let lead = table.lead.as_ref().or(document.subtitle.as_ref());
    across(sheet, caption_row + 1, columns, lead.map_or("", String::as_str), &Format::new())?;
    let first_head = caption_row + 2;
    let first_body = first_head + table.head.len();
    write_head(sheet, table, first_head)?;
    for (at, row) in table.rows.iter().enumerate() {
        write_row(sheet, first_body + at, row, columns)?;
    }
    let mut foot = first_body + table.rows.len();
    if let Some(note) = &table.note {
        across(sheet, foot, columns, &format!("注：{note}"), &Format::new().set_text_wrap())?;
        foot += 1;
    }
    if !table.signatures.is_empty() {
        let line: Vec<String> =
            table.signatures.iter().map(|name| format!("{name}：　　　　　　　　")).collect();
        across(sheet, foot, columns, &line.concat(), &Format::new())?;
    }
    for at in 0..columns {
        sheet.set_column_width(column(at), width_of(table, at))?;
    }
    sheet
        .set_paper_size(9)
        .set_landscape()
        .set_print_fit_to_pages(1, 0)
        .set_margins(0.4, 0.4, 0.5, 0.6, 0.3, 0.3);
    sheet.set_footer("&C第 &P 页，共 &N 页");
    if !table.head.is_empty() {
        sheet.set_repeat_rows(row_number(first_head), row_number(first_body - 1))?;
        sheet.set_freeze_panes(row_number(first_body), 1)?;
    }
    Ok(())
}

fn row_number(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

/// A line over the whole width of the table.
fn across(
    sheet: &mut Worksheet,
    row: usize,
    columns: usize,
    text: &str,
    format: &Format,
) -> Result<(), ReportError> {
    if columns > 1 {
        sheet.merge_range(row_number(row), 0, row_number(row), column(columns - 1), text, format)?;
    } else {
        sheet.write_with_format(row_number(row), 0, text, format)?;
    }
    Ok(())
}

fn write_head(sheet: &mut Worksheet, table: &Table, first: usize) -> Result<(), ReportError> {
    let format = Format::new()
        .set_bold()
        .set_border(FormatBorder::Thin)
        .set_align(FormatAlign::Center)
        .set_align(FormatAlign::VerticalCenter)
        .set_text_wrap();
    for (row, left, cell) in table.head_places() {
        let HeadCell { text, columns, rows } = cell;
        let (top, bottom) = (first + row, first + row + rows.max(&1) - 1);
        let right = left + columns.max(&1) - 1;
        if top == bottom && left == right {
            sheet.write_with_format(row_number(top), column(left), text, &format)?;
        } else {
            sheet.merge_range(
                row_number(top),
                column(left),
                row_number(bottom),
                column(right),
                text,
                &format,
            )?;
        }
    }
    Ok(())
}

fn write_row(sheet: &mut Worksheet, at: usize, row: &TableRow, columns: usize) -> Result<(), ReportError> {
    let base = Format::new().set_border(FormatBorder::Thin);
    let base = if row.total { base.set_bold() } else { base };
    let blank = Cell::default();
    for place in 0..columns {
        let cell = row.cells.get(place).unwrap_or(&blank);
        match cell.number {
            Some(number) => {
                let decimals = "0".repeat(usize::from(cell.decimals));
                let pattern = if decimals.is_empty() { "0".to_owned() } else { format!("0.{decimals}") };
                let format = base.clone().set_num_format(pattern).set_align(FormatAlign::Center);
                sheet.write_with_format(row_number(at), column(place), number, &format)?;
            }
            None => {
                let format = if cell.missing { base.clone().set_font_color("C02626") } else { base.clone() };
                let text: String = cell.text.chars().take(32_000).collect();
                sheet.write_with_format(row_number(at), column(place), text, &format)?;
            }
        }
    }
    Ok(())
}

/// Column width in characters of the workbook's font.
fn width_of(table: &Table, at: usize) -> f64 {
    let wide = |text: &str| crate::chart::text_width(text) / 6.6;
    let body = table
        .rows
        .iter()
        .filter_map(|row| row.cells.get(at))
        .map(|cell| wide(&cell.text))
        .fold(6.0, f64::max);
    let head = table
        .head_places()
        .into_iter()
        .filter(|(_, column, cell)| *column == at && cell.columns <= 1)
        .map(|(_, _, cell)| wide(&cell.text))
        .fold(6.0, f64::max);
    (body.max(head) + 2.0).min(48.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use calamine::{Data, Reader as _, Xlsx};
    use std::io::Cursor;

    fn month_table() -> Table {
        let number = |value: f64, decimals| Cell {
            text: format!("{value:.1}"),
            number: Some(value),
            decimals,
            ..Cell::default()
        };
        Table {
            caption: "因病缺课月报表 2026/11".into(),
            head: Table::head_from_titles("班级", &["应到", "缺课|因病", "缺课|因事"]),
            rows: vec![TableRow {
                cells: vec![
                    Cell::text("一班"),
                    number(40.0, 0),
                    number(1.5, 1),
                    Cell { text: "缺数据".into(), missing: true, ..Cell::default() },
                ],
                total: false,
            }],
            note: Some("口径".into()),
            signatures: vec!["填表人".into()],
            ..Table::default()
        }
    }

    #[test]
    fn numbers_stay_numbers_and_heads_are_merged() {
        let file = write_one(&month_table()).unwrap();
        let mut book: Xlsx<_> = calamine::open_workbook_from_rs(Cursor::new(file)).unwrap();
        let name = book.sheet_names()[0].clone();
        assert_eq!(name, "因病缺课月报表 2026_11");
        let range = book.worksheet_range(&name).unwrap();
        assert_eq!(range.get_value((4, 1)), Some(&Data::Float(40.0)));
        assert_eq!(range.get_value((4, 3)), Some(&Data::String("缺数据".into())));
        assert_eq!(range.get_value((2, 2)), Some(&Data::String("缺课".into())));
        assert_eq!(range.get_value((3, 3)), Some(&Data::String("因事".into())));
    }

    #[test]
    fn a_section_without_rows_and_the_title_are_in_the_workbook() {
        let said = |text: &str| Block::Paragraph(vec![Run::Text(text.into())]);
        let document = Document {
            title: "膳食分析表".into(),
            subtitle: None,
            blocks: vec![
                Block::Table(month_table()),
                said("二、膳食费：本月没有登记"),
                said("评价依据见说明。"),
            ],
        };
        let mut book: Xlsx<_> =
            calamine::open_workbook_from_rs(Cursor::new(write(&document).unwrap())).unwrap();
        assert_eq!(book.sheet_names(), ["膳食分析表", "因病缺课月报表 2026_11"]);
        let text = book.worksheet_range("膳食分析表").unwrap();
        let lines: Vec<String> = text.rows().filter_map(|row| Some(row.first()?.to_string())).collect();
        assert!(lines.contains(&"二、膳食费：本月没有登记".to_owned()), "{lines:?}");
        assert!(lines.contains(&"评价依据见说明。".to_owned()), "{lines:?}");
        let table = book.worksheet_range("因病缺课月报表 2026_11").unwrap();
        assert_eq!(table.get_value((0, 0)), Some(&Data::String("膳食分析表".into())));
        assert_eq!(table.get_value((1, 0)), Some(&Data::String("因病缺课月报表 2026/11".into())));
        assert_eq!(table.get_value((5, 1)), Some(&Data::Float(40.0)));
    }

    #[test]
    fn the_foot_of_a_form_stands_under_its_last_table() {
        let foot = Block::Foot { note: Some("未计烹调损失".into()), signatures: vec!["园长".into()] };
        let table = Table { note: Some("可食部生重".into()), signatures: Vec::new(), ..month_table() };
        let blocks = vec![Block::Table(table.clone()), Block::Table(table), foot];
        let document = Document { title: "表".into(), subtitle: None, blocks };
        let [first, last] = &tables(&document)[..] else { panic!("two tables") };
        assert_eq!((first.note.as_deref(), first.signatures.len()), (Some("可食部生重"), 0));
        assert_eq!(last.note.as_deref(), Some("可食部生重；未计烹调损失"));
        assert_eq!(last.signatures, ["园长"]);
    }

    #[test]
    fn two_tables_of_one_name_get_two_sheets() {
        let document = Document {
            title: "表".into(),
            subtitle: None,
            blocks: vec![Block::Table(month_table()), Block::Table(month_table())],
        };
        let book: Xlsx<_> = calamine::open_workbook_from_rs(Cursor::new(write(&document).unwrap())).unwrap();
        assert_eq!(book.sheet_names().len(), 2);
    }
}
