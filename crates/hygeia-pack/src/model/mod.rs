//! What a loaded pack set holds: plain values, all names resolved, every expression type-checked.
//!
//! The loader is the only maker of these values; once a [`PackSet`] exists, every id in it points at
//! something that exists and no expression in it can fail to type-check.

mod duty;
mod field;
mod ids;
mod ledger;
mod measure;
mod notice;
mod print;
mod profile;
mod register;
mod report;
mod signal;
mod standard;
mod workflow;

pub use duty::{Due, Duty, Every, Except, Expects, Interval, OnDay, Season};
pub use field::{Awaited, Choice, ChoiceOption, Field, FieldType, Follows, Formula};
pub use ids::{
    DutyId, IndicatorId, LedgerId, ListId, MeasureId, OrgKindId, PackId, RegisterId, ReportId, ResponseId,
    RoleId, SignalId, StandardId,
};
pub use ledger::{CountSheet, Items, Ledger, LedgerAccount, PostingRule, PostingSide};
pub use measure::{Among, Good, Indicator, Measure, MeasureKind, Target};
pub use notice::{Notice, NoticeLine, NoticePart, NoticeSlip};
pub use print::{DayMark, PrintForm, PrintGrid};
pub use profile::{Profile, ProfileBody, ProfileColumn};
pub use register::{ANY_KIND, About, Access, Days, KeyPart, Layout, PREVIOUS, Register, Rule, Severity};
pub use report::{
    Chart, Column, ComputedSpec, ComputedTable, Reads, Report, ReportBody, Section, TableRows, TableSpec,
};
pub use signal::{Adjustment, Facts, Method, Response, ResponseStep, Signal, SignalLimit, Standing};
pub use standard::{
    Deduction, Edition, FlagRule, Grade, OnVeto, Rectify, Skipped, Standard, StandardItem, StandardSection,
};
pub use workflow::{
    CLOCK_OUTCOMES, ClockDef, Escalation, Limit, LimitCase, STATE, Setting, Starts, State, Transition,
    Workflow,
};

use indexmap::IndexMap;
use std::sync::Arc;

/// Title of a thing in Chinese, with the English one the switch shows.
#[derive(Debug, Clone, PartialEq, Eq, Default, serde::Serialize)]
pub struct Title {
    /// Simplified Chinese, as the paper registers say it.
    pub zh: String,
    /// English; falls back to Chinese when the pack gives none.
    pub en: Option<String>,
}

impl Title {
    /// The title in the language asked for.
    pub fn text(&self, english: bool) -> &str {
        match (&self.en, english) {
            (Some(en), true) => en,
            _ => &self.zh,
        }
    }
}

/// One pack's heading.
#[derive(Debug, Clone, serde::Serialize)]
pub struct PackInfo {
    /// Folder name and prefix of the pack's ids.
    pub id: PackId,
    /// Name of the domain.
    pub title: Title,
    /// Edition of the pack, counted by its authors.
    pub version: u32,
    /// Headings its registers, fields and indicators are grouped under, with their English.
    pub groups: Vec<Title>,
    /// Kind of unit its registers stand within unless they say otherwise; those of kind `any` do not.
    pub within: Option<OrgKindId>,
}

/// A role a person holds at an org unit: 班级教师, 保健医, 园长 …
#[derive(Debug, Clone, serde::Serialize)]
pub struct Role {
    /// Name used in `who:` and in grants.
    pub id: RoleId,
    /// Name on the screen.
    pub title: Title,
    /// Kinds of org unit it is held at; empty for any.
    pub at: Vec<OrgKindId>,
    /// May manage units, people and accounts below the unit of the grant.
    pub manages_people: bool,
    /// May edit registers (add fields, change choices) and the calendar.
    pub designs: bool,
    /// May upload and confirm plans and write reports for the unit of the grant.
    pub plans: bool,
    /// What plans call whoever holds it: 老师, 班主任 …
    pub synonyms: Vec<String>,
}

/// A kind of org unit: 县, 幼儿园, 班级 …
#[derive(Debug, Clone, serde::Serialize)]
pub struct OrgKind {
    /// Name used in `at:` and `within:`.
    pub id: OrgKindId,
    /// Name on the screen.
    pub title: Title,
    /// Kinds that units of this kind may stand under; empty for the top.
    pub under: Vec<OrgKindId>,
}

/// A code list (代码表) shared by registers, e.g. notifiable diseases.
#[derive(Debug, Clone, serde::Serialize)]
pub struct CodeList {
    /// Name used in `set:`.
    pub id: ListId,
    /// Name on the screen.
    pub title: Title,
    /// Where the list comes from.
    pub source: Option<String>,
    /// Codes in display order.
    pub options: Vec<ChoiceOption>,
}

/// Everything the installed packs say, merged and checked.
#[derive(Debug, Clone, Default)]
pub struct PackSet {
    /// The packs, `core` first.
    pub packs: Vec<PackInfo>,
    /// Roles by id.
    pub roles: IndexMap<RoleId, Role>,
    /// Org-unit kinds by id.
    pub org_kinds: IndexMap<OrgKindId, OrgKind>,
    /// Code lists by id.
    pub lists: IndexMap<ListId, CodeList>,
    /// Registers by id, in pack order.
    pub registers: IndexMap<RegisterId, Register>,
    /// Measures by id; each register also has an implied `…:entries` measure, each duty a `duty:…` one,
    /// and a duty that expects each person within more than a day may have a `people:…` one.
    pub measures: IndexMap<MeasureId, Measure>,
    /// Indicators by id.
    pub indicators: IndexMap<IndicatorId, Indicator>,
    /// Duties by id.
    pub duties: IndexMap<DutyId, Duty>,
    /// Standards by id.
    pub standards: IndexMap<StandardId, Arc<Standard>>,
    /// Ledgers by id; each also has an implied `ledger:…` measure that counts its transfers.
    pub ledgers: IndexMap<LedgerId, Ledger>,
    /// Reports by id.
    pub reports: IndexMap<ReportId, Report>,
    /// Signals by id.
    pub signals: IndexMap<SignalId, Signal>,
    /// Responses by id.
    pub responses: IndexMap<ResponseId, Response>,
}

impl PackSet {
    /// A heading of `group` in the language asked for; as it stands when no pack gives its English.
    pub fn group_title<'a>(&'a self, group: &'a str, english: bool) -> &'a str {
        let known = self.packs.iter().flat_map(|pack| &pack.groups).find(|title| title.zh == group);
        known.map_or(group, |title| title.text(english))
    }

    /// Measures that read the entries of `register`.
    pub fn measures_of<'a>(&'a self, register: &'a RegisterId) -> impl Iterator<Item = &'a Measure> {
        self.measures.values().filter(move |measure| measure.register() == Some(register))
    }
}
