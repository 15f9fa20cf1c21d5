//! `hygeia health …`: the engines over CSV, standard input to standard output.

use anyhow::{Context, Result, bail};
use hygeia_health::csv::{Summary, detection, growth, identity, immunization, nutrition};
use jiff::civil::Date;
use std::fs::File;
use std::io::{self, BufReader, BufWriter};
use std::path::{Path, PathBuf};

/// `hygeia health …`
#[derive(Debug, clap::Subcommand)]
pub enum HealthCommand {
    /// 生长发育评价
    Growth {
        /// who2006、who2007、cn（WS/T 423-2022）或 cn-school（WS/T 586、456）
        #[arg(long)]
        standard: String,
    },
    /// 证件与代码：公民身份号码、统一社会信用代码、电话、行政区划
    Id {
        /// citizen、credit-code、phone 或 division
        #[arg(long, default_value = "citizen")]
        kind: String,
        /// 以该日为“今天”判断未来日期；不给则取表中 as_of 列
        #[arg(long)]
        as_of: Option<Date>,
    },
    /// 预防接种：每剂是否有效、应种、漏种、下次日期
    Vaccine,
    /// 膳食：食谱（标准输入）按人日折算的摄入量
    Nutrition {
        /// 就餐人数表：menu,day,children
        #[arg(long)]
        days: PathBuf,
        /// 食物成分表
        #[arg(long)]
        foods: PathBuf,
    },
    /// 聚集与暴发探测
    Detect {
        /// 方法配置（JSON）
        #[arg(long)]
        configs: PathBuf,
        /// 序列：series,t,date,observed,population
        #[arg(long)]
        series: PathBuf,
        /// 序列说明（JSON）
        #[arg(long)]
        meta: PathBuf,
        /// 运行清单：series,config,from,to,status
        #[arg(long)]
        runs: PathBuf,
    },
}

/// Runs `hygeia health`.
pub fn health(command: &HealthCommand) -> Result<()> {
    let input = BufReader::new(io::stdin().lock());
    let output = BufWriter::new(io::stdout().lock());
    let summary = match command {
        HealthCommand::Growth { standard } => {
            let Some(standard) = growth::Standard::parse(standard) else {
                bail!("没有标准“{standard}”，可选：who2006、who2007、cn、cn-school");
            };
            growth::growth(standard, input, output)?
        }
        HealthCommand::Id { kind, as_of } => {
            let Some(kind) = identity::Kind::parse(kind) else {
                bail!("没有类别“{kind}”，可选：citizen、credit-code、phone、division");
            };
            identity::identity(kind, *as_of, input, output)?
        }
        HealthCommand::Vaccine => immunization::forecast(input, output)?,
        HealthCommand::Nutrition { days, foods } => {
            nutrition::analyse(input, open(days)?, open(foods)?, output)?
        }
        HealthCommand::Detect { configs, series, meta, runs } => {
            detection::run(open(configs)?, open(series)?, open(meta)?, open(runs)?, output)?
        }
    };
    tell(&summary);
    Ok(())
}

fn open(path: &Path) -> Result<BufReader<File>> {
    Ok(BufReader::new(File::open(path).with_context(|| format!("无法读取 {}", path.display()))?))
}

/// What could not be read goes to standard error, so that the table stays a table.
fn tell(summary: &Summary) {
    eprintln!("共 {} 行，{} 处无法识别按缺失处理", summary.rows, summary.problem_count);
    for problem in &summary.problems {
        eprintln!("  第 {} 行 {}：{}", problem.line, problem.column, problem.message);
    }
}
