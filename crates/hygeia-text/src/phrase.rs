//! Naming things in few words: the act of a duty, who does it, what a number measures.

mod act;
mod ellipsis;
mod metric;
mod tidy;
mod topic;
mod who;

use std::sync::LazyLock;

use crate::lexicon::Lexicon;
use crate::page::{Page, is_han};
use crate::reading::Span;

pub(crate) use act::act;
pub(crate) use ellipsis::Said;
pub(crate) use metric::{listed_metric, metric};
pub(crate) use who::{is_name, subject, who};

static FILLERS: LazyLock<Lexicon> = LazyLock::new(|| Lexicon::parse(include_str!("../data/fillers.tsv")));
static ACTORS: LazyLock<Lexicon> = LazyLock::new(|| Lexicon::parse(include_str!("../data/actors.tsv")));
static LEADS: LazyLock<Lexicon> = LazyLock::new(|| Lexicon::parse(include_str!("../data/leads.tsv")));
static COPULAS: LazyLock<Lexicon> = LazyLock::new(|| Lexicon::parse(include_str!("../data/copulas.tsv")));
static WHOLE: LazyLock<Lexicon> = LazyLock::new(|| Lexicon::parse(include_str!("../data/whole.tsv")));
static VERBS: LazyLock<Lexicon> = LazyLock::new(|| Lexicon::parse(include_str!("../data/verbs.tsv")));

/// The span without mark, time, connecting words and the author's own unit at its start.
pub(crate) fn bare(page: &Page, span: Span) -> Span {
    let span = strip_front(page, span, &[&LEADS]);
    Span::new(span.start.min(span.end), span.end)
}

/// The words of a span without its heading mark.
pub(crate) fn unmarked(page: &Page, span: Span) -> String {
    page.quote(strip_front(page, span, &[]))
}

/// Where the words of a span start behind its heading mark.
pub(crate) fn behind_mark(page: &Page, span: Span) -> usize {
    strip_front(page, span, &[]).start
}

/// What the clause at `at`, or one of the clauses it leans on, is about.
pub(crate) fn topic(page: &Page, at: usize) -> Option<String> {
    let region = Span::new(at, page.clause(at).end);
    let before = Span::new(page.sentence(at).start, page.clause(at).start);
    topic::topic(page, region)
        .map(|span| page.quote(span))
        .or_else(|| ellipsis::clause_noun_before(page, before))
}

/// An act without the verbs that only carry it.
pub(crate) fn tidied(act: &str) -> String {
    tidy::tidy(act.chars().collect()).into_iter().collect()
}

/// The name a span holds once the words at its edges are off; nothing for less than two characters.
pub(crate) fn named(page: &Page, span: Span) -> Option<String> {
    let span = strip_end(page, strip_front(page, span, &[&LEADS, &FILLERS]), &COPULAS);
    (span.end > span.start + 1).then(|| page.quote(span))
}

/// Whether a verb of work stands in the span.
pub(crate) fn has_verb(page: &Page, span: Span) -> bool {
    VERBS.found_in(page.slice(span))
}

/// Whether a verb of work of at least two characters starts here.
pub(crate) fn is_verb_at(chars: &[char]) -> bool {
    VERBS.at(chars).is_some_and(|(length, _)| length > 1)
}

/// Length of the heading mark a span starts with: `1、`, `(一)`, `一是`.
fn mark_length(words: &[char]) -> usize {
    if words.first().is_some_and(|c| ('①'..='⑳').contains(c)) {
        return 1;
    }
    let numeral = |c: &char| c.is_ascii_digit() || "一二三四五六七八九十".contains(*c);
    let open = usize::from(words.first() == Some(&'('));
    let count = words[open..].iter().take(3).take_while(|c| numeral(c)).count();
    let closes = words
        .get(open + count)
        .is_some_and(|c| if open == 1 { *c == ')' } else { matches!(c, '、' | '.' | '是' | '要') });
    if count > 0 && closes { open + count + 1 } else { 0 }
}

/// Whether the words end in a verb of work: 晚间巡视.
pub(crate) fn ends_in_verb(words: &[char]) -> bool {
    VERBS.ending(words).is_some()
}

/// Whether a list item starts here: `2.`, `（2）`, `②`, but not `2.5`.
pub(crate) fn opens_item(page: &Page, at: usize, end: usize) -> bool {
    let words = page.slice(Span::new(at, end));
    let length = mark_length(words);
    let goes_on = page
        .before(at)
        .is_some_and(|c| c.is_ascii_digit() || c == '.' || "一二三四五六七八九十第".contains(c));
    length > 0 && !goes_on && words.get(length).is_some_and(|c| is_han(*c))
}

/// 我科, 我中心: the length of the name of the author's own unit.
pub(crate) fn own_unit_length(words: &[char]) -> usize {
    if words.first() != Some(&'我') {
        return 0;
    }
    let long = ["社区", "中心", "医院", "学校", "单位", "公司", "支部", "系统", "协会"];
    let starts = |word: &&str| words.get(1..3).is_some_and(|next| next.iter().copied().eq(word.chars()));
    if long.iter().any(starts) {
        return 3;
    }
    usize::from(words.get(1).is_some_and(|c| "院园校区县市镇乡局科站所部处队班办村省州矿店".contains(*c))) * 2
}

/// The span without its mark and without any of the words of the lists at its start.
fn strip_front(page: &Page, mut span: Span, lists: &[&Lexicon]) -> Span {
    span.start += mark_length(page.slice(span));
    if !lists.is_empty() {
        span.start += own_unit_length(page.slice(span));
    }
    while let Some(length) =
        lists.iter().filter_map(|list| list.at(page.slice(span))).map(|(length, _)| length).max()
    {
        let whole = WHOLE.at(page.slice(span)).is_some_and(|(word, edge)| edge == "front" && word > length);
        if whole {
            break;
        }
        span.start += length.max(1);
    }
    span
}

/// The span without any of the words of the list at its end.
fn strip_end(page: &Page, mut span: Span, list: &Lexicon) -> Span {
    while let Some((length, _)) = list.ending(page.slice(span)) {
        let whole = WHOLE.ending(page.slice(span)).is_some_and(|(word, edge)| edge == "end" && word > length);
        if whole {
            break;
        }
        span.end -= length.max(1);
    }
    span
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
            include_str!("../data/whole.tsv"),
            include_str!("../data/elliptic.tsv"),
        ] {
            for (word, _, example) in crate::lexicon::rows(data) {
                assert!(example.contains(word), "{word}: {example}");
            }
        }
    }
}
