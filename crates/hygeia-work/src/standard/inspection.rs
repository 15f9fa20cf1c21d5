//! Inspections: opened, marked item by item, finished; what they come to side by side.

use super::apply::edition_of;
use super::{Mark, Outcome, score};
use crate::actor::{Action, Actor};
use crate::entry::{EntryView, Prepared, Receipt, Submission};
use crate::error::{FieldProblem, Result, WorkError};
use crate::value::to_json;
use crate::work::Work;
use hygeia_expr::Value;
use hygeia_pack::model::{Edition, Rectify, Register, StandardItem};
use hygeia_store::{Change, Entry, EntryId, EntryQuery, OrgUnitId, Put, StoreError};
use jiff::ToSpan;
use serde_json::{Map, Value as Json};

/// How often a mark is tried again when another inspector saved meanwhile.
const MOST_TRIES: usize = 4;

/// An inspection with the checklist it was made by.
#[derive(Debug, Clone)]
pub struct Inspection {
    /// Its register.
    pub register: Register,
    /// The edition it keeps.
    pub edition: Edition,
    /// The marks so far.
    pub marks: Vec<Mark>,
    /// What they come to.
    pub outcome: Outcome,
    /// The entry.
    pub view: EntryView,
    /// Its history, newest first.
    pub history: Vec<Change>,
    /// Rectifications that came of it.
    pub corrections: Vec<Entry>,
    /// Whether the actor may mark.
    pub may_mark: bool,
}

impl Inspection {
    /// The mark of an item.
    pub fn mark(&self, code: &str) -> Option<&Mark> {
        self.marks.iter().find(|mark| mark.item == code)
    }
}

/// What became of a mark.
#[derive(Debug, Clone)]
pub struct Marked {
    /// Version of the entry.
    pub version: i64,
    /// The mark as stored, its points worked out.
    pub mark: Mark,
    /// What the inspection comes to now.
    pub outcome: Outcome,
}

/// Two inspections of one unit by the same standard, item by item.
#[derive(Debug, Clone)]
pub struct Comparison {
    /// The unit's own.
    pub own: Entry,
    /// The outside one.
    pub outside: Entry,
    /// Items with different points: the item, the unit's own mark, the outside mark.
    pub differing: Vec<(StandardItem, Option<Mark>, Option<Mark>)>,
}

impl Work {
    /// The register, when its entries are inspections.
    pub(crate) fn inspection_register(&self, register: &str) -> Result<Register> {
        let packs = self.packs();
        let found = self.register(&packs, register)?;
        if found.standard.is_none() {
            return Err(WorkError::Bad(format!("“{}”不按标准评分", found.title.zh)));
        }
        Ok(found.clone())
    }

    /// An inspection with its checklist, marks, history and rectifications.
    pub fn inspection_open(&self, actor: &Actor, register: &str, id: uuid::Uuid) -> Result<Inspection> {
        let register = self.inspection_register(register)?;
        let (view, history) = self.entry_open(actor, register.id.as_str(), id)?;
        let edition = own_edition(&register, &view.entry)?.clone();
        let marks = Mark::of_rows(view.entry.values.get("results"));
        let directory = self.directory();
        let own = view.entry.created_by.account == actor.account && view.entry.day == actor.today();
        let action = if own { Action::Enter } else { Action::Edit };
        let may_mark = !view.entry.void && actor.may(&directory, &register, action, view.entry.unit);
        let corrections = match &register.rectify {
            Some(rectify) => self.corrections_of(actor, rectify, id, view.entry.unit)?,
            None => Vec::new(),
        };
        let outcome = score(&edition, &marks);
        Ok(Inspection { outcome, edition, marks, view, history, corrections, may_mark, register })
    }

    /// Marks one item; the others stay as they are. `mark` has the fields of a row of `results`.
    pub fn inspection_mark(
        &self,
        actor: &Actor,
        register: &str,
        id: uuid::Uuid,
        mark: &Map<String, Json>,
    ) -> Result<Marked> {
        let code = mark.get("item").and_then(Json::as_str).unwrap_or_default().to_owned();
        let receipt = self.inspection_change(actor, register, id, |_, rows| {
            rows.retain(|row| row.get("item").and_then(Json::as_str) != Some(&code));
            rows.push(Json::Object(mark.clone()));
        })?;
        let (view, _) = self.entry_open(actor, register, id)?;
        let register = self.inspection_register(register)?;
        let marks = Mark::of_rows(view.entry.values.get("results"));
        let outcome = score(own_edition(&register, &view.entry)?, &marks);
        let missing = || WorkError::NotFound(format!("条目“{code}”"));
        let mark = marks.into_iter().find(|mark| mark.item == code).ok_or_else(missing)?;
        Ok(Marked { version: receipt.version, mark, outcome })
    }

    /// Ends an inspection: with `rest_full` the items without a mark get full points. What is to be corrected becomes
    /// an entry of the register of rectifications, each once however often this is called; marks and rectifications
    /// are stored together or not at all.
    ///
    /// # Errors
    ///
    /// When items have no mark yet, or points were taken without a word.
    pub fn inspection_finish(
        &self,
        actor: &Actor,
        register: &str,
        id: uuid::Uuid,
        rest_full: bool,
    ) -> Result<Inspection> {
        let mut tries = 1;
        loop {
            match self.finish_once(actor, register, id, rest_full) {
                Err(WorkError::Conflict { .. }) if tries < MOST_TRIES => tries += 1,
                done => break done?,
            }
        }
        self.inspection_open(actor, register, id)
    }

    fn finish_once(&self, actor: &Actor, register: &str, id: uuid::Uuid, rest_full: bool) -> Result<()> {
        let opened = self.inspection_open(actor, register, id)?;
        let mut submission =
            Submission { id: Some(id), version: Some(opened.view.entry.version), ..Submission::default() };
        if rest_full && !opened.outcome.is_complete() {
            submission.values.insert("results".to_owned(), Json::Array(with_rest_full(&opened)));
        }
        let inspection = self.prepare(actor, register, &submission)?;
        let marks = Mark::of_rows(inspection.ready.values().get("results"));
        must_be_finished(&opened.edition, &marks)?;
        let corrections = match &opened.register.rectify {
            Some(rectify) => self.corrections_to_make(actor, &opened, &marks, rectify)?,
            None => Vec::new(),
        };
        let put = self.store.write(move |writer| {
            let put = inspection.put(writer)?;
            if matches!(put, None | Some(Put::Conflict { .. })) {
                return Ok(put);
            }
            for correction in corrections {
                // One that somebody else made meanwhile is this finding too; another one in its place is not.
                if let Some(Put::Duplicate { existing }) = correction.put(writer)? {
                    return Err(StoreError::Taken(existing.id.0.to_string()));
                }
            }
            Ok(put)
        });
        match put {
            Ok(None | Some(Put::Conflict { .. })) => {
                Err(WorkError::Conflict { current: opened.view.entry.version })
            }
            Ok(Some(_)) => Ok(()),
            Err(StoreError::Taken(_)) => {
                let message = "整改台账中当天已有同一登记，检查尚未完成；请先核对整改台账，评分已保存";
                Err(WorkError::Bad(message.into()))
            }
            Err(error) => Err(self.explained(actor, error)),
        }
    }

    /// Changes the marks of the version that is stored, again when somebody else was faster.
    fn inspection_change(
        &self,
        actor: &Actor,
        register: &str,
        id: uuid::Uuid,
        change: impl Fn(&Edition, &mut Vec<Json>),
    ) -> Result<Receipt> {
        let owner = self.inspection_register(register)?;
        let mut tries = 1;
        loop {
            let (view, _) = self.entry_open(actor, register, id)?;
            let marks = Mark::of_rows(view.entry.values.get("results"));
            let mut rows: Vec<Json> = marks.iter().map(|mark| to_json(&mark.to_row())).collect();
            change(own_edition(&owner, &view.entry)?, &mut rows);
            let submission = Submission {
                id: Some(id),
                values: Map::from_iter([("results".to_owned(), Json::Array(rows))]),
                version: Some(view.entry.version),
                ..Submission::default()
            };
            match self.entry_submit(actor, register, submission) {
                Err(WorkError::Conflict { .. }) if tries < MOST_TRIES => tries += 1,
                other => return other,
            }
        }
    }

    /// The rectifications that are not there yet.
    fn corrections_to_make(
        &self,
        actor: &Actor,
        inspection: &Inspection,
        marks: &[Mark],
        rectify: &Rectify,
    ) -> Result<Vec<Prepared>> {
        let packs = self.packs();
        let target = self.register(&packs, rectify.register.as_str())?;
        let directory = self.directory();
        let unit = directory.get(inspection.view.entry.unit).map(|unit| unit.code.clone());
        // The finding is the inspector's, whatever they may do in that register by themselves.
        let maker =
            Actor { account: actor.account, name: actor.name.clone(), ..self.system_actor(actor.now) };
        let id = inspection.view.entry.id.0;
        let mut made = Vec::new();
        for mark in marks {
            let Some(item) = inspection.edition.item(&mark.item).filter(|item| mark.is_finding(item)) else {
                continue;
            };
            let Some(requirement) = &mark.requirement else { continue };
            let due = mark.due.or_else(|| actor.today().checked_add(i32::from(rectify.days).days()).ok());
            let mut values = Map::from_iter([
                (target.day.clone(), Json::from(inspection.view.entry.day.to_string())),
                ("finding".to_owned(), Json::from(finding_text(item, mark))),
                ("requirement".to_owned(), Json::from(requirement.clone())),
                ("due".to_owned(), due.map_or(Json::Null, |due| Json::from(due.to_string()))),
                ("inspection".to_owned(), Json::from(id.to_string())),
            ]);
            if target.fields.contains_key("item") {
                values.insert("item".to_owned(), Json::from(item.title.zh.clone()));
            }
            let correction = correction_id(id, &item.code);
            // One that is there already may be on its way through its workflow: it stays as it is.
            let county = self.county;
            let known = self.store.read(|reader| reader.entry_get(county, target, EntryId(correction)))?;
            if known.is_none() {
                let submission = Submission {
                    id: Some(correction),
                    org_unit: unit.clone(),
                    values,
                    ..Submission::default()
                };
                made.push(self.prepare(&maker, target.id.as_str(), &submission)?);
            }
        }
        Ok(made)
    }

    fn corrections_of(
        &self,
        actor: &Actor,
        rectify: &Rectify,
        inspection: uuid::Uuid,
        unit: OrgUnitId,
    ) -> Result<Vec<Entry>> {
        let packs = self.packs();
        let register = self.register(&packs, rectify.register.as_str())?;
        if !actor.may(&self.directory(), register, Action::View, unit) {
            return Ok(Vec::new());
        }
        let query = EntryQuery {
            equals: vec![("inspection".to_owned(), Value::Text(inspection.to_string()))],
            ..EntryQuery::default()
        };
        let county = self.county;
        Ok(self.store.read(|reader| reader.entry_list(county, register, &query))?)
    }

    /// The latest self-assessment and the latest outside inspection of the unit, side by side, when both are there.
    pub fn inspection_compare(
        &self,
        actor: &Actor,
        register: &str,
        unit: OrgUnitId,
    ) -> Result<Option<Comparison>> {
        let register = self.inspection_register(register)?;
        actor.must(&self.directory(), &register, Action::View, unit)?;
        let path = self.directory().get(unit).map(|unit| unit.path.clone()).unwrap_or_default();
        let county = self.county;
        let latest = |assessor: &str| {
            let query = EntryQuery {
                unit_paths: vec![path.clone()],
                equals: vec![("assessor".to_owned(), Value::Text(assessor.to_owned()))],
                ..EntryQuery::default()
            };
            let entries = self.store.read(|reader| reader.entry_list(county, &register, &query))?;
            let scored =
                |entry: &Entry| entry.unit == unit && entry.values.get("score") != Some(&Value::Null);
            Ok::<_, WorkError>(entries.into_iter().find(scored))
        };
        let (Some(own), Some(outside)) = (latest("self")?, latest("outside")?) else { return Ok(None) };
        let edition = own_edition(&register, &outside)?;
        let (mine, theirs) =
            (Mark::of_rows(own.values.get("results")), Mark::of_rows(outside.values.get("results")));
        let of = |marks: &[Mark], code: &str| marks.iter().find(|mark| mark.item == code).cloned();
        let differing = edition
            .items()
            .map(|item| (item.clone(), of(&mine, &item.code), of(&theirs, &item.code)))
            .filter(|(_, mine, theirs)| {
                let shown =
                    |mark: &Option<Mark>| mark.as_ref().map(|mark| (mark.points, mark.skipped, mark.failed));
                shown(mine) != shown(theirs)
            })
            .collect();
        Ok(Some(Comparison { own, outside, differing }))
    }
}

/// The edition an entry was made by.
pub(crate) fn own_edition<'a>(register: &'a Register, entry: &Entry) -> Result<&'a Edition> {
    let standard = register.standard.as_ref();
    standard
        .and_then(|standard| edition_of(standard, register, &entry.values))
        .ok_or_else(|| WorkError::NotFound("该检查所用的标准版本".into()))
}

/// The marks so far, and full points for every item without one.
fn with_rest_full(inspection: &Inspection) -> Vec<Json> {
    let own = inspection.marks.iter().map(|mark| to_json(&mark.to_row()));
    let rest = inspection.edition.items().filter(|item| !item.bonus && inspection.mark(&item.code).is_none());
    own.chain(rest.map(full_mark)).collect()
}

/// Every item has its mark, and every point taken its reason.
fn must_be_finished(edition: &Edition, marks: &[Mark]) -> Result<()> {
    let outcome = score(edition, marks);
    if !outcome.is_complete() {
        let left = outcome.expected - outcome.judged;
        let message = format!("还有 {left} 项没有评分，请评完，或勾选“其余未评的项目给满分”");
        return Err(WorkError::Invalid(vec![FieldProblem::error("", message)]));
    }
    let silent: Vec<String> = marks.iter().filter_map(|mark| unexplained(edition, mark)).collect();
    if silent.is_empty() {
        Ok(())
    } else {
        let message = format!("{}扣了分，请写明原因；评分已保存", silent.join("、"));
        Err(WorkError::Invalid(vec![FieldProblem::error("", message)]))
    }
}

fn full_mark(item: &StandardItem) -> Json {
    let mut mark = Map::from_iter([("item".to_owned(), Json::from(item.code.clone()))]);
    if item.veto {
        mark.insert("failed".to_owned(), Json::from(false));
    } else {
        mark.insert("points".to_owned(), Json::from(item.points.normalize().to_string()));
    }
    Json::Object(mark)
}

/// The item's title, when points were taken without a word or a picture.
fn unexplained(edition: &Edition, mark: &Mark) -> Option<String> {
    let item = edition.item(&mark.item).filter(|item| mark.is_finding(item))?;
    let said = !mark.reasons.is_empty() || mark.note.is_some() || !mark.photos.is_empty();
    (!said).then(|| format!("“{}”", item.title.zh))
}

fn finding_text(item: &StandardItem, mark: &Mark) -> String {
    let reasons = mark.reasons_text(item);
    let parts = [reasons.as_str(), mark.note.as_deref().unwrap_or_default()];
    let said: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    let what = if said.is_empty() { "扣分".to_owned() } else { said.join("；") };
    format!("{}：{what}", item.title.zh)
}

/// The same finding always becomes the same rectification.
fn correction_id(inspection: uuid::Uuid, item: &str) -> uuid::Uuid {
    id_of(&format!("{inspection} {item}"))
}

/// The id that follows from a name.
pub(super) fn id_of(name: &str) -> uuid::Uuid {
    let hash = blake3::hash(name.as_bytes());
    let mut bytes = [0; 16];
    bytes.copy_from_slice(hash.as_bytes().split_at(16).0);
    uuid::Builder::from_custom_bytes(bytes).into_uuid()
}
