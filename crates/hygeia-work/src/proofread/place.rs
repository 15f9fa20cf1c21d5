//! For which unit and period a clause of a document speaks.

use crate::calendar::Calendar;
use crate::directory::Directory;
use crate::period::{Period, PeriodKind};
use hygeia_store::OrgUnitId;
use hygeia_text::reading::Span;
use jiff::civil::Date;

/// A sentence that speaks of another time is not compared.
const OTHER_TIMES: [&str; 19] = [
    "去年",
    "上年",
    "前年",
    "往年",
    "历年",
    "同期",
    "上学期",
    "上学年",
    "上半年",
    "下半年",
    "上月",
    "上季度",
    "季度",
    "学期初",
    "同比",
    "环比",
    "比上",
    "较上",
    "明年",
];
/// Nor is a clause that tells of a change or an aim.
const CHANGES: [&str; 13] = [
    "下降",
    "上升",
    "增长",
    "增加",
    "减少",
    "提高",
    "降低",
    "高于",
    "低于",
    "目标",
    "计划",
    "不低于",
    "力争",
];
const STOPS: [char; 12] = ['。', '；', '，', '！', '？', '\n', ';', ',', '!', '?', '：', ':'];
const FULL_STOPS: [char; 7] = ['。', '；', '！', '？', '\n', ';', '!'];

/// The text in characters, with its clauses and sentences.
pub(super) struct Clauses {
    chars: Vec<char>,
}

impl Clauses {
    pub(super) fn of(text: &str) -> Self {
        Self { chars: text.chars().collect() }
    }

    pub(super) fn slice(&self, span: Span) -> String {
        self.chars
            .get(span.start.min(self.chars.len())..span.end.min(self.chars.len()))
            .unwrap_or_default()
            .iter()
            .collect()
    }

    fn around(&self, span: Span, stops: &[char]) -> Span {
        let before = self.chars.get(..span.start).unwrap_or_default();
        let start = before.iter().rposition(|c| stops.contains(c)).map_or(0, |at| at + 1);
        let after = self.chars.get(span.end..).unwrap_or_default();
        let end = after.iter().position(|c| stops.contains(c)).map_or(self.chars.len(), |at| span.end + at);
        Span::new(start, end)
    }

    /// From the stop before `span` to the stop behind it.
    pub(super) fn clause(&self, span: Span) -> Span {
        self.around(span, &STOPS)
    }

    /// The sentence that holds `span`.
    pub(super) fn sentence(&self, span: Span) -> Span {
        self.around(span, &FULL_STOPS)
    }
}

/// The unit that `sentence` speaks of: `unit` itself, or the one below it that is named; `None` when several are.
pub(crate) fn unit_of(directory: &Directory, unit: OrgUnitId, sentence: &str) -> Option<OrgUnitId> {
    // A short title such as 食堂 or 一班 says too little to tell a unit by.
    const LEAST_CHARS: usize = 2;
    let below = directory.subtree(unit);
    let mut named: Vec<(usize, OrgUnitId)> = below
        .iter()
        .filter(|known| known.id != unit)
        .filter(|known| known.title.chars().count() >= LEAST_CHARS && sentence.contains(&known.title))
        .map(|known| (known.title.chars().count(), known.id))
        .collect();
    named.sort_by_key(|(length, _)| std::cmp::Reverse(*length));
    match named.as_slice() {
        [] => Some(unit),
        [(_, only)] => Some(*only),
        // 大班 stands in 大班二班: the longest title that the others are part of.
        [(length, longest), rest @ ..] => {
            let title = directory.get(*longest).map(|known| known.title.as_str()).unwrap_or_default();
            let part =
                |id: &OrgUnitId| directory.get(*id).is_some_and(|known| title.contains(known.title.as_str()));
            let unique = rest.iter().all(|(other, id)| other < length && part(id));
            unique.then_some(*longest)
        }
    }
}

/// The period that `clause` of `sentence` speaks of: `period`, or the one month in it that is named; `None` when it is
/// another time, a change or an aim.
pub(super) fn period_of(
    calendar: &Calendar,
    period: &Period,
    sentence: &str,
    clause: &str,
) -> Option<Period> {
    let another = OTHER_TIMES.iter().any(|word| sentence.contains(word));
    if another || CHANGES.iter().any(|word| clause.contains(word)) {
        return None;
    }
    let months = months(sentence);
    match months.as_slice() {
        [] => Some(period.clone()),
        [month] => {
            let day = days_of(period).find(|day| day.month() == *month)?;
            Some(Period::containing(PeriodKind::Month, day, calendar))
        }
        _ => None,
    }
}

/// The first days of the months that a period touches.
fn days_of(period: &Period) -> impl Iterator<Item = Date> + '_ {
    let first = period.from.first_of_month();
    first.series(jiff::ToSpan::months(1)).take_while(|day| *day <= period.to)
}

/// Months written as 9月 or 九月, each once.
fn months(text: &str) -> Vec<i8> {
    const WORDS: [(&str, i8); 12] = [
        ("十二", 12),
        ("十一", 11),
        ("十", 10),
        ("九", 9),
        ("八", 8),
        ("七", 7),
        ("六", 6),
        ("五", 5),
        ("四", 4),
        ("三", 3),
        ("二", 2),
        ("一", 1),
    ];
    let mut found = Vec::new();
    let mut before = String::new();
    for c in text.chars() {
        // 每月, 个月 and 当月 name no month.
        if c == '月' {
            let digits: String = before.chars().rev().take_while(char::is_ascii_digit).collect();
            let digits: String = digits.chars().rev().collect();
            let word = WORDS.iter().find(|(word, _)| before.ends_with(word)).map(|(_, month)| *month);
            let month = digits.parse().ok().or(word).filter(|month| (1..=12).contains(month));
            if let Some(month) = month
                && !found.contains(&month)
            {
                found.push(month);
            }
        }
        before.push(c);
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn months_are_read_in_both_scripts() {
        assert_eq!(months("9月份和十一月的晨检率"), [9, 11]);
        assert_eq!(months("每月检查，历时3个月，当月完成"), [] as [i8; 0]);
    }

    #[test]
    fn another_time_is_not_compared() {
        let calendar = Calendar::statutory();
        let term = Period::range(date(2026, 9, 1), date(2027, 1, 20));
        let of = |text: &str| period_of(&calendar, &term, text, text).map(|period| period.to_string());
        assert_eq!(of("晨检率为98%").as_deref(), Some("2026-09-01..2027-01-20"));
        assert_eq!(of("11月份晨检率为98%").as_deref(), Some("2026-11"));
        assert_eq!(of("4月份晨检率为98%"), None);
        assert_eq!(of("晨检率提高2个百分点"), None);
        assert_eq!(of("去年晨检率为98%"), None);
        assert!(of("比较认真，晨检率为98%").is_some());
    }

    #[test]
    fn a_clause_lies_between_its_stops() {
        let clauses = Clauses::of("全园体检，晨检率为98%。完");
        let span = clauses.clause(Span::new(8, 11));
        assert_eq!(clauses.slice(span), "晨检率为98%");
        assert_eq!(clauses.slice(clauses.sentence(Span::new(8, 11))), "全园体检，晨检率为98%");
    }
}
