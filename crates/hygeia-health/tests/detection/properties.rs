//! What holds for any series: stepping equals judging at once, more cases never take a signal away, and no table
//! stops the program.

use hygeia_health::csv::detection::run;
use hygeia_health::detection::{
    Alternative, Bayes, Cdc, Cusum, Detector, Ears, EarsMethod, Farrington, FarringtonFlexible,
    FixedThreshold, Frequency, Glr, MovingPercentile, OutbreakP, Progress, Rki, Series,
};
use proptest::prelude::*;

use super::golden::bytes;

fn detectors() -> Vec<Box<dyn Detector>> {
    vec![
        Box::new(Ears::new(EarsMethod::C1)),
        Box::new(Ears::new(EarsMethod::C2)),
        Box::new(Ears::new(EarsMethod::C3)),
        Box::new(Farrington { years: 3, ..Farrington::default() }),
        Box::new(FarringtonFlexible { years: 3, ..FarringtonFlexible::default() }),
        Box::new(Bayes { years: 1, window: 4, this_year: true, alpha: 0.01 }),
        Box::new(Rki { years: 1, window: 4, this_year: true }),
        Box::new(Cdc { years: 3, neighbours: 1, alpha: 0.01 }),
        Box::new(MovingPercentile { years: 3, percentile: 80.0 }),
        Box::new(FixedThreshold { cases: 10.0, periods: 3 }),
        Box::new(Cusum::default()),
        Box::new(Glr::default()),
        Box::new(Glr { alpha: 0.2, window: Some(12), ..Glr::default() }),
        Box::new(Glr { alpha: 0.2, alternative: Alternative::Epidemic, window: Some(12), ..Glr::default() }),
        Box::new(OutbreakP::default()),
    ]
}

/// Four years of weeks, some of them missing, some of them wild.
fn counts() -> impl Strategy<Value = Vec<Option<f64>>> {
    let count = prop_oneof![
        8 => (0u32..15).prop_map(|count| Some(f64::from(count))),
        1 => Just(None),
        1 => prop_oneof![Just(0.0), Just(1e3), Just(1e9)].prop_map(Some),
    ];
    prop::collection::vec(count, 212)
}

const FROM: usize = 204;

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn a_stored_run_goes_on_as_if_never_stopped(counts in counts()) {
        let series = Series::new(Frequency::Weekly, 1, &counts);
        for detector in detectors() {
            let Ok(findings) = detector.detect(&series, FROM..series.len()) else { continue };
            let mut stored = serde_json::to_string(&detector.begin(&series, FROM).unwrap()).unwrap();
            for finding in findings {
                let mut progress: Progress = serde_json::from_str(&stored).unwrap();
                let again = detector.step(&series, &mut progress);
                prop_assert_eq!(format!("{finding:?}"), format!("{again:?}"));
                prop_assert!(finding.alarm.is_some() || finding.not_computed.is_some(), "{:?}", finding);
                stored = serde_json::to_string(&progress).unwrap();
            }
        }
    }

    #[test]
    fn more_cases_never_take_a_signal_away(mut counts in counts(), more in 1u32..50) {
        let last = counts.len() - 1;
        let low = Series::new(Frequency::Weekly, 1, &counts);
        counts[last] = counts[last].map(|count| count + f64::from(more));
        let high = Series::new(Frequency::Weekly, 1, &counts);
        for (index, detector) in detectors().iter().enumerate() {
            let signal = |series: &Series| {
                detector.detect(series, last..last + 1).ok().and_then(|findings| findings[0].alarm)
            };
            prop_assert!(signal(&low) != Some(true) || signal(&high) == Some(true), "detector {}", index);
        }
    }

    #[test]
    fn no_table_stops_the_program(
        series in "series,t,date,observed,population\n(s,[0-9]{1,2},(2024-0[1-9]-01)?,[0-9NAx.-]{0,4},[0-9]{0,2}\n){0,30}",
        runs in "series,config,from,to,status,message\n(s,(ears_c1|ff_b3_delta|glrnb_epi|cdc_b5m1|none),[0-9x]{0,3},[0-9]{0,3},(ok)?,\n){0,10}",
        freq in prop_oneof![Just(52), Just(12), Just(365), Just(7)],
    ) {
        let meta = format!(r#"[{{"series":"s","freq":{freq},"start":[2024,1]}}]"#);
        let configs = bytes("configs.json");
        let _ = run(&configs[..], series.as_bytes(), meta.as_bytes(), runs.as_bytes(), &mut Vec::new());
    }
}
