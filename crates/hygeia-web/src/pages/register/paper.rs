//! A register on paper (A4): a list of entries, a table crosswise for each entry, or a class by the days of a month.

mod days;
mod grid;

use super::{listing, seen};
use crate::view::pieces::empty;
use crate::view::shell;
use crate::visit::Visit;
use axum::extract::Path;
use axum::response::{IntoResponse, Response};
use hygeia_expr::Value;
use hygeia_pack::model::{About, Field, FieldType, Layout, PrintForm, Register};
use hygeia_report::document::{Cell, Table, TableRow};
use hygeia_report::html as paper;
use hygeia_store::{Person, PersonId};
use hygeia_work::{EntryView, Listing, Result, show_field, unit_title};
use jiff::civil::Date;
use maud::html;
use std::collections::HashMap;

/// Entries of one printed list.
const MOST: u32 = 1_000;

/// The official paper form of the register.
pub(super) async fn print(Path(id): Path<String>, visit: Visit) -> Response {
    visit
        .run(move |visit| {
            let packs = visit.work.packs();
            let register = visit.work.register(&packs, &id)?;
            let listing = Listing { offset: 0, printed: true, ..listing(visit, register, MOST)? };
            let sheets = if register.print.days.is_empty() {
                entries(visit, register, listing)?
            } else {
                days::sheets(visit, register, listing)?
            };
            let content = html! {
                @if let Some(said) = &sheets.said { p.note.no-print { (said) } }
                @if sheets.tables.is_empty() { (empty(visit.t("没有要打印的记录", "Nothing to print"), &html! {})) }
                @for (at, table) in sheets.tables.iter().enumerate() {
                    @if at > 0 { div.page-break {} }
                    (paper::table(table))
                }
            };
            Ok(shell::paper(visit, &register.title.zh, &content).into_response())
        })
        .await
}

/// What is printed, and what is said above it on the screen.
struct Sheets {
    tables: Vec<Table>,
    said: Option<String>,
}

/// Entries as a list, or each as a table of its own.
fn entries(visit: &Visit, register: &Register, mut listing: Listing) -> Result<Sheets> {
    let by_roster = register.layout == Layout::Roster && listing.measure.is_none();
    // A roster is printed by the day; a month of them is nobody's form.
    let newest = by_roster && listing.from.is_none() && listing.to.is_none() && listing.person.is_none();
    if newest {
        let one = Listing { limit: 1, printed: false, sort: None, ..listing.clone() };
        let day = visit.work.entry_list(&visit.actor, register.id.as_str(), &one)?;
        let day = day.entries.first().map_or(visit.actor.today(), |view| view.entry.day);
        (listing.from, listing.to) = (Some(day), Some(day));
    }
    let mut page = visit.work.entry_list(&visit.actor, register.id.as_str(), &listing)?;
    if by_roster && listing.sort.is_none() {
        let order = roster_order(visit, register, listing.to)?;
        page.entries.sort_by_key(|view| {
            let place = view.entry.person.and_then(|person| order.get(&person)).copied();
            (view.entry.day, place.unwrap_or(usize::MAX))
        });
    }
    let shown = page.entries.len();
    let said = match (page.total > i64::from(MOST), newest, listing.from) {
        (true, ..) if visit.actor.english => Some(format!(
            "The latest {shown} of {} entries. Filter the list by days to print others.",
            page.total
        )),
        (true, ..) => Some(format!(
            "共 {} 条，此处为最近 {shown} 条；打印其他日期的记录，请先在列表中按日期筛选。",
            page.total
        )),
        (_, true, Some(day)) if visit.actor.english => {
            Some(format!("The sheet of {day}. Filter the list by days to print others."))
        }
        (_, true, Some(day)) => Some(format!("此处为 {day} 的登记；打印其他日期，请先在列表中按日期筛选。")),
        _ => None,
    };
    let tables = match &register.print.grid {
        Some(grid) => page.entries.iter().filter_map(|view| grid::table(register, grid, view)).collect(),
        None => vec![list(visit, register, &listing, &page.entries)],
    };
    Ok(Sheets { tables, said })
}

/// The place of each person on the roll, class by class.
pub(super) fn roster_order(
    visit: &Visit,
    register: &Register,
    day: Option<Date>,
) -> Result<HashMap<PersonId, usize>> {
    let kind = if register.about == About::Staff { "staff" } else { "child" };
    let day = day.unwrap_or_else(|| visit.actor.today()).min(visit.actor.today());
    let roll = visit.work.roll(&visit.actor, visit.unit, day, kind)?;
    Ok(roll.into_iter().enumerate().map(|(place, (person, _))| (person.id, place)).collect())
}

fn list(visit: &Visit, register: &Register, listing: &Listing, entries: &[EntryView]) -> Table {
    let packs = visit.work.packs();
    let form = &register.print;
    let names = if form.columns.is_empty() { &register.columns } else { &form.columns };
    let columns: Vec<Column<'_>> = names.iter().filter_map(|name| Column::of(register, name)).collect();
    let mut titles: Vec<String> = Vec::new();
    if register.about != About::OrgUnit {
        titles.push("姓名".into());
    }
    titles.extend(columns.iter().map(Column::heading));
    let refs: Vec<&str> = titles.iter().map(String::as_str).collect();
    let span = match (listing.from, listing.to) {
        (Some(from), Some(to)) if from == to => format!("　　日期：{from}"),
        (Some(from), Some(to)) => format!("　　{from} 至 {to}"),
        _ => String::new(),
    };
    let place = packs.org_kinds.get(&register.at).map_or("单位", |kind| kind.title.zh.as_str());
    Table {
        caption: heading(register),
        lead: Some(format!("单位：{}{span}", visit.directory().full_title(visit.unit))),
        head: Table::head_from_titles(place, &refs),
        rows: entries.iter().map(|view| row(visit, register, &columns, view)).collect(),
        note: form.note.clone(),
        signatures: form.signatures.clone(),
    }
}

fn heading(register: &Register) -> String {
    register.print.heading.clone().unwrap_or_else(|| register.title.zh.clone())
}

/// One column of a list: a field of the entry, or something about its subject.
enum Column<'a> {
    Field(&'a Field),
    Subject(&'a str, &'static str),
}

impl<'a> Column<'a> {
    fn of(register: &'a Register, name: &'a str) -> Option<Self> {
        let subject = PrintForm::SUBJECT.into_iter().find(|(known, _)| *known == name);
        let subject = subject.map(|(_, title)| Column::Subject(name, title));
        subject.or_else(|| register.fields.get(name).map(Column::Field))
    }

    fn heading(&self) -> String {
        match self {
            Column::Subject(_, title) => (*title).to_owned(),
            Column::Field(field) => match &field.unit {
                Some(unit) => format!("{}（{}）", field.title.zh, unit_title(unit, false)),
                None => field.title.zh.clone(),
            },
        }
    }

    fn text(&self, view: &EntryView) -> String {
        match self {
            Column::Subject(name, _) => {
                view.person.as_ref().map_or_else(String::new, |person| about(person, name, view.entry.day))
            }
            Column::Field(field) => {
                let value = view.entry.values.get(&field.name).unwrap_or(&Value::Null);
                match (&field.kind, value) {
                    (FieldType::Rows(cells), Value::List(rows)) => lines(cells, rows),
                    _ => seen(view, field, value, false),
                }
            }
        }
    }
}

/// Something about a person, on a day.
pub(in crate::pages) fn about(person: &Person, name: &str, day: Date) -> String {
    let birth = person.birth;
    match (name, birth) {
        ("subject.sex", _) => match person.sex.as_str() {
            "male" => "男".to_owned(),
            "female" => "女".to_owned(),
            _ => String::new(),
        },
        ("subject.birth", Some(birth)) => birth.to_string(),
        ("subject.age", Some(birth)) => {
            let before = (day.month(), day.day()) < (birth.month(), birth.day());
            format!("{}岁", day.year() - birth.year() - i16::from(before))
        }
        _ => String::new(),
    }
}

/// The rows of a table field, a line each.
fn lines(cells: &indexmap::IndexMap<String, Field>, rows: &[Value]) -> String {
    let line = |row: &Value| {
        let Value::Row(values) = row else { return String::new() };
        let texts = cells.values().map(|cell| written(cell, values.get(&cell.name).unwrap_or(&Value::Null)));
        texts.filter(|text| !text.is_empty()).collect::<Vec<_>>().join(" ")
    };
    rows.iter().map(line).collect::<Vec<_>>().join("\n")
}

/// A value with its unit, as it stands among other words.
fn written(field: &Field, value: &Value) -> String {
    let text = show_field(field, value, false);
    match &field.unit {
        Some(unit) if !text.is_empty() => format!("{text}{}", unit_title(unit, false)),
        _ => text,
    }
}

fn row(visit: &Visit, register: &Register, columns: &[Column<'_>], view: &EntryView) -> TableRow {
    let mut cells = vec![Cell::text(visit.directory().title_within(view.entry.unit, visit.unit))];
    if register.about != About::OrgUnit {
        cells.push(Cell::text(view.person.as_ref().map_or("", |person| person.name.as_str())));
    }
    cells.extend(columns.iter().map(|column| Cell::text(column.text(view))));
    TableRow { cells, total: false }
}
