//! The open database with what every use case needs beside it: packs, org tree, calendar.

use crate::calendar::{Calendar, SpecialDay, Term};
use crate::directory::Directory;
use crate::error::{Result, WorkError};
use crate::functions::pack_functions;
use crate::ids::Ids;
use crate::plan::LivePlans;
use hygeia_pack::PackSource;
use hygeia_pack::model::{Indicator, PackSet, Register, RegisterId};
use hygeia_store::{CountyId, OrgUnit, OrgUnitId, Store};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, RwLock};

/// What [`Work::open`] needs besides the store.
#[derive(Debug, Clone)]
pub struct Options {
    /// County whose data this handle reads and writes.
    pub county: CountyId,
    /// Pack files in force before the county's own overlays.
    pub packs: Vec<PackSource>,
}

/// A county's platform: the handle every page and command works through. Cheap to clone.
#[derive(Clone)]
pub struct Work {
    pub(crate) store: Store,
    pub(crate) county: CountyId,
    pub(crate) ids: Arc<Ids>,
    shared: Arc<Shared>,
}

struct Shared {
    base_sources: Vec<PackSource>,
    packs: RwLock<Arc<PackSet>>,
    directory: RwLock<Arc<Directory>>,
    calendar: RwLock<Arc<Calendar>>,
    plans: RwLock<Arc<LivePlans>>,
    registers: Mutex<Handles>,
}

/// Registers that were handed out to outlive a borrow of their packs.
struct Handles {
    of: Arc<PackSet>,
    known: HashMap<RegisterId, Arc<Register>>,
}

impl Work {
    /// Opens the county: loads the packs with its overlays, brings the register tables up to date, reads the tree.
    pub fn open(store: Store, options: Options) -> Result<Self> {
        let county = options.county;
        let mut sources = options.packs.clone();
        let overlays = store.read(|reader| reader.overlay_list(county))?;
        for (at, yaml) in overlays.iter().enumerate() {
            sources.push(PackSource::overlay(&format!("overlay-{}", at + 1), yaml));
        }
        let packs = hygeia_pack::load(&sources, &pack_functions())
            .map_err(|problems| WorkError::Bad(problems.to_string()))?;
        let packs = Arc::new(packs);
        store.schema_apply(packs.clone(), "system")?;
        let work = Self {
            store,
            county,
            ids: Arc::default(),
            shared: Arc::new(Shared {
                base_sources: options.packs,
                registers: Mutex::new(Handles { of: packs.clone(), known: HashMap::new() }),
                packs: RwLock::new(packs),
                directory: RwLock::new(Arc::new(Directory::default())),
                calendar: RwLock::new(Arc::new(Calendar::statutory())),
                plans: RwLock::new(Arc::new(LivePlans::default())),
            }),
        };
        work.reload()?;
        Ok(work)
    }

    /// The same county with ids that a seed decides, where entries come without one: for data that must be the same
    /// each time they are made. A seed serves one run.
    #[must_use]
    pub fn seeded(&self, seed: u64) -> Self {
        Self { ids: Arc::new(Ids::seeded(seed)), ..self.clone() }
    }

    /// The store below, for maintenance commands.
    pub fn store(&self) -> &Store {
        &self.store
    }

    /// The county this handle works for.
    pub fn county(&self) -> CountyId {
        self.county
    }

    /// Reads org tree, calendar and live plans again.
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
        self.reload_plans()
    }

    /// The installed packs with their overlays.
    pub fn packs(&self) -> Arc<PackSet> {
        current(&self.shared.packs)
    }

    pub(crate) fn base_sources(&self) -> Vec<PackSource> {
        self.shared.base_sources.clone()
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

    pub(crate) fn live_plans(&self) -> Arc<LivePlans> {
        current(&self.shared.plans)
    }

    pub(crate) fn set_live_plans(&self, plans: LivePlans) {
        replace(&self.shared.plans, plans);
    }

    /// The system itself, with every role at the top units: for the command line of whoever holds the database.
    pub fn system_actor(&self, now: jiff::Timestamp) -> crate::actor::Actor {
        crate::actor::Actor::system(&self.packs(), &self.directory(), now)
    }

    /// The register with this id.
    pub fn register<'a>(&self, packs: &'a PackSet, id: &str) -> Result<&'a Register> {
        packs.registers.get(&RegisterId::from(id)).ok_or_else(|| WorkError::NotFound(format!("登记表“{id}”")))
    }

    /// The register with this id, to be taken along into a transaction; the same one for every caller of these packs.
    pub(crate) fn register_handle(&self, packs: &Arc<PackSet>, id: &str) -> Result<Arc<Register>> {
        let register = self.register(packs, id)?;
        let mut handles = self.shared.registers.lock().unwrap_or_else(PoisonError::into_inner);
        if !Arc::ptr_eq(&handles.of, packs) {
            *handles = Handles { of: packs.clone(), known: HashMap::new() };
        }
        let handle = handles.known.entry(register.id.clone()).or_insert_with(|| Arc::new(register.clone()));
        Ok(handle.clone())
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
