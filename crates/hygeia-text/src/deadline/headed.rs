//! What else is done at a date that heads its line: 九月：新生体检；接种证查验.

use crate::page::Page;
use crate::phrase;
use crate::reading::{Deadline, Span};

use super::what::what;

/// The rule that finds these.
pub(super) const RULE: &str = "deadline.headed";
/// Fewer characters name nothing that is to be done.
const FEWEST_CHARS: usize = 3;

/// The parts between semicolons behind the first one, of a line that the date at `at` heads; none from `until` on,
/// where the next date stands.
pub(super) fn further(page: &Page, at: Span, until: usize) -> Vec<Span> {
    let line = page.line(at.start);
    let heads = phrase::unmarked(page, Span::new(line.start, at.end)) == page.quote(at);
    if !heads || page.at(page.clause(at.start).end) != Some(':') {
        return Vec::new();
    }
    let mut stops: Vec<usize> = (at.end..line.end).filter(|&at| page.at(at) == Some(';')).collect();
    stops.push(line.end);
    let parts = stops.windows(2).filter_map(|stops| match stops {
        [start, end] => Some(closed(page, Span::new(start + 1, *end))),
        _ => None,
    });
    parts.filter(|part| part.end <= until && part.end >= part.start + FEWEST_CHARS).collect()
}

/// The part up to its full stop.
fn closed(page: &Page, part: Span) -> Span {
    let stop = page.slice(part).iter().position(|c| matches!(c, '。' | '!' | '?'));
    Span::new(part.start, stop.map_or(part.end, |stop| part.start + stop))
}

/// What a part says is to be done at the date that heads its line.
pub(super) fn deadline(page: &Page, span: Span, from: Option<String>, to: Option<String>) -> Deadline {
    let start = phrase::behind_mark(page, span);
    let what = what(page, Span::new(start, start), None, RULE);
    Deadline { quote: page.quote(span), what, from, to, span, confidence: 0.8, rule: RULE }
}
