//! Scoring a reading against a gold file: precision, recall and F1 per list, overlap of the soft fields.
//!
//! An item matches one of the gold list when the quotes share a run of at least half the shorter one and
//! the hard fields agree; soft fields are compared as bags of characters.

use std::fmt;

use serde_json::Value;

/// The lists that are scored, in the order they are printed.
pub const LISTS: [&str; 7] = ["outline", "duties", "targets", "figures", "deadlines", "gaps", "checks"];
/// List and soft field.
pub const SOFT: [(&str, &str); 6] = [
    ("duties", "what"),
    ("duties", "who"),
    ("duties", "when"),
    ("targets", "metric"),
    ("figures", "metric"),
    ("deadlines", "what"),
];

/// Items found, items given and items expected of one list.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    /// Items that match the gold list.
    pub hits: usize,
    /// Items the reader gave.
    pub given: usize,
    /// Items of the gold list.
    pub gold: usize,
}

impl Tally {
    /// Share of the given items that are right; 0 when none was given.
    #[must_use]
    pub fn precision(self) -> f64 {
        if self.given == 0 { 0.0 } else { self.hits as f64 / self.given as f64 }
    }

    /// Share of the gold items that were found; 0 when there are none.
    #[must_use]
    pub fn recall(self) -> f64 {
        if self.gold == 0 { 0.0 } else { self.hits as f64 / self.gold as f64 }
    }

    /// Harmonic mean of precision and recall.
    #[must_use]
    pub fn f1(self) -> f64 {
        let (precision, recall) = (self.precision(), self.recall());
        if precision + recall == 0.0 { 0.0 } else { 2.0 * precision * recall / (precision + recall) }
    }
}

/// The score over any number of documents.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Score {
    lists: [Tally; 7],
    soft: [(f64, usize); 6],
    /// Gold items not found: document, list, quote.
    pub missed: Vec<(String, &'static str, String)>,
    /// Items given that match nothing: document, list, quote.
    pub extra: Vec<(String, &'static str, String)>,
}

impl Score {
    /// Adds a document. Both values hold the lists of the schema; a missing list is empty.
    pub fn add(&mut self, document: &str, gold: &Value, reading: &Value) {
        for (index, list) in LISTS.into_iter().enumerate() {
            let want = items(gold, list);
            let mut have = items(reading, list);
            let (given, expected) = (have.len(), want.len());
            let mut hits = 0;
            for item in want {
                let place = have
                    .iter()
                    .position(|other| hard(list, other) == hard(list, item) && same_place(list, item, other));
                let Some(place) = place else {
                    self.missed.push((document.to_owned(), list, name(item)));
                    continue;
                };
                hits += 1;
                let found = have.remove(place);
                self.add_soft(list, item, found);
            }
            self.extra.extend(have.into_iter().map(|item| (document.to_owned(), list, name(item))));
            if let Some(tally) = self.lists.get_mut(index) {
                tally.hits += hits;
                tally.given += given;
                tally.gold += expected;
            }
        }
    }

    fn add_soft(&mut self, list: &str, gold: &Value, found: &Value) {
        for ((of, field), (sum, count)) in SOFT.into_iter().zip(&mut self.soft) {
            if of == list {
                *sum += overlap(text(gold, field), text(found, field));
                *count += 1;
            }
        }
    }

    /// The tally of one list.
    #[must_use]
    pub fn list(&self, name: &str) -> Tally {
        LISTS
            .iter()
            .position(|list| *list == name)
            .and_then(|index| self.lists.get(index))
            .copied()
            .unwrap_or_default()
    }

    /// All items but the outline.
    #[must_use]
    pub fn all_items(&self) -> Tally {
        self.lists.iter().skip(1).fold(Tally::default(), |sum, list| Tally {
            hits: sum.hits + list.hits,
            given: sum.given + list.given,
            gold: sum.gold + list.gold,
        })
    }

    /// Mean overlap of a soft field, 0 to 1, and the number of matched items; 0 when there are none.
    #[must_use]
    pub fn soft(&self, list: &str, field: &str) -> (f64, usize) {
        let at = SOFT.iter().position(|known| *known == (list, field));
        let (sum, count) = at.and_then(|at| self.soft.get(at)).copied().unwrap_or_default();
        (if count == 0 { 0.0 } else { sum / count as f64 }, count)
    }
}

impl fmt::Display for Score {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{:10} {:>9} {:>7} {:>6} {:>6}", "list", "precision", "recall", "F1", "gold")?;
        let rows =
            LISTS.into_iter().map(|list| (list, self.list(list))).chain([("all items", self.all_items())]);
        for (list, tally) in rows {
            let (precision, recall, f1) = (tally.precision(), tally.recall(), tally.f1());
            writeln!(f, "{list:10} {precision:9.3} {recall:7.3} {f1:6.3} {:6}", tally.gold)?;
        }
        for (list, field) in SOFT {
            let (mean, count) = self.soft(list, field);
            writeln!(f, "soft {list}.{field}: {mean:.3} over {count}")?;
        }
        Ok(())
    }
}

fn items<'a>(document: &'a Value, list: &str) -> Vec<&'a Value> {
    document.get(list).and_then(Value::as_array).map(|items| items.iter().collect()).unwrap_or_default()
}

fn text<'a>(item: &'a Value, field: &str) -> &'a str {
    item.get(field).and_then(Value::as_str).unwrap_or_default()
}

fn name(item: &Value) -> String {
    let quote = text(item, "quote");
    let mut name = if quote.is_empty() {
        format!("{}{}", text(item, "mark"), text(item, "title"))
    } else {
        quote.to_owned()
    };
    for field in ["times", "every", "op", "value", "unit", "from", "to", "kind", "ok", "rule"] {
        if let Some(value) = item.get(field) {
            name.push_str(&format!(" {field}={value}"));
        }
    }
    name
}

/// Letters, digits and signs only, width folded: punctuation and white space are not compared.
fn squash(text: &str) -> Vec<char> {
    let fold = |c: char| match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(c as u32 - 0xFEE0).unwrap_or(c),
        '①'..='⑨' => char::from_u32(c as u32 - '①' as u32 + '1' as u32).unwrap_or(c),
        other => other,
    };
    text.chars().map(fold).filter(|c| c.is_alphanumeric() || "_%*≥≤<>=".contains(*c)).collect()
}

fn squashed(item: &Value, field: &str) -> String {
    squash(text(item, field)).into_iter().collect()
}

fn number(value: Option<&Value>) -> String {
    let parsed = match value {
        Some(Value::Number(number)) => number.as_f64(),
        Some(Value::String(text)) => text.parse().ok(),
        _ => None,
    };
    match (parsed, value) {
        (Some(number), _) => format!("{number:.6}"),
        (None, Some(Value::String(text))) => text.clone(),
        _ => String::new(),
    }
}

/// The fields that must agree.
fn hard(list: &str, item: &Value) -> Vec<String> {
    let plain = |field: &str| text(item, field).to_owned();
    match list {
        "duties" => {
            let every = item.get("every").unwrap_or(&Value::Null);
            vec![number(item.get("times")), number(every.get("n")), text(every, "unit").to_owned()]
        }
        "targets" => vec![plain("op"), number(item.get("value")), squashed(item, "unit")],
        "figures" => vec![number(item.get("value")), squashed(item, "unit")],
        "deadlines" => vec![plain("from"), plain("to")],
        "gaps" => vec![plain("kind")],
        "checks" => vec![plain("kind"), item.get("ok").and_then(Value::as_bool).unwrap_or(false).to_string()],
        _ => vec![squashed(item, "mark"), squash(text(item, "title")).into_iter().take(6).collect()],
    }
}

fn same_place(list: &str, gold: &Value, found: &Value) -> bool {
    if list == "outline" {
        return true;
    }
    let (a, b) = (squash(text(gold, "quote")), squash(text(found, "quote")));
    !a.is_empty() && !b.is_empty() && common_run(&a, &b) * 2 >= a.len().min(b.len())
}

/// Length of the longest common substring.
fn common_run(a: &[char], b: &[char]) -> usize {
    let mut best = 0;
    let mut row = vec![0; b.len() + 1];
    for &from in a {
        let mut diagonal = 0;
        for (cell, &to) in b.iter().enumerate() {
            let keep = row[cell + 1];
            row[cell + 1] = if from == to { diagonal + 1 } else { 0 };
            best = best.max(row[cell + 1]);
            diagonal = keep;
        }
    }
    best
}

/// Bag-of-characters F1 of two phrases; two empty ones count as 1.
fn overlap(a: &str, b: &str) -> f64 {
    let (a, mut left) = (squash(a), squash(b));
    let length = a.len() + left.len();
    if length == 0 {
        return 1.0;
    }
    let mut hits = 0;
    for c in a {
        if let Some(at) = left.iter().position(|other| *other == c) {
            left.remove(at);
            hits += 1;
        }
    }
    2.0 * f64::from(hits) / length as f64
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_perfect_reading_scores_one() {
        let gold = json!({
            "outline": [{"mark": "（一）", "title": "晨检"}],
            "duties": [{"quote": "每周消毒3次", "what": "消毒", "times": 3, "every": {"n": 1, "unit": "week"}, "who": null}],
        });
        let mut score = Score::default();
        score.add("a", &gold, &gold);
        assert!((score.all_items().f1() - 1.0).abs() < 1e-9);
        assert!((score.soft("duties", "who").0 - 1.0).abs() < 1e-9);
    }

    #[test]
    fn wrong_numbers_and_wrong_places_miss() {
        let gold = json!({"gaps": [], "figures": [{"quote": "新入园共46名幼儿", "value": 46, "unit": "名"}]});
        for other in [
            json!({"quote": "新入园共46名幼儿", "value": 47, "unit": "名"}),
            json!({"quote": "别处的话", "value": 46, "unit": "名"}),
        ] {
            let mut score = Score::default();
            score.add("a", &gold, &json!({"figures": [other]}));
            assert_eq!(score.list("figures"), Tally { hits: 0, given: 1, gold: 1 });
            assert_eq!((score.missed.len(), score.extra.len()), (1, 1));
        }
    }

    #[test]
    fn overlap_counts_characters() {
        assert!((overlap("紫外线消毒", "消毒") - 4.0 / 7.0).abs() < 1e-9);
        assert!(overlap("消毒", "") < 1e-9);
    }
}
