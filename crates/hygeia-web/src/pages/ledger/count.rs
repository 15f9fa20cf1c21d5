//! The stocktake (盘点): the book beside what is counted; what differs needs a reason; two people sign.

use super::{lot_text, tabs};
use crate::reply::{self, link};
use crate::view::fields::read;
use crate::view::pieces::{empty, heading, input, problem_box};
use crate::view::shell::token;
use crate::visit::{Params, Posted, Visit};
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use hygeia_pack::model::{FieldType, Ledger, Register};
use hygeia_work::{CountLine, CountSubmission, FieldProblem, Result, StockLine, WorkError};
use jiff::civil::Date;
use maud::{Markup, html};

/// A sheet on its way.
struct Sheet {
    id: uuid::Uuid,
    day: Date,
    lines: Vec<CountLine>,
    problems: Vec<FieldProblem>,
}

pub(super) async fn show(Path(id): Path<String>, visit: Visit) -> Response {
    visit
        .run(move |visit| {
            let packs = visit.work.packs();
            let ledger = visit.work.ledger(&visit.actor, &packs, &id, visit.unit)?;
            let day = visit.day()?;
            let book = visit.work.count_sheet(&visit.actor, &id, visit.unit, day)?;
            let lines = book.iter().map(from_book).collect();
            let sheet = Sheet { id: uuid::Uuid::now_v7(), day, lines, problems: Vec::new() };
            page(visit, ledger, &sheet, &Params::default(), StatusCode::OK)
        })
        .await
}

fn from_book(line: &StockLine) -> CountLine {
    CountLine {
        item: line.place.item.clone(),
        lot: line.place.lot.clone(),
        holder: line.place.holder.clone(),
        book: line.amount,
        counted: String::new(),
        reason: String::new(),
    }
}

fn register_of<'a>(packs: &'a hygeia_pack::model::PackSet, ledger: &Ledger) -> Result<&'a Register> {
    let register = ledger.stocktake.as_ref().and_then(|id| packs.registers.get(id));
    register.ok_or_else(|| WorkError::NotFound(format!("“{}”的盘点表", ledger.title.zh)))
}

fn page(
    visit: &Visit,
    ledger: &Ledger,
    sheet: &Sheet,
    form: &Params,
    status: StatusCode,
) -> Result<Response> {
    let packs = visit.work.packs();
    let register = register_of(&packs, ledger)?;
    let directory = visit.directory();
    let content = html! {
        (heading(register.title.text(visit.actor.english), &directory.full_title(visit.unit), &html! {}))
        (tabs(visit, ledger, "/count")?)
        (problem_box(visit, &sheet.problems))
        @if sheet.lines.is_empty() {
            (elsewhere(visit, ledger)?)
        } @else {
            form.entry method="post" {
                (token(visit))
                input type="hidden" name="_id" value=(sheet.id);
                input type="hidden" name="_day" value=(sheet.day);
                section.card { (lines(visit, ledger, sheet)?) }
                section.card.after { div.group {
                    @for field in signers(ledger, register) {
                        (input(field.title.text(visit.actor.english), &field.name, "text", form.get(&field.name), &sheet.problems, field.required))
                    }
                } }
                p.row.after { button.btn.go type="submit" { (visit.t("提交盘点", "Hand in")) } span.muted { (visit.t("没有盘到的行留空；账实不符的写明原因", "Leave lines not counted empty; say why a line differs")) } }
            }
        }
    };
    Ok((status, reply::page(visit, register.title.text(visit.actor.english), "more", &content))
        .into_response())
}

/// The unit holds nothing itself: the units below it that do, each with its own sheet.
fn elsewhere(visit: &Visit, ledger: &Ledger) -> Result<Markup> {
    let account = ledger.count_sheet.as_ref().map(|sheet| sheet.account.clone());
    let query = hygeia_work::StockQuery { account, ..hygeia_work::StockQuery::default() };
    let stock = visit.work.stock(&visit.actor, ledger.id.as_str(), visit.unit, &query)?;
    let directory = visit.directory();
    let mut units: Vec<_> = stock.lines.iter().map(|line| line.place.unit).collect();
    units.sort_unstable();
    units.dedup();
    let base = format!("/ledgers/{}/count", ledger.id);
    let doors = html! {
        div.row { @for unit in units.iter().filter_map(|unit| directory.get(*unit)) {
            a.btn href=(link(&base, &[("org", &unit.code)])) { (visit.t("盘点 ", "Count ")) (unit.title) }
        } }
    };
    Ok(empty(visit.t("本单位账面没有结存，无需盘点", "This unit itself holds nothing to count"), &doors))
}

/// The text fields of the register besides its lines: who counted, who watched.
fn signers<'a>(
    ledger: &'a Ledger,
    register: &'a Register,
) -> impl Iterator<Item = &'a hygeia_pack::model::Field> {
    let lines = ledger.count_sheet.as_ref().map(|sheet| sheet.lines.as_str()).unwrap_or_default();
    register.fields.values().filter(move |field| {
        field.name != lines
            && field.computed.is_none()
            && !field.retired
            && matches!(field.kind, FieldType::Text { .. })
    })
}

fn lines(visit: &Visit, ledger: &Ledger, sheet: &Sheet) -> Result<Markup> {
    let stock = visit.work.stock(
        &visit.actor,
        ledger.id.as_str(),
        visit.unit,
        &hygeia_work::StockQuery::default(),
    )?;
    let names = &stock.names;
    Ok(html! {
        ul.plain.count aria-label=(visit.t("盘点", "Stocktake")) { @for (at, line) in sheet.lines.iter().enumerate() {
            @let item = names.item(&line.item);
            @let name = format!("{} {}", item.full(), lot_text(&line.lot));
            li {
                span { strong { (item.full()) } @if ledger.lot.is_some() { " " (lot_text(&line.lot)) } @if !line.holder.is_empty() { " " (line.holder) } }
                span.num.muted { (visit.t("账面 ", "Book ")) (names.quantity(line.book, &line.item)) }
                @for (field, value) in [("item", line.item.as_str()), ("lot", &line.lot), ("holder", &line.holder)] {
                    input type="hidden" name={ "_line." (at) "." (field) } value=(value);
                }
                input type="hidden" name={ "_line." (at) ".book" } value=(line.book.normalize());
                label { (visit.t("实盘", "Counted")) input type="text" inputmode="decimal" autocomplete="off" name={ "_line." (at) ".counted" } value=(line.counted) aria-label={ (name) " " (visit.t("实盘", "counted")) }; }
                label { (visit.t("差异原因", "Reason")) input type="text" maxlength="200" autocomplete="off" name={ "_line." (at) ".reason" } value=(line.reason) aria-label={ (name) " " (visit.t("差异原因", "reason")) }; }
            }
        } }
    })
}

/// The lines of a posted sheet.
fn posted_lines(form: &Params) -> Vec<CountLine> {
    let mut lines = Vec::new();
    for at in 0.. {
        let name = |field: &str| format!("_line.{at}.{field}");
        let Some(book) = form.opt(&name("book")).and_then(|book| book.parse().ok()) else { break };
        let text = |field: &str| form.get(&name(field)).to_owned();
        lines.push(CountLine {
            item: text("item"),
            lot: text("lot"),
            holder: text("holder"),
            book,
            counted: text("counted"),
            reason: text("reason"),
        });
    }
    lines
}

pub(super) async fn submit(Path(id): Path<String>, posted: Posted) -> Response {
    let Posted { visit, form, .. } = posted;
    visit
        .run(move |visit| {
            let packs = visit.work.packs();
            let ledger = visit.work.ledger(&visit.actor, &packs, &id, visit.unit)?;
            let register = register_of(&packs, ledger)?;
            let mut sheet = Sheet {
                id: form.get("_id").parse().unwrap_or_else(|_| uuid::Uuid::now_v7()),
                day: form.date("_day")?.unwrap_or_else(|| visit.actor.today()),
                lines: posted_lines(&form),
                problems: Vec::new(),
            };
            let count = CountSubmission {
                id: Some(sheet.id),
                day: Some(sheet.day),
                lines: sheet.lines.clone(),
                values: read(register, &form),
            };
            match visit.work.count_submit(&visit.actor, &id, visit.unit, count) {
                Ok(_) => {
                    let directory = visit.directory();
                    let org = visit.org(&directory)?.code.clone();
                    Ok(reply::done(
                        &link(&format!("/ledgers/{id}"), &[("org", &org)]),
                        visit.t("盘点已记账", "Stocktake posted"),
                    ))
                }
                Err(error @ (WorkError::Invalid(_) | WorkError::Bad(_))) => {
                    sheet.problems = reply::problems(&error);
                    page(visit, ledger, &sheet, &form, reply::status(&error))
                }
                Err(error) => Err(error),
            }
        })
        .await
}
