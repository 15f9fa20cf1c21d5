//! The sheet (花名册登记): a class by rows, everything normal by default, each row saved as it changes.

use crate::reply::{self, link};
use crate::shown::{defaults, shown};
use crate::view::fields::typed;
use crate::view::icons::icon;
use crate::view::pieces::{day_text, empty, heading, moment};
use crate::visit::{App, Posted, PostedJson, Visit};
use crate::{assets, view};
use axum::Router;
use axum::extract::Path;
use axum::response::Response;
use axum::routing::{get, post};
use hygeia_expr::Value;
use hygeia_pack::model::{Field, FieldType, Register};
use hygeia_work::{
    FieldProblem, Result, Sheet, SheetRow, Submission, WorkError, show_field, to_json, unit_title,
};
use jiff::ToSpan;
use maud::{Markup, PreEscaped, html};
use serde_json::{Map, Value as Json, json};

/// Rows one request may save.
const MOST_ROWS: usize = 400;

pub(crate) fn routes() -> Router<App> {
    Router::new()
        .route("/sheets/{register}", get(open))
        .route("/sheets/{register}/rows", post(save))
        .route("/sheets/{register}/sign", post(sign))
}

async fn open(Path(register): Path<String>, visit: Visit) -> Response {
    visit
        .run(move |visit| {
            let day = visit.day()?;
            let directory = visit.directory();
            let packs = visit.work.packs();
            let known = visit.work.register(&packs, &register)?;
            if visit.org(&directory)?.kind != known.at {
                return choose_unit(visit, known);
            }
            let sheet = visit.work.sheet_open(&visit.actor, &register, visit.unit, day)?;
            Ok(reply::page(
                visit,
                sheet.register.title.text(visit.actor.english),
                "registers",
                &draw(visit, &sheet)?,
            ))
        })
        .await
}

/// Asked for a unit above the classes: choose one of them.
fn choose_unit(visit: &Visit, register: &Register) -> Result<Response> {
    let directory = visit.directory();
    let day = visit.day()?;
    let units = directory.subtree_of_kind(visit.unit, &register.at, day);
    let content = html! {
        (heading(register.title.text(visit.actor.english), &directory.full_title(visit.unit), &html! {}))
        section.card {
            h2 { (visit.t("请选择班级", "Choose a class")) }
            @if units.is_empty() { (empty(visit.t("此机构下没有班级", "No class here"), &html! {})) }
            ul.plain { @for unit in units {
                li { a.found href=(link(&visit.path, &[("org", &unit.code), ("date", &day.to_string())])) { (icon("unit")) (directory.full_title(unit.id)) } }
            } }
        }
    };
    Ok(reply::page(visit, register.title.text(visit.actor.english), "registers", &content))
}

/// Columns of the sheet: the register's table columns that are typed, without the day.
fn columns(register: &Register) -> Vec<&Field> {
    let listed = register.columns.iter().filter_map(|name| register.fields.get(name));
    listed
        .filter(|field| {
            typed(field) && field.name != register.day && !matches!(field.kind, FieldType::Rows(_))
        })
        .collect()
}

fn draw(visit: &Visit, sheet: &Sheet) -> Result<Markup> {
    let register = &sheet.register;
    let directory = visit.directory();
    let org = visit.org(&directory)?.code.clone();
    let columns = columns(register);
    let start = defaults(register, sheet.day, visit.actor.local());
    let entered = sheet.entered();
    let to = |day: jiff::civil::Date| link(&visit.path, &[("org", &org), ("date", &day.to_string())]);
    let steps = html! {
        span.tag data-left { (sheet.rows.len() - entered) (visit.t(" 人未登记", " left")) }
        span.tag.due data-odd hidden {}
        a.btn.icon-only href=(to(sheet.day.saturating_sub(1.day()))) aria-label=(visit.t("前一天", "Day before")) { (icon("left")) }
        @if sheet.day < visit.actor.today() { a.btn.icon-only href=(to(sheet.day.saturating_add(1.day()))) aria-label=(visit.t("后一天", "Day after")) { (icon("right")) } }
        a.btn href=(link(&format!("/registers/{}", register.id), &[("org", &org)])) { (visit.t("台账", "Register")) }
    };
    let about = format!(
        "{} · {} {} · {}",
        sheet.unit_title,
        sheet.rows.len(),
        visit.t("人", "people"),
        day_text(visit, sheet.day)
    );
    Ok(html! {
        (heading(register.title.text(visit.actor.english), &about, &steps))
        @if let Some(help) = &register.help { p.muted.hint { (help) } }
        section.card.sheet data-sheet data-register=(register.id) data-org=(org) data-day=(sheet.day)
            data-enter[sheet.may_enter] {
            @if sheet.rows.is_empty() {
                (empty(visit.t("本班这一天没有在册儿童，请先在“更多—人员名册”中登记", "Nobody is on the roll of this class that day"), &html! {}))
            } @else {
                table.grid {
                    thead { tr {
                        th scope="col" { (visit.t("号", "No.")) }
                        th.name scope="col" { (visit.t("姓名", "Name")) }
                        @for field in &columns {
                            th scope="col" { (column_title(field.title.text(visit.actor.english))) @if let Some(unit) = &field.unit { span.unit-of { (unit_title(unit, visit.actor.english)) } } }
                        }
                        th scope="col" { span.sr { (visit.t("状态", "State")) } }
                    } }
                    tbody { @for (at, row) in sheet.rows.iter().enumerate() { (draw_row(visit, sheet, &columns, &start, at, row)) } }
                }
            }
        }
        script type="application/json" id="sheet-fields" { (PreEscaped(script_json(&field_list(visit, register, &columns, &start)))) }
        (foot(visit, sheet, &org))
        dialog.pad id="pad" aria-labelledby="pad-title" {}
        script type="module" src=(assets::address("sheet.js")) {}
    })
}

fn draw_row(
    visit: &Visit,
    sheet: &Sheet,
    columns: &[&Field],
    start: &Map<String, Json>,
    at: usize,
    row: &SheetRow,
) -> Markup {
    let values: Map<String, Json> = match &row.entry {
        Some(entry) => entry.values.iter().map(|(name, value)| (name.clone(), to_json(value))).collect(),
        None => start.clone(),
    };
    let fields = shown(&sheet.register, &values, Some(&row.person), visit.actor.today());
    let kept: Map<String, Json> = values.into_iter().filter(|(_, value)| !value.is_null()).collect();
    html! {
        tr data-person=(row.person.code) data-id=[row.entry.as_ref().map(|entry| entry.id.0)]
            data-version=[row.entry.as_ref().map(|entry| entry.version)]
            data-values=(Json::Object(kept.clone())) data-shown=(fields.join(" ")) {
            td.muted.num { (at + 1) }
            th.name scope="row" { button.plain-button type="button" data-detail { (row.person.name) } }
            @for field in columns {
                @let stored = row.entry.as_ref().and_then(|entry| entry.values.get(&field.name));
                @let hidden = !fields.contains(&field.name);
                @let text = cell_text(visit, field, stored, kept.get(&field.name));
                td.ok[is_normal(field, kept.get(&field.name))].off[!is_normal(field, kept.get(&field.name))].blank[hidden] data-cell=(field.name) tabindex="-1" {
                    @if hidden { "" } @else if text.is_empty() { "—" } @else { (short(&text)) }
                }
            }
            td.row-state {
                @if row.entry.is_some() { span.state.saved title=(visit.t("已保存", "Saved")) { "✓" } }
                @else { span.state title=(visit.t("未登记", "Not entered")) { "○" } }
            }
        }
    }
}

/// A column's title; what stands in brackets gives way on a phone.
fn column_title(title: &str) -> Markup {
    match title.split_once('（') {
        Some((short, more)) => html! { (short) span.more { "（" (more) } },
        None => html! { (title) },
    }
}

/// A cell's text without what stands in brackets, so that a row fits a phone: 绿牌（健康） is 绿牌.
fn short(text: &str) -> &str {
    text.split_once('（').map_or(text, |(short, _)| short)
}

fn cell_text(visit: &Visit, field: &Field, stored: Option<&Value>, started: Option<&Json>) -> String {
    match (stored, started) {
        (Some(value), _) => show_field(field, value, visit.actor.english),
        (None, Some(json)) => {
            let value = hygeia_work::read_field(field, json).unwrap_or_default();
            show_field(field, &value, visit.actor.english)
        }
        (None, None) => String::new(),
    }
}

/// Whether a cell holds what counts as normal; a blank cell is not an exception.
fn is_normal(field: &Field, value: Option<&Json>) -> bool {
    let Some(value) = value else { return true };
    let text = match value {
        Json::String(text) => text.clone(),
        other => other.to_string(),
    };
    field.normal.as_deref().is_none_or(|normal| normal == text)
}

/// What the script needs to know of every field: kind, options, default, normal, whether it is a column.
fn field_list(visit: &Visit, register: &Register, columns: &[&Field], start: &Map<String, Json>) -> Json {
    let english = visit.actor.english;
    let fields: Vec<Json> = register
        .fields
        .values()
        .filter(|field| {
            typed(field) && field.name != register.day && !matches!(field.kind, FieldType::Rows(_))
        })
        .map(|field| {
            let (kind, options) = match &field.kind {
                FieldType::Choice(choice) => ("choice", Some(choice)),
                FieldType::Choices(choice) => ("choices", Some(choice)),
                FieldType::Bool => ("bool", None),
                FieldType::Int { .. } => ("int", None),
                FieldType::Decimal { .. } => ("decimal", None),
                FieldType::Date => ("date", None),
                FieldType::Time => ("time", None),
                FieldType::DateTime => ("datetime-local", None),
                _ => ("text", None),
            };
            let options: Vec<[&str; 2]> = match (options, kind) {
                (Some(choice), _) => choice
                    .options
                    .iter()
                    .filter(|option| !option.retired)
                    .map(|option| [option.code.as_str(), option.title.text(english)])
                    .collect(),
                (None, "bool") => vec![["true", visit.t("是", "Yes")], ["false", visit.t("否", "No")]],
                _ => Vec::new(),
            };
            json!({
                "name": field.name,
                "title": field.title.text(english),
                "kind": kind,
                "unit": field.unit.as_deref().map(|unit| unit_title(unit, visit.actor.english)),
                "options": options,
                "start": start.get(&field.name),
                "normal": field.normal,
                "column": columns.iter().any(|column| column.name == field.name),
            })
        })
        .collect();
    json!({ "day": register.day, "fields": fields })
}

/// JSON that cannot end the script element it stands in.
fn script_json(value: &Json) -> String {
    value.to_string().replace('<', "\\u003c")
}

fn foot(visit: &Visit, sheet: &Sheet, org: &str) -> Markup {
    html! {
        div.bar.row {
            @match &sheet.signed {
                Some(sign) => { span.tag.done { (icon("check")) (visit.t("已签名：", "Signed: ")) (sign.by) " " (moment(sign.at)) } }
                None => { small.muted.keys { (visit.t("↑↓←→ 移动　Enter 填写　N 正常　/ 搜索", "Arrows move · Enter edits · N normal · / search")) } }
            }
            span.sheet-said role="status" aria-live="polite" data-said {}
            span.push {}
            @if sheet.may_enter && !sheet.rows.is_empty() {
                button.btn type="button" data-rest { (visit.t("其余全部正常", "Rest is normal")) }
            }
            @if sheet.register.signed && sheet.may_sign {
                form method="post" action={ "/sheets/" (sheet.register.id) "/sign?org=" (reply::percent(org)) } data-sign {
                    (view::shell::token(visit))
                    input type="hidden" name="date" value=(sheet.day);
                    button.btn.go type="submit" { (visit.t("签名提交", "Sign")) }
                }
            }
        }
    }
}

/// Saves rows; each row has its own outcome, one bad row keeps none of the others back.
async fn save(Path(register): Path<String>, posted: PostedJson) -> Response {
    let PostedJson { visit, body } = posted;
    visit
        .run_json(move |visit| {
            let packs = visit.work.packs();
            let known = visit.work.register(&packs, &register)?;
            let directory = visit.directory();
            let org = visit.org(&directory)?.code.clone();
            let rows = body
                .get("rows")
                .and_then(Json::as_array)
                .ok_or_else(|| WorkError::Bad("缺少 rows".into()))?;
            if rows.len() > MOST_ROWS {
                return Err(WorkError::Bad(format!("一次最多保存 {MOST_ROWS} 行")));
            }
            let answers: Vec<Json> = rows.iter().map(|row| save_row(visit, known, &org, row)).collect();
            Ok(json!({ "rows": answers }))
        })
        .await
}

fn save_row(visit: &Visit, register: &Register, org: &str, row: &Json) -> Json {
    let read = serde_json::from_value::<Submission>(row.clone());
    let person = row.get("person").cloned().unwrap_or_default();
    let mut submission = match read {
        Ok(submission) => submission,
        Err(error) => {
            return json!({ "person": person, "ok": false, "problems": [FieldProblem::error("", error.to_string())] });
        }
    };
    submission.org_unit = Some(org.to_owned());
    let fields = shown(register, &submission.values, None, visit.actor.today());
    // A value whose field is not shown is none: the condition changed after it was typed.
    for (name, value) in submission.values.iter_mut() {
        if !fields.contains(name) {
            *value = Json::Null;
        }
    }
    match visit.work.entry_submit(&visit.actor, register.id.as_str(), submission) {
        Ok(receipt) => json!({
            "person": person, "ok": true, "id": receipt.id, "version": receipt.version, "shown": fields,
            "problems": receipt.warnings,
        }),
        Err(error) => {
            let mut answer = json!({
                "person": person, "ok": false, "shown": fields, "problems": reply::problems(&error),
                "status": reply::status(&error).as_u16(),
            });
            if let WorkError::Duplicate { existing, .. } = &error {
                answer["existing"] = existing.to_string().into();
            }
            answer
        }
    }
}

async fn sign(Path(register): Path<String>, posted: Posted) -> Response {
    let Posted { visit, form, .. } = posted;
    visit
        .run(move |visit| {
            let day = form.date("date")?.unwrap_or_else(|| visit.actor.today());
            visit.work.sheet_sign(&visit.actor, &register, visit.unit, day)?;
            let directory = visit.directory();
            let org = &visit.org(&directory)?.code;
            let back = link(&format!("/sheets/{register}"), &[("org", org), ("date", &day.to_string())]);
            Ok(reply::done(&back, visit.t("已签名提交", "Signed")))
        })
        .await
}
