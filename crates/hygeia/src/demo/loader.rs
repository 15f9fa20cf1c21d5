//! Loads entries: while some are written, the next are made.

use anyhow::Result;
use hygeia_work::{Actor, LoadReport, Prepared, QueuedLoad, Work};

/// Entries that are written in one go.
const PIECE: usize = 4_096;

/// Loads in the order they are given, each checked while the one before is written.
pub(crate) struct Loader<'a> {
    pub work: &'a Work,
    writing: Option<(String, QueuedLoad)>,
}

impl<'a> Loader<'a> {
    pub(crate) fn new(work: &'a Work) -> Self {
        Self { work, writing: None }
    }

    /// Loads entries; what a rule refuses is left out, as a real form would not have kept it.
    pub(crate) fn load(&mut self, actor: &Actor, register: &str, mut prepared: Vec<Prepared>) -> Result<()> {
        if !self.work.packs().registers.contains_key(register) {
            return Ok(());
        }
        while !prepared.is_empty() {
            let rest = prepared.split_off(prepared.len().min(PIECE));
            let next = self.work.past_queue(actor, register, prepared)?;
            self.settle()?;
            self.writing = Some((register.to_owned(), next));
            prepared = rest;
        }
        Ok(())
    }

    /// Returns when everything is stored.
    pub(crate) fn finish(mut self) -> Result<()> {
        self.settle()
    }

    fn settle(&mut self) -> Result<()> {
        if let Some((register, load)) = self.writing.take() {
            tell_refused(&register, &load.wait()?);
        }
        Ok(())
    }
}

/// Loads entries of one register and returns when they are stored.
pub(crate) fn load(work: &Work, actor: &Actor, register: &str, prepared: Vec<Prepared>) -> Result<()> {
    let mut loader = Loader::new(work);
    loader.load(actor, register, prepared)?;
    loader.finish()
}

fn tell_refused(register: &str, report: &LoadReport) {
    if let Some((_, problems)) = report.refused.first() {
        let reasons: Vec<&str> = problems.iter().map(|problem| problem.message.as_str()).collect();
        let (refused, first) = (report.refused.len(), reasons.join("；"));
        tracing::debug!(register, refused, first, "left out of the demo");
    }
}
