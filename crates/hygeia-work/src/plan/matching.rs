//! Which duty or indicator a phrase of a plan means: ranked suggestions from titles and synonyms of the packs.

use hygeia_pack::model::{DutyId, IndicatorId, PackSet};
use hygeia_text::usual_wording;
use std::collections::HashMap;

/// A candidate with how well it fits, 0 to 1.
#[derive(Debug, Clone, PartialEq)]
pub struct Suggestion<Id> {
    /// The duty or indicator.
    pub id: Id,
    /// Its name.
    pub title: String,
    /// 1 is the same wording.
    pub score: f64,
    /// Why it is suggested.
    pub reason: MatchReason,
}

/// Why something is suggested.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MatchReason {
    /// A person chose it for this phrase before.
    Remembered,
    /// The phrase is this name or contains it.
    Named(String),
    /// The phrase reads like this name.
    Like(String),
}

/// Score of a name that stands in the phrase as a whole.
const CONTAINED: f64 = 0.7;
/// Suggestions below this are not worth showing.
const LEAST_SCORE: f64 = 0.34;
/// Suggestions shown per item.
const MOST_SUGGESTIONS: usize = 6;

/// Duties of `packs` that `phrase` may mean, best first.
pub(crate) fn duties_for(
    packs: &PackSet,
    phrase: &str,
    remembered: &HashMap<String, String>,
) -> Vec<Suggestion<DutyId>> {
    let candidates = packs.duties.values().map(|duty| {
        let names = std::iter::once(&duty.title.zh).chain(&duty.synonyms);
        (duty.id.clone(), duty.title.zh.clone(), names.map(String::as_str).collect())
    });
    rank(phrase, candidates, remembered.get(&key(phrase)).map(String::as_str))
}

/// Indicators of `packs` that `phrase` may mean, best first.
pub(crate) fn indicators_for(
    packs: &PackSet,
    phrase: &str,
    remembered: &HashMap<String, String>,
) -> Vec<Suggestion<IndicatorId>> {
    let candidates = packs.indicators.values().map(|indicator| {
        let names = std::iter::once(&indicator.title.zh).chain(&indicator.synonyms);
        (indicator.id.clone(), indicator.title.zh.clone(), names.map(String::as_str).collect())
    });
    rank(phrase, candidates, remembered.get(&key(phrase)).map(String::as_str))
}

/// What a correction is remembered under: the phrase without marks and white space.
pub(crate) fn key(phrase: &str) -> String {
    phrase.chars().filter(|c| c.is_alphanumeric()).collect()
}

fn rank<'a, Id: AsRef<str>>(
    phrase: &str,
    candidates: impl Iterator<Item = (Id, String, Vec<&'a str>)>,
    remembered: Option<&str>,
) -> Vec<Suggestion<Id>> {
    let mut found: Vec<Suggestion<Id>> = candidates
        .filter_map(|(id, title, names)| {
            if remembered == Some(id.as_ref()) {
                return Some(Suggestion { id, title, score: 1.0, reason: MatchReason::Remembered });
            }
            let fits = names.iter().map(|name| (similarity(phrase, name), *name));
            let (score, name) = fits.max_by(|a, b| a.0.total_cmp(&b.0))?;
            let named = score >= CONTAINED;
            let reason =
                if named { MatchReason::Named(name.to_owned()) } else { MatchReason::Like(name.to_owned()) };
            (score >= LEAST_SCORE).then_some(Suggestion { id, title, score, reason })
        })
        .collect();
    found.sort_by(|a, b| b.score.total_cmp(&a.score));
    found.truncate(MOST_SUGGESTIONS);
    found
}

/// Likeness of a phrase and a name, 0 to 1: the share of the name's character pairs that the phrase has, weighed
/// against what else the phrase says. A name that stands in the phrase as a whole counts most.
fn similarity(phrase: &str, name: &str) -> f64 {
    let (phrase, name) = (usual_wording(&key(phrase)), usual_wording(&key(name)));
    if name.is_empty() || phrase.is_empty() {
        return 0.0;
    }
    if phrase == name {
        return 1.0;
    }
    let length = |text: &str| text.chars().count() as f64;
    if phrase.contains(&name) {
        return CONTAINED + 0.25 * length(&name) / length(&phrase);
    }
    let (of_phrase, of_name) = (pairs(&phrase), pairs(&name));
    let shared: usize =
        of_name.iter().map(|(pair, count)| (*count).min(of_phrase.get(pair).copied().unwrap_or(0))).sum();
    let (all_name, all_phrase): (usize, usize) = (of_name.values().sum(), of_phrase.values().sum());
    if all_name == 0 || all_phrase == 0 {
        return 0.0;
    }
    let recall = shared as f64 / all_name as f64;
    let precision = shared as f64 / all_phrase as f64;
    0.75 * recall + 0.2 * precision
}

fn pairs(text: &str) -> HashMap<(char, char), usize> {
    let chars: Vec<char> = text.chars().collect();
    let mut counts = HashMap::new();
    for pair in chars.windows(2) {
        if let [first, second] = pair {
            *counts.entry((*first, *second)).or_insert(0) += 1;
        }
    }
    counts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_right_name_is_nearest() {
        let names = ["晨检", "紫外线消毒", "玩具消毒", "补种复验率", "入园体检率"];
        let best = |phrase: &str| {
            *names.iter().max_by(|a, b| similarity(phrase, a).total_cmp(&similarity(phrase, b))).unwrap()
        };
        assert_eq!(best("严把晨检关"), "晨检");
        assert_eq!(best("塑料玩具用消毒水浸泡消毒并日晒"), "玩具消毒");
        assert_eq!(best("每周紫外线消毒"), "紫外线消毒");
        assert_eq!(best("补种疫苗的复验率"), "补种复验率");
        assert!(similarity("小扫或拖抹", "晨检") < LEAST_SCORE);
        // Spun wording is read as what it stands for.
        assert_eq!(similarity("康健教育宣扬", "健康教育宣传"), 1.0);
    }
}
