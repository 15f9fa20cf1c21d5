//! What a number measures.

use crate::page::{Page, is_han};
use crate::quantity::{Class, Quantity};
use crate::reading::Span;

use super::{COPULAS, FILLERS, LEADS, VERBS, strip_end, strip_front, who};

/// The longest noun behind a unit.
const NOUN_CHARS: usize = 24;
/// The longest attribute in front of a count that belongs to the noun behind it.
const ATTRIBUTE_CHARS: usize = 8;

/// What the quantity measures, from the words of `piece` around it.
pub(crate) fn metric(page: &Page, quantity: &Quantity, piece: Span) -> String {
    let front = front(page, Span::new(piece.start, quantity.span.start), quantity.class);
    let behind = noun_behind(page, quantity.span.end, piece.end);
    let has_front = front.end > front.start + 1;
    let quoted = page.quote(behind);
    match quantity.class {
        Class::Percent if has_front => page.quote(front),
        Class::Percent | Class::Ratio => if quoted.is_empty() { borrowed(page, quantity) } else { quoted },
        Class::Time | Class::Duration | Class::Amount | Class::Credit if behind.end > behind.start + 1 && !has_front => quoted,
        Class::Time | Class::Duration | Class::Amount | Class::Credit if page.at(quantity.span.end) == Some('的') => quoted,
        _ if behind.end <= behind.start + 1 => {
            let acts = acts_behind(page, quantity.span.end, piece.end);
            let bare = !has_front || VERBS.at(page.slice(front)).is_some_and(|(length, _)| front.start + length >= front.end);
            if bare && acts.end > acts.start { page.quote(acts) } else if has_front { page.quote(front) } else { borrowed(page, quantity) }
        }
        _ if !has_front || front.end - front.start > ATTRIBUTE_CHARS || VERBS.ending(page.slice(front)).is_some() => quoted,
        _ => page.quote(front) + &quoted,
    }
}

/// The words before a number without time, subject, verb and copula at their edges.
fn front(page: &Page, span: Span, class: Class) -> Span {
    let mut span = strip_end(page, strip_front(page, span, &[&LEADS, &FILLERS]), &COPULAS);
    span = without_brackets(page, span);
    span = strip_end(page, strip_front(page, span, &[&LEADS, &FILLERS]), &COPULAS);
    if let Some((name, _)) = who::subject(page, span).filter(|(name, _)| name.end + 3 < span.end && class != Class::Percent) {
        span.start = name.end;
        span = strip_front(page, span, &[&LEADS, &FILLERS]);
    }
    // 聘任首席医生23名: the verb is not part of the name.
    while let Some((length, _)) = VERBS.at(page.slice(span)).filter(|(length, _)| span.start + length < span.end) {
        span.start += length;
        span = strip_front(page, span, &[&LEADS, &FILLERS]);
    }
    while matches!(page.at(span.start), Some('x' | '_' | '、' | '“' | '”' | '(' | ')' | '和')) && span.start < span.end {
        span.start += 1;
    }
    if class == Class::Percent {
        let of = page.slice(span).iter().rposition(|&c| c == '的');
        if let Some(at) = of.filter(|&at| span.end - span.start - at > 3) {
            span.start += at + 1;
        }
    }
    span
}

/// 空气优良天数(aqi) without its bracket; 参加评选(网络投票 from the bracket on.
fn without_brackets(page: &Page, span: Span) -> Span {
    let words = page.slice(span);
    if page.before(span.end) == Some(')') && let Some(open) = words.iter().rposition(|&c| c == '(').filter(|&at| at > 1) {
        return Span::new(span.start, span.start + open);
    }
    match (words.iter().rposition(|&c| c == '('), words.iter().rposition(|&c| c == ')')) {
        (Some(open), None) => Span::new(span.start + open + 1, span.end),
        _ => span,
    }
}

/// The noun right behind a unit: 39名社区医生.
fn noun_behind(page: &Page, start: usize, end: usize) -> Span {
    let start = start + usize::from(page.at(start) == Some('的'));
    let mut at = start;
    while at < end.min(start + NOUN_CHARS) {
        let Some(c) = page.at(at) else { break };
        let stops = matches!(c, '(' | ')' | '、' | '了' | '为' | '以' | '内' | '就' | '于' | '占');
        let verb = VERBS.at(page.slice(Span::new(at, end))).is_some() && !page.ends(at, "的");
        if stops || verb {
            break;
        }
        at += 1;
    }
    let mut noun = Span::new(start, at);
    for ending in ["和", "及", "与", "任务", "的", "中"] {
        if noun.end - noun.start > 2 && page.ends(noun.end, ending) {
            noun.end -= ending.chars().count();
        }
    }
    let real = page.slice(noun).iter().any(|&c| is_han(c));
    if real { noun } else { Span::new(start, start) }
}

/// 参加评选 behind 3306人.
fn acts_behind(page: &Page, start: usize, end: usize) -> Span {
    const ACT_CHARS: usize = 14;
    let stop = page.slice(Span::new(start, end)).iter().take(ACT_CHARS).take_while(|c| is_han(**c)).count();
    Span::new(start, start + stop)
}

/// The clause before names what this number measures: 中级职称5人，占25%.
fn borrowed(page: &Page, quantity: &Quantity) -> String {
    let Some(previous) = page.previous_clause(quantity.span.start) else { return String::new() };
    let named = strip_front(page, previous, &[&LEADS, &FILLERS]);
    let length = page.slice(named).iter().take_while(|c| is_han(**c)).count();
    page.quote(strip_end(page, Span::new(named.start, named.start + length), &COPULAS))
}

/// In 甲率、乙率和丙率分别达到A、B和C the name that belongs to number `index`.
pub(crate) fn listed_metric(page: &Page, quantities: &[Quantity], index: usize, clause: Span) -> Option<String> {
    let first = quantities[..=index].iter().position(|quantity| clause.contains(quantity.span.start))?;
    let names = Span::new(clause.start, quantities[first].span.start);
    let respectively = page.find(names, "分别")?;
    let list = strip_front(page, Span::new(names.start, respectively), &[&LEADS, &FILLERS]);
    let text = page.quote(list);
    let name = text.split(['、', '和', '及']).filter(|name| !name.is_empty()).nth(index - first)?;
    Some(name.to_owned())
}
