//! Every figure of a document against the records.

use super::names::MetricNames;
use super::place::{Clauses, period_of, unit_of};
use super::{RecordKind, Remark, RemarkKind, Supported};
use crate::actor::Actor;
use crate::error::Result;
use crate::indicator::{Figure, FigureId, FigureQuery};
use crate::period::Period;
use crate::work::Work;
use hygeia_store::OrgUnitId;
use hygeia_text::Normalised;
use hygeia_text::reading::{self, GapKind, Span};
use rust_decimal::{Decimal, RoundingStrategy};

/// Characters that stand for a hidden number.
const MASKS: [char; 8] = ['x', 'X', '×', '*', '＊', '_', '＿', '某'];

/// What comparing with the records gave.
#[derive(Default)]
pub(super) struct Compared {
    pub differing: Vec<Remark>,
    /// Values for missing numbers.
    pub supplies: Vec<Remark>,
    pub supported: Vec<Supported>,
    pub unsupported: Vec<Supported>,
}

impl Work {
    pub(super) fn compare_figures(
        &self,
        actor: &Actor,
        unit: OrgUnitId,
        period: &Period,
        text: &Normalised,
    ) -> Result<Compared> {
        let names = MetricNames::of(&self.packs());
        let reading = hygeia_text::read(text);
        let clauses = Clauses::of(&text.text);
        let mut compared = Compared::default();
        for figure in &reading.figures {
            let ids = names.find(&figure.metric, &figure.unit);
            let record = self.record(actor, &ids, unit, period, &clauses, figure.span)?;
            let place = |evidence| Supported { span: figure.span, said: figure.quote.clone(), evidence };
            let judged = record.and_then(|record| Some((agrees(figure, &record)?, record)));
            match judged {
                Some((true, record)) => compared.supported.push(place(Some(record))),
                Some((false, record)) => compared.differing.push(self.difference(figure, record)),
                None => compared.unsupported.push(place(None)),
            }
        }
        for gap in &reading.gaps {
            let clause = clauses.clause(gap.span);
            let before = clauses.slice(Span::new(clause.start, number_place(&clauses, gap)));
            let before = before.trim_end_matches(['为', '达', '到', '是', '共', '约', '近', '有']);
            let ids = names.at_end(before, &gap.unit);
            let record = self.record(actor, &ids, unit, period, &clauses, gap.span)?;
            if let Some((record, number)) = record.and_then(|record| Some((record.clone(), record.number()?)))
            {
                compared.supplies.push(Remark {
                    key: String::new(),
                    kind: RemarkKind::Record(RecordKind::Record),
                    span: gap.span,
                    said: gap.quote.clone(),
                    follows: self.about(&record),
                    confidence: 0.8,
                    suggestion: filled(gap, &number, &record.measure_word),
                    evidence: Some(record),
                });
            }
        }
        Ok(compared)
    }

    /// The number of the records for what the clause around `span` speaks of; `None` when there is none, or when more than
    /// one of `ids` has one.
    fn record(
        &self,
        actor: &Actor,
        ids: &[&FigureId],
        unit: OrgUnitId,
        period: &Period,
        clauses: &Clauses,
        span: Span,
    ) -> Result<Option<Figure>> {
        let sentence = clauses.slice(clauses.sentence(span));
        let clause = clauses.slice(clauses.clause(span));
        if ids.is_empty() {
            return Ok(None);
        }
        let Some(unit) = unit_of(&self.directory(), unit, &clause) else { return Ok(None) };
        // A time stands at the head of its sentence as often as in the clause.
        let Some(period) = period_of(&self.calendar(), period, &sentence, &clause) else { return Ok(None) };
        let figures = ids.iter().map(|id| (*id).clone()).collect();
        let found =
            self.document_figures(actor, &FigureQuery { figures, units: vec![unit], periods: vec![period] })?;
        let mut known = found.into_iter().filter(|figure| figure.value.is_some());
        Ok(known.next().filter(|_| known.next().is_none()))
    }

    /// `全园 2026年11月 晨检率 98.2%`.
    fn about(&self, record: &Figure) -> String {
        let unit = self.directory().full_title(record.unit);
        format!("{unit} {} {} {}", record.period.title(false), record.title, record.text())
    }

    fn difference(&self, figure: &reading::Figure, record: Figure) -> Remark {
        let suggestion = record.number().and_then(|number| replaced(&figure.quote, figure, &number));
        Remark {
            key: String::new(),
            kind: RemarkKind::Record(RecordKind::Record),
            span: figure.span,
            said: figure.quote.clone(),
            follows: format!("与登记数据不符：{}", self.about(&record)),
            confidence: 0.8,
            suggestion,
            evidence: Some(record),
        }
    }
}

/// Whether the figure says what the record says, at the precision it is written in; `None` for a range.
fn agrees(figure: &reading::Figure, record: &Figure) -> Option<bool> {
    let said = Decimal::try_from(figure.value.number()?).ok()?.normalize();
    let known = record.value?;
    let rounded = known.round_dp_with_strategy(said.scale(), RoundingStrategy::MidpointAwayFromZero);
    // “近”“余” say on which side of the number the truth lies, and that it is not far.
    let within = |low: &str, high: &str| -> Option<bool> {
        let (low, high): (Decimal, Decimal) = (low.parse().ok()?, high.parse().ok()?);
        Some(known >= said * low && known <= said * high)
    };
    match figure.approx.as_deref() {
        None => Some(rounded == said),
        Some("余" | "多" | "以上") => within("1", "1.2"),
        Some("近") => within("0.9", "1"),
        Some(_) => within("0.9", "1.1"),
    }
}

/// Where in the text the number of a gap belongs.
fn number_place(clauses: &Clauses, gap: &reading::Gap) -> usize {
    let quote: Vec<char> = clauses.slice(gap.span).chars().collect();
    match gap.kind {
        GapKind::Mask => gap.span.start + quote.iter().position(|c| MASKS.contains(c)).unwrap_or(0),
        GapKind::Silent => {
            let unit = gap.unit.chars().count();
            let tail: String = quote.iter().skip(quote.len().saturating_sub(unit)).collect();
            if unit > 0 && tail == gap.unit { gap.span.end - unit } else { gap.span.end }
        }
    }
}

/// The wording of a gap with its number.
fn filled(gap: &reading::Gap, number: &str, measure_word: &str) -> Option<String> {
    match gap.kind {
        GapKind::Mask => {
            let from = gap.quote.find(MASKS)?;
            let rest = gap.quote.get(from..)?;
            let after = rest.trim_start_matches(MASKS);
            Some(format!("{}{number}{after}", gap.quote.get(..from)?))
        }
        GapKind::Silent => match gap.quote.strip_suffix(gap.unit.as_str()) {
            Some(before) if !gap.unit.is_empty() => Some(format!("{before}{number}{}", gap.unit)),
            _ => Some(format!("{}{number}{measure_word}", gap.quote)),
        },
    }
}

/// The quote with the figure's digits replaced; `None` when it is written in words or in 万.
fn replaced(quote: &str, figure: &reading::Figure, number: &str) -> Option<String> {
    let said = figure.value.number()?;
    let is_part = |c: char| c.is_ascii_digit() || c == '.' || c == ',';
    let mut at = 0;
    while let Some(from) = quote.get(at..)?.find(|c: char| c.is_ascii_digit()).map(|found| at + found) {
        let rest = quote.get(from..)?;
        let length = rest.find(|c| !is_part(c)).unwrap_or(rest.len());
        let digits = rest.get(..length)?.trim_end_matches(['.', ',']);
        let value: Option<f64> = digits.replace(',', "").parse().ok();
        if value.is_some_and(|value| (value - said).abs() < 1e-9) {
            return Some(format!("{}{number}{}", quote.get(..from)?, rest.get(digits.len()..)?));
        }
        at = from + length;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use hygeia_text::reading::Amount;

    fn figure(quote: &str, value: Amount) -> reading::Figure {
        reading::Figure {
            quote: quote.into(),
            metric: String::new(),
            value,
            unit: "%".into(),
            approx: None,
            span: Span::new(0, 0),
            confidence: 1.0,
            rule: "test",
        }
    }

    #[test]
    fn the_number_is_put_where_it_was() {
        let said = figure("2 次抽查，晨检率达98%以上", Amount::Whole(98));
        assert_eq!(replaced(&said.quote, &said, "97.4").as_deref(), Some("2 次抽查，晨检率达97.4%以上"));
        let words = figure("晨检率达九成", Amount::Whole(90));
        assert_eq!(replaced(&words.quote, &words, "97.4"), None);
    }

    #[test]
    fn a_gap_is_filled_in_place() {
        let gap = |quote: &str, kind, unit: &str| reading::Gap {
            quote: quote.into(),
            kind,
            unit: unit.into(),
            span: Span::new(0, quote.chars().count()),
            confidence: 1.0,
            rule: "test",
        };
        let fill = |gap: &reading::Gap| filled(gap, "98.2", "%");
        assert_eq!(fill(&gap("晨检率为%", GapKind::Silent, "%")).as_deref(), Some("晨检率为98.2%"));
        assert_eq!(fill(&gap("晨检率为", GapKind::Silent, "")).as_deref(), Some("晨检率为98.2%"));
        assert_eq!(fill(&gap("达xx%", GapKind::Mask, "%")).as_deref(), Some("达98.2%"));
    }
}
