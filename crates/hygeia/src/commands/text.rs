//! `plan read`, `text normalise`, `proofread`.

use crate::config::Database;
use crate::out::{self, say};
use anyhow::{Result, anyhow};
use hygeia_work::Period;
use std::path::{Path, PathBuf};

/// `hygeia plan …`
#[derive(Debug, clap::Subcommand)]
pub enum PlanCommand {
    /// 阅读计划或总结，列出周期性工作、目标、时限和任务
    Read {
        /// TXT、DOCX 或 HTML
        file: PathBuf,
        /// 输出 JSON
        #[arg(long)]
        json: bool,
    },
}

/// `hygeia text …`
#[derive(Debug, clap::Subcommand)]
pub enum TextCommand {
    /// 整理文字：编码、繁简、夹注、空白
    Normalise {
        /// TXT、DOCX 或 HTML
        file: PathBuf,
    },
}

/// Arguments of `hygeia proofread`.
#[derive(Debug, clap::Args)]
pub struct ProofreadArgs {
    /// TXT、DOCX 或 HTML
    file: PathBuf,
    /// 输出 JSON
    #[arg(long)]
    json: bool,
    /// 与登记数据核对：机构代码（与 --period 一起给；数据库见 --database）
    #[arg(long, requires = "period")]
    org: Option<String>,
    /// 文档所写的时段：2026-11、2026-T1、2026-SY、2026 …
    #[arg(long, requires = "org")]
    period: Option<String>,
    #[command(flatten)]
    database: Database,
}

fn load(file: &PathBuf) -> Result<hygeia_text::Normalised> {
    let bytes = std::fs::read(file).map_err(|fault| anyhow!(unreadable(file, &fault)))?;
    let name = file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    Ok(hygeia_text::normalise(&hygeia_text::decode(&bytes, &name)?))
}

/// Why a file cannot be read, in words for whoever named it.
fn unreadable(file: &Path, fault: &std::io::Error) -> String {
    use std::io::ErrorKind;
    let name = file.display();
    match fault.kind() {
        ErrorKind::NotFound => format!("找不到文件 {name}，请检查路径和文件名"),
        ErrorKind::PermissionDenied => format!("没有权限读取文件 {name}"),
        ErrorKind::IsADirectory => format!("{name} 是文件夹，请给出文件"),
        _ => format!("无法读取文件 {name}：{fault}"),
    }
}

/// Runs `hygeia plan`.
pub fn plan(command: &PlanCommand) -> Result<()> {
    let PlanCommand::Read { file, json } = command;
    let normalised = load(file)?;
    let reading = hygeia_text::read(&normalised);
    if *json {
        let id = file.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
        let mut object = serde_json::Map::new();
        object.insert("id".into(), id.into());
        if let serde_json::Value::Object(fields) = serde_json::to_value(&reading)? {
            object.extend(fields);
        }
        say!("{}", serde_json::to_string_pretty(&object)?);
        return Ok(());
    }
    say!("提纲");
    for heading in &reading.outline {
        say!("{}{}{}", "  ".repeat(usize::from(heading.level)), heading.mark, heading.title);
    }
    say!("\n周期性工作（{}）", reading.duties.len());
    for duty in &reading.duties {
        say!("  {}", duty_line(duty));
    }
    say!("\n目标（{}）", reading.targets.len());
    for target in &reading.targets {
        // A ratio (1:50) has no unit of its own.
        let unit = if target.unit == "ratio" { "" } else { target.unit.as_str() };
        say!("  {} {} {}{unit}", target.metric, op(target.op), amount(&target.value));
    }
    say!("\n时限（{}）", reading.deadlines.len());
    for deadline in &reading.deadlines {
        say!("  {}：{}", deadline.what, days(deadline.from.as_deref(), deadline.to.as_deref()));
    }
    if !reading.gaps.is_empty() {
        say!("\n缺数（{}）", reading.gaps.len());
        for gap in &reading.gaps {
            say!("  {}", gap.quote);
        }
    }
    Ok(())
}

/// Runs `hygeia text`.
pub fn text(command: &TextCommand) -> Result<()> {
    let TextCommand::Normalise { file } = command;
    out::print(format_args!("{}", load(file)?.text));
    Ok(())
}

/// Runs `hygeia proofread`: the document alone, or with the records of a unit and period.
pub fn proofread(args: &ProofreadArgs) -> Result<()> {
    let normalised = load(&args.file)?;
    if let (Some(org), Some(period)) = (&args.org, &args.period) {
        return with_records(args, &normalised, org, period);
    }
    let findings = hygeia_text::proofread(&normalised);
    if args.json {
        say!("{}", serde_json::to_string_pretty(&findings)?);
        return Ok(());
    }
    print_findings(
        findings
            .iter()
            .map(|finding| (finding.said.as_str(), finding.follows.as_str(), finding.suggestion.as_deref())),
    );
    Ok(())
}

fn with_records(
    args: &ProofreadArgs,
    normalised: &hygeia_text::Normalised,
    org: &str,
    period: &str,
) -> Result<()> {
    let work = args.database.open()?;
    let period = Period::parse(period, &work.calendar())?;
    let directory = work.directory();
    let unit = work.unit_by_code(&directory, org)?.id;
    let actor = work.system_actor(jiff::Timestamp::now());
    let found = work.proofread(&actor, unit, &period, normalised)?;
    if args.json {
        say!("{}", serde_json::to_string_pretty(&found)?);
        return Ok(());
    }
    print_findings(
        found
            .findings
            .iter()
            .map(|remark| (remark.said.as_str(), remark.follows.as_str(), remark.suggestion.as_deref())),
    );
    say!(
        "与登记一致的数 {} 个；没有对应登记或指标的数 {} 个",
        found.supported.len(),
        found.unsupported.len()
    );
    Ok(())
}

/// What is said, what follows, and the better wording.
fn print_findings<'a>(findings: impl Iterator<Item = (&'a str, &'a str, Option<&'a str>)>) {
    let mut count = 0;
    for (said, follows, suggestion) in findings {
        count += 1;
        say!("{count}. {said}");
        say!("   {follows}");
        if let Some(suggestion) = suggestion {
            say!("   建议：{suggestion}");
        }
    }
    if count == 0 {
        say!("没有发现问题");
    }
}

/// `开窗通风：每日至少 2 次，午睡后；责任人：保育员`.
fn duty_line(duty: &hygeia_text::reading::Duty) -> String {
    let interval = if duty.every.n == 1 { String::new() } else { duty.every.n.to_string() };
    let least = if duty.at_least { "至少" } else { "" };
    let when = duty.when.as_deref().map(|when| format!("，{when}")).unwrap_or_default();
    let who = duty.who.as_deref().map(|who| format!("；责任人：{who}")).unwrap_or_default();
    let unit = interval_title(duty.every.unit);
    format!("{}：每{interval}{unit}{least} {} 次{when}{who}", duty.what, duty.times)
}

/// `9月`, `3月1日至5月`, `12月31日前`; a day that no calendar has is told as such.
fn days(from: Option<&str>, to: Option<&str>) -> String {
    match (from.map(day), to.map(day)) {
        (Some(from), Some(to)) if from == to => from,
        (Some(from), Some(to)) => format!("{from}至{to}"),
        (Some(from), None) => format!("{from}起"),
        (None, Some(to)) => format!("{to}前"),
        (None, None) => String::new(),
    }
}

/// A date as a reading gives it (`2026-09-30`, `2026-09`, `2026`, `--09-30`, `--09`) in words.
fn day(date: &str) -> String {
    let parts: Vec<&str> = match date.strip_prefix("--") {
        Some(rest) => std::iter::once("").chain(rest.split('-')).collect(),
        None => date.split('-').collect(),
    };
    let plain = |part: &str| part.trim_start_matches('0').to_owned();
    let words: String = parts
        .iter()
        .zip(["年", "月", "日"])
        .filter(|(part, _)| !part.is_empty())
        .map(|(part, unit)| plain(part) + unit)
        .collect();
    // A year that is not told may be a leap year.
    let year = parts.first().and_then(|year| year.parse().ok()).unwrap_or(2024);
    match parts.as_slice() {
        [_, month, day] => {
            let exists = month.parse().ok().zip(day.parse().ok());
            let exists = exists.is_some_and(|(month, day)| jiff::civil::Date::new(year, month, day).is_ok());
            if exists { words } else { words + "（没有这一天）" }
        }
        _ => words,
    }
}

fn interval_title(unit: hygeia_text::reading::IntervalUnit) -> &'static str {
    use hygeia_text::reading::IntervalUnit as U;
    match unit {
        U::Meal => "餐",
        U::Day => "日",
        U::Week => "周",
        U::HalfMonth => "半月",
        U::Month => "月",
        U::Quarter => "季度",
        U::HalfYear => "半年",
        U::Term => "学期",
        U::SchoolYear => "学年",
        U::Year => "年",
        U::Shift => "班次",
        U::Case => "例（事）",
    }
}

fn op(op: hygeia_text::reading::Comparison) -> &'static str {
    use hygeia_text::reading::Comparison as C;
    match op {
        C::AtLeast => "≥",
        C::AtMost => "≤",
        C::Equal => "=",
        C::Above => ">",
        C::Below => "<",
    }
}

fn amount(amount: &hygeia_text::reading::Amount) -> String {
    match amount {
        hygeia_text::reading::Amount::Whole(value) => value.to_string(),
        hygeia_text::reading::Amount::Decimal(value) => value.to_string(),
        hygeia_text::reading::Amount::Text(text) => text.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_told_in_words() {
        assert_eq!(days(Some("--09"), Some("--09")), "9月");
        assert_eq!(days(None, Some("--12-31")), "12月31日前");
        assert_eq!(days(Some("2026-03-01"), Some("2026-05")), "2026年3月1日至2026年5月");
        assert_eq!(days(Some("2010"), None), "2010年起");
        assert_eq!(days(None, Some("--06-31")), "6月31日（没有这一天）前");
        assert_eq!(days(None, Some("--02-29")), "2月29日前");
    }

    #[test]
    fn a_duty_is_told_with_its_minimum_its_time_and_who_has_it() {
        let text = "卫生工作计划\n一、日常工作\n保育员每日至少开窗通风2次。\n每两周清洗空调滤网一次。\n";
        let source = hygeia_text::decode(text.as_bytes(), "a.txt").unwrap();
        let reading = hygeia_text::read(&hygeia_text::normalise(&source));
        let lines: Vec<String> = reading.duties.iter().map(duty_line).collect();
        assert_eq!(lines, ["开窗通风：每日至少 2 次；责任人：保育员", "清洗空调滤网：每2周 1 次"]);
    }

    #[test]
    fn a_missing_file_is_told_in_words() {
        let fault = load(&PathBuf::from("没有的文件.txt")).unwrap_err();
        assert_eq!(fault.to_string(), "找不到文件 没有的文件.txt，请检查路径和文件名");
    }
}
