//! When a clock is due: spans of real time, of civil days and of working time (民法典第二百〇一条至二百〇三条: hours
//! count from the moment, days from the day after; the last day ends at 24:00).

use crate::actor::county_time_zone;
use crate::calendar::Calendar;
use hygeia_pack::model::Limit;
use jiff::civil::{Date, DateTime, Time, time};
use jiff::{SignedDuration, Timestamp, ToSpan};

/// A pause: from, and until when it is over.
pub(crate) type Pause = (Timestamp, Option<Timestamp>);

/// Office hours, eight a day (国务院关于职工工作时间的规定第三条), split by the noon break.
const OFFICE_HOURS: [(Time, Time); 2] =
    [(time(8, 0, 0, 0), time(12, 0, 0, 0)), (time(14, 0, 0, 0), time(18, 0, 0, 0))];

/// Days a search for working time goes on at most, in case a calendar has none.
const LONGEST_SEARCH: usize = 10_000;

/// The moment a clock that started at `start` is due. Pauses that are over move it by what they took; one that
/// still lasts does not, so that the result holds as of its beginning.
pub(crate) fn due(start: Timestamp, limit: Limit, pauses: &[Pause], calendar: &Calendar) -> Timestamp {
    let over: Vec<(Timestamp, Timestamp)> = pauses
        .iter()
        .filter_map(|(from, to)| Some(((*from).max(start), to.filter(|to| *to > start)?)))
        .collect();
    let day = local(start).date();
    let civil_days = || over.iter().map(|(from, to)| days_between(*from, *to)).sum::<i64>();
    match limit {
        Limit::Minutes(minutes) => {
            let paused: SignedDuration = over.iter().map(|(from, to)| to.duration_since(*from)).sum();
            add(start, SignedDuration::from_mins(minutes.into()) + paused)
        }
        Limit::Days(days) => end_of(later(day, i64::from(days) + civil_days())),
        Limit::Months(months) => {
            let last = day.saturating_add(i64::from(months).months());
            end_of(later(last, civil_days()))
        }
        Limit::ThisMonth => end_of(later(day.last_of_month(), civil_days())),
        Limit::ThisYear => end_of(later(day.last_of_year(), civil_days())),
        Limit::WorkDays(days) => {
            let paused: usize = over
                .iter()
                .map(|(from, to)| {
                    let days = later_days(local(*from).date()).take_while(|day| *day <= local(*to).date());
                    days.filter(|day| calendar.is_work_day(*day)).count()
                })
                .sum();
            end_of(work_day(day, days as usize + paused, calendar))
        }
        Limit::WorkMinutes(minutes) => office_time(start, minutes, &over, calendar),
    }
}

/// The `n`th working day after `day`; for none the day itself, or the next that is worked.
fn work_day(day: Date, n: usize, calendar: &Calendar) -> Date {
    if n == 0 && calendar.is_work_day(day) {
        return day;
    }
    let mut worked = later_days(day).take(LONGEST_SEARCH).filter(|day| calendar.is_work_day(*day));
    worked.nth(n.saturating_sub(1)).unwrap_or(day)
}

/// The moment at which so many office minutes have passed outside the pauses.
fn office_time(
    start: Timestamp,
    minutes: u32,
    pauses: &[(Timestamp, Timestamp)],
    calendar: &Calendar,
) -> Timestamp {
    let mut left = SignedDuration::from_mins(minutes.into());
    let first = local(start).date();
    let days = std::iter::once(first).chain(later_days(first)).take(LONGEST_SEARCH);
    for day in days.filter(|day| calendar.is_work_day(*day)) {
        for (from, to) in OFFICE_HOURS {
            let (from, to) = (moment(day.to_datetime(from)), moment(day.to_datetime(to)));
            for (from, to) in without(from.max(start), to, pauses) {
                let span = to.duration_since(from);
                if span >= left {
                    return add(from, left);
                }
                left -= span;
            }
        }
    }
    start
}

/// What is left of a stretch of time outside the pauses, in order.
fn without(from: Timestamp, to: Timestamp, pauses: &[(Timestamp, Timestamp)]) -> Vec<(Timestamp, Timestamp)> {
    let mut free = Vec::new();
    let mut at = from;
    for (begin, end) in pauses {
        if *begin > at && at < to {
            free.push((at, (*begin).min(to)));
        }
        at = at.max(*end);
    }
    free.push((at, to));
    free.retain(|(from, to)| from < to);
    free
}

/// A moment as the county's clocks show it.
pub(crate) fn local(at: Timestamp) -> DateTime {
    at.to_zoned(county_time_zone()).datetime()
}

/// The moment at which the county's clocks show this.
pub(crate) fn moment(at: DateTime) -> Timestamp {
    at.to_zoned(county_time_zone()).map(|zoned| zoned.timestamp()).unwrap_or(Timestamp::MAX)
}

fn end_of(day: Date) -> Timestamp {
    moment(later(day, 1).to_datetime(Time::midnight()))
}

fn later(day: Date, days: i64) -> Date {
    day.saturating_add(days.days())
}

fn later_days(day: Date) -> impl Iterator<Item = Date> {
    day.series(1.day()).skip(1)
}

fn days_between(from: Timestamp, to: Timestamp) -> i64 {
    i64::from((local(to).date() - local(from).date()).get_days())
}

fn add(at: Timestamp, span: SignedDuration) -> Timestamp {
    at.saturating_add(span).unwrap_or(Timestamp::MAX)
}

#[cfg(test)]
#[path = "due_tests.rs"]
mod tests;
