//! Proofreading (校对): a written summary against itself and against the records, corrected in its own file.

use crate::assets;
use crate::reply;
use crate::view::icons::icon;
use crate::view::marked::{Place, document};
use crate::view::pieces::{empty, field_problem, figure_link, heading, moment, problem_box};
use crate::view::shell::token;
use crate::visit::{App, Params, Posted, Visit};
use axum::Router;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use hygeia_store::DocumentId;
use hygeia_text::FindingKind;
use hygeia_work::{
    Decision, FieldProblem, Figure, Period, PeriodKind, Proofreading, Remark, RemarkKind, Result, Supported,
    WorkError,
};
use maud::{Markup, html};

/// Periods before the running one that a document may tell of, in the list.
const PERIODS_BACK: usize = 3;

pub(crate) fn routes() -> Router<App> {
    Router::new()
        .route("/proofread", get(all).post(upload))
        .route("/proofread/{document}", get(open))
        .route("/proofread/{document}/decide", post(decide))
        .route("/proofread/{document}/delete", post(delete))
        .route("/proofread/{document}/file", get(file))
        .route("/proofread/{document}/text", get(text))
}

async fn all(visit: Visit) -> Response {
    visit.run(|visit| list_page(visit, &Params::default(), &[], StatusCode::OK)).await
}

fn list_page(
    visit: &Visit,
    form: &Params,
    problems: &[FieldProblem],
    status: StatusCode,
) -> Result<Response> {
    let directory = visit.directory();
    let documents = visit.work.document_list(&visit.actor)?;
    let near: Vec<_> =
        documents.iter().filter(|document| directory.is_within(document.unit, visit.unit)).collect();
    let may = visit.work.may_proofread(&visit.actor, visit.unit);
    let content = html! {
        (heading(visit.t("校对总结", "Proofread"), &directory.full_title(visit.unit), &html! {}))
        @if may { (upload_form(visit, form, problems)) }
        @else { (empty(visit.t("您的角色不能校对该机构的总结，请切换机构", "Your role does not proofread for this unit"), &html! {})) }
        @if !near.is_empty() {
            section.card.flush {
                h2 { (visit.t("校对过的文档", "Documents")) }
                ul.plain { @for document in near {
                    li { a.found href={ "/proofread/" (document.id.0) } {
                        (icon("plans"))
                        span { strong { (document.title) } small.muted { (directory.full_title(document.unit)) " · " (period_title(visit, &document.period)) " · " (moment(document.updated_at)) " " (document.updated_by) } }
                    } }
                } }
            }
        }
    };
    Ok((status, reply::page(visit, visit.t("校对总结", "Proofread"), "plans", &content)).into_response())
}

/// The periods a summary may tell of: terms, years and months, the running one first of each.
fn periods(visit: &Visit) -> Vec<Period> {
    let calendar = visit.work.calendar();
    let today = visit.actor.today();
    [PeriodKind::Term, PeriodKind::SchoolYear, PeriodKind::Year, PeriodKind::Month]
        .into_iter()
        .flat_map(|kind| {
            let mut run = Period::containing(kind, today, &calendar).run_up(PERIODS_BACK, &calendar);
            run.reverse();
            run
        })
        .collect()
}

/// The name of a stored period.
fn period_title(visit: &Visit, period: &str) -> String {
    let parsed = Period::parse(period, &visit.work.calendar());
    parsed.map_or_else(|_| period.to_owned(), |period| period.title(visit.actor.english))
}

fn upload_form(visit: &Visit, form: &Params, problems: &[FieldProblem]) -> Markup {
    let chosen = form.get("period");
    html! {
        section.card {
            (problem_box(visit, problems))
            form.stack method="post" action="/proofread" enctype="multipart/form-data" {
                (token(visit))
                p.muted { (visit.t("检查缺数、算术、日期、前后矛盾和错字，并把文中每个数与登记数据核对；采纳的修改以修订和批注写回 DOCX，原有格式不变。", "Checks missing numbers, arithmetic, dates, contradictions and wrong words, and compares every figure with the records; accepted changes go into the DOCX as tracked changes and comments.")) }
                div.row {
                    div.field {
                        label for="f-file" { (visit.t("文档（DOCX、TXT、HTML）", "Document (DOCX, TXT, HTML)")) }
                        input id="f-file" name="file" type="file" accept=".docx,.txt,.html,.htm";
                        (field_problem(problems, "file"))
                    }
                    div.field {
                        label for="f-period" { (visit.t("所写的时段", "Period")) }
                        select id="f-period" name="period" {
                            @for period in periods(visit) { option value=(period) selected[period.to_string() == chosen] { (period.title(visit.actor.english)) } }
                        }
                    }
                }
                details open[!form.get("text").is_empty()] {
                    summary { (visit.t("或粘贴正文", "or paste the text")) }
                    textarea name="text" rows="8" aria-label=(visit.t("正文", "Text")) { (form.get("text")) }
                }
                div.row { button.btn.go type="submit" { (visit.t("开始校对", "Proofread")) } }
            }
        }
    }
}

async fn upload(posted: Posted) -> Response {
    let Posted { visit, form, files } = posted;
    visit
        .run(move |visit| {
            let file = files.iter().find(|file| file.field == "file" && !file.file_name.is_empty());
            let pasted = form.get("text").as_bytes().to_vec();
            let (name, bytes) = match file {
                Some(file) => (file.file_name.clone(), file.bytes.to_vec()),
                None => (format!("{}.txt", visit.t("粘贴的正文", "pasted")), pasted),
            };
            let calendar = visit.work.calendar();
            let period = Period::parse(form.get("period"), &calendar)
                .map_err(|error| WorkError::Bad(error.to_string()))?;
            match visit.work.document_upload(&visit.actor, visit.unit, &period, &name, &bytes) {
                Ok(id) => Ok(reply::done(&format!("/proofread/{}", id.0), "")),
                Err(WorkError::Invalid(problems)) => {
                    list_page(visit, &form, &problems, StatusCode::UNPROCESSABLE_ENTITY)
                }
                Err(error) => Err(error),
            }
        })
        .await
}

async fn open(Path(id): Path<i64>, visit: Visit) -> Response {
    visit
        .run(move |visit| {
            let reading = visit.work.document_open(&visit.actor, DocumentId(id))?;
            Ok(reply::page(visit, &reading.document.title, "plans", &draw(visit, &reading)))
        })
        .await
}

fn draw(visit: &Visit, reading: &Proofreading) -> Markup {
    let directory = visit.directory();
    let base = format!("/proofread/{}", reading.document.id.0);
    let org = directory.get(reading.document.unit).map(|unit| unit.code.clone()).unwrap_or_default();
    let findings = &reading.found.findings;
    let about = format!(
        "{} · {}",
        directory.full_title(reading.document.unit),
        period_title(visit, &reading.document.period)
    );
    let actions = html! {
        form method="post" action={ (base) "/delete" } { (token(visit)) button.btn type="submit" data-confirm=(visit.t("删除这份校对？原文件不受影响。", "Delete this proofreading?")) { (visit.t("删除", "Delete")) } }
        a.btn href={ (base) "/text" } { (icon("export")) (visit.t("改好的正文", "Corrected text")) }
        a.btn.go href={ (base) "/file" } { (icon("export")) (visit.t("下载修订 DOCX", "Revised DOCX")) }
    };
    html! {
        (heading(&reading.document.title, &about, &actions))
        p.muted {
            @if findings.is_empty() { (visit.t("没有发现问题。", "Nothing found. ")) }
            @else {
                (visit.t("已处理 ", "Decided ")) span.num data-decided { (decided(reading)) "/" (findings.len()) }
                " " progress data-decided-bar max=(findings.len()) value=(decided(reading)) {}
                span.keys { "　" (visit.t("A 采纳　R 忽略　U 撤回　E 改写　J K 上下", "A accept · R ignore · U undo · E edit · J K move")) }
            }
            @let equal = reading.found.supported.len();
            @if equal > 0 { "　" (visit.t("与登记一致的数 ", "Figures equal to the records ")) span.num { (equal) } (visit.t(" 个", "")) }
        }
        div.plan data-review {
            article.paper.plan-text tabindex="0" aria-label=(visit.t("正文", "Document")) { (document(&reading.text.text, places(reading))) }
            section.plan-items aria-label=(visit.t("发现的问题", "Findings")) {
                @for (number, remark) in findings.iter().enumerate() { (card(visit, reading, remark, number, &base, &org)) }
                (figures(visit, visit.t("与登记一致", "Equal to the records"), &reading.found.supported, &org))
                (figures(visit, visit.t("没有对应登记或指标的数", "Figures without records"), &reading.found.unsupported, &org))
            }
        }
        script type="module" src=(assets::address("review.js")) {}
    }
}

fn decided(reading: &Proofreading) -> usize {
    reading.found.findings.iter().filter(|remark| reading.decision(remark) != Decision::Open).count()
}

fn state_name(decision: &Decision) -> &'static str {
    match decision {
        Decision::Accepted(_) => "accepted",
        Decision::Ignored => "rejected",
        Decision::Open => "suggested",
    }
}

fn places(reading: &Proofreading) -> Vec<Place> {
    let place = |(number, remark): (usize, &Remark)| {
        let decision = reading.decision(remark);
        Place {
            start: remark.span.start,
            end: remark.span.end,
            item: i64::try_from(number + 1).unwrap_or(i64::MAX),
            state: state_name(&decision).to_owned(),
            kind: "finding".to_owned(),
            instead: match decision {
                Decision::Accepted(Some(wording)) => Some(wording),
                _ => None,
            },
        }
    };
    reading.found.findings.iter().enumerate().map(place).collect()
}

fn kind_title(visit: &Visit, kind: RemarkKind) -> &str {
    match kind {
        RemarkKind::Record(_) => visit.t("与登记不符", "Records differ"),
        RemarkKind::Text(FindingKind::Missing) => visit.t("缺数", "Missing"),
        RemarkKind::Text(FindingKind::Arithmetic) => visit.t("算术", "Arithmetic"),
        RemarkKind::Text(FindingKind::Date) => visit.t("日期", "Date"),
        RemarkKind::Text(FindingKind::Conflict) => visit.t("矛盾", "Conflict"),
        RemarkKind::Text(FindingKind::Repeated) => visit.t("前后不一", "Inconsistent"),
        RemarkKind::Text(FindingKind::Word) => visit.t("错字", "Wrong word"),
        RemarkKind::Text(FindingKind::Damaged) => visit.t("乱码", "Damaged"),
        RemarkKind::Text(FindingKind::Leftover) => visit.t("网页残留", "Leftover"),
    }
}

fn state_tag(visit: &Visit, decision: &Decision) -> Markup {
    match decision {
        Decision::Accepted(Some(_)) => html! { span.tag.done { (visit.t("已改", "Changed")) } },
        Decision::Accepted(None) => html! { span.tag.done { (visit.t("加批注", "Comment")) } },
        Decision::Ignored => html! { span.tag { (visit.t("已忽略", "Ignored")) } },
        Decision::Open => html! { span.tag.due { (visit.t("待处理", "Open")) } },
    }
}

fn evidence_link(visit: &Visit, figure: &Figure, org: &str) -> Markup {
    let directory = visit.directory();
    let org = directory.get(figure.unit).map_or(org, |unit| unit.code.as_str());
    html! { a href=(figure_link(&figure.id, org, &figure.period)) { (visit.t("查看记录", "Records")) } }
}

fn card(
    visit: &Visit,
    reading: &Proofreading,
    remark: &Remark,
    number: usize,
    base: &str,
    org: &str,
) -> Markup {
    let decision = reading.decision(remark);
    let wording = match &decision {
        Decision::Accepted(Some(wording)) => Some(wording.as_str()),
        _ => remark.suggestion.as_deref(),
    };
    let number = number + 1;
    html! {
        section.card.plan-item id={ "item-" (number) } data-item=(number) data-state=(state_name(&decision)) tabindex="0" {
            div.row {
                span.tag.kind { (kind_title(visit, remark.kind)) }
                span.grow { @if remark.confidence < 0.7 { span.muted { (visit.t("不太确定", "unsure")) } } }
                span data-item-state { (state_tag(visit, &decision)) }
            }
            p.quote { "“" (remark.said) "”" }
            p { (remark.follows) @if let Some(figure) = &remark.evidence { " " (evidence_link(visit, figure, org)) } }
            form.item-form method="post" action={ (base) "/decide" } data-item-form {
                (token(visit))
                input type="hidden" name="key" value=(remark.key);
                label { (visit.t("改为（留空则只加批注）", "Instead (empty: comment only)"))
                    input name="wording" value=(wording.unwrap_or_default()) autocomplete="off";
                }
                @if remark.suggestion.as_deref() == Some("") { input type="hidden" name="removes" value="1"; }
                div.row.choices {
                    button.btn.go.small type="submit" name="state" value="accepted" data-key="a" { @if wording.is_some() { (visit.t("采纳", "Accept")) } @else { (visit.t("加批注", "Comment")) } }
                    button.btn.small type="submit" name="state" value="ignored" data-key="r" { (visit.t("忽略", "Ignore")) }
                    button.btn.small type="submit" name="state" value="open" data-key="u" { (visit.t("撤回", "Undo")) }
                }
            }
        }
    }
}

/// Figures that need no decision, folded away.
fn figures(visit: &Visit, title: &str, figures: &[Supported], org: &str) -> Markup {
    html! {
        @if !figures.is_empty() {
            details.card {
                summary { (title) " · " (figures.len()) }
                ul.plain { @for figure in figures {
                    li.row { span.grow { (figure.said) }
                        @if let Some(record) = &figure.evidence { span.muted { (record.title) " " (record.text()) } (evidence_link(visit, record, org)) }
                    }
                } }
            }
        }
    }
}

async fn decide(Path(id): Path<i64>, posted: Posted) -> Response {
    let Posted { visit, form, .. } = posted;
    let in_place = form.get("_in_place") == "1";
    let handle = move |visit: &Visit| -> Result<(Decision, String)> {
        let decision = match form.get("state") {
            "accepted" => {
                let wording = form.opt("wording").map(str::to_owned);
                let removes = form.get("removes") == "1";
                Decision::Accepted(wording.or_else(|| removes.then(String::new)))
            }
            "ignored" => Decision::Ignored,
            "open" => Decision::Open,
            other => return Err(WorkError::Bad(format!("没有处理方式“{other}”"))),
        };
        let key = form.get("key");
        let reading = visit.work.document_decide(&visit.actor, DocumentId(id), key, &decision)?;
        let said = match &decision {
            Decision::Accepted(Some(wording)) => wording.clone(),
            _ => {
                let remark = reading.found.findings.iter().find(|remark| remark.key == key);
                let span = remark.map(|remark| remark.span).unwrap_or_default();
                reading.text.text.chars().skip(span.start).take(span.end - span.start).collect()
            }
        };
        Ok((decision, said))
    };
    if in_place {
        return visit
            .run_json(move |visit| {
                let (decision, text) = handle(visit)?;
                let html = state_tag(visit, &decision).into_string();
                Ok(serde_json::json!({ "state": state_name(&decision), "html": html, "text": text }))
            })
            .await;
    }
    visit
        .run(move |visit| {
            handle(visit)?;
            Ok(reply::done(&format!("/proofread/{id}"), visit.t("已保存", "Saved")))
        })
        .await
}

async fn delete(Path(id): Path<i64>, posted: Posted) -> Response {
    posted
        .visit
        .run(move |visit| {
            visit.work.document_delete(&visit.actor, DocumentId(id))?;
            Ok(reply::done("/proofread", visit.t("已删除", "Deleted")))
        })
        .await
}

async fn file(Path(id): Path<i64>, visit: Visit) -> Response {
    visit
        .run(move |visit| {
            let (name, bytes) = visit.work.document_revised(&visit.actor, DocumentId(id))?;
            Ok(reply::download(bytes, reply::DOCX, &name))
        })
        .await
}

async fn text(Path(id): Path<i64>, visit: Visit) -> Response {
    visit
        .run(move |visit| {
            let reading = visit.work.document_open(&visit.actor, DocumentId(id))?;
            let name = format!("{}.txt", reading.document.title);
            Ok(reply::download(reading.corrected().into_bytes(), "text/plain; charset=utf-8", &name))
        })
        .await
}
