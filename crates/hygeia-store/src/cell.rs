//! Cells (计数格): every measure's value for every unit, day and month, read back.

use crate::db::{Param, from_micro, marks, params};
use crate::error::Result;
use crate::model::{CountyId, OrgUnitId};
use crate::pending::Grain;
use crate::store::Reader;
use hygeia_pack::model::MeasureId;
use indexmap::IndexMap;
use jiff::civil::Date;
use roaring::RoaringBitmap;
use rust_decimal::Decimal;
use std::collections::HashMap;

/// Units or measures one statement asks for at most.
const CHUNK: usize = 400;

/// Days between two months, or days, that are still read in one statement.
const LARGEST_GAP: i32 = 62;

/// Values by measure, unit and range, in the order asked for.
#[derive(Debug, Clone, Default)]
pub struct CellGrid {
    units: usize,
    ranges: usize,
    values: Vec<Decimal>,
}

impl CellGrid {
    /// The value at these positions of the question; zero where nothing was counted.
    pub fn get(&self, measure: usize, unit: usize, range: usize) -> Decimal {
        let at = (measure * self.units + unit) * self.ranges + range;
        self.values.get(at).copied().unwrap_or_default()
    }
}

/// Stretches of cells of one grain.
pub(crate) type Piece = (Grain, Date, Date);

/// A range as whole months and the days left over at its ends.
pub(crate) fn pieces(from: Date, to: Date) -> Vec<Piece> {
    if from > to {
        return Vec::new();
    }
    let first = if from.day() == 1 { from } else { from.last_of_month().tomorrow().unwrap_or(Date::MAX) };
    let last =
        if to == to.last_of_month() { to } else { to.first_of_month().yesterday().unwrap_or(Date::MIN) };
    if first > last {
        return vec![(Grain::Day, from, to)];
    }
    let mut pieces = Vec::new();
    if from < first {
        pieces.push((Grain::Day, from, first.yesterday().unwrap_or(from)));
    }
    pieces.push((Grain::Month, first, last.first_of_month()));
    if last < to {
        pieces.push((Grain::Day, last.tomorrow().unwrap_or(to), to));
    }
    pieces
}

/// A cell's value as a number.
pub(crate) fn number_of(value: i64, is_sum: bool) -> Decimal {
    if is_sum { from_micro(value) } else { Decimal::from(value) }
}

impl Reader<'_> {
    /// Values of Count and Sum measures for units (with their subtrees) over ranges of days, both ends inclusive.
    ///
    /// # Errors
    ///
    /// When a measure is not kept in cells, or the database fails.
    pub fn cell_values(
        &mut self,
        county: CountyId,
        measures: &[MeasureId],
        units: &[OrgUnitId],
        ranges: &[(Date, Date)],
    ) -> Result<CellGrid> {
        self.settle()?;
        let active = self.active();
        let values = vec![Decimal::ZERO; measures.len() * units.len() * ranges.len()];
        let mut grid = CellGrid { units: units.len(), ranges: ranges.len(), values };
        let mut unit_at: HashMap<i64, Vec<usize>> = HashMap::new();
        for (at, unit) in units.iter().enumerate() {
            unit_at.entry(unit.0).or_default().push(at);
        }
        let mut measure_at: IndexMap<i64, Vec<(usize, bool)>> = IndexMap::new();
        for (at, id) in measures.iter().enumerate() {
            let sum = active.is_sum(id.as_str());
            measure_at.entry(active.number(id.as_str())?).or_default().push((at, sum));
        }
        let numbers: Vec<i64> = measure_at.keys().copied().collect();
        let wanted: Vec<i64> = unit_at.keys().copied().collect();
        let mut add = |range: usize, measure: i64, unit: i64, value: i64| {
            for (measure, sum) in measure_at.get(&measure).into_iter().flatten() {
                for unit in unit_at.get(&unit).into_iter().flatten() {
                    let at = (measure * grid.units + unit) * grid.ranges + range;
                    if let Some(cell) = grid.values.get_mut(at) {
                        *cell += number_of(value, *sum);
                    }
                }
            }
        };
        // A run of periods of one cell each, a year's months, is one statement; longer ones are summed where they lie.
        let mut single: Vec<(Grain, Date, usize)> = Vec::new();
        for (range, (from, to)) in ranges.iter().enumerate() {
            for piece in pieces(*from, *to) {
                if piece.1 == piece.2 {
                    single.push((piece.0, piece.1, range));
                    continue;
                }
                for (measure, unit, value) in self.sums(county, &numbers, &wanted, piece)? {
                    add(range, measure, unit, value);
                }
            }
        }
        single.sort_unstable();
        for run in single.chunk_by(|(grain, day, _), (other, next, _)| {
            grain == other && (*next - *day).get_days() <= LARGEST_GAP
        }) {
            let (Some((grain, first, _)), Some((_, last, _))) = (run.first(), run.last()) else { continue };
            for (measure, unit, day, value) in
                self.cells(county, &numbers, &wanted, (*grain, *first, *last))?
            {
                let from = run.partition_point(|(_, at, _)| *at < day);
                for (_, _, range) in run[from..].iter().take_while(|(_, at, _)| *at == day) {
                    add(*range, measure, unit, value);
                }
            }
        }
        Ok(grid)
    }

    /// The cells of one stretch: measure, unit, first day, value.
    fn cells(
        &mut self,
        county: CountyId,
        measures: &[i64],
        units: &[i64],
        (grain, from, to): Piece,
    ) -> Result<Vec<(i64, i64, Date, i64)>> {
        let mut found = Vec::new();
        for measures in measures.chunks(CHUNK) {
            for units in units.chunks(CHUNK) {
                let sql = format!(
                    "SELECT measure, unit, day, value FROM cell WHERE county = ? AND measure IN ({}) AND unit IN ({}) \
                     AND grain = ? AND day BETWEEN ? AND ? AND part = ''",
                    marks(measures.len()),
                    marks(units.len())
                );
                let mut values = vec![Param::Int(county.0)];
                values.extend(measures.iter().chain(units).map(|id| Param::Int(*id)));
                values.extend([Param::Int(grain as i64), Param::from(from), Param::from(to)]);
                for mut row in self.conn.query(&sql, &values)? {
                    found.push((row.int()?, row.int()?, row.parsed()?, row.int()?));
                }
            }
        }
        Ok(found)
    }

    /// Totals by measure and unit over one stretch.
    pub(crate) fn sums(
        &mut self,
        county: CountyId,
        measures: &[i64],
        units: &[i64],
        (grain, from, to): Piece,
    ) -> Result<Vec<(i64, i64, i64)>> {
        let mut found = Vec::new();
        for measures in measures.chunks(CHUNK) {
            for units in units.chunks(CHUNK) {
                let sql = format!(
                    "SELECT measure, unit, CAST(SUM(value) AS BIGINT) FROM cell WHERE county = ? AND measure IN ({}) \
                     AND unit IN ({}) AND grain = ? AND day BETWEEN ? AND ? AND part = '' GROUP BY measure, unit",
                    marks(measures.len()),
                    marks(units.len())
                );
                let mut values = vec![Param::Int(county.0)];
                values.extend(measures.iter().chain(units).map(|id| Param::Int(*id)));
                values.extend([Param::Int(grain as i64), Param::from(from), Param::from(to)]);
                for mut row in self.conn.query(&sql, &values)? {
                    found.push((row.int()?, row.int()?, row.int()?));
                }
            }
        }
        Ok(found)
    }

    /// A measure's breakdown over a range: option to value, without the total and without zeros.
    ///
    /// # Errors
    ///
    /// When the measure is not kept in cells, or the database fails.
    pub fn cell_parts(
        &mut self,
        county: CountyId,
        measure: &MeasureId,
        unit: OrgUnitId,
        from: Date,
        to: Date,
    ) -> Result<IndexMap<String, Decimal>> {
        self.settle()?;
        let active = self.active();
        let (number, sum) = (active.number(measure.as_str())?, active.is_sum(measure.as_str()));
        let mut parts = IndexMap::new();
        for (grain, from, to) in pieces(from, to) {
            let rows = self.conn.query(
                "SELECT part, CAST(SUM(value) AS BIGINT) FROM cell WHERE county = ? AND measure = ? AND unit = ? \
                 AND grain = ? AND day BETWEEN ? AND ? AND part <> '' GROUP BY part ORDER BY part",
                params![county.0, number, unit.0, grain as i64, from, to],
            )?;
            for mut row in rows {
                let part = row.text()?;
                *parts.entry(part).or_insert(Decimal::ZERO) += number_of(row.int()?, sum);
            }
        }
        parts.retain(|_, value| !value.is_zero());
        Ok(parts)
    }

    /// A measure day by day for units, each with its subtree; `part` for one option of its breakdown. Days without
    /// anything are left out.
    ///
    /// # Errors
    ///
    /// When the measure is not kept in cells, or the database fails.
    pub fn cell_days(
        &mut self,
        county: CountyId,
        measure: &MeasureId,
        units: &[OrgUnitId],
        part: Option<&str>,
        from: Date,
        to: Date,
    ) -> Result<Vec<(OrgUnitId, Date, Decimal)>> {
        self.settle()?;
        let active = self.active();
        let (number, sum) = (active.number(measure.as_str())?, active.is_sum(measure.as_str()));
        let mut days = Vec::new();
        for units in units.chunks(CHUNK) {
            let sql = format!(
                "SELECT unit, day, value FROM cell WHERE county = ? AND measure = ? AND unit IN ({}) AND grain = 0 \
                 AND day BETWEEN ? AND ? AND part = ? AND value <> 0",
                marks(units.len())
            );
            let mut values = vec![Param::Int(county.0), Param::Int(number)];
            values.extend(units.iter().map(|unit| Param::Int(unit.0)));
            values.extend([Param::from(from), Param::from(to), Param::from(part.unwrap_or_default())]);
            for mut row in self.conn.query(&sql, &values)? {
                days.push((OrgUnitId(row.int()?), row.parsed()?, number_of(row.int()?, sum)));
            }
        }
        Ok(days)
    }

    /// Distinct subjects a People measure counts for a unit's subtree over a range, both ends inclusive.
    ///
    /// # Errors
    ///
    /// When the measure is not kept in cells, or the database fails.
    pub fn people_count(
        &mut self,
        county: CountyId,
        measure: &MeasureId,
        unit: OrgUnitId,
        from: Date,
        to: Date,
    ) -> Result<u64> {
        Ok(self.people(county, measure, unit, from, to)?.len())
    }

    /// The distinct people of a measure over a range.
    pub(crate) fn people(
        &mut self,
        county: CountyId,
        measure: &MeasureId,
        unit: OrgUnitId,
        from: Date,
        to: Date,
    ) -> Result<RoaringBitmap> {
        self.settle()?;
        let number = self.active().number(measure.as_str())?;
        let mut people = RoaringBitmap::new();
        for (grain, from, to) in pieces(from, to) {
            people |= self.people_within(county, number, unit, (grain, from, to))?;
        }
        Ok(people)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;
    use proptest::prelude::*;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn pieces_cover_each_day_of_a_range_once(start in 0i32..800, length in 0i32..500) {
            use jiff::ToSpan;
            let from = date(2024, 1, 1).saturating_add(start.days());
            let to = from.saturating_add(length.days());
            let mut next = from;
            for (grain, first, last) in pieces(from, to) {
                prop_assert_eq!(first, next);
                if grain == Grain::Month {
                    prop_assert!(first.day() == 1 && last.day() == 1);
                }
                let end = if grain == Grain::Month { last.last_of_month() } else { last };
                prop_assert!(first <= end);
                next = end.tomorrow().unwrap();
            }
            prop_assert_eq!(next, to.tomorrow().unwrap());
        }
    }

    #[test]
    fn a_range_that_ends_before_it_begins_has_no_days() {
        assert!(pieces(date(2026, 2, 1), date(2026, 1, 31)).is_empty());
    }
}
