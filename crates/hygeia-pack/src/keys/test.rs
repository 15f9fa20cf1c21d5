//! Keys of the tests packs carry.

use super::Shape::{Bool, Int, Number, OneOf, Table, Tables, Text, Texts, Values};
use super::{Keys, TITLE, key, need};

pub(crate) static TEST: Keys = Keys {
    what: "a test",
    keys: &[
        need("test", Text, "What it shows"),
        need("today", Text, "Date on which it runs"),
        key("calendar", Table(&CALENDAR), "Terms"),
        key("units", Tables(&TEST_UNIT), "Org units, upper ones first"),
        key("people", Tables(&TEST_PERSON), "Children and staff"),
        key("entries", Tables(&TEST_ENTRY), "Entries that are accepted"),
        key("refused", Tables(&TEST_REFUSED), "Entries that are refused"),
        key("steps", Tables(&TEST_STEP), "Transitions taken after the entries, in order"),
        key("detect", Bool, "The daily detection runs after the entries"),
        key("expect", Table(&EXPECT), "What follows"),
    ],
};
pub(crate) static CALENDAR: Keys =
    Keys { what: "a calendar", keys: &[key("terms", Tables(&TERM), "School terms")] };
pub(crate) static TERM: Keys = Keys {
    what: "a term",
    keys: &[
        need("id", Text, "e.g. `2026-T1`"),
        need("from", Text, "First day"),
        need("to", Text, "Last day"),
    ],
};
pub(crate) static TEST_UNIT: Keys = Keys {
    what: "an org unit",
    keys: &[
        need("code", Text, "Code"),
        need("kind", Text, "Kind"),
        key("under", Text, "Code of the unit above"),
        key("times", Int, "So many of them; `{n}` in texts is their number from 1"),
        TITLE,
    ],
};
pub(crate) static TEST_PERSON: Keys = Keys {
    what: "a person",
    keys: &[
        need("code", Text, "Code"),
        need("kind", OneOf(&["child", "staff"]), "Child or staff"),
        need("name", Text, "Name"),
        key("sex", OneOf(&["male", "female"]), "Sex"),
        key("birth", Text, "Date of birth"),
        need("unit", Text, "Code of the unit"),
        need("from", Text, "First day on its roll"),
        key("times", Int, "So many of them; `{n}` in code and name is their number from 1"),
        key("to", Text, "First day no longer on it"),
    ],
};
pub(crate) static TEST_ENTRY: Keys = Keys {
    what: "an entry",
    keys: &[
        need("register", Text, "Register"),
        key("times", Int, "So many of them; `{n}` in texts is their number from 1"),
        key("unit", Text, "Code of the unit"),
        key("person", Text, "Code of the person"),
        key("values", Values, "Field values; `@name` is the id of the entry of that name"),
        key("name", Text, "Name that steps and other entries call it by"),
        key("at", Text, "When it is made, `2026-11-24T09:00`; in the morning of the test when not given"),
    ],
};
pub(crate) static TEST_STEP: Keys = Keys {
    what: "a step of a test",
    keys: &[
        need("entry", Text, "Name of the entry"),
        need("transition", Text, "Transition that is taken"),
        need("at", Text, "When, `2026-11-24T09:00`"),
        key("values", Values, "Values of the fields it asks for"),
        key("reason", Text, "Reason"),
        key("refused", Text, "It is refused with a message that has this part"),
    ],
};
pub(crate) static EXPECT_STATE: Keys = Keys {
    what: "an expected state",
    keys: &[
        need("entry", Text, "Name of the entry"),
        key("state", Text, "Its state after all steps"),
        key("clock", Text, "One of its clocks"),
        key("outcome", OneOf(&["running", "paused", "met", "late", "void", "none"]), "How that clock stands"),
        key("at", Text, "At what moment; late in the day of the test when not given"),
    ],
};
pub(crate) static TEST_REFUSED: Keys = Keys {
    what: "a refused entry",
    keys: &[
        need("register", Text, "Register"),
        key("unit", Text, "Code of the unit"),
        key("person", Text, "Code of the person"),
        key("values", Values, "Field values"),
        need("message", Text, "Part of the message the user reads"),
    ],
};
pub(crate) static EXPECT: Keys = Keys {
    what: "expectations",
    keys: &[
        key("indicators", Tables(&EXPECT_FIGURE), "Values of indicators"),
        key("measures", Tables(&EXPECT_FIGURE), "Values of measures"),
        key("duties", Tables(&EXPECT_DUTY), "States of duties"),
        key("alarms", Tables(&EXPECT_ALARM), "All alarms of the signals named"),
        key("states", Tables(&EXPECT_STATE), "States of entries and their clocks"),
        key("silent", Texts, "Signals without any alarm"),
    ],
};
pub(crate) static EXPECT_FIGURE: Keys = Keys {
    what: "an expected value",
    keys: &[
        need("id", Text, "Indicator or measure"),
        need("unit", Text, "Code of the unit"),
        need("period", Text, "`2026-11`, `2026-11-24`, `2026-T1` …"),
        key("value", Number, "Value in the unit shown; null when it must be missing"),
    ],
};
pub(crate) static EXPECT_DUTY: Keys = Keys {
    what: "an expected duty",
    keys: &[
        need("id", Text, "Duty"),
        need("unit", Text, "Code of the unit"),
        need("day", Text, "Day"),
        key("due", Int, "Entries expected"),
        key("done", Int, "Entries made"),
        need("state", OneOf(&["done", "due", "overdue", "none"]), "State"),
    ],
};
pub(crate) static EXPECT_ALARM: Keys = Keys {
    what: "an expected alarm",
    keys: &[
        need("signal", Text, "Signal"),
        need("unit", Text, "Code of the unit"),
        key("part", Text, "Option of the breakdown"),
        need("date", Text, "Day of the alarm"),
        need("cases", Int, "Cases in all"),
        key("says", Text, "Part of the explanation"),
    ],
};
