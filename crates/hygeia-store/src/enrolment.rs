//! Enrolments (在册): people in units over time, and the rolls counted from them.
//!
//! A roll is kept as changes: +1 on the day a person comes under a unit, −1 on the day they leave it, for the unit
//! and every unit above. A person is under a unit for the union of their enrolments in its subtree, so a move
//! inside it changes nothing there.

use crate::db::{Row, first, params};
use crate::error::{Result, StoreError};
use crate::model::{CountyId, Enrolment, EnrolmentId, OrgUnitId, PersonId};
use crate::pending::{Grain, Pending, Place};
use crate::schema::{Active, JOINED, ROLL};
use crate::store::{Reader, Writer};
use crate::table::person_id;
use jiff::civil::Date;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

const COLUMNS: &str = "id, person, unit, from_day, to_day, reason";

fn read_enrolment(row: &mut Row) -> Result<Enrolment> {
    Ok(Enrolment {
        id: EnrolmentId(row.int()?),
        person: person_id(row.int()?)?,
        unit: OrgUnitId(row.int()?),
        from: row.parsed()?,
        to: row.parsed_or_null()?,
        reason: row.text()?,
    })
}

/// What one person adds to the rolls: kind and enrolments.
pub(crate) struct Rolls {
    kind: String,
    enrolments: Vec<Enrolment>,
}

/// Days a person is under a unit, as stretches without gaps; an open end is `None`.
pub(crate) fn stretches(mut times: Vec<(Date, Option<Date>)>) -> Vec<(Date, Option<Date>)> {
    // An enrolment that ends on or before its first day holds on no day.
    times.retain(|(from, to)| to.is_none_or(|to| *from < to));
    times.sort_unstable();
    let mut joined: Vec<(Date, Option<Date>)> = Vec::new();
    for (from, to) in times {
        match joined.last_mut() {
            Some((_, None)) => {}
            Some((_, Some(end))) if from <= *end => match to {
                None => joined.pop().into_iter().for_each(|(start, _)| joined.push((start, None))),
                Some(to) => *end = to.max(*end),
            },
            _ => joined.push((from, to)),
        }
    }
    joined
}

impl Rolls {
    /// Adds the person to the rolls (`sign` 1) or takes them from there (−1).
    pub(crate) fn count(
        &self,
        county: i64,
        active: &Active,
        lines: &HashMap<i64, Arc<[i64]>>,
        sign: i64,
        pending: &mut Pending,
    ) -> Result<()> {
        let roll = active.number(&format!("{ROLL}{}", self.kind))?;
        let joined = active.number(&format!("{JOINED}{}", self.kind))?;
        let mut under: BTreeMap<i64, Vec<(Date, Option<Date>)>> = BTreeMap::new();
        for enrolment in &self.enrolments {
            for unit in lines.get(&enrolment.unit.0).into_iter().flat_map(|line| line.iter()) {
                under.entry(*unit).or_default().push((enrolment.from, enrolment.to));
            }
        }
        let mut add = |measure: i64, unit: i64, day: Date, amount: i64| {
            for (grain, day) in [(Grain::Day, day), (Grain::Month, day.first_of_month())] {
                pending.add(Place { county, measure, unit, grain, day }, &None, sign * amount);
            }
        };
        for (unit, times) in under {
            for (from, to) in stretches(times) {
                add(roll, unit, from, 1);
                add(joined, unit, from, 1);
                if let Some(to) = to {
                    add(roll, unit, to, -1);
                }
            }
        }
        Ok(())
    }
}

impl Reader<'_> {
    /// A person's enrolments, earliest first.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn person_enrolments(&mut self, county: CountyId, person: PersonId) -> Result<Vec<Enrolment>> {
        let sql =
            format!("SELECT {COLUMNS} FROM enrolment WHERE county = ? AND person = ? ORDER BY from_day, id");
        let rows = self.conn.query(&sql, params![county.0, i64::from(person.0)])?;
        rows.into_iter().map(|mut row| read_enrolment(&mut row)).collect()
    }

    /// What every person of the county adds to the rolls.
    pub(crate) fn all_rolls(&mut self, county: CountyId) -> Result<Vec<Rolls>> {
        let sql = "SELECT p.kind, e.id, e.person, e.unit, e.from_day, e.to_day, e.reason FROM enrolment e \
                   JOIN person p ON p.county = e.county AND p.id = e.person WHERE e.county = ? ORDER BY e.person";
        let mut rolls: Vec<Rolls> = Vec::new();
        for mut row in self.conn.query(sql, params![county.0])? {
            let (kind, enrolment) = (row.text()?, read_enrolment(&mut row)?);
            match rolls.last_mut() {
                Some(last) if last.enrolments.first().is_some_and(|e| e.person == enrolment.person) => {
                    last.enrolments.push(enrolment);
                }
                _ => rolls.push(Rolls { kind, enrolments: vec![enrolment] }),
            }
        }
        Ok(rolls)
    }
}

impl Writer<'_> {
    /// Stores an enrolment; id 0 makes a new one.
    ///
    /// # Errors
    ///
    /// When person or unit do not exist, or the database fails.
    pub fn enrolment_put(&mut self, county: CountyId, enrolment: &Enrolment) -> Result<EnrolmentId> {
        self.line(county, enrolment.unit)?;
        let before = self.rolls_of(county, enrolment.person)?;
        let id = if enrolment.id.0 == 0 { self.next_id(county, "enrolment")? } else { enrolment.id.0 };
        let owner = first(
            &mut *self.conn,
            "SELECT person FROM enrolment WHERE county = ? AND id = ?",
            params![county.0, id],
        )?;
        if let Some(mut owner) = owner
            && owner.int()? != i64::from(enrolment.person.0)
        {
            return Err(StoreError::Taken(format!("enrolment {id}")));
        }
        self.conn.execute(
            "INSERT INTO enrolment (county, id, person, unit, from_day, to_day, reason) VALUES (?,?,?,?,?,?,?) \
             ON CONFLICT (county, id) DO UPDATE SET unit = excluded.unit, from_day = excluded.from_day, \
             to_day = excluded.to_day, reason = excluded.reason",
            params![
                county.0,
                id,
                i64::from(enrolment.person.0),
                enrolment.unit.0,
                enrolment.from,
                enrolment.to,
                &enrolment.reason
            ],
        )?;
        self.rolls_changed(county, enrolment.person, before)?;
        Ok(EnrolmentId(id))
    }

    /// Ends an enrolment: `day` is the first day no longer on the roll.
    ///
    /// # Errors
    ///
    /// When there is no such enrolment, or the database fails.
    pub fn enrolment_close(
        &mut self,
        county: CountyId,
        id: EnrolmentId,
        day: Date,
        reason: &str,
    ) -> Result<()> {
        self.county(county)?;
        let sql = format!("SELECT {COLUMNS} FROM enrolment WHERE county = ? AND id = ?");
        let mut row = first(&mut *self.conn, &sql, params![county.0, id.0])?
            .ok_or_else(|| StoreError::Missing(format!("enrolment {id}")))?;
        let known = read_enrolment(&mut row)?;
        self.enrolment_put(county, &Enrolment { to: Some(day), reason: reason.to_owned(), ..known })?;
        Ok(())
    }

    /// Takes an enrolment out as if it had not been; for one that was made by mistake.
    ///
    /// # Errors
    ///
    /// When there is no such enrolment, or the database fails.
    pub fn enrolment_delete(&mut self, county: CountyId, id: EnrolmentId) -> Result<()> {
        self.county(county)?;
        let sql = format!("SELECT {COLUMNS} FROM enrolment WHERE county = ? AND id = ?");
        let mut row = first(&mut *self.conn, &sql, params![county.0, id.0])?
            .ok_or_else(|| StoreError::Missing(format!("enrolment {id}")))?;
        let known = read_enrolment(&mut row)?;
        self.line(county, known.unit)?;
        let before = self.rolls_of(county, known.person)?;
        self.conn.execute("DELETE FROM enrolment WHERE county = ? AND id = ?", params![county.0, id.0])?;
        self.rolls_changed(county, known.person, before)
    }

    /// What a person adds to the rolls now; the person must exist.
    pub(crate) fn rolls_of(&mut self, county: CountyId, person: PersonId) -> Result<Rolls> {
        let sql = "SELECT kind FROM person WHERE county = ? AND id = ?";
        let row = first(&mut *self.conn, sql, params![county.0, i64::from(person.0)])?;
        let kind = row.ok_or_else(|| StoreError::Missing(format!("person {person}")))?.text()?;
        Ok(Rolls { kind, enrolments: self.person_enrolments(county, person)? })
    }

    /// Moves a person's part of the rolls from what it was before.
    pub(crate) fn rolls_changed(&mut self, county: CountyId, person: PersonId, before: Rolls) -> Result<()> {
        let after = self.rolls_of(county, person)?;
        let active = self.active();
        let mut lines = HashMap::new();
        for enrolment in before.enrolments.iter().chain(&after.enrolments) {
            lines.insert(enrolment.unit.0, self.line(county, enrolment.unit)?);
        }
        let pending = &mut self.batch()?.job;
        before.count(county.0, &active, &lines, -1, pending)?;
        after.count(county.0, &active, &lines, 1, pending)?;
        self.directory_changed(county)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn stretches_join_what_touches_and_keep_gaps() {
        let (a, b, c, d) = (date(2026, 9, 1), date(2026, 10, 1), date(2026, 11, 1), date(2026, 12, 1));
        assert_eq!(stretches(vec![(b, Some(c)), (a, Some(b))]), [(a, Some(c))]);
        assert_eq!(stretches(vec![(a, Some(b)), (c, None)]), [(a, Some(b)), (c, None)]);
        assert_eq!(stretches(vec![(a, Some(d)), (b, Some(c))]), [(a, Some(d))]);
        assert_eq!(stretches(vec![(a, None), (b, Some(c))]), [(a, None)]);
        assert_eq!(stretches(vec![(a, Some(c)), (b, None)]), [(a, None)]);
        assert_eq!(stretches(vec![(b, Some(a)), (b, Some(b))]), []);
    }
}
