//! A normalised text cut into lines, sentences and clauses, with a width-folded shadow for matching.

use crate::normalise::Normalised;
use crate::reading::Span;

/// No clause or sentence of a real document is longer; text without punctuation is cut here so that
/// looking around a clause takes bounded time.
const LONGEST_CLAUSE: usize = 240;
const LONGEST_SENTENCE: usize = 4000;

/// The text as the grammars see it. All positions are character indices of the normalised text.
pub(crate) struct Page {
    /// The characters as they stand, for quotes.
    pub chars: Vec<char>,
    /// The same characters with full-width letters, digits and punctuation folded to half width.
    pub folded: Vec<char>,
    /// Spans without line breaks; empty lines included.
    pub lines: Vec<Span>,
    /// Spans between full stops.
    pub sentences: Vec<Span>,
    /// Spans between commas.
    pub clauses: Vec<Span>,
    damaged: Vec<Span>,
    /// Rows of tables that are one line each.
    table_lines: Vec<Span>,
}

impl Page {
    pub fn new(text: &Normalised) -> Page {
        let chars: Vec<char> = text.text.chars().collect();
        let mut folded: Vec<char> = chars.iter().map(|&c| fold(c)).collect();
        fold_full_stops(&mut folded);
        let lines = cut(&folded, |_, c| c == '\n', true, usize::MAX);
        let sentences = cut(&folded, ends_sentence, false, LONGEST_SENTENCE);
        let clauses = cut(&folded, |at, c| ends_clause(&folded, at, c), false, LONGEST_CLAUSE);
        let sentences = if sentences.is_empty() { vec![Span::new(0, chars.len())] } else { sentences };
        let whole = text.rows.iter().filter(|row| row.whole);
        let table_lines = whole.filter_map(|row| {
            let (first, last) = (row.cells.first()?, row.cells.last()?);
            Some(Span::new(first.span.start, last.span.end))
        });
        let table_lines = table_lines.collect();
        Page { chars, folded, lines, sentences, clauses, damaged: text.damaged.clone(), table_lines }
    }

    /// The folded characters of a span.
    pub fn slice(&self, span: Span) -> &[char] {
        self.folded.get(span.start..span.end.min(self.folded.len())).unwrap_or(&[])
    }

    /// The folded text of a span.
    pub fn text(&self, span: Span) -> String {
        self.slice(span).iter().collect()
    }

    /// The span verbatim, without line breaks.
    pub fn quote(&self, span: Span) -> String {
        let chars = self.chars.get(span.start..span.end.min(self.chars.len())).unwrap_or(&[]);
        chars.iter().filter(|&&c| c != '\n').collect()
    }

    /// The folded character at `at`.
    pub fn at(&self, at: usize) -> Option<char> {
        self.folded.get(at).copied()
    }

    /// The folded character before `at`.
    pub fn before(&self, at: usize) -> Option<char> {
        at.checked_sub(1).and_then(|index| self.at(index))
    }

    /// Whether the text at `at` starts with `word`.
    pub fn starts(&self, at: usize, word: &str) -> bool {
        let mut index = at;
        word.chars().all(|c| {
            let same = self.at(index) == Some(c);
            index += 1;
            same
        })
    }

    /// Whether the text before `at` ends with `word`.
    pub fn ends(&self, at: usize, word: &str) -> bool {
        let mut index = at;
        word.chars().rev().all(|c| {
            let Some(before) = index.checked_sub(1) else { return false };
            index = before;
            self.at(index) == Some(c)
        })
    }

    /// Whether the span holds `word`; the first place where it does.
    pub fn find(&self, span: Span, word: &str) -> Option<usize> {
        let first = word.chars().next()?;
        let last = span.end.min(self.folded.len()).checked_sub(word.chars().count())?;
        let places = self.folded.get(span.start..=last).unwrap_or(&[]).iter().enumerate();
        // The first character rules out nearly every place.
        places
            .filter(|(_, c)| **c == first)
            .map(|(offset, _)| span.start + offset)
            .find(|&at| self.starts(at, word))
    }

    /// Whether the span holds any of the words.
    pub fn holds(&self, span: Span, words: &[&str]) -> bool {
        words.iter().any(|word| self.find(span, word).is_some())
    }

    pub fn clause(&self, at: usize) -> Span {
        containing(&self.clauses, at)
    }

    pub fn sentence(&self, at: usize) -> Span {
        containing(&self.sentences, at)
    }

    pub fn line(&self, at: usize) -> Span {
        containing(&self.lines, at)
    }

    /// The clause that follows the one `at` lies in, within the same sentence.
    pub fn next_clause(&self, at: usize) -> Option<Span> {
        let index = self.clauses.partition_point(|clause| clause.start <= at);
        let next = *self.clauses.get(index)?;
        (next.start < self.sentence(at).end).then_some(next)
    }

    /// The clause before the one `at` lies in, within the same sentence.
    pub fn previous_clause(&self, at: usize) -> Option<Span> {
        let index = self.clauses.partition_point(|clause| clause.start <= at).checked_sub(2)?;
        let previous = *self.clauses.get(index)?;
        (previous.start >= self.sentence(at).start).then_some(previous)
    }

    /// The clauses inside a span.
    pub fn clauses_within(&self, span: Span) -> &[Span] {
        let from = self.clauses.partition_point(|clause| clause.start < span.start);
        let to = self.clauses.partition_point(|clause| clause.start < span.end);
        self.clauses.get(from..to).unwrap_or(&[])
    }

    /// Whether a line is the row of a table.
    pub fn is_table_line(&self, line: Span) -> bool {
        let index = self.table_lines.partition_point(|row| row.end < line.end);
        self.table_lines.get(index).is_some_and(|row| row.start <= line.start && line.end <= row.end)
    }

    /// Whether any character of the span was lost to an encoding error.
    pub fn is_damaged(&self, span: Span) -> bool {
        let index = self.damaged.partition_point(|damage| damage.end <= span.start);
        self.damaged.get(index).is_some_and(|damage| damage.overlaps(span))
    }
}

/// Half-width form of a character; dashes and closing quotes of odd kinds become the common one.
fn fold(c: char) -> char {
    match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(c as u32 - 0xFEE0).unwrap_or(c),
        '—' | '–' | '―' | '─' => '-',
        '〞' | '″' => '”',
        '〝' => '“',
        '﹪' => '%',
        '∶' => ':',
        '〜' => '~',
        '﹣' | '−' => '-',
        '﹤' => '<',
        '﹥' => '>',
        '≦' => '≤',
        '≧' => '≥',
        other => other,
    }
}

fn ends_sentence(_: usize, c: char) -> bool {
    matches!(c, '。' | '!' | '?' | '\n')
}

fn ends_clause(folded: &[char], at: usize, c: char) -> bool {
    let digit = |index: Option<usize>| index.and_then(|i| folded.get(i)).is_some_and(char::is_ascii_digit);
    let between_digits = digit(at.checked_sub(1)) && digit(Some(at + 1));
    match c {
        '。' | '!' | '?' | '\n' | ';' => true,
        ',' | ':' => !between_digits,
        // In a text with true full stops a half-width one is a comma in effect.
        '.' => is_full_stop(folded, at),
        _ => false,
    }
}

/// A text without any 。 that uses half-width full stops in its place gets true ones.
fn fold_full_stops(folded: &mut [char]) {
    const FEWEST: usize = 3;
    if folded.contains(&'。') {
        return;
    }
    let stops: Vec<usize> =
        (0..folded.len()).filter(|&at| folded[at] == '.' && is_full_stop(folded, at)).collect();
    if stops.len() >= FEWEST {
        stops.into_iter().for_each(|at| folded[at] = '。');
    }
}

/// A half-width full stop behind a character or a percentage and in front of a character, a number or
/// the end of the line; 一. at the start of a line is a mark.
fn is_full_stop(folded: &[char], at: usize) -> bool {
    const MARK_CHARS: usize = 4;
    let behind = |c: &char| is_han(*c) || matches!(c, '%' | ')' | '”');
    let ahead = |c: &char| is_han(*c) || c.is_ascii_digit() || *c == '\n';
    let before = folded[..at].iter().rev().take(MARK_CHARS).take_while(|c| **c != '\n');
    let mark = before.clone().all(|c| "一二三四五六七八九十()".contains(*c)) && before.count() < MARK_CHARS;
    !mark
        && at.checked_sub(1).and_then(|before| folded.get(before)).is_some_and(behind)
        && folded.get(at + 1).is_none_or(ahead)
}

/// Cuts at every character for which `ends` holds; the cutting character belongs to no piece.
/// A piece longer than `longest` is cut as well.
fn cut(folded: &[char], ends: impl Fn(usize, char) -> bool, keep_empty: bool, longest: usize) -> Vec<Span> {
    let mut pieces = Vec::new();
    let mut start = 0;
    for (at, &c) in folded.iter().enumerate() {
        if ends(at, c) {
            if at > start || keep_empty {
                pieces.push(Span::new(start, at));
            }
            start = at + 1;
        } else if at - start >= longest {
            pieces.push(Span::new(start, at));
            start = at;
        }
    }
    if folded.len() > start {
        pieces.push(Span::new(start, folded.len()));
    }
    pieces
}

/// The piece that holds `at`, or the empty span there when it falls on a cutting character.
fn containing(pieces: &[Span], at: usize) -> Span {
    let index = pieces.partition_point(|piece| piece.end <= at);
    match pieces.get(index) {
        Some(piece) if piece.contains(at) => *piece,
        _ => Span::new(at, at),
    }
}

/// A Chinese character.
pub(crate) fn is_han(c: char) -> bool {
    ('\u{4e00}'..='\u{9fff}').contains(&c)
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::source::{Form, Source};

    /// A page of `text`, for tests of the grammars.
    pub(crate) fn page(text: &str) -> Page {
        let source = Source {
            form: Form::Txt,
            encoding: "UTF-8",
            text: text.to_owned(),
            layout: crate::source::Layout::default(),
        };
        Page::new(&crate::normalise(&source))
    }

    #[test]
    fn clauses_and_sentences_keep_numbers_whole() {
        let page = page("共1,200人，达95.5%。下午4:30开会");
        let clauses: Vec<String> = page.clauses.iter().map(|&span| page.text(span)).collect();
        assert_eq!(clauses, ["共1,200人", "达95.5%", "下午4:30开会"]);
        assert_eq!(page.sentences.len(), 2);
    }

    #[test]
    fn dots_in_place_of_full_stops_end_sentences() {
        let dotted = page("一.工作目标\n体检率达95.5%.每周消毒.3月5日前上报.做好记录.");
        assert_eq!(dotted.sentences.len(), 5);
        assert!(dotted.starts(1, "."), "the dot of a mark stays one");
        assert_eq!(page("体检率达95%.每周消毒.3月5日前上报.做好记录。").sentences.len(), 1);
    }
}
