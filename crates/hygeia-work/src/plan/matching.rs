//! Which duty or indicator a phrase of a plan means: ranked suggestions from titles and synonyms of the packs.

use super::joined::{self, Kept};
use super::measured_in;
use crate::directory::Directory;
use crate::indicator::has_part;
use hygeia_pack::model::{Duty, DutyId, Every, IndicatorId, PackSet, RegisterId};
use hygeia_store::{OrgUnitId, PlanItem};
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
pub(crate) const CONTAINED: f64 = 0.7;
/// Score of a name that makes up half of the phrase it stands in.
const HALF: f64 = CONTAINED + NAMED_SHARE / 2.0;
/// What a name that stands in the phrase is better by for its share of it.
const NAMED_SHARE: f64 = 0.25;
/// What a duty is better by when it recurs as the phrase says.
const SAME_INTERVAL: f64 = 0.2;
/// Suggestions below this are not worth showing.
const LEAST_SCORE: f64 = 0.34;
/// Suggestions shown per item.
const MOST_SUGGESTIONS: usize = 6;

/// Duties and indicators an item may mean, best first.
pub type Candidates = (Vec<Suggestion<DutyId>>, Vec<Suggestion<IndicatorId>>);

/// Suggests duties and indicators for phrases: the names of the packs as they are compared, prepared once for a whole
/// document, and what people of the unit chose before.
pub struct Suggester {
    /// Those that some unit of the plan owes, with how often.
    duties: Vec<(Named<DutyId>, Vec<Every>)>,
    /// Their registers.
    duty_registers: HashMap<DutyId, RegisterId>,
    /// Those that some unit of the plan keeps.
    registers: Vec<Named<RegisterId>>,
    /// Those that entries of the plan's unit can have a part in, with their unit.
    indicators: Vec<(Named<IndicatorId>, String)>,
    /// Ids by the key of the phrase they were chosen for.
    remembered: HashMap<String, String>,
}

/// A duty or an indicator with all its names.
struct Named<Id> {
    id: Id,
    title: String,
    names: Vec<(String, Wording)>,
}

/// A phrase or a name as it is compared.
struct Wording {
    /// In usual words, without marks and white space.
    text: String,
    /// Characters of `text`.
    length: usize,
    /// Pairs of neighbouring characters, with how often each stands there.
    pairs: HashMap<(char, char), usize>,
}

impl Suggester {
    pub(crate) fn new(
        packs: &PackSet,
        directory: &Directory,
        unit: OrgUnitId,
        remembered: HashMap<String, String>,
    ) -> Self {
        let intervals = |duty: &Duty| {
            std::iter::once(duty.due.every)
                .chain(duty.seasons.iter().map(|season| season.due.every))
                .collect()
        };
        let house = directory.house_of(unit).map_or(unit, |house| house.id);
        let owed = || packs.duties.values().filter(|duty| is_owed(directory, duty, unit));
        let registers = packs.registers.values().filter(|register| directory.has_place(register, unit));
        Self {
            duties: owed()
                .map(|duty| (Named::new(duty.id.clone(), &duty.title.zh, &duty.synonyms), intervals(duty)))
                .collect(),
            duty_registers: owed().map(|duty| (duty.id.clone(), duty.register.clone())).collect(),
            registers: registers
                .map(|register| Named::new(register.id.clone(), &register.title.zh, &register.synonyms))
                .collect(),
            indicators: packs
                .indicators
                .values()
                .filter(|indicator| has_part(packs, directory, &indicator.measures, house))
                .map(|indicator| {
                    let named = Named::new(indicator.id.clone(), &indicator.title.zh, &indicator.synonyms);
                    (named, indicator.unit.clone())
                })
                .collect(),
            remembered,
        }
    }

    /// What an item of a plan may mean: a target is matched by what it measures and in which unit, any other line by
    /// its title and how often it recurs.
    #[must_use]
    pub fn of(&self, item: &PlanItem) -> Candidates {
        let metric = item.metric.as_deref().filter(|_| item.kind == "target");
        let phrase = metric.unwrap_or(&item.title);
        (self.duties(phrase, item.every), self.indicators(phrase, item.value_unit.as_deref()))
    }

    /// Duties that some unit of the plan owes.
    pub fn owed(&self) -> impl Iterator<Item = &DutyId> {
        self.duties.iter().map(|(named, _)| &named.id)
    }

    /// Indicators whose unit fits that of the item's value.
    pub fn fitting(&self, item: &PlanItem) -> impl Iterator<Item = &IndicatorId> {
        let fits = |unit: &str| measured_in(item.value_unit.as_deref(), unit).is_some();
        self.indicators.iter().filter(move |(_, unit)| fits(unit)).map(|(named, _)| &named.id)
    }

    /// Duties that `phrase` may mean; of several that read alike the one that recurs at `every` is best.
    pub(crate) fn duties(&self, phrase: &str, every: Option<Every>) -> Vec<Suggestion<DutyId>> {
        let better = |intervals: &Vec<Every>| match every {
            Some(every) if intervals.contains(&every) => SAME_INTERVAL,
            _ => 0.0,
        };
        let duties = self.duties.iter().map(|(named, intervals)| (named, better(intervals)));
        rank(duties, phrase, self.remembered(phrase), Wording::likeness)
    }

    /// Indicators that `phrase` may mean and that are told in a unit that fits `unit`, as written in the plan.
    pub(crate) fn indicators(&self, phrase: &str, unit: Option<&str>) -> Vec<Suggestion<IndicatorId>> {
        let fitting = self.indicators.iter().filter(|(_, known)| measured_in(unit, known).is_some());
        rank(fitting.map(|(named, _)| (named, 0.0)), phrase, self.remembered(phrase), Wording::measures)
    }

    /// The things that the title of a line joins and that are kept apart here; a title that somebody matched as a whole
    /// before is one.
    pub(crate) fn apart<'a>(&self, title: &'a str, every: Option<Every>) -> Vec<&'a str> {
        match self.remembered(title) {
            Some(_) => vec![title],
            None => joined::parts(title, |piece| self.kept(piece, every)),
        }
    }

    /// The duty that stands in the phrase by name, or the register that makes up half of it.
    fn kept(&self, phrase: &str, every: Option<Every>) -> Option<Kept> {
        let duty = self.duties(phrase, every).into_iter().next().filter(|best| best.score >= CONTAINED);
        if let Some(duty) = duty.map(|best| best.id) {
            let register = self.duty_registers.get(&duty)?.clone();
            return Some(Kept { duty: Some(duty), register });
        }
        let registers = self.registers.iter().map(|named| (named, 0.0));
        let best = rank(registers, phrase, None, Wording::likeness)
            .into_iter()
            .next()
            .filter(|best| best.score >= HALF)?;
        Some(Kept { duty: None, register: best.id })
    }

    fn remembered(&self, phrase: &str) -> Option<&str> {
        self.remembered.get(&key(phrase)).map(String::as_str)
    }
}

/// Whether some unit at or below `unit` can owe the duty.
fn is_owed(directory: &Directory, duty: &Duty, unit: OrgUnitId) -> bool {
    let is_within = |owing: OrgUnitId| {
        duty.within.as_ref().is_none_or(|kind| directory.above_of_kind(owing, kind).is_some())
    };
    directory.subtree(unit).iter().any(|owing| owing.kind == duty.at && is_within(owing.id))
}

impl<Id> Named<Id> {
    fn new(id: Id, title: &str, synonyms: &[String]) -> Self {
        let names = std::iter::once(title).chain(synonyms.iter().map(String::as_str));
        Self {
            id,
            title: title.to_owned(),
            names: names.map(|name| (name.to_owned(), Wording::of(name))).collect(),
        }
    }
}

/// What a correction is remembered under: the phrase without marks and white space.
pub(crate) fn key(phrase: &str) -> String {
    phrase.chars().filter(|c| c.is_alphanumeric()).collect()
}

/// The candidates by the likeness of their names, each with what it is better by than that, best first.
fn rank<'a, Id: AsRef<str> + Clone + 'a>(
    candidates: impl Iterator<Item = (&'a Named<Id>, f64)>,
    phrase: &str,
    remembered: Option<&str>,
    likeness: fn(&Wording, &Wording) -> f64,
) -> Vec<Suggestion<Id>> {
    let phrase = Wording::of(phrase);
    let mut found: Vec<(f64, Suggestion<Id>)> = candidates
        .filter_map(|(candidate, better)| {
            let suggestion = |score, reason| Suggestion {
                id: candidate.id.clone(),
                title: candidate.title.clone(),
                score,
                reason,
            };
            if remembered == Some(candidate.id.as_ref()) {
                // A person's choice goes before everything else.
                return Some((2.0, suggestion(1.0, MatchReason::Remembered)));
            }
            let fits = candidate.names.iter().map(|(name, wording)| (likeness(&phrase, wording), name));
            let (score, name) = fits.max_by(|a, b| a.0.total_cmp(&b.0))?;
            let named = score >= CONTAINED;
            let reason =
                if named { MatchReason::Named(name.clone()) } else { MatchReason::Like(name.clone()) };
            // What recurs alike goes first, but that alone makes nothing sure.
            (score >= LEAST_SCORE).then(|| (score + better, suggestion(score, reason)))
        })
        .collect();
    found.sort_by(|a, b| b.0.total_cmp(&a.0));
    found.truncate(MOST_SUGGESTIONS);
    found.into_iter().map(|(_, suggestion)| suggestion).collect()
}

impl Wording {
    fn of(phrase: &str) -> Self {
        let text = usual_wording(&key(phrase));
        let chars: Vec<char> = text.chars().collect();
        let mut pairs = HashMap::new();
        for pair in chars.windows(2) {
            if let [first, second] = pair {
                *pairs.entry((*first, *second)).or_insert(0) += 1;
            }
        }
        Self { length: chars.len(), text, pairs }
    }

    /// Likeness of this phrase and a name, 0 to 1: the share of the name's character pairs that the phrase has,
    /// weighed against what else the phrase says. A name that stands in the phrase as a whole counts most.
    fn likeness(&self, name: &Wording) -> f64 {
        if name.length == 0 || self.length == 0 {
            return 0.0;
        }
        if self.text == name.text {
            return 1.0;
        }
        if self.text.contains(&name.text) {
            return CONTAINED + NAMED_SHARE * name.length as f64 / self.length as f64;
        }
        let in_phrase = |pair| self.pairs.get(pair).copied().unwrap_or(0);
        let shared: usize = name.pairs.iter().map(|(pair, count)| (*count).min(in_phrase(pair))).sum();
        if shared == 0 {
            return 0.0;
        }
        // A text of n characters has n - 1 pairs; both have one at least, or none would be shared.
        let recall = shared as f64 / (name.length - 1) as f64;
        let precision = shared as f64 / (self.length - 1) as f64;
        0.75 * recall + 0.2 * precision
    }

    /// Likeness of this metric and the name of an indicator: a name that the metric only says more closely, as
    /// 视力低常矫治率 says 视力矫治率, stands in it as a whole.
    fn measures(&self, name: &Wording) -> f64 {
        let likeness = self.likeness(name);
        if likeness < CONTAINED && self.specifies(&name.text) {
            return CONTAINED + NAMED_SHARE * name.length as f64 / self.length as f64;
        }
        likeness
    }

    /// Whether the metric ends as the name does and has its beginning in front of that, each of two characters at
    /// least: 率 alone measures anything.
    fn specifies(&self, name: &str) -> bool {
        let cuts = name.char_indices().map(|(at, _)| name.split_at(at));
        cuts.filter(|(head, tail)| head.chars().count() > 1 && tail.chars().count() > 1)
            .any(|(head, tail)| self.text.strip_suffix(tail).is_some_and(|before| before.contains(head)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn similarity(phrase: &str, name: &str) -> f64 {
        Wording::of(phrase).likeness(&Wording::of(name))
    }

    #[test]
    fn the_indicator_that_shares_more_words_is_nearest() {
        let names = ["疾病矫治率", "矫治率", "视力矫治率", "入园体检率", "体检率", "出勤率"];
        let best = |metric: &str| {
            let metric = Wording::of(metric);
            let like = |name: &&str| metric.measures(&Wording::of(name));
            *names.iter().max_by(|a, b| like(a).total_cmp(&like(b))).unwrap()
        };
        assert_eq!(best("视力低常矫治率"), "视力矫治率");
        assert_eq!(best("入园幼儿体检率"), "入园体检率");
        assert_eq!(best("龋齿矫治率"), "矫治率");
        let fitness = Wording::of("体检合格率").measures(&Wording::of("体检率"));
        assert!(fitness < CONTAINED, "{fitness}");
    }

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
