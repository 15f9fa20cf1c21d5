//! The days of a series as a statistical method sees them.

use super::episode::{Days, days_between, shift, window_sum};
use crate::calendar::Calendar;
use hygeia_health::detection::{
    Cusum, Detector, Ears, EarsMethod, FarringtonFlexible, Finding, Frequency, MovingPercentile, Series,
};
use hygeia_pack::model::{Method, SignalLimit};
use jiff::civil::{Date, Weekday};

/// A day with what a method thinks of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Judged {
    /// The day.
    pub day: Date,
    /// First day of what was compared: the day itself, or the week that ends with it.
    pub from: Date,
    /// Cases compared.
    pub observed: f64,
    /// Cases expected; `None` when the method has no such figure.
    pub expected: Option<f64>,
    /// The limit; `None` when the day could not be judged.
    pub threshold: Option<f64>,
    /// Whether the day stands out.
    pub alarm: bool,
}

/// Series-days CUSUM runs over, and those its mean is taken from.
const CUSUM_RUN: usize = 28;
const CUSUM_HISTORY: usize = 56;

/// Calendar days that hold the series-days of EARS and CUSUM, the longest holidays included.
const EARS_DAYS: i32 = 60;
const CUSUM_DAYS: i32 = 200;

/// Years the moving percentile looks back, and those it makes do with.
const PERCENTILE_YEARS: [usize; 2] = [5, 3];

/// Judges the days from `from` to `to`. `began` is the first day of the county's records: what lies before is
/// unknown, not zero.
pub(crate) fn judge(
    method: Method,
    limit: &SignalLimit,
    cases: &Days,
    began: Date,
    (from, to): (Date, Date),
    calendar: &Calendar,
) -> Vec<Judged> {
    match method {
        Method::Threshold => judge_threshold(limit, cases, (from, to)),
        Method::EarsC1 => judge_ears(EarsMethod::C1, limit, cases, began, (from, to), calendar),
        Method::EarsC2 => judge_ears(EarsMethod::C2, limit, cases, began, (from, to), calendar),
        Method::EarsC3 => judge_ears(EarsMethod::C3, limit, cases, began, (from, to), calendar),
        Method::Cusum => judge_cusum(limit, cases, began, (from, to), calendar),
        Method::MovingPercentile => judge_percentile(limit, cases, began, (from, to)),
        Method::FarringtonFlexible => judge_farrington(limit, cases, began, (from, to)),
    }
}

fn each_day(from: Date, to: Date) -> impl Iterator<Item = Date> {
    std::iter::successors(Some(from), |day| day.tomorrow().ok()).take_while(move |day| *day <= to)
}

fn judge_threshold(limit: &SignalLimit, cases: &Days, (from, to): (Date, Date)) -> Vec<Judged> {
    let of = |day| {
        let observed = window_sum(cases, day, limit.days) as f64;
        let threshold = f64::from(limit.cases);
        Judged {
            day,
            from: shift(day, 1 - i32::from(limit.days)),
            observed,
            expected: None,
            threshold: Some(threshold),
            alarm: observed >= threshold,
        }
    };
    each_day(from, to).map(of).collect()
}

/// The finding as a judged day; silent below the limit's least number of cases.
fn judged(finding: &Finding, day: Date, from: Date, limit: &SignalLimit, cases: &Days) -> Judged {
    let enough = window_sum(cases, day, limit.days) >= i64::from(limit.cases);
    Judged {
        day,
        from,
        observed: finding.observed.unwrap_or_default(),
        expected: finding.expected,
        threshold: finding.threshold.filter(|limit| limit.is_finite()),
        alarm: enough && finding.alarm == Some(true),
    }
}

/// The series of working days; what falls on a day off counts for the next working day.
fn working_series(cases: &Days, began: Date, to: Date, calendar: &Calendar) -> (Vec<Date>, Series) {
    let (mut days, mut counts, mut carried) = (Vec::new(), Vec::new(), 0);
    for day in each_day(began, to) {
        carried += cases.get(&day).copied().unwrap_or(0);
        if calendar.is_work_day(day) || day == to && carried > 0 {
            days.push(day);
            counts.push(Some(carried as f64));
            carried = 0;
        }
    }
    (days, Series::new(Frequency::Daily, 1, &counts))
}

fn judge_ears(
    method: EarsMethod,
    limit: &SignalLimit,
    cases: &Days,
    began: Date,
    (from, to): (Date, Date),
    calendar: &Calendar,
) -> Vec<Judged> {
    let ears = Ears::new(method);
    let mut found = Vec::new();
    let (days, series) = working_series(cases, began.max(shift(from, -EARS_DAYS)), to, calendar);
    for (t, day) in days.iter().enumerate().filter(|(_, day)| **day >= from) {
        let Ok(findings) = ears.detect(&series, t..t + 1) else { continue };
        found.extend(findings.iter().map(|finding| judged(finding, *day, *day, limit, cases)));
    }
    found
}

fn judge_cusum(
    limit: &SignalLimit,
    cases: &Days,
    began: Date,
    (from, to): (Date, Date),
    calendar: &Calendar,
) -> Vec<Judged> {
    let (days, series) = working_series(cases, began.max(shift(from, -CUSUM_DAYS)), to, calendar);
    let counts: Vec<Option<f64>> = (0..series.len()).map(|t| series.count(t)).collect();
    let mut found = Vec::new();
    for (t, day) in days.iter().enumerate().filter(|(_, day)| **day >= from) {
        // Each day from its own stretch of history, so that a day's finding does not depend on where judging began.
        let Some(start) = (t + 1).checked_sub(CUSUM_HISTORY + CUSUM_RUN) else { continue };
        let Some(stretch) = counts.get(start..=t) else { continue };
        let stretch = Series::new(Frequency::Daily, 1, stretch);
        let run = CUSUM_HISTORY..CUSUM_HISTORY + CUSUM_RUN;
        let last = Cusum::default().detect(&stretch, run).ok().and_then(|findings| findings.last().copied());
        found.extend(last.map(|finding| judged(&finding, *day, *day, limit, cases)));
    }
    found
}

fn judge_percentile(limit: &SignalLimit, cases: &Days, began: Date, (from, to): (Date, Date)) -> Vec<Judged> {
    let days: Vec<Date> = each_day(began, to).collect();
    let counts: Vec<Option<f64>> =
        days.iter().map(|day| Some(cases.get(day).copied().unwrap_or(0) as f64)).collect();
    let Ok(series) = Series::new(Frequency::Daily, 1, &counts).with_dates(days.clone()) else {
        return Vec::new();
    };
    let percentile = limit.percentile.unwrap_or(MovingPercentile::default().percentile);
    let mut found = Vec::new();
    for (t, day) in days.iter().enumerate().filter(|(_, day)| **day >= from) {
        let findings = PERCENTILE_YEARS.iter().filter_map(|years| {
            let method = MovingPercentile { years: *years, percentile };
            method.detect(&series, t..t + 1).ok()?.first().copied().filter(|found| found.alarm.is_some())
        });
        let finding = findings.into_iter().next();
        found.extend(finding.map(|finding| judged(&finding, *day, shift(*day, -6), limit, cases)));
    }
    found
}

/// Whole weeks from Monday; a week is judged on its Sunday.
fn judge_farrington(limit: &SignalLimit, cases: &Days, began: Date, (from, to): (Date, Date)) -> Vec<Judged> {
    let offset = i32::from(began.weekday().since(Weekday::Monday));
    let monday = shift(began, if offset == 0 { 0 } else { 7 - offset });
    let weeks = usize::try_from((days_between(monday, to) + 1) / 7).unwrap_or(0);
    let starts: Vec<Date> =
        (0..weeks).map(|week| shift(monday, 7 * i32::try_from(week).unwrap_or(i32::MAX))).collect();
    let counts: Vec<Option<f64>> =
        starts.iter().map(|start| Some(window_sum(cases, shift(*start, 6), 7) as f64)).collect();
    let first_week = monday.iso_week_date().week();
    let first_week = usize::try_from(first_week).unwrap_or(1);
    let series = Series::new(Frequency::Weekly, first_week, &counts);
    let Ok(series) = series.with_dates(starts.clone()) else { return Vec::new() };
    let method = FarringtonFlexible { min_cases: f64::from(limit.cases), ..FarringtonFlexible::default() };
    let mut found = Vec::new();
    for (t, start) in starts.iter().enumerate() {
        let sunday = shift(*start, 6);
        if sunday < from || sunday > to {
            continue;
        }
        let Ok(findings) = method.detect(&series, t..t + 1) else { continue };
        found.extend(findings.iter().map(|finding| judged(finding, sunday, *start, limit, cases)));
    }
    found
}
