//! Running the program, and tables in and out of it.

use flate2::read::GzDecoder;
use std::fs::File;
use std::io::{Read, Write};
use std::path::Path;
use std::process::{Command, Output, Stdio};
use tempfile::{NamedTempFile, TempPath};

/// Runs `hygeia health` with a table on standard input.
pub fn health(arguments: &[&str], input: &[u8]) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_hygeia"))
        .arg("health")
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let input = input.to_vec();
    // A program that stops early closes its input; that is its answer, not the test's fault.
    let writing = std::thread::spawn(move || drop(stdin.write_all(&input)));
    let output = child.wait_with_output().unwrap();
    writing.join().unwrap();
    output
}

/// Its answer, which must be a table and no fault.
pub fn answer(arguments: &[&str], input: &[u8]) -> Table {
    let output = health(arguments, input);
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{arguments:?}: {told}");
    assert!(told.contains("0 处无法识别"), "{arguments:?}: {told}");
    Table::parse(&output.stdout)
}

/// A golden file of the engines' own tests, unpacked.
pub fn golden(name: &str) -> Vec<u8> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../hygeia-health/tests/golden").join(name);
    let mut bytes = Vec::new();
    GzDecoder::new(File::open(path).unwrap()).read_to_end(&mut bytes).unwrap();
    bytes
}

/// A file for an option that takes a path; it goes when its path is dropped.
pub fn file(bytes: &[u8]) -> TempPath {
    let mut file = NamedTempFile::new().unwrap();
    file.write_all(bytes).unwrap();
    file.into_temp_path()
}

/// Cells by row and column name.
pub struct Table {
    headers: Vec<String>,
    rows: Vec<Vec<String>>,
}

impl Table {
    pub fn parse(bytes: &[u8]) -> Self {
        let mut reader = csv::Reader::from_reader(bytes);
        let cells = |record: &csv::StringRecord| record.iter().map(str::to_owned).collect::<Vec<_>>();
        let headers = cells(reader.headers().unwrap());
        Self { headers, rows: reader.records().map(|record| cells(&record.unwrap())).collect() }
    }

    pub fn len(&self) -> usize {
        self.rows.len()
    }

    pub fn columns(&self) -> &[String] {
        &self.headers
    }

    pub fn get(&self, row: usize, column: &str) -> &str {
        let found = self.headers.iter().position(|header| header == column);
        &self.rows[row][found.unwrap_or_else(|| panic!("no column {column}"))]
    }

    /// The table without the columns that the program shall add.
    pub fn without(&self, columns: &[String]) -> Vec<u8> {
        let keep: Vec<usize> =
            (0..self.headers.len()).filter(|index| !columns.contains(&self.headers[*index])).collect();
        let mut writer = csv::Writer::from_writer(Vec::new());
        for record in std::iter::once(&self.headers).chain(&self.rows) {
            writer.write_record(keep.iter().map(|index| &record[*index])).unwrap();
        }
        writer.into_inner().unwrap()
    }
}
