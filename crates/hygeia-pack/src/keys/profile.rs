//! Keys of a register's parts of a person's page.

use super::Shape::{Expression, Options, Tables, Text, Texts};
use super::{Keys, TITLE, TITLE_EN, key, need};

pub(crate) static PROFILE: Keys = Keys {
    what: "a part of a person's page",
    keys: &[
        TITLE,
        TITLE_EN,
        key("curve", Expression, "A decimal of each entry, drawn over age"),
        key("bands", Expression, "Reference lines of a curve on the entry's day, a list of decimals"),
        key("labels", Texts, "Names of the reference lines, lowest first"),
        key("unit", Text, "Unit of a curve"),
        key("table", Expression, "Rows of a table, from the newest entry that gives any"),
        key("columns", Tables(&PROFILE_COLUMN), "Columns of the table"),
    ],
};

pub(crate) static PROFILE_COLUMN: Keys = Keys {
    what: "a column of a person's page",
    keys: &[
        need("cell", Text, "Cell of the rows"),
        TITLE,
        TITLE_EN,
        key("options", Options, "Titles of the codes in the cell"),
    ],
};
