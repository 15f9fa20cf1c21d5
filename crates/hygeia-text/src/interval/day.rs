//! Days said otherwise than by 每天: 早晚各, 24小时值班, 一日活动, 当天没有….

use crate::page::Page;
use crate::reading::{IntervalUnit, Span};

use super::{Interval, new};

/// 一日活动中保证两小时户外活动: the daily routine with an amount.
pub(super) fn daily_routine(page: &Page, at: usize) -> Option<Interval> {
    let word = ["一日活动", "一日生活"].into_iter().find(|word| page.starts(at, word))?;
    let span = Span::new(
        at,
        at + word.chars().count() + usize::from(page.at(at + word.chars().count()) == Some('中')),
    );
    let amount = page.holds(Span::new(span.end, page.clause(at).end), &["小时", "分钟"]);
    amount.then(|| new(span, 1, IntervalUnit::Day, "duty.daily_routine"))
}

/// 早晚各一次, 早晚开窗通风各一次, 早、中、晚各测一次体温: two or three times a day.
pub(super) fn morning_and_evening(page: &Page, at: usize) -> Option<Interval> {
    const SHARED_WITHIN_CHARS: usize = 10;
    let (length, times) = [("早中晚", 3), ("早、中、晚", 3), ("早晚", 2), ("早、晚", 2)]
        .into_iter()
        .find(|(word, _)| page.starts(at, word))
        .map(|(word, times)| (word.chars().count(), times))?;
    let end = at + length;
    let near = Span::new(end, (end + SHARED_WITHIN_CHARS).min(page.clause(at).end));
    let each = page.at(end) == Some('各');
    let counted = ["两次", "2次", "三次", "3次"].iter().any(|word| page.starts(end, word));
    let in_day = page.holds(Span::new(page.clause(at).start, at), &["每天", "每日", "天天", "一日"]);
    if in_day || !(each || counted || page.holds(near, &["各一次", "各1次", "各一遍", "各检"])) {
        return None;
    }
    let span = Span::new(at, end + usize::from(each));
    let mut interval = new(span, 1, IntervalUnit::Day, "duty.morning_evening");
    interval.times = Some(times);
    interval.when = Some(Span::new(at, end));
    Some(interval)
}

/// 当天没有体育课的班级，…必须: a duty of every such day.
pub(super) fn on_days_without(page: &Page, at: usize) -> Option<Interval> {
    let matched = ["当天没有", "当日没有", "当天无"].iter().any(|word| page.starts(at, word));
    let obliged = page.holds(page.sentence(at), &["必须", "应", "要"]);
    let end =
        page.folded[at..].iter().take(16).position(|c| matches!(c, '的' | ',')).map(|offset| at + offset)?;
    (matched && obliged).then(|| {
        let span = Span::new(at, end);
        let mut interval = new(span, 1, IntervalUnit::Day, "duty.day_without");
        interval.when = Some(span);
        interval
    })
}

/// 持之以恒…周末.
pub(super) fn weekends(page: &Page, at: usize) -> Option<Interval> {
    if !page.starts(at, "持之以恒") {
        return None;
    }
    let weekend = page.find(page.clause(at), "周末")?;
    let mut interval = new(Span::new(weekend, weekend + 2), 1, IntervalUnit::Week, "duty.weekend");
    interval.when = Some(interval.span);
    Some(interval)
}

/// 24小时值班, 二十四小时开机.
pub(super) fn around_the_clock(page: &Page, at: usize) -> Option<Interval> {
    let end = at + if page.at(at) == Some('2') { 4 } else { 5 };
    if page.before(at).is_some_and(|c| c.is_ascii_digit() || matches!(c, '.' | '于' | '在' | '过' | '每'))
    {
        return None;
    }
    let rest = Span::new(end, page.clause(at).end);
    let watch = [
        "值班",
        "值守",
        "待命",
        "开机",
        "在岗",
        "畅通",
        "巡查",
        "巡逻",
        "备勤",
        "应急",
        "监控",
        "服务",
        "接诊",
        "在位",
        "有人",
        "接听",
        "专人",
        "带班",
        "轮流",
        "急诊",
        "值夜",
        "守护",
        "看护",
        "开通",
        "报告制度",
        "监测",
        "运行",
        "轮班",
        "驻",
        "保卫",
        "在线",
        "电话",
    ];
    let limit = page.at(end).is_some_and(|c| matches!(c, '内' | '以' | '之' | '后' | '前'));
    (page.holds(rest, &watch) && !limit).then(|| {
        let span = Span::new(at, end);
        let mut interval = new(span, 1, IntervalUnit::Day, "duty.around_the_clock");
        interval.when = Some(span);
        interval
    })
}
