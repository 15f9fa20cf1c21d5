//! A stated frequency against the number of rounds done in the period.

use crate::reading::{Check, CheckKind, Duty, IntervalUnit, Span};

use super::Evidence;

/// 坚持每月召开一次例会，全年共召开12次: in one sentence the rounds of the year follow from the duty.
pub(super) fn checks(evidence: &Evidence<'_>) -> Vec<Check> {
    evidence.duties.iter().filter_map(|duty| of_duty(evidence, duty)).collect()
}

fn of_duty(evidence: &Evidence<'_>, duty: &Duty) -> Option<Check> {
    const WITHIN_CHARS: usize = 24;
    const SAID_CHARS: usize = 8;
    let page = evidence.page;
    let sentence = page.sentence(duty.span.start);
    let behind = Span::new(duty.span.end, sentence.end.min(duty.span.end + WITHIN_CHARS));
    let done = evidence.within(behind).iter().find(|quantity| quantity.unit == "次")?;
    let said = Span::new(duty.span.end, done.span.start);
    // A longer clause counts something else than the rounds of this duty.
    if said.end - said.start > SAID_CHARS || page.holds(said, &["不少于", "至少", "不低于"]) {
        return None;
    }
    let months = match (page.holds(said, &["全年"]), page.holds(said, &["上半年", "半年来"])) {
        (true, _) => 12,
        (_, true) => 6,
        _ => return None,
    };
    let rounds = match duty.every.unit {
        IntervalUnit::Month => months,
        IntervalUnit::Quarter => months / 3,
        IntervalUnit::HalfYear => months / 6,
        _ => return None,
    };
    let expected = rounds * duty.times / duty.every.n.max(1);
    let stated = done.number()?;
    let (least, due) = (duty.at_least, f64::from(expected));
    let ok = if least { stated >= due } else { (stated - due).abs() < 0.5 };
    let says = format!("应有 {expected} 次，说 {stated} 次");
    Some(evidence.check(
        Span::new(duty.span.start, done.span.end),
        CheckKind::Count,
        ok,
        says,
        "check.rounds",
    ))
}
