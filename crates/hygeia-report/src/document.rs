//! A document without a format: what a writer needs and nothing about how it looks.

use crate::chart::Chart;

/// A report: title, subtitle and blocks in reading order.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Document {
    /// Heading of the whole document.
    pub title: String,
    /// Line under the heading: unit and period, or who made it and when.
    pub subtitle: Option<String>,
    /// Content.
    pub blocks: Vec<Block>,
}

/// One piece of a document.
#[derive(Debug, Clone, PartialEq)]
pub enum Block {
    /// A heading with its number already in the text (一、 （一） 1.).
    Heading {
        /// 1 (一、), 2 (（一）) or 3 (1.).
        level: u8,
        /// Text with its number.
        text: String,
    },
    /// Running text.
    Paragraph(Vec<Run>),
    /// A table.
    Table(Table),
    /// A chart under its title.
    Chart(Chart),
    /// The lines at the end on the right: who wrote it and when (落款).
    Signature(Vec<String>),
    /// What closes a form after its last table: a note, then who signs.
    Foot {
        /// Note on the whole form.
        note: Option<String>,
        /// Signature lines: 保健医, 园长.
        signatures: Vec<String>,
    },
    /// The next block starts a page.
    PageBreak,
}

/// A piece of a paragraph.
#[derive(Debug, Clone, PartialEq)]
pub enum Run {
    /// Words.
    Text(String),
    /// A number with where it comes from.
    Figure(Figure),
}

/// Whether a paragraph introduces what follows it (以下常规没有按要求的次数登记：, 对照如下。), so that the two stay on one
/// page.
pub(crate) fn leads_on(runs: &[Run]) -> bool {
    let is_open = |text: &str| ["：", "如下。"].iter().any(|end| text.trim_end().ends_with(end));
    matches!(runs.last(), Some(Run::Text(text)) if is_open(text))
}

/// A number in running text.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Figure {
    /// As written in the sentence, unit included: `99.6%`, `312人`, or `缺数据`.
    pub text: String,
    /// Its definition in words: numerator, denominator, unit, period.
    pub definition: String,
    /// Address of the records behind it; empty when there is none.
    pub href: String,
    /// What else a reader should know: target missed, change against last term.
    pub note: Option<String>,
    /// The number is missing (缺数据).
    pub missing: bool,
}

/// A table in official layout: heads of one or more rows with merged groups.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Table {
    /// Heading above the table.
    pub caption: String,
    /// Line between heading and table: 填报单位, 统计周期.
    pub lead: Option<String>,
    /// Head rows, top first.
    pub head: Vec<Vec<HeadCell>>,
    /// Body rows.
    pub rows: Vec<TableRow>,
    /// Note under the table.
    pub note: Option<String>,
    /// Signature lines under the table: 填表人, 负责人.
    pub signatures: Vec<String>,
}

/// A head cell over one or more columns and rows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct HeadCell {
    /// Text.
    pub text: String,
    /// Columns it covers, at least 1.
    pub columns: usize,
    /// Head rows it covers, at least 1.
    pub rows: usize,
}

impl HeadCell {
    /// A head cell over one column and one row.
    pub fn plain(text: impl Into<String>) -> Self {
        Self { text: text.into(), columns: 1, rows: 1 }
    }
}

/// One body row.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct TableRow {
    /// Cells, one per column.
    pub cells: Vec<Cell>,
    /// A total row (合计).
    pub total: bool,
}

/// One body cell.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Cell {
    /// As shown.
    pub text: String,
    /// The value when it is a number, for workbooks.
    pub number: Option<f64>,
    /// Decimals to show a number with.
    pub decimals: u8,
    /// Address of the records behind it.
    pub href: Option<String>,
    /// The number is missing (缺数据).
    pub missing: bool,
}

impl Cell {
    /// A cell of words.
    pub fn text(text: impl Into<String>) -> Self {
        Self { text: text.into(), ..Self::default() }
    }
}

impl Table {
    /// Columns of the table, counted over its widest row.
    pub fn columns(&self) -> usize {
        let head = self.head.first().map_or(0, |row| row.iter().map(|cell| cell.columns.max(1)).sum());
        self.rows.iter().map(|row| row.cells.len()).chain([head]).max().unwrap_or(0)
    }

    /// Two-row heads from titles written `组|列`: neighbours of one group share a merged cell, plain titles
    /// run through both rows. `first` is the heading of the row names.
    pub fn head_from_titles(first: &str, titles: &[&str]) -> Vec<Vec<HeadCell>> {
        let grouped = titles.iter().any(|title| title.contains('|'));
        let deep = if grouped { 2 } else { 1 };
        let mut top = vec![HeadCell { text: first.to_owned(), columns: 1, rows: deep }];
        let mut below = Vec::new();
        let mut last_group: Option<&str> = None;
        for title in titles {
            match title.split_once('|') {
                Some((group, column)) => {
                    match top.last_mut() {
                        Some(cell) if last_group == Some(group) => cell.columns += 1,
                        _ => top.push(HeadCell::plain(group)),
                    }
                    below.push(HeadCell::plain(column));
                    last_group = Some(group);
                }
                None => {
                    top.push(HeadCell { text: (*title).to_owned(), columns: 1, rows: deep });
                    last_group = None;
                }
            }
        }
        if grouped { vec![top, below] } else { vec![top] }
    }

    /// Where each head cell stands: row, column and the cell.
    pub fn head_places(&self) -> Vec<(usize, usize, &HeadCell)> {
        let columns = self.columns();
        let mut taken = vec![vec![false; columns]; self.head.len()];
        let mut places = Vec::new();
        for (row, cells) in self.head.iter().enumerate() {
            for cell in cells {
                let Some(column) = taken.get(row).and_then(|line| line.iter().position(|used| !used)) else {
                    break;
                };
                for line in taken.iter_mut().skip(row).take(cell.rows.max(1)) {
                    line.iter_mut().skip(column).take(cell.columns.max(1)).for_each(|used| *used = true);
                }
                places.push((row, column, cell));
            }
        }
        places
    }
}

impl Document {
    /// Makes the links of figures, cells and chart marks absolute with the server's address; without one they are
    /// left out.
    pub fn rebase(&mut self, base: Option<&str>) {
        let place = |href: &str| {
            let base = base?.trim_end_matches('/');
            Some(format!("{base}/{}", href.trim_start_matches('/')))
        };
        let relocated = |href: &mut Option<String>| *href = href.as_deref().and_then(place);
        for block in &mut self.blocks {
            match block {
                Block::Paragraph(runs) => {
                    for run in runs {
                        if let Run::Figure(figure) = run
                            && !figure.href.is_empty()
                        {
                            figure.href = place(&figure.href).unwrap_or_default();
                        }
                    }
                }
                Block::Table(table) => {
                    table
                        .rows
                        .iter_mut()
                        .flat_map(|row| &mut row.cells)
                        .for_each(|cell| relocated(&mut cell.href));
                }
                Block::Chart(chart) => chart.points_mut().for_each(|point| relocated(&mut point.href)),
                Block::Heading { .. } | Block::Signature(_) | Block::Foot { .. } | Block::PageBreak => {}
            }
        }
    }

    /// The figures of the running text, in order; their definitions become notes in print.
    pub fn figures(&self) -> impl Iterator<Item = &Figure> {
        self.blocks
            .iter()
            .filter_map(|block| match block {
                Block::Paragraph(runs) => Some(runs),
                _ => None,
            })
            .flatten()
            .filter_map(|run| match run {
                Run::Figure(figure) => Some(figure),
                Run::Text(_) => None,
            })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_of_a_head_merge_over_their_columns() {
        let head = Table::head_from_titles("班级", &["应到人数", "缺课|因病", "缺课|因事", "缺课率"]);
        assert_eq!(head[0].len(), 4);
        assert_eq!((head[0][2].text.as_str(), head[0][2].columns, head[0][2].rows), ("缺课", 2, 1));
        assert_eq!(head[0][3].rows, 2);
        let table = Table { head, ..Table::default() };
        assert_eq!(table.columns(), 5);
        let places: Vec<(usize, usize, &str)> = table
            .head_places()
            .into_iter()
            .map(|(row, column, cell)| (row, column, cell.text.as_str()))
            .collect();
        assert!(
            places.contains(&(1, 2, "因病"))
                && places.contains(&(1, 3, "因事"))
                && places.contains(&(0, 4, "缺课率"))
        );
    }

    #[test]
    fn plain_titles_need_one_head_row() {
        let head = Table::head_from_titles("月份", &["应到", "实到"]);
        assert_eq!(head.len(), 1);
        assert!(head[0].iter().all(|cell| cell.rows == 1 && cell.columns == 1));
    }
}
