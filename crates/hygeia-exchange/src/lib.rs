//! Tables in and out: rosters and units from XLSX or CSV, templates for them, entries and figures as XLSX or CSV.
//!
//! Reading gives text cells with their places, so that a fault can be named by sheet, row and column; what the cells
//! mean is decided in `hygeia-work`. Writing takes rows of text and numbers that are already authorised.

mod kind;
mod read;
mod template;
mod write;

pub use read::{ReadError, read_table};
pub use template::{roster_template, units_template};
pub use write::{Cell, Grid, to_csv, to_xlsx};
