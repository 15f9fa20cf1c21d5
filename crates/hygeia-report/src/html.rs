//! A document as HTML: the official look on the screen, every figure a link to its records.
//!
//! Only classes and links; colours, fonts and the printed page are the style sheet's.

use crate::chart::text_width;
use crate::document::{Block, Cell, Document, Figure, HeadCell, Run, Table, leads_on};
use maud::{Markup, PreEscaped, html};

/// Charts in a document are drawn this wide, CSS pixels; for phones once more, so that labels keep their size.
const CHART_WIDTH: f64 = 640.0;
const CHART_WIDTH_ON_PHONES: f64 = 330.0;
/// A head wider than 小一班 may wrap (at 12 px, as [`text_width`] measures).
const LONG_HEAD: f64 = 36.0;
/// A row's name wider than this may wrap: it stands still while the table scrolls, and leaves room for the rest.
const LONG_NAME: f64 = 108.0;

/// The document's content, for an `article` of the page.
pub fn document(document: &Document) -> Markup {
    html! {
        h1.doc-title { (document.title) }
        @if let Some(subtitle) = &document.subtitle { p.doc-subtitle { (subtitle) } }
        @for block in &document.blocks { (self::block(block)) }
    }
}

/// Style sheet of a document that stands alone: the official look, A4 in print.
pub const PAPER_STYLE: &str = include_str!("../assets/paper.css");

/// The document as a file of its own, with `style` (usually [`PAPER_STYLE`]); see [`Document::rebase`] for links
/// that work outside the server.
pub fn standalone(doc: &Document, style: &str) -> String {
    html! {
        (maud::DOCTYPE)
        html lang="zh-CN" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { (doc.title) }
                style { (PreEscaped(style)) (PreEscaped(crate::chart::PRINT_STYLE)) }
            }
            body { article.paper { (document(doc)) } }
        }
    }
    .into_string()
}

fn block(block: &Block) -> Markup {
    match block {
        Block::Heading { level: 0 | 1, text } => html! { h2.doc-h1 { (text) } },
        Block::Heading { level: 2, text } => html! { h3.doc-h2 { (text) } },
        Block::Heading { text, .. } => html! { h4.doc-h3 { (text) } },
        Block::Paragraph(runs) => {
            html! { p class=[leads_on(runs).then_some("leads")] { @for run in runs { (self::run(run)) } } }
        }
        Block::Table(table) => self::table(table),
        Block::Chart(chart) => html! {
            figure.doc-chart {
                figcaption { (chart.title) }
                div.wide-only { (PreEscaped(chart.svg(CHART_WIDTH))) }
                div.narrow-only { (PreEscaped(chart.svg(CHART_WIDTH_ON_PHONES))) }
            }
        },
        Block::Signature(lines) => html! { p.doc-sign { @for line in lines { span { (line) } } } },
        Block::Foot { note, signatures } => html! { div.doc-foot { (foot(note.as_deref(), signatures)) } },
        Block::PageBreak => html! { hr.page-break; },
    }
}

/// What stands under a table: its note, then who signs.
fn foot(note: Option<&str>, signatures: &[String]) -> Markup {
    html! {
        @if let Some(note) = note { p.doc-note { "注：" (note) } }
        @if !signatures.is_empty() { p.signatures { @for name in signatures { span { (name) "：" } } } }
    }
}

fn run(run: &Run) -> Markup {
    match run {
        Run::Text(text) => html! { (text) },
        Run::Figure(figure) => self::figure(figure),
    }
}

/// A figure as a chip: a link when its records can be opened, its definition on hover and for screen readers.
pub fn figure(figure: &Figure) -> Markup {
    let class = if figure.missing { "chip none" } else { "chip" };
    let said = match &figure.note {
        Some(note) => format!("{}；{note}", figure.definition),
        None => figure.definition.clone(),
    };
    html! {
        @if figure.href.is_empty() {
            span class=(class) title=(said) { (figure.text) }
        } @else {
            a class=(class) href=(figure.href) title=(said) { (figure.text) }
        }
    }
}

/// A table in official layout: merged heads, note and signature lines.
pub fn table(table: &Table) -> Markup {
    html! {
        div.doc-table {
            @if let Some(lead) = table.lead.as_ref().filter(|_| table.caption.is_empty()) { p.doc-lead { (lead) } }
            div.doc-scroll tabindex="0" role="region" aria-label=(table.caption) {
                table class=(class_of(table)) {
                    @if !table.caption.is_empty() {
                        caption {
                            span.doc-caption { (table.caption) }
                            @if let Some(lead) = &table.lead { span.doc-lead { (lead) } }
                        }
                    }
                    thead { @for row in &table.head { tr { @for cell in row { (head_cell(cell)) } } } }
                    tbody {
                        @for row in &table.rows {
                            tr.total[row.total] { @for (at, cell) in row.cells.iter().enumerate() { (self::cell(cell, at == 0)) } }
                        }
                    }
                }
            }
            (foot(table.note.as_deref(), &table.signatures))
        }
    }
}

fn head_cell(cell: &HeadCell) -> Markup {
    html! {
        th class=[(text_width(&cell.text) > LONG_HEAD).then_some("long")] scope="col" colspan=[(cell.columns > 1).then_some(cell.columns)]
            rowspan=[(cell.rows > 1).then_some(cell.rows)] { (cell.text) }
    }
}

/// Tables of many columns lie across the page in ever smaller print, so that the last column is on the paper.
fn class_of(table: &Table) -> &'static str {
    match table.columns() {
        0..=10 => "official",
        11..=16 => "official across",
        17..=24 => "official across small",
        _ => "official across smallest",
    }
}

fn cell(cell: &Cell, first: bool) -> Markup {
    // Numbers, dates and 缺数据 are not broken into two lines, names of rows only when they are long.
    let whole = cell.number.is_some() || cell.text.parse::<jiff::civil::Date>().is_ok();
    let class = match (cell.missing, whole) {
        (true, _) => Some("num missing"),
        (false, true) => Some("num"),
        (false, false) => (first && text_width(&cell.text) > LONG_NAME).then_some("long"),
    };
    let inner = match &cell.href {
        Some(href) => html! { a href=(href) { (cell.text) } },
        None => html! { (cell.text) },
    };
    if first {
        html! { th scope="row" class=[class] { (inner) } }
    } else {
        html! { td class=[class] { (inner) } }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chart::{Chart, Point, Shape};
    use crate::document::TableRow;

    #[test]
    fn figures_link_to_their_records_and_text_is_escaped() {
        let shown = document(&Document {
            title: "总结 <2026>".into(),
            blocks: vec![Block::Paragraph(vec![
                Run::Text("晨检率 ".into()),
                Run::Figure(Figure {
                    text: "99.6%".into(),
                    definition: "晨检 ÷ 应检".into(),
                    href: "/indicators/x?org=K1".into(),
                    ..Figure::default()
                }),
                Run::Figure(Figure { text: "缺数据".into(), missing: true, ..Figure::default() }),
            ])],
            ..Document::default()
        })
        .into_string();
        assert!(shown.contains("总结 &lt;2026&gt;"));
        assert!(
            shown.contains(r#"<a class="chip" href="/indicators/x?org=K1" title="晨检 ÷ 应检">99.6%</a>"#)
        );
        assert!(shown.contains(r#"<span class="chip none""#));
    }

    #[test]
    fn merged_heads_carry_their_spans() {
        let shown = table(&Table {
            head: vec![
                vec![
                    HeadCell { text: "班级".into(), columns: 1, rows: 2 },
                    HeadCell { text: "缺课".into(), columns: 2, rows: 1 },
                ],
                vec![HeadCell::plain("因病"), HeadCell::plain("因事")],
            ],
            signatures: vec!["填表人".into()],
            ..Table::default()
        })
        .into_string();
        assert!(
            shown.contains(r#"rowspan="2""#)
                && shown.contains(r#"colspan="2""#)
                && shown.contains("填表人：")
        );
    }

    #[test]
    fn short_heads_and_names_of_rows_stay_on_one_line() {
        let rows = ["小一班", "儿童健康检查后需要矫治的儿童数"];
        let shown = table(&Table {
            head: vec![vec![HeadCell::plain("小一班"), HeadCell::plain("体检人数")]],
            rows: rows.map(|name| TableRow { cells: vec![Cell::text(name)], total: false }).to_vec(),
            ..Table::default()
        })
        .into_string();
        assert!(shown.contains(r#"<th scope="col">小一班"#), "{shown}");
        assert!(shown.contains(r#"<th class="long" scope="col">体检人数"#), "{shown}");
        assert!(shown.contains(r#"<th scope="row">小一班"#), "{shown}");
        assert!(shown.contains(r#"<th scope="row" class="long">儿童健康"#), "{shown}");
    }

    #[test]
    fn a_paragraph_that_leads_on_is_marked_and_charts_are_drawn_for_phones_too() {
        let said = |text: &str| Block::Paragraph(vec![Run::Text(text.into())]);
        let points = vec![Point { label: "大一班".into(), value: Some(1.0), ..Point::default() }];
        let chart =
            Chart { title: "图1".into(), unit: String::new(), shape: Shape::Bars { points, band: None } };
        let blocks = vec![said("以下常规没有登记："), said("1. 晨检。"), Block::Chart(chart)];
        let shown = document(&Document { blocks, ..Document::default() }).into_string();
        assert!(shown.contains(r#"<p class="leads">以下"#) && shown.contains("<p>1. "), "{shown}");
        let drawn = |width: f64, class: &str| {
            shown.split(class).nth(1).is_some_and(|rest| rest.contains(&format!(r#" width="{width}""#)))
        };
        assert!(drawn(CHART_WIDTH, "wide-only") && drawn(CHART_WIDTH_ON_PHONES, "narrow-only"), "{shown}");
    }

    #[test]
    fn a_wide_table_lies_across() {
        let of = |columns: usize| {
            let cells = vec![Cell::text("1"); columns];
            table(&Table { rows: vec![TableRow { cells, total: false }], ..Table::default() }).into_string()
        };
        assert!(of(10).contains(r#"class="official""#));
        assert!(of(14).contains(r#"class="official across""#));
        assert!(of(20).contains(r#"class="official across small""#));
        assert!(of(38).contains(r#"class="official across smallest""#));
    }

    #[test]
    fn a_file_of_its_own_links_to_the_server_or_nowhere() {
        let figure = Figure { text: "5人".into(), href: "/indicators/a".into(), ..Figure::default() };
        let doc =
            Document { blocks: vec![Block::Paragraph(vec![Run::Figure(figure)])], ..Document::default() };
        let shown = |base| {
            let mut doc = doc.clone();
            doc.rebase(base);
            standalone(&doc, "")
        };
        assert!(
            shown(Some("https://hygeia.example/")).contains(r#"href="https://hygeia.example/indicators/a""#)
        );
        assert!(!shown(None).contains("href="));
    }
}
