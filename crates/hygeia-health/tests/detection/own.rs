//! Methods that the R package lacks, or has in another form, against independent computations.

use hygeia_health::detection::{Detector, Ears, EarsMethod, MovingPercentile};

use super::golden::{close, number, rows, series};

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
