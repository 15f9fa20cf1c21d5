//! The fifth door (更多) and the search.

use crate::reply::{self, link};
use crate::view::icons::icon;
use crate::view::pieces::{empty, heading};
use crate::visit::{App, Visit};
use axum::Router;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use hygeia_pack::model::Register;
use hygeia_work::{Action, Found, Right};
use maud::html;

/// The register of alarms.
const ALARM: &str = "core.alarm";

pub(crate) fn routes() -> Router<App> {
    Router::new().route("/", get(root)).route("/more", get(more)).route("/search", get(search))
}

async fn root() -> Redirect {
    Redirect::to("/today")
}

/// A page that stands behind the fifth door.
struct Inner {
    address: &'static str,
    icon: &'static str,
    title: &'static str,
    about: &'static str,
}

/// The pages behind the fifth door that are any use to the visitor.
fn inner(visit: &Visit) -> Vec<Inner> {
    let packs = visit.work.packs();
    let directory = visit.directory();
    let may = |right| visit.actor.has_right(&packs, &directory, right, visit.unit);
    let sees = |register: &Register| visit.actor.may_somewhere(&directory, register, Action::View);
    let any = |which: fn(&Register) -> bool| packs.registers.values().any(|r| which(r) && sees(r));
    let page = |shown: bool, address, icon, (title, title_en), (about, about_en)| {
        shown.then(|| Inner {
            address,
            icon,
            title: visit.t(title, title_en),
            about: visit.t(about, about_en),
        })
    };
    let pages = [
        page(
            packs.registers.get(ALARM).is_some_and(sees),
            "/alarms",
            "warn",
            ("预警与疫情", "Alarms and incidents"),
            ("核实预警、处置疫情、调整阈值", "Verify, respond, adjust"),
        ),
        page(
            true,
            "/people",
            "people",
            ("人员名册", "People"),
            ("花名册、转班、离园、返园", "Roster, transfer, leave, return"),
        ),
        page(
            may(Right::ManagePeople),
            "/people/import",
            "export",
            ("导入名册与机构", "Import"),
            ("XLSX、CSV，先试算再导入", "XLSX or CSV, dry run first"),
        ),
        page(
            may(Right::ManagePeople),
            "/people/promote",
            "right",
            ("学年升班", "Promotion"),
            ("全园各班一次升级", "All classes at once"),
        ),
        page(
            may(Right::ManagePeople),
            "/accounts",
            "account",
            ("账号与角色", "Accounts"),
            ("角色限定在机构范围", "Roles scoped to units"),
        ),
        page(
            any(|register| register.workflow.is_some()),
            "/boards",
            "check",
            ("看板", "Boards"),
            ("按状态看事项和时限", "Things by state, with their clocks"),
        ),
        page(
            any(|register| register.standard.is_some()),
            "/inspections",
            "check",
            ("检查评分", "Inspections"),
            ("按标准检查、排名、检查轮次", "Inspect by a standard, ranking, rounds"),
        ),
        page(
            !visit.work.ledgers_of(&visit.actor, &packs).is_empty(),
            "/ledgers",
            "registers",
            ("收发存账", "Ledgers"),
            ("库存、近效期、盘点", "Stock, expiry, stocktakes"),
        ),
        page(
            true,
            "/calendar",
            "calendar",
            ("工作日历", "Calendar"),
            ("节假日、调休、学期", "Holidays and terms"),
        ),
        page(
            may(Right::Design),
            "/registers",
            "design",
            ("登记表设计", "Register editor"),
            ("在登记表上点“设计”：加字段、改选项", "Design on a register: fields and options"),
        ),
        page(
            true,
            "/account",
            "link",
            ("我的账号与接口令牌", "My account and tokens"),
            ("密码、API；语言在右上角菜单中切换", "Password, API; the language is in the menu at the top"),
        ),
    ];
    pages.into_iter().flatten().collect()
}

async fn more(visit: Visit) -> Response {
    visit
        .run(|visit| {
            let content = html! {
                (heading(visit.t("更多", "More"), &visit.directory().full_title(visit.unit), &html! {}))
                div.cards { @for page in inner(visit) {
                    a.card.entry-card href=(page.address) { (icon(page.icon)) span { strong { (page.title) } small.muted { (page.about) } } }
                } }
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
        Found::Register(id, title, inside) => {
            let about = inside.clone().unwrap_or_else(|| visit.t("登记", "Register").to_owned());
            (format!("/registers/{id}"), "registers", title.clone(), about)
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
            let mut rows: Vec<_> = found.iter().map(|found| found_row(visit, found)).collect();
            let wanted = text.trim();
            let pages = inner(visit).into_iter().filter(|page| {
                !wanted.is_empty() && (page.title.contains(wanted) || page.about.contains(wanted))
            });
            rows.extend(pages.map(|page| {
                (page.address.to_owned(), page.icon, page.title.to_owned(), page.about.to_owned())
            }));
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
