//! Why a document could not be written.

/// A writer's failure; nothing was written.
#[derive(Debug, thiserror::Error)]
pub enum ReportError {
    /// The Word file could not be packed.
    #[error("生成 DOCX 失败：{0}")]
    Docx(String),
    /// The workbook could not be packed.
    #[error("生成 XLSX 失败：{0}")]
    Xlsx(#[from] rust_xlsxwriter::XlsxError),
}
