//! Table form of the detection engine.
//!
//! Reads series, their metadata, a list of configurations and a list of runs, and writes one row per monitored
//! period: `series,config,t,observed,alarm,upperbound` and the columns of [`EXTRA_COLUMNS`], blank where a
//! configuration does not have them. `NA` was not computed; `NaN`, `Inf`, `-Inf` are what a degenerate method gives.

mod config;
mod input;

use std::io::{Read, Write};

use ::csv::Writer;

use super::{CsvError, Summary};
use crate::detection::{Detail, Finding};
use config::Method;

/// Columns that only some methods fill.
pub const EXTRA_COLUMNS: [&str; 12] = [
    "expected",
    "mu0",
    "phi",
    "score",
    "pvalue",
    "trend",
    "trend_coef",
    "obs_quantile",
    "median",
    "cusum",
    "m",
    "aggr",
];

/// Judges the runs of a list.
///
/// - `configs`: JSON list of `config` (name), `algorithm`, `control` with the parameters as the R package
///   `surveillance` names them. Its figures are computed unless `control` has `"compatibility": "published"`.
/// - `series`: `series,t,date,observed,population`, `t` from 1, sorted by it; a cell that cannot be read is missing.
/// - `meta`: JSON list of `series`, `freq` (365, 52, 12), `start` (year, period).
/// - `runs`: `series,config,from,to,status`; only rows with status `ok` (or blank) are run.
///
/// # Errors
/// [`CsvError`] when a table or side file cannot be read or written. A run that cannot be done is in the summary.
pub fn run<W: Write>(
    configs: impl Read,
    series: impl Read,
    meta: impl Read,
    runs: impl Read,
    writer: W,
) -> Result<Summary, CsvError> {
    let configs = config::read(configs)?;
    let mut summary = Summary::default();
    let series = input::read_series(series, input::read_meta(meta)?, &mut summary)?;
    let mut writer = Writer::from_writer(writer);
    let heading = ["series", "config", "t", "observed", "alarm", "upperbound"];
    writer.write_record(heading.iter().chain(&EXTRA_COLUMNS))?;
    for run in input::read_runs(runs, &mut summary)? {
        let (Some(method), Some(series)) = (configs.get(&run.config), series.get(&run.series)) else {
            summary.report(run.line, "config", format!("`{}` 或 `{}` 未定义", run.series, run.config));
            continue;
        };
        let last = run.to.min(series.len());
        match method.detector.detect(series, run.from.saturating_sub(1)..last) {
            Ok(findings) => {
                for finding in &findings {
                    write_row(&mut writer, &run, method, finding)?;
                }
            }
            Err(reason) => summary.report(run.line, "config", reason.to_string()),
        }
    }
    writer.flush()?;
    Ok(summary)
}

fn write_row<W: Write>(
    writer: &mut Writer<W>,
    run: &input::Run,
    method: &Method,
    finding: &Finding,
) -> Result<(), CsvError> {
    let mut cells = vec![
        run.series.clone(),
        run.config.clone(),
        (finding.t + 1).to_string(),
        number(finding.observed),
        number(finding.alarm.map(|alarm| f64::from(u8::from(alarm)))),
        number(finding.threshold),
    ];
    let extra = extra_cells(method, finding);
    cells.extend(EXTRA_COLUMNS.iter().map(|column| {
        extra.iter().find(|(name, _)| name == column).map(|(_, value)| number(*value)).unwrap_or_default()
    }));
    writer.write_record(&cells)?;
    Ok(())
}

/// The cells a configuration has beside the common ones.
fn extra_cells(method: &Method, finding: &Finding) -> Vec<(&'static str, Option<f64>)> {
    let flag = |flag: bool| Some(f64::from(u8::from(flag)));
    match (method.algorithm, finding.detail) {
        ("farringtonFlexible", Detail::FarringtonFlexible { mu0, dispersion, p_value, trend }) => vec![
            ("expected", finding.expected),
            ("mu0", Some(mu0)),
            ("phi", Some(dispersion)),
            ("score", finding.score),
            ("pvalue", p_value),
            ("trend", flag(trend.is_some())),
            ("trend_coef", trend),
        ],
        ("farringtonFlexible", _) => {
            let missing = EXTRA_COLUMNS[1..7].iter().map(|column| (*column, None));
            std::iter::once(("expected", finding.expected)).chain(missing).collect()
        }
        ("farrington", Detail::Farrington { trend, quantile }) => {
            vec![("trend", flag(trend)), ("obs_quantile", quantile), ("median", finding.expected)]
        }
        ("cusum", detail) => {
            let mean = if let Detail::Cusum { mean } = detail { mean } else { None };
            vec![("cusum", finding.score), ("m", mean)]
        }
        ("cdc", Detail::Cdc { cases }) => vec![("aggr", cases)],
        (_, Detail::Glr { mu0 }) => vec![("mu0", Some(mu0))],
        _ => Vec::new(),
    }
}

/// A number that reads back to the same double, or a word.
fn number(value: Option<f64>) -> String {
    match value {
        None => "NA".to_owned(),
        Some(value) if value.is_nan() => "NaN".to_owned(),
        Some(f64::INFINITY) => "Inf".to_owned(),
        Some(f64::NEG_INFINITY) => "-Inf".to_owned(),
        Some(value) if value != 0.0 && !(1e-5..1e17).contains(&value.abs()) => format!("{value:e}"),
        Some(value) => value.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_run_end_to_end() {
        let configs = r#"[{"config":"c1","algorithm":"earsC","control":{"method":"C1","baseline":3,"minSigma":0,"alpha":0.001}}]"#;
        let series = "series,t,date,observed,population\ns,1,,1,\ns,2,,2,\ns,3,,3,\ns,4,,9,\ns,5,,NA,\n";
        let meta = r#"[{"series":"s","freq":52,"start":[2020,1]}]"#;
        let runs = "series,config,from,to,status,message\ns,c1,4,5,ok,\ns,c1,1,2,skipped,short\n";
        let mut out = Vec::new();
        let inputs = (configs.as_bytes(), series.as_bytes(), meta.as_bytes(), runs.as_bytes());
        let summary = run(inputs.0, inputs.1, inputs.2, inputs.3, &mut out).unwrap();
        let text = String::from_utf8(out).unwrap();
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!((summary.rows, lines.len()), (2, 3));
        assert!(lines[1].starts_with("s,c1,4,9,1,5.09"), "{}", lines[1]);
        assert!(lines[2].starts_with("s,c1,5,NA,NA,"), "{}", lines[2]);
    }

    #[test]
    fn numbers_read_back() {
        for value in [1.388_794e-12, 4.6e169, 0.1 + 0.2, 0.0, 7.0] {
            assert_eq!(number(Some(value)).parse::<f64>().unwrap(), value);
        }
    }
}
