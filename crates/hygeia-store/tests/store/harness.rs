//! A small county on a fresh database.

use hygeia_expr::{Functions, Value};
use hygeia_pack::PackSource;
use hygeia_pack::model::{MeasureId, OrgKindId, PackSet, Register};
use hygeia_store::{
    AccountId, Actor, CountyId, Enrolment, EnrolmentId, Entry, EntryId, EntryWrite, OrgUnit, OrgUnitId,
    Person, PersonId, Put, Store, StoreOptions,
};
use indexmap::IndexMap;
use jiff::Timestamp;
use jiff::civil::Date;
use rust_decimal::Decimal;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use uuid::Uuid;

pub const COUNTY: CountyId = CountyId(1);
pub const KEY: [u8; 32] = [7; 32];

pub const PACK: &str = "
pack: t
title: 测试
version: 3
";

pub const KINDS: &str = "
org_kinds:
  county: { title: 县, under: [] }
  kindergarten: { title: 幼儿园, under: [county] }
  class: { title: 班级, under: [kindergarten] }
";

pub const ROLES: &str = "
roles:
  teacher: { title: 教师 }
";

pub const CHECK: &str = "
register: check
title: 晨检
about: child
at: class
layout: roster
key: [child, date]
signed: true
who: { teacher: [enter] }
fields:
  date: { type: date, title: 日期 }
  temperature: { type: decimal, min: 30, max: 45, decimals: 1, title: 体温 }
  skin: { type: choice, options: { normal: 正常, rash: 皮疹 }, title: 皮肤 }
  symptoms: { type: choices, options: { cough: 咳嗽, rash: 皮疹, other: 其他 }, title: 症状 }
  minutes: { type: int, title: 分钟 }
  seen: { type: bool, title: 已看 }
  at: { type: time, title: 时间 }
  moment: { type: datetime, title: 时刻 }
  note: { type: text, title: 备注 }
  guardian: { type: text, personal: true, title: 监护人 }
  dishes: { type: rows, title: 菜肴, fields: { dish: { type: text, title: 菜 }, grams: { type: decimal, title: 克 } } }
";

pub const MEASURES: &str = "
measures:
  checks: { title: 晨检人次, count: check, unit: 人次 }
  fever: { title: 发热人次, count: check, where: temperature >= 37.5, by: skin, unit: 人次 }
  minutes: { title: 分钟, sum: check.minutes, unit: 分钟 }
  warmth: { title: 体温和, sum: check.temperature, where: skin != 'rash', unit: 度 }
  ill: { title: 发热人数, people: check, where: temperature >= 37.5, unit: 人 }
  skins: { title: 皮肤, count: check, by: skin, unit: 例 }
";

/// The test pack, with other measures or registers in place of its own.
pub fn packs_of(check: &str, measures: &str) -> Arc<PackSet> {
    let files = [
        ("pack.yaml", PACK),
        ("org_kinds.yaml", KINDS),
        ("roles.yaml", ROLES),
        ("registers/check.yaml", check),
        ("measures.yaml", measures),
    ];
    let files = files.iter().map(|(name, text)| (format!("t/{name}"), (*text).to_owned())).collect();
    let source = PackSource { pack: "t".into(), files };
    match hygeia_pack::load(&[source], &Functions::standard()) {
        Ok(packs) => Arc::new(packs),
        Err(problems) => panic!("{problems}"),
    }
}

/// Where a fixture's database is, for reaching round the store.
enum Place {
    Sqlite(tempfile::TempDir),
    Postgres { server: String, database: String },
}

pub struct Fixture {
    pub store: Store,
    pub packs: Arc<PackSet>,
    pub top: OrgUnitId,
    /// Two kindergartens with two classes each.
    pub kindergartens: Vec<OrgUnitId>,
    pub classes: Vec<OrgUnitId>,
    pub children: Vec<PersonId>,
    place: Place,
}

static NUMBER: AtomicU32 = AtomicU32::new(0);

/// Runs a scenario on every database there is.
pub fn on_each_database(scenario: impl Fn(&mut Fixture)) {
    let folder = tempfile::tempdir().unwrap();
    scenario(&mut Fixture::new(Place::Sqlite(folder)));
    if let Ok(server) = std::env::var("HYGEIA_TEST_POSTGRES") {
        let database =
            format!("hygeia_store_{}_{}", std::process::id(), NUMBER.fetch_add(1, Ordering::Relaxed));
        let mut fixture =
            Fixture::new(Place::Postgres { server: server.clone(), database: database.clone() });
        scenario(&mut fixture);
        drop(fixture);
        let mut client = postgres::Client::connect(&server, postgres::NoTls).unwrap();
        client.batch_execute(&format!("DROP DATABASE {database} WITH (FORCE)")).unwrap();
    }
}

impl Place {
    fn url(&self) -> String {
        match self {
            Place::Sqlite(folder) => format!("sqlite:{}", folder.path().join("t.db").display()),
            Place::Postgres { server, database } => {
                let stem = server.rsplit_once('/').map_or(server.as_str(), |(stem, _)| stem);
                format!("{stem}/{database}")
            }
        }
    }
}

impl Fixture {
    fn new(place: Place) -> Self {
        if let Place::Postgres { server, database } = &place {
            let mut client = postgres::Client::connect(server, postgres::NoTls).unwrap();
            client.batch_execute(&format!("CREATE DATABASE {database}")).unwrap();
        }
        let (store, packs) = open_with_packs(&place.url());
        let (top, kindergartens, classes, children) = store.write(people).unwrap();
        Self { store, packs, top, kindergartens, classes, children, place }
    }

    pub fn check(&self) -> Register {
        self.packs.registers["t.check"].clone()
    }

    /// Closes the database and opens it again, as a restart does.
    pub fn reopen(&mut self) {
        // Another handle first, so that the old one goes away before the file is read.
        self.store = open(&self.place.url());
        self.store.schema_apply(self.packs.clone(), "test").unwrap();
    }

    /// Address of the database, for another process.
    pub fn url(&self) -> String {
        self.place.url()
    }

    /// Another handle on the same database.
    pub fn open_with_key(&self, key: [u8; 32]) -> hygeia_store::Result<Store> {
        Store::open(StoreOptions { url: self.place.url(), key, readers: 1 })
    }

    /// Runs SQL behind the store's back.
    pub fn raw(&self, sql: &str) {
        match &self.place {
            Place::Sqlite(folder) => {
                let conn = rusqlite::Connection::open(folder.path().join("t.db")).unwrap();
                conn.execute_batch(sql).unwrap();
            }
            Place::Postgres { .. } => {
                postgres::Client::connect(&self.place.url(), postgres::NoTls)
                    .unwrap()
                    .batch_execute(sql)
                    .unwrap();
            }
        }
    }

    /// Whether the text stands anywhere in the database's files (SQLite) or rows of these tables (PostgreSQL).
    pub fn holds_text(&self, text: &str, tables: &[&str]) -> bool {
        match &self.place {
            Place::Sqlite(folder) => std::fs::read_dir(folder.path()).unwrap().any(|file| {
                let bytes = std::fs::read(file.unwrap().path()).unwrap();
                bytes.windows(text.len()).any(|part| part == text.as_bytes())
            }),
            Place::Postgres { .. } => {
                let mut client = postgres::Client::connect(&self.place.url(), postgres::NoTls).unwrap();
                tables.iter().any(|table| {
                    let rows = client.query(&format!("SELECT t::text FROM {table} t"), &[]).unwrap();
                    rows.iter().any(|row| row.get::<_, String>(0).contains(text))
                })
            }
        }
    }

    pub fn put(&self, write: EntryWrite) -> Put {
        let register = self.check();
        self.store.write(move |writer| writer.entry_put(COUNTY, &register, write)).unwrap()
    }

    pub fn void(&self, id: EntryId, void: bool) -> Put {
        let register = self.check();
        self.store
            .write(move |writer| {
                writer.entry_set_void(COUNTY, &register, id, void, actor(), now(9), Some("误录".into()))
            })
            .unwrap()
    }

    pub fn get(&self, id: EntryId) -> Option<Entry> {
        self.store.read(|reader| reader.entry_get(COUNTY, &self.check(), id)).unwrap()
    }

    /// Value of a measure for a unit over a range.
    pub fn value(&self, measure: &str, unit: OrgUnitId, from: Date, to: Date) -> Decimal {
        let measures = [MeasureId::from(measure)];
        let grid =
            self.store.read(|reader| reader.cell_values(COUNTY, &measures, &[unit], &[(from, to)])).unwrap();
        grid.get(0, 0, 0)
    }

    pub fn people(&self, measure: &str, unit: OrgUnitId, from: Date, to: Date) -> u64 {
        self.store.read(|reader| reader.people_count(COUNTY, &measure.into(), unit, from, to)).unwrap()
    }

    #[track_caller]
    pub fn is_sound(&self) {
        let report = self.store.verify(&mut |_| {}).unwrap();
        assert!(report.is_sound(), "{:#?}", report.differences);
    }
}

/// The database at an address with the test packs in force.
pub fn open_with_packs(url: &str) -> (Store, Arc<PackSet>) {
    let (store, packs) = (open(url), packs_of(CHECK, MEASURES));
    store.schema_apply(packs.clone(), "test").unwrap();
    (store, packs)
}

pub fn open(url: &str) -> Store {
    Store::open(StoreOptions { url: url.to_owned(), key: KEY, readers: 2 }).unwrap()
}

pub fn actor() -> Actor {
    Actor { account: AccountId(5), name: "王老师".into() }
}

/// A moment of the test's day.
pub fn now(hour: i8) -> Timestamp {
    format!("2026-11-24T{hour:02}:00:00Z").parse().unwrap()
}

pub fn id(number: u128) -> EntryId {
    EntryId(Uuid::from_u128(number))
}

/// Values of a check by name.
pub fn values(pairs: &[(&str, Value)]) -> IndexMap<String, Value> {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect()
}

pub fn write(
    number: u128,
    unit: OrgUnitId,
    person: PersonId,
    day: Date,
    pairs: &[(&str, Value)],
) -> EntryWrite {
    let mut values = values(pairs);
    values.insert("date".into(), Value::Date(day));
    EntryWrite {
        id: id(number),
        unit,
        person: Some(person),
        day,
        values,
        expect_version: None,
        on_time: Some(true),
        actor: actor(),
        at: now(8),
        reason: None,
    }
}

pub fn decimal(text: &str) -> Value {
    Value::Decimal(text.parse().unwrap())
}

pub fn unit(code: &str, kind: &str, parent: Option<OrgUnitId>) -> OrgUnit {
    OrgUnit {
        id: OrgUnitId(0),
        code: code.into(),
        kind: OrgKindId::from(kind),
        title: code.to_uppercase(),
        parent,
        path: String::new(),
        from: Date::constant(2020, 1, 1),
        to: None,
        sort: 0,
        attrs: serde_json::Value::Null,
    }
}

pub fn child(code: &str, name: &str) -> Person {
    Person {
        id: PersonId(0),
        kind: "child".into(),
        code: code.into(),
        name: name.into(),
        sex: "female".into(),
        birth: Some(Date::constant(2021, 3, 1)),
        id_number: None,
        phone: None,
        attrs: serde_json::Value::Null,
    }
}

pub fn enrolment(person: PersonId, unit: OrgUnitId, from: Date, to: Option<Date>) -> Enrolment {
    Enrolment { id: EnrolmentId(0), person, unit, from, to, reason: "入园".into() }
}

/// Units, classes and children of the small county.
pub type Made = (OrgUnitId, Vec<OrgUnitId>, Vec<OrgUnitId>, Vec<PersonId>);

pub fn people(writer: &mut hygeia_store::Writer<'_>) -> hygeia_store::Result<Made> {
    let top = writer.org_unit_put(COUNTY, &unit("county", "county", None))?;
    let (mut kindergartens, mut classes, mut children) = (Vec::new(), Vec::new(), Vec::new());
    for k in 0..2 {
        let kindergarten = writer.org_unit_put(COUNTY, &unit(&format!("k{k}"), "kindergarten", Some(top)))?;
        kindergartens.push(kindergarten);
        for c in 0..2 {
            let class =
                writer.org_unit_put(COUNTY, &unit(&format!("k{k}c{c}"), "class", Some(kindergarten)))?;
            classes.push(class);
            for p in 0..3 {
                let person =
                    writer.person_put(COUNTY, &child(&format!("{k}{c}{p}"), &format!("孩子{k}{c}{p}")))?;
                writer.enrolment_put(COUNTY, &enrolment(person, class, Date::constant(2026, 9, 1), None))?;
                children.push(person);
            }
        }
    }
    Ok((top, kindergartens, classes, children))
}
