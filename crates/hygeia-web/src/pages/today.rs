//! Today (今日工作): what is due, what is late, who has it.

use crate::pages::lacking::Named;
use crate::reply::{self, link};
use crate::view::icons::icon;
use crate::view::pieces::{day_text, empty, heading, tile, with};
use crate::visit::{App, Visit};
use axum::Router;
use axum::response::Response;
use axum::routing::get;
use hygeia_pack::model::{Expects, Good, Layout, PackSet};
use hygeia_report::chart::ring;
use hygeia_store::UnsignedSheet;
use hygeia_work::{
    Action, Directory, DutyLine, DutyState, FigureId, Occurrence, Period, PeriodKind, Result, WorkError,
};
use jiff::ToSpan;
use jiff::civil::Date;
use maud::{Markup, PreEscaped, html};

/// Days back that missed duties are listed for.
const LATE_DAYS: i32 = 14;
/// Missed days shown under one duty.
const MOST_LATE: usize = 12;
/// Sheets to sign anew that are listed.
const MOST_UNSIGNED: usize = 6;
/// Units listed under one duty.
const MOST_UNITS: usize = 40;
/// Alarms shown before “全部预警”.
const MOST_ALARMS: u32 = 5;
/// Tiles under the duties.
const TILES: usize = 4;

pub(crate) fn routes() -> Router<App> {
    Router::new().route("/today", get(today))
}

async fn today(visit: Visit) -> Response {
    visit.run(draw).await
}

fn draw(visit: &Visit) -> Result<Response> {
    let directory = visit.directory();
    let packs = visit.work.packs();
    let day = visit.day()?;
    let mut lines = visit.work.duties_on(&visit.actor, visit.unit, day)?;
    // Open ones first, then by the moment they are due.
    lines.sort_by_key(|line| (line.state() == DutyState::Done, line.due_at()));
    let mut groups = Groups::of(lines, day);
    let every = [&groups.today, &groups.week, &groups.later].into_iter().flatten();
    let named = Named::read(visit, every, day)?;
    let lines = std::mem::take(&mut groups.today);
    let done = lines.iter().filter(|line| line.state() == DutyState::Done).count();
    let calendar = visit.work.calendar();
    let week = calendar
        .week_of_term(day)
        .map(|week| if visit.actor.english { format!(" · week {week}") } else { format!(" · 第{week}周") });
    let holiday = calendar.special(day).map(|special| format!(" · {}", special.title));
    let about =
        format!("{}{}{}", day_text(visit, day), week.unwrap_or_default(), holiday.unwrap_or_default());
    let (before, after) = (day.saturating_sub(1.day()), day.saturating_add(1.day()));
    let to = |day: Date| with(&visit.path, &visit.query, "date", &day.to_string());
    let steps = html! {
        @if !lines.is_empty() { span.muted { @if visit.actor.english { (done) " of " (lines.len()) " done" } @else { (lines.len()) " 项中已完成 " (done) " 项" } } }
        a.btn.icon-only href=(to(before)) aria-label=(visit.t("前一天", "Day before")) { (icon("left")) }
        @if day != visit.actor.today() { a.btn href=(to(visit.actor.today())) { (visit.t("今天", "Today")) } }
        a.btn.icon-only href=(to(after)) aria-label=(visit.t("后一天", "Day after")) { (icon("right")) }
    };
    let content = html! {
        (heading(visit.t("今日工作", "Today"), &about, &steps))
        (alarms(visit)?)
        @if day == visit.actor.today() { (crate::pages::board::clocks_of_today(visit)?) }
        @if day == visit.actor.today() { (super::ledger::overstays(visit)?) (super::awaited::section(visit)?) (unsigned(visit, &directory, &packs, day)?) }
        section.card aria-label=(visit.t("待办", "Duties")) {
            @if lines.is_empty() || done == lines.len() { (all_done(visit, &lines, day)?) }
            @if !lines.is_empty() { ul.tasks { @for line in &lines { (task(visit, &packs, &directory, &named, line, day)) } } }
        }
        @for (title, lines, open) in [
            (visit.t("本周内", "This week"), &groups.week, true),
            (visit.t("以后到期", "Later"), &groups.later, false),
            (visit.t("本期已完成", "Done for now"), &groups.done, false),
        ] {
            @if !lines.is_empty() {
                details.card open[open] {
                    summary { (title) " · " (lines.len()) }
                    ul.tasks { @for line in lines { (task(visit, &packs, &directory, &named, line, day)) } }
                }
            }
        }
        @if day == visit.actor.today() { (super::ledger::shortages(visit)?) }
        (tiles(visit, &packs, day)?)
        (late(visit, &directory, &packs, day)?)
    };
    Ok(reply::page(visit, visit.t("今日工作", "Today"), "today", &content))
}

/// Duties by when they want doing: what stands at the gate at 7:40 is not to be looked for among the month's.
struct Groups {
    /// Overdue, or due this day; done ones last.
    today: Vec<DutyLine>,
    /// Due later this week.
    week: Vec<DutyLine>,
    /// Due after this week.
    later: Vec<DutyLine>,
    /// Done ahead of a later day.
    done: Vec<DutyLine>,
}

impl Groups {
    fn of(lines: Vec<DutyLine>, day: Date) -> Self {
        let sunday = day.saturating_add((7 - i64::from(day.weekday().to_monday_one_offset())).days());
        let mut groups = Self { today: Vec::new(), week: Vec::new(), later: Vec::new(), done: Vec::new() };
        for line in lines {
            let due = line.due_at().map_or(day, |at| at.date());
            let group = match line.state() {
                DutyState::Overdue => &mut groups.today,
                _ if due <= day => &mut groups.today,
                DutyState::Done => &mut groups.done,
                DutyState::Due if due <= sunday => &mut groups.week,
                DutyState::Due => &mut groups.later,
            };
            group.push(line);
        }
        groups
    }
}

/// Alarms nobody has verified yet and incidents under way, in the visitor's unit.
fn alarms(visit: &Visit) -> Result<Markup> {
    let (open, total) = match visit.work.alarm_list(&visit.actor, visit.unit, true, MOST_ALARMS) {
        Ok(found) => found,
        // Roles without alarms have no such section.
        Err(WorkError::Denied(_) | WorkError::NotFound(_)) => return Ok(html! {}),
        Err(error) => return Err(error),
    };
    let incidents = match visit.work.incident_list(&visit.actor, visit.unit, true) {
        Err(WorkError::Denied(_) | WorkError::NotFound(_)) => Vec::new(),
        found => found?,
    };
    Ok(html! {
        @if total > 0 || !incidents.is_empty() {
            section.card aria-label=(visit.t("预警与疫情", "Alarms and incidents")) {
                h2 { (visit.t("预警与疫情", "Alarms and incidents")) " " @if total > 0 { span.tag.late { (total) } } }
                ul.plain {
                    @for view in &incidents { (super::incident::incident_row(visit, view)) }
                    @for view in &open { (super::alarm::alarm_row(visit, view)) }
                }
                @if total > i64::from(MOST_ALARMS) { p { a href="/alarms" { (visit.t("全部预警", "All alarms")) } } }
            }
        }
    })
}

/// Sheets of the last days that were changed after their signature.
fn unsigned(visit: &Visit, directory: &Directory, packs: &PackSet, day: Date) -> Result<Markup> {
    let range = (day.saturating_sub(LATE_DAYS.days()), day);
    let sheets = visit.work.sheets_unsigned(&visit.actor, visit.unit, range)?;
    let row = |sheet: &UnsignedSheet| {
        let title = packs.registers.get(sheet.register.as_str()).map(|register| &register.title);
        let code = directory.get(sheet.unit).map_or("", |unit| unit.code.as_str());
        let address =
            link(&format!("/sheets/{}", sheet.register), &[("org", code), ("date", &sheet.day.to_string())]);
        html! {
            li.row {
                a href=(address) { (title.map_or("", |title| title.text(visit.actor.english))) }
                span.muted { (directory.full_title(sheet.unit)) " · " (day_text(visit, sheet.day)) }
            }
        }
    };
    Ok(html! {
        @if !sheets.is_empty() {
            section.card {
                h2 { (visit.t("签名后有修改，待重新签名", "Changed after signing")) " " span.tag.due { (sheets.len()) } }
                ul.plain { @for sheet in sheets.iter().take(MOST_UNSIGNED) { (row(sheet)) } }
                @if sheets.len() > MOST_UNSIGNED { p.muted { (visit.t("其余在这些签名之后列出", "More after these are signed")) } }
            }
        }
    })
}

/// The empty state: everything is done, and what comes tomorrow.
fn all_done(visit: &Visit, lines: &[DutyLine], day: Date) -> Result<Markup> {
    let said = if lines.is_empty() {
        visit.t("这一天没有应办事项", "Nothing is due on this day")
    } else {
        visit.t("今日常规已全部完成", "All routine due today is done")
    };
    let tomorrow = day.saturating_add(1.day());
    let next = visit.work.duties_on(&visit.actor, visit.unit, tomorrow)?;
    // What is owed for longer and not due tomorrow is no news of tomorrow.
    let is_news = |line: &&DutyLine| {
        line.state() != DutyState::Done
            && line.occurrences.iter().any(|occurrence| {
                occurrence.window.from == tomorrow || occurrence.window.due_at.date() == tomorrow
            })
    };
    let titles: Vec<&str> =
        next.iter().filter(is_news).map(|line| line.duty.title.text(visit.actor.english)).take(8).collect();
    let hint = html! {
        @if !titles.is_empty() { p.muted { (visit.t("明天：", "Tomorrow: ")) (titles.join(visit.t("、", ", "))) } }
    };
    Ok(empty(said, &hint))
}

/// Where the work of a duty is done for a unit; for those who only look, where it is seen.
fn work_link(
    visit: &Visit,
    packs: &PackSet,
    directory: &Directory,
    line: &DutyLine,
    occurrence: &Occurrence,
    day: Date,
) -> String {
    let code = directory.get(occurrence.unit).map(|unit| unit.code.as_str()).unwrap_or_default();
    let day = day.clamp(occurrence.window.from, occurrence.window.to).to_string();
    let register = &line.duty.register;
    let found = packs.registers.get(register);
    let roster = found.is_some_and(|register| register.layout == Layout::Roster);
    let enters =
        found.is_some_and(|register| visit.actor.may(directory, register, Action::Enter, occurrence.unit));
    match (roster, enters && occurrence.state != DutyState::Done) {
        (true, _) => link(&format!("/sheets/{register}"), &[("org", code), ("date", &day)]),
        (false, false) => {
            let (from, to) = (occurrence.window.from.to_string(), occurrence.window.to.to_string());
            link(&format!("/registers/{register}"), &[("org", code), ("from", &from), ("to", &to)])
        }
        (false, true) => {
            let values: Vec<(String, &str)> =
                begins_with(line, occurrence).map(|(field, value)| (format!("f.{field}"), value)).collect();
            let mut pairs = vec![("org", code), ("date", day.as_str())];
            if !occurrence.missing.is_empty() {
                pairs.push(("duty", line.duty.id.as_str()));
            }
            pairs.extend(values.iter().map(|(name, value)| (name.as_str(), *value)));
            link(&format!("/registers/{register}/new"), &pairs)
        }
    }
}

/// The values of a form opened for a duty: those it sets, and the first option that still lacks an entry.
fn begins_with<'a>(
    line: &'a DutyLine,
    occurrence: &'a Occurrence,
) -> impl Iterator<Item = (&'a str, &'a str)> {
    let lacking = match (&line.duty.expects, &occurrence.lacks) {
        (Expects::EachOption { field, .. }, Some(code)) => Some((field.as_str(), code.as_str())),
        _ => None,
    };
    let preset = line.duty.preset.iter().map(|(field, value)| (field.as_str(), value.as_str()));
    preset.chain(lacking)
}

fn when_tag(visit: &Visit, line: &DutyLine, day: Date) -> Markup {
    let due = line.due_at();
    let text = due.map(|at| {
        let time = format!("{:02}:{:02}", at.hour(), at.minute());
        match (at.date() == day, time.as_str()) {
            (true, "23:59") => visit.t("今日", "today").to_owned(),
            (true, _) => {
                if visit.actor.english {
                    format!("by {time}")
                } else {
                    format!("{time} 前")
                }
            }
            (false, _) => {
                if visit.actor.english {
                    format!("by {}", at.date())
                } else {
                    format!("{}月{}日前", at.month(), at.day())
                }
            }
        }
    });
    match line.state() {
        DutyState::Done => html! { span.tag.done { (visit.t("已完成", "Done")) } },
        DutyState::Due => html! { span.tag.due { (text.unwrap_or_default()) } },
        DutyState::Overdue => {
            html! { span.tag.late { (visit.t("逾期", "Overdue")) @if let Some(text) = text { " · " (text) } } }
        }
    }
}

fn task(
    visit: &Visit,
    packs: &PackSet,
    directory: &Directory,
    named: &Named,
    line: &DutyLine,
    day: Date,
) -> Markup {
    let (done, expected, state) = (line.done(), line.expected(), line.state());
    let class = match state {
        DutyState::Done => "done",
        DutyState::Overdue => "late",
        DutyState::Due => "",
    };
    let register = packs.registers.get(&line.duty.register);
    let enters = |occurrence: &Occurrence| {
        register.is_some_and(|register| visit.actor.may(directory, register, Action::Enter, occurrence.unit))
    };
    let season = line.occurrences.iter().find_map(|occurrence| occurrence.window.season.as_ref());
    let mut units_of = line.by_unit();
    let single = units_of.next().filter(|_| units_of.next().is_none()).and_then(|parts| first_open(parts));
    html! {
        li {
            (PreEscaped(ring(done, expected, class)))
            div {
                b { (line.duty.title.text(visit.actor.english)) @if let Some(season) = season { span.muted { (visit.t("（", " (")) (season.text(visit.actor.english)) (visit.t("）", ")")) } } }
                small.muted {
                    @if visit.actor.english { (done) " / " (expected) " entered" } @else { (done) " / " (expected) " 已登记" }
                    (by_plan(visit, line))
                }
                (named.of(visit, line, day))
                @if single.is_none() { (units(visit, packs, directory, line, day)) }
            }
            span.when { (when_tag(visit, line, day)) }
            @if let Some(occurrence) = single {
                @let verb = match (enters(occurrence), state, done) {
                    (false, ..) | (true, DutyState::Done, _) => visit.t("查看", "View"),
                    (true, _, 0) => visit.t("登记", "Enter"),
                    (true, ..) => visit.t("继续", "Continue"),
                };
                @let go = enters(occurrence) && state != DutyState::Done;
                a.btn.go[go] href=(work_link(visit, packs, directory, line, occurrence, day)) { (verb) }
            }
        }
    }
}

/// The plan that sets the frequency, and for how many units where it does not do so for all.
fn by_plan(visit: &Visit, line: &DutyLine) -> Markup {
    let all = line.by_unit().count();
    html! {
        @for (plan, units) in line.plans() {
            " · "
            @if units == all { (visit.t("按计划：", "per plan: ")) }
            @else if visit.actor.english { (units) " of " (all) " per plan: " }
            @else { "其中 " (units) " 个单位按计划：" }
            (plan)
        }
    }
}

/// The units of a duty that is owed by several: who still has to do it.
fn units(visit: &Visit, packs: &PackSet, directory: &Directory, line: &DutyLine, day: Date) -> Markup {
    let of_unit = |parts: &[Occurrence]| parts.iter().any(|part| part.state != DutyState::Done);
    let (all, open) = (line.by_unit().count(), line.by_unit().filter(|parts| of_unit(parts)));
    let open: Vec<&[Occurrence]> = open.collect();
    let finished = all - open.len();
    html! {
        details.owers {
            summary {
                @if visit.actor.english { (finished) " of " (all) " units done" }
                @else { (all) " 个单位，" (finished) " 个已完成" @if !open.is_empty() { "，" (open.len()) " 个未完成" } }
            }
            ul.plain {
                @for parts in open.iter().take(MOST_UNITS) {
                    @if let Some(occurrence) = first_open(parts) {
                        li { a href=(work_link(visit, packs, directory, line, occurrence, day)) {
                            (directory.full_title(occurrence.unit)) span.num.muted { (parts.iter().map(|part| part.done).sum::<u32>()) "/" (parts.iter().map(|part| part.expected).sum::<u32>()) }
                            @if DutyState::worst(parts) == DutyState::Overdue { span.tag.late { (visit.t("逾期", "Overdue")) } }
                        } }
                    }
                }
                @if open.len() > MOST_UNITS { li.muted { (visit.t("其余见各单位", "…and more")) } }
            }
        }
    }
}

/// Of the parts of a duty that a unit owes, the one to go on with.
fn first_open(parts: &[Occurrence]) -> Option<&Occurrence> {
    parts.iter().find(|part| part.state != DutyState::Done).or(parts.first())
}

/// The first figures that have an aim: how the unit stands this week.
fn tiles(visit: &Visit, packs: &PackSet, day: Date) -> Result<Markup> {
    let directory = visit.directory();
    let ids: Vec<FigureId> = visit
        .work
        .indicators_of(&visit.actor, packs, Some(visit.unit))
        .into_iter()
        .filter(|indicator| indicator.good != Good::Neutral)
        .take(TILES * 3)
        .map(|indicator| FigureId::Indicator(indicator.id.clone()))
        .collect();
    let period = Period::containing(PeriodKind::Week, day.min(visit.actor.today()), &visit.work.calendar());
    let mut readings = visit.work.readings(&visit.actor, &ids, visit.unit, &period, 8)?;
    readings.retain(|reading| reading.figure.value.is_some());
    let org = visit.org(&directory)?.code.clone();
    Ok(html! {
        @if !readings.is_empty() {
            p.muted { (visit.t("本周指标", "This week")) " · " (period.title(visit.actor.english)) }
            section.tiles aria-label=(visit.t("本周指标", "This week")) {
                @for reading in readings.iter().take(TILES) { (tile(visit, reading, &org)) }
            }
        }
    })
}

fn late(visit: &Visit, directory: &Directory, packs: &PackSet, day: Date) -> Result<Markup> {
    let (from, to) = (day.saturating_sub(LATE_DAYS.days()), day.saturating_sub(1.day()));
    let lines = visit.work.overdue(&visit.actor, visit.unit, from, to)?;
    let missed: usize = lines.iter().map(|line| line.occurrences.len()).sum();
    Ok(html! {
        @if missed > 0 {
            section.card {
                h2 { (visit.t("近两周逾期未完成", "Missed in the last two weeks")) " " span.tag.late { (missed) } }
                @for line in &lines { (late_duty(visit, directory, packs, line)) }
            }
        }
    })
}

/// One duty's missed days, newest first, folded under how many there are and who has most of them.
fn late_duty(visit: &Visit, directory: &Directory, packs: &PackSet, line: &DutyLine) -> Markup {
    let mut newest: Vec<&Occurrence> = line.occurrences.iter().collect();
    newest.sort_by_key(|occurrence| std::cmp::Reverse(occurrence.window.due_at));
    let mut units: Vec<_> = newest.iter().map(|occurrence| occurrence.unit).collect();
    units.sort_unstable();
    units.dedup();
    html! {
        @if !newest.is_empty() {
            details.late-duty {
                summary {
                    span.grow { (line.duty.title.text(visit.actor.english)) }
                    span.num.muted { @if visit.actor.english { (units.len()) " units · " (newest.len()) } @else { (units.len()) " 个单位 · " (newest.len()) " 项" } }
                }
                ul.plain.late-list {
                    @for occurrence in newest.iter().take(MOST_LATE) {
                        li { a href=(work_link(visit, packs, directory, line, occurrence, occurrence.window.to)) {
                            span { (directory.full_title(occurrence.unit)) }
                            span.num.muted { (occurrence.window.due_at.date()) " · " (occurrence.done) "/" (occurrence.expected) }
                        } }
                    }
                }
                @if newest.len() > MOST_LATE { p.muted { @if visit.actor.english { "and " (newest.len() - MOST_LATE) " more" } @else { "另有 " (newest.len() - MOST_LATE) " 项" } } }
            }
        }
    }
}
