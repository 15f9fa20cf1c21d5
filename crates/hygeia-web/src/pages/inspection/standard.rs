//! A standard: its edition, sections and items, and how often points were taken at each.

use crate::reply::{self, link};
use crate::view::icons::icon;
use crate::view::pieces::{empty, heading, period_bar, with};
use crate::visit::Visit;
use axum::extract::Path;
use axum::response::Response;
use hygeia_pack::model::{Edition, Register, StandardItem};
use hygeia_work::{ItemStatistic, Loss, PeriodKind, RankQuery, Result, WorkError};
use maud::{Markup, html};

const KINDS: [PeriodKind; 4] = [PeriodKind::Week, PeriodKind::Month, PeriodKind::Term, PeriodKind::Year];

pub(super) async fn show(Path(id): Path<String>, visit: Visit) -> Response {
    visit
        .run(move |visit| {
            let packs = visit.work.packs();
            let register = visit.work.register(&packs, &id)?;
            let period = visit.period(PeriodKind::Term)?;
            let query = RankQuery {
                unit: visit.unit,
                from: period.from,
                to: period.to,
                assessor: "outside".to_owned(),
                round: None,
            };
            let (edition, items) = visit.work.inspection_items(&visit.actor, &id, &query)?;
            let standard = register.standard.as_ref().map_or("", |own| own.title.text(visit.actor.english));
            let directory = visit.directory();
            let body = match visit.query.opt("item") {
                Some(code) => {
                    let missing = || WorkError::NotFound(format!("条目“{code}”"));
                    one(visit, register, items.iter().find(|item| item.item.code == code).ok_or_else(missing)?)
                }
                None => all(visit, &edition, &items)?,
            };
            let content = html! {
                (heading(standard, &directory.full_title(visit.unit), &html! {
                    a.btn href=(link(&format!("/inspections/{id}/ranking"), &[("org", &visit.org(&directory)?.code)])) { (icon("indicators")) (visit.t("排名", "Ranking")) }
                }))
                (period_bar(visit, &period, &KINDS))
                (body)
            };
            Ok(reply::page(visit, standard, "more", &content))
        })
        .await
}

/// The edition's facts and every item of it.
fn all(visit: &Visit, edition: &Edition, items: &[ItemStatistic]) -> Result<Markup> {
    let older: Vec<&ItemStatistic> =
        items.iter().filter(|own| edition.item(&own.item.code).is_none()).collect();
    Ok(html! {
        section.card { dl.facts {
            dt { (visit.t("现行版本", "Edition")) } dd { (edition.name) }
            @if let Some(source) = &edition.source { dt { (visit.t("来源", "Source")) } dd { (source) } }
            dt { (visit.t("总分", "Total")) } dd.num { (edition.total.normalize()) }
            @if let Some(pass) = edition.pass { dt { (visit.t("合格线", "Pass mark")) } dd.num { (pass.normalize()) } }
            @if !edition.grades.is_empty() { dt { (visit.t("等级", "Grades")) } dd { @for grade in &edition.grades { span.tag { (grade.title.text(visit.actor.english)) " ≥ " span.num { (grade.from.normalize()) } } " " } } }
        } }
        @for section in &edition.sections {
            (table(visit, section.title.text(visit.actor.english), &items.iter().filter(|own| section.items.iter().any(|item| item.code == own.item.code)).collect::<Vec<_>>()))
        }
        @if !older.is_empty() { (table(visit, visit.t("只在旧版本中的条目", "Only in older editions"), &older)) }
    })
}

fn table(visit: &Visit, title: &str, items: &[&ItemStatistic]) -> Markup {
    html! {
        section.card.flush {
            h2 { (title) }
            div.scroll tabindex="0" role="region" aria-label=(title) { table.list {
                thead { tr {
                    th scope="col" { (visit.t("条目", "Item")) } th.num scope="col" { (visit.t("满分", "Points")) }
                    th.num scope="col" { (visit.t("评过", "Judged")) } th.num scope="col" { (visit.t("扣分", "Taken")) }
                    th.num scope="col" { (visit.t("扣分率", "Share")) } th.num scope="col" { (visit.t("共扣", "Points taken")) }
                    th.num scope="col" { (visit.t("不适用", "N/A")) }
                } }
                tbody { @for own in items { tr {
                    th.wrap scope="row" { (own.item.title.text(visit.actor.english)) (marks(visit, &own.item)) }
                    td.num { (own.item.points.normalize()) } td.num { (own.judged) }
                    td.num { @if own.losses.is_empty() { "0" } @else { a href=(with(&visit.path, &visit.query, "item", &own.item.code)) { (own.losses.len()) } } }
                    td.num { @match own.share() { Some(share) => { (share.normalize()) "%" } None => span.muted { "—" } } }
                    td.num { @if own.losses.is_empty() { "0" } @else { "−" (own.points().normalize()) } }
                    td.num { (own.skipped) }
                } } }
            } }
        }
    }
}

/// What is special about an item.
fn marks(visit: &Visit, item: &StandardItem) -> Markup {
    html! {
        @if item.veto { " " span.tag.late { (visit.t("否决项", "Veto")) } }
        @if item.bonus { " " span.tag.done { (visit.t("加分", "Bonus")) } }
        @if let Some(indicator) = &item.measured { " " a.tag href={ "/indicators/" (indicator) } { (visit.t("按指标计分", "By indicator")) } }
        @if let Some(method) = &item.method { br; small.muted { (method) } }
    }
}

/// The inspections that took points at one item.
fn one(visit: &Visit, register: &Register, own: &ItemStatistic) -> Markup {
    let directory = visit.directory();
    let why = |loss: &Loss| {
        let reasons = loss.mark.reasons_text(&own.item);
        let said = [reasons.as_str(), loss.mark.note.as_deref().unwrap_or_default()];
        said.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("；")
    };
    html! {
        section.card.flush {
            h2 { (own.item.title.text(visit.actor.english)) "　" span.num { (own.losses.len()) " / " (own.judged) } }
            @if own.losses.is_empty() { (empty(visit.t("这一期没有扣分", "No points taken in this period"), &html! {})) }
            @else { div.scroll tabindex="0" role="region" aria-label=(own.item.title.text(visit.actor.english)) { table.list {
                thead { tr {
                    th scope="col" { (visit.t("日期", "Day")) } th scope="col" { (visit.t("单位", "Unit")) }
                    th.num scope="col" { (visit.t("扣分", "Taken")) } th scope="col" { (visit.t("原因", "Why")) }
                } }
                tbody { @for loss in &own.losses { tr {
                    td.num { a.row-link href={ "/inspections/" (register.id) "/" (loss.entry) } { (loss.day) } }
                    td.wrap { (directory.full_title(loss.unit)) }
                    td.num { "−" (loss.points.normalize()) } td.wrap { (why(loss)) }
                } } }
            } } }
        }
        p { a.btn href=(with(&visit.path, &visit.query, "item", "")) { (icon("left")) (visit.t("全部条目", "All items")) } }
    }
}
