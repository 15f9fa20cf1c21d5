//! What became of the live plan: its lines under its own headings, each with the evidence so far.

use crate::ReportError;
use crate::desk::Desk;
use crate::document::{self, Block, Run};
use crate::summary::numeral;
use crate::wording::{NO_DATA, Names, aim};
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

/// Lines with evidence under the heading of the plan they stand below.
fn groups(names: &Names<'_>, plan: &Plan, items: &[(PlanItem, ItemProgress)]) -> Vec<Group> {
    let mut groups = vec![Group { title: String::new(), lines: Vec::new() }];
    for (item, progress) in items {
        let agreed = matches!(item.state.as_str(), "accepted" | "done");
        if item.kind == "task" {
            groups.push(Group { title: item.title.clone(), lines: Vec::new() });
        }
        let line = if agreed { line(names, plan, item, progress) } else { None };
        if let (Some(line), Some(group)) = (line, groups.last_mut()) {
            group.lines.push(line);
        }
    }
    groups.retain(|group| !group.lines.is_empty());
    groups
}

fn line(names: &Names<'_>, plan: &Plan, item: &PlanItem, progress: &ItemProgress) -> Option<Vec<Run>> {
    let title = item.title.trim();
    let told = |text: String| Run::Text(text);
    Some(match progress {
        ItemProgress::Duty { due, done } => duty(title, plan, item, *due, *done),
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
        ItemProgress::None => return None,
    })
}

/// 应做、已做和完成率, counted over the plan's days so far.
fn duty(title: &str, plan: &Plan, item: &PlanItem, due: u32, done: u32) -> Vec<Run> {
    let quote: String = item.quote.chars().take(60).collect();
    let figure = |text: String, what: &str, missing| {
        Run::Figure(document::Figure {
            text,
            definition: format!("{title}{what}，自{}起至今；计划原文：{quote}", plan.from),
            href: format!("/plans/{}", plan.id.0),
            missing,
            ..document::Figure::default()
        })
    };
    if due == 0 {
        let nothing = figure(NO_DATA.to_owned(), "应登记数为零", true);
        return vec![Run::Text(format!("{title}：")), nothing, Run::Text("（尚未到期）。".to_owned())];
    }
    let rate = f64::from(done) * 100.0 / f64::from(due);
    vec![
        Run::Text(format!("{title}：应完成")),
        figure(format!("{due}次"), "应登记数", false),
        Run::Text("，已完成".to_owned()),
        figure(format!("{done}次"), "已登记数", false),
        Run::Text("，完成率".to_owned()),
        figure(format!("{rate:.1}%"), "已登记数 ÷ 应登记数 × 100%", false),
        Run::Text("。".to_owned()),
    ]
}
