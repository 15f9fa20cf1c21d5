//! Text set in rows of one width, as PDF and mail leave it: the break at the end of a full row is no break.

use crate::normalise::Normalised;
use crate::reading::Span;

/// Widths of rows are counted in half characters: a Chinese character is two.
const NARROWEST: usize = 36;
const WIDEST: usize = 160;
/// How much a full row may fall short of the common width: an indent, or a mark that must not open a row.
const SHORT: usize = 6;
/// How much a row may exceed it: a punctuation mark that hangs over.
const OVER: usize = 2;
/// A text of fewer full rows is taken as it is.
const FEWEST_ROWS: usize = 6;

/// A text without the breaks inside its sentences, and where its characters stood before.
pub(crate) struct Unwrapped {
    /// The text to be read.
    pub text: Normalised,
    places: Vec<usize>,
}

impl Unwrapped {
    /// The span of the text as it was that `span` came from.
    pub fn place(&self, span: Span) -> Span {
        let start = self.places.get(span.start).copied().unwrap_or(0);
        let last = span.end.saturating_sub(1).max(span.start);
        let end = self.places.get(last).map_or(start, |place| place + 1);
        Span { start, end: if span.end > span.start { end } else { start } }
    }
}

/// The text with its rows joined; `None` when it is not set in rows, as a file that still has its tables is not. Time is linear in the length.
pub(crate) fn unwrapped(text: &Normalised) -> Option<Unwrapped> {
    if !text.rows.is_empty() {
        return None;
    }
    let chars: Vec<char> = text.text.chars().collect();
    let rows: Vec<&[char]> = chars.split(|&c| c == '\n').collect();
    let common = common_width(&rows)?;
    let full = |row: &[char]| (common.saturating_sub(SHORT)..=common + OVER).contains(&width(row));
    let digit = |c: Option<&char>| c.is_some_and(char::is_ascii_digit);
    let torn = |row: &[char], next: &[char]| digit(row.last()) && digit(next.first());
    let open = |row: &[char]| full(row) && !row.last().is_some_and(|c| ends_sentence(*c));
    let mut places = Vec::with_capacity(chars.len());
    let mut joined = String::with_capacity(text.text.len());
    let mut at = 0;
    for (index, row) in rows.iter().enumerate() {
        joined.extend(row.iter());
        places.extend(at..at + row.len());
        at += row.len() + 1;
        let next = rows.get(index + 1);
        if next.is_some_and(|next| next.is_empty() || !(open(row) || torn(row, next))) {
            joined.push('\n');
            places.push(at - 1);
        }
    }
    let offsets = places.iter().filter_map(|&place| text.offsets.get(place).copied()).collect();
    let all = |spans: &[Span]| spans.iter().filter_map(|&span| moved(&places, span)).collect();
    let (damaged, shown) = (all(&text.damaged), all(&text.shown));
    Some(Unwrapped { text: Normalised { text: joined, offsets, damaged, shown, rows: Vec::new() }, places })
}

/// The span of the joined text that `span` of the text became.
fn moved(places: &[usize], span: Span) -> Option<Span> {
    let start = places.partition_point(|&place| place < span.start);
    let end = places.partition_point(|&place| place < span.end);
    (end > start).then_some(Span { start, end })
}

/// The width that most rows fill, when the text is set in rows: hardly any row is wider, and rows that
/// stop in the middle of a sentence are full.
fn common_width(rows: &[&[char]]) -> Option<usize> {
    let mut counts = [0_usize; WIDEST + OVER + 1];
    let (mut written, mut wider) = (0, 0);
    for row in rows.iter().filter(|row| !row.is_empty()) {
        written += 1;
        match counts.get_mut(width(row)) {
            Some(count) => *count += 1,
            None => wider += 1,
        }
    }
    let filled = |common: usize| counts[common - SHORT..=common + OVER].iter().sum::<usize>();
    let common = (NARROWEST..=WIDEST).max_by_key(|&common| (filled(common), common))?;
    let beyond = wider + counts[common + OVER + 1..].iter().sum::<usize>();
    let open = |row: &&&[char]| row.last().is_some_and(|c| !ends_sentence(*c));
    let full = |row: &&&[char]| (common - SHORT..=common + OVER).contains(&width(row));
    let open_and_full = rows.iter().filter(open).filter(full).count();
    let set = filled(common) * 3 >= written
        && beyond * 20 <= written
        && open_and_full >= FEWEST_ROWS
        && open_and_full * 3 >= filled(common);
    set.then_some(common)
}

fn width(row: &[char]) -> usize {
    row.iter().map(|c| if c.is_ascii() { 1 } else { 2 }).sum()
}

fn ends_sentence(c: char) -> bool {
    matches!(c, '。' | '！' | '？' | '；' | '：' | '!' | '?' | ';' | ':')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::source::{Form, Source};

    fn clean(text: &str) -> Normalised {
        crate::normalise(&Source {
            form: Form::Txt,
            encoding: "UTF-8",
            text: text.to_owned(),
            layout: crate::source::Layout::default(),
        })
    }

    fn in_rows(text: &str, length: usize) -> String {
        let rows = text.lines().flat_map(|line| {
            let chars: Vec<char> = line.chars().collect();
            chars.chunks(length).map(|row| row.iter().collect::<String>()).collect::<Vec<_>>()
        });
        rows.collect::<Vec<_>>().join("\n")
    }

    const PLAN: &str = "一、工作目标\n全园幼儿体检率达到百分之百，预防接种证查验率达到百分之百，保教人员持证上岗，食堂从业人员每年体检一次，食品留样四十八小时，做好记录。\n二、主要工作\n保健医生每天早、中、晚三次巡视各班，并做好记录，各班每日开窗通风不少于三次，每次不少于三十分钟，毛巾一日一洗一消毒，床单半月一洗，被褥每月一晒，玩具每周清洗消毒一次，图书每两周翻晒一次，由各班保育员负责落实。\n";

    #[test]
    fn rows_are_joined_and_paragraphs_stay() {
        let plan = PLAN.repeat(2);
        let rows = clean(&in_rows(&plan, 24));
        let joined = unwrapped(&rows).expect("a text in rows");
        assert_eq!(joined.text.text, clean(&plan).text);
    }

    #[test]
    fn paragraphs_of_their_own_lengths_are_no_rows() {
        assert!(unwrapped(&clean(PLAN)).is_none());
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn every_character_knows_its_place(cuts in 18_usize..60) {
            let rows = clean(&in_rows(&PLAN.repeat(4), cuts));
            if let Some(joined) = unwrapped(&rows) {
                let before: Vec<char> = rows.text.chars().collect();
                for (at, c) in joined.text.text.chars().enumerate() {
                    prop_assert_eq!(before[joined.place(Span { start: at, end: at + 1 }).start], c);
                }
            }
        }
    }
}
