//! A child's way through the units: transfer (转班), leave (离园), return (返园).

use super::import::bad;
use super::promotion::PROMOTION_WORD;
use crate::actor::{Actor, Right, county_time_zone};
use crate::directory::Directory;
use crate::entry::signer;
use crate::error::{Result, WorkError};
use crate::work::Work;
use hygeia_store::{Change, ChangeQuery, Enrolment, EnrolmentId, NewChange, OrgUnitId, Person, PersonId};
use jiff::civil::Date;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

/// The last move of a person, which can be taken back.
#[derive(Debug, Clone)]
pub struct PastMove {
    /// Transfer, return, or why the person left.
    pub kind: String,
    /// First day it holds.
    pub day: Date,
    /// Who made it.
    pub by: String,
    /// On which day that was.
    pub made_on: Date,
    /// Unit the person was in before.
    pub from: Option<OrgUnitId>,
    /// Unit the person came to.
    pub to: Option<OrgUnitId>,
    /// Entries about the person dated on that day or later.
    pub entries: usize,
}

/// A move to be made.
struct Move<'a> {
    kind: &'a str,
    day: Date,
    closed: Option<Enrolment>,
    to: Option<OrgUnitId>,
}

/// What the log keeps of a move, to take it back.
#[derive(Debug, Serialize, Deserialize)]
struct Carried {
    day: Date,
    /// Enrolment that ended, with the reason it had before.
    closed: Option<(i64, String)>,
    /// Enrolment that began.
    opened: Option<i64>,
}

/// Noun of moves in the log.
const NOUN: &str = "move";

impl Work {
    /// Moves a child to another class from `day` on; entries of that day and later come along.
    pub fn person_transfer(&self, actor: &Actor, person: PersonId, to: OrgUnitId, day: Date) -> Result<()> {
        let directory = self.directory();
        let Some(open) = self.open_enrolment(actor, person)? else {
            let leaving = self.leaving(actor, person)?;
            return Err(bad(leaving.unwrap_or_else(|| "该人员已离园，请办理返园".into())));
        };
        actor.must_have(&self.packs(), &directory, Right::ManagePeople, to)?;
        if open.unit == to {
            let message = pending(&directory, actor, &open);
            return Err(bad(message.unwrap_or_else(|| "已在该班".into())));
        }
        if day <= open.from {
            let message = pending(&directory, actor, &open);
            return Err(bad(message.unwrap_or_else(|| too_early(&directory, &open, "转班", "应晚于"))));
        }
        self.move_person(actor, person, Move { kind: "转班", day, closed: Some(open), to: Some(to) })
    }

    /// Takes a person off the roll from `day` on.
    pub fn person_leave(&self, actor: &Actor, person: PersonId, day: Date, reason: &str) -> Result<()> {
        let Some(open) = self.open_enrolment(actor, person)? else {
            let leaving = self.leaving(actor, person)?;
            return Err(bad(leaving.unwrap_or_else(|| "该人员已不在册".into())));
        };
        if day < open.from {
            let directory = self.directory();
            let message = pending(&directory, actor, &open);
            return Err(bad(message.unwrap_or_else(|| too_early(&directory, &open, "离园", "不能早于"))));
        }
        let kind = if reason.trim().is_empty() { "离园" } else { reason.trim() };
        self.move_person(actor, person, Move { kind, day, closed: Some(open), to: None })
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
        if let Some(last) = last.filter(|last| day < *last) {
            let leaving = self.leaving(actor, person)?;
            return Err(bad(leaving.unwrap_or_else(|| format!("返园日期不能早于离园日期 {last}"))));
        }
        self.move_person(actor, person, Move { kind: "返园", day, closed: None, to: Some(to) })
    }

    /// Ends one enrolment and begins another, with the person's entries since and a line in the log to undo it by.
    fn move_person(&self, actor: &Actor, person: PersonId, step: Move<'_>) -> Result<()> {
        let (county, who, at) = (self.county, signer(actor), actor.now);
        let (kind, day, to) = (step.kind.to_owned(), step.day, step.to);
        let unit = to.or(step.closed.as_ref().map(|closed| closed.unit));
        let closed = step.closed;
        let follow = self.follow(actor);
        let moved = self.store.write(move |writer| {
            if let Some(closed) = &closed {
                writer.enrolment_close(county, closed.id, day, &kind)?;
            }
            let opened = match to {
                Some(to) => Some(writer.enrolment_put(county, &enrolment(person, to, day, &kind))?.0),
                None => None,
            };
            follow.entries(writer, &[person], day, &kind)?;
            let carried = Carried { day, closed: closed.map(|closed| (closed.id.0, closed.reason)), opened };
            let change = NewChange {
                action: "move".into(),
                noun: NOUN.into(),
                reference: person.to_string(),
                unit,
                before: serde_json::Value::Null,
                after: serde_json::to_value(&carried).unwrap_or_default(),
                reason: Some(kind),
                actor: who,
                at,
            };
            writer.change_append(county, &change)
        });
        moved.map_err(|error| self.explained(actor, error))?;
        self.reload()
    }

    /// The last move of a person when it can be taken back by the actor: nothing has happened to the person's
    /// enrolments since.
    pub fn move_last(&self, actor: &Actor, person: PersonId) -> Result<Option<PastMove>> {
        let Some((change, carried)) = self.move_carried(person)? else { return Ok(None) };
        let county = self.county;
        let enrolments = self.store.read(|reader| reader.person_enrolments(county, person))?;
        let Some((closed, opened)) = as_left(&enrolments, &carried) else { return Ok(None) };
        let (packs, directory) = (self.packs(), self.directory());
        let may = |own: &Enrolment| actor.has_right(&packs, &directory, Right::ManagePeople, own.unit);
        if !closed.as_ref().is_none_or(&may) || !opened.as_ref().is_none_or(&may) {
            return Ok(None);
        }
        let follow = self.follow(actor);
        let entries = self.store.read(|reader| follow.count(reader, person, carried.day))?;
        Ok(Some(PastMove {
            kind: change.reason.unwrap_or_default(),
            day: carried.day,
            by: change.actor.name,
            made_on: change.at.to_zoned(county_time_zone()).date(),
            from: closed.map(|closed| closed.unit),
            to: opened.map(|opened| opened.unit),
            entries,
        }))
    }

    /// Takes the last move of a person back, as if it had not been; entries made since go back with the person.
    pub fn move_undo(&self, actor: &Actor, person: PersonId) -> Result<()> {
        self.managed_person(actor, person)?;
        let last = self.move_last(actor, person)?.ok_or_else(|| bad("没有可以撤销的变动"))?;
        if last.from.is_none() && last.entries > 0 {
            let message = format!("返园后已有 {} 条登记，不能撤销；请办理离园", last.entries);
            return Err(bad(message));
        }
        let Some((_, carried)) = self.move_carried(person)? else {
            return Err(bad("没有可以撤销的变动"));
        };
        let (county, who, at) = (self.county, signer(actor), actor.now);
        let follow = self.follow(actor);
        let undone = self.store.write(move |writer| {
            let enrolments = writer.person_enrolments(county, person)?;
            let Some((closed, opened)) = as_left(&enrolments, &carried) else { return Ok(false) };
            if let Some(opened) = &opened {
                writer.enrolment_delete(county, opened.id)?;
            }
            if let (Some(closed), Some((_, reason))) = (&closed, &carried.closed) {
                let before = Enrolment { to: None, reason: reason.clone(), ..closed.clone() };
                writer.enrolment_put(county, &before)?;
            }
            let reason = format!("撤销{}", last.kind);
            follow.entries(writer, &[person], carried.day, &reason)?;
            let change = NewChange {
                action: "undo".into(),
                noun: NOUN.into(),
                reference: person.to_string(),
                unit: closed.or(opened).map(|own| own.unit),
                before: serde_json::to_value(&carried).unwrap_or_default(),
                after: serde_json::Value::Null,
                reason: Some(reason),
                actor: who,
                at,
            };
            writer.change_append(county, &change)?;
            Ok(true)
        });
        if !undone.map_err(|error| self.explained(actor, error))? {
            return Err(bad("该人员刚刚又有变动，请重新打开本页"));
        }
        self.reload()
    }

    /// The newest line of a person's moves, when it is one that has not been taken back.
    fn move_carried(&self, person: PersonId) -> Result<Option<(Change, Carried)>> {
        self.last_carried(NOUN, person.to_string())
    }

    /// The newest line of a noun about a reference with what it takes to undo it; `None` when it has been undone.
    pub(super) fn last_carried<T: DeserializeOwned>(
        &self,
        noun: &str,
        reference: String,
    ) -> Result<Option<(Change, T)>> {
        let query = ChangeQuery {
            noun: Some(noun.into()),
            reference: Some(reference),
            limit: 1,
            ..ChangeQuery::default()
        };
        let county = self.county;
        let last = self.store.read(|reader| reader.change_list(county, &query))?.into_iter().next();
        Ok(last.and_then(|change| {
            let carried = serde_json::from_value(change.after.clone()).ok()?;
            Some((change, carried))
        }))
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

    /// Says that the person leaves on a later day, and that this is taken back first; `None` when it is not so.
    fn leaving(&self, actor: &Actor, person: PersonId) -> Result<Option<String>> {
        let county = self.county;
        let enrolments = self.store.read(|reader| reader.person_enrolments(county, person))?;
        let last = enrolments.into_iter().max_by_key(|enrolment| enrolment.to);
        let leaving = last.and_then(|last| Some((last.to.filter(|day| *day > actor.today())?, last)));
        Ok(leaving.map(|(day, last)| {
            let unit = self.directory().full_title(last.unit);
            format!("已定于 {day} 离开“{unit}”（{}），此前仍在册；要改，请先撤销这次变动", last.reason)
        }))
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

/// Says which move is made for a later day already, and how it is taken back; `None` when there is none.
fn pending(directory: &Directory, actor: &Actor, open: &Enrolment) -> Option<String> {
    let (kind, day) = (&open.reason, open.from);
    let undo = taken_back(kind).filter(|_| day > actor.today())?;
    Some(format!("已定于 {day} {kind}，转入“{}”；要改，请先{undo}", directory.full_title(open.unit)))
}

/// How a move of this kind is taken back; `None` for the first enrolment, which is no move.
fn taken_back(kind: &str) -> Option<String> {
    match kind {
        PROMOTION_WORD => Some(format!("在“学年升班”页撤销这次{kind}")),
        "转班" | "返园" => Some(format!("撤销这次{kind}")),
        _ => None,
    }
}

/// Why a move of `kind` cannot be made on a day before the person came to the present unit; `limit` is how the day has
/// to lie to that one.
fn too_early(directory: &Directory, open: &Enrolment, kind: &str, limit: &str) -> String {
    let (unit, from, came) = (directory.full_title(open.unit), open.from, &open.reason);
    match taken_back(came) {
        Some(undo) => {
            format!("{from} 已{came}，转入“{unit}”，{kind}日期{limit}这一天；那次办错了，请先{undo}")
        }
        None => format!("{kind}日期{limit}{came}日期 {from}（“{unit}”）"),
    }
}

/// The enrolments a move ended and began, when nothing has happened to the person's enrolments since.
fn as_left(enrolments: &[Enrolment], carried: &Carried) -> Option<(Option<Enrolment>, Option<Enrolment>)> {
    let by_id = |id: i64| enrolments.iter().find(|known| known.id.0 == id);
    let closed = match &carried.closed {
        Some((id, _)) => Some(by_id(*id).filter(|known| known.to == Some(carried.day))?.clone()),
        None => None,
    };
    let opened = match carried.opened {
        Some(id) => Some(by_id(id).filter(|known| known.to.is_none() && known.from == carried.day)?.clone()),
        None => None,
    };
    let moved_since = enrolments
        .iter()
        .any(|known| Some(known.id.0) != carried.opened && known.to.is_none_or(|to| to > carried.day));
    (!moved_since).then_some((closed, opened))
}

pub(super) fn enrolment(person: PersonId, unit: OrgUnitId, from: Date, reason: &str) -> Enrolment {
    Enrolment { id: EnrolmentId(0), person, unit, from, to: None, reason: reason.into() }
}
