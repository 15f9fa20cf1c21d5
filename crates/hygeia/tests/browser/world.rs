//! A small county, always the same, in memory, served on a free port.

use crate::browser::Browser;
use axum::serve::ListenerExt as _;
use hygeia_store::{
    CalendarDay, CountyId, Enrolment, EnrolmentId, OrgUnit, OrgUnitId, Person, PersonId, Store, StoreOptions,
    Term,
};
use hygeia_work::{Options, Period, PeriodKind, Work, county_time_zone, hash_password};
use jiff::civil::{Date, date};
use jiff::{Timestamp, ToSpan};
use serde_json::Value as Json;
use std::net::SocketAddr;
use tokio::runtime::Runtime;

pub const PASSWORD: &str = "correct horse";

/// Login, role, code of the unit.
pub const ACCOUNTS: [(&str, &str, &str); 8] = [
    ("teacher", "teacher", "k1c1"),
    ("doctor", "health_teacher", "k1"),
    ("head", "head", "k1"),
    ("other", "health_teacher", "k2"),
    ("nurse", "school_nurse", "s1"),
    ("township", "township", "t1"),
    ("county", "county", "c"),
    ("admin", "admin", "c"),
];

/// Code, kind, title, code of the unit above.
const UNITS: [(&str, &str, &str, &str); 11] = [
    ("c", "county", "青禾县", ""),
    ("t1", "township_hospital", "城关镇卫生院", "c"),
    ("k1", "kindergarten", "实验幼儿园", "t1"),
    ("k1g1", "grade", "小班", "k1"),
    ("k1c1", "class", "小一班", "k1g1"),
    ("k1g2", "grade", "中班", "k1"),
    ("k1c2", "class", "中一班", "k1g2"),
    ("k2", "kindergarten", "城东幼儿园", "t1"),
    ("k2c1", "class", "大一班", "k2"),
    ("s1", "school", "城关小学", "t1"),
    ("s1c1", "class", "一年级一班", "s1"),
];

/// Children on the roll by class.
const ROLLS: [(&str, usize); 4] = [("k1c1", 30), ("k1c2", 6), ("k2c1", 5), ("s1c1", 8)];

/// The county, its server, and what a test needs to know of it.
pub struct World {
    pub work: Work,
    pub today: Date,
    pub base: String,
    _runtime: Runtime,
}

impl World {
    /// Makes the county and serves it. The term runs since two months ago, the one before ended just then.
    pub fn new() -> Self {
        let store =
            Store::open(StoreOptions { url: "sqlite::memory:".into(), key: [7; 32], readers: 2 }).unwrap();
        let work = Work::open(store, Options { county: CountyId(1), packs: hygeia_pack::builtin() }).unwrap();
        let today = Timestamp::now().to_zoned(county_time_zone()).date();
        for (sort, (code, kind, title, above)) in UNITS.into_iter().enumerate() {
            unit(&work, sort, code, kind, title, above);
        }
        for (class, size) in ROLLS {
            (0..size).for_each(|number| child(&work, class, number, today));
        }
        terms(&work, today);
        work.reload().unwrap();
        let hash = hash_password(PASSWORD).unwrap();
        for (login, role, code) in ACCOUNTS {
            let place = work.directory().by_code(code).unwrap().id;
            work.account_bootstrap(login, login, &hash, &[(role.into(), place)]).unwrap();
        }
        let (runtime, address) = serve(work.clone());
        let world = Self { work, today, base: format!("http://{address}"), _runtime: runtime };
        world.open_day(today);
        world
    }

    /// Makes a day one on which children come, whatever day the tests run on.
    pub fn open_day(&self, day: Date) {
        let open = CalendarDay { day, works: true, title: "上课".into() };
        self.work.store().write(move |writer| writer.calendar_day_put(CountyId(1), &open)).unwrap();
        self.work.reload().unwrap();
    }

    /// A browser at this county; `None` where there is no browser at all.
    pub fn browser(&self, name: &str) -> Option<Browser> {
        Browser::open(name, &self.base)
    }

    /// One more unit.
    pub fn unit(&self, code: &str, kind: &str, title: &str, above: &str) {
        unit(&self.work, 50, code, kind, title, above);
        self.work.reload().unwrap();
    }

    /// Changes made behind the server's back, e.g. yesterday's entries, by the system itself.
    pub fn submit(&self, register: &str, entry: Json) {
        let actor = self.work.system_actor(Timestamp::now());
        let submission = serde_json::from_value(entry).unwrap();
        self.work.entry_submit(&actor, register, submission).unwrap();
    }

    /// Voids an entry behind the page's back.
    pub fn void(&self, register: &str, id: &str) {
        let actor = self.work.system_actor(Timestamp::now());
        self.work.entry_void(&actor, register, id.parse().unwrap(), "测试").unwrap();
    }
}

fn unit(work: &Work, sort: usize, code: &str, kind: &str, title: &str, above: &str) {
    work.reload().unwrap();
    let unit = OrgUnit {
        id: OrgUnitId(0),
        code: code.into(),
        kind: kind.into(),
        title: title.into(),
        parent: work.directory().by_code(above).map(|unit| unit.id),
        path: String::new(),
        from: date(2020, 1, 1),
        to: None,
        sort: i64::try_from(sort).unwrap(),
        attrs: Json::Null,
    };
    work.store().write(move |writer| writer.org_unit_put(CountyId(1), &unit)).unwrap();
}

fn child(work: &Work, class: &str, number: usize, today: Date) {
    work.reload().unwrap();
    let unit = work.directory().by_code(class).unwrap().id;
    let person = Person {
        id: PersonId(0),
        kind: "child".into(),
        code: format!("{class}-{:02}", number + 1),
        name: format!(
            "{}{}",
            ["王", "李", "张", "刘"][number % 4],
            ["小明", "小红", "安然", "思远", "雨桐"][number % 5]
        ),
        sex: if number.is_multiple_of(2) { "male" } else { "female" }.into(),
        birth: Some(today.saturating_sub(4.years()).saturating_sub(i64::try_from(number).unwrap().days())),
        id_number: None,
        phone: None,
        attrs: Json::Null,
    };
    let from = today.saturating_sub(1.years());
    let stay =
        move |person| Enrolment { id: EnrolmentId(0), person, unit, from, to: None, reason: "入园".into() };
    let done = work.store().write(move |writer| {
        let id = writer.person_put(CountyId(1), &person)?;
        writer.enrolment_put(CountyId(1), &stay(id))
    });
    done.unwrap();
}

/// The running term since two months ago, and the one before it until then, under the names their time of the year has.
fn terms(work: &Work, today: Date) {
    let start = today.first_of_month().saturating_sub(2.months());
    let calendar = hygeia_work::Calendar::statutory();
    let running = Period::containing(PeriodKind::Term, today, &calendar);
    for (term, from, to) in [
        (running.previous(&calendar), start.saturating_sub(5.months()), start.saturating_sub(1.day())),
        (running, start, start.saturating_add(5.months()).saturating_sub(1.day())),
    ] {
        let term = Term { id: term.to_string(), title: term.title(false), from, to };
        work.store().write(move |writer| writer.term_put(CountyId(1), &term)).unwrap();
    }
}

fn serve(work: Work) -> (Runtime, SocketAddr) {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let listener = runtime.block_on(tokio::net::TcpListener::bind("127.0.0.1:0")).unwrap();
    let address = listener.local_addr().unwrap();
    let app = hygeia_web::router(work).into_make_service_with_connect_info::<SocketAddr>();
    runtime.spawn(async move { axum::serve(listener.tap_io(|_| {}), app).await });
    (runtime, address)
}
