//! What a register adds to the page of the person its entries are about.

use super::{Formula, Title};

/// One part of a person's page, drawn from a register's entries.
#[derive(Debug, Clone)]
pub struct Profile {
    /// Heading.
    pub title: Title,
    /// Content.
    pub body: ProfileBody,
}

/// What is shown.
#[derive(Debug, Clone)]
pub enum ProfileBody {
    /// A value of the entries over age, before reference lines.
    Curve {
        /// The value, one per entry; an entry without it has no point.
        value: Formula,
        /// Values of the reference lines on an entry's day, lowest first; missing where the reference ends.
        bands: Option<Formula>,
        /// Names of the reference lines.
        labels: Vec<String>,
        /// Unit of measurement, UCUM code.
        unit: String,
    },
    /// Rows computed from the newest entry for which there are any.
    Table {
        /// A list of rows.
        rows: Formula,
        /// Columns in order.
        columns: Vec<ProfileColumn>,
    },
}

/// One column of a table.
#[derive(Debug, Clone)]
pub struct ProfileColumn {
    /// Cell of the rows.
    pub cell: String,
    /// Heading.
    pub title: Title,
    /// Titles of the codes in this cell.
    pub options: Vec<(String, Title)>,
}
