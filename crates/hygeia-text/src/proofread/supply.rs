//! A missing number that the document itself supplies.

use crate::check::share::names_the_part;
use crate::date::days_in;
use crate::page::Page;
use crate::quantity::{Class, Quantity};
use crate::read::Parsed;
use crate::reading::{Gap, GapKind, Span};

/// A value reckoned from the document.
pub(super) struct Supplied {
    /// How it was reckoned.
    pub reckoning: String,
    /// The wording with the number in it.
    pub wording: String,
}

/// The value for a gap, if a list, two counts or a date give it.
pub(super) fn value(page: &Page, parsed: &Parsed, gap: &Gap) -> Option<Supplied> {
    match gap.kind {
        GapKind::Mask => listed(page, gap),
        GapKind::Silent if gap.unit == "%" => days(page, parsed, gap).or_else(|| rate(page, parsed, gap)),
        GapKind::Silent => None,
    }
}

/// 甲、乙和丙x家医院: the list in front says how many.
fn listed(page: &Page, gap: &Gap) -> Option<Supplied> {
    if !matches!(gap.unit.as_str(), "家" | "个" | "所" | "项" | "种" | "名" | "人" | "位" | "条") {
        return None;
    }
    let clause = page.clause(gap.span.start);
    let mask =
        (gap.span.start..clause.end).find(|&at| matches!(page.at(at), Some('x' | 'X' | '*' | '_' | '×')))?;
    let mut end = mask;
    if page.before(end) == Some('等') {
        end -= 1;
    }
    let list = page.slice(Span::new(clause.start, end));
    let commas = list.iter().filter(|&&c| c == '、').count();
    let last = list.iter().rposition(|&c| c == '、')?;
    let joins = list[last..].iter().filter(|c| matches!(c, '和' | '及' | '与')).count().min(1);
    let masked_names = list.iter().any(|c| matches!(c, 'x' | '*' | '_' | '('));
    // 和 closes a list; without it the list may go on elsewhere.
    (commas > 0 && joins == 1 && !masked_names).then(|| {
        let count = commas + joins + 1;
        Supplied { reckoning: format!("前面列出 {count} 项"), wording: format!("{count}{}", gap.unit) }
    })
}

/// 截止11月27日…222天，优良率: days of the year so far.
fn days(page: &Page, parsed: &Parsed, gap: &Gap) -> Option<Supplied> {
    let sentence = page.sentence(gap.span.start);
    let first = parsed.dates.partition_point(|date| date.span.start < sentence.start);
    let date = parsed.dates[first..]
        .iter()
        .take_while(|date| date.span.start < sentence.end)
        .find(|date| date.day.is_some())?;
    let counted = within(parsed, sentence)
        .iter()
        .find(|quantity| quantity.unit == "天" && quantity.span.end <= gap.span.end)?;
    let (month, day) = (date.month?, date.day?);
    let year = date.year.or(Some(2023));
    let passed: u32 = (1..month).filter_map(|month| days_in(year, month)).sum::<u32>() + day;
    let value = counted.number().filter(|value| passed > 0 && *value <= f64::from(passed))?;
    let percent = round(value / f64::from(passed) * 100.0);
    Some(Supplied {
        reckoning: format!("{value} 天 / {passed} 天 = {percent} %"),
        wording: format!("{}{percent}%", wording(page, gap)),
    })
}

/// 应种200人，实种190人，接种率为: part over whole.
fn rate(page: &Page, parsed: &Parsed, gap: &Gap) -> Option<Supplied> {
    let clause = page.clause(gap.span.start);
    let sentence = page.sentence(gap.span.start);
    let before = within(parsed, Span::new(sentence.start, clause.start));
    let [.., whole, part] = before else { return None };
    let counts = whole.unit == part.unit && matches!(whole.class, Class::Person | Class::Thing);
    let (total, value) = (whole.number()?, part.number()?);
    let adjacent = part.span.end + 1 >= clause.start;
    let named = names_the_part(page, part, clause);
    if !counts
        || !named
        || !adjacent
        || value > total
        || total <= 0.0
        || page.holds(clause, &["比", "分别", "提高", "下降"])
    {
        return None;
    }
    let percent = round(value / total * 100.0);
    Some(Supplied {
        reckoning: format!("{value} / {total} = {percent} %"),
        wording: format!("{}{percent}%", wording(page, gap)),
    })
}

fn within(parsed: &Parsed, span: Span) -> &[Quantity] {
    let from = parsed.quantities.partition_point(|quantity| quantity.span.start < span.start);
    let to = parsed.quantities.partition_point(|quantity| quantity.span.start < span.end);
    parsed.quantities.get(from..to).unwrap_or(&[])
}

fn wording(page: &Page, gap: &Gap) -> String {
    page.quote(page.clause(gap.span.start))
}

/// One decimal.
fn round(value: f64) -> f64 {
    (value * 10.0).round() / 10.0
}
