//! Rates against their counts, and shares of one whole against 100 %.

use crate::page::{Page, is_han};
use crate::quantity::{Class, Quantity};
use crate::reading::{Check, CheckKind, Span};

use super::{Evidence, comparable};

/// Rounding allowed for a rate given without decimals, in percentage points.
const WHOLE_ROUNDING: f64 = 1.0;
/// Rounding allowed for a rate given with decimals.
const FINE_ROUNDING: f64 = 0.1;

/// Words for those that did not pass.
const REST: &[&str] = &["不合格", "拒收", "补考", "未通过", "未达标", "不达标", "未完成", "未整改"];

pub(super) fn checks(evidence: &Evidence<'_>) -> Vec<Check> {
    let mut found = Vec::new();
    for &sentence in &evidence.page.sentences {
        let inside = evidence.within(sentence);
        if inside.iter().any(|quantity| quantity.unit == "%") {
            found.extend(rate_of_two_counts(evidence, inside));
            found.extend(rate_of_the_rest(evidence, inside));
            found.extend(share_of_whole(evidence, inside));
            found.extend(shares_together(evidence, inside));
            found.extend(growth(evidence, inside));
        }
    }
    found
}

fn tolerance(rate: &Quantity) -> f64 {
    if rate.number().is_some_and(|value| value.fract() == 0.0) { WHOLE_ROUNDING } else { FINE_ROUNDING }
}

/// 发放400份，回收300份，回收率75%
fn rate_of_two_counts(evidence: &Evidence<'_>, inside: &[Quantity]) -> Vec<Check> {
    let page = evidence.page;
    let mut found = Vec::new();
    for triple in inside.windows(3) {
        let [whole, part, rate] = triple else { continue };
        let named = Span::new(page.clause(rate.span.start).start, rate.span.start);
        let counts = comparable(whole, part) && whole.unit != "%" && rate.unit == "%";
        let near = rate.span.start < part.span.end + 16 && part.span.start < whole.span.end + 40;
        let is_rate =
            page.holds(named, &["率"]) && !page.holds(named, &["提高", "下降", "上升", "比去年", "增长"]);
        let (Some(total), Some(value), Some(stated)) = (whole.number(), part.number(), rate.number()) else {
            continue;
        };
        // 合格40家，不合格5家: the second is the rest, not a part.
        let rest = page.holds(page.clause(part.span.start), REST);
        // 比上年增加1960人次: how the whole changed is no whole.
        let before = Span::new(page.clause(whole.span.start).start, whole.span.start);
        let change = page.holds(before, &["比上年", "比去年", "较上年", "较去年", "同比", "增加", "减少"]);
        if !counts
            || !near
            || !is_rate
            || rest
            || change
            || value > total
            || total <= 0.0
            || !names_the_part(page, part, named)
        {
            continue;
        }
        let reckoned = value / total * 100.0;
        let ok = (reckoned - stated).abs() <= tolerance(rate);
        // What is said to be wrong must be the rate of this act: 实种, 接种率, but not 出院病人, 病床使用率.
        if !ok && !named_after_act(page, page.clause(part.span.start), named) {
            continue;
        }
        let span = Span::new(page.clause(whole.span.start).start, rate.span.end);
        found.push(evidence.check(
            span,
            CheckKind::Ratio,
            ok,
            format!("{value}/{total} = {reckoned:.2} %"),
            "check.rate_of_counts",
        ));
    }
    found
}

/// 验收1460批次，合格率99.8%，拒收3批次; 合格40家，不合格5家，合格率88.9%: those that failed and the rate of the others.
fn rate_of_the_rest(evidence: &Evidence<'_>, inside: &[Quantity]) -> Vec<Check> {
    const BETWEEN_CHARS: usize = 40;
    let page = evidence.page;
    let clause = |quantity: &Quantity| page.clause(quantity.span.start);
    let mut found = Vec::new();
    for rate in inside.iter().filter(|quantity| quantity.unit == "%") {
        let named = Span::new(clause(rate).start, rate.span.start);
        if !page.holds(named, &["合格率", "通过率", "达标率", "完成率", "整改率"]) {
            continue;
        }
        let failed = inside.iter().find(|part| part.unit != "%" && page.holds(clause(part), REST));
        let Some(failed) = failed else { continue };
        let before = inside.iter().rev().find(|whole| {
            whole.span.start < failed.span.start
                && comparable(whole, failed)
                && !whole.is_article()
                && whole.unit != "%"
        });
        let Some(whole) = before else { continue };
        let (Some(first), Some(rest), Some(stated)) = (whole.number(), failed.number(), rate.number()) else {
            continue;
        };
        let passed = page.holds(clause(whole), &["合格", "达标", "完成", "通过"]);
        let total = if passed { first + rest } else { first };
        let reckoned = (total - rest) / total * 100.0;
        let ok = (reckoned - stated).abs() <= tolerance(rate);
        let start = whole.span.start.min(rate.span.start);
        let span = Span::new(page.clause(start).start, rate.span.end.max(failed.span.end));
        // Other reasons may explain a lower rate; only both counts together make it certain.
        if total > 0.0 && rest <= total && (ok || passed) && span.end - span.start <= BETWEEN_CHARS + 20 {
            let says = format!("({total} - {rest})/{total} = {reckoned:.2} %");
            found.push(evidence.check(span, CheckKind::Ratio, ok, says, "check.rate_of_the_rest"));
        }
    }
    found
}

/// Whether the character in front of 率 stands in the clause of the part.
fn named_after_act(page: &Page, part: Span, rate: Span) -> bool {
    let words = page.slice(rate);
    let act = words.iter().rposition(|c| *c == '率').and_then(|at| at.checked_sub(1)).map(|at| words[at]);
    act.is_some_and(|act| page.slice(part).contains(&act))
}

/// 回收300份，回收率: the rate is named after the act of the part, which is not only 其中 some of the whole.
pub(crate) fn names_the_part(page: &Page, part: &Quantity, rate: Span) -> bool {
    let clause = page.clause(part.span.start);
    let words = page.slice(Span::new(clause.start, part.span.start));
    let among = page.holds(clause, &["其中"]);
    let shared = page.slice(rate).iter().any(|c| *c != '率' && is_han(*c) && words.contains(c));
    shared && !among
}

/// 20名职工中，中级职称5人，占25%
fn share_of_whole(evidence: &Evidence<'_>, inside: &[Quantity]) -> Vec<Check> {
    let page = evidence.page;
    let mut found = Vec::new();
    let counted = |quantity: &&Quantity| {
        matches!(quantity.class, Class::Person | Class::Thing) && !quantity.is_article()
    };
    let Some(whole) = inside.iter().find(counted) else { return found };
    let Some(total) = whole.number().filter(|total| *total > 0.0) else { return found };
    for (index, rate) in inside.iter().enumerate() {
        let takes = page.holds(Span::new(rate.span.start.saturating_sub(3), rate.span.start), &["占"]);
        if rate.unit != "%" || !takes {
            continue;
        }
        // The count the share belongs to stands right before it, or before a bracket that explains it.
        let part = inside[..index].iter().rev().find(|part| {
            comparable(whole, part)
                && !page.ends(part.span.start, "其中有")
                && !page.ends(part.span.start, "其中")
        });
        let Some(part) = part.filter(|part| part.span.start > whole.span.start) else { continue };
        if rate.span.start > part.span.end + 28
            || page.slice(Span::new(part.span.end, rate.span.start)).contains(&';')
        {
            continue;
        }
        let (Some(value), Some(stated)) = (part.number(), rate.number()) else { continue };
        let reckoned = value / total * 100.0;
        let ok = (reckoned - stated).abs() <= tolerance(rate);
        let first = page.clause(whole.span.start);
        let second = Span::new(page.clause(part.span.start).start, rate.span.end);
        found.push(evidence.check_between(
            first,
            second,
            CheckKind::Ratio,
            ok,
            format!("{value}/{total} = {reckoned:.2} %"),
            "check.share_of_whole",
        ));
    }
    found
}

/// 由80万元增加到100万元，增长25%: a rate of change against the two amounts.
fn growth(evidence: &Evidence<'_>, inside: &[Quantity]) -> Vec<Check> {
    const APART_CHARS: usize = 16;
    let page = evidence.page;
    let mut found = Vec::new();
    for triple in inside.windows(3) {
        let [from, to, rate] = triple else { continue };
        let changed = page.holds(
            Span::new(to.span.end, rate.span.start),
            &["增长", "增加", "下降", "减少", "上升", "降低", "增幅", "降幅"],
        );
        let moved = page.holds(Span::new(from.span.end, to.span.start), &["到", "至"])
            && page.holds(Span::new(page.clause(from.span.start).start, from.span.start), &["由", "从"]);
        let near = rate.span.start <= to.span.end + APART_CHARS && comparable(from, to) && from.unit != "%";
        let (Some(low), Some(high), Some(stated)) = (from.number(), to.number(), rate.number()) else {
            continue;
        };
        if !(changed && moved && near && rate.unit == "%" && low > 0.0) {
            continue;
        }
        let reckoned = ((high - low) / low * 100.0).abs();
        let ok = (reckoned - stated).abs() <= tolerance(rate);
        let span = Span::new(page.clause(from.span.start).start, rate.span.end);
        let says = format!("|{high} - {low}|/{low} = {reckoned:.2} %");
        found.push(evidence.check(span, CheckKind::Ratio, ok, says, "check.growth"));
    }
    found
}

/// 优秀占40%，良好占50%，一般占10%
fn shares_together(evidence: &Evidence<'_>, inside: &[Quantity]) -> Vec<Check> {
    let page = evidence.page;
    let takes = |rate: &&Quantity| {
        let clause = page.clause(rate.span.start);
        rate.unit == "%" && page.holds(Span::new(clause.start, rate.span.start), &["占", "有"])
    };
    let shares: Vec<&Quantity> = inside.iter().filter(takes).collect();
    let values: Vec<f64> = shares.iter().filter_map(|rate| rate.number()).collect();
    let sum: f64 = values.iter().sum();
    // Far from 100 % they are not the parts of one whole.
    if shares.len() < 3 || !(85.0..=115.0).contains(&sum) {
        return Vec::new();
    }
    let ok = (sum - 100.0).abs() <= 0.5;
    let terms: Vec<String> = values.iter().map(f64::to_string).collect();
    let span = Span::new(page.clause(shares[0].span.start).start, shares[shares.len() - 1].span.end);
    vec![evidence.check(
        span,
        CheckKind::Share,
        ok,
        format!("{} = {sum} %", terms.join(" + ")),
        "check.shares",
    )]
}
