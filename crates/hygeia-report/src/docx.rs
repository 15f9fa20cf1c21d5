//! A document as Word, in the layout of Chinese official documents (GB/T 9704).
//!
//! A4; text area 156 × 225 mm; title 方正小标宋 22 pt; headings 黑体, 楷体, 仿宋 16 pt; text 仿宋 16 pt on exact
//! 28 pt lines, first line in by two characters; page numbers “— 1 —”. Fonts are named, not embedded: a
//! machine without them falls back to its own. Figures carry a small number that leads to the list of
//! definitions at the end, and link to their records when the server's address is given.

mod layout;
mod table;

use crate::ReportError;
use crate::chart::{Chart, Fonts, Picture, png};
use crate::document::{Block, Cell, Document, Figure, HeadCell, Run, Table, TableRow, leads_on};
use docx_rs::{AlignmentType, Docx, Hyperlink, HyperlinkType, Paragraph, Pic, Run as Words, VertAlignType};
use layout::Face;
use std::io::Cursor;
use std::num::NonZero;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Charts are drawn this wide before they are scaled to the text area, CSS pixels.
const CHART_WIDTH: f64 = 620.0;
/// Columns that still fit on an upright page.
const WIDEST_UPRIGHT: usize = 9;
/// Width of the text area, English metric units (36,000 per millimetre).
const TEXT_WIDTH_EMU: u32 = 156 * 36_000;

/// Writes the document; `base` is the server's address that links are made absolute with.
pub fn write(document: &Document, base: Option<&str>) -> Result<Vec<u8>, ReportError> {
    let across = lies_across(document);
    let mut writer = Writer { base, across, pictures: pictures(document).into_iter(), noted: Vec::new() };
    let mut docx = layout::page(Docx::new(), across);
    docx = docx.add_paragraph(layout::title(&document.title));
    if let Some(subtitle) = &document.subtitle {
        docx = docx.add_paragraph(layout::subtitle(subtitle));
    }
    for block in &document.blocks {
        docx = writer.block(docx, block);
    }
    docx = writer.definitions(docx);
    let mut file = Cursor::new(Vec::new());
    let mut parts = docx.build();
    parts.document = table::repeat_heads(&parts.document);
    parts.pack(&mut file).map_err(|fault| ReportError::Docx(fault.to_string()))?;
    Ok(file.into_inner())
}

/// Whether a page must lie across: nothing but tables, one of them wide.
fn lies_across(document: &Document) -> bool {
    let is_wide = |block: &Block| matches!(block, Block::Table(table) if table.columns() > WIDEST_UPRIGHT);
    document.figures().next().is_none() && document.blocks.iter().any(is_wide)
}

/// The pictures of the charts, in their order, drawn side by side: drawing takes most of a document's time.
fn pictures(document: &Document) -> Vec<Option<Picture>> {
    let charts = document.blocks.iter().filter_map(|block| match block {
        Block::Chart(chart) => Some(chart),
        _ => None,
    });
    let charts: Vec<&Chart> = charts.collect();
    let Some(fonts) = Fonts::system() else { return charts.iter().map(|_| None).collect() };
    let draw = |chart: &Chart| png(&chart.standalone(CHART_WIDTH), &fonts);
    let next = AtomicUsize::new(0);
    let threads = std::thread::available_parallelism().map_or(1, NonZero::get).min(charts.len());
    let drawn: Vec<(usize, Option<Picture>)> = std::thread::scope(|scope| {
        let work = || {
            let places = std::iter::repeat_with(|| next.fetch_add(1, Ordering::Relaxed));
            let own = places.map_while(|at| Some((at, draw(charts.get(at)?))));
            own.collect::<Vec<_>>()
        };
        let threads: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        // A chart whose drawing failed with its thread is told as a table.
        threads.into_iter().flat_map(|thread| thread.join().unwrap_or_default()).collect()
    });
    let mut pictures: Vec<Option<Picture>> = charts.iter().map(|_| None).collect();
    for (at, picture) in drawn {
        pictures[at] = picture;
    }
    pictures
}

struct Writer<'a> {
    base: Option<&'a str>,
    /// The page lies across.
    across: bool,
    /// Pictures of the charts still to come, in their order.
    pictures: std::vec::IntoIter<Option<Picture>>,
    /// Figures noted so far, in order; the same figure keeps its number.
    noted: Vec<Figure>,
}

impl Writer<'_> {
    fn block(&mut self, docx: Docx, block: &Block) -> Docx {
        match block {
            Block::Heading { level, text } => docx.add_paragraph(layout::heading(*level, text)),
            Block::Paragraph(runs) => {
                let start = layout::body().keep_next(leads_on(runs));
                let paragraph = runs.iter().fold(start, |paragraph, run| self.run(paragraph, run));
                docx.add_paragraph(paragraph)
            }
            Block::Table(table) => self.table(docx, table),
            Block::Chart(chart) => self.chart(docx, chart),
            Block::Signature(lines) => {
                let blank = docx.add_paragraph(layout::body());
                lines.iter().fold(blank, |docx, line| docx.add_paragraph(layout::signature(line)))
            }
            Block::Foot { note, signatures } => foot(docx, note.as_deref(), signatures),
            Block::PageBreak => docx.add_paragraph(Paragraph::new().page_break_before(true)),
        }
    }

    fn run(&mut self, paragraph: Paragraph, run: &Run) -> Paragraph {
        match run {
            Run::Text(text) => paragraph.add_run(layout::words(text, Face::Body)),
            Run::Figure(figure) => {
                let mut shown = layout::words(&figure.text, Face::Body);
                if figure.missing {
                    shown = shown.color("C02626");
                }
                if figure.definition.is_empty() {
                    return paragraph.add_run(shown);
                }
                let number = self.number_of(figure);
                let mut raised = layout::words(&format!("[{number}]"), Face::Note);
                raised.run_property = raised.run_property.vert_align(VertAlignType::SuperScript);
                match self.address(&figure.href) {
                    Some(address) => paragraph
                        .add_hyperlink(Hyperlink::new(address, HyperlinkType::External).add_run(shown))
                        .add_run(raised),
                    None => paragraph.add_run(shown).add_run(raised),
                }
            }
        }
    }

    fn number_of(&mut self, figure: &Figure) -> usize {
        let same = |known: &Figure| {
            known.definition == figure.definition && known.href == figure.href && known.text == figure.text
        };
        if let Some(at) = self.noted.iter().position(same) {
            return at + 1;
        }
        self.noted.push(figure.clone());
        self.noted.len()
    }

    /// A link as Word needs it: absolute, or nothing.
    fn address(&self, href: &str) -> Option<String> {
        if href.is_empty() {
            return None;
        }
        if href.starts_with("http://") || href.starts_with("https://") {
            return Some(href.to_owned());
        }
        self.base.map(|base| format!("{}/{}", base.trim_end_matches('/'), href.trim_start_matches('/')))
    }

    fn table(&self, docx: Docx, content: &Table) -> Docx {
        let mut docx = docx;
        if !content.caption.is_empty() {
            docx = docx.add_paragraph(layout::caption(&content.caption));
        }
        if let Some(lead) = &content.lead {
            docx = docx.add_paragraph(layout::small(lead));
        }
        docx = docx.add_table(table::draw(content, layout::text_width(self.across)));
        foot(docx, content.note.as_deref(), &content.signatures)
    }

    /// The chart as a picture; as a table where no font of this machine can write its labels.
    fn chart(&mut self, docx: Docx, chart: &Chart) -> Docx {
        let Some(picture) = self.pictures.next().flatten() else {
            return self.table(docx, &chart_table(chart));
        };
        let height =
            (f64::from(TEXT_WIDTH_EMU) * f64::from(picture.height) / f64::from(picture.width.max(1))) as u32;
        let pic =
            Pic::new_with_dimensions(picture.png, picture.width, picture.height).size(TEXT_WIDTH_EMU, height);
        docx.add_paragraph(layout::caption(&chart.title))
            .add_paragraph(Paragraph::new().align(AlignmentType::Center).add_run(Words::new().add_image(pic)))
    }

    /// The list of the figures' definitions, on a page of its own.
    fn definitions(&self, docx: Docx) -> Docx {
        if self.noted.is_empty() {
            return docx;
        }
        let rows = self.noted.iter().enumerate().map(|(at, figure)| {
            let mut told = figure.definition.clone();
            if let Some(note) = &figure.note {
                told.push_str(&format!("；{note}"));
            }
            TableRow {
                cells: vec![Cell::text((at + 1).to_string()), Cell::text(&figure.text), Cell::text(told)],
                total: false,
            }
        });
        let list = Table {
            caption: "附：数据口径与来源".into(),
            head: vec![vec![
                HeadCell::plain("序号"),
                HeadCell::plain("数值"),
                HeadCell::plain("口径（机构、周期、记录）"),
            ]],
            rows: rows.collect(),
            ..Table::default()
        };
        self.table(docx.add_paragraph(Paragraph::new().page_break_before(true)), &list)
    }
}

/// What stands under a table: its note, then who signs.
fn foot(mut docx: Docx, note: Option<&str>, signatures: &[String]) -> Docx {
    if let Some(note) = note {
        docx = docx.add_paragraph(layout::small(&format!("注：{note}")));
    }
    if !signatures.is_empty() {
        let line: Vec<String> = signatures.iter().map(|name| format!("{name}：　　　　　　")).collect();
        docx = docx.add_paragraph(layout::small(&line.concat()));
    }
    docx
}

/// A chart's values as a table.
fn chart_table(chart: &Chart) -> Table {
    let (heads, rows) = chart.as_rows();
    Table {
        caption: chart.title.clone(),
        head: vec![std::iter::once(String::new()).chain(heads).map(HeadCell::plain).collect()],
        rows: rows
            .into_iter()
            .map(|texts| TableRow { cells: texts.into_iter().map(Cell::text).collect(), total: false })
            .collect(),
        ..Table::default()
    }
}

#[cfg(test)]
mod tests;
