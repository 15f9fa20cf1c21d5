//! Runs the tests that packs carry: entries in; indicator values, refusals and duty states out.
//!
//! Each test gets a fresh county in a temporary database, so that it exercises the same path as a real entry.

mod alarm;
mod workflow;

use crate::actor::{Actor, RoleAt, county_time_zone};
use crate::duty::DutyState;
use crate::error::{Result, WorkError};
use crate::indicator::FigureQuery;
use crate::period::Period;
use crate::work::{Options, Work};
use hygeia_pack::PackSource;
use hygeia_pack::model::{DutyId, RoleId};
use hygeia_pack::test::PackTest;
use hygeia_store::{
    AccountId, CountyId, Enrolment, EnrolmentId, OrgUnit, OrgUnitId, Person, PersonId, Store, StoreOptions,
};
use jiff::civil::Date;
use rust_decimal::Decimal;
use workflow::Made;

/// What one test came to.
#[derive(Debug, Clone)]
pub struct PackTestOutcome {
    /// Name of the test with its pack.
    pub title: String,
    /// What differed; empty when it passed.
    pub failures: Vec<String>,
}

/// Runs every test of every pack.
pub fn run_pack_tests(sources: &[PackSource]) -> Result<Vec<PackTestOutcome>> {
    let tests =
        hygeia_pack::test::read_tests(sources).map_err(|problems| WorkError::Bad(problems.to_string()))?;
    let mut outcomes = Vec::new();
    for (pack, test) in tests {
        let title = format!("{pack}：{}", test.test);
        let failures = match run(sources, &pack, &test) {
            Ok(failures) => failures,
            Err(error) => vec![error.to_string()],
        };
        outcomes.push(PackTestOutcome { title, failures });
    }
    Ok(outcomes)
}

fn run(sources: &[PackSource], pack: &str, test: &PackTest) -> Result<Vec<String>> {
    let store = Store::open(StoreOptions { url: "sqlite::memory:".into(), key: [0; 32], readers: 1 })?;
    let county = CountyId(1);
    let work = Work::open(store, Options { county, packs: sources.to_vec() })?;
    set_up(&work, county, test)?;
    work.reload()?;
    let actor = everyone(&work, test.today);
    let mut failures = Vec::new();
    let mut made = Made::default();
    for entry in &test.entries {
        if let Err(error) = made.submit(&work, &actor, pack, entry) {
            failures.push(format!("登记 {} 被拒绝：{error}", entry.register));
        }
    }
    for refused in &test.refused {
        match made.submit(&work, &actor, pack, &refused.entry) {
            Ok(()) => failures.push(format!("登记 {} 应被拒绝：{}", refused.entry.register, refused.message)),
            Err(error) if error.to_string().contains(&refused.message) => {}
            Err(error) => {
                failures.push(format!(
                    "登记 {} 应因“{}”被拒绝，实为：{error}",
                    refused.entry.register, refused.message
                ));
            }
        }
    }
    failures.extend(made.take(&work, &actor, &test.steps));
    let figures = test.expect.indicators.iter().chain(&test.expect.measures);
    for expected in figures {
        let value = figure(&work, &actor, pack, &expected.id, &expected.unit, &expected.period)?;
        if value != expected.value {
            let show =
                |value: Option<Decimal>| value.map_or("缺数据".to_owned(), |v| v.normalize().to_string());
            failures.push(format!(
                "{} {} {} 应为 {}，实为 {}",
                expected.id,
                expected.unit,
                expected.period,
                show(expected.value),
                show(value)
            ));
        }
    }
    for expected in &test.expect.duties {
        let id = DutyId::new(qualified(pack, &expected.id));
        let directory = work.directory();
        let unit = work.unit_by_code(&directory, &expected.unit)?.id;
        let at = Actor { now: end_of(test.today), ..actor.clone() };
        let lines = work.duties_on(&at, unit, expected.day)?;
        let found = lines.iter().find(|line| line.duty.id == id);
        let state = found.map(|line| match line.state() {
            DutyState::Done => "done",
            DutyState::Due => "due",
            DutyState::Overdue => "overdue",
        });
        let shown =
            (found.map_or(0, |l| l.expected()), found.map_or(0, |l| l.done()), state.unwrap_or("none"));
        if shown != (expected.due, expected.done, expected.state.as_str()) {
            failures.push(format!(
                "制度 {} {} {} 应为 {}/{} {}，实为 {}/{} {}",
                expected.id,
                expected.unit,
                expected.day,
                expected.done,
                expected.due,
                expected.state,
                shown.1,
                shown.0,
                shown.2
            ));
        }
    }
    if test.detect {
        work.detect(&actor, test.today)?;
    }
    let late = Actor { now: end_of(test.today), ..actor };
    failures.extend(made.differences(&work, &late, &test.expect.states)?);
    failures.extend(alarm::differences(&work, pack, &test.expect)?);
    Ok(failures)
}

/// Late in the day, so that what is not done by its time is overdue.
fn end_of(day: Date) -> jiff::Timestamp {
    day.at(23, 0, 0, 0).to_zoned(county_time_zone()).map(|zoned| zoned.timestamp()).unwrap_or_default()
}

fn set_up(work: &Work, county: CountyId, test: &PackTest) -> Result<()> {
    let test = test.clone();
    work.store().write(move |writer| {
        let mut units = std::collections::HashMap::new();
        for (sort, unit) in (0..).zip(&test.units) {
            let id = writer.org_unit_put(
                county,
                &OrgUnit {
                    id: OrgUnitId(0),
                    code: unit.code.clone(),
                    kind: unit.kind.clone(),
                    title: unit.title.clone(),
                    parent: unit.under.as_ref().and_then(|code| units.get(code).copied()),
                    path: String::new(),
                    from: Date::constant(2000, 1, 1),
                    to: None,
                    sort,
                    attrs: serde_json::Value::Null,
                },
            )?;
            units.insert(unit.code.clone(), id);
        }
        for person in &test.people {
            let id = writer.person_put(
                county,
                &Person {
                    id: PersonId(0),
                    kind: person.kind.clone(),
                    code: person.code.clone(),
                    name: person.name.clone(),
                    sex: person.sex.clone().unwrap_or_default(),
                    birth: person.birth,
                    id_number: None,
                    phone: None,
                    attrs: serde_json::Value::Null,
                },
            )?;
            if let Some(unit) = units.get(&person.unit) {
                writer.enrolment_put(
                    county,
                    &Enrolment {
                        id: EnrolmentId(0),
                        person: id,
                        unit: *unit,
                        from: person.from,
                        to: person.to,
                        reason: String::new(),
                    },
                )?;
            }
        }
        for term in &test.terms {
            writer.term_put(
                county,
                &hygeia_store::Term {
                    id: term.id.clone(),
                    title: term.id.clone(),
                    from: term.from,
                    to: term.to,
                },
            )?;
        }
        Ok(())
    })?;
    Ok(())
}

/// An actor with every role at every top unit.
fn everyone(work: &Work, today: Date) -> Actor {
    let roots: Vec<OrgUnitId> = work.directory().roots().map(|unit| unit.id).collect();
    let roles: Vec<RoleId> = work.packs().roles.keys().cloned().collect();
    let now = today.at(7, 40, 0, 0).to_zoned(county_time_zone()).map(|zoned| zoned.timestamp());
    Actor {
        account: AccountId(0),
        name: "测试".into(),
        roles: roots
            .iter()
            .flat_map(|unit| roles.iter().map(|role| RoleAt { role: role.clone(), unit: *unit }))
            .collect(),
        now: now.unwrap_or_default(),
        english: false,
    }
}

fn qualified(pack: &str, name: &str) -> String {
    if name.contains('.') { name.to_owned() } else { format!("{pack}.{name}") }
}

fn figure(
    work: &Work,
    actor: &Actor,
    pack: &str,
    id: &str,
    unit: &str,
    period: &str,
) -> Result<Option<Decimal>> {
    let packs = work.packs();
    let directory = work.directory();
    let period =
        Period::parse(period, &work.calendar()).map_err(|error| WorkError::Bad(error.to_string()))?;
    let query = FigureQuery {
        figures: vec![work.figure_id(&packs, &qualified(pack, id))?],
        units: vec![work.unit_by_code(&directory, unit)?.id],
        periods: vec![period],
    };
    Ok(work
        .document_figures(actor, &query)?
        .into_iter()
        .next()
        .and_then(|figure| figure.value)
        .map(|v| v.normalize()))
}
