//! Rates and averages that other counts of the document explain: reported only where the reckoning agrees.

use crate::page::{Page, is_han};
use crate::quantity::{Class, Quantity};
use crate::reading::{Check, CheckKind, Span};

use super::{Covered, Evidence, comparable};

/// How far in front of a rate its part may stand.
const PART_WITHIN_CHARS: usize = 16;
/// How many counts in front of a rate are tried as its whole.
const MOST_COUNTS: usize = 40;

pub(super) fn checks(evidence: &Evidence<'_>, so_far: &[Check]) -> Vec<Check> {
    let mut found = rates(evidence, so_far);
    found.extend(per_head(evidence));
    found.extend(growth_by(evidence));
    found
}

/// 活产数268人…死亡2例，死亡率7.46‰: a rate that a count right in front of it makes with an earlier one.
fn rates(evidence: &Evidence<'_>, so_far: &[Check]) -> Vec<Check> {
    let page = evidence.page;
    let covered = Covered::by(so_far.iter().filter(|check| check.kind == CheckKind::Ratio));
    let mut found = Vec::new();
    for (index, rate) in evidence.quantities.iter().enumerate() {
        let named = Span::new(page.clause(rate.span.start).start, rate.span.start);
        if !matches!(rate.unit.as_str(), "%" | "‰")
            || !page.holds(named, &["率", "占", "比例", "任务", "计划"])
        {
            continue;
        }
        if covered.at(rate.span.start).is_some() {
            continue;
        }
        let before: Vec<&Quantity> = evidence.quantities[..index]
            .iter()
            .rev()
            .filter(|other| is_count(other))
            .take(MOST_COUNTS)
            .collect();
        let Some((part, whole)) = pair(page, rate, named, &before) else { continue };
        let (value, total) = (part.number().unwrap_or(0.0), whole.number().unwrap_or(1.0));
        let says = format!("{value}/{total} = {:.2} {}", value / total * scale(rate), rate.unit);
        let (first, second) = if whole.span.start < part.span.start { (whole, part) } else { (part, whole) };
        found.push(evidence.check_between(
            page.clause(first.span.start),
            Span::new(page.clause(second.span.start).start, rate.span.end),
            CheckKind::Ratio,
            true,
            says,
            "check.explained_rate",
        ));
    }
    found
}

fn is_count(quantity: &Quantity) -> bool {
    let class = matches!(
        quantity.class,
        Class::Person | Class::Thing | Class::Event | Class::Amount | Class::Money | Class::Duration
    );
    let age = matches!(quantity.unit.as_str(), "岁" | "周岁" | "年" | "月");
    class && !age && !quantity.name && quantity.number().is_some_and(|value| value > 0.0)
}

/// The part and the whole that make the rate, from the counts in front of it, the nearest first.
fn pair<'a>(
    page: &Page,
    rate: &Quantity,
    named: Span,
    before: &[&'a Quantity],
) -> Option<(&'a Quantity, &'a Quantity)> {
    let nearest = *before.first()?;
    if nearest.span.end + PART_WITHIN_CHARS <= rate.span.start {
        return None;
    }
    let earlier = before[1..].iter().copied().filter(|whole| !whole.is_article());
    let whole = earlier.clone().find(|whole| {
        (comparable(whole, nearest) || is_roll(page, whole, nearest))
            && agrees(page, rate, nearest, whole)
            && within_reach(page, rate, named, nearest, whole)
    });
    if let Some(whole) = whole {
        return Some((nearest, whole));
    }
    // 体检4127人，应检5290人，体检率78%; 完成任务(50例)的62%: the whole stands nearest.
    let due = page.holds(
        Span::new(page.clause(nearest.span.start).start, nearest.span.end),
        &["应", "任务", "计划", "目标", "总", "共"],
    );
    let part = earlier.take(3).find(|part| {
        comparable(part, nearest)
            && page.sentence(part.span.start).contains(rate.span.start)
            && agrees(page, rate, part, nearest)
    });
    part.filter(|_| due).map(|part| (part, nearest))
}

/// 服务人口2万人…档案1.8万份: a roll of people counts papers.
fn is_roll(page: &Page, whole: &Quantity, part: &Quantity) -> bool {
    let papers = matches!(part.unit.as_str(), "份" | "册" | "张" | "人" | "人次" | "户");
    let paper = page.holds(page.clause(part.span.start), &["档案", "问卷", "签约", "手册", "卡", "协议"]);
    papers && paper && matches!(whole.class, Class::Person)
}

/// A rate with decimals is proof enough anywhere; a whole number needs the same sentence, or a rate named
/// after the act of its part (建立档案…建档率) in the same paragraph.
fn within_reach(page: &Page, rate: &Quantity, named: Span, part: &Quantity, whole: &Quantity) -> bool {
    if decimals(page, rate) > 0 || page.sentence(whole.span.start).contains(rate.span.start) {
        return true;
    }
    let own = page.clause(part.span.start);
    let words = page.slice(Span::new(own.start, part.span.end));
    let mut name = page.slice(named).iter().rev().skip_while(|c| **c != '率').skip(1).take(2);
    let named_after = page.holds(named, &["率"]) && name.all(|c| is_han(*c) && words.contains(c));
    named_after && page.line(whole.span.start).contains(rate.span.start)
}

fn scale(rate: &Quantity) -> f64 {
    if rate.unit == "‰" { 1000.0 } else { 100.0 }
}

fn decimals(page: &Page, rate: &Quantity) -> usize {
    let text = page.text(rate.span);
    text.split('.').nth(1).map_or(0, |digits| digits.chars().take_while(char::is_ascii_digit).count())
}

/// Whether the two counts make the stated rate, rounded as it is.
fn agrees(page: &Page, rate: &Quantity, part: &Quantity, whole: &Quantity) -> bool {
    let (Some(value), Some(total), Some(stated)) = (part.number(), whole.number(), rate.number()) else {
        return false;
    };
    let tolerance = 0.51 / 10f64.powi(decimals(page, rate).min(4) as i32);
    total > value && value > 0.0 && (value / total * scale(rate) - stated).abs() <= tolerance
}

/// 186人，共11.16万元，人均600元; 收治3406人次，总费用1794万元，次均费用5267元: the amount for each.
fn per_head(evidence: &Evidence<'_>) -> Vec<Check> {
    const NAMES: &[&str] = &["人均", "平均每人", "次均", "例均", "户均", "平均每户", "平均每例", "每人平均"];
    let page = evidence.page;
    let mut found = Vec::new();
    for (index, each) in evidence.quantities.iter().enumerate() {
        let named = Span::new(page.clause(each.span.start).start, each.span.start);
        if index < 2 || !page.holds(named, NAMES) {
            continue;
        }
        let line = page.line(each.span.start);
        let before: Vec<&Quantity> = evidence.quantities[..index]
            .iter()
            .rev()
            .take_while(|other| other.span.start >= line.start)
            .take(12)
            .collect();
        let heads =
            |other: &&&Quantity| matches!(other.class, Class::Person | Class::Event) || other.unit == "户";
        // Rounded amounts agree within one percent; another pair of numbers is no evidence.
        let fits = |people: &Quantity, total: &Quantity| {
            let (Some(count), Some(sum), Some(stated)) = (people.number(), total.number(), each.number())
            else {
                return false;
            };
            count > 1.0 && (sum / count - stated).abs() <= stated * 0.01
        };
        let pair = before.iter().filter(|other| other.unit == each.unit).find_map(|total| {
            let people = before.iter().filter(heads).find(|people| fits(people, total))?;
            Some((*people, *total))
        });
        let Some((people, total)) = pair else { continue };
        let (count, sum) = (people.number().unwrap_or(1.0), total.number().unwrap_or(0.0));
        let says = format!("{sum}/{count} = {:.2}", sum / count);
        let (first, second) =
            if people.span.start < total.span.start { (people, total) } else { (total, people) };
        let shown = [first, second, each].map(|one| {
            let clause = page.clause(one.span.start);
            page.quote(Span::new(clause.start, one.span.end))
        });
        let span = Span::new(page.clause(first.span.start).start, each.span.end);
        let check = evidence.check(span, CheckKind::Ratio, true, says, "check.per_head");
        found.push(Check { quote: shown.join("…"), ..check });
    }
    found
}

/// 接诊15600人次，比上年增加1960人次，增长14.4%: the change against the count it changed.
fn growth_by(evidence: &Evidence<'_>) -> Vec<Check> {
    let page = evidence.page;
    let mut found = Vec::new();
    for triple in evidence.quantities.windows(3) {
        let [now, change, rate] = triple else { continue };
        let (said, led) =
            (Span::new(change.span.end, rate.span.start), Span::new(now.span.end, change.span.start));
        let up = ["增长", "增加", "上升", "提高", "增幅"];
        let down = ["下降", "减少", "降低", "降幅"];
        let near = rate.span.start < change.span.end + PART_WITHIN_CHARS
            && page.sentence(now.span.start).contains(rate.span.start)
            && rate.unit == "%"
            && now.unit == change.unit
            && now.unit != "%";
        let Some(sign) = (page.holds(led, &up) && page.holds(said, &up))
            .then_some(-1.0)
            .or_else(|| (page.holds(led, &down) && page.holds(said, &down)).then_some(1.0))
            .filter(|_| near)
        else {
            continue;
        };
        let (Some(current), Some(moved), Some(stated)) = (now.number(), change.number(), rate.number())
        else {
            continue;
        };
        let base = current + sign * moved;
        let reckoned = moved / base * 100.0;
        let tolerance = 0.51 / 10f64.powi(decimals(page, rate).min(4) as i32);
        if base > 0.0 && (reckoned - stated).abs() <= tolerance {
            let span = Span::new(page.clause(now.span.start).start, rate.span.end);
            let says = format!("{moved}/{base} = {reckoned:.2} %");
            found.push(evidence.check(span, CheckKind::Ratio, true, says, "check.growth_by"));
        }
    }
    found
}
