//! Log-linear regression of counts on a few columns: Poisson, or negative binomial with known dispersion.

/// Steps after which the iteration is given up, its stopping rule, and the share of a column's length below which
/// it counts as a combination of those before it, all as in R's `glm.fit`.
const MAX_STEPS: usize = 25;
const TOLERANCE: f64 = 1e-8;
const DEPENDENT: f64 = 1e-11;

/// How counts scatter around their mean.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Family {
    /// Variance = mean.
    Poisson,
    /// Variance = mean + alpha · mean².
    NegativeBinomial { alpha: f64 },
}

impl Family {
    fn start(self, count: f64) -> f64 {
        match self {
            Self::Poisson => count + 0.1,
            Self::NegativeBinomial { .. } if count == 0.0 => 1.0 / 6.0,
            Self::NegativeBinomial { .. } => count,
        }
    }

    /// Mean over variance: the working weight is the mean times this.
    fn precision(self, mean: f64) -> f64 {
        match self {
            Self::Poisson => 1.0,
            Self::NegativeBinomial { alpha } => 1.0 / (1.0 + alpha * mean),
        }
    }

    fn deviance(self, count: f64, mean: f64) -> f64 {
        let surprise = if count > 0.0 { count * (count / mean).ln() } else { 0.0 };
        match self {
            Self::Poisson => 2.0 * (surprise - (count - mean)),
            Self::NegativeBinomial { alpha } => {
                let size = 1.0 / alpha;
                2.0 * (surprise - (count + size) * ((count + size) / (mean + size)).ln())
            }
        }
    }
}

/// Coefficients of `ln(mean) = design · coefficients` by iteratively reweighted least squares.
///
/// `columns` of the design have one value per count. Columns that depend on earlier ones get 0. Counts without
/// cases have no finite estimate: the stopping rule decides. `None` when the iteration leaves the numbers.
pub(crate) fn fit(columns: &[Vec<f64>], counts: &[f64], family: Family) -> Option<Vec<f64>> {
    let mut means: Vec<f64> = counts.iter().map(|count| family.start(*count)).collect();
    let mut log_means: Vec<f64> = means.iter().map(|mean| mean.ln()).collect();
    let mut deviance = total_deviance(counts, &means, family);
    let mut coefficients = vec![0.0; columns.len()];
    for _ in 0..MAX_STEPS {
        let roots: Vec<f64> = means.iter().map(|mean| (mean * family.precision(*mean)).sqrt()).collect();
        let response: Vec<f64> = (0..counts.len())
            .map(|row| roots[row] * (log_means[row] + (counts[row] - means[row]) / means[row]))
            .collect();
        let weighted =
            columns.iter().map(|column| column.iter().zip(&roots).map(|(x, root)| x * root).collect());
        coefficients = least_squares(weighted.collect(), response);
        for row in 0..counts.len() {
            log_means[row] = columns.iter().zip(&coefficients).map(|(column, b)| column[row] * b).sum();
            means[row] = log_means[row].exp().max(f64::EPSILON);
        }
        let next = total_deviance(counts, &means, family);
        if !next.is_finite() {
            return None;
        }
        let change = (next - deviance).abs() / (next.abs() + 0.1);
        deviance = next;
        if change < TOLERANCE {
            break;
        }
    }
    coefficients.iter().all(|b| b.is_finite()).then_some(coefficients)
}

fn total_deviance(counts: &[f64], means: &[f64], family: Family) -> f64 {
    counts.iter().zip(means).map(|(count, mean)| family.deviance(*count, *mean)).sum()
}

/// Least squares by orthogonalising the columns one after the other, each twice for accuracy.
fn least_squares(mut columns: Vec<Vec<f64>>, response: Vec<f64>) -> Vec<f64> {
    let count = columns.len();
    let mut upper = vec![vec![0.0; count]; count];
    let mut kept = vec![false; count];
    for current in 0..count {
        let (before, rest) = columns.split_at_mut(current);
        let Some(column) = rest.first_mut() else { break };
        let length = norm(column);
        for _ in 0..2 {
            for (earlier, basis) in before.iter().enumerate().filter(|(earlier, _)| kept[*earlier]) {
                let part = dot(basis, column);
                upper[earlier][current] += part;
                column.iter_mut().zip(basis).for_each(|(x, q)| *x -= part * q);
            }
        }
        let left = norm(column);
        kept[current] = left > DEPENDENT * length;
        upper[current][current] = left;
        column.iter_mut().for_each(|x| *x /= left);
    }
    let mut coefficients = vec![0.0; count];
    for row in (0..count).rev().filter(|row| kept[*row]) {
        let later: f64 = (row + 1..count).map(|column| upper[row][column] * coefficients[column]).sum();
        coefficients[row] = (dot(&columns[row], &response) - later) / upper[row][row];
    }
    coefficients
}

fn dot(left: &[f64], right: &[f64]) -> f64 {
    left.iter().zip(right).map(|(a, b)| a * b).sum()
}

fn norm(values: &[f64]) -> f64 {
    dot(values, values).sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_intercept_is_the_mean() {
        for family in [Family::Poisson, Family::NegativeBinomial { alpha: 0.3 }] {
            let fit = fit(&[vec![1.0; 4]], &[1.0, 0.0, 4.0, 3.0], family).unwrap();
            assert!((fit[0] - 2f64.ln()).abs() < 1e-7, "{family:?}");
        }
    }

    #[test]
    fn a_repeated_column_is_left_out() {
        let time: Vec<f64> = (0..6).map(f64::from).collect();
        let counts: Vec<f64> = time.iter().map(|t| (0.5 * t).exp()).collect();
        let fit = fit(&[vec![1.0; 6], time.clone(), time], &counts, Family::Poisson).unwrap();
        assert!((fit[1] - 0.5).abs() < 1e-7 && fit[2] == 0.0);
    }
}
