//! Which indicator or measure a phrase of a document names: exactly, or not at all.

use crate::indicator::FigureId;
use hygeia_pack::model::PackSet;
use std::collections::HashMap;

/// Words around a metric that do not change what it measures, longest first where one holds another.
const HARMLESS_FRONT: [&str; 34] = [
    "本学期",
    "本学年",
    "本年度",
    "全年度",
    "截至目前",
    "目前",
    "今年",
    "全年",
    "全县",
    "全镇",
    "全园",
    "全校",
    "本园",
    "我园",
    "本校",
    "我校",
    "本县",
    "我县",
    "本镇",
    "园内",
    "园所",
    "校内",
    "幼儿园",
    "学校",
    "在园",
    "在校",
    "幼儿",
    "儿童",
    "学生",
    "共计",
    "累计",
    "总",
    "共",
    "的",
];
const HARMLESS_BACK: [&str; 10] =
    ["总人数", "人次数", "总数", "人数", "次数", "人次", "平均", "的", "数", "为"];

/// Titles and synonyms of what can be counted.
pub(super) struct MetricNames {
    /// What a plain name means; the kinds of unit it is told in come with it.
    names: HashMap<String, Vec<Named>>,
    /// Length of the longest name, in characters.
    longest: usize,
}

/// Something a name means.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Named {
    pub id: FigureId,
    /// `%`, `‰` or a measure word.
    pub unit: String,
}

fn plain(phrase: &str) -> String {
    phrase.chars().filter(|c| c.is_alphanumeric()).collect()
}

/// The phrase without what does not change its meaning.
fn bare(phrase: &str) -> String {
    let mut phrase = plain(phrase);
    while let Some(rest) = HARMLESS_FRONT.iter().find_map(|word| phrase.strip_prefix(word)).map(str::to_owned)
    {
        phrase = rest;
    }
    while let Some(rest) = HARMLESS_BACK.iter().find_map(|word| phrase.strip_suffix(word)).map(str::to_owned)
    {
        phrase = rest;
    }
    phrase
}

impl MetricNames {
    pub(super) fn of(packs: &PackSet) -> Self {
        let mut names: HashMap<String, Vec<Named>> = HashMap::new();
        let mut add = |name: &str, named: &Named| {
            for name in [plain(name), bare(name)] {
                let known = names.entry(name).or_default();
                if !known.contains(named) {
                    known.push(named.clone());
                }
            }
        };
        for indicator in packs.indicators.values() {
            let unit = match indicator.unit.as_str() {
                "percent" => "%".to_owned(),
                "per_mille" => "‰".to_owned(),
                word => word.to_owned(),
            };
            let named = Named { id: FigureId::Indicator(indicator.id.clone()), unit };
            for name in std::iter::once(&indicator.title.zh).chain(&indicator.synonyms) {
                add(name, &named);
            }
        }
        for measure in packs.measures.values().filter(|measure| !measure.implied) {
            let named = Named { id: FigureId::Measure(measure.id.clone()), unit: measure.unit.clone() };
            add(&measure.title.zh, &named);
        }
        names.remove("");
        let longest = names.keys().map(|name| name.chars().count()).max().unwrap_or(0);
        Self { names, longest }
    }

    /// What `phrase`, told in `unit`, may name: the same title can stand in several packs, of which a unit uses one.
    pub(super) fn find(&self, phrase: &str, unit: &str) -> Vec<&FigureId> {
        let names = [plain(phrase), bare(phrase)];
        names.iter().map(|name| self.of_unit(name, unit)).find(|found| !found.is_empty()).unwrap_or_default()
    }

    /// Like [`MetricNames::find`] for the longest name that `text` ends with, if what stands before it is harmless; any
    /// unit when `unit` is empty.
    pub(super) fn at_end(&self, text: &str, unit: &str) -> Vec<&FigureId> {
        let chars: Vec<char> = text.chars().filter(|c| c.is_alphanumeric()).collect();
        let most = self.longest.min(chars.len());
        let named = (2..=most).rev().find_map(|length| {
            let (before, name) = chars.split_at_checked(chars.len() - length)?;
            let found = self.of_unit(&name.iter().collect::<String>(), unit);
            let harmless = bare(&before.iter().collect::<String>()).is_empty();
            (harmless && !found.is_empty()).then_some(found)
        });
        named.unwrap_or_default()
    }

    fn of_unit(&self, name: &str, unit: &str) -> Vec<&FigureId> {
        let named = self.names.get(name).map(Vec::as_slice).unwrap_or_default();
        let fits: Vec<&Named> =
            named.iter().filter(|named| unit.is_empty() || same_unit(&named.unit, unit)).collect();
        // Of an indicator and a measure with one name the indicator is meant.
        let indicators = fits.iter().filter(|named| matches!(named.id, FigureId::Indicator(_)));
        let ids: Vec<&FigureId> = indicators.map(|named| &named.id).collect();
        if ids.is_empty() { fits.iter().map(|named| &named.id).collect() } else { ids }
    }
}

/// Whether two measure words count the same things.
fn same_unit(ours: &str, theirs: &str) -> bool {
    const PEOPLE: [&str; 3] = ["人", "名", "位"];
    const TIMES: [&str; 2] = ["次", "场"];
    let both = |words: &[&str]| words.contains(&ours) && words.contains(&theirs);
    ours == theirs || (ours == "%" && theirs == "％") || both(&PEOPLE) || both(&TIMES)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_counts_with_harmless_words_around_it_only() {
        assert_eq!(bare("本学期全园幼儿晨检率为"), "晨检率");
        assert_eq!(bare("小班晨检率"), "小班晨检率");
        assert_eq!(bare("新入园总人数"), "新入园");
        assert!(same_unit("人", "名") && !same_unit("人", "人次"));
    }
}
