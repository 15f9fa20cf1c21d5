//! Dates, months, years and seasons as they are written.

use crate::numeral;
use crate::page::{Page, is_han};
use crate::reading::Span;

/// A day, month or year with what is stated of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Date {
    pub span: Span,
    pub year: Option<u32>,
    pub month: Option<u32>,
    pub day: Option<u32>,
    /// 学年 or 学年度 rather than a calendar year.
    pub school_year: bool,
}

impl Date {
    /// ISO 8601; `--` stands for an unstated year. Impossible days stay as written.
    pub fn iso(&self) -> String {
        let year = self.year.map_or("-".to_owned(), |year| format!("{year:04}"));
        match (self.month, self.day) {
            (Some(month), Some(day)) => format!("{year}-{month:02}-{day:02}"),
            (Some(month), None) => format!("{year}-{month:02}"),
            _ => year,
        }
    }

    /// Whether the calendar has no such day. February gets 29 days when the year is not stated.
    pub fn is_impossible(&self) -> bool {
        let Some(month) = self.month else { return false };
        let Some(longest) = days_in(self.year, month) else { return true };
        self.day.is_some_and(|day| day == 0 || day > longest)
    }
}

/// Days of a month; `None` when there is no such month.
pub(crate) fn days_in(year: Option<u32>, month: u32) -> Option<u32> {
    let leap = year.is_none_or(|year| year % 4 == 0 && (year % 100 != 0 || year % 400 == 0));
    match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => Some(31),
        4 | 6 | 9 | 11 => Some(30),
        2 => Some(if leap { 29 } else { 28 }),
        _ => None,
    }
}

/// Every date of the page, in order and without overlap.
pub(crate) fn dates(page: &Page) -> Vec<Date> {
    let mut found: Vec<Date> = Vec::new();
    let mut section = Section::default();
    let mut at = 0;
    while at < page.folded.len() {
        let date = date_at(page, at)
            .or_else(|| second_of_range(page, at, found.last()))
            .or_else(|| section.day_at(page, at));
        match date {
            Some(date) if !page.is_damaged(date.span) => {
                at = date.span.end.max(at + 1);
                section.pass(page, &date);
                found.push(date);
            }
            _ => at += 1,
        }
    }
    found
}

/// The month whose heading stands above: 四月份, on a line of its own.
#[derive(Default)]
struct Section {
    month: Option<u32>,
}

impl Section {
    fn pass(&mut self, page: &Page, date: &Date) {
        const HEADING_CHARS: usize = 10;
        let line = page.line(date.span.start);
        let heads = line.end - line.start <= HEADING_CHARS && date.span.start <= line.start + 3;
        if date.month.is_some() && date.day.is_none() && heads {
            self.month = date.month;
        }
    }

    /// 25日前 and 月底前 under the heading of a month.
    fn day_at(&self, page: &Page, at: usize) -> Option<Date> {
        let month = self.month?;
        let opens = page
            .before(at)
            .is_none_or(|c| matches!(c, '.' | ',' | '。' | ';' | '、' | ':' | '于' | '在' | '\n'));
        let date = |end, day| Date {
            span: Span::new(at, end),
            year: None,
            month: Some(month),
            day,
            school_year: false,
        };
        for word in ["本月底", "月底", "月末"] {
            if page.starts(at, word) && opens {
                return Some(date(at + word.chars().count(), None));
            }
        }
        let (day, end) = unit_at(page, at, &["日", "号"], 31)
            .filter(|_| page.at(at).is_some_and(|c| c.is_ascii_digit()))?;
        let alone = !page.before(at).is_some_and(|c| c.is_ascii_digit() || matches!(c, '月' | '-' | '每'));
        let by = ["前", "之前", "以前"].iter().any(|word| page.starts(end, word));
        (alone && (opens || by)).then(|| date(end, Some(day)))
    }
}

/// 6月18日至20日, 12月1日至次年2月28日: what the second date leaves unsaid.
fn second_of_range(page: &Page, at: usize, first: Option<&Date>) -> Option<Date> {
    let first = first?;
    let joint = page.folded.get(first.span.end..at)?;
    let joined = matches!(joint, ['-' | '~' | '至' | '到' | '、'] | ['-', '-']);
    if !joined {
        return None;
    }
    for (word, years) in [("次年", 1), ("翌年", 1), ("第二年", 1), ("当年", 0), ("同年", 0), ("本年", 0)]
    {
        if page.starts(at, word) {
            let inner = date_at(page, at + word.chars().count())?;
            let year = first.year.map(|year| year + years);
            return Some(Date { span: Span::new(at, inner.span.end), year, ..inner });
        }
    }
    let (day, end) = unit_at(page, at, &["日", "号"], 31)?;
    first.day?;
    Some(Date { span: Span::new(at, end), day: Some(day), ..*first })
}

fn date_at(page: &Page, at: usize) -> Option<Date> {
    if !numeral::may_start(page.at(at)?) {
        return None;
    }
    if page.before(at).is_some_and(|c| c.is_ascii_digit() || matches!(c, '.' | '第'))
        && !follows_mark(page, at)
    {
        return None;
    }
    if let Some(date) = dotted(page, at) {
        return Some(date);
    }
    let (year, after_year, school_year) =
        year_at(page, at).map_or((None, at, false), |(y, e, s)| (Some(y), e, s));
    let month = unit_at(page, after_year, &["月份", "月"], 12)
        .or_else(|| first_of_range(page, after_year, &["月份", "月"], 12));
    let Some((month, after_month)) = month else {
        return year.map(|_| Date {
            span: Span::new(at, after_year),
            year,
            month: None,
            day: None,
            school_year,
        });
    };
    // 一月一拆洗 and 一月两次 name an interval.
    let interval = year.is_none()
        && month == 1
        && page.at(at) == Some('一')
        && page.at(after_month).is_some_and(|c| "一两二三".contains(c));
    if interval && unit_at(page, after_month, &["日", "号"], 31).is_none() {
        return None;
    }
    let day = unit_at(page, after_month, &["日", "号"], 31)
        .or_else(|| first_of_range(page, after_month, &["日", "号"], 31));
    let (day, end) = day.map_or((None, after_month), |(day, end)| (Some(day), end));
    Some(Date { span: Span::new(at, end), year, month: Some(month), day, school_year: false })
}

/// 3.1月31日前…: the number in front of the dot is the mark of the line.
fn follows_mark(page: &Page, at: usize) -> bool {
    let line = page.line(at).start;
    page.before(at) == Some('.')
        && at > line + 1
        && at <= line + 3
        && page.slice(Span::new(line, at - 1)).iter().all(char::is_ascii_digit)
}

/// The 5 of 5-6月 and of 5月1-7日: a number whose unit stands behind the second one.
fn first_of_range(page: &Page, at: usize, words: &[&str], most: u32) -> Option<(u32, usize)> {
    let digits = page.folded.get(at..)?.iter().take(2).take_while(|c| c.is_ascii_digit()).count();
    let joins = digits > 0 && matches!(page.at(at + digits), Some('-' | '~' | '至' | '到'));
    let value: u32 = page.text(Span::new(at, at + digits)).parse().ok()?;
    let doubled = usize::from(page.at(at + digits + 1) == Some('-'));
    let (second, _) = joins.then(|| unit_at(page, at + digits + 1 + doubled, words, most))??;
    (value > 0 && value < second).then_some((value, at + digits))
}

/// 2018.3.5, 2018-03-05, and 5.12 or 12·1 in front of the name of a day.
fn dotted(page: &Page, at: usize) -> Option<Date> {
    let number = |from: usize| -> Option<(u32, usize)> {
        let digits = page.folded.get(from..)?.iter().take(4).take_while(|c| c.is_ascii_digit()).count();
        Some((page.text(Span::new(from, from + digits)).parse().ok()?, from + digits))
    };
    let (first, first_end) = number(at)?;
    let mark = page.at(first_end).filter(|c| matches!(c, '.' | '·' | '-' | '/' | '・' | '•'))?;
    let (second, second_end) = number(first_end + 1)?;
    let new = |end, year, month, day| Date {
        span: Span::new(at, end),
        year,
        month: Some(month),
        day: Some(day),
        school_year: false,
    };
    if (1949..2100).contains(&first) {
        let (third, end) = number(second_end + 1)?;
        let whole =
            page.at(second_end) == Some(mark) && (1..=12).contains(&second) && (1..=31).contains(&third);
        return whole.then(|| new(end, Some(first), second, third));
    }
    let close = second_end + usize::from(matches!(page.at(second_end), Some('”' | '"')));
    let name = page.slice(Span::new(close, (close + 12).min(page.folded.len())));
    let length = name.iter().take_while(|c| is_han(**c)).count();
    let named =
        name[..length].iter().any(|&c| matches!(c, '日' | '节')) && matches!(mark, '.' | '·' | '・' | '•');
    let fits = (1..=12).contains(&first) && (1..=31).contains(&second);
    (named && fits).then(|| new(second_end, None, first, second))
}

/// `2012年`, `2010学年度`, `二〇一二年`; years of this age only.
fn year_at(page: &Page, at: usize) -> Option<(u32, usize, bool)> {
    let number = numeral::number(page.folded.get(at..(at + 12).min(page.folded.len()))?)?;
    let value = number.value.number().filter(|value| (1949.0..2100.0).contains(value))?;
    let end = at + number.length;
    let year = value as u32;
    for (word, school) in [("学年度", true), ("学年", true), ("年度", false), ("年", false)] {
        if page.starts(end, word) {
            return (number.approx.is_none()).then(|| (year, end + word.chars().count(), school));
        }
    }
    None
}

/// A number up to `most` and one of the unit words.
fn unit_at(page: &Page, at: usize, words: &[&str], most: u32) -> Option<(u32, usize)> {
    let number = numeral::number(page.folded.get(at..(at + 6).min(page.folded.len()))?)?;
    let value = number.value.number()?;
    if value.fract() != 0.0
        || value < 0.0
        || value > f64::from(most)
        || number.approx.is_some()
        || number.percent
    {
        return None;
    }
    let end = at + number.length;
    let word = words.iter().find(|word| page.starts(end, word))?;
    // 三月 is a month, 三月龄 an age.
    (!page.starts(end, "月龄")).then(|| (value as u32, end + word.chars().count()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::page::tests::page;

    fn written(text: &str) -> Vec<String> {
        dates(&page(text)).iter().map(Date::iso).collect()
    }

    #[test]
    fn days_months_and_years() {
        assert_eq!(written("于12月30日前，七月份，4月份"), ["--12-30", "--07", "--04"]);
        assert_eq!(written("2024年3月5日至二〇一二年"), ["2024-03-05", "2012"]);
        assert_eq!(written("从2010学年度起，第3月，三个月"), ["2010"]);
        assert_eq!(
            written("9月28日至30日，5-6月，2018年12月1日—次年2月28日"),
            ["--09-28", "--09-30", "--05", "--06", "2018-12-01", "2019-02-28"]
        );
        assert_eq!(
            written("2018.3.5，“12·1”世界艾滋病日，每月一月一拆洗，增长5.12"),
            ["2018-03-05", "--12-01"]
        );
        assert_eq!(written("四月份\n20日复核，25日前发出通知"), ["--04", "--04-20", "--04-25"]);
    }

    #[test]
    fn a_day_the_calendar_lacks_is_kept_and_known() {
        let page = page("6月31日，2月29日");
        let found = dates(&page);
        assert_eq!(found[0].iso(), "--06-31");
        assert!(found[0].is_impossible());
        assert!(!found[1].is_impossible());
    }
}
