//! A missing number that the document itself supplies.

use crate::check::share::names_the_part;
use crate::date::days_in;
use crate::page::Page;
use crate::phrase;
use crate::quantity::{Class, Quantity};
use crate::read::Parsed;
use crate::reading::{Figure, Gap, GapKind, Span};

/// A shorter name may belong to several figures.
const NAME_CHARS: usize = 3;

/// A value reckoned from the document.
pub(super) struct Supplied {
    /// How it was reckoned.
    pub reckoning: String,
    /// The words of the gap with the number in them: they can stand in its place.
    pub wording: String,
}

impl Supplied {
    /// `number` in place of `lost` inside the gap.
    fn new(page: &Page, gap: &Gap, lost: Span, number: &str, reckoning: String) -> Supplied {
        let before = page.quote(Span::new(gap.span.start, lost.start));
        let after = page.quote(Span::new(lost.end, gap.span.end));
        Supplied { reckoning, wording: format!("{before}{number}{after}") }
    }

    /// `number` in front of the unit that was left behind, or behind the gap with the unit.
    fn silent(page: &Page, gap: &Gap, number: f64, reckoning: String) -> Supplied {
        match unit_at(page, gap) {
            Some(at) => Supplied::new(page, gap, Span::new(at, at), &number.to_string(), reckoning),
            None => {
                let end = Span::new(gap.span.end, gap.span.end);
                Supplied::new(page, gap, end, &format!("{number}{}", gap.unit), reckoning)
            }
        }
    }
}

/// Where the unit stands that a lost number has left behind: the last place in the gap.
fn unit_at(page: &Page, gap: &Gap) -> Option<usize> {
    let mut places = (gap.span.start..gap.span.end).rev();
    places.find(|&at| page.starts(at, &gap.unit)).filter(|_| !gap.unit.is_empty())
}

/// The value for a gap, if a list, two counts or a date give it.
pub(super) fn value(page: &Page, parsed: &Parsed, gap: &Gap) -> Option<Supplied> {
    match gap.kind {
        GapKind::Mask => listed(page, gap),
        GapKind::Silent if gap.unit == "%" => {
            days(page, parsed, gap).or_else(|| rate(page, parsed, gap)).or_else(|| told(page, parsed, gap))
        }
        GapKind::Silent => told(page, parsed, gap),
    }
}

/// 甲、乙和丙x家医院: the list in front says how many.
fn listed(page: &Page, gap: &Gap) -> Option<Supplied> {
    if !matches!(gap.unit.as_str(), "家" | "个" | "所" | "项" | "种" | "名" | "人" | "位" | "条") {
        return None;
    }
    let clause = page.clause(gap.span.start);
    let masked = mask_of_unit(page, gap)?;
    let mask = masked.start;
    let mut end = mask;
    if page.before(end) == Some('等') {
        end -= 1;
    }
    let list = page.slice(Span::new(clause.start, end));
    let commas = list.iter().filter(|&&c| c == '、').count();
    let last = list.iter().rposition(|&c| c == '、')?;
    let joins = list[last..].iter().filter(|c| matches!(c, '和' | '及' | '与')).count().min(1);
    let explained = list.contains(&'(');
    // 和 closes a list; without it the list may go on elsewhere.
    (commas > 0 && joins == 1 && !explained).then(|| {
        let count = commas + joins + 1;
        Supplied::new(page, gap, masked, &count.to_string(), format!("前面列出 {count} 项"))
    })
}

/// The mask that the unit follows; a masked name may stand in front of it.
fn mask_of_unit(page: &Page, gap: &Gap) -> Option<Span> {
    let masks = |at: usize| matches!(page.at(at), Some('x' | 'X' | '*' | '_' | '×'));
    let unit = (gap.span.start + 1..gap.span.end).find(|&at| masks(at - 1) && page.starts(at, &gap.unit))?;
    let start = (gap.span.start..unit).rev().take_while(|&at| masks(at)).last()?;
    Some(Span::new(start, unit))
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
    Some(Supplied::silent(page, gap, percent, format!("{value} 天 / {passed} 天 = {percent} %")))
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
    Some(Supplied::silent(page, gap, percent, format!("{value} / {total} = {percent} %")))
}

/// 全镇总人口人, and elsewhere 全镇总人口28400人: the one figure of that name in the document.
fn told(page: &Page, parsed: &Parsed, gap: &Gap) -> Option<Supplied> {
    let clause = page.clause(gap.span.start);
    let unit = unit_at(page, gap)?;
    let own = phrase::named(page, Span::new(clause.start, unit));
    // 药品收入万元,占%: the clause in front names what takes the share.
    let name = own.or_else(|| {
        let before = phrase::named(page, page.previous_clause(clause.start)?)?;
        Some(before.trim_end_matches("万元").to_owned())
    })?;
    let same = |figure: &&Figure| {
        let rest = figure.metric.strip_prefix(&name);
        figure.unit == gap.unit && rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['在', '占']))
    };
    let mut told = parsed.reading.figures.iter().filter(same);
    let figure = told.next().filter(|_| name.chars().count() >= NAME_CHARS)?;
    let value = figure.value.number()?;
    // Two values leave it open which is meant.
    let agree = told.all(|other| other.value == figure.value);
    agree.then(|| Supplied::silent(page, gap, value, format!("另处写明“{}”", figure.quote)))
}

fn within(parsed: &Parsed, span: Span) -> &[Quantity] {
    let from = parsed.quantities.partition_point(|quantity| quantity.span.start < span.start);
    let to = parsed.quantities.partition_point(|quantity| quantity.span.start < span.end);
    parsed.quantities.get(from..to).unwrap_or(&[])
}

/// One decimal.
fn round(value: f64) -> f64 {
    (value * 10.0).round() / 10.0
}
