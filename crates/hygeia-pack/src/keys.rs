//! The keys of every table of the pack format: what the loader accepts and the published schema says.

mod computed;
mod ledger;
mod profile;
mod signal;
mod standard;
mod test;
mod workflow;

pub(crate) use computed::*;
pub(crate) use ledger::*;
pub(crate) use profile::*;
pub(crate) use signal::*;
pub(crate) use standard::*;
pub(crate) use test::*;
pub(crate) use workflow::*;

/// What a key holds.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Shape {
    Text,
    /// An expression.
    Expression,
    Bool,
    Int,
    Number,
    /// A list of texts or names.
    Texts,
    /// One of these words.
    OneOf(&'static [&'static str]),
    /// Codes with their titles.
    Options,
    /// Another table.
    Table(&'static Keys),
    /// Tables by name.
    Each(&'static Keys),
    /// A list of tables.
    Tables(&'static Keys),
    /// Lists of texts by name.
    TextsByName,
    /// Field values by name.
    Values,
}

/// One key of a table.
#[derive(Debug)]
pub(crate) struct KeyDef {
    pub name: &'static str,
    pub shape: Shape,
    pub required: bool,
    pub doc: &'static str,
}

/// The keys of one kind of table.
#[derive(Debug)]
pub(crate) struct Keys {
    pub what: &'static str,
    pub keys: &'static [KeyDef],
}

const fn key(name: &'static str, shape: Shape, doc: &'static str) -> KeyDef {
    KeyDef { name, shape, required: false, doc }
}

const fn need(name: &'static str, shape: Shape, doc: &'static str) -> KeyDef {
    KeyDef { name, shape, required: true, doc }
}

use Shape::{Bool, Each, Expression, Int, Number, OneOf, Options, Table, Tables, Text, Texts, TextsByName};

const TITLE: KeyDef = need("title", Text, "Name on the screen, Chinese");
const TITLE_EN: KeyDef = key("title_en", Text, "Name on the screen, English");
const SOURCE: KeyDef = key("source", Text, "Where it comes from");
const SYNONYMS: KeyDef = key("synonyms", Texts, "Other wordings in plans and summaries");
const GROUP: KeyDef = key("group", Text, "Heading it is grouped under");

pub(crate) static PACK: Keys = Keys {
    what: "a pack",
    keys: &[
        need("pack", Text, "Name of the pack, the same as its folder"),
        TITLE,
        TITLE_EN,
        key("version", Int, "Edition, counted by the authors"),
        key("groups", Tables(&GROUP_HEADING), "Headings of `group`, with their English"),
        key("within", Text, "Kind of unit that its registers stand within"),
    ],
};
pub(crate) static GROUP_HEADING: Keys = Keys { what: "a heading", keys: &[TITLE, TITLE_EN] };

pub(crate) static ROLES: Keys =
    Keys { what: "a file of roles", keys: &[need("roles", Each(&ROLE), "Roles by name")] };
pub(crate) static ROLE: Keys = Keys {
    what: "a role",
    keys: &[
        TITLE,
        TITLE_EN,
        key("at", Texts, "Kinds of org unit it is held at; any when not given"),
        key("manages_people", Bool, "May manage units, people and accounts"),
        key("designs", Bool, "May edit registers and the calendar"),
        key("plans", Bool, "May confirm plans and write reports"),
        SYNONYMS,
    ],
};

pub(crate) static ORG_KINDS: Keys = Keys {
    what: "a file of org kinds",
    keys: &[need("org_kinds", Each(&ORG_KIND), "Kinds of org unit by name")],
};
pub(crate) static ORG_KIND: Keys = Keys {
    what: "a kind of org unit",
    keys: &[TITLE, TITLE_EN, key("under", Texts, "Kinds it may stand under; empty for the top")],
};

pub(crate) static LIST: Keys = Keys {
    what: "a code list",
    keys: &[
        need("list", Text, "Name of the list"),
        TITLE,
        TITLE_EN,
        SOURCE,
        need("options", Options, "The codes"),
    ],
};
pub(crate) static OPTION: Keys = Keys {
    what: "an option",
    keys: &[TITLE, TITLE_EN, key("retired", Bool, "Readable in old entries, no longer chosen")],
};

pub(crate) static REGISTER: Keys = Keys {
    what: "a register",
    keys: &[
        need("register", Text, "Name of the register"),
        TITLE,
        TITLE_EN,
        key("help", Text, "What it is for, one sentence"),
        GROUP,
        need("about", OneOf(&["child", "staff", "org_unit"]), "Subject of an entry"),
        need("at", Text, "Kind of unit an entry belongs to; `any` for every level"),
        key("within", Text, "Kind of unit that must stand above; the pack's when not given"),
        key("layout", OneOf(&["form", "roster"]), "One entry at a time, or a class by rows"),
        key("day", Text, "The date field that is the entry's day; `date` when not given"),
        key("key", Texts, "What identifies an entry: `child`, `staff`, `org_unit` or fields"),
        key("signed", Bool, "Sheets are signed when complete"),
        key(
            "days",
            OneOf(&["any", "school"]),
            "Days its entries may stand on; `school` refuses days children do not come",
        ),
        key("presence", Text, "Field that says whether the subject was there; sheets with one agree"),
        key("who", TextsByName, "Role: view, enter, edit, void, sign"),
        key("columns", Texts, "Default columns of the table page"),
        SYNONYMS,
        need("fields", Each(&FIELD), "Fields by name, in order"),
        key("rules", Tables(&RULE), "Conditions every entry must meet"),
        key("workflow", Table(&WORKFLOW), "States, transitions and clocks of its entries"),
        key("print", Table(&PRINT), "The paper form"),
        key("notice", Table(&NOTICE), "What is handed out about one entry"),
        key("profile", Tables(&PROFILE), "What its entries add to a person's page"),
        key("standard", Text, "Standard its entries are inspections by"),
        key("rectify", Table(&RECTIFY), "Where the findings of an inspection go"),
        key("flag", Table(&FLAG), "Who gets the flag by the mean score"),
    ],
};

pub(crate) static EXTENSION: Keys = Keys {
    what: "an extension of a register",
    keys: &[
        need("extends", Text, "Register it changes, `pack.name`"),
        key("title", Text, "New title"),
        key("title_en", Text, "New English title"),
        key("help", Text, "New help"),
        GROUP,
        key("signed", Bool, "Sheets are signed when complete"),
        key("days", OneOf(&["any", "school"]), "Days its entries may stand on"),
        key("who", TextsByName, "Rights of further roles"),
        key("columns", Texts, "Default columns of the table page"),
        SYNONYMS,
        key("fields", Each(&FIELD), "Fields added, or keys of fields changed"),
        key("rules", Tables(&RULE), "Rules added"),
        key("print", Table(&PRINT), "The paper form"),
        key("notice", Table(&NOTICE), "What is handed out about one entry"),
    ],
};

/// Types of fields, as written.
pub(crate) static FIELD_TYPES: [&str; 17] = [
    "text",
    "long_text",
    "int",
    "decimal",
    "bool",
    "date",
    "time",
    "datetime",
    "choice",
    "choices",
    "person",
    "org_unit",
    "entry",
    "rows",
    "photo",
    "drawing",
    "signature",
];

pub(crate) static FIELD: Keys = Keys {
    what: "a field",
    keys: &[
        need("type", OneOf(&FIELD_TYPES), "What it holds"),
        TITLE,
        TITLE_EN,
        key("unit", Text, "Unit of measurement, UCUM"),
        key("min", Number, "Least number accepted"),
        key("max", Number, "Greatest number, or longest text, accepted"),
        key("decimals", Int, "Decimal places kept, 0 to 6"),
        key("options", Options, "Options of a choice"),
        key("set", Text, "Code list the options come from"),
        key("required", Bool, "An entry without it is refused"),
        key(
            "added",
            Bool,
            "Set on what an extension adds: it stands in the table and the printed list, and may be made optional",
        ),
        key("default", Text, "Value of a new entry: constant, `today`, `monday` (of the week) or `now`"),
        key("normal", Text, "Value that counts as normal on a roster"),
        key("show", Expression, "Asked and kept only when this holds"),
        key("computed", Expression, "Computed from the other fields, never typed"),
        key("system", Bool, "Written by the program or a transition, never typed"),
        key("personal", Bool, "Encrypted at rest, masked in lists"),
        GROUP,
        key("help", Text, "A hint under the field"),
        key("kind", Text, "Of a person: `child` or `staff`; of an org unit: its kind"),
        key("register", Text, "Of an entry: the register it belongs to"),
        key("same_subject", Bool, "Of an entry: it must be about the same person"),
        key(
            "offered",
            Expression,
            "Of an entry: which entries are offered to choose from, over the fields of its register and `today`",
        ),
        key("awaited", Expression, "Of an entry: how many entries are awaited for each one that is offered"),
        key(
            "awaited_every",
            OneOf(&["day", "month"]),
            "Of an entry: the time in which they are awaited; `day`",
        ),
        key(
            "awaited_by",
            Expression,
            "Of an entry: the time of day by which the first of them is awaited, over the fields of its register",
        ),
        key("awaited_within", Int, "Of an entry: only for entries of the last so many days are they awaited"),
        key(
            "fills",
            Shape::Values,
            "Of an entry: what the form it leads to begins with: fields, each an expression over its register or a \
             list of them; several codes for a choice are as many forms",
        ),
        key(
            "answered",
            Expression,
            "Of an entry: which entries of the same person and thing, of whatever day, leave nothing to offer",
        ),
        key("fields", Each(&FIELD), "Of rows: the fields of one row"),
        key("retired", Bool, "Left out of new entries"),
    ],
};

pub(crate) static RULE: Keys = Keys {
    what: "a rule",
    keys: &[
        need("check", Expression, "Must not be false"),
        need("message", Text, "What the user reads"),
        key(
            "asks",
            Text,
            "The field the message stands beside; the first one the check names when not given",
        ),
        key("level", OneOf(&["error", "warning"]), "Whether the entry is refused"),
    ],
};

pub(crate) static PRINT: Keys = Keys {
    what: "a paper form",
    keys: &[
        key("heading", Text, "Heading of the form"),
        key(
            "columns",
            Texts,
            "Fields printed, `subject.sex`, `subject.age` or `subject.birth`; those of the page when not given",
        ),
        key("only", Expression, "Only entries for which this holds are listed"),
        key("grid", Table(&PRINT_GRID), "The rows of each entry as a table of their own, crosswise"),
        key(
            "days",
            Tables(&DAY_MARK),
            "People by days of a month: what stands for an entry, first one that holds",
        ),
        key("note", Text, "Note under the table"),
        key("signatures", Texts, "Signature lines"),
    ],
};

pub(crate) static NOTICE: Keys = Keys {
    what: "a notice",
    keys: &[
        TITLE,
        TITLE_EN,
        key("when", Expression, "Which entries have one; all when not given"),
        need("text", Tables(&NOTICE_LINE), "What it says, paragraph by paragraph"),
        key("signatures", Texts, "Signature lines of whoever hands it out"),
        key("slip", Table(&NOTICE_SLIP), "The part that is signed and comes back"),
    ],
};

pub(crate) static NOTICE_LINE: Keys = Keys {
    what: "a paragraph",
    keys: &[
        key("when", Expression, "It stands only where this holds"),
        need(
            "say",
            Text,
            "Words; in braces a field, `unit`, `subject.name`, `subject.sex`, `subject.age` or `subject.birth`",
        ),
    ],
};

pub(crate) static NOTICE_SLIP: Keys = Keys {
    what: "a slip",
    keys: &[
        need("heading", Text, "Its heading"),
        need("text", Tables(&NOTICE_LINE), "What it says"),
        key("signatures", Texts, "Signature lines of whoever sends it back"),
    ],
};

pub(crate) static PRINT_GRID: Keys = Keys {
    what: "a grid of rows",
    keys: &[
        need("rows", Text, "The rows field"),
        need("across", Text, "Choice field of a row whose options are the columns"),
        need("down", Text, "Choice field of a row whose options are the lines"),
        need("cells", Texts, "Fields of a row written in a cell; what the first repeats is written once"),
    ],
};

pub(crate) static DAY_MARK: Keys = Keys {
    what: "a mark of a day",
    keys: &[
        need("sign", Text, "The sign, one or two characters"),
        TITLE,
        need("when", Expression, "Which entries it stands for"),
        key("say", Texts, "Fields told under the table, the first that is filled in"),
    ],
};

pub(crate) static FIGURES: Keys = Keys {
    what: "a file of measures",
    keys: &[
        key("measures", Each(&MEASURE), "Measures by name"),
        key("indicators", Each(&INDICATOR), "Indicators by name"),
        key("duties", Each(&DUTY), "Duties by name"),
        key("signals", Each(&SIGNAL), "Signals by name"),
    ],
};

pub(crate) static MEASURE: Keys = Keys {
    what: "a measure",
    keys: &[
        TITLE,
        TITLE_EN,
        key("count", Text, "Register whose entries are counted"),
        key("sum", Text, "`register.field` that is summed"),
        key("people", Text, "Register whose distinct subjects are counted"),
        key(
            "among",
            OneOf(&["enrolled", "joined"]),
            "Of people: only those on the roll, or who joined in the period",
        ),
        key(
            "since",
            OneOf(&["term", "school_year", "year"]),
            "Of people: counted from the beginning of the one the period ends in, so that what is done once stands",
        ),
        key("enrolled", OneOf(&["child", "staff"]), "People on the roll"),
        key("enrolled_days", OneOf(&["child", "staff"]), "Person-days due"),
        key("joined", OneOf(&["child", "staff"]), "People who joined"),
        key("units", Text, "Kind of org unit counted"),
        key("within", Text, "Of the roll and of units: kind of unit they must stand in"),
        key("duty", Text, "Duty whose occurrences are counted"),
        key("what", OneOf(&["due", "done", "on_time"]), "Of a duty: what is counted"),
        key("balance", Text, "`ledger.account` whose stock at the end of the period it is"),
        key("flow", Text, "Ledger whose transfers in the period are summed"),
        key("from", Text, "Of a flow: account it leaves"),
        key("to", Text, "Of a flow: account it enters"),
        key("item", Text, "Of a balance or flow: code of the only item counted"),
        key("where", Expression, "Condition on the fields of the entries"),
        key("by", Text, "Choice field it is broken down by; of a balance or flow `item`"),
        key("unit", Text, "Measure word"),
    ],
};

pub(crate) static INDICATOR: Keys = Keys {
    what: "an indicator",
    keys: &[
        TITLE,
        TITLE_EN,
        need("value", Expression, "Formula over measures"),
        key("unit", Text, "`percent`, `per_mille` or a measure word"),
        key("decimals", Int, "Decimals shown"),
        key("good", OneOf(&["up", "down", "neutral"]), "Which way is better"),
        key("target", Text, "`at_least 95` or `at_most 5`, in the unit shown"),
        key("definition", Text, "The definition in words"),
        key("remedy", Text, "What is done when the target is missed, for the summary; no full stop"),
        SOURCE,
        GROUP,
        SYNONYMS,
    ],
};

pub(crate) static DUTY: Keys = Keys {
    what: "a duty",
    keys: &[
        TITLE,
        TITLE_EN,
        need("register", Text, "Register the entries go to"),
        need(
            "every",
            Text,
            "day, school_day, week, 2 weeks, half_month, month, quarter, term, school_year, year",
        ),
        key("times", Int, "Entries expected per period"),
        key("on", Text, "monday … sunday, `day 2` or `last`"),
        key("by", Text, "Time of day, `09:00`"),
        need("at", Text, "Kind of unit that owes it"),
        key("within", Text, "Kind of unit that must stand above"),
        need("role", Text, "Role whose list it stands on"),
        key(
            "expects",
            Text,
            "`times`, `each enrolled child`, `each enrolled staff`, `each <field>`, `each <field> of [codes]`, \
             `each open <entry field> until <its date field>`",
        ),
        key("except", Table(&EXCEPT), "Who is not expected that day, by entries of another register"),
        key("where", Expression, "Only entries that meet it count"),
        key("preset", Shape::Values, "Values that the form opened for it begins with, by field"),
        key("in_term", Bool, "Owed only inside terms"),
        key("months", Texts, "Months in which it is owed"),
        key("seasons", Tables(&SEASON), "Parts of the year with another rhythm"),
        SYNONYMS,
        SOURCE,
    ],
};

pub(crate) static EXCEPT: Keys = Keys {
    what: "an exception",
    keys: &[
        need("register", Text, "Register whose entries tell it, one per person and day"),
        key("where", Expression, "Only these entries of it"),
    ],
};

pub(crate) static SEASON: Keys = Keys {
    what: "a season",
    keys: &[
        TITLE,
        TITLE_EN,
        need("from", Text, "First month and day, `09-01`"),
        need("to", Text, "Last month and day"),
        key("every", Text, "As of a duty"),
        key("times", Int, "As of a duty"),
        key("on", Text, "As of a duty"),
        key("by", Text, "As of a duty"),
    ],
};

pub(crate) static REPORT: Keys = Keys {
    what: "a report",
    keys: &[
        need("report", Text, "Name of the report"),
        TITLE,
        TITLE_EN,
        need(
            "kind",
            OneOf(&["table", "summary", "computed"]),
            "A statistics table, a summary in sections, or tables computed from entries",
        ),
        need(
            "period",
            OneOf(&["day", "week", "month", "quarter", "term", "school_year", "year"]),
            "Period it covers",
        ),
        need("at", Text, "Kind of unit it is written for"),
        key("rows", Text, "`units <kind>`, `months`, `days` or `unit`"),
        key("columns", Tables(&COLUMN), "Columns of a table"),
        key("note", Text, "Note under the table"),
        key("signatures", Texts, "Signature lines"),
        key("sections", Tables(&SECTION), "Sections of a summary"),
        key("reads", Each(&READS), "Entries that a computed report reads, by the name of their rows"),
        key("people", OneOf(&["child", "staff"]), "Whose roll a computed report reads as `people`"),
        key("tables", Tables(&COMPUTED_TABLE), "Tables of a computed report"),
    ],
};

pub(crate) static COLUMN: Keys = Keys {
    what: "a column",
    keys: &[
        TITLE,
        need("value", Text, "Measure or indicator, or `measure@code`"),
        key("others", Bool, "The measure less its parts that stand in other columns"),
    ],
};

pub(crate) static SECTION: Keys = Keys {
    what: "a section",
    keys: &[
        TITLE,
        key("text", Text, "Template text"),
        key("charts", Tables(&CHART), "Charts after the text"),
        key("tables", Tables(&TABLE), "Tables after the charts"),
    ],
};

pub(crate) static CHART: Keys = Keys {
    what: "a chart",
    keys: &[
        TITLE,
        need("value", Text, "Measure or indicator"),
        need(
            "by",
            OneOf(&["day", "week", "month", "unit", "part"]),
            "What the points or bars are; of `unit`, `{units}` in the title is the kind of these units",
        ),
    ],
};

pub(crate) static TABLE: Keys = Keys {
    what: "a table",
    keys: &[
        need("rows", Text, "`units <kind>`, `months`, `days` or `unit`"),
        need("columns", Tables(&COLUMN), "Columns"),
        key("note", Text, "Note under the table"),
        key("signatures", Texts, "Signature lines"),
    ],
};

/// The kinds of file, each known by the first of its keys.
pub(crate) static FILES: [(&str, &Keys); 16] = [
    ("pack", &PACK),
    ("roles", &ROLES),
    ("org_kinds", &ORG_KINDS),
    ("list", &LIST),
    ("register", &REGISTER),
    ("extends", &EXTENSION),
    ("measures", &FIGURES),
    ("indicators", &FIGURES),
    ("duties", &FIGURES),
    ("signals", &FIGURES),
    ("response", &RESPONSE),
    ("adjust", &ADJUST),
    ("report", &REPORT),
    ("ledger", &LEDGER),
    ("test", &TEST),
    // After `register`, which may have a key of this name.
    ("standard", &STANDARD),
];
