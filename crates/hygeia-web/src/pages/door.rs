//! The fifth door (更多) and the search.

use crate::reply::{self, link};
use crate::view::icons::icon;
use crate::view::pieces::{empty, heading};
use crate::visit::{App, Visit};
use axum::Router;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use hygeia_work::{Found, Right};
use maud::{Markup, html};

pub(crate) fn routes() -> Router<App> {
    Router::new().route("/", get(root)).route("/more", get(more)).route("/search", get(search))
}

async fn root() -> Redirect {
    Redirect::to("/today")
}

async fn more(visit: Visit) -> Response {
    visit
        .run(|visit| {
            let packs = visit.work.packs();
            let directory = visit.directory();
            let may = |right| visit.actor.has_right(&packs, &directory, right, visit.unit);
            let item = |show: bool, address: &str, name: &str, title: &str, about: &str| -> Markup {
                html! { @if show { a.card.entry-card href=(address) { (icon(name)) span { strong { (title) } small.muted { (about) } } } } }
            };
            let content = html! {
                (heading(visit.t("更多", "More"), &directory.full_title(visit.unit), &html! {}))
                div.cards {
                    (item(true, "/alarms", "warn", visit.t("预警与疫情", "Alarms and incidents"), visit.t("核实预警、处置疫情、调整阈值", "Verify, respond, adjust")))
                    (item(true, "/people", "people", visit.t("人员名册", "People"), visit.t("花名册、转班、离园、返园", "Roster, transfer, leave, return")))
                    (item(may(Right::ManagePeople), "/people/import", "export", visit.t("导入名册与机构", "Import"), visit.t("XLSX、CSV，先试算再导入", "XLSX or CSV, dry run first")))
                    (item(may(Right::ManagePeople), "/people/promote", "right", visit.t("学年升班", "Promotion"), visit.t("全园各班一次升级", "All classes at once")))
                    (item(may(Right::ManagePeople), "/accounts", "account", visit.t("账号与角色", "Accounts"), visit.t("角色限定在机构范围", "Roles scoped to units")))
                    (item(packs.registers.values().any(|register| register.workflow.is_some()), "/boards", "check", visit.t("看板", "Boards"), visit.t("按状态看事项和时限", "Things by state, with their clocks")))
                    (item(true, "/inspections", "check", visit.t("检查评分", "Inspections"), visit.t("按标准检查、排名、检查轮次", "Inspect by a standard, ranking, rounds")))
                    (item(!visit.work.ledgers_of(&visit.actor, &visit.work.packs()).is_empty(), "/ledgers", "registers", visit.t("收发存账", "Ledgers"), visit.t("库存、近效期、盘点", "Stock, expiry, stocktakes")))
                    (item(true, "/calendar", "calendar", visit.t("工作日历", "Calendar"), visit.t("节假日、调休、学期", "Holidays and terms")))
                    (item(may(Right::Design), "/registers", "design", visit.t("登记表设计", "Register editor"), visit.t("在登记表页面点“设计”", "Open a register, then Design")))
                    (item(true, "/account", "link", visit.t("我的账号与接口令牌", "My account and tokens"), visit.t("密码、语言、API", "Password, language, API")))
                }
            };
            Ok(reply::page(visit, visit.t("更多", "More"), "more", &content))
        })
        .await
}

/// One thing found: where it leads, its icon, its name and what it belongs to.
fn found_row(visit: &Visit, found: &Found) -> (String, &'static str, String, String) {
    match found {
        Found::OrgUnit(id, title) => {
            let code = visit.directory().get(*id).map(|unit| unit.code.clone()).unwrap_or_default();
            (
                link("/unit", &[("to", &code), ("next", "/today")]),
                "unit",
                title.clone(),
                visit.t("机构", "Unit").to_owned(),
            )
        }
        Found::Person(id, name, unit) => (format!("/people/{}", id.0), "people", name.clone(), unit.clone()),
        Found::Register(id, title) => {
            (format!("/registers/{id}"), "registers", title.clone(), visit.t("登记", "Register").to_owned())
        }
        Found::Indicator(id, title) => (
            format!("/indicators/{id}"),
            "indicators",
            title.clone(),
            visit.t("指标", "Indicator").to_owned(),
        ),
    }
}

async fn search(visit: Visit) -> Response {
    visit
        .run(|visit| {
            let text = visit.query.get("q");
            let found = visit.work.search(&visit.actor, text)?;
            let rows: Vec<_> = found.iter().map(|found| found_row(visit, found)).collect();
            if visit.query.get("format") == "json" {
                let rows: Vec<_> = rows
                    .iter()
                    .map(|(href, kind, title, about)| serde_json::json!({ "href": href, "kind": kind, "title": title, "about": about }))
                    .collect();
                return Ok(axum::Json(rows).into_response());
            }
            let content = html! {
                (heading(visit.t("搜索", "Search"), text, &html! {}))
                section.card {
                    @if rows.is_empty() { (empty(visit.t("没有找到，请换一个词", "Nothing found"), &html! {})) }
                    ul.plain { @for (href, kind, title, about) in &rows {
                        li { a.found href=(href) { (icon(kind)) span { strong { (title) } small.muted { (about) } } } }
                    } }
                }
            };
            Ok(reply::page(visit, visit.t("搜索", "Search"), "", &content))
        })
        .await
}
