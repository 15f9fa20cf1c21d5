//! The standard's printed tables.

use std::sync::OnceLock;

use super::super::table::Table;
use super::{Indicator, Sex};

/// Rows are monthly to this age, then quarterly.
const MONTHLY_TO: f64 = 24.0;
const QUARTER: f64 = 3.0;
/// Children under 7 years.
const MONTHS_END: f64 = 84.0;
/// Rows below describe lying length, rows from here standing height.
const STANDING_FROM_MONTH: f64 = 24.0;

/// One table per indicator, in the order of [`Indicator::ALL`].
pub(super) struct Tables {
    pub(super) percentiles: [Table<7>; 6],
    pub(super) deviations: [Table<7>; 6],
}

macro_rules! printed {
    ($kind:literal) => {
        [
            Table::read(
                include_str!(concat!("../../../data/growth/cn/wst423_weight_for_age_", $kind, ".csv")),
                1.0,
            ),
            Table::read(
                include_str!(concat!("../../../data/growth/cn/wst423_lenhei_for_age_", $kind, ".csv")),
                1.0,
            ),
            Table::read(
                include_str!(concat!("../../../data/growth/cn/wst423_weight_for_length_", $kind, ".csv")),
                1.0,
            ),
            Table::read(
                include_str!(concat!("../../../data/growth/cn/wst423_weight_for_height_", $kind, ".csv")),
                1.0,
            ),
            Table::read(
                include_str!(concat!("../../../data/growth/cn/wst423_bmi_for_age_", $kind, ".csv")),
                1.0,
            ),
            Table::read(
                include_str!(concat!("../../../data/growth/cn/wst423_head_for_age_", $kind, ".csv")),
                1.0,
            ),
        ]
    };
}

pub(super) fn tables() -> &'static Tables {
    static TABLES: OnceLock<Tables> = OnceLock::new();
    TABLES.get_or_init(|| Tables { percentiles: printed!("percentile"), deviations: printed!("sd") })
}

/// The lines at a place: a printed row, or straight between two.
pub(super) fn lines(table: &Table<7>, indicator: Indicator, sex: Sex, x: f64) -> Option<[f64; 7]> {
    let (index, share) = place(table, indicator, x)?;
    let below = table.row(sex, index)?;
    if share == 0.0 {
        return Some(below);
    }
    let above = table.row(sex, index + 1)?;
    let mut between = [0.0; 7];
    for (line, (low, high)) in between.iter_mut().zip(below.iter().zip(above)) {
        *line = low + (high - low) * share;
    }
    Some(between)
}

/// The row at or below a place, counted from the table's first key, and the share of the way to the next.
fn place(table: &Table<7>, indicator: Indicator, x: f64) -> Option<(u32, f64)> {
    if !(x.is_finite() && x >= 0.0) {
        return None;
    }
    let rows = if is_by_age(indicator) { rows_by_age(indicator, table, x)? } else { x };
    let below = rows.floor();
    Some((below as u32, rows - below))
}

fn rows_by_age(indicator: Indicator, table: &Table<7>, months: f64) -> Option<f64> {
    let last = f64::from(table.keys().1);
    let ordinal = if months <= MONTHLY_TO { months } else { MONTHLY_TO + (months - MONTHLY_TO) / QUARTER };
    if changes_position(indicator) && months < STANDING_FROM_MONTH && months > STANDING_FROM_MONTH - 1.0 {
        return Some(STANDING_FROM_MONTH - 1.0);
    }
    if ordinal > last {
        let serves_to_the_end = indicator != Indicator::HeadForAge && months < MONTHS_END;
        return serves_to_the_end.then_some(last);
    }
    Some(ordinal)
}

fn is_by_age(indicator: Indicator) -> bool {
    !matches!(indicator, Indicator::WeightForLength | Indicator::WeightForHeight)
}

fn changes_position(indicator: Indicator) -> bool {
    matches!(indicator, Indicator::LengthHeightForAge | Indicator::BmiForAge)
}

pub(super) fn printed_rows(indicator: Indicator) -> Vec<f64> {
    let (first, last) = tables().deviations[indicator as usize].keys();
    let month = |ordinal: f64| {
        if ordinal <= MONTHLY_TO { ordinal } else { MONTHLY_TO + (ordinal - MONTHLY_TO) * QUARTER }
    };
    let by_age = is_by_age(indicator);
    (first..=last).map(f64::from).map(|key| if by_age { month(key) } else { key }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_table_is_whole_and_rises_from_line_to_line() {
        let rows = [44, 44, 56, 56, 44, 29];
        for kind in [&tables().percentiles, &tables().deviations] {
            for (indicator, expected) in Indicator::ALL.into_iter().zip(rows) {
                let table = &kind[indicator as usize];
                let (first, last) = table.keys();
                assert_eq!(last - first + 1, expected, "{indicator:?}");
                for sex in [Sex::Male, Sex::Female] {
                    for key in first..=last {
                        let row = table.row(sex, key).unwrap();
                        assert!(row.windows(2).all(|pair| pair[0] <= pair[1]), "{indicator:?} {key} {row:?}");
                    }
                }
            }
        }
    }

    #[test]
    fn sd_lines_never_meet() {
        for indicator in Indicator::ALL {
            for x in printed_rows(indicator) {
                for sex in [Sex::Male, Sex::Female] {
                    let row = super::super::sd_lines(indicator, sex, x).unwrap();
                    assert!(row.windows(2).all(|pair| pair[0] < pair[1]), "{indicator:?} {x}");
                }
            }
        }
    }

    #[test]
    fn between_rows_lines_are_straight_but_never_cross_the_change_of_position() {
        let median = |indicator, x| super::super::sd_lines(indicator, Sex::Male, x).unwrap()[3];
        let weight = |x| median(Indicator::WeightForAge, x);
        assert!((weight(25.5) - (weight(24.0) + weight(27.0)) / 2.0).abs() < 1e-12);
        let length = |x| median(Indicator::LengthHeightForAge, x);
        assert_eq!(length(23.9), length(23.0));
        assert!(length(24.5) > length(24.0));
    }
}
