//! One person's record: opened, added, corrected, and taken out when it was a mistake.

use super::import::bad;
use super::moves::enrolment;
use super::roster::{change, implausible_birth, phone_digits};
use crate::actor::{Actor, Right};
use crate::entry::signer;
use crate::error::{FieldProblem, Result, WorkError};
use crate::work::Work;
use hygeia_expr::Value;
use hygeia_pack::model::FieldType;
use hygeia_store::{Enrolment, EntryQuery, NewChange, OrgUnitId, Person, PersonId, Reader};
use jiff::civil::Date;
use serde_json::{Value as Json, json};

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
    /// Another person than the one of the same name, sex and birth date who is known there already.
    pub is_another: bool,
}

/// The field a doubt about the same person is told beside; its answer is [`PersonDraft::is_another`].
pub const IS_ANOTHER: &str = "is_another";

impl Work {
    /// A person with secrets masked by the caller; reading is logged.
    pub fn person_open(&self, actor: &Actor, id: PersonId) -> Result<(Person, Vec<Enrolment>)> {
        let county = self.county;
        let (person, enrolments) = self.person_within_reach(actor, id)?;
        let change = person_change(actor, "read", &person, &enrolments, Json::Null, Json::Null);
        self.store.write(move |writer| writer.change_append(county, &change))?;
        Ok((person, enrolments))
    }

    /// The telephone of a person, for whoever manages people there; that it was read stands in the log.
    pub fn person_phone(&self, actor: &Actor, id: PersonId) -> Result<Option<String>> {
        let county = self.county;
        let (person, enrolments) = self.managed_person(actor, id)?;
        let change = person_change(actor, "read_phone", &person, &enrolments, Json::Null, Json::Null);
        self.store.write(move |writer| writer.change_append(county, &change))?;
        Ok(person.phone)
    }

    /// Adds a person to a unit. Where somebody of the same name, sex and birth date is known in the kindergarten or school
    /// already, the draft must say that it is another.
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
        self.code_must_be_free(&person)?;
        if !draft.is_another {
            self.must_not_be_known(actor, unit, &person)?;
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

    /// Corrects what is known of a person, with a line in the log; an empty secret leaves the one there is.
    pub fn person_correct(&self, actor: &Actor, id: PersonId, draft: &PersonDraft) -> Result<()> {
        let county = self.county;
        let (before, enrolments) = self.managed_person(actor, id)?;
        // What is not typed anew stays, and must still agree with what is.
        let draft = PersonDraft {
            id_number: draft.id_number.clone().or_else(|| before.id_number.clone()),
            phone: draft.phone.clone().or_else(|| before.phone.clone()),
            ..draft.clone()
        };
        let after =
            Person { id, attrs: before.attrs.clone(), ..checked(&draft, &before.kind, actor.today())? };
        if after.birth.is_some_and(|birth| enrolments.iter().any(|own| own.from < birth)) {
            let message = "出生日期晚于入园日期".to_owned();
            return Err(WorkError::Invalid(vec![FieldProblem::error("birth", message)]));
        }
        self.code_must_be_free(&after)?;
        let told = change(&before, &after, 0).map(|change| change.columns).unwrap_or_default();
        if told.is_empty() && before.code == after.code {
            return Ok(());
        }
        let state = |person: &Person, of: fn(&(String, String, String)) -> &str| {
            let columns = told.iter().map(|column| (column.0.clone(), Json::from(of(column))));
            let code = ("编号".to_owned(), Json::from(person.code.clone()));
            Json::Object(columns.chain([code]).collect())
        };
        let (old, new) = (state(&before, |column| &column.1), state(&after, |column| &column.2));
        let line = person_change(actor, "update", &before, &enrolments, old, new);
        self.store.write(move |writer| {
            writer.person_put(county, &after)?;
            writer.change_append(county, &line)
        })?;
        self.reload()
    }

    /// Takes a person out who was entered by mistake, as long as nothing has been entered about them.
    pub fn person_remove(&self, actor: &Actor, id: PersonId) -> Result<()> {
        let (county, packs) = (self.county, self.packs());
        let (person, enrolments) = self.managed_person(actor, id)?;
        let gone = json!({
            "code": person.code, "name": person.name, "sex": person.sex,
            "birth": person.birth.map(|day| day.to_string()),
        });
        let line = person_change(actor, "remove", &person, &enrolments, gone, Json::Null);
        let removed = self.store.write(move |writer| {
            if is_used(writer, county, &packs, id)? {
                return Ok(false);
            }
            writer.person_delete(county, id)?;
            writer.change_append(county, &line)?;
            Ok(true)
        })?;
        if !removed {
            return Err(bad("已有关于该人员的登记（包括作废的）、账号或任务，不能移除；请办理离园"));
        }
        self.reload()
    }

    /// Whether a person may be taken out: nothing has been entered about them.
    pub fn person_is_unused(&self, id: PersonId) -> Result<bool> {
        let (county, packs) = (self.county, self.packs());
        Ok(!self.store.read(|reader| is_used(reader, county, &packs, id))?)
    }

    /// Whether the actor manages people where the person is, or was last.
    pub fn manages_person(&self, actor: &Actor, enrolments: &[Enrolment]) -> bool {
        let (packs, directory) = (self.packs(), self.directory());
        present(actor, enrolments)
            .is_some_and(|own| actor.has_right(&packs, &directory, Right::ManagePeople, own.unit))
    }

    fn person_within_reach(&self, actor: &Actor, id: PersonId) -> Result<(Person, Vec<Enrolment>)> {
        let county = self.county;
        let missing = || WorkError::NotFound("该人员".into());
        if !self.reaches_person(actor, id)? {
            return Err(missing());
        }
        let found = self
            .store
            .read(|reader| Ok((reader.person_get(county, id)?, reader.person_enrolments(county, id)?)))?;
        Ok((found.0.ok_or_else(missing)?, found.1))
    }

    pub(super) fn managed_person(&self, actor: &Actor, id: PersonId) -> Result<(Person, Vec<Enrolment>)> {
        let (person, enrolments) = self.person_within_reach(actor, id)?;
        let unit = present(actor, &enrolments).map(|own| own.unit);
        let unit = unit.ok_or_else(|| WorkError::NotFound("该人员".into()))?;
        actor.must_have(&self.packs(), &self.directory(), Right::ManagePeople, unit)?;
        Ok((person, enrolments))
    }

    fn code_must_be_free(&self, person: &Person) -> Result<()> {
        let county = self.county;
        let other = self.store.read(|reader| reader.person_by_code(county, &person.code))?;
        if other.is_some_and(|other| other.id != person.id) {
            let message = format!("编号“{}”已被使用", person.code);
            return Err(WorkError::Invalid(vec![FieldProblem::error("code", message)]));
        }
        Ok(())
    }

    /// Asks whether a person to be added is not one who is known in the same kindergarten or school.
    fn must_not_be_known(&self, actor: &Actor, unit: OrgUnitId, person: &Person) -> Result<()> {
        let (county, directory) = (self.county, self.directory());
        let line = directory.line_up(unit);
        let house = line.iter().find(|above| crate::directory::is_owner(above)).or(line.first());
        let path = house.map(|house| house.path.clone()).unwrap_or_default();
        let alike = self
            .store
            .read(|reader| reader.person_search(county, &person.name, &[path], actor.today(), 50))?;
        let same = |other: &Person| {
            (&other.name, &other.sex, other.birth) == (&person.name, &person.sex, person.birth)
        };
        let Some((known, unit, left)) = alike.into_iter().find(|(other, ..)| same(other)) else {
            return Ok(());
        };
        let place = directory.full_title(unit);
        let place = match left.filter(|left| *left <= actor.today()) {
            Some(left) => format!("{place}，{left} 已离开"),
            None => place,
        };
        let message = format!(
            "已有同名、同性别、同出生日期的 {}（编号 {}，{place}）；确是另一人请勾选“是另一人”再保存",
            known.name, known.code
        );
        Err(WorkError::Invalid(vec![FieldProblem::error(IS_ANOTHER, message)]))
    }
}

/// The enrolment that holds today, else the one begun last.
pub(super) fn present<'a>(actor: &Actor, enrolments: &'a [Enrolment]) -> Option<&'a Enrolment> {
    enrolments
        .iter()
        .find(|own| own.holds_on(actor.today()))
        .or_else(|| enrolments.iter().rev().find(|own| own.from <= actor.today()))
        .or(enrolments.first())
}

fn person_change(
    actor: &Actor,
    action: &str,
    person: &Person,
    enrolments: &[Enrolment],
    before: Json,
    after: Json,
) -> NewChange {
    NewChange {
        action: action.into(),
        noun: "person".into(),
        reference: person.code.clone(),
        unit: enrolments.last().map(|enrolment| enrolment.unit),
        before,
        after,
        reason: None,
        actor: signer(actor),
        at: actor.now,
    }
}

/// Whether anything is known about a person besides their enrolments: an entry about them or naming them, an account, an
/// item of a plan.
fn is_used(
    reader: &mut Reader<'_>,
    county: hygeia_store::CountyId,
    packs: &hygeia_pack::model::PackSet,
    id: PersonId,
) -> hygeia_store::Result<bool> {
    for register in packs.registers.values() {
        let naming = register.fields.values().filter(|field| matches!(field.kind, FieldType::Person { .. }));
        let mut queries: Vec<EntryQuery> = naming
            .map(|field| EntryQuery {
                equals: vec![(field.name.clone(), Value::from(i64::from(id.0)))],
                ..EntryQuery::default()
            })
            .collect();
        queries.push(EntryQuery { person: Some(id), ..EntryQuery::default() });
        for query in queries {
            let query = EntryQuery { include_void: true, limit: 1, ..query };
            if !reader.entry_list(county, register, &query)?.is_empty() {
                return Ok(true);
            }
        }
    }
    reader.person_has_duties(county, id)
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
    if !matches!(draft.sex.as_str(), "male" | "female") {
        problems.push(FieldProblem::error("sex", "请选择性别"));
    }
    if kind == "child" && draft.birth.is_none() {
        problems.push(FieldProblem::error("birth", "请填写出生日期"));
    }
    let implausible = draft.birth.and_then(|birth| match kind {
        "child" => implausible_birth(birth, today),
        _ => (birth > today).then(|| "出生日期晚于今天".to_owned()),
    });
    problems.extend(implausible.map(|message| FieldProblem::error("birth", message)));
    let typed = |text: &Option<String>| text.as_deref().map(str::trim).unwrap_or_default().to_owned();
    let mut id_number = None;
    let text = typed(&draft.id_number);
    if !text.is_empty() {
        match crate::functions::read_citizen_number(&text, today) {
            Err(message) => problems.push(FieldProblem::error("id_number", message)),
            Ok(number) => {
                if draft.birth.is_some_and(|birth| birth != number.birth) {
                    let message = format!("身份证号中的出生日期为 {}，与出生日期不一致", number.birth);
                    problems.push(FieldProblem::error("id_number", message));
                }
                if draft.sex != number.sex {
                    problems.push(FieldProblem::error("id_number", "身份证号中的性别与性别不一致"));
                }
                id_number = Some(number.normalised);
            }
        }
    }
    let phone = match phone_digits(&typed(&draft.phone)) {
        Ok(phone) => phone,
        Err(message) => {
            problems.push(FieldProblem::error("phone", message));
            None
        }
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
        phone,
        attrs: Json::Null,
    })
}
