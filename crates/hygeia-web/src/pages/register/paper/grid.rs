//! The rows of one entry crosswise: the weekly menu as meals by days, with dishes and grams.

use super::{heading, written};
use hygeia_expr::Value;
use hygeia_pack::model::{ChoiceOption, Field, FieldType, PrintGrid, Register};
use hygeia_report::document::{Cell, HeadCell, Table, TableRow};
use hygeia_work::{EntryView, show_field, unit_title};
use indexmap::IndexMap;

/// `None` when the entry has no such rows.
pub(super) fn table(register: &Register, grid: &PrintGrid, view: &EntryView) -> Option<Table> {
    let FieldType::Rows(cells) = &register.fields.get(&grid.rows)?.kind else { return None };
    let Value::List(rows) = view.entry.values.get(&grid.rows)? else { return None };
    let rows: Vec<&IndexMap<String, Value>> = rows
        .iter()
        .filter_map(|row| match row {
            Value::Row(cells) => Some(cells),
            _ => None,
        })
        .collect();
    let (across, down) = (cells.get(&grid.across)?, cells.get(&grid.down)?);
    // Days and meals that the rows have, in the order of the options.
    let used = |field: &Field| -> Vec<ChoiceOption> {
        let FieldType::Choice(choice) = &field.kind else { return Vec::new() };
        let has = |code: &str| {
            let own =
                |row: &&IndexMap<String, Value>| row.get(&field.name).and_then(Value::as_text) == Some(code);
            rows.iter().any(own)
        };
        choice.options.iter().filter(|option| has(&option.code)).cloned().collect()
    };
    let columns = used(across);
    let fields: Vec<&Field> = grid.cells.iter().filter_map(|name| cells.get(name)).collect();
    let at = |line: &str, column: &str| {
        let code = |row: &IndexMap<String, Value>, field: &Field| {
            row.get(&field.name).and_then(Value::as_text).map(str::to_owned)
        };
        let here = rows.iter().filter(|row| {
            code(row, down).as_deref() == Some(line) && code(row, across).as_deref() == Some(column)
        });
        square(&fields, here.copied())
    };
    let mut head = vec![HeadCell::plain(format!("{} / {}", down.title.zh, across.title.zh))];
    head.extend(columns.iter().map(|option| HeadCell::plain(option.title.zh.clone())));
    let lines = used(down).into_iter().map(|line| TableRow {
        cells: std::iter::once(Cell::text(&line.title.zh))
            .chain(columns.iter().map(|column| Cell::text(at(&line.code, &column.code))))
            .collect(),
        total: false,
    });
    Some(Table {
        caption: heading(register),
        lead: Some(lead(register, grid, view)),
        head: vec![head],
        rows: lines.collect(),
        note: register.print.note.clone(),
        signatures: register.print.signatures.clone(),
    })
}

/// The lines of a square: what the first field says once, after it the others of each row.
fn square<'a>(fields: &[&Field], rows: impl Iterator<Item = &'a IndexMap<String, Value>>) -> String {
    let Some((first, rest)) = fields.split_first() else { return String::new() };
    let mut named: IndexMap<String, Vec<String>> = IndexMap::new();
    for row in rows {
        let value = |field: &Field| written(field, row.get(&field.name).unwrap_or(&Value::Null));
        let others = rest.iter().map(|field| value(field)).filter(|text| !text.is_empty());
        named.entry(value(first)).or_default().push(others.collect::<Vec<_>>().join(" "));
    }
    let line = |(name, others): (String, Vec<String>)| {
        let others: Vec<String> = others.into_iter().filter(|text| !text.is_empty()).collect();
        if others.is_empty() { name } else { format!("{name}：{}", others.join("、")) }
    };
    named.into_iter().map(line).collect::<Vec<_>>().join("\n")
}

/// Unit, and the other columns of the form with their values.
fn lead(register: &Register, grid: &PrintGrid, view: &EntryView) -> String {
    let mut parts = vec![format!("单位：{}", view.unit_title)];
    for field in register.print.columns.iter().filter(|name| **name != grid.rows) {
        let Some(field) = register.fields.get(field) else { continue };
        let text = show_field(field, view.entry.values.get(&field.name).unwrap_or(&Value::Null), false);
        let unit = field.unit.as_ref().map_or("", |unit| unit_title(unit, false));
        if !text.is_empty() {
            parts.push(format!("{}：{text}{unit}", field.title.zh));
        }
    }
    parts.join("　　")
}
