//! What comes next: the next dose of each series, when it may be given, and whether it is late.
//!
//! 国家免疫规划疫苗儿童免疫程序及说明 (2021, 2026).

use jiff::civil::Date;
use serde::Serialize;

use super::day::Day;
use super::judge::{JudgedDose, Standing, judge};
use super::schedule::Edition;
use super::series::{self, Next, Series, Slot, Subject};
use super::{Child, GivenDose, Product};

/// How a dose stands on a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// 未到时间: age or interval not reached.
    NotYetDue,
    /// 应种: may be given, completion age not passed.
    Due,
    /// 逾期: the age by which it should have been completed has passed.
    Overdue,
}

impl Status {
    /// The word, Chinese.
    #[must_use]
    pub fn zh(self) -> &'static str {
        match self {
            Self::NotYetDue => "未到时间",
            Self::Due => "应种",
            Self::Overdue => "逾期",
        }
    }

    /// The word used in data: `not_yet_due`, `due`, `overdue`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::NotYetDue => "not_yet_due",
            Self::Due => "due",
            Self::Overdue => "overdue",
        }
    }
}

/// The next dose of a series.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct NextDose {
    /// Against which disease.
    pub series: Series,
    /// Vaccine advised; others may serve (`JE-I` for `JE-L`).
    pub product: Product,
    /// Number of the dose as the schedule prints it.
    pub dose_no: u8,
    /// First day on which it counts; may have passed.
    pub earliest: Date,
    /// Day advised: the earliest day, or the day asked about if that has passed, since every dose is given as soon
    /// as possible after its age.
    pub recommended: Date,
    /// First day on which it is late; `None` when the schedule prints no completion age.
    pub complete_before: Option<Date>,
    /// How it stands on the day asked about.
    pub status: Status,
}

impl NextDose {
    /// Name of the vaccine, Chinese.
    #[must_use]
    pub fn vaccine_zh(&self) -> &'static str {
        self.product.zh()
    }
}

/// A child's doses judged and to come.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Outlook {
    /// Short name of the edition by which doses to come are planned.
    pub edition: &'static str,
    /// Doses given up to the day, by date.
    pub doses: Vec<JudgedDose>,
    /// Next dose of each series that is not complete, too late or not meant for the child; none before birth.
    pub next: Vec<NextDose>,
}

impl Outlook {
    /// What may be given on the day asked about, late doses included, in the order in which they go when not
    /// everything can be given at once.
    pub fn due(&self) -> impl Iterator<Item = &NextDose> {
        self.next.iter().filter(|dose| dose.status != Status::NotYetDue)
    }

    /// What is late on the day asked about.
    pub fn overdue(&self) -> impl Iterator<Item = &NextDose> {
        self.next.iter().filter(|dose| dose.status == Status::Overdue)
    }
}

/// Judges the doses given up to a day and finds the next dose of each series.
///
/// Method: 国家免疫规划疫苗儿童免疫程序及说明, the edition in force on the day ([`Edition::on`]). The order of the
/// history does not matter; doses after the day are left out.
#[must_use]
pub fn forecast(child: &Child, history: &[GivenDose], as_of: Date) -> Outlook {
    let subject = child.subject();
    let on = Day::from(as_of);
    let edition = Edition::on_day(on);
    let mut doses = Vec::with_capacity(history.len() + 4);
    let standing = judge(&subject, history, on, |dose| doses.push(dose));
    let mut next = Vec::with_capacity(Series::ALL.len());
    if on >= subject.birth_day {
        let upcoming = Series::ALL.into_iter().filter_map(|series| {
            let planned = Upcoming::find(series, on, &subject, edition, &standing)?;
            Some(planned.next_dose(on))
        });
        next.extend(upcoming);
    }
    Outlook { edition: edition.id, doses, next }
}

/// A dose to come and the first day on which it counts.
#[derive(Clone, Copy, Debug)]
pub(super) struct Upcoming {
    pub(super) series: Series,
    pub(super) slot: Slot,
    /// May lie before the day asked about.
    pub(super) earliest: Day,
}

/// Rules of a series change with age a handful of times at most.
const MOST_RULE_CHANGES: usize = 6;

impl Upcoming {
    /// The next dose of a series, seen from a day; `None` when nothing more will be given.
    pub(super) fn find(
        series: Series,
        on: Day,
        subject: &Subject,
        edition: &Edition,
        standing: &Standing,
    ) -> Option<Self> {
        let mut seen_from = on;
        for _ in 0..MOST_RULE_CHANGES {
            let Next::Dose(slot) = series::next(series, seen_from, subject, edition, standing.of(series))
            else {
                return None;
            };
            let allowed = slot.earliest();
            // Only what lies ahead can still collide with a live vaccine; a passed day stays the dose's own.
            let clear = standing.clear_from(series, allowed.max(seen_from), slot.product);
            let earliest = if clear > seen_from { clear } else { allowed };
            match slot.rule_ends {
                Some(ends) if earliest >= ends => seen_from = ends,
                _ => return Some(Self { series, slot, earliest }),
            }
        }
        None
    }

    pub(super) fn status(&self, on: Day) -> Status {
        let late = self.slot.complete_before.is_some_and(|day| on >= day);
        match (on >= self.earliest, late) {
            (false, _) => Status::NotYetDue,
            (true, false) => Status::Due,
            (true, true) => Status::Overdue,
        }
    }

    pub(super) fn next_dose(&self, on: Day) -> NextDose {
        NextDose {
            series: self.series,
            product: self.slot.product,
            dose_no: self.slot.dose_no,
            earliest: self.earliest.date(),
            recommended: self.earliest.max(on).date(),
            complete_before: self.slot.complete_before.map(Day::date),
            status: self.status(on),
        }
    }
}
