//! One clean text out of what document sites make of it, with every character's place in the original.

use std::sync::LazyLock;

use ferrous_opencc::OpenCC;
use ferrous_opencc::config::BuiltinConfig;
use serde::Serialize;

use crate::reading::Span;
use crate::source::Source;
use crate::source::layout::Mark;

/// Letters with a tone mark: they tell a pinyin gloss from an abbreviation in brackets.
const TONED: &str = "āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜüńňǹḿ";
/// The longest gloss, `(zhuāng)` and the like, with room for two syllables.
const GLOSS_CHARS: usize = 14;

/// A document ready to be read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Normalised {
    /// Simplified characters, no glosses, no white space inside a line, line breaks kept.
    pub text: String,
    /// For each character of `text`, the index of the character of [`Source::text`] it came from.
    /// Never decreases.
    pub offsets: Vec<u32>,
    /// Spans of `text` (in characters) that encoding errors destroyed. No number is read in them.
    pub damaged: Vec<Span>,
    /// Spans of `text` that the file shows and does not hold: numbers that Word gives to paragraphs, the content of
    /// merged cells.
    pub shown: Vec<Span>,
    /// The rows of tables.
    pub(crate) rows: Vec<TableRow>,
}

/// A row of a table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct TableRow {
    /// Rows with the same number belong together.
    pub table: usize,
    /// The row is one line; otherwise its cells hold lines of their own.
    pub whole: bool,
    pub cells: Vec<TableCell>,
}

/// A cell, by the first column of the grid that it covers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub(crate) struct TableCell {
    pub column: usize,
    pub span: Span,
}

impl Normalised {
    /// The span of the original that `span` of the normalised text came from, in characters.
    #[must_use]
    pub fn in_original(&self, span: Span) -> Span {
        let span = self.held(span);
        let start = self.offsets.get(span.start).copied().unwrap_or(0) as usize;
        let last = span.end.saturating_sub(1).max(span.start);
        let end = self.offsets.get(last).map_or(start, |&at| at as usize + 1);
        Span { start, end: end.max(start) }
    }

    /// The part of a span that the file holds: what it only shows at either edge cannot be corrected there.
    #[must_use]
    pub fn held(&self, span: Span) -> Span {
        let mut held = span;
        for shown in self.shown.iter().filter(|shown| shown.overlaps(span)) {
            if shown.start <= held.start {
                held.start = shown.end.min(held.end);
            }
        }
        for shown in self.shown.iter().rev().filter(|shown| shown.overlaps(span)) {
            if shown.end >= held.end {
                held.end = shown.start.max(held.start);
            }
        }
        held
    }
}

impl Normalised {
    /// A correction of `span` as it goes into the file: its place in the text of `source`, and its wording without what
    /// the file only shows. No wording is left for a span that goes over a line break which is none here, as between the
    /// cells of a row.
    #[must_use]
    pub fn correction(&self, source: &Source, span: Span, wording: Option<String>) -> (Span, Option<String>) {
        let held = self.held(span);
        let place = self.in_original(span);
        let text = |from: usize, to: usize| -> String { self.text.chars().take(to).skip(from).collect() };
        let breaks = |text: &str| text.matches('\n').count();
        let original: String = source.text.chars().take(place.end).skip(place.start).collect();
        if breaks(&original) != breaks(&text(held.start, held.end)) {
            return (place, None);
        }
        let (front, back) = (text(span.start, held.start), text(held.end, span.end));
        let wording = wording.map(|wording| {
            let wording = wording.strip_prefix(&front).unwrap_or(&wording);
            wording.strip_suffix(&back).unwrap_or(wording).to_owned()
        });
        (place, wording)
    }
}

/// Cleans a document up: removes glosses, white space inside lines and stray marks, and turns
/// traditional characters into simplified ones. Time is linear in the length.
#[must_use]
pub fn normalise(source: &Source) -> Normalised {
    let chars: Vec<char> = source.text.chars().collect();
    let mut kept: Vec<char> = Vec::with_capacity(chars.len());
    let mut offsets: Vec<u32> = Vec::with_capacity(chars.len());
    let mut laid = Laid::default();
    let mut marks = source.layout.marks.iter().peekable();
    let mut at = 0;
    while let Some(&c) = chars.get(at) {
        let mut c = Some(c);
        while let Some((_, mark)) = marks.next_if(|(place, _)| *place <= at) {
            if let Mark::Said(text) = mark {
                let said = text.chars().filter(|c| !c.is_whitespace());
                let start = kept.len();
                kept.extend(said);
                offsets.resize(kept.len(), at as u32);
                laid.shown.push(Span::new(start, kept.len()));
            } else if let Mark::Joint(joint) = mark {
                c = *joint;
            } else {
                laid.read(mark, kept.len());
            }
        }
        let Some(c) = c else {
            at += 1;
            continue;
        };
        if let Some(length) = gloss_length(&chars[at..]) {
            at += length;
            continue;
        }
        let line_starts = kept.last().is_none_or(|&last| last == '\n');
        let stray = c == '`' || c == '\u{feff}' || c == '\u{200b}' || (c == '>' && line_starts);
        if c == '\n' {
            // Offsets are 32 bits wide; a text of 4 G characters is refused long before.
            kept.push('\n');
            offsets.push(at as u32);
        } else if !stray && !c.is_whitespace() && !c.is_control() {
            kept.push(c);
            offsets.push(at as u32);
        }
        at += 1;
    }
    laid.move_back(trim(&mut kept, &mut offsets));
    simplify(&mut kept);
    let damaged = damaged_spans(&kept);
    Normalised { text: kept.into_iter().collect(), offsets, damaged, shown: laid.shown, rows: laid.rows }
}

/// What the layout of the source is in the text.
#[derive(Default)]
struct Laid {
    shown: Vec<Span>,
    rows: Vec<TableRow>,
}

impl Laid {
    fn read(&mut self, mark: &Mark, at: usize) {
        match (mark, self.rows.last_mut()) {
            (Mark::Row { table, whole }, _) => {
                self.rows.push(TableRow { table: *table, whole: *whole, cells: Vec::new() });
            }
            (Mark::Open(column), Some(row)) => {
                row.cells.push(TableCell { column: *column, span: Span::new(at, at) });
            }
            (Mark::Close, Some(row)) => {
                row.cells.iter_mut().last().into_iter().for_each(|cell| cell.span.end = at)
            }
            _ => {}
        }
    }

    /// The first characters of the text are taken off.
    fn move_back(&mut self, characters: usize) {
        let cells = self.rows.iter_mut().flat_map(|row| &mut row.cells).map(|cell| &mut cell.span);
        for span in self.shown.iter_mut().chain(cells) {
            *span = Span::new(span.start.saturating_sub(characters), span.end.saturating_sub(characters));
        }
    }
}

/// Length of the pinyin gloss that `chars` starts with: brackets around letters of which one is toned.
fn gloss_length(chars: &[char]) -> Option<usize> {
    if !matches!(chars.first(), Some('(' | '（')) {
        return None;
    }
    let mut toned = false;
    for (index, &c) in chars.iter().enumerate().skip(1).take(GLOSS_CHARS) {
        match c {
            ')' | '）' => return (toned && index > 1).then_some(index + 1),
            _ if TONED.contains(c) => toned = true,
            _ if c.is_ascii_lowercase() || (c.is_whitespace() && c != '\n') => {}
            _ => return None,
        }
    }
    None
}

/// Takes empty lines off at both ends; how many characters at the start.
fn trim(kept: &mut Vec<char>, offsets: &mut Vec<u32>) -> usize {
    while kept.last() == Some(&'\n') {
        kept.pop();
        offsets.pop();
    }
    let leading = kept.iter().take_while(|&&c| c == '\n').count();
    kept.drain(..leading);
    offsets.drain(..leading);
    leading
}

/// The converter, and which single characters it changes.
struct Simplifier {
    converter: OpenCC,
    changes: Vec<Option<char>>,
}

const FIRST_HAN: u32 = 0x3400;
const LAST_HAN: u32 = 0x9FFF;

static SIMPLIFIER: LazyLock<Option<Simplifier>> = LazyLock::new(|| {
    let converter = OpenCC::from_config(BuiltinConfig::T2s).ok()?;
    let han: String = (FIRST_HAN..=LAST_HAN).filter_map(char::from_u32).collect();
    let changes = han
        .chars()
        .map(|c| {
            let simple = converter.convert(c.encode_utf8(&mut [0; 4]));
            let mut chars = simple.chars();
            let first = chars.next()?;
            (chars.next().is_none() && first != c).then_some(first)
        })
        .collect();
    Some(Simplifier { converter, changes })
});

/// Traditional to simplified, line by line, keeping the length so that offsets stay true.
fn simplify(chars: &mut [char]) {
    let Some(simplifier) = SIMPLIFIER.as_ref() else { return };
    for line in chars.split_mut(|&c| c == '\n') {
        if !line.iter().any(|&c| simplifier.change(c).is_some()) {
            continue;
        }
        let before: String = line.iter().collect();
        let after: Vec<char> = simplifier.converter.convert(&before).chars().collect();
        if after.len() == line.len() {
            line.copy_from_slice(&after);
        } else {
            for c in line.iter_mut() {
                *c = simplifier.change(*c).unwrap_or(*c);
            }
        }
    }
}

impl Simplifier {
    fn change(&self, c: char) -> Option<char> {
        let index = (c as u32).checked_sub(FIRST_HAN)?;
        self.changes.get(index as usize).copied().flatten()
    }
}

fn is_han(c: char) -> bool {
    ('\u{4e00}'..='\u{9fff}').contains(&c)
}

/// Where characters were lost: replacement characters, private-use characters, half-width question
/// marks glued to letters, marks or digits, and what is left of a torn gloss.
fn damaged_spans(chars: &[char]) -> Vec<Span> {
    let mut spans: Vec<Span> = Vec::new();
    let mut at = 0;
    while let Some(&c) = chars.get(at) {
        let end = match c {
            '\u{fffd}' | '\u{e000}'..='\u{f8ff}' => at + 1,
            '?' => torn_end(chars, at).unwrap_or(at),
            _ if TONED.contains(c) && at > 0 && is_han(chars[at - 1]) => {
                torn_end(chars, at - 1).unwrap_or(at + 1)
            }
            _ => at,
        };
        if end > at {
            match spans.last_mut() {
                Some(last) if last.end >= at => last.end = end,
                _ => spans.push(Span { start: at, end }),
            }
            at = end;
        } else {
            at += 1;
        }
    }
    spans
}

/// End of the damage behind the character at `at`, if what follows shows that it is damage.
fn torn_end(chars: &[char], at: usize) -> Option<usize> {
    let next = *chars.get(at + 1)?;
    if matches!(next, ';' | '.' | '!' | '、' | '[' | '?') && chars.get(at + 2).is_some_and(|&c| c != '\n') {
        // `?;?00名`: the digits behind are torn as well.
        let torn = chars[at + 2..].iter().take_while(|c| matches!(c, '?') || c.is_ascii_digit()).count();
        return Some((at + 2 + torn).min(chars.len()));
    }
    if next.is_ascii_digit() {
        let digits = chars[at + 1..].iter().take_while(|c| c.is_ascii_digit()).count();
        return Some(at + 1 + digits);
    }
    let letters = chars[at + 1..]
        .iter()
        .take(GLOSS_CHARS)
        .take_while(|&&c| TONED.contains(c) || c.is_ascii_alphabetic());
    let count = letters.count();
    if count == 0 {
        return None;
    }
    // `?xiàng)l例`: the torn gloss, its bracket and the stray letter behind it.
    let mut end = at + 1 + count;
    if chars.get(end) == Some(&')') {
        end += 1;
        if chars.get(end).is_some_and(|c| !is_han(*c) && *c != '\n') {
            end += 1;
        }
    }
    Some(end)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::source::Form;

    fn clean(text: &str) -> Normalised {
        normalise(&Source {
            form: Form::Txt,
            encoding: "UTF-8",
            text: text.to_owned(),
            layout: crate::source::Layout::default(),
        })
    }

    #[test]
    fn glosses_go_and_abbreviations_stay() {
        assert_eq!(clean("計 ( jì ) 劃").text, "计划");
        let page = clean("計(jì)劃每週(zhōu)檢查(AQI)(aqi)");
        assert_eq!(page.text, "计划每周检查(AQI)(aqi)");
        assert_eq!(page.in_original(Span { start: 1, end: 2 }), Span { start: 5, end: 6 });
    }

    #[test]
    fn stray_marks_and_spaces_go_and_lines_stay() {
        assert_eq!(clean("  >一、總 目`標\r\n\r\n 二、").text, "一、总目标\n\n二、");
    }

    #[test]
    fn damage_is_flagged() {
        let page = clean("小学?;?00名学生，条?xiàng)l例，是什么?我们");
        let flagged: Vec<String> = page
            .damaged
            .iter()
            .map(|span| page.text.chars().skip(span.start).take(span.end - span.start).collect())
            .collect();
        assert_eq!(flagged, ["?;?00", "?xiàng)l"]);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn every_character_knows_its_place(text in "[每周3次（）(jì)計劃 >`?;\n]{0,60}") {
            let page = clean(&text);
            let original: Vec<char> = text.chars().collect();
            prop_assert_eq!(page.text.chars().count(), page.offsets.len());
            prop_assert!(page.offsets.is_sorted());
            for (c, &at) in page.text.chars().zip(&page.offsets) {
                let from = original[at as usize];
                prop_assert!(c == from || is_han(from), "{} came from {}", c, from);
            }
        }

        #[test]
        fn cleaning_twice_changes_nothing(text in "[每周3次（）a計劃 >`?;\n]{0,60}") {
            let once = clean(&text).text;
            prop_assert_eq!(clean(&once).text, once);
        }
    }
}
