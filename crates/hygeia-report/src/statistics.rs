//! Statistics tables (统计表) in official layout: rows of units, months or days, a total row, columns of figures.

use crate::ReportError;
use crate::desk::{Desk, Grid};
use crate::document::{Block, Cell, Document, Table, TableRow};
use crate::wording::{NO_DATA, Names};
use hygeia_pack::model::{Column, Report, TableRows, TableSpec};
use hygeia_store::{OrgUnit, OrgUnitId};
use hygeia_work::{Figure, FigureId, Period, PeriodKind};
use jiff::civil::Date;
use rust_decimal::Decimal;

/// A report that is one table.
pub(crate) fn document(desk: &Desk<'_>, report: &Report, spec: &TableSpec) -> Result<Document, ReportError> {
    let mut table = table(desk, report, spec)?;
    table.lead = Some(lead(desk));
    Ok(Document { title: report.title.zh.clone(), subtitle: None, blocks: vec![Block::Table(table)] })
}

/// 填报单位, 统计周期, 填报日期.
fn lead(desk: &Desk<'_>) -> String {
    let today = desk.actor.today();
    format!(
        "填报单位：{}　　统计周期：{}　　填报日期：{}",
        desk.unit.title,
        desk.period.title(false),
        Period::day(today).title(false)
    )
}

/// The rows of a table: names, and which unit and period each stands for.
struct Axis {
    /// Heading of the row names.
    head: String,
    names: Vec<String>,
    units: Vec<OrgUnitId>,
    periods: Vec<Period>,
    /// The last row is the total over the others.
    total: bool,
}

/// One statistics table for the desk's unit and period.
pub(crate) fn table(desk: &Desk<'_>, report: &Report, spec: &TableSpec) -> Result<Table, ReportError> {
    let axis = axis(desk, report, &spec.rows);
    let mut ids: Vec<FigureId> = Vec::new();
    for column in &spec.columns {
        let id = desk.figure_id(report, &column.value);
        ids.push(id.ok_or_else(|| ReportError::NotFound(format!("指标“{}”", column.value)))?);
    }
    let by_unit = axis.periods.is_empty();
    let whole = [desk.period.clone()];
    let grid = if by_unit {
        desk.grid(&ids, &axis.units, &whole)?
    } else {
        desk.grid(&ids, &[desk.unit.id], &axis.periods)?
    };
    let at = |row: usize| if by_unit { (row, 0) } else { (0, row) };
    let titles: Vec<String> = spec
        .columns
        .iter()
        .enumerate()
        .map(|(column, spec)| titled(&spec.title, grid.get(column, 0, 0)))
        .collect();
    let titles: Vec<&str> = titles.iter().map(String::as_str).collect();
    let others = others(spec);
    let rows = rows(&desk.names(), &axis, &grid, &others, &at, desk.actor.today());
    let any_missing = rows.iter().flat_map(|row| &row.cells).any(|cell| cell.missing);
    Ok(Table {
        head: Table::head_from_titles(&axis.head, &titles),
        rows,
        note: note(spec.note.as_deref(), any_missing),
        signatures: spec.signatures.clone(),
        ..Table::default()
    })
}

/// A share's column says its unit in the head, so that its cells are plain numbers.
fn titled(title: &str, sample: Option<&Figure>) -> String {
    match sample.map(|figure| figure.measure_word.as_str()) {
        Some(word @ ("%" | "‰")) if !title.contains(['%', '％', '‰']) => format!("{title}（{word}）"),
        _ => title.to_owned(),
    }
}

fn note(given: Option<&str>, any_missing: bool) -> Option<String> {
    let explained = any_missing.then(|| format!("“{NO_DATA}”指该时段没有登记，不等于零"));
    let pieces: Vec<String> = given
        .map(|text| text.trim().trim_end_matches('。').to_owned())
        .into_iter()
        .chain(explained)
        .collect();
    (!pieces.is_empty()).then(|| format!("{}。", pieces.join("；")))
}

/// For each column, the columns whose parts are taken from it: none but for 其他.
fn others(spec: &TableSpec) -> Vec<Vec<usize>> {
    let parts = |of: &str| {
        let prefix = format!("{of}@");
        let named = spec.columns.iter().enumerate().filter(|(_, column)| column.value.starts_with(&prefix));
        named.map(|(at, _)| at).collect()
    };
    let one = |column: &Column| if column.others { parts(&column.value) } else { Vec::new() };
    spec.columns.iter().map(one).collect()
}

/// The figure of a column, less those that stand beside it.
fn less(figure: &Figure, parts: &[&Figure]) -> Figure {
    let named: Option<Decimal> = parts.iter().map(|part| part.value).sum();
    let rest = figure.value.zip(named).map(|(all, named)| all - named);
    Figure { value: rest, ..figure.clone() }
}

fn rows(
    names: &Names<'_>,
    axis: &Axis,
    grid: &Grid,
    others: &[Vec<usize>],
    at: &dyn Fn(usize) -> (usize, usize),
    today: Date,
) -> Vec<TableRow> {
    let count = axis.names.len();
    let row = |(no, name): (usize, &String)| {
        let (unit, period) = at(no);
        // A day that has not come is blank, not missing.
        let ahead = axis.periods.get(no).is_some_and(|period| period.from > today);
        let numbers = others.iter().enumerate().map(|(column, parts)| match grid.get(column, unit, period) {
            Some(figure) if !ahead && !parts.is_empty() => {
                let parts: Vec<&Figure> =
                    parts.iter().filter_map(|part| grid.get(*part, unit, period)).collect();
                names.cell(&less(figure, &parts))
            }
            Some(figure) if !ahead => names.cell(figure),
            _ => Cell::default(),
        });
        TableRow {
            cells: std::iter::once(Cell::text(name)).chain(numbers).collect(),
            total: axis.total && no + 1 == count,
        }
    };
    axis.names.iter().enumerate().map(row).collect()
}

fn axis(desk: &Desk<'_>, report: &Report, rows: &TableRows) -> Axis {
    let own = desk.unit.id;
    match rows {
        TableRows::Unit => Axis {
            head: "单位".to_owned(),
            names: vec![desk.unit.title.clone()],
            units: vec![own],
            periods: Vec::new(),
            total: false,
        },
        TableRows::Units(kind) => {
            // A table of kindergartens lists their classes, not those of the schools beside them.
            let within = |unit: &&OrgUnit| {
                *kind == report.at || desk.directory.above_of_kind(unit.id, &report.at).is_some()
            };
            let below = desk.directory.subtree_of_kind(own, kind, desk.last_day());
            let below: Vec<&OrgUnit> = below.into_iter().filter(within).collect();
            // Classes of several kindergartens need the kindergarten's name.
            let plain = matches!(desk.unit.kind.as_str(), "kindergarten" | "school" | "grade");
            let mut names: Vec<String> = below
                .iter()
                .map(|unit| if plain { unit.title.clone() } else { desk.directory.full_title(unit.id) })
                .collect();
            names.push("合计".to_owned());
            let units = below.iter().map(|unit| unit.id).chain([own]).collect();
            let kind = desk.packs.org_kinds.get(kind);
            let head = kind.map_or_else(|| "单位".to_owned(), |kind| kind.title.zh.clone());
            Axis { head, names, units, periods: Vec::new(), total: true }
        }
        TableRows::Months | TableRows::Days => {
            let (head, kind) = if *rows == TableRows::Days {
                ("日期", PeriodKind::Day)
            } else {
                ("月份", PeriodKind::Month)
            };
            let parts: Vec<Period> = desk
                .period
                .parts(kind, &desk.calendar)
                .into_iter()
                .filter(|part| kind != PeriodKind::Day || desk.calendar.is_school_day(part.from))
                .collect();
            let mut names: Vec<String> = parts.iter().map(|part| part_title(part, desk.period)).collect();
            names.push("合计".to_owned());
            let periods = parts.iter().map(|part| clipped(part, desk.period)).chain([desk.period.clone()]);
            Axis { head: head.to_owned(), names, units: vec![own], periods: periods.collect(), total: true }
        }
    }
}

/// `9月`, or `2027年1月` where the year turns within the period; `3日` within a month.
fn part_title(part: &Period, whole: &Period) -> String {
    match part.kind {
        PeriodKind::Day if whole.kind == PeriodKind::Month => format!("{}日", part.from.day()),
        PeriodKind::Day => format!("{}月{}日", part.from.month(), part.from.day()),
        _ if part.from.year() != whole.from.year() => part.title(false),
        _ => format!("{}月", part.from.month()),
    }
}

/// The part of a month that lies in the period: a term's last month ends with the term.
fn clipped(part: &Period, whole: &Period) -> Period {
    if part.from < whole.from || part.to > whole.to {
        Period::range(part.from.max(whole.from), part.to.min(whole.to))
    } else {
        part.clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::{directory, packs, period, rate};
    use jiff::civil::date;

    fn texts(rows: &[TableRow]) -> Vec<Vec<&str>> {
        rows.iter().map(|row| row.cells.iter().map(|cell| cell.text.as_str()).collect()).collect()
    }

    #[test]
    fn units_stand_above_their_total_and_gaps_are_told() {
        let (packs, directory) = (packs(), directory());
        let names = Names { packs: &packs, directory: &directory };
        let figures = vec![rate(2, Some("93.3"), None), rate(3, None, None), rate(1, Some("93.3"), None)];
        let grid = Grid::new(figures, 3, 1);
        let axis = Axis {
            head: "班级".into(),
            names: ["大一班", "大二班", "合计"].map(String::from).to_vec(),
            units: [2, 3, 1].map(OrgUnitId).to_vec(),
            periods: Vec::new(),
            total: true,
        };
        let rows = rows(&names, &axis, &grid, &[Vec::new()], &|row| (row, 0), date(2026, 11, 24));
        assert_eq!(texts(&rows), [["大一班", "93.3"], ["大二班", "缺数据"], ["合计", "93.3"]]);
        assert_eq!(rows.iter().map(|row| row.total).collect::<Vec<_>>(), [false, false, true]);
        assert!(rows[1].cells[1].missing && !rows[0].cells[1].missing);
    }

    #[test]
    fn what_has_no_column_of_its_own_stands_under_others() {
        let column = |value: &str, others| Column { title: value.into(), value: value.into(), others };
        let spec = TableSpec {
            rows: TableRows::Unit,
            columns: vec![
                column("k.cases", false),
                column("k.cases@mumps", false),
                column("k.cases@other", false),
                column("k.cases", true),
                column("k.case_rate", false),
            ],
            note: None,
            signatures: Vec::new(),
        };
        assert_eq!(others(&spec), [vec![], vec![], vec![], vec![1, 2], vec![]]);
        let (all, mumps, none) = (rate(1, Some("10"), None), rate(1, Some("9"), None), rate(1, None, None));
        assert_eq!(less(&all, &[&mumps]).value, Some(Decimal::ONE));
        assert_eq!(less(&all, &[&mumps, &none]).value, None, "what is not known is not nothing");
    }

    #[test]
    fn days_ahead_are_blank_not_missing() {
        let (packs, directory) = (packs(), directory());
        let names = Names { packs: &packs, directory: &directory };
        let grid = Grid::new(vec![rate(1, None, None), rate(1, None, None)], 1, 2);
        let axis = Axis {
            head: "日期".into(),
            names: ["24日", "25日"].map(String::from).to_vec(),
            units: vec![OrgUnitId(1)],
            periods: vec![period("2026-11-24"), period("2026-11-25")],
            total: false,
        };
        let rows = rows(&names, &axis, &grid, &[Vec::new()], &|row| (0, row), date(2026, 11, 24));
        assert_eq!(texts(&rows), [["24日", "缺数据"], ["25日", ""]]);
    }

    #[test]
    fn months_end_with_the_term_and_name_the_new_year() {
        let term = Period::range(date(2026, 9, 1), date(2027, 1, 22));
        let january = period("2027-01");
        assert_eq!(clipped(&january, &term), Period::range(date(2027, 1, 1), date(2027, 1, 22)));
        assert_eq!(clipped(&period("2026-10"), &term), period("2026-10"));
        assert_eq!(part_title(&january, &term), "2027年1月");
        assert_eq!(part_title(&period("2026-10"), &term), "10月");
        assert_eq!(part_title(&period("2026-11-03"), &period("2026-11")), "3日");
    }

    #[test]
    fn shares_say_their_unit_once() {
        let share = rate(1, Some("93.3"), None);
        assert_eq!(titled("出勤|出勤率", Some(&share)), "出勤|出勤率（%）");
        assert_eq!(titled("出勤率（%）", Some(&share)), "出勤率（%）");
        assert_eq!(
            note(Some("口径见规范。"), true).as_deref(),
            Some("口径见规范；“缺数据”指该时段没有登记，不等于零。")
        );
        assert_eq!(note(None, false), None);
    }
}
