//! Everything else the packs ask for: each duty's windows are filled with plausible entries, read off the register's
//! own fields, so that a new register gets demo data by itself. What a rule refuses is tried again, then left out.

use super::child::measured;
use super::days::{object, roster};
use super::dice::Dice;
use super::loader::Loader;
use super::{as_teacher, at, menu};
use anyhow::Result;
use hygeia_expr::Names;
use hygeia_pack::model::{About, Choice, Duty, Expects, Field, FieldType, KeyPart, Register};
use hygeia_store::{OrgUnit, OrgUnitId, Person};
use hygeia_work::{Actor, Calendar, Directory, Prepared, Rhythm, Window, Work};
use jiff::ToSpan;
use jiff::civil::Date;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Registers that other parts of the demo fill.
const FILLED: [&str; 12] = [
    "kindergarten.attendance",
    "kindergarten.morning_check",
    "medical_waste.handover",
    "medical_waste.store_log",
    "health_emergency.assessment",
    "health_emergency.duty_roster",
    "health_emergency.education_spot",
    "health_emergency.emergency_drill",
    "health_emergency.emergency_training",
    "health_emergency.outreach",
    "health_emergency.plan_review",
    "health_emergency.supply_check",
];
/// Registers of events, with entries a month and unit.
const EVENTS: [(&str, f64); 13] = [
    ("kindergarten.absence_followup", 3.0),
    ("kindergarten.medication", 1.5),
    ("kindergarten.observation", 2.0),
    ("kindergarten.infectious_case", 0.25),
    ("kindergarten.defect_correction", 0.8),
    ("kindergarten.complaint", 0.3),
    ("kindergarten.special_child", 0.4),
    ("kindergarten.child_injury", 0.08),
    ("kindergarten.food_sample", 21.0),
    ("kindergarten.goods_receipt", 4.0),
    ("kindergarten.meal_account", 1.0),
    ("school.absence", 12.0),
    ("school.disease_case", 0.3),
];

/// Drug, dose, route and reason of what parents bring.
const MEDICINES: [(&str, &str, &str, &str); 4] = [
    ("小儿氨酚黄那敏颗粒", "半袋", "oral", "感冒"),
    ("蒲地蓝消炎口服液", "5 ml", "oral", "咽炎"),
    ("炉甘石洗剂", "少许外涂", "topical", "湿疹"),
    ("小儿止咳糖浆", "5 ml", "oral", "咳嗽"),
];
/// Activity, cause, part of the body and injury.
const INJURIES: [(&str, &str, &str, &str); 4] = [
    ("滑梯", "fall", "左膝", "擦伤"),
    ("自由活动", "struck", "额头", "肿包"),
    ("手工", "cut", "右手食指", "浅表割伤"),
    ("排队盥洗", "bite", "左前臂", "抓痕"),
];

/// Makes the entries of all duties and events from the first to the last day.
pub(crate) fn build(
    loader: &mut Loader<'_>,
    actor: &Actor,
    (from, to): (Date, Date),
    progress: &mut dyn FnMut(f64),
) -> Result<()> {
    let work = loader.work;
    let packs = work.packs();
    let directory = work.directory();
    let (reviews, duties): (Vec<&Duty>, Vec<&Duty>) = packs
        .duties
        .values()
        .filter(|duty| !FILLED.contains(&duty.register.as_str()))
        .partition(|duty| matches!(duty.expects, Expects::EachOpen { .. }));
    let opened: Vec<&str> = reviews.iter().filter_map(|duty| opened_by(duty)).collect();
    let clerk = as_teacher(actor, "保健医", actor.now);
    let mut files: BTreeMap<&str, Vec<Prepared>> = BTreeMap::new();
    let count = packs.registers.len().max(1) as f64;
    for (done, register) in packs.registers.values().enumerate() {
        let mut entries = Vec::new();
        for duty in duties.iter().filter(|duty| duty.register == register.id) {
            for unit in owing(&directory, duty, to) {
                for window in Rhythm::of(duty).windows(from, to, &work.calendar()) {
                    let Some(window) = over_by(window, to) else { continue };
                    entries.extend(fill(work, register, duty, unit, &window)?);
                }
            }
        }
        if let Some((_, a_month)) = EVENTS.iter().find(|(id, _)| *id == register.id.as_str()) {
            entries.extend(events(work, &directory, register, *a_month, from, to)?);
        }
        let entries = unique(entries);
        if opened.contains(&register.id.as_str()) {
            files.insert(register.id.as_str(), entries.clone());
        }
        loader.load(&clerk, register.id.as_str(), entries)?;
        progress((done as f64 + 1.0) / count);
    }
    for duty in reviews {
        let Some(register) = packs.registers.get(&duty.register) else { continue };
        let Some(opened) = opened_by(duty).and_then(|id| packs.registers.get(id)) else { continue };
        let files = files.get(opened.id.as_str()).map_or(&[][..], Vec::as_slice);
        let entries = reviewed(&directory, duty, (register, opened), files, &work.calendar(), (from, to));
        loader.load(&clerk, register.id.as_str(), unique(entries))?;
    }
    Ok(())
}

/// The register whose open entries a duty asks to be reviewed.
fn opened_by(duty: &Duty) -> Option<&str> {
    match &duty.expects {
        Expects::EachOpen { register, .. } => Some(register.as_str()),
        _ => None,
    }
}

/// A review of each open file in every window of the duty that is over; one in ten is forgotten.
fn reviewed(
    directory: &Directory,
    duty: &Duty,
    (register, opened): (&Register, &Register),
    files: &[Prepared],
    calendar: &Calendar,
    (from, to): (Date, Date),
) -> Vec<Prepared> {
    let Expects::EachOpen { field, until, .. } = &duty.expects else { return Vec::new() };
    let day_of =
        |file: &Prepared, name: &str| -> Option<Date> { file.values.get(name)?.as_str()?.parse().ok() };
    let windows: Vec<Window> =
        Rhythm::of(duty).windows(from, to, calendar).into_iter().filter(|window| window.to <= to).collect();
    let mut entries = Vec::new();
    for file in files {
        let (Some(since), Some(unit)) = (day_of(file, "date"), directory.get(file.unit)) else { continue };
        // A field that is not asked keeps nothing, whatever stands in it.
        let asked = opened.fields.get(until).and_then(|field| field.show.as_ref());
        let is_closed = asked.is_none_or(|show| show.expr.eval(&Typed(&file.values)).is_true());
        let closed = day_of(file, until).filter(|_| is_closed);
        for window in
            windows.iter().filter(|window| since <= window.to && closed.is_none_or(|day| window.to < day))
        {
            let mut dice = Dice::new(&["review", &file.id.to_string(), &window.to.to_string()]);
            if dice.happens(0.1) {
                continue;
            }
            let day = spread(calendar, window, 0, &mut dice).max(since);
            let fixed = object(json!({ field.as_str(): file.id.to_string() }));
            entries.push(entry(register, unit, file.person.clone(), day, fixed, &mut dice));
        }
    }
    entries
}

/// Texts and flags of a form, as conditions see them.
struct Typed<'a>(&'a Map<String, Value>);

impl Names for Typed<'_> {
    fn get(&self, name: &str) -> hygeia_expr::Value {
        match self.0.get(name) {
            Some(Value::String(text)) => hygeia_expr::Value::Text(text.clone()),
            Some(Value::Bool(flag)) => hygeia_expr::Value::Bool(*flag),
            _ => hygeia_expr::Value::Null,
        }
    }
}

/// Days after which the work of a term or year, once begun, is taken as done.
const BEGUN_DAYS: i32 = 30;

/// The window as far as it is over; what a long one asks for is done in its first month, as after the start of term.
fn over_by(window: Window, to: Date) -> Option<Window> {
    if window.to <= to {
        return Some(window);
    }
    let done = window.from.saturating_add(BEGUN_DAYS.days());
    (done <= to).then(|| Window { to: done, due_at: done.to_datetime(window.due_at.time()), ..window })
}

/// Two duties may ask for the same entry; ids are made from what it is about, so that it is made once.
fn unique(entries: Vec<Prepared>) -> Vec<Prepared> {
    let mut seen = std::collections::HashSet::new();
    entries.into_iter().filter(|entry| seen.insert(entry.id)).collect()
}

fn owing<'a>(directory: &'a Directory, duty: &Duty, day: Date) -> Vec<&'a OrgUnit> {
    let Some(root) = directory.roots().next() else { return Vec::new() };
    directory
        .subtree_of_kind(root.id, &duty.at, day)
        .into_iter()
        .filter(|unit| {
            duty.within.as_ref().is_none_or(|kind| directory.above_of_kind(unit.id, kind).is_some())
        })
        .collect()
}

/// What one window of a duty expects; about one occurrence in thirty is forgotten.
fn fill(
    work: &Work,
    register: &Register,
    duty: &Duty,
    unit: &OrgUnit,
    window: &Window,
) -> Result<Vec<Prepared>> {
    let calendar = work.calendar();
    let day = worked(&calendar, window.from, window.due_at.date());
    let mut dice = Dice::new(&["duty", duty.id.as_str(), &unit.code, &day.to_string()]);
    if dice.happens(0.035) {
        return Ok(Vec::new());
    }
    let mut entries = Vec::new();
    match &duty.expects {
        Expects::EachEnrolled(kind) => {
            for person in people(work, unit.id, day, kind)? {
                if !dice.happens(0.02) {
                    entries.push(entry(register, unit, Some(person), day, Map::new(), &mut dice));
                }
            }
        }
        Expects::EachOption { field, codes } => {
            for code in codes {
                for time in 0..window.times {
                    let on = spread(&calendar, window, time, &mut dice);
                    let fixed = object(json!({ field.as_str(): code }));
                    entries.push(entry(register, unit, None, on, fixed, &mut dice));
                }
            }
        }
        // Made from the open entries: `reviewed`.
        Expects::EachOpen { .. } => {}
        Expects::Times => {
            for time in 0..window.times {
                let on = spread(&calendar, window, time, &mut dice);
                let person = match register.about {
                    About::OrgUnit => None,
                    About::Child => people(work, unit.id, on, "child")?.into_iter().next(),
                    About::Staff => people(work, unit.id, on, "staff")?.into_iter().next(),
                };
                if register.about == About::OrgUnit || person.is_some() {
                    let mut fixed = filter_values(duty);
                    if window.times > 1 {
                        tell_apart(register, time, &mut fixed);
                    }
                    entries.push(entry(register, unit, person, on, fixed, &mut dice));
                }
            }
        }
    }
    Ok(entries)
}

/// The n-th entry of a window answers the n-th option of the choice that tells entries of one day apart.
fn tell_apart(register: &Register, n: u16, fixed: &mut Map<String, Value>) {
    for part in &register.key {
        let KeyPart::Field(name) = part else { continue };
        if let Some(FieldType::Choice(choice)) = register.fields.get(name).map(|field| &field.kind)
            && !fixed.contains_key(name)
        {
            let open: Vec<&str> =
                choice.options.iter().filter(|o| !o.retired).map(|o| o.code.as_str()).collect();
            if let Some(code) = open.get(usize::from(n) % open.len().max(1)) {
                fixed.insert(name.clone(), json!(code));
            }
        }
    }
}

/// Values that a duty's condition of the form `field == 'code'` asks for.
fn filter_values(duty: &Duty) -> Map<String, Value> {
    let Some(filter) = &duty.filter else { return Map::new() };
    let mut values = Map::new();
    let first_way = filter.source.split("||").next().unwrap_or_default();
    for part in first_way.split("&&") {
        if let Some((name, code)) = part.split_once("==") {
            let code = code.trim().trim_matches(['\'', '"']);
            values.insert(name.trim().to_owned(), Value::String(code.to_owned()));
        }
    }
    values
}

/// A working day of the window for its n-th entry.
fn spread(calendar: &Calendar, window: &Window, time: u16, dice: &mut Dice) -> Date {
    let length = (window.to - window.from).get_days() + 1;
    if length <= 1 {
        return window.from;
    }
    let step = length / i32::from(window.times.max(1));
    let jitter = i32::try_from(dice.below(usize::try_from(step.clamp(1, 3)).unwrap_or(1))).unwrap_or(0);
    let day = window.from.saturating_add((i32::from(time) * step + jitter).days()).min(window.due_at.date());
    worked(calendar, window.from, day)
}

/// The last working day from `from` to `day`; `day` when there is none.
fn worked(calendar: &Calendar, from: Date, day: Date) -> Date {
    let days = from.series(1.day()).take_while(|earlier| *earlier <= day);
    days.filter(|earlier| calendar.is_work_day(*earlier)).last().unwrap_or(day)
}

fn people(work: &Work, unit: OrgUnitId, day: Date, kind: &str) -> Result<Vec<Arc<Person>>> {
    if kind == "child" {
        return roster(work, unit, day);
    }
    let county = work.county();
    let found = work.store().read(|reader| reader.roster(county, unit, day, kind))?;
    Ok(found.into_iter().map(Arc::new).collect())
}

fn events(
    work: &Work,
    directory: &Directory,
    register: &Register,
    a_month: f64,
    from: Date,
    to: Date,
) -> Result<Vec<Prepared>> {
    let Some(root) = directory.roots().next() else { return Ok(Vec::new()) };
    let house = if register.id.pack() == "school" { "school" } else { "kindergarten" };
    let mut entries = Vec::new();
    for unit in directory.subtree_of_kind(root.id, &register.at, to) {
        if directory.above_of_kind(unit.id, &house.into()).is_none() {
            continue;
        }
        for day in work.calendar().school_days(from, to) {
            let mut dice = Dice::new(&["event", register.id.as_str(), &unit.code, &day.to_string()]);
            if !dice.happens(a_month / 21.0) {
                continue;
            }
            let person = match register.about {
                About::OrgUnit => None,
                About::Child => {
                    let all = roster(work, unit.id, day)?;
                    let at = dice.below(all.len());
                    all.into_iter().nth(at)
                }
                About::Staff => people(work, unit.id, day, "staff")?.into_iter().next(),
            };
            if register.about == About::OrgUnit || person.is_some() {
                entries.push(entry(register, unit, person, day, Map::new(), &mut dice));
            }
        }
    }
    Ok(entries)
}

/// An entry with plausible values for every field that is asked for.
fn entry(
    register: &Register,
    unit: &OrgUnit,
    person: Option<Arc<Person>>,
    day: Date,
    fixed: Map<String, Value>,
    dice: &mut Dice,
) -> Prepared {
    let mut values = Map::new();
    for (name, field) in &register.fields {
        if !field.is_typed() {
            continue;
        }
        if let Some(value) = plausible(field, person.as_deref(), day, dice) {
            values.insert(name.clone(), value);
        }
    }
    values.insert(register.day.clone(), Value::String(day.to_string()));
    if register.standard.is_some() {
        values.insert("assessor".into(), json!("outside"));
        values.insert("results".into(), Value::Array(super::inspections::marks(register, day, dice)));
    }
    values.extend(fixed);
    if let Some(person) = person.as_deref().filter(|_| register.id.local() == "vaccination_check") {
        values.insert("occasion".into(), json!(occasion(person, day)));
    }
    if let Some(person) = person.as_deref().filter(|_| register.id.local() == "physical_exam") {
        examine_entrant(&mut values, occasion(person, day) == "entry", day);
    }
    settle(register, &mut values, day, dice);
    let code = person.as_ref().map_or(unit.code.as_str(), |person| person.code.as_str());
    let key = Value::Object(values.clone()).to_string();
    let id = if register.key.is_empty() {
        dice.uuid(day)
    } else {
        let parts: Vec<String> = register
            .key
            .iter()
            .map(|part| match part {
                KeyPart::Field(name) => values.get(name).map(Value::to_string).unwrap_or_default(),
                _ => String::new(),
            })
            .collect();
        Dice::new(&[register.id.as_str(), code, &unit.code, &parts.join("|")]).uuid(day)
    };
    let minute = i8::try_from(Dice::new(&[&key]).below(50)).unwrap_or(0);
    Prepared { id, unit: unit.id, person, values, at: at(day, 16, minute) }
}

/// A newcomer brings the report of the entry examination; nobody else is examined for entry.
fn examine_entrant(values: &mut Map<String, Value>, is_entrant: bool, day: Date) {
    if is_entrant {
        values.extend([
            ("kind".into(), json!("entry")),
            ("report_date".into(), json!(day.to_string())),
            ("certificate".into(), json!(true)),
        ]);
    } else if values.get("kind").and_then(Value::as_str) == Some("entry") {
        values.insert("kind".into(), json!("periodic"));
    }
}

/// Why a child's vaccination certificate is looked at: newcomers at entry, one in nine of the older ones after a transfer.
fn occasion(person: &Person, day: Date) -> &'static str {
    let turn = Date::constant(day.year(), 9, 1);
    let number: usize =
        person.code.get(person.code.len().saturating_sub(2)..).and_then(|n| n.parse().ok()).unwrap_or(0);
    match person.birth {
        Some(birth) if birth > turn.saturating_sub(4.years()) => "entry",
        _ if number.is_multiple_of(9) => "transfer",
        _ if day.month() < 8 => "spring",
        _ => "autumn",
    }
}

/// A value that fits the field: normal mostly, required always, optional sometimes.
fn plausible(field: &Field, person: Option<&Person>, day: Date, dice: &mut Dice) -> Option<Value> {
    if let Some(measured) = measured(&field.name, person, day, dice) {
        return Some(measured);
    }
    // Fields that nobody has to fill in stay empty: what stands in them depends on the others by rules of its own.
    if !field.required && field.default.is_none() && field.normal.is_none() {
        return None;
    }
    if let Some(default) =
        field.default.as_ref().filter(|default| !matches!(default.as_str(), "today" | "monday" | "now"))
        && dice.happens(0.93)
    {
        return Some(Value::String(default.clone()));
    }
    Some(match &field.kind {
        FieldType::Text { max } | FieldType::LongText { max } => {
            let text = wording(&field.name, &field.title.zh, dice);
            Value::String(text.chars().take(*max as usize).collect())
        }
        FieldType::Int { min, max } => {
            let low = min.unwrap_or(1);
            let high = max.unwrap_or(low + 30).min(low + 60);
            let width = usize::try_from((high - low).max(0)).unwrap_or(0);
            json!(low + i64::try_from(dice.below(width + 1)).unwrap_or(0))
        }
        FieldType::Decimal { min, max, .. } => {
            use rust_decimal::prelude::ToPrimitive;
            let low = min.and_then(|min| min.to_f64()).unwrap_or(1.0);
            let high = max.and_then(|max| max.to_f64()).unwrap_or(low + 50.0);
            json!((low + (high - low) * (0.3 + 0.3 * dice.share())).round())
        }
        FieldType::Bool => json!(dice.happens(0.97)),
        FieldType::Date => Value::String(day.to_string()),
        FieldType::Time => Value::String(format!("{:02}:{:02}", 9 + dice.below(6), 10 * dice.below(6))),
        FieldType::DateTime => {
            Value::String(format!("{day}T{:02}:{:02}", 9 + dice.below(6), 10 * dice.below(6)))
        }
        FieldType::Choice(choice) => Value::String(code(choice, field.normal.as_deref(), dice)?),
        FieldType::Choices(choice) => {
            if !field.required && dice.happens(0.6) {
                return None;
            }
            json!([code(choice, None, dice)?])
        }
        FieldType::Rows(_) => menu::week(dice),
        FieldType::Person { .. }
        | FieldType::OrgUnit { .. }
        | FieldType::Entry { .. }
        | FieldType::Photo { .. }
        | FieldType::Drawing
        | FieldType::Signature => {
            return None;
        }
    })
}

fn code(choice: &Choice, normal: Option<&str>, dice: &mut Dice) -> Option<String> {
    if let Some(normal) = normal
        && dice.happens(0.96)
    {
        return Some(normal.to_owned());
    }
    let open: Vec<&str> = choice.options.iter().filter(|o| !o.retired).map(|o| o.code.as_str()).collect();
    // The first options are the usual ones.
    let at = dice.below(open.len()).min(dice.below(open.len()));
    open.get(at).map(|code| (*code).to_owned())
}

fn wording(name: &str, title: &str, dice: &mut Dice) -> String {
    let pick = |items: &[&str], dice: &mut Dice| dice.pick(items).copied().unwrap_or_default().to_owned();
    match name {
        "hospital" => pick(&["青禾县妇幼保健院", "城关镇卫生院", "青禾县人民医院"], dice),
        "person" | "inspector" | "parent" | "handler" | "checker" => {
            pick(&["王秀兰", "李桂芳", "张晓梅", "陈玉梅"], dice)
        }
        "keeper" | "responsible" | "chair" | "recorder" | "teacher" => {
            pick(&["王秀兰", "李桂芳", "赵建国", "陈玉梅"], dice)
        }
        "reason" => pick(&["感冒", "咽炎", "湿疹"], dice),
        "analysis" => {
            pick(&["受凉后流涕，精神食欲好", "夜间睡眠不足，午睡后好转", "进食偏快，观察无不适"], dice)
        }
        "topics" => pick(&["本月食谱与带量执行情况", "秋冬季时令蔬菜搭配", "家长对午点的意见"], dice),
        "decisions" => pick(&["每周增加一次豆制品", "午点水果轮换品种", "汤类减盐，增加粗粮"], dice),
        "topic" => {
            pick(&["洗手七步法", "秋冬季呼吸道传染病预防", "护眼与户外活动", "合理膳食与口腔卫生"], dice)
        }
        "finding" => pick(&["窗台有积灰", "水杯架有水渍", "拖把未悬挂晾干"], dice),
        "requirement" => pick(&["当日清理并复查", "次日前整改", "明确值日人员"], dice),
        "defect" => pick(&["滑梯螺丝松动", "护栏漆面剥落", "地垫接缝翘起"], dice),
        "basis" => pick(&["体检血红蛋白偏低", "身高体重评价异常", "反复呼吸道感染"], dice),
        "plan" => pick(&["调整膳食，家园配合，每月复测", "增加户外活动，控制零食"], dice),
        "measures" => pick(&["指导家长调整膳食", "班级照顾进餐，加强锻炼"], dice),
        "subject" => pick(&["反映接送时门口拥堵", "建议增加午点水果", "询问班级通风时间"], dice),
        "first_aid" => pick(&["清洗消毒，冷敷观察", "压迫止血后消毒包扎"], dice),
        "prevention" => pick(&["活动前强调规则，增设看护点", "桌角加装防护，检查地面"], dice),
        "dish" => pick(&["番茄炒蛋", "香菇鸡丁", "清炒油菜", "紫菜蛋汤"], dice),
        "item" => pick(&["猪肉", "鸡蛋", "油菜", "大米", "纯牛奶"], dice),
        "supplier" => pick(&["青禾县供销合作社", "城关农贸配送", "青禾乳业"], dice),
        "place" => pick(&["操场东侧", "一楼走廊", "活动室"], dice),
        _ => format!("{title}已记录"),
    }
}

/// Values that belong together are brought into line with each other.
fn settle(register: &Register, values: &mut Map<String, Value>, day: Date, dice: &mut Dice) {
    let text = |values: &Map<String, Value>, name: &str| {
        values.get(name).and_then(Value::as_str).unwrap_or("").to_owned()
    };
    let mut set = |name: &str, value: Value| {
        if register.fields.contains_key(name) {
            values.insert(name.to_owned(), value);
        }
    };
    match register.id.local() {
        "staff_health" => {
            set("result", json!("fit"));
            set("certificate_no", json!(format!("JK{}{:04}", day.strftime("%y%m%d"), dice.below(10_000))));
            set("valid_until", json!(day.saturating_add(1.year()).to_string()));
        }
        "weekly_menu" => {
            let kinds = menu::kinds(values.get("dishes"));
            let mut set = |name: &str, value: Value| values.insert(name.to_owned(), value);
            let monday = day.saturating_sub(i32::from(day.weekday().to_monday_zero_offset()).days());
            set("date", json!(monday.to_string()));
            set("age_group", json!("a3_6"));
            set("kinds", json!(kinds));
            set("diners", json!(78 + day.day() % 9));
            set("new_dishes", json!(2));
            set("repeats", json!(0));
            set("published", json!(monday.to_string()));
        }
        "medication" => {
            // What is given belongs together: drug, dose, way and reason.
            let (drug, dose, route, reason) = MEDICINES[dice.below(MEDICINES.len())];
            let mut set = |name: &str, value: &str| values.insert(name.to_owned(), json!(value));
            set("drug", drug);
            set("dose", dose);
            set("route", route);
            set("reason", reason);
            set("until", &day.to_string());
            values.extend([
                ("parent_signed".to_owned(), json!(true)),
                ("package_checked".to_owned(), json!(true)),
            ]);
        }
        "medication_dose" => {
            set("given", json!(true));
        }
        "physical_exam" => {
            // The demo's examiners call sight low below 4.8 in the worse eye.
            let eye = |name: &str| values.get(name).and_then(Value::as_f64);
            let worse = eye("vision_left").zip(eye("vision_right")).map(|(left, right)| left.min(right));
            if let Some(worse) = worse {
                let judged = if worse < 4.8 { "low" } else { "normal" };
                let decayed = values.get("caries").and_then(Value::as_i64).unwrap_or(0);
                let anaemic = values.get("hb").and_then(Value::as_f64).is_some_and(|hb| hb < 110.0);
                let follow_up = judged == "low" || decayed > 0 || anaemic;
                values.insert("vision".into(), json!(judged));
                values.insert("result".into(), json!(if follow_up { "follow_up" } else { "fit" }));
            }
        }
        // Nearly all are reported the day they are found.
        "infectious_case" if dice.happens(0.9) => {
            set("reported_at", json!(format!("{day}T10:20")));
            set("reported_to", json!("all"));
        }
        "child_injury" => {
            let (activity, cause, part, kind) = INJURIES[dice.below(INJURIES.len())];
            let mut set = |name: &str, value: &str| values.insert(name.to_owned(), json!(value));
            set("activity", activity);
            set("cause", cause);
            set("body_part", part);
            set("kind", kind);
            set("result", "recovered");
            values.insert("days_absent".into(), json!(0));
        }
        "food_sample" => {
            set("grams", json!(125));
            set("sealed", json!(true));
            set("refrigerated", json!(true));
            set("meal", json!("lunch"));
            set("sampled_at", json!("11:30"));
        }
        "goods_receipt" => {
            set("quantity", json!(5 + dice.below(40)));
            set("measure", json!("千克"));
            set("licence_seen", json!(true));
            set("certificate", json!("inspection"));
            set("condition", json!("good"));
            set("result", json!("accepted"));
        }
        "meal_account" => {
            let days = 1_500 + dice.below(300);
            set("child_days", json!(days));
            set("fees", json!(days * 14));
            set("spent", json!(days * 14 - dice.below(400)));
        }
        "uv_disinfection" => {
            set("minutes", json!(30));
            set("empty_room", json!(true));
            set("lamp_hours", json!(320));
        }
        "disinfection" => {
            let object = text(values, "object");
            let (method, chlorine, minutes) = match object.as_str() {
                "towel" => ("boil", None, 15),
                "cup" => ("cabinet", None, 30),
                "toilet" => ("chlorine_wipe", Some(500), 30),
                "book" => ("sun", None, 30),
                "thermometer" => ("ethanol", None, 5),
                _ => ("chlorine_wipe", Some(250), 20),
            };
            let mut set = |name: &str, value: Value| values.insert(name.to_owned(), value);
            set("method", json!(method));
            set("minutes", json!(minutes));
            set("sunned_hours", json!(6.5));
            set("occasion", json!("routine"));
            set("chlorine", json!(chlorine));
        }
        "vaccination_check" => {
            let mut set = |name: &str, value: Value| values.insert(name.to_owned(), value);
            set("certificate", json!("shown"));
            set("conclusion", json!("complete"));
        }
        _ => {}
    }
}
