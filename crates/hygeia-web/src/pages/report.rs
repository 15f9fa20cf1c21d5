//! Reports (统计表、工作总结): made from the records at the moment they are asked for.

use crate::reply::{self, link};
use crate::view::icons::icon;
use crate::view::pieces::{empty, heading, period_bar};
use crate::view::shell;
use crate::visit::{App, Visit};
use axum::Router;
use axum::extract::Path;
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use hygeia_pack::model::{Report, ReportBody, ReportId};
use hygeia_report::document::{Document, Figure};
use hygeia_report::{ReportError, docx, generate, html as paper, is_written_for, may_read, xlsx};
use hygeia_work::{Period, PeriodKind, Result, WorkError};
use maud::{Markup, html};

pub(crate) fn routes() -> Router<App> {
    Router::new()
        .route("/reports", get(all))
        .route("/reports/{report}", get(open))
        .route("/reports/{report}/print", get(print))
        .route("/reports/{report}/file", get(file))
}

/// A report's failure as a use case's.
fn failed(error: ReportError) -> WorkError {
    match error {
        ReportError::NotFound(what) => WorkError::NotFound(what),
        ReportError::Work(error) => error,
        other => WorkError::Bad(other.to_string()),
    }
}

async fn all(visit: Visit) -> Response {
    visit
        .run(|visit| {
            let packs = visit.work.packs();
            let directory = visit.directory();
            let org = visit.org(&directory)?.code.clone();
            let of = |summary: bool| -> Vec<&Report> {
                let fits = |report: &&Report| {
                    is_written_for(report, &directory, visit.unit, visit.actor.today())
                        && may_read(report, &visit.work, &visit.actor, visit.unit)
                };
                let reports = packs.reports.values().filter(fits);
                reports.filter(|report| matches!(report.body, ReportBody::Summary(_)) == summary).collect()
            };
            let content = html! {
                (heading(visit.t("统计表与总结", "Tables and summaries"), &directory.full_title(visit.unit), &html! {}))
                @for (title, reports) in [(visit.t("工作总结", "Summaries"), of(true)), (visit.t("统计表", "Statistics tables"), of(false))] {
                    section.card.flush {
                        h2 { (title) }
                        @if reports.is_empty() { (empty(visit.t("本单位没有要填报的", "Nothing to write for this unit"), &html! {})) }
                        ul.plain { @for report in reports {
                            li { a.found href=(link(&format!("/reports/{}", report.id), &[("org", &org)])) {
                                (icon("plans"))
                                span { strong { (report.title.text(visit.actor.english)) } small.muted { (period_title(visit, report)) } }
                            } }
                        } }
                    }
                }
            };
            Ok(reply::page(visit, visit.t("统计表与总结", "Reports"), "plans", &content))
        })
        .await
}

fn kind(report: &Report) -> PeriodKind {
    PeriodKind::parse(&report.period).unwrap_or(PeriodKind::Month)
}

fn period_title<'a>(visit: &Visit, report: &Report) -> &'a str {
    kind(report).title(visit.actor.english)
}

fn find<'a>(packs: &'a hygeia_pack::model::PackSet, id: &str) -> Result<&'a Report> {
    packs.reports.get(&ReportId::from(id)).ok_or_else(|| WorkError::NotFound(format!("报表“{id}”")))
}

/// The period of the address as the report has it: a month asked of a report by terms is its term.
fn period(visit: &Visit, report: &Report) -> Result<Period> {
    let kind = kind(report);
    let asked = visit.period(kind)?;
    let fits = asked.kind == kind;
    Ok(if fits { asked } else { Period::containing(kind, asked.from, &visit.work.calendar()) })
}

fn make(visit: &Visit, report: &Report) -> Result<Document> {
    let period = period(visit, report)?;
    generate(&visit.work, &visit.actor, report.id.as_str(), visit.unit, &period).map_err(failed)
}

async fn open(Path(id): Path<String>, visit: Visit) -> Response {
    visit
        .run(move |visit| {
            let packs = visit.work.packs();
            let report = find(&packs, &id)?;
            let document = make(visit, report)?;
            Ok(reply::page(visit, &document.title, "plans", &draw(visit, report, &document)?))
        })
        .await
}

fn draw(visit: &Visit, report: &Report, document: &Document) -> Result<Markup> {
    let directory = visit.directory();
    let org = visit.org(&directory)?.code.clone();
    let period = period(visit, report)?;
    let base = format!("/reports/{}", report.id);
    let period_text = period.to_string();
    let file = |format: &str| {
        link(&format!("{base}/file"), &[("org", &org), ("period", &period_text), ("format", format)])
    };
    let missing: Vec<_> = document.figures().filter(|figure| figure.missing).collect();
    let noted: Vec<_> =
        document.figures().filter(|figure| !figure.missing && figure.note.is_some()).collect();
    let actions = html! {
        a.btn href=(link(&format!("{base}/print"), &[("org", &org), ("period", &period_text)])) { (icon("print")) (visit.t("打印", "Print")) }
        a.btn href=(file("html")) { (icon("export")) "HTML" }
        a.btn href=(file("xlsx")) { (icon("export")) "XLSX" }
        a.btn.go href=(file("docx")) { (icon("export")) (visit.t("导出 DOCX", "DOCX")) }
    };
    let kinds = [kind(report)];
    let article = html! { article.paper { (paper::document(document)) } };
    Ok(html! {
        (heading(report.title.text(visit.actor.english), &directory.full_title(visit.unit), &actions))
        (period_bar(visit, &period, &kinds))
        @if document.figures().next().is_some() {
            div.two {
                (article)
                aside.card {
                    h2 { (visit.t("核对", "Check")) " · " (missing.len()) }
                    @if missing.is_empty() { p.muted { (visit.t("所有数字均有记录支持", "Every number has its records")) } }
                    @for figure in missing.iter().take(20) { div.find.bad { strong { (visit.t("缺数据", "No data")) } p { (figure.definition) } } }
                    @for figure in noted.iter().take(20) { div.find { strong { (named(figure)) " " (figure.text) } p { (figure.note.as_deref().unwrap_or_default()) } } }
                    p.muted { (visit.t("点正文中的数字，查看口径和记录", "Click a number in the text for its definition and records")) }
                }
            }
        } @else { (article) }
    })
}

/// What a figure is of: its definition begins with the name.
fn named(figure: &Figure) -> &str {
    figure.definition.split(['：', ':']).next().unwrap_or_default()
}

async fn print(Path(id): Path<String>, visit: Visit) -> Response {
    visit
        .run(move |visit| {
            let packs = visit.work.packs();
            let document = make(visit, find(&packs, &id)?)?;
            Ok(shell::paper(visit, &document.title, &paper::document(&document)).into_response())
        })
        .await
}

/// The address the visitor reached this server at, for links inside a file.
fn base_address(headers: &HeaderMap) -> Option<String> {
    let host = headers.get(header::HOST)?.to_str().ok()?;
    let secure = headers.get("x-forwarded-proto").is_some_and(|proto| proto.as_bytes() == b"https");
    Some(format!("{}://{host}", if secure { "https" } else { "http" }))
}

async fn file(Path(id): Path<String>, headers: HeaderMap, visit: Visit) -> Response {
    let base = base_address(&headers);
    visit
        .run(move |visit| {
            let packs = visit.work.packs();
            let report = find(&packs, &id)?;
            let document = make(visit, report)?;
            let directory = visit.directory();
            let name = format!(
                "{}_{}_{}",
                directory.full_title(visit.unit).replace(' ', ""),
                report.title.zh,
                period(visit, report)?
            );
            match visit.query.get("format") {
                "docx" => {
                    let file = docx::write(&document, base.as_deref()).map_err(failed)?;
                    Ok(reply::download(file, reply::DOCX, &format!("{name}.docx")))
                }
                "xlsx" => {
                    let file = xlsx::write(&document).map_err(failed)?;
                    Ok(reply::download(file, reply::XLSX, &format!("{name}.xlsx")))
                }
                "html" => {
                    let mut document = document;
                    document.rebase(base.as_deref());
                    let file = paper::standalone(&document, paper::PAPER_STYLE).into_bytes();
                    Ok(reply::download(file, "text/html; charset=utf-8", &format!("{name}.html")))
                }
                other => Err(WorkError::Bad(format!("没有格式“{other}”；可选 docx、xlsx、html"))),
            }
        })
        .await
}
