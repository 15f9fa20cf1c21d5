//! The day from which a measure counts.

use crate::calendar::Calendar;
use crate::period::{Period, PeriodKind};
use hygeia_pack::model::{Interval, Measure, MeasureKind};
use jiff::civil::Date;

/// The first day that makes up a measure's value in a range of days: a balance is everything since the beginning, and
/// people may count from the beginning of the term or year.
pub(crate) fn counted_from(measure: &Measure, range: (Date, Date), calendar: &Calendar) -> Date {
    match measure.kind {
        MeasureKind::Balance { .. } => Date::MIN,
        _ => begun(measure.since, range, calendar),
    }
}

/// The first day of the term or year that the last day of a range is in, or of the range if that is earlier.
pub(super) fn begun(since: Option<Interval>, (from, to): (Date, Date), calendar: &Calendar) -> Date {
    let kind = match since {
        Some(Interval::Term) => PeriodKind::Term,
        Some(Interval::SchoolYear) => PeriodKind::SchoolYear,
        Some(Interval::Year) => PeriodKind::Year,
        _ => return from,
    };
    from.min(Period::containing(kind, to, calendar).from)
}
