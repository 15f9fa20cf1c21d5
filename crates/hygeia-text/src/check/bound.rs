//! A part may not exceed its whole, nor a share of people 100 %, nor days the calendar.

use crate::date::days_in;
use crate::phrase;
use crate::quantity::{Class, Quantity};
use crate::reading::{Check, CheckKind, Span};

use super::{Evidence, comparable};

/// Rates that may exceed 100 % in honest work.
const OPEN_RATES: &[&str] = &["完成率", "增长率", "增幅", "完成计划", "完成任务", "增长", "提高", "上升"];
/// How far in front of 其中 the whole may stand.
const WHOLE_WITHIN_CHARS: usize = 80;

pub(super) fn checks(evidence: &Evidence<'_>, sums: &[Check]) -> Vec<Check> {
    let mut found = among_which(evidence, sums);
    found.extend(succeeded(evidence));
    found.extend(of_the_same(evidence));
    found.extend(out_of(evidence));
    found.extend(joined(evidence));
    found.extend(settled(evidence));
    found.extend(above_hundred(evidence));
    found.extend(days_of_the_year(evidence));
    found
}

/// 442人…其中110人: whole, then part.
fn among_which(evidence: &Evidence<'_>, sums: &[Check]) -> Vec<Check> {
    let page = evidence.page;
    let mut found = Vec::new();
    for at in 0..page.folded.len() {
        let sum = sums.partition_point(|sum| sum.span.end <= at);
        if !page.starts(at, "其中") || sums.get(sum).is_some_and(|sum| sum.span.contains(at)) {
            continue;
        }
        let sentence = page.sentence(at);
        let before = Span::new(sentence.start.max(at.saturating_sub(WHOLE_WITHIN_CHARS)), at);
        let mut parts = parts_behind(evidence, at, sentence);
        let Some(&first) = parts.first() else { continue };
        let whole = evidence
            .within(before)
            .iter()
            .rev()
            .find(|whole| comparable(whole, first) && whole.class != Class::Percent);
        let Some((whole, total)) = whole.and_then(|whole| Some((whole, whole.number()?))) else { continue };
        keep_parts(evidence, &mut parts, total);
        let Some(last) = parts.last() else { continue };
        let values: Vec<f64> = parts.iter().filter_map(|part| part.number()).collect();
        let most = values.iter().copied().fold(0.0, f64::max);
        let reckoned: f64 = values.iter().sum();
        let terms: Vec<String> = values.iter().map(f64::to_string).collect();
        let says = format!(
            "{}{} {} {total}",
            terms.join(" + "),
            if values.len() > 1 { format!(" = {reckoned}") } else { String::new() },
            if most <= total { "≤" } else { ">" }
        );
        let (first, second) = (page.clause(whole.span.start), page.clause(at));
        let second = Span::new(second.start, page.clause(last.span.start).end);
        // Parts that make up the whole are a sum.
        if values.len() > 1 && (reckoned - total).abs() < 1e-6 {
            let span = Span::new(first.start, second.end);
            found.push(evidence.check(span, CheckKind::Sum, true, says, "check.parts_make_whole"));
            continue;
        }
        found.push(if second.start <= first.end + 1 {
            evidence.check(
                Span::new(first.start, second.end),
                CheckKind::Bound,
                most <= total,
                says,
                "check.among_which",
            )
        } else {
            evidence.check_between(first, second, CheckKind::Bound, most <= total, says, "check.among_which")
        });
    }
    found
}

/// Cuts the run of parts where it makes up the whole, or where a count of another clause with a verb of its
/// own (调集50名, 完成任务50例) exceeds it.
fn keep_parts(evidence: &Evidence<'_>, parts: &mut Vec<&Quantity>, total: f64) {
    let page = evidence.page;
    let mut sum = 0.0;
    for at in 0..parts.len() {
        let value = parts[at].number().unwrap_or(0.0);
        let own = Span::new(page.clause(parts[at].span.start).start, parts[at].span.start);
        if at > 0 && value > total && phrase::has_verb(page, own) {
            parts.truncate(at);
            return;
        }
        sum += value;
        if at > 0 && (sum - total).abs() < 1e-6 {
            parts.truncate(at + 1);
            return;
        }
    }
}

/// The run of comparable quantities behind 其中, clause after clause.
fn parts_behind<'a>(evidence: &Evidence<'a>, at: usize, sentence: Span) -> Vec<&'a Quantity> {
    let from = evidence.quantities.partition_point(|quantity| quantity.span.start < at);
    let mut parts: Vec<&Quantity> = Vec::new();
    for quantity in &evidence.quantities[from..] {
        let near = parts.last().map_or(at + 12, |last| last.span.end + 18);
        let behind = parts.last().map_or(at, |last| last.span.end);
        let closed = evidence.page.slice(Span::new(behind, quantity.span.start.max(behind))).contains(&';');
        if quantity.span.start >= sentence.end || quantity.span.start > near || closed {
            break;
        }
        // 其中3岁以下儿童934人: an age names the part.
        if matches!(quantity.unit.as_str(), "岁" | "周岁" | "月") {
            continue;
        }
        // 做到一例一分析 counts nothing.
        if quantity.is_article() && evidence.page.at(quantity.span.end) == Some('一') {
            continue;
        }
        let counts = matches!(
            quantity.class,
            Class::Person | Class::Thing | Class::Time | Class::Money | Class::Event | Class::Amount
        );
        if !counts || parts.first().is_some_and(|first| !comparable(first, quantity)) {
            break;
        }
        parts.push(quantity);
    }
    parts
}

/// 115名参赛…44人成功: a later count of those who came through.
fn succeeded(evidence: &Evidence<'_>) -> Vec<Check> {
    let page = evidence.page;
    let mut found = Vec::new();
    for pair in people(evidence).windows(2) {
        let (whole, part) = (pair[0], pair[1]);
        let clause = page.clause(part.span.start);
        let same = page.sentence(whole.span.start).contains(part.span.start);
        let came_through = page.holds(
            Span::new(part.span.end, clause.end),
            &["成功", "合格", "达标", "通过", "痊愈", "治愈", "获得"],
        );
        let leads = clause.start == part.span.start;
        let marked = page.holds(Span::new(whole.span.end, part.span.start), &["其中"]);
        if let (true, true, true, false, Some(total), Some(value)) =
            (same, came_through, leads, marked, whole.number(), part.number())
        {
            let says = format!("{value} {} {total}", if value <= total { "≤" } else { ">" });
            found.push(evidence.check_between(
                page.clause(whole.span.start),
                clause,
                CheckKind::Bound,
                value <= total,
                says,
                "check.came_through",
            ));
        }
    }
    found
}

fn people<'a>(evidence: &Evidence<'a>) -> Vec<&'a Quantity> {
    evidence
        .quantities
        .iter()
        .filter(|quantity| quantity.class == Class::Person && !quantity.name && !quantity.is_article())
        .collect()
}

/// 服务站64个，已有13处服务站…: the same noun counted again, as a part.
fn of_the_same(evidence: &Evidence<'_>) -> Vec<Check> {
    const NOUN_CHARS: usize = 4;
    let page = evidence.page;
    let mut found = Vec::new();
    for pair in evidence.quantities.windows(2) {
        let (whole, part) = (&pair[0], &pair[1]);
        if !comparable(whole, part) || whole.span.start < NOUN_CHARS || part.span.start > whole.span.end + 8 {
            continue;
        }
        let noun = page.text(Span::new(whole.span.start - NOUN_CHARS, whole.span.start));
        let again =
            page.find(Span::new(part.span.end, (part.span.end + 12).min(page.folded.len())), &noun).is_some();
        let partial = page.holds(Span::new(whole.span.end, part.span.start), &["有"]);
        if let (true, true, Some(total), Some(value)) = (again, partial, whole.number(), part.number()) {
            let span = Span::new(page.clause(whole.span.start).start, page.clause(part.span.start).end);
            let says = format!("{value} {} {total}", if value <= total { "≤" } else { ">" });
            found.push(evidence.check(span, CheckKind::Bound, value <= total, says, "check.same_noun"));
        }
    }
    found
}

/// 100分中的5分: whole and part side by side.
fn out_of(evidence: &Evidence<'_>) -> Vec<Check> {
    let page = evidence.page;
    let mut found = Vec::new();
    for pair in evidence.quantities.windows(2) {
        let (whole, part) = (&pair[0], &pair[1]);
        let between = page.text(Span::new(whole.span.end, part.span.start));
        let short = between.chars().count() <= 10 && !between.contains(['。', ';']);
        let out_of = matches!(between.as_str(), "中的" | "中有" | "里有" | "中")
            || (short && ["中,有", "中,", "中有"].iter().any(|ending| between.ends_with(ending)));
        if let (true, true, Some(total), Some(value)) =
            (out_of, comparable(whole, part), whole.number(), part.number())
        {
            let says = format!("{value} {} {total}", if value <= total { "≤" } else { ">" });
            let span = Span::new(page.clause(whole.span.start).start, page.clause(part.span.start).end);
            found.push(evidence.check(span, CheckKind::Bound, value <= total, says, "check.out_of"));
        }
    }
    found
}

/// 查出隐患25处，已整改23处; 应到56人，实到52人: what was settled of what was found or due.
fn settled(evidence: &Evidence<'_>) -> Vec<Check> {
    const APART_CHARS: usize = 14;
    let page = evidence.page;
    let mut found = Vec::new();
    for (index, pair) in evidence.quantities.windows(2).enumerate() {
        let (whole, part) = (&pair[0], &pair[1]);
        let between = Span::new(whole.span.end, part.span.start);
        let near = part.span.start <= whole.span.end + APART_CHARS
            && page.sentence(whole.span.start).contains(part.span.start);
        let done = page.holds(
            between,
            &["已整改", "已办结", "已完成", "已落实", "已治愈", "已转归", "现已", "整改完成", "办结", "实到"],
        );
        // A rate or a rest behind it makes a check of its own.
        let next =
            evidence.quantities.get(index + 2).filter(|next| next.span.start < part.span.end + APART_CHARS);
        let rate = next.is_some_and(|next| next.unit == "%" || page.ends(next.span.start, "其余"));
        if let (true, true, true, false, Some(total), Some(value)) =
            (near, done, comparable(whole, part), rate, whole.number(), part.number())
        {
            let span = Span::new(page.clause(whole.span.start).start, part.span.end);
            let says = format!("{value} {} {total}", if value <= total { "≤" } else { ">" });
            found.push(evidence.check(span, CheckKind::Bound, value <= total, says, "check.settled"));
        }
    }
    found
}

/// 各单位和两个中心共10家: one member of the sum is given, it may not exceed the sum.
fn joined(evidence: &Evidence<'_>) -> Vec<Check> {
    let page = evidence.page;
    let mut found = Vec::new();
    for pair in evidence.quantities.windows(2) {
        let (part, whole) = (&pair[0], &pair[1]);
        let clause = page.clause(part.span.start);
        let together = clause.contains(whole.span.start)
            && matches!(page.before(part.span.start), Some('和' | '及' | '与'))
            && (page.ends(whole.span.start, "共") || page.ends(whole.span.start, "共计"));
        if let (true, true, Some(total), Some(value)) =
            (together, comparable(whole, part), whole.number(), part.number())
        {
            let says = format!("{value} {} {total}", if value <= total { "≤" } else { ">" });
            found.push(evidence.check(clause, CheckKind::Bound, value <= total, says, "check.joined"));
        }
    }
    found
}

/// A rate of people above 100 %.
fn above_hundred(evidence: &Evidence<'_>) -> Vec<Check> {
    let page = evidence.page;
    let above =
        |quantity: &&Quantity| quantity.unit == "%" && quantity.number().is_some_and(|value| value > 100.0);
    let rates = evidence.quantities.iter().filter(above).filter(|quantity| {
        let before = Span::new(page.clause(quantity.span.start).start, quantity.span.start);
        page.holds(before, &["率", "占"]) && !page.holds(before, OPEN_RATES)
    });
    rates
        .map(|quantity| {
            let says = format!("{} % > 100 %", quantity.number().unwrap_or_default());
            evidence.check(
                page.clause(quantity.span.start),
                CheckKind::Bound,
                false,
                says,
                "check.above_hundred",
            )
        })
        .collect()
}

/// 截止11月27日，…222天: no more days than the year has had.
fn days_of_the_year(evidence: &Evidence<'_>) -> Vec<Check> {
    let page = evidence.page;
    let mut found = Vec::new();
    for date in evidence.dates {
        let as_of = ["截止", "截至", "截止到", "截至到"].iter().any(|word| page.ends(date.span.start, word));
        let (Some(month), Some(day), true) = (date.month, date.day, as_of) else { continue };
        let sentence = page.sentence(date.span.start);
        let days = evidence
            .within(Span::new(date.span.end, sentence.end))
            .iter()
            .find(|quantity| quantity.unit == "天");
        let Some((quantity, value)) = days.and_then(|quantity| Some((quantity, quantity.number()?))) else {
            continue;
        };
        let common_year = Some(2023);
        let before: u32 = (1..month).filter_map(|month| days_in(common_year, month)).sum();
        let most = f64::from(before + day);
        let leap = f64::from(u32::from(
            month > 2 && date.year.is_none_or(|year| days_in(Some(year), 2) == Some(29)),
        ));
        let ok = value <= most + leap;
        let says =
            format!("{value} {} {most} 天（{:.1} %）", if ok { "≤" } else { ">" }, value / most * 100.0);
        let span = Span::new(date.span.start.saturating_sub(2), page.clause(quantity.span.start).end);
        found.push(evidence.check(span, CheckKind::Bound, ok, says, "check.days_of_year"));
    }
    found
}
