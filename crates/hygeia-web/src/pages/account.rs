//! Accounts (账号): one's own, and those of the units one manages.

use crate::reply;
use crate::view::icons::icon;
use crate::view::pieces::{empty, field_problem, heading, input, moment, problem_box};
use crate::view::shell::token;
use crate::visit::{App, Params, Posted, Visit};
use axum::Router;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use hygeia_pack::model::RoleId;
use hygeia_store::AccountId;
use hygeia_work::{AccountDraft, FieldProblem, Result, RoleAt, WorkError, exists_on};
use maud::{Markup, html};

pub(crate) fn routes() -> Router<App> {
    Router::new()
        .route("/account", get(own))
        .route("/account/password", post(password))
        .route("/account/tokens", post(make_token))
        .route("/account/tokens/delete", post(delete_token))
        .route("/accounts", get(all).post(create))
        .route("/accounts/{account}", get(open).post(save))
        .route("/accounts/{account}/disable", post(disable))
}

async fn own(visit: Visit) -> Response {
    visit.run(|visit| own_page(visit, &[], None, StatusCode::OK)).await
}

fn own_page(
    visit: &Visit,
    problems: &[FieldProblem],
    secret: Option<&str>,
    status: StatusCode,
) -> Result<Response> {
    let directory = visit.directory();
    let packs = visit.work.packs();
    let tokens = visit.work.token_list(&visit.actor)?;
    let content = html! {
        (heading(visit.t("我的账号", "My account"), &visit.actor.name, &html! {}))
        (problem_box(visit, problems))
        section.card {
            h2 { (visit.t("角色", "Roles")) }
            ul.plain { @for held in &visit.actor.roles {
                li.row { span.tag { (packs.roles.get(&held.role).map_or(held.role.as_str(), |role| role.title.text(visit.actor.english))) } (directory.full_title(held.unit)) }
            } }
        }
        section.card {
            h2 { (visit.t("修改密码", "Password")) }
            form.row method="post" action="/account/password" {
                (token(visit))
                (input(visit.t("原密码", "Current"), "old", "password", "", problems, true))
                (input(visit.t("新密码（至少 8 位）", "New (8 or more)"), "new", "password", "", problems, true))
                button.btn.go type="submit" { (visit.t("修改", "Change")) }
            }
        }
        section.card {
            h2 { (visit.t("接口令牌", "API tokens")) }
            p.muted { (visit.t("供其他系统以您的权限读写数据；接口说明见 ", "Other systems act with your rights; see ")) a href="/api/v1/openapi.json" { "OpenAPI" } }
            @if let Some(secret) = secret {
                div.secret role="status" { p { (visit.t("令牌只显示这一次，请立即抄存：", "Shown once, copy it now:")) } code { (secret) } }
            }
            ul.plain { @for known in &tokens {
                li.row {
                    strong { (known.label) } span.num.muted { (moment(known.created_at)) }
                    form.push method="post" action="/account/tokens/delete" { (token(visit)) input type="hidden" name="hash" value=(known.hash); button.btn.small.danger type="submit" { (visit.t("撤销", "Revoke")) } }
                }
            } }
            form.row method="post" action="/account/tokens" {
                (token(visit))
                (input(visit.t("用途", "Purpose"), "label", "text", "", problems, true))
                button.btn type="submit" { (icon("add")) (visit.t("新令牌", "New token")) }
            }
        }
    };
    Ok((status, reply::page(visit, visit.t("我的账号", "My account"), "more", &content)).into_response())
}

async fn password(posted: Posted) -> Response {
    let Posted { visit, form, .. } = posted;
    visit
        .run(move |visit| {
            let raw = |name: &str| {
                form.0.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value.as_str())
            };
            match visit.work.password_change(&visit.actor, raw("old"), raw("new")) {
                Ok(()) => Ok(reply::done("/account", visit.t("密码已修改", "Password changed"))),
                Err(WorkError::Invalid(problems)) => {
                    own_page(visit, &problems, None, StatusCode::UNPROCESSABLE_ENTITY)
                }
                Err(error) => Err(error),
            }
        })
        .await
}

async fn make_token(posted: Posted) -> Response {
    let Posted { visit, form, .. } = posted;
    visit
        .run(move |visit| match visit.work.token_make(&visit.actor, form.get("label")) {
            Ok(secret) => own_page(visit, &[], Some(&secret), StatusCode::OK),
            Err(WorkError::Invalid(problems)) => {
                own_page(visit, &problems, None, StatusCode::UNPROCESSABLE_ENTITY)
            }
            Err(error) => Err(error),
        })
        .await
}

async fn delete_token(posted: Posted) -> Response {
    let Posted { visit, form, .. } = posted;
    visit
        .run(move |visit| {
            let hash = form.opt("hash").ok_or_else(|| {
                WorkError::Bad(visit.t("请选择要撤销的令牌", "Choose the token to revoke").to_owned())
            })?;
            visit.work.token_delete(&visit.actor, hash)?;
            Ok(reply::done("/account", visit.t("令牌已撤销", "Token revoked")))
        })
        .await
}

/// An account on its way through the form.
#[derive(Default)]
struct Draft {
    id: Option<AccountId>,
    login: String,
    name: String,
    roles: Vec<(String, String)>,
    disabled: bool,
}

async fn all(visit: Visit) -> Response {
    visit.run(|visit| list_page(visit, &Draft::default(), &[], StatusCode::OK)).await
}

fn list_page(
    visit: &Visit,
    draft: &Draft,
    problems: &[FieldProblem],
    status: StatusCode,
) -> Result<Response> {
    let directory = visit.directory();
    let packs = visit.work.packs();
    let accounts = visit.work.account_list(&visit.actor, visit.unit)?;
    let role = |held: &RoleAt| {
        packs
            .roles
            .get(&held.role)
            .map_or_else(|| held.role.to_string(), |role| role.title.text(visit.actor.english).to_owned())
    };
    let content = html! {
        (heading(visit.t("账号与角色", "Accounts"), &directory.full_title(visit.unit), &html! {}))
        details.card open[!problems.is_empty()] {
            summary { (icon("add")) (visit.t("新账号", "New account")) }
            (form(visit, draft, problems))
        }
        section.card.flush {
            @if accounts.is_empty() { (empty(visit.t("本单位还没有账号", "No account here yet"), &html! {})) }
            @else { div.scroll { table.list {
            thead { tr { @for title in [visit.t("账号", "Login"), visit.t("姓名", "Name"), visit.t("角色与范围", "Roles"), visit.t("状态", "State")] { th scope="col" { (title) } } } }
            tbody { @for (account, roles) in &accounts {
                tr.void[account.disabled] {
                    td { a.row-link href={ "/accounts/" (account.id.0) } { (account.login) } }
                    td { (account.name) }
                    td.wrap { @for held in roles { span.tag { (role(held)) " · " (directory.full_title(held.unit)) } " " } }
                    td { @if account.disabled { span.tag.late { (visit.t("已停用", "Disabled")) } } @else { span.tag.done { (visit.t("正常", "Active")) } } }
                }
            } }
        } } } }
    };
    Ok((status, reply::page(visit, visit.t("账号与角色", "Accounts"), "more", &content)).into_response())
}

fn form(visit: &Visit, draft: &Draft, problems: &[FieldProblem]) -> Markup {
    let action = draft.id.map_or("/accounts".to_owned(), |id| format!("/accounts/{}", id.0));
    html! {
        (problem_box(visit, problems))
        form.stack method="post" action=(action) {
            (token(visit))
            (input(visit.t("账号", "Login"), "login", "text", &draft.login, problems, true))
            (input(visit.t("姓名", "Name"), "name", "text", &draft.name, problems, true))
            (input(if draft.id.is_some() { visit.t("新密码（不改则留空）", "New password (blank keeps it)") } else { visit.t("初始密码（至少 8 位）", "Password (8 or more)") }, "password", "password", "", problems, draft.id.is_none()))
            fieldset.group { legend { (visit.t("角色与机构范围", "Roles and where")) }
                @for at in 0..draft.roles.len().max(1) + 1 { (role_row(visit, at, draft.roles.get(at))) }
                (field_problem(problems, "roles"))
            }
            button.btn.go type="submit" { (visit.t("保存", "Save")) }
        }
    }
}

fn role_row(visit: &Visit, at: usize, held: Option<&(String, String)>) -> Markup {
    let directory = visit.directory();
    let packs = visit.work.packs();
    let (role, unit) = held.map_or(("", ""), |(role, unit)| (role.as_str(), unit.as_str()));
    let units = directory.subtree(visit.unit);
    let mut offered = visit.work.roles_to_grant(&visit.actor, visit.unit);
    if !role.is_empty() && !offered.iter().any(|known| known.as_str() == role) {
        offered.push(RoleId::from(role));
    }
    let title = |role: &RoleId| {
        packs
            .roles
            .get(role)
            .map_or_else(|| role.to_string(), |role| role.title.text(visit.actor.english).to_owned())
    };
    html! {
        div.row {
            div.field {
                label for={ "f-role-" (at) } { (visit.t("角色", "Role")) }
                select id={ "f-role-" (at) } name="role" {
                    option value="" { "—" }
                    @for known in &offered { option value=(known) selected[known.as_str() == role] { (title(known)) } }
                }
            }
            div.field {
                label for={ "f-at-" (at) } { (visit.t("在哪个机构", "At")) }
                select id={ "f-at-" (at) } name="at" {
                    @if !unit.is_empty() && !units.iter().any(|known| known.code == unit) { option value=(unit) selected { (unit) } }
                    @for known in units.iter().filter(|known| exists_on(known, visit.actor.today())) { option value=(known.code) selected[known.code == unit] { (directory.full_title(known.id)) } }
                }
            }
        }
    }
}

fn read(form: &Params, id: Option<AccountId>) -> Draft {
    let roles = form.all("role").zip(form.all("at")).filter(|(role, _)| !role.is_empty());
    Draft {
        id,
        login: form.get("login").to_owned(),
        name: form.get("name").to_owned(),
        roles: roles.map(|(role, at)| (role.to_owned(), at.to_owned())).collect(),
        disabled: false,
    }
}

fn store(visit: &Visit, draft: &Draft, form: &Params) -> Result<AccountId> {
    let directory = visit.directory();
    let mut roles = Vec::new();
    for (role, at) in &draft.roles {
        roles.push(RoleAt {
            role: RoleId::from(role.as_str()),
            unit: visit.work.unit_by_code(&directory, at)?.id,
        });
    }
    let password = form
        .0
        .iter()
        .find(|(name, value)| name == "password" && !value.is_empty())
        .map(|(_, value)| value.clone());
    let content =
        AccountDraft { login: draft.login.clone(), name: draft.name.clone(), password, roles, person: None };
    visit.work.account_save(&visit.actor, draft.id, &content)
}

async fn create(posted: Posted) -> Response {
    let Posted { visit, form, .. } = posted;
    visit
        .run(move |visit| {
            let draft = read(&form, None);
            match store(visit, &draft, &form) {
                Ok(_) => Ok(reply::done("/accounts", visit.t("账号已建立", "Account made"))),
                Err(WorkError::Invalid(problems)) => {
                    list_page(visit, &draft, &problems, StatusCode::UNPROCESSABLE_ENTITY)
                }
                Err(error) => Err(error),
            }
        })
        .await
}

/// The account, if it holds a role where the visitor manages people.
fn find(visit: &Visit, id: AccountId) -> Result<Draft> {
    let directory = visit.directory();
    for home in visit.actor.home_units(&directory) {
        let Ok(accounts) = visit.work.account_list(&visit.actor, home) else { continue };
        if let Some((account, roles)) = accounts.into_iter().find(|(account, _)| account.id == id) {
            let code =
                |held: &RoleAt| directory.get(held.unit).map(|unit| unit.code.clone()).unwrap_or_default();
            return Ok(Draft {
                id: Some(id),
                login: account.login,
                name: account.name,
                roles: roles.iter().map(|held| (held.role.to_string(), code(held))).collect(),
                disabled: account.disabled,
            });
        }
    }
    Err(WorkError::NotFound("该账号".into()))
}

fn one_page(visit: &Visit, draft: &Draft, problems: &[FieldProblem], status: StatusCode) -> Response {
    let (verb, value) = if draft.disabled {
        (visit.t("启用", "Enable"), "no")
    } else {
        (visit.t("停用", "Disable"), "yes")
    };
    let content = html! {
        (heading(&draft.name, &draft.login, &html! {}))
        section.card { (form(visit, draft, problems)) }
        @if let Some(id) = draft.id {
            form.card.row method="post" action={ "/accounts/" (id.0) "/disable" } {
                (token(visit))
                input type="hidden" name="disabled" value=(value);
                span.muted { (visit.t("停用后立即退出登录，记录和签名保留", "Disabling signs the account out; its records stay")) }
                button.btn.danger.push type="submit" { (verb) }
            }
        }
    };
    (status, reply::page(visit, &draft.name, "more", &content)).into_response()
}

async fn open(Path(id): Path<i64>, visit: Visit) -> Response {
    visit.run(move |visit| Ok(one_page(visit, &find(visit, AccountId(id))?, &[], StatusCode::OK))).await
}

async fn save(Path(id): Path<i64>, posted: Posted) -> Response {
    let Posted { visit, form, .. } = posted;
    visit
        .run(move |visit| {
            let draft = read(&form, Some(AccountId(id)));
            match store(visit, &draft, &form) {
                Ok(_) => Ok(reply::done("/accounts", visit.t("已保存", "Saved"))),
                Err(WorkError::Invalid(problems)) => {
                    Ok(one_page(visit, &draft, &problems, StatusCode::UNPROCESSABLE_ENTITY))
                }
                Err(error) => Err(error),
            }
        })
        .await
}

async fn disable(Path(id): Path<i64>, posted: Posted) -> Response {
    let Posted { visit, form, .. } = posted;
    visit
        .run(move |visit| {
            visit.work.account_disable(&visit.actor, AccountId(id), form.get("disabled") == "yes")?;
            Ok(reply::done("/accounts", visit.t("已保存", "Saved")))
        })
        .await
}
