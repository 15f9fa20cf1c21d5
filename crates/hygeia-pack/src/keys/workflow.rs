//! Keys of workflows.

use super::Shape::{Bool, Each, Expression, Tables, Text, Texts, Values};
use super::{Keys, SOURCE, TITLE, TITLE_EN, key, need};

pub(crate) static WORKFLOW: Keys = Keys {
    what: "a workflow",
    keys: &[
        need("start", Text, "State of a new entry"),
        key("begins", Tables(&BEGIN), "Other states an entry begins in, by condition; the first that holds"),
        need("states", Each(&STATE), "States by name, in the order they are shown"),
        need("transitions", Each(&TRANSITION), "Transitions by name"),
        key("clocks", Each(&CLOCK), "Clocks by name; the outcome of each is the field `clock_NAME`"),
    ],
};

pub(crate) static BEGIN: Keys = Keys {
    what: "a beginning",
    keys: &[
        need("when", Expression, "Condition over the entry as it is made"),
        need("state", Text, "State it begins in"),
    ],
};

pub(crate) static STATE: Keys = Keys {
    what: "a state",
    keys: &[
        TITLE,
        TITLE_EN,
        key("final", Bool, "An end: edited only after a transition that `reopens`"),
        key("locked", Bool, "Edited through transitions only"),
    ],
};

pub(crate) static TRANSITION: Keys = Keys {
    what: "a transition",
    keys: &[
        TITLE,
        TITLE_EN,
        need("from", Texts, "States it leads out of"),
        need("to", Text, "State it leads to"),
        need("who", Texts, "Roles that may take it"),
        key("when", Expression, "Must hold over the entry with the values of the step"),
        key("message", Text, "What the user reads when it does not hold"),
        key("requires", Texts, "Fields that must have a value afterwards"),
        key("asks", Texts, "Fields the form of the step offers"),
        key("sets", Values, "Fields it writes: a constant, `now`, `today`, `me` or nothing"),
        key("sign", Text, "Signature field it signs"),
        key("reason", Bool, "A reason must be given"),
        key("reopens", Bool, "Leads out of a final state; asks for a reason"),
    ],
};

pub(crate) static CLOCK: Keys = Keys {
    what: "a clock",
    keys: &[
        TITLE,
        TITLE_EN,
        need("starts", Texts, "`entry`, `field NAME`, or transitions"),
        key("when", Expression, "It applies only while this holds"),
        key(
            "within",
            Text,
            "`30 min`, `2 h`, `3 days`, `5 work days`, `8 work hours`, `2 months`, `this month`, `this year`; or \
             `field NAME h`, as many as a field says",
        ),
        key("limits", Tables(&CLOCK_LIMIT), "Limits by case, in place of `within`; the first that holds"),
        key("stops", Texts, "Transitions that stop it"),
        key("stops_at", Text, "Date or datetime field that says when the thing was done"),
        key("voids", Texts, "Transitions after which it no longer matters"),
        key("pause", Texts, "Roles that may pause and resume it with a reason"),
        key("warn", Text, "How long before the due time it is pressing: `30 min`, `2 h`, `1 days`"),
        key("escalate", Tables(&ESCALATION), "Whom it reaches once overdue, in order"),
        SOURCE,
    ],
};

pub(crate) static CLOCK_LIMIT: Keys = Keys {
    what: "a case of a clock",
    keys: &[
        key("when", Expression, "Condition over the entry; always when not given"),
        need("within", Text, "The span, as of a clock"),
    ],
};

pub(crate) static ESCALATION: Keys = Keys {
    what: "an escalation",
    keys: &[
        need("role", Text, "Role whose list it comes on"),
        key("at", Text, "Kind of unit the role is held at"),
        key("after", Text, "How long after the due time: `30 min`, `2 h`, `1 days`"),
    ],
};
