//! Standards (考核标准): scored checklists that inspections are made by.

use super::{Formula, IndicatorId, OrgKindId, RegisterId, StandardId, Title};
use jiff::civil::Date;
use rust_decimal::Decimal;

/// A checklist in its editions. An inspection keeps the edition it was made by.
#[derive(Debug, Clone)]
pub struct Standard {
    /// `pack.name`.
    pub id: StandardId,
    /// Name on the screen.
    pub title: Title,
    /// Editions, the earliest first; their days do not overlap.
    pub editions: Vec<Edition>,
}

impl Standard {
    /// The edition of this name.
    pub fn edition(&self, name: &str) -> Option<&Edition> {
        self.editions.iter().find(|edition| edition.name == name)
    }

    /// The edition in force on `day`.
    pub fn edition_on(&self, day: Date) -> Option<&Edition> {
        self.editions.iter().rev().find(|edition| {
            edition.from.is_none_or(|from| from <= day) && edition.to.is_none_or(|to| day <= to)
        })
    }
}

/// One edition of a standard.
#[derive(Debug, Clone)]
pub struct Edition {
    /// Its name, e.g. `2026`.
    pub name: String,
    /// First day in force; always when `None`.
    pub from: Option<Date>,
    /// Last day in force.
    pub to: Option<Date>,
    /// Where it comes from.
    pub source: Option<String>,
    /// Kinds of org unit it applies to; any when empty.
    pub applies_to: Vec<OrgKindId>,
    /// Points of all items that are no bonus.
    pub total: Decimal,
    /// Decimals the score is rounded to, half up.
    pub decimals: u8,
    /// What an item that does not apply does to the score.
    pub skipped: Skipped,
    /// Whether bonus points may lift the score above the total.
    pub above_total: bool,
    /// What a failed veto item does.
    pub on_veto: OnVeto,
    /// Least score that passes.
    pub pass: Option<Decimal>,
    /// Kind of period whose figures the measured items are judged by: `month`, `year` …
    pub measured_over: String,
    /// Grades or star levels, the highest first.
    pub grades: Vec<Grade>,
    /// The checklist.
    pub sections: Vec<StandardSection>,
}

impl Edition {
    /// All items, in order.
    pub fn items(&self) -> impl Iterator<Item = &StandardItem> {
        self.sections.iter().flat_map(|section| &section.items)
    }

    /// The item with this code.
    pub fn item(&self, code: &str) -> Option<&StandardItem> {
        self.items().find(|item| item.code == code)
    }

    /// Whether a failed item decides against the whole (一票否决).
    pub fn has_veto(&self) -> bool {
        self.items().any(|item| item.veto)
    }
}

/// What an item that does not apply does to the score.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Skipped {
    /// The points of the others are scaled up to the total.
    Rescale,
    /// Its points are granted.
    Grant,
}

/// What a failed veto item does. Either way the unit does not pass.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OnVeto {
    /// The score stands; the grade is withheld.
    Fail,
    /// The score is zero.
    Zero,
}

/// A grade or star level.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grade {
    /// Stored code.
    pub code: String,
    /// Name on the screen.
    pub title: Title,
    /// Least score.
    pub from: Decimal,
}

/// A group of items.
#[derive(Debug, Clone)]
pub struct StandardSection {
    /// Heading.
    pub title: Title,
    /// Its items.
    pub items: Vec<StandardItem>,
}

/// One line of the checklist.
#[derive(Debug, Clone)]
pub struct StandardItem {
    /// Stored code.
    pub code: String,
    /// What is asked.
    pub title: Title,
    /// Most points; 0 for an item that only vetoes.
    pub points: Decimal,
    /// How it is checked: look, ask, read the records …
    pub method: Option<String>,
    /// Listed reasons for taking points; the inspector may also take points freely.
    pub deductions: Vec<Deduction>,
    /// Adds points beside the total; nothing when it is not marked.
    pub bonus: bool,
    /// Failing it decides against the whole (一票否决).
    pub veto: bool,
    /// May be marked as not applicable.
    pub may_skip: bool,
    /// Indicator of the inspected unit that its points follow from, by the conditions of the deductions; an item that
    /// no condition decides is left to the inspector.
    pub measured: Option<IndicatorId>,
    /// What is usually asked for when points are taken.
    pub requirement: Option<String>,
}

/// A listed reason for taking points.
#[derive(Debug, Clone)]
pub struct Deduction {
    /// The reason.
    pub title: String,
    /// Points taken.
    pub points: Decimal,
    /// Points are taken for each occurrence.
    pub each: bool,
    /// Of a measured item: holds over `value` and `before`, the figure a year earlier; the first that holds is taken.
    pub when: Option<Formula>,
}

/// Where the findings of an inspection go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rectify {
    /// Register of rectifications (整改).
    pub register: RegisterId,
    /// Days to correct when the inspector names none.
    pub days: u16,
}

/// Who gets the flag (流动红旗): the best of each group by the mean score of the period.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FlagRule {
    /// Name of the flag.
    pub title: Title,
    /// Least mean score.
    pub at_least: Option<Decimal>,
    /// How many of each group; ties are not broken.
    pub top: u8,
    /// Kind of unit whose subtree is a group; everything ranked together when `None`.
    pub within: Option<OrgKindId>,
}
