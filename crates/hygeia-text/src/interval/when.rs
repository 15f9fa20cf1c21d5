//! The weekday, day or part of the day that an interval word carries behind it.

use crate::numeral;
use crate::page::Page;
use crate::reading::Span;

use super::{Interval, whole};

/// The weekday and clock time behind 每周: 每周一次 has none.
pub(super) fn attach_weekday(page: &Page, interval: &mut Interval) {
    let end = interval.span.end;
    let Some(day) = page.at(end) else { return };
    // 每周一、三、五: so many days, so many times.
    let listed = page.folded[end + 1..]
        .chunks_exact(2)
        .take_while(|pair| pair[0] == '、' && "一二三四五六日".contains(pair[1]))
        .count();
    if "一二三四五六日".contains(day) && listed > 0 {
        interval.span.end = end + 1 + 2 * listed;
        interval.when = Some(interval.span);
        interval.times = u32::try_from(listed + 1).ok();
        return;
    }
    let counted = page.at(end + 1).is_some_and(|c| {
        matches!(c, '次' | '遍' | '回' | '个' | '大' | '小' | '期' | '至' | '扫' | '查' | '评')
    });
    if !"一二三四五六日末".contains(day) || counted {
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
    for word in ["最后一天", "最后一周", "第一周", "月底", "月末", "月初", "底", "末", "初"]
    {
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
    let at = interval.span.end;
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
