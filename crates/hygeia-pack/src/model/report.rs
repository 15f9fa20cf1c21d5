//! Reports (统计表, 工作总结): templates whose every figure is a measure or an indicator.

use super::{OrgKindId, ReportId, Title};

/// A chart inside a section.
#[derive(Debug, Clone)]
pub struct Chart {
    /// Heading of the chart.
    pub title: String,
    /// Indicator or measure id.
    pub value: String,
    /// `month`, `week`, `day` for a line; `unit` for bars over the child units; `part` for bars over a measure's breakdown.
    pub by: String,
}

/// One column of a statistics table.
#[derive(Debug, Clone)]
pub struct Column {
    /// Heading; `组|列` makes two-row heads with 组 merged over its columns.
    pub title: String,
    /// Indicator or measure id, optionally `id@part` for one option of a breakdown.
    pub value: String,
}

/// What the rows of a table are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TableRows {
    /// Units of a kind below the unit of the report, and a total row.
    Units(OrgKindId),
    /// Months of the period, and a total row.
    Months,
    /// School days of the period, and a total row.
    Days,
    /// Only one row, the unit itself.
    Unit,
}

/// A statistics table.
#[derive(Debug, Clone)]
pub struct TableSpec {
    /// Rows.
    pub rows: TableRows,
    /// Columns after the row's name.
    pub columns: Vec<Column>,
    /// Notes under the table.
    pub note: Option<String>,
    /// Signature lines.
    pub signatures: Vec<String>,
}

/// A section of a summary.
#[derive(Debug, Clone)]
pub struct Section {
    /// Heading without its number.
    pub title: String,
    /// Template text; `{{ m("id") }}` writes a figure, blank lines part paragraphs.
    pub text: String,
    /// Charts after the text.
    pub charts: Vec<Chart>,
    /// Tables after the charts.
    pub tables: Vec<TableSpec>,
}

/// What a report consists of.
#[derive(Debug, Clone)]
pub enum ReportBody {
    /// One statistics table in official layout.
    Table(TableSpec),
    /// A summary in sections.
    Summary(Vec<Section>),
}

/// A report template.
#[derive(Debug, Clone)]
pub struct Report {
    /// `pack.name`.
    pub id: ReportId,
    /// Name on the screen and heading of the document.
    pub title: Title,
    /// Kind of period: `month`, `term`, `year`.
    pub period: String,
    /// Kind of unit it is written for.
    pub at: OrgKindId,
    /// Content.
    pub body: ReportBody,
}
