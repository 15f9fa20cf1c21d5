//! A county with a township hospital, two schools, and registers with a workflow.

use hygeia_pack::PackSource;
use hygeia_store::{CountyId, OrgUnit, OrgUnitId, Store, StoreOptions};
use hygeia_work::{Actor, ClockSearch, ClockView, Options, Receipt, Result, RoleAt, Step, Submission, Work};
use jiff::Timestamp;
use jiff::civil::Date;
use serde_json::{Map, Value as Json, json};
use uuid::Uuid;

pub const COUNTY: CountyId = CountyId(1);

const PACK: &str = "pack: t\ntitle: 测试\n";

const ROLES: &str = "
roles:
  nurse: { title: 校医 }
  head: { title: 校长 }
  doctor: { title: 防保医生 }
  bureau: { title: 县局, designs: true }
";

const KINDS: &str = "
org_kinds:
  county: { title: 县, under: [] }
  hospital: { title: 卫生院, under: [county] }
  school: { title: 学校, under: [hospital] }
";

pub const CASE: &str = "
register: case
title: 报告卡
about: org_unit
at: school
who: { nurse: [enter, edit, void], doctor: [view, edit], head: [view], bureau: [view] }
fields:
  date: { type: date, title: 日期, default: today }
  class: { type: choice, options: { a: 甲类, b: 乙类, none: 非法定 }, title: 类别, default: b }
  found_at: { type: datetime, title: 发现时间 }
  finding: { type: text, title: 核实意见 }
  verified_on: { type: date, title: 核实日期 }
  verified_by: { type: text, title: 核实人 }
  signed: { type: signature, title: 签名 }
  note: { type: text, title: 备注, show: state != 'reported' }
rules:
  - check: state != 'closed' || verified_by != null
    message: 结案前须有核实人
workflow:
  start: reported
  states:
    reported: { title: 已报告 }
    verified: { title: 已核实 }
    closed: { title: 已结案, final: true }
    dropped: { title: 已排除, final: true }
  transitions:
    verify:
      { title: 核实, from: reported, to: verified, who: [doctor], requires: [finding],
        sets: { verified_on: today, verified_by: me }, sign: signed }
    close:
      { title: 结案, from: verified, to: closed, who: [doctor], when: found_at != null, message: 没有发现时间不能结案, asks: [note] }
    drop: { title: 排除, from: [reported, verified], to: dropped, who: [doctor], reason: true }
    reopen: { title: 重新打开, from: closed, to: verified, who: [bureau], reason: true, reopens: true }
  clocks:
    report:
      title: 核实时限
      starts: field found_at
      limits:
        - { when: class == 'a', within: 2 h }
        - { when: class == 'b', within: 24 h }
      stops: verify
      voids: drop
      pause: [doctor]
      warn: 30 min
      escalate: [{ role: head }, { role: bureau, at: county, after: 1 h }]
    finish: { title: 结案时限, starts: entry, within: 3 work days, stops: close }
";

const MEASURES: &str = "
measures:
  open: { title: 未结案, count: case, where: state != 'closed' && state != 'dropped', unit: 例 }
  in_time: { title: 按时, count: case, where: clock_report == 'met', unit: 例 }
  late: { title: 超时, count: case, where: clock_report == 'late', unit: 例 }
indicators:
  on_time_rate: { title: 按时率, value: in_time / (in_time + late), unit: percent }
";

pub struct County {
    pub work: Work,
    pub county: OrgUnitId,
    pub school: OrgUnitId,
    pub other: OrgUnitId,
}

pub fn at(text: &str) -> Timestamp {
    format!("{text}:00+08:00").parse().unwrap()
}

pub fn packs(case: &str) -> Vec<PackSource> {
    let files = [
        ("pack.yaml", PACK),
        ("roles.yaml", ROLES),
        ("kinds.yaml", KINDS),
        ("registers/case.yaml", case),
        ("measures.yaml", MEASURES),
    ];
    // The measures are about the workflow.
    let files = files.into_iter().take(if case.contains("workflow:") { 5 } else { 4 });
    let files = files.map(|(name, text)| (format!("t/{name}"), text.to_owned())).collect();
    vec![PackSource { pack: "t".into(), files }]
}

impl County {
    pub fn new() -> Self {
        Self::at("sqlite::memory:", CASE)
    }

    /// The county in a database of its own, with this register; a database that is there keeps its units.
    pub fn at(url: &str, case: &str) -> Self {
        let options = StoreOptions { url: url.into(), key: [0; 32], readers: 2 };
        let store = Store::open(options).unwrap();
        let work = Work::open(store, Options { county: COUNTY, packs: packs(case) }).unwrap();
        let known = work.directory();
        if let [Some(county), Some(school), Some(other)] =
            ["county", "school", "other"].map(|code| known.by_code(code).map(|unit| unit.id))
        {
            return Self { work, county, school, other };
        }
        let units = work.store().write(|writer| {
            let mut put = |code: &str, kind: &str, parent| {
                writer.org_unit_put(
                    COUNTY,
                    &OrgUnit {
                        id: OrgUnitId(0),
                        code: code.into(),
                        kind: kind.into(),
                        title: code.into(),
                        parent,
                        path: String::new(),
                        from: Date::constant(2000, 1, 1),
                        to: None,
                        sort: 0,
                        attrs: Json::Null,
                    },
                )
            };
            let county = put("county", "county", None)?;
            let hospital = put("hospital", "hospital", Some(county))?;
            Ok([county, put("school", "school", Some(hospital))?, put("other", "school", Some(hospital))?])
        });
        let [county, school, other] = units.unwrap();
        work.reload().unwrap();
        Self { work, county, school, other }
    }

    /// Somebody with one role at one unit.
    pub fn actor(&self, role: &str, unit: OrgUnitId, now: &str) -> Actor {
        Actor {
            account: hygeia_store::AccountId(1),
            name: format!("某{role}"),
            roles: vec![RoleAt { role: role.into(), unit }],
            now: at(now),
            english: false,
        }
    }

    pub fn report(&self, now: &str, values: Json) -> Uuid {
        let nurse = self.actor("nurse", self.school, now);
        self.submit(&nurse, Uuid::now_v7(), values).unwrap().id
    }

    pub fn submit(&self, actor: &Actor, id: Uuid, values: Json) -> Result<Receipt> {
        let submission = Submission {
            id: Some(id),
            org_unit: Some("school".into()),
            values: map(values),
            ..Submission::default()
        };
        self.work.entry_submit(actor, "t.case", submission)
    }

    pub fn step(&self, role: &str, now: &str, id: Uuid, name: &str, values: Json) -> Result<Receipt> {
        let actor = self.actor(role, self.county, now);
        let step = Step { values: map(values), reason: Some("按规定".into()), ..Step::default() };
        self.work.transition(&actor, "t.case", id, name, step)
    }

    /// A field of an entry, as JSON.
    pub fn field(&self, id: Uuid, name: &str) -> Json {
        let system = self.work.system_actor(at("2026-11-30T00:00"));
        let (view, _) = self.work.entry_open(&system, "t.case", id).unwrap();
        hygeia_work::to_json(view.entry.values.get(name).unwrap())
    }

    pub fn clock(&self, actor: &Actor, id: Uuid, name: &str) -> Option<ClockView> {
        let search = ClockSearch { entries: Some(vec![hygeia_store::EntryId(id)]), ..ClockSearch::default() };
        let clocks = self.work.clock_list(actor, &search).unwrap();
        clocks.into_iter().find(|view| view.clock.name == name)
    }

    pub fn measure(&self, name: &str) -> i64 {
        use hygeia_work::{FigureQuery, Period};
        let actor = self.work.system_actor(at("2026-11-30T00:00"));
        let packs = self.work.packs();
        let query = FigureQuery {
            figures: vec![self.work.figure_id(&packs, &format!("t.{name}")).unwrap()],
            units: vec![self.county],
            periods: vec![Period::parse("2026-11", &self.work.calendar()).unwrap()],
        };
        let figures = self.work.figures(&actor, &query).unwrap();
        figures[0].value.map_or(0, |value| i64::try_from(value).unwrap())
    }

    pub fn must_be_sound(&self) {
        let report = self.work.store().verify(&mut |_| {}).unwrap();
        assert!(report.is_sound(), "{report:?}");
    }
}

pub fn map(values: Json) -> Map<String, Json> {
    values.as_object().unwrap().clone()
}

pub fn plain() -> Json {
    json!({ "date": "2026-11-24", "found_at": "2026-11-24T08:00" })
}
