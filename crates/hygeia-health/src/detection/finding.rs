//! What a detector is and what it finds.

use std::ops::Range;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::series::Series;

/// Which figures to compute where publications and the R package `surveillance` (1.20) differ.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Compatibility {
    /// The method as its paper gives it.
    #[default]
    Published,
    /// The figures of the R package, its deviations included.
    RSurveillance,
}

/// Why a period could not be judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum NotComputed {
    /// The history does not reach back far enough.
    #[error("历史数据不足，无法建立基线")]
    HistoryTooShort,
    /// A count that is needed is missing.
    #[error("所需的病例数缺报")]
    CountMissing,
    /// The population of a period is unknown.
    #[error("所需的人口数缺失")]
    PopulationMissing,
    /// The regression found no solution.
    #[error("回归模型未收敛")]
    NoConvergence,
    /// Too few recent cases for this method to give a signal.
    #[error("近期病例过少，不作判断")]
    TooFewCases,
    /// The statistic is not defined for these counts, for example because they do not vary.
    #[error("统计量无定义（如基线无变异）")]
    Undefined,
    /// Another frequency of the series is needed.
    #[error("本方法不适用于该时间间隔的数据")]
    WrongFrequency,
    /// Counts, dates and populations do not fit together.
    #[error("序列的病例数、日期、人口数不一致")]
    MalformedSeries,
    /// A parameter lies outside its range.
    #[error("参数超出允许范围")]
    BadParameter,
}

/// A method's further figures.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
#[non_exhaustive]
pub enum Detail {
    /// No further figures.
    #[default]
    None,
    /// Farrington 1996.
    Farrington {
        /// Whether the trend was kept.
        trend: bool,
        /// Where the count lies in the predictive distribution, 0–1.
        quantile: Option<f64>,
    },
    /// Farrington Flexible.
    FarringtonFlexible {
        /// Mean of the distribution the threshold was taken from, cases.
        mu0: f64,
        /// Variance over mean, at least 1.
        dispersion: f64,
        /// Probability of at least this count.
        p_value: Option<f64>,
        /// Change of the log mean per period; `None` when no trend was kept.
        trend: Option<f64>,
    },
    /// CUSUM.
    Cusum {
        /// In-control mean, cases; `None` when the history has gaps.
        mean: Option<f64>,
    },
    /// CDC's current-to-past comparison.
    Cdc {
        /// Cases of the four weeks that end now.
        cases: Option<f64>,
    },
    /// GLR.
    Glr {
        /// In-control mean, cases.
        mu0: f64,
    },
}

/// The judgement of one period.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Finding {
    /// The period, counted from 0.
    pub t: usize,
    /// Cases; `None` when missing.
    pub observed: Option<f64>,
    /// Cases expected without an outbreak.
    pub expected: Option<f64>,
    /// The limit, in cases unless the method says otherwise; may be NaN or infinite where the method is degenerate.
    pub threshold: Option<f64>,
    /// The method's statistic.
    pub score: Option<f64>,
    /// Whether this period gives a signal; `None` when it could not be judged.
    pub alarm: Option<bool>,
    /// Why it could not be judged, or why no signal can be given.
    pub not_computed: Option<NotComputed>,
    /// The method's further figures.
    pub detail: Detail,
}

impl Finding {
    /// A finding without figures yet.
    pub(crate) fn blank(series: &Series, t: usize) -> Self {
        Self {
            t,
            observed: series.count(t),
            expected: None,
            threshold: None,
            score: None,
            alarm: None,
            not_computed: None,
            detail: Detail::None,
        }
    }

    /// A period that was not judged.
    pub(crate) fn skipped(series: &Series, t: usize, reason: NotComputed) -> Self {
        Self { not_computed: Some(reason), ..Self::blank(series, t) }
    }

    /// Compares the count with a limit: a signal above it.
    pub(crate) fn against(series: &Series, t: usize, threshold: Option<f64>) -> Self {
        let mut finding = Self { threshold, ..Self::blank(series, t) };
        let limit = threshold.filter(|limit| !limit.is_nan());
        finding.alarm = finding.observed.zip(limit).map(|(observed, limit)| observed > limit);
        if finding.alarm.is_none() {
            let undefined = threshold.is_some_and(f64::is_nan);
            finding.not_computed =
                Some(if undefined { NotComputed::Undefined } else { NotComputed::CountMissing });
        }
        finding
    }
}

/// What a run carries from one period to the next; small, and made to be stored.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Progress {
    /// The next period to judge, counted from 0.
    pub next: usize,
    /// The method's memory.
    pub memory: Memory,
}

/// A method's memory between periods.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub enum Memory {
    /// Each period is judged from the series alone.
    None,
    /// The cumulative sum; `None` once a count was missing.
    Cusum {
        /// Statistic after the last period.
        sum: Option<f64>,
        /// In-control mean, or the coefficients of its regression.
        mean: Vec<f64>,
    },
    /// The likelihood ratio since the last restart.
    Glr {
        /// First period after the last signal.
        restart: usize,
        /// First monitored period.
        from: usize,
        /// Cumulative statistic of the form with a known rise.
        sum: f64,
        /// Coefficients of the in-control mean.
        coefficients: Vec<f64>,
    },
    /// Pooled blocks of the non-decreasing mean: sum of cases and number of periods.
    OutbreakP {
        /// First monitored period.
        from: usize,
        /// Blocks in time order.
        blocks: Vec<(f64, usize)>,
    },
}

/// A method that judges the periods of a series one after the other.
pub trait Detector {
    /// Prepares a run whose first monitored period is `from`, with the history before it.
    ///
    /// # Errors
    /// Why nothing can be judged with this history.
    fn begin(&self, series: &Series, from: usize) -> Result<Progress, NotComputed>;

    /// Judges period `progress.next` and moves on. A period outside the series is not judged.
    fn step(&self, series: &Series, progress: &mut Progress) -> Finding;

    /// Judges the periods of a range.
    ///
    /// # Errors
    /// As [`Self::begin`].
    fn detect(&self, series: &Series, range: Range<usize>) -> Result<Vec<Finding>, NotComputed> {
        let mut progress = self.begin(series, range.start)?;
        Ok(range.map(|_| self.step(series, &mut progress)).collect())
    }
}

/// A method that needs no memory: each period is judged by itself.
pub(crate) trait Memoryless {
    fn judge(&self, series: &Series, t: usize) -> Finding;
}

impl<M: Memoryless> Detector for M {
    fn begin(&self, _series: &Series, from: usize) -> Result<Progress, NotComputed> {
        Ok(Progress { next: from, memory: Memory::None })
    }

    fn step(&self, series: &Series, progress: &mut Progress) -> Finding {
        let t = progress.next;
        progress.next += 1;
        if t < series.len() {
            self.judge(series, t)
        } else {
            Finding::skipped(series, t, NotComputed::HistoryTooShort)
        }
    }
}
