//! Reports (统计表, 工作总结): templates whose every figure is a measure or an indicator.

use super::{Formula, OrgKindId, ProfileColumn, RegisterId, ReportId, Title};
use indexmap::IndexMap;

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
    /// 其他: the measure less its parts that stand in other columns of the table.
    pub others: bool,
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

/// Entries that a computed report reads, as a list of rows.
#[derive(Debug, Clone)]
pub struct Reads {
    /// Register of the entries.
    pub register: RegisterId,
    /// Reference rows, kept once for all: entries of the unit itself and of the units above it, of every day.
    /// Otherwise the entries of the unit and those below it, of the period.
    pub above: bool,
    /// What the report says instead of its tables when there is no entry.
    pub empty: Option<String>,
}

/// A table whose rows a function computes.
#[derive(Debug, Clone)]
pub struct ComputedTable {
    /// Heading.
    pub title: Title,
    /// A list of rows.
    pub rows: Formula,
    /// Columns in order.
    pub columns: Vec<ProfileColumn>,
    /// Note under the table.
    pub note: Option<String>,
    /// What stands in place of a table without rows; without it such a table is left out.
    pub empty: Option<String>,
}

/// A report whose tables are computed from entries.
#[derive(Debug, Clone)]
pub struct ComputedSpec {
    /// What is read, by the name its rows have in the expressions.
    pub reads: IndexMap<String, Reads>,
    /// Kind of the people on the roll on the last day, `people` in the expressions.
    pub people: Option<String>,
    /// Tables in order.
    pub tables: Vec<ComputedTable>,
    /// Note at the end.
    pub note: Option<String>,
    /// Signature lines.
    pub signatures: Vec<String>,
}

/// What a report consists of.
#[derive(Debug, Clone)]
pub enum ReportBody {
    /// One statistics table in official layout.
    Table(TableSpec),
    /// A summary in sections.
    Summary(Vec<Section>),
    /// Tables computed from entries.
    Computed(ComputedSpec),
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
