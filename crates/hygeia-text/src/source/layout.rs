//! What a document shows besides the text it holds: numbers that Word gives to paragraphs, and cells that make a row.

/// Marks by the character of the text they stand in front of, in order. Empty for plain text.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Layout {
    pub(crate) marks: Vec<(usize, Mark)>,
}

/// What stands in front of a character, or in its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Mark {
    /// Text that the file shows and does not hold: the number of a paragraph, the content of a merged cell.
    Said(String),
    /// The line break here is none: what stands between cells or paragraphs of one row instead.
    Joint(Option<char>),
    /// A row of a table begins: the number of the table, and whether the row is one line.
    Row { table: usize, whole: bool },
    /// A cell begins at this column of the grid.
    Open(usize),
    /// The cell ends.
    Close,
}

impl Mark {
    /// The order of marks that stand in front of one character.
    pub(crate) fn rank(&self) -> u8 {
        match self {
            Mark::Row { .. } => 0,
            Mark::Open(_) => 1,
            Mark::Said(_) => 2,
            Mark::Close => 3,
            Mark::Joint(_) => 4,
        }
    }
}
