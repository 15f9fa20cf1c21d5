//! The roll (在册): who is in a unit on which days, read from its cells.

use crate::cell::{CellGrid, pieces};
use crate::db::{first, params};
use crate::enrolment::stretches;
use crate::error::Result;
use crate::model::{CountyId, OrgUnitId, PersonId};
use crate::schema::{JOINED, ROLL};
use crate::store::Reader;
use crate::table::person_id;
use hygeia_pack::model::{Among, MeasureId};
use jiff::civil::Date;
use roaring::RoaringBitmap;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

/// People of one kind on the roll of several units, day by day over a range.
#[derive(Debug, Clone, Default)]
pub struct Roll {
    units: HashMap<OrgUnitId, Vec<(Date, i64)>>,
}

/// When people were under a unit: first day and the day after the last, `None` while they are there.
#[derive(Debug, Clone, Default)]
pub struct Stays(HashMap<u32, Vec<(Date, Option<Date>)>>);

/// Whose stays a measure of people goes by.
#[derive(Debug, Clone, Copy)]
pub struct StaysOf<'a> {
    /// Those of the unit itself.
    pub unit: &'a Stays,
    /// Those of the house it is a part of, when joining means joining the house: who moves from one class to another
    /// has not joined anew.
    pub house: Option<&'a Stays>,
}

/// Stays that were read before, with the version of the county's directory they were read at: used only by a reader
/// that sees the same.
#[derive(Default)]
pub(crate) struct KeptStays(Mutex<HashMap<StaysKey, (i64, Arc<Stays>)>>);

/// County, unit, kind of people.
type StaysKey = (CountyId, OrgUnitId, String);

impl KeptStays {
    /// Stretches kept at most, at some forty bytes each.
    const MOST: usize = 200_000;

    fn get(&self, key: &StaysKey, version: i64) -> Option<Arc<Stays>> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.get(key).filter(|(read_at, _)| *read_at == version).map(|(_, stays)| stays.clone())
    }

    fn put(&self, key: StaysKey, version: i64, stays: Arc<Stays>) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let others = kept.values().map(|(_, stays)| stays.0.len()).sum::<usize>();
        if others + stays.0.len() > Self::MOST {
            kept.clear();
        }
        kept.insert(key, (version, stays));
    }
}

impl StaysOf<'_> {
    /// How many people joined within a range of days, both ends inclusive.
    pub fn joined(self, range: (Date, Date)) -> usize {
        self.unit.0.keys().filter(|person| self.has_joined(**person, range)).count()
    }

    fn has_joined(self, person: u32, (from, to): (Date, Date)) -> bool {
        let arrivals = self.house.unwrap_or(self.unit).until(person, to);
        let mut arrivals =
            arrivals.iter().map(|(start, _)| *start).filter(|start| (from..=to).contains(start));
        let stays = self.unit.until(person, to);
        let was_there =
            |day: Date| stays.iter().any(|(start, end)| *start <= day && end.is_none_or(|end| day < end));
        arrivals.any(was_there)
    }
}

/// Distinct people.
#[derive(Debug, Clone, Default)]
pub struct People(RoaringBitmap);

impl People {
    /// Whether the person is one of them.
    pub fn contains(&self, person: PersonId) -> bool {
        self.0.contains(person.0)
    }
}

impl Stays {
    /// Those who are there on a day.
    pub fn on(&self, day: Date) -> impl Iterator<Item = PersonId> {
        let is_there = move |times: &Vec<(Date, Option<Date>)>| {
            times.iter().any(|(start, end)| *start <= day && end.is_none_or(|end| day < end))
        };
        self.0.iter().filter(move |(_, times)| is_there(times)).map(|(person, _)| PersonId(*person))
    }

    /// Stretches of a person that had begun by a day.
    fn until(&self, person: u32, to: Date) -> Vec<(Date, Option<Date>)> {
        let times = self.0.get(&person).map(Vec::as_slice).unwrap_or_default();
        stretches(times.iter().filter(|(start, _)| *start <= to).copied().collect())
    }
}

impl Roll {
    /// Person-days: the roll of the units summed over days of the range.
    pub fn person_days(&self, units: &[OrgUnitId], days: &[Date]) -> i64 {
        units.iter().flat_map(|unit| days.iter().map(|day| self.on(*unit, *day))).sum()
    }

    /// People on the roll of the unit with its subtree on a day of the range.
    pub fn on(&self, unit: OrgUnitId, day: Date) -> i64 {
        let changes = self.units.get(&unit).map_or(&[][..], Vec::as_slice);
        changes[..changes.partition_point(|(changed, _)| *changed <= day)]
            .last()
            .map_or(0, |(_, count)| *count)
    }
}

impl Reader<'_> {
    /// The roll of each of the units over a range of days, in a handful of statements whatever its length.
    ///
    /// # Errors
    ///
    /// When the kind is unknown or the database fails.
    pub fn roll_days(
        &mut self,
        county: CountyId,
        kind: &str,
        units: &[OrgUnitId],
        (from, to): (Date, Date),
    ) -> Result<Roll> {
        self.settle()?;
        let measure = MeasureId::new(format!("{ROLL}{kind}"));
        let number = self.active().number(measure.as_str())?;
        let numbers: Vec<i64> = units.iter().map(|unit| unit.0).collect();
        let mut roll = Roll::default();
        for piece in pieces(Date::MIN, from) {
            for (_, unit, value) in self.sums(county, &[number], &numbers, piece)? {
                let line = roll.units.entry(OrgUnitId(unit)).or_insert_with(|| vec![(from, 0)]);
                line[0].1 += value;
            }
        }
        let mut changes = self.cell_days(county, &measure, units, None, from, to)?;
        changes.sort_unstable_by_key(|(_, day, _)| *day);
        for (unit, day, value) in changes.into_iter().filter(|(_, day, _)| *day > from) {
            let line = roll.units.entry(unit).or_insert_with(|| vec![(from, 0)]);
            let before = line.last().map_or(0, |(_, count)| *count);
            line.push((day, before + i64::try_from(value).unwrap_or(0)));
        }
        Ok(roll)
    }

    /// People of a kind on the roll of the units' subtrees on a day; no unit stands below another one.
    /// Each person is counted once per unit.
    ///
    /// # Errors
    ///
    /// When the kind is unknown or the database fails.
    pub fn stock(&mut self, county: CountyId, kind: &str, units: &[OrgUnitId], on: Date) -> Result<i64> {
        self.settle()?;
        let number = self.active().number(&format!("{ROLL}{kind}"))?;
        let units: Vec<i64> = units.iter().map(|unit| unit.0).collect();
        let mut sum = 0;
        // All days from the beginning: whole months before, then days of the month.
        for piece in pieces(Date::MIN, on) {
            sum +=
                self.sums(county, &[number], &units, piece)?.iter().map(|(_, _, value)| value).sum::<i64>();
        }
        Ok(sum)
    }

    /// Arrivals under each of the units over ranges of days, both ends inclusive; the grid has one measure.
    ///
    /// # Errors
    ///
    /// When the kind is unknown or the database fails.
    pub fn joined_values(
        &mut self,
        county: CountyId,
        kind: &str,
        units: &[OrgUnitId],
        ranges: &[(Date, Date)],
    ) -> Result<CellGrid> {
        self.cell_values(county, &[MeasureId::new(format!("{JOINED}{kind}"))], units, ranges)
    }

    /// When everybody of a kind who ever was under a unit was there. Kept in memory until somebody moves.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn stays(&mut self, county: CountyId, kind: &str, unit: OrgUnitId) -> Result<Arc<Stays>> {
        // What a transaction has not committed yet is nobody else's: it is read, and not kept.
        if self.batch.is_some() {
            return self.read_stays(county, kind, unit).map(Arc::new);
        }
        let version = self.directory_version(county)?;
        let key = (county, unit, kind.to_owned());
        if let Some(stays) = self.shared.stays.get(&key, version) {
            return Ok(stays);
        }
        let stays = Arc::new(self.read_stays(county, kind, unit)?);
        self.shared.stays.put(key, version, stays.clone());
        Ok(stays)
    }

    fn read_stays(&mut self, county: CountyId, kind: &str, unit: OrgUnitId) -> Result<Stays> {
        let sql = "SELECT path FROM org_unit WHERE county = ? AND id = ?";
        let mut stays = Stays::default();
        let Some(mut top) = first(&mut *self.conn, sql, params![county.0, unit.0])? else { return Ok(stays) };
        let sql = "SELECT e.person, e.from_day, e.to_day FROM enrolment e \
                   JOIN person p ON p.county = e.county AND p.id = e.person AND p.kind = ? \
                   WHERE e.county = ? AND e.unit IN (SELECT u.id FROM org_unit u WHERE u.county = ? AND u.path LIKE ?)";
        let below = format!("{}%", top.text()?);
        for mut row in self.conn.query(sql, params![kind, county.0, county.0, &below])? {
            let person = person_id(row.int()?)?.0;
            stays.0.entry(person).or_default().push((row.parsed()?, row.parsed_or_null()?));
        }
        Ok(stays)
    }

    /// Everybody with an entry at a unit or below over a range that a measure of people counts, on its roll or not.
    ///
    /// # Errors
    ///
    /// When the measure is not kept in cells, or the database fails.
    pub fn people_counted(
        &mut self,
        county: CountyId,
        measure: &MeasureId,
        unit: OrgUnitId,
        (from, to): (Date, Date),
    ) -> Result<People> {
        self.people(county, measure, unit, from, to).map(People)
    }

    /// The people of a roll (`stays`) whom a measure of people counts over a range by their entries at `unit` and
    /// below: those on the roll on its last day, or who joined within it.
    ///
    /// # Errors
    ///
    /// When the measure is unknown or the database fails.
    pub fn people_among(
        &mut self,
        county: CountyId,
        measure: &MeasureId,
        among: Among,
        unit: OrgUnitId,
        (from, to): (Date, Date),
        stays: StaysOf<'_>,
    ) -> Result<Vec<PersonId>> {
        let belongs = |person: u32| match among {
            Among::Enrolled => {
                stays.unit.until(person, to).iter().any(|(_, end)| end.is_none_or(|end| to < end))
            }
            Among::Joined => stays.has_joined(person, (from, to)),
        };
        let counted = self.people(county, measure, unit, from, to)?;
        Ok(counted.into_iter().filter(|person| belongs(*person)).map(PersonId).collect())
    }
}
