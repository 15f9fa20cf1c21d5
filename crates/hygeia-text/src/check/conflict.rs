//! Two statements that cannot both hold, one of them with a number or an interval.

use crate::reading::{Check, CheckKind, IntervalUnit, Span};

use super::Evidence;

pub(super) fn checks(evidence: &Evidence<'_>) -> Vec<Check> {
    let mut found = Vec::new();
    found.extend(done_and_not_done(evidence));
    found.extend(often_and_too_seldom(evidence));
    found
}

/// 完成计划的91% against 已完成任务.
fn done_and_not_done(evidence: &Evidence<'_>) -> Option<Check> {
    let page = evidence.page;
    let below = evidence.quantities.iter().find(|quantity| {
        let before = Span::new(page.clause(quantity.span.start).start, quantity.span.start);
        let share_of_plan = page.holds(
            before,
            &["完成计划的", "完成任务的", "完成任务数的", "完成年度任务的", "完成目标的", "任务完成率"],
        );
        quantity.unit == "%" && share_of_plan && quantity.number().is_some_and(|value| value < 100.0)
    })?;
    let claim = page.clauses.iter().find(|&&clause| {
        let all = page.holds(clause, &["按时完成", "全面完成", "圆满完成", "超额完成", "全部完成"]);
        let task = page.holds(clause, &["任务", "指标", "计划"]);
        all && task && !page.holds(clause, &["确保", "力争", "努力", "要", "将"])
    })?;
    let said = page.clause(below.span.start);
    let says = format!("只完成 {} %，又说已完成任务", below.number().unwrap_or_default());
    let (first, second) = if said.start < claim.start { (said, *claim) } else { (*claim, said) };
    Some(evidence.check_between(first, second, CheckKind::Conflict, false, says, "check.done_and_not_done"))
}

/// 每天督查 against 检查频率不够.
fn often_and_too_seldom(evidence: &Evidence<'_>) -> Option<Check> {
    let page = evidence.page;
    let lack = page.clauses.iter().find(|&&clause| {
        let weak = page
            .find(clause, "不够")
            .or_else(|| page.find(clause, "不足"))
            .or_else(|| page.find(clause, "偏低"));
        page.find(clause, "频率").or_else(|| page.find(clause, "频次")).is_some() && weak.is_some()
    })?;
    let topic = ["检查", "督查", "消毒", "巡查", "监测", "培训", "演练"]
        .into_iter()
        .find(|topic| page.find(*lack, topic).is_some())?;
    let duty = evidence.duties.iter().find(|duty| {
        let frequent = matches!(duty.every.unit, IntervalUnit::Day | IntervalUnit::Week | IntervalUnit::Meal);
        frequent
            && (duty.quote.contains(topic) || (topic == "检查" && duty.quote.contains("督查")))
            && !duty.span.overlaps(*lack)
    })?;
    let says = format!("说{}，又说{topic}频率不够", duty.quote);
    let said = page.clause(duty.span.start);
    let (first, second) = if said.start < lack.start { (said, *lack) } else { (*lack, said) };
    Some(evidence.check_between(first, second, CheckKind::Conflict, false, says, "check.often_and_seldom"))
}
