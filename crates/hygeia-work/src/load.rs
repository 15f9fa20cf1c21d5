//! Loading many entries at once: the same checks as one submission, one transaction for all.

use crate::actor::Actor;
use crate::entry::{broken_rules, complete, refused_day, signer, typed_values};
use crate::error::{FieldProblem, Result};
use crate::signal::Watch;
use crate::work::Work;
use crate::workflow::{Facts, advance, begin};
use hygeia_expr::Value;
use hygeia_pack::model::RegisterId;
use hygeia_store::{EntryId, EntryWrite, OrgUnitId, Person, Put, Queued};
use indexmap::IndexMap;
use jiff::Timestamp;
use serde_json::{Map, Value as Json};
use std::sync::Arc;

/// An entry whose unit and subject are known already.
#[derive(Debug, Clone)]
pub struct Prepared {
    /// Id.
    pub id: uuid::Uuid,
    /// Unit it belongs to.
    pub unit: OrgUnitId,
    /// Subject.
    pub person: Option<Arc<Person>>,
    /// Values as a form sends them.
    pub values: Map<String, Json>,
    /// When it was made.
    pub at: Timestamp,
}

/// What a load came to.
#[derive(Debug, Clone, Default)]
pub struct LoadReport {
    /// Entries stored.
    pub stored: usize,
    /// Entries refused, by position, with their problems.
    pub refused: Vec<(usize, Vec<FieldProblem>)>,
}

/// Checked entries on their way to the disk.
#[must_use = "a load that was not waited for may have failed"]
pub struct QueuedLoad {
    report: LoadReport,
    written: Queued<()>,
}

impl QueuedLoad {
    /// Returns when the entries are stored.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn wait(self) -> Result<LoadReport> {
        self.written.wait()?;
        Ok(self.report)
    }
}

impl Work {
    /// Checks, computes and stores entries of one register; those with problems are left out and reported. Fixed
    /// thresholds are judged once over the days the entries touch.
    ///
    /// # Errors
    ///
    /// When there is no such register, or the database fails.
    pub fn entries_load(&self, actor: &Actor, register: &str, prepared: Vec<Prepared>) -> Result<LoadReport> {
        let watch = self.watch_on(&RegisterId::from(register), actor.now);
        self.load(actor, register, prepared, watch)?.wait()
    }

    /// Like [`Work::entries_load`] for a past that is judged afterwards, as it went by, with
    /// [`Work::detect_between`].
    ///
    /// # Errors
    ///
    /// As [`Work::entries_load`].
    pub fn past_load(&self, actor: &Actor, register: &str, prepared: Vec<Prepared>) -> Result<LoadReport> {
        self.past_queue(actor, register, prepared)?.wait()
    }

    /// Like [`Work::past_load`], but returns when the entries are checked: the next can be made while these are written.
    ///
    /// # Errors
    ///
    /// When there is no such register, or the writer has stopped.
    pub fn past_queue(&self, actor: &Actor, register: &str, prepared: Vec<Prepared>) -> Result<QueuedLoad> {
        self.load(actor, register, prepared, None)
    }

    fn load(
        &self,
        actor: &Actor,
        register: &str,
        prepared: Vec<Prepared>,
        watch: Option<Watch>,
    ) -> Result<QueuedLoad> {
        let packs = self.packs();
        let register = self.register_handle(&packs, register)?;
        let directory = self.directory();
        let mut report = LoadReport::default();
        let calendar = self.calendar();
        let mut writes = Vec::with_capacity(prepared.len());
        for (at, entry) in prepared.into_iter().enumerate() {
            let moment = Actor { now: entry.at, ..actor.clone() };
            let mut problems = Vec::new();
            let mut values = typed_values(&register, &entry.values, None, &moment, &mut problems);
            let subject = entry.person.as_deref();
            complete(&register, &mut values, subject, moment.today(), &mut problems);
            let about = (subject, moment.today());
            // Loaded together, entries have none before them to be compared with.
            broken_rules(&register, &values, &IndexMap::new(), about, &mut problems, &mut Vec::new());
            let day = match values.get(&register.day) {
                Some(Value::Date(day)) => *day,
                Some(Value::DateTime(at)) => at.date(),
                _ => {
                    problems.push(FieldProblem::error(&register.day, "请填写日期"));
                    moment.today()
                }
            };
            let closed = refused_day(&register, &calendar, day, moment.today());
            problems.extend(closed.map(|message| FieldProblem::error(&register.day, message)));
            if !problems.is_empty() {
                report.refused.push((at, problems));
                continue;
            }
            let facts = Facts {
                register: &register,
                id: EntryId(entry.id),
                unit: entry.unit,
                subject,
                created_at: entry.at,
                transition: None,
                now: entry.at,
                today: moment.today(),
                calendar: &calendar,
            };
            if let Some(workflow) = &register.workflow {
                begin(workflow, &mut values, subject, moment.today());
            }
            let clocks = advance(&facts, &[], &mut values);
            let at = (entry.unit, day);
            let on_time = self.on_time(&packs, &directory, &register.id, at, &values, &moment);
            let write = EntryWrite {
                id: EntryId(entry.id),
                unit: entry.unit,
                person: subject.map(|person| person.id),
                day,
                values,
                expect_version: None,
                on_time,
                actor: signer(actor),
                at: entry.at,
                reason: None,
            };
            writes.push((self.store.entry_ready(self.county, &register, write)?, clocks));
        }
        report.stored = writes.len();
        let county = self.county;
        let written = self.store.write_soon(move |writer| {
            let mut made = Vec::new();
            for (ready, clocks) in writes {
                let id = ready.id();
                if matches!(writer.entry_put_ready(county, &register, ready)?, Put::Created { .. }) {
                    clocks.iter().try_for_each(|clock| writer.clock_put(county, clock))?;
                    made.push(id);
                }
            }
            watch.map_or(Ok(()), |watch| watch.judge_made(writer, &register, &made))
        })?;
        Ok(QueuedLoad { report, written })
    }
}
