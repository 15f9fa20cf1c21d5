//! Ledgers over the API: what is in stock, and every transfer.

use super::caller::{Call, Caller};
use axum::Json;
use axum::extract::{Path, Query};
use axum::response::{IntoResponse, Response};
use hygeia_pack::model::PackSet;
use hygeia_store::{OrgUnitId, PostingQuery};
use hygeia_work::{Freshness, Result, StockQuery, WorkError, read_date};
use jiff::civil::Date;
use rust_decimal::Decimal;
use serde_json::{Map, Value, json};

/// Question of both routes; days are ISO.
#[derive(Debug, serde::Deserialize)]
pub(super) struct Question {
    /// Code of the org unit; its subtree is read.
    org: Option<String>,
    /// Only this account.
    account: Option<String>,
    /// Only this item.
    item: Option<String>,
    /// Only this lot.
    lot: Option<String>,
    /// Balances at the end of this day.
    on: Option<String>,
    /// First day.
    from: Option<String>,
    /// Last day.
    to: Option<String>,
}

fn unit(caller: &Caller, question: &Question) -> Result<OrgUnitId> {
    let code = question.org.as_deref().ok_or_else(|| WorkError::Bad("请给出机构代码 org".into()))?;
    caller.unit(code)
}

fn day(text: &Option<String>) -> Result<Option<Date>> {
    let Some(text) = text else { return Ok(None) };
    let day = read_date(text);
    day.map(Some).ok_or_else(|| WorkError::Bad(format!("“{text}”不是有效日期，应如 2026-11-24")))
}

fn number(amount: Decimal) -> Value {
    serde_json::from_str(&amount.normalize().to_string()).unwrap_or(Value::Null)
}

/// `GET /ledgers/{id}/balances?org=&account=&item=&on=`
pub(super) async fn balances(
    call: Call,
    Path(ledger): Path<String>,
    Query(question): Query<Question>,
) -> Response {
    call.run(move |caller| {
        let unit = unit(caller, &question)?;
        let query = StockQuery {
            account: question.account.clone(),
            item: question.item.clone(),
            on: day(&question.on)?,
        };
        let stock = caller.work.stock(&caller.actor, &ledger, unit, &query)?;
        let directory = caller.work.directory();
        let lines = stock.lines.iter().map(|line| {
            json!({
                "org": directory.get(line.place.unit).map(|unit| unit.code.as_str()),
                "account": line.place.account, "item": line.place.item, "title": line.item.full(),
                "lot": line.place.lot, "holder": line.place.holder,
                "amount": number(line.amount), "unit": line.item.unit,
                "expiry": line.expiry.map(|expiry| expiry.to_string()),
                "state": match line.freshness {
                    Freshness::Expired(_) => "expired",
                    Freshness::Near(_) => "near",
                    Freshness::Good => "good",
                    Freshness::Unknown => "unknown",
                },
                "since": line.since.map(|since| since.to_string()), "overstayed_days": line.overstayed,
            })
        });
        let lines: Vec<Value> = lines.collect();
        Ok(Json(json!({ "ledger": ledger, "on": stock.on.to_string(), "balances": lines })).into_response())
    })
    .await
}

/// `GET /ledgers/{id}/postings?org=&account=&item=&lot=&from=&to=`
pub(super) async fn postings(
    call: Call,
    Path(ledger): Path<String>,
    Query(question): Query<Question>,
) -> Response {
    call
        .run(move |caller| {
            let unit = unit(caller, &question)?;
            let wanted = PostingQuery {
                account: question.account.clone(),
                item: question.item.clone(),
                lot: question.lot.clone(),
                from: day(&question.from)?,
                to: day(&question.to)?,
                ..PostingQuery::default()
            };
            let card = caller.work.stock_card(&caller.actor, &ledger, unit, &wanted)?;
            let directory = caller.work.directory();
            let lines = card.lines.iter().map(|line| {
                json!({
                    "day": line.day.to_string(), "org": directory.get(line.unit).map(|unit| unit.code.as_str()),
                    "lot": line.lot, "holder": line.holder, "in": number(line.gained), "out": number(line.lost),
                    "register": line.register.as_str(), "entry": line.entry.0.to_string(), "reversal": line.is_reversal,
                })
            });
            let lines: Vec<Value> = lines.collect();
            Ok(Json(json!({
                "ledger": ledger, "opening": number(card.opening), "closing": number(card.closing()),
                "complete": !card.cut, "postings": lines,
            }))
            .into_response())
        })
        .await
}

/// The routes of ledgers for the description of the API.
pub(super) fn paths(packs: &PackSet) -> Map<String, Value> {
    let ledgers: Vec<&str> = packs.ledgers.keys().map(|id| id.as_str()).collect();
    let text = |name: &str, required: bool, description: &str| json!({ "name": name, "in": "query", "required": required, "schema": { "type": "string" }, "description": description });
    let ledger = json!({ "name": "ledger", "in": "path", "required": true,
        "schema": { "type": "string", "examples": ledgers } });
    let common = [
        ledger,
        text("org", true, "机构代码，含下级 / Code of the org unit; its subtree is read"),
        text("account", false, "只要这个账户 / Only this account"),
        text("item", false, "只要这种物品 / Only this item"),
    ];
    let path = |summary: &str, own: Vec<Value>, answer: &str| {
        let parameters: Vec<Value> = common.iter().cloned().chain(own).collect();
        json!({ "get": { "summary": summary, "parameters": parameters, "responses": {
            "200": { "description": answer },
            "default": { "description": "出错：说明和所涉字段 / Error: what is wrong, and with which fields", "content": { "application/json": {
                "schema": { "$ref": "#/components/schemas/Error" } } } } } } })
    };
    let days = vec![
        text("lot", false, "只要这个批次 / Only this lot"),
        text("from", false, "起始日期 / First day"),
        text("to", false, "截止日期 / Last day"),
    ];
    let on = vec![text("on", false, "该日终了时；不填为现在 / At the end of this day; now when absent")];
    let paths = [
        (
            "/ledgers/{ledger}/balances",
            path("库存 / Balances", on, "账内各账户现有的数量 / What the accounts inside the ledger hold"),
        ),
        (
            "/ledgers/{ledger}/postings",
            path("收发存明细 / Postings", days, "期初、每笔收发、期末 / Opening, every transfer, closing"),
        ),
    ];
    paths.into_iter().map(|(address, path)| (address.to_owned(), path)).collect()
}
