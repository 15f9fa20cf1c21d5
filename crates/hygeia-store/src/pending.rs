//! What a transaction has still to write: cell deltas that coalesce over the jobs of a batch.

use crate::county::{County, Paths};
use crate::db::{Dialect, Param};
use crate::error::Result;
use crate::model::{CountyId, OrgUnitId, PersonId};
use crate::people_set::KeptSets;
use crate::schema::Active;
use crate::store::{Reader, Writer};
use hygeia_pack::model::RegisterId;
use jiff::civil::Date;
use roaring::RoaringBitmap;
use rustc_hash::FxBuildHasher as Hasher;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

/// Grain of a cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Grain {
    Day = 0,
    Month = 1,
}

/// Whose number it is and when.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Place {
    pub county: i64,
    pub measure: i64,
    pub unit: i64,
    pub grain: Grain,
    /// The day, or the first of the month.
    pub day: Date,
}

/// Where an entry is counted: for its unit and all above it, on its day and in its month.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Spot {
    pub county: i64,
    pub measure: i64,
    /// Ids from the top to the unit.
    pub line: Arc<[i64]>,
    pub day: Date,
}

impl Spot {
    /// The places whose cells the spot is part of.
    pub(crate) fn places(&self) -> impl Iterator<Item = Place> {
        let (county, measure) = (self.county, self.measure);
        let grains = [(Grain::Day, self.day), (Grain::Month, self.day.first_of_month())];
        let place = move |unit, (grain, day)| Place { county, measure, unit, grain, day };
        self.line.iter().flat_map(move |unit| grains.map(|grain| place(*unit, grain)))
    }
}

/// One option of a breakdown; `None` is the total.
pub(crate) type Part = Option<Arc<str>>;

/// Rows one statement writes where each statement costs a round trip.
const ROWS: usize = 128;

/// Changes of cells, not yet written.
#[derive(Debug, Default, Clone)]
pub(crate) struct Pending {
    /// By place and part of the breakdown.
    pub cells: HashMap<(Place, Part), i64, Hasher>,
    /// By spot and part, spread over the places when they are written: entries come sheet by sheet, so that most meet here.
    pub spots: HashMap<(Spot, Part), i64, Hasher>,
    /// People to be added to sets of distinct people, by spot as well.
    pub joins: HashMap<Spot, RoaringBitmap, Hasher>,
    /// People who may have to leave such a set: decided by the rows when everything is written.
    pub doubts: HashSet<(Place, u32), Hasher>,
}

impl Pending {
    pub(crate) fn add(&mut self, place: Place, part: &Part, amount: i64) {
        if amount != 0 {
            *self.cells.entry((place, part.clone())).or_insert(0) += amount;
        }
    }

    pub(crate) fn add_all_over(&mut self, spot: Spot, part: Part, amount: i64) {
        if amount != 0 {
            *self.spots.entry((spot, part)).or_insert(0) += amount;
        }
    }

    /// The people to be added to each set.
    pub(crate) fn joined(&mut self) -> BTreeMap<Place, RoaringBitmap> {
        let mut joined: BTreeMap<Place, RoaringBitmap> = BTreeMap::new();
        for (spot, people) in std::mem::take(&mut self.joins) {
            for place in spot.places() {
                *joined.entry(place).or_default() |= &people;
            }
        }
        joined
    }

    /// Spreads what was counted at spots over the cells.
    pub(crate) fn spread(&mut self) {
        for ((spot, part), amount) in std::mem::take(&mut self.spots) {
            for place in spot.places() {
                self.add(place, &part, amount);
            }
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.cells.is_empty() && self.spots.is_empty() && self.joins.is_empty() && self.doubts.is_empty()
    }

    fn merge(&mut self, other: Pending) {
        if self.is_empty() {
            *self = other;
            return;
        }
        for (key, amount) in other.cells {
            *self.cells.entry(key).or_insert(0) += amount;
        }
        for (key, amount) in other.spots {
            *self.spots.entry(key).or_insert(0) += amount;
        }
        for (spot, people) in other.joins {
            *self.joins.entry(spot).or_default() |= people;
        }
        self.doubts.extend(other.doubts);
    }
}

/// State of the open transaction, shared by its jobs.
#[derive(Default)]
pub(crate) struct Batch {
    /// Of jobs that succeeded.
    kept: Pending,
    /// Of the job that runs.
    pub(crate) job: Pending,
    /// Of earlier jobs, but written inside the savepoint of the one that runs: written again if it is undone.
    spilled: Pending,
    /// Counties written to, with their chain heads.
    pub(crate) counties: BTreeMap<i64, County>,
    /// Paths of the units, kept from one batch to the next.
    pub(crate) paths: HashMap<i64, Paths>,
    /// Packs that come into force with the commit.
    pub(crate) active: Option<Arc<Active>>,
    /// What the transaction has looked up and need not look up again.
    pub(crate) seen: Seen,
    /// Sets of people as the database has them, kept from one batch to the next.
    pub(crate) sets: KeptSets,
}

/// What a transaction has found out, true until it changes it.
#[derive(Debug, Default)]
pub(crate) struct Seen {
    /// People who exist, by county.
    pub people: HashSet<(i64, PersonId), Hasher>,
    /// The sheet last looked at that nobody has signed: entries come sheet by sheet.
    pub unsigned: Option<(CountyId, RegisterId, OrgUnitId, Date)>,
}

/// What is restored when a job is undone.
pub(crate) struct Mark {
    counties: BTreeMap<i64, County>,
    active: Option<Arc<Active>>,
}

impl Batch {
    pub(crate) fn begin(&mut self) {
        self.kept = Pending::default();
        self.job = Pending::default();
        self.spilled = Pending::default();
        self.counties.clear();
        self.active = None;
        self.seen = Seen::default();
    }

    /// Forgets everything a rolled-back transaction may have changed.
    pub(crate) fn forget(&mut self) {
        self.begin();
        self.paths.clear();
        self.sets.forget();
    }

    pub(crate) fn mark(&self) -> Mark {
        Mark { counties: self.counties.clone(), active: self.active.clone() }
    }

    pub(crate) fn keep(&mut self) {
        let job = std::mem::take(&mut self.job);
        self.kept.merge(job);
        self.spilled = Pending::default();
    }

    pub(crate) fn undo(&mut self, mark: Mark) {
        self.job = Pending::default();
        let spilled = std::mem::take(&mut self.spilled);
        self.kept.merge(spilled);
        for (county, state) in &self.counties {
            if mark.counties.get(county).map(|before| before.units) != Some(state.units) {
                self.paths.remove(county);
            }
        }
        self.counties = mark.counties;
        self.active = mark.active;
        self.seen = Seen::default();
        self.sets.forget();
    }

    /// The kept sets, and a county that is written to.
    pub(crate) fn with_county(&mut self, county: i64) -> Option<(&mut KeptSets, &mut County)> {
        Some((&mut self.sets, self.counties.get_mut(&county)?))
    }

    /// Everything to be written now; while a job runs it is remembered in case that is undone.
    fn take(&mut self, in_job: bool) -> Pending {
        let mut all = std::mem::take(&mut self.kept);
        if in_job {
            self.spilled.merge(all.clone());
        }
        all.merge(std::mem::take(&mut self.job));
        all
    }
}

impl Writer<'_> {
    /// Writes pending cells when the job alone has gathered many, to bound memory in bulk loads.
    pub(crate) fn settle_if_large(&mut self) -> Result<()> {
        const LARGE: usize = 50_000;
        let job = &self.batch()?.job;
        if job.cells.len() + job.spots.len() > LARGE { self.settle() } else { Ok(()) }
    }
}

impl Reader<'_> {
    /// Writes the pending cells of the transaction this reader stands in, if any, so that reads see them.
    pub(crate) fn settle(&mut self) -> Result<()> {
        self.settle_as(true)
    }

    /// Writes the pending cells when all jobs of the transaction are done.
    pub(crate) fn settle_last(&mut self) -> Result<()> {
        self.settle_as(false)
    }

    fn settle_as(&mut self, in_job: bool) -> Result<()> {
        let Some(batch) = self.batch.as_deref_mut() else { return Ok(()) };
        let pending = batch.take(in_job);
        if !pending.is_empty() { self.write_pending(pending) } else { Ok(()) }
    }

    /// Writes cells in the order of their keys, so that two writers cannot wait for each other.
    pub(crate) fn write_pending(&mut self, mut pending: Pending) -> Result<()> {
        pending.spread();
        let joins = pending.joined();
        let mut cells: Vec<_> = pending.cells.into_iter().filter(|(_, amount)| *amount != 0).collect();
        cells.sort_unstable();
        self.measures_change(cells.iter().map(|((place, _), _)| place.measure).collect())?;
        let rows = if self.dialect() == Dialect::Postgres { cells.len() / ROWS * ROWS } else { 0 };
        // Two statements only, so that few are prepared: many rows at once where each costs a round trip, then one each.
        let (many, each) = cells.split_at(rows);
        self.upsert_cells(many, ROWS)?;
        self.upsert_cells(each, 1)?;
        for (place, people) in joins {
            // Most of a month's people are in its set already.
            self.people_change(place, |_, all| {
                Ok(people.iter().filter(|person| all.insert(*person)).count() > 0)
            })?;
        }
        self.settle_doubts(pending.doubts)
    }

    /// Gives measures another version: their cells change.
    pub(crate) fn measures_change(&mut self, mut measures: Vec<i64>) -> Result<()> {
        measures.sort_unstable();
        measures.dedup();
        let values: Vec<Param> = measures.into_iter().map(Param::Int).collect();
        self.conn.execute_each("UPDATE measure SET version = version + 1 WHERE no = ?", &values, 1)
    }

    fn upsert_cells(&mut self, cells: &[((Place, Part), i64)], rows: usize) -> Result<()> {
        if cells.is_empty() {
            return Ok(());
        }
        let marks = vec!["(?,?,?,?,?,?,?)"; rows].join(",");
        let sql = format!(
            "INSERT INTO cell (county, measure, unit, grain, day, part, value) VALUES {marks} \
             ON CONFLICT (county, measure, unit, grain, day, part) DO UPDATE SET value = cell.value + excluded.value"
        );
        let mut values = Vec::with_capacity(7 * cells.len());
        for ((place, part), amount) in cells {
            values.extend(place_params(*place));
            values.push(Param::Text(part.as_deref().unwrap_or_default().to_owned()));
            values.push(Param::Int(*amount));
        }
        self.conn.execute_each(&sql, &values, 7 * rows)
    }
}

/// The key of a cell, without its part.
pub(crate) fn place_params(place: Place) -> [Param; 5] {
    [
        Param::Int(place.county),
        Param::Int(place.measure),
        Param::Int(place.unit),
        Param::Int(place.grain as i64),
        Param::from(place.day),
    ]
}
