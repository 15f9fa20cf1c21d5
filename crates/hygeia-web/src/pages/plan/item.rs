//! One line of a plan: what was read, what it means here, who has it, how far it has come; and the form that decides it.

use crate::reply::link;
use crate::view::icons::icon;
use crate::view::pieces::{counted_in, figure_link};
use crate::view::shell::token;
use crate::visit::{Params, Visit};
use hygeia_pack::model::{Duty, DutyId, Every, Indicator, IndicatorId, Interval, PackSet, RoleId};
use hygeia_report::chart::ring;
use hygeia_store::{Plan, PlanItem};
use hygeia_work::{
    Candidates, Caution, FieldProblem, ItemChoice, ItemProgress, MatchReason, OtherAim, Result, Suggester,
    Suggestion, WorkError, expected_of_each,
};
use maud::{Markup, PreEscaped, html};

fn kind_title<'a>(visit: &'a Visit, kind: &str) -> &'a str {
    match kind {
        "duty" => visit.t("常规", "Duty"),
        "target" => visit.t("目标", "Target"),
        "deadline" => visit.t("期限", "Deadline"),
        _ => visit.t("任务", "Task"),
    }
}

pub(super) fn state_tag(visit: &Visit, state: &str) -> Markup {
    match state {
        "accepted" => html! { span.tag.done { (visit.t("已采纳", "Accepted")) } },
        "rejected" => html! { span.tag { (visit.t("不采纳", "Rejected")) } },
        "done" => html! { span.tag.done { (visit.t("已完成", "Done")) } },
        _ => html! { span.tag.due { (visit.t("待定", "Open")) } },
    }
}

/// `每周 3 次`, `3 × a week`; of each of several things, `每工作日 早餐、午餐各 1 次`. An interval that no calendar knows
/// is told in the document's own words, `每餐 1 次`.
fn rhythm_text(packs: &PackSet, item: &PlanItem, english: bool) -> Option<String> {
    let every = item.every?;
    let unit = interval_title(every.unit, english);
    let times = item.times.unwrap_or(1);
    let things: Vec<&str> = expected_of_each(packs, item).iter().map(|title| title.text(english)).collect();
    let own = item.when.as_deref().filter(|when| things.is_empty() && when.starts_with('每'));
    if english {
        let least = if item.at_least { "at least " } else { "" };
        let every = match own {
            Some(own) => own.to_owned(),
            None if every.n == 1 => format!("a {unit}"),
            None => format!("every {} {unit}s", every.n),
        };
        let each = if things.is_empty() { String::new() } else { format!(" each: {}", things.join(", ")) };
        return Some(format!("{least}{times} × {every}{each}"));
    }
    let least = if item.at_least { "至少" } else { "" };
    let every = match own {
        Some(own) => own.to_owned(),
        None if every.n == 1 => format!("每{unit}"),
        None => format!("每 {} {unit}", every.n),
    };
    let each = if things.is_empty() { String::new() } else { format!(" {}各", things.join("、")) };
    Some(format!("{every}{each}{least} {times} 次"))
}

fn interval_title(unit: Interval, english: bool) -> &'static str {
    let (zh, en) = match unit {
        Interval::Day => ("天", "day"),
        Interval::SchoolDay => ("工作日", "working day"),
        Interval::Week => ("周", "week"),
        Interval::HalfMonth => ("半月", "half-month"),
        Interval::Month => ("月", "month"),
        Interval::Quarter => ("季度", "quarter"),
        Interval::Term => ("学期", "term"),
        Interval::SchoolYear => ("学年", "school year"),
        Interval::Year => ("年", "year"),
    };
    if english { en } else { zh }
}

const INTERVALS: [Interval; 9] = [
    Interval::Day,
    Interval::SchoolDay,
    Interval::Week,
    Interval::HalfMonth,
    Interval::Month,
    Interval::Quarter,
    Interval::Term,
    Interval::SchoolYear,
    Interval::Year,
];

pub(super) fn card(
    visit: &Visit,
    packs: &PackSet,
    plan: &Plan,
    item: &PlanItem,
    progress: &ItemProgress,
    may: bool,
    choose: Option<&Suggester>,
) -> Markup {
    let wanted = match (&item.op, &item.value) {
        (Some(op), Some(value)) => {
            let sign = match op.as_str() {
                ">=" => "≥",
                "<=" => "≤",
                other => other,
            };
            Some(format!("{sign} {}{}", value.normalize(), item.value_unit.as_deref().unwrap_or_default()))
        }
        _ => None,
    };
    let cautions = match item.state.as_str() {
        "rejected" => Vec::new(),
        _ => visit.work.plan_cautions(plan, item),
    };
    html! {
        section.card.plan-item id={ "item-" (item.id.0) } data-item=(item.id.0) data-state=(item.state) tabindex="0" {
            div.row {
                span.tag.kind { (kind_title(visit, &item.kind)) }
                strong.grow { (item.title) }
                span data-item-state { (state_tag(visit, &item.state)) }
            }
            p.quote { "“" (item.quote) "”" }
            p.row {
                @let rhythm = rhythm_text(packs, item, visit.actor.english);
                @if let Some(rhythm) = &rhythm { span.num { (rhythm) } }
                @if let Some(when) = item.when.as_ref().filter(|when| rhythm.as_ref().is_none_or(|said| !said.contains(*when))) { span.muted { (when) } }
                @if let Some(wanted) = wanted { span.num { (visit.t("目标 ", "Target ")) (wanted) } }
                @if let Some(due) = item.due_to { span.num { (visit.t("期限 ", "Due ")) (due) } }
                @if let Some(note) = &item.note { span.muted { (note) } }
            }
            div data-item-cautions { @for caution in &cautions { p.field-problem.warning { (caution_text(visit, caution)) } } }
            @if plan.status != "draft" && matches!(item.state.as_str(), "accepted" | "done") { (progress_line(visit, packs, plan, item, progress)) }
            @if may && plan.status != "closed" {
                @match choose {
                    Some(suggester) => { (choice_form(visit, packs, plan, item, suggester)) }
                    None => { (live_actions(visit, plan, item)) }
                }
            }
        }
    }
}

pub(super) fn caution_text(visit: &Visit, caution: &Caution) -> String {
    let english = visit.actor.english;
    match caution {
        Caution::MostADay { register, most, per_person } if english => {
            let of = if *per_person { " of each person" } else { "" };
            format!("“{}” takes {most} a day{of} at most; that many are expected", register.1)
        }
        Caution::MostADay { register, most, per_person } => {
            let of = if *per_person { "每人" } else { "" };
            format!("《{}》{of}每日最多登记 {most} 次，按 {most} 次计", register.0)
        }
        Caution::NoSuchDay(day) if english => format!("There is no {day}; please fill in the due day"),
        Caution::NoSuchDay(day) => format!("原文写的“{day}”不存在，请填写正确的期限"),
        Caution::OutsidePlan(day) if english => {
            format!("{day} lies outside the days of the plan; please check")
        }
        Caution::OutsidePlan(day) => format!("期限 {day} 不在计划起止日期之内，请核对"),
        Caution::OtherAim(other) => other_aim_text(visit, other),
    }
}

/// What another plan sets for the indicator, and which of the two holds.
fn other_aim_text(visit: &Visit, other: &OtherAim) -> String {
    let sign = if other.target.at_least { "≥" } else { "≤" };
    let (value, word) = (other.target.value.normalize(), counted_in(visit, &other.unit));
    let plan = &other.plan;
    if visit.actor.english {
        let why = if other.by_unit { "the unit's own plan" } else { "the plan confirmed last" };
        let which = if other.holds { "the other one" } else { "this one" };
        return format!(
            "Another plan, “{plan}”, sets {sign} {value}{word} for this indicator; {why} holds: {which}"
        );
    }
    let why = if other.by_unit { "以本单位自己的计划为准" } else { "以后确认的为准" };
    let which = if other.holds { format!("按《{plan}》") } else { "按本计划".to_owned() };
    format!("另一份计划《{plan}》对该指标定的目标是 {sign} {value}{word}，{why}，{which}统计")
}

/// The entries of a duty between two days, of the things alone that a line of a plan is about.
fn entries_link(
    duty: &Duty,
    (org, from, to): (&str, &str, &str),
    only: Option<&(String, Vec<String>)>,
) -> String {
    let mut query = vec![("org", org), ("from", from), ("to", to)];
    let chosen = only.map(|(field, codes)| (format!("f.{field}"), codes.join(",")));
    query.extend(chosen.iter().map(|(name, codes)| (name.as_str(), codes.as_str())));
    link(&format!("/registers/{}", duty.register), &query)
}

/// How far the line has come, and the evidence behind it.
fn progress_line(
    visit: &Visit,
    packs: &PackSet,
    plan: &Plan,
    item: &PlanItem,
    progress: &ItemProgress,
) -> Markup {
    let directory = visit.directory();
    let unit = item.owner_unit.unwrap_or(plan.unit);
    let org = directory.get(unit).map(|unit| unit.code.clone()).unwrap_or_default();
    let from = item.since.unwrap_or(plan.from).to_string();
    let to = visit.actor.today().min(plan.to).to_string();
    html! {
        div.row.progress {
            @match progress {
                ItemProgress::Duty { due, done, running, running_done, only } => {
                    @if *due == 0 && *running == 0 {
                        span.muted { (visit.t("到今天还没有应做的", "nothing due so far")) }
                    } @else if *due == 0 {
                        (PreEscaped(ring(*running_done, *running, "")))
                        span { (visit.t("尚未到期；本期应 ", "not due yet; expected ")) (running) (visit.t(" 实 ", " done ")) (running_done) }
                    } @else {
                        (PreEscaped(ring(*done, *due, if done >= due { "done" } else { "late" })))
                        span { (visit.t("应 ", "due ")) (due) (visit.t(" 实 ", " done ")) (done) }
                    }
                    @if let Some(duty) = item.duty.as_ref().and_then(|id| packs.duties.get(id)) {
                        a href=(entries_link(duty, (&org, &from, &to), only.as_ref())) { (visit.t("查看登记", "Entries")) }
                    }
                }
                ItemProgress::Target(figure) => {
                    span.num { strong { (figure.text()) } }
                    @match figure.reached() {
                        Some(true) => { span.tag.done { (visit.t("已达标", "Reached")) } }
                        Some(false) => { span.tag.late { (visit.t("未达标", "Missed")) } }
                        None => {}
                    }
                    a href=(figure_link(&figure.id, &org, &figure.period)) { (visit.t("查看数据", "Evidence")) }
                }
                ItemProgress::Task { done: true, .. } => { span.tag.done { (visit.t("已完成", "Done")) } }
                ItemProgress::Task { late: true, .. } => { span.tag.late { (visit.t("已过期限", "Late")) } }
                ItemProgress::Task { .. } => { span.tag.due { (visit.t("进行中", "Under way")) } }
                ItemProgress::None => { span.muted { (visit.t("未与登记或指标对应，不能自动统计", "Matched with nothing that is counted")) } }
            }
        }
    }
}

/// A confirmed line is changed on purpose only; a task is ticked off with one tap.
fn live_actions(visit: &Visit, plan: &Plan, item: &PlanItem) -> Markup {
    let open_task = matches!(item.kind.as_str(), "task" | "deadline") && item.state == "accepted";
    let code = item.owner_unit.and_then(|unit| visit.directory().get(unit).map(|unit| unit.code.clone()));
    let due = item.due_to.map(|day| day.to_string()).unwrap_or_default();
    html! {
        div.row {
            @if open_task {
                form method="post" action={ "/plans/" (plan.id.0) "/items/" (item.id.0) } data-item-form {
                    (token(visit))
                    input type="hidden" name="owner_unit" value=(code.unwrap_or_default());
                    input type="hidden" name="owner_role" value=(item.owner_role.as_ref().map_or("", |role| role.as_str()));
                    input type="hidden" name="duty" value=(item.duty.as_ref().map_or("", |duty| duty.as_str()));
                    input type="hidden" name="due_to" value=(due);
                    button.btn.small type="submit" name="state" value="done" { (icon("check")) (visit.t("标记完成", "Mark done")) }
                }
            }
            a.btn.small href={ "/plans/" (plan.id.0) "?edit=" (item.id.0) "#item-" (item.id.0) } { (icon("edit")) (visit.t("修改", "Change")) }
        }
    }
}

/// What the item means, who has it, and whether it is taken. Works without a script; with one it is sent in place.
fn choice_form(
    visit: &Visit,
    packs: &PackSet,
    plan: &Plan,
    item: &PlanItem,
    suggester: &Suggester,
) -> Markup {
    let (duties, indicators): Candidates = suggester.of(item);
    // What was matched before stays among the choices, wherever it is from.
    let chosen = item.duty.iter().filter(|id| !suggester.owed().any(|owed| owed == *id));
    let other_duties = suggester.owed().chain(chosen).filter(|id| !duties.iter().any(|s| s.id == **id));
    let other_duties = other_duties.filter_map(|id| packs.duties.get(id));
    let directory = visit.directory();
    let english = visit.actor.english;
    let units = directory.subtree(plan.unit);
    html! {
        form.item-form method="post" action={ "/plans/" (plan.id.0) "/items/" (item.id.0) } data-item-form {
            (token(visit))
            @if item.kind == "target" {
                (indicator_choice(visit, packs, item, suggester, &indicators))
                label.short { (visit.t("目标值", "Value")) @if let Some(unit) = item.value_unit.as_ref().filter(|unit| !unit.is_empty()) { "（" (unit) "）" } input name="value" inputmode="decimal" value=(item.value.map(|v| v.normalize().to_string()).unwrap_or_default()); }
            } @else {
                label { (visit.t("对应常规工作", "Duty"))
                    select name="duty" {
                        option value="" { (visit.t("不对应", "None")) }
                        optgroup label=(visit.t("建议", "Suggested")) { @for s in &duties { option value=(s.id) selected[item.duty.as_ref() == Some(&s.id)] { (s.title) "（" (reason(visit, &s.reason)) "）" } } }
                        optgroup label=(visit.t("全部", "All")) { @for duty in other_duties {
                            option value=(duty.id) selected[item.duty.as_ref() == Some(&duty.id)] { (duty.title.text(english)) }
                        } }
                    }
                }
                @if item.kind == "duty" { (rhythm_fields(visit, item)) }
            }
            @if item.kind == "task" || item.kind == "deadline" {
                label.short { (visit.t("期限", "Due")) input type="date" name="due_to" value=(item.due_to.map(|day| day.to_string()).unwrap_or_default()); }
            }
            label { (visit.t("负责单位", "Unit"))
                select name="owner_unit" { @for unit in units.iter().take(200) { option value=(unit.code) selected[item.owner_unit.unwrap_or(plan.unit) == unit.id] { (unit.title) } } }
            }
            label { (visit.t("负责角色", "Role"))
                select name="owner_role" {
                    option value="" { "—" }
                    @for role in packs.roles.values() { option value=(role.id) selected[item.owner_role.as_ref() == Some(&role.id)] { (role.title.text(english)) } }
                }
            }
            div.row.choices {
                button.btn.go.small type="submit" name="state" value="accepted" data-key="a" { (visit.t("采纳", "Accept")) }
                button.btn.small type="submit" name="state" value="rejected" data-key="r" { (visit.t("不采纳", "Reject")) }
                @if plan.status == "draft" { button.btn.small type="submit" name="state" value="suggested" data-key="u" { (visit.t("撤回", "Undo")) } }
                @if plan.status == "live" && (item.kind == "task" || item.kind == "deadline") {
                    button.btn.small type="submit" name="state" value="done" { (visit.t("标记完成", "Mark done")) }
                }
            }
        }
    }
}

/// The indicators a target may mean; those of one name are told apart by their packs.
fn indicator_choice(
    visit: &Visit,
    packs: &PackSet,
    item: &PlanItem,
    suggester: &Suggester,
    suggested: &[Suggestion<IndicatorId>],
) -> Markup {
    let english = visit.actor.english;
    // What was matched before stays among the choices, wherever it is from.
    let chosen = item.indicator.iter().filter(|id| !suggester.fitting(item).any(|fitting| fitting == *id));
    let others = suggester.fitting(item).chain(chosen);
    let others = others.filter(|id| !suggested.iter().any(|s| s.id == **id));
    let others: Vec<&Indicator> = others.filter_map(|id| packs.indicators.get(id)).collect();
    let known = suggested.iter().filter_map(|s| Some((packs.indicators.get(&s.id)?, &s.reason)));
    let known: Vec<(&Indicator, &MatchReason)> = known.collect();
    let title = |indicator: &Indicator| {
        let title = indicator.title.text(english);
        let offered = known.iter().map(|(indicator, _)| *indicator).chain(others.iter().copied());
        let alike = offered.filter(|other| other.title.text(english) == title).count() > 1;
        let pack = packs.packs.iter().find(|pack| alike && pack.id.as_str() == indicator.id.pack());
        pack.map_or_else(|| title.to_owned(), |pack| format!("{title}（{}）", pack.title.text(english)))
    };
    let is_chosen = |indicator: &Indicator| item.indicator.as_ref() == Some(&indicator.id);
    html! {
        label { (visit.t("对应指标", "Indicator"))
            select name="indicator" {
                option value="" { (visit.t("不对应", "None")) }
                optgroup label=(visit.t("建议", "Suggested")) { @for (indicator, why) in &known {
                    option value=(indicator.id) selected[is_chosen(indicator)] { (title(indicator)) "（" (reason(visit, why)) "）" }
                } }
                optgroup label=(visit.t("全部", "All")) { @for indicator in &others {
                    option value=(indicator.id) selected[is_chosen(indicator)] { (title(indicator)) }
                } }
            }
        }
    }
}

/// Why a match is suggested.
fn reason(visit: &Visit, reason: &MatchReason) -> String {
    match reason {
        MatchReason::Remembered => visit.t("上次的选择", "chosen before").to_owned(),
        MatchReason::Named(name) => format!("{}“{name}”", visit.t("同义：", "named ")),
        MatchReason::Like(name) => format!("{}“{name}”", visit.t("近似：", "like ")),
    }
}

fn rhythm_fields(visit: &Visit, item: &PlanItem) -> Markup {
    let every = item.every;
    html! {
        label.short { (visit.t("每", "Every")) input name="every_n" inputmode="numeric" value=(every.map(|every| every.n).unwrap_or(1)); }
        label.short { (visit.t("周期", "Period"))
            select name="every_unit" {
                option value="" { "—" }
                @for unit in INTERVALS { option value=(interval_name(unit)) selected[every.is_some_and(|every| every.unit == unit)] { (interval_title(unit, visit.actor.english)) } }
            }
        }
        label.short { (visit.t("次数", "Times")) input name="times" inputmode="numeric" value=(item.times.map(|times| times.to_string()).unwrap_or_default()); }
    }
}

/// The interval's name in packs and forms.
fn interval_name(unit: Interval) -> String {
    serde_json::to_value(unit).ok().and_then(|name| name.as_str().map(str::to_owned)).unwrap_or_default()
}

pub(super) fn read_choice(visit: &Visit, form: &Params) -> Result<ItemChoice> {
    let directory = visit.directory();
    let wrong = |field: &str, message: &str| WorkError::Invalid(vec![FieldProblem::error(field, message)]);
    let unit = INTERVALS.into_iter().find(|unit| interval_name(*unit) == form.get("every_unit"));
    let n = match form.opt("every_n") {
        Some(text) => text
            .parse()
            .ok()
            .filter(|n| (1..=366).contains(n))
            .ok_or_else(|| wrong("every_n", "周期应为 1–366 的整数"))?,
        None => 1,
    };
    let times = match form.opt("times") {
        Some(text) => Some(
            text.parse().ok().filter(|n| *n >= 1).ok_or_else(|| wrong("times", "次数应为不小于 1 的整数"))?,
        ),
        None => None,
    };
    let value = match form.opt("value") {
        Some(text) => Some(text.parse().map_err(|_| wrong("value", "目标值应为数字"))?),
        None => None,
    };
    let owner_unit = match form.opt("owner_unit") {
        Some(code) => Some(visit.work.unit_by_code(&directory, code)?.id),
        None => None,
    };
    Ok(ItemChoice {
        state: form.get("state").to_owned(),
        duty: form.opt("duty").map(DutyId::from),
        indicator: form.opt("indicator").map(IndicatorId::from),
        times,
        every: unit.map(|unit| Every { n, unit }),
        value,
        owner_unit,
        owner_role: form.opt("owner_role").map(RoleId::from),
        due_to: form.date("due_to")?,
        note: form.opt("note").map(str::to_owned),
    })
}
