//! `plan read`, `text normalise`, `proofread`.

use anyhow::{Context, Result};
use std::path::PathBuf;

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
}

fn load(file: &PathBuf) -> Result<hygeia_text::Normalised> {
    let bytes = std::fs::read(file).with_context(|| format!("无法读取 {}", file.display()))?;
    let name = file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    Ok(hygeia_text::normalise(&hygeia_text::decode(&bytes, &name)?))
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
        println!("{}", serde_json::to_string_pretty(&object)?);
        return Ok(());
    }
    println!("提纲");
    for heading in &reading.outline {
        println!("{}{}{}", "  ".repeat(usize::from(heading.level)), heading.mark, heading.title);
    }
    println!("\n周期性工作（{}）", reading.duties.len());
    for duty in &reading.duties {
        let when = duty.when.as_deref().map(|when| format!("，{when}")).unwrap_or_default();
        let interval = if duty.every.n == 1 { String::new() } else { duty.every.n.to_string() };
        println!("  {}：每{interval}{} {} 次{when}", duty.what, interval_title(duty.every.unit), duty.times);
    }
    println!("\n目标（{}）", reading.targets.len());
    for target in &reading.targets {
        println!("  {} {} {}{}", target.metric, op(target.op), amount(&target.value), target.unit);
    }
    println!("\n时限（{}）", reading.deadlines.len());
    for deadline in &reading.deadlines {
        let from = deadline.from.as_deref().unwrap_or("");
        println!("  {}：{from} – {}", deadline.what, deadline.to.as_deref().unwrap_or(""));
    }
    if !reading.gaps.is_empty() {
        println!("\n缺数（{}）", reading.gaps.len());
        for gap in &reading.gaps {
            println!("  {}", gap.quote);
        }
    }
    Ok(())
}

/// Runs `hygeia text`.
pub fn text(command: &TextCommand) -> Result<()> {
    let TextCommand::Normalise { file } = command;
    print!("{}", load(file)?.text);
    Ok(())
}

/// Runs `hygeia proofread`.
pub fn proofread(args: &ProofreadArgs) -> Result<()> {
    let normalised = load(&args.file)?;
    let findings = hygeia_text::proofread(&normalised);
    if args.json {
        println!("{}", serde_json::to_string_pretty(&findings)?);
        return Ok(());
    }
    if findings.is_empty() {
        println!("没有发现问题");
    }
    for (no, finding) in findings.iter().enumerate() {
        println!("{}. {}", no + 1, finding.said);
        println!("   {}", finding.follows);
        if let Some(suggestion) = &finding.suggestion {
            println!("   建议：{suggestion}");
        }
    }
    Ok(())
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
