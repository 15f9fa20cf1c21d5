//! Relations between the numbers of a document: what it says against what follows.

mod bound;
mod conflict;
mod count;
mod date;
mod explained;
mod found;
mod listed;
mod named;
mod rounds;
pub(crate) mod share;
mod sum;

use crate::date::Date;
use crate::page::Page;
use crate::quantity::{Class, Quantity};
use crate::reading::{Check, CheckKind, Duty, Heading, Span};

/// What the checks look at.
pub(crate) struct Evidence<'a> {
    pub page: &'a Page,
    pub quantities: &'a [Quantity],
    pub dates: &'a [Date],
    pub outline: &'a [Heading],
    pub duties: &'a [Duty],
}

/// All checks of the document, in order.
pub(crate) fn checks(evidence: &Evidence<'_>) -> Vec<Check> {
    let mut found = sum::checks(evidence);
    found.extend(bound::checks(evidence, &found));
    found.extend(count::checks(evidence));
    found.extend(listed::checks(evidence, &found));
    found.extend(named::checks(evidence));
    found.extend(share::checks(evidence));
    found.extend(date::checks(evidence));
    found.extend(conflict::checks(evidence));
    found.extend(rounds::checks(evidence));
    found.extend(explained::checks(evidence, &found));
    found.extend(found::checks(evidence, &found));
    found.sort_by_key(|check| check.span);
    found.dedup_by(|later, earlier| later.span == earlier.span && later.says == earlier.says);
    found
}

impl Evidence<'_> {
    /// Quantities inside a span.
    fn within(&self, span: Span) -> &[Quantity] {
        let from = self.quantities.partition_point(|quantity| quantity.span.start < span.start);
        let to = self.quantities.partition_point(|quantity| quantity.span.start < span.end);
        self.quantities.get(from..to).unwrap_or(&[])
    }

    fn check(&self, span: Span, kind: CheckKind, ok: bool, says: String, rule: &'static str) -> Check {
        Check { quote: self.page.quote(span), kind, ok, says, span, confidence: 0.8, rule }
    }

    /// A check between two places.
    fn check_between(
        &self,
        first: Span,
        second: Span,
        kind: CheckKind,
        ok: bool,
        says: String,
        rule: &'static str,
    ) -> Check {
        const APART_CHARS: usize = 24;
        let near =
            second.start < first.end + APART_CHARS && self.page.line(first.start).contains(second.start);
        let quote = if near {
            self.page.quote(Span::new(first.start, second.end))
        } else {
            format!("{}…{}", self.page.quote(first), self.page.quote(second))
        };
        Check { quote, kind, ok, says, span: Span::new(first.start, second.end), confidence: 0.7, rule }
    }
}

/// Where checks of one place stand, merged, so that a look is quick in a long document.
struct Covered(Vec<Span>);

impl Covered {
    /// A check between distant places covers nothing in between.
    const LONGEST_CHARS: usize = 160;

    fn by<'a>(checks: impl Iterator<Item = &'a Check>) -> Covered {
        let near = checks.map(|check| check.span).filter(|span| span.end - span.start <= Self::LONGEST_CHARS);
        let mut spans: Vec<Span> = near.collect();
        spans.sort_unstable();
        spans.dedup_by(|later, earlier| {
            let joined = later.overlaps(*earlier);
            earlier.end = if joined { earlier.end.max(later.end) } else { earlier.end };
            joined
        });
        Covered(spans)
    }

    /// The checked place that holds `at`.
    fn at(&self, at: usize) -> Option<Span> {
        let index = self.0.partition_point(|span| span.end <= at);
        self.0.get(index).copied().filter(|span| span.contains(at))
    }
}

/// Whether two quantities count the same sort of thing.
fn comparable(whole: &Quantity, part: &Quantity) -> bool {
    let cases = |quantity: &Quantity| quantity.class == Class::Person || quantity.unit == "例";
    let places = |quantity: &Quantity| matches!(quantity.unit.as_str(), "个" | "家" | "所" | "处");
    whole.unit == part.unit || (cases(whole) && cases(part)) || (places(whole) && places(part))
}

#[cfg(test)]
mod tests {
    use crate::reading::CheckKind;

    fn found(text: &str) -> Vec<(CheckKind, bool)> {
        let source = crate::decode(text.as_bytes(), "a.txt").expect("plain text always decodes");
        crate::read(&crate::normalise(&source))
            .checks
            .into_iter()
            .map(|check| (check.kind, check.ok))
            .collect()
    }

    #[test]
    fn parts_and_wholes() {
        assert_eq!(found("体检300人，其中查出龋齿20人。"), [(CheckKind::Bound, true)]);
        assert_eq!(found("体检30人，其中查出龋齿40人。"), [(CheckKind::Bound, false)]);
        assert_eq!(found("参加投票50人（网上30人，书面20人）。"), [(CheckKind::Sum, true)]);
        assert_eq!(found("参加投票50人（网上30人，书面10人）。"), [(CheckKind::Sum, false)]);
    }

    #[test]
    fn totals_and_differences() {
        assert_eq!(found("男生120人，女生100人，共220人。"), [(CheckKind::Sum, true)]);
        assert_eq!(found("男生120人，女生100人，共230人。"), [(CheckKind::Sum, false)]);
        assert_eq!(found("建档率由80%提高到90%，提高了12个百分点。"), [(CheckKind::Sum, false)]);
    }

    #[test]
    fn rates_and_shares() {
        assert_eq!(found("发放问卷400份，回收300份，回收率75%。"), [(CheckKind::Ratio, true)]);
        assert_eq!(found("发放问卷400份，回收300份，回收率85%。"), [(CheckKind::Ratio, false)]);
        assert_eq!(found("应种儿童400人，实种300人，接种率85%。"), [(CheckKind::Ratio, false)]);
        assert_eq!(found("门诊比上年增加1960人次，出院病人1042人次，病床使用率61.5%。"), []);
        assert_eq!(found("门诊病人1960人次，出院病人1042人次，病床使用率61.5%。"), []);
        assert_eq!(found("优秀占40%，良好占50%，一般占10%。"), [(CheckKind::Share, true)]);
        assert_eq!(found("优秀占40%，良好占50%，一般占20%。"), [(CheckKind::Share, false)]);
        assert_eq!(found("疫苗接种率达到103%。"), [(CheckKind::Bound, false)]);
    }

    #[test]
    fn counts_and_lists() {
        assert_eq!(found("落实“洗手、消毒、通风”三项措施。"), [(CheckKind::Count, true)]);
        assert_eq!(found("覆盖三家医院（县医院、中医院、妇保院、二院）。"), [(CheckKind::Count, false)]);
        assert_eq!(found("落实责任、资金和措施“三到位”。"), [(CheckKind::Count, true)]);
    }

    #[test]
    fn growth_heads_and_rounds() {
        assert_eq!(found("业务收入由80万元增加到100万元，增长25%。"), [(CheckKind::Ratio, true)]);
        assert_eq!(found("业务收入由80万元增加到100万元，增长35%。"), [(CheckKind::Ratio, false)]);
        assert_eq!(found("探头由120个增加到206个，增加了86个。"), [(CheckKind::Sum, true)]);
        assert_eq!(found("体检186人，费用11.16万元，人均600元。"), [(CheckKind::Ratio, true)]);
        assert_eq!(found("建成三个示范村，分别是甲村、乙村、丙村。"), [(CheckKind::Count, true)]);
        assert_eq!(found("坚持每月召开一次例会，全年共召开12次。"), [(CheckKind::Count, true)]);
        assert_eq!(found("坚持每月召开一次例会，全年共召开10次。"), [(CheckKind::Count, false)]);
    }

    #[test]
    fn told_one_by_one_and_later() {
        let towns = "3个街道组队参赛。东门街道建成步道。西关街道举办讲座。南湖街道开展义诊。";
        assert_eq!(found(towns), [(CheckKind::Count, true)]);
        assert_eq!(found(&towns.replace("3个", "4个")), []);
        let half = "卫生应急上半年工作总结\n实行季度考核制度，考核内容为六大类。今年已进行了两次考核。";
        assert_eq!(found(half), [(CheckKind::Count, true)]);
        assert_eq!(found(&half.replace("两次", "三次")), []);
    }

    #[test]
    fn dates_and_phases() {
        assert_eq!(
            found("1.部署阶段（6月1日至6月31日）。\n2.落实阶段（7月1日至7月31日）。"),
            [(CheckKind::Date, false)]
        );
        assert_eq!(
            found("1.部署阶段（6月1日至6月30日）。\n3.落实阶段（9月1日至9月30日）。"),
            [(CheckKind::Date, false)]
        );
        assert_eq!(found("截止6月30日，优良天数200天。"), [(CheckKind::Bound, false)]);
    }
}
