//! Microseconds of one core per monitored week: Farrington Flexible and EARS C1–C3.

#![expect(clippy::unwrap_used, reason = "an example stops at what it does not expect")]

use std::hint::black_box;
use std::time::Instant;

use hygeia_health::detection::{
    Detector, Ears, EarsMethod, FarringtonFlexible, Frequency, Series, ThresholdMethod,
};
use jiff::ToSpan;
use jiff::civil::date;

/// Monitored weeks at the end of each series.
const MONITORED: usize = 156;

/// A seasonal weekly series of eight years with dates, scattered by a fixed generator.
fn series(seed: u64) -> Series {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let mut uniform = move || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 11) as f64 / (1u64 << 53) as f64
    };
    let counts: Vec<Option<f64>> = (0..52 * 8 + 10)
        .map(|week| {
            let season = (f64::from(week) * std::f64::consts::TAU / 52.0).sin();
            let mean = 8.0 + 5.0 * season;
            Some((mean * (0.4 + 1.2 * uniform())).round())
        })
        .collect();
    let monday = date(2016, 1, 4);
    let dates = (0..counts.len() as i64).map(|week| monday.checked_add((7 * week).days()).unwrap()).collect();
    Series::new(Frequency::Weekly, 1, &counts).with_dates(dates).unwrap()
}

fn measure(name: &str, series: &[Series], detector: &dyn Detector) {
    let start = Instant::now();
    for series in series {
        black_box(detector.detect(series, series.len() - MONITORED..series.len()).unwrap());
    }
    let weeks = (series.len() * MONITORED) as f64;
    println!("{name:40} {:8.3} µs per monitored week", start.elapsed().as_secs_f64() * 1e6 / weeks);
}

fn main() {
    let many: Vec<Series> = (1..=200).map(series).collect();
    let flexible = FarringtonFlexible::default();
    measure("Farrington Flexible, 5 years, nbPlugin", &many, &flexible);
    measure("Farrington Flexible, 3 years, nbPlugin", &many, &FarringtonFlexible { years: 3, ..flexible });
    let muan = FarringtonFlexible { threshold: ThresholdMethod::Muan, ..flexible };
    measure("Farrington Flexible, 5 years, muan", &many, &muan);
    for method in [EarsMethod::C1, EarsMethod::C2, EarsMethod::C3] {
        measure(&format!("EARS {method:?}"), &many, &Ears::new(method));
    }
}
