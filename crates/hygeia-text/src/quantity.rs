//! Numbers with their units, wherever they stand, before it is decided what they mean.

mod name;

use std::sync::LazyLock;

use crate::date::Date;
use crate::lexicon::Lexicon;
use crate::numeral;
use crate::page::{Page, is_han};
use crate::reading::{Amount, Span};

static UNITS: LazyLock<Lexicon> = LazyLock::new(|| Lexicon::parse(include_str!("../data/units.tsv")));
static NAMES: LazyLock<Lexicon> = LazyLock::new(|| Lexicon::parse(include_str!("../data/names.tsv")));

/// What a unit measures.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Class {
    Percent,
    /// Hours and minutes.
    Time,
    /// Days, months and years.
    Duration,
    /// Credits and points.
    Credit,
    Money,
    /// Weights, lengths and areas.
    Amount,
    /// Times something happened.
    Event,
    Person,
    Thing,
    /// 1:1000
    Ratio,
    /// A number without a unit.
    Bare,
}

/// A number with its unit.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Quantity {
    /// Number and unit.
    pub span: Span,
    /// Where the unit starts.
    pub unit_at: usize,
    pub value: Amount,
    pub unit: String,
    pub class: Class,
    /// 余, 多, 近, 约 and the like.
    pub approx: Option<&'static str>,
    /// Written with digits.
    pub digits: bool,
    /// Part of a name (五大行动, 三项制度, 第二间): counts for checks only.
    pub name: bool,
}

impl Quantity {
    pub fn number(&self) -> Option<f64> {
        self.value.number()
    }

    /// 一 written in Chinese: as often an article as a number.
    pub fn is_article(&self) -> bool {
        !self.digits && self.number() == Some(1.0)
    }
}

/// The unit `chars` starts with: characters used, class, unit as reported.
pub(crate) fn unit(chars: &[char]) -> Option<(usize, Class, &'static str)> {
    let (length, value) = UNITS.at(chars)?;
    let (class, unit) = value.split_once(' ')?;
    let class = match class {
        "percent" => Class::Percent,
        "time" => Class::Time,
        "span" => Class::Duration,
        "credit" => Class::Credit,
        "money" => Class::Money,
        "amount" => Class::Amount,
        "event" => Class::Event,
        "person" => Class::Person,
        _ => Class::Thing,
    };
    Some((length, class, unit))
}

/// Whether `chars` starts with a word that holds a numeral and counts nothing.
pub(crate) fn is_named(chars: &[char]) -> bool {
    NAMES.at(chars).is_some()
}

/// Every quantity of the page, in order. Dates and the spans of `marks` (numbers of headings) are no quantities.
pub(crate) fn quantities(page: &Page, dates: &[Date], marks: &[Span]) -> Vec<Quantity> {
    let mut found = Vec::new();
    let mut at = 0;
    let mut depth = Brackets::default();
    let mut skip: Vec<Span> = dates.iter().map(|date| date.span).chain(marks.iter().copied()).collect();
    skip.sort_unstable();
    let mut next_skip = 0;
    while let Some(c) = page.at(at) {
        while skip.get(next_skip).is_some_and(|span| span.end <= at) {
            next_skip += 1;
        }
        if let Some(span) = skip.get(next_skip).filter(|span| span.contains(at)) {
            at = span.end.max(at + 1);
            continue;
        }
        depth.pass(c);
        let candidate = c.is_ascii_digit()
            || matches!(c, '半' | '零' | '〇' | '百')
            || "一二两三四五六七八九十".contains(c)
            || (matches!(c, '千' | '万') && is_about(page, at));
        if !candidate || depth.in_title() {
            at += 1;
            continue;
        }
        match quantity_at(page, at) {
            Step::Found(quantity) => {
                at = quantity.span.end;
                found.push(quantity);
            }
            Step::Skip(length) => at += length.max(1),
        }
    }
    found
}

/// Book-title and document-number brackets: no quantity stands inside.
#[derive(Default)]
struct Brackets {
    open: usize,
}

impl Brackets {
    fn pass(&mut self, c: char) {
        match c {
            '《' | '〔' | '[' => self.open += 1,
            '》' | '〕' | ']' => self.open = self.open.saturating_sub(1),
            // A bracket that is never closed must not swallow the document.
            '\n' | '。' => self.open = 0,
            _ => {}
        }
    }

    fn in_title(&self) -> bool {
        self.open > 0
    }
}

enum Step {
    Found(Quantity),
    Skip(usize),
}

fn quantity_at(page: &Page, at: usize) -> Step {
    let rest = &page.folded[at..(at + 32).min(page.folded.len())];
    if let Some((length, _)) = NAMES.at(rest) {
        return Step::Skip(length);
    }
    let before = page.before(at);
    // 进一步, 统一, 唯一: the word starts before the numeral.
    if before
        .is_some_and(|c| matches!(c, '进' | '统' | '唯' | '万' | '之' | '某' | '逐' | '同' | '划' | '新'))
        && rest[0] == '一'
    {
        return Step::Skip(1);
    }
    if rest[0] == '半' {
        return half(page, at, rest);
    }
    // 一半以上的家庭
    if rest.starts_with(&['一', '半']) && !matches!(rest.get(2), Some('的' | '时')) {
        return Step::Found(Quantity {
            span: Span::new(at, at + 2),
            unit_at: at + 2,
            value: Amount::Whole(50),
            unit: "%".to_owned(),
            class: Class::Percent,
            approx: approximation_before(page, at),
            digits: false,
            name: false,
        });
    }
    let Some(number) = numeral::number(rest).or_else(|| round_number(page, at, rest)) else {
        return Step::Skip(1);
    };
    let number_end = at + number.length;
    let glued = before.is_some_and(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '*' | '+' | '×'));
    if glued || page.is_damaged(Span::new(at, number_end)) {
        return Step::Skip(number.length);
    }
    let after = &page.folded[number_end.min(page.folded.len())..(number_end + 12).min(page.folded.len())];
    let (unit_length, class, unit) = match (number.percent, &number.value, unit(after)) {
        (true, _, _) => (0, Class::Percent, "%"),
        (_, Amount::Text(text), _) if text.contains(':') => (0, Class::Ratio, "ratio"),
        (_, _, Some(unit)) => unit,
        _ => (0, Class::Bare, ""),
    };
    // 二次晨检, 三分区, 4:30: an ordinal, a division, a clock time. 进行二次消毒 counts.
    let ordinal = rest[0] == '二'
        && number.length == 1
        && unit == "次"
        && after.get(1).is_some_and(|&c| is_han(c))
        && !matches!(before, Some('行' | '展' | '于' | '少' | '了' | '各'));
    let division =
        unit == "分" && after.get(1).is_some_and(|&c| is_han(c) && !matches!(c, '以' | '的' | '中'));
    let clock = before == Some(':')
        && at.checked_sub(2).and_then(|at| page.at(at)).is_some_and(|c| c.is_ascii_digit());
    let hour =
        (unit == "点" && is_clock_hour(page, at, after)) || (unit == "分" && after.get(1) == Some(&'钟'));
    if ordinal || division || clock || hour || is_page_number(page, at) {
        return Step::Skip(number.length);
    }
    if class == Class::Bare && !number.digits && !matches!(rest[0], '零' | '〇') {
        return Step::Skip(number.length);
    }
    let (half, unit_at, end) = and_a_half(page, number_end, unit_length, class);
    let value = match number.value.number() {
        Some(whole) if half => Amount::of(whole + 0.5),
        _ => number.value,
    };
    let (class, unit) = match self::unit(page.folded.get(unit_at..).unwrap_or(&[])) {
        Some((_, class, unit)) if half => (class, unit),
        _ => (class, unit),
    };
    let span = Span::new(at, end);
    Step::Found(Quantity {
        span,
        unit_at,
        value,
        unit: unit.to_owned(),
        class,
        approx: number.approx.or_else(|| approximation_before(page, at)),
        digits: number.digits,
        name: before == Some('第')
            || name::is_name(page, span, class)
            || name::opens_list(page, span)
            || (!number.digits && name::is_in_slogan(page, span)),
    })
}

/// Whether a word such as 近 stands right before `at`.
fn is_about(page: &Page, at: usize) -> bool {
    ["近", "约", "逾", "上", "超", "超过", "突破"].iter().any(|word| page.ends(at, word))
        && page.at(at + 1).is_some_and(|c| !matches!(c, '家' | '方' | '秋' | '一'))
}

/// 近百万元, 近千人: a round number without a digit of its own.
fn round_number(page: &Page, at: usize, rest: &[char]) -> Option<numeral::Number> {
    if !is_about(page, at) || !matches!(rest[0], '百' | '千' | '万') {
        return None;
    }
    let one: Vec<char> = std::iter::once('一').chain(rest.iter().copied()).collect();
    let number = numeral::number(&one)?;
    Some(numeral::Number { length: number.length - 1, ..number })
}

/// 三个半小时, 两年半: whether a half follows, where the unit starts and where the whole ends.
fn and_a_half(page: &Page, number_end: usize, unit_length: usize, class: Class) -> (bool, usize, usize) {
    let plain_end = number_end + unit_length;
    if page.starts(number_end, "个半") {
        let unit_at = number_end + 2;
        if let Some((length, Class::Time | Class::Duration, _)) =
            unit(page.folded.get(unit_at..).unwrap_or(&[]))
        {
            return (true, unit_at, unit_at + length);
        }
    }
    let lasting = matches!(class, Class::Time | Class::Duration) && unit_length > 0;
    if lasting && page.at(plain_end) == Some('半') && page.at(plain_end + 1) != Some('数') {
        return (true, number_end, plain_end + 1);
    }
    (false, number_end, plain_end)
}

/// 下午3点, 3点半, 3点至5点.
fn is_clock_hour(page: &Page, at: usize, after: &[char]) -> bool {
    let part_of_day =
        ["上午", "下午", "早上", "晚上", "中午", "凌晨", "日", "晚"].iter().any(|word| page.ends(at, word));
    part_of_day || matches!(after.get(1), Some('半' | '钟' | '至' | '到' | '前' | '整' | '-'))
}

/// A number at the start of a line behind a torn line: the number of a page that broke it.
fn is_page_number(page: &Page, at: usize) -> bool {
    let torn = at.checked_sub(2).and_then(|before| page.at(before)).is_some_and(is_han);
    page.before(at) == Some('\n') && torn && page.line(at - 2).end - page.line(at - 2).start > 12
}

/// 半小时, 半年, 半数.
fn half(page: &Page, at: usize, rest: &[char]) -> Step {
    let after = &rest[1..];
    let (length, class, unit, value) = if after.first() == Some(&'数') {
        (1, Class::Percent, "%", 50.0)
    } else {
        match unit(after) {
            Some((length, class @ (Class::Time | Class::Duration), unit)) => (length, class, unit, 0.5),
            _ => return Step::Skip(1),
        }
    };
    Step::Found(Quantity {
        span: Span::new(at, at + 1 + length),
        unit_at: at + 1,
        value: Amount::of(value),
        unit: unit.to_owned(),
        class,
        approx: approximation_before(page, at),
        digits: false,
        name: false,
    })
}

fn approximation_before(page: &Page, at: usize) -> Option<&'static str> {
    match page.before(at)? {
        '近' if !page.ends(at, "最近") => Some("近"),
        '约' if !page.ends(at, "签约") && !page.ends(at, "预约") => Some("约"),
        '逾' => Some("逾"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::date::dates;
    use crate::page::tests::page;

    fn found(text: &str) -> Vec<(String, String)> {
        let page = page(text);
        quantities(&page, &dates(&page), &[])
            .into_iter()
            .filter(|quantity| !quantity.name && quantity.class != Class::Bare)
            .map(|quantity| (serde_json::to_string(&quantity.value).unwrap_or_default(), quantity.unit))
            .collect()
    }

    fn pair(value: &str, unit: &str) -> (String, String) {
        (value.to_owned(), unit.to_owned())
    }

    #[test]
    fn units_follow_their_numbers() {
        assert_eq!(found("培训十余种3300余人次"), [pair("10", "种"), pair("3300", "人次")]);
        assert_eq!(
            found("历时三个月，半小时，半数以上"),
            [pair("3", "月"), pair("0.5", "小时"), pair("50", "%")]
        );
        assert_eq!(found("投资1830万元，升高6个百分点"), [pair("18300000", "元"), pair("6", "百分点")]);
    }

    #[test]
    fn dates_titles_and_names_are_no_quantities() {
        assert_eq!(found("2012年3月5日按《3项规定》〔2008〕73号，坚持三个原则，第2次，进一步，四害"), []);
    }

    #[test]
    fn every_name_and_every_idea_is_one_in_its_example() {
        for (word, _, example) in crate::lexicon::rows(include_str!("../data/names.tsv")) {
            assert!(example.contains(word), "{word} does not stand in its example {example}");
            assert_eq!(found(example), [], "{example}");
        }
        for (_, _, example) in crate::lexicon::rows(include_str!("../data/abstract.tsv")) {
            assert_eq!(found(example), [], "{example}");
        }
    }

    #[test]
    fn every_unit_is_read_in_its_example() {
        for (word, value, example) in crate::lexicon::rows(include_str!("../data/units.tsv")) {
            let unit = value.split_once(' ').map_or("", |(_, unit)| unit);
            assert!(found(example).iter().any(|(_, read)| read == unit), "{word}: {example}");
        }
    }
}
