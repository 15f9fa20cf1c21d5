//! Reading the golden files.

use std::collections::HashMap;
use std::fs::File;
use std::io::Read;
use std::path::PathBuf;

use flate2::read::GzDecoder;
use hygeia_health::detection::{Frequency, Series};

/// A row by column name.
pub type Row = HashMap<String, String>;

fn path(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/golden/detection").join(name)
}

pub fn bytes(name: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    GzDecoder::new(File::open(path(&format!("{name}.gz"))).unwrap()).read_to_end(&mut bytes).unwrap();
    bytes
}

pub fn table(bytes: &[u8]) -> Vec<Row> {
    csv::Reader::from_reader(bytes).deserialize().map(Result::unwrap).collect()
}

pub fn rows(name: &str) -> Vec<Row> {
    table(&bytes(name))
}

/// `None` for `NA` or blank.
pub fn number(text: &str) -> Option<f64> {
    if text.is_empty() || text == "NA" { None } else { Some(text.parse().unwrap()) }
}

pub fn close(left: f64, right: f64, tolerance: f64) -> bool {
    left == right
        || (left.is_nan() && right.is_nan())
        || (left - right).abs() <= tolerance * (1.0 + left.abs())
}

/// The series by name, with their calendar.
pub fn series() -> HashMap<String, Series> {
    let meta: Vec<serde_json::Value> = serde_json::from_slice(&bytes("series_meta.json")).unwrap();
    let rows = rows("series.csv");
    let series = meta.into_iter().map(|meta| {
        let name = meta["series"].as_str().unwrap().to_owned();
        let own: Vec<&Row> = rows.iter().filter(|row| row["series"] == name).collect();
        let frequency = Frequency::from_per_year(meta["freq"].as_u64().unwrap() as usize).unwrap();
        let counts: Vec<Option<f64>> = own.iter().map(|row| number(&row["observed"])).collect();
        let mut series = Series::new(frequency, meta["start"][1].as_u64().unwrap() as usize, &counts);
        if own.iter().all(|row| !row["date"].is_empty()) {
            series = series.with_dates(own.iter().map(|row| row["date"].parse().unwrap()).collect()).unwrap();
        }
        (name, series)
    });
    series.collect()
}
