//! CUSUM of standardised counts.

use super::finding::{Detail, Detector, Finding, Memory, NotComputed, Progress};
use super::numeric::log_linear::{self, Family};
use super::numeric::mean;
use super::series::Series;

/// How a count is standardised around its in-control mean m.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum CusumTransform {
    /// (x − m)/√m.
    Standard,
    /// (x − 3m + 2√(xm))/(2√m) (Rossi et al., Stat Med 1999;18:2111–2122).
    Rossi,
    /// 1.5 (x^⅔ − m^⅔)/m^⅙.
    Anscombe,
    /// (x − m)/√(m + alpha m²).
    PearsonNegativeBinomial {
        /// Overdispersion.
        alpha: f64,
    },
}

impl CusumTransform {
    fn score(self, x: f64, m: f64) -> f64 {
        match self {
            Self::Standard => (x - m) / m.sqrt(),
            Self::Rossi => (x - 3.0 * m + 2.0 * (x * m).sqrt()) / (2.0 * m.sqrt()),
            Self::Anscombe => 1.5 * (x.powf(2.0 / 3.0) - m.powf(2.0 / 3.0)) / m.powf(1.0 / 6.0),
            Self::PearsonNegativeBinomial { alpha } => (x - m) / (m + alpha * m * m).sqrt(),
        }
    }

    /// The count with this score.
    fn count(self, score: f64, m: f64) -> f64 {
        match self {
            Self::Standard => (m + score * m.sqrt()).ceil(),
            Self::Rossi => {
                let root = (4.0 * m + 2.0 * score * m.sqrt()).sqrt() - m.sqrt();
                root * root
            }
            Self::Anscombe => (m.powf(2.0 / 3.0) + score * m.powf(1.0 / 6.0) / 1.5).powf(1.5),
            Self::PearsonNegativeBinomial { alpha } => m + score * (m + alpha * m * m).sqrt(),
        }
    }
}

/// Where the in-control mean comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CusumMean {
    /// Mean of the history.
    History,
    /// Poisson regression of the history on one annual wave.
    Seasonal,
}

/// One-sided CUSUM: S = max(0, S + score − k), signal when S ≥ h (Page, Biometrika 1954;41:100–115).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Cusum {
    /// Allowance k, standard deviations.
    pub k: f64,
    /// Decision limit h.
    pub h: f64,
    /// Standardisation.
    pub transform: CusumTransform,
    /// In-control mean.
    pub mean: CusumMean,
}

impl Default for Cusum {
    fn default() -> Self {
        Self { k: 1.04, h: 2.26, transform: CusumTransform::Rossi, mean: CusumMean::History }
    }
}

impl Cusum {
    fn mean_at(&self, series: &Series, t: usize, mean: &[f64]) -> Option<f64> {
        match (self.mean, mean) {
            (CusumMean::History, [mean]) => Some(*mean),
            (CusumMean::Seasonal, [level, sine, cosine]) => {
                let angle = season_angle(series, t);
                // Where the wave runs to minus infinity the mean stays a number above 0, as in R.
                Some((level + sine * angle.sin() + cosine * angle.cos()).exp().max(f64::EPSILON))
            }
            _ => None,
        }
    }
}

/// Place in the year, as an angle.
fn season_angle(series: &Series, t: usize) -> f64 {
    let period = (series.first_period() + t) as f64;
    std::f64::consts::TAU * period / series.frequency().per_year() as f64
}

impl Detector for Cusum {
    fn begin(&self, series: &Series, from: usize) -> Result<Progress, NotComputed> {
        if from == 0 || from > series.len() {
            return Err(NotComputed::HistoryTooShort);
        }
        let mean = match self.mean {
            CusumMean::History => {
                Some(mean(series.raw(0..from))).filter(|mean| !mean.is_nan()).into_iter().collect()
            }
            CusumMean::Seasonal => {
                let known: Vec<usize> = (0..from).filter(|t| series.count(*t).is_some()).collect();
                let counts: Vec<f64> = known.iter().filter_map(|t| series.count(*t)).collect();
                let angles = known.iter().map(|t| season_angle(series, *t));
                let (sines, cosines) = angles.map(f64::sin_cos).unzip();
                log_linear::fit(&[vec![1.0; counts.len()], sines, cosines], &counts, Family::Poisson)
                    .ok_or(NotComputed::NoConvergence)?
            }
        };
        Ok(Progress { next: from, memory: Memory::Cusum { sum: Some(0.0), mean } })
    }

    fn step(&self, series: &Series, progress: &mut Progress) -> Finding {
        let t = progress.next;
        progress.next += 1;
        let Memory::Cusum { sum, mean } = &mut progress.memory else {
            return Finding::skipped(series, t, NotComputed::BadParameter);
        };
        let Some(m) = self.mean_at(series, t, mean) else {
            let threshold = Some(0.0);
            return Finding { threshold, ..Finding::skipped(series, t, NotComputed::CountMissing) };
        };
        let mut finding = Finding::blank(series, t);
        finding.detail = Detail::Cusum { mean: Some(m) };
        finding.expected = Some(m);
        let needed = sum.map(|sum| self.transform.count(self.h + self.k - sum, m));
        finding.threshold = Some(needed.filter(|count| *count > 0.0).unwrap_or(0.0));
        let next = sum.zip(finding.observed).map(|(sum, x)| sum + self.transform.score(x, m) - self.k);
        // A sum below zero starts anew; an undefined one stays undefined.
        *sum = next.map(|next| if next < 0.0 { 0.0 } else { next });
        finding.score = *sum;
        finding.alarm = sum.filter(|sum| !sum.is_nan()).map(|sum| sum >= self.h);
        finding.not_computed = match *sum {
            None => Some(NotComputed::CountMissing),
            Some(sum) if sum.is_nan() => Some(NotComputed::Undefined),
            Some(_) => None,
        };
        finding
    }
}

#[cfg(test)]
mod tests {
    use super::super::Frequency;
    use super::*;

    #[test]
    fn small_excesses_add_up_and_progress_can_be_stored() {
        let mut counts = vec![Some(4.0); 50];
        counts.extend([Some(8.0); 6]);
        let series = Series::new(Frequency::Weekly, 1, &counts);
        let findings = Cusum::default().detect(&series, 50..56).unwrap();
        assert_eq!(findings[0].alarm, Some(false));
        assert_eq!(findings[5].alarm, Some(true));

        let mut progress = Cusum::default().begin(&series, 50).unwrap();
        for finding in &findings {
            let stored = serde_json::to_string(&progress).unwrap();
            progress = serde_json::from_str(&stored).unwrap();
            assert_eq!(Cusum::default().step(&series, &mut progress), *finding);
        }
    }
}
