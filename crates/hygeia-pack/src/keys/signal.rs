//! Keys of signals and of the responses they open.

use super::Shape::{Bool, Each, Expression, Int, Number, OneOf, Text, Texts};
use super::{KeyDef, Keys, SOURCE, TITLE, TITLE_EN, key, need};

const STANDING: KeyDef = key(
    "standing",
    OneOf(&["source", "copy", "unconfirmed"]),
    "How well the figure is attested: read in the source, read in a copy, or to be confirmed",
);
const CASES: KeyDef = key("cases", Int, "Least number within the days");
const DAYS: KeyDef = key("days", Int, "Days that are added up, 1 when not given");
const PERCENTILE: KeyDef = key("percentile", Number, "Percentile of the moving percentile method");
const LIMITS: KeyDef = key("limits", Each(&LIMIT), "Limits by option of the measure's breakdown");

pub(crate) static SIGNAL: Keys = Keys {
    what: "a signal",
    keys: &[
        TITLE,
        TITLE_EN,
        key("watch", Texts, "Measures whose days are judged, added up"),
        key("on", Text, "Register whose entries are judged one by one"),
        key("when", Expression, "With `on`: the condition on an entry"),
        need("at", Texts, "Kinds of unit that are watched"),
        key("onset", Text, "Date field with the day of onset"),
        key(
            "method",
            OneOf(&[
                "threshold",
                "ears_c1",
                "ears_c2",
                "ears_c3",
                "moving_percentile",
                "farrington_flexible",
                "cusum",
            ]),
            "How days are judged; `threshold` when not given",
        ),
        CASES,
        DAYS,
        PERCENTILE,
        LIMITS,
        STANDING,
        key("verify_hours", Int, "Hours within which an alarm has to be verified"),
        key("opens", Texts, "Responses a confirmed alarm may open"),
        key("advice", Text, "What to do first, one sentence"),
        SOURCE,
    ],
};

pub(crate) static LIMIT: Keys =
    Keys { what: "a limit", keys: &[need("cases", Int, CASES.doc), DAYS, PERCENTILE, SOURCE, STANDING] };

pub(crate) static ADJUST: Keys = Keys {
    what: "an adjustment of a signal",
    keys: &[
        need("adjust", Text, "Signal that is adjusted, `pack.name`"),
        need("reason", Text, "Why"),
        CASES,
        DAYS,
        PERCENTILE,
        LIMITS,
        key("off", Bool, "No longer judged"),
    ],
};

pub(crate) static RESPONSE: Keys = Keys {
    what: "a response",
    keys: &[
        need("response", Text, "Name of the response"),
        TITLE,
        TITLE_EN,
        key(
            "close_after",
            Int,
            "Longest incubation periods without a new case before closing, 2 when not given",
        ),
        key("facts", Each(&FACTS), "Facts by option of the breakdown; without them it takes every option"),
        need("steps", Each(&STEP), "Steps by name, in order"),
    ],
};

pub(crate) static FACTS: Keys = Keys {
    what: "a table of facts",
    keys: &[
        key("incubation_days", Int, "Longest incubation period"),
        key("observe_days", Int, "Days contacts are watched"),
        key("exclude", Text, "How long patients stay away"),
        SOURCE,
        STANDING,
    ],
};

pub(crate) static STEP: Keys = Keys {
    what: "a step",
    keys: &[
        TITLE,
        TITLE_EN,
        need("within_hours", Int, "Hours from the opening of the incident"),
        key("role", Text, "Role that does it"),
        key("help", Text, "How it is done"),
        SOURCE,
    ],
};
