//! Units by their scores, the flag, where points are lost; self-assessment beside outside inspection.

use crate::reply::{self, link};
use crate::view::icons::icon;
use crate::view::pieces::{empty, heading, period_bar};
use crate::visit::Visit;
use axum::extract::Path;
use axum::response::Response;
use hygeia_exchange::{Cell, Grid, to_xlsx};
use hygeia_pack::model::Register;
use hygeia_work::{ItemStatistic, Mark, PeriodKind, RankLine, RankQuery, Result, WorkError, plain};
use maud::{Markup, html};
use rust_decimal::prelude::ToPrimitive;

const KINDS: [PeriodKind; 4] = [PeriodKind::Week, PeriodKind::Month, PeriodKind::Term, PeriodKind::Year];
/// Items shown of those at which points are lost.
const MOST_LOSSES: usize = 10;

pub(super) async fn show(Path(id): Path<String>, visit: Visit) -> Response {
    visit
        .run(move |visit| {
            let packs = visit.work.packs();
            let register = visit.work.register(&packs, &id)?;
            let period = visit.period(PeriodKind::Month)?;
            let own = visit.query.get("assessor") == "self";
            let query = RankQuery {
                unit: visit.unit,
                from: period.from,
                to: period.to,
                assessor: if own { "self" } else { "outside" }.to_owned(),
                round: None,
            };
            let lines = visit.work.inspection_ranking(&visit.actor, &id, &query)?;
            if visit.query.get("format") == "xlsx" {
                return workbook(visit, register, &lines, &period.title(false));
            }
            let (_, items) = visit.work.inspection_items(&visit.actor, &id, &query)?;
            let flags = match &register.flag {
                Some(_) if !own => Some(visit.work.flags_of(&visit.actor, &id, visit.unit, &period)?),
                _ => None,
            };
            let directory = visit.directory();
            let here = |name: &str, value: &str| crate::view::pieces::with(&visit.path, &visit.query, name, value);
            let content = html! {
                (heading(register.title.text(visit.actor.english), visit.t("排名", "Ranking"), &html! {
                    a.btn href=(here("format", "xlsx")) { (icon("export")) "XLSX" }
                    button.btn type="button" data-print { (icon("print")) (visit.t("打印", "Print")) }
                }))
                (period_bar(visit, &period, &KINDS))
                nav.kinds aria-label=(visit.t("评定方式", "Assessed by")) {
                    a href=(here("assessor", "outside")) aria-current=[(!own).then_some("true")] { (visit.t("检查", "Inspections")) }
                    a href=(here("assessor", "self")) aria-current=[own.then_some("true")] { (visit.t("自评", "Self-assessments")) }
                }
                section.card.flush {
                    h2 { (directory.full_title(visit.unit)) "　" span.num { (period.title(visit.actor.english)) } }
                    @if lines.is_empty() { (empty(visit.t("这一期没有评完的检查", "No finished inspection in this period"), &html! {})) }
                    @else { (table(visit, Some(register), &lines)) }
                }
                @if let Some(flags) = &flags { (super::flag::card(visit, &id, flags, &period)?) }
                (flag_rule(visit, register))
                (losses_card(visit, &items))
                p { a.btn href=(link(&format!("/inspections/{id}/standard"), &[("org", &visit.org(&directory)?.code), ("period", &period.to_string())])) { (icon("check")) (visit.t("逐条统计", "Every item")) } }
            };
            Ok(reply::page(visit, visit.t("检查排名", "Ranking"), "more", &content))
        })
        .await
}

/// The lines of a ranking; units link to their entries.
pub(super) fn table(visit: &Visit, register: Option<&Register>, lines: &[RankLine]) -> Markup {
    let directory = visit.directory();
    let flag = register.and_then(|register| register.flag.as_ref());
    // Inside one house its name is not repeated on every line.
    let house = format!("{} · ", directory.full_title(visit.unit));
    let short = |unit| {
        let title = directory.full_title(unit);
        title.strip_prefix(&house).map_or(title.clone(), str::to_owned)
    };
    html! {
        div.scroll { table.list {
            thead { tr {
                th.num scope="col" { (visit.t("名次", "Place")) } th scope="col" { (visit.t("单位", "Unit")) }
                th.num scope="col" { (visit.t("平均分", "Mean")) } th.num scope="col" { (visit.t("次数", "Times")) }
                th.num scope="col" { (visit.t("扣分条数", "Findings")) } th.num scope="col" { (visit.t("否决", "Vetoed")) }
            } }
            tbody { @for line in lines { tr {
                td.num { (line.place) }
                th.wrap scope="row" {
                    @match register.zip(directory.get(line.unit)) {
                        Some((register, unit)) => a.row-link href=(link(&format!("/registers/{}", register.id), &[("org", &unit.code)])) { (short(line.unit)) },
                        None => (short(line.unit)),
                    }
                    @if let Some(flag) = flag.filter(|_| line.flag) { " " span.tag.late { (icon("flag")) (flag.title.text(visit.actor.english)) } }
                }
                td.num { (format!("{:.2}", line.mean)) }
                td.num { (line.inspections) } td.num { (line.findings) } td.num { (line.vetoed) }
            } } }
        } }
    }
}

fn flag_rule(visit: &Visit, register: &Register) -> Markup {
    let Some(rule) = &register.flag else { return html! {} };
    let packs = visit.work.packs();
    let within = rule.within.as_ref().and_then(|kind| packs.org_kinds.get(kind));
    html! { p.muted {
        (rule.title.text(visit.actor.english)) (visit.t("：", ": "))
        @if let Some(kind) = within { (visit.t("每个", "of each ")) (kind.title.text(visit.actor.english)) }
        (visit.t("平均分最高的 ", " best ")) (rule.top) (visit.t(" 名，并列同授", ", ties together"))
        @if let Some(least) = rule.at_least { (visit.t("，不低于 ", ", at least ")) (least.normalize()) (visit.t(" 分", "")) }
        (visit.t("，有一票否决的不授", ", none with a veto"))
    } }
}

fn losses_card(visit: &Visit, items: &[ItemStatistic]) -> Markup {
    let mut losses: Vec<&ItemStatistic> = items.iter().filter(|item| !item.losses.is_empty()).collect();
    losses.sort_by_key(|item| std::cmp::Reverse((item.points(), item.losses.len())));
    let most = losses.first().and_then(|item| item.points().to_f64()).unwrap_or(1.0).max(0.01);
    html! {
        @if !losses.is_empty() {
            section.card {
                h2 { (visit.t("扣分最多的条目", "Where points are lost")) }
                ul.plain { @for own in losses.iter().take(MOST_LOSSES) { li.loss {
                    span { (own.item.title.text(visit.actor.english)) } span.num { "−" (own.points().normalize()) "　" (own.losses.len()) (visit.t(" 次", " times")) }
                    meter min="0" max=(most) value=(own.points().to_f64().unwrap_or_default()) {}
                } } }
            }
        }
    }
}

fn workbook(visit: &Visit, register: &Register, lines: &[RankLine], period: &str) -> Result<Response> {
    let directory = visit.directory();
    let count = |number: usize| Cell::Number(number as f64, 0);
    let rows = lines
        .iter()
        .map(|line| {
            vec![
                count(line.place),
                Cell::Text(directory.full_title(line.unit)),
                Cell::Number(line.mean.to_f64().unwrap_or_default(), 2),
                count(line.inspections),
                Cell::Number(line.findings as f64, 0),
                count(line.vetoed),
                Cell::Text(if line.flag { "是" } else { "" }.to_owned()),
            ]
        })
        .collect();
    let header = ["名次", "单位", "平均分", "检查次数", "扣分条数", "一票否决", "流动红旗"];
    let grid = Grid {
        title: format!("{}排名 {period}", register.title.zh),
        header: header.map(str::to_owned).to_vec(),
        rows,
    };
    let bytes = to_xlsx(&grid).map_err(|error| WorkError::Bad(format!("导出失败：{error}")))?;
    Ok(reply::download(bytes, reply::XLSX, &format!("{}.xlsx", grid.title)))
}

pub(super) async fn compare(Path(id): Path<String>, visit: Visit) -> Response {
    visit
        .run(move |visit| {
            let packs = visit.work.packs();
            let register = visit.work.register(&packs, &id)?;
            let found = visit.work.inspection_compare(&visit.actor, &id, visit.unit)?;
            let directory = visit.directory();
            let score = |entry: &hygeia_store::Entry| entry.values.get("score").map(plain).unwrap_or_default();
            let points = |mark: &Option<Mark>| match mark {
                Some(mark) if mark.skipped => visit.t("不适用", "N/A").to_owned(),
                Some(mark) if mark.failed == Some(true) => visit.t("不合格", "Fails").to_owned(),
                Some(mark) => mark.points.map_or("—".to_owned(), |points| points.normalize().to_string()),
                None => "—".to_owned(),
            };
            let content = html! {
                (heading(register.title.text(visit.actor.english), &directory.full_title(visit.unit), &html! {}))
                @match &found {
                    None => section.card { (empty(visit.t("需要一份自评和一份检查，都评完后才能对照", "One self-assessment and one outside inspection are needed, both finished"), &html! {
                        a.btn href=(link(&format!("/inspections/{id}/new"), &[("org", &directory.get(visit.unit).map(|unit| unit.code.clone()).unwrap_or_default())])) { (visit.t("开始检查", "Inspect")) }
                    })) },
                    Some(found) => {
                        div.tiles {
                            a.tile href={ "/inspections/" (id) "/" (found.own.id) } { span.tile-title { (visit.t("自评", "Self-assessment")) " " (found.own.day) } span.value.num { (score(&found.own)) } }
                            a.tile href={ "/inspections/" (id) "/" (found.outside.id) } { span.tile-title { (visit.t("检查", "Outside")) " " (found.outside.day) } span.value.num { (score(&found.outside)) } }
                        }
                        section.card.flush {
                            h2 { (visit.t("评分不同的条目", "Items that differ")) " " span.num { (found.differing.len()) } }
                            @if found.differing.is_empty() { (empty(visit.t("逐项一致", "All the same"), &html! {})) }
                            @else { div.scroll { table.list {
                                thead { tr { th scope="col" { (visit.t("条目", "Item")) } th.num scope="col" { (visit.t("满分", "Points")) } th.num scope="col" { (visit.t("自评", "Self")) } th.num scope="col" { (visit.t("检查", "Outside")) } } }
                                tbody { @for (item, own, outside) in &found.differing { tr {
                                    th.wrap scope="row" { (item.title.text(visit.actor.english)) } td.num { (item.points.normalize()) } td.num { (points(own)) } td.num.off { (points(outside)) }
                                } } }
                            } } }
                        }
                    }
                }
            };
            Ok(reply::page(visit, visit.t("自评与检查对照", "Comparison"), "more", &content))
        })
        .await
}
