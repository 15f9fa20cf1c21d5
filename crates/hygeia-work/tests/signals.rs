//! Alarms are a function of the data: the order of entries, repetition, lateness and correction leave no trace.
#![expect(clippy::unwrap_used, reason = "helpers of tests")]

use hygeia_expr::Value;
use hygeia_pack::PackSource;
use hygeia_store::{CountyId, EntryQuery, OrgUnit, OrgUnitId, Store, StoreOptions};
use hygeia_work::{Actor, Options, Submission, Work};
use jiff::ToSpan as _;
use jiff::civil::{Date, date};
use proptest::prelude::*;
use serde_json::json;
use std::collections::BTreeSet;

const PACK: &str = "\
pack: ward
title: 试验
";
const REGISTER: &str = "\
register: sick
title: 病例
about: org_unit
at: class
who: { county: [enter, edit, void] }
fields:
  date:    { type: date, title: 日期, required: true }
  disease: { type: choice, title: 病种, options: { mumps: 腮腺炎, other: 其他 } }
";
const FIGURES: &str = "\
measures:
  sick: { title: 病例, count: sick, by: disease, unit: 例 }
signals:
  cluster:
    title: 聚集
    watch: sick
    at: [class, school]
    limits: { mumps: { cases: 3, days: 5 } }
  single:
    title: 单例
    on: sick
    when: disease == 'other'
    at: [school]
";

fn now() -> jiff::Timestamp {
    "2026-06-30T08:00:00+08:00".parse().unwrap()
}

fn county() -> Work {
    let store =
        Store::open(StoreOptions { url: "sqlite::memory:".into(), key: [0; 32], readers: 1 }).unwrap();
    let mut packs: Vec<PackSource> =
        hygeia_pack::builtin().into_iter().filter(|source| source.pack == "core").collect();
    let files = [("pack.yaml", PACK), ("sick.yaml", REGISTER), ("figures.yaml", FIGURES)];
    let files = files.map(|(name, text)| (format!("ward/{name}"), text.to_owned())).to_vec();
    packs.push(PackSource { pack: "ward".into(), files });
    let work = Work::open(store, Options { county: CountyId(1), packs }).unwrap();
    let units =
        [("top", "county", None), ("s", "school", Some(1)), ("a", "class", Some(2)), ("b", "class", Some(2))];
    work.store()
        .write(move |writer| {
            for (sort, (code, kind, parent)) in (0..).zip(units) {
                writer.org_unit_put(
                    CountyId(1),
                    &OrgUnit {
                        id: OrgUnitId(0),
                        code: code.into(),
                        kind: kind.into(),
                        title: code.into(),
                        parent: parent.map(OrgUnitId),
                        path: String::new(),
                        from: date(2000, 1, 1),
                        to: None,
                        sort,
                        attrs: serde_json::Value::Null,
                    },
                )?;
            }
            Ok(())
        })
        .unwrap();
    work.reload().unwrap();
    work
}

/// One case as it should stand in the end.
#[derive(Debug, Clone)]
struct Case {
    class: &'static str,
    day: i32,
    disease: &'static str,
}

/// How a case gets there.
#[derive(Debug, Clone, Copy)]
enum Way {
    Once,
    Twice,
    /// First under another day, later corrected.
    Corrected(i32),
    /// Voided, then restored.
    Restored,
    /// Entered by mistake, and voided.
    Mistake,
}

fn day(offset: i32) -> Date {
    date(2026, 3, 1).saturating_add(offset.days())
}

fn submit(work: &Work, actor: &Actor, id: uuid::Uuid, case: &Case, offset: i32) {
    let values = json!({ "date": day(offset).to_string(), "disease": case.disease });
    let submission = Submission {
        id: Some(id),
        org_unit: Some(case.class.into()),
        values: values.as_object().unwrap().clone(),
        ..Submission::default()
    };
    work.entry_submit(actor, "ward.sick", submission).unwrap();
}

fn enter(work: &Work, cases: &[(Case, Way)], order: &[usize]) {
    let actor = work.system_actor(now());
    let ids: Vec<uuid::Uuid> = cases.iter().map(|_| uuid::Uuid::now_v7()).collect();
    for at in order {
        let (case, way) = &cases[*at];
        let first = if let Way::Corrected(other) = way { *other } else { case.day };
        submit(work, &actor, ids[*at], case, first);
        if matches!(way, Way::Twice) {
            submit(work, &actor, ids[*at], case, case.day);
        }
    }
    // Corrections come late, when everything else is there.
    for at in order {
        let (case, way) = &cases[*at];
        match way {
            Way::Corrected(_) => submit(work, &actor, ids[*at], case, case.day),
            Way::Restored => {
                work.entry_void(&actor, "ward.sick", ids[*at], "误登").unwrap();
                work.entry_restore(&actor, "ward.sick", ids[*at], "无误").unwrap();
            }
            Way::Mistake => drop(work.entry_void(&actor, "ward.sick", ids[*at], "误登").unwrap()),
            Way::Once | Way::Twice => {}
        }
    }
}

/// Cases of a file, loaded together.
fn load<'c>(work: &Work, cases: impl Iterator<Item = &'c Case>) {
    let directory = work.directory();
    let entry = |case: &Case| hygeia_work::Prepared {
        id: uuid::Uuid::now_v7(),
        unit: directory.by_code(case.class).unwrap().id,
        person: None,
        values: json!({ "date": day(case.day).to_string(), "disease": case.disease })
            .as_object()
            .unwrap()
            .clone(),
        at: now(),
    };
    work.entries_load(&work.system_actor(now()), "ward.sick", cases.map(entry).collect()).unwrap();
}

/// What the alarms say, without ids and times.
fn alarms(work: &Work) -> BTreeSet<String> {
    let packs = work.packs();
    let register = work.register(&packs, "core.alarm").unwrap();
    let all =
        work.store().read(|reader| reader.entry_list(CountyId(1), register, &EntryQuery::default())).unwrap();
    let fields = ["series", "date", "since", "until", "cases", "observed", "threshold", "explanation"];
    let say = |value: &Value| value.to_json().to_string();
    all.iter().map(|alarm| fields.map(|field| say(&alarm.values[field])).join(" ")).collect()
}

fn any_case() -> impl Strategy<Value = (Case, Way)> {
    let way = prop_oneof![
        4 => Just(Way::Once),
        1 => Just(Way::Twice),
        2 => (0i32..40).prop_map(Way::Corrected),
        1 => Just(Way::Restored),
        1 => Just(Way::Mistake),
    ];
    let class = prop_oneof![Just("a"), Just("b")];
    let disease = prop_oneof![4 => Just("mumps"), 1 => Just("other")];
    (class, 0i32..40, disease, way).prop_map(|(class, day, disease, way)| (Case { class, day, disease }, way))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, max_shrink_iters: 60, ..ProptestConfig::default() })]
    #[test]
    fn alarms_are_the_same_in_any_order(
        cases in proptest::collection::vec(any_case(), 1..22),
        shuffle in any::<prop::sample::Index>(),
    ) {
        let mut sorted: Vec<usize> = (0..cases.len()).collect();
        sorted.sort_by_key(|at| cases[*at].0.day);
        let kept: Vec<(Case, Way)> =
            cases.iter().filter(|(_, way)| !matches!(way, Way::Mistake)).map(|(case, _)| (case.clone(), Way::Once)).collect();
        let mut in_order: Vec<usize> = (0..kept.len()).collect();
        in_order.sort_by_key(|at| kept[*at].0.day);
        let clean = county();
        enter(&clean, &kept, &in_order);

        let messy = county();
        let mut order: Vec<usize> = sorted.iter().rev().copied().collect();
        order.rotate_left(shuffle.index(cases.len()));
        enter(&messy, &cases, &order);
        prop_assert_eq!(alarms(&clean), alarms(&messy));

        // Loaded at once, in two halves and out of order, they come to the same.
        let bulk = county();
        let (early, late) = in_order.split_at(kept.len() / 2);
        for part in [late, early] {
            load(&bulk, part.iter().map(|at| &kept[*at].0));
        }
        prop_assert_eq!(alarms(&clean), alarms(&bulk));

        // The daily run finds nothing to add.
        let actor = messy.system_actor(now());
        let before = alarms(&messy);
        messy.detect_between(&actor, day(0), day(45)).unwrap();
        prop_assert_eq!(before, alarms(&messy));
    }
}

/// The alarm comes back to what it said when it was raised; that is a change, not the same submission again.
#[test]
fn an_alarm_may_return_to_what_it_first_said() {
    let case = |day, way| (Case { class: "a", day, disease: "mumps" }, way);
    let messy = county();
    let cases = [case(3, Way::Once), case(0, Way::Once), case(0, Way::Once), case(0, Way::Mistake)];
    enter(&messy, &cases, &[0, 1, 2, 3]);
    let clean = county();
    enter(&clean, &cases[..3], &[0, 1, 2]);
    assert_eq!(alarms(&clean), alarms(&messy));
}

#[test]
fn an_alarm_grows_while_it_lasts_and_is_one() {
    let work = county();
    let case = |day| (Case { class: "a", day, disease: "mumps" }, Way::Once);
    enter(&work, &[case(1), case(3), case(4), case(8)], &[0, 1, 2, 3]);
    let found = alarms(&work);
    assert_eq!(found.len(), 2, "one at the class, one at the school: {found:?}");
    assert!(
        found
            .iter()
            .any(|alarm| alarm
                .contains("5 天 3 例，达到阈值 3；2026-03-02 至 2026-03-09 累计 4 例；班级：a 4 例")),
        "{found:?}"
    );
}

/// Judging the past week by week comes to what the entries came to.
#[test]
fn an_episode_over_two_runs_is_one_alarm() {
    let work = county();
    let actor = work.system_actor(now());
    let load = |days: &[i32]| {
        let unit = work.directory().by_code("a").unwrap().id;
        let entry = |offset: &i32| hygeia_work::Prepared {
            id: uuid::Uuid::now_v7(),
            unit,
            person: None,
            values: json!({ "date": day(*offset).to_string(), "disease": "mumps" })
                .as_object()
                .unwrap()
                .clone(),
            at: now(),
        };
        work.past_load(&actor, "ward.sick", days.iter().map(entry).collect()).unwrap();
    };
    load(&[1, 2, 3, 7, 9]);
    for week in 0..3 {
        work.detect_between(&actor, day(5 * week), day(5 * week + 4)).unwrap();
    }
    let found = alarms(&work);
    assert_eq!(found.len(), 2, "one at the class, one at the school: {found:?}");
    assert!(found.iter().all(|alarm| alarm.contains("累计 5 例")), "{found:?}");
}

#[test]
fn a_rule_on_entries_needs_no_measure() {
    let work = county();
    enter(&work, &[(Case { class: "b", day: 2, disease: "other" }, Way::Once)], &[0]);
    let found = alarms(&work);
    assert!(found.len() == 1 && found.iter().all(|alarm| alarm.contains("ward.single/s/")), "{found:?}");
}

#[test]
fn an_entry_no_signal_counts_leaves_the_register_of_alarms_alone() {
    let work = county();
    enter(&work, &[(Case { class: "b", day: 2, disease: "mumps" }, Way::Once)], &[0]);
    assert!(alarms(&work).is_empty());
}

#[test]
fn the_tests_of_the_pack_pass() {
    let mut packs = hygeia_pack::builtin();
    for source in packs.iter_mut().filter(|source| source.pack != "infectious_disease") {
        source.files.retain(|(name, _)| !name.contains("/tests/"));
    }
    let outcomes = hygeia_work::run_pack_tests(&packs).unwrap();
    assert!(!outcomes.is_empty());
    for outcome in outcomes {
        assert!(outcome.failures.is_empty(), "{}: {:#?}", outcome.title, outcome.failures);
    }
}
