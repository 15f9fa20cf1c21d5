//! Table form of the identity engine: the column `input` holds the numbers.

use std::io::{Read, Write};

use ::csv::StringRecord;
use jiff::civil::Date;

use super::{CsvError, Row, Summary, column, extend, optional_column};
use crate::identity::{citizen_number, credit_code, division, mask, phone};

/// What the column `input` holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// `citizen`: citizen numbers 公民身份号码.
    Citizen,
    /// `credit-code`: unified social credit codes 统一社会信用代码.
    CreditCode,
    /// `phone`: telephone numbers 电话号码.
    Phone,
    /// `division`: division codes 行政区划代码.
    Division,
}

impl Kind {
    /// All names of the command line.
    pub const NAMES: [&str; 4] = ["citizen", "credit-code", "phone", "division"];

    /// Reads a name of the command line.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        match name {
            "citizen" => Some(Self::Citizen),
            "credit-code" => Some(Self::CreditCode),
            "phone" => Some(Self::Phone),
            "division" => Some(Self::Division),
            _ => None,
        }
    }
}

/// Checks a table of numbers, adding columns. A blank `error` means accepted.
///
/// - `citizen` adds `normalised`, `error` (`EMPTY LENGTH FORMAT CHECK DATE FUTURE`), `check_expected`, `division`,
///   `division_status`, `birth`, `sex`, `sequence`. Today is the row's `as_of`, or else the argument.
/// - `credit-code` adds `normalised`, `error` (`EMPTY LENGTH FORMAT CHECK ORG_CHECK`), `check_expected`,
///   `org_check_expected`, `org_check_ok`, `department`, `category`, `division`, `division_status`, `org_code`.
/// - `phone` adds `normalised`, `error` (`EMPTY FORMAT LENGTH UNKNOWN`), `kind`, `masked`.
/// - `division` adds `name`, `full_name`, `parent`, `status`.
///
/// # Errors
/// [`CsvError`] when the table cannot be read or written, or there is no `input`; for citizen numbers also when
/// neither the argument nor a column `as_of` says what today is.
pub fn identity<R: Read, W: Write>(
    kind: Kind,
    as_of: Option<Date>,
    reader: R,
    writer: W,
) -> Result<Summary, CsvError> {
    match kind {
        Kind::Citizen => extend(reader, writer, |headers| citizen_columns(headers, as_of), citizen_row),
        Kind::CreditCode => extend(reader, writer, credit_columns, credit_row),
        Kind::Phone => extend(reader, writer, phone_columns, phone_row),
        Kind::Division => extend(reader, writer, division_columns, division_row),
    }
}

struct CitizenColumns {
    input: Option<usize>,
    as_of_column: Option<usize>,
    as_of: Option<Date>,
}

type Prepared<C> = Result<(C, Vec<&'static str>), CsvError>;

fn citizen_columns(headers: &StringRecord, as_of: Option<Date>) -> Prepared<CitizenColumns> {
    let as_of_column = match as_of {
        Some(_) => optional_column(headers, "as_of"),
        None => Some(column(headers, "as_of")?),
    };
    let new =
        ["normalised", "error", "check_expected", "division", "division_status", "birth", "sex", "sequence"];
    Ok((CitizenColumns { input: Some(column(headers, "input")?), as_of_column, as_of }, new.to_vec()))
}

fn citizen_row(columns: &CitizenColumns, row: &mut Row<'_>, cells: &mut Vec<String>) {
    let Some(as_of) = row.date(columns.as_of_column).or(columns.as_of) else {
        row.reject(columns.as_of_column, "缺少判断日期");
        return;
    };
    let found = citizen_number::examine(row.raw(columns.input).unwrap_or_default(), as_of);
    cells.push(found.normalised.unwrap_or_default());
    cells.push(found.error.map(|error| error.code().to_owned()).unwrap_or_default());
    cells.push(text(found.check_expected));
    cells.push(text(found.division));
    cells.push(text(found.division_status.map(division::Status::as_str)));
    cells.push(text(found.birth));
    cells.push(text(found.sex.map(crate::growth::Sex::as_str)));
    cells.push(found.sequence.unwrap_or_default());
}

fn credit_columns(headers: &StringRecord) -> Prepared<Option<usize>> {
    let new = [
        "normalised",
        "error",
        "check_expected",
        "org_check_expected",
        "org_check_ok",
        "department",
        "category",
        "division",
        "division_status",
        "org_code",
    ];
    Ok((Some(column(headers, "input")?), new.to_vec()))
}

fn credit_row(input: &Option<usize>, row: &mut Row<'_>, cells: &mut Vec<String>) {
    let found = credit_code::examine(row.raw(*input).unwrap_or_default());
    let normalised = found.normalised.unwrap_or_default();
    let part = |range: std::ops::Range<usize>| normalised.get(range).unwrap_or_default().to_owned();
    cells.push(normalised.clone());
    cells.push(found.error.map(|error| error.code().to_owned()).unwrap_or_default());
    cells.push(text(found.check_expected));
    cells.push(text(found.organisation_check_expected));
    cells.push(text(found.organisation_check_ok.map(|ok| if ok { "yes" } else { "no" })));
    cells.extend([part(0..1), part(1..2)]);
    cells.push(text(found.division));
    cells.push(text(found.division_status.map(division::Status::as_str)));
    cells.push(part(8..17));
}

fn phone_columns(headers: &StringRecord) -> Prepared<Option<usize>> {
    Ok((Some(column(headers, "input")?), vec!["normalised", "error", "kind", "masked"]))
}

fn phone_row(input: &Option<usize>, row: &mut Row<'_>, cells: &mut Vec<String>) {
    let typed = row.raw(*input).unwrap_or_default();
    match phone::parse(typed) {
        Ok(found) => cells.extend([found.normalised(), String::new(), found.kind().as_str().to_owned()]),
        Err(error) => cells.extend([String::new(), error.code().to_owned(), String::new()]),
    }
    cells.push(mask::phone(typed));
}

fn division_columns(headers: &StringRecord) -> Prepared<Option<usize>> {
    Ok((Some(column(headers, "input")?), vec!["name", "full_name", "parent", "status"]))
}

fn division_row(input: &Option<usize>, row: &mut Row<'_>, cells: &mut Vec<String>) {
    let parse = division::DivisionCode::parse;
    let Some(code) = row.parsed(*input, "六位行政区划代码", parse) else { return };
    cells.push(text(division::name(code)));
    cells.push(division::full_name(code).unwrap_or_default());
    cells.push(text(division::name(code).and_then(|_| division::parent(code))));
    cells.push(division::status(code).as_str().to_owned());
}

fn text(value: Option<impl ToString>) -> String {
    value.map(|value| value.to_string()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(kind: Kind, input: &str) -> String {
        let mut output = Vec::new();
        identity(kind, None, input.as_bytes(), &mut output).unwrap();
        String::from_utf8(output).unwrap()
    }

    #[test]
    fn phones_and_divisions() {
        assert_eq!(
            run(Kind::Phone, "input\n138 0000 1111\n1380000\n"),
            "input,normalised,error,kind,masked\n138 0000 1111,13800001111,,mobile,138****1111\n\
             1380000,,UNKNOWN,,*****00\n"
        );
        assert_eq!(
            run(Kind::Division, "input\n330106\nabc\n"),
            "input,name,full_name,parent,status\n330106,西湖区,浙江省杭州市西湖区,330100,current\nabc,,,,\n"
        );
    }

    #[test]
    fn today_must_come_from_somewhere() {
        let error = identity(Kind::Citizen, None, "input\n1\n".as_bytes(), Vec::new()).unwrap_err();
        assert_eq!(error.to_string(), "表头缺少列 `as_of`");
    }
}
