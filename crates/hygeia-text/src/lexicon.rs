//! Word lists as data: a tab-separated file per list, longest match first.

use std::collections::HashMap;

/// Words with a value each.
pub(crate) struct Lexicon {
    by_first: HashMap<char, Vec<Entry>>,
    firsts: Firsts,
}

/// Which characters start a word, as bits: nearly every place of a text is ruled out by one look.
struct Firsts(Vec<u64>);

impl Firsts {
    fn of(chars: impl Iterator<Item = char>) -> Firsts {
        const PLANE_CHARS: usize = 0x1_0000;
        let mut bits = vec![0u64; PLANE_CHARS / 64];
        for c in chars {
            if let Some(bits) = bits.get_mut(c as usize / 64) {
                *bits |= 1 << (c as usize % 64);
            }
        }
        Firsts(bits)
    }

    /// Characters beyond the basic plane are let through.
    fn may_hold(&self, c: char) -> bool {
        self.0.get(c as usize / 64).is_none_or(|bits| bits >> (c as usize % 64) & 1 == 1)
    }
}

struct Entry {
    word: Vec<char>,
    value: &'static str,
}

impl Lexicon {
    /// Reads `word<TAB>value<TAB>example` lines; lines that start with `#` are comments.
    pub fn parse(data: &'static str) -> Lexicon {
        let mut by_first: HashMap<char, Vec<Entry>> = HashMap::new();
        for (word, value, _) in rows(data) {
            let word: Vec<char> = word.chars().collect();
            if let Some(&first) = word.first() {
                by_first.entry(first).or_default().push(Entry { word, value });
            }
        }
        for entries in by_first.values_mut() {
            entries.sort_by_key(|entry| std::cmp::Reverse(entry.word.len()));
        }
        let firsts = Firsts::of(by_first.keys().copied());
        Lexicon { by_first, firsts }
    }

    /// The longest word `chars` starts with: its length and value.
    pub fn at(&self, chars: &[char]) -> Option<(usize, &'static str)> {
        let first = chars.first()?;
        if !self.firsts.may_hold(*first) {
            return None;
        }
        let entries = self.by_first.get(first)?;
        entries
            .iter()
            .find(|entry| chars.starts_with(&entry.word))
            .map(|entry| (entry.word.len(), entry.value))
    }

    /// The first word anywhere in `chars`: its place, length and value.
    pub fn find(&self, chars: &[char]) -> Option<(usize, usize, &'static str)> {
        (0..chars.len()).find_map(|at| self.at(&chars[at..]).map(|(length, value)| (at, length, value)))
    }

    /// Whether any word stands in `chars`.
    pub fn found_in(&self, chars: &[char]) -> bool {
        self.find(chars).is_some()
    }

    /// The longest word `chars` ends with.
    pub fn ending(&self, chars: &[char]) -> Option<(usize, &'static str)> {
        const LONGEST: usize = 8;
        let from = chars.len().saturating_sub(LONGEST);
        (from..chars.len()).find_map(|start| {
            let (length, value) = self.at(&chars[start..])?;
            (start + length == chars.len()).then_some((length, value))
        })
    }
}

/// Rows of a list: word, value, example.
pub(crate) fn rows(data: &'static str) -> impl Iterator<Item = (&'static str, &'static str, &'static str)> {
    data.lines().filter(|line| !line.starts_with('#') && !line.trim().is_empty()).map(|line| {
        let mut cells = line.split('\t');
        let mut next = || cells.next().unwrap_or_default().trim();
        (next(), next(), next())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_word_wins() {
        let lexicon = Lexicon::parse("# comment\n每月\tmonth\n每\tevery\n每月底\tend\n");
        let chars: Vec<char> = "每月底检查".chars().collect();
        assert_eq!(lexicon.at(&chars), Some((3, "end")));
        assert_eq!(lexicon.find(&chars[1..]), None);
        let tail: Vec<char> = "检查每月".chars().collect();
        assert_eq!(lexicon.ending(&tail), Some((2, "month")));
    }
}
