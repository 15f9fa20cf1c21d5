//! What an inspection came to: score, points taken and why, rectifications, history; the score sheet on paper.

use super::{score_tag, value};
use crate::reply::{self, link};
use crate::view::fields::thumbnail;
use crate::view::icons::icon;
use crate::view::pieces::{figure_link, heading, moment};
use crate::view::shell;
use crate::visit::Visit;
use axum::extract::Path;
use axum::response::{IntoResponse, Response};
use hygeia_exchange::{Cell, Grid, to_xlsx};
use hygeia_expr::Value;
use hygeia_pack::model::{FieldType, StandardItem};
use hygeia_work::{FigureId, Inspection, Mark, Result, WorkError, measured_period, plain, show_field};
use maud::{Markup, html};

fn opened(visit: &Visit, register: &str, id: &str) -> Result<Inspection> {
    let id = uuid::Uuid::parse_str(id).map_err(|_| WorkError::NotFound("该检查".into()))?;
    visit.work.inspection_open(&visit.actor, register, id)
}

pub(super) async fn show(Path((register, id)): Path<(String, String)>, visit: Visit) -> Response {
    visit
        .run(move |visit| {
            let found = opened(visit, &register, &id)?;
            if visit.query.get("format") == "xlsx" {
                return workbook(&found);
            }
            let title = found.register.title.text(visit.actor.english).to_owned();
            Ok(reply::page(visit, &title, "more", &draw(visit, &found)))
        })
        .await
}

fn draw(visit: &Visit, found: &Inspection) -> Markup {
    let entry = &found.view.entry;
    let base = format!("/inspections/{}/{}", found.register.id, entry.id);
    let directory = visit.directory();
    let org = directory.get(entry.unit).map(|unit| unit.code.clone()).unwrap_or_default();
    let compare = link(&format!("/inspections/{}/compare", found.register.id), &[("org", &org)]);
    html! {
        (heading(found.register.title.text(visit.actor.english), &found.view.unit_title, &html! {
            @if found.may_mark { a.btn.go href={ (base) "/mark" } { (icon("edit")) (visit.t("评分", "Mark")) } }
            a.btn href={ (base) "/print" } { (icon("print")) (visit.t("打印评分表", "Print")) }
            a.btn href={ (base) "?format=xlsx" } { (icon("export")) "XLSX" }
        }))
        section.card {
            p.row {
                span.value.num { @match found.outcome.score { Some(score) => (score.normalize()), None => "—" } }
                span.muted { "/ " (found.edition.total.normalize()) " " (visit.t("分", "points")) }
                (score_tag(visit, &found.register, entry))
                span.push {} a.btn.small href=(compare) { (visit.t("自评与检查对照", "Self and outside")) }
            }
            dl.facts {
                dt { (visit.t("日期", "Day")) } dd.num { (entry.day) }
                dt { (visit.t("已评", "Marked")) } dd.num { (found.outcome.judged) " / " (found.outcome.expected) }
                dt { (visit.t("标准版本", "Edition")) } dd { (found.edition.name) @if let Some(source) = &found.edition.source { " · " (source) } }
                dt { (visit.t("登记人", "Entered by")) } dd { (entry.created_by.name) "　" span.num { (moment(entry.created_at)) } }
                @for (title, shown) in others(visit, found) { dt { (title) } dd { (shown) } }
            }
        }
        (taken(visit, found))
        (corrections(visit, found))
        details.card {
            summary { (visit.t("全部条目", "All items")) }
            div.scroll { table.list { (sheet_head(visit)) tbody { @for item in found.edition.items() { (sheet_row(visit, found, item)) } } } }
        }
        details.card {
            summary { (visit.t("历史", "History")) " " span.num { (found.history.len()) } }
            ol.history { @for change in found.history.iter().take(40) { li.num { (moment(change.at)) " " (change.actor.name) " " (action(visit, &change.action)) } } }
            p { a href={ "/entries/" (found.register.id) "/" (entry.id) "?plain=1" } { (visit.t("每次修改的内容、作废", "Every change, void")) } }
        }
    }
}

fn action<'a>(visit: &Visit, action: &'a str) -> &'a str {
    match action {
        "create" => visit.t("开始检查", "began"),
        "update" => visit.t("评分", "marked"),
        "void" => visit.t("作废", "voided"),
        "restore" => visit.t("恢复", "restored"),
        other => other,
    }
}

/// The pack's own fields of the inspection that hold something.
fn others(visit: &Visit, found: &Inspection) -> Vec<(String, Markup)> {
    let entry = &found.view.entry;
    let fields = found.register.fields.values().filter(|field| {
        field.is_typed()
            && field.name != found.register.day
            && !matches!(field.name.as_str(), "results" | "round")
    });
    let shown = fields.filter_map(|field| {
        let stored = entry.values.get(&field.name).filter(|value| !value.is_null())?;
        let shown = match (&field.kind, stored) {
            (FieldType::Drawing, Value::Text(id)) => html! { (thumbnail(id)) },
            (FieldType::Photo { .. }, Value::List(ids)) => {
                html! { span.photos { @for id in ids { (thumbnail(&plain(id))) } } }
            }
            _ => html! { (show_field(field, stored, visit.actor.english)) },
        };
        Some((field.title.text(visit.actor.english).to_owned(), shown))
    });
    shown.collect()
}

/// Items with points taken.
fn taken(visit: &Visit, found: &Inspection) -> Markup {
    let items: Vec<(&StandardItem, &Mark)> = found
        .edition
        .items()
        .filter_map(|item| Some((item, found.mark(&item.code).filter(|mark| mark.is_finding(item))?)))
        .collect();
    html! {
        section.card {
            h2 { (visit.t("扣分", "Points taken")) " " span.num { (found.outcome.lost.normalize()) } }
            @if items.is_empty() { p.muted { (visit.t("没有扣分", "None")) } }
            ul.plain { @for (item, mark) in items { li.finding {
                div.row {
                    strong { (item.title.text(visit.actor.english)) }
                    (figure_behind(visit, found, item))
                    @if mark.failed == Some(true) { span.tag.late { (visit.t("否决", "Failed")) } }
                    span.push.num { "−" (lost(item, mark)) }
                }
                @if !mark.reasons.is_empty() { p { (mark.reasons_text(item)) } }
                @if let Some(note) = &mark.note { p { (note) } }
                @if let Some(requirement) = &mark.requirement { p.muted { (visit.t("整改要求：", "To be corrected: ")) (requirement) @if let Some(due) = mark.due { "　" (visit.t("期限 ", "by ")) span.num { (due) } } } }
                @if !mark.photos.is_empty() { div.photos { @for id in &mark.photos { (thumbnail(id)) } } }
            } } }
        }
    }
}

fn lost(item: &StandardItem, mark: &Mark) -> String {
    (item.points - mark.points.unwrap_or_default()).normalize().to_string()
}

/// Rectifications that came of it, each with its state.
fn corrections(visit: &Visit, found: &Inspection) -> Markup {
    let packs = visit.work.packs();
    let Some(register) = found.register.rectify.as_ref().and_then(|to| packs.registers.get(&to.register))
    else {
        return html! {};
    };
    html! {
        @if !found.corrections.is_empty() {
            section.card {
                h2 { (register.title.text(visit.actor.english)) }
                ul.plain { @for entry in &found.corrections {
                    li { a.found href={ "/entries/" (register.id) "/" (entry.id) } {
                        span { strong { (plain(entry.values.get("finding").unwrap_or(&Value::Null))) } small.muted.num { (visit.t("期限 ", "by ")) (plain(entry.values.get("due").unwrap_or(&Value::Null))) } }
                        @if register.fields.contains_key("state") { span.tag { (value(visit, register, entry, "state")) } }
                    } }
                } }
            }
        }
    }
}

fn sheet_head(visit: &Visit) -> Markup {
    html! { thead { tr {
        th scope="col" { (visit.t("条目", "Item")) } th.num scope="col" { (visit.t("满分", "Points")) }
        th.num scope="col" { (visit.t("得分", "Given")) } th scope="col" { (visit.t("扣分原因", "Why")) }
    } } }
}

fn sheet_row(visit: &Visit, found: &Inspection, item: &StandardItem) -> Markup {
    let mark = found.mark(&item.code);
    html! { tr {
        th scope="row" { (item.title.text(visit.actor.english)) " " (figure_behind(visit, found, item)) }
        td.num { (item.points.normalize()) }
        td.num { (given(visit, mark)) }
        td.wrap { @if let Some(mark) = mark { (why(item, mark)) } }
    } }
}

/// Where the figure that decided an item stands with its records.
pub(super) fn figure_behind(visit: &Visit, found: &Inspection, item: &StandardItem) -> Markup {
    let Some(indicator) = &item.measured else { return html! {} };
    let directory = visit.directory();
    let entry = &found.view.entry;
    let org = directory.get(entry.unit).map(|unit| unit.code.as_str()).unwrap_or_default();
    let period = measured_period(&found.edition, entry.day, &visit.work.calendar());
    let to = figure_link(&FigureId::Indicator(indicator.clone()), org, &period);
    html! { a.tag href=(to) { (icon("indicators")) (visit.t("指标与记录", "Figure and records")) } }
}

fn given(visit: &Visit, mark: Option<&Mark>) -> String {
    match mark {
        None => "—".to_owned(),
        Some(mark) if mark.skipped => visit.t("不适用", "N/A").to_owned(),
        Some(mark) if mark.failed == Some(true) => visit.t("不合格", "Fails").to_owned(),
        Some(mark) => mark.points.map_or("—".to_owned(), |points| points.normalize().to_string()),
    }
}

fn why(item: &StandardItem, mark: &Mark) -> String {
    let reasons = mark.reasons_text(item);
    let said = [reasons.as_str(), mark.note.as_deref().unwrap_or_default()];
    said.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("；")
}

/// The score sheet as it is filed: sections with their items, the total, who signs.
pub(super) async fn print(Path((register, id)): Path<(String, String)>, visit: Visit) -> Response {
    visit
        .run(move |visit| {
            let found = opened(visit, &register, &id)?;
            let heading = found.register.print.heading.clone().unwrap_or_else(|| found.register.title.zh.clone());
            let content = html! {
                h1.doc-title { (heading) }
                p.doc-subtitle { "受检单位：" (found.view.unit_title) "　　检查日期：" (found.view.entry.day) "　　" (value(visit, &found.register, &found.view.entry, "assessor")) }
                div.doc-table { div.doc-scroll tabindex="0" role="region" aria-label=(heading) { table.official {
                    thead { tr { th { "项目" } th { "检查内容" } th { "检查方法" } th { "满分" } th { "得分" } th { "扣分原因" } } }
                    tbody {
                        @for section in &found.edition.sections { @for (at, item) in section.items.iter().enumerate() {
                            tr {
                                @if at == 0 { th.long scope="rowgroup" rowspan=(section.items.len()) { (section.title.zh) } }
                                td { (item.title.zh) @if item.veto { "（一票否决）" } @if item.bonus { "（加分）" } }
                                td { (item.method.as_deref().unwrap_or_default()) }
                                td.num { (item.points.normalize()) }
                                td.num { (given(visit, found.mark(&item.code))) }
                                td { @if let Some(mark) = found.mark(&item.code) { (why(item, mark)) } }
                            }
                        } }
                        tr.total {
                            th colspan="3" { "合计" } td.num { (found.edition.total.normalize()) }
                            td.num { @if let Some(score) = found.outcome.score { (score.normalize()) } }
                            td { (value(visit, &found.register, &found.view.entry, "grade")) @if found.outcome.vetoed { "一票否决" } }
                        }
                    }
                } } }
                @if let Some(note) = &found.register.print.note { p { (note) } }
                p.signatures { @for signature in &found.register.print.signatures { span { (signature) "：＿＿＿＿＿＿＿＿　　" } } }
            };
            Ok(shell::paper(visit, &heading, &content).into_response())
        })
        .await
}

fn workbook(found: &Inspection) -> Result<Response> {
    let number = |value: rust_decimal::Decimal| {
        use rust_decimal::prelude::ToPrimitive;
        Cell::Number(value.to_f64().unwrap_or_default(), 1)
    };
    let mut rows: Vec<Vec<Cell>> = found
        .edition
        .sections
        .iter()
        .flat_map(|section| section.items.iter().map(move |item| (section, item)))
        .map(|(section, item)| {
            let mark = found.mark(&item.code);
            let points = mark.and_then(|mark| mark.points);
            vec![
                Cell::Text(section.title.zh.clone()),
                Cell::Text(item.title.zh.clone()),
                number(item.points),
                points.map_or_else(
                    || Cell::Text(mark.map_or("", |m| if m.skipped { "不适用" } else { "" }).into()),
                    number,
                ),
                Cell::Text(mark.map(|mark| why(item, mark)).unwrap_or_default()),
                Cell::Text(mark.and_then(|mark| mark.requirement.clone()).unwrap_or_default()),
            ]
        })
        .collect();
    rows.push(vec![
        Cell::Text("合计".into()),
        Cell::Text(String::new()),
        number(found.edition.total),
        found.outcome.score.map_or(Cell::Text(String::new()), number),
        Cell::Text(String::new()),
        Cell::Text(String::new()),
    ]);
    let grid = Grid {
        title: found.register.title.zh.clone(),
        header: ["项目", "检查内容", "满分", "得分", "扣分原因", "整改要求"].map(str::to_owned).to_vec(),
        rows,
    };
    let bytes = to_xlsx(&grid).map_err(|error| WorkError::Bad(format!("导出失败：{error}")))?;
    let name = format!("{} {} {}.xlsx", found.register.title.zh, found.view.unit_title, found.view.entry.day);
    Ok(reply::download(bytes, reply::XLSX, &name))
}
