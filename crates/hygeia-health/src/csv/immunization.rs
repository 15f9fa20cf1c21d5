//! Table form of the immunization engine.

use std::io::{Read, Write};

use ::csv::StringRecord;

use super::{CsvError, Row, Summary, column, extend, optional_column};
use crate::growth::Sex;
use crate::immunization::{
    Child, Edition, JudgedDose, MissingDose, NextDose, Outlook, Verdict, check_certificate,
    forecast as forecast_child, parse_history,
};

const NEW_COLUMNS: [&str; 7] = ["edition", "complete", "valid", "invalid", "due", "overdue", "missing"];

/// Judges a table of children, one per row.
///
/// Reads `birth_date`, `as_of`, `history` (`HepB 2023-01-02; BCG 2023-01-02`, see
/// `parse_history` of [`crate::immunization`]) and, where present, `sex`; adds
///
/// - `edition` by which doses to come are planned
/// - `complete`: 1 when nothing is missing for the age, else 0
/// - `valid`: doses that count, `HepB#1 2023-01-02; …`
/// - `invalid`: those that do not, with the reason, Chinese
/// - `due`, `overdue`: doses that may be given on `as_of`, `HepB#2 2023-02-02`, with the day from which; `overdue` is a part of
///   `due`
/// - `missing`: 补种清单, with the first day for each
///
/// A child whose dates or history cannot be read has blank results.
///
/// # Errors
/// [`CsvError`] when the table cannot be read or written or lacks a column. Unreadable cells are in the summary.
pub fn forecast<R: Read, W: Write>(reader: R, writer: W) -> Result<Summary, CsvError> {
    extend(reader, writer, Columns::find, fill)
}

struct Columns {
    birth_date: Option<usize>,
    sex: Option<usize>,
    as_of: Option<usize>,
    history: Option<usize>,
}

impl Columns {
    fn find(headers: &StringRecord) -> Result<(Self, Vec<&'static str>), CsvError> {
        let columns = Self {
            birth_date: Some(column(headers, "birth_date")?),
            sex: optional_column(headers, "sex"),
            as_of: Some(column(headers, "as_of")?),
            history: Some(column(headers, "history")?),
        };
        Ok((columns, NEW_COLUMNS.to_vec()))
    }
}

fn fill(columns: &Columns, row: &mut Row<'_>, cells: &mut Vec<String>) {
    let (birth, as_of) = (row.date(columns.birth_date), row.date(columns.as_of));
    let sex = row.parsed(columns.sex, "性别（1 男，2 女）", Sex::parse);
    let history = match parse_history(row.text(columns.history).unwrap_or_default()) {
        Ok(history) => Some(history),
        Err(problems) => {
            for problem in problems {
                row.reject(columns.history, &problem.to_string());
            }
            None
        }
    };
    let (Some(birth), Some(as_of), Some(history)) = (birth, as_of, history) else { return };
    let child = Child::new(birth, sex);
    let outlook = forecast_child(&child, &history, as_of);
    let check = check_certificate(&child, &history, as_of);
    cells.push(Edition::on(as_of).id.to_owned());
    cells.push(u8::from(check.complete).to_string());
    cells.extend(judged(&outlook));
    cells.push(joined(outlook.due().map(upcoming)));
    cells.push(joined(outlook.overdue().map(upcoming)));
    cells.push(joined(check.missing.iter().map(missing)));
}

fn judged(outlook: &Outlook) -> [String; 2] {
    let valid = outlook.doses.iter().filter_map(|judged| match judged.verdict {
        Verdict::Counts { dose_no, serves_as, .. } => {
            Some(format!("{}#{dose_no} {}", serves_as.code(), judged.dose.date))
        }
        _ => None,
    });
    let reason = |judged: &JudgedDose| match judged.verdict {
        Verdict::Invalid { why, .. } => {
            Some(format!("{} {} {}", judged.dose.product.code(), judged.dose.date, why.zh()))
        }
        _ => None,
    };
    [joined(valid), joined(outlook.doses.iter().filter_map(reason))]
}

fn upcoming(dose: &NextDose) -> String {
    format!("{}#{} {}", dose.product.code(), dose.dose_no, dose.earliest)
}

fn missing(dose: &MissingDose) -> String {
    format!("{}#{} {}", dose.product.code(), dose.dose_no, dose.earliest)
}

fn joined(items: impl Iterator<Item = String>) -> String {
    items.collect::<Vec<_>>().join("; ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_of_children_gets_its_columns() {
        let input = "name,birth_date,sex,as_of,history\n\
            甲,2026-07-01,女,2026-09-01,\"HepB 2026-07-01, 2026-07-20; BCG 2026-07-01\"\n\
            乙,2026-07-01,女,2026-09-01,HepX 2026-07-01\n";
        let mut output = Vec::new();
        let summary = forecast(input.as_bytes(), &mut output).unwrap();
        let output = String::from_utf8(output).unwrap();
        let first = output.lines().nth(1).unwrap();
        assert!(first.contains(",nip-2026,0,HepB#1 2026-07-01; BCG#1 2026-07-01,"), "{first}");
        assert!(first.contains("HepB 2026-07-20 未到起始月龄"), "{first}");
        assert!(first.contains("HepB#2 2026-08-01; IPV#1 2026-09-01; DTaP#1 2026-09-01"), "{first}");
        assert!(output.lines().nth(2).unwrap().ends_with("HepX 2026-07-01,,,,,,,"), "{output}");
        assert_eq!((summary.rows, summary.problem_count), (2, 1));
        assert_eq!(summary.problems[0].line, 3);
    }
}
