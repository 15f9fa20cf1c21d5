//! Days as numbers: the engine compares and adds dates a few hundred times per child.

use jiff::civil::Date;

/// A day, counted from 1970-01-01.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Day(pub(super) i32);

/// Year, month and day of the proleptic Gregorian calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Civil {
    year: i32,
    month: i32,
    day: i32,
}

impl Day {
    pub(super) fn plus_days(self, days: i32) -> Self {
        Self(self.0.saturating_add(days))
    }

    /// The same day of the month so many months later, held to the month's last day (31 January and one month is
    /// the last of February): the age arithmetic on which the independent transcriptions of the schedule agree.
    pub(super) fn plus_months(self, months: i32) -> Self {
        self.civil().plus_months(months)
    }

    /// The calendar date; a day beyond the calendar's last year is that year's last day.
    pub(super) fn date(self) -> Date {
        let Civil { year, month, day } = self.civil();
        let part = |value: i32| i8::try_from(value).unwrap_or(1);
        i16::try_from(year)
            .ok()
            .and_then(|year| Date::new(year, part(month), part(day)).ok())
            .unwrap_or(Date::MAX)
    }

    /// Days to a civil date, counted in eras of 400 years that begin on 1 March.
    fn civil(self) -> Civil {
        let shifted = i64::from(self.0) + 719_468;
        let era = shifted.div_euclid(146_097);
        let day_of_era = shifted.rem_euclid(146_097);
        let year_of_era =
            (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let march_month = (5 * day_of_year + 2) / 153;
        let month = if march_month < 10 { march_month + 3 } else { march_month - 9 };
        let year = year_of_era + era * 400 + i64::from(month <= 2);
        let day = day_of_year - (153 * march_month + 2) / 5 + 1;
        Civil { year: year as i32, month: month as i32, day: day as i32 }
    }
}

impl From<Date> for Day {
    fn from(date: Date) -> Self {
        Civil::from(date).first_plus(i32::from(date.day()))
    }
}

impl From<Date> for Civil {
    fn from(date: Date) -> Self {
        Self { year: date.year().into(), month: date.month().into(), day: date.day().into() }
    }
}

impl Civil {
    pub(super) fn plus_months(self, months: i32) -> Day {
        let total = self.year * 12 + self.month - 1 + months;
        let target = Self { year: total.div_euclid(12), month: total.rem_euclid(12) + 1, day: 1 };
        target.first_plus(self.day.min(target.month_length()))
    }

    fn month_length(self) -> i32 {
        match self.month {
            2 if self.year % 4 == 0 && (self.year % 100 != 0 || self.year % 400 == 0) => 29,
            2 => 28,
            4 | 6 | 9 | 11 => 30,
            _ => 31,
        }
    }

    /// The given day of this month.
    fn first_plus(self, day: i32) -> Day {
        let year = self.year - i32::from(self.month <= 2);
        let era = year.div_euclid(400);
        let year_of_era = year.rem_euclid(400);
        let march_month = if self.month > 2 { self.month - 3 } else { self.month + 9 };
        let day_of_year = (153 * march_month + 2) / 5 + day - 1;
        let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
        Day(era * 146_097 + day_of_era - 719_468)
    }
}

#[cfg(test)]
mod tests {
    use jiff::{ToSpan, civil::date};
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn month_ends_are_held() {
        let after = |from: Date, months| Day::from(from).plus_months(months).date();
        assert_eq!(after(date(2024, 1, 31), 1), date(2024, 2, 29));
        assert_eq!(after(date(2025, 1, 31), 1), date(2025, 2, 28));
        assert_eq!(after(date(2024, 2, 29), 12), date(2025, 2, 28));
        assert_eq!(after(date(2023, 11, 30), 3), date(2024, 2, 29));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn arithmetic_agrees_with_the_calendar_library(offset in -700_000i32..2_000_000, months in 0i32..300) {
            let date = date(1970, 1, 1).checked_add(offset.days()).unwrap();
            prop_assert_eq!(Day::from(date).0, offset);
            prop_assert_eq!(Day(offset).date(), date);
            prop_assert_eq!(Day(offset).plus_months(months).date(), date.checked_add(months.months()).unwrap());
        }
    }
}
