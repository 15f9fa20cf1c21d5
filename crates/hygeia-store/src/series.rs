//! A measure's days with all its parts: what signals judge.

use crate::db::{Param, from_micro, marks};
use crate::error::Result;
use crate::model::{CountyId, OrgUnitId};
use crate::store::Reader;
use hygeia_pack::model::MeasureId;
use jiff::civil::Date;
use rust_decimal::Decimal;

/// Units one statement asks for at most.
const CHUNK: usize = 400;

/// The value of a measure for one unit with its subtree, on one day, for one part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CellDay {
    /// The unit.
    pub unit: OrgUnitId,
    /// Option of the measure's breakdown; empty for the whole.
    pub part: String,
    /// The day.
    pub day: Date,
    /// The value, never zero.
    pub value: Decimal,
}

impl Reader<'_> {
    /// A measure day by day with every part of its breakdown and the whole; only `part` when given. Days without
    /// anything are left out.
    ///
    /// # Errors
    ///
    /// When the measure is not kept in cells, or the database fails.
    pub fn cell_series(
        &mut self,
        county: CountyId,
        measure: &MeasureId,
        units: &[OrgUnitId],
        part: Option<&str>,
        (from, to): (Date, Date),
    ) -> Result<Vec<CellDay>> {
        self.settle()?;
        let active = self.active();
        let (number, sum) = (active.number(measure.as_str())?, active.is_sum(measure.as_str()));
        let mut days = Vec::new();
        for units in units.chunks(CHUNK) {
            let one_part = if part.is_some() { " AND part = ?" } else { "" };
            let sql = format!(
                "SELECT unit, part, day, value FROM cell WHERE county = ? AND measure = ? AND unit IN ({}) \
                 AND grain = 0 AND day BETWEEN ? AND ? AND value <> 0{one_part}",
                marks(units.len())
            );
            let mut values = vec![Param::Int(county.0), Param::Int(number)];
            values.extend(units.iter().map(|unit| Param::Int(unit.0)));
            values.extend([Param::from(from), Param::from(to)]);
            values.extend(part.map(Param::from));
            for mut row in self.conn.query(&sql, &values)? {
                let (unit, part, day) = (OrgUnitId(row.int()?), row.text()?, row.parsed()?);
                let value = row.int()?;
                let value = if sum { from_micro(value) } else { Decimal::from(value) };
                days.push(CellDay { unit, part, day, value });
            }
        }
        Ok(days)
    }
}
