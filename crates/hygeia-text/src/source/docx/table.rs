//! Cells of a table that make a row.

use super::{Mark, Step, attribute};

/// A row of more characters is a text set in columns: its paragraphs stay lines.
const ROW_CHARS: usize = 400;
/// The longest content of a merged cell that is said again in every row it reaches over.
const MERGED_CHARS: usize = 60;

/// The tables that are open, the innermost last.
#[derive(Default)]
pub(super) struct Tables {
    open: Vec<Table>,
    count: usize,
}

#[derive(Default)]
struct Table {
    rows: Vec<Vec<Cell>>,
    /// The column of the grid that the next cell begins at.
    column: usize,
    /// A table within a table sets out a page.
    holds_table: bool,
    /// Blanks of the text that are line breaks within a paragraph.
    soft_breaks: Vec<usize>,
}

struct Cell {
    column: usize,
    columns: usize,
    /// Characters of the text, the line break of its last paragraph included.
    start: usize,
    end: usize,
    merge: Merge,
}

#[derive(PartialEq)]
enum Merge {
    None,
    First,
    Rest,
}

impl Tables {
    /// Takes in a step behind which the text is `out`; a table that ends leaves its marks.
    pub(super) fn step(&mut self, step: &Step<'_>, tag: &[u8], out: &[char], marks: &mut Vec<(usize, Mark)>) {
        match step {
            Step::Start(b"w:tbl") => {
                if let Some(outer) = self.open.last_mut() {
                    outer.holds_table = true;
                }
                self.open.push(Table::default());
            }
            Step::End(b"w:tbl") => {
                if let Some(table) = self.open.pop().filter(Table::is_of_rows) {
                    table.mark(self.count, out, marks);
                    self.count += 1;
                }
            }
            _ => {
                if let Some(table) = self.open.last_mut() {
                    table.step(step, tag, out.len());
                }
            }
        }
    }
}

impl Table {
    fn step(&mut self, step: &Step<'_>, tag: &[u8], at: usize) {
        let number = || attribute(tag, "w:val").and_then(|value| value.parse::<usize>().ok());
        match step {
            Step::Start(b"w:tr") => {
                self.rows.push(Vec::new());
                self.column = 0;
            }
            Step::Empty(b"w:br") => self.soft_breaks.extend(at.checked_sub(1)),
            Step::Empty(b"w:gridBefore") => self.column = number().unwrap_or(0),
            Step::Start(b"w:tc") => {
                let cell = Cell { column: self.column, columns: 1, start: at, end: at, merge: Merge::None };
                if let Some(row) = self.rows.last_mut() {
                    row.push(cell);
                }
            }
            Step::End(b"w:tc") => {
                if let Some(cell) = self.last() {
                    cell.end = at;
                    self.column = self.last().map_or(0, |cell| cell.column + cell.columns);
                }
            }
            Step::Empty(b"w:gridSpan") => {
                if let (Some(cell), Some(columns)) = (self.last(), number()) {
                    cell.columns = columns.max(1);
                }
            }
            Step::Empty(b"w:vMerge") => {
                if let Some(cell) = self.last() {
                    let first = attribute(tag, "w:val").is_some_and(|value| value == "restart");
                    cell.merge = if first { Merge::First } else { Merge::Rest };
                }
            }
            _ => {}
        }
    }

    fn last(&mut self) -> Option<&mut Cell> {
        self.rows.last_mut()?.last_mut()
    }

    /// A single column or a single row holds a text.
    fn is_of_rows(&self) -> bool {
        !self.holds_table && self.rows.len() > 1 && self.rows.iter().any(|row| row.len() > 1)
    }

    fn mark(&self, number: usize, out: &[char], marks: &mut Vec<(usize, Mark)>) {
        // The content of the merged cell that is open in each column.
        let mut merged: Vec<(usize, String)> = Vec::new();
        for row in &self.rows {
            let said: Vec<String> = row
                .iter()
                .map(|cell| {
                    let own = one_line(out.get(cell.start..cell.end).unwrap_or(&[]));
                    let above = merged.iter().find(|(column, _)| *column == cell.column);
                    match (&cell.merge, above) {
                        (Merge::Rest, Some((_, text))) if own.is_empty() => text.clone(),
                        _ => String::new(),
                    }
                })
                .collect();
            for cell in row {
                let own = one_line(out.get(cell.start..cell.end).unwrap_or(&[]));
                if cell.merge != Merge::Rest {
                    merged.retain(|(column, _)| *column != cell.column);
                }
                if cell.merge == Merge::First && own.chars().count() <= MERGED_CHARS {
                    merged.push((cell.column, own));
                }
            }
            self.mark_row(number, row, &said, out, marks);
        }
    }

    /// The marks of one row, whose cells say `said` besides what they hold.
    fn mark_row(
        &self,
        table: usize,
        row: &[Cell],
        said: &[String],
        out: &[char],
        marks: &mut Vec<(usize, Mark)>,
    ) {
        let (Some(first), Some(last)) = (row.first(), row.last()) else { return };
        let whole = row.len() > 1 && last.end - first.start <= ROW_CHARS;
        marks.push((first.start, Mark::Row { table, whole }));
        let content = |at: usize| {
            let own = row.get(at).and_then(|cell| out.get(cell.start..cell.end)).unwrap_or(&[]);
            let own = own.iter().rev().find(|c| !c.is_whitespace()).copied();
            own.or_else(|| said.get(at).and_then(|said| said.chars().last()))
        };
        for (at, cell) in row.iter().enumerate() {
            marks.push((cell.start, Mark::Open(cell.column)));
            if let Some(said) = said.get(at).filter(|said| !said.is_empty()) {
                marks.push((cell.start, Mark::Said(said.clone())));
            }
            let breaks = (cell.start..cell.end).filter(|at| out.get(*at) == Some(&'\n'));
            let breaks: Vec<usize> = breaks.collect();
            let Some((&end, within)) = breaks.split_last() else { continue };
            if whole {
                let soft = self.soft_breaks.iter().filter(|place| (cell.start..cell.end).contains(*place));
                for &place in within.iter().chain(soft) {
                    let before =
                        out.get(cell.start..place).unwrap_or(&[]).iter().rev().find(|c| !c.is_whitespace());
                    let behind =
                        out.get(place..cell.end).is_some_and(|rest| rest.iter().any(|c| !c.is_whitespace()));
                    let joint = before.filter(|c| behind && !is_stop(**c)).map(|_| '；');
                    marks.push((place, Mark::Joint(joint)));
                }
            }
            marks.push((end, Mark::Close));
            if whole && at + 1 < row.len() {
                let behind = (at + 1..row.len()).any(|next| content(next).is_some());
                let joint = content(at).filter(|c| behind && !is_stop(*c)).map(|_| '，');
                marks.push((end, Mark::Joint(joint)));
            }
        }
    }
}

fn is_stop(c: char) -> bool {
    matches!(c, '，' | '。' | '；' | '：' | '、' | ',' | ';' | ':' | '.' | '！' | '!')
}

fn one_line(text: &[char]) -> String {
    text.iter().filter(|c| !c.is_whitespace()).collect()
}
