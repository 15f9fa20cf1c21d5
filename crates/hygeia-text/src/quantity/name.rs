//! Numbers that are part of a name: 五大行动, 三项制度, “三个代表”, 三查七对.

use std::sync::LazyLock;

use crate::lexicon::Lexicon;
use crate::page::{Page, is_han};
use crate::phrase;
use crate::reading::Span;

use super::Class;

static ABSTRACT: LazyLock<Lexicon> =
    LazyLock::new(|| Lexicon::parse(include_str!("../../data/abstract.tsv")));

static DIRECT: LazyLock<Lexicon> =
    LazyLock::new(|| Lexicon::parse(include_str!("../../data/abstract_direct.tsv")));

/// How far behind a unit the head noun of its phrase is looked for.
const HEAD_NOUN_CHARS: usize = 12;

/// 以下三项工作：一是…: the number of the items that follow.
pub(super) fn opens_list(page: &Page, span: Span) -> bool {
    let clause = page.clause(span.start);
    let short = clause.end <= span.end + 6 && page.at(clause.end) == Some(':');
    let items = ["一是", "一要", "(一)", "①", "(1)", "1.", "1、", "第一", "首先"];
    short && items.iter().any(|mark| page.starts(clause.end + 1, mark))
}

/// 三查七对, “四不放过”: a numeral of a slogan, which counts nothing.
pub(super) fn is_in_slogan(page: &Page, span: Span) -> bool {
    const NUMERALS: &str = "一二两三四五六七八九十";
    const SLOGAN_CHARS: usize = 8;
    let numeral = |at: Option<usize>| at.and_then(|at| page.at(at)).is_some_and(|c| NUMERALS.contains(c));
    let word = |at: Option<usize>| {
        at.and_then(|at| page.at(at)).is_some_and(|c| is_han(c) && !"十百千万亿".contains(c))
    };
    let at = span.start;
    let single = !numeral(Some(at + 1)) && !numeral(at.checked_sub(1));
    let opens = single && word(Some(at + 1)) && numeral(Some(at + 2)) && word(Some(at + 3));
    let closes = single && word(Some(at + 1)) && word(at.checked_sub(1)) && numeral(at.checked_sub(2));
    // 两人一组, 三个一批 count; 三查七对 does not: its second word is no measure of its own.
    let verbs = |at: usize| page.at(at).is_some_and(|c| !"个人名次天年月日周家户场份项".contains(c));
    if (opens && verbs(at + 1) && verbs(at + 3)) || (closes && verbs(at + 1) && verbs(at - 1)) {
        return true;
    }
    let before = page.slice(Span::new(at.saturating_sub(SLOGAN_CHARS), at));
    let open = before.iter().rposition(|c| matches!(c, '“' | '"'));
    let quoted = open.is_some_and(|open| !before[open..].iter().any(|c| matches!(c, '”' | ',' | '。')));
    let behind = page.slice(Span::new(span.end, (span.end + SLOGAN_CHARS).min(page.folded.len())));
    let close = behind.iter().position(|c| matches!(c, '”' | '"'));
    quoted && close.is_some_and(|close| !behind[..close].iter().any(|c| matches!(c, ',' | '。')))
}

/// Whether the phrase counts ideas or names a campaign, and so is no number of the work.
pub(super) fn is_name(page: &Page, span: Span, class: Class) -> bool {
    if !matches!(class, Class::Thing | Class::Person | Class::Bare | Class::Credit) {
        return false;
    }
    let quoted = matches!(page.before(span.start), Some('“' | '"')) && page.at(span.end).is_some_and(is_han);
    let clause_end = page.clause(span.start).end;
    let head = &page.folded[span.end..(span.end + HEAD_NOUN_CHARS).min(clause_end.max(span.end))];
    let head: &[char] =
        head.split(|c| matches!(c, '、' | '的' | '”' | '了' | '《' | '(' | '“')).next().unwrap_or(&[]);
    // 26个科室签订目标: what follows the verb is another noun.
    let verb = (1..head.len()).find(|&at| phrase::is_verb_at(&head[at..])).unwrap_or(head.len());
    let head = &head[..verb];
    quoted || (!matches!(class, Class::Person) && (ABSTRACT.found_in(head) || DIRECT.at(head).is_some()))
}
