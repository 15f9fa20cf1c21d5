//! Sheets (花名册登记): a class by rows on one day.

use crate::actor::{Action, Actor};
use crate::entry::refused_day;
use crate::error::{FieldProblem, Result, WorkError};
use crate::presence::{Elsewhere, contradictions};
use crate::work::Work;
use hygeia_pack::model::{About, Layout, Register};
use hygeia_store::{Entry, LostSign, OrgUnitId, Person, SheetSign, UnsignedSheet};
use jiff::civil::Date;
use std::collections::HashMap;

/// One person of the sheet, with the entry if there is one.
#[derive(Debug, Clone)]
pub struct SheetRow {
    /// The person, without secrets.
    pub person: Person,
    /// The entry of the day.
    pub entry: Option<Entry>,
    /// Unit the entry of the day was made in, when it is not this one.
    pub made_in: Option<OrgUnitId>,
    /// What other registers say about whether the person was there.
    pub elsewhere: Vec<Elsewhere>,
}

impl SheetRow {
    /// Whether there is an entry of the day, here or in another unit.
    pub fn is_entered(&self) -> bool {
        self.entry.is_some() || self.made_in.is_some()
    }

    /// Whether the row, not yet entered, begins as absent because another register says so.
    pub fn begins_absent(&self) -> bool {
        !self.is_entered() && self.elsewhere.iter().any(|other| !other.present)
    }
}

/// A class and a day, ready to be filled in.
#[derive(Debug, Clone)]
pub struct Sheet {
    /// The register, with its overlay.
    pub register: Register,
    /// The class.
    pub unit: OrgUnitId,
    /// Name of the class with its kindergarten or school.
    pub unit_title: String,
    /// The day.
    pub day: Date,
    /// Everybody on the roll that day, in the order of the roll.
    pub rows: Vec<SheetRow>,
    /// Signature of the sheet, if signed.
    pub signed: Option<SheetSign>,
    /// The signature a later change took away, if the sheet has not been signed since.
    pub lost_sign: Option<LostSign>,
    /// Why nothing is entered on this day, in words for the user.
    pub closed: Option<String>,
    /// Whether the actor may fill in.
    pub may_enter: bool,
    /// Whether the actor may sign.
    pub may_sign: bool,
}

impl Sheet {
    /// Rows with an entry.
    pub fn entered(&self) -> usize {
        self.rows.iter().filter(|row| row.is_entered()).count()
    }

    /// Where the row contradicts what another register says.
    pub fn contradictions(&self, row: &SheetRow) -> Vec<FieldProblem> {
        row.entry
            .as_ref()
            .map(|entry| contradictions(&self.register, &entry.values, &row.elsewhere))
            .unwrap_or_default()
    }
}

impl Work {
    /// The sheet of `register` for a unit and a day.
    pub fn sheet_open(&self, actor: &Actor, register: &str, unit: OrgUnitId, day: Date) -> Result<Sheet> {
        let packs = self.packs();
        let register = self.register(&packs, register)?;
        let directory = self.directory();
        actor.must(&directory, register, Action::View, unit)?;
        if register.layout != Layout::Roster {
            return Err(WorkError::Bad(format!("“{}”按单条登记，没有花名册", register.title.zh)));
        }
        let found = self.unit(&directory, unit)?;
        if found.kind != register.at {
            let kind = packs.org_kinds.get(&register.at).map_or(register.at.as_str(), |kind| &kind.title.zh);
            return Err(WorkError::Bad(format!("“{}”按{kind}登记，请选择一个{kind}", register.title.zh)));
        }
        let kind = if register.about == About::Staff { "staff" } else { "child" };
        let county = self.county;
        let (people, entries, signs, lost_sign) = self.store.read(|reader| {
            Ok((
                reader.roster(county, unit, day, kind)?,
                reader.entry_sheet(county, register, unit, day)?,
                reader.sheet_signs(county, &register.id, &[unit], day, day)?,
                reader.sheet_lost_sign(county, &register.id, unit, day)?,
            ))
        })?;
        let mut elsewhere = self.presence_elsewhere(actor, &packs, register, unit, day)?;
        let closed = refused_day(register, &self.calendar(), day, actor.today());
        let mut by_person: HashMap<_, Entry> =
            entries.into_iter().filter_map(|entry| entry.person.map(|person| (person, entry))).collect();
        // Nobody is asked for twice: an entry made where the person was before stands on the row.
        let asked: Vec<_> =
            people.iter().map(|person| person.id).filter(|person| !by_person.contains_key(person)).collect();
        let others =
            self.store.read(|reader| reader.entries_about(county, register, &asked, (day, Some(day))))?;
        let mut made_in = HashMap::new();
        for entry in others.into_iter().filter(|entry| !entry.void) {
            let Some(person) = entry.person else { continue };
            made_in.insert(person, entry.unit);
            if actor.may(&directory, register, Action::View, entry.unit) {
                by_person.insert(person, entry);
            }
        }
        let rows = people
            .into_iter()
            .map(|person| SheetRow {
                entry: by_person.remove(&person.id),
                made_in: made_in.remove(&person.id),
                elsewhere: elsewhere.remove(&person.id).unwrap_or_default(),
                person,
            })
            .collect();
        Ok(Sheet {
            register: register.clone(),
            unit,
            unit_title: directory.full_title(unit),
            day,
            rows,
            signed: signs.into_iter().next(),
            lost_sign,
            may_enter: closed.is_none() && actor.may(&directory, register, Action::Enter, unit),
            may_sign: closed.is_none() && actor.may(&directory, register, Action::Sign, unit),
            closed,
        })
    }

    /// Sheets at a unit and below, of a range of days, that were changed after they had been signed and that the actor
    /// may sign anew; the latest first.
    pub fn sheets_unsigned(
        &self,
        actor: &Actor,
        unit: OrgUnitId,
        range: (Date, Date),
    ) -> Result<Vec<UnsignedSheet>> {
        let (packs, directory, county) = (self.packs(), self.directory(), self.county);
        if !actor.reaches(&directory, unit) {
            return Err(WorkError::NotFound("该机构".into()));
        }
        let mut sheets = self.store.read(|reader| reader.sheets_unsigned(county, range))?;
        sheets.retain(|sheet| {
            let register = packs.registers.get(sheet.register.as_str());
            directory.is_within(sheet.unit, unit)
                && register.is_some_and(|register| actor.may(&directory, register, Action::Sign, sheet.unit))
        });
        Ok(sheets)
    }

    /// Signs a sheet on which every row has an entry.
    pub fn sheet_sign(&self, actor: &Actor, register: &str, unit: OrgUnitId, day: Date) -> Result<SheetSign> {
        let sheet = self.sheet_open(actor, register, unit, day)?;
        actor.must(&self.directory(), &sheet.register, Action::Sign, unit)?;
        if let Some(closed) = sheet.closed {
            return Err(WorkError::Bad(closed));
        }
        let left = sheet.rows.len() - sheet.entered();
        if left > 0 {
            return Err(WorkError::Bad(format!("还有 {left} 人未登记，登记完再签名")));
        }
        let (county, id) = (self.county, sheet.register.id.clone());
        let sign = SheetSign { unit, day, by: actor.name.clone(), at: actor.now };
        let stored = sign.clone();
        self.store.write(move |writer| writer.sheet_sign(county, &id, &stored))?;
        Ok(sign)
    }
}
