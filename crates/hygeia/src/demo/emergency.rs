//! A few weeks of emergency work in the demo county: plans, teams, a drill with its findings, hazards, creation tasks,
//! supplies, and an event whose first report is due this morning.

use super::at;
use anyhow::Result;
use hygeia_work::{Actor, Step, Submission, Work};
use jiff::ToSpan;
use jiff::civil::Date;
use serde_json::{Map, Value, json};
use uuid::Uuid;

pub(super) struct Story<'a> {
    work: &'a Work,
    today: Date,
}

impl Story<'_> {
    pub(super) fn actor(&self, days: i64, hour: i8, minute: i8, name: &str) -> Actor {
        let now = at(self.day(days), hour, minute);
        Actor { name: name.to_owned(), ..self.work.system_actor(now) }
    }

    /// The day so many days before today, or after it when negative.
    fn day(&self, days: i64) -> Date {
        self.today.saturating_sub(days.days())
    }

    pub(super) fn text(&self, days: i64) -> String {
        self.day(days).to_string()
    }

    pub(super) fn enter(&self, actor: &Actor, org: &str, register: &str, values: Value) -> Result<Uuid> {
        let submission =
            Submission { org_unit: Some(org.into()), values: map(values), ..Submission::default() };
        let register = format!("health_emergency.{register}");
        Ok(self.work.entry_submit(actor, &register, submission)?.id)
    }

    pub(super) fn step(
        &self,
        actor: &Actor,
        register: &str,
        id: Uuid,
        name: &str,
        values: Value,
    ) -> Result<()> {
        let step = Step { values: map(values), reason: Some("按预案执行".into()), ..Step::default() };
        self.work.transition(actor, &format!("health_emergency.{register}"), id, name, step)?;
        Ok(())
    }
}

fn map(values: Value) -> Map<String, Value> {
    match values {
        Value::Object(values) => values,
        _ => Map::new(),
    }
}

/// Makes the emergency work of the first township hospital.
pub(crate) fn build(work: &Work, today: Date) -> Result<()> {
    let story = Story { work, today };
    let drill = plans_and_drill(&story)?;
    findings(&story, drill)?;
    team_and_training(&story)?;
    supplies(&story)?;
    hazards_and_tasks(&story)?;
    year(&story)?;
    event(&story)?;
    super::alert::build(&story)
}

fn plans_and_drill(story: &Story<'_>) -> Result<Uuid> {
    let office = story.actor(60, 9, 0, "赵敏");
    let plans = [
        ("YA-01", "突发公共卫生事件总体应急预案", "general", "all"),
        ("YA-02", "学校食物中毒事件专项预案", "special", "poisoning"),
        ("YA-03", "诺如病毒聚集性疫情处置技术方案", "technical", "infectious"),
    ];
    for (number, title, kind, event_type) in plans {
        let values = json!({ "date": story.text(60), "plan_no": number, "title": title, "kind": kind, "event_type": event_type });
        let id = story.enter(&office, "t1", "emergency_plan", values)?;
        let steps = json!([{ "step": "接报核实", "who": "值班员", "within_min": 10 }, { "step": "队伍出动", "who": "应急队", "within_min": 30 }]);
        let values = json!({ "start_when": "接到报告并经核实，达到预案规定的例数", "steps": steps });
        story.step(&story.actor(58, 10, 0, "钱立"), "emergency_plan", id, "approve", values)?;
    }
    let values = json!({ "date": story.text(12), "scenario": "学校午餐后多名学生呕吐", "kind": "field", "place": "城关小学", "departments": "公卫科、急诊、检验、后勤" });
    let drill = story.enter(&story.actor(20, 9, 0, "赵敏"), "t1", "emergency_drill", values)?;
    let timings = json!([
        { "step": "接报到出动", "department": "急诊", "started": "14:00", "ended": "14:11" },
        { "step": "现场流调", "department": "公卫科", "started": "14:30", "ended": "15:20" },
        { "step": "采样送检", "department": "检验", "started": "14:40", "ended": "15:05" }
    ]);
    let held = json!({ "participants": 46, "vehicles": 3, "timings": timings });
    story.step(&story.actor(12, 16, 0, "赵敏"), "emergency_drill", drill, "hold", held)?;
    let marked = json!({ "score": "88.5", "findings": 2, "summary": "出动和流调符合预案，采样箱缺冰排，通讯录有两个旧号码" });
    story.step(&story.actor(11, 15, 0, "钱立"), "emergency_drill", drill, "evaluate", marked)?;
    Ok(drill)
}

fn findings(story: &Story<'_>, drill: Uuid) -> Result<()> {
    let office = story.actor(11, 16, 0, "赵敏");
    let finding = |what: &str, owner: &str, due: i64| json!({ "found_on": story.text(12), "drill": drill.to_string(), "finding": what, "owner": owner, "due_on": story.text(due) });
    let values = finding("采样箱缺冰排", "孙洁", 5);
    let ice = story.enter(&office, "t1", "drill_finding", values)?;
    let values = json!({ "correction": "补充冰排 12 块，列入每月检查" });
    story.step(&story.actor(7, 10, 0, "孙洁"), "drill_finding", ice, "correct", values)?;
    story.step(&story.actor(6, 9, 0, "钱立"), "drill_finding", ice, "accept", json!({}))?;
    story.enter(&office, "t1", "drill_finding", finding("呼叫名单有两个旧号码", "周平", -3))?;
    Ok(())
}

fn team_and_training(story: &Story<'_>) -> Result<()> {
    let office = story.actor(30, 9, 0, "赵敏");
    let members =
        [("钱立", "leader"), ("孙洁", "lab"), ("李航", "survey"), ("周平", "disinfect"), ("吴刚", "driver")];
    for (number, (name, role)) in members.into_iter().enumerate() {
        let values = json!({ "date": story.text(30), "team": "epidemic", "name": name, "role": role,
            "phone": format!("1380000000{number}"), "kit": number != 3 });
        story.enter(&office, "t1", "team_member", values)?;
    }
    let values = json!({ "date": story.text(25), "topic": "诺如病毒疫情处置", "group": "all_staff", "hours": "2",
        "due": 52, "attended": 50, "tested": 50, "passed": 49, "lecturer": "李航" });
    story.enter(&story.actor(25, 17, 0, "赵敏"), "t1", "emergency_training", values)?;
    Ok(())
}

/// One item of a store: its lots come in, part of the first goes to a drill.
struct Supply {
    unit: &'static str,
    keeper: &'static str,
    /// Name, specification, category, unit of measurement.
    item: [&'static str; 4],
    minimum: i32,
    /// Number, quantity, days until it expires.
    lots: &'static [(&'static str, i32, Option<i32>)],
}

/// The township's store is in order; the county's has a lot to use first, one that expired, and too few cold packs.
const SUPPLIES: [Supply; 6] = [
    Supply {
        unit: "t1",
        keeper: "周平",
        item: ["医用防护服", "连体 L", "protection", "套"],
        minimum: 60,
        lots: &[("F2503", 80, Some(400))],
    },
    Supply {
        unit: "t1",
        keeper: "周平",
        item: ["含氯消毒片", "500 mg×100", "disinfectant", "瓶"],
        minimum: 40,
        lots: &[("D2411", 45, Some(60))],
    },
    Supply {
        unit: "t1",
        keeper: "周平",
        item: ["采样管", "10 ml", "sampling", "支"],
        minimum: 200,
        lots: &[("C2506", 260, Some(300))],
    },
    Supply {
        unit: "cdc",
        keeper: "韩松",
        item: ["医用防护口罩", "N95", "protection", "只"],
        minimum: 500,
        lots: &[("M2406", 320, Some(25)), ("M2602", 400, Some(500))],
    },
    Supply {
        unit: "cdc",
        keeper: "韩松",
        item: ["采样箱冰排", "400 g", "sampling", "块"],
        minimum: 24,
        lots: &[("B2301", 20, None)],
    },
    Supply {
        unit: "cdc",
        keeper: "韩松",
        item: ["过氧乙酸", "500 ml", "disinfectant", "瓶"],
        minimum: 30,
        lots: &[("G2405", 24, Some(-6)), ("G2608", 36, Some(170))],
    },
];

fn supplies(story: &Story<'_>) -> Result<()> {
    for supply in &SUPPLIES {
        let keeper = story.actor(40, 9, 0, supply.keeper);
        let [name, spec, category, unit] = supply.item;
        let values = json!({ "date": story.text(40), "name": name, "spec": spec, "category": category, "unit": unit,
            "minimum": supply.minimum, "place": "应急物资库", "custodian": supply.keeper });
        let item = story.enter(&keeper, supply.unit, "supply_item", values)?.to_string();
        for (lot, quantity, days_left) in supply.lots {
            let expiry = days_left.map(|days| story.text(-i64::from(days)));
            let values = json!({ "date": story.text(40), "item": item, "lot": lot, "expiry": expiry,
                "quantity": quantity, "source": "bought" });
            story.enter(&keeper, supply.unit, "supply_in", values)?;
        }
        let Some((lot, quantity, _)) = supply.lots.first() else { continue };
        let values = json!({ "date": story.text(12), "item": item, "lot": lot, "quantity": quantity / 8,
            "kind": "drill", "event": "学校食物中毒演练", "taken_by": "孙洁" });
        story.enter(&story.actor(12, 13, 0, supply.keeper), supply.unit, "supply_out", values)?;
    }
    Ok(())
}

fn hazards_and_tasks(story: &Story<'_>) -> Result<()> {
    let hazards = [
        (9, "二次供水水箱未加锁", "water", "城关小学"),
        (3, "鼠药与食品混放", "poison", "城关农贸市场"),
        (1, "应急通道堆放杂物", "fire", "城关镇卫生院"),
    ];
    for (days, hazard, kind, place) in hazards {
        let values = json!({ "found_on": story.text(days), "hazard": hazard, "kind": kind, "place": place });
        let id = story.enter(&story.actor(days, 9, 30, "李航"), "t1", "hazard", values)?;
        if days > 1 {
            let values = json!({ "responsible": "周平", "measures": "专人整改并复查", "funds": "日常经费",
                "due_on": story.text(days - 6), "contingency": "整改期间专人看守" });
            story.step(&story.actor(days, 15, 0, "钱立"), "hazard", id, "assign", values)?;
        }
        if days > 5 {
            story.step(&story.actor(days - 4, 10, 0, "周平"), "hazard", id, "correct", json!({}))?;
            story.step(&story.actor(days - 5, 10, 0, "县应急办"), "hazard", id, "strike_off", json!({}))?;
        }
    }
    let bureau = story.actor(45, 9, 0, "县应急办");
    let tasks = [
        ("3.2", "建立应急物资台账", "carry_out", 10, 8),
        ("5.1", "组织一次实战演练", "carry_out", 15, 2),
        ("6.3", "社区宣传点达到半数", "self_check", 10, -20),
    ];
    for (item, task, phase, points, due) in tasks {
        let values = json!({ "assigned_on": story.text(45), "item": item, "task": task, "phase": phase,
            "owner": "赵敏", "due_on": story.text(due), "points": points });
        let id = story.enter(&bureau, "t1", "demo_task", values)?;
        if due > 5 {
            let values = json!({ "evidence": "台账照片、出入库单", "self_score": points });
            story.step(&story.actor(due + 1, 9, 0, "赵敏"), "demo_task", id, "submit", values)?;
            let values = json!({ "check_score": points - 2, "problem": "两种物资未登记有效期" });
            story.step(&story.actor(due - 1, 9, 0, "县应急办"), "demo_task", id, "object", values)?;
        }
    }
    Ok(())
}

/// What comes once a week, a quarter or a year: rosters, checks, reviews, assessments.
fn year(story: &Story<'_>) -> Result<()> {
    let entries = [
        (
            "t1",
            "supply_check",
            38,
            json!({ "items": 3, "below_minimum": 0, "expired": 0, "checked_by": "周平" }),
        ),
        (
            "cdc",
            "supply_check",
            36,
            json!({ "items": 18, "below_minimum": 1, "expired": 0, "renewed": 2,
            "plan": "采样箱冰排补足到 24 块", "checked_by": "韩松" }),
        ),
        (
            "cdc",
            "plan_review",
            34,
            json!({ "reviewed": 12, "to_revise": 1, "revised": 1, "basis": "秋季演练问题",
            "conclusion": "食物中毒预案增加院感科职责，其余继续有效" }),
        ),
        (
            "cdc",
            "emergency_training",
            33,
            json!({ "topic": "疫情现场处置", "group": "team", "due": 24, "attended": 24,
            "tested": 24, "passed": 23, "lecturer": "韩松" }),
        ),
        (
            "cdc",
            "emergency_training",
            31,
            json!({ "topic": "个人防护", "group": "all_staff", "due": 63, "attended": 61 }),
        ),
        ("bureau", "education_spot", 50, json!({ "communities": 14, "with_spot": 8 })),
        (
            "bureau",
            "outreach",
            44,
            json!({ "target": "community", "place": "东门社区", "topic": "秋冬季传染病防控",
            "participants": 120, "copies": 300, "spot": true, "media": 1 }),
        ),
        (
            "bureau",
            "assessment",
            30,
            json!({ "assessed": "城关镇卫生院", "quarter": 3, "score": "92.5",
            "problems": "两种物资未登记有效期", "due_on": story.text(16), "corrected_on": story.text(20) }),
        ),
        ("t1", "duty_roster", 0, roster(story)),
    ];
    for (org, register, days, mut values) in entries {
        if let Value::Object(fields) = &mut values {
            fields.insert("date".into(), json!(story.text(days)));
        }
        story.enter(&story.actor(days, 7, 20, "赵敏"), org, register, values)?;
    }
    Ok(())
}

/// The roster of the running week; the last night is still open.
fn roster(story: &Story<'_>) -> Value {
    let monday = i64::from(story.today.weekday().to_monday_zero_offset());
    let names = ["李航", "孙洁", "周平", "吴刚"];
    let shifts = (0..7).flat_map(|day| [(day, "day"), (day, "night")]).take(13);
    let lines: Vec<Value> = shifts
        .zip(names.iter().cycle())
        .map(|((day, shift), name)| json!({ "day": story.text(monday - day), "shift": shift, "leader": "钱立", "on_duty": name }))
        .collect();
    json!({ "week_from": story.text(monday), "lines": lines, "made_by": "赵敏" })
}

/// An event that was closed last month, and one known this morning.
fn event(story: &Story<'_>) -> Result<()> {
    let known = |days: i64, time: &str, event: &str, place: &str, cases: i64| {
        json!({ "known_on": story.text(days), "known_at": format!("{}T{time}", story.day(days)), "event": event,
            "kind": "infectious", "place": place, "cases": cases })
    };
    let values = known(28, "09:10", "城关小学呕吐病例聚集", "城关小学", 9);
    let old = story.enter(&story.actor(28, 9, 20, "李航"), "t1", "event_report", values)?;
    let register = "event_report";
    story.step(&story.actor(28, 9, 30, "李航"), register, old, "tell", json!({}))?;
    let values = json!({ "measures": "病例隔离，呕吐物规范处置，采样 5 份" });
    story.step(&story.actor(28, 10, 15, "李航"), register, old, "submit", values)?;
    let values = json!({ "progress": "检出诺如病毒，无新发", "level": "iv", "cases": 11 });
    story.step(&story.actor(27, 16, 0, "李航"), register, old, "progress", values)?;
    let values = json!({ "ended_on": story.text(22) });
    story.step(&story.actor(22, 17, 0, "县应急办"), register, old, "end", values)?;
    let values = json!({ "conclusion": "诺如病毒聚集性疫情，三日无新发病例后终止" });
    story.step(&story.actor(15, 11, 0, "县应急办"), register, old, "close", values)?;
    let values = known(0, "07:20", "河东社区腹泻病例增多", "河东社区", 6);
    story.enter(&story.actor(0, 7, 30, "李航"), "t1", "event_report", values)?;
    Ok(())
}
