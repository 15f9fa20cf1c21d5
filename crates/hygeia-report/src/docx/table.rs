//! Tables with merged heads; widths follow the longest text of each column.

use super::layout::{Face, words};
use crate::chart::text_width;
use crate::document::{Cell, HeadCell, Table};
use docx_rs::{
    AlignmentType, Paragraph, Table as DocxTable, TableAlignmentType, TableCell, TableCellMargins,
    TableLayoutType, TableRow, VAlignType, VMergeType, WidthType,
};

/// Columns beyond which a table is set small, and smaller still.
const SMALL_FROM: usize = 8;
const SMALLEST_FROM: usize = 15;
/// A body text wider than this (at 12 px) may wrap.
const LONGEST_LINE: f64 = 110.0;
/// Height of a head row as `docx-rs` writes it, twips: no row is lower, so that it only marks the row.
const HEAD_HEIGHT: f32 = 1.0;
const HEAD_MARK: &str = r#"<w:trHeight w:val="1" w:hRule="atLeast" />"#;
/// Space left and right of a cell's text, twips.
const CELL_MARGIN: usize = 60;

/// The table over `width` twips.
pub(super) fn draw(table: &Table, width: usize) -> DocxTable {
    let face = match table.columns() {
        SMALLEST_FROM.. => Face::Smallest,
        SMALL_FROM.. => Face::Smaller,
        _ => Face::Small,
    };
    let grid = grid(table, width, face);
    let mut rows: Vec<TableRow> =
        (0..table.head.len()).map(|row| head_row(table, row, &grid, face)).collect();
    rows.extend(table.rows.iter().map(|row| {
        let cells = grid.iter().enumerate().map(|(column, width)| {
            let cell = row.cells.get(column).cloned().unwrap_or_default();
            body_cell(&cell, *width, row.total, face)
        });
        TableRow::new(cells.collect()).cant_split()
    }));
    DocxTable::new(rows)
        .align(TableAlignmentType::Center)
        .layout(TableLayoutType::Fixed)
        .width(width, WidthType::Dxa)
        .margins(TableCellMargins::new().margin(0, CELL_MARGIN, 0, CELL_MARGIN))
        .set_grid(grid)
}

/// The document with its head rows repeated on every page a table runs over: `docx-rs` has no word for it, so head
/// rows carry a mark that stands in its place.
pub(super) fn repeat_heads(document: &[u8]) -> Vec<u8> {
    String::from_utf8_lossy(document).replace(HEAD_MARK, "<w:tblHeader />").into_bytes()
}

/// Column widths in twips. Short body texts (numbers, 缺数据) get a line to themselves first; what is left goes
/// to heads and long texts.
fn grid(table: &Table, width: usize, face: Face) -> Vec<usize> {
    let columns = table.columns().max(1);
    // `text_width` measures at 12 px; a half point is 10 twips. Fonts differ: a sign such as `≥` may be as wide as
    // a Chinese character, digits a little wider than half of one.
    let twips = |text: &str| {
        let signs = text.chars().filter(|sign| "≥≤×—".contains(*sign)).count() as f64;
        (text_width(text) / 12.0 + signs * 0.5) * 1.08 * face.size() as f64 * 10.0 + 3.0 * CELL_MARGIN as f64
    };
    let mut needs = vec![twips("　"); columns];
    let mut wants = needs.clone();
    for row in &table.rows {
        for (column, cell) in row.cells.iter().enumerate().take(columns) {
            wants[column] = wants[column].max(twips(&cell.text));
            if text_width(&cell.text) <= LONGEST_LINE {
                needs[column] = needs[column].max(twips(&cell.text));
            }
        }
    }
    for (_, column, cell) in table.head_places() {
        if cell.columns <= 1
            && let Some(want) = wants.get_mut(column)
        {
            // Heads may wrap to two lines.
            *want = want.max(twips(&cell.text) / 2.0);
        }
    }
    let (width, need, want) = (width as f64, needs.iter().sum::<f64>(), wants.iter().sum::<f64>());
    let share = |(need_here, want_here): (f64, f64)| {
        if want <= width || need >= width {
            want_here * width / want
        } else {
            need_here + (want_here - need_here) * (width - need) / (want - need)
        }
    };
    needs.into_iter().zip(wants).map(|pair| share(pair).round() as usize).collect()
}

fn head_row(table: &Table, row: usize, grid: &[usize], face: Face) -> TableRow {
    let places = table.head_places();
    let mut cells = Vec::new();
    let mut column = 0;
    while column < grid.len() {
        let covering = places
            .iter()
            .find(|(top, left, cell)| {
                (*top..top + cell.rows.max(1)).contains(&row)
                    && (*left..left + cell.columns.max(1)).contains(&column)
            })
            .map(|(top, _, cell)| (*top, (*cell).clone()));
        let (top, cell) = covering.unwrap_or((row, HeadCell::plain("")));
        let span = cell.columns.max(1).min(grid.len() - column);
        let width = grid.iter().skip(column).take(span).sum();
        let text = if top == row { cell.text.as_str() } else { "" };
        let paragraph = Paragraph::new().align(AlignmentType::Center).add_run(words(text, face).bold());
        let mut drawn = TableCell::new()
            .add_paragraph(paragraph)
            .width(width, WidthType::Dxa)
            .vertical_align(VAlignType::Center);
        if span > 1 {
            drawn = drawn.grid_span(span);
        }
        if cell.rows > 1 {
            drawn = drawn.vertical_merge(if top == row { VMergeType::Restart } else { VMergeType::Continue });
        }
        cells.push(drawn);
        column += span;
    }
    TableRow::new(cells).cant_split().row_height(HEAD_HEIGHT)
}

fn body_cell(cell: &Cell, width: usize, total: bool, face: Face) -> TableCell {
    let align =
        if cell.number.is_some() || cell.missing { AlignmentType::Center } else { AlignmentType::Left };
    let run = words(&cell.text, face);
    let run = if total { run.bold() } else { run };
    let run = if cell.missing { run.color("C02626") } else { run };
    TableCell::new()
        .add_paragraph(Paragraph::new().align(align).add_run(run))
        .width(width, WidthType::Dxa)
        .vertical_align(VAlignType::Center)
}
