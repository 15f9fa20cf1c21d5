//! From marks to score, grade and pass: exact decimals, rounded once at the end.

use super::Mark;
use hygeia_pack::model::{Edition, OnVeto, Skipped};
use rust_decimal::{Decimal, RoundingStrategy};

/// What an inspection came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// Items that need a mark and have one.
    pub judged: usize,
    /// Items that need a mark.
    pub expected: usize,
    /// Points taken so far, over all marked items.
    pub lost: Decimal,
    /// Items with points taken, or failed.
    pub findings: usize,
    /// A veto item failed (一票否决).
    pub vetoed: bool,
    /// The score; missing until every item has its mark, and when no item applies.
    pub score: Option<Decimal>,
    /// Code of the grade; none when vetoed or below the lowest.
    pub grade: Option<String>,
    /// Whether it passes; missing without a score, or when the standard has neither pass mark nor veto.
    pub passed: Option<bool>,
}

impl Outcome {
    /// Whether every item has its mark.
    pub fn is_complete(&self) -> bool {
        self.judged == self.expected
    }
}

/// Scores the marks of one inspection. Marks of items the edition does not have are left aside.
///
/// A score lies between 0 and the edition's total, unless the edition lets bonus points lift it above. A failed veto
/// item decides against the whole as soon as it is marked, whatever the other marks are.
pub fn score(edition: &Edition, marks: &[Mark]) -> Outcome {
    let mark_of = |code: &str| marks.iter().find(|mark| mark.item == code);
    let mut sum = Sum::default();
    let (mut judged, mut expected, mut findings) = (0, 0, 0);
    let (mut lost, mut vetoed) = (Decimal::ZERO, false);
    for item in edition.items() {
        let mark = mark_of(&item.code);
        if item.bonus {
            sum.bonus +=
                mark.and_then(|mark| mark.points).unwrap_or_default().clamp(Decimal::ZERO, item.points);
            continue;
        }
        expected += 1;
        let Some(mark) = mark.filter(|mark| mark.is_judged(item)) else { continue };
        judged += 1;
        if mark.skipped {
            sum.skipped += item.points;
            continue;
        }
        let failed = item.veto && mark.failed == Some(true);
        vetoed |= failed;
        let obtained = if failed { Decimal::ZERO } else { mark.points.unwrap_or(item.points) };
        let obtained = obtained.clamp(Decimal::ZERO, item.points);
        sum.obtained += obtained;
        sum.applicable += item.points;
        lost += item.points - obtained;
        findings += usize::from(failed || obtained < item.points);
    }
    let complete = judged == expected;
    let reached = if complete { sum.score(edition, vetoed) } else { None };
    Outcome {
        judged,
        expected,
        lost,
        findings,
        vetoed,
        score: reached,
        grade: reached.filter(|_| !vetoed).and_then(|score| grade(edition, score)),
        passed: if vetoed { Some(false) } else { reached.and_then(|score| passes(edition, score)) },
    }
}

#[derive(Default)]
struct Sum {
    obtained: Decimal,
    applicable: Decimal,
    skipped: Decimal,
    bonus: Decimal,
}

impl Sum {
    fn score(&self, edition: &Edition, vetoed: bool) -> Option<Decimal> {
        if vetoed && edition.on_veto == OnVeto::Zero {
            return Some(Decimal::ZERO);
        }
        if self.applicable == Decimal::ZERO {
            return None;
        }
        let base = match edition.skipped {
            Skipped::Grant => self.obtained + self.skipped,
            Skipped::Rescale => self.obtained * edition.total / self.applicable,
        };
        let whole = base + self.bonus;
        let capped = if edition.above_total { whole } else { whole.min(edition.total) };
        let places = u32::from(edition.decimals);
        Some(capped.round_dp_with_strategy(places, RoundingStrategy::MidpointAwayFromZero).normalize())
    }
}

fn grade(edition: &Edition, score: Decimal) -> Option<String> {
    edition.grades.iter().find(|grade| score >= grade.from).map(|grade| grade.code.clone())
}

fn passes(edition: &Edition, score: Decimal) -> Option<bool> {
    match edition.pass {
        Some(least) => Some(score >= least),
        None => edition.has_veto().then_some(true),
    }
}

#[cfg(test)]
#[path = "score_tests.rs"]
mod tests;
