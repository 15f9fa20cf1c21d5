//! The stock card (收发存卡): one account's running balance, every line with the entry behind it.

use super::lot_text;
use crate::reply::{self, link};
use crate::view::icons::icon;
use crate::view::pieces::{heading, with};
use crate::view::shell;
use crate::visit::Visit;
use axum::extract::Path;
use axum::response::{IntoResponse, Response};
use hygeia_pack::model::Ledger;
use hygeia_report::document::{Cell as PaperCell, Table, TableRow};
use hygeia_report::html as paper;
use hygeia_store::PostingQuery;
use hygeia_work::{Result, StockCard};
use maud::{Markup, html};
use rust_decimal::Decimal;

/// A card with its ledger's words.
fn read(visit: &Visit, id: &str) -> Result<StockCard> {
    let text = |name: &str| visit.query.opt(name).map(str::to_owned);
    let wanted = PostingQuery {
        account: text("account"),
        item: Some(visit.query.get("item").to_owned()).filter(|item| !item.is_empty()),
        lot: text("lot"),
        holder: text("holder"),
        from: visit.query.date("from")?,
        to: visit.query.date("to")?,
        ..PostingQuery::default()
    };
    visit.work.stock_card(&visit.actor, id, visit.unit, &wanted)
}

/// What the card is of.
fn subject(visit: &Visit, ledger: &Ledger, card: &StockCard) -> String {
    let account = ledger.accounts.get(visit.query.get("account"));
    let parts = [
        card.names.item(visit.query.get("item")).full(),
        lot_text(visit.query.get("lot")).to_owned(),
        account.map(|account| account.title.text(visit.actor.english).to_owned()).unwrap_or_default(),
        visit.query.get("holder").to_owned(),
    ];
    parts.into_iter().filter(|part| !part.is_empty() && part != "—").collect::<Vec<_>>().join(" · ")
}

pub(super) async fn show(Path(id): Path<String>, visit: Visit) -> Response {
    visit
        .run(move |visit| {
            let packs = visit.work.packs();
            let ledger = visit.work.ledger(&visit.actor, &packs, &id, visit.unit)?;
            let card = read(visit, &id)?;
            Ok(reply::page(
                visit,
                ledger.title.text(visit.actor.english),
                "more",
                &draw(visit, ledger, &card)?,
            ))
        })
        .await
}

fn draw(visit: &Visit, ledger: &Ledger, card: &StockCard) -> Result<Markup> {
    let directory = visit.directory();
    let org = visit.org(&directory)?.code.clone();
    let base = format!("/ledgers/{}", ledger.id);
    let unit = card.names.item(visit.query.get("item")).unit;
    let actions = html! {
        a.btn href=(link(&base, &[("org", &org)])) { (icon("left")) (visit.t("库存", "Stock")) }
        a.btn href=(with(&format!("{base}/card/print"), &visit.query, "format", "print")) { (icon("print")) (visit.t("打印", "Print")) }
    };
    let amount = |amount: Decimal| card.names.amount(amount);
    Ok(html! {
        (heading(visit.t("收发存卡", "Stock card"), &subject(visit, ledger, card), &actions))
        section.tiles {
            @for (title, value) in [
                (visit.t("期初", "Opening"), card.opening), (visit.t("收入", "In"), card.gained()),
                (visit.t("发出", "Out"), card.lost()), (visit.t("结存", "Closing"), card.closing()),
            ] { div.tile { span.tile-title { (title) } span.value.num { (amount(value)) span.unit-of { (unit) } } } }
        }
        form.filters method="get" action={ (base) "/card" } {
            @for keep in ["org", "account", "item", "lot", "holder"] { @if let Some(value) = visit.query.opt(keep) { input type="hidden" name=(keep) value=(value); } }
            label { (visit.t("从", "From")) input type="date" name="from" value=(visit.query.get("from")); }
            label { (visit.t("到", "To")) input type="date" name="to" value=(visit.query.get("to")); }
            button.btn type="submit" { (visit.t("筛选", "Filter")) }
        }
        section.card.flush {
            div.scroll tabindex="0" role="region" aria-label=(visit.t("收发存卡", "Stock card")) {
                table.list {
                    thead { tr {
                        th scope="col" { (visit.t("日期", "Day")) } th scope="col" { (visit.t("凭证", "Entry")) }
                        th scope="col" { (visit.t("来源或去向", "From or to")) }
                        th.num scope="col" { (visit.t("收入", "In")) } th.num scope="col" { (visit.t("发出", "Out")) } th.num scope="col" { (visit.t("结存", "Held")) }
                        th scope="col" { (visit.t("单位", "Unit")) }
                    } }
                    tbody {
                        @if !card.opening.is_zero() { tr { td { "—" } td { (visit.t("期初结存", "Opening")) } td {} td {} td {} td.num { (amount(card.opening)) } td {} } }
                        @for line in &card.lines {
                            tr {
                                td.num { (line.day) }
                                td { a.row-link href={ "/entries/" (line.register) "/" (line.entry.0) } { (line.register_title) } @if line.is_reversal { " " span.tag.due { (visit.t("冲正", "Reversal")) } } }
                                td { (line.counter) }
                                td.num { @if !line.gained.is_zero() { (amount(line.gained)) } }
                                td.num { @if !line.lost.is_zero() { (amount(line.lost)) } }
                                td.num { (amount(line.held)) }
                                td { (line.unit_title) }
                            }
                        }
                    }
                }
            }
        }
        @if card.cut { p.muted { (visit.t("只列出最早的 2000 笔，请缩小日期范围", "Only the first 2000 lines; narrow the days")) } }
    })
}

pub(super) async fn print(Path(id): Path<String>, visit: Visit) -> Response {
    visit
        .run(move |visit| {
            let packs = visit.work.packs();
            let ledger = visit.work.ledger(&visit.actor, &packs, &id, visit.unit)?;
            let card = read(visit, &id)?;
            let shown =
                |amount: Decimal| if amount.is_zero() { String::new() } else { card.names.amount(amount) };
            let row = |cells: [String; 6], total| TableRow {
                cells: cells.into_iter().map(PaperCell::text).collect(),
                total,
            };
            let mut rows = vec![row(
                [
                    String::new(),
                    "期初结存".into(),
                    String::new(),
                    String::new(),
                    String::new(),
                    card.names.amount(card.opening),
                ],
                false,
            )];
            rows.extend(card.lines.iter().map(|line| {
                let entry = if line.is_reversal {
                    format!("{}（冲正）", line.register_title)
                } else {
                    line.register_title.clone()
                };
                row(
                    [
                        line.day.to_string(),
                        entry,
                        line.counter.clone(),
                        shown(line.gained),
                        shown(line.lost),
                        card.names.amount(line.held),
                    ],
                    false,
                )
            }));
            rows.push(row(
                [
                    "合计".into(),
                    String::new(),
                    String::new(),
                    shown(card.gained()),
                    shown(card.lost()),
                    card.names.amount(card.closing()),
                ],
                true,
            ));
            let table = Table {
                caption: format!("{}收发存卡", ledger.title.zh),
                lead: Some(format!(
                    "{}　单位：{}　计量单位：{}",
                    subject(visit, ledger, &card),
                    visit.directory().full_title(visit.unit),
                    card.names.item(visit.query.get("item")).unit
                )),
                head: Table::head_from_titles("日期", &["凭证", "来源或去向", "收入", "发出", "结存"]),
                rows,
                note: None,
                signatures: vec!["保管人".into(), "复核人".into()],
            };
            Ok(shell::paper(visit, &ledger.title.zh, &paper::table(&table)).into_response())
        })
        .await
}
