//! Where an entry belongs: its org unit and its subject.

use super::Submission;
use crate::actor::Actor;
use crate::directory::Directory;
use crate::error::{FieldProblem, Result, WorkError};
use hygeia_pack::model::{About, Register};
use hygeia_store::{CountyId, Entry, OrgUnitId, Person, Reader};
use jiff::civil::Date;

/// Finds the unit and the subject of a submission, checking that they belong together on the day.
#[expect(clippy::too_many_arguments, reason = "the parts of one submission, each from its own owner")]
pub(super) fn place(
    reader: &mut Reader<'_>,
    county: CountyId,
    actor: &Actor,
    directory: &Directory,
    register: &Register,
    submission: &Submission,
    stored: Option<&Entry>,
    day: Date,
) -> Result<(OrgUnitId, Option<Person>)> {
    let named_unit = match &submission.org_unit {
        Some(code) => Some(
            directory
                .by_code(code)
                .ok_or_else(|| {
                    WorkError::Invalid(vec![FieldProblem::error(
                        "org_unit",
                        format!("没有代码为“{code}”的机构"),
                    )])
                })?
                .id,
        ),
        None => stored.map(|entry| entry.unit),
    };
    let person = match (&submission.person, stored) {
        (Some(code), _) => Some(reader.person_by_code(county, code)?.ok_or_else(|| {
            WorkError::Invalid(vec![FieldProblem::error("person", format!("没有编号为“{code}”的人员"))])
        })?),
        (None, Some(entry)) => match entry.person {
            Some(id) => reader.person_get(county, id)?,
            None => None,
        },
        (None, None) => None,
    };
    match (register.about.clone(), person) {
        (About::OrgUnit, _) => {
            let unit = named_unit
                .ok_or_else(|| WorkError::Invalid(vec![FieldProblem::error("org_unit", "请选择机构")]))?;
            Ok((unit, None))
        }
        (_, None) => Err(WorkError::Invalid(vec![FieldProblem::error("person", "请选择人员")])),
        (_, Some(person)) => {
            let unit = unit_on(reader, county, actor, directory, register, &person, named_unit, day)?;
            Ok((unit, Some(person)))
        }
    }
}

/// The unit of `register.at` that the person belongs to on `day`.
#[expect(clippy::too_many_arguments, reason = "the parts of one submission, each from its own owner")]
fn unit_on(
    reader: &mut Reader<'_>,
    county: CountyId,
    actor: &Actor,
    directory: &Directory,
    register: &Register,
    person: &Person,
    named: Option<OrgUnitId>,
    day: Date,
) -> Result<OrgUnitId> {
    let enrolments = reader.person_enrolments(county, person.id)?;
    if !enrolments.iter().any(|enrolment| actor.reaches(directory, enrolment.unit)) {
        let message = format!("没有编号为“{}”的人员", person.code);
        return Err(WorkError::Invalid(vec![FieldProblem::error("person", message)]));
    }
    let enrolled =
        enrolments.into_iter().find(|enrolment| enrolment.holds_on(day)).map(|enrolment| enrolment.unit);
    let own = enrolled.and_then(|unit| directory.above_of_kind(unit, &register.at)).map(|unit| unit.id);
    let fault = |message: String| WorkError::Invalid(vec![FieldProblem::error("person", message)]);
    match (own, named) {
        (Some(own), None) => Ok(own),
        (Some(own), Some(named)) if own == named => Ok(own),
        (Some(own), Some(_)) => {
            Err(fault(format!("{} {day} 在“{}”，不在所选机构", person.name, directory.full_title(own))))
        }
        (None, _) => Err(fault(format!("{} {day} 不在册，请核对日期或先办理入园（入学）", person.name))),
    }
}
