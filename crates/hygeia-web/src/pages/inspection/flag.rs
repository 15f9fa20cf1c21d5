//! The flag of a period: awarded and taken back from the ranking, and the notice for the board.

use crate::reply::{self, link};
use crate::view::icons::icon;
use crate::view::pieces::moment;
use crate::view::shell::{self, token};
use crate::visit::{Posted, Visit};
use axum::extract::Path;
use axum::response::{IntoResponse, Response};
use hygeia_report::document::{Cell, Table, TableRow};
use hygeia_report::html as paper;
use hygeia_work::{Award, Flags, Period, PeriodKind, Result, plain};
use maud::{Markup, html};

/// Awards the flags of the period, or takes them back when a reason is given.
pub(super) async fn change(Path(id): Path<String>, posted: Posted) -> Response {
    let Posted { mut visit, form, .. } = posted;
    visit.query = form.clone();
    visit
        .run(move |visit| {
            let period = visit.period(PeriodKind::Month)?;
            let (actor, unit) = (&visit.actor, visit.unit);
            let said = if form.get("_do") == "withdraw" {
                visit.work.flags_withdraw(actor, &id, unit, &period, form.get("reason"))?;
                visit.t("已撤销，记录保留", "Taken back; the record stays")
            } else {
                visit.work.flags_award(actor, &id, unit, &period)?;
                visit.t("已授予并公示", "Awarded and published")
            };
            let directory = visit.directory();
            let pairs = [("org", visit.org(&directory)?.code.as_str()), ("period", &period.to_string())];
            Ok(reply::done(&link(&format!("/inspections/{id}/ranking"), &pairs), said))
        })
        .await
}

/// Whether it is awarded, to whom, and what can be done about it.
pub(super) fn card(visit: &Visit, id: &str, flags: &Flags, period: &Period) -> Result<Markup> {
    let directory = visit.directory();
    let org = visit.org(&directory)?.code.clone();
    let period_text = period.to_string();
    let hidden = html! {
        (token(visit))
        input type="hidden" name="org" value=(org);
        input type="hidden" name="period" value=(period_text);
    };
    let action = link(&format!("/inspections/{id}/flags"), &[("org", &org)]);
    let names = |units: Vec<hygeia_store::OrgUnitId>| -> String {
        let titles: Vec<String> = units.into_iter().map(|unit| directory.full_title(unit)).collect();
        titles.join(visit.t("、", ", "))
    };
    let awarded = names(flags.awarded.iter().map(|award| award.unit).collect());
    let ranked = names(flags.ranked.iter().map(|line| line.unit).collect());
    Ok(html! {
        section.card aria-label=(flags.rule.title.text(visit.actor.english)) {
            h2 { (icon("flag")) (flags.rule.title.text(visit.actor.english)) "　" span.num { (period.title(visit.actor.english)) } }
            @match flags.awarded.first() {
                Some(first) => {
                    p { strong { (awarded) } " " small.muted.num { (first.entry.values.get("awarded_by").map(plain).unwrap_or_default()) " " (moment(first.entry.updated_at)) } }
                    @if flags.has_moved() { p.row { span.tag.due { (visit.t("授予后排名有变", "The ranking has moved since")) } span.muted { (visit.t("现排名应为：", "by the ranking of now: ")) (ranked) } } }
                    p.row { a.btn href=(link(&format!("/inspections/{id}/flags"), &[("org", &org), ("period", &period_text)])) { (icon("print")) (visit.t("公示页", "Notice")) } }
                    @if flags.may_award {
                        details { summary { (visit.t("撤销授予", "Take back")) }
                            form method="post" action=(action) {
                                (hidden)
                                input type="hidden" name="_do" value="withdraw";
                                div.field { label for="f-reason" { (visit.t("撤销原因", "Why")) span.must aria-hidden="true" { "*" } } input id="f-reason" name="reason" type="text" required maxlength="200"; }
                                button.btn.danger type="submit" { (visit.t("撤销", "Take back")) }
                            }
                        }
                    }
                }
                None if flags.ranked.is_empty() => { p.muted { (visit.t("这一期还没有符合条件的单位", "Nobody earns it in this period yet")) } }
                None => {
                    p { (visit.t("按现排名应授予：", "By the ranking of now: ")) strong { (ranked) } }
                    @if flags.may_award { form method="post" action=(action) { (hidden) button.btn.go type="submit" { (icon("flag")) (visit.t("授予并公示", "Award and publish")) } } }
                }
            }
        }
    })
}

/// The notice: what hangs at the board of the house.
pub(super) async fn notice(Path(id): Path<String>, visit: Visit) -> Response {
    visit
        .run(move |visit| {
            let period = visit.period(PeriodKind::Month)?;
            let flags = visit.work.flags_of(&visit.actor, &id, visit.unit, &period)?;
            let title = format!("{}公示", flags.rule.title.zh);
            let directory = visit.directory();
            let row = |award: &Award| {
                let said = |name: &str| award.entry.values.get(name).map(plain).unwrap_or_default();
                let unit = directory.get(award.unit).map(|unit| unit.title.clone()).unwrap_or_default();
                let above = directory.full_title(award.unit);
                let unit = if flags.house == visit.unit { unit } else { above };
                let cells = [unit, said("mean"), said("inspections"), said("place")];
                TableRow { cells: cells.into_iter().map(Cell::text).collect(), total: false }
            };
            let table = Table {
                caption: title.clone(),
                lead: Some(format!("{}　{}", directory.full_title(flags.house), period.title(false))),
                head: Table::head_from_titles("单位", &["平均分", "检查次数", "名次"]),
                rows: flags.awarded.iter().map(row).collect(),
                note: Some(if flags.awarded.is_empty() {
                    "本期尚未授予".to_owned()
                } else {
                    format!("按本期检查平均分评定，现予公示。{}", day_of(&flags))
                }),
                signatures: vec!["保健室".into(), "负责人".into()],
            };
            Ok(shell::paper(visit, &title, &paper::table(&table)).into_response())
        })
        .await
}

/// The day of the award.
fn day_of(flags: &Flags) -> String {
    flags.awarded.first().map(|award| award.entry.day.to_string()).unwrap_or_default()
}
