//! The demo county: places, people, a past term of daily records, and today's half-done work.
//!
//! Deterministic: the same day gives the same county. Entries are made through the same checks as real ones, from
//! what the packs ask for, so that a pack's new register gets demo data by itself.

mod alert;
mod cards;
mod child;
mod days;
mod dice;
mod emergency;
mod healthy_city;
mod inspections;
mod loader;
mod medicine;
mod menu;
mod outbreaks;
mod patriotic;
mod people;
mod places;
mod plans;
mod routine;
mod waste;

use anyhow::{Context, Result};
use hygeia_store::{CalendarDay, OrgUnitId, Term};
use hygeia_work::{Actor, Work, county_time_zone, hash_password};
use indicatif::{ProgressBar, ProgressStyle};
use jiff::civil::{Date, Time};
use jiff::{Timestamp, ToSpan};

/// Password of every demo account.
pub const PASSWORD: &str = "hygeia-demo";

/// Demo accounts: login and what it is, one per role.
pub const ACCOUNTS: [(&str, &str); 15] = [
    ("teacher", "班级教师（实验幼儿园 大一班）"),
    ("caregiver", "保育员（实验幼儿园 大一班）"),
    ("doctor", "保健医（实验幼儿园）"),
    ("head", "园长（实验幼儿园）"),
    ("nurse", "校医（城关小学）"),
    ("township", "乡镇卫生院公卫科（城关镇）"),
    ("mch", "县妇幼保健院"),
    ("county", "县卫生健康局"),
    ("waste", "院感科与暂存处（县人民医院）"),
    ("emergency", "疾控中心应急办"),
    ("patriotic", "县爱卫办"),
    ("supervisor", "卫生监督员"),
    ("street", "街道爱卫专干（城关街道）"),
    ("community", "社区爱卫员（东门社区）"),
    ("admin", "系统管理员"),
];

/// Daily records are made in runs of so many days, so that a progress bar can be honest.
const DAYS_PER_STEP: usize = 12;

/// The setting that tells whether the county was made to its end.
const MARK: &str = "demo";
const BUILDING: &str = "building";
const WHOLE: &str = "whole";

/// Decides the ids of entries that the demo gives none.
const SEED: u64 = 2026;

/// Makes the whole county as of the morning of `today`.
pub fn build(work: &Work, today: Date) -> Result<()> {
    // The same day makes the same county.
    let work = &work.seeded(SEED);
    let bar = ProgressBar::new(100);
    if let Ok(style) = ProgressStyle::with_template("{bar:32} {percent:>3}% {msg}") {
        bar.set_style(style);
    }
    bar.set_message("机构、人员、账号");
    mark(work, BUILDING)?;
    set_calendar(work, today)?;
    let places = places::build(work, today)?;
    work.reload()?;
    people::build(work, &places, today)?;
    let hospital = waste::places(work, today)?;
    patriotic::places(work, today)?;
    accounts(work, &places, hospital)?;
    work.reload()?;
    bar.set_position(8);

    let actor = work.system_actor(at(today, 7, 40));
    let days = record_days(work, today);
    bar.set_message("出勤与晨检");
    let steps: Vec<&[Date]> = days.chunks(DAYS_PER_STEP).collect();
    let mut loader = loader::Loader::new(work);
    for (done, step) in steps.iter().enumerate() {
        days::build(&mut loader, &actor, &places, step)?;
        bar.set_position(8 + 60 * (done as u64 + 1) / steps.len().max(1) as u64);
    }
    bar.set_message("消毒、膳食、体检与其他登记");
    menu::import_foods(work, &actor)?;
    let from = days.first().copied().unwrap_or(today);
    let until = today.yesterday().unwrap_or(today);
    let mut progress = |share| bar.set_position(68 + (26.0 * share) as u64);
    routine::build(&mut loader, &actor, (from, until), &mut progress)?;
    loader.finish()?;
    medicine::build(work, &actor)?;
    inspections::award(work, &actor, &places, from, today)?;
    bar.set_message("预警与疫情");
    outbreaks::build(work, &actor, &places, from, until)?;
    bar.set_position(95);
    waste::build(work, &actor, today)?;
    cards::build(work, &actor, &places, today)?;
    bar.set_message("计划");
    plans::build(work, &actor, &places)?;
    emergency::build(work, today)?;
    patriotic::build(work, today)?;
    bar.set_position(96);
    bar.set_message("今日工作");
    finish_today(work, today)?;
    mark(work, WHOLE)?;
    bar.finish_and_clear();
    Ok(())
}

/// Whether the demo here was made to its end, and not cut short.
pub fn is_whole(work: &Work) -> Result<bool> {
    let county = work.county();
    let mark = work.store().read(|reader| reader.setting_get(county, MARK))?;
    Ok(mark.as_ref().and_then(serde_json::Value::as_str) != Some(BUILDING))
}

fn mark(work: &Work, how: &'static str) -> Result<()> {
    let county = work.county();
    Ok(work.store().write(move |writer| writer.setting_put(county, MARK, &how.into()))?)
}

/// Fills in what a demo opened on a later day still lacks: the half-done work of that day.
pub fn finish_today(work: &Work, today: Date) -> Result<()> {
    if !work.calendar().is_school_day(today) {
        return Ok(());
    }
    let actor = work.system_actor(at(today, 7, 40));
    days::build_today(work, &actor, today)
}

/// School days of the past term and of the running one up to yesterday.
fn record_days(work: &Work, today: Date) -> Vec<Date> {
    let calendar = work.calendar();
    let first = calendar.terms().iter().map(|term| term.from).min().unwrap_or(today);
    calendar.school_days(first, today.yesterday().unwrap_or(today))
}

/// The two terms a demo needs: the one that holds `today` (or ended last) and the one before.
fn set_calendar(work: &Work, today: Date) -> Result<()> {
    let autumn = |year: i16| term(year, 1, (year, 9, 1), (year + 1, 1, 22));
    let spring = |year: i16| term(year, 2, (year + 1, 2, 24), (year + 1, 7, 3));
    let year = today.year();
    let all = [spring(year - 2), autumn(year - 1), spring(year - 1), autumn(year)];
    let mut terms: Vec<Term> = all.into_iter().collect::<Result<Vec<_>>>()?;
    terms.retain(|term| term.from <= today);
    let keep = terms.split_off(terms.len().saturating_sub(2));
    let county = work.county();
    work.store().write(move |writer| {
        for term in &keep {
            writer.term_put(county, term)?;
        }
        let sports_day =
            CalendarDay {
                day: Date::constant(2026, 10, 23), works: true, title: "秋季亲子运动会".into()
            };
        writer.calendar_day_put(county, &sports_day)
    })?;
    work.reload()?;
    Ok(())
}

fn term(year: i16, number: i8, from: (i16, i8, i8), to: (i16, i8, i8)) -> Result<Term> {
    Ok(Term {
        id: format!("{year}-T{number}"),
        title: format!("{year}学年第{}学期", if number == 1 { "一" } else { "二" }),
        from: Date::new(from.0, from.1, from.2)?,
        to: Date::new(to.0, to.1, to.2)?,
    })
}

/// A moment of the county's day.
pub(crate) fn at(day: Date, hour: i8, minute: i8) -> Timestamp {
    let time = Time::new(hour, minute, 0, 0).unwrap_or(Time::midnight());
    day.to_datetime(time)
        .to_zoned(county_time_zone())
        .map_or(Timestamp::UNIX_EPOCH, |zoned| zoned.timestamp())
}

fn accounts(work: &Work, places: &places::Places, hospital: OrgUnitId) -> Result<()> {
    let hash = hash_password(PASSWORD)?;
    let kindergarten = places.kindergartens.first().context("no kindergarten")?;
    let class = kindergarten.classes.last().context("no class")?.unit;
    let class =
        kindergarten.classes.iter().find(|class| class.title == "大一班").map_or(class, |class| class.unit);
    let school = places.schools.first().context("no school")?.unit;
    let unit = |code: &str| work.directory().by_code(code).map(|unit| unit.id).context("no such unit");
    let scopes: [(&str, &str, &str, OrgUnitId); 15] = [
        ("teacher", "张晓梅", "teacher", class),
        ("caregiver", "李桂芳", "caregiver", class),
        ("doctor", "王秀兰", "health_teacher", kindergarten.unit),
        ("head", "陈国华", "head", kindergarten.unit),
        ("nurse", "刘敏", "school_nurse", school),
        ("township", "赵建平", "township", places.townships[0]),
        ("mch", "孙丽", "mch", places.county),
        ("county", "周志强", "county", places.county),
        ("waste", "郑红", "infection_control", hospital),
        ("emergency", "韩松", "emergency_office", unit("cdc")?),
        ("patriotic", "何建军", "phc_office", places.county),
        ("supervisor", "林涛", "supervisor", places.county),
        ("street", "高敏", "street_clerk", unit("st1")?),
        ("community", "罗秀英", "community_clerk", unit("st1c1")?),
        ("admin", "管理员", "admin", places.county),
    ];
    for (login, name, role, unit) in scopes {
        work.account_bootstrap(login, name, &hash, &[(role.into(), unit)])?;
    }
    Ok(())
}

/// The county unit and its first administrator, for a database in earnest.
pub fn bootstrap(work: &Work, code: &str, title: &str, login: &str, password: &str) -> Result<()> {
    let today = Timestamp::now().to_zoned(county_time_zone()).date();
    let county = places::county(work, code, title, today.saturating_sub(1.year()))?;
    work.reload()?;
    let roles = [("admin".into(), county), ("county".into(), county)];
    work.account_bootstrap(login, "管理员", &hash_password(password)?, &roles)?;
    Ok(())
}

/// Whether an actor stands for the system; its entries are signed by the class teacher's name in the demo.
pub(crate) fn as_teacher(actor: &Actor, name: &str, moment: Timestamp) -> Actor {
    Actor { name: name.to_owned(), now: moment, ..actor.clone() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::COUNTY;
    use hygeia_store::{EntryQuery, Store, StoreOptions};
    use hygeia_work::Options;
    use jiff::civil::date;

    /// A demo county as of a school day, and every entry of it in words.
    fn county() -> (Work, Vec<String>) {
        let store = StoreOptions { url: "sqlite::memory:".into(), key: [7; 32], readers: 2 };
        let store = Store::open(store).unwrap();
        let work = Work::open(store, Options { county: COUNTY, packs: hygeia_pack::builtin() }).unwrap();
        build(&work, date(2026, 11, 26)).unwrap();
        let packs = work.packs();
        let all = EntryQuery { include_void: true, ..EntryQuery::default() };
        let told = work.store().read(|reader| {
            let mut told = Vec::new();
            for register in packs.registers.values() {
                let entries = reader.entry_list(COUNTY, register, &all)?;
                told.extend(entries.iter().map(|entry| format!("{} {entry:?}", register.id)));
            }
            Ok(told)
        });
        (work, told.unwrap())
    }

    #[test]
    fn the_same_day_makes_the_same_sound_county() {
        let other = std::thread::spawn(|| county().1);
        let (work, told) = county();
        assert!(told.len() > 100_000, "{} entries", told.len());
        let other = other.join().unwrap();
        assert_eq!(told.len(), other.len());
        let differing = told.iter().zip(&other).find(|(one, other)| one != other);
        assert_eq!(differing, None);
        let reviews = told.iter().filter(|entry| entry.starts_with("kindergarten.special_child_review "));
        assert!(reviews.count() > 10, "open files are reviewed");
        let report = work.store().verify(&mut |_| {}).unwrap();
        assert!(report.is_sound(), "{:?}", report.differences);
    }
}
