//! Parts in brackets against their whole.

use crate::page::Page;
use crate::reading::{Check, CheckKind, Span};

use super::{Evidence, comparable};

/// How far behind the whole the bracket may open.
const BRACKET_WITHIN_CHARS: usize = 18;

pub(super) fn checks(evidence: &Evidence<'_>) -> Vec<Check> {
    let mut found = in_brackets(evidence);
    found.extend(altogether(evidence));
    found.extend(differences(evidence));
    found.sort_by_key(|check| check.span);
    found
}

/// 男生120人，女生100人，共220人
fn altogether(evidence: &Evidence<'_>) -> Vec<Check> {
    let page = evidence.page;
    let mut found = Vec::new();
    for (index, whole) in evidence.quantities.iter().enumerate() {
        let clause = page.clause(whole.span.start);
        let opening = page.text(Span::new(clause.start, whole.span.start));
        let opens = ["共", "共计", "合计", "总计"].contains(&opening.as_str());
        let Some(total) = whole.number().filter(|_| opens) else { continue };
        let mut parts: Vec<f64> = Vec::new();
        let mut start = clause.start;
        // Clause by clause backwards, one comparable count at the end of each.
        for part in evidence.quantities[..index].iter().rev() {
            let own = page.clause(part.span.start);
            if own.end + 1 != start || part.span.end != own.end || part.unit != whole.unit || part.name {
                break;
            }
            parts.extend(part.number());
            start = own.start;
        }
        if parts.len() > 1 && page.sentence(start).contains(whole.span.start) {
            parts.reverse();
            found.push(reckoned(
                evidence,
                Span::new(start, whole.span.end),
                &parts,
                total,
                "check.altogether",
            ));
        }
    }
    found
}

/// 由80%提高到90%，提高了10个百分点
fn differences(evidence: &Evidence<'_>) -> Vec<Check> {
    let page = evidence.page;
    let mut found = Vec::new();
    for triple in evidence.quantities.windows(3) {
        let [from, to, change] = triple else { continue };
        let first = Span::new(page.clause(from.span.start).start, from.span.start);
        let moved = page.holds(Span::new(from.span.end, to.span.start.min(from.span.end + 8)), &["到", "至"]);
        let rates = from.unit == "%" && to.unit == "%" && change.unit == "百分点";
        let near = change.span.start < to.span.end + 12 && page.holds(first, &["由", "从"]);
        let (Some(low), Some(high), Some(stated)) = (from.number(), to.number(), change.number()) else {
            continue;
        };
        if rates && moved && near {
            let difference = ((high - low).abs() * 100.0).round() / 100.0;
            let ok = (difference - stated).abs() < 0.05;
            let says = format!(
                "|{high} - {low}| = {difference}{}",
                if ok { String::new() } else { format!(" ≠ {stated}") }
            );
            let span = Span::new(first.start, change.span.end);
            found.push(evidence.check(span, CheckKind::Sum, ok, says, "check.difference"));
        }
    }
    found
}

fn reckoned(evidence: &Evidence<'_>, span: Span, parts: &[f64], total: f64, rule: &'static str) -> Check {
    let sum: f64 = parts.iter().sum();
    let ok = (sum - total).abs() < 1e-6;
    let terms: Vec<String> = parts.iter().map(f64::to_string).collect();
    let says =
        format!("{} = {sum}{}", terms.join(" + "), if ok { String::new() } else { format!(" ≠ {total}") });
    evidence.check(span, CheckKind::Sum, ok, says, rule)
}

/// 3306人(网络投票2501人，书面投票805人)
fn in_brackets(evidence: &Evidence<'_>) -> Vec<Check> {
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
        let span = Span::new(page.clause(whole.span.start).start, bracket.end);
        found.push(self::reckoned(evidence, span, &parts, total, "check.sum_in_brackets"));
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
