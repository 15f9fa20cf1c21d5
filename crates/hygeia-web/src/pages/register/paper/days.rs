//! A class by the days of a month: a sign for each person and day, totals of each sign.

use super::{Sheets, heading};
use crate::visit::Visit;
use hygeia_expr::Value;
use hygeia_pack::model::{About, DayMark, FieldType, Register};
use hygeia_report::document::{Cell, HeadCell, Table, TableRow};
use hygeia_store::{OrgUnit, PersonId};
use hygeia_work::{EntryView, Listing, Result, show_field};
use jiff::ToSpan;
use jiff::civil::Date;
use std::collections::HashMap;

/// Most units printed at once, a page each.
const MOST_UNITS: usize = 20;

/// A page for each unit; the month of the first day asked for, else this one.
pub(super) fn sheets(visit: &Visit, register: &Register, listing: Listing) -> Result<Sheets> {
    let today = visit.actor.today();
    let month = listing.from.or(listing.to).unwrap_or(today);
    let (from, to) = (month.first_of_month(), month.last_of_month());
    let directory = visit.directory();
    let units: Vec<OrgUnit> =
        directory.subtree_of_kind(visit.unit, &register.at, to.min(today)).into_iter().cloned().collect();
    let mut tables = Vec::new();
    for unit in units.iter().take(MOST_UNITS) {
        let asked = Listing {
            unit: Some(unit.id),
            from: Some(from),
            to: Some(to),
            limit: Listing::MOST,
            ..listing.clone()
        };
        let page = visit.work.entry_list(&visit.actor, register.id.as_str(), &asked)?;
        let kind = if register.about == About::Staff { "staff" } else { "child" };
        let roll = visit.work.roll(&visit.actor, unit.id, to.min(today), kind)?;
        let mut people: Vec<(PersonId, String)> =
            roll.into_iter().map(|(person, _)| (person.id, person.name)).collect();
        // Those who left during the month stand at the end.
        for person in page.entries.iter().filter_map(|view| view.person.as_ref()) {
            if !people.iter().any(|(id, _)| *id == person.id) {
                people.push((person.id, format!("{}（已离）", person.name)));
            }
        }
        let title = directory.full_title(unit.id);
        tables.push(table(register, &title, (from, to), &people, &page.entries));
    }
    let said = (units.len() > MOST_UNITS).then(|| {
        if visit.actor.english {
            format!("The first {MOST_UNITS} of {} units; choose one to print it.", units.len())
        } else {
            format!("共 {} 个班，此处为前 {MOST_UNITS} 个；请选择一个园（校）或班再打印。", units.len())
        }
    });
    let told = || {
        let asked = if visit.actor.english {
            "Filter by days of another month to print that month."
        } else {
            "打印其他月份，请先在列表中按该月的日期筛选。"
        };
        asked.to_owned()
    };
    Ok(Sheets { tables, said: said.or_else(|| listing.from.is_none().then(told)) })
}

fn table(
    register: &Register,
    unit: &str,
    (from, to): (Date, Date),
    people: &[(PersonId, String)],
    entries: &[EntryView],
) -> Table {
    let marks = &register.print.days;
    let mut squares: HashMap<(PersonId, Date), usize> = HashMap::new();
    // What is told of whom, on which days.
    let mut told_of: Vec<(String, Vec<i8>)> = Vec::new();
    for view in entries.iter().rev() {
        let (Some(person), Some(at)) = (view.entry.person, mark_of(marks, view)) else { continue };
        squares.insert((person, view.entry.day), at);
        let Some(said) = marks.get(at).and_then(|mark| told(register, mark, view)) else { continue };
        match told_of.iter_mut().find(|(known, _)| *known == said) {
            Some((_, days)) => days.push(view.entry.day.day()),
            None => told_of.push((said, vec![view.entry.day.day()])),
        }
    }
    let days: Vec<Date> =
        std::iter::successors(Some(from), |day| Some(day.saturating_add(1.day())).filter(|day| *day <= to))
            .collect();
    let mut head = vec![HeadCell::plain("姓名")];
    head.extend(days.iter().map(|day| HeadCell::plain(day.day().to_string())));
    head.extend(marks.iter().map(|mark| HeadCell::plain(mark.title.clone())));
    let count = |fits: &dyn Fn(&PersonId, &Date) -> bool, at: usize| -> usize {
        squares.iter().filter(|((person, day), mark)| **mark == at && fits(person, day)).count()
    };
    let mut rows: Vec<TableRow> = Vec::new();
    for (person, name) in people {
        let signs = days.iter().map(|day| {
            let mark = squares.get(&(*person, *day)).and_then(|at| marks.get(*at));
            Cell::text(mark.map_or("", |mark| mark.sign.as_str()))
        });
        let totals = (0..marks.len()).map(|at| number(count(&|own, _| own == person, at)));
        rows.push(TableRow {
            cells: std::iter::once(Cell::text(name)).chain(signs).chain(totals).collect(),
            total: false,
        });
    }
    // A line of totals for each sign, by day; its sum stands in its own column.
    for (at, mark) in marks.iter().enumerate() {
        let by_day = days.iter().map(|day| number(count(&|_, own| own == day, at)));
        let sums = (0..marks.len())
            .map(|other| if other == at { number(count(&|_, _| true, at)) } else { Cell::default() });
        rows.push(TableRow {
            cells: std::iter::once(Cell::text(format!("{}人数", mark.title)))
                .chain(by_day)
                .chain(sums)
                .collect(),
            total: true,
        });
    }
    let signs: Vec<String> = marks.iter().map(|mark| format!("{} {}", mark.sign, mark.title)).collect();
    let mut note = vec![signs.join("，")];
    note.extend(register.print.note.clone());
    note.extend(told_of.into_iter().map(|(said, mut days)| {
        days.sort_unstable();
        let days: Vec<String> = days.iter().map(ToString::to_string).collect();
        format!("{said}（{}日）", days.join("、"))
    }));
    Table {
        caption: heading(register),
        lead: Some(format!(
            "单位：{unit}　　{}年{}月　　在册：{}人",
            from.year(),
            from.month(),
            people.len()
        )),
        head: vec![head],
        rows,
        note: Some(note.join("；")),
        signatures: register.print.signatures.clone(),
    }
}

/// Nothing is written where nothing happened.
fn number(count: usize) -> Cell {
    if count == 0 { Cell::default() } else { Cell::text(count.to_string()) }
}

fn mark_of(marks: &[DayMark], view: &EntryView) -> Option<usize> {
    marks.iter().position(|mark| view.holds(&mark.when))
}

/// `张三：流行性感冒`, from the first field that is filled in.
fn told(register: &Register, mark: &DayMark, view: &EntryView) -> Option<String> {
    let text = |name: &String| {
        let field = register.fields.get(name)?;
        let value = view.entry.values.get(name).unwrap_or(&Value::Null);
        let other = matches!(field.kind, FieldType::Choice(_)) && value.as_text() == Some("other");
        let text = show_field(field, value, false);
        (!text.is_empty() && !other).then_some(text)
    };
    let said = mark.say.iter().find_map(text)?;
    let name = view.person.as_ref().map_or("", |person| person.name.as_str());
    Some(format!("{name}：{said}"))
}
