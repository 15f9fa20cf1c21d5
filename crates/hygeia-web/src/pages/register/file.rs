//! A register's entries as a file: XLSX, or CSV.

use super::paper::roster_order;
use super::{listing, seen};
use crate::reply;
use crate::visit::Visit;
use axum::extract::Path;
use axum::response::Response;
use hygeia_exchange::{Cell, Grid, to_csv, to_xlsx};
use hygeia_expr::Value;
use hygeia_pack::model::{Field, FieldType, Layout, Register};
use hygeia_work::{EntryView, Listing, WorkError, show_field, unit_title};
use rust_decimal::prelude::ToPrimitive;

pub(super) async fn export(Path(id): Path<String>, visit: Visit) -> Response {
    visit
        .run(move |visit| {
            let packs = visit.work.packs();
            let register = visit.work.register(&packs, &id)?;
            let listing = Listing { offset: 0, ..listing(visit, register, Listing::MOST)? };
            let mut page = visit.work.entry_list(&visit.actor, &id, &listing)?;
            if page.total > i64::from(Listing::MOST) {
                return Err(WorkError::Bad(too_many(visit, page.total)));
            }
            if register.layout == Layout::Roster && listing.sort.is_none() {
                let order = roster_order(visit, register, listing.to)?;
                page.entries.sort_by_key(|view| {
                    let place = view.entry.person.and_then(|person| order.get(&person)).copied();
                    (view.entry.day, place.unwrap_or(usize::MAX), view.entry.created_at)
                });
            }
            let grid = grid(visit, register, &page.entries);
            let name = format!("{}_{}", register.title.zh, visit.actor.today());
            if visit.query.get("format") == "csv" {
                return Ok(reply::download(to_csv(&grid), "text/csv; charset=utf-8", &format!("{name}.csv")));
            }
            let file = to_xlsx(&grid).map_err(|error| WorkError::Bad(format!("生成 XLSX 失败：{error}")))?;
            Ok(reply::download(file, reply::XLSX, &format!("{name}.xlsx")))
        })
        .await
}

/// What to do when a file cannot hold all entries; a file that leaves some out would be taken for the whole.
fn too_many(visit: &Visit, total: i64) -> String {
    let most = Listing::MOST;
    if visit.actor.english {
        format!(
            "{total} entries are more than the {most} of one file: filter by days and export part by part"
        )
    } else {
        format!("共{total}条，超过一次导出的{most}条，请先用日期筛选，分次导出")
    }
}

/// One column of the file: a field, or a field of the rows of a field.
struct Column<'a> {
    field: &'a Field,
    cell: Option<&'a Field>,
}

impl Column<'_> {
    fn heading(&self, english: bool) -> String {
        let named = self.cell.unwrap_or(self.field);
        let title = match self.cell {
            Some(cell) => format!("{} · {}", self.field.title.text(english), cell.title.text(english)),
            None => self.field.title.text(english).to_owned(),
        };
        match &named.unit {
            Some(unit) => format!("{title}（{}）", unit_title(unit, english)),
            None => title,
        }
    }
}

fn columns(register: &Register) -> Vec<Column<'_>> {
    let mut columns = Vec::new();
    for field in register.fields.values() {
        match &field.kind {
            FieldType::Rows(cells) => {
                columns.extend(cells.values().map(|cell| Column { field, cell: Some(cell) }));
            }
            _ => columns.push(Column { field, cell: None }),
        }
    }
    columns
}

/// A line for each entry; an entry with rows has a line for each of them, which repeats what is the entry's own.
fn grid(visit: &Visit, register: &Register, entries: &[EntryView]) -> Grid {
    let english = visit.actor.english;
    let columns = columns(register);
    let mut header = vec![visit.t("单位", "Unit").to_owned(), visit.t("姓名", "Name").to_owned()];
    header.extend(columns.iter().map(|column| column.heading(english)));
    header.push(visit.t("登记人", "By").to_owned());
    let rows = entries.iter().flat_map(|view| {
        let (columns, lines) = (&columns, lines(register, view));
        (0..lines).map(move |line| {
            let person = view.person.as_ref().map_or(Cell::Empty, |person| Cell::Text(person.name.clone()));
            let mut cells = vec![Cell::Text(view.unit_title.clone()), person];
            cells.extend(columns.iter().map(|column| cell(view, column, line, english)));
            cells.push(Cell::Text(view.entry.created_by.name.clone()));
            cells
        })
    });
    Grid { title: register.title.text(english).to_owned(), header, rows: rows.collect() }
}

/// Lines of one entry: as many as its longest table has rows, at least one.
fn lines(register: &Register, view: &EntryView) -> usize {
    let tables = register.fields.values().filter(|field| matches!(field.kind, FieldType::Rows(_)));
    let rows = tables.filter_map(|field| match view.entry.values.get(&field.name) {
        Some(Value::List(rows)) => Some(rows.len()),
        _ => None,
    });
    rows.max().unwrap_or(1).max(1)
}

fn cell(view: &EntryView, column: &Column<'_>, line: usize, english: bool) -> Cell {
    let value = view.entry.values.get(&column.field.name).unwrap_or(&Value::Null);
    let (field, value) = match (column.cell, value) {
        (None, value) => (column.field, value),
        (Some(cell), Value::List(rows)) => match rows.get(line) {
            Some(Value::Row(cells)) => (cell, cells.get(&cell.name).unwrap_or(&Value::Null)),
            _ => return Cell::Empty,
        },
        (Some(_), _) => return Cell::Empty,
    };
    match (&field.kind, value.as_decimal().and_then(|number| number.to_f64())) {
        (FieldType::Decimal { decimals, .. }, Some(number)) => Cell::Number(number, *decimals),
        (FieldType::Int { .. }, Some(number)) => Cell::Number(number, 0),
        _ => {
            let text = match column.cell {
                Some(cell) => show_field(cell, value, english),
                None => seen(view, field, value, english),
            };
            if text.is_empty() { Cell::Empty } else { Cell::Text(text) }
        }
    }
}
