//! Submissions: checked, queued for the writer, answered when they are durable.

use super::Submission;
use crate::actor::Actor;
use crate::error::{FieldProblem, Result, WorkError};
use crate::work::Work;
use crate::workflow::TRIES;
use hygeia_pack::model::Register;
use hygeia_store::{Put, StoreError};
use std::collections::HashSet;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, sync_channel};

/// Submissions of one request that wait for their commit at most.
const MOST_WAITING: usize = 256;

/// What became of a submission.
#[derive(Debug, Clone, serde::Serialize)]
pub struct Receipt {
    /// Id of the entry.
    pub id: uuid::Uuid,
    /// Version stored.
    pub version: i64,
    /// `created`, `updated` or `unchanged`.
    pub outcome: &'static str,
    /// Broken rules of the warning kind.
    pub warnings: Vec<FieldProblem>,
}

/// A submission that has been through the writer: stored, refused by it, or to be checked anew.
pub struct WrittenEntry {
    actor: Actor,
    submission: Submission,
    register: Arc<Register>,
    id: uuid::Uuid,
    warnings: Vec<FieldProblem>,
    put: hygeia_store::Result<Option<Put>>,
}

impl WrittenEntry {
    /// Whether its receipt is made without asking the database again.
    pub fn is_settled(&self) -> bool {
        matches!(self.put, Ok(Some(_)))
    }
}

/// The entries and the person that a submission names, its own id and those its fields refer to: what is checked may
/// depend on what came before about any of them.
fn touches(submission: &Submission) -> Vec<String> {
    let texts = submission.values.values().filter_map(serde_json::Value::as_str);
    let named = texts.filter_map(|text| uuid::Uuid::parse_str(text).ok());
    let ids = submission.id.into_iter().chain(named).map(|id| format!("id {id}"));
    let person = submission.person.as_ref().map(|person| format!("person {person}"));
    ids.chain(person).collect()
}

impl Work {
    /// Stores one entry: authorise, check, compute, then one durable transaction.
    ///
    /// A submission whose id is known is compared with what is stored: equal is `unchanged`, different is a change
    /// and needs the right to edit. All problems of the input come together.
    pub fn entry_submit(&self, actor: &Actor, register: &str, submission: Submission) -> Result<Receipt> {
        let (sender, receiver) = sync_channel(1);
        self.entry_queue(actor, register, submission, move |written| {
            let _ = sender.send(written);
        });
        self.received(&receiver)
    }

    /// Like [`Work::entry_submit`], but returns when the checked entry stands in the writer's queue, so that nobody
    /// has to stand there waiting. `then` gets a refusal at once; what was written it gets from the writer, and only
    /// hands it on, to [`Work::entry_receipt`]. It is dropped uncalled when the writer stops.
    pub fn entry_queue(
        &self,
        actor: &Actor,
        register: &str,
        submission: Submission,
        then: impl FnOnce(Result<WrittenEntry>) + Send + 'static,
    ) {
        let mut prepared = match self.prepare(actor, register, &submission) {
            Ok(prepared) => prepared,
            Err(refusal) => return then(Err(refusal)),
        };
        let (register, id) = (Arc::clone(&prepared.register), prepared.ready.id().0);
        let warnings = std::mem::take(&mut prepared.warnings);
        let actor = actor.clone();
        // A writer that has stopped drops `then`.
        let _ = self.store.write_then(
            move |writer| prepared.put(writer),
            move |put| then(Ok(WrittenEntry { actor, submission, register, id, warnings, put })),
        );
    }

    /// Submits many entries in their order and answers each in its place; one that cannot be read is answered as it is.
    /// Those that neither name the same entry nor are about the same person do not wait for each other, so that they
    /// share commits.
    pub fn entry_submit_many(
        &self,
        actor: &Actor,
        register: &str,
        submissions: Vec<Result<Submission>>,
    ) -> Vec<Result<Receipt>> {
        let mut receipts = Vec::with_capacity(submissions.len());
        let mut waiting: Vec<Receiver<Result<WrittenEntry>>> = Vec::new();
        let mut touched = HashSet::new();
        for submission in submissions {
            let own = submission.as_ref().map_or_else(|_| Vec::new(), touches);
            if own.iter().any(|one| touched.contains(one)) || waiting.len() >= MOST_WAITING {
                receipts.extend(waiting.drain(..).map(|one| self.received(&one)));
                touched.clear();
            }
            touched.extend(own);
            let (sender, receiver) = sync_channel(1);
            let then = move |written| {
                let _ = sender.send(written);
            };
            match submission {
                Ok(submission) => self.entry_queue(actor, register, submission, then),
                Err(error) => then(Err(error)),
            }
            waiting.push(receiver);
        }
        receipts.extend(waiting.iter().map(|one| self.received(one)));
        receipts
    }

    fn received(&self, receiver: &Receiver<Result<WrittenEntry>>) -> Result<Receipt> {
        self.entry_receipt(receiver.recv().map_err(|_| StoreError::Stopped)??)
    }

    /// What became of a submission. One whose entry a step of its workflow changed meanwhile is checked and written
    /// again.
    pub fn entry_receipt(&self, written: WrittenEntry) -> Result<Receipt> {
        let WrittenEntry { actor, submission, register, id, warnings, put } = written;
        let put = put.map_err(|error| self.explained(&actor, error))?;
        if let Some(put) = put {
            return receipt(&register, id, put, warnings);
        }
        for _ in 1..TRIES {
            let mut prepared = self.prepare(&actor, register.id.as_str(), &submission)?;
            let warnings = std::mem::take(&mut prepared.warnings);
            let put = self.store.write(move |writer| prepared.put(writer));
            if let Some(put) = put.map_err(|error| self.explained(&actor, error))? {
                return receipt(&register, id, put, warnings);
            }
        }
        Err(WorkError::Conflict { current: submission.version.unwrap_or_default() })
    }
}

pub(crate) fn receipt(
    register: &Register,
    id: uuid::Uuid,
    put: Put,
    warnings: Vec<FieldProblem>,
) -> Result<Receipt> {
    let made = |version, outcome| Ok(Receipt { id, version, outcome, warnings });
    match put {
        Put::Created { version } => made(version, "created"),
        Put::Updated { version } => made(version, "updated"),
        Put::Unchanged { version } => made(version, "unchanged"),
        Put::Conflict { current } => Err(WorkError::Conflict { current: current.version }),
        Put::Duplicate { existing } => Err(WorkError::Duplicate {
            message: format!("{}已有 {} 的同一登记，请打开原记录修改", register.title.zh, existing.day),
            existing: existing.id.0,
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_submission_waits_for_what_it_names() {
        let (own, earlier) = (uuid::Uuid::from_u128(1), uuid::Uuid::from_u128(2));
        let values = json!({ "exam": earlier.to_string(), "note": "复查", "height_cm": 109.5 });
        let submission = Submission {
            id: Some(own),
            person: Some("child1".into()),
            values: values.as_object().cloned().unwrap_or_default(),
            ..Submission::default()
        };
        let expected = [format!("id {own}"), format!("id {earlier}"), "person child1".to_owned()];
        assert_eq!(touches(&submission), expected);
        assert!(touches(&Submission::default()).is_empty());
    }
}
