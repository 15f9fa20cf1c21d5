//! 预防接种证查验: is the child complete for its age, and what is missing.
//!
//! 儿童入托、入学预防接种证查验办法 (2021) and 国家免疫规划疫苗儿童免疫程序及说明 (2021, 2026).

use jiff::civil::Date;
use serde::Serialize;

use super::day::Day;
use super::forecast::Upcoming;
use super::judge::{JudgedDose, Standing, judge};
use super::schedule::Edition;
use super::series::{Series, Subject};
use super::{Child, GivenDose, Product, Verdict};
use crate::growth::Sex;

/// A dose a child should have had 漏种剂次.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct MissingDose {
    /// Against which disease.
    pub series: Series,
    /// Vaccine to give.
    pub product: Product,
    /// Its name, Chinese.
    pub vaccine_zh: &'static str,
    /// Number of the dose.
    pub dose_no: u8,
    /// First day on which it may be given, never before the day of the check; later doses follow the intervals as
    /// if each were given on its day.
    pub earliest: Date,
    /// Whether the age by which it should have been completed has passed.
    pub overdue: bool,
}

/// Result of a certificate check 查验结果.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CertificateCheck {
    /// 全程接种: nothing is missing for the age.
    pub complete: bool,
    /// 补种清单, MMR first, then by disease.
    pub missing: Vec<MissingDose>,
    /// Doses recorded that do not count.
    pub invalid: Vec<JudgedDose>,
}

/// Doses whose minimum age has passed and that were not given, or not validly.
///
/// A child for whom this is empty is complete in the sense of the kindergarten and school certificate check
/// (入托入学预防接种证查验). Empty when `as_of` is before birth.
#[must_use]
pub fn missing_doses(birth: Date, sex: Option<Sex>, history: &[GivenDose], as_of: Date) -> Vec<MissingDose> {
    check_certificate(&Child::new(birth, sex), history, as_of).missing
}

/// Checks a certificate on a day.
///
/// Source: 儿童入托、入学预防接种证查验办法 (2021); that a child is complete when every dose whose minimum age
/// has passed was given or is substituted is our reading of it.
#[must_use]
pub fn check_certificate(child: &Child, history: &[GivenDose], as_of: Date) -> CertificateCheck {
    let subject = child.subject();
    let on = Day::from(as_of);
    let mut invalid = Vec::new();
    let standing = judge(&subject, history, on, |dose| {
        if matches!(dose.verdict, Verdict::Invalid { .. }) {
            invalid.push(dose);
        }
    });
    let mut missing = Vec::new();
    if on >= subject.birth_day {
        for series in Series::ALL {
            missing_in_series(series, on, &subject, standing, &mut missing);
        }
    }
    CertificateCheck { complete: missing.is_empty(), missing, invalid }
}

fn missing_in_series(
    series: Series,
    on: Day,
    subject: &Subject,
    mut standing: Standing,
    missing: &mut Vec<MissingDose>,
) {
    let edition = Edition::on_day(on);
    let mut seen_from = on;
    while let Some(upcoming) = Upcoming::find(series, seen_from, subject, edition, &standing) {
        if upcoming.slot.age_reached > on {
            return;
        }
        let day = upcoming.earliest.max(seen_from);
        missing.push(MissingDose {
            series,
            product: upcoming.slot.product,
            vaccine_zh: upcoming.slot.product.zh(),
            dose_no: upcoming.slot.dose_no,
            earliest: day.date(),
            overdue: upcoming.slot.complete_before.is_some_and(|late| on >= late),
        });
        standing.count(series, day, upcoming.slot.product);
        seen_from = day;
    }
}
