//! An inspection from its first mark to its rectifications, a round from its draw to its publication.
#![expect(clippy::unwrap_used, reason = "helpers of tests")]

use hygeia_expr::Value;
use hygeia_pack::PackSource;
use hygeia_store::{CountyId, OrgUnit, OrgUnitId, Store, StoreOptions};
use hygeia_work::{
    Actor, Options, Period, PeriodKind, RankQuery, RoleAt, RoundDraft, Submission, Work, WorkError,
    county_time_zone, hash_password,
};
use jiff::civil::{Date, date};
use rust_decimal::Decimal;
use serde_json::{Map, Value as Json, json};
use uuid::Uuid;

const STANDARD: &str = "\
standard: tidy
title: 整洁标准
edition: '2026'
from: 2026-01-01
sections:
  - title: 环境
    items:
      - { item: floor, title: 地面, points: 60, requirement: 当日清扫, deductions: [ { title: 有积水, points: 5 }, { title: 有纸屑, points: 1, each: true } ] }
      - { item: rate, title: 上报率, points: 30, measured: rate, deductions: [ { title: 低于95%, points: 2, when: value < 95 } ] }
      - { item: beds, title: 床铺, points: 10, may_skip: true }
";
const OLD: &str = "\
standard: tidy
title: 旧标准
edition: '2025'
to: 2025-12-31
sections: [ { title: 环境, items: [ { item: floor, title: 地面, points: 100 } ] } ]
";
const CHECK: &str = "\
register: check
title: 检查
about: org_unit
at: class
standard: tidy
rectify: { to: correction, days: 3 }
flag: { title: 红旗, at_least: 90, within: school }
who: { county: [enter, edit, void], head: [enter, edit], teacher: [view] }
fields:
  date:   { type: date, title: 日期, required: true }
  photos: { type: photo, max: 2, title: 照片 }
";
const CORRECTION: &str = "\
register: correction
title: 整改
about: org_unit
at: class
who: { county: [enter, edit], teacher: [enter, edit] }
fields:
  date:        { type: date, title: 日期, required: true }
  inspection:  { type: entry, register: check, title: 检查 }
  finding:     { type: text, max: 200, title: 问题 }
  requirement: { type: text, max: 200, title: 要求 }
  due:         { type: date, title: 期限 }
";
const REPORTS: &str = "\
register: sent
title: 上报
about: org_unit
at: class
who: { county: [enter] }
fields:
  date: { type: date, title: 日期, required: true }
  late: { type: bool, title: 迟报 }
";
const FIGURES: &str = "\
measures:
  sent: { title: 上报, count: sent, unit: 次 }
  timely: { title: 及时, count: sent, where: '!late', unit: 次 }
indicators:
  rate: { title: 按时上报率, value: timely / sent, unit: percent }
";

const TODAY: Date = date(2026, 6, 30);

fn now() -> jiff::Timestamp {
    TODAY.at(8, 0, 0, 0).to_zoned(county_time_zone()).unwrap().timestamp()
}

/// A county with a school of three classes and a second school of one; accounts of the county, a head and teachers.
fn county() -> Work {
    county_with(CORRECTION)
}

/// The same with another register of rectifications.
fn county_with(correction: &str) -> Work {
    let store =
        Store::open(StoreOptions { url: "sqlite::memory:".into(), key: [0; 32], readers: 1 }).unwrap();
    let mut packs: Vec<PackSource> =
        hygeia_pack::builtin().into_iter().filter(|source| source.pack == "core").collect();
    let files = [
        ("pack.yaml", "pack: ward\ntitle: 试验\n"),
        ("tidy.yaml", STANDARD),
        ("old.yaml", OLD),
        ("check.yaml", CHECK),
        ("correction.yaml", correction),
        ("sent.yaml", REPORTS),
        ("figures.yaml", FIGURES),
    ];
    let files = files.map(|(name, text)| (format!("ward/{name}"), text.to_owned())).to_vec();
    packs.push(PackSource { pack: "ward".into(), files });
    let work = Work::open(store, Options { county: CountyId(1), packs }).unwrap();
    let units = [
        ("top", "county", None),
        ("s", "school", Some(1)),
        ("a", "class", Some(2)),
        ("b", "class", Some(2)),
        ("c", "class", Some(2)),
        ("s2", "school", Some(1)),
        ("d", "class", Some(6)),
    ];
    let put = move |writer: &mut hygeia_store::Writer<'_>| {
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
                    attrs: Json::Null,
                },
            )?;
        }
        Ok(())
    };
    work.store().write(put).unwrap();
    work.reload().unwrap();
    let hash = hash_password("correct horse").unwrap();
    for (login, role, unit) in
        [("county", "county", 1), ("county2", "county", 1), ("head", "head", 2), ("teach", "teacher", 3)]
    {
        work.account_bootstrap(login, login, &hash, &[(role.into(), OrgUnitId(unit))]).unwrap();
    }
    work
}

fn actor(role: &str, unit: i64) -> Actor {
    Actor {
        account: hygeia_store::AccountId(9),
        name: role.to_owned(),
        roles: vec![RoleAt { role: role.into(), unit: OrgUnitId(unit) }],
        now: now(),
        english: false,
    }
}

fn begin(work: &Work, unit: &str, more: Json) -> Uuid {
    let mut values = Map::from_iter([("date".to_owned(), json!(TODAY.to_string()))]);
    values.extend(more.as_object().cloned().unwrap_or_default());
    work.inspection_start(&actor("county", 1), "ward.check", Uuid::now_v7(), unit, None, values).unwrap().id
}

fn mark(work: &Work, id: Uuid, mark: Json) -> Result<hygeia_work::Marked, WorkError> {
    work.inspection_mark(&actor("county", 1), "ward.check", id, mark.as_object().unwrap())
}

fn whole(work: &Work, unit: &str, floor: i64, more: Json) -> Uuid {
    let id = begin(work, unit, more);
    mark(work, id, json!({ "item": "floor", "points": floor, "note": "看见" })).unwrap();
    mark(work, id, json!({ "item": "rate", "points": 30 })).unwrap();
    mark(work, id, json!({ "item": "beds", "points": 10 })).unwrap();
    id
}

fn sent(work: &Work, unit: &str, late: bool) {
    let values = json!({ "date": "2026-06-02", "late": late }).as_object().cloned().unwrap();
    let submission = Submission { org_unit: Some(unit.into()), values, ..Submission::default() };
    work.entry_submit(&actor("county", 1), "ward.sent", submission).unwrap();
}

#[test]
fn marks_are_kept_one_by_one_and_the_findings_become_rectifications_once() {
    let work = county();
    let id = begin(&work, "a", json!({}));
    let marked =
        mark(&work, id, json!({ "item": "floor", "reasons": "1,2*3", "requirement": "当日清扫" })).unwrap();
    assert_eq!(marked.mark.points, Some(Decimal::from(52)));
    assert_eq!((marked.outcome.judged, marked.outcome.score), (1, None));
    mark(&work, id, json!({ "item": "beds", "skipped": true })).unwrap();
    let refused = work.inspection_finish(&actor("county", 1), "ward.check", id, false);
    assert!(refused.unwrap_err().to_string().contains("还有 1 项没有评分"));
    // The rest gets full points: 52 + 30 of 90 that apply.
    let done = work.inspection_finish(&actor("county", 1), "ward.check", id, true).unwrap();
    assert_eq!(done.outcome.score, Some(Decimal::new(911, 1)));
    let again = work.inspection_finish(&actor("county", 1), "ward.check", id, true).unwrap();
    assert_eq!((done.corrections.len(), again.corrections.len()), (1, 1));
    let correction = &done.corrections[0];
    assert_eq!(correction.values["finding"], Value::Text("地面：有积水 −5；有纸屑 ×3 −3".into()));
    assert_eq!(correction.values["due"], Value::Date(date(2026, 7, 3)));
    assert_eq!(correction.unit, OrgUnitId(3));
}

#[test]
fn marks_and_findings_are_stored_together_or_not_at_all() {
    // Two findings of one day cannot both stand in this register.
    let work = county_with(&CORRECTION.replace("at: class\n", "at: class\nkey: [org_unit, date]\n"));
    let id = begin(&work, "a", json!({}));
    for item in ["floor", "beds"] {
        mark(&work, id, json!({ "item": item, "points": 5, "note": "脏", "requirement": "打扫" })).unwrap();
    }
    let chief = actor("county", 1);
    let before = work.inspection_open(&chief, "ward.check", id).unwrap();
    let refused = work.inspection_finish(&chief, "ward.check", id, true).unwrap_err();
    assert!(refused.to_string().contains("整改台账中当天已有同一登记"), "{refused}");
    let after = work.inspection_open(&chief, "ward.check", id).unwrap();
    assert_eq!(after.view.entry.version, before.view.entry.version, "the rest has no full points");
    assert!(after.corrections.is_empty(), "and no finding stands alone: {:?}", after.corrections);
}

#[test]
fn points_taken_without_a_word_are_asked_for() {
    let work = county();
    let id = begin(&work, "a", json!({}));
    mark(&work, id, json!({ "item": "floor", "points": 59 })).unwrap();
    let refused = work.inspection_finish(&actor("county", 1), "ward.check", id, true).unwrap_err();
    assert!(refused.to_string().contains("“地面”扣了分，请写明原因"), "{refused}");
}

#[test]
fn an_indicator_takes_points_and_a_missing_one_is_left_to_the_inspector() {
    let work = county();
    let blank = begin(&work, "b", json!({}));
    let opened = work.inspection_open(&actor("county", 1), "ward.check", blank).unwrap();
    assert!(opened.mark("rate").is_none(), "nothing was sent, so there is no rate");
    (0..9).for_each(|_| sent(&work, "a", false));
    sent(&work, "a", true);
    let id = begin(&work, "a", json!({}));
    let opened = work.inspection_open(&actor("county", 1), "ward.check", id).unwrap();
    let rate = opened.mark("rate").unwrap();
    assert_eq!(rate.points, Some(Decimal::from(28)), "90 % is below 95 %");
    assert_eq!(rate.note.as_deref(), Some("按时上报率 90.0%"));
    let marked = mark(&work, id, json!({ "item": "rate", "points": 30 })).unwrap();
    assert_eq!(marked.mark.points, Some(Decimal::from(28)), "nobody marks it by hand");
}

#[test]
fn an_inspection_keeps_the_edition_of_its_day() {
    let work = county();
    let id = begin(&work, "a", json!({ "date": "2025-06-01" }));
    let opened = work.inspection_open(&actor("county", 1), "ward.check", id).unwrap();
    assert_eq!((opened.edition.name.as_str(), opened.edition.total), ("2025", Decimal::from(100)));
    let unknown = mark(&work, id, json!({ "item": "beds", "points": 1 })).unwrap_err();
    assert!(unknown.to_string().contains("标准中没有条目“beds”"), "{unknown}");
}

#[test]
fn units_are_ranked_and_the_best_of_each_school_gets_the_flag() {
    let work = county();
    for (unit, floor) in [("a", 60), ("b", 60), ("c", 58), ("d", 40)] {
        whole(&work, unit, floor, json!({}));
    }
    let query = RankQuery {
        unit: OrgUnitId(1),
        from: date(2026, 6, 1),
        to: TODAY,
        assessor: "outside".into(),
        round: None,
    };
    let lines = work.inspection_ranking(&actor("county", 1), "ward.check", &query).unwrap();
    let shown: Vec<(usize, i64, bool)> =
        lines.iter().map(|line| (line.place, line.unit.0, line.flag)).collect();
    // The two best share the flag; the only class of the other school is below 90.
    assert_eq!(shown, [(1, 3, true), (1, 4, true), (3, 5, false), (4, 7, false)]);
    let (_, items) = work.inspection_items(&actor("county", 1), "ward.check", &query).unwrap();
    let floor = &items[0];
    let percent = Decimal::from(50);
    assert_eq!((floor.item.title.zh.as_str(), floor.judged, floor.share()), ("地面", 4, Some(percent)));
    assert_eq!((floor.losses.len(), floor.points()), (2, Decimal::from(22)));
    assert!(items[1..].iter().all(|item| item.losses.is_empty() && item.judged == 4), "{items:?}");
    let foreign = work.inspection_ranking(&actor("head", 6), "ward.check", &query);
    assert!(foreign.is_err(), "a head ranks nobody outside their school");
}

#[test]
fn a_flag_is_awarded_seen_by_the_house_kept_against_later_marks_and_taken_back_with_a_reason() {
    let work = county();
    let (chief, head, teacher) = (actor("county", 1), actor("head", 2), actor("teacher", 3));
    let first = whole(&work, "a", 60, json!({}));
    whole(&work, "b", 58, json!({}));
    let month = Period::containing(PeriodKind::Month, TODAY, &work.calendar());
    let units =
        |flags: &hygeia_work::Flags| -> Vec<i64> { flags.awarded.iter().map(|award| award.unit.0).collect() };
    assert!(
        work.flags_award(&teacher, "ward.check", OrgUnitId(3), &month).is_err(),
        "a teacher awards nothing"
    );
    let flags = work.flags_award(&head, "ward.check", OrgUnitId(2), &month).unwrap();
    assert_eq!((units(&flags), flags.house), (vec![3], OrgUnitId(2)));
    let again = work.flags_award(&head, "ward.check", OrgUnitId(2), &month).unwrap();
    assert_eq!(again.awarded[0].entry.version, flags.awarded[0].entry.version, "twice is once");

    // Everybody of the school sees it, nobody of the other one.
    let seen = work.flags_of(&actor("teacher", 4), "ward.check", OrgUnitId(4), &month).unwrap();
    assert_eq!((units(&seen), seen.ranked.len(), seen.may_award), (vec![3], 0, false));
    let other = work.flags_of(&actor("teacher", 7), "ward.check", OrgUnitId(7), &month).unwrap();
    assert!(units(&other).is_empty());
    assert!(work.flags_of(&actor("teacher", 7), "ward.check", OrgUnitId(3), &month).is_err());

    // A mark corrected later moves the ranking, not the award, until somebody takes it back.
    mark(&work, first, json!({ "item": "floor", "points": 55, "note": "复核" })).unwrap();
    let moved = work.flags_of(&head, "ward.check", OrgUnitId(2), &month).unwrap();
    assert_eq!((units(&moved), moved.has_moved()), (vec![3], true));
    assert!(work.flags_award(&head, "ward.check", OrgUnitId(2), &month).is_err());
    assert!(
        work.flags_withdraw(&head, "ward.check", OrgUnitId(2), &month, " ").is_err(),
        "not without a reason"
    );
    work.flags_withdraw(&chief, "ward.check", OrgUnitId(2), &month, "复核后改授").unwrap();
    let next = work.flags_award(&head, "ward.check", OrgUnitId(2), &month).unwrap();
    assert_eq!(units(&next), [4]);
    work.flags_withdraw(&head, "ward.check", OrgUnitId(2), &month, "误").unwrap();
    mark(&work, first, json!({ "item": "floor", "points": 60 })).unwrap();
    let back = work.flags_award(&head, "ward.check", OrgUnitId(2), &month).unwrap();
    assert_eq!(units(&back), [3], "one that was taken back may be awarded again");
    let report = work.store().verify(&mut |_| ()).unwrap();
    assert!(report.differences.is_empty(), "{:?}", report.differences);
}

#[test]
fn self_assessment_and_outside_inspection_stand_side_by_side() {
    let work = county();
    let head = actor("head", 2);
    let outside = whole(&work, "a", 50, json!({}));
    assert!(work.inspection_compare(&head, "ward.check", OrgUnitId(3)).unwrap().is_none());
    let own = whole(&work, "a", 60, json!({ "assessor": "self" }));
    let both = work.inspection_compare(&head, "ward.check", OrgUnitId(3)).unwrap().unwrap();
    assert_eq!((both.own.id.0, both.outside.id.0), (own, outside));
    let items: Vec<&str> = both.differing.iter().map(|(item, ..)| item.code.as_str()).collect();
    assert_eq!(items, ["floor"]);
}

#[test]
fn a_round_is_drawn_without_conflicts_carried_out_and_published() {
    let work = county();
    let chief = actor("county", 1);
    let draft = RoundDraft {
        register: "ward.check".into(),
        unit: OrgUnitId(1),
        title: "第一轮".into(),
        from: TODAY,
        to: TODAY,
        seed: "公开种子".into(),
        targets: Some(3),
        inspectors: 2,
    };
    let id = work.round_draw(&chief, draft.clone()).unwrap();
    let view = work.round_open(&chief, id).unwrap();
    assert_eq!((view.round.targets.len(), view.done(), view.round.seed.as_str()), (3, 0, "公开种子"));
    for target in &view.round.targets {
        let names: Vec<&str> = target.inspectors.iter().map(|one| one.name.as_str()).collect();
        assert!(
            names.len() == 2 && !names.contains(&"head"),
            "the head of the school inspects none of it: {names:?}"
        );
    }
    let twin = work.round_open(&chief, work.round_draw(&chief, draft).unwrap()).unwrap();
    assert_eq!(twin.round.targets, view.round.targets, "the same seed, the same draw");

    let directory = work.directory();
    let drawn = directory.get(view.round.targets[0].unit).unwrap().code.clone();
    let left_out = ["a", "b", "c", "d"].into_iter().find(|code| {
        !view.round.targets.iter().any(|target| directory.get(target.unit).unwrap().code == *code)
    });
    let values = || Map::from_iter([("date".to_owned(), json!(TODAY.to_string()))]);
    let start =
        |unit: &str| work.inspection_start(&chief, "ward.check", Uuid::now_v7(), unit, Some(id), values());
    assert!(start(left_out.unwrap()).unwrap_err().to_string().contains("不在本轮抽取的名单中"));
    let entry = start(&drawn).unwrap().id;
    assert!(work.round_publish(&chief, id).is_err(), "nothing is finished yet");
    work.inspection_finish(&chief, "ward.check", entry, true).unwrap();
    assert_eq!(work.round_open(&chief, id).unwrap().done(), 1);

    let teacher = actor("teacher", 3);
    assert!(work.round_open(&teacher, id).is_err(), "not before it is published");
    work.round_publish(&chief, id).unwrap();
    assert_eq!(work.round_open(&teacher, id).unwrap().ranking.len(), 1);
    assert!(work.round_draw(&teacher, RoundDraft { unit: OrgUnitId(3), ..draft_of(&work, id) }).is_err());
    let report = work.store().verify(&mut |_| ()).unwrap();
    assert!(report.differences.is_empty(), "{:?}", report.differences);
}

fn draft_of(work: &Work, id: hygeia_store::RoundId) -> RoundDraft {
    let round = work.round_open(&actor("county", 1), id).unwrap().round;
    RoundDraft {
        register: round.register.to_string(),
        unit: round.unit,
        title: round.title,
        from: round.from,
        to: round.to,
        seed: round.seed,
        targets: None,
        inspectors: 1,
    }
}

#[test]
fn a_picture_belongs_to_its_register_and_unit() {
    let work = county();
    let chief = actor("county", 1);
    let png = b"\x89PNG\r\n\x1a\n".to_vec();
    let add = |actor: &Actor, unit: &str, body: Vec<u8>| {
        work.attachment_add(actor, "ward.check", unit, Uuid::now_v7(), body).map(|id| id.0)
    };
    let here = add(&chief, "a", png.clone()).unwrap();
    let there = add(&chief, "b", png.clone()).unwrap();
    assert!(add(&chief, "a", b"<svg>".to_vec()).is_err(), "no picture");
    assert!(add(&chief, "a", vec![0xff; 9 * 1024 * 1024]).is_err(), "too large");
    assert!(add(&actor("teacher", 3), "a", png.clone()).is_err(), "a teacher only views inspections");
    assert!(add(&actor("head", 6), "a", png).is_err(), "another school");

    let entry = begin(&work, "a", json!({ "photos": [here.to_string()] }));
    let of_b = json!({ "item": "floor", "points": 60, "photos": [there.to_string()] });
    assert!(mark(&work, entry, of_b).is_err(), "a picture of another class");
    mark(&work, entry, json!({ "item": "floor", "points": 60, "photos": [here.to_string()] })).unwrap();

    assert_eq!(work.attachment_open(&actor("teacher", 3), here).unwrap().media, "image/png");
    assert!(work.attachment_open(&actor("teacher", 4), here).is_err(), "a teacher of another class");
    assert!(work.attachment_open(&actor("head", 6), here).is_err(), "another school");
}

#[test]
fn a_flag_counts_in_the_month_it_is_for_though_it_is_awarded_in_the_next() {
    let work = county();
    whole(&work, "a", 60, json!({}));
    let month = Period::containing(PeriodKind::Month, TODAY, &work.calendar());
    let head = actor("head", 2);
    let late = Actor { now: head.now + jiff::SignedDuration::from_hours(24 * 40), ..head };
    let flags = work.flags_award(&late, "ward.check", OrgUnitId(2), &month).unwrap();
    let entry = &flags.awarded[0].entry;
    assert_eq!(entry.day, month.to);
    assert_eq!(entry.values["awarded_on"], Value::Date(late.today()));
    assert!(late.today() > month.to);
}
