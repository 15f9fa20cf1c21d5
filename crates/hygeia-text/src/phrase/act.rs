//! The shortest phrase naming the act of a duty.

use crate::interval::Interval;
use crate::page::{Page, is_han};
use crate::quantity::{Class, Quantity};
use crate::reading::{Duty, IntervalUnit, Span};

use super::{FILLERS, LEADS, strip_end, strip_front, tidy, topic};

/// An object longer than this is left out: 对…人员和…人员进行检测.
const OBJECT_CHARS: usize = 14;
/// An act of more characters than this is named without its place.
const PLACE_ACT_CHARS: usize = 4;
/// Words that end an act: what follows judges or explains it.
const ENDS: &[&str] = &["既是", "真正", "为了", "列入", "并做好", "按照", "记入"];
/// Endings that do not belong to the name of an act.
const TAILS: &[&str] = &[
    "工作",
    "制度",
    "的习惯",
    "时间",
    "以上",
    "各",
    "等",
    "的",
    "无污染",
    "上",
    "和",
    "坚持下去",
    "一起",
    "一例",
    "一处",
    "一个",
    "一名",
    "一次",
];

/// The act of the duty at `interval`, from the words around it; `before` is the duty that was read last.
pub(crate) fn act(
    page: &Page,
    region: Span,
    interval: &Interval,
    numbers: &[Quantity],
    who: Option<Span>,
    before: Option<&Duty>,
) -> String {
    let head = head(page, region, interval, who);
    let tail = tail(page, region, interval);
    let mut words = kept(page, head, numbers, interval.when);
    if let Some(object) = handed_over(page, head.start, who.filter(|who| who.end <= interval.span.start)) {
        words = [kept(page, object, numbers, interval.when), words].concat();
    }
    let in_front = words.iter().any(|c| is_han(*c));
    let behind = kept(page, tail, numbers, interval.when);
    // A clause that names its object in front and again behind needs only one of them.
    let front_is_enough = behind.is_empty() && !words.is_empty();
    if !front_is_enough {
        words.extend(behind);
    }
    trim(&mut words);
    if words.is_empty() || is_aim(&words) {
        let topic = topic::topic(page, region).filter(|_| words.is_empty());
        let before = topic.map_or_else(|| said_before(page, region), |topic| page.quote(topic));
        if !before.is_empty() || words.is_empty() {
            return before;
        }
    }
    let words = tidy::tidy(words);
    let bracketed = page.before(interval.span.start) == Some('(');
    let words = if bracketed && in_front {
        topic::with_object(page, region, words)
    } else if in_front || interval.every.unit == IntervalUnit::Case {
        words
    } else if let Some(same) = before.filter(|before| topic::is_again(page, region, &words, before)) {
        return same.what.clone();
    } else {
        topic::completed(page, region, words, who)
    };
    words.into_iter().collect()
}

/// 电梯由维保公司每半月维保: what was handed over to the one who acts.
fn handed_over(page: &Page, head: usize, who: Option<Span>) -> Option<Span> {
    let who = who.filter(|who| page.before(who.start) == Some('由') && who.end <= head)?;
    let clause = page.clause(who.start);
    let object = strip_front(page, Span::new(clause.start, who.start - 1), &[&FILLERS, &LEADS]);
    (object.end > object.start + 1).then_some(object)
}

/// 提供清洁的生活空间, 营造良好氛围: what an act is for, not the act.
fn is_aim(words: &[char]) -> bool {
    let text: String = words.iter().collect();
    let gives = ["提供", "营造", "创造"].iter().any(|word| text.starts_with(word));
    gives && ["空间", "环境", "氛围", "条件", "保障"].iter().any(|word| text.ends_with(word))
}

/// 三岁以上的每年1次: the act stands in the clause before.
fn said_before(page: &Page, region: Span) -> String {
    const ACT_CHARS: usize = 12;
    let Some(before) = page.previous_clause(region.start) else { return String::new() };
    let mut words = kept(page, strip_front(page, before, &[&FILLERS, &LEADS]), &[], None);
    trim(&mut words);
    if words.len() <= ACT_CHARS {
        return words.into_iter().collect();
    }
    // 利用主题日进行宣传咨询,全年不少于9次: what stands behind the last verb that carries it.
    let text: String = words.into_iter().collect();
    let behind = ["进行", "开展", "组织", "举办"].iter().filter_map(|word| Some(text.rsplit_once(word)?.1));
    let act = behind.min_by_key(|act| act.len()).unwrap_or_default();
    if (2..=ACT_CHARS).contains(&act.chars().count()) { act.to_owned() } else { String::new() }
}

/// What stands in front of the interval and belongs to the act.
fn head(page: &Page, region: Span, interval: &Interval, who: Option<Span>) -> Span {
    let mut head = Span::new(region.start, interval.span.start.max(region.start));
    if let Some(who) = who.filter(|who| head.contains(who.start)) {
        head.start = who.end;
    }
    head = strip_front(page, head, &[&FILLERS, &LEADS]);
    let words = page.slice(head);
    // 寝室每天紫外线消毒: where a named act is done is no part of its name.
    let act_behind = Span::new(interval.span.end.min(region.end), region.end);
    if is_place(words) && act_behind.end - act_behind.start > PLACE_ACT_CHARS {
        head.start = head.end;
    }
    // 课间操、大课间活动、组织学生每天…: the last member carries the interval.
    if words.contains(&'的')
        && let Some(last) = words.iter().rposition(|&c| c == '、')
    {
        head.start += last + 1;
    }
    if page.at(head.start) == Some('对') || page.at(head.start) == Some('“') {
        head.start += 1;
    }
    if page.before(head.end) == Some('(') {
        head.end -= 1;
    }
    strip_end(page, Span::new(head.start.min(head.end), head.end), &FILLERS)
}

fn is_place(words: &[char]) -> bool {
    const PLACES: &[&str] = &["室", "教室", "厕所", "场所", "部位", "环境卫生", "校园"];
    let text: String = words.iter().collect();
    !text.contains('、') && PLACES.iter().any(|word| text.ends_with(word)) && words.len() <= 6
}

/// What stands behind the interval and belongs to the act.
fn tail(page: &Page, region: Span, interval: &Interval) -> Span {
    // 当天没有体育课的班级，学校必须…: the act is what the next clause obliges to.
    if interval.rule == "duty.day_without"
        && let Some(next) = page.next_clause(region.start)
    {
        let from = ["必须", "应", "要"]
            .iter()
            .filter_map(|word| page.find(next, word).map(|at| at + word.chars().count()))
            .min();
        return strip_front(page, Span::new(from.unwrap_or(next.start), next.end), &[&FILLERS]);
    }
    let in_brackets = page.before(interval.span.start) == Some('(');
    let mut tail = Span::new(interval.span.end.min(region.end), region.end);
    if in_brackets {
        tail.end = tail.start;
        return tail;
    }
    let stop = page.slice(tail).iter().position(|c| matches!(c, '(' | ')' | '”'));
    // A quotation inside the act is part of it; a closing mark without an opening one ends it.
    if let Some(at) = stop.filter(|&at| {
        page.at(tail.start + at) != Some('”')
            || !page.slice(Span::new(tail.start, tail.start + at)).contains(&'“')
    }) {
        tail.end = tail.start + at;
    }
    if let Some(end) =
        ENDS.iter().filter_map(|word| page.find(tail, word)).filter(|&at| at > tail.start + 1).min()
    {
        tail.end = end;
    }
    if interval.rule == "duty.periodic_meeting"
        && let Some(at) = page.find(tail, "例会")
    {
        tail.end = at + 2;
    }
    tail = strip_front(page, tail, &[&FILLERS]);
    while page.at(tail.start) == Some('各') && tail.start < tail.end {
        tail.start += 1;
    }
    // 每月做一次营养分析
    if page.at(tail.start) == Some('做')
        && !page.starts(tail.start, "做出")
        && !page.starts(tail.start, "做好")
        && tail.end > tail.start + 3
    {
        tail.start += 1;
    }
    // 一天一小扫: the count of the pattern.
    if page.at(tail.start) == Some('一') && matches!(interval.rule, "duty.n_in_period" | "duty.one_for_one")
    {
        tail.start += 1;
    }
    // 每半月一督查
    if interval.rule == "duty.every"
        && page.at(tail.start) == Some('一')
        && crate::quantity::unit(page.slice(Span::new((tail.start + 1).min(tail.end), tail.end))).is_none()
    {
        tail.start += 1;
    }
    if interval.every.unit == IntervalUnit::Case {
        tail = strip_front(page, tail, &[&FILLERS]);
    }
    for person in ["为幼儿", "为学生", "为每位幼儿", "为孩子"] {
        if page.starts(tail.start, person) {
            tail.start += person.chars().count();
        }
    }
    object_of(page, tail)
}

/// 对甲进行乙: 甲乙 in short, 乙 alone when 甲 is long.
fn object_of(page: &Page, tail: Span) -> Span {
    if !matches!(page.at(tail.start), Some('对' | '将')) {
        return tail;
    }
    match page.find(tail, "进行") {
        Some(at) if at - tail.start > OBJECT_CHARS => Span::new(at + 2, tail.end),
        _ => tail,
    }
}

/// The words of a span without its numbers and times.
fn kept(page: &Page, span: Span, numbers: &[Quantity], when: Option<Span>) -> Vec<char> {
    let mut kept: Vec<char> = Vec::new();
    let mut at = span.start;
    while at < span.end {
        if let Some(number) = numbers.iter().find(|number| number.span.contains(at) && counts(number)) {
            at = number.span.end + if page.starts(number.span.end, "以上") { 2 } else { 0 };
            at = strip_front(page, Span::new(at.min(span.end), span.end), &[&FILLERS]).start;
            drop_modals(&mut kept);
            continue;
        }
        if when.is_some_and(|when| when.contains(at)) {
            at += 1;
            continue;
        }
        // 7×24小时值班
        if page.at(at) == Some('×') {
            let digits = kept.iter().rev().take_while(|c| c.is_ascii_digit()).count();
            kept.truncate(kept.len() - digits);
            at += 1;
            continue;
        }
        kept.extend(page.chars.get(at));
        at += 1;
    }
    kept
}

/// A number inside quotation marks is part of a name unless it is a time: “每天体育活动一小时”.
fn counts(number: &Quantity) -> bool {
    !number.name || number.class == Class::Time
}

/// 应不少于 in front of a number just dropped.
fn drop_modals(kept: &mut Vec<char>) {
    let mut at = kept.len();
    while let Some((length, _)) = FILLERS.ending(&kept[..at]) {
        at -= length;
    }
    kept.truncate(at);
}

fn trim(words: &mut Vec<char>) {
    let edge = |c: &char| !is_han(*c) && !c.is_alphanumeric() && !matches!(c, '“' | '”' | '《' | '》');
    loop {
        let before = words.len();
        while words.last().is_some_and(edge) {
            words.pop();
        }
        for ending in TAILS {
            let length = ending.chars().count();
            if words.len() > length + 1 && words[words.len() - length..].iter().copied().eq(ending.chars()) {
                words.truncate(words.len() - length);
            }
        }
        if words.len() == before {
            break;
        }
    }
    let leading = words.iter().take_while(|c| edge(c) || **c == '的' || **c == '了').count();
    words.drain(..leading);
}
