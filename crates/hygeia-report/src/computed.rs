//! Reports whose tables are computed from entries (膳食营养分析): rows of functions in official layout.

use crate::ReportError;
use crate::desk::Desk;
use crate::document::{Block, Cell, Document, Run, Table, TableRow};
use hygeia_expr::Value;
use hygeia_pack::model::{ComputedSpec, ComputedTable, ProfileColumn, Report};
use hygeia_work::{Computed, Period};

/// A report of computed tables for the desk's unit, which must be of the kind it is written for.
pub(crate) fn document(
    desk: &Desk<'_>,
    report: &Report,
    spec: &ComputedSpec,
) -> Result<Document, ReportError> {
    let (from, to) = (desk.period.from, desk.period.to);
    let computed = desk.work.computed(desk.actor, spec, desk.unit.id, (from, to))?;
    let mut blocks = match computed {
        Computed::Lacking(why) => vec![paragraph(why)],
        Computed::Tables(tables) => {
            let tables = spec.tables.iter().zip(tables);
            tables.filter_map(|(table, rows)| block(table, &rows, desk.actor.english)).collect()
        }
    };
    if blocks.iter().any(|block| matches!(block, Block::Table(_))) {
        blocks.push(Block::Foot { note: spec.note.clone(), signatures: spec.signatures.clone() });
    } else {
        // Nobody signs a form without a table.
        blocks.extend(spec.note.clone().map(paragraph));
    }
    let lead = format!(
        "填报单位：{}　　统计周期：{}　　填报日期：{}",
        desk.unit.title,
        desk.period.title(false),
        Period::day(desk.actor.today()).title(false)
    );
    // Over the first table as on other official tables; under the heading where there is none.
    let subtitle = match blocks.first_mut() {
        Some(Block::Table(first)) => {
            first.lead = Some(lead);
            None
        }
        _ => Some(lead),
    };
    Ok(Document { title: report.title.zh.clone(), subtitle, blocks })
}

fn paragraph(text: String) -> Block {
    Block::Paragraph(vec![Run::Text(text)])
}

fn block(table: &ComputedTable, rows: &[Vec<Value>], english: bool) -> Option<Block> {
    let caption = table.title.text(english).to_owned();
    if rows.is_empty() {
        return table.empty.as_ref().map(|empty| paragraph(format!("{caption}：{empty}")));
    }
    let titles: Vec<&str> = table.columns.iter().map(|column| column.title.text(english)).collect();
    let (first, rest) = titles.split_first()?;
    let line = |row: &Vec<Value>| TableRow {
        cells: table.columns.iter().zip(row).map(|(column, value)| cell(column, value, english)).collect(),
        total: false,
    };
    Some(Block::Table(Table {
        caption,
        head: Table::head_from_titles(first, rest),
        rows: rows.iter().map(line).collect(),
        note: table.note.clone(),
        ..Table::default()
    }))
}

/// A value as shown; a missing one is a dash, for the functions say which values can be missing.
fn cell(column: &ProfileColumn, value: &Value, english: bool) -> Cell {
    match value {
        Value::Null => Cell::text("—"),
        Value::Text(code) => match column.options.iter().find(|(known, _)| known == code) {
            Some((_, title)) => Cell::text(title.text(english)),
            None => Cell::text(code),
        },
        Value::Int(number) => Cell { number: Some(*number as f64), ..Cell::text(number.to_string()) },
        Value::Decimal(number) => {
            use rust_decimal::prelude::ToPrimitive;
            let number = number.normalize();
            let decimals = u8::try_from(number.scale()).unwrap_or(0);
            Cell { number: number.to_f64(), decimals, ..Cell::text(number.to_string()) }
        }
        other => Cell::text(hygeia_work::plain(other)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use hygeia_pack::model::Title;

    #[test]
    fn codes_have_titles_numbers_stay_numbers_and_what_is_missing_is_a_dash() {
        let title = |zh: &str| Title { zh: zh.to_owned(), en: None };
        let column = ProfileColumn {
            cell: "verdict".to_owned(),
            title: title("评价"),
            options: vec![("below".to_owned(), title("不足"))],
        };
        assert_eq!(cell(&column, &Value::from("below"), false).text, "不足");
        assert_eq!(cell(&column, &Value::from("米饭"), false).text, "米饭");
        assert_eq!(cell(&column, &Value::Null, false).text, "—");
        let number = cell(&column, &Value::Decimal("12.50".parse().unwrap()), false);
        assert_eq!((number.text.as_str(), number.number, number.decimals), ("12.5", Some(12.5), 1));
    }
}
