//! A stated count against the items listed.

use crate::numeral;
use crate::page::{Page, is_han};
use crate::quantity;
use crate::reading::{Check, CheckKind, Span};

use super::Evidence;
use super::sum::bracket_behind;

/// The most items a list is counted for.
const MOST_ITEMS: u32 = 20;

/// How much of the first item a check quotes.
const QUOTED_CHARS: usize = 8;

pub(super) fn checks(evidence: &Evidence<'_>) -> Vec<Check> {
    let page = evidence.page;
    let mut found = Vec::new();
    let mut at = 0;
    while at < page.folded.len() {
        let Some((stated, end)) = stated_count(page, at) else {
            at += 1;
            continue;
        };
        let check = listed_before(evidence, at, stated, end)
            .or_else(|| listed_in_brackets(evidence, at, stated, end))
            .or_else(|| listed_after_colon(evidence, at, stated, end))
            .or_else(|| repeated_after_colon(evidence, at, stated, end))
            .or_else(|| listed_next(evidence, at, stated, end))
            .or_else(|| enumerated_after(evidence, at, stated, end));
        at = check.as_ref().map_or(at + 1, |_| end);
        found.extend(check);
    }
    found
}

/// A small number in front of a measure word or noun: its value, and where the noun starts.
pub(super) fn stated_count(page: &Page, at: usize) -> Option<(u32, usize)> {
    let starts = page.at(at).is_some_and(|c| c.is_ascii_digit() || "两三四五六七八九十".contains(c));
    let inside = page
        .before(at)
        .is_some_and(|c| c.is_ascii_digit() || "第一二三四五六七八九十百千每近.-~".contains(c));
    if !starts || inside {
        return None;
    }
    if quantity::is_named(page.folded.get(at..(at + 8).min(page.folded.len())).unwrap_or(&[])) {
        return None;
    }
    let number = numeral::number(page.folded.get(at..(at + 6).min(page.folded.len()))?)?;
    let value = number.value.number().filter(|value| value.fract() == 0.0)? as u32;
    let end = at + number.length;
    // 早、中、晚三次巡查: times, not things listed.
    if matches!(page.at(end), Some('次' | '遍' | '回')) {
        return None;
    }
    let noun = page.at(end).is_some_and(|c| {
        is_han(c)
            && !matches!(c, '月' | '日' | '年' | '是' | '、' | '时' | '成' | '中' | '届' | '楼' | '号')
            && (c != '点' || matches!(page.at(end + 1), Some(':' | ',' | '。')))
    });
    let fits = (2..=MOST_ITEMS).contains(&value) && number.approx.is_none() && !number.percent;
    // 一摸、二看、三问: numbers that count through a list of their own.
    let counts_through = page.before(at) == Some('、') && matches!(page.at(end + 1), Some('、' | '”' | ','));
    let last_of_list = matches!(page.before(at), Some('和' | '及' | '与' | '、')) || page.ends(at, "、“");
    // A number that opens a quotation is a short name such as “五落实”.
    let opens = page.before(at) == Some('“')
        && !(1..=4).any(|length| matches!(page.at(end + length), Some('”' | '“')));
    (fits && noun && !counts_through && !opens && !last_of_list).then_some((value, end))
}

/// “甲、乙、丙”三项措施; 甲、乙和丙“三到位”; 甲和乙两条.
fn listed_before(evidence: &Evidence<'_>, at: usize, stated: u32, end: usize) -> Option<Check> {
    let page = evidence.page;
    let mut list_end = at;
    while matches!(page.before(list_end), Some('“' | '”' | '"' | '等' | '的' | '这')) {
        list_end -= 1;
        if page.at(list_end) == Some('”') {
            list_end += 1;
            break;
        }
    }
    let clause = page.clause(at);
    let (list, quoted) = match page.before(list_end) {
        Some('”') => {
            let quote = inside_quotes(page, list_end)?;
            // A nickname in between: 现场、途中、后方“两点一线”三个环节.
            if let Some(check) = quoted_items(evidence, list_end, stated, end) {
                return Some(check);
            }
            let nickname = !page.slice(quote).iter().any(|c| matches!(c, '、' | '-'));
            if nickname { (open_list(page, clause, quote.start - 1), false) } else { (quote, true) }
        }
        _ => (open_list(page, clause, list_end), false),
    };
    // 本科生5名、研究生2名: amounts side by side are no list that the last one counts.
    let counted = |item: &[char]| item.iter().rev().take(3).any(char::is_ascii_digit);
    if page.slice(list).split(|c| *c == '、').rev().skip(1).any(counted) {
        return None;
    }
    let (commas, joins) = separators(page, list);
    let items = [commas + 1, commas + joins + 1];
    let agrees = items.contains(&stated)
        && (commas > 0
            || (joins == 1
                && page.at(at) == Some('两')
                && (list.end - list.start < 24 || (list.end - list.start < 40 && page.ends(at, "这")))
                && page.holds(list, &["和"])));
    let noun = page.text(Span::new(end, (end + 8).min(clause.end.max(end))));
    if agrees {
        return Some(result(
            evidence,
            Span::new(list.start, (end + 6).min(clause.end.max(end))),
            stated,
            stated,
            &noun,
        ));
    }
    // A quoted list of another length is a mistake; an open one may have begun elsewhere.
    (quoted && commas + 1 >= 3)
        .then(|| result(evidence, Span::new(list.start, clause.end.max(end)), stated, commas + 1, &noun))
}

/// “洗手周”“阅读月”“护眼月”三项活动: quotations side by side.
fn quoted_items(evidence: &Evidence<'_>, list_end: usize, stated: u32, end: usize) -> Option<Check> {
    let page = evidence.page;
    let (mut start, mut items) = (list_end, 0);
    while page.before(start) == Some('”') {
        start = inside_quotes(page, start)?.start - 1;
        items += 1;
        start -= usize::from(matches!(page.before(start), Some('、' | '和')));
    }
    let noun = page.text(Span::new(end, (end + 6).min(page.clause(end).end.max(end))));
    (items > 1 && items == stated)
        .then(|| result(evidence, Span::new(start, (end + 4).min(page.folded.len())), stated, items, &noun))
}

/// The list in front of `end`: from the last bracket or heading mark of the clause on.
fn open_list(page: &Page, clause: Span, end: usize) -> Span {
    let words = page.slice(Span::new(clause.start, end));
    let bracket = words.iter().rposition(|c| matches!(c, '(' | ')')).map_or(0, |at| at + 1);
    let mark = match words {
        [first, '、', ..] if first.is_ascii_digit() || "一二三四五六七八九十".contains(*first) => {
            2
        }
        _ => 0,
    };
    Span::new(clause.start + bracket.max(mark), end)
}

fn inside_quotes(page: &Page, close: usize) -> Option<Span> {
    let from = close.saturating_sub(120);
    let open = (from..close - 1).rev().find(|&at| page.at(at) == Some('“'))?;
    Some(Span::new(open + 1, close - 1))
}

/// 、 and 和 of a list; 街道—社区—楼栋 is one as well.
fn separators(page: &Page, list: Span) -> (u32, u32) {
    let words = page.slice(list);
    let members: Vec<&[char]> = words.split(|c| *c == '-').filter(|item| !item.is_empty()).collect();
    let named = members.iter().all(|item| item.len() > 1 && item.iter().all(|c| is_han(*c)));
    let chain = if named { members.len().saturating_sub(1) } else { 0 };
    let commas = words.iter().filter(|&&c| c == '、').count();
    let commas = if commas == 0 && !words.iter().any(char::is_ascii_digit) { chain } else { commas };
    let last = words.iter().rposition(|&c| c == '、').map_or(0, |at| at + 1);
    let joins = words[last..].iter().filter(|c| matches!(c, '和' | '及' | '与')).count();
    (commas as u32, joins.min(1) as u32)
}

/// 四家医院（甲、乙、丙、丁）; 三级 only closes a list.
fn listed_in_brackets(evidence: &Evidence<'_>, at: usize, stated: u32, end: usize) -> Option<Check> {
    let page = evidence.page;
    let bracket = bracket_behind(page, end).filter(|_| page.at(end) != Some('级'))?;
    let closed = page.slice(bracket).iter().all(|c| !matches!(c, '。' | ';' | ':'));
    let (commas, joins) = separators(page, bracket);
    let open = page.holds(bracket, &["等", "包括", "如", "含", "其中", "以下", "级"]);
    let plural = page.slice(Span::new(end, bracket.start)).iter().any(|&c| is_han(c));
    if commas == 0 || !closed || open || !plural || page.slice(bracket).iter().any(char::is_ascii_digit) {
        return None;
    }
    let listed = if commas + joins + 1 == stated { stated } else { commas + 1 };
    Some(result(
        evidence,
        Span::new(at, bracket.end),
        stated,
        listed,
        &page.text(Span::new(end, bracket.start - 1)),
    ))
}

/// “五个好”标准:甲好、乙好、丙好、丁好、戊好
fn listed_after_colon(evidence: &Evidence<'_>, at: usize, stated: u32, end: usize) -> Option<Check> {
    let page = evidence.page;
    let clause = page.clause(at);
    if page.at(clause.end) != Some(':') || clause.end - end > 12 {
        return None;
    }
    let list = page.clause(clause.end + 1);
    let sentence = Span::new(clause.end + 1, page.sentence(clause.end + 1).end);
    // 甲有漏记;乙不规范;丙不熟
    let clauses = page.slice(sentence).iter().filter(|&&c| c == ';').count() as u32 + 1;
    if clauses > 1 && clauses == stated {
        let opening = Span::new(clause.start, (clause.end + 1 + QUOTED_CHARS).min(sentence.end));
        return Some(result(evidence, opening, stated, stated, &page.text(Span::new(end, clause.end))));
    }
    let (commas, joins) = separators(page, list);
    let agrees = [commas + 1, commas + joins + 1].contains(&stated) && commas > 0;
    agrees.then(|| {
        result(evidence, Span::new(at, list.end), stated, stated, &page.text(Span::new(end, clause.end)))
    })
}

/// 三个示范村，分别是甲、乙、丙
fn listed_next(evidence: &Evidence<'_>, at: usize, stated: u32, end: usize) -> Option<Check> {
    const NOUN_CHARS: usize = 12;
    let page = evidence.page;
    let clause = page.clause(at);
    let next = page.next_clause(at)?;
    let opening = ["分别是", "分别为", "它们是", "即", "具体是", "具体为"]
        .iter()
        .find(|word| page.starts(next.start, word))?;
    let list = Span::new(next.start + opening.chars().count(), next.end);
    let (commas, joins) = separators(page, list);
    let plain = !page.slice(list).iter().any(char::is_ascii_digit) && clause.end <= end + NOUN_CHARS;
    (plain && commas + joins > 0).then(|| {
        let listed = if commas + joins + 1 == stated { stated } else { commas + 1 };
        result(evidence, Span::new(at, list.end), stated, listed, &page.text(Span::new(end, clause.end)))
    })
}

/// “五不准”:不准甲,不准乙…; “四个到位”:组织到位、责任到位…: items that share a word with the name.
fn repeated_after_colon(evidence: &Evidence<'_>, at: usize, stated: u32, end: usize) -> Option<Check> {
    const NAME_CHARS: usize = 8;
    let page = evidence.page;
    let clause = page.clause(at);
    if page.at(clause.end) != Some(':') || clause.end > end + NAME_CHARS {
        return None;
    }
    let list = Span::new(clause.end + 1, page.sentence(clause.end + 1).end);
    let items: Vec<&[char]> =
        page.slice(list).split(|c| matches!(c, ',' | ';' | '、')).filter(|item| !item.is_empty()).collect();
    let name = page.slice(Span::new(end, clause.end));
    let word: Vec<char> = name.iter().copied().filter(|c| is_han(*c) && *c != '个').take(2).collect();
    let share = |item: &&[char]| {
        item.starts_with(&word) || item.ends_with(&word) || word.iter().all(|c| item.contains(c))
    };
    let shared = items.iter().take_while(|item| share(item)).count() as u32;
    let all = shared as usize == items.len();
    (!word.is_empty() && shared > 1 && (shared == stated || all)).then(|| {
        let opening = Span::new(clause.start.min(at), (clause.end + 1 + QUOTED_CHARS).min(list.end));
        result(evidence, opening, stated, shared, &page.text(Span::new(end, clause.end)))
    })
}

/// 以下两个方面:一是…二是…
fn enumerated_after(evidence: &Evidence<'_>, at: usize, stated: u32, end: usize) -> Option<Check> {
    let page = evidence.page;
    let clause = page.clause(at);
    let introduces = page.at(clause.end) == Some(':')
        || (matches!(page.at(clause.end), Some('。' | '\n') | None)
            && ["阶段", "方面", "步骤", "步", "点", "项工作", "项措施"]
                .iter()
                .any(|word| page.ends(clause.end, word)));
    if !introduces || clause.end - end > 8 {
        return None;
    }
    let from = evidence.outline.partition_point(|heading| heading.span.start < clause.end);
    let first = evidence.outline.get(from).filter(|heading| heading.span.start <= clause.end + 3)?;
    let run =
        evidence.outline[from..].iter().take_while(|heading| heading.level == first.level).count() as u32;
    let is_enumeration = first.mark.contains(['是', '要', '第', '首'])
        || ('①'..='⑳').contains(&first.mark.chars().next().unwrap_or(' '))
        || run == stated;
    (is_enumeration && run > 0).then(|| {
        let quoted = first.span.end.min(first.span.start + QUOTED_CHARS);
        result(
            evidence,
            Span::new(clause.start.min(at), quoted),
            stated,
            run,
            &page.text(Span::new(end, clause.end)),
        )
    })
}

pub(super) fn result(evidence: &Evidence<'_>, span: Span, stated: u32, listed: u32, noun: &str) -> Check {
    let says = format!("{stated} {noun}：列出 {listed} 项");
    evidence.check(span, CheckKind::Count, stated == listed, says, "check.count_of_list")
}
