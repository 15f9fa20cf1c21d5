//! A register's fields as form controls, and form bodies back as values.

use super::choices::Options;
use super::icons::icon;
use super::pieces::field_problem;
use crate::visit::{Params, Visit};
use hygeia_pack::model::{Choice, Field, FieldType, Register};
use hygeia_work::{FieldProblem, unit_title};
use indexmap::IndexMap;
use maud::{Markup, html};
use serde_json::{Map, Value as Json};
use std::collections::HashMap;
use std::ops::Range;

/// Options up to this many stand as buttons, more in a list.
const MOST_BUTTONS: usize = 5;
/// Empty rows offered in a table field.
const SPARE_ROWS: usize = 3;
/// Rows up to this many stand open on a phone, more are folded.
const MOST_OPEN_ROWS: usize = 12;

/// What a control needs besides its field.
pub(crate) struct Filled<'a> {
    pub visit: &'a Visit,
    pub values: &'a Map<String, Json>,
    pub problems: &'a [FieldProblem],
    /// Names of the fields that are shown with these values.
    pub shown: &'a [String],
    /// People and units that person and unit fields choose from: code and name.
    pub people: &'a [(String, String)],
    pub units: &'a [(String, String)],
    /// Entries that each entry field chooses from.
    pub entries: &'a HashMap<String, Options>,
}

/// Fields a person fills in.
pub(crate) fn typed(field: &Field) -> bool {
    field.is_typed() && !field.retired
}

/// All controls of a register, in groups.
pub(crate) fn groups(register: &Register, filled: &Filled<'_>) -> Markup {
    let mut groups: Vec<(Option<&str>, Vec<&Field>)> = Vec::new();
    // Marks have a page of their own.
    let elsewhere =
        |field: &&Field| register.standard.is_some() && matches!(field.name.as_str(), "results" | "round");
    for field in register.fields.values().filter(|field| typed(field) && !elsewhere(field)) {
        let group = field.group.as_deref();
        match groups.iter_mut().find(|(name, _)| *name == group) {
            Some((_, fields)) => fields.push(field),
            None => groups.push((group, vec![field])),
        }
    }
    let packs = filled.visit.work.packs();
    html! {
        @for (name, fields) in groups {
            fieldset.group {
                @if let Some(name) = name { legend { (packs.group_title(name, filled.visit.actor.english)) } }
                @for field in fields { (control(field, field.required, filled)) }
            }
        }
    }
}

/// The controls of some fields, by name, and whether each must be filled in.
pub(crate) fn some(register: &Register, names: &[(&String, bool)], filled: &Filled<'_>) -> Markup {
    let fields = names.iter().filter_map(|(name, must)| Some((register.fields.get(*name)?, *must)));
    html! { fieldset.group { @for (field, must) in fields { (control(field, must, filled)) } } }
}

fn control(field: &Field, must: bool, filled: &Filled<'_>) -> Markup {
    let name = &field.name;
    let hidden = !filled.shown.iter().any(|shown| shown == name);
    let wide = matches!(field.kind, FieldType::LongText { .. } | FieldType::Rows(_) | FieldType::Choices(_));
    html! {
        div.field.wide[wide] data-field=(name) hidden[hidden] {
            label for={ "f-" (name) } id={ "l-" (name) } {
                (field.title.text(filled.visit.actor.english))
                @if let Some(unit) = unit_beside(field, filled.visit.actor.english) { span.unit-of { (unit) } }
                @if must { span.must title=(filled.visit.t("必填", "Required")) { "*" } }
            }
            (input(field, filled))
            @if let Some(help) = &field.help { p.help { (help) } }
            div data-problem=(name) { (field_problem(filled.problems, name)) }
        }
    }
}

/// The unit to stand beside a field's title; a title that has the word in it (缺勤天数) says it itself.
pub(crate) fn unit_beside(field: &Field, english: bool) -> Option<&str> {
    let unit = unit_title(field.unit.as_deref()?, english);
    let title = field.title.text(english);
    let said = if unit.is_ascii() {
        title.split_whitespace().any(|word| word.eq_ignore_ascii_case(unit))
    } else {
        title.contains(unit)
    };
    (!said).then_some(unit)
}

fn text_of(values: &Map<String, Json>, name: &str) -> String {
    match values.get(name) {
        None | Some(Json::Null) => String::new(),
        Some(Json::String(text)) => text.clone(),
        Some(other) => other.to_string(),
    }
}

fn input(field: &Field, filled: &Filled<'_>) -> Markup {
    let (name, value) = (&field.name, text_of(filled.values, &field.name));
    let english = filled.visit.actor.english;
    let wrong =
        filled.problems.iter().any(|problem| problem.field == *name && !problem.warning).then_some("true");
    let unit = field.unit.as_deref().map(|unit| unit_title(unit, english));
    let plain = |kind: &str, mode: Option<&str>| {
        html! {
            input id={ "f-" (name) } name=(name) type=(kind) value=(value) inputmode=[mode] data-unit=[mode.and(unit)]
                aria-invalid=[wrong] aria-describedby={ "e-" (name) } autocomplete="off";
        }
    };
    match &field.kind {
        FieldType::Text { max } => html! {
            input id={ "f-" (name) } name=(name) type="text" maxlength=(max) value=(value) aria-invalid=[wrong]
                aria-describedby={ "e-" (name) } autocomplete="off";
        },
        FieldType::LongText { max } => html! {
            textarea id={ "f-" (name) } name=(name) rows="3" maxlength=(max) aria-invalid=[wrong] { (value) }
        },
        // Text inputs with a number pad: the server's message is better than the browser's.
        FieldType::Int { .. } => plain("text", Some("numeric")),
        FieldType::Decimal { .. } => plain("text", Some("decimal")),
        FieldType::Date => plain("date", None),
        FieldType::Time => plain("time", None),
        FieldType::DateTime => plain("datetime-local", None),
        FieldType::Bool => {
            let options = [("true", filled.visit.t("是", "Yes")), ("false", filled.visit.t("否", "No"))];
            buttons(
                name,
                &options.map(|(code, text)| (code.to_owned(), text.to_owned())),
                &value,
                field.required,
            )
        }
        FieldType::Choice(choice) => {
            let options = live_options(choice, &[value.as_str()], english);
            if options.len() <= MOST_BUTTONS {
                buttons(name, &options, &value, field.required)
            } else {
                list(name, &options, &value, filled.visit.t("请选择", "Choose"))
            }
        }
        FieldType::Choices(choice) => {
            let chosen: Vec<&str> = match filled.values.get(name) {
                Some(Json::Array(codes)) => codes.iter().filter_map(Json::as_str).collect(),
                Some(Json::String(code)) => vec![code.as_str()],
                _ => Vec::new(),
            };
            html! {
                div.ticks role="group" aria-labelledby={ "l-" (name) } id={ "f-" (name) } {
                    // An empty value tells "nothing ticked" from "not asked".
                    input type="hidden" name=(name) value="";
                    @for (code, text) in live_options(choice, &chosen, english) {
                        label { input type="checkbox" name=(name) value=(code) checked[chosen.contains(&code.as_str())]; span { (text) } }
                    }
                }
            }
        }
        FieldType::Person { .. } => list(name, filled.people, &value, filled.visit.t("请选择", "Choose")),
        FieldType::OrgUnit { .. } => list(name, filled.units, &value, filled.visit.t("请选择", "Choose")),
        FieldType::Entry { .. } => {
            let offered = filled.entries.get(name).map(Vec::as_slice).unwrap_or_default();
            list(name, offered, &value, filled.visit.t("请选择", "Choose"))
        }
        FieldType::Rows(columns) => rows(field, columns, filled),
        FieldType::Photo { most } => photos(filled, name, &list_of(filled.values, name), *most),
        FieldType::Drawing => drawing(filled.visit, name, &value),
        FieldType::Signature => html! {},
    }
}

fn list_of(values: &Map<String, Json>, name: &str) -> Vec<String> {
    match values.get(name) {
        Some(Json::Array(ids)) => ids.iter().filter_map(Json::as_str).map(str::to_owned).collect(),
        Some(Json::String(ids)) => ids.split(',').filter(|id| !id.is_empty()).map(str::to_owned).collect(),
        _ => Vec::new(),
    }
}

/// Pictures taken or chosen; each is uploaded at once, the form carries their ids.
fn photos(filled: &Filled<'_>, name: &str, ids: &[String], most: u8) -> Markup {
    html! {
        div.photos data-photos data-most=(most) {
            input type="hidden" name=(name) value=(ids.join(","));
            @for id in ids { (thumbnail(id)) }
            label.btn {
                (icon("camera")) (filled.visit.t("拍照", "Photo"))
                input.sr id={ "f-" (name) } type="file" accept="image/*" capture="environment" multiple;
            }
        }
    }
}

/// A picture in small, which opens in full.
pub(crate) fn thumbnail(id: &str) -> Markup {
    let address = format!("/attachments/{id}");
    html! { a.thumb href=(address) data-id=(id) { img src=(address) alt="" loading="lazy"; } }
}

/// A signature drawn with finger or mouse; uploaded when the pen leaves the pad for a moment.
pub(crate) fn drawing(visit: &Visit, name: &str, id: &str) -> Markup {
    html! {
        div.pad data-pad {
            input type="hidden" name=(name) value=(id);
            canvas id={ "f-" (name) } width="600" height="200" tabindex="0" aria-label=(visit.t("在此签名", "Sign here")) {}
            div.row {
                @if !id.is_empty() { (thumbnail(id)) }
                button.btn type="button" data-clear { (visit.t("重写", "Clear")) }
                span.muted data-state {}
            }
        }
    }
}

/// Options that can still be chosen, and those the entry already has.
fn live_options(choice: &Choice, kept: &[&str], english: bool) -> Vec<(String, String)> {
    choice
        .options
        .iter()
        .filter(|option| !option.retired || kept.contains(&option.code.as_str()))
        .map(|option| (option.code.clone(), option.title.text(english).to_owned()))
        .collect()
}

fn buttons(name: &str, options: &[(String, String)], value: &str, required: bool) -> Markup {
    html! {
        div.segments role="radiogroup" aria-labelledby={ "l-" (name) } id={ "f-" (name) } {
            @if !required { label.none { input type="radio" name=(name) value="" checked[value.is_empty()]; span { "—" } } }
            @for (code, text) in options {
                label { input type="radio" name=(name) value=(code) checked[code == value]; span { (text) } }
            }
        }
    }
}

fn list(name: &str, options: &[(String, String)], value: &str, blank: &str) -> Markup {
    html! {
        select id={ "f-" (name) } name=(name) aria-describedby={ "e-" (name) } {
            option value="" { (blank) }
            @for (code, text) in options { option value=(code) selected[code == value] { (text) } }
        }
    }
}

/// A small table inside the entry; empty rows are left out when it is saved.
fn rows(field: &Field, columns: &IndexMap<String, Field>, filled: &Filled<'_>) -> Markup {
    let parsed: Vec<Json> = match filled.values.get(&field.name) {
        Some(Json::Array(rows)) => rows.clone(),
        _ => Vec::new(),
    };
    let english = filled.visit.actor.english;
    let is_refused = filled.problems.iter().any(|problem| problem.field == field.name && !problem.warning);
    let row = |at: usize| {
        html! { tr { @for column in columns.values() { td { (cell(field, column, at, parsed.get(at), (is_refused, english))) } } } }
    };
    let folds = if parsed.len() > MOST_OPEN_ROWS { folds(columns, &parsed, english) } else { Vec::new() };
    let folded = folds.last().map_or(0, |fold| fold.rows.end);
    html! {
        div.scroll {
            table.rows data-rows=(field.name) {
                thead { tr { @for column in columns.values() {
                    th scope="col" { (column.title.text(english)) @if let Some(unit) = unit_beside(column, english) { span.unit-of { (unit) } } }
                } } }
                @for fold in &folds {
                    @let rows = parsed.get(fold.rows.clone()).unwrap_or_default();
                    @let is_wrong = is_refused && rows.iter().any(|row| columns.values().any(|column| is_wrong(column, row)));
                    tbody.fold {
                        tr.fold-head { th colspan=(columns.len()) scope="rowgroup" { label.tick {
                            input type="checkbox" checked[is_wrong];
                            span.sr { (filled.visit.t("展开", "Show")) }
                            span { (fold.title) " " span.muted { (rows.len()) (filled.visit.t(" 行", " rows")) } }
                        } } }
                        @for at in fold.rows.clone() { (row(at)) }
                    }
                }
                tbody { @for at in folded..parsed.len() + SPARE_ROWS { (row(at)) } }
            }
        }
        button.btn type="button" data-add-row=(field.name) hidden { (filled.visit.t("加一行", "Add a row")) }
    }
}

/// Rows of a long table that a phone shows when their heading is ticked. No script is needed, and what is folded is
/// sent with the form all the same.
struct Fold {
    title: String,
    rows: Range<usize>,
}

/// Rows folded by the first choice they begin with (a day of the week), else a dozen at a time.
fn folds(columns: &IndexMap<String, Field>, rows: &[Json], english: bool) -> Vec<Fold> {
    let dozens = || {
        let starts = (0..rows.len()).step_by(MOST_OPEN_ROWS);
        starts.map(|from| from..rows.len().min(from + MOST_OPEN_ROWS)).map(|rows| {
            let title = if english { "Rows" } else { "行次" };
            Fold { title: format!("{title} {}–{}", rows.start + 1, rows.end), rows }
        })
    };
    let choice = columns.values().find_map(|column| match &column.kind {
        FieldType::Choice(choice) => Some((column, choice)),
        _ => None,
    });
    let Some((column, choice)) = choice else { return dozens().collect() };
    let code = |row: &Json| row.get(&column.name).and_then(Json::as_str).unwrap_or_default().to_owned();
    let mut from = 0;
    let chosen: Vec<Fold> = rows
        .chunk_by(|one, next| code(one) == code(next))
        .map(|run| {
            let code = run.first().map(code).unwrap_or_default();
            let title = choice.option(&code).map_or("—", |option| option.title.text(english)).to_owned();
            from += run.len();
            Fold { title, rows: from - run.len()..from }
        })
        .collect();
    // Rows in no order would make headings without end.
    if chosen.len() * 2 > rows.len() { dozens().collect() } else { chosen }
}

/// Whether a cell of a row is missing where it must not be, or cannot be read.
fn is_wrong(column: &Field, row: &Json) -> bool {
    let given = row.get(&column.name).filter(|given| !given.is_null());
    given.map_or(column.required, |given| hygeia_work::read_field(column, given).is_err())
}

/// One cell of a row; of a table that was refused, it is marked when it is what was wrong.
fn cell(
    field: &Field,
    column: &Field,
    at: usize,
    row: Option<&Json>,
    (is_refused, english): (bool, bool),
) -> Markup {
    let given = row.and_then(|row| row.get(&column.name)).filter(|given| !given.is_null());
    let wrong = (is_refused && row.is_some_and(|row| is_wrong(column, row))).then_some("true");
    let name = format!("{}.{at}.{}", field.name, column.name);
    let value = match given {
        None | Some(Json::Null) => String::new(),
        Some(Json::String(text)) => text.clone(),
        Some(other) => other.to_string(),
    };
    let label = column.title.text(english);
    match &column.kind {
        FieldType::Choice(choice) => html! {
            select name=(name) aria-label=(label) aria-invalid=[wrong] {
                option value="" { "—" }
                @for (code, text) in live_options(choice, &[value.as_str()], english) { option value=(code) selected[code == value] { (text) } }
            }
        },
        FieldType::Bool => html! {
            select name=(name) aria-label=(label) aria-invalid=[wrong] {
                option value="" { "—" }
                option value="true" selected[value == "true"] { (if english { "Yes" } else { "是" }) }
                option value="false" selected[value == "false"] { (if english { "No" } else { "否" }) }
            }
        },
        kind => {
            let (kind, mode) = match kind {
                FieldType::Date => ("date", None),
                FieldType::Time => ("time", None),
                FieldType::Int { .. } => ("text", Some("numeric")),
                FieldType::Decimal { .. } => ("text", Some("decimal")),
                _ => ("text", None),
            };
            html! { input name=(name) type=(kind) inputmode=[mode] value=(value) aria-label=(label) aria-invalid=[wrong] autocomplete="off"; }
        }
    }
}

/// A form body as submitted values: texts as typed, several values as a list, rows as objects. Only fields the
/// form had are there; blank ones are missing values.
pub(crate) fn read(register: &Register, form: &Params) -> Map<String, Json> {
    let mut values = Map::new();
    for (name, field) in register.fields.iter().filter(|(_, field)| typed(field)) {
        match &field.kind {
            FieldType::Choices(_) => {
                let codes: Vec<Json> =
                    form.all(name).filter(|code| !code.is_empty()).map(Json::from).collect();
                if form.all(name).next().is_some() {
                    values
                        .insert(name.clone(), if codes.is_empty() { Json::Null } else { Json::Array(codes) });
                }
            }
            FieldType::Rows(columns) => {
                let prefix = format!("{name}.");
                if form.0.iter().any(|(known, _)| known.starts_with(&prefix)) {
                    values.insert(name.clone(), read_rows(&prefix, columns, form));
                }
            }
            _ => {
                if form.0.iter().any(|(known, _)| known == name) {
                    values.insert(name.clone(), form.opt(name).map_or(Json::Null, Json::from));
                }
            }
        }
    }
    values
}

fn read_rows(prefix: &str, columns: &IndexMap<String, Field>, form: &Params) -> Json {
    let mut rows: std::collections::BTreeMap<u32, Map<String, Json>> = std::collections::BTreeMap::new();
    for (known, value) in &form.0 {
        let Some((at, column)) = known.strip_prefix(prefix).and_then(|rest| rest.split_once('.')) else {
            continue;
        };
        if let (Ok(at), true, false) =
            (at.parse::<u32>(), columns.contains_key(column), value.trim().is_empty())
        {
            rows.entry(at).or_default().insert(column.to_owned(), Json::from(value.trim()));
        }
    }
    if rows.is_empty() { Json::Null } else { Json::Array(rows.into_values().map(Json::Object).collect()) }
}
