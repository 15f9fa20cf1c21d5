//! The tests packs carry: read here, run by the room of the use cases.

use crate::item::{Item, Table};
use crate::keys::{
    CALENDAR, EXPECT, EXPECT_ALARM, EXPECT_DUTY, EXPECT_FIGURE, EXPECT_STATE, TERM, TEST_ENTRY, TEST_PERSON,
    TEST_REFUSED, TEST_STEP, TEST_UNIT,
};
use crate::model::OrgKindId;
use crate::problem::{Log, Problems};
use crate::source::PackSource;
use crate::yaml::{Data, Node};
use jiff::civil::{Date, DateTime};
use rust_decimal::Decimal;
use serde_json::{Map, Value as Json};

/// One test: entries in; values, refusals and duty states out.
#[derive(Debug, Clone)]
pub struct PackTest {
    /// What it shows.
    pub test: String,
    /// Date on which it runs.
    pub today: Date,
    /// School terms of its county.
    pub terms: Vec<TestTerm>,
    /// Org units, upper ones first.
    pub units: Vec<TestUnit>,
    /// Children and staff.
    pub people: Vec<TestPerson>,
    /// Entries that are accepted.
    pub entries: Vec<TestEntry>,
    /// Entries that are refused.
    pub refused: Vec<TestRefused>,
    /// Transitions taken after the entries, in order.
    pub steps: Vec<TestStep>,
    /// The daily detection runs after the entries.
    pub detect: bool,
    /// What follows.
    pub expect: TestExpect,
}

/// A school term.
#[derive(Debug, Clone)]
pub struct TestTerm {
    /// `2026-T1`.
    pub id: String,
    /// First day.
    pub from: Date,
    /// Last day.
    pub to: Date,
}

/// An org unit.
#[derive(Debug, Clone)]
pub struct TestUnit {
    /// Code.
    pub code: String,
    /// Kind.
    pub kind: OrgKindId,
    /// Code of the unit above.
    pub under: Option<String>,
    /// Name.
    pub title: String,
}

/// A child or a member of staff.
#[derive(Debug, Clone)]
pub struct TestPerson {
    /// Code.
    pub code: String,
    /// `child` or `staff`.
    pub kind: String,
    /// Name.
    pub name: String,
    /// `male` or `female`.
    pub sex: Option<String>,
    /// Date of birth.
    pub birth: Option<Date>,
    /// Code of the unit.
    pub unit: String,
    /// First day on its roll.
    pub from: Date,
    /// First day no longer on it.
    pub to: Option<Date>,
}

/// An entry to submit.
#[derive(Debug, Clone)]
pub struct TestEntry {
    /// Register, bare or with its pack.
    pub register: String,
    /// Code of the unit.
    pub unit: Option<String>,
    /// Code of the person.
    pub person: Option<String>,
    /// Field values, as the API takes them; `@name` is the id of the entry of that name.
    pub values: Map<String, Json>,
    /// Name that steps and other entries call it by.
    pub name: Option<String>,
    /// When it is made.
    pub at: Option<DateTime>,
}

/// A transition that is taken.
#[derive(Debug, Clone)]
pub struct TestStep {
    /// Name of the entry.
    pub entry: String,
    /// The transition.
    pub transition: String,
    /// When.
    pub at: DateTime,
    /// Values of the fields it asks for.
    pub values: Map<String, Json>,
    /// Reason.
    pub reason: Option<String>,
    /// Part of the message it is refused with.
    pub refused: Option<String>,
}

/// Where an entry stands.
#[derive(Debug, Clone)]
pub struct TestState {
    /// Name of the entry.
    pub entry: String,
    /// Its state after all steps.
    pub state: Option<String>,
    /// One of its clocks, and how it stands; `none` when it does not apply.
    pub clock: Option<(String, String)>,
    /// At what moment.
    pub at: Option<DateTime>,
}

/// An entry that is refused.
#[derive(Debug, Clone)]
pub struct TestRefused {
    /// The entry.
    pub entry: TestEntry,
    /// Part of the message the user reads.
    pub message: String,
}

/// What a test expects.
#[derive(Debug, Clone, Default)]
pub struct TestExpect {
    /// Values of indicators.
    pub indicators: Vec<TestFigure>,
    /// Values of measures.
    pub measures: Vec<TestFigure>,
    /// States of duties.
    pub duties: Vec<TestDuty>,
    /// All alarms of the signals named.
    pub alarms: Vec<TestAlarm>,
    /// Signals without any alarm.
    pub silent: Vec<String>,
    /// States of entries and their clocks.
    pub states: Vec<TestState>,
}

/// An alarm.
#[derive(Debug, Clone)]
pub struct TestAlarm {
    /// Signal, bare or with its pack.
    pub signal: String,
    /// Code of the unit.
    pub unit: String,
    /// Option of the breakdown.
    pub part: Option<String>,
    /// Its day.
    pub date: Date,
    /// Cases in all.
    pub cases: i64,
    /// Part of the explanation.
    pub says: Option<String>,
}

/// The value of a figure.
#[derive(Debug, Clone)]
pub struct TestFigure {
    /// Indicator or measure, bare or with its pack.
    pub id: String,
    /// Code of the unit.
    pub unit: String,
    /// `2026-11`, `2026-11-24`, `2026-T1` …
    pub period: String,
    /// Value in the unit shown; `None` when it must be missing.
    pub value: Option<Decimal>,
}

/// The state of a duty on a day.
#[derive(Debug, Clone)]
pub struct TestDuty {
    /// Duty, bare or with its pack.
    pub id: String,
    /// Code of the unit.
    pub unit: String,
    /// Day.
    pub day: Date,
    /// Entries expected.
    pub due: u32,
    /// Entries made.
    pub done: u32,
    /// `done`, `due`, `overdue` or `none`.
    pub state: String,
}

/// Reads every test of the packs: the pack's name and the test.
pub fn read_tests(sources: &[PackSource]) -> Result<Vec<(String, PackTest)>, Problems> {
    let log = Log::default();
    let mut tests = Vec::new();
    for doc in crate::load::read(sources, &log).iter().filter(|doc| doc.kind == "test") {
        if let Some(test) = read_test(Item { log: &log, node: &doc.node }, doc.keys) {
            tests.push((doc.pack.clone(), test));
        }
    }
    let problems = log.into_problems();
    if problems.is_empty() { Ok(tests) } else { Err(problems) }
}

fn read_test(item: Item<'_>, keys: &'static crate::keys::Keys) -> Option<PackTest> {
    let table = item.table(keys)?;
    let calendar = table.get("calendar").and_then(|item| item.table(&CALENDAR));
    let terms = calendar.map(|table| table.tables("terms", &TERM)).unwrap_or_default();
    let refused = table.tables("refused", &TEST_REFUSED);
    let refused = refused
        .iter()
        .filter_map(|table| Some(TestRefused { entry: entry(table)?, message: table.text("message")? }));
    Some(PackTest {
        test: table.text("test")?,
        today: date(&table, "today")?,
        terms: terms.iter().filter_map(term).collect(),
        units: table.tables("units", &TEST_UNIT).iter().flat_map(units).collect(),
        people: table.tables("people", &TEST_PERSON).iter().flat_map(people).collect(),
        entries: table.tables("entries", &TEST_ENTRY).iter().flat_map(entries).collect(),
        refused: refused.collect(),
        steps: table.tables("steps", &TEST_STEP).iter().filter_map(step).collect(),
        detect: table.bool("detect"),
        expect: table
            .get("expect")
            .and_then(|item| item.table(&EXPECT))
            .map(|table| expect(&table))
            .unwrap_or_default(),
    })
}

fn date(table: &Table<'_>, key: &str) -> Option<Date> {
    table.get(key)?.date()
}

fn term(table: &Table<'_>) -> Option<TestTerm> {
    Some(TestTerm { id: table.text("id")?, from: date(table, "from")?, to: date(table, "to")? })
}

/// Numbers from 1 for what stands there so many times; once without `times`.
fn numbers(table: &Table<'_>) -> std::ops::RangeInclusive<u32> {
    1..=table.get("times").and_then(|item| item.parse("a whole number")).unwrap_or(1)
}

fn units(table: &Table<'_>) -> Vec<TestUnit> {
    let Some(one) = unit(table) else { return Vec::new() };
    let numbered = |n: u32| TestUnit { code: one.code.replace("{n}", &n.to_string()), ..one.clone() };
    numbers(table).map(numbered).collect()
}

fn people(table: &Table<'_>) -> Vec<TestPerson> {
    let Some(one) = person(table) else { return Vec::new() };
    let numbered = |n: u32| {
        let n = n.to_string();
        TestPerson { code: one.code.replace("{n}", &n), name: one.name.replace("{n}", &n), ..one.clone() }
    };
    numbers(table).map(numbered).collect()
}

fn entries(table: &Table<'_>) -> Vec<TestEntry> {
    let Some(one) = entry(table) else { return Vec::new() };
    let numbered = |n: u32| {
        let n = n.to_string();
        let value = |value: &Json| match value {
            Json::String(text) => Json::String(text.replace("{n}", &n)),
            other => other.clone(),
        };
        TestEntry {
            unit: one.unit.as_ref().map(|unit| unit.replace("{n}", &n)),
            person: one.person.as_ref().map(|person| person.replace("{n}", &n)),
            values: one.values.iter().map(|(name, input)| (name.clone(), value(input))).collect(),
            ..one.clone()
        }
    };
    numbers(table).map(numbered).collect()
}

fn unit(table: &Table<'_>) -> Option<TestUnit> {
    Some(TestUnit {
        code: table.text("code")?,
        kind: OrgKindId::new(table.text("kind")?),
        under: table.text("under"),
        title: table.text("title")?,
    })
}

fn person(table: &Table<'_>) -> Option<TestPerson> {
    Some(TestPerson {
        code: table.text("code")?,
        kind: table.text("kind")?,
        name: table.text("name")?,
        sex: table.text("sex"),
        birth: date(table, "birth"),
        unit: table.text("unit")?,
        from: date(table, "from")?,
        to: date(table, "to"),
    })
}

fn entry(table: &Table<'_>) -> Option<TestEntry> {
    Some(TestEntry {
        register: table.text("register")?,
        unit: table.text("unit"),
        person: table.text("person"),
        values: values(table),
        name: table.text("name"),
        at: moment(table, "at")?,
    })
}

fn values(table: &Table<'_>) -> Map<String, Json> {
    match table.get("values").map(|item| json(item.node)) {
        Some(Json::Object(values)) => values,
        _ => Map::new(),
    }
}

/// A moment, if one is given; the outer `None` is a mistake.
fn moment(table: &Table<'_>, key: &str) -> Option<Option<DateTime>> {
    match table.get(key) {
        None => Some(None),
        Some(item) => item.parse("a moment such as `2026-11-24T09:00`").map(Some),
    }
}

fn step(table: &Table<'_>) -> Option<TestStep> {
    Some(TestStep {
        entry: table.text("entry")?,
        transition: table.text("transition")?,
        at: moment(table, "at")??,
        values: values(table),
        reason: table.text("reason"),
        refused: table.text("refused"),
    })
}

fn state(table: &Table<'_>) -> Option<TestState> {
    let clock = table.text("clock").zip(table.text("outcome"));
    if clock.is_none() && (table.get("clock").is_some() || table.get("outcome").is_some()) {
        return table.fail("names a `clock` and its `outcome` together");
    }
    Some(TestState {
        entry: table.text("entry")?,
        state: table.text("state"),
        clock,
        at: moment(table, "at")?,
    })
}

/// Values as the API takes them: scalars as text, `true` and `false` as such.
fn json(node: &Node) -> Json {
    match &node.data {
        Data::Null => Json::Null,
        Data::Scalar { text, .. } => match text.as_str() {
            "true" => Json::Bool(true),
            "false" => Json::Bool(false),
            text => Json::String(text.to_owned()),
        },
        Data::List(items) => Json::Array(items.iter().map(json).collect()),
        Data::Map(entries) => {
            Json::Object(entries.iter().map(|(key, node)| (key.text.clone(), json(node))).collect())
        }
    }
}

fn expect(table: &Table<'_>) -> TestExpect {
    TestExpect {
        indicators: table.tables("indicators", &EXPECT_FIGURE).iter().filter_map(figure).collect(),
        measures: table.tables("measures", &EXPECT_FIGURE).iter().filter_map(figure).collect(),
        duties: table.tables("duties", &EXPECT_DUTY).iter().filter_map(duty).collect(),
        alarms: table.tables("alarms", &EXPECT_ALARM).iter().filter_map(alarm).collect(),
        silent: table.texts("silent"),
        states: table.tables("states", &EXPECT_STATE).iter().filter_map(state).collect(),
    }
}

fn alarm(table: &Table<'_>) -> Option<TestAlarm> {
    Some(TestAlarm {
        signal: table.text("signal")?,
        unit: table.text("unit")?,
        part: table.text("part"),
        date: date(table, "date")?,
        cases: table.get("cases")?.parse("a whole number")?,
        says: table.text("says"),
    })
}

fn figure(table: &Table<'_>) -> Option<TestFigure> {
    let value = match table.get("value") {
        Some(item) => Some(item.parse::<Decimal>("a number or null")?.normalize()),
        None => None,
    };
    Some(TestFigure {
        id: table.text("id")?,
        unit: table.text("unit")?,
        period: table.text("period")?,
        value,
    })
}

fn duty(table: &Table<'_>) -> Option<TestDuty> {
    let count = |key: &str| table.get(key).and_then(|item| item.parse::<u32>("a whole number")).unwrap_or(0);
    Some(TestDuty {
        id: table.text("id")?,
        unit: table.text("unit")?,
        day: date(table, "day")?,
        due: count("due"),
        done: count("done"),
        state: table.text("state")?,
    })
}
