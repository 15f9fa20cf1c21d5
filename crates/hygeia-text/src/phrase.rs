//! Naming things in few words: the act of a duty, who does it, what a number measures.

use std::sync::LazyLock;

use crate::interval::Interval;
use crate::lexicon::Lexicon;
use crate::page::{Page, is_han};
use crate::quantity::Quantity;
use crate::reading::Span;

static FILLERS: LazyLock<Lexicon> = LazyLock::new(|| Lexicon::parse(include_str!("../data/fillers.tsv")));
static ACTORS: LazyLock<Lexicon> = LazyLock::new(|| Lexicon::parse(include_str!("../data/actors.tsv")));
static LEADS: LazyLock<Lexicon> = LazyLock::new(|| Lexicon::parse(include_str!("../data/leads.tsv")));

/// The longest name of someone obliged.
const ACTOR_CHARS: usize = 18;

/// Who is obliged, when the words in front of the interval end with the name of people or of a body.
pub(crate) fn who(page: &Page, region: Span, interval: Span) -> Option<Span> {
    let mut span = Span::new(region.start, interval.start);
    loop {
        let lead = LEADS.at(page.slice(span)).or_else(|| FILLERS.at(page.slice(span)));
        match lead {
            Some((length, _)) if length > 0 => span.start += length,
            _ => break,
        }
    }
    // 应, 要, 坚持 stand between the name and the interval.
    while let Some((length, _)) = FILLERS.ending(page.slice(span)) {
        span.end -= length;
    }
    if span.end <= span.start || span.end - span.start > ACTOR_CHARS {
        return None;
    }
    let named = ACTORS.ending(page.slice(span)).is_some();
    let broken =
        page.slice(span).iter().any(|c| matches!(c, '(' | ')' | '在' | '对' | '于' | '的' | '给' | '向'));
    (named && !broken).then_some(span)
}

/// The shortest phrase naming the act of a duty.
pub(crate) fn act(
    page: &Page,
    region: Span,
    interval: &Interval,
    count: Option<&Quantity>,
    who: Option<Span>,
) -> String {
    let mut head = Span::new(region.start, interval.span.start.max(region.start));
    if let Some(who) = who {
        head.start = who.end.max(head.start);
    }
    let tail = Span::new(interval.span.end.min(region.end), region.end);
    let mut words: Vec<char> = without_fillers(page, head, count, interval.when);
    words.extend(without_fillers(page, tail, count, interval.when));
    words.into_iter().collect()
}

/// The words of a span without count, time and filler words at its edges.
fn without_fillers(page: &Page, span: Span, count: Option<&Quantity>, when: Option<Span>) -> Vec<char> {
    let dropped = |at: usize| {
        count.is_some_and(|count| count.span.contains(at)) || when.is_some_and(|when| when.contains(at))
    };
    let mut kept: Vec<char> = Vec::new();
    let mut at = span.start;
    while at < span.end {
        if dropped(at) {
            at += 1;
            continue;
        }
        // Fillers go at the start of the phrase and around the count.
        let at_edge = kept.is_empty()
            || at == span.start
            || count.is_some_and(|count| count.span.end == at || at < count.span.start);
        if at_edge && let Some((length, _)) = FILLERS.at(page.slice(Span::new(at, span.end))) {
            at += length;
            continue;
        }
        if let Some(c) = page.chars.get(at) {
            kept.push(*c);
        }
        at += 1;
    }
    let edge = |c: &char| !is_han(*c) && !c.is_alphanumeric() && !matches!(c, '“' | '”' | '《' | '》');
    while kept.last().is_some_and(edge) {
        kept.pop();
    }
    for ending in ["工作", "以上", "的"] {
        let length = ending.chars().count();
        if kept.len() > length + 1 && kept[kept.len() - length..].iter().copied().eq(ending.chars()) {
            kept.truncate(kept.len() - length);
        }
    }
    kept
}

/// What a number measures: the words in front of it, or the noun behind its unit.
pub(crate) fn metric(page: &Page, quantity: &Quantity, clause: Span) -> String {
    let before = stripped_front(page, Span::new(clause.start, quantity.span.start));
    let behind = noun_behind(page, quantity.span.end, clause.end);
    if behind.is_empty() {
        return page.quote(before);
    }
    if before.end - before.start <= 1 || is_verbal(page, before) {
        return page.quote(behind_span(quantity.span.end, &behind));
    }
    page.quote(before) + &page.quote(behind_span(quantity.span.end, &behind))
}

fn behind_span(start: usize, noun: &[char]) -> Span {
    Span::new(start, start + noun.len())
}

/// The words before a number without time, order and copula words at either edge.
fn stripped_front(page: &Page, mut span: Span) -> Span {
    loop {
        let words = page.slice(span);
        let lead = LEADS.at(words).or_else(|| FILLERS.at(words));
        match lead {
            Some((length, _)) => span.start += length,
            None => break,
        }
    }
    while let Some((length, _)) = COPULAS.ending(page.slice(span)) {
        span.end -= length;
    }
    span
}

static COPULAS: LazyLock<Lexicon> = LazyLock::new(|| Lexicon::parse(include_str!("../data/copulas.tsv")));
static VERBS: LazyLock<Lexicon> = LazyLock::new(|| Lexicon::parse(include_str!("../data/verbs.tsv")));

/// In 甲率、乙率和丙率分别达到A、B和C the name that belongs to number `index`.
pub(crate) fn listed_metric(
    page: &Page,
    quantities: &[Quantity],
    index: usize,
    clause: Span,
) -> Option<String> {
    let first = quantities[..=index].iter().position(|quantity| clause.contains(quantity.span.start))?;
    let names = Span::new(clause.start, quantities[first].span.start);
    let respectively = page.find(names, "分别")?;
    let list = stripped_front(page, Span::new(names.start, respectively));
    let text = page.quote(list);
    let name = text.split(['、', '和', '及']).filter(|name| !name.is_empty()).nth(index - first)?;
    Some(name.to_owned())
}

/// Whether a phrase is only a verb.
fn is_verbal(page: &Page, span: Span) -> bool {
    VERBS.at(page.slice(span)).is_some_and(|(length, _)| length + span.start >= span.end)
}

/// The noun right behind a unit: 39名社区医生.
fn noun_behind(page: &Page, start: usize, end: usize) -> Vec<char> {
    const LONGEST: usize = 16;
    let mut noun = Vec::new();
    for at in start..end.min(start + LONGEST) {
        let Some(c) = page.at(at) else { break };
        let stops =
            matches!(c, '(' | ')' | '、' | '了' | '为' | '进' | '参' | '和' | '与' | '以' | '由' | '到');
        if stops || (noun.len() > 1 && VERBS.at(page.slice(Span::new(at, end))).is_some()) {
            break;
        }
        noun.push(c);
    }
    if noun.first() == Some(&'的') {
        noun.remove(0);
    }
    noun
}

#[cfg(test)]
mod tests {
    #[test]
    fn lists_give_examples_that_hold_their_word() {
        for data in [
            include_str!("../data/fillers.tsv"),
            include_str!("../data/actors.tsv"),
            include_str!("../data/leads.tsv"),
            include_str!("../data/copulas.tsv"),
            include_str!("../data/verbs.tsv"),
        ] {
            for (word, _, example) in crate::lexicon::rows(data) {
                assert!(example.contains(word), "{word}: {example}");
            }
        }
    }
}
