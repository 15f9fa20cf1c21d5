//! The usual wording of what article spinners have changed (效劳 for 服务), for comparing phrases.

use std::sync::LazyLock;

/// Spun and usual words, the longest spun word first.
static SPUN: LazyLock<Vec<(&str, &str)>> = LazyLock::new(|| {
    let mut pairs: Vec<(&str, &str)> = crate::lexicon::rows(include_str!("../data/spun.tsv"))
        .map(|(spun, usual, _)| (spun, usual))
        .collect();
    pairs.sort_by_key(|(spun, _)| std::cmp::Reverse(spun.len()));
    pairs
});

/// `phrase` in the usual words. Meant for comparing, not for showing: a spun word may also be meant as it stands.
#[must_use]
pub fn usual_wording(phrase: &str) -> String {
    let mut out = String::with_capacity(phrase.len());
    let mut rest = phrase;
    while let Some(c) = rest.chars().next() {
        // 饮水 stands in 饮用水 already said in full; a usual word is never changed further.
        let usual = SPUN.iter().find(|(_, usual)| rest.starts_with(usual)).map(|(_, usual)| (*usual, *usual));
        let found = usual.or_else(|| SPUN.iter().find(|(spun, _)| rest.starts_with(spun)).copied());
        match found {
            Some((said, usual)) => {
                out.push_str(usual);
                rest = &rest[said.len()..];
            }
            None => {
                out.push(c);
                rest = &rest[c.len_utf8()..];
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_spun_word_gives_the_usual_one_in_its_example() {
        for (spun, usual, example) in crate::lexicon::rows(include_str!("../data/spun.tsv")) {
            assert!(example.contains(spun), "{example}");
            assert_eq!(usual_wording(example), example.replace(spun, usual), "{example}");
            assert_eq!(usual_wording(usual), usual);
        }
    }
}
