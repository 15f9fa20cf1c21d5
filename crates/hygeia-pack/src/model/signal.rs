//! Signals (预警): detectors over a measure's series or a rule on entries, and the responses they open.

use super::{MeasureId, OrgKindId, ResponseId, RoleId, SignalId, Title};
use indexmap::IndexMap;

/// How a signal judges the days of its series.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Method {
    /// So many within so many days; judged as entries are made.
    Threshold,
    /// EARS C1.
    EarsC1,
    /// EARS C2.
    EarsC2,
    /// EARS C3.
    EarsC3,
    /// Moving percentile of the same days in past years (移动百分位数法).
    MovingPercentile,
    /// Farrington Flexible on calendar weeks.
    FarringtonFlexible,
    /// CUSUM of standardised counts.
    Cusum,
}

impl Method {
    /// Judged within the entry's own transaction; the others are judged once a day.
    pub fn is_immediate(self) -> bool {
        self == Method::Threshold
    }

    /// Name on the screen.
    pub fn title(self) -> Title {
        let (zh, en) = match self {
            Method::Threshold => ("固定阈值", "Fixed threshold"),
            Method::EarsC1 => ("EARS C1", "EARS C1"),
            Method::EarsC2 => ("EARS C2", "EARS C2"),
            Method::EarsC3 => ("EARS C3", "EARS C3"),
            Method::MovingPercentile => ("移动百分位数法", "Moving percentile"),
            Method::FarringtonFlexible => ("Farrington 弹性算法", "Farrington Flexible"),
            Method::Cusum => ("累积和（CUSUM）", "CUSUM"),
        };
        Title { zh: zh.to_owned(), en: Some(en.to_owned()) }
    }
}

/// How well a figure of a table is attested.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// Read in the source named.
    Source,
    /// Read only in a copy of the source.
    Copy,
    /// From memory; to be checked by the county before it relies on it.
    Unconfirmed,
    /// Set by the county.
    #[default]
    Local,
}

impl Standing {
    /// The mark beside the figure.
    pub fn title(self) -> Title {
        let (zh, en) = match self {
            Standing::Source => ("有出处", "Sourced"),
            Standing::Copy => ("据转载", "From a copy"),
            Standing::Unconfirmed => ("未核实，请核对", "Unconfirmed"),
            Standing::Local => ("本地设定", "Set locally"),
        };
        Title { zh: zh.to_owned(), en: Some(en.to_owned()) }
    }
}

/// When a signal gives an alarm.
#[derive(Debug, Clone, PartialEq)]
pub struct SignalLimit {
    /// Least number within `days`: the threshold itself, or the number below which a statistical method is silent.
    pub cases: u32,
    /// Days that are added up, the present one included.
    pub days: u16,
    /// Percentile of the moving percentile method, 0 to 100.
    pub percentile: Option<f64>,
    /// Where the figure comes from.
    pub source: Option<String>,
    /// How well it is attested.
    pub standing: Standing,
}

/// A detector bound to measures at some levels of the unit tree.
#[derive(Debug, Clone)]
pub struct Signal {
    /// `pack.name`.
    pub id: SignalId,
    /// Name on the screen.
    pub title: Title,
    /// Measures whose day cells are added up; all broken down by the same list, or none.
    pub watches: Vec<MeasureId>,
    /// Whether the measures are broken down, so that every option is a series of its own.
    pub by_part: bool,
    /// Kinds of unit that are watched, each with its subtree.
    pub at: Vec<OrgKindId>,
    /// Date field of the entries with the day of onset, for curves; the day of the entry when `None`.
    pub onset: Option<String>,
    /// How days are judged.
    pub method: Method,
    /// SignalLimit of series without one of their own; only the options of `limits` are watched when `None`.
    pub limit: Option<SignalLimit>,
    /// Limits by option of the breakdown.
    pub limits: IndexMap<String, SignalLimit>,
    /// Hours within which someone has to verify an alarm.
    pub verify_hours: Option<u32>,
    /// Responses a confirmed alarm may open; the first that knows the option is taken.
    pub opens: Vec<ResponseId>,
    /// What to do first, one sentence.
    pub advice: Option<String>,
    /// Where the rule comes from.
    pub source: Option<String>,
    /// Switched off by the county.
    pub is_off: bool,
    /// What the county changed, oldest first.
    pub adjusted: Vec<Adjustment>,
}

/// One change a county made to a signal.
#[derive(Debug, Clone)]
pub struct Adjustment {
    /// Why.
    pub reason: String,
    /// Limits it set, by option of the breakdown; empty for the whole.
    pub limits: IndexMap<String, SignalLimit>,
    /// Whether it switched the signal off or on.
    pub off: Option<bool>,
}

impl Signal {
    /// The limit of a series; `None` when it is not watched.
    pub fn limit_of(&self, part: &str) -> Option<&SignalLimit> {
        self.limits.get(part).or(self.limit.as_ref())
    }
}

/// What is done in an incident of a group of diseases.
#[derive(Debug, Clone)]
pub struct Response {
    /// `pack.name`.
    pub id: ResponseId,
    /// Name on the screen.
    pub title: Title,
    /// Longest incubation periods without a new case before it may be closed.
    pub close_after: u16,
    /// Facts by option of the breakdown; a response without any takes every option.
    pub facts: IndexMap<String, Facts>,
    /// Steps in order.
    pub steps: IndexMap<String, ResponseStep>,
}

/// What a response has to know of a disease.
#[derive(Debug, Clone)]
pub struct Facts {
    /// Longest incubation period in days; the person who opens an incident gives it when `None`.
    pub incubation_days: Option<u16>,
    /// Days contacts are watched; the longest incubation period when `None`.
    pub observe_days: Option<u16>,
    /// How long patients stay away, in words.
    pub exclude: Option<String>,
    /// Where the figures come from.
    pub source: Option<String>,
    /// How well they are attested.
    pub standing: Standing,
}

/// A step of a response.
#[derive(Debug, Clone)]
pub struct ResponseStep {
    /// Name on the screen.
    pub title: Title,
    /// Hours from the opening of the incident.
    pub within_hours: u32,
    /// Role that does it.
    pub role: Option<RoleId>,
    /// How it is done, one sentence.
    pub help: Option<String>,
    /// Where it is asked for.
    pub source: Option<String>,
}
