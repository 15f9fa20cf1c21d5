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
        interval.span.end = end_of_days;
        interval.when = Some(interval.span);
        interval.times = Some(days);
        return;
    }
    let clock: Vec<char> = "上下午早晚中:0123456789分点时半到至-~前后".chars().collect();
    let more = page.folded[end + 1..].iter().take(20).take_while(|c| clock.contains(c)).count();
    interval.span.end = end + 1 + more;
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
    let digits =
        page.folded.get(at..).unwrap_or(&[]).iter().take(2).take_while(|c| c.is_ascii_digit()).count();
    if digits > 0 && matches!(page.at(at + digits), Some('日' | '号')) {
        let before = usize::from(page.at(at + digits + 1) == Some('前'));
        interval.when = Some(Span::new(at, at + digits + 1 + before));
        interval.span.end = at + digits + 1 + before;
    }
}

/// 每年4月, 每年九月份.
pub(super) fn attach_month(page: &Page, interval: &mut Interval) {
    let at = interval.span.end + usize::from(page.at(interval.span.end) == Some('的'));
    // 每年春季, 每年秋冬季节
    let seasons = page.folded.get(at..).unwrap_or(&[]).iter().take(4).take_while(|c| "春夏秋冬、".contains(**c)).count();
    if let Some(word) = ["两季", "季节", "季"].iter().find(|word| seasons > 0 && page.starts(at + seasons, word)) {
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

/// 每天早晚, 每天一早, 每日上午.
pub(super) fn attach_part_of_day(page: &Page, interval: &mut Interval) {
    let end = interval.span.end;
    for (word, times) in [
        ("早中晚", Some(3)),
        ("早、中、晚", Some(3)),
        ("早晚", Some(2)),
        ("一早", None),
        ("早上", None),
        ("上午", None),
        ("下午", None),
        ("放学后", None),
        ("上班前", None),
        ("下班前", None),
    ] {
        if page.starts(end, word) {
            let span = Span::new(end, end + word.chars().count());
            interval.when = Some(span);
            interval.times = times;
            interval.span.end = span.end + usize::from(page.at(span.end) == Some('各'));
            return;
        }
    }
}
