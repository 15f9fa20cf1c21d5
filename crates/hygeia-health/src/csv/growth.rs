//! Table form of the growth engine.
//!
//! Scores named `z…` are rounded to two decimals, their twins `u…` are not; `f…` is 1 when a score is
//! implausible, 0 when it is believable; a blank cell was not computed.

use std::io::{Read, Write};

use ::csv::StringRecord;

use super::{CsvError, Row, Summary, column, extend, optional_column};
use crate::growth::who2006::ZScore;
use crate::growth::{Age, Position, Sex, bmi, cn, cn_school, who2006, who2007};

/// Which reference judges the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standard {
    /// `who2006`: WHO Child Growth Standards, birth to 5 years.
    Who2006,
    /// `who2007`: WHO Reference 2007, 5 to 19 years.
    Who2007,
    /// `cn`: WS/T 423-2022, under 7 years, one indicator per row.
    Cn,
    /// `cn-school`: WS/T 586-2018 and WS/T 456-2014, 6 to 18 years.
    CnSchool,
}

impl Standard {
    /// All names of the command line.
    pub const NAMES: [&str; 4] = ["who2006", "who2007", "cn", "cn-school"];

    /// Reads a name of the command line.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        match name {
            "who2006" => Some(Self::Who2006),
            "who2007" => Some(Self::Who2007),
            "cn" => Some(Self::Cn),
            "cn-school" => Some(Self::CnSchool),
            _ => None,
        }
    }
}

/// Judges a table of children, adding columns.
///
/// - `who2006` reads `sex`, `age` with `age_unit` (`days` or `months`) or `birth_date` with `date`, `weight_kg`,
///   `lenhei_cm`, `measure` (`l` or `h`), `headc_cm`, `armc_cm`, `oedema` (`y` or `n`) and adds `clenhei`,
///   `cmeasure`, `c9mo_flag`, `cbmi` and scores of `len`, `wei`, `wfl`, `bmi`, `hc`, `ac`; with `triceps_mm` or
///   `subscapular_mm` also `ts` and `ss`.
/// - `who2007` reads `sex`, `age_months` (or the two dates), `weight_kg`, `height_cm`, `oedema` and adds `cbmi` and
///   scores of `hfa`, `wfa`, `bfa`.
/// - `cn` reads `indicator`, `sex`, `x` (age in months, or length or height in cm), `value` and adds
///   `percentile_level`, `sd_level` and `nutrition` (`—` in no class, blank when the indicator has none).
/// - `cn-school` reads `sex`, `age_months`, `height_cm`, `bmi` (or `weight_kg`) and adds `stunting` (`生长迟缓` or
///   `否`) and `bmi_class`.
///
/// # Errors
/// [`CsvError`] when the table cannot be read or written, or lacks the columns without which nothing could be
/// computed. Unreadable cells are in the summary.
pub fn growth<R: Read, W: Write>(standard: Standard, reader: R, writer: W) -> Result<Summary, CsvError> {
    match standard {
        Standard::Who2006 => extend(reader, writer, Who2006Columns::find, who2006_row),
        Standard::Who2007 => extend(reader, writer, Who2007Columns::find, who2007_row),
        Standard::Cn => extend(reader, writer, CnColumns::find, cn_row),
        Standard::CnSchool => extend(reader, writer, CnSchoolColumns::find, cn_school_row),
    }
}

struct Who2006Columns {
    sex: Option<usize>,
    age: Option<usize>,
    age_unit: Option<usize>,
    birth_date: Option<usize>,
    date: Option<usize>,
    weight_kg: Option<usize>,
    lenhei_cm: Option<usize>,
    measure: Option<usize>,
    headc_cm: Option<usize>,
    armc_cm: Option<usize>,
    triceps_mm: Option<usize>,
    subscapular_mm: Option<usize>,
    oedema: Option<usize>,
}

impl Who2006Columns {
    fn find(headers: &StringRecord) -> Result<(Self, Vec<&'static str>), CsvError> {
        let find = |name| optional_column(headers, name);
        let columns = Self {
            sex: Some(column(headers, "sex")?),
            age: find("age"),
            age_unit: find("age_unit"),
            birth_date: find("birth_date"),
            date: find("date"),
            weight_kg: find("weight_kg"),
            lenhei_cm: find("lenhei_cm"),
            measure: find("measure"),
            headc_cm: find("headc_cm"),
            armc_cm: find("armc_cm"),
            triceps_mm: find("triceps_mm"),
            subscapular_mm: find("subscapular_mm"),
            oedema: find("oedema"),
        };
        if columns.age.is_some() && columns.age_unit.is_none() {
            return Err(CsvError::MissingColumn("age_unit".to_owned()));
        }
        let mut new = vec![
            "clenhei",
            "cmeasure",
            "c9mo_flag",
            "cbmi",
            "zlen",
            "flen",
            "zwei",
            "fwei",
            "zwfl",
            "fwfl",
            "zbmi",
            "fbmi",
            "zhc",
            "fhc",
            "zac",
            "fac",
            "ulen",
            "uwei",
            "uwfl",
            "ubmi",
            "uhc",
            "uac",
        ];
        if columns.has_skinfolds() {
            new.extend(["zts", "fts", "zss", "fss", "uts", "uss"]);
        }
        Ok((columns, new))
    }

    fn has_skinfolds(&self) -> bool {
        self.triceps_mm.is_some() || self.subscapular_mm.is_some()
    }

    fn age(&self, row: &mut Row<'_>) -> Option<Age> {
        let Some(age) = row.number(self.age) else { return age_by_dates(row, self.birth_date, self.date) };
        let found = match row.text(self.age_unit) {
            Some("days") => Age::from_days(age),
            Some("months") => Age::from_months(age),
            _ => {
                row.reject(self.age_unit, "年龄单位应为 days 或 months");
                return None;
            }
        };
        if found.is_none() {
            row.reject(self.age, "年龄不能为负");
        }
        found
    }

    fn measurement(&self, row: &mut Row<'_>) -> who2006::Measurement {
        who2006::Measurement {
            sex: sex(row, self.sex),
            age: self.age(row),
            weight_kg: row.number(self.weight_kg),
            length_or_height_cm: row.number(self.lenhei_cm),
            position: row.parsed(self.measure, "测量体位（l 卧位或 h 立位）", position),
            head_cm: row.number(self.headc_cm),
            arm_cm: row.number(self.armc_cm),
            triceps_mm: row.number(self.triceps_mm),
            subscapular_mm: row.number(self.subscapular_mm),
            oedema: oedema(row, self.oedema),
        }
    }
}

fn who2006_row(columns: &Who2006Columns, row: &mut Row<'_>, cells: &mut Vec<String>) {
    let found = who2006::assess(&columns.measurement(row));
    cells.push(found.length_or_height_cm.map(|cm| cm.to_string()).unwrap_or_default());
    cells.push(match found.position {
        Some(Position::Lying) => "l".to_owned(),
        Some(Position::Standing) => "h".to_owned(),
        None => String::new(),
    });
    cells.push(u8::from(found.standing_below_9_months).to_string());
    cells.push(found.bmi.map(|bmi| rounded(bmi, 6)).unwrap_or_default());
    push_scores(
        cells,
        &[
            found.length_height_for_age,
            found.weight_for_age,
            found.weight_for_length_height,
            found.bmi_for_age,
            found.head_for_age,
            found.arm_for_age,
        ],
    );
    if columns.has_skinfolds() {
        push_scores(cells, &[found.triceps_for_age, found.subscapular_for_age]);
    }
}

struct Who2007Columns {
    sex: Option<usize>,
    age_months: Option<usize>,
    birth_date: Option<usize>,
    date: Option<usize>,
    weight_kg: Option<usize>,
    height_cm: Option<usize>,
    oedema: Option<usize>,
}

impl Who2007Columns {
    fn find(headers: &StringRecord) -> Result<(Self, Vec<&'static str>), CsvError> {
        let find = |name| optional_column(headers, name);
        let columns = Self {
            sex: Some(column(headers, "sex")?),
            age_months: find("age_months"),
            birth_date: find("birth_date"),
            date: find("date"),
            weight_kg: find("weight_kg"),
            height_cm: find("height_cm"),
            oedema: find("oedema"),
        };
        let new = vec!["cbmi", "zhfa", "fhfa", "zwfa", "fwfa", "zbfa", "fbfa", "uhfa", "uwfa", "ubfa"];
        Ok((columns, new))
    }
}

fn who2007_row(columns: &Who2007Columns, row: &mut Row<'_>, cells: &mut Vec<String>) {
    let months = row.number(columns.age_months);
    let by_dates = || age_by_dates(row, columns.birth_date, columns.date).map(Age::months);
    let child = who2007::Measurement {
        age_months: months.or_else(by_dates),
        sex: sex(row, columns.sex),
        weight_kg: row.number(columns.weight_kg),
        height_cm: row.number(columns.height_cm),
        oedema: oedema(row, columns.oedema),
    };
    let found = who2007::assess(&child);
    cells.push(found.bmi.map(|bmi| rounded(bmi, 6)).unwrap_or_default());
    push_scores(cells, &[found.height_for_age, found.weight_for_age, found.bmi_for_age]);
}

struct CnColumns {
    indicator: Option<usize>,
    sex: Option<usize>,
    x: Option<usize>,
    value: Option<usize>,
}

impl CnColumns {
    fn find(headers: &StringRecord) -> Result<(Self, Vec<&'static str>), CsvError> {
        let find = |name| column(headers, name).map(Some);
        let columns =
            Self { indicator: find("indicator")?, sex: find("sex")?, x: find("x")?, value: find("value")? };
        Ok((columns, vec!["percentile_level", "sd_level", "nutrition"]))
    }
}

fn cn_row(columns: &CnColumns, row: &mut Row<'_>, cells: &mut Vec<String>) {
    let indicator = row.parsed(columns.indicator, "指标名称（如 weight_for_age）", cn::Indicator::parse);
    let sex = sex(row, columns.sex);
    let (x, value) = (row.number(columns.x), row.number(columns.value));
    let (Some(indicator), Some(sex), Some(x), Some(value)) = (indicator, sex, x, value) else { return };
    let Some(found) = cn::judge(indicator, sex, x, value) else { return };
    let no_class = if indicator == cn::Indicator::HeadForAge { "" } else { "—" };
    let nutrition = found.nutrition.map_or(no_class, cn::NutritionClass::zh);
    cells.extend([found.percentile_level.zh(), found.sd_level.zh(), nutrition].map(str::to_owned));
}

struct CnSchoolColumns {
    sex: Option<usize>,
    age_months: Option<usize>,
    height_cm: Option<usize>,
    weight_kg: Option<usize>,
    bmi: Option<usize>,
}

impl CnSchoolColumns {
    fn find(headers: &StringRecord) -> Result<(Self, Vec<&'static str>), CsvError> {
        let find = |name| optional_column(headers, name);
        let columns = Self {
            sex: Some(column(headers, "sex")?),
            age_months: Some(column(headers, "age_months")?),
            height_cm: find("height_cm"),
            weight_kg: find("weight_kg"),
            bmi: find("bmi"),
        };
        Ok((columns, vec!["stunting", "bmi_class"]))
    }
}

fn cn_school_row(columns: &CnSchoolColumns, row: &mut Row<'_>, cells: &mut Vec<String>) {
    let (sex, months) = (sex(row, columns.sex), row.number(columns.age_months));
    let (height_cm, weight_kg) = (row.number(columns.height_cm), row.number(columns.weight_kg));
    let measured = weight_kg.zip(height_cm).and_then(|(kg, cm)| bmi(kg, cm));
    let body_mass = row.number(columns.bmi).or(measured);
    let (Some(sex), Some(months)) = (sex, months) else { return };
    let found = cn_school::screen(sex, months, height_cm, body_mass);
    let stunting = found.stunted.map_or("", |stunted| if stunted { "生长迟缓" } else { "否" });
    cells.extend([stunting, found.bmi_class.map_or("", cn_school::BmiClass::zh)].map(str::to_owned));
}

fn sex(row: &mut Row<'_>, column: Option<usize>) -> Option<Sex> {
    row.parsed(column, "性别（1 男，2 女）", Sex::parse)
}

fn position(text: &str) -> Option<Position> {
    match text.to_ascii_lowercase().as_str() {
        "l" | "卧位" => Some(Position::Lying),
        "h" | "立位" => Some(Position::Standing),
        _ => None,
    }
}

fn oedema(row: &mut Row<'_>, column: Option<usize>) -> bool {
    let parse = |text: &str| match text.to_ascii_lowercase().as_str() {
        "y" | "是" => Some(true),
        "n" | "否" => Some(false),
        _ => None,
    };
    row.parsed(column, "水肿（y 或 n）", parse).unwrap_or(false)
}

fn age_by_dates(row: &mut Row<'_>, birth_date: Option<usize>, date: Option<usize>) -> Option<Age> {
    let (birth, on) = (row.date(birth_date)?, row.date(date)?);
    let age = Age::between(birth, on);
    if age.is_none() {
        row.reject(date, "测量日期早于出生日期");
    }
    age
}

/// Rounded score and flag of each, then the unrounded scores.
fn push_scores(cells: &mut Vec<String>, scores: &[Option<ZScore>]) {
    for score in scores {
        cells.push(score.map(|score| rounded(score.z, 2)).unwrap_or_default());
        cells.push(score.map(|score| u8::from(score.implausible).to_string()).unwrap_or_default());
    }
    cells.extend(scores.iter().map(|score| score.map(|score| score.z.to_string()).unwrap_or_default()));
}

/// At most so many decimals, without trailing zeros.
fn rounded(value: f64, decimals: usize) -> String {
    let text = format!("{value:.decimals$}");
    match text.trim_end_matches('0').trim_end_matches('.') {
        "-0" => "0".to_owned(),
        trimmed => trimmed.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(standard: Standard, input: &str) -> (String, Summary) {
        let mut output = Vec::new();
        let summary = growth(standard, input.as_bytes(), &mut output).unwrap();
        (String::from_utf8(output).unwrap(), summary)
    }

    #[test]
    fn unreadable_cells_are_missing_and_named() {
        let (output, summary) =
            run(Standard::Cn, "id,indicator,sex,x,value\n1,weight_for_age,1,12,ten\n2,height,1,12,9\n");
        assert!(output.ends_with("1,weight_for_age,1,12,ten,,,\n2,height,1,12,9,,,\n"), "{output}");
        assert_eq!(summary.problem_count, 2);
        assert_eq!((summary.problems[0].line, summary.problems[0].column.as_str()), (2, "value"));
        assert_eq!(summary.problems[0].message, "`ten` 不是数字");
    }

    #[test]
    fn a_missing_heading_is_named() {
        let error = growth(Standard::Cn, "sex,x,value\n".as_bytes(), Vec::new()).unwrap_err();
        assert_eq!(error.to_string(), "表头缺少列 `indicator`");
    }

    #[test]
    fn dates_serve_for_age_and_old_results_are_replaced() {
        let (output, _) = run(
            Standard::Who2006,
            "sex,birth_date,date,weight_kg,zwei\n女,2024-01-01,2026-02-28,16.19,9\n2,2026-01-02,2026-01-01,3,9\n",
        );
        let heading = output.lines().next().unwrap();
        assert!(heading.starts_with("sex,birth_date,date,weight_kg,clenhei,"));
        assert!(output.lines().nth(1).unwrap().contains(",2.38,0,"), "{output}");
        assert!(!output.lines().nth(2).unwrap().contains('9'), "{output}");
    }

    #[test]
    fn ragged_rows_keep_their_columns() {
        let (output, summary) =
            run(Standard::CnSchool, "sex,age_months,height_cm,bmi\n1,100\n1,100,130,16,x\n");
        assert_eq!(output.lines().nth(1), Some("1,100,,,,"));
        assert_eq!(output.lines().nth(2), Some("1,100,130,16,否,正常"));
        assert_eq!(summary.problem_count, 1);
    }
}
