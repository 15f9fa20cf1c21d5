//! What stock says elsewhere: on today what runs out or expires, beside a form the lots that can be taken.

use super::{freshness, stay};
use crate::reply::link;
use crate::visit::Visit;
use hygeia_pack::model::{FieldType, Register};
use hygeia_store::OrgUnitId;
use hygeia_work::{Freshness, Result, StockLine, StockWarning};
use maud::{Markup, html};
use serde_json::json;

/// Lines shown on today under one heading before the rest is only counted.
const MOST: usize = 8;

/// For today: lots that have been somewhere longer than they may, each on the list of whoever sees the ledger there.
pub(crate) fn overstays(visit: &Visit) -> Result<Markup> {
    let late = visit.work.overstays(&visit.actor, visit.unit)?;
    let directory = visit.directory();
    let org = visit.org(&directory)?.code.clone();
    Ok(html! {
        @if let Some((ledger, _)) = late.first() {
            section.card aria-label=(visit.t("停留超期", "Too long in one place")) {
                h2 { (visit.t("停留超期", "Too long in one place")) " " span.tag.late { (late.len()) } }
                ul.plain { @for (ledger, line) in late.iter().take(MOST) {
                    li.row {
                        a href=(link(&format!("/ledgers/{ledger}"), &[("org", &org), ("only", "late")])) { (line.item.full()) " " (line.lot_title) }
                        span.muted { (line.unit_title) " · " (line.account_title) }
                        span.push { (stay(visit, line)) }
                    }
                } }
                @if late.len() > MOST { p { a href=(link(&format!("/ledgers/{ledger}"), &[("org", &org), ("only", "late")])) { (visit.t("全部", "All")) } } }
            }
        }
    })
}

/// For today: what is below its minimum, and what expires.
pub(crate) fn shortages(visit: &Visit) -> Result<Markup> {
    let packs = visit.work.packs();
    let warnings = visit.work.stock_warnings(&visit.actor, &packs, visit.unit)?;
    let directory = visit.directory();
    let org = visit.org(&directory)?.code.clone();
    Ok(html! { @for warning in &warnings { (warned(visit, warning, &org)) } })
}

fn warned(visit: &Visit, warning: &StockWarning<'_>, org: &str) -> Markup {
    let title = warning.ledger.title.text(visit.actor.english);
    let base = format!("/ledgers/{}", warning.ledger.id);
    let near = link(&base, &[("org", org), ("only", "near")]);
    let more = (warning.shortages.len() + warning.lots.len()).saturating_sub(2 * MOST);
    html! {
        section.card aria-label={ (title) (visit.t("预警", " warnings")) } {
            h2 {
                a href=(link(&base, &[("org", org)])) { (title) (visit.t("预警", " warnings")) }
                " " span.tag.late { (warning.shortages.len() + warning.lots.len()) }
            }
            ul.plain {
                @for short in warning.shortages.iter().take(MOST) {
                    li.row {
                        strong { (short.item.full()) } @if short.unit != visit.unit { span.muted { (short.unit_title) } }
                        span.tag.late.push { (visit.t("现有 ", "held ")) (short.held.normalize()) " / " (visit.t("最低 ", "least ")) (short.minimum.normalize()) " " (short.item.unit) }
                    }
                }
                @for line in warning.lots.iter().take(MOST) {
                    li.row {
                        a href=(near) { (line.item.full()) " " (line.lot_title) }
                        span.muted { @if line.place.unit != visit.unit { (line.unit_title) " · " } (line.amount.normalize()) " " (line.item.unit) }
                        span.push { (freshness(visit, line)) }
                    }
                }
            }
            @if more > 0 { p { a href=(near) { (visit.t("全部", "All")) } } }
        }
    }
}

/// Beside a form whose entries take from stock: the lots there are, the one that expires first at the head; one tap
/// writes item and lot into the form.
pub(crate) fn lots_beside(visit: &Visit, register: &Register, unit: OrgUnitId) -> Result<Markup> {
    let Some(takes) = visit.work.takes(&visit.actor, register, unit)? else { return Ok(html! {}) };
    // What belongs to one person is chosen in the form, by that person.
    let of_one = |kind: &FieldType| matches!(kind, FieldType::Entry { same_subject: true, .. });
    if register.fields.get(&takes.lot).is_some_and(|field| of_one(&field.kind)) {
        return Ok(html! {});
    }
    let fill = |line: &StockLine| {
        let item = takes.item.as_ref().map(|field| (field.clone(), json!(line.place.item)));
        let lot = (takes.lot.clone(), json!(line.place.lot));
        json!(item.into_iter().chain([lot]).collect::<serde_json::Map<_, _>>()).to_string()
    };
    let expires = takes.lines.iter().any(|line| line.freshness != Freshness::Unknown);
    Ok(html! {
        aside.card.lots data-lots=[takes.item.as_ref()] {
            h2 { @if expires { (visit.t("在库批号（先到期先出）", "Lots in store, first to expire first")) } @else { (visit.t("可登记的在管数量", "What is there")) } }
            @if takes.lines.is_empty() { p.muted { (visit.t("本单位没有结存", "This unit holds nothing")) } }
            ul.plain { @for line in &takes.lines {
                li data-item=(line.place.item) {
                    span.grow {
                        strong { @if takes.item.is_some() { (line.item.full()) " " } (line.lot_title) }
                        small.muted { (line.amount.normalize()) " " (line.item.unit) @if line.expiry.is_some() { " · " (freshness(visit, line)) } }
                    }
                    button.btn.small type="button" data-take=(fill(line)) hidden { (visit.t("取此批", "Take")) }
                }
            } }
        }
    })
}
