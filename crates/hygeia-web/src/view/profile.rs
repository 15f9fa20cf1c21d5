//! The parts of a person's page that their entries give: curves and tables.

use crate::view::pieces::chart;
use crate::visit::Visit;
use hygeia_expr::Value;
use hygeia_pack::model::ProfileColumn;
use hygeia_report::chart::{Chart, CurvePoint, ReferenceLine, Shape};
use hygeia_work::{Curve, ProfilePart, Rows};
use maud::{Markup, html};

/// One part as a card.
pub(crate) fn profile_part(visit: &Visit, part: &ProfilePart) -> Markup {
    match part {
        ProfilePart::Curve(curve) => curve_card(visit, curve),
        ProfilePart::Rows(rows) => rows_card(visit, rows),
    }
}

fn entry_link((register, id): &(String, uuid::Uuid)) -> String {
    format!("/entries/{register}/{id}")
}

/// Years and months, as parents say an age.
fn age(visit: &Visit, months: f64) -> String {
    let whole = months.floor().max(0.0) as u32;
    let (years, months) = (whole / 12, whole % 12);
    match visit.actor.english {
        true => format!("{years} y {months} mo"),
        false if months == 0 => format!("{years}岁"),
        false => format!("{years}岁{months}月"),
    }
}

fn curve_card(visit: &Visit, curve: &Curve) -> Markup {
    let middle = curve.bands.len() / 2;
    let lines = curve.bands.iter().enumerate().map(|(at, (title, points))| ReferenceLine {
        title: title.clone(),
        is_middle: at == middle,
        points: points.clone(),
    });
    let value = |value: f64| format!("{} {}", (value * 100.0).round() / 100.0, curve.unit);
    let points = curve.points.iter().map(|point| CurvePoint {
        x: point.age_months,
        y: point.value,
        label: format!("{}（{}）", point.day, age(visit, point.age_months)),
        text: value(point.value),
        href: Some(entry_link(&point.entry)),
    });
    let title = curve.title.text(visit.actor.english);
    let drawing = Chart {
        title: title.to_owned(),
        unit: curve.unit.clone(),
        shape: Shape::Curve {
            axis: visit.t("月龄", "Age in months").to_owned(),
            lines: lines.collect(),
            points: points.collect(),
        },
    };
    html! {
        section.card {
            h2 { (title) }
            (chart(&drawing))
            details {
                summary { (visit.t("数值", "Values")) }
                div.scroll { table.list {
                    thead { tr { th scope="col" { (visit.t("日期", "Date")) } th scope="col" { (visit.t("年龄", "Age")) } th.num scope="col" { (title) } } }
                    tbody { @for point in curve.points.iter().rev() {
                        tr { th scope="row" { a.row-link href=(entry_link(&point.entry)) { (point.day) } } td { (age(visit, point.age_months)) } td.num { (value(point.value)) } }
                    } }
                } }
            }
        }
    }
}

fn rows_card(visit: &Visit, table: &Rows) -> Markup {
    html! {
        section.card {
            h2 { (table.title.text(visit.actor.english)) }
            p.muted { (visit.t("按 ", "From the entry of ")) a href=(entry_link(&table.entry)) { (table.day) } (visit.t(" 的登记推算", "")) }
            div.scroll { table.list {
                thead { tr { @for (at, column) in table.columns.iter().enumerate() { th.num[is_number(table, at)] scope="col" { (column.title.text(visit.actor.english)) } } } }
                tbody { @for row in &table.rows { tr { @for (column, value) in table.columns.iter().zip(row) { (cell(visit, column, value)) } } } }
            } }
        }
    }
}

/// Whether a column holds numbers, so that its heading stands over them.
fn is_number(table: &Rows, column: usize) -> bool {
    let number = |value: Option<&Value>| matches!(value, Some(Value::Int(_) | Value::Decimal(_)));
    table.rows.iter().any(|row| number(row.get(column)))
}

fn cell(visit: &Visit, column: &ProfileColumn, value: &Value) -> Markup {
    let text = match value {
        Value::Text(code) => match column.options.iter().find(|(known, _)| known == code) {
            Some((_, title)) => title.text(visit.actor.english).to_owned(),
            None => code.clone(),
        },
        Value::Null => String::new(),
        Value::Int(number) => number.to_string(),
        Value::Decimal(number) => number.normalize().to_string(),
        Value::Date(day) => day.to_string(),
        Value::Bool(yes) => (if *yes { visit.t("是", "Yes") } else { visit.t("否", "No") }).to_owned(),
        other => format!("{other:?}"),
    };
    html! { td.num[matches!(value, Value::Int(_) | Value::Decimal(_))] { (text) } }
}
