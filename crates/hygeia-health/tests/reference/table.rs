//! Golden tables: compressed CSV in `tests/golden/`.

use std::io::Read;
use std::path::Path;

use flate2::read::GzDecoder;

/// A table in memory, cells by row number and column name.
pub struct Table {
    headers: Vec<String>,
    records: Vec<Vec<String>>,
}

impl Table {
    /// Reads `tests/golden/<path>`.
    pub fn golden(path: &str) -> Self {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden").join(path);
        let mut bytes = Vec::new();
        GzDecoder::new(std::fs::File::open(path).unwrap()).read_to_end(&mut bytes).unwrap();
        Self::parse(&bytes)
    }

    pub fn parse(bytes: &[u8]) -> Self {
        let mut reader = csv::Reader::from_reader(bytes);
        let cells = |record: &csv::StringRecord| record.iter().map(str::to_owned).collect();
        let headers = cells(reader.headers().unwrap());
        Self { headers, records: reader.records().map(|record| cells(&record.unwrap())).collect() }
    }

    pub fn rows(&self) -> usize {
        self.records.len()
    }

    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.headers.iter().map(String::as_str)
    }

    pub fn cell(&self, row: usize, name: &str) -> &str {
        let column = self.headers.iter().position(|header| header == name);
        &self.records[row][column.unwrap_or_else(|| panic!("no column {name}"))]
    }

    pub fn number(&self, row: usize, name: &str) -> Option<f64> {
        let cell = self.cell(row, name);
        (!cell.is_empty()).then(|| cell.parse().unwrap())
    }

    /// The table without some columns.
    pub fn without(&self, names: &[&str]) -> Self {
        let keep = |cells: &Vec<String>| -> Vec<String> {
            let named = cells.iter().zip(&self.headers);
            named
                .filter(|(_, header)| !names.contains(&header.as_str()))
                .map(|(cell, _)| cell.clone())
                .collect()
        };
        Self { headers: keep(&self.headers), records: self.records.iter().map(keep).collect() }
    }

    pub fn to_csv(&self) -> String {
        let mut writer = csv::Writer::from_writer(Vec::new());
        for record in std::iter::once(&self.headers).chain(&self.records) {
            writer.write_record(record).unwrap();
        }
        String::from_utf8(writer.into_inner().unwrap()).unwrap()
    }
}
