//! Reports whose tables are computed from entries: what is read, and what the functions make of it.

use crate::actor::{Action, Actor};
use crate::error::{Result, WorkError};
use crate::work::Work;
use hygeia_expr::{Names, Value};
use hygeia_pack::model::{ComputedSpec, Reads};
use hygeia_store::{Entry, EntryQuery, OrgUnitId, Person};
use indexmap::IndexMap;
use jiff::civil::Date;

/// What a computed report shows.
#[derive(Debug, Clone, PartialEq)]
pub enum Computed {
    /// Rows of each table, cells by its columns; missing ones are null.
    Tables(Vec<Vec<Vec<Value>>>),
    /// Nothing, because what it reads has no entry; what the pack says then.
    Lacking(String),
}

/// Names of the expressions.
struct Scene {
    names: IndexMap<String, Value>,
}

impl Names for Scene {
    fn get(&self, name: &str) -> Value {
        self.names.get(name).cloned().unwrap_or_default()
    }
}

impl Work {
    /// The tables of a computed report for a unit and days.
    ///
    /// The actor must see the entries read. Reference rows of the units above are read for whoever may see the
    /// register in the unit itself: only what is computed from them is shown.
    ///
    /// # Errors
    ///
    /// When the unit or what is read is out of the actor's reach, or the database fails.
    pub fn computed(
        &self,
        actor: &Actor,
        spec: &ComputedSpec,
        unit: OrgUnitId,
        (from, to): (Date, Date),
    ) -> Result<Computed> {
        if !actor.reaches(&self.directory(), unit) {
            return Err(WorkError::NotFound("该机构".into()));
        }
        let mut names =
            IndexMap::from([("from".to_owned(), Value::Date(from)), ("to".to_owned(), Value::Date(to))]);
        for (name, reads) in &spec.reads {
            let entries = self.entries_read(actor, reads, unit, (from, to))?;
            if let Some(empty) = reads.empty.as_ref().filter(|_| entries.is_empty()) {
                return Ok(Computed::Lacking(empty.clone()));
            }
            let rows = entries.into_iter().map(|entry| Value::Row(entry.values)).collect();
            names.insert(name.clone(), Value::List(rows));
        }
        if let Some(kind) = &spec.people {
            names.insert("people".to_owned(), self.people_rows(unit, to, kind)?);
        }
        let scene = Scene { names };
        let cells = |row: Value, table: &hygeia_pack::model::ComputedTable| match row {
            Value::Row(cells) => table
                .columns
                .iter()
                .map(|column| cells.get(&column.cell).cloned().unwrap_or_default())
                .collect(),
            _ => Vec::new(),
        };
        let tables = spec.tables.iter().map(|table| match table.rows.expr.eval(&scene) {
            Value::List(rows) => rows.into_iter().map(|row| cells(row, table)).collect(),
            _ => Vec::new(),
        });
        Ok(Computed::Tables(tables.collect()))
    }

    /// Entries in the order of their days.
    fn entries_read(
        &self,
        actor: &Actor,
        reads: &Reads,
        unit: OrgUnitId,
        (from, to): (Date, Date),
    ) -> Result<Vec<Entry>> {
        let packs = self.packs();
        let register = self.register(&packs, reads.register.as_str())?;
        let directory = self.directory();
        actor.must(&directory, register, Action::View, unit)?;
        // Rows of the unit itself come last and hold before those of the units above.
        let roots: Vec<OrgUnitId> = match reads.above {
            true => directory.line_up(unit).into_iter().map(|above| above.id).rev().collect(),
            false => vec![unit],
        };
        let mut found = Vec::new();
        for root in roots {
            let Some(place) = directory.get(root) else { continue };
            let days = if reads.above { (None, None) } else { (Some(from), Some(to)) };
            let query = EntryQuery {
                unit_paths: vec![place.path.clone()],
                from: days.0,
                to: days.1,
                sort: Some(("day".to_owned(), false)),
                ..EntryQuery::default()
            };
            let entries = self.store.read(|reader| reader.entry_list(self.county, register, &query))?;
            found.extend(entries.into_iter().filter(|entry| !reads.above || entry.unit == root));
        }
        Ok(found)
    }

    /// Birth and sex of the people on the roll of a unit on a day.
    fn people_rows(&self, unit: OrgUnitId, day: Date, kind: &str) -> Result<Value> {
        let directory = self.directory();
        let path = directory.get(unit).map(|unit| unit.path.clone()).unwrap_or_default();
        let people = self.store.read(|reader| reader.roll(self.county, &path, day, kind))?;
        let row = |(person, _): (Person, OrgUnitId)| {
            let sex = if person.sex.is_empty() { Value::Null } else { Value::Text(person.sex) };
            let birth = person.birth.map_or(Value::Null, Value::Date);
            Value::Row(IndexMap::from([("birth".to_owned(), birth), ("sex".to_owned(), sex)]))
        };
        Ok(Value::List(people.into_iter().map(row).collect()))
    }
}
