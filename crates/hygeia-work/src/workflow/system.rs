//! What the program itself writes into registers with a workflow: alarms, incidents and their steps.

use super::clocks::{Facts, advance, begin};
use crate::actor::county_time_zone;
use crate::calendar::Calendar;
use crate::entry::complete;
use hygeia_pack::model::Register;
use hygeia_store::{CountyId, EntryWrite, Put, Result, Writer};

/// Stores an entry about an org unit that the program makes or brings up to date: its computed fields, the state it
/// begins in and its clocks follow, as they do for an entry of a person.
pub(crate) fn put_with_clocks(
    writer: &mut Writer<'_>,
    county: CountyId,
    register: &Register,
    mut write: EntryWrite,
    calendar: &Calendar,
) -> Result<Put> {
    let before = writer.entry_get(county, register, write.id)?;
    let today = write.at.to_zoned(county_time_zone()).date();
    if let (Some(workflow), None) = (&register.workflow, &before) {
        begin(workflow, &mut write.values, None, today);
    }
    // The program fills every field it has to: no problem is anybody's to mend.
    complete(register, &mut write.values, None, today, &mut Vec::new());
    let known = match &before {
        Some(_) => writer.clocks_of(county, &register.id, write.id)?,
        None => Vec::new(),
    };
    let facts = Facts {
        register,
        id: write.id,
        unit: write.unit,
        subject: None,
        created_at: before.as_ref().map_or(write.at, |entry| entry.created_at),
        transition: None,
        now: write.at,
        today,
        calendar,
    };
    let clocks = advance(&facts, &known, &mut write.values);
    let put = writer.entry_put(county, register, write)?;
    if matches!(put, Put::Created { .. } | Put::Updated { .. }) {
        clocks.iter().try_for_each(|clock| writer.clock_put(county, clock))?;
    }
    Ok(put)
}
