//! A stated frequency against the number of rounds done in the period.

use crate::reading::{Check, CheckKind, Duty, IntervalUnit, Span};

use super::Evidence;

/// 坚持每月召开一次例会，全年共召开12次: in one sentence the rounds of the year follow from the duty.
pub(super) fn checks(evidence: &Evidence<'_>) -> Vec<Check> {
    let in_sentence = evidence.duties.iter().filter_map(|duty| of_duty(evidence, duty));
    in_sentence.chain(evidence.duties.iter().filter_map(|duty| told_later(evidence, duty))).collect()
}

/// A report on half a year: 实行季度考核制度…已进行了两次考核. Reported only when they agree.
fn told_later(evidence: &Evidence<'_>, duty: &Duty) -> Option<Check> {
    const WITHIN_CHARS: usize = 240;
    const TITLE_CHARS: usize = 40;
    const NOUN_CHARS: usize = 2;
    let page = evidence.page;
    let what: Vec<char> = duty.what.chars().collect();
    let noun: String = what[what.len().checked_sub(NOUN_CHARS)?..].iter().collect();
    let behind = Span::new(page.clause(duty.span.start).end, duty.span.end + WITHIN_CHARS);
    let times = evidence.within(behind).iter().filter(|quantity| quantity.unit == "次");
    let done = times.into_iter().find(|quantity| {
        let said = Span::new(page.clause(quantity.span.start).start, quantity.span.start);
        page.starts(quantity.span.end, &noun) && page.holds(said, &["已", "共", "先后"])
    })?;
    let title = Span::new(0, TITLE_CHARS.min(page.folded.len()));
    let months = if page.holds(title, &["上半年", "半年"]) { 6 } else { 12 };
    let expected = rounds_in(months, duty)?;
    let agrees = expected > 1 && done.number() == Some(f64::from(expected));
    agrees.then(|| {
        let says = format!("应有 {expected} 次，说 {expected} 次");
        let place = page.clause(done.span.start);
        evidence.check_between(
            page.clause(duty.span.start),
            place,
            CheckKind::Count,
            true,
            says,
            "check.rounds",
        )
    })
}

/// How often the duty falls due in so many months.
fn rounds_in(months: u32, duty: &Duty) -> Option<u32> {
    let rounds = match duty.every.unit {
        IntervalUnit::Month => months,
        IntervalUnit::Quarter => months / 3,
        IntervalUnit::HalfYear => months / 6,
        _ => return None,
    };
    Some(rounds * duty.times / duty.every.n.max(1))
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
    let expected = rounds_in(months, duty)?;
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
