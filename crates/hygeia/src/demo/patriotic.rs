//! Patriotic health in the demo county: a street with its communities, public places and an office; letters, an
//! inspection with findings and their rectification, the autumn campaign against rats, tasks of the creation.

use super::at;
use anyhow::{Context, Result};
use hygeia_store::{OrgUnit, OrgUnitId};
use hygeia_work::{Actor, Step, Submission, Work};
use jiff::ToSpan;
use jiff::civil::Date;
use serde_json::{Map, Value, json};
use uuid::Uuid;

/// Code, kind, title, code of the unit above.
const UNITS: [(&str, &str, &str, &str); 10] = [
    ("st1", "street", "城关街道", "county"),
    ("st1c1", "community", "东门社区", "st1"),
    ("st1c2", "community", "河东社区", "st1"),
    ("st1p1", "public_place", "青禾宾馆", "st1c1"),
    ("st1p2", "public_place", "清泉浴池", "st1c1"),
    ("st1p3", "public_place", "丽人美发店", "st1c2"),
    ("st1p4", "public_place", "蓝湾游泳馆", "st1c2"),
    ("st1w1", "workplace", "县政府办公室", "st1"),
    ("st1w1o1", "office", "秘书股", "st1w1"),
    ("st1w1o2", "office", "综合股", "st1w1"),
];
/// Items of the public-place checklist.
const ITEMS: [&str; 10] =
    ["licence", "file", "staff", "training", "clean", "utensils", "air", "water", "pests", "smoking"];

/// Makes the units.
pub(crate) fn places(work: &Work, today: Date) -> Result<()> {
    for (sort, (code, kind, title, above)) in (40..).zip(UNITS) {
        work.reload()?;
        let unit = OrgUnit {
            id: OrgUnitId(0),
            code: code.into(),
            kind: kind.into(),
            title: title.into(),
            parent: work.directory().by_code(above).map(|unit| unit.id),
            path: String::new(),
            from: today.saturating_sub(3.years()),
            to: None,
            sort,
            attrs: Value::Null,
        };
        let county = work.county();
        work.store().write(move |writer| writer.org_unit_put(county, &unit))?;
    }
    work.reload()?;
    Ok(())
}

pub(super) struct Story<'a> {
    work: &'a Work,
    pub(super) today: Date,
}

impl Story<'_> {
    pub(super) fn text(&self, days: i64) -> String {
        self.today.saturating_sub(days.days()).to_string()
    }

    fn actor(&self, days: i64, name: &str) -> Actor {
        let now = at(self.today.saturating_sub(days.days()), 7, 30);
        Actor { name: name.to_owned(), ..self.work.system_actor(now) }
    }

    /// An entry of so many days ago, dated that day.
    pub(super) fn enter(&self, days: i64, org: &str, register: &str, mut values: Value) -> Result<Uuid> {
        if let Value::Object(fields) = &mut values {
            fields.entry("date").or_insert_with(|| json!(self.text(days)));
        }
        let submission =
            Submission { org_unit: Some(org.into()), values: map(values), ..Submission::default() };
        let id = format!("patriotic_health.{register}");
        let made = self.work.entry_submit(&self.actor(days, "何建军"), &id, submission);
        Ok(made.with_context(|| format!("{id} of {org}"))?.id)
    }

    /// An inspection whose findings become rectifications.
    pub(super) fn inspect(&self, days: i64, org: &str, register: &str, values: Value) -> Result<()> {
        let id = self.enter(days, org, register, values)?;
        let register = format!("patriotic_health.{register}");
        self.work.inspection_finish(&self.actor(days, "林涛"), &register, id, false)?;
        Ok(())
    }

    fn step(&self, days: i64, id: Uuid, name: &str, values: Value) -> Result<()> {
        let step = Step { values: map(values), ..Step::default() };
        self.work.transition(&self.actor(days, "林涛"), "patriotic_health.rectification", id, name, step)?;
        Ok(())
    }
}

fn map(values: Value) -> Map<String, Value> {
    match values {
        Value::Object(values) => values,
        _ => Map::new(),
    }
}

/// Makes the records up to yesterday.
pub(crate) fn build(work: &Work, today: Date) -> Result<()> {
    let story = Story { work, today };
    letters(&story)?;
    public_places(&story)?;
    pests_and_tobacco(&story)?;
    creation(&story)?;
    super::healthy_city::build(&story)
}

/// Forty letters of shops, of which three are still out.
fn letters(story: &Story<'_>) -> Result<()> {
    let year = story.today.year();
    let names = |count: usize| -> Vec<Value> {
        (1..=count).map(|number| json!({ "name": format!("东门街 {number} 号商铺"), "copies": 1 })).collect()
    };
    let issued = json!({ "kind": "shopfront", "year": year, "letters": names(40), "issued_by": "高敏" });
    story.enter(50, "st1", "responsibility_letter", issued)?;
    let returned = json!({ "kind": "shopfront", "year": year, "letters": names(37), "received_by": "高敏" });
    story.enter(20, "st1", "letter_return", returned)?;
    Ok(())
}

fn public_places(story: &Story<'_>) -> Result<()> {
    let files = [("st1p1", "hotel", 22, 22), ("st1p2", "bath", 9, 8), ("st1p4", "swimming", 12, 12)];
    for (number, (place, category, staff, certified)) in files.into_iter().enumerate() {
        let values = json!({ "category": category, "staff": staff, "certified": certified,
            "licence_no": format!("青卫公字第 {:04} 号", 101 + number), "licence_until": story.text(-400) });
        story.enter(90, place, "place_file", values)?;
    }
    let marks = |low: &[(&str, i64, &str)]| -> Vec<Value> {
        let mark = |item: &&str| match low.iter().find(|(name, ..)| name == item) {
            _ if *item == "licence" => json!({ "item": item, "failed": false }),
            Some((_, points, note)) => {
                json!({ "item": item, "points": points, "note": note, "requirement": "限期改正并报告结果" })
            }
            None => json!({ "item": item, "points": 10 }),
        };
        ITEMS.iter().map(mark).collect()
    };
    let visits = [
        ("st1p1", 12, marks(&[])),
        ("st1p2", 11, marks(&[("utensils", 5, "拖鞋消毒记录缺三天"), ("air", 7, "更衣室通风不良")])),
        ("st1p3", 6, marks(&[("training", 6, "两名从业人员未培训")])),
    ];
    for (place, days, results) in visits {
        let values = json!({ "results": results, "campaign": "double_random", "document": "opinion",
            "document_no": format!("意见书 {days:03} 号"), "inspector": "林涛", "assessor": "outside" });
        story.inspect(days, place, "place_inspection", values)?;
    }
    rectified(story)?;
    for (days, name, result) in
        [(40, "河东小区水箱", "pass"), (39, "东门小区水箱", "fix"), (37, "宾馆二次供水", "pass")]
    {
        let values = json!({ "campaign_from": story.text(45), "name": name, "owner": "城关物业", "manager": "城关物业",
            "responsible": "曹强", "trained": true, "sanitary": result });
        story.enter(days, "st1", "water_facility", values)?;
    }
    Ok(())
}

/// A round's findings beside the checklist: one accepted, one waiting for its re-check, one overdue.
fn rectified(story: &Story<'_>) -> Result<()> {
    let finding = |what: &str, ask: &str, due: i64| json!({ "finding": what, "requirement": ask, "due": story.text(due) });
    let done =
        story.enter(15, "st1c1", "rectification", finding("农贸市场东侧垃圾堆积", "当日清运并消杀", 12))?;
    let values = json!({ "action": "清运 3 吨并消杀", "corrected_on": story.text(13) });
    story.step(13, done, "correct", values)?;
    story.step(12, done, "accept", json!({ "checked_by": "林涛" }))?;
    let waiting =
        story.enter(8, "st1c2", "rectification", finding("背街排水沟积水", "疏通并清理孳生地", 2))?;
    let values = json!({ "action": "已疏通 80 米", "corrected_on": story.text(3) });
    story.step(3, waiting, "correct", values)?;
    story.enter(9, "st1c2", "rectification", finding("公厕无专人保洁", "明确保洁员并公示", 1))?;
    Ok(())
}

fn pests_and_tobacco(story: &Story<'_>) -> Result<()> {
    let density = |stage: &str, positive: i64| {
        json!({ "pest": "rat", "stage": stage, "method": "粉迹法", "inspected": 200,
        "positive": positive, "proof_inspected": 60, "proof_passed": 58 })
    };
    story.enter(34, "st1", "pest_density", density("before", 6))?;
    let values = json!({ "pest": "rat", "season": "autumn", "place": "城关街道全域", "method": "bait",
        "agent": "溴敌隆毒饵", "quantity": "120", "stations": 260, "team": "县消杀队", "people": 36 });
    story.enter(32, "st1", "pest_campaign", values)?;
    story.enter(14, "st1", "pest_density", density("after", 1))?;
    for (place, failed) in [("县政府办公室", false), ("城关汽车站", true), ("县人民医院", false)]
    {
        let mut values =
            json!({ "place": place, "result": if failed { "fail" } else { "pass" }, "criticised": failed });
        if let (true, Value::Object(fields)) = (failed, &mut values) {
            fields.insert("finding".into(), json!("候车厅有烟头 4 个"));
            fields.insert("signs".into(), json!(false));
        }
        story.enter(18, "st1", "tobacco_check", values)?;
    }
    let values = json!({ "kind": "unified", "people": 180, "points": 42, "waste": "6.5" });
    story.enter(25, "st1", "campaign_day", values)?;
    for (compound, passed) in [("东门花园", true), ("老粮库宿舍", false), ("城北工地", true)] {
        let mut values = json!({ "compound": compound, "kind": "property", "passed": passed });
        if let (false, Value::Object(fields)) = (passed, &mut values) {
            fields.insert("finding".into(), json!("楼道堆放杂物"));
        }
        story.enter(10, "st1c1", "compound_check", values)?;
    }
    Ok(())
}

fn creation(story: &Story<'_>) -> Result<()> {
    let projects = [
        ("健康环境", "背街小巷整治", "城关街道", 60),
        ("健康人群", "社区健康讲座", "疾控中心", 100),
        ("健康社会", "健康步道建设", "住建局", 40),
    ];
    for (line, project, department, progress) in projects {
        let mut values = json!({ "line": line, "project": project, "department": department, "progress": progress,
            "due": story.text(-36) });
        if let (100, Value::Object(fields)) = (progress, &mut values) {
            fields.insert("done_on".into(), json!(story.text(7)));
        }
        story.enter(80, "county", "taskbook", values)?;
    }
    let values = json!({ "kind": "secret", "round": 2, "units_visited": 12, "problems": 3, "summary": "问题已转街道限期整改" });
    story.enter(15, "st1", "supervision_round", values)?;
    let tasks = [("第56项", "重点单位防鼠防蝇设施全覆盖", -20, 70), ("第55项", "病媒密度达到 C 级", 5, 100)];
    for (indicator, task, due, progress) in tasks {
        let mut values = json!({ "indicator": indicator, "task": task, "owner": "城关街道", "responsible": "高敏",
            "due": story.text(due), "progress": progress });
        if let (100, Value::Object(fields)) = (progress, &mut values) {
            fields.insert("closed_on".into(), json!(story.text(6)));
            fields.insert("condition_met".into(), json!(true));
        }
        story.enter(60, "st1", "programme_task", values)?;
    }
    Ok(())
}
