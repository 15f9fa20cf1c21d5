//! How many children a core forecasts in a second: all doses judged and the next dose of each series found.

mod clock;

use std::hint::black_box;

use hygeia_health::growth::Sex;
use hygeia_health::immunization::{Child, GivenDose, VisitRules, catch_up_plan, check_certificate, forecast};
use jiff::ToSpan;
use jiff::civil::{Date, date};

const CHILDREN: usize = 20_000;

struct Record {
    child: Child,
    history: Vec<GivenDose>,
}

fn main() {
    let as_of = date(2026, 11, 24);
    let records: Vec<Record> = (0..CHILDREN).map(|index| record(index, as_of)).collect();
    let doses: usize = records.iter().map(|record| record.history.len()).sum();
    println!(
        "vaccine: {CHILDREN} children of 0 to 6 years, {:.1} doses each",
        doses as f64 / CHILDREN as f64
    );
    let forecast = |one: &Record| {
        black_box(forecast(black_box(&one.child), black_box(&one.history), as_of));
    };
    let check = |one: &Record| {
        black_box(check_certificate(black_box(&one.child), black_box(&one.history), as_of));
    };
    for (name, rate, gain) in [
        ("forecast", rate(&records, forecast), clock::gain_of_two(|| records.iter().for_each(forecast))),
        ("certificate", rate(&records, check), clock::gain_of_two(|| records.iter().for_each(check))),
    ] {
        println!(
            "vaccine {name}: {rate:.0} children/s of a core, bar 300000; two threads {gain:.2} times one"
        );
    }
}

/// Children in a second of a core.
fn rate(records: &[Record], judge: impl Fn(&Record)) -> f64 {
    records.len() as f64 / clock::seconds_each(|| records.iter().for_each(&judge))
}

/// A child who came to the clinic every few weeks.
fn record(index: usize, as_of: Date) -> Record {
    let age_days = (index * 7919 % 2500) as i64;
    let birth = as_of.checked_sub(age_days.days()).unwrap_or(as_of);
    let child = Child::new(birth, Some(if index.is_multiple_of(2) { Sex::Male } else { Sex::Female }));
    let rules = VisitRules { most_doses: 3, days_between: 28 + (index % 40) as u16, until: as_of };
    let visits = catch_up_plan(&child, &[], birth, rules);
    let given = visits.iter().flat_map(|visit| {
        visit.doses.iter().map(|dose| GivenDose { date: visit.date, product: dose.product })
    });
    let mut history: Vec<GivenDose> = given.collect();
    history.sort_unstable();
    Record { child, history }
}
