//! A series of counts, one per period.

use jiff::civil::Date;

use super::finding::NotComputed;

/// Length of a series' period.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Frequency {
    /// 365 periods a year.
    Daily,
    /// 52 periods a year.
    Weekly,
    /// 12 periods a year.
    Monthly,
}

impl Frequency {
    /// Periods in a year, as methods that count periods take it.
    #[must_use]
    pub fn per_year(self) -> usize {
        match self {
            Self::Daily => 365,
            Self::Weekly => 52,
            Self::Monthly => 12,
        }
    }

    /// The frequency with this many periods a year.
    #[must_use]
    pub fn from_per_year(periods: usize) -> Option<Self> {
        [Self::Daily, Self::Weekly, Self::Monthly]
            .into_iter()
            .find(|frequency| frequency.per_year() == periods)
    }
}

/// Counts of cases in successive periods, with their calendar and population if known.
#[derive(Clone, Debug)]
pub struct Series {
    frequency: Frequency,
    first_period: usize,
    /// NaN for a missing count.
    counts: Vec<f64>,
    /// Logarithms that every regression needs, kept since the same counts are fitted week after week.
    logs: Vec<CountLogs>,
    dates: Vec<Date>,
    /// Days since the first date.
    days: Vec<f64>,
    populations: Vec<f64>,
}

/// Logarithms of a count.
#[derive(Clone, Copy, Debug)]
pub(crate) struct CountLogs {
    /// Of the count, 0 for no cases.
    pub(crate) count: f64,
    /// Of the count + 0.1, where regressions start.
    pub(crate) start: f64,
}

impl CountLogs {
    pub(crate) fn of(count: f64) -> Self {
        Self { count: if count == 0.0 { 0.0 } else { count.ln() }, start: (count + 0.1).ln() }
    }
}

impl Series {
    /// A series whose first count belongs to period `first_period` of its year (1 for the first week, month or day).
    /// `None` marks a period without a report, which is not a period without cases. Negative or infinite counts
    /// count as missing.
    #[must_use]
    pub fn new(frequency: Frequency, first_period: usize, counts: &[Option<f64>]) -> Self {
        let mut series = Self {
            frequency,
            first_period,
            counts: Vec::with_capacity(counts.len()),
            logs: Vec::with_capacity(counts.len()),
            dates: Vec::new(),
            days: Vec::new(),
            populations: Vec::new(),
        };
        counts.iter().for_each(|count| series.push_count(*count));
        series
    }

    /// Gives the series its calendar: the first day of each period, ascending.
    ///
    /// # Errors
    /// [`NotComputed::MalformedSeries`] when the days are not as many as the counts, or do not ascend.
    pub fn with_dates(mut self, dates: Vec<Date>) -> Result<Self, NotComputed> {
        if dates.len() != self.counts.len() || !dates.is_sorted_by(|a, b| a < b) {
            return Err(NotComputed::MalformedSeries);
        }
        for date in &dates {
            self.days.push(days_between(dates.first(), *date));
        }
        self.dates = dates;
        Ok(self)
    }

    /// Gives the series its population per period; values that are not positive count as unknown.
    ///
    /// # Errors
    /// [`NotComputed::MalformedSeries`] when there are not as many values as counts.
    pub fn with_populations(mut self, populations: Vec<f64>) -> Result<Self, NotComputed> {
        if populations.len() != self.counts.len() {
            return Err(NotComputed::MalformedSeries);
        }
        self.populations = populations;
        Ok(self)
    }

    /// Appends the count of the next period.
    ///
    /// # Errors
    /// [`NotComputed::MalformedSeries`] when the series has a calendar and `date` is missing or not later than the last.
    pub fn push(&mut self, count: Option<f64>, date: Option<Date>) -> Result<(), NotComputed> {
        if !self.dates.is_empty() {
            let date =
                date.filter(|date| self.dates.last() < Some(date)).ok_or(NotComputed::MalformedSeries)?;
            self.days.push(days_between(self.dates.first(), date));
            self.dates.push(date);
        }
        if let Some(last) = self.populations.last().copied() {
            self.populations.push(last);
        }
        self.push_count(count);
        Ok(())
    }

    fn push_count(&mut self, count: Option<f64>) {
        let count = count.filter(|count| count.is_finite() && *count >= 0.0).unwrap_or(f64::NAN);
        self.counts.push(count);
        self.logs.push(CountLogs::of(count));
    }

    /// Number of periods.
    #[must_use]
    pub fn len(&self) -> usize {
        self.counts.len()
    }

    /// Whether there are no periods.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.counts.is_empty()
    }

    /// Length of the period.
    #[must_use]
    pub fn frequency(&self) -> Frequency {
        self.frequency
    }

    /// The count of period `t`, counted from 0; `None` when missing.
    #[must_use]
    pub fn count(&self, t: usize) -> Option<f64> {
        self.counts.get(t).copied().filter(|count| !count.is_nan())
    }

    /// The first day of period `t`.
    #[must_use]
    pub fn date(&self, t: usize) -> Option<Date> {
        self.dates.get(t).copied()
    }

    /// The population of period `t`; `None` when unknown.
    #[must_use]
    pub fn population(&self, t: usize) -> Option<f64> {
        self.populations.get(t).copied().filter(|population| *population > 0.0)
    }

    /// Number of the first count's period within its year.
    #[must_use]
    pub fn first_period(&self) -> usize {
        self.first_period
    }

    pub(crate) fn has_populations(&self) -> bool {
        !self.populations.is_empty()
    }

    pub(crate) fn position(&self, date: Date) -> Option<usize> {
        self.dates.binary_search(&date).ok()
    }

    /// Logarithms of the count, NaN when missing.
    pub(crate) fn logs(&self, t: usize) -> CountLogs {
        self.logs.get(t).copied().unwrap_or_else(|| CountLogs::of(f64::NAN))
    }

    /// Days from the first date to that of period `t`; `None` without a calendar.
    pub(crate) fn days(&self, t: usize) -> Option<f64> {
        self.days.get(t).copied()
    }

    /// Counts with NaN for missing ones; empty when the range does not lie within the series.
    pub(crate) fn raw(&self, range: std::ops::Range<usize>) -> &[f64] {
        self.counts.get(range).unwrap_or_default()
    }
}

fn days_between(first: Option<&Date>, date: Date) -> f64 {
    first.map_or(0.0, |first| date.duration_since(*first).as_hours() as f64 / 24.0)
}
