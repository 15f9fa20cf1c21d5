//! Reporting periods (统计周期): day, week, month, quarter, term, school year, calendar year.

use crate::calendar::Calendar;
use jiff::ToSpan;
use jiff::civil::{Date, ISOWeekDate, Weekday};
use std::fmt;

/// What kind of interval a period is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum PeriodKind {
    /// One day, `2026-11-24`.
    Day,
    /// ISO week, Monday first, `2026-W48`.
    Week,
    /// Calendar month, `2026-11`.
    Month,
    /// Calendar quarter, `2026-Q4`.
    Quarter,
    /// School term: `2026-T1` is the autumn term that begins in 2026, `2026-T2` the spring term after it.
    Term,
    /// School year, `2026-SY`: both terms of 2026–2027.
    SchoolYear,
    /// Calendar year, `2026`.
    Year,
    /// Any range of days, `2026-09-01..2026-09-30`.
    Range,
}

impl PeriodKind {
    /// The kinds a user chooses among, in order of length.
    pub const CHOICES: [PeriodKind; 6] = [
        PeriodKind::Day,
        PeriodKind::Week,
        PeriodKind::Month,
        PeriodKind::Term,
        PeriodKind::SchoolYear,
        PeriodKind::Year,
    ];

    /// The kind by its name in URLs and packs.
    pub fn parse(name: &str) -> Option<Self> {
        Some(match name {
            "day" => Self::Day,
            "week" => Self::Week,
            "month" => Self::Month,
            "quarter" => Self::Quarter,
            "term" => Self::Term,
            "school_year" => Self::SchoolYear,
            "year" => Self::Year,
            _ => return None,
        })
    }

    /// The name in URLs and packs.
    pub fn name(self) -> &'static str {
        match self {
            Self::Day => "day",
            Self::Week => "week",
            Self::Month => "month",
            Self::Quarter => "quarter",
            Self::Term => "term",
            Self::SchoolYear => "school_year",
            Self::Year => "year",
            Self::Range => "range",
        }
    }

    /// The name on the screen.
    pub fn title(self, english: bool) -> &'static str {
        match (self, english) {
            (Self::Day, false) => "日",
            (Self::Week, false) => "周",
            (Self::Month, false) => "月",
            (Self::Quarter, false) => "季度",
            (Self::Term, false) => "学期",
            (Self::SchoolYear, false) => "学年",
            (Self::Year, false) => "年",
            (Self::Range, false) => "时段",
            (Self::Day, true) => "Day",
            (Self::Week, true) => "Week",
            (Self::Month, true) => "Month",
            (Self::Quarter, true) => "Quarter",
            (Self::Term, true) => "Term",
            (Self::SchoolYear, true) => "School year",
            (Self::Year, true) => "Year",
            (Self::Range, true) => "Range",
        }
    }
}

/// An interval of days that a number covers, first and last day inclusive.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Period {
    /// What kind of interval.
    pub kind: PeriodKind,
    /// First day.
    pub from: Date,
    /// Last day.
    pub to: Date,
    id: String,
}

/// A period's text could not be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("“{0}”不是统计周期；请写成 2026-11-24、2026-W48、2026-11、2026-Q4、2026-T1、2026-SY 或 2026")]
pub struct PeriodError(pub String);

impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.id)
    }
}

impl Period {
    /// Reads `2026-11-24`, `2026-W48`, `2026-11`, `2026-Q4`, `2026-T1`, `2026-SY`, `2026` or `FROM..TO`.
    ///
    /// The days of a term come from `calendar`; terms that it does not hold run 1 September – 31 January and
    /// 1 February – 31 August.
    pub fn parse(text: &str, calendar: &Calendar) -> Result<Self, PeriodError> {
        let error = || PeriodError(text.to_owned());
        if let Some((from, to)) = text.split_once("..") {
            let (from, to): (Date, Date) =
                (from.parse().map_err(|_| error())?, to.parse().map_err(|_| error())?);
            return if from <= to { Ok(Self::range(from, to)) } else { Err(error()) };
        }
        if text.len() == 10
            && let Ok(day) = text.parse::<Date>()
        {
            return Ok(Self::day(day));
        }
        let (year, rest) = text.split_at_checked(4).ok_or_else(error)?;
        if !year.bytes().all(|b| b.is_ascii_digit()) {
            return Err(error());
        }
        let year: i16 = year.parse().map_err(|_| error())?;
        if !(1900..=2200).contains(&year) {
            return Err(error());
        }
        let rest = match rest {
            "" => return Self::year(year).ok_or_else(error),
            rest => rest.strip_prefix('-').ok_or_else(error)?,
        };
        let number = |digits: &str| digits.parse::<i8>().ok();
        match rest.as_bytes().first() {
            Some(b'W') => number(&rest[1..]).and_then(|week| Self::iso_week(year, week)),
            Some(b'Q') => number(&rest[1..]).and_then(|quarter| Self::quarter(year, quarter)),
            Some(b'T') => number(&rest[1..]).and_then(|term| Self::term(year, term, calendar)),
            Some(b'S') if rest == "SY" => Self::school_year(year, calendar),
            _ if rest.len() == 2 => number(rest).and_then(|month| Self::month(year, month)),
            _ => None,
        }
        .ok_or_else(error)
    }

    /// One day.
    pub fn day(day: Date) -> Self {
        Self { kind: PeriodKind::Day, from: day, to: day, id: day.to_string() }
    }

    /// A range of days; `from` must not be after `to`.
    pub fn range(from: Date, to: Date) -> Self {
        Self { kind: PeriodKind::Range, from, to, id: format!("{from}..{to}") }
    }

    fn iso_week(year: i16, week: i8) -> Option<Self> {
        let monday = ISOWeekDate::new(year, week, Weekday::Monday).ok()?.date();
        let to = monday.checked_add(6.days()).ok()?;
        Some(Self { kind: PeriodKind::Week, from: monday, to, id: format!("{year}-W{week:02}") })
    }

    fn month(year: i16, month: i8) -> Option<Self> {
        let from = Date::new(year, month, 1).ok()?;
        Some(Self {
            kind: PeriodKind::Month,
            from,
            to: from.last_of_month(),
            id: format!("{year}-{month:02}"),
        })
    }

    fn quarter(year: i16, quarter: i8) -> Option<Self> {
        if !(1..=4).contains(&quarter) {
            return None;
        }
        let from = Date::new(year, quarter * 3 - 2, 1).ok()?;
        let to = Date::new(year, quarter * 3, 1).ok()?.last_of_month();
        Some(Self { kind: PeriodKind::Quarter, from, to, id: format!("{year}-Q{quarter}") })
    }

    fn year(year: i16) -> Option<Self> {
        let from = Date::new(year, 1, 1).ok()?;
        let to = Date::new(year, 12, 31).ok()?;
        Some(Self { kind: PeriodKind::Year, from, to, id: year.to_string() })
    }

    fn term(year: i16, term: i8, calendar: &Calendar) -> Option<Self> {
        let id = format!("{year}-T{term}");
        let (from, to) = match calendar.terms().iter().find(|known| known.id == id) {
            Some(known) => (known.from, known.to),
            None if term == 1 => (Date::new(year, 9, 1).ok()?, Date::new(year + 1, 1, 31).ok()?),
            None if term == 2 => (Date::new(year + 1, 2, 1).ok()?, Date::new(year + 1, 8, 31).ok()?),
            None => return None,
        };
        Some(Self { kind: PeriodKind::Term, from, to, id })
    }

    fn school_year(year: i16, calendar: &Calendar) -> Option<Self> {
        let from = Self::term(year, 1, calendar)?.from;
        let to = Self::term(year, 2, calendar)?.to;
        Some(Self { kind: PeriodKind::SchoolYear, from, to, id: format!("{year}-SY") })
    }

    /// The period of `kind` that holds `day`; on a day between terms, the term that ended last.
    pub fn containing(kind: PeriodKind, day: Date, calendar: &Calendar) -> Self {
        let whole_day = || Self::day(day);
        match kind {
            PeriodKind::Day | PeriodKind::Range => whole_day(),
            PeriodKind::Week => {
                let week = day.iso_week_date();
                Self::iso_week(week.year(), week.week()).unwrap_or_else(whole_day)
            }
            PeriodKind::Month => Self::month(day.year(), day.month()).unwrap_or_else(whole_day),
            PeriodKind::Quarter => Self::quarter(day.year(), (day.month() + 2) / 3).unwrap_or_else(whole_day),
            PeriodKind::Year => Self::year(day.year()).unwrap_or_else(whole_day),
            PeriodKind::Term => {
                let candidates = [(day.year(), 1), (day.year() - 1, 2), (day.year() - 1, 1)];
                candidates
                    .iter()
                    .filter_map(|(year, term)| Self::term(*year, *term, calendar))
                    .find(|term| term.from <= day)
                    .unwrap_or_else(whole_day)
            }
            PeriodKind::SchoolYear => [day.year(), day.year() - 1]
                .iter()
                .filter_map(|year| Self::school_year(*year, calendar))
                .find(|year| year.from <= day)
                .unwrap_or_else(whole_day),
        }
    }

    /// The period of the same kind just before.
    pub fn previous(&self, calendar: &Calendar) -> Self {
        match self.kind {
            PeriodKind::Range => {
                let days = (self.to - self.from).get_days() + 1;
                let from = self.from.saturating_sub(days.days());
                Self::range(from, self.from.yesterday().unwrap_or(from))
            }
            kind => Self::containing(kind, self.from.yesterday().unwrap_or(self.from), calendar),
        }
    }

    /// The period of the same kind just after.
    pub fn next(&self, calendar: &Calendar) -> Self {
        match self.kind {
            PeriodKind::Range => {
                let days = (self.to - self.from).get_days() + 1;
                let from = self.to.tomorrow().unwrap_or(self.to);
                Self::range(from, from.saturating_add((days - 1).days()))
            }
            // A term's last day may be followed by a holiday; step until the next one begins.
            kind => {
                let mut day = self.to;
                for _ in 0..120 {
                    day = day.tomorrow().unwrap_or(day);
                    let next = Self::containing(kind, day, calendar);
                    if next.from > self.from {
                        return next;
                    }
                }
                self.clone()
            }
        }
    }

    /// The same period one year earlier.
    pub fn a_year_before(&self, calendar: &Calendar) -> Self {
        let middle = self.from.saturating_add(((self.to - self.from).get_days() / 2).days());
        match self.kind {
            PeriodKind::Week => {
                Self::containing(PeriodKind::Week, middle.saturating_sub(52.weeks()), calendar)
            }
            PeriodKind::Range => {
                Self::range(self.from.saturating_sub(1.year()), self.to.saturating_sub(1.year()))
            }
            kind => Self::containing(kind, middle.saturating_sub(1.year()), calendar),
        }
    }

    /// The periods of `kind` that begin within this one, in order (months of a term, days of a week).
    pub fn parts(&self, kind: PeriodKind, calendar: &Calendar) -> Vec<Self> {
        let mut parts = Vec::new();
        let mut part = Self::containing(kind, self.from, calendar);
        while part.from <= self.to && parts.len() < 800 {
            let next = part.next(calendar);
            let stuck = next.from <= part.from;
            parts.push(part);
            if stuck {
                break;
            }
            part = next;
        }
        parts
    }

    /// The last `count` periods of this kind, this one last.
    pub fn run_up(&self, count: usize, calendar: &Calendar) -> Vec<Self> {
        let mut run = vec![self.clone()];
        while run.len() < count {
            let Some(first) = run.last() else { break };
            run.push(first.previous(calendar));
        }
        run.reverse();
        run
    }

    /// Name on the screen: `2026年11月`, `2026学年第一学期`.
    pub fn title(&self, english: bool) -> String {
        if english {
            return self.id.clone();
        }
        let (from, to) = (self.from, self.to);
        match self.kind {
            PeriodKind::Day => format!("{}年{}月{}日", from.year(), from.month(), from.day()),
            PeriodKind::Week => {
                format!("{}年第{}周", from.iso_week_date().year(), from.iso_week_date().week())
            }
            PeriodKind::Month => format!("{}年{}月", from.year(), from.month()),
            PeriodKind::Quarter => format!("{}年第{}季度", from.year(), (from.month() + 2) / 3),
            PeriodKind::Term => {
                let year = &self.id[..4];
                format!("{year}学年第{}学期", if self.id.ends_with('1') { "一" } else { "二" })
            }
            PeriodKind::SchoolYear => format!("{}学年", &self.id[..4]),
            PeriodKind::Year => format!("{}年", from.year()),
            PeriodKind::Range => format!("{from} 至 {to}"),
        }
    }

    /// Short name for a chart's axis: `11月`, `48周`, `11/24`, `2026秋`.
    pub fn short_title(&self, english: bool) -> String {
        match self.kind {
            PeriodKind::Week if english => format!("W{}", self.from.iso_week_date().week()),
            PeriodKind::Month if english => self.from.strftime("%b").to_string(),
            PeriodKind::Quarter | PeriodKind::Term | PeriodKind::SchoolYear | PeriodKind::Year if english => {
                self.id.clone()
            }
            PeriodKind::Day | PeriodKind::Range => format!("{}/{}", self.from.month(), self.from.day()),
            PeriodKind::Week => format!("{}周", self.from.iso_week_date().week()),
            PeriodKind::Month => format!("{}月", self.from.month()),
            PeriodKind::Quarter => format!("{}季", (self.from.month() + 2) / 3),
            // The first term of a school year is its autumn; the second lies in the spring of the next year.
            PeriodKind::Term if self.id.ends_with('1') => format!("{}秋", self.from.year()),
            PeriodKind::Term => format!("{}春", self.from.year()),
            PeriodKind::SchoolYear | PeriodKind::Year => self.id[..4].to_owned(),
        }
    }

    /// Whether `day` lies in it.
    pub fn holds(&self, day: Date) -> bool {
        self.from <= day && day <= self.to
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;
    use proptest::prelude::*;

    fn parse(text: &str) -> Period {
        Period::parse(text, &Calendar::statutory()).unwrap()
    }

    #[test]
    fn every_form_is_read_and_written_back() {
        for text in [
            "2026-11-24",
            "2026-W48",
            "2026-11",
            "2026-Q4",
            "2026-T1",
            "2026-SY",
            "2026",
            "2026-09-01..2026-09-10",
        ] {
            assert_eq!(parse(text).to_string(), text);
        }
        for bad in
            ["", "2026-13", "2026-W54", "2026-T3", "2026-02-30", "年", "2026-09-10..2026-09-01", "20é6"]
        {
            assert!(Period::parse(bad, &Calendar::statutory()).is_err(), "{bad}");
        }
    }

    #[test]
    fn neighbours_and_the_year_before() {
        let calendar = Calendar::statutory();
        assert_eq!(parse("2026-01").previous(&calendar), parse("2025-12"));
        assert_eq!(parse("2026-W01").previous(&calendar), parse("2025-W52"));
        assert_eq!(parse("2026-T1").previous(&calendar), parse("2025-T2"));
        assert_eq!(parse("2026-T2").previous(&calendar), parse("2026-T1"));
        assert_eq!(parse("2026-T1").next(&calendar), parse("2026-T2"));
        assert_eq!(parse("2026-T1").a_year_before(&calendar), parse("2025-T1"));
        assert_eq!(parse("2026-11").a_year_before(&calendar), parse("2025-11"));
    }

    #[test]
    fn a_day_between_terms_belongs_to_the_term_before() {
        let calendar = Calendar::statutory();
        let term = Period::containing(PeriodKind::Term, date(2026, 11, 24), &calendar);
        assert_eq!(term.to_string(), "2026-T1");
        let spring = Period::containing(PeriodKind::Term, date(2026, 3, 1), &calendar);
        assert_eq!(spring.to_string(), "2025-T2");
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn a_period_holds_its_day_and_neighbours_do_not_overlap(offset in 0i32..20_000) {
            let calendar = Calendar::statutory();
            let day = date(1990, 1, 1).saturating_add(offset.days());
            for kind in PeriodKind::CHOICES {
                let period = Period::containing(kind, day, &calendar);
                prop_assert!(period.holds(day));
                prop_assert!(period.previous(&calendar).to < period.from);
                prop_assert!(period.next(&calendar).from > period.to);
                prop_assert_eq!(&Period::parse(&period.to_string(), &calendar).unwrap(), &period);
            }
        }

        #[test]
        fn no_text_panics(text in "\\PC{0,14}") {
            let _ = Period::parse(&text, &Calendar::statutory());
        }
    }
}
