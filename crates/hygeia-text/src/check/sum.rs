//! Parts in brackets against their whole.

use crate::page::Page;
use crate::reading::{Check, CheckKind, Span};

use super::{Evidence, comparable};

/// How far behind the whole the bracket may open.
const BRACKET_WITHIN_CHARS: usize = 18;

pub(super) fn checks(evidence: &Evidence<'_>) -> Vec<Check> {
    let page = evidence.page;
    let mut found = Vec::new();
    for whole in evidence.quantities {
        let Some(total) = whole.number() else { continue };
        let Some(bracket) = bracket_behind(page, whole.span.end) else { continue };
        let between = evidence.within(Span::new(whole.span.end, bracket.start));
        if between.iter().any(|other| comparable(whole, other)) {
            continue;
        }
        let parts: Vec<f64> = evidence
            .within(bracket)
            .iter()
            .filter(|part| comparable(whole, part))
            .filter_map(|part| part.number())
            .collect();
        let reckoned: f64 = parts.iter().sum();
        if parts.len() < 2 || (page.holds(bracket, &["其中"]) && reckoned != total) {
            continue;
        }
        let terms: Vec<String> = parts.iter().map(f64::to_string).collect();
        let ok = (reckoned - total).abs() < 1e-6;
        let says = format!(
            "{} = {reckoned}{}",
            terms.join(" + "),
            if ok { String::new() } else { format!(" ≠ {total}") }
        );
        let span = Span::new(page.clause(whole.span.start).start, bracket.end);
        found.push(evidence.check(span, CheckKind::Sum, ok, says, "check.sum_in_brackets"));
    }
    found
}

/// The inside of the bracket that opens soon behind `at`.
pub(super) fn bracket_behind(page: &Page, at: usize) -> Option<Span> {
    let open = (at..at + BRACKET_WITHIN_CHARS).find(|&at| page.at(at) == Some('('))?;
    let between = Span::new(at, open);
    if page.slice(between).iter().any(|c| matches!(c, ',' | '。' | ';' | '\n')) {
        return None;
    }
    let length = page.folded.get(open..)?.iter().take(300).position(|&c| c == ')')?;
    Some(Span::new(open + 1, open + length))
}
