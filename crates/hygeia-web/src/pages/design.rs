//! The register editor (登记表设计): add a field, change options and titles; the migration is shown before it runs.

use crate::reply;
use crate::view::pieces::{heading, input, problem_box, select};
use crate::view::shell::token;
use crate::visit::{App, Params, Posted, Visit};
use axum::Router;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use hygeia_pack::model::{Field, FieldType, Register};
use hygeia_work::{
    Action, ChangePreview, FieldProblem, NewField, RegisterChange, Result, Right, WorkError, may_be_optional,
};
use maud::{Markup, html};

/// Types a user may add: name in packs, Chinese, English.
const TYPES: [(&str, &str, &str); 9] = [
    ("text", "单行文字", "Text"),
    ("long_text", "多行文字", "Long text"),
    ("int", "整数", "Whole number"),
    ("decimal", "小数", "Decimal"),
    ("bool", "是／否", "Yes or no"),
    ("date", "日期", "Date"),
    ("time", "时间", "Time"),
    ("choice", "单选", "One choice"),
    ("choices", "多选", "Several choices"),
];

pub(crate) fn routes() -> Router<App> {
    Router::new().route("/registers/{register}/design", get(open).post(change))
}

async fn open(Path(id): Path<String>, visit: Visit) -> Response {
    visit
        .run(move |visit| {
            let packs = visit.work.packs();
            let directory = visit.directory();
            visit.actor.must_have(&packs, &directory, Right::Design, visit.unit)?;
            let register = visit.work.register(&packs, &id)?;
            page(visit, register, &Params::default(), None, &[], StatusCode::OK)
        })
        .await
}

fn page(
    visit: &Visit,
    register: &Register,
    form: &Params,
    preview: Option<&ChangePreview>,
    problems: &[FieldProblem],
    status: StatusCode,
) -> Result<Response> {
    let title = register.title.text(visit.actor.english);
    let change = read(register, form);
    let is_open = |field: &Field| {
        touches(&change, &field.name) || problems.iter().any(|problem| problem.field == field.name)
    };
    let content = html! {
        (heading(title, visit.t("登记表设计", "Register editor"), &back(visit, register)))
        (problem_box(visit, problems))
        form.stack method="post" action={ "/registers/" (register.id) "/design" } {
            (token(visit))
            @if let Some(preview) = preview { (changes(visit, preview)) }
            section.card {
                h2 { (visit.t("新增字段", "New field")) }
                (new_field(visit, form, problems))
            }
            section.card {
                h2 { (visit.t("现有字段", "Fields")) }
                p.muted { (visit.t("停用的字段和选项不再出现在新登记中，旧记录保持原义。", "Retired fields and options leave new entries; old ones keep their meaning.")) }
                @for field in register.fields.values().filter(|field| !field.by_system) { (known_field(visit, register, field, form, is_open(field))) }
            }
            div.bar.row {
                span.push {}
                button.btn type="submit" name="run" value="preview" { (visit.t("查看变更", "Preview")) }
                @if preview.is_some() && problems.is_empty() { button.btn.go type="submit" name="run" value="apply" { (visit.t("应用", "Apply")) } }
            }
        }
    };
    Ok((status, reply::page(visit, title, "registers", &content)).into_response())
}

/// Back to the register, or to all of them for a designer who enters and sees none.
fn back(visit: &Visit, register: &Register) -> Markup {
    let sees = visit.actor.may_somewhere(&visit.directory(), register, Action::View);
    let address = if sees { format!("/registers/{}", register.id) } else { "/registers".to_owned() };
    html! { a.btn href=(address) { (visit.t("返回", "Back")) } }
}

fn changes(visit: &Visit, preview: &ChangePreview) -> Markup {
    let plan = &preview.schema;
    html! {
        section.card.migration role="status" {
            h2 { (visit.t("登记表将有的变更", "What will change on the form")) }
            ul { @for line in &preview.form { li { (line) } } }
            h2 { (visit.t("数据库将有的变更", "What will change in the database")) }
            @if plan.lines.is_empty() { p { (visit.t("数据表不变", "No table changes")) } }
            ul { @for line in &plan.lines { li { (line) } } }
            @if !plan.statements.is_empty() { details { summary { "SQL" } pre { (plan.statements.join(";\n")) } } }
            p.muted { (visit.t("不删除任何列和数据。", "Nothing is dropped.")) }
        }
    }
}

fn new_field(visit: &Visit, form: &Params, problems: &[FieldProblem]) -> Markup {
    let types: Vec<(String, String)> =
        TYPES.iter().map(|(name, zh, en)| ((*name).to_owned(), visit.t(zh, en).to_owned())).collect();
    html! {
        div.row.top {
            (input(visit.t("名称（中文）", "Title"), "title", "text", form.get("title"), problems, false))
            (input(visit.t("代码（小写字母、数字、下划线）", "Name (a–z, 0–9, _)"), "name", "text", form.get("name"), problems, false))
            (select(visit.t("类型", "Type"), "kind", &types, form.get("kind"), None))
            div.field { label.tick { input type="checkbox" name="required" value="1" checked[form.opt("required").is_some()]; (visit.t("必填", "Required")) } }
        }
        div.row.top {
            (input(visit.t("单位（数字，如 ℃、kg、次）", "Unit (of a number)"), "unit", "text", form.get("unit"), problems, false))
            (input(visit.t("最小值", "Least"), "min", "text", form.get("min"), problems, false))
            (input(visit.t("最大值", "Greatest"), "max", "text", form.get("max"), problems, false))
            (input(visit.t("小数位数（小数）", "Places (of a decimal)"), "decimals", "text", form.get("decimals"), problems, false))
            (input(visit.t("填写说明", "Hint"), "help", "text", form.get("help"), problems, false))
        }
        div.field.wide {
            label for="f-options" { (visit.t("选项（单选、多选），每行一个：代码 名称", "Options, one per line: code title")) }
            textarea id="f-options" name="options" rows="3" placeholder="mild 轻度" { (form.get("options")) }
        }
    }
}

fn known_field(visit: &Visit, register: &Register, field: &Field, form: &Params, is_open: bool) -> Markup {
    let name = &field.name;
    let (title_key, retire_key, add_key) =
        (format!("title.{name}"), format!("retire.{name}"), format!("options.{name}"));
    let title = form.opt(&title_key).unwrap_or(&field.title.zh);
    let free = may_be_optional(register, field);
    let tick = |key: String, text: &str| {
        html! {
            label.tick { input type="checkbox" name=(key) value="1" checked[form.opt(&key).is_some()]; (text) }
        }
    };
    html! {
        details.known-field open[is_open] {
            summary { strong { (field.title.text(visit.actor.english)) } " " code { (name) } " " span.tag { (type_title(visit, field)) }
                @if field.required && !field.retired { span.tag { (visit.t("必填", "Required")) } }
                @if field.retired { span.tag.late { (visit.t("已停用", "Retired")) } } }
            div.row.top {
                div.field { label for={ "f-" (title_key) } { (visit.t("名称", "Title")) } input id={ "f-" (title_key) } name=(title_key) value=(title) maxlength="40"; }
                @if field.retired { (tick(format!("restore.{name}"), visit.t("恢复此字段", "Ask again"))) }
                @else if free { (tick(retire_key.clone(), visit.t("停用此字段", "Retire"))) }
                @if free && field.is_added && !field.retired {
                    @if field.required { (tick(format!("optional.{name}"), visit.t("改为选填", "Make optional"))) }
                    @else { (tick(format!("require.{name}"), visit.t("改为必填", "Make required"))) }
                }
            }
            @if let FieldType::Choice(choice) | FieldType::Choices(choice) = &field.kind {
                div.ticks {
                    @for option in &choice.options {
                        @let key = format!("gone.{name}.{}", option.code);
                        @if option.retired { span.tag { (option.title.zh) "（" (visit.t("已停用", "retired")) "）" } }
                        @else { label { input type="checkbox" name=(key) value="1" checked[form.opt(&key).is_some()]; span { (visit.t("停用 ", "Retire ")) (option.title.text(visit.actor.english)) } } }
                    }
                }
                div.field.wide {
                    label for={ "f-" (add_key) } { (visit.t("新增选项，每行一个：代码 名称", "New options, one per line: code title")) }
                    textarea id={ "f-" (add_key) } name=(add_key) rows="2" { (form.get(&add_key)) }
                }
            }
        }
    }
}

fn type_title<'a>(visit: &Visit, field: &Field) -> &'a str {
    let name = match &field.kind {
        FieldType::Text { .. } => "text",
        FieldType::LongText { .. } => "long_text",
        FieldType::Int { .. } => "int",
        FieldType::Decimal { .. } => "decimal",
        FieldType::Bool => "bool",
        FieldType::Date => "date",
        FieldType::Time => "time",
        FieldType::Choice(_) => "choice",
        FieldType::Choices(_) => "choices",
        FieldType::DateTime => return visit.t("日期时间", "Date and time"),
        FieldType::Person { .. } => return visit.t("人员", "Person"),
        FieldType::OrgUnit { .. } => return visit.t("机构", "Unit"),
        FieldType::Entry { .. } => return visit.t("关联登记", "Entry"),
        FieldType::Rows(_) => return visit.t("明细表", "Rows"),
        FieldType::Photo { .. } => return visit.t("照片", "Photos"),
        FieldType::Drawing => return visit.t("手写签名", "Drawn signature"),
        FieldType::Signature => return visit.t("签名", "Signature"),
    };
    TYPES.iter().find(|(known, ..)| *known == name).map_or("", |(_, zh, en)| visit.t(zh, en))
}

/// `code title` per line; a line without a blank is a title whose code is missing and is kept to be complained of.
fn options(text: &str) -> Vec<(String, String)> {
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    lines
        .map(|line| match line.split_once(char::is_whitespace) {
            Some((code, title)) => (code.to_owned(), title.trim().to_owned()),
            None => (line.to_owned(), line.to_owned()),
        })
        .collect()
}

fn read(register: &Register, form: &Params) -> RegisterChange {
    let mut change = RegisterChange { register: register.id.to_string(), ..RegisterChange::default() };
    if form.opt("name").is_some() || form.opt("title").is_some() {
        let takes_options = matches!(form.get("kind"), "choice" | "choices");
        change.add.push(NewField {
            name: form.get("name").to_owned(),
            title: form.get("title").to_owned(),
            kind: form.get("kind").to_owned(),
            options: if takes_options { options(form.get("options")) } else { Vec::new() },
            required: form.opt("required").is_some(),
            unit: form.get("unit").to_owned(),
            min: form.get("min").to_owned(),
            max: form.get("max").to_owned(),
            decimals: form.get("decimals").to_owned(),
            help: form.get("help").to_owned(),
        });
    }
    for (name, field) in &register.fields {
        if let Some(title) = form.opt(&format!("title.{name}")).filter(|title| *title != field.title.zh) {
            change.titles.push((name.clone(), title.to_owned()));
        }
        let ticked = |what: &str| form.opt(&format!("{what}.{name}")).is_some();
        if ticked("retire") {
            change.retire_fields.push(name.clone());
        }
        if field.retired && ticked("restore") {
            change.restore_fields.push(name.clone());
        }
        if ticked("optional") || ticked("require") {
            change.required.push((name.clone(), ticked("require")));
        }
        for (code, title) in options(form.get(&format!("options.{name}"))) {
            change.options.push((name.clone(), code, title));
        }
        if let FieldType::Choice(choice) | FieldType::Choices(choice) = &field.kind {
            let gone = choice
                .options
                .iter()
                .filter(|option| form.opt(&format!("gone.{name}.{}", option.code)).is_some());
            change.retire_options.extend(gone.map(|option| (name.clone(), option.code.clone())));
        }
    }
    change
}

/// Whether a change is of the field `name`: a form has every field, changed or not.
fn touches(change: &RegisterChange, name: &str) -> bool {
    let fields = change.retire_fields.iter().chain(&change.restore_fields);
    let titled = change.titles.iter().map(|(field, _)| field);
    let required = change.required.iter().map(|(field, _)| field);
    let added = change.options.iter().map(|(field, ..)| field);
    let gone = change.retire_options.iter().map(|(field, _)| field);
    fields.chain(titled).chain(required).chain(added).chain(gone).any(|field| field == name)
}

async fn change(Path(id): Path<String>, posted: Posted) -> Response {
    let Posted { visit, form, .. } = posted;
    visit
        .run(move |visit| {
            let packs = visit.work.packs();
            let register = visit.work.register(&packs, &id)?;
            let change = read(register, &form);
            let outcome = match form.get("run") {
                "apply" => visit.work.register_apply(&visit.actor, &change).map(|_| None),
                _ => visit.work.register_preview(&visit.actor, &change).map(Some),
            };
            match outcome {
                Ok(None) => Ok(reply::done(
                    &format!("/registers/{id}/design"),
                    visit.t("已应用，新登记即用新表", "Applied"),
                )),
                Ok(Some(preview)) => page(visit, register, &form, Some(&preview), &[], StatusCode::OK),
                Err(WorkError::Invalid(problems)) => {
                    page(visit, register, &form, None, &problems, StatusCode::UNPROCESSABLE_ENTITY)
                }
                Err(error) => Err(error),
            }
        })
        .await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_are_code_and_title_per_line() {
        let read = options("mild 轻度\n\n  severe\t重度 明显 \n无代码");
        assert_eq!(read[0], ("mild".into(), "轻度".into()));
        assert_eq!(read[1], ("severe".into(), "重度 明显".into()));
        assert_eq!(read[2].0, "无代码");
    }
}
