//! Impossible dates, and phases that leave a gap.

use crate::date::{Date, days_in};
use crate::reading::{Check, CheckKind, Heading, Span};

use super::Evidence;

pub(super) fn checks(evidence: &Evidence<'_>) -> Vec<Check> {
    let mut found: Vec<Check> = evidence
        .dates
        .iter()
        .filter(|date| date.is_impossible())
        .map(|date| impossible(evidence, date))
        .collect();
    found.extend(missing_phases(evidence));
    found
}

fn impossible(evidence: &Evidence<'_>, date: &Date) -> Check {
    let month = date.month.unwrap_or_default();
    let says = match days_in(date.year, month) {
        Some(days) => format!("{month}月只有{days}天，没有{month}月{}日", date.day.unwrap_or_default()),
        None => format!("没有{month}月"),
    };
    evidence.check(
        evidence.page.clause(date.span.start),
        CheckKind::Date,
        false,
        says,
        "check.impossible_date",
    )
}

/// A phase: a heading with a range of days.
struct Phase<'a> {
    heading: &'a Heading,
    number: Option<u32>,
    from: (u32, u32),
    to: (u32, u32),
    span: Span,
}

fn missing_phases(evidence: &Evidence<'_>) -> Vec<Check> {
    let phases: Vec<Phase<'_>> =
        evidence.outline.iter().filter_map(|heading| phase(evidence, heading)).collect();
    let mut found = Vec::new();
    for pair in phases.windows(2) {
        let (first, second) = (&pair[0], &pair[1]);
        let skipped = matches!((first.number, second.number), (Some(a), Some(b)) if b > a + 1);
        let late = next_day(first.to) < second.from;
        if skipped && late && first.heading.level == second.heading.level {
            let says = format!(
                "缺阶段：{}月{}日之后至{}月{}日之前无安排",
                first.to.0, first.to.1, second.from.0, second.from.1
            );
            found.push(evidence.check_between(
                first.span,
                second.span,
                CheckKind::Date,
                false,
                says,
                "check.missing_phase",
            ));
        }
    }
    found
}

fn phase<'a>(evidence: &Evidence<'_>, heading: &'a Heading) -> Option<Phase<'a>> {
    let line = evidence.page.line(heading.span.start);
    let near = Span::new(heading.span.start, line.end.min(heading.span.end + 30));
    let first = evidence.dates.partition_point(|date| date.span.start < near.start);
    let inside = evidence.dates[first..].iter().take_while(|date| date.span.start < near.end);
    let dates: Vec<&Date> = inside.filter(|date| date.day.is_some()).collect();
    let [from, to, ..] = dates.as_slice() else { return None };
    let day = |date: &Date| Some((date.month?, date.day?));
    let number = heading
        .mark
        .trim_matches(|c: char| !c.is_ascii_digit())
        .parse()
        .ok()
        .or_else(|| ordinal(&heading.mark));
    let end = to.span.end.max(heading.span.end);
    Some(Phase { heading, number, from: day(from)?, to: day(to)?, span: Span::new(heading.span.start, end) })
}

fn ordinal(mark: &str) -> Option<u32> {
    let numeral = mark.chars().find_map(|c| "一二三四五六七八九".chars().position(|n| n == c))?;
    u32::try_from(numeral).ok().map(|index| index + 1)
}

fn next_day((month, day): (u32, u32)) -> (u32, u32) {
    if days_in(None, month).is_some_and(|longest| day < longest) { (month, day + 1) } else { (month + 1, 1) }
}
