//! Documents under proofreading: kept with what was decided, corrected on the screen and in the file.

use super::{Findings, Remark};
use crate::actor::{Actor, Right};
use crate::error::{FieldProblem, Result, WorkError};
use crate::period::Period;
use crate::work::Work;
use hygeia_store::{Document, DocumentId, OrgUnitId};
use hygeia_text::source::{Form, Source};
use hygeia_text::{Edit, Normalised, Signature};
use serde_json::json;

/// Largest document accepted, in bytes.
const LARGEST_DOCUMENT: usize = 20 * 1024 * 1024;

/// What a person decided about a finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Decision {
    /// The wording given stands instead of what is said; without one, the finding becomes a comment.
    Accepted(Option<String>),
    /// Nothing is wrong here.
    Ignored,
    /// Undecided again.
    Open,
}

/// A document with its findings and decisions.
#[derive(Debug, Clone)]
pub struct Proofreading {
    /// The document as it is kept.
    pub document: Document,
    /// Its text.
    pub text: Normalised,
    /// Findings.
    pub found: Findings,
    source: Source,
}

impl Proofreading {
    /// What was decided about a finding.
    pub fn decision(&self, remark: &Remark) -> Decision {
        let stored = self.document.decisions.get(&remark.key);
        match stored.and_then(|stored| stored.get("state")).and_then(|state| state.as_str()) {
            Some("accepted") => {
                let wording = stored.and_then(|stored| stored.get("wording")).and_then(|text| text.as_str());
                Decision::Accepted(wording.map(str::to_owned))
            }
            Some("ignored") => Decision::Ignored,
            _ => Decision::Open,
        }
    }

    /// The text with every accepted wording in it.
    pub fn corrected(&self) -> String {
        let mut chars: Vec<char> = self.text.text.chars().collect();
        let mut edits: Vec<(&Remark, String)> =
            self.found.findings.iter().filter_map(|remark| self.wording(remark)).collect();
        edits.sort_by_key(|(remark, _)| remark.span);
        // From the back, so that places before an edit stay true; of two that overlap the first one counts.
        let mut free = usize::MAX;
        let mut kept: Vec<(&Remark, String)> = Vec::new();
        for (remark, wording) in edits {
            if kept.last().is_none_or(|(before, _)| before.span.end <= remark.span.start) {
                kept.push((remark, wording));
            }
        }
        for (remark, wording) in kept.into_iter().rev() {
            let end = remark.span.end.min(chars.len()).min(free);
            if remark.span.start <= end {
                chars.splice(remark.span.start..end, wording.chars());
                free = remark.span.start;
            }
        }
        chars.into_iter().collect()
    }

    /// The wording that an accepted finding puts in place of what is said.
    fn wording<'a>(&self, remark: &'a Remark) -> Option<(&'a Remark, String)> {
        match self.decision(remark) {
            Decision::Accepted(Some(wording)) => Some((remark, wording)),
            _ => None,
        }
    }
}

impl Work {
    /// Whether the actor may proofread documents of `unit`.
    pub fn may_proofread(&self, actor: &Actor, unit: OrgUnitId) -> bool {
        actor.has_right(&self.packs(), &self.directory(), Right::Plan, unit)
    }

    /// Keeps a document to be proofread for `unit` and `period`.
    pub fn document_upload(
        &self,
        actor: &Actor,
        unit: OrgUnitId,
        period: &Period,
        file_name: &str,
        bytes: &[u8],
    ) -> Result<DocumentId> {
        actor.must_have(&self.packs(), &self.directory(), Right::Plan, unit)?;
        let fault = |message: String| WorkError::Invalid(vec![FieldProblem::error("file", message)]);
        if bytes.iter().all(u8::is_ascii_whitespace) {
            return Err(fault("没有内容：请选择文件（DOCX、TXT），或把正文粘贴进来".into()));
        }
        if bytes.len() > LARGEST_DOCUMENT {
            return Err(fault("文件超过 20 MB，请只上传正文".into()));
        }
        let source = hygeia_text::decode(bytes, file_name).map_err(|error| fault(error.to_string()))?;
        let text = hygeia_text::normalise(&source);
        let document = Document {
            id: DocumentId(0),
            unit,
            title: crate::plan::title_of(&text.text, file_name),
            period: period.to_string(),
            file_name: file_name.chars().take(200).collect(),
            source: bytes.to_vec(),
            decisions: json!({}),
            updated_at: actor.now,
            updated_by: actor.name.clone(),
        };
        let county = self.county;
        Ok(self.store.write(move |writer| writer.document_put(county, &document))?)
    }

    /// Documents of the units the actor may write plans and reports for, last changed first.
    pub fn document_list(&self, actor: &Actor) -> Result<Vec<Document>> {
        let county = self.county;
        let documents = self.store.read(|reader| reader.document_list(county))?;
        Ok(documents.into_iter().filter(|document| self.may_proofread(actor, document.unit)).collect())
    }

    fn document_get(&self, actor: &Actor, id: DocumentId) -> Result<Document> {
        let county = self.county;
        let found = self.store.read(|reader| reader.document_get(county, id))?;
        found
            .filter(|document| self.may_proofread(actor, document.unit))
            .ok_or_else(|| WorkError::NotFound("该文档".into()))
    }

    /// A document with its findings, as the records stand now.
    pub fn document_open(&self, actor: &Actor, id: DocumentId) -> Result<Proofreading> {
        let document = self.document_get(actor, id)?;
        let source = hygeia_text::decode(&document.source, &document.file_name)
            .map_err(|error| WorkError::Bad(error.to_string()))?;
        let text = hygeia_text::normalise(&source);
        let period = Period::parse(&document.period, &self.calendar())
            .map_err(|error| WorkError::Bad(error.to_string()))?;
        let found = self.proofread(actor, document.unit, &period, &text)?;
        Ok(Proofreading { document, text, found, source })
    }

    /// Stores a decision about one finding.
    pub fn document_decide(
        &self,
        actor: &Actor,
        id: DocumentId,
        key: &str,
        decision: &Decision,
    ) -> Result<Proofreading> {
        let mut reading = self.document_open(actor, id)?;
        if !reading.found.findings.iter().any(|remark| remark.key == key) {
            return Err(WorkError::NotFound("该处问题（登记数据可能已更新，请刷新页面）".into()));
        }
        let stored = match decision {
            Decision::Accepted(wording) => json!({ "state": "accepted", "wording": wording }),
            Decision::Ignored => json!({ "state": "ignored" }),
            Decision::Open => serde_json::Value::Null,
        };
        if let Some(all) = reading.document.decisions.as_object_mut() {
            if stored.is_null() {
                all.remove(key);
            } else {
                all.insert(key.to_owned(), stored);
            }
        }
        reading.document.updated_at = actor.now;
        reading.document.updated_by = actor.name.clone();
        let (county, document) = (self.county, reading.document.clone());
        self.store.write(move |writer| writer.document_put(county, &document))?;
        Ok(reading)
    }

    /// Forgets a document.
    pub fn document_delete(&self, actor: &Actor, id: DocumentId) -> Result<()> {
        self.document_get(actor, id)?;
        let county = self.county;
        Ok(self.store.write(move |writer| writer.document_delete(county, id))?)
    }

    /// The file with accepted wordings as tracked changes and accepted findings as comments: its name and bytes. A document
    /// that came as plain text or a web page becomes a DOCX.
    pub fn document_revised(&self, actor: &Actor, id: DocumentId) -> Result<(String, Vec<u8>)> {
        let reading = self.document_open(actor, id)?;
        let edits: Vec<Edit> = reading
            .found
            .findings
            .iter()
            .filter_map(|remark| match reading.decision(remark) {
                Decision::Accepted(wording) => {
                    let (span, replacement) = reading.text.correction(&reading.source, remark.span, wording);
                    Some(Edit { span, replacement, comment: Some(remark.follows.clone()) })
                }
                _ => None,
            })
            .collect();
        let broken = |error: hygeia_text::DecodeError| WorkError::Bad(error.to_string());
        let base = match reading.source.form {
            Form::Docx => reading.document.source.clone(),
            _ => hygeia_text::docx_of(&reading.source.text).map_err(broken)?,
        };
        let at = actor.now.strftime("%Y-%m-%dT%H:%M:%SZ").to_string();
        let revision =
            hygeia_text::revise(&base, &edits, Signature { author: &actor.name, at: &at }).map_err(broken)?;
        let name = reading
            .document
            .file_name
            .rsplit_once('.')
            .map_or(reading.document.file_name.as_str(), |(stem, _)| stem);
        Ok((format!("{name}（校对）.docx"), revision.bytes))
    }
}
