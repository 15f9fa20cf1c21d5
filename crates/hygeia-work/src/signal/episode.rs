//! Episodes: what an alarm is, as a function of the days alone.
//!
//! Days come with their cases; in which order they were entered leaves no trace. An episode of a fixed threshold is a
//! run of days with cases, each less than `days` after the one before, in which the threshold was reached at least
//! once. Runs that lie further apart have no window in common, so a change of one day touches only the runs around it.

use super::judge::Judged;
use hygeia_pack::model::SignalLimit;
use jiff::ToSpan as _;
use jiff::civil::Date;
use std::collections::BTreeMap;

/// Cases by day, days without any left out.
pub(crate) type Days = BTreeMap<Date, i64>;

/// Days without a finding that end the episode of a statistical method.
const QUIET_DAYS: i32 = 7;

/// A stretch of days that is one alarm.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Episode {
    /// Day on which the alarm is due: the first that reached the limit.
    pub date: Date,
    /// First day of the run.
    pub since: Date,
    /// Last day of the run.
    pub until: Date,
    /// Cases from `since` to `until`.
    pub cases: i64,
    /// What was compared with the limit on `date`.
    pub observed: i64,
    /// The limit on `date`, rounded up to whole cases.
    pub threshold: i64,
}

impl Episode {
    /// Whether it has a day in common with a stretch.
    pub(crate) fn meets(&self, (from, to): (Date, Date)) -> bool {
        self.since <= to && self.until >= from
    }
}

/// `date` moved by days; stops at the ends of the calendar.
pub(crate) fn shift(date: Date, days: i32) -> Date {
    date.saturating_add(days.days())
}

/// Days from `a` to `b`.
pub(crate) fn days_between(a: Date, b: Date) -> i64 {
    a.until(b).map_or(0, |span| i64::from(span.get_days()))
}

/// Cases of the `days` days that end on `day`.
pub(crate) fn window_sum(cases: &Days, day: Date, days: u16) -> i64 {
    cases.range(shift(day, 1 - i32::from(days.max(1)))..=day).map(|(_, cases)| cases).sum()
}

/// Runs of days with less than `gap` days from each to the next.
fn runs(days: impl Iterator<Item = Date>, gap: i64) -> Vec<Vec<Date>> {
    let mut runs: Vec<Vec<Date>> = Vec::new();
    for day in days {
        match runs.last_mut() {
            Some(run) if run.last().is_some_and(|last| days_between(*last, day) < gap) => run.push(day),
            _ => runs.push(vec![day]),
        }
    }
    runs
}

/// The episodes of a fixed threshold.
pub(crate) fn threshold_episodes(cases: &Days, limit: &SignalLimit) -> Vec<Episode> {
    let counted = cases.iter().filter(|(_, cases)| **cases > 0).map(|(day, _)| *day);
    let found = runs(counted, i64::from(limit.days)).into_iter().filter_map(|run| {
        let reached = |day: &Date| window_sum(cases, *day, limit.days) >= i64::from(limit.cases);
        let date = run.iter().copied().find(reached)?;
        let (since, until) = (*run.first()?, *run.last()?);
        Some(Episode {
            date,
            since,
            until,
            cases: cases.range(since..=until).map(|(_, cases)| cases).sum(),
            observed: window_sum(cases, date, limit.days),
            threshold: i64::from(limit.cases),
        })
    });
    found.collect()
}

/// The episodes of a statistical method, from the days it found remarkable.
pub(crate) fn judged_episodes(cases: &Days, judged: &[Judged]) -> Vec<Episode> {
    let flagged: Vec<&Judged> = judged.iter().filter(|day| day.alarm).collect();
    let days = flagged.iter().map(|day| day.day);
    let found = runs(days, i64::from(QUIET_DAYS) + 1).into_iter().filter_map(|run| {
        let (date, until) = (*run.first()?, *run.last()?);
        let first = flagged.iter().find(|day| day.day == date)?;
        let since = first.from;
        Some(Episode {
            date,
            since,
            until,
            cases: cases.range(since..=until).map(|(_, cases)| cases).sum(),
            observed: first.observed.round() as i64,
            threshold: first.threshold.map_or(0, |limit| limit.ceil() as i64),
        })
    });
    found.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use hygeia_pack::model::Standing;
    use jiff::civil::date;
    use proptest::prelude::*;

    fn limit(cases: u32, days: u16) -> SignalLimit {
        SignalLimit { cases, days, percentile: None, source: None, standing: Standing::Local }
    }

    fn days(cases: &[(i8, i64)]) -> Days {
        cases.iter().map(|(day, cases)| (date(2026, 10, *day), *cases)).collect()
    }

    #[test]
    fn the_alarm_is_due_on_the_day_the_threshold_is_reached() {
        let episodes = threshold_episodes(&days(&[(8, 1), (12, 2), (14, 2), (19, 4)]), &limit(5, 7));
        let [episode] = &episodes[..] else { panic!("one episode: {episodes:?}") };
        assert_eq!((episode.date, episode.observed), (date(2026, 10, 14), 5));
        assert_eq!((episode.since, episode.until, episode.cases), (date(2026, 10, 8), date(2026, 10, 19), 9));
    }

    #[test]
    fn cases_too_far_apart_are_no_cluster() {
        assert!(threshold_episodes(&days(&[(1, 4), (8, 4)]), &limit(5, 7)).is_empty());
    }

    #[test]
    fn every_day_with_a_case_is_an_alarm_of_a_single_case_rule() {
        assert_eq!(threshold_episodes(&days(&[(1, 1), (2, 3)]), &limit(1, 1)).len(), 2);
    }

    proptest! {
        /// What the incremental path relies on: a change of one day leaves every episode alone that has no day
        /// within the window around it, before or after the change.
        #[test]
        fn a_change_touches_only_the_runs_around_it(
            mut cases in proptest::collection::btree_map(0i32..80, 1i64..4, 0..25),
            at in 0i32..80, new in 0i64..4, least in 1u32..6, window in 1u16..15,
        ) {
            let start = date(2026, 1, 1);
            let limit = limit(least, window);
            let of = |cases: &BTreeMap<i32, i64>| {
                let days: Days = cases.iter().map(|(day, cases)| (shift(start, *day), *cases)).collect();
                threshold_episodes(&days, &limit)
            };
            let before = of(&cases);
            if new == 0 { cases.remove(&at); } else { cases.insert(at, new); }
            let after = of(&cases);
            let reach = i32::from(window) - 1;
            let region = (shift(start, at - reach), shift(start, at + reach));
            let far = |episodes: Vec<Episode>| episodes.into_iter().filter(|e| !e.meets(region)).collect::<Vec<_>>();
            prop_assert_eq!(far(before), far(after));
        }
    }
}
