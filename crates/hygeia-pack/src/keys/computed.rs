//! Keys of reports whose tables are computed from entries.

use super::Shape::{Bool, Expression, Tables, Text};
use super::{Keys, PROFILE_COLUMN, TITLE, TITLE_EN, key, need};

pub(crate) static READS: Keys = Keys {
    what: "what a report reads",
    keys: &[
        need("register", Text, "Register of the entries"),
        key("above", Bool, "Reference rows: of the unit and those above it, of every day"),
        key("empty", Text, "What the report says instead of its tables without any entry"),
    ],
};

pub(crate) static COMPUTED_TABLE: Keys = Keys {
    what: "a computed table",
    keys: &[
        TITLE,
        TITLE_EN,
        need("rows", Expression, "A list of rows"),
        need("columns", Tables(&PROFILE_COLUMN), "Columns of the table"),
        key("note", Text, "Note under the table"),
        key("empty", Text, "What stands in place of a table without rows; else it is left out"),
    ],
};
