//! Whether somebody was there on a day (到园、出勤), as the registers that record it say. Registers with `presence:` speak
//! of the same thing: a sheet begins with what another has recorded, and what contradicts it is a warning.

use crate::actor::{Action, Actor};
use crate::error::{FieldProblem, Result};
use crate::work::Work;
use hygeia_expr::Value;
use hygeia_pack::model::{PackSet, Register, RegisterId, Title};
use hygeia_store::{Entry, EntryQuery, OrgUnitId, PersonId};
use indexmap::IndexMap;
use jiff::civil::Date;
use std::collections::HashMap;

/// What another register says of somebody on the day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Elsewhere {
    /// The other register.
    pub register: RegisterId,
    /// Its name.
    pub title: Title,
    /// Name of its field: 出勤, 到园.
    pub field: Title,
    /// Whether it says that they were there.
    pub present: bool,
}

impl Elsewhere {
    fn of(register: &Register, entry: &Entry) -> Option<Self> {
        let field = register.fields.get(register.presence.as_ref()?)?;
        match entry.values.get(&field.name)? {
            Value::Bool(present) => Some(Self {
                register: register.id.clone(),
                title: register.title.clone(),
                field: field.title.clone(),
                present: *present,
            }),
            _ => None,
        }
    }

    /// The warning beside the field of `register` that says otherwise.
    fn contradiction(&self, register: &Register, present: bool) -> Option<FieldProblem> {
        let own = register.fields.get(register.presence.as_ref()?)?;
        let word = |present: bool| if present { "是" } else { "否" };
        (self.present != present).then(|| FieldProblem {
            field: own.name.clone(),
            message: format!(
                "“{}”中{}为“{}”，这里{}为“{}”，请核对并更正其中一处",
                self.title.zh,
                self.field.zh,
                word(self.present),
                own.title.zh,
                word(present)
            ),
            warning: true,
        })
    }
}

/// Warnings of what other registers contradict.
pub(crate) fn contradictions(
    register: &Register,
    values: &IndexMap<String, Value>,
    elsewhere: &[Elsewhere],
) -> Vec<FieldProblem> {
    let own = register.presence.as_ref().and_then(|name| values.get(name));
    let Some(Value::Bool(present)) = own else { return Vec::new() };
    elsewhere.iter().filter_map(|other| other.contradiction(register, *present)).collect()
}

impl Work {
    /// The other registers that record presence of the same people at the same kind of unit and that the actor may see.
    fn presence_registers<'p>(
        &self,
        actor: &Actor,
        packs: &'p PackSet,
        register: &Register,
        unit: OrgUnitId,
    ) -> Vec<&'p Register> {
        if register.presence.is_none() {
            return Vec::new();
        }
        let directory = self.directory();
        let same = |other: &&Register| {
            other.presence.is_some()
                && other.id != register.id
                && (&other.about, &other.at) == (&register.about, &register.at)
                && actor.may(&directory, other, Action::View, unit)
        };
        packs.registers.values().filter(same).collect()
    }

    /// What other registers say of everybody of a unit on a day.
    pub(crate) fn presence_elsewhere(
        &self,
        actor: &Actor,
        packs: &PackSet,
        register: &Register,
        unit: OrgUnitId,
        day: Date,
    ) -> Result<HashMap<PersonId, Vec<Elsewhere>>> {
        let others = self.presence_registers(actor, packs, register, unit);
        let county = self.county;
        let mut said: HashMap<PersonId, Vec<Elsewhere>> = HashMap::new();
        self.store.read(|reader| {
            for other in &others {
                for entry in reader.entry_sheet(county, other, unit, day)? {
                    if let (Some(person), Some(found)) = (entry.person, Elsewhere::of(other, &entry)) {
                        said.entry(person).or_default().push(found);
                    }
                }
            }
            Ok(())
        })?;
        Ok(said)
    }

    /// Warnings where the values of one person on a day contradict another register.
    pub(crate) fn presence_contradicted(
        &self,
        actor: &Actor,
        packs: &PackSet,
        register: &Register,
        (unit, person, day): (OrgUnitId, PersonId, Date),
        values: &IndexMap<String, Value>,
    ) -> Result<Vec<FieldProblem>> {
        let others = self.presence_registers(actor, packs, register, unit);
        let county = self.county;
        let query =
            EntryQuery { person: Some(person), from: Some(day), to: Some(day), ..EntryQuery::default() };
        let elsewhere = self.store.read(|reader| {
            let mut said = Vec::new();
            for other in &others {
                let entries = reader.entry_list(county, other, &query)?;
                said.extend(entries.iter().filter_map(|entry| Elsewhere::of(other, entry)));
            }
            Ok(said)
        })?;
        Ok(contradictions(register, values, &elsewhere))
    }
}
