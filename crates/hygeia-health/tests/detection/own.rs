//! Methods that the R package lacks, or has in another form, against independent computations.

use std::collections::HashMap;

use hygeia_health::detection::reproduction::{Prior, SerialInterval, estimate};
use hygeia_health::detection::scan::{Case, Location, Scan};
use hygeia_health::detection::{Detector, Ears, EarsMethod, MovingPercentile};

use super::golden::{bytes, close, number, rows, series};

#[test]
fn c3_as_published() {
    let series = series();
    for row in rows("ears_c3_published.csv") {
        let t = row["t"].parse::<usize>().unwrap() - 1;
        let finding = Ears::new(EarsMethod::C3).detect(&series[&row["series"]], t..t + 1).unwrap()[0];
        match number(&row["c3"]) {
            Some(c3) => assert!(close(finding.score.unwrap(), c3, 1e-9), "{row:?} {finding:?}"),
            None => assert_eq!(finding.alarm, None, "{row:?}"),
        }
        assert_eq!(
            finding.alarm.map(|alarm| f64::from(u8::from(alarm))),
            number(&row["alarm"]),
            "{row:?} {finding:?}"
        );
    }
}

#[test]
fn moving_percentiles() {
    let series = series();
    for row in rows("mpm.csv") {
        let t = row["t"].parse::<usize>().unwrap() - 1;
        let years = row["years"].parse().unwrap();
        for percentile in [50u8, 60, 70, 75, 80, 85, 90, 95] {
            let method = MovingPercentile { years, percentile: f64::from(percentile) };
            let finding = method.detect(&series[&row["series"]], t..t + 1).unwrap()[0];
            let expected = number(&row[&format!("p{percentile}")]).unwrap();
            assert!(close(finding.threshold.unwrap_or(f64::NAN), expected, 1e-9), "{row:?} {finding:?}");
            assert_eq!(finding.observed, number(&row["current"]), "{row:?}");
        }
    }
}

#[test]
fn reproduction_numbers() {
    let series = series();
    let intervals: HashMap<(String, String), SerialInterval> = rows("epiestim.csv")
        .iter()
        .map(|row| {
            let interval =
                SerialInterval::gamma(row["mean_si"].parse().unwrap(), row["std_si"].parse().unwrap(), 2_000);
            ((row["mean_si"].clone(), row["std_si"].clone()), interval.unwrap())
        })
        .collect();
    for row in rows("epiestim_si.csv") {
        let interval = &intervals[&(row["mean_si"].clone(), row["std_si"].clone())];
        let k: usize = row["k"].parse().unwrap();
        assert!((interval.probabilities()[k] - number(&row["w"]).unwrap()).abs() < 1e-9, "{row:?}");
    }
    for row in rows("epiestim.csv") {
        let interval = &intervals[&(row["mean_si"].clone(), row["std_si"].clone())];
        let day = |column: &str| row[column].parse::<usize>().unwrap() - 1;
        let window = day("t_start")..=day("t_end");
        let Some(mean) = number(&row["mean"]) else {
            assert!(
                estimate(&series[&row["series"]], interval, Prior::default(), window).is_err(),
                "{row:?}"
            );
            continue;
        };
        let rt = estimate(&series[&row["series"]], interval, Prior::default(), window).unwrap();
        assert!(close(mean, rt.mean, 1e-7), "{row:?}");
        let found = [rt.sd, rt.quantiles[0], rt.quantiles[1], rt.quantiles[2]];
        for (column, found) in ["std", "q025", "median", "q975"].iter().zip(found) {
            assert!(close(number(&row[*column]).unwrap(), found, 1e-7), "{column} {found} {row:?}");
        }
    }
}

#[test]
fn space_time_scan() {
    for name in ["st1_cluster", "st2_null", "st3_village_small"] {
        let set_up: serde_json::Value =
            serde_json::from_slice(&bytes(&format!("stscan/{name}.json"))).unwrap();
        let locations: Vec<Location> = rows(&format!("stscan/{name}_locations.csv"))
            .iter()
            .map(|row| Location { x_km: row["x_km"].parse().unwrap(), y_km: row["y_km"].parse().unwrap() })
            .collect();
        let cases: Vec<Case> = rows(&format!("stscan/{name}_cases.csv"))
            .iter()
            .map(|row| Case { location: row["location"].parse().unwrap(), day: row["day"].parse().unwrap() })
            .collect();
        let top = rows(&format!("stscan/{name}_top.csv"));
        let scan = Scan {
            days: set_up["days"].as_u64().unwrap() as usize,
            max_days: set_up["max_days"].as_u64().unwrap() as usize,
            max_fraction: set_up["max_spatial_fraction_of_cases"].as_f64().unwrap(),
            replicas: 199,
            seed: 20_261_124,
            report: top.len() + 100,
        };
        let result = scan.run(&locations, &cases).unwrap();
        assert_eq!(result.cylinders as u64, set_up["cylinders"].as_u64().unwrap());
        for (rank, row) in top.iter().enumerate() {
            let llr = number(&row["llr"]).unwrap();
            assert!((result.best[rank].ratio - llr).abs() < 1e-9, "{row:?}");
            let key = ["center", "n_locations", "days"].map(|column| row[column].parse::<usize>().unwrap());
            let same = result.best.iter().find(|found| [found.center, found.locations, found.days] == key);
            let same = same.unwrap_or(&result.best[rank]);
            assert!((same.ratio - llr).abs() < 1e-9, "{row:?} {same:?}");
            assert!((same.expected - number(&row["expected"]).unwrap()).abs() < 1e-9, "{row:?}");
            assert_eq!(same.observed, row["observed"].parse::<usize>().unwrap());
        }
        // Five standard deviations of the share among 199.
        let expected = set_up["mc_p_value"].as_f64().unwrap();
        let spread = 5.0 * (expected * (1.0 - expected) / 200.0).sqrt() + 0.002;
        assert!((result.p_value.unwrap() - expected).abs() < spread, "{name} {:?}", result.p_value);
    }
}
