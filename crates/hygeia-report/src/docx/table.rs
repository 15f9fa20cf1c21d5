//! Tables with merged heads; widths follow the longest text of each column.

use super::layout::{Face, words};
use crate::chart::text_width;
use crate::document::{Cell, HeadCell, Table};
use docx_rs::{
    AlignmentType, Paragraph, Table as DocxTable, TableAlignmentType, TableCell, TableLayoutType, TableRow,
    VAlignType, VMergeType, WidthType,
};

/// Width of the text area, twips.
const WIDTH: f64 = 8_844.0;

pub(super) fn draw(table: &Table) -> DocxTable {
    let grid = grid(table);
    let mut rows: Vec<TableRow> = (0..table.head.len()).map(|row| head_row(table, row, &grid)).collect();
    rows.extend(table.rows.iter().map(|row| {
        let cells = grid.iter().enumerate().map(|(column, width)| {
            let cell = row.cells.get(column).cloned().unwrap_or_default();
            body_cell(&cell, *width, row.total)
        });
        TableRow::new(cells.collect()).cant_split()
    }));
    DocxTable::new(rows)
        .align(TableAlignmentType::Center)
        .layout(TableLayoutType::Fixed)
        .width(WIDTH as usize, WidthType::Dxa)
        .set_grid(grid)
}

/// Column widths in twips, shared out by the longest text, none narrower than two characters.
fn grid(table: &Table) -> Vec<usize> {
    let columns = table.columns().max(1);
    let mut wants = vec![36.0f64; columns];
    for (_, column, cell) in table.head_places() {
        if cell.columns <= 1
            && let Some(want) = wants.get_mut(column)
        {
            // Heads may wrap to two lines.
            *want = want.max(text_width(&cell.text) / 2.0 + 14.0);
        }
    }
    for row in &table.rows {
        for (want, cell) in wants.iter_mut().zip(&row.cells) {
            *want = want.max(text_width(&cell.text).min(360.0) + 14.0);
        }
    }
    let sum: f64 = wants.iter().sum();
    wants.into_iter().map(|want| (want / sum * WIDTH).round() as usize).collect()
}

fn head_row(table: &Table, row: usize, grid: &[usize]) -> TableRow {
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
        let paragraph =
            Paragraph::new().align(AlignmentType::Center).add_run(words(text, Face::Small).bold());
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
    TableRow::new(cells).cant_split()
}

fn body_cell(cell: &Cell, width: usize, total: bool) -> TableCell {
    let align =
        if cell.number.is_some() || cell.missing { AlignmentType::Center } else { AlignmentType::Left };
    let run = words(&cell.text, Face::Small);
    let run = if total { run.bold() } else { run };
    let run = if cell.missing { run.color("C02626") } else { run };
    TableCell::new()
        .add_paragraph(Paragraph::new().align(align).add_run(run))
        .width(width, WidthType::Dxa)
        .vertical_align(VAlignType::Center)
}
