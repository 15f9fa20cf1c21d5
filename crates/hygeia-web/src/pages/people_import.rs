//! Import of rosters and units: templates, the dry run with everything it would change, and the import of what was tried.

use super::person::manages;
use crate::reply::{self, link};
use crate::view::icons::icon;
use crate::view::pieces::{heading, input, problem_box_with, select};
use crate::view::shell::token;
use crate::visit::{App, Params, Posted, Visit};
use axum::Router;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use hygeia_exchange::{read_table, roster_template, units_template};
use hygeia_pack::model::OrgKindId;
use hygeia_work::{
    FieldProblem, ImportProblem, ImportReport, ImportTable, Result, RosterChange, RosterRun, WorkError,
};
use maud::{Markup, html};
use std::collections::HashMap;

pub(crate) fn routes() -> Router<App> {
    Router::new().route("/people/import", get(blank).post(import)).route("/people/template", get(template))
}

/// Most changes and faults that are listed.
const MOST_LISTED: usize = 200;

/// The templates to fill in: class rosters and units.
async fn template(visit: Visit) -> Response {
    visit
        .run(|visit| {
            let directory = visit.directory();
            let org = visit.org(&directory)?.code.clone();
            let failed = |error| WorkError::Bad(format!("生成模板失败：{error}"));
            if visit.query.get("kind") == "units" {
                let file =
                    units_template(&visit.work.packs(), &org).map_err(|error| failed(error.to_string()))?;
                return Ok(reply::download(file, reply::XLSX, "机构导入模板.xlsx"));
            }
            let class = directory
                .subtree_of_kind(visit.unit, &OrgKindId::from("class"), visit.actor.today())
                .first()
                .map(|unit| unit.code.clone());
            let file = roster_template(&class.unwrap_or(org)).map_err(|error| failed(error.to_string()))?;
            Ok(reply::download(file, reply::XLSX, "花名册导入模板.xlsx"))
        })
        .await
}

async fn blank(visit: Visit) -> Response {
    visit
        .run(|visit| {
            if !manages(visit) {
                let what = visit.t("导入名册与机构", "import rosters and units");
                return Err(WorkError::Denied(what.to_owned()));
            }
            page(visit, None, "roster", &[], StatusCode::OK)
        })
        .await
}

/// What a try or an import came to, and the table it was made from.
struct Tried<'a> {
    report: &'a ImportReport,
    table: &'a ImportTable,
    is_dry: bool,
}

impl Tried<'_> {
    /// Whether a fault has to be corrected in the file; doubts are settled with a tick.
    fn is_faulty(&self) -> bool {
        self.report.problems.iter().any(|problem| !problem.is_doubt)
    }

    fn status(&self) -> StatusCode {
        // A trial that only asks has refused nothing.
        let is_refused = if self.is_dry { self.is_faulty() } else { !self.report.problems.is_empty() };
        if is_refused { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK }
    }
}

fn page(
    visit: &Visit,
    tried: Option<&Tried<'_>>,
    kind: &str,
    problems: &[FieldProblem],
    status: StatusCode,
) -> Result<Response> {
    let directory = visit.directory();
    let org = visit.org(&directory)?.code.clone();
    let kinds = [
        ("roster".to_owned(), visit.t("花名册（儿童、学生）", "Roster").to_owned()),
        ("units".to_owned(), visit.t("机构与班级", "Units").to_owned()),
    ];
    let content = html! {
        (heading(visit.t("导入名册与机构", "Import"), &directory.full_title(visit.unit), &html! {
            (template_link(visit, &org, "roster"))
            (template_link(visit, &org, "units"))
        }))
        (problem_box_with(visit, problems, visit.t("没有导入任何内容", "nothing was imported")))
        @if !problems.is_empty() {
            p.row { (visit.t("可以在模板里填写：", "A template to fill in: ")) (template_link(visit, &org, if kind == "units" { kind } else { "roster" })) }
        }
        @if let Some(tried) = tried { (outcome(visit, tried, kind, &org)) }
        section.card {
            p.muted { (visit.t("先点“试算”查看将新增的人数、每一处变更和每一处错误，再一键导入所试算的内容；有一处错误就一行也不导入。", "Try it first: every change and every error is shown, then import what was tried with one click; nothing is imported while there is one error.")) }
            form.row method="post" action=(link("/people/import", &[("org", &org)])) enctype="multipart/form-data" {
                (token(visit))
                (select(visit.t("内容", "Content"), "kind", &kinds, kind, None))
                (input(visit.t("文件（XLSX、CSV）", "File (XLSX, CSV)"), "file", "file", "", &[], true))
                button.btn.go type="submit" name="run" value="try" { (visit.t("试算", "Dry run")) }
                button.btn type="submit" name="run" value="store" { (visit.t("导入", "Import")) }
            }
        }
        @if manages(visit) { (classes(visit)) }
    };
    Ok((status, reply::page(visit, visit.t("导入", "Import"), "more", &content)).into_response())
}

/// The template of rosters or of units.
fn template_link(visit: &Visit, org: &str, kind: &str) -> Markup {
    let words = match kind {
        "units" => visit.t("机构模板", "Unit template"),
        _ => visit.t("花名册模板", "Roster template"),
    };
    html! { a.btn href=(link("/people/template", &[("org", org), ("kind", kind)])) { (icon("export")) (words) } }
}

/// Codes of the classes, as a roster file may name them.
fn classes(visit: &Visit) -> Markup {
    let directory = visit.directory();
    let classes = directory.subtree_of_kind(visit.unit, &OrgKindId::from("class"), visit.actor.today());
    html! {
        details.card {
            summary { (visit.t("班级代码对照", "Codes of the classes")) " " span.muted { (classes.len()) } }
            p.muted { (visit.t("“班级代码”一列可以填代码，也可以填班级名称；名称有重复的填代码。", "The class may be named by its code or its title.")) }
            table.list { tbody { @for class in classes { tr { th scope="row" { (directory.full_title(class.id)) } td.num { (class.code) } } } } }
        }
    }
}

fn outcome(visit: &Visit, tried: &Tried<'_>, kind: &str, org: &str) -> Markup {
    let (report, is_faulty) = (tried.report, tried.is_faulty());
    html! {
        section.card role="status" {
            h2 {
                @if report.stored { (visit.t("已导入", "Imported")) }
                @else if report.problems.is_empty() { (visit.t("试算通过，可以导入", "Dry run passed")) }
                @else if !is_faulty { (doubts_said(visit, report.problems.len(), tried.is_dry)) }
                @else { (visit.t("有错误，没有导入任何内容", "Errors; nothing was imported")) }
            }
            p.num { (report.rows) (visit.t(" 行：新增 ", " rows: new ")) (report.added) (visit.t("，变更 ", ", changed ")) (report.changed) (visit.t("，不变 ", ", same ")) (report.unchanged) }
            @for note in report.notes.iter().take(MOST_LISTED) { p.muted { (note) } }
            @if !report.problems.is_empty() { (faults(visit, report)) }
            @if report.stored || is_faulty {
                (changes(visit, report, false))
                @if is_faulty { p { (visit.t("请在文件中改正，再选择文件试算。", "Correct the file, then try it again.")) } }
            } @else {
                form method="post" action=(link("/people/import", &[("org", org)])) enctype="multipart/form-data" {
                    (token(visit))
                    input type="hidden" name="kind" value=(kind);
                    input type="hidden" name="run" value="store";
                    input type="hidden" name="table" value=(serde_json::to_string(tried.table).unwrap_or_default());
                    (changes(visit, report, true))
                    div.bar.row { span.push {} button.btn.go type="submit" { (visit.t("导入试算的内容", "Import what was tried")) } }
                }
            }
        }
    }
}

/// How many rows wait for a tick or for a correction.
fn doubts_said(visit: &Visit, count: usize, is_dry: bool) -> String {
    match (visit.actor.english, is_dry) {
        (true, true) => format!("Dry run: {count} to confirm or to correct before anything is imported"),
        (true, false) => format!("{count} to confirm or to correct; nothing was imported"),
        (false, true) => format!("试算：有 {count} 行须确认或改正，在此之前不能导入"),
        (false, false) => format!("有 {count} 行须确认或改正，没有导入任何内容"),
    }
}

fn faults(visit: &Visit, report: &ImportReport) -> Markup {
    let told = alike(&report.problems);
    html! {
        div.scroll { table.list.faults {
            thead { tr { @for title in [visit.t("工作表", "Sheet"), visit.t("行", "Row"), visit.t("列", "Column"), visit.t("问题", "Problem")] { th scope="col" { (title) } } } }
            tbody { @for (problem, rows) in told.iter().take(MOST_LISTED) {
                tr { td { (problem.sheet) } td.num.wrap { (runs(rows)) } td { (problem.column) } td.wrap { (problem.message) } }
            } }
        } }
        @if told.len() > MOST_LISTED { p.muted { (visit.t("只显示前 200 处，共 ", "First 200 of ")) (told.len()) (visit.t(" 处", "")) } }
    }
}

/// What is wrong in the same way in several rows is told once, with these rows.
fn alike(problems: &[ImportProblem]) -> Vec<(&ImportProblem, Vec<usize>)> {
    let mut told: Vec<(&ImportProblem, Vec<usize>)> = Vec::new();
    let mut places: HashMap<(&str, &str, &str), usize> = HashMap::new();
    for problem in problems {
        let kind = (problem.sheet.as_str(), problem.column.as_str(), problem.message.as_str());
        let place = *places.entry(kind).or_insert(told.len());
        match told.get_mut(place) {
            Some((_, rows)) => rows.push(problem.row),
            None => told.push((problem, vec![problem.row])),
        }
    }
    told
}

/// Numbers in order, with those that follow each other as from–to: `2–9、12`.
fn runs(numbers: &[usize]) -> String {
    let runs = numbers.chunk_by(|one, next| one + 1 == *next);
    let run = |run: &[usize]| match run {
        [first, .., last] => format!("{first}–{last}"),
        [only] => only.to_string(),
        [] => String::new(),
    };
    runs.map(run).collect::<Vec<_>>().join("、")
}

/// Every change from what to what; a doubtful one has a box to tick when it is meant. Doubtful ones come first.
fn changes(visit: &Visit, report: &ImportReport, asks: bool) -> Markup {
    if report.changes.is_empty() {
        return html! {};
    }
    let mut listed: Vec<&RosterChange> = report.changes.iter().collect();
    listed.sort_by_key(|change| !change.doubtful);
    let shown = listed.iter().filter(|change| change.doubtful).count().max(MOST_LISTED);
    html! {
        h3 { (visit.t("变更明细", "Changes")) }
        div.scroll { table.list.changed {
            thead { tr { @for title in [visit.t("行", "Row"), visit.t("编号", "Code"), visit.t("现有儿童", "Known as"), visit.t("原值 → 新值", "Before → after")] { th scope="col" { (title) } } } }
            tbody { @for change in listed.iter().take(shown) {
                tr {
                    td.num { (change.row) } td { (change.code) } th scope="row" { (change.name) }
                    td.wrap {
                        @for (column, from, to) in &change.columns { p { (column) "：" del { (from) } " → " ins { (to) } } }
                        @if change.doubtful {
                            p.field-problem { (visit.t("姓名和出生日期都不同，很可能是另一名儿童误用了这个编号", "Name and birth date both differ: most likely another child under this code")) }
                            @if asks { label.tick { input type="checkbox" name="meant" value=(change.code); (visit.t("确是同一名儿童，按新值修改", "It is the same child: change it")) } }
                        }
                    }
                }
            } }
        } }
        @if listed.len() > shown { p.muted { (visit.t("只显示前 ", "First ")) (shown) (visit.t(" 处，共 ", " of ")) (listed.len()) (visit.t(" 处", "")) } }
    }
}

/// The table of the file, or the one that was tried.
fn table_of(form: &Params, files: &[crate::visit::Upload]) -> std::result::Result<ImportTable, String> {
    if let Some(tried) = form.opt("table") {
        return serde_json::from_str(tried).map_err(|_| "试算的内容不完整，请重新选择文件".into());
    }
    let file = files.iter().find(|file| !file.file_name.is_empty()).ok_or("请选择文件")?;
    read_table(&file.bytes, &file.file_name).map_err(|error| error.to_string())
}

async fn import(posted: Posted) -> Response {
    let Posted { visit, form, files } = posted;
    visit
        .run(move |visit| {
            let kind = form.get("kind").to_owned();
            let table = match table_of(&form, &files) {
                Ok(table) => table,
                Err(message) => {
                    let problems = [FieldProblem::error("file", message)];
                    return page(visit, None, &kind, &problems, StatusCode::UNPROCESSABLE_ENTITY);
                }
            };
            let dry = form.get("run") != "store";
            let report = match kind.as_str() {
                "units" => visit.work.units_import(&visit.actor, visit.unit, &table, dry)?,
                _ => {
                    let run = RosterRun { dry, meant: form.all("meant").map(str::to_owned).collect() };
                    visit.work.roster_import(&visit.actor, visit.unit, &table, &run)?
                }
            };
            if report.rows == 0 && report.problems.is_empty() {
                let message = visit.t(
                    "文件里没有可导入的行：请在表头下面逐行填写，模板的示例行不导入",
                    "The file has no rows to import",
                );
                let problems = [FieldProblem::error("file", message)];
                return page(visit, None, &kind, &problems, StatusCode::UNPROCESSABLE_ENTITY);
            }
            let tried = Tried { report: &report, table: &table, is_dry: dry };
            page(visit, Some(&tried), &kind, &[], tried.status())
        })
        .await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_wrong_in_many_rows_is_told_once() {
        let problem = |row: usize, message: &str| ImportProblem {
            sheet: "名册".into(),
            row,
            column: "A 班级代码".into(),
            message: message.into(),
            is_doubt: false,
        };
        let problems = [2, 3, 4, 7].map(|row| problem(row, "没有这个班级"));
        let other = problem(5, "请填写班级代码");
        let all = [&problems[..2], &[other], &problems[2..]].concat();
        let told: Vec<(&str, String)> =
            alike(&all).iter().map(|(problem, rows)| (problem.message.as_str(), runs(rows))).collect();
        assert_eq!(told, [("没有这个班级", "2–4、7".to_owned()), ("请填写班级代码", "5".to_owned())]);
    }
}
