//! The turnover (收发存汇总): opening + in − out = closing, account by account, for a period; the proof that all
//! accounts together hold nothing.

use super::{lot_text, tabs};
use crate::reply;
use crate::view::icons::icon;
use crate::view::pieces::{empty, heading, period_bar, with};
use crate::view::shell;
use crate::visit::Visit;
use axum::extract::Path;
use axum::response::{IntoResponse, Response};
use hygeia_pack::model::Ledger;
use hygeia_report::document::{Cell as PaperCell, Table, TableRow};
use hygeia_report::html as paper;
use hygeia_work::{Period, PeriodKind, Result, Turnover, TurnoverLine};
use maud::{Markup, html};
use rust_decimal::Decimal;

fn read(visit: &Visit, id: &str) -> Result<(Period, Turnover)> {
    let period = visit.period(PeriodKind::Month)?;
    let to = period.to.min(visit.actor.today()).max(period.from);
    Ok((period.clone(), visit.work.turnover(&visit.actor, id, visit.unit, (period.from, to), by_lot(visit))?))
}

/// Whether each lot has a line of its own.
fn by_lot(visit: &Visit) -> bool {
    visit.query.get("lots") == "1"
}

pub(super) async fn show(Path(id): Path<String>, visit: Visit) -> Response {
    visit
        .run(move |visit| {
            let packs = visit.work.packs();
            let ledger = visit.work.ledger(&visit.actor, &packs, &id, visit.unit)?;
            let (period, turnover) = read(visit, &id)?;
            Ok(reply::page(
                visit,
                ledger.title.text(visit.actor.english),
                "more",
                &draw(visit, ledger, &period, &turnover)?,
            ))
        })
        .await
}

fn draw(visit: &Visit, ledger: &Ledger, period: &Period, turnover: &Turnover) -> Result<Markup> {
    let directory = visit.directory();
    let address =
        with(&format!("/ledgers/{}/turnover/print", ledger.id), &visit.query, "period", &period.to_string());
    let lots = with(&visit.path, &visit.query, "lots", if by_lot(visit) { "" } else { "1" });
    let own_lots = ledger.lot.as_ref().filter(|_| by_lot(visit));
    let actions = html! {
        @if let Some(lot) = &ledger.lot { a.btn href=(lots) { @if by_lot(visit) { (visit.t("按物品合计", "By item")) } @else { (visit.t("按", "By ")) (lot.text(visit.actor.english)) } } }
        a.btn href=(address) { (icon("print")) (visit.t("打印", "Print")) }
    };
    let kinds = [PeriodKind::Day, PeriodKind::Month, PeriodKind::Quarter, PeriodKind::Year];
    let amount = |amount: Decimal| turnover.names.amount(amount);
    let net = turnover.net();
    Ok(html! {
        (heading(ledger.title.text(visit.actor.english), &directory.full_title(visit.unit), &actions))
        (tabs(visit, ledger, "/turnover")?)
        (period_bar(visit, period, &kinds))
        section.card.flush {
            @if turnover.lines.is_empty() { (empty(visit.t("到期末没有任何过账", "Nothing was ever posted by then"), &html! {})) }
            @else {
                div.scroll tabindex="0" role="region" aria-label=(visit.t("收发存", "Turnover")) {
                    table.list {
                        thead { tr {
                            th scope="col" { (visit.t("物品", "Item")) }
                            @if let Some(lot) = own_lots { th scope="col" { (lot.text(visit.actor.english)) } }
                            th scope="col" { (visit.t("账户", "Account")) }
                            th.num scope="col" { (visit.t("期初", "Opening")) } th.num scope="col" { (visit.t("收入", "In")) }
                            th.num scope="col" { (visit.t("发出", "Out")) } th.num scope="col" { (visit.t("期末", "Closing")) }
                        } }
                        tbody { @for line in &turnover.lines { tr.muted[line.outside] {
                            td { (turnover.names.item(&line.turnover.item).full()) }
                            @if own_lots.is_some() { td { (lot_text(&line.turnover.lot)) } }
                            td { (line.account_title) @if line.outside { " " span.tag { (visit.t("账外", "outside")) } } }
                            td.num { (amount(line.turnover.opening)) } td.num { (amount(line.turnover.gained)) }
                            td.num { (amount(line.turnover.lost)) } td.num { (amount(line.turnover.closing())) }
                        } } }
                    }
                }
            }
        }
        p.row {
            @if net.is_zero() { span.tag.done { (icon("check")) (visit.t("平衡：各账户合计为 0", "Balanced: all accounts together are 0")) } }
            @else { span.tag { (visit.t("与本范围外单位往来净额 ", "Net of transfers with other units ")) (amount(net)) } }
        }
    })
}

pub(super) async fn print(Path(id): Path<String>, visit: Visit) -> Response {
    visit
        .run(move |visit| {
            let packs = visit.work.packs();
            let ledger = visit.work.ledger(&visit.actor, &packs, &id, visit.unit)?;
            let (period, turnover) = read(visit, &id)?;
            let mut titles = vec!["账户", "期初", "收入", "发出", "期末", "计量单位"];
            if let Some(lot) = ledger.lot.as_ref().filter(|_| by_lot(visit)) {
                titles.insert(0, lot.zh.as_str());
            }
            let rows = turnover
                .lines
                .iter()
                .filter(|line| !line.outside)
                .map(|line| row(&turnover, line, by_lot(visit) && ledger.lot.is_some()));
            let table = Table {
                caption: format!("{}收发存汇总表", ledger.title.zh),
                lead: Some(format!(
                    "单位：{}　{}",
                    visit.directory().full_title(visit.unit),
                    period.title(false)
                )),
                head: Table::head_from_titles("品名", &titles),
                rows: rows.collect(),
                note: Some("期初 + 收入 − 发出 = 期末".into()),
                signatures: vec!["填表人".into(), "负责人".into()],
            };
            Ok(shell::paper(visit, &ledger.title.zh, &paper::table(&table)).into_response())
        })
        .await
}

fn row(turnover: &Turnover, line: &TurnoverLine, by_lot: bool) -> TableRow {
    let item = turnover.names.item(&line.turnover.item);
    let amount = |amount: Decimal| turnover.names.amount(amount);
    let mut cells = vec![item.full()];
    cells.extend(by_lot.then(|| lot_text(&line.turnover.lot).to_owned()));
    cells.push(line.account_title.clone());
    let figures = [line.turnover.opening, line.turnover.gained, line.turnover.lost, line.turnover.closing()];
    cells.extend(figures.map(amount));
    cells.push(item.unit);
    TableRow { cells: cells.into_iter().map(PaperCell::text).collect(), total: false }
}
