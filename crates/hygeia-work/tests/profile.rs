//! A child's page: curves of what was measured, and the doses given and to come.
#![expect(clippy::unwrap_used, reason = "helpers of tests")]

use hygeia_expr::Value;
use hygeia_store::{CountyId, OrgUnit, OrgUnitId, Person, Store, StoreOptions};
use hygeia_work::{Actor, Curve, Options, PersonDraft, ProfilePart, Rows, Submission, Work};
use jiff::civil::date;
use serde_json::{Map, json};

/// A county with one kindergarten class and one boy in it.
fn county() -> (Work, Actor, Person) {
    let store =
        Store::open(StoreOptions { url: "sqlite::memory:".into(), key: [0; 32], readers: 1 }).unwrap();
    let work = Work::open(store, Options { county: CountyId(1), packs: hygeia_pack::builtin() }).unwrap();
    let units = [("top", "county", None), ("k", "kindergarten", Some(1)), ("c", "class", Some(2))];
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
    let actor = work.system_actor("2026-11-24T08:00:00+08:00".parse().unwrap());
    let draft = PersonDraft {
        code: "p1".into(),
        name: "试".into(),
        sex: "male".into(),
        birth: Some(date(2022, 9, 1)),
        ..PersonDraft::default()
    };
    let id = work.person_add(&actor, OrgUnitId(3), "child", &draft, date(2025, 9, 1)).unwrap();
    let (person, _) = work.person_open(&actor, id).unwrap();
    (work, actor, person)
}

fn enter(work: &Work, actor: &Actor, register: &str, values: serde_json::Value) {
    let values: Map<_, _> = values.as_object().cloned().unwrap();
    let submission = Submission { person: Some("p1".into()), values, ..Submission::default() };
    work.entry_submit(actor, register, submission).unwrap();
}

fn curves(parts: &[ProfilePart]) -> Vec<&Curve> {
    parts
        .iter()
        .filter_map(|part| if let ProfilePart::Curve(curve) = part { Some(curve) } else { None })
        .collect()
}

fn tables(parts: &[ProfilePart]) -> Vec<&Rows> {
    parts
        .iter()
        .filter_map(|part| if let ProfilePart::Rows(rows) = part { Some(rows) } else { None })
        .collect()
}

#[test]
fn a_child_without_entries_shows_nothing() {
    let (work, actor, person) = county();
    assert!(work.person_profile(&actor, &person).unwrap().is_empty());
}

#[test]
fn measurements_stand_before_the_percentiles_of_their_age() {
    let (work, actor, person) = county();
    for (day, height) in [("2026-09-01", 103.3), ("2025-09-01", 97.5)] {
        let values = json!({ "date": day, "kind": "measure", "height_cm": height, "weight_kg": 16 });
        enter(&work, &actor, "kindergarten.physical_exam", values);
    }
    let parts = work.person_profile(&actor, &person).unwrap();
    let curves = curves(&parts);
    // No head circumference was measured, so it has no curve.
    assert_eq!(curves.len(), 3);
    let height = curves[0];
    let points: Vec<(f64, f64)> = height.points.iter().map(|point| (point.age_months, point.value)).collect();
    assert_eq!(points, [(36.0, 97.5), (48.0, 103.3)]);
    assert_eq!(height.bands.len(), 7);
    let (name, median) = &height.bands[3];
    assert_eq!(name, "P50");
    // The lines are those of WS/T 423-2022, annex A.
    let lines = |month: f64| {
        hygeia_health::growth::cn::percentile_lines(
            hygeia_health::growth::cn::Indicator::LengthHeightForAge,
            hygeia_health::growth::Sex::Male,
            month,
        )
    };
    for (month, value) in median {
        assert!((value - lines(*month).unwrap()[3]).abs() < 0.006, "{month}");
    }
    assert_eq!(median.first().map(|point| point.0), Some(24.0));
    assert_eq!(median.last().map(|point| point.0), Some(60.0));
}

#[test]
fn doses_are_told_as_given_overdue_and_to_come() {
    let (work, actor, person) = county();
    let history = "乙肝疫苗 2022-09-01, 2022-10-01; 卡介苗 2022-09-01";
    let values = json!({
        "date": "2026-11-20", "occasion": "autumn", "certificate": "shown", "history": history,
        "conclusion": "missing", "missing_doses": "见系统判定", "notice_date": "2026-11-20",
    });
    enter(&work, &actor, "kindergarten.vaccination_check", values);
    let parts = work.person_profile(&actor, &person).unwrap();
    let tables = tables(&parts);
    let [table] = tables[..] else { unreachable!("one table") };
    let column = |name: &str| table.columns.iter().position(|column| column.cell == name).unwrap();
    let with = |status: &str| {
        let (at, vaccine) = (column("status"), column("vaccine"));
        let rows = table.rows.iter().filter(move |row| row[at] == Value::from(status));
        rows.map(|row| row[vaccine].as_text().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(with("counts"), ["乙肝疫苗", "卡介苗", "乙肝疫苗"]);
    assert!(with("overdue").iter().any(|vaccine| vaccine == "麻腮风疫苗"), "{:?}", with("overdue"));
    assert_eq!(table.rows[0][column("status")], Value::from("overdue"));
}

#[test]
fn a_check_names_each_missing_dose_with_its_earliest_day() {
    let (work, actor, _) = county();
    let values = json!({
        "date": "2026-11-20", "occasion": "autumn", "certificate": "shown", "history": "卡介苗 2022-09-01",
        "conclusion": "missing", "missing_doses": "见系统判定", "notice_date": "2026-11-20",
    });
    enter(&work, &actor, "kindergarten.vaccination_check", values);
    let listing = hygeia_work::Listing { limit: 5, ..hygeia_work::Listing::default() };
    let page = work.entry_list(&actor, "kindergarten.vaccination_check", &listing).unwrap();
    let missing = page.entries[0].entry.values["missing"].as_text().unwrap().to_owned();
    assert!(missing.starts_with("麻腮风疫苗第1剂（2026-11-20起可种）"), "{missing}");
}
