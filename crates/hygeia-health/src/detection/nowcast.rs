//! Nowcast 迟报校正: how many cases of the last days will have been reported in the end.
//!
//! The delay distribution is that of reverse time hazards (Lawless, Can J Stat 1994;22:15–31): days whose reports
//! are not complete yet still tell how their early reports compare.

use super::finding::NotComputed;
use super::numeric::counts::CountDistribution;

/// Cases by day of onset and delay of the report.
#[derive(Clone, Debug, PartialEq)]
pub struct ReportingTriangle {
    /// Per day of onset, oldest first: cases reported after 0, 1, … days.
    rows: Vec<Vec<f64>>,
    max_delay: usize,
}

/// One day's nowcast.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Nowcast {
    /// Day, counted from the oldest.
    pub day: usize,
    /// Cases reported so far.
    pub reported: f64,
    /// Share of a day's cases reported by now.
    pub completeness: f64,
    /// Expected number in the end.
    pub expected: f64,
    /// Interval of the number in the end at the level asked for.
    pub interval: [f64; 2],
}

impl ReportingTriangle {
    /// A triangle of `days` days, the last one today, from pairs of onset day (from 0) and delay in days. Reports with
    /// more than `max_delay` days, or from the future, are left out.
    #[must_use]
    pub fn new(days: usize, max_delay: usize, reports: impl IntoIterator<Item = (usize, usize)>) -> Self {
        let mut rows = vec![vec![0.0; max_delay + 1]; days];
        for (onset, delay) in reports {
            if onset + delay < days
                && let Some(cell) = rows.get_mut(onset).and_then(|row| row.get_mut(delay))
            {
                *cell += 1.0;
            }
        }
        Self { rows, max_delay }
    }

    /// Share of cases reported within 0, 1, … days of those reported within the longest delay.
    ///
    /// # Errors
    /// [`NotComputed::HistoryTooShort`] unless some day with cases is old enough for the longest delay.
    pub fn completeness(&self) -> Result<Vec<f64>, NotComputed> {
        let days = self.rows.len();
        let mut shares = vec![1.0; self.max_delay + 1];
        for delay in (1..=self.max_delay).rev() {
            // Days on which this delay has been seen in full.
            let seen = self.rows.iter().take(days.saturating_sub(delay));
            let (mut exactly, mut within) = (0.0, 0.0);
            for row in seen {
                exactly += row[delay];
                within += row[..=delay].iter().sum::<f64>();
            }
            if within <= 0.0 {
                return Err(NotComputed::HistoryTooShort);
            }
            shares[delay - 1] = shares[delay] * (1.0 - exactly / within);
        }
        Ok(shares)
    }

    /// The days whose reports are not complete, oldest first, with an interval of this level (0.95 for 95 %).
    ///
    /// With Jeffreys' prior the cases still to come are negative binomial given those reported.
    ///
    /// # Errors
    /// As [`Self::completeness`]; [`NotComputed::BadParameter`] for a level outside 0–1;
    /// [`NotComputed::Undefined`] when nobody was ever reported as early as needed.
    pub fn nowcast(&self, level: f64) -> Result<Vec<Nowcast>, NotComputed> {
        if !(level > 0.0 && level < 1.0) {
            return Err(NotComputed::BadParameter);
        }
        let shares = self.completeness()?;
        let days = self.rows.len();
        let open = days.saturating_sub(self.max_delay)..days;
        open.map(|day| {
            let completeness = shares[days - 1 - day];
            if completeness <= 0.0 {
                return Err(NotComputed::Undefined);
            }
            let reported: f64 = self.rows[day].iter().sum();
            let missing = CountDistribution::NegativeBinomial { size: reported + 0.5, success: completeness };
            let tail = (1.0 - level) / 2.0;
            let to_come =
                [tail, 1.0 - tail].map(|p| if completeness < 1.0 { missing.quantile(p) } else { 0.0 });
            Ok(Nowcast {
                day,
                reported,
                completeness,
                expected: reported / completeness,
                interval: to_come.map(|missing| reported + missing),
            })
        })
        .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Twenty cases a day: 8 reported at once, 8 the next day, 4 after two days.
    fn steady() -> ReportingTriangle {
        let reports = (0..30).flat_map(|day| (0..20).map(move |case| (day, case / 8)));
        ReportingTriangle::new(30, 3, reports)
    }

    #[test]
    fn recovers_the_delays_and_the_total() {
        let shares = steady().completeness().unwrap();
        for (share, expected) in shares.iter().zip([0.4, 0.8, 1.0, 1.0]) {
            assert!((share - expected).abs() < 1e-12, "{shares:?}");
        }
        let nowcast = steady().nowcast(0.95).unwrap();
        assert_eq!(nowcast.len(), 3);
        let today = nowcast[2];
        assert_eq!((today.day, today.reported), (29, 8.0));
        assert!((today.expected - 20.0).abs() < 1e-9);
        assert!(today.interval[0] < 20.0 && today.interval[1] > 20.0 && today.interval[0] >= 8.0);
    }

    #[test]
    fn says_when_the_history_is_too_short() {
        let triangle = ReportingTriangle::new(2, 5, [(0, 0), (1, 0)]);
        assert_eq!(triangle.nowcast(0.9), Err(NotComputed::HistoryTooShort));
    }
}
