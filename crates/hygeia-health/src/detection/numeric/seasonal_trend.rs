//! Quasi-Poisson log-linear regression with one level per block of the year and a common trend.
//!
//! The design of Farrington's methods: every row belongs to one block, so the normal equations fall apart into
//! one mean per block and a slope within blocks. A step of the iteration costs one pass over the rows.

use super::super::series::CountLogs;

/// Steps after which a fit counts as not converged, and its stopping rule, as in R's `glm.fit`.
const MAX_STEPS: usize = 25;
const TOLERANCE: f64 = 1e-8;

/// The rows a regression is fitted to, in time order.
#[derive(Clone, Debug, Default)]
pub(crate) struct Baseline {
    counts: Vec<f64>,
    times: Vec<f64>,
    /// Logarithms of the population, empty without.
    offsets: Vec<f64>,
    logs: Vec<CountLogs>,
    runs: Vec<Run>,
    blocks: usize,
}

/// Consecutive rows of one block.
#[derive(Clone, Copy, Debug)]
struct Run {
    start: usize,
    end: usize,
    block: usize,
}

/// A fitted regression.
#[derive(Clone, Debug)]
pub(crate) struct Fit {
    pub(crate) converged: bool,
    /// Change of the log mean per unit of time; 0 without a trend.
    pub(crate) slope: f64,
    pub(crate) has_trend: bool,
    /// Fitted means.
    pub(crate) means: Vec<f64>,
    /// Working weights of the last step, taken at the means before it, as R reports them.
    pub(crate) weights: Vec<f64>,
    levels: Vec<Level>,
    /// Weighted sum of squares of time within blocks.
    time_squares: f64,
    parameters: usize,
}

/// One block's level.
#[derive(Clone, Copy, Debug, Default)]
struct Level {
    /// Log mean at time 0.
    intercept: f64,
    weight: f64,
    mean_time: f64,
}

/// Weighted sums of one block.
#[derive(Clone, Copy, Debug, Default)]
struct Sums {
    w: f64,
    wt: f64,
    wtt: f64,
    wz: f64,
    wtz: f64,
}

/// A prediction on the scale of the log mean.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Prediction {
    pub(crate) log_mean: f64,
    /// Variance of `log_mean` for dispersion 1.
    pub(crate) leverage: f64,
}

impl Baseline {
    pub(crate) fn with_capacity(rows: usize) -> Self {
        Self {
            counts: Vec::with_capacity(rows),
            times: Vec::with_capacity(rows),
            logs: Vec::with_capacity(rows),
            ..Self::default()
        }
    }

    /// Adds a row; rows come in time order, blocks are numbered from 0.
    pub(crate) fn push(&mut self, count: f64, logs: CountLogs, time: f64, block: usize) {
        let row = self.counts.len();
        match self.runs.last_mut() {
            Some(run) if run.block == block => run.end = row + 1,
            _ => self.runs.push(Run { start: row, end: row + 1, block }),
        }
        self.blocks = self.blocks.max(block + 1);
        self.counts.push(count);
        self.logs.push(logs);
        self.times.push(time);
    }

    /// Sets the logarithm of the population of the row added last.
    pub(crate) fn set_offset(&mut self, offset: f64) {
        self.offsets.push(offset);
    }

    pub(crate) fn rows(&self) -> usize {
        self.counts.len()
    }

    pub(crate) fn counts(&self) -> &[f64] {
        &self.counts
    }

    fn offset(&self, row: usize) -> f64 {
        self.offsets.get(row).copied().unwrap_or(0.0)
    }

    /// Fits the regression. `priors` are the rows' prior weights, all 1 without.
    ///
    /// Iteratively reweighted least squares with R's start, y + 0.1, and stopping rule; blocks without cases
    /// have no finite estimate, and the rule decides where they stop.
    pub(crate) fn fit(&self, priors: Option<&[f64]>, trend: bool) -> Fit {
        let rows = self.rows();
        let mut fit = Fit {
            converged: false,
            slope: 0.0,
            has_trend: trend,
            means: self.counts.iter().map(|count| count + 0.1).collect(),
            weights: vec![0.0; rows],
            levels: vec![Level::default(); self.blocks],
            time_squares: 0.0,
            parameters: 0,
        };
        let ones;
        let priors = if let Some(priors) = priors {
            priors
        } else {
            ones = vec![1.0; rows];
            &ones
        };
        let start = self.logs.iter().enumerate();
        let mut log_means: Vec<f64> = start.map(|(row, logs)| logs.start - self.offset(row)).collect();
        let mut deviance = self.deviance(&fit.means, &log_means, priors);
        for _ in 0..MAX_STEPS {
            self.solve(&mut fit, &log_means, priors);
            if !self.predict_rows(&mut fit, &mut log_means) {
                return fit;
            }
            let next = self.deviance(&fit.means, &log_means, priors);
            let change = (next - deviance).abs() / (next.abs() + 0.1);
            deviance = next;
            if change < TOLERANCE {
                fit.converged = true;
                break;
            }
        }
        fit
    }

    /// One weighted least squares step from the present means.
    fn solve(&self, fit: &mut Fit, log_means: &[f64], priors: &[f64]) {
        let mut sums = vec![Sums::default(); self.blocks];
        // Times counted from the middle keep their squares small.
        let middle = self.middle_time();
        for run in &self.runs {
            let rows = run.start..run.end;
            let mut sum = Sums::default();
            let counts = self.counts[rows.clone()].iter().zip(&self.times[rows.clone()]);
            let state = log_means[rows.clone()].iter().zip(&fit.means[rows.clone()]);
            let weighting = priors[rows.clone()].iter().zip(&mut fit.weights[rows]);
            for (((count, time), (log_mean, mean)), (prior, weight)) in counts.zip(state).zip(weighting) {
                let w = prior * mean;
                let wz = w * log_mean + prior * (count - mean);
                let time = time - middle;
                *weight = w;
                sum.w += w;
                sum.wt += w * time;
                sum.wtt += w * time * time;
                sum.wz += wz;
                sum.wtz += wz * time;
            }
            sums[run.block].add(&sum);
        }
        fit.estimate(&sums, middle);
    }

    fn middle_time(&self) -> f64 {
        match (self.times.first(), self.times.last()) {
            (Some(first), Some(last)) => ((first + last) / 2.0).round(),
            _ => 0.0,
        }
    }

    /// Means of all rows from the levels and the slope; false when one is not finite. `log_means` are without the
    /// offsets, which only the means contain.
    fn predict_rows(&self, fit: &mut Fit, log_means: &mut [f64]) -> bool {
        let middle = self.middle_time();
        let levels: Vec<f64> =
            fit.levels.iter().map(|level| (level.intercept + fit.slope * middle).exp()).collect();
        let mut clock = Growth::new(fit.slope, middle);
        let mut finite = true;
        for run in &self.runs {
            let intercept = fit.levels[run.block].intercept;
            let rows = run.start..run.end;
            let state = log_means[rows.clone()].iter_mut().zip(&mut fit.means[rows.clone()]);
            for ((log_mean, mean), time) in state.zip(&self.times[rows]) {
                *log_mean = intercept + fit.slope * time;
                let product = levels[run.block] * clock.at(*time);
                // A factor beyond the numbers says nothing of the product.
                *mean = if product.is_normal() { product } else { log_mean.exp() }.max(f64::EPSILON);
            }
            finite &= log_means[run.end - 1].is_finite() && fit.means[run.end - 1].is_finite();
        }
        for ((offset, mean), log_mean) in self.offsets.iter().zip(&mut fit.means).zip(log_means) {
            *mean = (*log_mean + offset).exp().max(f64::EPSILON);
            finite &= mean.is_finite();
        }
        finite
    }

    fn deviance(&self, means: &[f64], log_means: &[f64], priors: &[f64]) -> f64 {
        let data = self.counts.iter().zip(&self.logs);
        let state = means.iter().zip(log_means).zip(priors);
        let parts = data.zip(state).map(|((count, logs), ((mean, log_mean), prior))| {
            prior * (count * (logs.count - log_mean) - (count - mean))
        });
        let offsets = self.offsets.iter().zip(&self.counts).zip(priors);
        let shift: f64 = offsets.map(|((offset, count), prior)| prior * count * offset).sum();
        2.0 * (parts.sum::<f64>() - shift)
    }

    /// Pearson's X² over the degrees of freedom, with these weights of the squared working residuals.
    pub(crate) fn dispersion(&self, fit: &Fit, weights: &[f64]) -> f64 {
        let mut sum = 0.0;
        for (row, weight) in weights.iter().enumerate().take(self.counts.len()) {
            let residual = (self.counts[row] - fit.means[row]) / fit.means[row];
            sum += weight * residual * residual;
        }
        sum / self.freedom(fit)
    }

    /// Rows less parameters.
    pub(crate) fn freedom(&self, fit: &Fit) -> f64 {
        self.rows() as f64 - fit.parameters as f64
    }

    /// Weights that play down past outbreaks: rows whose standardised Anscombe residual lies above `above`
    /// get the inverse square of it, and all are scaled to sum to the number of rows (Farrington 1996, section 3.6).
    pub(crate) fn outbreak_weights(&self, fit: &Fit, dispersion: f64, above: f64) -> Vec<f64> {
        let mut weights = vec![1.0; self.rows()];
        for run in &self.runs {
            for (row, slot) in weights.iter_mut().enumerate().take(run.end).skip(run.start) {
                let (count, mean) = (self.counts[row], fit.means[row]);
                if count <= mean && above >= 0.0 {
                    continue;
                }
                let root = mean.sqrt();
                let raw = 1.5 * ((count * count / root).cbrt() - root);
                let leverage = fit.weights[row] * fit.leverage(run.block, self.times[row]);
                let residual = raw / (dispersion * (1.0 - leverage)).sqrt();
                if residual > above {
                    *slot = 1.0 / (residual * residual);
                }
            }
        }
        let scale = self.rows() as f64 / weights.iter().sum::<f64>();
        weights.iter_mut().for_each(|weight| *weight *= scale);
        weights
    }
}

impl Sums {
    fn add(&mut self, other: &Self) {
        self.w += other.w;
        self.wt += other.wt;
        self.wtt += other.wtt;
        self.wz += other.wz;
        self.wtz += other.wtz;
    }
}

impl Fit {
    /// Slope and levels from the blocks' sums.
    fn estimate(&mut self, sums: &[Sums], middle: f64) {
        let present = |sum: &&Sums| sum.w > 0.0;
        self.parameters = sums.iter().filter(present).count();
        let (mut squares, mut products, mut total) = (0.0, 0.0, 0.0);
        for sum in sums.iter().filter(present) {
            squares += sum.wtt - sum.wt * sum.wt / sum.w;
            products += sum.wtz - sum.wt * sum.wz / sum.w;
            total += sum.wtt;
        }
        // Without spread of time within blocks the trend cannot be told from the levels.
        self.has_trend &= squares > 1e-14 * total;
        self.slope = if self.has_trend { products / squares } else { 0.0 };
        self.time_squares = squares;
        self.parameters += usize::from(self.has_trend);
        for (level, sum) in self.levels.iter_mut().zip(sums) {
            let mean_time = sum.wt / sum.w + middle;
            *level = Level { intercept: sum.wz / sum.w - self.slope * mean_time, weight: sum.w, mean_time };
        }
    }

    /// Variance of the log mean at a time in a block, for dispersion 1.
    fn leverage(&self, block: usize, time: f64) -> f64 {
        let level = self.levels[block];
        let trend = if self.has_trend { (time - level.mean_time).powi(2) / self.time_squares } else { 0.0 };
        1.0 / level.weight + trend
    }

    /// Standard error of the slope for dispersion 1.
    pub(crate) fn slope_error(&self) -> f64 {
        self.time_squares.recip().sqrt()
    }

    /// The log mean at a time in a block; `None` when the block had no rows.
    pub(crate) fn predict(&self, block: usize, time: f64) -> Option<Prediction> {
        let level = self.levels.get(block).filter(|level| level.weight > 0.0)?;
        let log_mean = level.intercept + self.slope * time;
        Some(Prediction { log_mean, leverage: self.leverage(block, time) })
    }
}

/// e^(slope · time) at rising times, carried from one to the next while they are evenly spaced.
struct Growth {
    slope: f64,
    middle: f64,
    time: f64,
    value: f64,
    spacing: f64,
    factor: f64,
    carried: u32,
}

/// Multiplications after which rounding is stopped by a fresh exponential.
const MAX_CARRIED: u32 = 64;

impl Growth {
    fn new(slope: f64, middle: f64) -> Self {
        Self {
            slope,
            middle,
            time: f64::NAN,
            value: 1.0,
            spacing: f64::NAN,
            factor: 1.0,
            carried: MAX_CARRIED,
        }
    }

    fn at(&mut self, time: f64) -> f64 {
        let spacing = time - self.time;
        self.time = time;
        if self.carried < MAX_CARRIED && spacing == self.spacing {
            self.carried += 1;
            self.value *= self.factor;
            return self.value;
        }
        if spacing != self.spacing {
            self.spacing = spacing;
            self.factor = (self.slope * spacing).exp();
        }
        self.carried = 0;
        self.value = (self.slope * (time - self.middle)).exp();
        self.value
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn baseline(rows: &[(f64, f64, usize)]) -> Baseline {
        let mut baseline = Baseline::with_capacity(rows.len());
        for &(count, time, block) in rows {
            baseline.push(count, CountLogs::of(count), time, block);
        }
        baseline
    }

    #[test]
    fn without_a_trend_every_block_has_its_mean() {
        let fit = baseline(&[(2.0, 0.0, 0), (4.0, 1.0, 0), (9.0, 2.0, 1), (11.0, 3.0, 1)]).fit(None, false);
        assert!(fit.converged);
        for (mean, expected) in fit.means.iter().zip([3.0, 3.0, 10.0, 10.0]) {
            assert!((mean - expected).abs() < 1e-6, "{mean}");
        }
        assert!(fit.predict(2, 4.0).is_none());
    }

    #[test]
    fn doubling_counts_give_the_logarithm_of_two() {
        let rows: Vec<(f64, f64, usize)> =
            (0..8).map(|week| (2f64.powi(week), f64::from(week), (week as usize) % 2)).collect();
        let fit = baseline(&rows).fit(None, true);
        assert!((fit.slope - 2f64.ln()).abs() < 1e-6);
        let next = fit.predict(0, 8.0).unwrap();
        assert!((next.log_mean.exp() - 256.0).abs() < 1e-3);
    }

    #[test]
    fn an_outbreak_weighs_less() {
        let mut rows: Vec<(f64, f64, usize)> = (0..30).map(|week| (5.0, f64::from(week), 0)).collect();
        rows[10].0 = 80.0;
        let baseline = baseline(&rows);
        let fit = baseline.fit(None, true);
        let weights = baseline.outbreak_weights(&fit, 1.0, 2.58);
        assert!(weights[10] < 0.1 && weights[11] > 0.9);
        assert!((weights.iter().sum::<f64>() - 30.0).abs() < 1e-9);
    }
}
