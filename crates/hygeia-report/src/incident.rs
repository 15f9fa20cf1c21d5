//! The closing report of an incident: the room as a document.

use crate::chart::{Chart, Shape};
use crate::document::{Block, Cell, Document, HeadCell, Run, Table, TableRow};
use hygeia_expr::Value;
use hygeia_pack::model::STATE;
use hygeia_store::Outcome;
use hygeia_work::{Room, StepLine, county_time_zone};
use jiff::civil::DateTime;

/// The report of an incident as it stands: general, distribution in time and place, response, contacts, conclusion.
pub fn incident_report(room: &Room) -> Document {
    let closed = room.is_closed();
    let kind = if closed { "处置总结报告" } else { "处置进程报告" };
    let mut blocks = vec![heading("一、基本情况"), paragraph(general(room))];
    blocks.push(heading("二、时间分布"));
    let (days, layers) = room.curve();
    blocks.push(Block::Chart(Chart {
        title: "流行曲线（按发病日期）".to_owned(),
        unit: "例".to_owned(),
        shape: Shape::Stacked {
            labels: days.iter().map(|day| format!("{}/{}", day.month(), day.day())).collect(),
            layers,
        },
    }));
    blocks.push(heading("三、单位分布"));
    blocks.push(Block::Table(attack(room)));
    blocks.push(heading("四、处置经过"));
    blocks.push(Block::Table(steps(room)));
    blocks.push(heading("五、密切接触者"));
    blocks.push(paragraph(contacts(room)));
    blocks.push(heading("六、病例一览"));
    blocks.push(Block::Table(line_list(room)));
    blocks.push(heading("七、结论与建议"));
    let conclusion = room.word("conclusion");
    blocks.push(paragraph(if conclusion.is_empty() {
        "（处置尚未终止）".to_owned()
    } else {
        conclusion.to_owned()
    }));
    blocks.push(Block::Signature(vec![room.incident.unit_title.clone(), room.today.to_string()]));
    Document {
        title: format!("{}{kind}", room.word("name")),
        subtitle: Some(room.incident.unit_title.clone()),
        blocks,
    }
}

fn heading(text: &str) -> Block {
    Block::Heading { level: 1, text: text.to_owned() }
}

fn paragraph(text: String) -> Block {
    Block::Paragraph(vec![Run::Text(text)])
}

fn moment(room: &Room, field: &str) -> String {
    match room.incident.entry.values.get(field) {
        Some(Value::DateTime(at)) => said(*at),
        _ => "未记录".to_owned(),
    }
}

fn said(at: DateTime) -> String {
    at.strftime("%Y-%m-%d %H:%M").to_string()
}

fn general(room: &Room) -> String {
    let explained =
        room.alarms.iter().filter_map(|view| view.entry.values.get("explanation").and_then(Value::as_text));
    let explained: Vec<&str> = explained.collect();
    let raised = if explained.is_empty() {
        String::new()
    } else {
        format!("预警依据：{}。", explained.join("；"))
    };
    let end = if room.is_closed() {
        format!("于 {} 终止处置。", moment(room, "closed_at"))
    } else {
        String::new()
    };
    format!(
        "{}。{raised}疫情于 {} 开立，最长潜伏期按 {} 天计。{end}",
        room.situation().trim_end_matches('。'),
        moment(room, "opened_at"),
        room.incubation_days()
    )
}

fn contacts(room: &Room) -> String {
    let with = |code: &str| {
        let is = |value: Option<&Value>| value.and_then(Value::as_text) == Some(code);
        room.contacts.iter().filter(|view| is(view.entry.values.get("outcome"))).count()
    };
    format!(
        "登记密切接触者 {} 人，其中期满无异常 {} 人，发病 {} 人，失访 {} 人，观察中 {} 人。",
        room.contacts.len(),
        with("well"),
        with("ill"),
        with("lost"),
        with("watching")
    )
}

fn text(text: impl Into<String>) -> Cell {
    Cell { text: text.into(), ..Cell::default() }
}

fn number(value: f64, decimals: u8) -> Cell {
    Cell {
        text: format!("{value:.*}", usize::from(decimals)),
        number: Some(value),
        decimals,
        ..Cell::default()
    }
}

fn table(caption: &str, head: &[&str], rows: Vec<TableRow>) -> Table {
    Table {
        caption: caption.to_owned(),
        head: vec![head.iter().map(|title| HeadCell::plain(*title)).collect()],
        rows,
        ..Table::default()
    }
}

fn rate(cases: usize, on_roll: i64) -> Cell {
    if on_roll > 0 {
        number(100.0 * cases as f64 / on_roll as f64, 1)
    } else {
        Cell { text: "缺数据".to_owned(), missing: true, ..Cell::default() }
    }
}

fn attack(room: &Room) -> Table {
    let row = |title: &str, cases: usize, on_roll: i64, total: bool| TableRow {
        cells: vec![text(title), number(cases as f64, 0), number(on_roll as f64, 0), rate(cases, on_roll)],
        total,
    };
    let mut rows: Vec<TableRow> = room
        .attack
        .iter()
        .filter(|unit| unit.cases > 0)
        .map(|unit| row(&unit.title, unit.cases, unit.on_roll, false))
        .collect();
    let cases = room.attack.iter().map(|unit| unit.cases).sum();
    let on_roll = room.attack.iter().map(|unit| unit.on_roll).sum();
    rows.push(row("合计", cases, on_roll, true));
    table("各班级（单位）罹患率", &["班级（单位）", "病例数", "在册人数", "罹患率（%）"], rows)
}

fn steps(room: &Room) -> Table {
    let word = |step: &StepLine, field: &str| {
        step.entry.values.get(field).and_then(Value::as_text).unwrap_or_default().to_owned()
    };
    let state = |step: &StepLine| match (
        word(step, STATE).as_str(),
        step.clock.as_ref().map(|view| view.clock.outcome),
    ) {
        ("not_needed", _) => "不需要",
        ("done", Some(Outcome::Late)) => "超时完成",
        ("done", _) => "按时完成",
        (_, Some(Outcome::Late)) => "超时未完成",
        _ => "未到期",
    };
    let due = |step: &StepLine| {
        let at = step.clock.as_ref().map(|view| view.clock.due_at.to_zoned(county_time_zone()).datetime());
        at.map(said).unwrap_or_default()
    };
    let done = |step: &StepLine| match step.entry.values.get("done_at") {
        Some(Value::DateTime(at)) => said(*at),
        _ => "—".to_owned(),
    };
    let rows = room.steps.iter().map(|step| TableRow {
        cells: vec![
            text(word(step, "title")),
            text(due(step)),
            text(done(step)),
            text(state(step)),
            text(format!("{} {}", word(step, "done_by"), word(step, "note")).trim().to_owned()),
        ],
        total: false,
    });
    table("处置步骤完成情况", &["步骤", "时限", "完成时间", "状态", "完成人及情况"], rows.collect())
}

fn line_list(room: &Room) -> Table {
    let unit = |at: usize| {
        room.attack.iter().find(|row| Some(row.unit) == room.cases.get(at).map(|case| case.view.entry.unit))
    };
    let rows = room.cases.iter().enumerate().map(|(at, case)| TableRow {
        cells: vec![
            number((at + 1) as f64, 0),
            text(case.view.person.as_ref().map_or("未记姓名", |person| person.name.as_str())),
            text(unit(at).map_or("", |row| row.title.as_str())),
            text(case.onset.to_string()),
            text(case.view.entry.day.to_string()),
        ],
        total: false,
    });
    table("病例一览表", &["序号", "姓名", "班级（单位）", "发病日期", "登记日期"], rows.collect())
}
