//! Pieces that several pages share: tiles, period bar, pager, empty state, problems, tables of readings.

use super::icons::icon;
use crate::reply::link;
use crate::visit::{Params, Visit};
use hygeia_report::chart::{Chart, sparkline};
use hygeia_work::{FieldProblem, Figure, FigureId, Period, PeriodKind, Reading, unit_title};
use maud::{Markup, PreEscaped, html};
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

/// Heading of a page: title, what it is about, and actions.
pub(crate) fn heading(title: &str, about: &str, actions: &Markup) -> Markup {
    html! {
        div.heading {
            h1 { (title) }
            @if !about.is_empty() { span.muted { (about) } }
            div.push.row { (actions) }
        }
    }
}

/// Nothing to show, and what to do about it.
pub(crate) fn empty(text: &str, action: &Markup) -> Markup {
    html! { div.empty { p { (text) } (action) } }
}

/// Problems that belong to no single field, and how many do.
pub(crate) fn problem_box(visit: &Visit, problems: &[FieldProblem]) -> Markup {
    problem_box_with(visit, problems, visit.t("已填内容均已保留", "nothing you entered is lost"))
}

/// The same on a page that does not keep everything: `kept` says what it keeps.
pub(crate) fn problem_box_with(visit: &Visit, problems: &[FieldProblem], kept: &str) -> Markup {
    let errors = problems.iter().filter(|problem| !problem.warning).count();
    html! {
        @if errors > 0 {
            div.problems role="alert" tabindex="-1" data-focus {
                strong { (icon("warn")) @if visit.actor.english { (errors) " to correct; " (kept) } @else { "有 " (errors) " 处需要改正，" (kept) } }
                ul { @for problem in problems.iter().filter(|problem| !problem.warning) {
                    li { @if problem.field.is_empty() { (problem.message) } @else { a href={ "#f-" (problem.field) } { (problem.message) } } }
                } }
            }
        }
    }
}

/// The message beside one field.
pub(crate) fn field_problem(problems: &[FieldProblem], field: &str) -> Markup {
    html! {
        @for problem in problems.iter().filter(|problem| problem.field == field) {
            p.field-problem.warning[problem.warning] id={ "e-" (field) } { (problem.message) }
        }
    }
}

/// A number as `f64` for drawing only.
pub(crate) fn drawn(value: Option<Decimal>) -> Option<f64> {
    value.and_then(|value| value.to_f64())
}

/// A figure's id as it stands in addresses.
pub(crate) fn figure_name(id: &FigureId) -> String {
    match id {
        FigureId::Indicator(id) => id.to_string(),
        FigureId::Measure(id) => id.to_string(),
        FigureId::Part(id, part) => format!("{id}@{part}"),
    }
}

/// Where a figure is explained and its records stand.
pub(crate) fn figure_link(id: &FigureId, org: &str, period: &Period) -> String {
    link(&format!("/indicators/{}", figure_name(id)), &[("org", org), ("period", &period.to_string())])
}

/// The change from `before` to `now`, with its sign and whether it is for the better. A period that is not over is
/// not judged: half a morning is no worse than a whole day.
pub(crate) fn change(visit: &Visit, now: &Figure, before: &Figure) -> Option<(String, &'static str)> {
    let delta = now.value? - before.value?;
    let text = format!(
        "{}{:.*}",
        if delta.is_sign_positive() && !delta.is_zero() { "+" } else { "" },
        usize::from(now.decimals),
        delta
    );
    let class = match (now.good, delta.is_zero(), delta.is_sign_positive()) {
        _ if now.period.to >= visit.actor.today() => "",
        (_, true, _) | (hygeia_pack::model::Good::Neutral, ..) => "",
        (hygeia_pack::model::Good::Up, _, true) | (hygeia_pack::model::Good::Down, _, false) => "better",
        _ => "worse",
    };
    Some((text, class))
}

/// A tile: a number, its unit, its change and a sparkline; the whole tile leads to what is behind it.
pub(crate) fn tile(visit: &Visit, reading: &Reading, org: &str) -> Markup {
    let figure = &reading.figure;
    let trend: Vec<Option<f64>> = reading.trend.iter().map(|figure| drawn(figure.value)).collect();
    html! {
        a.tile href=(figure_link(&figure.id, org, &figure.period)) {
            span.tile-title { (figure_title(visit, figure)) }
            @match figure.number() {
                Some(number) => { span.value.num { (number) span.unit-of { (figure_word(visit, figure)) } } }
                None => { span class={ "value " (missing_class(visit, figure)) } { (missing_word(visit, figure)) } }
            }
            span.tile-foot {
                @if let Some((text, class)) = change(visit, figure, &reading.previous) {
                    span class={ "delta " (class) } { (visit.t("较上期 ", "vs. previous ")) (text) }
                } @else if figure.reached() == Some(false) {
                    span.delta.worse { (visit.t("未达目标", "Below target")) }
                }
                (PreEscaped(sparkline(&trend)))
            }
        }
    }
}

/// The name of a figure in the visitor's language.
pub(crate) fn figure_title(visit: &Visit, figure: &Figure) -> String {
    let packs = visit.work.packs();
    let title = match &figure.id {
        FigureId::Indicator(id) => packs.indicators.get(id).map(|indicator| &indicator.title),
        FigureId::Measure(id) | FigureId::Part(id, _) => packs.measures.get(id).map(|measure| &measure.title),
    };
    title.filter(|_| visit.actor.english).map_or(&*figure.title, |title| title.text(true)).to_owned()
}

/// What a figure is counted in, in the visitor's language, with the space English wants before a word.
pub(crate) fn figure_word(visit: &Visit, figure: &Figure) -> String {
    counted_in(visit, &figure.measure_word)
}

/// A measure word to stand behind a number.
pub(crate) fn counted_in(visit: &Visit, word: &str) -> String {
    let title = unit_title(word, visit.actor.english);
    let space = visit.actor.english && title.starts_with(char::is_alphabetic);
    format!("{}{title}", if space { " " } else { "" })
}

/// Whether a figure has no value yet because its period is not over.
pub(crate) fn is_pending(visit: &Visit, figure: &Figure) -> bool {
    figure.value.is_none() && figure.period.to >= visit.actor.today()
}

/// What stands where a figure has no value: data that are lacking, or that may still come.
pub(crate) fn missing_word<'a>(visit: &Visit, figure: &Figure) -> &'a str {
    if is_pending(visit, figure) {
        visit.t("本期尚无数据", "Nothing yet")
    } else {
        visit.t("缺数据", "No data")
    }
}

/// How it looks: only what is lacking is in the colour of an alarm.
pub(crate) fn missing_class(visit: &Visit, figure: &Figure) -> &'static str {
    if is_pending(visit, figure) { "pending" } else { "missing" }
}

/// A figure with its measure word; a missing one says so.
pub(crate) fn figure_text(visit: &Visit, figure: &Figure) -> String {
    figure.number().map_or_else(
        || missing_word(visit, figure).to_owned(),
        |number| format!("{number}{}", figure_word(visit, figure)),
    )
}

/// The target of a figure in words: `≥ 95%`.
pub(crate) fn target_text(visit: &Visit, figure: &Figure) -> Option<String> {
    let target = figure.target?;
    Some(format!(
        "{} {}{}",
        if target.at_least { "≥" } else { "≤" },
        target.value.normalize(),
        figure_word(visit, figure)
    ))
}

/// The period bar: kind of period, one step back, one step on. Other parameters stay.
pub(crate) fn period_bar(visit: &Visit, period: &Period, kinds: &[PeriodKind]) -> Markup {
    let calendar = visit.work.calendar();
    let day = period.to.min(visit.actor.today()).max(period.from);
    let to = |period: &Period| with(&visit.path, &visit.query, "period", &period.to_string());
    let next = period.next(&calendar);
    html! {
        nav.periods aria-label=(visit.t("统计周期", "Period")) {
            div.kinds {
                @for kind in kinds {
                    a href=(to(&Period::containing(*kind, day, &calendar))) aria-current=[(*kind == period.kind).then_some("true")] {
                        (kind.title(visit.actor.english))
                    }
                }
            }
            div.step {
                a.btn.icon-only href=(to(&period.previous(&calendar))) aria-label=(visit.t("上一期", "Previous period")) { (icon("left")) }
                strong.num { (period.title(visit.actor.english)) }
                @if next.from <= visit.actor.today() {
                    a.btn.icon-only href=(to(&next)) aria-label=(visit.t("下一期", "Next period")) { (icon("right")) }
                } @else {
                    span.btn.icon-only aria-disabled="true" { (icon("right")) }
                }
            }
        }
    }
}

/// The way to the last whole period, where one that is running has no data yet.
pub(crate) fn last_whole<'a>(visit: &Visit, figures: impl IntoIterator<Item = &'a Figure>) -> Markup {
    let (today, calendar) = (visit.actor.today(), visit.work.calendar());
    let pending = figures.into_iter().find(|figure| is_pending(visit, figure));
    let last = pending.map(|figure| &figure.period).map(|period| match period.holds(today) {
        true => period.previous(&calendar),
        false => Period::containing(period.kind, today, &calendar).previous(&calendar),
    });
    html! {
        @if let Some(last) = last {
            p.note.row {
                (visit.t("本期未结束，有的指标尚无数据。", "This period is not over; some indicators have no data yet."))
                a.btn href=(with(&visit.path, &visit.query, "period", &last.to_string())) {
                    @if visit.actor.english { "Last whole period (" (last.title(true)) ")" }
                    @else { "看上一个完整周期（" (last.title(false)) "）" }
                }
            }
        }
    }
}

/// The present address with one parameter changed.
pub(crate) fn with(path: &str, query: &Params, name: &str, value: &str) -> String {
    let mut pairs: Vec<(&str, &str)> = query
        .0
        .iter()
        .filter(|(known, _)| known != name)
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    pairs.push((name, value));
    link(path, &pairs)
}

/// Pages of a long list.
pub(crate) fn pager(visit: &Visit, total: i64, page: u32, size: u32) -> Markup {
    let pages =
        u32::try_from((total.max(0) as u64).div_ceil(u64::from(size.max(1)))).unwrap_or(u32::MAX).max(1);
    let to = |page: u32| with(&visit.path, &visit.query, "page", &page.to_string());
    html! {
        nav.pager aria-label=(visit.t("翻页", "Pages")) {
            span.muted.num { @if visit.actor.english { (total) " entries" } @else { "共 " (total) " 条" } }
            @if pages > 1 {
                @if page > 1 { a.btn href=(to(page - 1)) { (visit.t("上一页", "Previous")) } }
                span.num { (page) " / " (pages) }
                @if page < pages { a.btn href=(to(page + 1)) { (visit.t("下一页", "Next")) } }
            }
        }
    }
}

/// A chart in the page: one drawing for a desk, one for a phone, so that its labels can be read on both.
pub(crate) fn chart(chart: &Chart) -> Markup {
    html! {
        div.wide-only { (PreEscaped(chart.svg(760.0))) }
        div.narrow-only { (PreEscaped(chart.svg(350.0))) }
    }
}

/// What a password manager may fill in.
fn autocomplete(name: &str, kind: &str) -> Option<&'static str> {
    match (name, kind) {
        ("login", _) => Some("username"),
        ("new", "password") => Some("new-password"),
        (_, "password") => Some("current-password"),
        _ => None,
    }
}

/// A plain labelled input.
pub(crate) fn input(
    label: &str,
    name: &str,
    kind: &str,
    value: &str,
    problems: &[FieldProblem],
    required: bool,
) -> Markup {
    html! {
        div.field {
            label for={ "f-" (name) } { (label) @if required { span.must aria-hidden="true" { "*" } } }
            input id={ "f-" (name) } name=(name) type=(kind) value=(value) required[required] autocomplete=[autocomplete(name, kind)]
                aria-invalid=[problems.iter().any(|problem| problem.field == name).then_some("true")]
                aria-describedby={ "e-" (name) };
            (field_problem(problems, name))
        }
    }
}

/// A labelled select of `(value, text)`.
pub(crate) fn select(
    label: &str,
    name: &str,
    options: &[(String, String)],
    chosen: &str,
    blank: Option<&str>,
) -> Markup {
    html! {
        div.field {
            label for={ "f-" (name) } { (label) }
            select id={ "f-" (name) } name=(name) {
                @if let Some(blank) = blank { option value="" { (blank) } }
                @for (value, text) in options { option value=(value) selected[value == chosen] { (text) } }
            }
        }
    }
}

/// 11月24日 星期二.
pub(crate) fn day_text(visit: &Visit, day: jiff::civil::Date) -> String {
    let names = ["星期一", "星期二", "星期三", "星期四", "星期五", "星期六", "星期日"];
    let english = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
    let at = usize::try_from(day.weekday().to_monday_zero_offset()).unwrap_or(0);
    if visit.actor.english {
        format!("{} {day}", english.get(at).unwrap_or(&""))
    } else {
        format!("{}月{}日 {}", day.month(), day.day(), names.get(at).unwrap_or(&""))
    }
}

/// A moment as the county's clock shows it.
pub(crate) fn moment(at: jiff::Timestamp) -> String {
    at.to_zoned(hygeia_work::county_time_zone()).strftime("%Y-%m-%d %H:%M").to_string()
}
