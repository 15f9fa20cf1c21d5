//! Names that lean on what was said before: 合格率, 整改, 占比 become 空气培养合格率, 整改隐患, ….

use std::sync::LazyLock;

use crate::lexicon::Lexicon;
use crate::page::{Page, is_han};
use crate::reading::Span;

use super::{COPULAS, FILLERS, LEADS, VERBS, strip_end, strip_front};

static ELLIPTIC: LazyLock<Lexicon> =
    LazyLock::new(|| Lexicon::parse(include_str!("../../data/elliptic.tsv")));

/// The longest noun that is lent to a name.
const NOUN_CHARS: usize = 8;
/// The longest object of a verb.
const LENT_CHARS: usize = 6;
/// The longest noun taken from a clause without a number: 健康体检.
const CLAUSE_NOUN_CHARS: usize = 4;
/// A rate as short as 合格率 says nothing of what; 考核合格率 does.
const RATE_CHARS: usize = 4;
/// Verbs that have their object behind them and are no work themselves.
const LIGHT_VERBS: &[&str] = &["做好", "做", "参加", "进行", "开展", "有", "为"];

/// What stands behind how often it is done is the act.
const INTERVALS: &[&str] = &[
    "每天",
    "每日",
    "每周",
    "每月",
    "每季度",
    "每学期",
    "每学年",
    "每年",
    "每班",
    "每次",
    "每晚",
    "一次",
    "一场",
    "一节",
];

/// What the numbers of a sentence have been about so far.
#[derive(Debug, Default)]
pub(crate) struct Said {
    noun: Option<(String, usize)>,
    /// What the rate right before is a rate of.
    rate: Option<String>,
    place: usize,
}

impl Said {
    /// `name` with what it leans on, and keeps what later names may lean on. `at` is the place of its number.
    pub(crate) fn completed(&mut self, page: &Page, name: String, at: usize) -> String {
        let sentence = page.sentence(at);
        if self.noun.as_ref().is_some_and(|(_, place)| !sentence.contains(*place)) {
            self.noun = None;
        }
        let rate = self.rate.take().filter(|_| sentence.contains(self.place));
        self.place = at;
        let chars: Vec<char> = name.chars().collect();
        let Some(place) = leans(&chars) else {
            if (2..=NOUN_CHARS).contains(&chars.len())
                && !name.ends_with('率')
                && chars.iter().all(|c| is_han(*c))
            {
                let verb = VERBS.at(&chars).map_or(0, |(length, _)| length).min(chars.len() - 2);
                self.noun = Some((chars[verb..].iter().collect(), at));
            }
            self.rate = rate_of(&name);
            return name;
        };
        let rate = rate.filter(|_| name.ends_with('率'));
        let before = Span::new(sentence.start, page.clause(at).start);
        let lent = match place {
            Place::Object => acted_on(page, &chars, before),
            Place::Front | Place::Instead => rate
                .or_else(|| label(page, before))
                .or_else(|| self.noun.as_ref().map(|(noun, _)| noun.clone()))
                .or_else(|| clause_noun_before(page, before)),
            Place::Behind => self.noun.as_ref().map(|(noun, _)| noun.clone()),
        };
        let lends = |lent: &String| {
            !name.contains(lent.as_str()) && !lent.contains(name.as_str()) && !is_how_often(lent)
        };
        let Some(lent) = lent.filter(lends) else {
            return name;
        };
        if self.noun.is_none() {
            self.noun = Some((lent.clone(), at));
        }
        if place == Place::Behind {
            return name + &lent;
        }
        let name = if place == Place::Instead { lent } else { lent + &name };
        self.rate = rate_of(&name);
        name
    }
}

/// 两次, 每年一次: how often something is done names nothing.
fn is_how_often(words: &str) -> bool {
    let counted = words.chars().next().is_some_and(|c| "一二两三四五六七八九十几多每".contains(c));
    counted && words.ends_with(['次', '遍', '回'])
}

/// Whether a word in front of `name` says what it is about: 考核合格率.
pub(super) fn leans_on_front(name: &[char]) -> bool {
    leans(name).is_some_and(|place| place != Place::Behind)
}

/// `name` with what the rate before it in a list is a rate of: 健康标准达标率和优秀率.
pub(super) fn of_same(name: &str, before: &str) -> String {
    let chars: Vec<char> = name.chars().collect();
    match rate_of(before).filter(|_| leans(&chars) == Some(Place::Front)) {
        Some(of) => of + name,
        None => name.to_owned(),
    }
}

/// What a rate is a rate of: 医院感染 of 医院感染发病率.
fn rate_of(name: &str) -> Option<String> {
    const OWN_CHARS: usize = 3;
    let chars: Vec<char> = name.chars().collect();
    let of = chars.strip_suffix(&['率']).map(|stem| stem.len().saturating_sub(OWN_CHARS - 1))?;
    let plain = of >= 2 && chars[..of].iter().all(|c| is_han(*c) && *c != '和');
    plain.then(|| chars[..of].iter().collect())
}

/// Where the words go that a name leans on.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Place {
    Front,
    Behind,
    /// In place of a name that names nothing: 每次.
    Instead,
    /// In front, if it is the object of the verb in the name.
    Object,
}

/// Whether a name says only what sort of number it is.
fn leans(name: &[char]) -> Option<Place> {
    if let Some((_, kind)) = ELLIPTIC.at(name).filter(|(length, _)| *length == name.len()) {
        return Some(match kind {
            "of" => Place::Front,
            "instead" => Place::Instead,
            _ => Place::Behind,
        });
    }
    let rate = name.last() == Some(&'率') && name.len() <= RATE_CHARS;
    rate.then_some(Place::Object)
}

/// 签订责任书, 签订率: the object of the verb that the rate is made of.
fn acted_on(page: &Page, name: &[char], before: Span) -> Option<String> {
    let stem: String = name.strip_suffix(&['率'])?.iter().collect();
    if stem.chars().count() < 2 {
        return None;
    }
    let at = page.find(before, &stem)?;
    let clause = page.clause(at);
    noun_of(page, Span::new(at + stem.chars().count(), clause.end.min(before.end)))
}

/// 抢修组:后勤科负责,成员6人: the label in front of a colon.
fn label(page: &Page, before: Span) -> Option<String> {
    let clauses = page.clauses_within(before);
    let label = clauses.iter().rev().find(|clause| page.at(clause.end) == Some(':'))?;
    let named = strip_front(page, *label, &[]);
    let plain = page.slice(named).iter().all(|c| is_han(*c));
    (plain && (2..=NOUN_CHARS).contains(&(named.end - named.start))).then(|| page.quote(named))
}

/// The noun a span starts with, without 了 and the brackets of titles.
fn noun_of(page: &Page, span: Span) -> Option<String> {
    let start = page.slice(span).iter().take_while(|c| matches!(c, '了' | '《' | '“')).count();
    let words = page.slice(Span::new(span.start + start, span.end));
    let length = words.iter().take_while(|c| is_han(**c)).count();
    let noun: String = words[..length].iter().collect();
    // 满意度, 体检小分队: the verb is part of another name.
    let other = words.first().is_some_and(|c| "率度小点组员到".contains(*c));
    (!other && (2..=LENT_CHARS).contains(&length)).then_some(noun)
}

/// The noun of the nearest clause before that has one.
pub(super) fn clause_noun_before(page: &Page, before: Span) -> Option<String> {
    const CLAUSES: usize = 2;
    let clauses = page.clauses_within(before);
    clauses.iter().rev().take(CLAUSES).find_map(|clause| clause_noun(page, *clause))
}

/// What a clause is about: the object of its last verb, or the whole of it up to its number.
fn clause_noun(page: &Page, clause: Span) -> Option<String> {
    let span = strip_front(page, clause, &[&LEADS, &FILLERS]);
    let words = worded(page, span);
    last_noun(page, without_times(page, strip_end(page, words, &COPULAS)))
        .filter(|noun| noun.chars().count() <= CLAUSE_NOUN_CHARS)
}

/// The words up to the first number; those behind the last one when a number opens the clause.
fn worded(page: &Page, span: Span) -> Span {
    let word = |c: &char| is_han(*c) || *c == '、';
    let words = page.slice(span);
    let first = words.iter().take_while(|c| word(c)).count();
    if first > 1 {
        return Span::new(span.start, span.start + first);
    }
    Span::new(span.end - words.iter().rev().take_while(|c| word(c)).count(), span.end)
}

/// 每天开窗通风两次: without how often.
fn without_times(page: &Page, span: Span) -> Span {
    let words = page.slice(span);
    let measure = words.last().is_some_and(|c| "次遍场轮".contains(*c));
    let count = words.iter().rev().skip(1).take_while(|c| "一二两三四五六七八九十几".contains(**c)).count();
    let end = if measure && count > 0 { span.end - count - 1 } else { span.end };
    Span::new(span.start, end)
}

/// The noun a span ends with: behind its last verb or 的.
fn last_noun(page: &Page, span: Span) -> Option<String> {
    let mut start = span.start;
    for at in span.start..span.end {
        let often = INTERVALS.iter().find(|word| page.starts(at, word)).map(|word| word.chars().count());
        let light = LIGHT_VERBS.iter().find(|word| page.starts(at, word)).map(|word| word.chars().count());
        let verb = VERBS.at(page.slice(Span::new(at, span.end))).map(|(length, _)| length);
        let length = if page.at(at) == Some('的') || page.at(at) == Some('、') {
            Some(1)
        } else {
            often.or(light).or(verb)
        };
        if let Some(length) = length.filter(|length| at + length + 2 <= span.end) {
            start = start.max(at + length);
        }
    }
    let noun = Span::new(start, span.end);
    (2..=LENT_CHARS).contains(&(noun.end - noun.start)).then(|| page.quote(noun))
}
