//! The open database with what every use case needs beside it: packs, org tree, calendar.

use crate::calendar::{Calendar, SpecialDay, Term};
use crate::directory::Directory;
use crate::error::{Result, WorkError};
use hygeia_pack::model::{Indicator, PackSet, Register, RegisterId};
use hygeia_store::{CountyId, OrgUnit, OrgUnitId, Store};
use std::sync::{Arc, PoisonError, RwLock};

/// What [`Work::open`] needs besides the store.
#[derive(Debug, Clone, Copy)]
pub struct Options {
    /// County whose data this handle reads and writes.
    pub county: CountyId,
}

/// A county's platform: the handle every page and command works through. Cheap to clone.
#[derive(Clone)]
pub struct Work {
    pub(crate) store: Store,
    pub(crate) county: CountyId,
    shared: Arc<Shared>,
}

struct Shared {
    packs: RwLock<Arc<PackSet>>,
    directory: RwLock<Arc<Directory>>,
    calendar: RwLock<Arc<Calendar>>,
}

impl Work {
    /// Opens the county on a store whose schema has been applied for `packs`.
    pub fn open(store: Store, packs: Arc<PackSet>, options: Options) -> Result<Self> {
        let work = Self {
            store,
            county: options.county,
            shared: Arc::new(Shared {
                packs: RwLock::new(packs),
                directory: RwLock::new(Arc::new(Directory::default())),
                calendar: RwLock::new(Arc::new(Calendar::statutory())),
            }),
        };
        work.reload()?;
        Ok(work)
    }

    /// The store below, for maintenance commands.
    pub fn store(&self) -> &Store {
        &self.store
    }

    /// The county this handle works for.
    pub fn county(&self) -> CountyId {
        self.county
    }

    /// Reads org tree and calendar again.
    pub fn reload(&self) -> Result<()> {
        let county = self.county;
        let (version, units, terms, days) = self.store.read(|reader| {
            Ok((
                reader.directory_version(county)?,
                reader.org_unit_list(county)?,
                reader.term_list(county)?,
                reader.calendar_day_list(county)?,
            ))
        })?;
        let mut calendar = Calendar::statutory();
        for day in days {
            calendar.set_day(day.day, SpecialDay { works: day.works, title: day.title });
        }
        for term in terms {
            calendar.set_term(Term { id: term.id, title: term.title, from: term.from, to: term.to });
        }
        replace(&self.shared.directory, Directory::new(version, units));
        replace(&self.shared.calendar, calendar);
        Ok(())
    }

    /// The installed packs with their overlays.
    pub fn packs(&self) -> Arc<PackSet> {
        current(&self.shared.packs)
    }

    pub(crate) fn set_packs(&self, packs: Arc<PackSet>) {
        *self.shared.packs.write().unwrap_or_else(PoisonError::into_inner) = packs;
    }

    /// The org tree.
    pub fn directory(&self) -> Arc<Directory> {
        current(&self.shared.directory)
    }

    /// The work calendar.
    pub fn calendar(&self) -> Arc<Calendar> {
        current(&self.shared.calendar)
    }

    /// The register with this id.
    pub fn register<'a>(&self, packs: &'a PackSet, id: &str) -> Result<&'a Register> {
        packs.registers.get(&RegisterId::from(id)).ok_or_else(|| WorkError::NotFound(format!("登记表“{id}”")))
    }

    /// The indicator with this id.
    pub fn indicator<'a>(&self, packs: &'a PackSet, id: &str) -> Result<&'a Indicator> {
        packs.indicators.get(id).ok_or_else(|| WorkError::NotFound(format!("指标“{id}”")))
    }

    /// The unit with this id.
    pub fn unit<'a>(&self, directory: &'a Directory, id: OrgUnitId) -> Result<&'a OrgUnit> {
        directory.get(id).ok_or_else(|| WorkError::NotFound("该机构".into()))
    }

    /// The unit with this code.
    pub fn unit_by_code<'a>(&self, directory: &'a Directory, code: &str) -> Result<&'a OrgUnit> {
        directory.by_code(code).ok_or_else(|| WorkError::NotFound(format!("机构“{code}”")))
    }
}

fn current<T>(slot: &RwLock<Arc<T>>) -> Arc<T> {
    slot.read().unwrap_or_else(PoisonError::into_inner).clone()
}

fn replace<T>(slot: &RwLock<Arc<T>>, value: T) {
    *slot.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(value);
}
