//! What can go wrong in a use case, in words for its user.

use hygeia_store::StoreError;

/// One field's problem, shown beside it.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct FieldProblem {
    /// Field name; empty for the entry as a whole.
    pub field: String,
    /// What is wrong and what is expected, in Chinese.
    pub message: String,
    /// A warning keeps the entry.
    pub warning: bool,
}

/// Why a use case did not happen.
#[derive(Debug, thiserror::Error)]
pub enum WorkError {
    /// The account may not do this here.
    #[error("没有权限：{0}")]
    Denied(String),
    /// No such thing, or none this account may see.
    #[error("找不到{0}")]
    NotFound(String),
    /// The input has problems; nothing was stored.
    #[error("填写有误：{}", summary(.0))]
    Invalid(Vec<FieldProblem>),
    /// Someone else changed it meanwhile; both versions are kept for the user to choose.
    #[error("该记录已被他人修改（当前第 {current} 版），请核对后重新保存")]
    Conflict {
        /// Version stored now.
        current: i64,
    },
    /// Another entry already stands under the same natural key.
    #[error("{message}")]
    Duplicate {
        /// What collides, for the user.
        message: String,
        /// The entry that is there.
        existing: uuid::Uuid,
    },
    /// The request itself cannot be understood.
    #[error("{0}")]
    Bad(String),
    /// The database failed.
    #[error("数据库暂时不可用，请稍后重试")]
    Store(#[from] StoreError),
}

/// Result of a use case.
pub type Result<T> = std::result::Result<T, WorkError>;

fn summary(problems: &[FieldProblem]) -> String {
    problems.iter().map(|problem| problem.message.as_str()).collect::<Vec<_>>().join("；")
}

impl FieldProblem {
    /// An error beside `field`.
    pub fn error(field: &str, message: impl Into<String>) -> Self {
        Self { field: field.to_owned(), message: message.into(), warning: false }
    }
}
