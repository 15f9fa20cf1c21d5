//! Catch-up plan 补种计划: which doses at which of the coming visits.
//!
//! 国家免疫规划疫苗儿童免疫程序及说明 (2021, 2026): several vaccines at one visit, MMR first.

use jiff::civil::Date;
use serde::Serialize;

use super::day::Day;
use super::forecast::Upcoming;
use super::judge::{Standing, judge};
use super::schedule::Edition;
use super::series::{Series, Subject};
use super::{Child, GivenDose, Product};

/// How visits can be arranged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct VisitRules {
    /// Most doses at one visit; all may be given on the same day at different sites. 0 is taken as 1.
    pub most_doses: usize,
    /// Fewest days from one visit to the next. 0 is taken as 1.
    pub days_between: u16,
    /// Last day planned for.
    pub until: Date,
}

/// A dose at a visit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct PlannedDose {
    /// Against which disease.
    pub series: Series,
    /// Vaccine to give.
    pub product: Product,
    /// Number of the dose.
    pub dose_no: u8,
}

/// A visit to the clinic.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Visit {
    /// Its day.
    pub date: Date,
    /// Doses, the most urgent first.
    pub doses: Vec<PlannedDose>,
}

/// Plans the visits from a day on: each as early as something can be given, with everything that can be given
/// then, MMR first when it is too much for one visit (2021 text). The edition in force on the day holds throughout.
#[must_use]
pub fn catch_up_plan(child: &Child, history: &[GivenDose], as_of: Date, rules: VisitRules) -> Vec<Visit> {
    let subject = child.subject();
    let mut on = Day::from(as_of).max(subject.birth_day);
    let edition = Edition::on_day(on);
    let mut standing = judge(&subject, history, Day::from(as_of), |_| {});
    let until = Day::from(rules.until);
    let mut visits = Vec::new();
    while let Some(day) = next_visit_day(on, &subject, edition, &standing).filter(|day| *day <= until) {
        let doses = give(day, rules.most_doses.max(1), &subject, edition, &mut standing);
        visits.push(Visit { date: day.date(), doses });
        on = day.plus_days(i32::from(rules.days_between.max(1)));
    }
    visits
}

fn next_visit_day(on: Day, subject: &Subject, edition: &Edition, standing: &Standing) -> Option<Day> {
    let upcoming = Series::ALL.iter().filter_map(|s| Upcoming::find(*s, on, subject, edition, standing));
    upcoming.map(|dose| dose.earliest.max(on)).min()
}

/// Gives what is due on a day; never empty on a day found by [`next_visit_day`].
fn give(
    day: Day,
    most_doses: usize,
    subject: &Subject,
    edition: &Edition,
    standing: &mut Standing,
) -> Vec<PlannedDose> {
    let mut doses = Vec::new();
    for series in Series::ALL {
        if doses.len() == most_doses {
            break;
        }
        let due = Upcoming::find(series, day, subject, edition, standing).filter(|dose| dose.earliest <= day);
        if let Some(Upcoming { slot, .. }) = due {
            standing.count(series, day, slot.product);
            doses.push(PlannedDose { series, product: slot.product, dose_no: slot.dose_no });
        }
    }
    doses
}
