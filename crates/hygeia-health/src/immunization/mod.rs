//! Immunization 预防接种: which doses count, what is due, what is missing.
//!
//! Facts stand in `data/immunization/` with their sources: editions of the national schedule ([`Edition`]), vaccines
//! ([`Product`]), advice on conditions ([`advice`]). The edition is chosen by date: a dose is judged by the edition in
//! force when it was given and never judged anew; what is still to come follows the edition in force on the day
//! asked about.
//!
//! ```
//! use hygeia_health::growth::Sex;
//! use hygeia_health::immunization::{Child, forecast, parse_history};
//! use jiff::civil::date;
//!
//! let child = Child::new(date(2026, 7, 1), Some(Sex::Female));
//! let history = parse_history("HepB 2026-07-01, 2026-08-03; BCG 2026-07-01").unwrap();
//! let outlook = forecast(&child, &history, date(2026, 9, 1));
//! let due: Vec<&str> = outlook.due().map(|dose| dose.vaccine_zh()).collect();
//! assert_eq!(due, ["脊灰灭活疫苗", "百白破疫苗"]);
//! ```
//!
//! Not known, and therefore not applied: intervals between the first and third dose of hepatitis B, how the notice of
//! 2024-12 combines the old and new DTaP schedule, schedules before 2021, provincial additions. An interval is
//! counted from the last dose that counts, not from one that did not.

mod advice;
mod certificate;
mod day;
mod forecast;
mod history;
mod judge;
mod plan;
mod product;
mod schedule;
mod series;

pub use advice::{Advice, AdviceNote, advice};
pub use certificate::{CertificateCheck, MissingDose, check_certificate, missing_doses};
pub use forecast::{NextDose, Outlook, Status, forecast};
pub use history::{HistoryProblem, format_history, parse_history};
use jiff::civil::Date;
pub use judge::{JudgedDose, Reason, Verdict};
pub use plan::{PlannedDose, Visit, VisitRules, catch_up_plan};
pub use product::{Product, ProductKind};
pub use schedule::{Edition, ScheduledDose};
use serde::Serialize;
pub use series::Series;

use crate::growth::Sex;

/// The child, as far as the schedule asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Child {
    /// Date of birth.
    pub birth: Date,
    /// Without it, vaccines for one sex are left out.
    pub sex: Option<Sex>,
    /// Immunodeficient or under immunosuppression 免疫缺陷或免疫抑制: polio, encephalitis and hepatitis A vaccines
    /// are inactivated throughout; other live vaccines are shown and need a doctor's decision ([`advice()`]).
    pub inactivated_only: bool,
}

impl Child {
    /// A child without immunodeficiency.
    #[must_use]
    pub fn new(birth: Date, sex: Option<Sex>) -> Self {
        Self { birth, sex, inactivated_only: false }
    }

    fn subject(&self) -> series::Subject {
        series::Subject {
            birth: self.birth.into(),
            birth_day: self.birth.into(),
            sex: self.sex,
            inactivated_only: self.inactivated_only,
        }
    }
}

/// A dose as a certificate 接种证 records it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct GivenDose {
    /// Day given.
    pub date: Date,
    /// What was given.
    pub product: Product,
}
