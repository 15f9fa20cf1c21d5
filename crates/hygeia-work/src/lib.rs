//! The use cases of the platform: what a person or a machine may do, checked and carried out.
//!
//! [`Work`] stands between the pages and the database. Every method takes the [`Actor`] first and authorises by
//! role, register and org unit before anything else; no page and no route decides that on its own. The clock is
//! read once per request, into the actor. Nothing here knows HTTP, HTML or SQL.

mod account;
mod actor;
mod attachment;
mod awaited;
mod calendar;
mod calendar_edit;
mod computed;
mod directory;
mod duty;
mod entry;
mod entry_import;
mod error;
mod functions;
mod ids;
mod incident;
mod indicator;
mod ledger;
mod load;
mod meant;
mod measure_word;
mod named_unit;
mod offer;
mod overlay;
mod pack_test;
mod people;
mod period;
mod plan;
mod presence;
mod proofread;
mod reference;
mod search;
mod sheet;
mod signal;
mod standard;
mod value;
mod work;
mod workflow;

pub use account::{AccountDraft, SignedIn, hash_password};
pub use actor::{Action, Actor, Right, RoleAt, county_time_zone};
pub use attachment::LARGEST_ATTACHMENT;
pub use awaited::AwaitedEntry;
pub use calendar::{Calendar, SpecialDay, Term};
pub use calendar_edit::DayChange;
pub use computed::Computed;
pub use directory::{Directory, exists_on, is_owner};
pub use duty::{DutyLine, DutyState, Occurrence, PlannedRule, Rhythm, Window};
pub use entry::{EntryPage, EntryScope, EntryView, Listing, Receipt, Submission, WrittenEntry, monday};
pub use entry_import::{ImportOptions, unknown_columns};
pub use error::{FieldProblem, Result, WorkError};
pub use functions::pack_functions;
pub use incident::{Attack, Case, Opening, Room, StepLine};
pub use indicator::{Breakdown, Drill, Figure, FigureId, FigureQuery, Reading};
pub use ledger::{
    CardLine, CountLine, CountSubmission, Freshness, ItemName, LedgerNames, Shortage, Stock, StockCard,
    StockLine, StockQuery, StockWarning, Takes, Turnover, TurnoverLine,
};
pub use load::{LoadReport, Prepared, QueuedLoad};
pub use measure_word::unit_title;
pub use offer::{Beginning, Offer};
pub use overlay::{ChangePreview, NewField, RegisterChange, may_be_optional};
pub use pack_test::{PackTestOutcome, run_pack_tests};
pub use people::{
    Curve, IS_ANOTHER, ImportProblem, ImportReport, ImportTable, LeftOut, Measured, PROMOTION_WORD, PastMove,
    PastPromotion, PersonDraft, ProfilePart, Promotion, ROSTER_COLUMNS, RosterChange, RosterRun, Rows,
    UNIT_COLUMNS,
};
pub use period::{Period, PeriodError, PeriodKind};
pub use plan::{
    Candidates, Caution, ItemChoice, ItemProgress, MatchReason, OtherAim, PlanView, Suggester, Suggestion,
    expected_of_each,
};
pub use presence::Elsewhere;
pub use proofread::{Decision, Proofreading, Remark, RemarkKind, Supported};
pub use reference::References;
pub use search::Found;
pub use sheet::{Sheet, SheetRow};
pub use signal::{AlarmView, Detection, Judged, RuleChange, RuleLine, RuleView, Trial, TrialAlarm};
pub use standard::{
    Award, Candidate, Comparison, DrawInspector, DrawSize, Drawn, Flags, Inspection, ItemStatistic, Loss,
    Mark, Marked, Outcome, RankLine, RankQuery, Reason, RoundDraft, RoundView, draw, measured_period, score,
};
pub use value::{plain, read_date, read_field, show_field, to_json};
pub use work::{Options, Work};
pub use workflow::{ClockSearch, ClockView, NextStep, Step, TickReport};
