//! So many were examined, so many of them found, chosen or cured: the part may not exceed the whole.

use crate::page::Page;
use crate::quantity::{Class, Quantity};
use crate::reading::{Check, CheckKind, Span};

use super::{Covered, Evidence, comparable};

/// How far behind the whole the part may stand.
const WITHIN_CHARS: usize = 48;
/// Words of a clause that counts everybody looked at.
const EXAMINED: &[&str] = &[
    "检", "查", "筛", "测", "点评", "抽", "评估", "报名", "申报", "参赛", "参评", "摸底", "报告", "收治",
    "救治", "上报", "普治",
];
/// Words right in front of a count of those that something was true of.
const FOUND: &[&str] = &[
    "查出",
    "检出",
    "筛出",
    "筛查出",
    "发现",
    "确诊",
    "异常",
    "阳性",
    "不合格",
    "不合理",
    "不达标",
    "决出",
    "评出",
    "选出",
    "治愈",
    "痊愈",
    "转归",
    "患病",
];
/// Things found at a place, which are not places themselves.
const FAULTS: &[&str] = &["隐患", "问题", "线索", "案件", "违法", "违规", "建议", "意见"];

pub(super) fn checks(evidence: &Evidence<'_>, so_far: &[Check]) -> Vec<Check> {
    let page = evidence.page;
    let covered = Covered::by(so_far.iter());
    let bounds = Covered::by(so_far.iter().filter(|check| check.kind == CheckKind::Bound));
    let mut found = Vec::new();
    for (index, whole) in evidence.quantities.iter().enumerate() {
        let Some(total) = whole.number().filter(|_| counts(whole)) else { continue };
        let named = Span::new(page.clause(whole.span.start).start, whole.span.start);
        let behind = Span::new(whole.span.end, page.clause(whole.span.start).end);
        if !page.holds(named, EXAMINED) && !page.holds(behind, EXAMINED) {
            continue;
        }
        let Some(part) = part_behind(page, &evidence.quantities[index + 1..], whole) else { continue };
        let Some(value) = part.number() else { continue };
        let together = covered.at(part.span.start).is_some_and(|place| place.contains(whole.span.start));
        if together || bounds.at(part.span.start).is_some() {
            continue;
        }
        let says = format!("{value} {} {total}", if value <= total { "≤" } else { ">" });
        let (first, second) = (page.clause(whole.span.start), page.clause(part.span.start));
        found.push(evidence.check_between(
            Span::new(first.start, behind.end.min(part.span.start)),
            Span::new(second.start, list_end(page, part)),
            CheckKind::Bound,
            value <= total,
            says,
            "check.found_among",
        ));
    }
    found
}

/// Where the list that the part opens ends: 查出龋齿187人，肥胖46人.
fn list_end(page: &Page, part: &Quantity) -> usize {
    const LIST_CHARS: usize = 60;
    let rest = Span::new(part.span.end, page.sentence(part.span.start).end.min(part.span.end + LIST_CHARS));
    let stop = page.slice(rest).iter().position(|c| *c == ';').unwrap_or(rest.end - rest.start);
    part.span.end + stop
}

fn counts(quantity: &Quantity) -> bool {
    let class = matches!(quantity.class, Class::Person | Class::Thing | Class::Event);
    class && !quantity.name && !quantity.is_article()
}

/// The first count behind `whole`, when it tells how many of them were found.
fn part_behind<'a>(page: &Page, later: &'a [Quantity], whole: &Quantity) -> Option<&'a Quantity> {
    let part = later.iter().find(|quantity| counts(quantity))?;
    let near = part.span.start < whole.span.end + WITHIN_CHARS
        && page.line(whole.span.start).contains(part.span.start);
    let clause = page.clause(part.span.start);
    let own = Span::new(clause.start.max(whole.span.end), part.span.start);
    let place = |at: &Quantity| page.holds(page.clause(at.span.start), FAULTS);
    let same = (whole.unit == part.unit || comparable(whole, part) && whole.class == Class::Person)
        && place(whole) == place(part);
    // 每次查出, 共发现 of another period counts something else.
    let other = page.holds(own, &["每", "累计", "去年", "上年", "全市", "全县", "其中"]);
    (near && same && page.holds(own, FOUND) && !other).then_some(part)
}
