//! Why a document could not be written.

/// A report that could not be made; nothing was written.
#[derive(Debug, thiserror::Error)]
pub enum ReportError {
    /// No such report, unit or figure, or none this account may see.
    #[error("找不到{0}")]
    NotFound(String),
    /// The unit is not of the kind the report is written for.
    #[error("“{report}”由{kind}填报，“{unit}”及其下没有{kind}")]
    WrongUnit {
        /// The report.
        report: String,
        /// Kind of unit it is written for.
        kind: String,
        /// The unit asked for.
        unit: String,
    },
    /// A summary's template has a mistake its pack's author must correct.
    #[error("报表 {report} 的“{section}”一节有误：{message}")]
    Template {
        /// The report.
        report: String,
        /// The section.
        section: String,
        /// What is wrong.
        message: String,
    },
    /// The numbers could not be read.
    #[error(transparent)]
    Work(#[from] hygeia_work::WorkError),
    /// The Word file could not be packed.
    #[error("生成 DOCX 失败：{0}")]
    Docx(String),
    /// The workbook could not be packed.
    #[error("生成 XLSX 失败：{0}")]
    Xlsx(#[from] rust_xlsxwriter::XlsxError),
}
