//! 百白破 and 白破: one count of doses with diphtheria and tetanus.

use std::sync::LazyLock;

use super::{Counted, Next, Slot, Subject};
use crate::immunization::day::Day;
use crate::immunization::product::{Components, Product};
use crate::immunization::schedule::{Edition, Span, Track};

/// From this age nothing is given: DT is for children under 12 years.
const DT_ENDS_MONTHS: u32 = 144;

static DT: LazyLock<Option<Product>> = LazyLock::new(|| Product::parse("DT"));

/// DTaP up to 6 years (edition 2021) or 7 years (from 2025), after that DT under 12 years.
///
/// A child with three doses of which one is DT, or with the five of the later editions, is complete. How the notice of
/// 2024-12 combines both schedules was not found: a dose that counted when given keeps counting, and only what is
/// missing is given.
pub(super) fn next(on: Day, rules: (&Subject, &Edition), counted: &Counted) -> Next {
    let (subject, edition) = rules;
    let given = counted.len();
    let dt_given = given - counted.with(Components::P);
    if given >= 5 || given >= 3 && dt_given > 0 {
        return Next::Complete;
    }
    let dt_at_six = edition.dose(Track::Dt, 0);
    let dt_from = subject.aged(dt_at_six.map_or(84, |dose| dose.min_age_months));
    let dt_ends = subject.aged(DT_ENDS_MONTHS);
    if on >= dt_ends {
        return Next::TooOld;
    }
    if on >= dt_from {
        return catch_up(subject, counted, dt_from, dt_ends);
    }
    let slot =
        Slot::of_track(rules, Track::Dtap, given, counted, Components::DTP).map(|slot| slot.until(dt_from));
    let booster =
        || Slot::of_track(rules, Track::Dt, 0, counted, Components::DT).map(|slot| slot.until(dt_ends));
    slot.or_else(booster).map_or(Next::Complete, Next::Dose)
}

/// DT for school children: three doses in all, and one after a full course of DTaP.
///
/// The first interval of 28 days and the second of 6 months are remembered, not read (1–2 and 6–12 months).
fn catch_up(subject: &Subject, counted: &Counted, dt_from: Day, dt_ends: Day) -> Next {
    let Some(product) = *DT else { return Next::NotMeant };
    let interval = match counted.len() {
        0 | 1 => Span::Days(28),
        2 | 3 => Span::Months(6),
        _ => Span::Months(12),
    };
    let full_course = counted.len() >= 3;
    Next::Dose(Slot {
        product,
        dose_no: if full_course { 1 } else { counted.len() as u8 + 1 },
        needs: Components::DT,
        any_serves: false,
        age_reached: dt_from,
        interval_over: counted.last().map(|last| interval.after(last)),
        complete_before: Some(subject.aged(84)),
        rule_ends: Some(dt_ends),
        label_serves: true,
    })
}
