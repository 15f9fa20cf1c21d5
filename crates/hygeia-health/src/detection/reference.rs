//! Which past periods belong to the same time of the year.

use jiff::ToSpan;
use jiff::civil::Date;

use super::series::{Frequency, Series};

/// Longest history and widest window that anybody would mean; more is a slip of the pen.
const MAX_YEARS: usize = 200;
const MAX_WINDOW: usize = 1_000;

/// Whether a number of past years and a window around the same period make sense.
pub(crate) fn is_plausible(years: usize, window: usize) -> bool {
    years <= MAX_YEARS && window <= MAX_WINDOW
}

/// Periods before `t` and around the same period of past years, by number: `window` on each side of
/// t − i · year for i = 1..=`years`, and the `window` before t itself when `this_year`. `None` when the history is
/// too short.
pub(crate) fn by_number(
    series: &Series,
    t: usize,
    years: usize,
    window: usize,
    this_year: bool,
) -> Option<Vec<usize>> {
    if !is_plausible(years, window) {
        return None;
    }
    let mut periods = Vec::with_capacity(years * (2 * window + 1) + window);
    for year in (1..=years).rev() {
        let center = t.checked_sub(year * series.frequency().per_year())?;
        periods.extend(center.checked_sub(window)?..=center + window);
    }
    if this_year {
        periods.extend(t.checked_sub(window)?..t);
    }
    Some(periods)
}

/// The same day `years` years earlier; 29 February becomes 1 March.
pub(crate) fn years_before(date: Date, years: usize) -> Option<Date> {
    let year = date.year().checked_sub(i16::try_from(years).ok()?)?;
    Date::new(year, date.month(), date.day()).or_else(|_| Date::new(year, 3, 1)).ok()
}

/// The closest day with the weekday of `like`.
pub(crate) fn nearest_same_weekday(date: Date, like: Date) -> Option<Date> {
    let shift =
        (like.weekday().to_monday_zero_offset() - date.weekday().to_monday_zero_offset()).rem_euclid(7);
    date.checked_add(i64::from(if shift > 3 { shift - 7 } else { shift }).days()).ok()
}

/// The period `years` years before `t`: by the calendar when the series has one, weeks moved to the closest day of
/// the same weekday; else by number. `None` when the series does not have it.
pub(crate) fn same_period(series: &Series, t: usize, years: usize) -> Option<usize> {
    let Some(date) = series.date(t) else {
        return t.checked_sub(years * series.frequency().per_year());
    };
    let earlier = years_before(date, years)?;
    let wanted = match series.frequency() {
        Frequency::Weekly => nearest_same_weekday(earlier, date)?,
        Frequency::Daily | Frequency::Monthly => earlier,
    };
    series.position(wanted)
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn leap_days_and_weekdays() {
        assert_eq!(years_before(date(2024, 2, 29), 1), Some(date(2023, 3, 1)));
        // Monday 24 November 2025; a year earlier is a Sunday, so the Monday after it.
        assert_eq!(nearest_same_weekday(date(2024, 11, 24), date(2025, 11, 24)), Some(date(2024, 11, 25)));
    }

    #[test]
    fn past_years_by_number() {
        let series = Series::new(Frequency::Monthly, 1, &[Some(1.0); 40]);
        assert_eq!(by_number(&series, 30, 1, 1, true), Some(vec![17, 18, 19, 29]));
        assert_eq!(by_number(&series, 11, 1, 1, true), None);
    }
}
