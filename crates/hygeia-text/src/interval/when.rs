//! The weekday, day or part of the day that an interval word carries behind it.

use crate::numeral;
use crate::page::Page;
use crate::reading::Span;

use super::{Interval, whole};

/// The weekday and clock time behind 每周: 每周一次 has none.
pub(super) fn attach_weekday(page: &Page, interval: &mut Interval) {
    let end = interval.span.end;
    let Some(day) = page.at(end) else { return };
    let counted = page.at(end + 1).is_some_and(|c| {
        matches!(c, '次' | '遍' | '回' | '个' | '大' | '小' | '期' | '至' | '扫' | '查' | '评')
    });
    if !"一二三四五六日末".contains(day) || counted {
        return;
    }
    // 每周二、周五; 每周二和周四: so many days, so many times.
    let mut end_of_days = end + 1;
    let mut days = 1;
    while matches!(page.at(end_of_days), Some('、' | '和' | '及' | '与')) {
        let next = ["星期", "周"]
            .iter()
            .find(|word| page.starts(end_of_days + 1, word))
            .map_or(end_of_days + 1, |word| end_of_days + 1 + word.chars().count());
        if !page.at(next).is_some_and(|c| "一二三四五六日".contains(c)) {
            break;
        }
        days += 1;
        end_of_days = next + 1;
    }
    if days > 1 {
        interval.span.end = times_end(page, end_of_days);
        interval.when = Some(interval.span);
        interval.times = Some(days);
        return;
    }
    interval.span.end = times_end(page, end + 1);
    interval.when = Some(interval.span);
}

/// 每月底, 每月的最后一天, 每月15日.
pub(super) fn attach_month_day(page: &Page, interval: &mut Interval) {
    let mut at = interval.span.end;
    if page.at(at) == Some('的') {
        at += 1;
    }
    let ordinal =
        ["最后一个", "第一个", "第二个", "第三个", "第四个"].into_iter().find(|word| page.starts(at, word));
    if let Some(word) = ordinal {
        let day = at + word.chars().count();
        let named = ["星期", "周", "工作日", "月"].into_iter().find(|word| page.starts(day, word));
        if let Some(name) = named {
            let weekday = usize::from(
                page.at(day + name.chars().count()).is_some_and(|c| "一二三四五六日天末".contains(c)),
            );
            let end = day + name.chars().count() + weekday;
            interval.when = Some(Span::new(at, end));
            interval.span.end = end;
            return;
        }
    }
    for word in [
        "最后一天",
        "最后一周",
        "第一周",
        "第二周",
        "第三周",
        "第四周",
        "上旬",
        "中旬",
        "下旬",
        "月底",
        "月末",
        "月初",
        "底",
        "末",
        "初",
    ] {
        if page.starts(at, word) {
            interval.when = Some(Span::new(at, at + word.chars().count()));
            interval.span.end = at + word.chars().count();
            return;
        }
    }
    if days_of_month(page, at, interval) {
        return;
    }
    let digits =
        page.folded.get(at..).unwrap_or(&[]).iter().take(2).take_while(|c| c.is_ascii_digit()).count();
    if digits > 0 && matches!(page.at(at + digits), Some('日' | '号')) {
        let before = usize::from(page.at(at + digits + 1) == Some('前'));
        interval.when = Some(Span::new(at, at + digits + 1 + before));
        interval.span.end = at + digits + 1 + before;
    }
}

/// 每月逢5、15、25日: so many days, so many times.
fn days_of_month(page: &Page, at: usize, interval: &mut Interval) -> bool {
    let start = at + usize::from(matches!(page.at(at), Some('逢' | '的')));
    let mut end = start;
    let mut days = 0;
    loop {
        let digits =
            page.folded.get(end..).unwrap_or(&[]).iter().take(2).take_while(|c| c.is_ascii_digit()).count();
        if digits == 0 {
            return false;
        }
        days += 1;
        end += digits + usize::from(matches!(page.at(end + digits), Some('日' | '号')));
        if !matches!(page.at(end), Some('、' | '和' | '及')) {
            break;
        }
        end += 1;
    }
    let named = matches!(page.before(end), Some('日' | '号'));
    if days > 1 && named {
        interval.when = Some(Span::new(start, end));
        interval.times = Some(days);
        interval.span.end = end;
    }
    days > 1 && named
}

/// 每年4月, 每年九月份.
pub(super) fn attach_month(page: &Page, interval: &mut Interval) {
    let at = interval.span.end + usize::from(page.at(interval.span.end) == Some('的'));
    // 每年春季, 每年秋冬季节
    let seasons = page
        .folded
        .get(at..)
        .unwrap_or(&[])
        .iter()
        .take(4)
        .take_while(|c| "春夏秋冬、".contains(**c))
        .count();
    if let Some(word) =
        ["两季", "季节", "季"].iter().find(|word| seasons > 0 && page.starts(at + seasons, word))
    {
        let end = at + seasons + word.chars().count();
        interval.when = Some(Span::new(at, end));
        interval.span.end = end;
        return;
    }
    let rest = page.folded.get(at..).unwrap_or(&[]);
    let Some(number) = numeral::number(&rest[..rest.len().min(4)]) else { return };
    let month = whole(&number).filter(|month| (1..=12).contains(month));
    if month.is_some() && page.at(at + number.length) == Some('月') {
        let end = at + number.length + 1 + usize::from(page.at(at + number.length + 1) == Some('份'));
        interval.when = Some(Span::new(at, end));
        interval.span.end = end;
    }
}

/// Parts of the day and occasions of it.
const PARTS_OF_DAY: &[&str] = &[
    "早晨",
    "早上",
    "清晨",
    "上午",
    "下午",
    "中午",
    "晚上",
    "傍晚",
    "午睡前",
    "午睡后",
    "午睡时",
    "放学后",
    "放学前",
    "离园后",
    "离园前",
    "下班后",
    "下班前",
    "上班前",
    "上班后",
    "课间",
    "饭前",
    "饭后",
    "餐前",
    "餐后",
    "入园时",
    "来园时",
    "入园前",
    "睡前",
    "一早",
    "早操后",
    "上下午",
    "上、下午",
    "营业前",
    "营业后",
    "开诊前",
    "上岗前",
    "晨间",
    "夜间",
    "早间",
    "午间",
    "晚间",
    "课前",
    "课后",
    "到校后",
    "上学前",
    "起床后",
    "早餐前",
    "晚餐后",
    "接班前",
];

/// 每天早晚, 每天上午9时、下午4时各, 每日放学后: the times of the day behind the interval word.
pub(super) fn attach_part_of_day(page: &Page, interval: &mut Interval) {
    let start = interval.span.end;
    for (word, times) in [("早中晚", 3), ("早、中、晚", 3), ("早晚", 2), ("早、晚", 2)] {
        if page.starts(start, word) {
            let span = Span::new(start, start + word.chars().count());
            interval.when = Some(span);
            interval.times = Some(times);
            interval.span.end = span.end + usize::from(page.at(span.end) == Some('各'));
            return;
        }
    }
    let end = times_end(page, start);
    if end > start {
        interval.when = Some(Span::new(start, end));
        interval.span.end = end;
    }
}

/// 每次用餐前, 每餐后: which side of the meal.
pub(super) fn attach_side_of_meal(page: &Page, interval: &mut Interval) {
    const SIDES: &[&str] = &["之前", "之后", "以前", "以后", "前", "后"];
    let named = matches!(page.before(interval.span.end), Some('前' | '后'));
    let meal = interval.span.end - usize::from(named);
    let after = SIDES.iter().find(|word| page.starts(meal, word)).filter(|_| !page.starts(meal, "后勤"));
    if let Some(side) = after {
        let whole = ["用餐", "就餐", "进餐", "开餐"].iter().any(|word| page.ends(meal, word));
        interval.span.end = meal + side.chars().count();
        interval.when = Some(Span::new(meal - if whole { 2 } else { 1 }, interval.span.end));
    }
}

/// Where the run of times that starts at `at` ends; `at` itself when none does.
fn times_end(page: &Page, at: usize) -> usize {
    let mut end = at;
    let mut next = at;
    while let Some(length) = time_at(page, next) {
        end = next + length;
        let joint = ["、", "和", "至", "到", "-", "~", "--", "及"].iter().find(|word| page.starts(end, word));
        // 上午9时 needs no joint between its parts.
        next = end + joint.map_or(0, |word| word.chars().count());
    }
    if end > at && ["之前", "以前"].iter().any(|word| page.starts(end, word)) {
        return end + 2;
    }
    end + usize::from(end > at && matches!(page.at(end), Some('前' | '后')))
}

/// 下午, 9点, 16:30, 九点半: the length of one time of the day.
fn time_at(page: &Page, at: usize) -> Option<usize> {
    if let Some(word) = PARTS_OF_DAY.iter().filter(|word| page.starts(at, word)).max_by_key(|word| word.len())
    {
        return Some(word.chars().count());
    }
    let rest = page.folded.get(at..(at + 12).min(page.folded.len()))?;
    let digits = rest.iter().take_while(|c| c.is_ascii_digit()).count();
    if (1..=2).contains(&digits) && rest.get(digits) == Some(&':') {
        let minutes = rest[digits + 1..].iter().take_while(|c| c.is_ascii_digit()).count();
        let unit = usize::from(rest.get(digits + 3) == Some(&'分'));
        return (minutes == 2).then_some(digits + 3 + unit);
    }
    let number = numeral::number(rest).filter(|number| !number.percent)?;
    whole(&number).filter(|hour| (1..=24).contains(hour))?;
    let mut end = number.length;
    if !matches!(rest.get(end), Some('点' | '时')) {
        return None;
    }
    end += 1;
    let minutes = rest.get(end..).and_then(numeral::number);
    match (rest.get(end), minutes) {
        (Some('半' | '整' | '钟'), _) => Some(end + 1),
        (_, Some(minutes)) if rest.get(end + minutes.length) == Some(&'分') => {
            Some(end + minutes.length + 1)
        }
        _ => Some(end),
    }
}
