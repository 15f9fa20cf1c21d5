//! Promotion (升班): at the turn of the school year all classes of a kindergarten or school go up together. Each promotion
//! is a line of the change log, so that it can be taken back as a whole as long as nobody has been moved since.

use super::import::bad;
use super::moves::enrolment;
use crate::actor::{Actor, Right, county_time_zone};
use crate::directory::{Directory, exists_on};
use crate::entry::signer;
use crate::error::{FieldProblem, Result, WorkError};
use crate::work::Work;
use hygeia_pack::model::OrgKindId;
use hygeia_store::{Change, CountyId, Enrolment, EnrolmentId, NewChange, OrgUnitId, PersonId, Reader};
use jiff::ToSpan;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// Where each class goes at the turn of the school year.
#[derive(Debug, Clone)]
pub struct Promotion {
    /// Class.
    pub from: OrgUnitId,
    /// Class its children move to; `None` = they leave (毕业).
    pub to: Option<OrgUnitId>,
    /// Children concerned.
    pub children: usize,
    /// Children of the class on that day who do not go up with it, since they are to leave it anyway.
    pub left_out: Vec<LeftOut>,
}

/// A child a promotion leaves out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeftOut {
    /// Who.
    pub name: String,
    /// Day on which the child leaves the class.
    pub on: Date,
    /// Class the child goes to then; `None` = leaves the kindergarten or school.
    pub to: Option<OrgUnitId>,
}

/// A promotion that was carried out.
#[derive(Debug, Clone)]
pub struct PastPromotion {
    /// Day on which the children changed class.
    pub day: Date,
    /// Who carried it out.
    pub by: String,
    /// On which day that was.
    pub made_on: Date,
    /// Children who went up.
    pub moved: usize,
    /// Children who left.
    pub graduated: usize,
    /// Why it cannot be taken back as a whole; `None` when it can.
    pub fixed: Option<String>,
}

/// What the log keeps of a promotion, to take it back.
#[derive(Debug, Serialize, Deserialize)]
struct Carried {
    day: Date,
    /// Enrolments that ended, with the reason they had before.
    closed: Vec<(i64, i64, String)>,
    /// Enrolments that began.
    opened: Vec<i64>,
}

/// Noun of promotions in the log.
const NOUN: &str = "promotion";
/// Days within which a promotion may be taken back.
const UNDO_DAYS: i64 = 14;
/// Days within which another promotion is no matter of course.
const SAME_YEAR_DAYS: i64 = 270;
/// Typed to carry out a promotion at an unusual time.
pub const PROMOTION_WORD: &str = "升班";

fn classes_of(directory: &Directory, grade: OrgUnitId, day: Date) -> Vec<OrgUnitId> {
    directory
        .children(grade)
        .filter(|class| class.kind == OrgKindId::from("class") && exists_on(class, day))
        .map(|class| class.id)
        .collect()
}

/// Children of a class on a day: those who stay in it, and those who are to leave it on a later day.
fn on_roll(
    reader: &mut Reader<'_>,
    county: CountyId,
    class: OrgUnitId,
    day: Date,
) -> hygeia_store::Result<(Vec<Enrolment>, Vec<LeftOut>)> {
    let (mut open, mut left_out) = (Vec::new(), Vec::new());
    for person in reader.roster(county, class, day, "child")? {
        let enrolments = reader.person_enrolments(county, person.id)?;
        let Some(own) = enrolments.iter().find(|own| own.unit == class && own.holds_on(day)) else {
            continue;
        };
        match own.to {
            None => open.push(own.clone()),
            Some(on) => {
                let to = enrolments.iter().find(|next| next.holds_on(on)).map(|next| next.unit);
                left_out.push(LeftOut { name: person.name, on, to });
            }
        }
    }
    Ok((open, left_out))
}

impl Work {
    /// What promotion would do below a kindergarten or school: each class to the class at the same place of the next
    /// grade, the highest grade leaves.
    pub fn promotion_plan(&self, actor: &Actor, unit: OrgUnitId, day: Date) -> Result<Vec<Promotion>> {
        let directory = self.directory();
        actor.must_have(&self.packs(), &directory, Right::ManagePeople, unit)?;
        let county = self.county;
        let grades: Vec<Vec<OrgUnitId>> = directory
            .children(unit)
            .filter(|grade| grade.kind == OrgKindId::from("grade") && exists_on(grade, day))
            .map(|grade| classes_of(&directory, grade.id, day))
            .collect();
        if grades.is_empty() {
            return Err(bad("该机构没有年级，无法整体升班；请先建立年级和班级"));
        }
        let mut plan = Vec::new();
        self.store.read(|reader| {
            for (at, classes) in grades.iter().enumerate() {
                for (place, class) in classes.iter().enumerate() {
                    let to = grades.get(at + 1).and_then(|next| next.get(place).or(next.last())).copied();
                    let (open, left_out) = on_roll(reader, county, *class, day)?;
                    plan.push(Promotion { from: *class, to, children: open.len(), left_out });
                }
            }
            Ok(())
        })?;
        Ok(plan)
    }

    /// Why a promotion on `day` is no matter of course: outside July to September, or soon after another one. It is
    /// carried out only when [`PROMOTION_WORD`] is typed then.
    pub fn promotion_doubt(&self, actor: &Actor, unit: OrgUnitId, day: Date) -> Result<Option<String>> {
        let last = self.promotion_last(actor, unit)?;
        if let Some(last) = last.filter(|last| day < last.day.saturating_add(SAME_YEAR_DAYS.days())) {
            return Ok(Some(format!("本学年已于 {} 升过班，再升一次会让每个儿童多升一级", last.day)));
        }
        Ok((!(7..=9).contains(&day.month()))
            .then(|| format!("升班一般在7—9月的学年之交，{day} 在学年中间；升班后当天起各班名册都会改变")))
    }

    /// Carries a promotion out: all classes on one day, or none. Returns how many children are concerned.
    pub fn promote(
        &self,
        actor: &Actor,
        unit: OrgUnitId,
        day: Date,
        plan: &[Promotion],
        word: &str,
    ) -> Result<usize> {
        let directory = self.directory();
        actor.must_have(&self.packs(), &directory, Right::ManagePeople, unit)?;
        for class in plan.iter().flat_map(|step| [Some(step.from), step.to]).flatten() {
            if !directory.is_within(class, unit) {
                return Err(WorkError::NotFound("该班级".into()));
            }
        }
        if let Some(doubt) = self.promotion_doubt(actor, unit, day)?.filter(|_| word.trim() != PROMOTION_WORD)
        {
            let message = format!("{doubt}。确实要升班，请输入“{PROMOTION_WORD}”二字");
            return Err(WorkError::Invalid(vec![FieldProblem::error("word", message)]));
        }
        let county = self.county;
        let steps: Vec<(OrgUnitId, Option<OrgUnitId>)> =
            plan.iter().map(|step| (step.from, step.to)).collect();
        let (who, at) = (signer(actor), actor.now);
        let follow = self.follow(actor);
        let moved = self.store.write(move |writer| {
            let mut moves = Vec::new();
            for (from, to) in steps {
                let (open, _) = on_roll(writer, county, from, day)?;
                moves.extend(open.into_iter().map(|open| (open, to)));
            }
            let people: Vec<PersonId> = moves.iter().map(|(open, _)| open.person).collect();
            let mut carried = Carried { day, closed: Vec::new(), opened: Vec::new() };
            for (open, to) in moves {
                writer.enrolment_close(county, open.id, day, if to.is_some() { "升班" } else { "毕业" })?;
                carried.closed.push((i64::from(open.person.0), open.id.0, open.reason));
                if let Some(to) = to {
                    let opened = writer.enrolment_put(county, &enrolment(open.person, to, day, "升班"))?;
                    carried.opened.push(opened.0);
                }
            }
            follow.entries(writer, &people, day, "升班")?;
            let change = NewChange {
                action: "promote".into(),
                noun: NOUN.into(),
                reference: unit.to_string(),
                unit: Some(unit),
                before: serde_json::Value::Null,
                after: serde_json::to_value(&carried).unwrap_or_default(),
                reason: None,
                actor: who,
                at,
            };
            writer.change_append(county, &change)?;
            Ok(people.len())
        });
        let moved = moved.map_err(|error| self.explained(actor, error))?;
        self.reload()?;
        Ok(moved)
    }

    /// The last promotion of a kindergarten or school that stands, if any.
    pub fn promotion_last(&self, actor: &Actor, unit: OrgUnitId) -> Result<Option<PastPromotion>> {
        let directory = self.directory();
        actor.must_have(&self.packs(), &directory, Right::ManagePeople, unit)?;
        let Some((change, carried)) = self.promotion_carried(unit)? else { return Ok(None) };
        let made_on = change.at.to_zoned(county_time_zone()).date();
        let fixed = if actor.today() > made_on.saturating_add(UNDO_DAYS.days()) {
            Some(format!("已过 {UNDO_DAYS} 天，不能整体撤销，请逐人调整"))
        } else {
            self.store.read(|reader| moved_since(reader, self.county, &carried))?.err()
        };
        Ok(Some(PastPromotion {
            day: carried.day,
            by: change.actor.name,
            made_on,
            moved: carried.opened.len(),
            graduated: carried.closed.len() - carried.opened.len(),
            fixed,
        }))
    }

    /// Takes the last promotion back as a whole: everybody is in the class they were in, as if it had not been.
    pub fn promotion_undo(&self, actor: &Actor, unit: OrgUnitId) -> Result<usize> {
        let last = self.promotion_last(actor, unit)?.ok_or_else(|| bad("没有可以撤销的升班"))?;
        if let Some(why) = last.fixed {
            return Err(bad(why));
        }
        let Some((_, carried)) = self.promotion_carried(unit)? else {
            return Err(bad("没有可以撤销的升班"));
        };
        let (county, who, at) = (self.county, signer(actor), actor.now);
        let back = carried.closed.len();
        let follow = self.follow(actor);
        let undone = self.store.write(move |writer| {
            let closed = match moved_since(writer, county, &carried)? {
                Ok(closed) => closed,
                Err(why) => return Ok(Err(why)),
            };
            for id in &carried.opened {
                writer.enrolment_delete(county, EnrolmentId(*id))?;
            }
            let people: Vec<PersonId> = closed.iter().map(|before| before.person).collect();
            for before in closed {
                writer.enrolment_put(county, &before)?;
            }
            follow.entries(writer, &people, carried.day, "撤销升班")?;
            let change = NewChange {
                action: "undo".into(),
                noun: NOUN.into(),
                reference: unit.to_string(),
                unit: Some(unit),
                before: serde_json::to_value(&carried).unwrap_or_default(),
                after: serde_json::Value::Null,
                reason: None,
                actor: who,
                at,
            };
            writer.change_append(county, &change)?;
            Ok(Ok(()))
        });
        undone.map_err(|error| self.explained(actor, error))?.map_err(bad)?;
        self.reload()?;
        Ok(back)
    }

    /// The newest line of a unit's promotions, when it is one that has not been taken back.
    fn promotion_carried(&self, unit: OrgUnitId) -> Result<Option<(Change, Carried)>> {
        self.last_carried(NOUN, unit.to_string())
    }
}

/// The ended enrolments as they were before a promotion; why not when somebody has been moved since.
fn moved_since(
    reader: &mut Reader<'_>,
    county: CountyId,
    carried: &Carried,
) -> hygeia_store::Result<std::result::Result<Vec<Enrolment>, String>> {
    let (mut before, mut moved) = (Vec::new(), 0);
    for (person, id, reason) in &carried.closed {
        let person = PersonId(u32::try_from(*person).unwrap_or_default());
        let enrolments = reader.person_enrolments(county, person)?;
        let ended = enrolments.iter().find(|known| known.id.0 == *id && known.to == Some(carried.day));
        let as_it_was = enrolments.iter().all(|known| {
            known.id.0 == *id
                || known.to.is_some_and(|to| to <= carried.day)
                || known.to.is_none() && carried.opened.contains(&known.id.0)
        });
        match ended {
            Some(ended) if as_it_was => {
                before.push(Enrolment { to: None, reason: reason.clone(), ..ended.clone() });
            }
            _ => moved += 1,
        }
    }
    Ok(if moved == 0 {
        Ok(before)
    } else {
        Err(format!("升班后已有 {moved} 人转班、离园或返园，不能整体撤销，请逐人调整"))
    })
}
