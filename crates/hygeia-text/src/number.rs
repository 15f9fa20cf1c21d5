//! What the numbers mean: targets to reach, figures reported, or neither.

mod role;

use crate::mood::Mood;
use crate::page::Page;
use crate::phrase;
use crate::quantity::Quantity;
use crate::reading::{Amount, Comparison, Duty, Figure, Span, Target};

/// What one quantity was decided to be.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Role {
    Target(Comparison, &'static str),
    Figure(&'static str),
    Neither,
}

/// Targets and figures of the page.
pub(crate) struct Numbers {
    pub targets: Vec<Target>,
    pub figures: Vec<Figure>,
}

/// Decides every quantity. `counted[i]` tells that a duty uses quantity *i* as its count.
pub(crate) fn numbers(
    page: &Page,
    quantities: &[Quantity],
    counted: &[bool],
    duties: &[Duty],
    mood: &Mood,
) -> Numbers {
    let mut out = Numbers { targets: Vec::new(), figures: Vec::new() };
    let mut last_target: Option<usize> = None;
    for (index, quantity) in quantities.iter().enumerate() {
        if counted.get(index) == Some(&true) || quantity.name {
            continue;
        }
        let clause = page.clause(quantity.span.start);
        let sibling = last_target.is_some_and(|target| page.sentence(target).contains(quantity.span.start));
        let around = Around { page, quantity, clause, mood, duties, sibling, quantities, index };
        match around.role() {
            Role::Target(op, rule) => {
                last_target = Some(quantity.span.start);
                around.push_target(&mut out.targets, op, rule);
            }
            Role::Figure(rule) => {
                out.figures.push(around.figure(rule));
            }
            Role::Neither => {}
        }
    }
    out.targets.extend(zero_targets(page));
    out.targets.sort_by_key(|target| target.span);
    out
}

/// A quantity and what is needed to decide it.
struct Around<'a> {
    page: &'a Page,
    quantity: &'a Quantity,
    clause: Span,
    mood: &'a Mood,
    duties: &'a [Duty],
    sibling: bool,
    quantities: &'a [Quantity],
    index: usize,
}

impl Around<'_> {
    fn push_target(&self, targets: &mut Vec<Target>, op: Comparison, rule: &'static str) {
        let quantity = self.quantity;
        let (value, unit) = if rule == "target.staffing" {
            let per = self.quantities[self.index - 1].value.clone();
            let per = match per {
                Amount::Whole(whole) => whole.to_string(),
                Amount::Decimal(decimal) => decimal.to_string(),
                Amount::Text(range) => range,
            };
            (Amount::Text(format!("{}:{per}", quantity.number().unwrap_or(1.0))), "ratio".to_owned())
        } else {
            (quantity.value.clone(), quantity.unit.clone())
        };
        // The number of the group (4~5个班) was no target of its own.
        if rule == "target.staffing" && targets.last().is_some_and(|last| last.span == self.clause) {
            targets.pop();
        }
        targets.push(Target {
            quote: self.page.quote(self.clause),
            metric: self.metric(rule),
            op,
            value,
            unit,
            span: self.clause,
            confidence: if rule == "target.rate" { 0.9 } else { 0.75 },
            rule,
        });
    }

    /// The metric; in 甲率、乙率分别达到A、B the one that belongs to this number.
    fn metric(&self, rule: &str) -> String {
        if rule == "target.staffing" {
            let before = self.index.checked_sub(1).and_then(|index| self.quantities.get(index));
            let group = before.map_or(self.clause.start, |before| before.span.start.saturating_sub(1));
            let whom = Span::new(self.clause.start, group);
            return self.page.quote(whom)
                + &phrase::metric(
                    self.page,
                    self.quantity,
                    Span::new(self.quantity.span.start, self.clause.end),
                )
                + "配备";
        }
        phrase::listed_metric(self.page, self.quantities, self.index, self.clause)
            .unwrap_or_else(|| phrase::metric(self.page, self.quantity, self.piece()))
    }

    /// The clause from the number before this one on.
    fn piece(&self) -> Span {
        let previous = self.index.checked_sub(1).and_then(|index| self.quantities.get(index));
        let start = previous
            .filter(|previous| self.clause.contains(previous.span.start))
            .map_or(self.clause.start, |previous| previous.span.end);
        let next = self.quantities.get(self.index + 1).filter(|next| self.clause.contains(next.span.start));
        // 2组40个…: two counts of one noun.
        let side_by_side = next.is_some_and(|next| next.span.start == self.quantity.span.end);
        let end =
            if side_by_side { self.clause.end } else { next.map_or(self.clause.end, |next| next.span.start) };
        Span::new(start, end)
    }

    fn figure(&self, rule: &'static str) -> Figure {
        let quantity = self.quantity;
        let value = if rule == "figure.none" { Amount::Whole(0) } else { quantity.value.clone() };
        let above = self.page.starts(quantity.span.end, "以上");
        let span = self.around_number();
        Figure {
            quote: self.page.quote(span),
            metric: self.metric(rule),
            value,
            unit: quantity.unit.clone(),
            approx: quantity.approx.or(above.then_some("以上")).map(str::to_owned),
            span,
            confidence: if quantity.is_article() { 0.7 } else { 0.9 },
            rule,
        }
    }

    /// The clause, cut at neighbouring numbers so that each figure quotes its own words.
    fn around_number(&self) -> Span {
        let piece = self.piece();
        let list = self
            .page
            .slice(Span::new(piece.start, self.quantity.span.start))
            .iter()
            .rposition(|c| matches!(c, '、' | '('));
        let start = list
            .filter(|at| *at + 2 < self.quantity.span.start - piece.start)
            .map_or(piece.start, |at| piece.start + at + 1);
        Span::new(start.min(self.quantity.span.start), piece.end.max(self.quantity.span.end))
    }
}

/// 零事故, 零发生, 为零: an aim of none.
fn zero_targets(page: &Page) -> Vec<Target> {
    let mut found: Vec<Target> = Vec::new();
    for at in 0..page.folded.len() {
        if page.at(at) != Some('零') {
            continue;
        }
        let aim = ["零事故", "零发生", "零感染", "零容忍", "零死亡", "零投诉", "零报告"]
            .iter()
            .any(|word| page.starts(at, word))
            || page.ends(at, "为");
        let named = page.starts(at, "零容忍") || page.starts(at, "零报告");
        let clause = page.clause(at);
        // 零事故、零发生 in one phrase is one target.
        let again = found.last().is_some_and(|last| last.span == clause);
        if aim && !named && !again {
            found.push(Target {
                quote: page.quote(clause),
                metric: page.quote(Span::new((at + 1).min(clause.end), clause.end)),
                op: Comparison::Equal,
                value: Amount::Whole(0),
                unit: String::new(),
                span: clause,
                confidence: 0.7,
                rule: "target.zero",
            });
        }
    }
    found
}
