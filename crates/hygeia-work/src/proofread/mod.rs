//! Proofreading (校对): a written document against itself and against the records.

mod document;
mod figures;
mod names;
mod place;

pub use document::{Decision, Proofreading};
pub(crate) use place::unit_of;

use crate::actor::Actor;
use crate::error::Result;
use crate::indicator::Figure;
use crate::period::Period;
use crate::work::Work;
use hygeia_store::OrgUnitId;
use hygeia_text::reading::Span;
use hygeia_text::{FindingKind, Normalised};

/// What is wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(untagged)]
pub enum RemarkKind {
    /// Found in the document alone.
    Text(FindingKind),
    /// The records say something else (与登记不符).
    Record(RecordKind),
}

/// The kind of a finding that the records gave.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum RecordKind {
    /// A figure differs from the indicator.
    Record,
}

/// One finding with what the records add to it.
#[derive(Debug, Clone, serde::Serialize)]
pub struct Remark {
    /// Stays the same for the same place, kind and wording, so that a decision finds its finding again.
    pub key: String,
    /// What is wrong.
    pub kind: RemarkKind,
    /// Where, in characters of the normalised text.
    pub span: Span,
    /// What the document says, verbatim.
    pub said: String,
    /// What follows from it.
    pub follows: String,
    /// How sure, 0 to 1.
    pub confidence: f32,
    /// A better wording of what is said, where there is one.
    pub suggestion: Option<String>,
    /// The number of the records that it rests on.
    #[serde(serialize_with = "figure_json")]
    pub evidence: Option<Figure>,
}

/// A figure of the document that the records bear out.
#[derive(Debug, Clone, serde::Serialize)]
pub struct Supported {
    /// Where it stands.
    pub span: Span,
    /// What the document says.
    pub said: String,
    /// The number of the records.
    #[serde(serialize_with = "figure_json")]
    pub evidence: Option<Figure>,
}

/// All that proofreading found.
#[derive(Debug, Clone, serde::Serialize)]
pub struct Findings {
    /// What should be looked at, in the order of the text.
    pub findings: Vec<Remark>,
    /// Figures equal to the records.
    pub supported: Vec<Supported>,
    /// Figures that no indicator of the installed packs measures, or of which there are no records: span and text.
    pub unsupported: Vec<Supported>,
}

fn figure_json<S: serde::Serializer>(
    figure: &Option<Figure>,
    serializer: S,
) -> std::result::Result<S::Ok, S::Error> {
    use crate::indicator::FigureId;
    use serde::Serialize;
    let Some(figure) = figure else { return serializer.serialize_none() };
    let id = match &figure.id {
        FigureId::Indicator(id) => id.to_string(),
        FigureId::Measure(id) => id.to_string(),
        FigureId::Part(id, part) => format!("{id}@{part}"),
    };
    let json = serde_json::json!({
        "id": id, "title": figure.title, "period": figure.period.to_string(), "value": figure.number(),
        "unit": figure.measure_word,
    });
    json.serialize(serializer)
}

impl Work {
    /// Proofreads a text: what is wrong in itself, and where it differs from the records of `unit` in `period`. The
    /// actor must reach the unit.
    ///
    /// A figure is compared only where the document names an indicator or a measure by its title or a synonym, for
    /// this unit or one below it, and for this period or a month in it; when that is not sure nothing is said.
    pub fn proofread(
        &self,
        actor: &Actor,
        unit: OrgUnitId,
        period: &Period,
        text: &Normalised,
    ) -> Result<Findings> {
        let compared = self.compare_figures(actor, unit, period, text)?;
        let mut findings: Vec<Remark> = hygeia_text::proofread(text)
            .into_iter()
            .map(|finding| Remark {
                key: String::new(),
                kind: RemarkKind::Text(finding.kind),
                span: finding.span,
                said: finding.said,
                follows: finding.follows,
                confidence: finding.confidence,
                suggestion: finding.suggestion,
                evidence: None,
            })
            .collect();
        for supply in compared.supplies {
            let missing = findings.iter_mut().find(|known| {
                known.kind == RemarkKind::Text(FindingKind::Missing) && known.span == supply.span
            });
            if let Some(missing) = missing {
                missing.follows = format!("{}；登记数据：{}", missing.follows, supply.follows);
                // What the document itself reckons and what the records say may differ: the records are the proof.
                missing.suggestion = supply.suggestion;
                missing.evidence = supply.evidence;
            }
        }
        findings.extend(compared.differing);
        findings.sort_by_key(|remark| remark.span);
        for (at, remark) in findings.iter_mut().enumerate() {
            let kind = serde_json::to_value(remark.kind).ok();
            let kind = kind.as_ref().and_then(|kind| kind.as_str()).unwrap_or_default();
            remark.key = format!("{kind}:{}:{}:{at}", remark.span.start, remark.span.end);
        }
        Ok(Findings { findings, supported: compared.supported, unsupported: compared.unsupported })
    }
}
