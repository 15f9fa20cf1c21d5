//! The stock list (库存): items and lots with what is there, what expires, what is short; as a page, a workbook, a form.

use super::{freshness, stay, tabs};
use crate::reply::{self, link};
use crate::view::icons::icon;
use crate::view::pieces::{empty, heading, with};
use crate::view::shell;
use crate::visit::Visit;
use axum::extract::Path;
use axum::response::{IntoResponse, Response};
use hygeia_exchange::{Cell, Grid, to_xlsx};
use hygeia_pack::model::Ledger;
use hygeia_report::document::{Cell as PaperCell, Table, TableRow};
use hygeia_report::html as paper;
use hygeia_work::{Action, Freshness, Result, Stock, StockLine, StockQuery, WorkError};
use maud::{Markup, html};
use rust_decimal::prelude::ToPrimitive;

/// What the address asks for.
fn query(visit: &Visit) -> Result<StockQuery> {
    let text = |name: &str| visit.query.opt(name).map(str::to_owned);
    Ok(StockQuery { account: text("account"), item: text("item"), on: visit.query.date("on")? })
}

/// The stock with the filters that are judged here: expiry and stay.
fn filtered(visit: &Visit, id: &str) -> Result<Stock> {
    let mut stock = visit.work.stock(&visit.actor, id, visit.unit, &query(visit)?)?;
    match visit.query.get("only") {
        "near" => {
            stock.lines.retain(|line| matches!(line.freshness, Freshness::Near(_) | Freshness::Expired(_)))
        }
        "expired" => stock.lines.retain(|line| matches!(line.freshness, Freshness::Expired(_))),
        "late" => stock.lines.retain(|line| line.overstayed.is_some()),
        _ => {}
    }
    Ok(stock)
}

pub(super) async fn show(Path(id): Path<String>, visit: Visit) -> Response {
    visit
        .run(move |visit| {
            let packs = visit.work.packs();
            let ledger = visit.work.ledger(&visit.actor, &packs, &id, visit.unit)?;
            let stock = filtered(visit, &id)?;
            Ok(reply::page(
                visit,
                ledger.title.text(visit.actor.english),
                "more",
                &draw(visit, ledger, &stock)?,
            ))
        })
        .await
}

fn draw(visit: &Visit, ledger: &Ledger, stock: &Stock) -> Result<Markup> {
    let directory = visit.directory();
    let base = format!("/ledgers/{}", ledger.id);
    let here = |path: &str| with(&format!("{base}{path}"), &visit.query, "format", "xlsx");
    let actions = html! {
        a.btn href=(here("/export")) { (icon("export")) "XLSX" }
        a.btn href=(here("/print")) { (icon("print")) (visit.t("打印", "Print")) }
    };
    Ok(html! {
        (heading(ledger.title.text(visit.actor.english), &directory.full_title(visit.unit), &actions))
        @if let Some(help) = &ledger.help { p.muted { (help) } }
        (tabs(visit, ledger, "")?)
        (shortages(visit, stock))
        (filters(visit, ledger, stock, &base)?)
        section.card.flush {
            @if stock.lines.is_empty() { (empty(visit.t("没有符合条件的库存", "Nothing in stock meets the filter"), &html! {})) }
            @else { (lines(visit, ledger, stock, &base)?) }
        }
        (enter(visit, ledger)?)
    })
}

fn shortages(visit: &Visit, stock: &Stock) -> Markup {
    html! {
        @if !stock.shortages.is_empty() {
            section.card {
                h2 { (visit.t("低于最低储备", "Below the minimum")) }
                ul.plain { @for short in &stock.shortages {
                    li.row {
                        strong { (short.item.full()) } span.muted { (short.unit_title) }
                        span.tag.late.push { (visit.t("现有 ", "held ")) (stock.names.quantity(short.held, &short.item.code)) " / " (visit.t("最低 ", "least ")) (stock.names.quantity(short.minimum, &short.item.code)) }
                    }
                } }
            }
        }
    }
}

fn filters(visit: &Visit, ledger: &Ledger, stock: &Stock, base: &str) -> Result<Markup> {
    let directory = visit.directory();
    let org = visit.org(&directory)?.code.clone();
    let query = &visit.query;
    let mut only = vec![("", visit.t("全部", "All"))];
    if ledger.near_expiry_days.is_some() {
        only.push(("near", visit.t("近效期和过期", "Near or past expiry")));
        only.push(("expired", visit.t("已过期", "Expired")));
    }
    if ledger.accounts.values().any(|account| account.max_days.is_some()) {
        only.push(("late", visit.t("停留超期", "Too long here")));
    }
    let accounts: Vec<_> = ledger.accounts.values().filter(|account| !account.outside).collect();
    Ok(html! {
        form.filters method="get" action=(base) {
            input type="hidden" name="org" value=(org);
            @if accounts.len() > 1 { label { (visit.t("所在", "Where"))
                select name="account" { option value="" { (visit.t("全部", "All")) }
                    @for account in &accounts { option value=(account.id) selected[query.get("account") == account.id] { (account.title.text(visit.actor.english)) } } }
            } }
            label { (visit.t("物品", "Item"))
                select name="item" { option value="" { (visit.t("全部", "All")) }
                    @for item in stock.names.items().filter(|item| !item.code.is_empty()) { option value=(item.code) selected[query.get("item") == item.code] { (item.full()) } } }
            }
            @if only.len() > 1 { label { (visit.t("状态", "State"))
                select name="only" { @for (code, text) in &only { option value=(code) selected[query.get("only") == *code] { (text) } } }
            } }
            label { (visit.t("截至", "As of")) input type="date" name="on" value=(query.get("on")); }
            button.btn type="submit" { (visit.t("筛选", "Filter")) }
        }
    })
}

fn lines(visit: &Visit, ledger: &Ledger, stock: &Stock, base: &str) -> Result<Markup> {
    let directory = visit.directory();
    let english = visit.actor.english;
    let timed = stock.lines.iter().any(|line| line.since.is_some());
    let code =
        |line: &StockLine| directory.get(line.place.unit).map(|unit| unit.code.clone()).unwrap_or_default();
    Ok(html! {
        div.scroll tabindex="0" role="region" aria-label=(ledger.title.text(english)) {
            table.list {
                thead { tr {
                    th scope="col" { (visit.t("物品", "Item")) }
                    @if let Some(lot) = &ledger.lot { th scope="col" { (lot.text(english)) } }
                    th.num scope="col" { (visit.t("数量", "Quantity")) }
                    @if ledger.near_expiry_days.is_some() { th scope="col" { (visit.t("有效期至", "Expiry")) } }
                    @if timed { th scope="col" { (visit.t("自何日起", "Since")) } }
                    th scope="col" { (visit.t("所在", "Where")) }
                    @if let Some(holder) = &ledger.holder { th scope="col" { (holder.text(english)) } }
                    th scope="col" { (visit.t("单位", "Unit")) }
                } }
                tbody { @for line in &stock.lines {
                    tr {
                        td { a.row-link href=(card_link(base, line, &code(line))) { (line.item.full()) } }
                        @if ledger.lot.is_some() { td { (line.lot_title) } }
                        td.num { (stock.names.amount(line.amount)) " " (line.item.unit) }
                        @if ledger.near_expiry_days.is_some() { td { (freshness(visit, line)) } }
                        @if timed { td { (stay(visit, line)) } }
                        td { (line.account_title) }
                        @if ledger.holder.is_some() { td { (line.place.holder) } }
                        td { (line.unit_title) }
                    }
                } }
            }
        }
    })
}

fn card_link(base: &str, line: &StockLine, org: &str) -> String {
    let place = &line.place;
    let pairs = [
        ("org", org),
        ("account", place.account.as_str()),
        ("item", place.item.as_str()),
        ("lot", place.lot.as_str()),
        ("holder", place.holder.as_str()),
    ];
    link(&format!("{base}/card"), &pairs)
}

/// Registers that post to the ledger, for whoever may enter them here.
fn enter(visit: &Visit, ledger: &Ledger) -> Result<Markup> {
    let (packs, directory) = (visit.work.packs(), visit.directory());
    let org = visit.org(&directory)?.code.clone();
    let registers = ledger.registers().into_iter().filter_map(|id| packs.registers.get(id));
    let own: Vec<_> = registers
        .filter(|register| {
            Some(&register.id) != ledger.stocktake.as_ref()
                && visit.actor.may_below(&directory, register, Action::Enter, visit.unit)
        })
        .collect();
    Ok(html! {
        @if !own.is_empty() {
            section.card {
                h2 { (visit.t("登记", "Enter")) }
                div.row { @for register in own {
                    @let fills = ledger.postings.iter().any(|rule| rule.register == register.id && rule.each.is_some());
                    a.btn href=(link(&format!("/registers/{}/new", register.id), &[("org", &org), ("fill", if fills { "stock" } else { "" })])) {
                        (icon("add")) (register.title.text(visit.actor.english))
                    }
                } }
            }
        }
    })
}

pub(super) async fn export(Path(id): Path<String>, visit: Visit) -> Response {
    visit
        .run(move |visit| {
            let packs = visit.work.packs();
            let ledger = visit.work.ledger(&visit.actor, &packs, &id, visit.unit)?;
            let stock = filtered(visit, &id)?;
            let file = to_xlsx(&grid(visit, ledger, &stock))
                .map_err(|error| WorkError::Bad(format!("生成 XLSX 失败：{error}")))?;
            Ok(reply::download(file, reply::XLSX, &format!("{}_{}.xlsx", ledger.title.zh, stock.on)))
        })
        .await
}

fn grid(visit: &Visit, ledger: &Ledger, stock: &Stock) -> Grid {
    let header = columns(ledger).into_iter().map(|(title, _)| title).collect();
    let text = |text: &str| if text.is_empty() { Cell::Empty } else { Cell::Text(text.to_owned()) };
    let rows = stock.lines.iter().map(|line| {
        let cells = columns(ledger).into_iter().map(|(_, column)| match column {
            Column::Amount => {
                line.amount.to_f64().map_or(Cell::Empty, |amount| Cell::Number(amount, ledger.decimals))
            }
            column => text(&cell(line, column)),
        });
        cells.collect()
    });
    Grid {
        title: format!("{} {}", ledger.title.zh, visit.directory().full_title(visit.unit)),
        header,
        rows: rows.collect(),
    }
}

/// Columns of the paper form and the workbook.
#[derive(Clone, Copy)]
enum Column {
    Unit,
    Account,
    Item,
    Spec,
    Lot,
    Expiry,
    Holder,
    Amount,
    Measure,
}

fn columns(ledger: &Ledger) -> Vec<(String, Column)> {
    let mut columns = vec![
        ("单位".to_owned(), Column::Unit),
        ("所在".to_owned(), Column::Account),
        ("品名".to_owned(), Column::Item),
        ("规格".to_owned(), Column::Spec),
    ];
    columns.extend(ledger.lot.as_ref().map(|lot| (lot.zh.clone(), Column::Lot)));
    columns.extend(ledger.near_expiry_days.map(|_| ("有效期至".to_owned(), Column::Expiry)));
    columns.extend(ledger.holder.as_ref().map(|holder| (holder.zh.clone(), Column::Holder)));
    columns.extend([("数量".to_owned(), Column::Amount), ("计量单位".to_owned(), Column::Measure)]);
    columns
}

fn cell(line: &StockLine, column: Column) -> String {
    match column {
        Column::Unit => line.unit_title.clone(),
        Column::Account => line.account_title.clone(),
        Column::Item => line.item.title.clone(),
        Column::Spec => line.item.spec.clone(),
        Column::Lot => line.lot_title.clone(),
        Column::Expiry => line.expiry.map(|expiry| expiry.to_string()).unwrap_or_default(),
        Column::Holder => line.place.holder.clone(),
        Column::Amount => line.amount.normalize().to_string(),
        Column::Measure => line.item.unit.clone(),
    }
}

pub(super) async fn print(Path(id): Path<String>, visit: Visit) -> Response {
    visit
        .run(move |visit| {
            let packs = visit.work.packs();
            let ledger = visit.work.ledger(&visit.actor, &packs, &id, visit.unit)?;
            let stock = filtered(visit, &id)?;
            let columns = columns(ledger);
            let titles: Vec<&str> = columns.iter().skip(1).map(|(title, _)| title.as_str()).collect();
            let row = |line: &StockLine| TableRow {
                cells: columns.iter().map(|(_, column)| PaperCell::text(cell(line, *column))).collect(),
                total: false,
            };
            let table = Table {
                caption: format!("{}库存表", ledger.title.zh),
                lead: Some(format!("单位：{}　截至：{}", visit.directory().full_title(visit.unit), stock.on)),
                head: Table::head_from_titles("单位", &titles),
                rows: stock.lines.iter().map(row).collect(),
                note: None,
                signatures: vec!["保管人".into(), "负责人".into()],
            };
            Ok(shell::paper(visit, &ledger.title.zh, &paper::table(&table)).into_response())
        })
        .await
}
