//! Sizes, fonts and paragraphs of the official layout.

use docx_rs::{
    AlignmentType, Docx, Footer, LineSpacing, LineSpacingType, PageMargin, PageNum, PageOrientationType,
    Paragraph, Run, RunFonts, SpecialIndentType,
};

/// Two full-width characters of 16 pt, in twips.
const TWO_CHARACTERS: i32 = 640;

/// Twips of a length in millimetres.
fn mm(length: f64) -> i32 {
    (length * 1440.0 / 25.4).round() as i32
}

/// Width of the text area, twips.
pub(super) fn text_width(across: bool) -> usize {
    if across { 14_570 } else { 8_844 }
}

/// What a run of words is set in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Face {
    /// 方正小标宋简体, 22 pt.
    Title,
    /// 黑体, 16 pt: 一、
    First,
    /// 楷体, 16 pt: （一）
    Second,
    /// 仿宋 bold, 16 pt: 1.
    Third,
    /// 仿宋, 16 pt.
    Body,
    /// 黑体, 14 pt: headings of tables and charts.
    Caption,
    /// 仿宋, 12 pt: cells, notes.
    Small,
    /// 仿宋, 10.5 pt: cells of wide tables.
    Smaller,
    /// 仿宋, 9 pt: cells of the widest tables.
    Smallest,
    /// 宋体, 9 pt: note numbers.
    Note,
}

impl Face {
    fn font(self) -> &'static str {
        match self {
            Face::Title => "方正小标宋简体",
            Face::First | Face::Caption => "黑体",
            Face::Second => "楷体_GB2312",
            Face::Third | Face::Body | Face::Small | Face::Smaller | Face::Smallest => "仿宋_GB2312",
            Face::Note => "宋体",
        }
    }

    /// Half points.
    pub(super) fn size(self) -> usize {
        match self {
            Face::Title => 44,
            Face::First | Face::Second | Face::Third | Face::Body => 32,
            Face::Caption => 28,
            Face::Small => 24,
            Face::Smaller => 21,
            Face::Smallest | Face::Note => 18,
        }
    }
}

/// Words in a face. The East Asian name decides for Chinese; digits and Latin are set in Times New Roman.
pub(super) fn words(text: &str, face: Face) -> Run {
    let fonts = RunFonts::new().east_asia(face.font()).ascii("Times New Roman").hi_ansi("Times New Roman");
    let run = Run::new().add_text(text).size(face.size()).fonts(fonts);
    if face == Face::Third { run.bold() } else { run }
}

/// A4 with the margins of GB/T 9704 and the page number in the foot; a page of wide tables lies across with
/// narrower margins.
pub(super) fn page(docx: Docx, across: bool) -> Docx {
    let [top, bottom, left, right] = if across { [25.0, 20.0, 20.0, 20.0] } else { [37.0, 35.0, 28.0, 26.0] };
    let margin = PageMargin {
        top: mm(top),
        bottom: mm(bottom),
        left: mm(left),
        right: mm(right),
        header: mm(15.0),
        footer: mm(if across { 12.0 } else { 28.0 }),
        gutter: 0,
    };
    let number = Paragraph::new()
        .align(AlignmentType::Center)
        .add_run(words("— ", Face::Caption))
        .size(28)
        .add_page_num(PageNum::new())
        .add_run(words(" —", Face::Caption));
    let docx = if across {
        docx.page_size(16_838, 11_906).page_orient(PageOrientationType::Landscape)
    } else {
        docx.page_size(11_906, 16_838)
    };
    docx.page_margin(margin).footer(Footer::new().add_paragraph(number))
}

fn exact(points: i32) -> LineSpacing {
    LineSpacing::new().line_rule(LineSpacingType::Exact).line(points * 20)
}

pub(super) fn title(text: &str) -> Paragraph {
    Paragraph::new()
        .align(AlignmentType::Center)
        .line_spacing(exact(36).after(120))
        .add_run(words(text, Face::Title))
}

pub(super) fn subtitle(text: &str) -> Paragraph {
    Paragraph::new()
        .align(AlignmentType::Center)
        .line_spacing(exact(28).after(240))
        .add_run(words(text, Face::Second))
}

pub(super) fn heading(level: u8, text: &str) -> Paragraph {
    let face = match level {
        0 | 1 => Face::First,
        2 => Face::Second,
        _ => Face::Third,
    };
    body().keep_next(true).outline_lvl(usize::from(level.clamp(1, 3)) - 1).add_run(words(text, face))
}

/// A paragraph of running text, first line in by two characters.
pub(super) fn body() -> Paragraph {
    Paragraph::new().align(AlignmentType::Both).line_spacing(exact(28)).indent(
        None,
        Some(SpecialIndentType::FirstLine(TWO_CHARACTERS)),
        None,
        None,
    )
}

/// A line on the right, four characters in from the margin as official documents end.
pub(super) fn signature(text: &str) -> Paragraph {
    Paragraph::new()
        .align(AlignmentType::Right)
        .line_spacing(exact(28))
        .indent(None, None, Some(2 * TWO_CHARACTERS), None)
        .keep_lines(true)
        .add_run(words(text, Face::Body))
}

pub(super) fn caption(text: &str) -> Paragraph {
    let spacing = LineSpacing::new().before(160).after(80);
    Paragraph::new()
        .align(AlignmentType::Center)
        .keep_next(true)
        .line_spacing(spacing)
        .add_run(words(text, Face::Caption))
}

pub(super) fn small(text: &str) -> Paragraph {
    Paragraph::new().line_spacing(LineSpacing::new().before(60).after(60)).add_run(words(text, Face::Small))
}
