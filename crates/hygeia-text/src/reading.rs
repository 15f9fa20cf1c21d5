//! What a reader finds in a document: the public schema of `plan read --json`.
//!
//! Every list carries the keys of the schema first and then `span` (characters of the normalised
//! text), `confidence` (0 to 1) and `rule` (the name of the rule that found it).

use serde::{Deserialize, Serialize};

/// A half-open range of characters of the normalised text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
pub struct Span {
    /// First character.
    pub start: usize,
    /// One past the last character.
    pub end: usize,
}

impl Span {
    /// The range from `start` to `end`; empty when `end` lies before `start`.
    #[must_use]
    pub fn new(start: usize, end: usize) -> Span {
        Span { start, end: end.max(start) }
    }

    /// Whether the character at `at` lies inside.
    #[must_use]
    pub fn contains(self, at: usize) -> bool {
        self.start <= at && at < self.end
    }

    /// Whether the two ranges share a character.
    #[must_use]
    pub fn overlaps(self, other: Span) -> bool {
        self.start < other.end && other.start < self.end
    }
}

/// What sort of document it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// A plan (计划).
    Plan,
    /// A summary (总结).
    Summary,
    /// A scheme or implementation opinion (方案、实施意见).
    Scheme,
    /// A notice (通知).
    Notice,
    /// A piece of news (报道).
    News,
    /// An essay, slogans, a paper.
    Other,
}

/// A heading or a list item that starts a part.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Heading {
    /// Nesting depth from 1; it belongs to the style of mark.
    pub level: u8,
    /// `一、` `（一）` `1.` `①` `一是` `首先`, or nothing for a title that stands alone.
    pub mark: String,
    /// The text of the heading.
    pub title: String,
    /// Mark and title.
    pub span: Span,
    /// How sure, 0 to 1.
    pub confidence: f32,
    /// The rule that found it.
    pub rule: &'static str,
}

/// A number as documents give it.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Amount {
    /// A whole number.
    Whole(i64),
    /// Any other number.
    Decimal(f64),
    /// A range `A-B` or a ratio `1:1000`.
    Text(String),
}

impl Amount {
    /// The amount of a number, whole where it is whole.
    #[must_use]
    pub fn of(value: f64) -> Amount {
        // 2^53: beyond it a double no longer tells neighbouring whole numbers apart.
        if value.fract() == 0.0 && value.abs() < 9_007_199_254_740_992.0 {
            Amount::Whole(value as i64)
        } else {
            Amount::Decimal(value)
        }
    }

    /// The number, unless it is a range or a ratio.
    #[must_use]
    pub fn number(&self) -> Option<f64> {
        match self {
            Amount::Whole(value) => Some(*value as f64),
            Amount::Decimal(value) => Some(*value),
            Amount::Text(_) => None,
        }
    }
}

/// The unit of an interval.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum IntervalUnit {
    /// 餐
    Meal,
    /// 日、天
    Day,
    /// 周、星期
    Week,
    /// 半月
    HalfMonth,
    /// 月
    Month,
    /// 季度
    Quarter,
    /// 半年
    HalfYear,
    /// 学期
    Term,
    /// 学年
    SchoolYear,
    /// 年
    Year,
    /// 班次
    Shift,
    /// 一事一报、发现一例报告一例
    Case,
}

/// An interval: every `n` units.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Every {
    /// How many units.
    pub n: u32,
    /// The unit.
    pub unit: IntervalUnit,
}

/// An obligation or practice that recurs at a stated interval (周期性任务).
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Duty {
    /// Verbatim from the normalised text.
    pub quote: String,
    /// The shortest phrase naming the act.
    pub what: String,
    /// How many times per interval.
    pub times: u32,
    /// The interval.
    pub every: Every,
    /// 至少、不少于、…以上.
    pub at_least: bool,
    /// The one obliged, if the sentence states it.
    pub who: Option<String>,
    /// Weekday, clock time, date or season attached, verbatim.
    pub when: Option<String>,
    /// Where it stands.
    pub span: Span,
    /// How sure, 0 to 1.
    pub confidence: f32,
    /// The rule that found it.
    pub rule: &'static str,
}

/// How a target compares.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Comparison {
    /// 达到、不低于、以上
    #[serde(rename = ">=")]
    AtLeast,
    /// 以内、不超过、控制在
    #[serde(rename = "<=")]
    AtMost,
    /// Exactly.
    #[serde(rename = "=")]
    Equal,
    /// 超过、高于
    #[serde(rename = ">")]
    Above,
    /// 低于、少于
    #[serde(rename = "<")]
    Below,
}

/// A number to be reached or kept (目标).
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Target {
    /// Verbatim from the normalised text.
    pub quote: String,
    /// What is measured.
    pub metric: String,
    /// How it compares.
    pub op: Comparison,
    /// The number.
    pub value: Amount,
    /// As written: `%`, 学时, 次, `ratio`.
    pub unit: String,
    /// Where it stands.
    pub span: Span,
    /// How sure, 0 to 1.
    pub confidence: f32,
    /// The rule that found it.
    pub rule: &'static str,
}

/// A number reported as a fact about the work (数据).
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Figure {
    /// Verbatim from the normalised text.
    pub quote: String,
    /// What is counted.
    pub metric: String,
    /// The number.
    pub value: Amount,
    /// The measure word, `%` or 元.
    pub unit: String,
    /// 余、多、近、约、以上, where the number is approximate.
    pub approx: Option<String>,
    /// Where it stands.
    pub span: Span,
    /// How sure, 0 to 1.
    pub confidence: f32,
    /// The rule that found it.
    pub rule: &'static str,
}

/// A date, month or season by or during which something must happen (时限).
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Deadline {
    /// Verbatim from the normalised text; in a table `…` stands between the task and who has it.
    pub quote: String,
    /// What happens.
    pub what: String,
    /// First day or month, ISO 8601 with `--` for an unstated year.
    pub from: Option<String>,
    /// Last day or month.
    pub to: Option<String>,
    /// Where it stands.
    pub span: Span,
    /// How sure, 0 to 1.
    pub confidence: f32,
    /// The rule that found it.
    pub rule: &'static str,
}

/// How a number is missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum GapKind {
    /// Nothing stands where the number should: 率为，
    Silent,
    /// A mask stands there: xx人.
    Mask,
}

/// A number that is not there (缺数).
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Gap {
    /// Verbatim from the normalised text.
    pub quote: String,
    /// How it is missing.
    pub kind: GapKind,
    /// The measure word left behind, or nothing.
    pub unit: String,
    /// Where it stands.
    pub span: Span,
    /// How sure, 0 to 1.
    pub confidence: f32,
    /// The rule that found it.
    pub rule: &'static str,
}

/// The kind of relation a check looks at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum CheckKind {
    /// Parts add up to the whole.
    Sum,
    /// A rate against its counts.
    Ratio,
    /// A stated count against the items listed.
    Count,
    /// Parts of one whole against 100 %.
    Share,
    /// Impossible or missing dates.
    Date,
    /// A part above its whole, a rate above 100 %.
    Bound,
    /// Two statements that cannot both hold.
    Conflict,
}

/// A relation between numbers of the document itself (核对).
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Check {
    /// Verbatim; `…` stands between two places.
    pub quote: String,
    /// The kind of relation.
    pub kind: CheckKind,
    /// Whether it holds.
    pub ok: bool,
    /// The reckoning in short.
    pub says: String,
    /// Where it stands.
    pub span: Span,
    /// How sure, 0 to 1.
    pub confidence: f32,
    /// The rule that found it.
    pub rule: &'static str,
}

/// All that was found in a document.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Reading {
    /// Sort of document.
    pub kind: Kind,
    /// Headings in document order.
    pub outline: Vec<Heading>,
    /// Recurring duties.
    pub duties: Vec<Duty>,
    /// Targets.
    pub targets: Vec<Target>,
    /// Reported figures.
    pub figures: Vec<Figure>,
    /// Deadlines and phases.
    pub deadlines: Vec<Deadline>,
    /// Missing numbers.
    pub gaps: Vec<Gap>,
    /// Relations between numbers.
    pub checks: Vec<Check>,
}

impl Reading {
    /// The place of every item.
    pub(crate) fn spans_mut(&mut self) -> impl Iterator<Item = &mut Span> {
        let outline = self.outline.iter_mut().map(|item| &mut item.span);
        let duties = self.duties.iter_mut().map(|item| &mut item.span);
        let targets = self.targets.iter_mut().map(|item| &mut item.span);
        let figures = self.figures.iter_mut().map(|item| &mut item.span);
        let deadlines = self.deadlines.iter_mut().map(|item| &mut item.span);
        let gaps = self.gaps.iter_mut().map(|item| &mut item.span);
        let checks = self.checks.iter_mut().map(|item| &mut item.span);
        outline.chain(duties).chain(targets).chain(figures).chain(deadlines).chain(gaps).chain(checks)
    }
}
