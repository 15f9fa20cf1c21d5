//! What became of the live plan: its lines under its own headings, each with the evidence so far.

use crate::ReportError;
use crate::desk::Desk;
use crate::document::{self, Block, Run};
use crate::summary::numeral;
use crate::wording::{Names, aim};
use hygeia_store::{Plan, PlanItem};
use hygeia_work::{ItemProgress, Period};

/// Lines of one heading of the plan.
struct Group {
    title: String,
    lines: Vec<Vec<Run>>,
}

/// The live plans of the desk's unit that touch its period, as headings and paragraphs; empty when there is none.
pub(crate) fn of_plan(desk: &Desk<'_>) -> Result<Vec<Block>, ReportError> {
    let period = desk.period;
    let mut blocks = Vec::new();
    let mut number = 0;
    for plan in desk.work.plan_list(desk.actor)? {
        let here = plan.unit == desk.unit.id && plan.status == "live";
        if !here || plan.from > period.to || plan.to < period.from {
            continue;
        }
        let view = desk.work.plan_progress(desk.actor, plan.id)?;
        let groups = groups(&desk.names(), &view.plan, &view.items);
        if groups.is_empty() {
            continue;
        }
        let opening = format!(
            "以下按《{}》（{}至{}）的提纲逐条列出落实情况。",
            plan.title,
            Period::day(plan.from).title(false),
            Period::day(plan.to).title(false)
        );
        blocks.push(Block::Paragraph(vec![Run::Text(opening)]));
        for group in groups {
            if !group.title.is_empty() {
                number += 1;
                let text = format!("（{}）{}", numeral(number), group.title);
                blocks.push(Block::Heading { level: 2, text });
            }
            let lines = group.lines.into_iter().enumerate();
            blocks.extend(lines.map(|(at, line)| {
                let number = Run::Text(format!("{}. ", at + 1));
                Block::Paragraph(std::iter::once(number).chain(line).collect())
            }));
        }
    }
    Ok(blocks)
}

/// Lines with evidence under the heading of the plan they stand below. A numbered sentence whose duty or target
/// is told on its own is not told twice.
fn groups(names: &Names<'_>, plan: &Plan, items: &[(PlanItem, ItemProgress)]) -> Vec<Group> {
    let agreed = |item: &PlanItem| matches!(item.state.as_str(), "accepted" | "done");
    let evident: Vec<&PlanItem> =
        items.iter().map(|(item, _)| item).filter(|item| item.kind != "task" && agreed(item)).collect();
    let covered = |task: &PlanItem| evident.iter().any(|item| item.start < task.end && task.start < item.end);
    let mut ordered: Vec<&(PlanItem, ItemProgress)> = items.iter().collect();
    ordered.sort_by_key(|(item, _)| (item.start, !is_heading(item)));
    let mut groups = vec![Group { title: String::new(), lines: Vec::new() }];
    for (item, progress) in ordered {
        if is_heading(item) {
            groups.push(Group { title: item.title.clone(), lines: Vec::new() });
        } else if agreed(item)
            && !(item.kind == "task" && covered(item))
            && let (Some(line), Some(group)) = (line(names, plan, item, progress), groups.last_mut())
        {
            group.lines.push(line);
        }
    }
    groups.retain(|group| !group.lines.is_empty());
    groups
}

/// Whether the item is a heading of the plan's outline (in older plans a task marked 一、 or （一）), not one of its
/// numbered sentences.
fn is_heading(item: &PlanItem) -> bool {
    if item.kind == "heading" {
        return true;
    }
    let is_numeral = |c: char| "一二三四五六七八九十".contains(c);
    let quote = item.quote.trim_start();
    let rest = quote.trim_start_matches(['（', '(']);
    let after = rest.trim_start_matches(is_numeral);
    item.kind == "task" && after.len() < rest.len() && after.starts_with(['、', '）', ')', '.', '．'])
}

fn line(names: &Names<'_>, plan: &Plan, item: &PlanItem, progress: &ItemProgress) -> Option<Vec<Run>> {
    let title = item.title.trim();
    let told = |text: String| Run::Text(text);
    Some(match progress {
        ItemProgress::Duty { due, done, running, running_done, .. } => {
            duty(title, plan, item, (*due, *done), (*running, *running_done))
        }
        ItemProgress::Target(figure) => {
            let mut runs = vec![told(format!("{title}：")), Run::Figure(names.run(figure))];
            if let Some(target) = figure.target {
                let aim = aim(target, &figure.measure_word);
                runs.push(told(match figure.reached() {
                    Some(true) => format!("，达到计划目标（{aim}）。"),
                    Some(false) => format!("，未达到计划目标（{aim}）。"),
                    None => format!("，计划目标{aim}，是否达到无法判断。"),
                }));
            }
            runs
        }
        ItemProgress::Task { done: true, .. } => vec![told(format!("{title}：已完成。"))],
        ItemProgress::Task { late: true, .. } => vec![told(format!("{title}：逾期未完成。"))],
        ItemProgress::Task { .. } => vec![told(format!("{title}：进行中。"))],
        ItemProgress::None if matches!(item.kind.as_str(), "duty" | "target") => {
            vec![told(format!("{title}：没有对应的登记或指标，请补充落实情况。"))]
        }
        ItemProgress::None => return None,
    })
}

/// 应做、已做和完成率, counted over the days so far that the line was in force; where nothing was due yet, what the
/// time that still runs expects.
fn duty(
    title: &str,
    plan: &Plan,
    item: &PlanItem,
    (due, done): (u32, u32),
    (running, running_done): (u32, u32),
) -> Vec<Run> {
    let from = item.since.unwrap_or(plan.from);
    let quote: String = item.quote.chars().take(60).collect();
    let figure = |text: String, what: &str| {
        Run::Figure(document::Figure {
            text,
            definition: format!("{title}{what}，自{from}起至今；计划原文：{quote}"),
            href: format!("/plans/{}", plan.id.0),
            ..document::Figure::default()
        })
    };
    if due == 0 && running == 0 {
        return vec![Run::Text(format!("{title}：尚未到期。"))];
    }
    if due == 0 {
        return vec![
            Run::Text(format!("{title}：本期应完成")),
            figure(format!("{running}次"), "本期应登记数（尚未到期）"),
            Run::Text("，已完成".to_owned()),
            figure(format!("{running_done}次"), "本期已登记数"),
            Run::Text("，尚未到期。".to_owned()),
        ];
    }
    let rate = f64::from(done) * 100.0 / f64::from(due);
    vec![
        Run::Text(format!("{title}：应完成")),
        figure(format!("{due}次"), "应登记数"),
        Run::Text("，已完成".to_owned()),
        figure(format!("{done}次"), "已登记数"),
        Run::Text("，完成率".to_owned()),
        figure(format!("{rate:.1}%"), "已登记数 ÷ 应登记数 × 100%"),
        Run::Text("。".to_owned()),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::{directory, packs, rate};
    use hygeia_store::{OrgUnitId, PlanId, PlanItemId};
    use jiff::civil::date;

    fn item(kind: &str, quote: &str, start: i64, end: i64) -> PlanItem {
        PlanItem {
            id: PlanItemId(0),
            plan: PlanId(3),
            no: 0,
            kind: kind.into(),
            quote: quote.into(),
            start,
            end,
            title: quote.trim_start_matches(|c| "一二（）、1.".contains(c)).into(),
            times: None,
            every: None,
            when: None,
            at_least: false,
            metric: None,
            op: None,
            value: None,
            value_unit: None,
            due_from: None,
            due_to: None,
            duty: None,
            indicator: None,
            owner_unit: None,
            owner_role: None,
            owner_person: None,
            state: "accepted".into(),
            since: None,
            note: None,
            confidence: 1.0,
        }
    }

    fn plan() -> Plan {
        Plan {
            id: PlanId(3),
            unit: OrgUnitId(1),
            title: "计划".into(),
            kind: "plan".into(),
            file_name: String::new(),
            source: Vec::new(),
            text: String::new(),
            status: "live".into(),
            from: date(2026, 9, 1),
            to: date(2027, 1, 22),
            confirmed_at: Some(jiff::Timestamp::UNIX_EPOCH),
            closed_on: None,
            created_at: jiff::Timestamp::UNIX_EPOCH,
            created_by: String::new(),
        }
    }

    fn counted((due, done): (u32, u32), (running, running_done): (u32, u32)) -> ItemProgress {
        ItemProgress::Duty { due, done, running, running_done, only: None }
    }

    fn told(items: &[(PlanItem, ItemProgress)]) -> Vec<(String, Vec<String>)> {
        let (packs, directory) = (packs(), directory());
        let plain = |runs: &Vec<Run>| {
            let text = |run: &Run| match run {
                Run::Text(text) => text.clone(),
                Run::Figure(figure) => figure.text.clone(),
            };
            runs.iter().map(text).collect::<String>()
        };
        groups(&Names { packs: &packs, directory: &directory }, &plan(), items)
            .iter()
            .map(|group| (group.title.clone(), group.lines.iter().map(plain).collect()))
            .collect()
    }

    #[test]
    fn evidence_stands_under_the_plans_headings_and_once() {
        let open = || ItemProgress::Task { done: false, late: false };
        let target = ItemProgress::Target(Box::new(rate(1, Some("93.3"), Some("95"))));
        let items = [
            (item("duty", "做好晨检", 12, 20), counted((40, 30), (20, 3))),
            (item("task", "一、晨检", 0, 5), open()),
            (item("task", "1.每日做好晨检", 10, 20), open()),
            (item("target", "晨检率", 22, 30), target),
            (item("task", "二、培训", 40, 45), open()),
            (item("task", "1.组织一次培训", 46, 60), ItemProgress::Task { done: false, late: true }),
            (item("task", "三、经费", 70, 75), open()),
            (item("duty", "体检", 80, 85), counted((0, 0), (182, 177))),
            (item("duty", "讲座", 90, 92), counted((0, 0), (0, 0))),
            (item("duty", "全日观察", 93, 97), ItemProgress::None),
        ];
        let expected = [
            (
                "晨检",
                vec![
                    "做好晨检：应完成40次，已完成30次，完成率75.0%。",
                    "晨检率：93.3%，未达到计划目标（≥95%）。",
                ],
            ),
            ("培训", vec!["组织一次培训：逾期未完成。"]),
            (
                "三、经费",
                vec![
                    "体检：本期应完成182次，已完成177次，尚未到期。",
                    "讲座：尚未到期。",
                    "全日观察：没有对应的登记或指标，请补充落实情况。",
                ],
            ),
        ];
        for ((title, lines), (heading, wanted)) in told(&items).iter().zip(&expected) {
            assert_eq!(
                (title.as_str(), lines.iter().map(String::as_str).collect::<Vec<_>>()),
                (*heading, wanted.clone())
            );
        }
        assert_eq!(told(&items).len(), expected.len());
    }

    #[test]
    fn a_rejected_line_is_left_out() {
        let mut rejected = item("duty", "做好晨检", 1, 5);
        rejected.state = "rejected".into();
        assert!(told(&[(rejected, counted((4, 4), (0, 0)))]).is_empty());
    }
}
