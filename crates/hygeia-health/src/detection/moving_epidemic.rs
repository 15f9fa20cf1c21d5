//! The moving epidemic method 流行季阈值: when a season's epidemic begins and how strong it is.
//!
//! Vega et al., Influenza Other Respir Viruses 2013;7:546–558 (start and end) and 2015;9:234–246 (intensity).

use super::finding::NotComputed;
use super::numeric::{mean, normal_quantile, standard_deviation};

/// Settings of the method.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MovingEpidemic {
    /// An epidemic ends growing once one more week adds less than this share of the season's cases, per cent.
    pub slope_percent: f64,
    /// How many of the highest values of all seasons together form a threshold.
    pub values: usize,
    /// One-sided level of the start and end thresholds.
    pub level: f64,
    /// One-sided levels of medium, high and very high intensity.
    pub intensity_levels: [f64; 3],
}

impl Default for MovingEpidemic {
    fn default() -> Self {
        Self { slope_percent: 2.8, values: 30, level: 0.95, intensity_levels: [0.4, 0.9, 0.975] }
    }
}

/// The weeks of one season's epidemic.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EpidemicPeriod {
    /// First week of the season's epidemic, from 0.
    pub start: usize,
    /// First week after it.
    pub end: usize,
}

/// Thresholds for a coming season, in the unit of the seasons' rates.
#[derive(Clone, Debug, PartialEq)]
pub struct SeasonThresholds {
    /// Each past season's epidemic.
    pub periods: Vec<EpidemicPeriod>,
    /// The epidemic has begun above this.
    pub start: f64,
    /// It is over below this.
    pub end: f64,
    /// Medium, high and very high intensity begin here.
    pub intensity: [f64; 3],
}

/// How strong a week is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Intensity {
    /// Not above the start threshold.
    Baseline,
    /// Above it.
    Low,
    /// From the first intensity threshold on.
    Medium,
    /// From the second on.
    High,
    /// From the third on.
    VeryHigh,
}

impl MovingEpidemic {
    /// The stretch of weeks that holds the epidemic: the shortest best stretch from which one more week adds little.
    ///
    /// # Errors
    /// [`NotComputed::TooFewCases`] for a season without cases, [`NotComputed::CountMissing`] when a rate is not a
    /// number.
    pub fn period(&self, season: &[f64]) -> Result<EpidemicPeriod, NotComputed> {
        if season.iter().any(|rate| !rate.is_finite() || *rate < 0.0) {
            return Err(NotComputed::CountMissing);
        }
        let total: f64 = season.iter().sum();
        if total <= 0.0 {
            return Err(NotComputed::TooFewCases);
        }
        let mut best = best_stretch(season, 1);
        for weeks in 2..=season.len() {
            let longer = best_stretch(season, weeks);
            if 100.0 * (longer.1 - best.1) / total < self.slope_percent {
                break;
            }
            best = longer;
        }
        Ok(best.0)
    }

    /// Thresholds from past seasons of weekly rates, each from its first to its last week.
    ///
    /// Start and end: arithmetic mean and one-sided limit of the highest values before and after the epidemics;
    /// intensity: geometric ones of the highest within.
    ///
    /// # Errors
    /// [`NotComputed::HistoryTooShort`] with fewer than two seasons or too few weeks outside or inside epidemics;
    /// as [`Self::period`].
    pub fn thresholds(&self, seasons: &[Vec<f64>]) -> Result<SeasonThresholds, NotComputed> {
        if seasons.len() < 2 || self.values == 0 {
            return Err(NotComputed::HistoryTooShort);
        }
        let periods: Vec<EpidemicPeriod> =
            seasons.iter().map(|season| self.period(season)).collect::<Result<_, _>>()?;
        let each = self.values.div_ceil(seasons.len());
        let (mut before, mut after, mut within) = (Vec::new(), Vec::new(), Vec::new());
        for (season, period) in seasons.iter().zip(&periods) {
            before.extend(highest(&season[..period.start], each));
            within.extend(highest(&season[period.start..period.end], each));
            after.extend(highest(&season[period.end..], each));
        }
        within.retain(|rate| *rate > 0.0);
        let logs: Vec<f64> = within.iter().map(|rate| rate.ln()).collect();
        let thresholds = SeasonThresholds {
            periods,
            start: limit(&before, self.level),
            end: limit(&after, self.level),
            intensity: self.intensity_levels.map(|level| limit(&logs, level).exp()),
        };
        let known = [thresholds.start, thresholds.end]
            .iter()
            .chain(&thresholds.intensity)
            .all(|limit| limit.is_finite());
        if known { Ok(thresholds) } else { Err(NotComputed::HistoryTooShort) }
    }
}

impl SeasonThresholds {
    /// How strong a week with this rate is.
    #[must_use]
    pub fn intensity_of(&self, rate: f64) -> Intensity {
        let [medium, high, very_high] = self.intensity;
        match rate {
            rate if rate.is_nan() || rate <= self.start => Intensity::Baseline,
            rate if rate < medium => Intensity::Low,
            rate if rate < high => Intensity::Medium,
            rate if rate < very_high => Intensity::High,
            _ => Intensity::VeryHigh,
        }
    }
}

/// Mean plus the one-sided normal limit of single values; NaN with fewer than two.
fn limit(values: &[f64], level: f64) -> f64 {
    mean(values) + normal_quantile(level) * standard_deviation(values)
}

/// The stretch of this many weeks with the most cases, the first of equals.
fn best_stretch(season: &[f64], weeks: usize) -> (EpidemicPeriod, f64) {
    let mut best = (EpidemicPeriod { start: 0, end: weeks }, f64::NEG_INFINITY);
    for (start, stretch) in season.windows(weeks).enumerate() {
        let sum = stretch.iter().sum();
        if sum > best.1 {
            best = (EpidemicPeriod { start, end: start + weeks }, sum);
        }
    }
    best
}

/// The highest `count` values.
fn highest(values: &[f64], count: usize) -> Vec<f64> {
    let mut sorted = values.to_vec();
    sorted.sort_by(|a, b| b.total_cmp(a));
    sorted.truncate(count);
    sorted
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Thirty weeks, an epidemic of seven around week 15.
    fn season(height: f64) -> Vec<f64> {
        let week = |w: u32| {
            let distance = f64::from(w.abs_diff(15));
            let wave = if distance <= 3.0 { height * (4.0 - distance) } else { 0.0 };
            wave + 2.0 + f64::from(w % 3)
        };
        (0..30).map(week).collect()
    }

    #[test]
    fn finds_the_epidemic() {
        let period = MovingEpidemic::default().period(&season(30.0)).unwrap();
        assert_eq!(period, EpidemicPeriod { start: 12, end: 19 });
        assert_eq!(MovingEpidemic::default().period(&[0.0; 20]), Err(NotComputed::TooFewCases));
    }

    #[test]
    fn thresholds_lie_between_background_and_epidemic() {
        let seasons = vec![season(30.0), season(25.0), season(40.0), season(35.0), season(28.0)];
        let thresholds = MovingEpidemic::default().thresholds(&seasons).unwrap();
        assert!((3.0..8.0).contains(&thresholds.start), "{thresholds:?}");
        assert!(thresholds.intensity.is_sorted());
        assert_eq!(thresholds.intensity_of(2.0), Intensity::Baseline);
        assert_eq!(thresholds.intensity_of(1e4), Intensity::VeryHigh);
    }
}
