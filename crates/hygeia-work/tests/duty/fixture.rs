//! A small county with a term.

use hygeia_store::{CountyId, OrgUnit, OrgUnitId, PlanId, PlanItem, Store, StoreOptions, Term};
use hygeia_work::{Actor, DutyLine, ItemChoice, Options, PersonDraft, Submission, Work};
use jiff::civil::{Date, date};

/// A kindergarten (2) of one class (3) with one child, a second kindergarten (4) of one class (5), one autumn term.
pub fn county() -> Work {
    let store =
        Store::open(StoreOptions { url: "sqlite::memory:".into(), key: [0; 32], readers: 1 }).unwrap();
    let work = Work::open(store, Options { county: CountyId(1), packs: hygeia_pack::builtin() }).unwrap();
    let units = [
        ("top", "county", None),
        ("k", "kindergarten", Some(1)),
        ("c", "class", Some(2)),
        ("k2", "kindergarten", Some(1)),
        ("c2", "class", Some(4)),
        ("street", "street", Some(1)),
        ("community", "community", Some(6)),
    ];
    work.store()
        .write(move |writer| {
            for (sort, (code, kind, parent)) in (0..).zip(units) {
                let unit = OrgUnit {
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
                };
                writer.org_unit_put(CountyId(1), &unit)?;
            }
            let term = Term {
                id: "2026-T1".into(),
                title: "秋季学期".into(),
                from: date(2026, 9, 1),
                to: date(2027, 1, 22),
            };
            writer.term_put(CountyId(1), &term)
        })
        .unwrap();
    work.reload().unwrap();
    let draft = PersonDraft {
        code: "p1".into(),
        name: "试".into(),
        sex: "male".into(),
        birth: Some(date(2022, 9, 1)),
        ..PersonDraft::default()
    };
    let actor = on(&work, date(2026, 9, 1));
    work.person_add(&actor, OrgUnitId(3), "child", &draft, date(2026, 9, 1)).unwrap();
    work
}

/// Whoever may do everything, at noon of a day.
pub fn on(work: &Work, day: Date) -> Actor {
    work.system_actor(format!("{day}T12:00:00+08:00").parse().unwrap())
}

/// Uploads a plan of the first kindergarten for the term.
pub fn read(work: &Work, actor: &Actor, text: &str) -> PlanId {
    let text = format!("卫生保健工作计划\n一、工作安排\n{text}");
    let (from, to) = (date(2026, 9, 1), date(2027, 1, 22));
    work.plan_upload(actor, OrgUnitId(2), "计划.txt", text.as_bytes(), from, to).unwrap()
}

/// The lines of a plan that are no headings.
pub fn items(work: &Work, actor: &Actor, plan: PlanId) -> Vec<PlanItem> {
    let (_, items) = work.plan_open(actor, plan).unwrap();
    items.into_iter().filter(|item| item.kind != "heading").collect()
}

/// What the reader suggests for a line, with the state a reviewer gives it.
pub fn choice(item: &PlanItem, state: &str) -> ItemChoice {
    ItemChoice {
        state: state.into(),
        duty: item.duty.clone(),
        indicator: item.indicator.clone(),
        ..ItemChoice::default()
    }
}

/// Reads a plan, takes all its lines and puts it in force.
pub fn confirmed(work: &Work, actor: &Actor, text: &str) -> PlanId {
    let plan = read(work, actor, text);
    take(work, actor, plan);
    plan
}

/// Takes all lines of a plan and puts it in force.
pub fn take(work: &Work, actor: &Actor, plan: PlanId) {
    for item in items(work, actor, plan) {
        work.plan_choose(actor, plan, item.id, &choice(&item, "accepted")).unwrap();
    }
    work.plan_confirm(actor, plan).unwrap();
}

/// An entry of the first class, made on its day.
pub fn enter(work: &Work, register: &str, values: serde_json::Value) {
    let day: Date = values["date"].as_str().unwrap().parse().unwrap();
    let values = values.as_object().cloned().unwrap();
    let submission = Submission { org_unit: Some("c".into()), values, ..Submission::default() };
    work.entry_submit(&on(work, day), register, submission).unwrap();
}

/// A duty of a unit and below as it stands at noon of a day.
pub fn line(work: &Work, duty: &str, unit: i64, day: Date) -> DutyLine {
    let lines = work.duties_on(&on(work, day), OrgUnitId(unit), day).unwrap();
    lines.into_iter().find(|line| line.duty.id.as_str() == duty).unwrap()
}
