//! Series, their metadata and the list of runs.

use std::collections::HashMap;
use std::io::Read;

use ::csv::{ReaderBuilder, StringRecord};
use jiff::civil::Date;
use serde::Deserialize;

use crate::csv::{CsvError, Summary, column, optional_column, present};
use crate::detection::{Frequency, Series};

/// Frequency and first period of a series.
#[derive(Deserialize)]
pub(super) struct Meta {
    series: String,
    freq: usize,
    #[serde(default)]
    start: Vec<usize>,
}

/// A range of periods, numbered from 1, to be judged by a configuration.
pub(super) struct Run {
    pub(super) line: u64,
    pub(super) series: String,
    pub(super) config: String,
    pub(super) from: usize,
    pub(super) to: usize,
}

pub(super) fn read_meta(reader: impl Read) -> Result<HashMap<String, Meta>, CsvError> {
    let list: Vec<Meta> = serde_json::from_reader(reader)
        .map_err(|error| CsvError::SideFile { file: "meta".to_owned(), reason: error.to_string() })?;
    Ok(list.into_iter().map(|meta| (meta.series.clone(), meta)).collect())
}

/// Rows of one series as they are read.
#[derive(Default)]
struct Rows {
    counts: Vec<Option<f64>>,
    dates: Vec<Option<Date>>,
    populations: Vec<Option<f64>>,
}

/// The series by name; cells that cannot be read are missing and in the summary.
pub(super) fn read_series(
    reader: impl Read,
    meta: HashMap<String, Meta>,
    summary: &mut Summary,
) -> Result<HashMap<String, Series>, CsvError> {
    let mut reader = ReaderBuilder::new().flexible(true).from_reader(reader);
    let headers = reader.headers()?.clone();
    let (name, observed) = (column(&headers, "series")?, column(&headers, "observed")?);
    let (date, population) = (optional_column(&headers, "date"), optional_column(&headers, "population"));
    let t = optional_column(&headers, "t");
    let mut all: HashMap<String, Rows> = HashMap::new();
    for (line, record) in (2u64..).zip(reader.records()) {
        let record = record?;
        let rows = all.entry(record.get(name).unwrap_or_default().to_owned()).or_default();
        let mut cells = Cells { record: &record, line, summary };
        rows.counts.push(cells.read(Some(observed), "observed", "病例数（不小于 0 的数字）", count));
        rows.dates.push(cells.read(date, "date", "日期（如 2026-11-24）", |text| text.parse().ok()));
        rows.populations.push(cells.read(population, "population", "人口数（大于 0 的数字）", count));
        let in_order = |text: &str| text.parse().ok().filter(|t: &usize| *t == rows.counts.len());
        cells.read(t, "t", &format!("{}：t 应从 1 起逐行加 1", rows.counts.len()), in_order);
    }
    all.into_iter()
        .map(|(name, rows)| {
            let meta = meta.get(&name).ok_or_else(|| malformed(&name, "meta 中没有该序列"))?;
            Ok((name, build(rows, meta)?))
        })
        .collect()
}

/// The cells of one row of the series.
struct Cells<'a> {
    record: &'a StringRecord,
    line: u64,
    summary: &'a mut Summary,
}

impl Cells<'_> {
    fn read<T>(
        &mut self,
        column: Option<usize>,
        name: &str,
        expected: &str,
        parse: impl FnOnce(&str) -> Option<T>,
    ) -> Option<T> {
        let text = present(column.and_then(|column| self.record.get(column)))?;
        let value = parse(text);
        if value.is_none() {
            self.summary.report(self.line, &format!("{name}（序列表）"), format!("`{text}` 不是{expected}"));
        }
        value
    }
}

fn count(text: &str) -> Option<f64> {
    text.parse().ok().filter(|count: &f64| count.is_finite() && *count >= 0.0)
}

fn build(rows: Rows, meta: &Meta) -> Result<Series, CsvError> {
    let frequency = Frequency::from_per_year(meta.freq)
        .ok_or_else(|| malformed(&meta.series, "freq 应为 365、52 或 12"))?;
    let mut series = Series::new(frequency, meta.start.get(1).copied().unwrap_or(1), &rows.counts);
    if rows.dates.iter().any(Option::is_some) {
        let dates: Option<Vec<Date>> = rows.dates.into_iter().collect();
        series = dates
            .and_then(|dates| series.with_dates(dates).ok())
            .ok_or_else(|| malformed(&meta.series, "日期须全部填写且递增"))?;
    }
    if rows.populations.iter().any(Option::is_some) {
        // A blank among populations is 1, as for a series without any.
        let populations = rows.populations.into_iter().map(|population| population.unwrap_or(1.0)).collect();
        series = series
            .with_populations(populations)
            .map_err(|error| malformed(&meta.series, &error.to_string()))?;
    }
    Ok(series)
}

fn malformed(series: &str, reason: &str) -> CsvError {
    CsvError::SideFile { file: format!("series `{series}`"), reason: reason.to_owned() }
}

/// The runs to do; lines that cannot be read are in the summary.
pub(super) fn read_runs(reader: impl Read, summary: &mut Summary) -> Result<Vec<Run>, CsvError> {
    let mut reader = ReaderBuilder::new().flexible(true).from_reader(reader);
    let headers = reader.headers()?.clone();
    let columns = [
        column(&headers, "series")?,
        column(&headers, "config")?,
        column(&headers, "from")?,
        column(&headers, "to")?,
    ];
    let status = optional_column(&headers, "status");
    let mut runs = Vec::new();
    for (index, record) in reader.records().enumerate() {
        let record = record?;
        summary.rows += 1;
        let line = index as u64 + 2;
        let wanted = status.and_then(|status| record.get(status)).unwrap_or_default();
        if !(wanted.is_empty() || wanted == "ok") {
            continue;
        }
        match read_run(&record, columns, line) {
            Some(run) => runs.push(run),
            None => summary.report(line, "from", "from、to 应为从 1 起的整数，且 from 不大于 to"),
        }
    }
    Ok(runs)
}

fn read_run(record: &StringRecord, columns: [usize; 4], line: u64) -> Option<Run> {
    let [series, config, from, to] = columns.map(|column| record.get(column).unwrap_or_default().trim());
    let (from, to) = (from.parse().ok()?, to.parse().ok()?);
    (from >= 1 && from <= to).then(|| Run {
        line,
        series: series.to_owned(),
        config: config.to_owned(),
        from,
        to,
    })
}
