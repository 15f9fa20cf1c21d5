//! `import`: the entries of a register from a table.

use crate::config::Database;
use anyhow::{Context, Result, bail};
use hygeia_work::{ImportOptions, unknown_columns};
use std::path::PathBuf;

/// Arguments of `hygeia import`.
#[derive(Debug, clap::Args)]
pub struct ImportArgs {
    /// 登记表，如 kindergarten.food
    register: String,
    /// XLSX 或 CSV 文件；列名为字段名或字段标题，另可有“机构代码”“编号”列
    file: PathBuf,
    /// 没有“机构代码”列时各行所属的机构；不给则为县
    #[arg(long)]
    org: Option<String>,
    /// 各行共同的值，如 --set source=《中国食物成分表》第6版（可多次）
    #[arg(long, value_name = "字段=值", value_parser = pair)]
    set: Vec<(String, String)>,
    /// 单元格的另一种读法，如 --read Tr=0 --read —=（可多次）
    #[arg(long, value_name = "原文=值", value_parser = pair)]
    read: Vec<(String, String)>,
    /// 只检查，不写入
    #[arg(long)]
    check: bool,
    #[command(flatten)]
    database: Database,
}

fn pair(text: &str) -> Result<(String, String), String> {
    let (left, right) = text.split_once('=').ok_or("应写成 名称=值")?;
    Ok((left.trim().to_owned(), right.trim().to_owned()))
}

/// How many faults are spelt out.
const SHOWN: usize = 50;

/// Reads a table into a register: all rows, or none with every fault named by row and column.
pub fn import(args: &ImportArgs) -> Result<()> {
    let bytes = std::fs::read(&args.file).with_context(|| format!("无法读取 {}", args.file.display()))?;
    let name = args.file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let table = hygeia_exchange::read_table(&bytes, &name)?;
    let work = args.database.open()?;
    let directory = work.directory();
    let root = directory.roots().next().map(|unit| unit.code.clone());
    let options = ImportOptions {
        org_unit: args.org.clone().or(root),
        constants: args.set.clone(),
        replace: args.read.clone(),
        only_check: args.check,
    };
    let actor = work.system_actor(jiff::Timestamp::now());
    let report = work.entries_import(&actor, &args.register, &table, &options)?;
    if let Some(register) = work.packs().registers.get(args.register.as_str()) {
        let unknown = unknown_columns(register, &table);
        if !unknown.is_empty() {
            eprintln!("未使用的列：{}", unknown.join("、"));
        }
    }
    for problem in report.problems.iter().take(SHOWN) {
        eprintln!("{} 第 {} 行 {}：{}", problem.sheet, problem.row, problem.column, problem.message);
    }
    let outcome = if report.stored {
        format!("已写入 {} 条，{} 条原已登记，未改动", report.added, report.unchanged)
    } else {
        "未写入".to_owned()
    };
    println!("{} 行，{} 处有误，{outcome}", report.rows, report.problems.len());
    if !report.problems.is_empty() {
        bail!("请改正后重试");
    }
    Ok(())
}
