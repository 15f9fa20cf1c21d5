//! A stated count of bodies against those that are told of one by one: 10个街道, then 甲街道…, 乙街道….

use std::collections::{HashMap, HashSet};

use crate::page::{Page, is_han};
use crate::quantity::Class;
use crate::reading::{Check, Span};

use super::Evidence;
use super::count::result;

/// Bodies that are told of by name.
const BODIES: &[&str] = &["街道", "社区", "乡镇", "科室", "学校", "小学", "中学", "医院", "公司", "幼儿园"];
/// Lengths of the name in front.
const NAME_CHARS: std::ops::RangeInclusive<usize> = 2..=4;
/// Beginnings that name none of them.
const NO_NAME: &str = "各每本该全某此其我有在对";

/// Reported only when they agree: a summary need not tell of every one.
pub(super) fn checks(evidence: &Evidence<'_>) -> Vec<Check> {
    let page = evidence.page;
    let told = told(page);
    let counted = evidence.quantities.iter().filter(|quantity| quantity.class == Class::Thing);
    let mut found = Vec::new();
    for quantity in counted {
        let Some(body) = BODIES.iter().find(|body| page.starts(quantity.span.end, body)) else { continue };
        let names: Vec<Span> = told.get(body).into_iter().flatten().copied().collect();
        let later: Vec<Span> = names.into_iter().filter(|name| name.start > quantity.span.end).collect();
        let agrees = quantity.number() == Some(later.len() as f64) && later.len() > 2;
        let Some(last) = later.last().filter(|_| agrees) else { continue };
        let clause = page.clause(quantity.span.start);
        let count = later.len() as u32;
        let mut check = result(evidence, Span::new(clause.start, last.end), count, count, body);
        let shown: Vec<String> = later.iter().map(|name| page.quote(*name)).collect();
        check.quote = format!("{}…{}", page.quote(clause), shown.join("…"));
        found.push(check);
    }
    found
}

/// The names that open sentences, by the kind of body, each once, where it is told of last.
fn told(page: &Page) -> HashMap<&'static str, Vec<Span>> {
    let mut told: HashMap<&'static str, Vec<Span>> = HashMap::new();
    let mut seen: HashSet<String> = HashSet::new();
    for sentence in page.sentences.iter().rev() {
        let named = NAME_CHARS.into_iter().find_map(|length| {
            let body = BODIES.iter().find(|body| page.starts(sentence.start + length, body))?;
            Some((*body, Span::new(sentence.start, sentence.start + length + body.chars().count())))
        });
        let Some((body, name)) = named else { continue };
        let words = page.slice(name);
        let plain = words.iter().all(|c| is_han(*c)) && words.first().is_some_and(|c| !NO_NAME.contains(*c));
        if plain && seen.insert(page.text(name)) {
            told.entry(body).or_default().push(name);
        }
    }
    told.values_mut().for_each(|names| names.reverse());
    told
}
