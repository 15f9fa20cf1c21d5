//! Tables of a reference, one row per equal step of age or length.

use super::{Lms, Sex};

/// Rows of `N` figures for each sex, from `first` in steps of one key unit.
pub(super) struct Table<const N: usize> {
    first: u32,
    rows: [Vec<[f64; N]>; 2],
}

impl<const N: usize> Table<N> {
    /// Reads `sex,key,figures…` lines in ascending key order; `#` lines say where the table comes from.
    ///
    /// `keys_per_unit` turns the printed key into a whole number: 10 for tenths of a centimetre.
    pub(super) fn read(text: &str, keys_per_unit: f64) -> Self {
        let mut table = Self { first: u32::MAX, rows: [Vec::new(), Vec::new()] };
        for line in text.lines().filter(|line| line.starts_with(['1', '2'])) {
            let mut cells = line.split(',');
            let Some(sex) = cells.next().and_then(Sex::parse) else { continue };
            let Some(key) = cells.next().and_then(|key| key.parse::<f64>().ok()) else { continue };
            let mut row = [0.0; N];
            for (figure, cell) in row.iter_mut().zip(cells) {
                *figure = cell.parse().unwrap_or(f64::NAN);
            }
            table.first = table.first.min((key * keys_per_unit).round() as u32);
            table.rows[sex.index()].push(row);
        }
        table
    }

    /// The row of a key, if the table has it.
    pub(super) fn row(&self, sex: Sex, key: u32) -> Option<[f64; N]> {
        self.rows[sex.index()].get(key.checked_sub(self.first)? as usize).copied()
    }

    /// The first and last key.
    pub(super) fn keys(&self) -> (u32, u32) {
        (self.first, self.first + self.rows[0].len().saturating_sub(1) as u32)
    }
}

impl Table<3> {
    /// The LMS row of a key, if the table has it.
    pub(super) fn lms(&self, sex: Sex, key: u32) -> Option<Lms> {
        self.row(sex, key).map(|[l, m, s]| Lms { l, m, s })
    }

    /// The LMS parameters at a key between rows, interpolated linearly.
    pub(super) fn lms_between(&self, sex: Sex, key: f64) -> Option<Lms> {
        let below = key.floor();
        let share = key - below;
        let row = self.lms(sex, below as u32)?;
        if share == 0.0 {
            return Some(row);
        }
        Some(row.towards(self.lms(sex, below as u32 + 1)?, share))
    }
}
