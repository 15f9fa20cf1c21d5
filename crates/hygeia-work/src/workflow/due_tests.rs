use super::*;
use crate::calendar::SpecialDay;
use proptest::prelude::*;

fn at(text: &str) -> Timestamp {
    moment(text.parse().unwrap())
}

fn due_of(start: &str, limit: Limit) -> String {
    local(due(at(start), limit, &[], &Calendar::statutory())).to_string()
}

#[test]
fn hours_count_from_the_moment_and_days_from_the_day_after() {
    assert_eq!(due_of("2026-11-24T08:30", Limit::Minutes(120)), "2026-11-24T10:30:00");
    assert_eq!(due_of("2026-11-24T23:30", Limit::Minutes(120)), "2026-11-25T01:30:00");
    assert_eq!(due_of("2026-11-24T08:30", Limit::Days(0)), "2026-11-25T00:00:00");
    assert_eq!(due_of("2026-11-24T08:30", Limit::Days(3)), "2026-11-28T00:00:00");
    assert_eq!(due_of("2026-11-30T08:30", Limit::Months(3)), "2027-03-01T00:00:00");
    assert_eq!(due_of("2026-02-10T08:30", Limit::ThisMonth), "2026-03-01T00:00:00");
    assert_eq!(due_of("2026-09-10T08:30", Limit::ThisYear), "2027-01-01T00:00:00");
}

#[test]
fn working_time_skips_weekends_and_holidays_and_counts_make_up_days() {
    // National Day 2026: Thursday 1 October to 7 October rests, Saturday 10 October is worked.
    assert_eq!(due_of("2026-09-30T17:00", Limit::WorkDays(1)), "2026-10-09T00:00:00");
    assert_eq!(due_of("2026-10-08T17:00", Limit::WorkDays(2)), "2026-10-11T00:00:00");
    assert_eq!(due_of("2026-10-03T10:00", Limit::WorkDays(0)), "2026-10-09T00:00:00");
    // Friday afternoon: one hour is left that day, the other seven are Monday's.
    assert_eq!(due_of("2026-11-27T17:00", Limit::WorkMinutes(480)), "2026-11-30T17:00:00");
    assert_eq!(due_of("2026-11-24T11:30", Limit::WorkMinutes(60)), "2026-11-24T14:30:00");
}

#[test]
fn a_pause_that_lasts_moves_nothing_yet() {
    let calendar = Calendar::statutory();
    let (start, pause) = (at("2026-11-24T08:00"), at("2026-11-24T09:00"));
    let open = due(start, Limit::Minutes(120), &[(pause, None)], &calendar);
    assert_eq!(open, at("2026-11-24T10:00"));
    let over = due(start, Limit::Minutes(120), &[(pause, Some(at("2026-11-24T09:45")))], &calendar);
    assert_eq!(over, at("2026-11-24T10:45"));
    let days = due(start, Limit::WorkDays(2), &[(pause, Some(at("2026-11-30T09:00")))], &calendar);
    // Wednesday to Friday and Monday were four working days.
    assert_eq!(local(days).to_string(), "2026-12-03T00:00:00");
}

fn any_limit() -> impl Strategy<Value = Limit> {
    prop_oneof![
        (0u32..5_000).prop_map(Limit::Minutes),
        (0u32..60).prop_map(Limit::Days),
        (0u32..30).prop_map(Limit::WorkDays),
        (1u32..3_000).prop_map(Limit::WorkMinutes),
        (0u32..12).prop_map(Limit::Months),
        Just(Limit::ThisMonth),
        Just(Limit::ThisYear),
    ]
}

/// A minute of 2026 and some pauses after it, in order and apart.
fn any_story() -> impl Strategy<Value = (Timestamp, Vec<(Timestamp, Option<Timestamp>)>)> {
    (0i64..300 * 1440, proptest::collection::vec((1i64..4_000, 1i64..4_000), 0..4)).prop_map(
        |(first, spans)| {
            let mut now = at("2026-01-01T00:00") + SignedDuration::from_mins(first);
            let start = now;
            let mut pauses = Vec::new();
            for (run, rest) in spans {
                let from = now + SignedDuration::from_mins(run);
                now = from + SignedDuration::from_mins(rest);
                pauses.push((from, Some(now)));
            }
            (start, pauses)
        },
    )
}

proptest! {
    #[test]
    fn a_clock_is_never_due_before_it_starts_and_a_pause_never_hurries_it(
        (start, pauses) in any_story(), limit in any_limit()
    ) {
        let calendar = Calendar::statutory();
        let plain = due(start, limit, &[], &calendar);
        prop_assert!(plain >= start);
        let mut before = plain;
        for many in 1..=pauses.len() {
            let after = due(start, limit, &pauses[..many], &calendar);
            prop_assert!(after >= before, "{limit:?}: {before} then {after}");
            before = after;
        }
        if let Limit::Minutes(_) = limit {
            let rest: SignedDuration =
                pauses.iter().map(|(from, to)| to.unwrap().duration_since(*from)).sum();
            prop_assert_eq!(before.duration_since(plain), rest);
        }
    }

    #[test]
    fn a_holiday_more_never_brings_a_clock_forward(
        (start, _) in any_story(), limit in any_limit(), day in 0i64..400
    ) {
        let mut calendar = Calendar::statutory();
        let before = due(start, limit, &[], &calendar);
        let holiday = later(jiff::civil::date(2026, 1, 1), day);
        calendar.set_day(holiday, SpecialDay { works: false, title: "停工".into() });
        prop_assert!(due(start, limit, &[], &calendar) >= before);
    }

    #[test]
    fn so_many_working_days_and_office_minutes_lie_between((start, _) in any_story(), n in 1u32..30) {
        let calendar = Calendar::statutory();
        let last = local(due(start, Limit::WorkDays(n), &[], &calendar)).date().yesterday().unwrap();
        let first = local(start).date();
        let worked = later_days(first).take_while(|day| *day <= last).filter(|day| calendar.is_work_day(*day));
        prop_assert_eq!(worked.count(), n as usize);
        prop_assert!(calendar.is_work_day(last));

        let end = due(start, Limit::WorkMinutes(n * 37), &[], &calendar);
        let mut minutes = 0;
        let mut now = start;
        while now < end {
            let here = local(now);
            let in_hours = OFFICE_HOURS.iter().any(|(from, to)| here.time() >= *from && here.time() < *to);
            minutes += u32::from(in_hours && calendar.is_work_day(here.date()));
            now += SignedDuration::from_mins(1);
        }
        prop_assert_eq!(minutes, n * 37);
    }
}
