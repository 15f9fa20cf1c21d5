//! A child's way through the units: transfer (转班), leave (离园), return (返园).

use super::import::bad;
use super::roster::implausible_birth;
use crate::actor::{Actor, Right};
use crate::entry::signer;
use crate::error::{FieldProblem, Result, WorkError};
use crate::work::Work;
use hygeia_store::{Enrolment, EnrolmentId, NewChange, OrgUnitId, Person, PersonId};
use jiff::civil::Date;

/// What a person's page lets a manager change.
#[derive(Debug, Clone, Default)]
pub struct PersonDraft {
    /// Number on the roll (编号), unique in the county.
    pub code: String,
    /// Name.
    pub name: String,
    /// `male`, `female` or empty.
    pub sex: String,
    /// Birth date.
    pub birth: Option<Date>,
    /// Citizen number, kept encrypted.
    pub id_number: Option<String>,
    /// Telephone, kept encrypted.
    pub phone: Option<String>,
}

impl Work {
    /// A person with secrets masked by the caller; reading is logged.
    pub fn person_open(&self, actor: &Actor, id: PersonId) -> Result<(Person, Vec<Enrolment>)> {
        let county = self.county;
        if !self.reaches_person(actor, id)? {
            return Err(WorkError::NotFound("该人员".into()));
        }
        let found = self
            .store
            .read(|reader| Ok((reader.person_get(county, id)?, reader.person_enrolments(county, id)?)))?;
        let (Some(person), enrolments) = found else { return Err(WorkError::NotFound("该人员".into())) };
        let change = NewChange {
            action: "read".into(),
            noun: "person".into(),
            reference: person.code.clone(),
            unit: enrolments.last().map(|enrolment| enrolment.unit),
            before: serde_json::Value::Null,
            after: serde_json::Value::Null,
            reason: None,
            actor: signer(actor),
            at: actor.now,
        };
        self.store.write(move |writer| writer.change_append(county, &change))?;
        Ok((person, enrolments))
    }

    /// Adds a person to a unit.
    pub fn person_add(
        &self,
        actor: &Actor,
        unit: OrgUnitId,
        kind: &str,
        draft: &PersonDraft,
        from: Date,
    ) -> Result<PersonId> {
        actor.must_have(&self.packs(), &self.directory(), Right::ManagePeople, unit)?;
        let county = self.county;
        let person = checked(draft, kind, actor.today())?;
        let code = person.code.clone();
        if self.store.read(|reader| reader.person_by_code(county, &code))?.is_some() {
            return Err(WorkError::Invalid(vec![FieldProblem::error(
                "code",
                format!("编号“{code}”已被使用"),
            )]));
        }
        let reason = if kind == "staff" { "入职" } else { "入园" };
        let id = self.store.write(move |writer| {
            let id = writer.person_put(county, &person)?;
            writer.enrolment_put(county, &enrolment(id, unit, from, reason))?;
            Ok(id)
        })?;
        self.reload()?;
        Ok(id)
    }

    /// Moves a child to another class from `day` on.
    pub fn person_transfer(&self, actor: &Actor, person: PersonId, to: OrgUnitId, day: Date) -> Result<()> {
        let directory = self.directory();
        let open = self.open_enrolment(actor, person)?.ok_or_else(|| bad("该人员已离园，请办理返园"))?;
        actor.must_have(&self.packs(), &directory, Right::ManagePeople, to)?;
        if open.unit == to {
            return Err(bad("已在该班"));
        }
        if day <= open.from {
            return Err(bad(format!("转班日期应晚于 {}", open.from)));
        }
        let county = self.county;
        self.store.write(move |writer| {
            writer.enrolment_close(county, open.id, day, "转班")?;
            writer.enrolment_put(county, &enrolment(person, to, day, "转班"))?;
            Ok(())
        })?;
        self.reload()
    }

    /// Takes a person off the roll from `day` on.
    pub fn person_leave(&self, actor: &Actor, person: PersonId, day: Date, reason: &str) -> Result<()> {
        let open = self.open_enrolment(actor, person)?.ok_or_else(|| bad("该人员已不在册"))?;
        if day < open.from {
            return Err(bad(format!("离园日期不能早于入园日期 {}", open.from)));
        }
        let reason = if reason.trim().is_empty() { "离园".to_owned() } else { reason.trim().to_owned() };
        let county = self.county;
        self.store.write(move |writer| writer.enrolment_close(county, open.id, day, &reason))?;
        self.reload()
    }

    /// Puts a person who left back on a roll from `day` on.
    pub fn person_return(&self, actor: &Actor, person: PersonId, to: OrgUnitId, day: Date) -> Result<()> {
        if self.open_enrolment(actor, person)?.is_some() {
            return Err(bad("该人员仍在册，请办理转班"));
        }
        actor.must_have(&self.packs(), &self.directory(), Right::ManagePeople, to)?;
        let county = self.county;
        let last = self
            .store
            .read(|reader| reader.person_enrolments(county, person))?
            .into_iter()
            .filter_map(|e| e.to)
            .max();
        if last.is_some_and(|last| day < last) {
            return Err(bad("返园日期不能早于离园日期"));
        }
        self.store.write(move |writer| writer.enrolment_put(county, &enrolment(person, to, day, "返园")))?;
        self.reload()
    }

    /// People on the roll of a subtree on `day`, without secrets.
    pub fn roll(
        &self,
        actor: &Actor,
        unit: OrgUnitId,
        day: Date,
        kind: &str,
    ) -> Result<Vec<(Person, OrgUnitId)>> {
        let directory = self.directory();
        if !actor.reaches(&directory, unit) {
            return Err(WorkError::NotFound("该机构".into()));
        }
        let county = self.county;
        let path = self.unit(&directory, unit)?.path.clone();
        Ok(self.store.read(|reader| reader.roll(county, &path, day, kind))?)
    }

    /// People who were in a subtree and are on no roll on `day`: unit, day they left and why; the latest first.
    pub fn left(
        &self,
        actor: &Actor,
        unit: OrgUnitId,
        day: Date,
        kind: &str,
    ) -> Result<Vec<(Person, OrgUnitId, Date, String)>> {
        let directory = self.directory();
        if !actor.reaches(&directory, unit) {
            return Err(WorkError::NotFound("该机构".into()));
        }
        let county = self.county;
        let path = self.unit(&directory, unit)?.path.clone();
        Ok(self.store.read(|reader| reader.left(county, &path, day, kind))?)
    }

    /// The person's enrolment that has no end, if the actor may manage it.
    fn open_enrolment(&self, actor: &Actor, person: PersonId) -> Result<Option<Enrolment>> {
        let county = self.county;
        let enrolments = self.store.read(|reader| reader.person_enrolments(county, person))?;
        let last = enrolments.last().ok_or_else(|| WorkError::NotFound("该人员".into()))?;
        actor.must_have(&self.packs(), &self.directory(), Right::ManagePeople, last.unit)?;
        Ok(enrolments.into_iter().find(|enrolment| enrolment.to.is_none()))
    }
}

pub(super) fn enrolment(person: PersonId, unit: OrgUnitId, from: Date, reason: &str) -> Enrolment {
    Enrolment { id: EnrolmentId(0), person, unit, from, to: None, reason: reason.into() }
}

fn checked(draft: &PersonDraft, kind: &str, today: Date) -> Result<Person> {
    let mut problems = Vec::new();
    let code = draft.code.trim();
    let name = draft.name.trim();
    if code.is_empty() || code.len() > 40 {
        problems.push(FieldProblem::error("code", "请填写编号（最多 40 个字符）"));
    }
    if name.is_empty() || name.chars().count() > 40 {
        problems.push(FieldProblem::error("name", "请填写姓名（最多 40 字）"));
    }
    if kind == "child" && draft.birth.is_none() {
        problems.push(FieldProblem::error("birth", "请填写出生日期"));
    }
    let implausible = draft.birth.and_then(|birth| match kind {
        "child" => implausible_birth(birth, today),
        _ => (birth > today).then(|| "出生日期晚于今天".to_owned()),
    });
    problems.extend(implausible.map(|message| FieldProblem::error("birth", message)));
    let id_number = match draft.id_number.as_deref().map(str::trim).filter(|text| !text.is_empty()) {
        Some(text) => match crate::functions::read_citizen_number(text, today) {
            Ok(number) => Some(number.normalised),
            Err(message) => {
                problems.push(FieldProblem::error("id_number", message));
                None
            }
        },
        None => None,
    };
    if !problems.is_empty() {
        return Err(WorkError::Invalid(problems));
    }
    Ok(Person {
        id: PersonId(0),
        kind: kind.to_owned(),
        code: code.to_owned(),
        name: name.to_owned(),
        sex: draft.sex.clone(),
        birth: draft.birth,
        id_number,
        phone: draft.phone.clone().filter(|phone| !phone.trim().is_empty()),
        attrs: serde_json::Value::Null,
    })
}
