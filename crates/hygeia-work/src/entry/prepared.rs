//! A submission that has been checked and completed, on its way into a transaction: its own, or one it shares with
//! what belongs to it.

use super::{Submission, must_be_open, signer};
use crate::actor::{Action, Actor};
use crate::error::{FieldProblem, Result};
use crate::signal::Watch;
use crate::work::Work;
use hygeia_pack::model::Register;
use hygeia_store::{Clock, CountyId, Entry, EntryId, EntryReady, EntryWrite, Put, Writer};
use std::sync::Arc;

/// An entry that only has to be stored.
pub(crate) struct Prepared {
    county: CountyId,
    pub(crate) register: Arc<Register>,
    /// What was stored when it was checked.
    pub(crate) stored: Option<Entry>,
    pub(crate) ready: EntryReady,
    clocks: Vec<Clock>,
    watch: Option<Watch>,
    pub(crate) warnings: Vec<FieldProblem>,
}

impl Prepared {
    /// Stores it with its clocks and what signals make of it; `None` when a step of its workflow changed the entry
    /// since it was checked, nothing is stored then.
    pub(crate) fn put(self, writer: &mut Writer<'_>) -> hygeia_store::Result<Option<Put>> {
        let Self { county, register, stored, ready, clocks, watch, .. } = self;
        if register.workflow.is_some() && writer.entry_get(county, &register, ready.id())? != stored {
            return Ok(None);
        }
        let put = match &watch {
            Some(watch) => watch.put(writer, &register, ready)?,
            None => writer.entry_put_ready(county, &register, ready)?,
        };
        if matches!(put, Put::Created { .. } | Put::Updated { .. }) {
            clocks.iter().try_for_each(|clock| writer.clock_put(county, clock))?;
        }
        Ok(Some(put))
    }
}

impl Work {
    /// Authorises, reads, checks and completes a submission; all problems of the input come together.
    pub(crate) fn prepare(&self, actor: &Actor, register: &str, submission: &Submission) -> Result<Prepared> {
        let packs = self.packs();
        let register = self.register_handle(&packs, register)?;
        let directory = self.directory();
        let id = EntryId(submission.id.unwrap_or_else(|| self.ids.next(actor.now)));
        let county = self.county;
        let stored = match submission.id {
            Some(_) => self.store.read(|reader| reader.entry_get(county, &register, id))?,
            None => None,
        };
        // Whoever made an entry may correct it on the same day, as long as it is not signed.
        let corrects_own = stored.as_ref().is_some_and(|entry| {
            entry.created_by.account == actor.account
                && entry.day == actor.today()
                && entry.signed_by.is_none()
        });
        let action = if stored.is_none() || corrects_own { Action::Enter } else { Action::Edit };
        if let Some(before) = &stored {
            actor.must(&directory, &register, action, before.unit)?;
        }
        let mut checked =
            self.check(actor, action, &packs, &directory, &register, submission, stored.as_ref())?;
        if let Some(before) = &stored {
            must_be_open(&register, before, &checked)?;
        }
        let clocks = self.clocks_after(actor, &register, id, stored.as_ref(), &mut checked)?;
        let at = (checked.unit, checked.day);
        let on_time = self.on_time(&packs, &directory, &register.id, at, &checked.values, actor);
        let write = EntryWrite {
            id,
            unit: checked.unit,
            person: checked.person.map(|person| person.id),
            day: checked.day,
            values: checked.values,
            expect_version: submission.version,
            on_time: stored.as_ref().map_or(on_time, |entry| entry.on_time),
            actor: signer(actor),
            at: actor.now,
            reason: submission.reason.clone(),
        };
        let watch = self.watch_on(&register.id, actor.now);
        let ready = self.store.entry_ready(county, &register, write)?;
        Ok(Prepared { county, register, stored, ready, clocks, watch, warnings: checked.warnings })
    }
}
