//! Cases whose answer stands in the schedule's text.

use hygeia_health::growth::Sex;
use hygeia_health::immunization::{
    Child, Status, VisitRules, catch_up_plan, check_certificate, forecast, missing_doses, parse_history,
};
use jiff::civil::{Date, date};

fn verdicts(birth: Date, history: &str, as_of: Date) -> Vec<String> {
    let history = parse_history(history).unwrap();
    let outlook = forecast(&Child::new(birth, Some(Sex::Female)), &history, as_of);
    outlook.doses.iter().map(|dose| dose.verdict.zh()).collect()
}

fn missing(birth: Date, history: &str, as_of: Date) -> Vec<String> {
    let history = parse_history(history).unwrap();
    let doses = missing_doses(birth, Some(Sex::Male), &history, as_of);
    doses.iter().map(|dose| format!("{}{}", dose.product.code(), dose.dose_no)).collect()
}

/// Everything of the 2021 edition up to 18 months for a child born on 2023-01-31.
const TO_18_MONTHS: &str = "HepB 2023-01-31, 2023-02-28, 2023-07-31; BCG 2023-01-31; IPV 2023-03-31, 2023-04-30; \
    bOPV 2023-05-31; DTaP 2023-04-30, 2023-05-31, 2023-06-30, 2024-07-31; MPSV-A 2023-07-31, 2023-10-31; \
    MMR 2023-09-30, 2024-07-31; JE-L 2023-09-30; HepA-L 2024-07-31";

#[test]
fn a_child_vaccinated_by_the_table_is_complete() {
    let birth = date(2023, 1, 31);
    let judged = verdicts(birth, TO_18_MONTHS, date(2024, 8, 1));
    assert!(judged.iter().all(|verdict| verdict.starts_with("有效")), "{judged:?}");
    assert!(missing(birth, TO_18_MONTHS, date(2024, 8, 1)).is_empty());
    assert_eq!(missing(birth, TO_18_MONTHS, date(2026, 9, 1)), ["MPSV-AC1", "JE-L2"]);
}

#[test]
fn reasons_name_the_first_valid_day() {
    let birth = date(2026, 7, 1);
    let judged =
        verdicts(birth, "HepB 2026-07-01, 2026-07-20; IPV 2026-08-31; DT 2026-09-05", date(2026, 9, 6));
    assert_eq!(judged[0], "有效，计为乙肝疫苗第1剂");
    assert_eq!(judged[1], "无效：未到起始月龄，2026-08-01 起接种才有效");
    assert_eq!(judged[2], "无效：未到起始月龄，2026-09-01 起接种才有效");
    assert_eq!(judged[3], "无效：疫苗不符，本剂应为百白破疫苗");
}

#[test]
fn live_vaccines_keep_28_days_or_share_a_day() {
    let birth = date(2025, 1, 1);
    let judged = verdicts(birth, "MMR 2025-09-01; JE-L 2025-09-01", date(2025, 12, 1));
    assert!(judged.iter().all(|verdict| verdict.starts_with("有效")), "{judged:?}");
    let judged = verdicts(birth, "MMR 2025-09-01; JE-L 2025-09-28", date(2025, 12, 1));
    assert_eq!(judged[1], "无效：与其他注射减毒活疫苗间隔不足28天，2025-09-29 起接种才有效");
    let judged = verdicts(birth, "IG 2025-08-01; MMR 2025-10-31", date(2025, 12, 1));
    assert_eq!(judged[1], "无效：注射免疫球蛋白后间隔不足，2025-11-01 起接种才有效");
}

#[test]
fn the_dtap_schedule_changes_without_restarting() {
    // Third dose at 5 months: valid in 2024, too young in 2026.
    let old = verdicts(date(2024, 3, 1), "DTaP 2024-06-01, 2024-07-01, 2024-08-01", date(2026, 11, 1));
    assert!(old[2].starts_with("有效"));
    let new = verdicts(date(2026, 3, 1), "DTaP 2026-06-01, 2026-07-01, 2026-08-01", date(2026, 11, 1));
    assert_eq!(new[2], "无效：未到起始月龄，2026-09-01 起接种才有效");
    // Four DTaP: DT at 6 in 2024, a fifth DTaP at 6 from 2025, DT at 7.
    let four = "DTaP 2018-04-01, 2018-05-01, 2018-06-01, 2019-07-01";
    let dtp = |birth: Date, as_of: Date| -> Vec<String> {
        missing(birth, four, as_of).into_iter().filter(|dose| dose.starts_with("DT")).collect()
    };
    assert_eq!(dtp(date(2018, 1, 1), date(2024, 6, 1)), ["DT1"]);
    assert_eq!(dtp(date(2018, 1, 1), date(2024, 12, 31)), ["DT1"]);
    let younger = "DTaP 2019-04-01, 2019-05-01, 2019-06-01, 2020-07-01";
    let dtp = |as_of: Date| -> Vec<String> {
        missing(date(2019, 1, 1), younger, as_of).into_iter().filter(|dose| dose.starts_with("DT")).collect()
    };
    assert_eq!(dtp(date(2024, 12, 31)), Vec::<String>::new());
    assert_eq!(dtp(date(2025, 12, 31)), ["DTaP5"]);
    assert_eq!(dtp(date(2026, 1, 1)), ["DT1"]);
    // DT given at 6 under the old schedule completes.
    let judged = format!("{four}; DT 2024-06-01");
    assert!(!missing(date(2018, 1, 1), &judged, date(2026, 6, 1)).iter().any(|dose| dose.starts_with("DT")));
}

#[test]
fn meningococcal_a_ends_at_two_years() {
    let birth = date(2024, 6, 1);
    let men = |history: &str, as_of: Date| -> Vec<String> {
        missing(birth, history, as_of).into_iter().filter(|dose| dose.starts_with("MPSV")).collect()
    };
    assert_eq!(men("", date(2026, 5, 31)), ["MPSV-A1"]);
    assert_eq!(men("", date(2026, 6, 1)), ["MPSV-AC1"]);
    assert_eq!(men("MPSV-A 2025-01-01, 2025-04-01", date(2026, 6, 1)), Vec::<String>::new());
    assert_eq!(men("MCV-AC 2024-09-01, 2024-10-01", date(2026, 5, 1)), Vec::<String>::new());
}

#[test]
fn bcg_is_never_given_from_four_years() {
    let bcg = |as_of| missing(date(2022, 1, 1), "", as_of).contains(&"BCG1".to_owned());
    assert!(bcg(date(2025, 12, 31)));
    assert!(!bcg(date(2026, 1, 1)));
}

#[test]
fn hpv_is_for_girls_born_late_enough() {
    let on = date(2026, 11, 24);
    let hpv = |birth, sex| {
        let doses = missing_doses(birth, sex, &[], on);
        doses.iter().filter(|dose| dose.product.code() == "2vHPV").count()
    };
    assert_eq!(hpv(date(2012, 1, 1), Some(Sex::Female)), 2);
    assert_eq!(hpv(date(2012, 1, 1), Some(Sex::Male)), 0);
    assert_eq!(hpv(date(2012, 1, 1), None), 0);
    assert_eq!(hpv(date(2011, 11, 9), Some(Sex::Female)), 0);
    assert_eq!(hpv(date(2014, 1, 1), Some(Sex::Female)), 0);
}

#[test]
fn combined_vaccines_count_for_each_disease() {
    let history = parse_history("五联 2025-03-01, 2025-04-01, 2025-05-01, 2026-07-01").unwrap();
    let outlook = forecast(&Child::new(date(2025, 1, 1), None), &history, date(2026, 8, 1));
    assert_eq!(outlook.doses.iter().filter(|dose| dose.verdict.counts()).count(), 8);
    assert!(!outlook.next.iter().any(|dose| dose.product.code() == "bOPV"));
}

#[test]
fn four_doses_of_ipv_need_no_drops_at_four_years() {
    let birth = date(2024, 1, 1);
    let judged = verdicts(birth, "IPV 2024-03-01, 2024-04-01, 2024-05-01, 2025-07-01", date(2026, 1, 1));
    assert!(judged.iter().all(|verdict| verdict.starts_with("有效")), "{judged:?}");
    let judged = verdicts(birth, "IPV 2024-03-01, 2024-04-01, 2025-07-01; bOPV 2024-05-01", date(2026, 1, 1));
    assert_eq!(judged[3], "无效：未到起始月龄，2028-01-01 起接种才有效");
}

#[test]
fn a_certificate_lists_what_to_give_and_what_does_not_count() {
    let history = parse_history("HepB 2022-09-01, 2022-10-01, 2022-10-20; BCG 2022-09-01").unwrap();
    let child = Child::new(date(2022, 9, 1), Some(Sex::Male));
    let check = check_certificate(&child, &history, date(2026, 9, 1));
    assert!(!check.complete);
    assert_eq!(check.invalid.len(), 1);
    assert_eq!(check.missing[0].vaccine_zh, "麻腮风疫苗");
    assert!(
        check.missing.iter().any(|dose| dose.vaccine_zh == "乙肝疫苗" && dose.dose_no == 3 && dose.overdue)
    );
}

#[test]
fn a_plan_brings_everything_in_few_visits() {
    let child = Child::new(date(2022, 9, 1), Some(Sex::Male));
    let rules = VisitRules { most_doses: 4, days_between: 28, until: date(2029, 12, 31) };
    let plan = catch_up_plan(&child, &[], date(2026, 9, 1), rules);
    assert_eq!(plan[0].date, date(2026, 9, 1));
    assert_eq!(plan[0].doses[0].product.code(), "MMR");
    assert!(plan.iter().all(|visit| !visit.doses.is_empty() && visit.doses.len() <= 4));
    let total: usize = plan.iter().map(|visit| visit.doses.len()).sum();
    // MMR 2, HepB 3, polio 4, DTaP 4 then DT 1, MPSV-AC 2, JE-L 2, HepA 1; no BCG at 4 years.
    assert_eq!(total, 19);
}

#[test]
fn nothing_is_due_before_birth() {
    let outlook = forecast(&Child::new(date(2026, 1, 1), None), &[], date(2025, 12, 31));
    assert!(outlook.next.is_empty() && outlook.doses.is_empty());
    let newborn = forecast(&Child::new(date(2026, 1, 1), None), &[], date(2026, 1, 1));
    assert_eq!(newborn.due().count(), 2);
    let day_later = forecast(&Child::new(date(2026, 1, 1), None), &[], date(2026, 1, 2));
    assert_eq!(
        day_later.next.iter().find(|dose| dose.product.code() == "HepB").unwrap().status,
        Status::Overdue
    );
}
