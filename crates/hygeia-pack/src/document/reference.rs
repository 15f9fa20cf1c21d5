//! The Markdown reference of the packs: what is registered, counted, owed and reported.

use crate::model::{
    Among, Field, FieldType, Good, Indicator, Interval, Measure, MeasureKind, PackSet, Register, Severity,
    Title,
};
use std::fmt::Write as _;

/// Registers with their fields and rules, measures, indicators, duties and reports of every pack.
pub fn doc(packs: &PackSet) -> String {
    let mut text = String::from("# 领域包 · Packs\n");
    for pack in &packs.packs {
        let name = pack.id.as_str();
        let _ = write!(text, "\n# {} · `{name}` v{}\n", heading(&pack.title), pack.version);
        for register in packs.registers.values().filter(|register| register.id.pack() == name) {
            write_register(&mut text, register);
        }
        super::ledger::write_ledgers(&mut text, packs, name);
        write_measures(
            &mut text,
            packs.measures.values().filter(|m| !m.implied && m.id.pack() == name).collect(),
        );
        write_indicators(&mut text, packs.indicators.values().filter(|i| i.id.pack() == name).collect());
        write_duties(&mut text, packs, name);
        write_signals(&mut text, packs, name);
        for report in packs.reports.values().filter(|report| report.id.pack() == name) {
            let _ = writeln!(
                text,
                "\n报表 · Report: {} (`{}`, {}, {})",
                heading(&report.title),
                report.id,
                report.period,
                report.at
            );
        }
    }
    text
}

pub(super) fn heading(title: &Title) -> String {
    match &title.en {
        Some(en) => format!("{} · {en}", title.zh),
        None => title.zh.clone(),
    }
}

/// A cell of a Markdown table.
pub(super) fn cell(text: &str) -> String {
    text.replace('|', "\\|").replace('\n', " ")
}

fn write_register(text: &mut String, register: &Register) {
    let _ = write!(text, "\n## {} · `{}`\n\n", heading(&register.title), register.id);
    if let Some(help) = &register.help {
        let _ = write!(text, "{help}\n\n");
    }
    text.push_str("| 字段 | field | type | 条件 |\n|---|---|---|---|\n");
    for field in register.fields.values() {
        let mut notes = Vec::new();
        if field.required {
            notes.push("必填".to_owned());
        }
        notes.extend(field.show.as_ref().map(|show| format!("show `{}`", show.source)));
        notes.extend(field.computed.as_ref().map(|computed| format!("computed `{}`", computed.source)));
        let (title, kind) = (cell(&field.title.zh), cell(&kind(field)));
        let _ = writeln!(text, "| {title} | `{}` | {kind} | {} |", field.name, cell(&notes.join("; ")));
    }
    for rule in &register.rules {
        let level = if rule.severity == Severity::Warning { "提醒" } else { "错误" };
        let _ = write!(text, "\n- {level}：{}（`{}`）", rule.message, rule.check.source);
    }
    text.push('\n');
}

fn kind(field: &Field) -> String {
    let unit = field.unit.as_ref().map(|unit| format!(" {unit}")).unwrap_or_default();
    match &field.kind {
        FieldType::Text { max } => format!("text ≤ {max}"),
        FieldType::LongText { max } => format!("long text ≤ {max}"),
        FieldType::Int { min, max } => format!("int{}{unit}", bounds(min.as_ref(), max.as_ref())),
        FieldType::Decimal { min, max, .. } => format!("decimal{}{unit}", bounds(min.as_ref(), max.as_ref())),
        FieldType::Bool => "bool".to_owned(),
        FieldType::Date => "date".to_owned(),
        FieldType::Time => "time".to_owned(),
        FieldType::DateTime => "datetime".to_owned(),
        FieldType::Choice(choice) | FieldType::Choices(choice) => {
            let many = if matches!(field.kind, FieldType::Choices(_)) { "choices" } else { "choice" };
            match &choice.list {
                Some(list) => format!("{many} of `{list}`"),
                None => {
                    let titles: Vec<&str> =
                        choice.options.iter().map(|option| option.title.zh.as_str()).collect();
                    format!("{many}: {}", titles.join("、"))
                }
            }
        }
        FieldType::Person { kind } => kind.clone(),
        FieldType::OrgUnit { kind } => kind.as_ref().map_or("org unit".to_owned(), |kind| kind.to_string()),
        FieldType::Entry { register, same_subject, .. } => {
            format!("entry of `{register}`{}", if *same_subject { " about the same person" } else { "" })
        }
        FieldType::Rows(fields) => {
            let titles: Vec<&str> = fields.values().map(|field| field.title.zh.as_str()).collect();
            format!("rows: {}", titles.join("、"))
        }
        FieldType::Photo { most } => format!("photos ≤ {most}"),
        FieldType::Drawing => "drawn signature".to_owned(),
        FieldType::Signature => "signature".to_owned(),
    }
}

fn bounds<T: std::fmt::Display>(min: Option<&T>, max: Option<&T>) -> String {
    match (min, max) {
        (Some(min), Some(max)) => format!(" {min}–{max}"),
        (Some(min), None) => format!(" ≥ {min}"),
        (None, Some(max)) => format!(" ≤ {max}"),
        (None, None) => String::new(),
    }
}

fn write_measures(text: &mut String, measures: Vec<&Measure>) {
    if measures.is_empty() {
        return;
    }
    text.push_str("\n## 计数 · Measures\n\n| 计数 | id | counts | unit |\n|---|---|---|---|\n");
    for measure in measures {
        let by = measure.by.as_ref().map(|by| format!(" by `{by}`")).unwrap_or_default();
        let filter = measure.filter().map(|filter| format!(" where `{}`", filter.source)).unwrap_or_default();
        let since = match measure.since {
            Some(Interval::Term) => " since the beginning of the term",
            Some(Interval::SchoolYear) => " since the beginning of the school year",
            Some(_) => " since the beginning of the year",
            None => "",
        };
        let counted = cell(&format!("{}{since}{filter}{by}", counted(&measure.kind)));
        let _ = writeln!(
            text,
            "| {} | `{}` | {counted} | {} |",
            cell(&measure.title.zh),
            measure.id,
            measure.unit
        );
    }
}

fn counted(kind: &MeasureKind) -> String {
    match kind {
        MeasureKind::Count { register, .. } => format!("entries of `{register}`"),
        MeasureKind::Sum { register, field, .. } => format!("sum of `{field}` of `{register}`"),
        MeasureKind::People { register, among, .. } => match among {
            None => format!("people in `{register}`"),
            Some(Among::Enrolled) => format!("people on the roll in `{register}`"),
            Some(Among::Joined) => format!("people who joined in `{register}`"),
        },
        MeasureKind::Enrolled { kind } => format!("{kind} on the roll"),
        MeasureKind::EnrolledDays { kind } => format!("{kind}-days due"),
        MeasureKind::Joined { kind } => format!("{kind} joined"),
        MeasureKind::Units { kind } => format!("org units `{kind}`"),
        MeasureKind::DutyDue { duty } => format!("entries due by duty `{duty}`"),
        MeasureKind::DutyDone { duty } => format!("entries made for duty `{duty}`"),
        MeasureKind::DutyOnTime { duty, .. } => format!("entries made on time for duty `{duty}`"),
        MeasureKind::Balance { ledger, account, .. } => format!("balance of `{account}` of `{ledger}`"),
        MeasureKind::Flow { ledger, from, to, .. } => {
            let side = |name: &Option<String>| name.clone().unwrap_or_else(|| "any".to_owned());
            format!("transfers of `{ledger}` from {} to {}", side(from), side(to))
        }
        MeasureKind::Transfers { ledger } => format!("transfers of `{ledger}`"),
    }
}

fn write_indicators(text: &mut String, indicators: Vec<&Indicator>) {
    if indicators.is_empty() {
        return;
    }
    text.push_str(
        "\n## 指标 · Indicators\n\n| 指标 | id | formula | unit | 目标 | 定义 |\n|---|---|---|---|---|---|\n",
    );
    for indicator in indicators {
        let arrow = match indicator.good {
            Good::Up => " ↑",
            Good::Down => " ↓",
            Good::Neutral => "",
        };
        let target = indicator
            .target
            .map(|target| format!("{} {}", if target.at_least { "≥" } else { "≤" }, target.value));
        let _ = writeln!(
            text,
            "| {} | `{}` | `{}` | {}{arrow} | {} | {} |",
            cell(&indicator.title.zh),
            indicator.id,
            cell(&indicator.value.source),
            indicator.unit,
            target.unwrap_or_default(),
            cell(indicator.definition.as_deref().unwrap_or_default()),
        );
    }
}

fn write_signals(text: &mut String, packs: &PackSet, pack: &str) {
    let mut signals = packs.signals.values().filter(|signal| signal.id.pack() == pack).peekable();
    if signals.peek().is_none() {
        return;
    }
    let _ = writeln!(
        text,
        "\n## 预警规则 · Signals\n\n| 名称 | 代码 | 方法 | 监测 | 阈值 | 出处 |\n|---|---|---|---|---|---|"
    );
    for signal in signals {
        let watched: Vec<&str> = signal.watches.iter().map(AsRef::as_ref).collect();
        let limits = signal.limits.iter().map(|(part, limit)| (part.as_str(), limit));
        let limits = limits.chain(signal.limit.iter().map(|limit| ("", limit)));
        let limits: Vec<String> = limits
            .map(|(part, limit)| format!("{part} {}/{} 天", limit.cases, limit.days).trim().to_owned())
            .collect();
        let _ = writeln!(
            text,
            "| {} | `{}` | {} | {} | {} | {} |",
            heading(&signal.title),
            signal.id,
            signal.method.title().zh,
            watched.join("、"),
            limits.join("；"),
            signal.source.as_deref().unwrap_or("")
        );
    }
}

fn write_duties(text: &mut String, packs: &PackSet, pack: &str) {
    let mut duties = packs.duties.values().filter(|duty| duty.id.pack() == pack).peekable();
    if duties.peek().is_none() {
        return;
    }
    text.push_str(
        "\n## 制度 · Duties\n\n| 制度 | id | register | every | times | role |\n|---|---|---|---|---|---|\n",
    );
    for duty in duties {
        let seasons: String = duty.seasons.iter().map(|season| format!("；{}", season.title.zh)).collect();
        let _ = writeln!(
            text,
            "| {}{} | `{}` | `{}` | {} {:?} | {} | {} |",
            cell(&duty.title.zh),
            cell(&seasons),
            duty.id,
            duty.register,
            duty.due.every.n,
            duty.due.every.unit,
            duty.due.times,
            duty.role,
        );
    }
}
