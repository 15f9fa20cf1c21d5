//! Parts in brackets against their whole.

use crate::page::Page;
use crate::quantity::Quantity;
use crate::reading::{Check, CheckKind, Span};

use super::{Evidence, comparable};

/// How far behind the whole the bracket may open.
const BRACKET_WITHIN_CHARS: usize = 18;

pub(super) fn checks(evidence: &Evidence<'_>) -> Vec<Check> {
    let mut found = in_brackets(evidence);
    found.extend(altogether(evidence));
    found.extend(differences(evidence));
    found.extend(remainders(evidence));
    found.extend(men_and_women(evidence));
    found.extend(by_groups(evidence));
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
        if parts.len() < 2
            && let Some((start, parts)) = parts_in_front(evidence, index, total)
        {
            found.push(reckoned(
                evidence,
                Span::new(start, whole.span.end),
                &parts,
                total,
                "check.altogether",
            ));
            continue;
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

/// 活产268人，男139人，女129人: the two sexes make the whole.
fn men_and_women(evidence: &Evidence<'_>) -> Vec<Check> {
    const APART_CHARS: usize = 10;
    let page = evidence.page;
    let mut found = Vec::new();
    for triple in evidence.quantities.windows(3) {
        let [whole, men, women] = triple else { continue };
        let said = |part: &Quantity, from: usize, names: &[&str]| {
            page.holds(Span::new(from, part.span.start), names)
        };
        let near = women.span.start < whole.span.end + 2 * APART_CHARS
            && page.sentence(whole.span.start).contains(women.span.start);
        let sexes = (said(men, whole.span.end, &["男"]) && said(women, men.span.end, &["女"]))
            || (said(men, whole.span.end, &["女"]) && said(women, men.span.end, &["男"]));
        let among = page.holds(Span::new(whole.span.end, men.span.start), &["其中"]);
        let counts = comparable(whole, men) && comparable(whole, women) && !among;
        if let (true, true, true, Some(total), Some(first), Some(second)) =
            (near, sexes, counts, whole.number(), men.number(), women.number())
        {
            let span = Span::new(page.clause(whole.span.start).start, women.span.end);
            found.push(reckoned(evidence, span, &[first, second], total, "check.men_and_women"));
        }
    }
    found
}

/// 两支医疗队，每队15人，共30人: groups of the same size and all of them.
fn by_groups(evidence: &Evidence<'_>) -> Vec<Check> {
    const APART_CHARS: usize = 12;
    let page = evidence.page;
    let mut found = Vec::new();
    for triple in evidence.quantities.windows(3) {
        let [groups, each, all] = triple else { continue };
        let between = Span::new(groups.span.end, each.span.start);
        let opening = page.text(Span::new(each.span.end, all.span.start));
        let together = matches!(opening.as_str(), ",共" | ",共计" | ",合计" | ",共有" | "共" | "共计");
        let near = each.span.start < groups.span.end + APART_CHARS && page.holds(between, &["每"]);
        let (Some(count), Some(size), Some(total)) = (groups.number(), each.number(), all.number()) else {
            continue;
        };
        if !(together && near && each.unit == all.unit && groups.unit != each.unit) {
            continue;
        }
        let reckoned = count * size;
        let ok = (reckoned - total).abs() < 1e-6;
        let says = format!(
            "{count} × {size} = {reckoned}{}",
            if ok { String::new() } else { format!(" ≠ {total}") }
        );
        let span = Span::new(page.clause(groups.span.start).start, all.span.end);
        found.push(evidence.check(span, CheckKind::Sum, ok, says, "check.by_groups"));
    }
    found
}

/// 查出隐患64处，已整改61处，其余3处: the rest makes the whole.
fn remainders(evidence: &Evidence<'_>) -> Vec<Check> {
    let page = evidence.page;
    let mut found = Vec::new();
    for (index, rest) in evidence.quantities.iter().enumerate() {
        let named = ["其余", "剩余", "余下", "剩下", "其他", "其它", "其余有", "其余的"]
            .iter()
            .any(|word| page.ends(rest.span.start, word));
        let sentence = page.sentence(rest.span.start);
        let mut before = evidence.quantities[..index]
            .iter()
            .rev()
            .take_while(|other| other.span.start >= sentence.start)
            .filter(|other| comparable(other, rest) && other.unit != "%");
        let (true, Some(part), Some(whole)) = (named, before.next(), before.next()) else { continue };
        let (Some(left), Some(done), Some(total)) = (rest.number(), part.number(), whole.number()) else {
            continue;
        };
        // More than two counts in front leave open which is the whole.
        if before.next().is_none() && done <= total {
            let span = Span::new(page.clause(whole.span.start).start, rest.span.end);
            found.push(reckoned(evidence, span, &[done, left], total, "check.remainder"));
        }
    }
    found
}

/// 一等奖1名、二等奖3名、三等奖5名，共9名: the run of counts in front that adds up, and where it starts.
fn parts_in_front(evidence: &Evidence<'_>, index: usize, total: f64) -> Option<(usize, Vec<f64>)> {
    const BETWEEN_CHARS: usize = 14;
    let (page, whole) = (evidence.page, &evidence.quantities[index]);
    let mut parts: Vec<f64> = Vec::new();
    let mut next = whole.span.start;
    for part in evidence.quantities[..index].iter().rev() {
        let near = part.span.end + BETWEEN_CHARS >= next && page.sentence(next).contains(part.span.start);
        if !near || !comparable(whole, part) || part.name {
            break;
        }
        parts.insert(0, part.number()?);
        next = part.span.start;
        if parts.len() > 1 && (parts.iter().sum::<f64>() - total).abs() < 1e-6 {
            return Some((next.saturating_sub(3).max(page.sentence(next).start), parts));
        }
    }
    None
}

/// 由80%提高到90%，提高了10个百分点
fn differences(evidence: &Evidence<'_>) -> Vec<Check> {
    let page = evidence.page;
    let mut found = Vec::new();
    for triple in evidence.quantities.windows(3) {
        let [from, to, change] = triple else { continue };
        let first = Span::new(page.clause(from.span.start).start, from.span.start);
        let moved = page.holds(Span::new(from.span.end, to.span.start.min(from.span.end + 8)), &["到", "至"]);
        // 由80%提高到90% moves by 百分点; counts move by their own unit.
        let rates = from.unit == "%" && to.unit == "%" && change.unit == "百分点";
        let counts = comparable(from, to) && comparable(to, change) && from.unit != "%";
        let compared = page.holds(
            Span::new(from.span.end, to.span.start.min(from.span.end + 10)),
            &["比去年", "比上年", "较去年", "较上年"],
        ) && page.holds(
            Span::new(to.span.end, change.span.start.max(to.span.end)),
            &["增加", "减少", "下降", "上升"],
        );
        let near = change.span.start < to.span.end + 12 && (page.holds(first, &["由", "从"]) || compared);
        let (rates, moved) = (rates || counts, moved || compared);
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
