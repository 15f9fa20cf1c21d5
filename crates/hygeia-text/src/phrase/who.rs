//! Who is obliged.

use crate::page::{Page, is_han};
use crate::reading::Span;

use super::{ACTORS, FILLERS, LEADS, VERBS, mark_length, strip_end, strip_front};

/// The longest name of someone obliged.
const ACTOR_CHARS: usize = 14;
/// Verbs whose object does the act: 教育学生每天…, 要求保洁员…
const CAUSES: &[&str] = &["要求", "教育", "督促", "培养", "制度保证", "保证", "确保", "组织", "引导"];
/// What may follow the name of a subject.
const AFTER_SUBJECT: &str =
    "应要必须对每将按向在都均坚严认负要做承定实开进本利通根落完高成继积加制建不还也可为与联,";

/// Who does the act whose interval stands at `interval`: the subject in front of it, the object of a verb
/// such as 教育, a body after 由, or the body that the sentence is about.
pub(crate) fn who(page: &Page, region: Span, interval: Span) -> Option<Span> {
    let head = Span::new(region.start, interval.start);
    caused(page, head)
        .or_else(|| right_before(page, head))
        .or_else(|| subject(page, head).map(|(span, _)| span))
        .or_else(|| by(page, Span::new(interval.end, region.end)))
        .or_else(|| of_sentence(page, interval.start))
}

/// 教育其他学生, 要求相关人员.
fn caused(page: &Page, head: Span) -> Option<Span> {
    let after_mark = Span::new(head.start + mark_length(page.slice(head)), head.end);
    let (word, at) = CAUSES.iter().find_map(|word| Some((word, page.find(after_mark, word)?)))?;
    if at > after_mark.start + 2 {
        return None;
    }
    named_at(page, Span::new(at + word.chars().count(), head.end), "person")
}

/// The whole of what stands in front of the interval is a name: 保健医每周….
fn right_before(page: &Page, head: Span) -> Option<Span> {
    let span = strip_end(page, strip_front(page, head, &[&LEADS, &FILLERS]), &FILLERS);
    let own = strip_front(page, head, &[]);
    let span = if page.starts(own.start, "我") { Span::new(own.start, span.end) } else { span };
    let length = span.end.saturating_sub(span.start);
    let named = length > 1 && length <= ACTOR_CHARS && ACTORS.ending(page.slice(span)).is_some();
    let broken = page
        .slice(span)
        .iter()
        .any(|c| matches!(c, '(' | ')' | '在' | '对' | '于' | '的' | '给' | '向' | '每' | '.' | '、'))
        || VERBS.at(page.slice(span)).is_some();
    (named && !broken).then_some(span)
}

/// The name a clause starts with, and its class (`body` or `person`).
pub(crate) fn subject(page: &Page, clause: Span) -> Option<(Span, &'static str)> {
    let mut start = clause.start + mark_length(page.slice(clause));
    while let Some((length, _)) = LEADS.at(page.slice(Span::new(start, clause.end))) {
        if page.at(start) == Some('我') {
            break;
        }
        start += length;
    }
    for end in start + 2..clause.end.min(start + ACTOR_CHARS) + 1 {
        let name = Span::new(start, end);
        let Some((_, class)) = ACTORS.ending(page.slice(name)) else { continue };
        let opens_verb =
            page.at(end).is_none_or(|c| !is_han(c) || AFTER_SUBJECT.contains(c)) || page.starts(end, "组织");
        let stops = opens_verb && !page.starts(end, "应急");
        let phrase =
            page.slice(name).iter().any(|c| {
                matches!(c, '的' | '、' | '在' | '对' | '为' | '由' | '了' | '把' | '抓' | '每' | '.')
            }) || VERBS.found_in(page.slice(name));
        if stops && !phrase {
            return Some((name, class));
        }
    }
    None
}

/// 由膳食小组…
fn by(page: &Page, tail: Span) -> Option<Span> {
    let at = page.find(tail, "由")?;
    named_at(page, Span::new(at + 1, page.sentence(at).end.min(at + 1 + ACTOR_CHARS)), "body")
}

/// A name that starts exactly here.
fn named_at(page: &Page, span: Span, class: &str) -> Option<Span> {
    let longest = span.end.min(span.start + ACTOR_CHARS);
    (span.start + 2..=longest).find_map(|end| {
        let name = Span::new(span.start, end);
        let (_, found) = ACTORS.ending(page.slice(name))?;
        let goes_on = ACTORS.ending(page.slice(Span::new(span.start, (end + 1).min(longest)))).is_some()
            && end < longest;
        let fits = found == class || class == "person";
        (fits && !goes_on).then_some(name)
    })
}

/// The body an earlier clause of the sentence is about.
fn of_sentence(page: &Page, at: usize) -> Option<Span> {
    let sentence = page.sentence(at);
    let clauses = page.clauses_within(Span::new(sentence.start, page.clause(at).start));
    clauses.iter().rev().find_map(|clause| match subject(page, *clause) {
        Some((span, "body")) => Some(span),
        _ => None,
    })
}
