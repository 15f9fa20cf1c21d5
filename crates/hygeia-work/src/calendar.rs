//! The work calendar (工作日历): weekends, statutory holidays with make-up days, school terms.

use jiff::ToSpan;
use jiff::civil::{Date, Weekday};
use std::collections::BTreeMap;

/// A school term (学期).
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Term {
    /// `2026-T1`.
    pub id: String,
    /// Name on the screen.
    pub title: String,
    /// First day.
    pub from: Date,
    /// Last day.
    pub to: Date,
}

/// A day that differs from the plain rule of Monday to Friday.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct SpecialDay {
    /// Whether people work on it.
    pub works: bool,
    /// 国庆节, 运动会 …
    pub title: String,
}

/// Days people work and terms they work in.
#[derive(Debug, Clone, Default)]
pub struct Calendar {
    special: BTreeMap<Date, SpecialDay>,
    terms: Vec<Term>,
}

const HOLIDAYS: &str = include_str!("../data/holidays.csv");

impl Calendar {
    /// Weekends and the statutory holidays of 2024–2026; no terms.
    pub fn statutory() -> Self {
        let special = HOLIDAYS
            .lines()
            .filter(|line| !line.starts_with(['#', 'd']))
            .filter_map(|line| {
                let mut cells = line.split(',');
                let day: Date = cells.next()?.parse().ok()?;
                let works = cells.next()? == "work";
                Some((day, SpecialDay { works, title: cells.next()?.to_owned() }))
            })
            .collect();
        Self { special, terms: Vec::new() }
    }

    /// Adds or replaces a day an administrator has set.
    pub fn set_day(&mut self, day: Date, special: SpecialDay) {
        self.special.insert(day, special);
    }

    /// Adds or replaces a term.
    pub fn set_term(&mut self, term: Term) {
        self.terms.retain(|known| known.id != term.id);
        self.terms.push(term);
        self.terms.sort_by_key(|term| term.from);
    }

    /// The terms, earliest first.
    pub fn terms(&self) -> &[Term] {
        &self.terms
    }

    /// The days that differ from the plain rule, in order.
    pub fn special_days(&self) -> impl Iterator<Item = (Date, &SpecialDay)> {
        self.special.iter().map(|(day, special)| (*day, special))
    }

    /// The holiday or make-up day that `day` is, if any.
    pub fn special(&self, day: Date) -> Option<&SpecialDay> {
        self.special.get(&day)
    }

    /// Whether `day` is a working day, in or out of term.
    pub fn is_work_day(&self, day: Date) -> bool {
        match self.special.get(&day) {
            Some(special) => special.works,
            None => !matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday),
        }
    }

    /// The term that holds `day`.
    pub fn term_on(&self, day: Date) -> Option<&Term> {
        self.terms.iter().find(|term| term.from <= day && day <= term.to)
    }

    /// Whether children come on `day`: a working day inside a term. Where no term is entered at all, any working day.
    pub fn is_school_day(&self, day: Date) -> bool {
        self.is_work_day(day) && (self.terms.is_empty() || self.term_on(day).is_some())
    }

    /// School days from `from` to `to`, both inclusive.
    pub fn school_days(&self, from: Date, to: Date) -> Vec<Date> {
        from.series(1.day()).take_while(|day| *day <= to).filter(|day| self.is_school_day(*day)).collect()
    }

    /// Week of the term, counted from 1 (第13周); `None` between terms.
    pub fn week_of_term(&self, day: Date) -> Option<i32> {
        let first = self.term_on(day)?.from;
        let monday = first.saturating_sub((first.weekday().to_monday_zero_offset() as i32).days());
        Some((day - monday).get_days() / 7 + 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn statutory_days_of_three_years() {
        let calendar = Calendar::statutory();
        // National Day 2026 rests a Thursday and works the Saturday after.
        assert!(!calendar.is_work_day(date(2026, 10, 1)));
        assert!(calendar.is_work_day(date(2026, 10, 10)));
        assert!(calendar.is_work_day(date(2025, 1, 26)));
        assert!(!calendar.is_work_day(date(2024, 2, 12)));
        assert!(calendar.is_work_day(date(2026, 11, 24)));
        let rests = |year: i16| {
            calendar.special_days().filter(|(day, special)| day.year() == year && !special.works).count()
        };
        assert_eq!((rests(2024), rests(2025), rests(2026)), (30, 28, 33));
    }

    #[test]
    fn weeks_of_a_term_count_from_its_first_monday() {
        let mut calendar = Calendar::statutory();
        calendar.set_term(Term {
            id: "2026-T1".into(),
            title: "2026学年第一学期".into(),
            from: date(2026, 9, 1),
            to: date(2027, 1, 22),
        });
        assert_eq!(calendar.week_of_term(date(2026, 9, 1)), Some(1));
        assert_eq!(calendar.week_of_term(date(2026, 11, 24)), Some(13));
        assert_eq!(calendar.week_of_term(date(2026, 8, 1)), None);
        assert!(!calendar.is_school_day(date(2026, 8, 3)));
    }
}
