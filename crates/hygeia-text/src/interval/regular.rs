//! Intervals said without 每: 日巡查、周检查, 按月上报, 半月一洗, 隔日消毒, 日产日清.

use crate::page::{Page, is_han};
use crate::reading::{IntervalUnit, Span};

use super::{Interval, new, period};

/// Work that is named by its interval: 周检查, 月通报.
const REGULAR_WORK: &[&str] = &[
    "巡查",
    "检查",
    "报告",
    "通报",
    "评比",
    "清扫",
    "调度",
    "考核",
    "督查",
    "汇总",
    "抽查",
    "分析",
    "巡视",
    "巡检",
    "消毒",
    "监测",
    "小结",
    "讲评",
    "点评",
    "自查",
    "排查",
    "例会",
    "公示",
    "记录",
    "评价",
    "保洁",
    "盘点",
    "督导",
    "碰头",
    "总结",
    "碰头会",
    "评议",
    "清洗",
    "大扫除",
    "扫除",
    "查房",
    "研判",
    "会商",
    "巡回",
    "上报",
    "填报",
];
/// What may stand in front of the name: a list, or a verb that keeps a rule.
const BEFORE_NAME: &str = "、,。;:(行持实立全施和及与持照格成\n“";

/// 日巡查, 周检查制度, 月例会: the unit and the work in one word, in a list or kept as a rule.
pub(super) fn named_work(page: &Page, at: usize) -> Option<Interval> {
    let (length, unit) = [
        ("季度", IntervalUnit::Quarter),
        ("日", IntervalUnit::Day),
        ("周", IntervalUnit::Week),
        ("月", IntervalUnit::Month),
        ("季", IntervalUnit::Quarter),
        ("半年", IntervalUnit::HalfYear),
        ("半月", IntervalUnit::HalfMonth),
    ]
    .into_iter()
    .find(|(word, _)| page.starts(at, word))
    .map(|(word, unit)| (word.chars().count(), unit))?;
    let placed = page.before(at).is_none_or(|c| BEFORE_NAME.contains(c));
    let work = REGULAR_WORK.iter().find(|word| page.starts(at + length, word))?;
    let end = at + length + work.chars().count();
    let closed = page.starts(end, "制")
        || page
            .at(end)
            .is_none_or(|c| matches!(c, '、' | '和' | '及' | '与' | ',' | '。' | ';' | '”' | '\n'));
    let found = Interval { confidence: 0.75, ..new(Span::new(at, at + length), 1, unit, "duty.named_work") };
    (placed && closed).then_some(found)
}

/// 每班交接, 每班打卡签到, 班班核对: every shift, where 班 is not a class of a school.
pub(super) fn every_shift(page: &Page, at: usize) -> Option<Interval> {
    let shift = ["交接", "打卡", "签到", "巡", "清点", "交班", "接班", "核对", "登记"];
    let end = at + 2;
    let every = page.starts(at, "每班") || page.starts(at, "班班");
    (every && shift.iter().any(|word| page.starts(end, word))).then(|| Interval {
        confidence: 0.8,
        ..new(Span::new(at, end), 1, IntervalUnit::Shift, "duty.every_shift")
    })
}

/// 2次/日, 1次/月: the interval behind the stroke, the count in front of it.
pub(super) fn per_unit(page: &Page, at: usize) -> Option<Interval> {
    if !matches!(page.before(at), Some('次' | '遍' | '回')) {
        return None;
    }
    let digits = page
        .slice(Span::new(at.saturating_sub(4), at - 1))
        .iter()
        .rev()
        .take_while(|c| c.is_ascii_digit())
        .count();
    let times = page.text(Span::new(at - 1 - digits, at - 1)).parse().ok()?;
    let (length, unit) = period(page.folded.get(at + 1..)?)?;
    let span = Span::new(at, at + 1 + length);
    Some(Interval { times: Some(times), ..new(span, 1, unit, "duty.per_unit") })
}

/// 按月上报, 按季度考核, 逐日登记.
pub(super) fn by_unit(page: &Page, at: usize) -> Option<Interval> {
    if !matches!(page.at(at), Some('按' | '逐')) {
        return None;
    }
    let (length, unit) = [
        ("季度", IntervalUnit::Quarter),
        ("学期", IntervalUnit::Term),
        ("日", IntervalUnit::Day),
        ("天", IntervalUnit::Day),
        ("周", IntervalUnit::Week),
        ("月", IntervalUnit::Month),
        ("季", IntervalUnit::Quarter),
    ]
    .into_iter()
    .find(|(word, _)| page.starts(at + 1, word))
    .map(|(word, unit)| (word.chars().count(), unit))?;
    let end = at + 1 + length;
    // 按周龄, 按月龄 and 按日期 name something else; 逐月上升 tells of a trend.
    // 逐月安排 and 逐日推进 tell how a plan goes on.
    if ["安排", "推进", "落实", "开展", "分解", "实施"].iter().any(|word| page.starts(end, word))
    {
        return None;
    }
    let act = page
        .at(end)
        .is_some_and(|c| is_han(c) && !matches!(c, '龄' | '期' | '上' | '下' | '增' | '减' | '递'))
        || page.starts(end, "上报");
    act.then(|| Interval { confidence: 0.75, ..new(Span::new(at, end), 1, unit, "duty.by_unit") })
}

/// 半月一洗, 半年一次: half a period and a count behind it.
pub(super) fn half_period(page: &Page, at: usize) -> Option<Interval> {
    if page.at(at) != Some('半')
        || page.before(at).is_some_and(|c| matches!(c, '每' | '上' | '下' | '个' | '大' | '前' | '后'))
    {
        return None;
    }
    let (length, unit) = [
        ("半个月", IntervalUnit::HalfMonth),
        ("半月", IntervalUnit::HalfMonth),
        ("半年", IntervalUnit::HalfYear),
    ]
    .into_iter()
    .find(|(word, _)| page.starts(at, word))
    .map(|(word, unit)| (word.chars().count(), unit))?;
    let end = at + length;
    if let Some(named) = named_work(page, at) {
        return Some(named);
    }
    let counted =
        matches!(page.at(end), Some('一' | '两' | '1' | '2')) && page.at(end + 1).is_some_and(is_han);
    let counted = counted || super::counted_soon(page, end, page.clause(at).end);
    counted.then(|| new(Span::new(at, end), 1, unit, "duty.half_period"))
}

/// 隔日, 隔周, 每隔两周: every other one, or every so many.
pub(super) fn skipping(page: &Page, at: usize) -> Option<Interval> {
    let start = at;
    let at = ["每间隔", "每隔", "隔"]
        .iter()
        .find(|word| page.starts(at, word))
        .map(|word| at + word.chars().count())?;
    if page.starts(start, "隔")
        && page.before(start).is_some_and(|c| !matches!(c, ',' | '。' | ';' | '、' | ':' | '\n'))
    {
        return None;
    }
    let (n, used) =
        match page.folded.get(at..(at + 6).min(page.folded.len())).and_then(crate::numeral::number) {
            Some(number) => (super::whole(&number)?, number.length),
            None => (0, 0),
        };
    let (length, unit) = period(page.folded.get(at + used..)?)?;
    // 隔一天 and 隔天 mean every second day; 隔两周 is said of every two weeks.
    let n = if n <= 1 { 2 } else { n };
    let end = at + used + length;
    page.at(end).is_some_and(is_han).then(|| new(Span::new(start, end), n, unit, "duty.skipping"))
}

/// 日产日清, 月月清: the duty in a fixed phrase of its own.
pub(super) fn fixed_phrase(page: &Page, at: usize) -> Option<Interval> {
    let known = ["日产日清", "日收日清", "日清日洁", "日清日运", "日积日清", "日查日清", "日事日毕"]
        .iter()
        .any(|word| page.starts(at, word));
    let stated = page.holds(Span::new(page.sentence(at).start, at), &["每天", "每日", "天天"]);
    (known && !stated).then(|| new(Span::new(at, at), 1, IntervalUnit::Day, "duty.fixed_phrase"))
}
