//! The marks that open a heading or a list item.

use crate::lexicon::Lexicon;
use crate::numeral;
use crate::page::{Page, is_han};
use crate::quantity;
use crate::reading::Span;

/// Styles of mark, from the highest usual rank to the lowest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Style {
    /// 一、
    Han,
    /// （一）
    HanBracket,
    /// 1. and 1、
    Digit,
    /// 1.1
    Decimal,
    /// （1） and 1）
    DigitBracket,
    /// ①
    Circled,
    /// 首先, 第一
    Order,
    /// 一是, 一要
    Is,
}

/// A mark in the text.
pub(super) struct Mark {
    pub style: Style,
    pub number: u32,
    pub span: Span,
    pub confidence: f32,
    pub rule: &'static str,
}

/// How far ahead 二是 must follow 一是.
const ENUMERATION_CHARS: usize = 3000;

/// The longest heading whose mark ends in a comma.
const COMMA_LINE_CHARS: usize = 24;
/// The longest heading whose mark has lost its stop.
const LOST_STOP_CHARS: usize = 12;

/// All marks of the page in order.
pub(super) fn marks(page: &Page, standard: &Lexicon) -> Vec<Mark> {
    let mut found = Found::default();
    let mut is_places = IsPlaces::new(page);
    for &line in &page.lines {
        let first_in_line = found.len();
        let mut at = line.start;
        while at < line.end {
            let mark = if at == line.start {
                line_mark(page, at, &found, standard)
                    .or_else(|| inline_mark(page, at, &found, first_in_line, &mut is_places))
            } else {
                inline_mark(page, at, &found, first_in_line, &mut is_places)
                    .or_else(|| bare_han_mark(page, at, &found, first_in_line, standard))
            };
            match mark {
                Some(mark) => {
                    at = mark.span.end;
                    found.push(mark);
                }
                None => at += 1,
            }
        }
    }
    found.marks
}

/// The marks so far, and the last number of each style.
#[derive(Default)]
struct Found {
    marks: Vec<Mark>,
    last: [u32; 8],
}

impl Found {
    fn push(&mut self, mark: Mark) {
        if let Some(last) = self.last.get_mut(mark.style as usize) {
            *last = mark.number;
        }
        self.marks.push(mark);
    }

    fn len(&self) -> usize {
        self.marks.len()
    }

    /// The last number of a style; 0 before the first.
    fn last_of(&self, style: Style) -> u32 {
        self.last.get(style as usize).copied().unwrap_or(0)
    }
}

/// A Chinese or Arabic item number of at most three characters: value, length, whether digits.
fn item_number(page: &Page, at: usize) -> Option<(u32, usize, bool)> {
    let window = page.folded.get(at..(at + 3).min(page.folded.len()))?;
    let digits = window.iter().take_while(|c| c.is_ascii_digit()).count();
    if digits > 0 {
        let text: String = window[..digits].iter().collect();
        return (digits <= 2).then(|| text.parse().ok()).flatten().map(|value| (value, digits, true));
    }
    let numerals = window.iter().take_while(|c| "一二三四五六七八九十".contains(**c)).count();
    let number = numeral::number(window.get(..numerals)?)?;
    let value = match number.value.number() {
        Some(value) => value as u32,
        None => return None,
    };
    (number.length == numerals).then_some((value, numerals, false))
}

/// The mark a line starts with.
fn line_mark(page: &Page, at: usize, found: &Found, standard: &Lexicon) -> Option<Mark> {
    let new = |style, number, end, rule| {
        Some(Mark { style, number, span: Span::new(at, end), confidence: 0.98, rule })
    };
    if let Some((style, number, end)) = bracketed(page, at) {
        return new(style, number, end, "outline.bracket");
    }
    let (number, length, digits) = item_number(page, at)?;
    let end = at + length;
    // 2(一): a page number in front of a mark.
    if digits
        && let Some((style, inner, mark_end)) =
            bracketed(page, end).filter(|(style, ..)| *style == Style::HanBracket)
    {
        let span = Span::new(end, mark_end);
        return Some(Mark {
            style,
            number: inner,
            span,
            confidence: 0.8,
            rule: "outline.page_number_bracket",
        });
    }
    let after = page.at(end)?;
    let numbered = found.last_of(Style::Digit) == number || found.last_of(Style::Decimal) == number;
    if let Some(end) = decimal(page, at).filter(|_| digits && numbered) {
        return new(Style::Decimal, number, end, "outline.decimal");
    }
    // 3.1月31日前… goes on with a date.
    let digits_behind =
        page.folded.get(end + 1..).unwrap_or(&[]).iter().take(4).take_while(|c| c.is_ascii_digit()).count();
    let dated = matches!(page.at(end + 1 + digits_behind), Some('月' | '年'));
    let number_goes_on = digits_behind > 0 && !dated;
    // 一,健全网络,明确分工: a comma of the wrong kind behind a numeral that opens a short line.
    let comma = !digits && after == ',' && (number == 1 || found.last_of(Style::Han) + 1 == number);
    if comma && page.line(at).end < end + COMMA_LINE_CHARS {
        return new(Style::Han, number, end + 1, "outline.number");
    }
    if matches!(after, '、' | '.') && !(digits && number_goes_on) {
        return new(if digits { Style::Digit } else { Style::Han }, number, end + 1, "outline.number");
    }
    if digits && after == ')' {
        return new(Style::DigitBracket, number, end + 1, "outline.number_bracket");
    }
    let continues = digits
        && (found.last_of(Style::Digit) + 1 == number)
        && (number > 1 || opens_numbered_parts(page, at, end));
    let heads = continues && opens_numbered_parts(page, at, end);
    let is_amount = matches!(after, '月' | '日' | '年' | '岁' | '号')
        || (!heads && quantity::unit(page.folded.get(end..)?).is_some());
    if continues && is_han(after) && !is_amount && follows_finished_line(page, at) {
        return new(Style::Digit, number, end, "outline.lost_dot");
    }
    // 二活动目标 between 一、 and 三、
    let short =
        page.line(at).end < end + LOST_STOP_CHARS && page.slice(page.line(at)).iter().all(|c| is_han(*c));
    let next = !digits && number > 1 && found.last_of(Style::Han) + 1 == number;
    if next && short && is_han(after) && !matches!(after, '是' | '要') && follows_finished_line(page, at) {
        return Some(Mark {
            style: Style::Han,
            number,
            span: Span::new(at, end),
            confidence: 0.75,
            rule: "outline.lost_stop",
        });
    }
    // A mark that lost its brackets, in front of a standard heading.
    let heading = standard.at(page.folded.get(end..)?);
    (!digits && heading.is_some()).then(|| Mark {
        style: Style::HanBracket,
        number,
        span: Span::new(at, end),
        confidence: 0.7,
        rule: "outline.lost_bracket",
    })
}

/// 1.1 at the start of a line, in front of text: where the mark ends.
fn decimal(page: &Page, at: usize) -> Option<usize> {
    let digits = |from: usize| {
        page.folded.get(from..).unwrap_or(&[]).iter().take(2).take_while(|c| c.is_ascii_digit()).count()
    };
    let first = at + digits(at);
    let mut end = first;
    while page.at(end) == Some('.') && digits(end + 1) > 0 {
        end += 1 + digits(end + 1);
    }
    // 1.2万元 is an amount.
    let text = page.at(end).is_some_and(is_han);
    let amount = page
        .at(end)
        .is_some_and(|c| matches!(c, '万' | '亿' | '千' | '百' | '元' | '米' | '倍' | '个' | '吨' | '%'));
    (end > first && text && !amount).then_some(end)
}

/// 1存在的问题 on a short line of its own, with a 2 or a 1.1 that opens a line further down.
fn opens_numbered_parts(page: &Page, at: usize, end: usize) -> bool {
    const HEADING_CHARS: usize = 16;
    let line = page.line(at);
    let open = !page.slice(line).iter().any(|c| matches!(c, ',' | '。' | ';'));
    let index = page.lines.partition_point(|other| other.start <= at);
    line.end - end <= HEADING_CHARS
        && open
        && page.lines.get(index..).unwrap_or(&[]).iter().any(|other| {
            let next = page.at(other.start).is_some_and(|c| matches!(c, '2'..='9'));
            page.starts(other.start, "1.1") || (next && page.at(other.start + 1).is_some_and(is_han))
        })
}

/// Whether the line before the one that starts at `at` is a whole one, not torn by a page break.
fn follows_finished_line(page: &Page, at: usize) -> bool {
    let line = page.lines.partition_point(|line| line.start < at);
    let previous = page.lines[..line].iter().rev().find(|line| line.end > line.start);
    previous.is_none_or(|line| !page.before(line.end).is_some_and(is_han) || line.end - line.start < 30)
}

/// `(一)`, `(1)` or a circled digit.
fn bracketed(page: &Page, at: usize) -> Option<(Style, u32, usize)> {
    let first = page.at(at)?;
    if ('①'..='⑳').contains(&first) {
        return Some((Style::Circled, first as u32 - '①' as u32 + 1, at + 1));
    }
    if first != '(' {
        return None;
    }
    let (number, length, digits) = item_number(page, at + 1)?;
    let mut end = at + 1 + length;
    if page.at(end)? != ')' {
        return None;
    }
    end += 1;
    if matches!(page.at(end), Some('、' | '.')) {
        end += 1;
    }
    Some((if digits { Style::DigitBracket } else { Style::HanBracket }, number, end))
}

/// A mark inside a paragraph.
fn inline_mark(
    page: &Page,
    at: usize,
    found: &Found,
    first_in_line: usize,
    is_places: &mut IsPlaces,
) -> Option<Mark> {
    let before = page.before(at);
    let opens_clause = before.is_none_or(|c| matches!(c, '。' | ';' | ':' | ',' | '!' | '?' | '\n'));
    let opens_sentence = opens_clause && before != Some(',');
    let new = |style, number, end, confidence, rule| {
        Some(Mark { style, number, span: Span::new(at, end), confidence, rule })
    };
    let last_of = |style: Style| found.last_of(style);
    let c = page.at(at)?;
    if let Some((style, number, end)) = bracketed(page, at) {
        let follows = number == 1 || last_of(style) + 1 == number;
        let placed = opens_sentence || (found.len() > first_in_line && number == 1);
        let counts = style == Style::Circled || (follows && placed);
        let starts_text = page.at(end).is_some_and(|c| is_han(c) || matches!(c, '“' | '《'));
        return (counts && starts_text).then(|| Mark {
            style,
            number,
            span: Span::new(at, end),
            confidence: 0.9,
            rule: "outline.inline_bracket",
        });
    }
    if c.is_ascii_digit()
        && (opens_sentence || found.len() > first_in_line)
        && !before.is_some_and(|c| c.is_ascii_digit())
    {
        let (number, length, _) = item_number(page, at)?;
        let end = at + length;
        let digits = page
            .folded
            .get(end + 1..)
            .unwrap_or(&[])
            .iter()
            .take(4)
            .take_while(|c| c.is_ascii_digit())
            .count();
        let dated = digits > 0 && matches!(page.at(end + 1 + digits), Some('月' | '年'));
        let dotted =
            matches!(page.at(end), Some('.' | '、')) && (page.at(end + 1).is_some_and(is_han) || dated);
        let fused = number == 1 && page.at(end) == Some('.') && before.is_some_and(is_han);
        let follows = opens_sentence && (number == 1 || last_of(Style::Digit) + 1 == number);
        return (dotted && (fused || follows)).then(|| Mark {
            style: Style::Digit,
            number,
            span: Span::new(at, end + 1),
            confidence: 0.85,
            rule: "outline.inline_number",
        });
    }
    if let Some((number, end)) = is_mark(page, at) {
        let continues = number > 1 && opens_clause && last_of(Style::Is) + 1 >= number;
        let starts = number == 1
            && (opens_clause || is_places.has_second_in_line(page, at))
            && is_places.second_follows(at);
        return (continues || starts).then(|| Mark {
            style: Style::Is,
            number,
            span: Span::new(at, end),
            confidence: 0.95,
            rule: "outline.is",
        });
    }
    if opens_sentence && let Some((number, end)) = order_mark(page, at) {
        return new(Style::Order, number, end, 0.85, "outline.order");
    }
    None
}

/// 一工作要求 inside a heading line: a bare numeral in front of a standard heading that a further mark follows.
fn bare_han_mark(
    page: &Page,
    at: usize,
    found: &Found,
    first_in_line: usize,
    standard: &Lexicon,
) -> Option<Mark> {
    if found.len() == first_in_line || page.before(at).is_none_or(|c| !is_han(c)) {
        return None;
    }
    let (number, length, digits) = item_number(page, at)?;
    let end = at + length;
    let (heading, _) = standard.at(page.folded.get(end..)?)?;
    let follows = page.at(end + heading).is_some_and(|c| c.is_ascii_digit() || c == '(');
    (!digits && follows).then(|| Mark {
        style: Style::HanBracket,
        number,
        span: Span::new(at, end),
        confidence: 0.6,
        rule: "outline.lost_bracket",
    })
}

/// 一是, 第一是: number and end.
fn is_mark(page: &Page, at: usize) -> Option<(u32, usize)> {
    let from = if page.at(at)? == '第' { at + 1 } else { at };
    let (number, length, digits) = item_number(page, from)?;
    let end = from + length;
    let real = !digits
        && matches!(page.at(end)?, '是' | '要')
        && page.at(end + 1).is_some_and(|c| is_han(c) || matches!(c, '“' | ',' | ':'));
    real.then_some((number, if matches!(page.at(end + 1), Some(',' | ':')) { end + 2 } else { end + 1 }))
}

/// 首先， 其次， 第一， — only in front of a comma.
fn order_mark(page: &Page, at: usize) -> Option<(u32, usize)> {
    for (number, word) in [(1, "首先"), (2, "其次"), (3, "再次"), (9, "最后")] {
        if page.starts(at, word) && page.at(at + 2) == Some(',') {
            return Some((number, at + 3));
        }
    }
    if page.at(at)? != '第' {
        return None;
    }
    let (number, length, digits) = item_number(page, at + 1)?;
    let end = at + 1 + length;
    (!digits && matches!(page.at(end), Some(',' | '、'))).then_some((number, end + 1))
}

/// Where 二是 stands, so that 一是 in ordinary prose is not taken for a mark.
struct IsPlaces {
    seconds: Vec<usize>,
}

impl IsPlaces {
    fn new(page: &Page) -> IsPlaces {
        let second = |&at: &usize| page.starts(at, "二是") || page.starts(at, "二要");
        let seconds = (0..page.folded.len()).filter(second).collect();
        IsPlaces { seconds }
    }

    fn next_second(&self, at: usize) -> Option<usize> {
        self.seconds.get(self.seconds.partition_point(|&second| second < at)).copied()
    }

    fn second_follows(&self, at: usize) -> bool {
        self.next_second(at).is_some_and(|second| second - at < ENUMERATION_CHARS)
    }

    fn has_second_in_line(&self, page: &Page, at: usize) -> bool {
        self.next_second(at).is_some_and(|second| second < page.line(at).end)
    }
}
