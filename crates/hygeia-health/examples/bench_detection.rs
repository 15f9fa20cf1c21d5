//! Microseconds of one core per monitored week: Farrington Flexible and EARS C1–C3, beside R's surveillance package on
//! the same series when `Rscript` and the package are installed (bars: 300 and 100 times); then both cores at once.

#![expect(clippy::unwrap_used, reason = "an example stops at what it does not expect")]

mod clock;

use std::collections::HashMap;
use std::hint::black_box;
use std::process::Command;

use hygeia_health::detection::{
    Detector, Ears, EarsMethod, FarringtonFlexible, Frequency, Series, ThresholdMethod,
};
use jiff::ToSpan;
use jiff::civil::date;

/// Monitored weeks at the end of each series.
const MONITORED: usize = 156;

/// A seasonal weekly series of eight years, scattered by a fixed generator.
fn counts(seed: u64) -> Vec<f64> {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let mut uniform = move || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 11) as f64 / (1u64 << 53) as f64
    };
    (0..52 * 8 + 10)
        .map(|week| {
            let season = (f64::from(week) * std::f64::consts::TAU / 52.0).sin();
            let mean = 8.0 + 5.0 * season;
            (mean * (0.4 + 1.2 * uniform())).round()
        })
        .collect()
}

fn series(counts: &[f64]) -> Series {
    let counts: Vec<Option<f64>> = counts.iter().copied().map(Some).collect();
    let monday = date(2016, 1, 4);
    let dates = (0..counts.len() as i64).map(|week| monday.checked_add((7 * week).days()).unwrap()).collect();
    Series::new(Frequency::Weekly, 1, &counts).with_dates(dates).unwrap()
}

/// Seconds of CPU per monitored week that R needs, by method; empty without R.
fn in_r(many: &[Vec<f64>]) -> HashMap<String, f64> {
    let table = std::env::temp_dir().join(format!("hygeia-bench-{}.csv", std::process::id()));
    let heading: Vec<String> = (0..many.len()).map(|column| format!("s{column}")).collect();
    let mut text = heading.join(",") + "\n";
    for week in 0..many[0].len() {
        let row: Vec<String> = many.iter().map(|counts| counts[week].to_string()).collect();
        text += &(row.join(",") + "\n");
    }
    std::fs::write(&table, text).unwrap();
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/surveillance.R");
    let run =
        Command::new("Rscript").args([script, table.to_str().unwrap(), &MONITORED.to_string()]).output();
    std::fs::remove_file(&table).unwrap();
    let Ok(output) = run else { return HashMap::new() };
    let printed = String::from_utf8_lossy(&output.stdout).into_owned();
    let pairs = printed.lines().filter_map(|line| line.trim().split_once(' '));
    if let Some((_, version)) = pairs.clone().find(|(name, _)| *name == "version") {
        println!("R surveillance {version}");
    } else {
        println!("without R: {}", String::from_utf8_lossy(&output.stderr).lines().next().unwrap_or_default());
    }
    pairs.filter_map(|(name, seconds)| Some((name.to_owned(), seconds.parse().ok()?))).collect()
}

/// Prints microseconds per monitored week on one thread, and how many times R needs.
fn measure(name: &str, series: &[Series], detector: &dyn Detector, r_seconds: Option<&f64>) {
    let own = clock::seconds_each(|| run(series, detector)) / (series.len() * MONITORED) as f64;
    let ratio =
        r_seconds.map(|r| format!("   R {:10.1} µs, ratio {:6.0}", r * 1e6, r / own)).unwrap_or_default();
    println!("{name:40} {:8.3} µs per monitored week{ratio}", own * 1e6);
}

fn run(series: &[Series], detector: &dyn Detector) {
    for series in series {
        black_box(detector.detect(series, series.len() - MONITORED..series.len()).unwrap());
    }
}

fn main() {
    let counts: Vec<Vec<f64>> = (1..=200).map(counts).collect();
    let many: Vec<Series> = counts.iter().map(|counts| series(counts)).collect();
    let r = in_r(&counts);
    let flexible = FarringtonFlexible::default();
    measure("Farrington Flexible, 5 years, nbPlugin", &many, &flexible, r.get("ff5"));
    measure(
        "Farrington Flexible, 3 years, nbPlugin",
        &many,
        &FarringtonFlexible { years: 3, ..flexible },
        r.get("ff3"),
    );
    let muan = FarringtonFlexible { threshold: ThresholdMethod::Muan, ..flexible };
    measure("Farrington Flexible, 5 years, muan", &many, &muan, None);
    for method in [EarsMethod::C1, EarsMethod::C2, EarsMethod::C3] {
        measure(&format!("EARS {method:?}"), &many, &Ears::new(method), r.get(&format!("{method:?}")));
    }
    let gain = clock::gain_of_two(|| run(&many, &flexible));
    println!("{:40} {gain:8.2} times one thread", "Farrington Flexible on two threads");
}
