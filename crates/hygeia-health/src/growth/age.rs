//! Exact age.
//!
//! Days and months of 30.4375 days are those of the WHO Child Growth Standards (2006); calendar months (月龄) those of
//! WS/T 423-2022.

use jiff::civil::Date;

/// Days in a month, as WHO converts between them: 365.25 / 12.
const DAYS_PER_MONTH: f64 = 30.4375;

/// A child's age 年龄 on the day of a measurement. Never negative.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Age {
    // INVARIANT: finite and not negative, both.
    days: f64,
    months: f64,
    calendar_months: f64,
}

impl Age {
    /// Age from birth to a day. `None` when the day precedes birth.
    ///
    /// Calendar months count completed months, the month's last day standing in for days it lacks (born
    /// on 31 January, one month old on 28 February), plus the share of the running month.
    ///
    /// ```
    /// use hygeia_health::growth::Age;
    /// use jiff::civil::date;
    /// let age = Age::between(date(2022, 3, 15), date(2026, 9, 1)).unwrap();
    /// assert_eq!(age.days(), 1631);
    /// assert_eq!(age.completed_months(), 53);
    /// ```
    #[must_use]
    pub fn between(birth: Date, on: Date) -> Option<Self> {
        let days = f64::from(birth.until(on).ok()?.get_days());
        let completed = completed_months(birth, on)?;
        let start = months_after(birth, completed)?;
        let end = months_after(birth, completed + 1)?;
        let length = f64::from(start.until(end).ok()?.get_days());
        let passed = f64::from(start.until(on).ok()?.get_days());
        let calendar_months = f64::from(completed) + passed / length;
        (days >= 0.0).then_some(Self { days, months: days / DAYS_PER_MONTH, calendar_months })
    }

    /// Age of so many days. `None` when negative or not finite.
    #[must_use]
    pub fn from_days(days: f64) -> Option<Self> {
        let months = days / DAYS_PER_MONTH;
        (days.is_finite() && days >= 0.0).then_some(Self { days, months, calendar_months: months })
    }

    /// Age of so many months. `None` when negative or not finite.
    #[must_use]
    pub fn from_months(months: f64) -> Option<Self> {
        let days = months * DAYS_PER_MONTH;
        (days.is_finite() && months >= 0.0).then_some(Self { days, months, calendar_months: months })
    }

    /// Age in days, a fraction rounded half up, as WHO's programs do.
    #[must_use]
    pub fn days(self) -> u32 {
        (self.days + 0.5).floor() as u32
    }

    /// Age in months of 30.4375 days, WHO's measure.
    #[must_use]
    pub fn months(self) -> f64 {
        self.months
    }

    /// Age in calendar months with the share of the running month, the measure of China's standards (月龄).
    #[must_use]
    pub fn calendar_months(self) -> f64 {
        self.calendar_months
    }

    /// Whole calendar months 整月.
    #[must_use]
    pub fn completed_months(self) -> u32 {
        self.calendar_months.floor() as u32
    }

    /// Whole calendar years 周岁.
    #[must_use]
    pub fn completed_years(self) -> u32 {
        self.completed_months() / 12
    }
}

/// Completed calendar months between two days; `None` when the second is earlier.
fn completed_months(birth: Date, on: Date) -> Option<i32> {
    if on < birth {
        return None;
    }
    let years = i32::from(on.year()) - i32::from(birth.year());
    let months = years * 12 + i32::from(on.month()) - i32::from(birth.month());
    let reached = on.day() >= birth.day() || on == on.last_of_month();
    Some(if reached { months } else { months - 1 })
}

/// The day so many months after birth, held to the month's last day.
fn months_after(birth: Date, months: i32) -> Option<Date> {
    birth.checked_add(jiff::Span::new().try_months(months).ok()?).ok()
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_month_end_birth_completes_its_month_on_the_last_day() {
        let birth = date(2024, 1, 31);
        let months = |on| Age::between(birth, on).unwrap().completed_months();
        assert_eq!(months(date(2024, 2, 28)), 0);
        assert_eq!(months(date(2024, 2, 29)), 1);
        assert_eq!(months(date(2024, 3, 30)), 1);
        assert_eq!(months(date(2024, 3, 31)), 2);
        assert_eq!(months(date(2025, 1, 31)), 12);
    }

    #[test]
    fn a_leap_day_child_turns_one_at_the_end_of_february() {
        let age = Age::between(date(2024, 2, 29), date(2025, 2, 28)).unwrap();
        assert_eq!((age.completed_years(), age.days()), (1, 365));
    }

    #[test]
    fn nobody_is_younger_than_nothing() {
        assert_eq!(Age::between(date(2025, 1, 2), date(2025, 1, 1)), None);
        assert_eq!(Age::from_days(-1.0), None);
        assert_eq!(Age::from_months(f64::NAN), None);
    }

    #[test]
    fn a_whole_calendar_month_is_a_whole_number() {
        let age = Age::between(date(2022, 3, 15), date(2024, 3, 15)).unwrap();
        assert!((age.calendar_months() - 24.0).abs() < 1e-12);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn a_day_later_is_older(offset in 0i32..9000, step in 1i32..400) {
            let birth = date(2001, 1, 1).checked_add(jiff::Span::new().days(offset % 800)).unwrap();
            let earlier = birth.checked_add(jiff::Span::new().days(offset)).unwrap();
            let later = earlier.checked_add(jiff::Span::new().days(step)).unwrap();
            let (a, b) = (Age::between(birth, earlier).unwrap(), Age::between(birth, later).unwrap());
            prop_assert!(b.days() > a.days());
            prop_assert!(b.calendar_months() > a.calendar_months());
        }
    }
}
