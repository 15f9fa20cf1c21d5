//! Ledgers (收发存): the list of ledgers, the stock list, the turnover, the stock card, the stocktake.

mod card;
mod count;
mod stock;
mod turnover;
mod warn;

pub(crate) use warn::{lots_beside, overstays, shortages};

use crate::reply::{self, link};
use crate::view::pieces::{empty, heading};
use crate::visit::{App, Visit};
use axum::Router;
use axum::response::Response;
use axum::routing::get;
use hygeia_pack::model::Ledger;
use hygeia_work::{Freshness, Result, StockLine};
use maud::{Markup, html};

pub(crate) fn routes() -> Router<App> {
    Router::new()
        .route("/ledgers", get(all))
        .route("/ledgers/{ledger}", get(stock::show))
        .route("/ledgers/{ledger}/export", get(stock::export))
        .route("/ledgers/{ledger}/print", get(stock::print))
        .route("/ledgers/{ledger}/turnover", get(turnover::show))
        .route("/ledgers/{ledger}/turnover/print", get(turnover::print))
        .route("/ledgers/{ledger}/card", get(card::show))
        .route("/ledgers/{ledger}/card/print", get(card::print))
        .route("/ledgers/{ledger}/count", get(count::show).post(count::submit))
}

async fn all(visit: Visit) -> Response {
    visit
        .run(|visit| {
            let packs = visit.work.packs();
            let directory = visit.directory();
            let org = visit.org(&directory)?.code.clone();
            let ledgers = visit.work.ledgers_of(&visit.actor, &packs);
            let content = html! {
                (heading(visit.t("收发存账", "Ledgers"), &directory.full_title(visit.unit), &html! {}))
                @if ledgers.is_empty() { (empty(visit.t("您的角色没有可查看的账", "Your role sees no ledger"), &html! {})) }
                div.cards { @for ledger in &ledgers {
                    a.card.entry-card href=(link(&format!("/ledgers/{}", ledger.id), &[("org", &org)])) {
                        span { strong { (ledger.title.text(visit.actor.english)) } @if let Some(help) = &ledger.help { small.muted { (help) } } }
                    }
                } }
            };
            Ok(reply::page(visit, visit.t("收发存账", "Ledgers"), "more", &content))
        })
        .await
}

/// The doors of one ledger.
fn tabs(visit: &Visit, ledger: &Ledger, here: &str) -> Result<Markup> {
    let directory = visit.directory();
    let org = visit.org(&directory)?.code.clone();
    let base = format!("/ledgers/{}", ledger.id);
    let mut doors = vec![("", visit.t("库存", "Stock")), ("/turnover", visit.t("收发存", "Turnover"))];
    if ledger.stocktake.is_some() {
        doors.push(("/count", visit.t("盘点", "Stocktake")));
    }
    Ok(html! {
        nav.periods aria-label=(ledger.title.text(visit.actor.english)) {
            div.kinds { @for (path, text) in doors {
                a href=(link(&format!("{base}{path}"), &[("org", &org)])) aria-current=[(path == here).then_some("true")] { (text) }
            } }
        }
    })
}

/// A lot as people know it; one that is an entry of its own leads there.
fn lot_text(lot: &str) -> &str {
    if lot.parse::<uuid::Uuid>().is_ok() { "—" } else { lot }
}

/// The expiry in words and colour.
fn freshness(visit: &Visit, line: &StockLine) -> Markup {
    let Some(expiry) = line.expiry else { return html! { span.muted { "—" } } };
    html! {
        span.num { (expiry) } " "
        @match line.freshness {
            Freshness::Expired(days) => span.tag.late { @if visit.actor.english { "expired " (days) " d" } @else { "过期 " (days) " 天" } },
            Freshness::Near(0) => span.tag.due { (visit.t("今天到期", "last day")) },
            Freshness::Near(days) => span.tag.due { @if visit.actor.english { (days) " d left" } @else { "剩 " (days) " 天" } },
            Freshness::Good | Freshness::Unknown => {}
        }
    }
}

/// How long it has been there, when that is limited.
fn stay(visit: &Visit, line: &StockLine) -> Markup {
    html! {
        @if let Some(since) = line.since { span.num { (since) } " " }
        @if let Some(days) = line.overstayed {
            span.tag.late { @if visit.actor.english { (days) " d too long" } @else { "超期 " (days) " 天" } }
        }
    }
}
