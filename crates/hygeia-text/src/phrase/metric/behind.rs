//! The noun or the act behind a number.

use crate::page::{Page, is_han};
use crate::quantity::unit;
use crate::reading::Span;

use super::super::VERBS;

/// 13名人员全部持证, 一辆车已到: what follows is told of the noun.
const ALL: &[&str] = &["全部", "均", "都", "已", "到", "共同", "各自"];

/// The longest noun behind a unit.
const NOUN_CHARS: usize = 24;

/// The noun right behind a unit: 39名社区医生.
pub(super) fn noun_behind(page: &Page, start: usize, end: usize) -> Span {
    let start =
        start + if page.starts(start, "以上的") { 3 } else { usize::from(page.at(start) == Some('的')) };
    // 由20分钟缩短到8分钟: what follows is the change.
    const CHANGES: &[&str] = &[
        "缩短", "提高", "增加", "下降", "上升", "降低", "减少", "提升", "增长", "增至", "降至", "升至",
        "降到", "扩大",
    ];
    if page.at(start) == Some('内') || CHANGES.iter().any(|word| page.starts(start, word)) {
        return Span::new(start, start);
    }
    // 2组40个…: both count the noun behind the second.
    let digits = page.folded[start.min(end)..end].iter().take_while(|c| c.is_ascii_digit()).count();
    if let Some((length, ..)) = page.folded.get(start + digits..end).and_then(unit).filter(|_| digits > 0) {
        return noun_behind(page, start + digits + length, end);
    }
    let mut at = start;
    while at < end.min(start + NOUN_CHARS) {
        let Some(c) = page.at(at) else { break };
        let named_on = c == '、' && page.find(Span::new(at, end.min(at + 8)), "的").is_some();
        if named_on && let Some(of) = page.find(Span::new(at, end), "的") {
            // 一次全面、系统的轮训: the attributes end with 的.
            return noun_behind(page, of, end);
        }
        let stops = matches!(c, '(' | ')' | '、' | '了' | '以' | '就' | '于' | '占' | '每')
            || (c == '为' && page.before(at) != Some('行'));
        let verb = verb_at(page, Span::new(at, end)) && !page.ends(at, "的");
        if verb
            && at > start
            && let Some(last) = short_rest(page, at, end)
        {
            at = last;
            break;
        }
        if stops || verb || ALL.iter().any(|word| at > start && page.starts(at, word)) {
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

/// 半数以上的社区建立阵地: of whom the share is told, and what they do.
pub(super) fn whole_behind(page: &Page, noun: Span, end: usize) -> Span {
    const SHARE_CHARS: usize = 20;
    let words = page.slice(Span::new(noun.start, end.min(noun.start + SHARE_CHARS)));
    let length = words.iter().take_while(|c| is_han(**c) || **c == '、').count();
    Span::new(noun.start, noun.end.max(noun.start + length))
}

/// Whether a verb starts here; that of 检查组 or 治疗性 is part of a noun.
fn verb_at(page: &Page, span: Span) -> bool {
    const NOUN_ENDS: &str = "组队员表点站室台栏车班册牌箱证费者";
    let Some((length, _)) = VERBS.at(page.slice(span)) else { return false };
    let behind = span.start + length;
    let ends = page.at(behind).is_some_and(|c| NOUN_ENDS.contains(c))
        && (behind + 1 >= span.end || !page.at(behind + 1).is_some_and(is_han));
    !(ends || page.at(behind) == Some('性'))
}

/// 街道组队参赛, 污水处理工程: what follows the noun belongs to the name when it is short.
fn short_rest(page: &Page, at: usize, end: usize) -> Option<usize> {
    const REST_CHARS: usize = 8;
    // What a number cuts off is part of the noun only when it is short.
    const CUT_REST_CHARS: usize = 5;
    const OTHER: &[&str] = &["予以", "经", "被", "基本", "参加为", "进行"];
    let words = page.slice(Span::new(at, end));
    let mut length = words.iter().take_while(|c| is_han(**c)).count();
    let done = words[..length].iter().any(|c| matches!(c, '了' | '的'));
    let cut = at + length == end && page.clause(at).end > end;
    if OTHER.iter().any(|word| page.starts(at, word)) || (cut && length > CUT_REST_CHARS) {
        return None;
    }
    while length > 0 && matches!(words[length - 1], '共' | '在' | '为' | '达' | '有' | '和' | '及') {
        length -= 1;
    }
    (!done && (2..=REST_CHARS).contains(&length)).then_some(at + length)
}

/// 参加评选 behind 3306人.
pub(super) fn acts_behind(page: &Page, start: usize, end: usize) -> Span {
    const ACT_CHARS: usize = 14;
    let stop = page.slice(Span::new(start, end)).iter().take(ACT_CHARS).take_while(|c| is_han(**c)).count();
    Span::new(start, start + stop)
}
