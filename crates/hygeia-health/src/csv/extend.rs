//! Reads a table row by row and writes it back with more columns.

use std::io::{Read, Write};

use ::csv::{ReaderBuilder, StringRecord, Writer};
use jiff::civil::Date;

use super::{CsvError, Summary, present};

/// One row, read by column position; unreadable cells count as missing and go into the summary.
pub(crate) struct Row<'a> {
    record: &'a StringRecord,
    headers: &'a StringRecord,
    line: u64,
    summary: &'a mut Summary,
}

impl<'a> Row<'a> {
    /// The cell as it stands, `None` without the column.
    pub(crate) fn raw(&self, column: Option<usize>) -> Option<&'a str> {
        self.record.get(column?)
    }

    /// The cell's text, `None` when missing.
    pub(crate) fn text(&self, column: Option<usize>) -> Option<&'a str> {
        present(self.raw(column))
    }

    /// A finite number, `None` when missing.
    pub(crate) fn number(&mut self, column: Option<usize>) -> Option<f64> {
        self.parsed(column, "数字", |text| text.parse().ok().filter(|number: &f64| number.is_finite()))
    }

    /// A day written `YYYY-MM-DD`, `None` when missing.
    pub(crate) fn date(&mut self, column: Option<usize>) -> Option<Date> {
        self.parsed(column, "日期（如 2026-11-24）", |text| text.parse().ok())
    }

    /// A cell read by `parse`, which gives `None` for what it does not know.
    pub(crate) fn parsed<T>(
        &mut self,
        column: Option<usize>,
        expected: &str,
        parse: impl FnOnce(&str) -> Option<T>,
    ) -> Option<T> {
        let text = self.text(column)?;
        let value = parse(text);
        if value.is_none() {
            self.reject(column, &format!("`{text}` 不是{expected}"));
        }
        value
    }

    /// Reports a cell of this row.
    pub(crate) fn reject(&mut self, column: Option<usize>, message: &str) {
        let name = column.and_then(|column| self.headers.get(column)).unwrap_or_default();
        self.summary.report(self.line, name, message);
    }
}

/// Writes every row of a table with more columns.
///
/// `prepare` finds the columns in the heading and names the new ones; `fill` pushes one cell per new column.
/// A column of the input that bears a new column's name is replaced.
pub(crate) fn extend<R: Read, W: Write, C>(
    reader: R,
    writer: W,
    prepare: impl FnOnce(&StringRecord) -> Result<(C, Vec<&'static str>), CsvError>,
    mut fill: impl FnMut(&C, &mut Row<'_>, &mut Vec<String>),
) -> Result<Summary, CsvError> {
    let mut reader = ReaderBuilder::new().flexible(true).from_reader(reader);
    let headers = reader.headers()?.clone();
    let (columns, new) = prepare(&headers)?;
    let kept: Vec<usize> =
        (0..headers.len()).filter(|index| !headers.get(*index).is_some_and(|h| new.contains(&h))).collect();
    let mut writer = Writer::from_writer(writer);
    let old = kept.iter().filter_map(|index| headers.get(*index));
    writer.write_record(old.chain(new.iter().copied()))?;

    let mut summary = Summary::default();
    let mut record = StringRecord::new();
    let mut cells = Vec::with_capacity(new.len());
    while reader.read_record(&mut record)? {
        summary.rows += 1;
        let line = record.position().map_or(summary.rows + 1, ::csv::Position::line);
        if record.len() > headers.len() {
            summary.report(line, "", format!("本行有 {} 格，表头只有 {} 列", record.len(), headers.len()));
        }
        cells.clear();
        fill(
            &columns,
            &mut Row { record: &record, headers: &headers, line, summary: &mut summary },
            &mut cells,
        );
        cells.resize(new.len(), String::new());
        let old = kept.iter().map(|index| record.get(*index).unwrap_or_default());
        writer.write_record(old.chain(cells.iter().map(String::as_str)))?;
    }
    writer.flush()?;
    Ok(summary)
}
