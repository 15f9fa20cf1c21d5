//! A life replayed day by day never contradicts itself.

use std::collections::HashMap;

use hygeia_health::growth::Sex;
use hygeia_health::immunization::{
    Child, Edition, GivenDose, Product, Status, Verdict, check_certificate, forecast, format_history,
    parse_history,
};
use jiff::ToSpan;
use jiff::civil::{Date, date};
use proptest::prelude::*;

/// A small generator, so that a failing life is named by its seed alone.
struct Chance(u64);

impl Chance {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % bound
    }
}

fn any_history(seed: u64, birth: Date, doses: usize) -> Vec<GivenDose> {
    let mut chance = Chance(seed);
    let products: Vec<Product> = Product::all().collect();
    let mut history: Vec<GivenDose> = (0..doses)
        .map(|_| GivenDose {
            date: birth.checked_add((chance.below(2600) as i64 - 10).days()).unwrap(),
            product: products[chance.below(products.len() as u64) as usize],
        })
        .collect();
    history.sort_unstable();
    history
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(6))]

    /// What is due and given counts as that dose; what is not yet due and given does not; what was due stays due
    /// until given, aged out or another edition comes; verdicts never change.
    #[test]
    fn a_life_never_contradicts_itself(seed in any::<u64>(), year in 2017i16..2025, girl in any::<bool>(), eager in 1u64..60) {
        let mut chance = Chance(seed);
        let birth = date(year, 1, 31).checked_add((chance.below(366) as i64).days()).unwrap();
        let child = Child::new(birth, Some(if girl { Sex::Female } else { Sex::Male }));
        let mut history: Vec<GivenDose> = Vec::new();
        let mut verdicts: Vec<Verdict> = Vec::new();
        let mut standing: HashMap<(Product, u8), Status> = HashMap::new();
        let mut edition = "";
        let mut day = birth;
        while day < birth.checked_add(9.years()).unwrap() && day < date(2027, 6, 1) {
            let outlook = forecast(&child, &history, day);
            let judged: Vec<Verdict> = outlook.doses.iter().map(|dose| dose.verdict).collect();
            prop_assert_eq!(&judged, &verdicts, "verdicts changed on {}", day);
            if edition != outlook.edition {
                standing.clear();
                edition = outlook.edition;
            }
            for next in &outlook.next {
                let key = (next.product, next.dose_no);
                let before = standing.insert(key, next.status).unwrap_or(Status::NotYetDue);
                prop_assert!(before <= next.status, "{:?} went back on {}: {:?}", key, day, next);
                prop_assert_eq!(next.status != Status::NotYetDue, day >= next.earliest);
            }
            let chosen = outlook.next.iter().find(|_| chance.below(eager * 5) == 0).copied();
            if let Some(next) = chosen {
                history.push(GivenDose { date: day, product: next.product });
                let after = forecast(&child, &history, day);
                let verdict = after.doses.last().unwrap().verdict;
                let position = history.len() - 1;
                let due = next.status != Status::NotYetDue;
                prop_assert_eq!(verdict.counts(), due, "{:?} on {}: {:?}", next, day, verdict);
                if let Verdict::Counts { dose_no, serves_as, .. } = verdict {
                    prop_assert_eq!((dose_no, serves_as), (next.dose_no, next.product));
                }
                // One dose a day, so that the history stays in order.
                prop_assert_eq!(position, after.doses.len() - 1);
                verdicts.push(verdict);
                standing.clear();
            }
            day = day.tomorrow().unwrap();
        }
    }

    #[test]
    fn the_order_of_the_list_does_not_matter(seed in any::<u64>(), doses in 0usize..40, girl in any::<bool>()) {
        let birth = date(2019, 8, 31);
        let history = any_history(seed, birth, doses);
        let mut shuffled = history.clone();
        let mut chance = Chance(!seed);
        for index in (1..shuffled.len()).rev() {
            shuffled.swap(index, chance.below(index as u64 + 1) as usize);
        }
        let child = Child { birth, sex: girl.then_some(Sex::Female), inactivated_only: girl };
        let on = date(2026, 9, 1);
        prop_assert_eq!(forecast(&child, &history, on), forecast(&child, &shuffled, on));
        prop_assert_eq!(check_certificate(&child, &history, on), check_certificate(&child, &shuffled, on));
        prop_assert_eq!(parse_history(&format_history(&shuffled)).unwrap(), history);
    }

    /// Every missing dose given on its day completes the certificate.
    #[test]
    fn the_missing_list_is_what_is_missing(seed in any::<u64>(), doses in 0usize..25, age_days in 0i64..6500) {
        let birth = date(2026, 6, 30).checked_sub(age_days.days()).unwrap();
        let mut history = any_history(seed, birth, doses);
        let on = date(2026, 9, 1);
        history.retain(|dose| dose.date < on);
        let child = Child::new(birth, Some(Sex::Female));
        let check = check_certificate(&child, &history, on);
        prop_assert_eq!(check.complete, check.missing.is_empty());
        let codes: Vec<&str> = check.missing.iter().map(|dose| dose.vaccine_zh).collect();
        for dose in &check.missing {
            prop_assert!(dose.earliest >= on, "{codes:?}");
            let first = Edition::on(on).doses().find(|listed| listed.product == dose.product);
            prop_assert!(first.is_some() || dose.product.code() == "DT");
        }
    }

    #[test]
    fn no_text_stops_the_reader(text in "\\PC{0,60}") {
        let _ = parse_history(&text);
    }
}
