//! The engines over tables: CSV in, CSV out.
//!
//! Input columns are found by name, in any order; columns that an engine does not know are passed
//! through. A blank cell, `NA`, `NaN` or `null` is a missing value. A cell that cannot be read
//! is treated as missing and reported in the [`Summary`], so that one slip of the pen in a county's file
//! does not stop the other rows.

pub mod detection;
pub mod growth;
pub mod identity;
pub mod immunization;
pub mod nutrition;

mod extend;

pub(crate) use extend::{Row, extend};
use thiserror::Error;

/// Why a table could not be processed at all.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum CsvError {
    /// The input is not CSV or not UTF-8.
    #[error("表格读写失败")]
    Table(#[from] ::csv::Error),
    /// The output could not be written.
    #[error("结果写出失败")]
    Write(#[from] std::io::Error),
    /// The heading lacks a column the engine needs.
    #[error("表头缺少列 `{0}`")]
    MissingColumn(String),
    /// A side file (configuration, metadata) is not as documented.
    #[error("{file} 的内容不符合约定：{reason}")]
    SideFile {
        /// Which file.
        file: String,
        /// What is wrong and what is expected.
        reason: String,
    },
}

/// How many problems a summary spells out; the rest are only counted.
const PROBLEMS_KEPT: usize = 20;

/// One cell that could not be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Row of the table, the heading being 1.
    pub line: u64,
    /// Column name.
    pub column: String,
    /// What is wrong and what is expected, for the person who keeps the table.
    pub message: String,
}

/// What a run over a table did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// Rows read, without the heading.
    pub rows: u64,
    /// Cells that could not be read and were treated as missing.
    pub problem_count: u64,
    /// The first of them.
    pub problems: Vec<Problem>,
}

impl Summary {
    /// Counts an unreadable cell, keeping the first few for display.
    pub fn report(&mut self, line: u64, column: &str, message: impl Into<String>) {
        self.problem_count += 1;
        if self.problems.len() < PROBLEMS_KEPT {
            self.problems.push(Problem { line, column: column.to_owned(), message: message.into() });
        }
    }
}

/// Where a named column stands in a table.
///
/// # Errors
/// [`CsvError::MissingColumn`] when the heading does not have it.
pub fn column(headers: &::csv::StringRecord, name: &str) -> Result<usize, CsvError> {
    optional_column(headers, name).ok_or_else(|| CsvError::MissingColumn(name.to_owned()))
}

/// Where a named column stands in a table, if it is there. A byte-order mark before the first name is ignored.
#[must_use]
pub fn optional_column(headers: &::csv::StringRecord, name: &str) -> Option<usize> {
    headers.iter().position(|header| header.trim_start_matches('\u{feff}').trim() == name)
}

/// The text of a cell; `None` when it is blank or one of the words for missing (`NA`, `NaN`, `null`).
#[must_use]
pub fn present(cell: Option<&str>) -> Option<&str> {
    let text = cell?.trim();
    let missing = text.is_empty() || ["NA", "NaN", "null"].iter().any(|word| text.eq_ignore_ascii_case(word));
    (!missing).then_some(text)
}
