//! Stated counts whose list stands elsewhere: by dates behind a colon, by a name before, by a shared word behind.

use crate::page::{Page, is_han};
use crate::quantity::Class;
use crate::reading::{Check, CheckKind, Span};

use super::count::{result, stated_count};
use super::{Covered, Evidence};

pub(super) fn checks(evidence: &Evidence<'_>, so_far: &[Check]) -> Vec<Check> {
    let page = evidence.page;
    let covered = Covered::by(so_far.iter().filter(|check| check.kind == CheckKind::Count));
    let mut found = by_dates(evidence);
    found.retain(|check| covered.at(check.span.start).is_none());
    for at in 0..page.folded.len() {
        if let Some((stated, end)) = stated_count(page, at) {
            found.extend(named_before(evidence, at, stated, end));
        }
        found.extend(small_trades(evidence, at));
    }
    found
}

/// 组织了4场演练：3月18日…，6月2日…; 不少于9次。具体为：3月24日…: as many dates as times, reported when they agree.
fn by_dates(evidence: &Evidence<'_>) -> Vec<Check> {
    const NOUN_CHARS: usize = 16;
    let page = evidence.page;
    let mut found = Vec::new();
    for quantity in evidence.quantities.iter().filter(|quantity| quantity.class == Class::Event) {
        let clause = page.clause(quantity.span.start);
        let line = page.line(quantity.span.start);
        let spelt = ["具体为", "具体是", "具体安排", "分别是", "分别为", "分别于", "即"]
            .iter()
            .any(|word| page.starts(clause.end + 1, word));
        let opens = page.at(clause.end) == Some(':') || spelt;
        let Some(stated) = quantity.number().filter(|value| (2.0..=20.0).contains(value)) else { continue };
        if !opens || clause.end > quantity.span.end + NOUN_CHARS {
            continue;
        }
        let from = evidence.dates.partition_point(|date| date.span.start < clause.end);
        let dates: Vec<Span> = evidence.dates[from..]
            .iter()
            .take_while(|date| date.span.start < line.end)
            .filter(|date| date.month.is_some())
            .map(|date| date.span)
            .collect();
        if dates.len() as f64 != stated {
            continue;
        }
        let noun = page.text(Span::new(quantity.unit_at, clause.end));
        let shown = dates.iter().map(|date| page.quote(*date)).collect::<Vec<_>>().join("…");
        let last = dates.last().map_or(clause.end, |date| date.end);
        let mut check =
            result(evidence, Span::new(clause.start, last), stated as u32, dates.len() as u32, &noun);
        check.quote = format!("{}…{shown}", page.quote(clause));
        found.push(check);
    }
    found
}

/// 甲村、乙村卫生所的验收…两所卫生所: the list in front ends with the noun counted later.
fn named_before(evidence: &Evidence<'_>, at: usize, stated: u32, end: usize) -> Option<Check> {
    const BACK_CHARS: usize = 48;
    let page = evidence.page;
    let line = page.line(at);
    let measure = usize::from(page.at(end).is_some_and(|c| "个家所位名种项处支座条".contains(c)));
    let noun = Span::new(end + measure, (end + measure + 3).min(page.clause(at).end));
    if noun.end - noun.start < 2 || !page.slice(noun).iter().all(|c| is_han(*c)) {
        return None;
    }
    let word = page.text(noun);
    let before = Span::new(line.start.max(at.saturating_sub(BACK_CHARS)), page.clause(at).start);
    let named = page.find(Span::new(before.start, before.end.max(before.start)), &word)?;
    let clause = page.clause(named);
    let list = page.slice(Span::new(clause.start, named));
    let items = list.iter().filter(|c| **c == '、').count() as u32 + 1;
    let plain = !list.iter().any(|c| c.is_ascii_digit() || matches!(c, '等' | '和' | '及'));
    let suffixes = shared_suffix(list);
    (items > 1 && items == stated && plain && suffixes).then(|| {
        let span = Span::new(clause.start, noun.end);
        result(evidence, span, stated, items, &word)
    })
}

/// 柘林村、红桥村: the members of the list end alike.
fn shared_suffix(list: &[char]) -> bool {
    let mut members = list.split(|c| *c == '、').map(|member| member.last().copied());
    let Some(first) = members.next().flatten() else { return false };
    members.all(|last| last == Some(first))
}

/// “六小”行业。检查小餐饮、小旅店…: as many names that begin with the word as the short name says.
fn small_trades(evidence: &Evidence<'_>, at: usize) -> Option<Check> {
    let page = evidence.page;
    let stated = "二三四五六七八九十".chars().position(|c| page.at(at) == Some(c))? as u32 + 2;
    if page.at(at + 1) != Some('小') || page.before(at).is_some_and(is_numeral) {
        return None;
    }
    let list = list_of(page, at + 2)?;
    let items: Vec<&[char]> = page.slice(list).split(|c| *c == '、').collect();
    let named = items.iter().filter(|item| item.first() == Some(&'小')).count() as u32;
    (named > 2 && named as usize == items.len()).then(|| {
        let mut check =
            result(evidence, Span::new(at, list.end), stated, named, &page.text(Span::new(at + 1, at + 2)));
        check.quote = page.quote(Span::new(at, list.end));
        check
    })
}

fn is_numeral(c: char) -> bool {
    "一二三四五六七八九十".contains(c)
}

/// The list that starts with 小 in the same or the next two clauses.
fn list_of(page: &Page, from: usize) -> Option<Span> {
    const NEXT_CHARS: usize = 12;
    let start = (from..(from + NEXT_CHARS).min(page.line(from).end))
        .find(|&at| page.at(at) == Some('小') && page.before(at).is_some_and(|c| !is_numeral(c)))?;
    let words = page.slice(Span::new(start, page.line(start).end));
    let length = words.iter().take_while(|c| is_han(**c) || **c == '、').count();
    let cut = page.text(Span::new(start, start + length)).find('等').map_or(length, |bytes| bytes / 3);
    Some(Span::new(start, start + cut))
}
