//! Administrative divisions 行政区划 (GB/T 2260): province 省, prefecture 地, county 县.
//!
//! The list holds every code and name of 82 revisions from December 1980 to April 2019 and the list in force in
//! 2026; between the two there is no revision, and what is not known is `None`.

use std::fmt;
use std::sync::OnceLock;

use jiff::civil::Date;

/// A six-digit division code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DivisionCode(u32);

impl fmt::Display for DivisionCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:06}", self.0)
    }
}

/// Level of a division by the form of its code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// 省级, `xx0000`.
    Province,
    /// 地级, `xxxx00`.
    Prefecture,
    /// 县级.
    County,
}

impl DivisionCode {
    /// Reads six digits; `None` for anything else. The code need not exist.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let digits = text.len() == 6 && text.bytes().all(|c| c.is_ascii_digit());
        digits.then(|| text.parse().ok().map(Self)).flatten()
    }

    pub(super) fn from_number(number: u32) -> Self {
        Self(number)
    }

    /// Level by the form of the code.
    #[must_use]
    pub fn level(self) -> Level {
        match self.0 {
            code if code.is_multiple_of(10_000) => Level::Province,
            code if code.is_multiple_of(100) => Level::Prefecture,
            _ => Level::County,
        }
    }

    /// The province's code.
    #[must_use]
    pub fn province(self) -> Self {
        Self(self.0 / 10_000 * 10_000)
    }

    fn prefecture(self) -> Self {
        Self(self.0 / 100 * 100)
    }
}

/// Whether a code is in force.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Status {
    /// In the list in force in 2026.
    Current,
    /// Abolished, but was in force once: still valid in a citizen number.
    Historic,
    /// In no list.
    Unknown,
}

impl Status {
    /// The word used in data: `current`, `historic`, `unknown`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Current => "current",
            Self::Historic => "historic",
            Self::Unknown => "unknown",
        }
    }
}

/// One name of a code, with the time it was in the lists.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Division {
    /// The code.
    pub code: DivisionCode,
    /// Its Chinese name in that time.
    pub name: &'static str,
    /// Month (year and month) of the first revision that has it; `None` when it appeared after April 2019.
    pub first: Option<(i16, i8)>,
    /// Month of the last revision that has it; `None` when it appeared after April 2019.
    pub last: Option<(i16, i8)>,
    /// In the list in force in 2026.
    pub current: bool,
}

/// The last revision in the history, and the first year of the list in force.
const LAST_REVISION: (i16, i8) = (2019, 4);
const CURRENT_LIST_FROM: (i16, i8) = (2026, 1);
/// The first revision in the history.
const FIRST_REVISION: (i16, i8) = (1980, 12);

impl Division {
    /// Whether it was in force on a day, to the month of the revisions; `None` when the lists do not tell: before
    /// December 1980, and between April 2019 and 2026 for what appeared or vanished in between.
    #[must_use]
    pub fn in_force_on(&self, day: Date) -> Option<bool> {
        let month = (day.year(), day.month());
        match month {
            month if month < FIRST_REVISION => None,
            month if month <= LAST_REVISION => {
                let since = self.first.is_some_and(|first| first <= month);
                Some(since && self.last.is_some_and(|last| month <= last || last == LAST_REVISION))
            }
            month if month >= CURRENT_LIST_FROM => Some(self.current),
            _ if self.last == Some(LAST_REVISION) && self.current => Some(true),
            _ if self.last.is_some_and(|last| last < LAST_REVISION) && !self.current => Some(false),
            _ => None,
        }
    }
}

/// Every name a code has had, oldest first; empty for an unknown code.
#[must_use]
pub fn history(code: DivisionCode) -> &'static [Division] {
    let divisions = divisions();
    let start = divisions.partition_point(|division| division.code < code);
    let end = divisions.partition_point(|division| division.code <= code);
    divisions.get(start..end).unwrap_or_default()
}

/// Whether a code is in force, was once, or is in no list.
#[must_use]
pub fn status(code: DivisionCode) -> Status {
    match history(code) {
        [] => Status::Unknown,
        names if names.iter().any(|division| division.current) => Status::Current,
        _ => Status::Historic,
    }
}

/// Whether a code was in force on a day; `None` when the lists do not tell. An unknown code was not.
#[must_use]
pub fn in_force_on(code: DivisionCode, day: Date) -> Option<bool> {
    let answers = || history(code).iter().map(|division| division.in_force_on(day));
    if answers().any(|answer| answer == Some(true)) {
        Some(true)
    } else if answers().any(|answer| answer.is_none()) {
        None
    } else {
        Some(false)
    }
}

/// The name in force, or the last one of an abolished code.
///
/// ```
/// use hygeia_health::identity::division::{self, DivisionCode};
/// let chongwen = DivisionCode::parse("110103").unwrap();
/// assert_eq!(division::name(chongwen), Some("崇文区"));
/// assert_eq!(division::status(chongwen), division::Status::Historic);
/// ```
#[must_use]
pub fn name(code: DivisionCode) -> Option<&'static str> {
    let names = history(code);
    let found = names.iter().find(|division| division.current).or(names.iter().max_by_key(|d| d.last));
    found.map(|division| division.name)
}

/// The division above: the prefecture, or the province where there is none; `None` for a province.
#[must_use]
pub fn parent(code: DivisionCode) -> Option<DivisionCode> {
    let prefecture_in_force =
        || status(code.prefecture()) == Status::Current || status(code) != Status::Current;
    match code.level() {
        Level::Province => None,
        Level::County if !history(code.prefecture()).is_empty() && prefecture_in_force() => {
            Some(code.prefecture())
        }
        _ => Some(code.province()),
    }
}

/// The divisions in force right below a code, in code order; `None` asks for the provinces.
pub fn children(of: Option<DivisionCode>) -> impl Iterator<Item = &'static Division> {
    divisions().iter().filter(move |division| division.current && parent(division.code) == of)
}

/// Province, prefecture and county written together, as in an address; `None` for an unknown code. Placeholder
/// names of older lists (市辖区, 县) are left out.
///
/// ```
/// use hygeia_health::identity::division::{self, DivisionCode};
/// let xihu = DivisionCode::parse("330106").unwrap();
/// assert_eq!(division::full_name(xihu).as_deref(), Some("浙江省杭州市西湖区"));
/// ```
#[must_use]
pub fn full_name(code: DivisionCode) -> Option<String> {
    let own = name(code)?;
    let above = parent(code).and_then(full_name).unwrap_or_default();
    let placeholder = matches!(own, "市辖区" | "县" | "省直辖县级行政区划" | "自治区直辖县级行政区划");
    Some(if placeholder { above } else { above + own })
}

fn divisions() -> &'static [Division] {
    static DIVISIONS: OnceLock<Vec<Division>> = OnceLock::new();
    DIVISIONS.get_or_init(|| {
        include_str!("../../data/identity/divisions.csv").lines().filter_map(read_line).collect()
    })
}

/// `code,name,first,last,current`; `None` for the heading and the lines that say where the list comes from.
fn read_line(line: &'static str) -> Option<Division> {
    let mut cells = line.split(',');
    let code = DivisionCode::parse(cells.next()?)?;
    let name = cells.next()?;
    let (first, last) = (month(cells.next()?), month(cells.next()?));
    Some(Division { code, name, first, last, current: cells.next()? == "1" })
}

/// `YYYYMM`; `None` when blank.
fn month(text: &str) -> Option<(i16, i8)> {
    let number: i32 = text.parse().ok()?;
    Some((i16::try_from(number / 100).ok()?, i8::try_from(number % 100).ok()?))
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn code(text: &str) -> DivisionCode {
        DivisionCode::parse(text).unwrap()
    }

    #[test]
    fn the_list_is_whole_and_in_order() {
        assert_eq!(divisions().len(), 7_491);
        assert_eq!(divisions().iter().filter(|division| division.current).count(), 3_214);
        assert!(divisions().windows(2).all(|pair| pair[0].code <= pair[1].code));
        assert_eq!(children(None).count(), 34);
    }

    #[test]
    fn a_county_stands_under_what_exists() {
        assert_eq!(parent(code("330106")), Some(code("330100")));
        assert_eq!(parent(code("110101")), Some(code("110000")));
        assert_eq!(parent(code("429004")), Some(code("420000")));
        assert_eq!(parent(code("330100")), Some(code("330000")));
        assert_eq!(parent(code("330000")), None);
        assert_eq!(full_name(code("110101")).as_deref(), Some("北京市东城区"));
        assert_eq!(full_name(code("990101")), None);
        assert!(children(Some(code("110000"))).count() >= 16);
    }

    #[test]
    fn every_current_division_hangs_on_the_tree() {
        for division in divisions().iter().filter(|division| division.current) {
            let mut above = division.code;
            while let Some(next) = parent(above) {
                assert_eq!(status(next), Status::Current, "{} above {}", next, division.code);
                above = next;
            }
            assert_eq!(above, division.code.province());
        }
    }

    #[test]
    fn force_follows_the_revisions_and_admits_the_gap() {
        let chongwen = code("110103");
        assert_eq!(in_force_on(chongwen, date(1995, 5, 1)), Some(true));
        assert_eq!(in_force_on(chongwen, date(2015, 5, 1)), Some(false));
        assert_eq!(in_force_on(chongwen, date(1970, 5, 1)), None);
        let xiangdu = code("130502");
        assert_eq!(in_force_on(xiangdu, date(2022, 5, 1)), None);
        assert_eq!(in_force_on(xiangdu, date(2026, 11, 1)), Some(true));
        assert_eq!(in_force_on(code("110101"), date(2022, 5, 1)), Some(true));
        assert_eq!(in_force_on(code("990101"), date(2022, 5, 1)), Some(false));
    }
}
