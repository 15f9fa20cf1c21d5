//! Prospective space-time permutation scan 时空扫描: clusters that are still going on, from cases alone.
//!
//! Kulldorff et al., PLoS Med 2005;2:e59. Needs no population: what is expected at a place and time follows from the
//! cases of the place at all times and of the time at all places.

use super::finding::NotComputed;
use super::numeric::random::Random;

/// Longest cluster that is looked for.
const MAX_DAYS: usize = 3_660;

/// A place where cases live.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Location {
    /// Kilometres east of some origin.
    pub x_km: f64,
    /// Kilometres north of it.
    pub y_km: f64,
}

/// One case.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Case {
    /// Number of its location in the list, from 0.
    pub location: usize,
    /// Day, from 0.
    pub day: usize,
}

/// What is searched and how.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Scan {
    /// Number of days; the last one is today.
    pub days: usize,
    /// Longest cluster in days.
    pub max_days: usize,
    /// Largest share of all cases within a cluster's circle at all times, 0–1.
    pub max_fraction: f64,
    /// Random permutations behind the p-value; 0 for none.
    pub replicas: usize,
    /// Seed of the permutations.
    pub seed: u64,
    /// How many cylinders are reported.
    pub report: usize,
}

/// A circle of locations over the last days.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Cylinder {
    /// Log likelihood ratio.
    pub ratio: f64,
    /// Location in the middle.
    pub center: usize,
    /// Number of locations, the closest to the centre.
    pub locations: usize,
    /// Last days.
    pub days: usize,
    /// Cases inside.
    pub observed: usize,
    /// Cases expected inside.
    pub expected: f64,
    /// Distance of the farthest location, km.
    pub radius_km: f64,
}

/// What a scan found.
#[derive(Clone, Debug, PartialEq)]
pub struct ScanResult {
    /// Cylinders looked at.
    pub cylinders: usize,
    /// The most unusual ones, best first; only those with more cases than expected.
    pub best: Vec<Cylinder>,
    /// Share of permutations, this data included, whose best ratio is at least as high; `None` without permutations.
    pub p_value: Option<f64>,
}

/// Circles around one centre.
struct Center {
    /// Closest locations first, as far as circles may reach.
    neighbours: Vec<(usize, f64)>,
}

/// Cases per location on the last days.
struct Recent {
    max_days: usize,
    /// Per location, cases of the last 1, 2, … days.
    by_location: Vec<u32>,
    /// Cases of the last 1, 2, … days.
    total: Vec<u32>,
}

impl Recent {
    fn new(scan: &Scan, locations: usize, cases: &[Case], days: &[usize]) -> Self {
        let max_days = scan.max_days;
        let mut recent =
            Self { max_days, by_location: vec![0; locations * max_days], total: vec![0; max_days] };
        for (case, day) in cases.iter().zip(days) {
            let back = scan.days - 1 - day;
            for last in back..max_days {
                recent.by_location[case.location * max_days + last] += 1;
                recent.total[last] += 1;
            }
        }
        recent
    }

    fn of(&self, location: usize) -> &[u32] {
        &self.by_location[location * self.max_days..(location + 1) * self.max_days]
    }
}

impl Scan {
    /// Looks for clusters that last until the last day.
    ///
    /// # Errors
    /// [`NotComputed::BadParameter`] when a case lies outside the locations or days, or the settings allow no
    /// cylinder; [`NotComputed::TooFewCases`] with fewer than two cases.
    pub fn run(&self, locations: &[Location], cases: &[Case]) -> Result<ScanResult, NotComputed> {
        let outside = |case: &Case| case.location >= locations.len() || case.day >= self.days;
        if cases.iter().any(outside) || !(1..=self.days.min(MAX_DAYS)).contains(&self.max_days) {
            return Err(NotComputed::BadParameter);
        }
        if cases.len() < 2 {
            return Err(NotComputed::TooFewCases);
        }
        let mut at_all_times = vec![0u32; locations.len()];
        cases.iter().for_each(|case| at_all_times[case.location] += 1);
        let limit = self.max_fraction * cases.len() as f64;
        let centers: Vec<Center> =
            (0..locations.len()).map(|center| circles(locations, &at_all_times, center, limit)).collect();
        let mut days: Vec<usize> = cases.iter().map(|case| case.day).collect();
        let mut best = Vec::new();
        let recent = Recent::new(self, locations.len(), cases, &days);
        self.visit(&centers, &at_all_times, &recent, cases.len(), |cylinder| best.push(cylinder));
        best.sort_by(|a, b| b.ratio.total_cmp(&a.ratio));
        let highest = best.first().map_or(0.0, |cylinder| cylinder.ratio);
        best.truncate(self.report);
        let circles: usize = centers.iter().map(|center| center.neighbours.len()).sum();

        let mut random = Random::new(self.seed);
        let mut as_high = 1;
        for _ in 0..self.replicas {
            random.shuffle(&mut days);
            let recent = Recent::new(self, locations.len(), cases, &days);
            let mut found = 0.0f64;
            self.visit(&centers, &at_all_times, &recent, cases.len(), |cylinder| {
                found = found.max(cylinder.ratio)
            });
            // Ratios of equal counts may differ by rounding.
            as_high += usize::from(found >= highest - 1e-9);
        }
        let p_value = (self.replicas > 0).then(|| as_high as f64 / (self.replicas + 1) as f64);
        Ok(ScanResult { cylinders: circles * self.max_days, best, p_value })
    }

    /// Calls `found` with every cylinder that has more cases than expected.
    fn visit(
        &self,
        centers: &[Center],
        at_all_times: &[u32],
        recent: &Recent,
        cases: usize,
        mut found: impl FnMut(Cylinder),
    ) {
        let cases = cases as f64;
        let mut inside = vec![0u32; self.max_days];
        for (center, circle) in centers.iter().enumerate() {
            inside.fill(0);
            let mut at_place = 0;
            for (index, (location, radius_km)) in circle.neighbours.iter().enumerate() {
                at_place += at_all_times[*location];
                inside.iter_mut().zip(recent.of(*location)).for_each(|(sum, count)| *sum += count);
                for (last, count) in inside.iter().enumerate() {
                    let observed = f64::from(*count);
                    let expected = f64::from(at_place) * f64::from(recent.total[last]) / cases;
                    if observed > expected {
                        found(Cylinder {
                            ratio: ratio(observed, expected, cases),
                            center,
                            locations: index + 1,
                            days: last + 1,
                            observed: *count as usize,
                            expected,
                            radius_km: *radius_km,
                        });
                    }
                }
            }
        }
    }
}

/// c ln(c/μ) + (C − c) ln((C − c)/(C − μ)).
fn ratio(observed: f64, expected: f64, cases: f64) -> f64 {
    let outside = cases - observed;
    let rest = if outside > 0.0 { outside * (outside / (cases - expected)).ln() } else { 0.0 };
    observed * (observed / expected).ln() + rest
}

/// The locations around a centre, added by distance (ties by number) while they hold at most `limit` cases.
fn circles(locations: &[Location], at_all_times: &[u32], center: usize, limit: f64) -> Center {
    let middle = locations[center];
    let distance = |place: &Location| (place.x_km - middle.x_km).hypot(place.y_km - middle.y_km);
    let mut neighbours: Vec<(usize, f64)> = locations.iter().map(distance).enumerate().collect();
    neighbours.sort_by(|a, b| a.1.total_cmp(&b.1));
    let mut inside = 0.0;
    let reach = neighbours.iter().take_while(|(location, _)| {
        inside += f64::from(at_all_times[*location]);
        inside <= limit
    });
    let reach = reach.count();
    neighbours.truncate(reach);
    Center { neighbours }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scan() -> Scan {
        Scan { days: 30, max_days: 7, max_fraction: 0.5, replicas: 199, seed: 7, report: 5 }
    }

    /// Six villages in a row, a case in one of them every day.
    fn background() -> (Vec<Location>, Vec<Case>) {
        let locations = (0..6).map(|i| Location { x_km: f64::from(i), y_km: 0.0 }).collect();
        (locations, (0..60).map(|i| Case { location: i % 6, day: i / 2 }).collect())
    }

    #[test]
    fn finds_a_planted_cluster() {
        let (locations, mut cases) = background();
        cases.extend([Case { location: 2, day: 29 }; 8]);
        let result = scan().run(&locations, &cases).unwrap();
        // One case of the day before belongs to the background.
        assert_eq!((result.best[0].center, result.best[0].locations, result.best[0].observed), (2, 1, 9));
        assert!(result.p_value.unwrap() < 0.02);
    }

    #[test]
    fn nothing_unusual_in_an_even_background() {
        let (locations, cases) = background();
        assert!(scan().run(&locations, &cases).unwrap().p_value.unwrap() > 0.05);
        let outside = [Case { location: 9, day: 0 }];
        assert_eq!(scan().run(&locations, &outside), Err(NotComputed::BadParameter));
    }
}
