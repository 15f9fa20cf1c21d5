//! Keys of standards (考核标准).

use super::Shape::{Bool, Int, Number, OneOf, Tables, Text, Texts};
use super::{Expression, Keys, SOURCE, TITLE, TITLE_EN, key, need};

pub(crate) static STANDARD: Keys = Keys {
    what: "a standard",
    keys: &[
        need("standard", Text, "Name of the standard; its editions share it"),
        TITLE,
        TITLE_EN,
        key("edition", Text, "Name of the edition; `1` when not given"),
        key("from", Text, "First day in force"),
        key("to", Text, "Last day in force"),
        SOURCE,
        key("applies_to", Texts, "Kinds of org unit it applies to"),
        key("total", Number, "Points of all items that are no bonus; checked against their sum"),
        key("decimals", Int, "Decimals of the score; 1 when not given"),
        key("skipped", OneOf(&["rescale", "grant"]), "Items that do not apply: scale the others, or grant"),
        key("above_total", Bool, "Bonus points may lift the score above the total"),
        key("on_veto", OneOf(&["fail", "zero"]), "A failed veto item: not passed, or not passed and zero"),
        key("pass", Number, "Least score that passes"),
        key(
            "measured_over",
            OneOf(&["month", "quarter", "term", "school_year", "year"]),
            "Period whose figures decide the measured items; month when not given",
        ),
        key("grades", Tables(&GRADE), "Grades or star levels, the highest first"),
        need("sections", Tables(&STANDARD_SECTION), "The checklist"),
    ],
};

pub(crate) static GRADE: Keys = Keys {
    what: "a grade",
    keys: &[need("grade", Text, "Stored code"), TITLE, TITLE_EN, need("from", Number, "Least score")],
};

pub(crate) static STANDARD_SECTION: Keys = Keys {
    what: "a section of a standard",
    keys: &[TITLE, TITLE_EN, need("items", Tables(&STANDARD_ITEM), "Its items")],
};

pub(crate) static STANDARD_ITEM: Keys = Keys {
    what: "an item of a standard",
    keys: &[
        need("item", Text, "Stored code"),
        TITLE,
        TITLE_EN,
        key("points", Number, "Most points; 0 for an item that only vetoes"),
        key("method", Text, "How it is checked"),
        key("deductions", Tables(&DEDUCTION), "Listed reasons for taking points"),
        key("bonus", Bool, "Adds points beside the total"),
        key("veto", Bool, "Failing it decides against the whole"),
        key("may_skip", Bool, "May be marked as not applicable"),
        key("measured", Text, "Indicator its points follow from"),
        key("requirement", Text, "What is usually asked for when points are taken"),
    ],
};

pub(crate) static DEDUCTION: Keys = Keys {
    what: "a deduction",
    keys: &[
        TITLE,
        need("points", Number, "Points taken"),
        key("each", Bool, "Taken for each occurrence"),
        key(
            "when",
            Expression,
            "Of a measured item: condition over `value` and `before`, the figure a year earlier",
        ),
    ],
};

pub(crate) static RECTIFY: Keys = Keys {
    what: "a rectification",
    keys: &[
        need("to", Text, "Register the findings go to"),
        key("days", Int, "Days to correct when the inspector names none; 7 when not given"),
    ],
};

pub(crate) static FLAG: Keys = Keys {
    what: "a flag",
    keys: &[
        TITLE,
        TITLE_EN,
        key("at_least", Number, "Least mean score of the period"),
        key("top", Int, "How many of each group; 1 when not given"),
        key("within", Text, "Kind of unit whose subtree is a group"),
    ],
};
