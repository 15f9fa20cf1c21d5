//! Entries that follow a move: an entry about a person stands where the person is enrolled on its day, so that sheets,
//! duties and figures of both units agree with their rolls when somebody is moved on a day that has entries already.

use crate::actor::Actor;
use crate::attachment::named_attachments;
use crate::directory::Directory;
use crate::entry::signer;
use crate::signal::Watch;
use crate::work::Work;
use hygeia_pack::model::{About, Register};
use hygeia_store::{
    Actor as Signer, CountyId, Enrolment, OrgUnitId, PersonId, Put, Reader, Rehome, Result, Writer,
};
use jiff::Timestamp;
use jiff::civil::Date;
use std::collections::HashMap;
use std::sync::Arc;

/// What is needed to take entries along, gathered before the transaction of the move.
pub(super) struct Follow {
    county: CountyId,
    directory: Arc<Directory>,
    registers: Vec<(Arc<Register>, Option<Watch>)>,
    who: Signer,
    at: Timestamp,
}

impl Work {
    /// What takes the entries of moved people along.
    pub(super) fn follow(&self, actor: &Actor) -> Follow {
        let packs = self.packs();
        let about_people = packs.registers.values().filter(|register| register.about != About::OrgUnit);
        let registers = about_people
            .filter_map(|register| self.register_handle(&packs, register.id.as_str()).ok())
            .map(|register| (Arc::clone(&register), self.watch_on(&register.id, actor.now)))
            .collect();
        Follow {
            county: self.county,
            directory: self.directory(),
            registers,
            who: signer(actor),
            at: actor.now,
        }
    }
}

impl Follow {
    /// Takes the entries dated `from` and after to the units their subjects are enrolled in on their days; returns how
    /// many were taken. One of a day on which its subject is on no roll, or that the new unit keeps no register for,
    /// stays where it is.
    pub(super) fn entries(
        &self,
        writer: &mut Writer<'_>,
        people: &[PersonId],
        from: Date,
        reason: &str,
    ) -> Result<usize> {
        let mut enrolments = HashMap::new();
        for person in people {
            enrolments.insert(*person, writer.person_enrolments(self.county, *person)?);
        }
        let mut taken = 0;
        for (register, watch) in &self.registers {
            for entry in writer.entries_about(self.county, register, people, (from, None))? {
                let own = entry.person.and_then(|person| enrolments.get(&person));
                let home = own.and_then(|own| self.home(register, own, entry.day));
                let Some(unit) = home.filter(|home| *home != entry.unit) else { continue };
                let pictures: Vec<_> =
                    named_attachments(register, &entry.values).into_iter().map(|(_, id)| id).collect();
                let step = Rehome { unit, pictures: &pictures, reason, actor: &self.who, at: self.at };
                let put = match watch {
                    Some(watch) => watch.rehome(writer, register, entry.id, step)?,
                    None => writer.entry_rehome(self.county, register, entry.id, step)?,
                };
                taken += usize::from(matches!(put, Put::Updated { .. }));
            }
        }
        Ok(taken)
    }

    /// How many entries about somebody are dated `from` and after.
    pub(super) fn count(&self, reader: &mut Reader<'_>, person: PersonId, from: Date) -> Result<usize> {
        let mut count = 0;
        for (register, _) in &self.registers {
            let entries = reader.entries_about(self.county, register, &[person], (from, None))?;
            count += entries.iter().filter(|entry| !entry.void).count();
        }
        Ok(count)
    }

    /// The unit that keeps entries of a register about somebody with these enrolments on a day.
    fn home(&self, register: &Register, enrolments: &[Enrolment], day: Date) -> Option<OrgUnitId> {
        let enrolled = enrolments.iter().find(|enrolment| enrolment.holds_on(day))?;
        let unit = self.directory.above_of_kind(enrolled.unit, &register.at)?.id;
        self.directory.is_kept_at(register, unit).then_some(unit)
    }
}
