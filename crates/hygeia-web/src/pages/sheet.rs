//! The sheet (花名册登记): a class by rows, everything normal by default, each row saved as it changes.

use crate::reply::{self, link};
use crate::shown::{defaults, shown};
use crate::view::fields::{typed, unit_beside};
use crate::view::icons::icon;
use crate::view::pieces::{day_text, empty, heading, moment};
use crate::visit::{App, Posted, PostedJson, Visit};
use crate::{assets, view};
use axum::Router;
use axum::extract::Path;
use axum::response::Response;
use axum::routing::{get, post};
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
        .route("/sheets/{register}/void", post(void))
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
        @if sheet.closed.is_none() { span.tag data-left { (sheet.rows.len() - entered) (visit.t(" 人未登记", " left")) } }
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
    let page = Page { visit, sheet, columns: &columns, start: &start };
    Ok(html! {
        (heading(register.title.text(visit.actor.english), &about, &steps))
        (paper_head(visit, sheet))
        @if let Some(closed) = &sheet.closed { p.problems { (icon("warn")) (closed) } }
        @if let Some(help) = &register.help { p.muted.hint { (help) } }
        @if sheet.may_enter && entered < sheet.rows.len() {
            p.note.no-print { (visit.t(
                "未登记的儿童：点行末 ○ 记为正常；有异常只点那一格，其余按正常记。记错了可以撤销。",
                "Not entered yet: tap ○ for normal; tap a cell for an exception, the rest is normal. Changes can be undone.",
            )) }
        }
        section.card.sheet data-sheet data-register=(register.id) data-org=(org) data-day=(sheet.day)
            data-pad=(assets::address("pad.js")) data-enter[sheet.may_enter] {
            @if sheet.rows.is_empty() {
                (empty(visit.t("本班这一天没有在册儿童，请先在“更多—人员名册”中登记", "Nobody is on the roll of this class that day"), &html! {}))
            } @else {
                table.grid {
                    thead { tr {
                        th scope="col" { (visit.t("号", "No.")) }
                        th.name scope="col" { (visit.t("姓名", "Name")) }
                        @for field in &columns {
                            th scope="col" { (column_title(field.title.text(visit.actor.english))) @if let Some(unit) = unit_beside(field, visit.actor.english) { span.unit-of { (unit) } } }
                        }
                        th scope="col" { span.sr { (visit.t("状态", "State")) } }
                    } }
                    tbody { @for (at, row) in sheet.rows.iter().enumerate() { (page.row(at, row)) } }
                }
            }
        }
        script type="application/json" id="sheet-fields" { (PreEscaped(script_json(&field_list(visit, register, &columns, &start)))) }
        (paper_foot(visit, sheet))
        (foot(visit, sheet, &org))
        dialog.pad id="pad" aria-labelledby="pad-title" {}
        script type="module" src=(assets::address("sheet.js")) {}
    })
}

/// Title, class and day as the paper form has them, with the lines to sign on.
fn paper_head(visit: &Visit, sheet: &Sheet) -> Markup {
    let print = &sheet.register.print;
    let title = print.heading.as_deref().unwrap_or(sheet.register.title.text(visit.actor.english));
    html! {
        div.print-only.paper-head {
            h1 { (title) }
            p { span { (sheet.unit_title) } span { (sheet.day) } span {
                (visit.t("在册 ", "On the roll ")) (sheet.rows.len()) (visit.t(" 人，已登记 ", ", entered ")) (sheet.entered()) (visit.t(" 人", ""))
            } }
        }
    }
}

/// Lines to sign on under the paper form, and the signature the sheet bears.
fn paper_foot(visit: &Visit, sheet: &Sheet) -> Markup {
    html! {
        div.print-only.paper-foot {
            @if let Some(note) = &sheet.register.print.note { p { (visit.t("注：", "Note: ")) (note) } }
            @if let Some(sign) = &sheet.signed { p { (visit.t("已签名：", "Signed: ")) (sign.by) " " (moment(sign.at)) } }
            div.signatures {
                @for line in &sheet.register.print.signatures { span { (line) "：＿＿＿＿＿＿" } }
                span { (visit.t("日期：＿＿＿＿＿＿", "Date: ______")) }
            }
        }
    }
}

/// What every row of a sheet is drawn with.
struct Page<'a> {
    visit: &'a Visit,
    sheet: &'a Sheet,
    columns: &'a [&'a Field],
    start: &'a Map<String, Json>,
}

impl Page<'_> {
    /// What a row begins with: the defaults, and the absence another register has recorded.
    fn begin(&self, row: &SheetRow) -> Map<String, Json> {
        let mut start = self.start.clone();
        if let Some(presence) = self.sheet.register.presence.as_ref().filter(|_| row.begins_absent()) {
            start.insert(presence.clone(), Json::Bool(false));
        }
        start
    }

    /// The fields shown for some values, and the values that are there.
    fn shown(&self, row: &SheetRow, values: Map<String, Json>) -> (Vec<String>, Map<String, Json>) {
        let fields = shown(&self.sheet.register, &values, Some(&row.person), self.visit.actor.today());
        (fields, values.into_iter().filter(|(_, value)| !value.is_null()).collect())
    }

    /// What another register says about the person: a contradiction, or an absence the row begins with.
    fn said_elsewhere(&self, row: &SheetRow) -> Vec<FieldProblem> {
        if row.is_entered() {
            let mut said = self.sheet.contradictions(row);
            said.extend(row.made_in.map(|unit| {
                let unit = self.visit.directory().full_title(unit);
                let message = if self.visit.actor.english {
                    format!("Entered in “{unit}”, where the child was then")
                } else {
                    format!("这一天已在“{unit}”登记")
                };
                FieldProblem { field: String::new(), message, warning: true }
            }));
            return said;
        }
        let absent = row.elsewhere.iter().filter(|other| !other.present);
        let english = self.visit.actor.english;
        let said = absent.map(|other| FieldProblem {
            field: self.sheet.register.presence.clone().unwrap_or_default(),
            message: if english {
                format!(
                    "“{}” has {}: no; entered as absent here",
                    other.title.text(true),
                    other.field.text(true)
                )
            } else {
                format!("“{}”中{}为“否”，在此登记时按缺勤记", other.title.zh, other.field.zh)
            },
            warning: true,
        });
        said.collect()
    }

    fn row(&self, at: usize, row: &SheetRow) -> Markup {
        let (visit, register) = (self.visit, &self.sheet.register);
        let (start_shown, start) = self.shown(row, self.begin(row));
        let (fields, kept) = match &row.entry {
            Some(entry) => self.shown(
                row,
                entry.values.iter().map(|(name, value)| (name.clone(), to_json(value))).collect(),
            ),
            None => (start_shown.clone(), start.clone()),
        };
        let may_void =
            row.entry.as_ref().is_some_and(|entry| visit.work.may_void(&visit.actor, register, entry));
        let problems = serde_json::to_string(&self.said_elsewhere(row)).unwrap_or_else(|_| "[]".into());
        html! {
            tr.todo[!row.is_entered()] data-person=(row.person.code) data-id=[row.entry.as_ref().map(|entry| entry.id.0)]
                data-version=[row.entry.as_ref().map(|entry| entry.version)]
                data-values=(Json::Object(kept.clone())) data-shown=(fields.join(" "))
                data-start=(Json::Object(start)) data-start-shown=(start_shown.join(" "))
                data-problems=(problems) data-absent[row.begins_absent()] data-may-void[may_void] {
                td.muted.num { (at + 1) }
                th.name scope="row" { button.plain-button type="button" data-detail { (row.person.name) } }
                @for field in self.columns {
                    @let value = kept.get(&field.name).filter(|_| row.entry.is_some());
                    @let hidden = !fields.contains(&field.name);
                    @let text = row.entry.as_ref().and_then(|entry| entry.values.get(&field.name)).map(|value| show_field(field, value, visit.actor.english));
                    td.ok[is_normal(field, value)].off[!is_normal(field, value)].blank[hidden] data-cell=(field.name) tabindex="-1" {
                        @if let Some(text) = text.filter(|_| !hidden) { (short(if text.is_empty() { "—" } else { &text })) }
                    }
                }
                td.row-state {
                    @if row.is_entered() { span.state.saved title=(visit.t("已保存", "Saved")) { "✓" } }
                    @else {
                        span.state title=(visit.t("未登记", "Not entered")) { "○" }
                        span.print-only { (visit.t("未登记", "not entered")) }
                    }
                }
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
    json!({ "day": register.day, "presence": register.presence, "fields": fields })
}

/// JSON that cannot end the script element it stands in.
fn script_json(value: &Json) -> String {
    value.to_string().replace('<', "\\u003c")
}

fn foot(visit: &Visit, sheet: &Sheet, org: &str) -> Markup {
    html! {
        div.bar.row hidden[sheet.closed.is_some() && sheet.signed.is_none()] {
            (sign_state(visit, sheet))
            @if sheet.may_enter {
                small.muted.keys { (visit.t("↑↓←→ 移动　Enter 填写　N 正常　Ctrl+Z 撤销", "Arrows move · Enter edits · N normal · Ctrl+Z undoes")) }
            }
            span.sheet-said role="status" aria-live="polite" data-said {}
            span.push {}
            @if sheet.may_enter && !sheet.rows.is_empty() {
                button.btn type="button" data-undo hidden { (icon("undo")) span data-undone {} }
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

/// Who has signed the sheet, or that what was signed has changed.
fn sign_state(visit: &Visit, sheet: &Sheet) -> Markup {
    let again = |by: &str, at: jiff::Timestamp| {
        let again = visit.t("签名后有修改，请重新签名", "Changed after signing: sign again");
        format!("{again}{}{by} {}）", visit.t("（原签名：", " (signed: "), moment(at))
    };
    html! {
        @if let Some(sign) = &sheet.signed {
            span.tag.done data-signed data-again=(again(&sign.by, sign.at)) { (icon("check")) (visit.t("已签名：", "Signed: ")) (sign.by) " " (moment(sign.at)) }
        } @else if let Some(lost) = &sheet.lost_sign {
            span.tag.due title={ (lost.changed_by) " " (moment(lost.changed_at)) (visit.t(" 修改", " changed")) } { (icon("warn")) (again(&lost.by, lost.at)) }
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
    let id = submission.id;
    match visit.work.entry_submit(&visit.actor, register.id.as_str(), submission) {
        Ok(receipt) => json!({
            "person": person, "ok": true, "id": receipt.id, "version": receipt.version, "shown": fields,
            "outcome": receipt.outcome, "problems": receipt.warnings,
        }),
        Err(error) => {
            let mut answer = json!({
                "person": person, "ok": false, "shown": fields, "problems": reply::problems(&error),
                "status": reply::status(&error).as_u16(),
            });
            let existing = match &error {
                WorkError::Duplicate { existing, .. } => Some(*existing),
                WorkError::Conflict { .. } => id,
                _ => None,
            };
            if let Some((name, other)) = existing.and_then(|id| other_entry(visit, register, id)) {
                answer[name] = other;
            }
            answer
        }
    }
}

/// The entry somebody else has made or changed meanwhile, for the user to choose; that it is `voided` when it is.
fn other_entry(visit: &Visit, register: &Register, id: uuid::Uuid) -> Option<(&'static str, Json)> {
    let (view, history) = visit.work.entry_open(&visit.actor, register.id.as_str(), id).ok()?;
    let entry = view.entry;
    if entry.void {
        return Some(("voided", true.into()));
    }
    let values: Map<String, Json> =
        entry.values.iter().map(|(name, value)| (name.clone(), to_json(value))).collect();
    let fields = shown(register, &values, view.person.as_ref(), visit.actor.today());
    let values: Map<String, Json> =
        values.into_iter().filter(|(name, value)| !value.is_null() && *name != register.day).collect();
    let last = history.first();
    Some((
        "other",
        json!({
            "id": id, "version": entry.version, "values": values, "shown": fields,
            "by": last.map_or(&entry.created_by.name, |change| &change.actor.name),
            "at": moment(last.map_or(entry.updated_at, |change| change.at)),
        }),
    ))
}

/// Voids rows entered by mistake; each row has its own outcome.
async fn void(Path(register): Path<String>, posted: PostedJson) -> Response {
    let PostedJson { visit, body } = posted;
    visit
        .run_json(move |visit| {
            visit.org(&visit.directory())?;
            let rows = body.get("rows").and_then(Json::as_array).cloned().unwrap_or_default();
            if rows.len() > MOST_ROWS {
                return Err(WorkError::Bad(format!("一次最多作废 {MOST_ROWS} 行")));
            }
            let answers = rows.iter().map(|row| {
                let person = row.get("person").cloned().unwrap_or_default();
                let id = row.get("id").and_then(Json::as_str).and_then(|id| id.parse().ok());
                let voided = id
                    .ok_or_else(|| WorkError::Bad("缺少记录编号".into()))
                    .and_then(|id| visit.work.entry_void(&visit.actor, &register, id, "登记时撤销"));
                match voided {
                    Ok(_) => json!({ "person": person, "ok": true }),
                    Err(error) => {
                        json!({ "person": person, "ok": false, "problems": reply::problems(&error) })
                    }
                }
            });
            Ok(json!({ "rows": answers.collect::<Vec<_>>() }))
        })
        .await
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
