//! Dates, months, years and seasons as they are written.

use crate::numeral;
use crate::page::Page;
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
    let mut found = Vec::new();
    let mut at = 0;
    while at < page.folded.len() {
        match date_at(page, at) {
            Some(date) if !page.is_damaged(date.span) => {
                at = date.span.end;
                found.push(date);
            }
            _ => at += 1,
        }
    }
    found
}

fn date_at(page: &Page, at: usize) -> Option<Date> {
    if page.before(at).is_some_and(|c| c.is_ascii_digit() || matches!(c, '.' | '第')) {
        return None;
    }
    let (year, after_year, school_year) =
        year_at(page, at).map_or((None, at, false), |(y, e, s)| (Some(y), e, s));
    let month = unit_at(page, after_year, &["月份", "月"], 12);
    let Some((month, after_month)) = month else {
        return year.map(|_| Date {
            span: Span::new(at, after_year),
            year,
            month: None,
            day: None,
            school_year,
        });
    };
    let day = unit_at(page, after_month, &["日", "号"], 31);
    let (day, end) = day.map_or((None, after_month), |(day, end)| (Some(day), end));
    Some(Date { span: Span::new(at, end), year, month: Some(month), day, school_year: false })
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
