//! Indicators (指标): a table of readings, one indicator in depth, and the way down to its entries.

use crate::reply::{self, link};
use crate::view::icons::icon;
use crate::view::pieces::{
    self, change, counted_in, drawn, empty, figure_link, figure_name, figure_text, figure_title, figure_word,
    heading, last_whole, missing_class, missing_word, period_bar, target_text,
};
use crate::visit::{App, Visit};
use axum::Router;
use axum::extract::Path;
use axum::response::Response;
use axum::routing::get;
use hygeia_exchange::{Cell, Grid, to_xlsx};
use hygeia_pack::model::{Indicator, MeasureId, PackSet};
use hygeia_report::chart::{Band, Chart, Point, Series, Shape, sparkline};
use hygeia_work::{
    Drill, Figure, FigureId, FigureQuery, Period, PeriodKind, Reading, Result, WorkError, unit_title,
};
use maud::{Markup, PreEscaped, html};
use rust_decimal::prelude::ToPrimitive;

/// Periods of a run-up.
const TREND: usize = 12;

const KINDS: [PeriodKind; 6] = PeriodKind::CHOICES;

pub(crate) fn routes() -> Router<App> {
    Router::new()
        .route("/indicators", get(all))
        .route("/indicators/export", get(export))
        .route("/indicators/{figure}", get(one))
}

/// Figures by the heading of their group.
type Groups<'a> = Vec<(String, Vec<&'a Indicator>)>;

fn groups<'a>(visit: &Visit, packs: &'a PackSet) -> Groups<'a> {
    let mut groups: Groups<'a> = Vec::new();
    for indicator in visit.work.indicators_of(&visit.actor, packs, Some(visit.unit)) {
        let pack = packs.packs.iter().find(|pack| pack.id.as_str() == indicator.id.pack());
        let pack = pack.map_or("", |pack| pack.title.text(visit.actor.english));
        let name = match &indicator.group {
            Some(group) => format!("{pack} · {}", packs.group_title(group, visit.actor.english)),
            None => pack.to_owned(),
        };
        match groups.iter_mut().find(|(known, _)| *known == name) {
            Some((_, indicators)) => indicators.push(indicator),
            None => groups.push((name, vec![indicator])),
        }
    }
    groups
}

fn readings(visit: &Visit, groups: &Groups<'_>, period: &Period, trend: usize) -> Result<Vec<Reading>> {
    let ids: Vec<FigureId> = groups
        .iter()
        .flat_map(|(_, indicators)| indicators)
        .map(|i| FigureId::Indicator(i.id.clone()))
        .collect();
    visit.work.readings(&visit.actor, &ids, visit.unit, period, trend)
}

async fn all(visit: Visit) -> Response {
    visit
        .run(|visit| {
            let packs = visit.work.packs();
            let directory = visit.directory();
            let org = visit.org(&directory)?.code.clone();
            let period = visit.period(PeriodKind::Month)?;
            let groups = groups(visit, &packs);
            let readings = readings(visit, &groups, &period, 8)?;
            // The readings come in the order of the groups.
            let starts = groups.iter().scan(0, |next, (_, indicators)| {
                let start = *next;
                *next += indicators.len();
                Some(start)
            });
            let tables: Vec<&[Reading]> = groups
                .iter()
                .zip(starts)
                .map(|((_, indicators), start)| readings.get(start..start + indicators.len()).unwrap_or_default())
                .collect();
            let period_text = period.to_string();
            let actions = html! {
                a.btn href=(link("/indicators/export", &[("org", &org), ("period", &period_text)])) { (icon("export")) "XLSX" }
                a.btn href=(link("/reports", &[("org", &org)])) { (visit.t("统计表与总结", "Tables and summaries")) }
            };
            let content = html! {
                (heading(visit.t("指标", "Indicators"), &directory.full_title(visit.unit), &actions))
                (period_bar(visit, &period, &KINDS))
                (last_whole(visit, readings.iter().map(|reading| &reading.figure)))
                @if groups.is_empty() { (empty(visit.t("您的角色没有可查看的指标", "No indicator for your role"), &html! {})) }
                @for ((name, _), these) in groups.iter().zip(&tables) {
                    section.card.flush {
                        h2 { (name) }
                        (table(visit, these, &org))
                    }
                }
            };
            Ok(reply::page(visit, visit.t("指标", "Indicators"), "indicators", &content))
        })
        .await
}

fn change_cell(visit: &Visit, now: &Figure, before: &Figure) -> Markup {
    html! {
        @match change(visit, now, before) {
            Some((text, class)) => { span class={ "delta num " (class) } { (text) } }
            None => { span.muted { "—" } }
        }
    }
}

fn reached_tag(visit: &Visit, figure: &Figure) -> Markup {
    html! {
        @match figure.reached() {
            Some(true) => { span.tag.done { (icon("check")) (visit.t("达标", "Reached")) } }
            Some(false) => { span.tag.late { (visit.t("未达标", "Missed")) } }
            None => {}
        }
    }
}

fn table(visit: &Visit, readings: &[Reading], org: &str) -> Markup {
    html! {
        div.scroll { table.list.readings {
            thead { tr {
                th scope="col" { (visit.t("指标", "Indicator")) }
                th.num scope="col" { (visit.t("本期", "Now")) }
                th.num scope="col" { (visit.t("较上期", "vs. previous")) }
                th.num scope="col" { (visit.t("较上年同期", "vs. last year")) }
                th scope="col" { (visit.t("目标", "Target")) }
                th scope="col" { (visit.t("走势", "Trend")) }
            } }
            tbody { @for reading in readings {
                @let figure = &reading.figure;
                @let trend: Vec<Option<f64>> = reading.trend.iter().map(|figure| drawn(figure.value)).collect();
                tr {
                    th scope="row" { a.row-link href=(figure_link(&figure.id, org, &figure.period)) { (figure_title(visit, figure)) } }
                    td.num { (value(visit, figure)) }
                    td.num { (change_cell(visit, figure, &reading.previous)) }
                    td.num { (change_cell(visit, figure, &reading.year_before)) }
                    td { @if let Some(target) = target_text(visit, figure) { (target) " " } (reached_tag(visit, figure)) }
                    td { (PreEscaped(sparkline(&trend))) }
                }
            } }
        } }
    }
}

fn value(visit: &Visit, figure: &Figure) -> Markup {
    html! {
        @match figure.number() {
            Some(number) => { strong { (number) } span.unit-of { (figure_word(visit, figure)) } }
            None => { span class=(missing_class(visit, figure)) { (missing_word(visit, figure)) } }
        }
    }
}

async fn one(Path(id): Path<String>, visit: Visit) -> Response {
    visit
        .run(move |visit| {
            let packs = visit.work.packs();
            let id = visit.work.figure_id(&packs, &id)?;
            let period = visit.period(PeriodKind::Month)?;
            let reading = visit
                .work
                .readings(&visit.actor, std::slice::from_ref(&id), visit.unit, &period, TREND)?
                .into_iter()
                .next()
                .ok_or_else(|| WorkError::NotFound("该指标".into()))?;
            let drill = visit.work.drill(&visit.actor, &id, visit.unit, &period)?;
            let title = figure_title(visit, &reading.figure);
            Ok(reply::page(visit, &title, "indicators", &draw(visit, &packs, &reading, &drill)?))
        })
        .await
}

fn draw(visit: &Visit, packs: &PackSet, reading: &Reading, drill: &Drill) -> Result<Markup> {
    let directory = visit.directory();
    let org = visit.org(&directory)?.code.clone();
    let figure = &reading.figure;
    let actions = html! { a.btn href=(link("/indicators", &[("org", &org), ("period", &figure.period.to_string())])) { (visit.t("全部指标", "All indicators")) } };
    Ok(html! {
        (heading(&figure_title(visit, figure), &directory.full_title(visit.unit), &actions))
        (period_bar(visit, &figure.period, &KINDS))
        (last_whole(visit, [figure]))
        div.two {
            section.card {
                p.big { (value(visit, figure)) " " (reached_tag(visit, figure)) }
                dl.facts {
                    @if let Some(target) = target_text(visit, figure) { dt { (visit.t("目标", "Target")) } dd { (target) } }
                    dt { (visit.t("上期", "Previous")) } dd { (figure_text(visit, &reading.previous)) " " (change_cell(visit, figure, &reading.previous)) }
                    dt { (visit.t("上年同期", "Last year")) } dd { (figure_text(visit, &reading.year_before)) " " (change_cell(visit, figure, &reading.year_before)) }
                }
                (pieces::chart(&trend_chart(visit, reading)))
            }
            aside.card { (definition(visit, packs, figure, &org)) }
        }
        (below(visit, drill, figure))
        (within(visit, drill, figure, &org))
        (parts(visit, packs, drill, figure, &org))
    })
}

/// A target as a band of a chart.
fn band(figure: &Figure) -> Option<Band> {
    figure.target.and_then(|target| Some(Band { limit: target.value.to_f64()?, at_least: target.at_least }))
}

fn point(visit: &Visit, figure: &Figure, label: String, org: &str) -> Point {
    Point {
        label,
        value: drawn(figure.value),
        text: figure_text(visit, figure),
        href: Some(figure_link(&figure.id, org, &figure.period)),
        partial: figure.period.to >= visit.actor.today() && figure.period.from <= visit.actor.today(),
    }
}

fn trend_chart(visit: &Visit, reading: &Reading) -> Chart {
    let directory = visit.directory();
    let org = directory.get(visit.unit).map(|unit| unit.code.clone()).unwrap_or_default();
    let points = reading
        .trend
        .iter()
        // Periods before there were any records tell nothing.
        .skip_while(|figure| figure.value.is_none() && figure.period != reading.figure.period)
        .map(|figure| point(visit, figure, figure.period.short_title(visit.actor.english), &org))
        .collect();
    Chart {
        title: format!("{} · {}", figure_title(visit, &reading.figure), visit.t("走势", "trend")),
        unit: figure_word(visit, &reading.figure),
        shape: Shape::Line {
            series: vec![Series { title: figure_title(visit, &reading.figure), points }],
            band: band(&reading.figure),
        },
    }
}

/// What the number means: formula, its parts with their own records, where the definition comes from.
fn definition(visit: &Visit, packs: &PackSet, figure: &Figure, org: &str) -> Markup {
    let indicator = match &figure.id {
        FigureId::Indicator(id) => packs.indicators.get(id),
        _ => None,
    };
    html! {
        h2 { (visit.t("口径", "Definition")) }
        @if let Some(indicator) = indicator {
            @match &indicator.definition {
                Some(text) => { p { (text) } }
                None => { p.muted { code { (indicator.value.source) } } }
            }
            @if let Some(source) = &indicator.source { p.muted { (visit.t("来源：", "Source: ")) (source) } }
        }
        table.list.small {
            tbody { @for (id, value) in &figure.parts { (part_row(visit, packs, figure, id, *value, org)) } }
        }
    }
}

fn part_row(
    visit: &Visit,
    packs: &PackSet,
    figure: &Figure,
    id: &MeasureId,
    value: Option<rust_decimal::Decimal>,
    org: &str,
) -> Markup {
    let Some(measure) = packs.measures.get(id) else { return html! {} };
    let shown = value.map_or_else(
        || missing_word(visit, figure).to_owned(),
        |value| format!("{}{}", value.normalize(), counted_in(visit, &measure.unit)),
    );
    html! {
        tr {
            th scope="row" { (measure.title.text(visit.actor.english)) }
            td.num { @match entries_link(packs, figure, id, org, None) {
                Some(href) => { a href=(href) { (shown) } }
                None => { (shown) }
            } }
        }
    }
}

/// The entries a measure counts in the figure's unit and period.
fn entries_link(
    packs: &PackSet,
    figure: &Figure,
    id: &MeasureId,
    org: &str,
    part: Option<&str>,
) -> Option<String> {
    let register = packs.measures.get(id)?.register()?;
    let (from, to) = (figure.period.from.to_string(), figure.period.to.to_string());
    let pairs = [
        ("org", org),
        ("from", from.as_str()),
        ("to", &to),
        ("measure", id.as_str()),
        ("part", part.unwrap_or_default()),
    ];
    Some(link(&format!("/registers/{register}"), &pairs))
}

/// The units below: a ranking, each bar leads one step down.
fn below(visit: &Visit, drill: &Drill, figure: &Figure) -> Markup {
    let directory = visit.directory();
    if drill.below.is_empty() {
        return html! {};
    }
    let points = drill
        .below
        .iter()
        .filter_map(|below| {
            directory.get(below.unit).map(|unit| point(visit, below, unit.title.clone(), &unit.code))
        })
        .map(|point| Point { partial: false, ..point })
        .collect();
    let chart = Chart {
        title: format!("{} · {}", figure_title(visit, figure), visit.t("下级机构", "units below")),
        unit: figure_word(visit, figure),
        shape: Shape::Bars { points, band: band(figure) },
    };
    html! { section.card { h2 { (visit.t("下级机构", "Units below")) } (pieces::chart(&chart)) } }
}

/// The shorter periods within: days as a calendar, months as a line.
fn within(visit: &Visit, drill: &Drill, figure: &Figure, org: &str) -> Markup {
    let Some(first) = drill.within.first() else { return html! {} };
    let days = first.period.kind == PeriodKind::Day;
    let shape = if days {
        calendar(visit, drill, figure, org)
    } else {
        let points = drill
            .within
            .iter()
            .map(|part| point(visit, part, part.period.short_title(visit.actor.english), org))
            .collect();
        Shape::Line {
            series: vec![Series { title: figure_title(visit, figure), points }],
            band: band(figure),
        }
    };
    let chart = Chart {
        title: format!("{} · {}", figure_title(visit, figure), visit.t("周期内", "within the period")),
        unit: figure_word(visit, figure),
        shape,
    };
    let title = if days { visit.t("逐日", "By day") } else { visit.t("逐月", "By month") };
    html! { section.card { h2 { (title) } (pieces::chart(&chart)) @if days { (legend(visit, drill)) } } }
}

/// What the shades of the calendar mean: from the least to the most, and none.
fn legend(visit: &Visit, drill: &Drill) -> Markup {
    let known = || drill.within.iter().filter(|part| part.value.is_some());
    let (Some(least), Some(most)) =
        (known().min_by_key(|part| part.value), known().max_by_key(|part| part.value))
    else {
        return html! {};
    };
    let shades: &[u8] = match (least.value == most.value, least.value.is_some_and(|value| value.is_zero())) {
        (true, true) => &[0],
        (true, false) => &[3],
        (false, true) => &[0, 1, 2, 3, 4],
        (false, false) => &[1, 2, 3, 4],
    };
    html! {
        p.legend.muted {
            span.num { (figure_text(visit, least)) }
            svg width=(shades.len() * 18) height="16" aria-hidden="true" {
                @for (at, shade) in shades.iter().enumerate() { rect class={ "c-h" (shade) } x=(at * 18) width="16" height="16" rx="2" {} }
            }
            @if shades.len() > 1 { span.num { (figure_text(visit, most)) } }
            span { (visit.t("空白为没有数据", "blank: no data")) }
        }
    }
}

/// Every day of the period in its place; days nobody works on stay blank.
fn calendar(visit: &Visit, drill: &Drill, figure: &Figure, org: &str) -> Shape {
    let known: std::collections::HashMap<_, _> =
        drill.within.iter().map(|part| (part.period.from, part)).collect();
    let (from, to) = (figure.period.from, figure.period.to);
    let days = from
        .series(jiff::ToSpan::day(1))
        .take_while(|day| *day <= to)
        .map(|day| match known.get(&day) {
            Some(part) => point(visit, part, day.to_string(), org),
            None => Point { label: day.to_string(), ..Point::default() },
        })
        .collect();
    Shape::Calendar { days, first_weekday: u8::try_from(from.weekday().to_monday_zero_offset()).unwrap_or(0) }
}

/// What the measures behind the figure break down into.
fn parts(visit: &Visit, packs: &PackSet, drill: &Drill, figure: &Figure, org: &str) -> Markup {
    html! {
        @for (id, rows) in drill.breakdown.iter().filter(|(_, rows)| !rows.is_empty()) {
            section.card {
                h2 { (packs.measures.get(id).map_or("", |measure| measure.title.text(visit.actor.english))) " · " (visit.t("构成", "by part")) }
                @let points: Vec<Point> = rows.iter().map(|(code, title, value)| Point {
                    label: title.clone(),
                    value: value.to_f64(),
                    text: value.normalize().to_string(),
                    href: entries_link(packs, figure, id, org, Some(code)),
                    partial: false,
                }).collect();
                (pieces::chart(&Chart { title: figure_title(visit, figure), unit: String::new(), shape: Shape::Bars { points, band: None } }))
            }
        }
    }
}

/// Indicators × periods of the run-up, for the unit and the units right below it.
async fn export(visit: Visit) -> Response {
    visit
        .run(|visit| {
            let packs = visit.work.packs();
            let directory = visit.directory();
            let period = visit.period(PeriodKind::Month)?;
            let periods = period.run_up(TREND, &visit.work.calendar());
            let figures: Vec<FigureId> = match visit.query.opt("id") {
                Some(id) => vec![visit.work.figure_id(&packs, id)?],
                None => visit
                    .work
                    .indicators_of(&visit.actor, &packs, Some(visit.unit))
                    .iter()
                    .map(|i| FigureId::Indicator(i.id.clone()))
                    .collect(),
            };
            let mut units = vec![visit.unit];
            units.extend(directory.children(visit.unit).map(|unit| unit.id));
            let found = visit
                .work
                .figures(&visit.actor, &FigureQuery { figures, units, periods: periods.clone() })?;
            let english = visit.actor.english;
            let mut header: Vec<String> = [("指标", "Indicator"), ("机构", "Org unit"), ("单位", "Unit")]
                .map(|(zh, en)| visit.t(zh, en).to_owned())
                .into();
            header.extend(periods.iter().map(|period| period.title(english)));
            header.push(visit.t("指标代码", "Id").to_owned());
            let rows = found
                .chunks(periods.len().max(1))
                .filter_map(|run| run.first().map(|first| (first, run)))
                .map(|(first, run)| {
                    let mut cells = vec![
                        Cell::Text(figure_title(visit, first)),
                        Cell::Text(directory.full_title(first.unit)),
                        Cell::Text(unit_title(&first.measure_word, english).to_owned()),
                    ];
                    cells.extend(run.iter().map(|figure| match drawn(figure.value) {
                        Some(value) => Cell::Number(value, figure.decimals),
                        None => Cell::Text(visit.t("缺数据", "No data").into()),
                    }));
                    cells.push(Cell::Text(figure_name(&first.id)));
                    cells
                })
                .collect();
            let file = to_xlsx(&Grid { title: "指标".into(), header, rows })
                .map_err(|error| WorkError::Bad(format!("生成 XLSX 失败：{error}")))?;
            Ok(reply::download(file, reply::XLSX, &format!("指标_{period}.xlsx")))
        })
        .await
}
