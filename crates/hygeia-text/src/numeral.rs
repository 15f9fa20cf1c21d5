//! Numbers as documents write them: digits, Chinese numerals, 万 and 亿, ranges, 半, 余 and 多.

use crate::reading::Amount;

/// A number and how it was written.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Number {
    /// Characters used, approximation words behind the number included.
    pub length: usize,
    /// The number, the range `A-B` or the ratio `1:N`.
    pub value: Amount,
    /// 余 or 多 behind the number.
    pub approx: Option<&'static str>,
    /// Written with digits, not with Chinese numerals.
    pub digits: bool,
    /// 百分之…: the unit is `%` although none follows.
    pub percent: bool,
}

/// Whether a number may start with `c`.
pub(crate) fn may_start(c: char) -> bool {
    c.is_ascii_digit()
        || matches!(
            c,
            '零' | '〇' | '一' | '二' | '两' | '三' | '四' | '五' | '六' | '七' | '八' | '九' | '十' | '百'
        )
}

/// The number `chars` starts with. Width must be folded already.
pub(crate) fn number(chars: &[char]) -> Option<Number> {
    if !may_start(*chars.first()?) {
        return None;
    }
    if starts_with(chars, "百分之") {
        if starts_with(&chars[3..], "百") {
            let value = Amount::Whole(100);
            return Some(Number { length: 4, value, approx: None, digits: false, percent: true });
        }
        let inner = number(&chars[3..])?;
        return (!inner.percent).then_some(Number { length: inner.length + 3, percent: true, ..inner });
    }
    if let Some(ratio) = ratio(chars) {
        return Some(ratio);
    }
    let first = plain(chars)?;
    range(chars, &first).or(Some(first))
}

fn starts_with(chars: &[char], word: &str) -> bool {
    word.chars().enumerate().all(|(index, c)| chars.get(index) == Some(&c))
}

/// `1:1000`, `150:1`, `1:0.31`, `1:4-5`, but not the clock time `14:30`.
fn ratio(chars: &[char]) -> Option<Number> {
    const HOURS: f64 = 24.0;
    let (left, used) = digits(chars)?;
    if chars.get(used) != Some(&':') {
        return None;
    }
    let (right, more) = digits(&chars[used + 1..])?;
    let clock = more == 2 && left <= HOURS && left != 1.0;
    let third = chars.get(used + 1 + more) == Some(&':');
    if clock || third {
        return None;
    }
    let (mut length, mut value) = (used + 1 + more, format!("{left}:{right}"));
    if matches!(chars.get(length), Some('-' | '~' | '至'))
        && let Some((high, last)) = digits(&chars[length + 1..])
    {
        length += 1 + last;
        value = format!("{value}-{high}");
    }
    Some(Number { length, value: Amount::Text(value), approx: None, digits: true, percent: false })
}

/// `A-B`, `A～B`, `A至B` and the Chinese 一两.
fn range(chars: &[char], first: &Number) -> Option<Number> {
    let low = first.value.number()?;
    let mut at = first.length;
    // `85%-90%`: the sign may stand on both sides.
    if chars.get(at) == Some(&'%') && matches!(chars.get(at + 1), Some('-' | '~' | '至')) {
        at += 1;
    }
    if !matches!(chars.get(at), Some('-' | '~' | '至')) || first.approx.is_some() {
        return None;
    }
    at += chars[at..].iter().take(2).take_while(|c| matches!(c, '-' | '~' | '至')).count();
    let second = plain(&chars[at..])?;
    let high = second.value.number()?;
    (high > low && second.digits == first.digits).then(|| Number {
        length: at + second.length,
        value: Amount::Text(format!("{low}-{high}")),
        approx: second.approx,
        digits: first.digits,
        percent: first.percent,
    })
}

/// One number without range.
fn plain(chars: &[char]) -> Option<Number> {
    let (mut value, mut at, digits_written) = match digits(chars) {
        Some((value, used)) => (value, used, true),
        None => match two_neighbours(chars) {
            Some(number) => return Some(number),
            None => {
                let (value, used) = chinese(chars)?;
                let (fraction, more) = chinese_fraction(&chars[used..]);
                (value + fraction, used + more, false)
            }
        },
    };
    let mut approx = approximation(&chars[at..]);
    at += usize::from(approx.is_some());
    while let Some(factor) = chars.get(at).copied().and_then(multiplier)
        && !is_unit_of_its_own(&chars[at..])
    {
        value *= factor;
        at += 1;
        if approx.is_none() {
            approx = approximation(&chars[at..]);
            at += usize::from(approx.is_some());
        }
    }
    let value = (value * 1e6).round() / 1e6;
    Some(Number { length: at, value: Amount::of(value), approx, digits: digits_written, percent: false })
}

/// 百分点 and 千克: the multiplier is part of the unit.
fn is_unit_of_its_own(chars: &[char]) -> bool {
    matches!(chars, ['百', '分', ..] | ['千', '克' | '瓦' | '米', ..])
}

fn approximation(chars: &[char]) -> Option<&'static str> {
    match chars.first()? {
        '余' => Some("余"),
        // 多 is also the first character of words such as 多次.
        '多' if !matches!(chars.get(1), Some('次' | '种' | '项' | '样')) => Some("多"),
        '来' if matches!(chars.get(1), Some('个' | '名' | '人' | '次' | '位' | '家' | '种' | '份')) => {
            Some("来")
        }
        _ => None,
    }
}

fn multiplier(c: char) -> Option<f64> {
    match c {
        '百' => Some(1e2),
        '千' => Some(1e3),
        '万' => Some(1e4),
        '亿' => Some(1e8),
        _ => None,
    }
}

/// Digits with thousands separators and a decimal part.
fn digits(chars: &[char]) -> Option<(f64, usize)> {
    let run =
        |from: usize| chars.get(from..).unwrap_or(&[]).iter().take_while(|c| c.is_ascii_digit()).count();
    let mut at = run(0);
    if at == 0 {
        return None;
    }
    let mut text: String = chars[..at].iter().collect();
    while chars.get(at) == Some(&',') && run(at + 1) == 3 && text.len() <= 15 {
        text.extend(&chars[at + 1..at + 4]);
        at += 4;
    }
    if chars.get(at) == Some(&'.') && run(at + 1) > 0 {
        let fraction = run(at + 1);
        text.push('.');
        text.extend(&chars[at + 1..at + 1 + fraction]);
        at += 1 + fraction;
    }
    Some((text.parse().ok()?, at))
}

/// 一两, 三四: a range of two neighbouring digits.
fn two_neighbours(chars: &[char]) -> Option<Number> {
    let low = chars.first().copied().and_then(digit)?;
    let high = chars.get(1).copied().and_then(digit)?;
    let third_is_numeral = chars.get(2).copied().is_some_and(|c| digit(c).is_some());
    (low > 0.0 && high == low + 1.0 && !third_is_numeral).then(|| Number {
        length: 2,
        value: Amount::Text(format!("{low}-{high}")),
        approx: None,
        digits: false,
        percent: false,
    })
}

/// The 点二 of 三点二: value and length, both 0 where none stands. 三点二十分 is a time of day.
fn chinese_fraction(chars: &[char]) -> (f64, usize) {
    let digits: Vec<f64> = chars.iter().skip(1).map_while(|&c| digit(c)).collect();
    let clock = matches!(chars.get(1 + digits.len()), Some('十' | '分' | '刻' | '钟' | '时'));
    if chars.first() != Some(&'点') || digits.is_empty() || clock {
        return (0.0, 0);
    }
    let value = digits.iter().rev().fold(0.0, |sum, digit| (sum + digit) / 10.0);
    (value, 1 + digits.len())
}

fn digit(c: char) -> Option<f64> {
    let value = match c {
        '零' | '〇' => 0,
        '一' => 1,
        '二' | '两' => 2,
        '三' => 3,
        '四' => 4,
        '五' => 5,
        '六' => 6,
        '七' => 7,
        '八' => 8,
        '九' => 9,
        _ => return None,
    };
    Some(f64::from(value))
}

/// A whole number in Chinese numerals: 十八, 二百三十, 一万二千, 二〇一二.
fn chinese(chars: &[char]) -> Option<(f64, usize)> {
    let (mut total, mut section, mut pending, mut at) = (0.0, 0.0, None, 0);
    while let Some(&c) = chars.get(at) {
        if let Some(value) = digit(c) {
            // Digits side by side are read as places: 二〇一二.
            pending = Some(pending.map_or(value, |before: f64| before * 10.0 + value));
        } else {
            match c {
                '十' => section += pending.take().unwrap_or(1.0) * 10.0,
                // 百 and 千 need a digit before them: 百场 is a name, not a number.
                '百' => section += pending.take()? * 1e2,
                '千' => section += pending.take()? * 1e3,
                '万' | '亿' if pending.is_some() || section > 0.0 => {
                    let factor = if c == '万' { 1e4 } else { 1e8 };
                    total = (total + section + pending.take().unwrap_or(0.0)) * factor;
                    section = 0.0;
                }
                _ => break,
            }
        }
        at += 1;
    }
    (at > 0).then(|| (total + section + pending.unwrap_or(0.0), at))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Option<Number> {
        number(&text.chars().collect::<Vec<_>>())
    }

    fn value(text: &str) -> Amount {
        read(text).map_or(Amount::Text("none".to_owned()), |number| number.value)
    }

    #[test]
    fn numbers_in_every_dress() {
        let text = |text: &str| Amount::Text(text.to_owned());
        for (written, expected) in [
            ("1830万元", Amount::Whole(18_300_000)),
            ("3,306人", Amount::Whole(3306)),
            ("28.9%", Amount::Decimal(28.9)),
            ("十八项", Amount::Whole(18)),
            ("二百三十人", Amount::Whole(230)),
            ("一万二千人", Amount::Whole(12_000)),
            ("百分之九十五", Amount::Whole(95)),
            ("8-10学时", text("8-10")),
            ("4~5个", text("4-5")),
            ("一两个", text("1-2")),
            ("1:1000", text("1:1000")),
            ("150:1", text("150:1")),
            ("1:4-5", text("1:4-5")),
            ("百分之百", Amount::Whole(100)),
            ("百分之三点二", Amount::Decimal(3.2)),
            ("二〇一二年", Amount::Whole(2012)),
        ] {
            assert_eq!(value(written), expected, "{written}");
        }
    }

    #[test]
    fn about_words_are_kept() {
        let number = read("2千余份").expect("a number stands there");
        assert_eq!((number.value, number.approx, number.length), (Amount::Whole(2000), Some("余"), 3));
        assert_eq!(read("20多万元").expect("a number stands there").value, Amount::Whole(200_000));
        assert_eq!(read("2多次"), read("2多次"));
    }

    #[test]
    fn names_are_no_numbers() {
        assert_ne!(value("14:30"), Amount::Text("14:30".to_owned()));
        for text in ["百场", "千家", "万名", "余人", ""] {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
