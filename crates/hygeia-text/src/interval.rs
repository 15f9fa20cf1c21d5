//! Stated intervals: 每周, 两年一次, 一餐一…, 早晚各…, 发现一例报告一例.

mod case;
mod day;
mod regular;
mod when;

use std::sync::LazyLock;

use crate::lexicon::Lexicon;
use crate::numeral;
use crate::page::{Page, is_han};
use crate::reading::{Every, IntervalUnit, Span};

static WORDS: LazyLock<Lexicon> = LazyLock::new(|| Lexicon::parse(include_str!("../data/intervals.tsv")));

/// An interval word where it stands.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Interval {
    /// The interval word, weekday and clock time included.
    pub span: Span,
    pub every: Every,
    /// Times stated by the interval word itself: 早晚各 is two.
    pub times: Option<u32>,
    /// Weekday, clock time or part of the year said by the interval word.
    pub when: Option<Span>,
    pub confidence: f32,
    pub rule: &'static str,
}

/// Every interval of the page, in order.
pub(crate) fn intervals(page: &Page) -> Vec<Interval> {
    let mut found: Vec<Interval> = Vec::new();
    let mut at = 0;
    while at < page.folded.len() {
        match interval_at(page, at) {
            Some(interval) if !page.is_damaged(interval.span) => {
                at = interval.span.end.max(at + 1);
                found.push(interval);
            }
            _ => at += 1,
        }
    }
    found
}

/// Whether an interval stands in the span.
pub(crate) fn intervals_in(page: &Page, span: Span) -> bool {
    (span.start..span.end).any(|at| interval_at(page, at).is_some())
}

fn interval_at(page: &Page, at: usize) -> Option<Interval> {
    let first = page.at(at)?;
    match first {
        '每' | '天' | '日' | '周' | '月' | '年' | '餐' | '顿' => every_word(page, at)
            .or_else(|| every_number(page, at))
            .or_else(|| regular::skipping(page, at))
            .or_else(|| every_weekday(page, at))
            .or_else(|| regular::every_shift(page, at))
            .or_else(|| year_edge(page, at))
            .or_else(|| regular::fixed_phrase(page, at))
            .or_else(|| periodic_meeting(page, at))
            .or_else(|| regular::named_work(page, at)),
        '季' | '例' => periodic_meeting(page, at)
            .or_else(|| regular::named_work(page, at))
            .or_else(|| every_word(page, at)),
        '班' => regular::every_shift(page, at),
        '按' | '逐' => regular::by_unit(page, at),
        '半' => regular::half_period(page, at),
        '隔' => regular::skipping(page, at),
        '/' => regular::per_unit(page, at),
        '早' => day::morning_and_evening(page, at),
        '全' => whole_year(page, at),
        '发' => case::on_finding(page, at),
        '当' => day::on_days_without(page, at),
        '持' => day::weekends(page, at),
        '2' | '二' if page.starts(at, "24小时") || page.starts(at, "二十四小时") => {
            day::around_the_clock(page, at)
        }
        _ => case::one_for_one(page, at)
            .or_else(|| case::one_by_one(page, at))
            .or_else(|| one_in(page, at))
            .or_else(|| day::daily_routine(page, at)),
    }
}

fn new(span: Span, n: u32, unit: IntervalUnit, rule: &'static str) -> Interval {
    Interval { span, every: Every { n, unit }, times: None, when: None, confidence: 0.95, rule }
}

fn unit_named(name: &str) -> Option<IntervalUnit> {
    Some(match name {
        "meal" => IntervalUnit::Meal,
        "day" => IntervalUnit::Day,
        "week" => IntervalUnit::Week,
        "half_month" => IntervalUnit::HalfMonth,
        "month" => IntervalUnit::Month,
        "quarter" => IntervalUnit::Quarter,
        "half_year" => IntervalUnit::HalfYear,
        "term" => IntervalUnit::Term,
        "school_year" => IntervalUnit::SchoolYear,
        "year" => IntervalUnit::Year,
        "shift" => IntervalUnit::Shift,
        _ => return None,
    })
}

/// 每周, 天天; 每周五 and 每个星期一下午4:30 carry the weekday with them.
fn every_word(page: &Page, at: usize) -> Option<Interval> {
    let (length, value) = WORDS.at(&page.folded[at..])?;
    let (n, name) = value.split_once(' ')?;
    let end = at + length;
    // 每天天 is 每天, 每年年终 is 每年; 今年年初 holds no 年年.
    if page.at(at) != Some('每')
        && page.before(at).is_some_and(|c| {
            matches!(c, '每' | '今' | '去' | '明' | '一' | '当' | '本' | '全') || c.is_ascii_digit()
        })
    {
        return None;
    }
    let mut interval = new(Span::new(at, end), n.parse().ok()?, unit_named(name)?, "duty.every");
    match interval.every.unit {
        IntervalUnit::Week => when::attach_weekday(page, &mut interval),
        IntervalUnit::Month | IntervalUnit::Quarter | IntervalUnit::Term => {
            when::attach_month_day(page, &mut interval)
        }
        IntervalUnit::Year => when::attach_month(page, &mut interval),
        IntervalUnit::Day => when::attach_part_of_day(page, &mut interval),
        IntervalUnit::Meal => when::attach_side_of_meal(page, &mut interval),
        _ => {}
    }
    Some(interval)
}

/// 每逢周五, 每逢星期三: the weekday of every week.
fn every_weekday(page: &Page, at: usize) -> Option<Interval> {
    let word = ["每逢星期", "每逢周", "每到周", "每到星期"].into_iter().find(|word| page.starts(at, word))?;
    let end = at + word.chars().count();
    if !page.at(end).is_some_and(|c| "一二三四五六日天末".contains(c)) {
        return None;
    }
    let mut interval = new(Span::new(at, end), 1, IntervalUnit::Week, "duty.every_weekday");
    when::attach_weekday(page, &mut interval);
    Some(interval)
}

/// 每两周, 每3年.
fn every_number(page: &Page, at: usize) -> Option<Interval> {
    if page.at(at)? != '每' {
        return None;
    }
    let window = page.folded.get(at + 1..(at + 8).min(page.folded.len()))?;
    let number = numeral::number(window)?;
    let n = whole(&number).or_else(|| lower_end(&number))?;
    let (length, unit) = period(&window[number.length..])?;
    (n > 0).then(|| new(Span::new(at, at + 1 + number.length + length), n, unit, "duty.every_n"))
}

fn whole(number: &numeral::Number) -> Option<u32> {
    let value = number.value.number()?;
    (value.fract() == 0.0 && (0.0..=366.0).contains(&value) && number.approx.is_none())
        .then_some(value as u32)
}

/// The lower end of a range: 每1-2个月.
fn lower_end(number: &numeral::Number) -> Option<u32> {
    match &number.value {
        crate::reading::Amount::Text(range) => range.split_once('-')?.0.parse().ok(),
        _ => None,
    }
}

/// A period as a unit behind a number: 年, 个月, 学期.
fn period(chars: &[char]) -> Option<(usize, IntervalUnit)> {
    let words = [
        ("个星期", IntervalUnit::Week),
        ("个学期", IntervalUnit::Term),
        ("个季度", IntervalUnit::Quarter),
        ("个月", IntervalUnit::Month),
        ("星期", IntervalUnit::Week),
        ("学期", IntervalUnit::Term),
        ("学年", IntervalUnit::SchoolYear),
        ("季度", IntervalUnit::Quarter),
        ("天", IntervalUnit::Day),
        ("日", IntervalUnit::Day),
        ("周", IntervalUnit::Week),
        ("月", IntervalUnit::Month),
        ("年", IntervalUnit::Year),
        ("季", IntervalUnit::Quarter),
        ("餐", IntervalUnit::Meal),
    ];
    words.into_iter().find_map(|(word, unit)| {
        let length = word.chars().count();
        let here = chars.len() >= length && word.chars().zip(chars).all(|(a, &b)| a == b);
        // 第一个星期五 names a day; 一星期五次 counts.
        let weekday = word.ends_with("星期")
            && chars.get(length).is_some_and(|&c| "一二三四五六日天末".contains(c))
            && !chars.get(length + 1).is_some_and(|&c| "次遍回场小大期到轮扫洗查换".contains(c));
        (here && !weekday).then_some((length, unit))
    })
}

/// 一天一小扫, 两年一次, 一年至少两次: a number of periods and a count behind it.
fn one_in(page: &Page, at: usize) -> Option<Interval> {
    if page.before(at).is_some_and(|c| {
        c.is_ascii_digit()
            || matches!(
                c,
                '第' | '每'
                    | '近'
                    | '这'
                    | '上'
                    | '十'
                    | '那'
                    | '前'
                    | '星'
                    | '周'
                    | '月'
                    | '春'
                    | '夏'
                    | '秋'
                    | '冬'
            )
    }) {
        return None;
    }
    let window = page.folded.get(at..(at + 8).min(page.folded.len()))?;
    let number = numeral::number(window)?;
    let n = whole(&number).filter(|n| (1..=10).contains(n))?;
    let (length, unit) = period(&window[number.length..])?;
    let end = at + number.length + length;
    let span = Span::new(at, end);
    let clause_end = page.clause(at).end;
    let counted_next = page.folded.get(end..).and_then(numeral::number).is_some_and(|count| {
        let after = end + count.length;
        !count.percent
            && after < clause_end
            && page.at(after).is_some_and(|c| {
                is_han(c)
                    && !matches!(
                        c,
                        '月' | '日' | '年' | '天' | '级' | '度' | '餐' | '夜' | '时' | '点' | '分'
                    )
            })
    });
    let counted_later = page
        .holds(Span::new(end, clause_end), &["至少", "不少于", "不能少于", "不得少于", "不低于"])
        && page.holds(Span::new(end, clause_end), &["次", "遍", "场"]);
    let counted_later = counted_later || counted_soon(page, end, clause_end);
    // 8月份组织一次: a month of the year; 一月一次 counts right behind the word.
    let month_of_year = unit == IntervalUnit::Month && length == 1 && !counted_next;
    (n > 0 && !month_of_year && (counted_next || counted_later))
        .then(|| new(span, n, unit, "duty.n_in_period"))
}

/// 一天擦两遍, 两周更换一次: an act and its count right behind the period.
pub(super) fn counted_soon(page: &Page, end: usize, clause_end: usize) -> bool {
    const ACT_CHARS: usize = 6;
    let act =
        page.at(end).is_some_and(|c| is_han(c) && !"来内后前以之间左了过的多半余有里的中共".contains(c));
    let counts = |at: usize| {
        let number = page.folded.get(at..(at + 4).min(page.folded.len())).and_then(numeral::number)?;
        let after = at + number.length;
        (!number.percent).then(|| matches!(page.at(after), Some('次' | '遍' | '回')))
    };
    act && (end + 1..(end + ACT_CHARS).min(clause_end)).any(|at| counts(at) == Some(true))
}

/// 全年…不少于两次.
fn whole_year(page: &Page, at: usize) -> Option<Interval> {
    let length =
        ["全年度", "全年"].into_iter().find(|word| page.starts(at, word)).map(|word| word.chars().count())?;
    let rest = Span::new(at + length, page.clause(at).end);
    let counted = (rest.start..rest.end).any(|at| {
        let number = page.folded.get(at..(at + 4).min(page.folded.len())).and_then(numeral::number);
        number.is_some_and(|number| {
            !number.percent && matches!(page.at(at + number.length), Some('次' | '场' | '期'))
        })
    });
    counted.then(|| new(Span::new(at, at + length), 1, IntervalUnit::Year, "duty.whole_year"))
}

/// 年初…计划, 年终…总结.
fn year_edge(page: &Page, at: usize) -> Option<Interval> {
    let known = ["年初", "年终", "年末", "年底"].iter().any(|word| page.starts(at, word));
    let rest = Span::new(at + 2, page.clause(at).end);
    let listed = page.before(at) == Some('、')
        && ["总评", "考核", "评比", "表彰", "总结"].iter().any(|word| page.starts(at + 2, word));
    let habitual = listed
        || page.holds(rest, &["计划", "总结"])
            && page
                .holds(rest, &["做好", "制定", "制订", "有", "上报", "写出", "写好", "撰写", "提交", "上交"]);
    let dated = page.before(at).is_some_and(|c| c.is_ascii_digit() || matches!(c, '今' | '去' | '明'));
    if !known || !habitual || dated || page.holds(rest, &["了"]) {
        return None;
    }
    let span = Span::new(at, at + 2);
    let mut interval = new(span, 1, IntervalUnit::Year, "duty.year_edge");
    interval.when = Some(span);
    interval.confidence = 0.8;
    Some(interval)
}

/// 月例会, 月保健工作例会, 季度考核: the name of a periodic meeting, held and not merely a means.
fn periodic_meeting(page: &Page, at: usize) -> Option<Interval> {
    let (length, unit) =
        [("季度", IntervalUnit::Quarter), ("周", IntervalUnit::Week), ("月", IntervalUnit::Month)]
            .into_iter()
            .find(|(word, _)| page.starts(at, word))
            .map(|(word, unit)| (word.chars().count(), unit))?;
    let before = page.before(at);
    if before.is_some_and(|c| c.is_ascii_digit() || "一二三四五六七八九十每两半本上下个x".contains(c))
    {
        return None;
    }
    let clause = page.clause(at);
    let tail = Span::new(at + length, (at + length + 8).min(clause.end));
    let meeting = page.starts(at + length, "考核")
        || page.starts(at + length, "检查制度")
        || page.find(tail, "例会").is_some();
    let means = page.holds(Span::new(clause.start, at), &["通过", "利用", "借助", "结合"]);
    (meeting && !means).then(|| Interval {
        confidence: 0.7,
        ..new(Span::new(at, at + length), 1, unit, "duty.periodic_meeting")
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::page::tests::page;

    fn found(text: &str) -> Vec<(u32, IntervalUnit, Option<u32>)> {
        intervals(&page(text))
            .into_iter()
            .map(|interval| (interval.every.n, interval.every.unit, interval.times))
            .collect()
    }

    #[test]
    fn every_interval_word_is_one_in_its_example() {
        for (word, value, example) in crate::lexicon::rows(include_str!("../data/intervals.tsv")) {
            let (n, name) = value.split_once(' ').expect("a number and a unit");
            let expected = (n.parse().expect("a number"), unit_named(name).expect("a known unit"));
            let read = found(example);
            assert!(
                read.iter().any(|&(n, unit, _)| (n, unit) == expected),
                "{word}: {example} gives {read:?}"
            );
        }
    }

    #[test]
    fn periods_with_a_number() {
        assert_eq!(found("每两周清洗一次"), [(2, IntervalUnit::Week, None)]);
        assert_eq!(found("每三年进行一次督导"), [(3, IntervalUnit::Year, None)]);
        assert_eq!(found("一周一大扫"), [(1, IntervalUnit::Week, None)]);
        assert_eq!(found("一年不能少于两次"), [(1, IntervalUnit::Year, None)]);
        assert_eq!(found("一餐一消毒"), [(1, IntervalUnit::Meal, None)]);
        assert_eq!(found("每天早晚用淡盐水漱口"), [(1, IntervalUnit::Day, Some(2))]);
    }

    #[test]
    fn cases_and_watches() {
        assert_eq!(found("做到一用一消毒，发现一例报告一例"), [(1, IntervalUnit::Case, None); 2]);
        assert_eq!(found("安排24小时值班"), [(1, IntervalUnit::Day, None)]);
        assert_eq!(found("24小时内上报，逐年增长，每人一册，年度计划，一日活动，每个班级"), []);
    }

    #[test]
    fn intervals_without_every() {
        use IntervalUnit::{Day, HalfMonth, Month, Quarter, Week};
        assert_eq!(
            found("坚持日巡查、周检查、月通报制度"),
            [(1, Day, None), (1, Week, None), (1, Month, None)]
        );
        assert_eq!(
            found("半月一洗，按月上报，按季度考核"),
            [(1, HalfMonth, None), (1, Month, None), (1, Quarter, None)]
        );
        assert_eq!(found("每隔一天检查，隔周消毒"), [(2, Day, None), (2, Week, None)]);
        assert_eq!(found("每月最后一个星期五大扫除"), [(1, Month, None)]);
        assert_eq!(found("发病率逐月上升，按月龄接种，日常检查"), []);
    }

    #[test]
    fn weekdays_are_part_of_the_word() {
        let page = page("每个星期一下午4:30到5:30大扫除，每周一次检查");
        let read = intervals(&page);
        assert_eq!(page.text(read[0].when.expect("a weekday stands there")), "每个星期一下午4:30到5:30");
        assert_eq!(read[1].when, None);
    }
}
