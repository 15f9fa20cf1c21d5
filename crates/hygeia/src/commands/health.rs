//! `hygeia health …`: the engines over CSV, standard input to standard output.

use super::progress::Progress;
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
    ///
    /// 标准输入的列（按列名，次序不限）：
    ///   who2006    sex, age+age_unit 或 birth_date+date, weight_kg, lenhei_cm, measure, headc_cm, armc_cm, oedema
    ///   who2007    sex, age_months 或 birth_date+date, weight_kg, height_cm, oedema
    ///   cn         indicator, sex, x（月龄或 cm）, value
    ///   cn-school  sex, age_months, height_cm, bmi 或 weight_kg
    /// 增加的列：z…（两位小数）、u…（不舍入）、f…（超出可信范围为 1）；cn 为百分位级、标准差级和营养状况；cn-school 为生长迟缓和
    /// BMI 分类。各列详见 docs/health-commands.md。
    #[command(verbatim_doc_comment)]
    Growth {
        /// who2006、who2007、cn（WS/T 423-2022）或 cn-school（WS/T 586、456）
        #[arg(long)]
        standard: String,
    },
    /// 证件与代码：公民身份号码、统一社会信用代码、电话、行政区划
    ///
    /// 标准输入的列 input 为号码；citizen 另需 --as-of 或列 as_of。增加的列：
    ///   citizen      normalised, error, check_expected, division, division_status, birth, sex, sequence
    ///   credit-code  normalised, error, check_expected, org_check_expected, org_check_ok, department, category,
    ///                division, division_status, org_code
    ///   phone        normalised, error, kind, masked
    ///   division     name, full_name, parent, status
    /// error 为空即通过。
    #[command(verbatim_doc_comment)]
    Id {
        /// citizen、credit-code、phone 或 division
        #[arg(long, default_value = "citizen")]
        kind: String,
        /// 以该日为“今天”判断未来日期；不给则取表中 as_of 列
        #[arg(long)]
        as_of: Option<Date>,
    },
    /// 预防接种：每剂是否有效、应种、漏种、下次日期
    ///
    /// 标准输入的列：birth_date, as_of, history，可有 sex。接种史写作 “HepB 2023-01-02, 2023-02-02; 卡介苗 2023-01-02”，次序不限。
    /// 增加的列：edition（程序版本）, complete, valid, invalid（附原因）, due, overdue, missing（补种清单，附最早日期）。
    #[command(verbatim_doc_comment)]
    Vaccine,
    /// 膳食：食谱（标准输入）按人日折算的摄入量
    ///
    /// 标准输入的列：menu, day, meal, food_code, mode（as_purchased_total 全园市品量、edible_per_child 人均可食量）, amount_g。
    /// 每个食谱输出一行：人日数、各营养素每人每日量、供能比、优质蛋白比、餐次比、食物成分表中缺失的数值个数。
    #[command(verbatim_doc_comment)]
    Nutrition {
        /// 就餐人数表：menu,day,children
        #[arg(long)]
        days: PathBuf,
        /// 食物成分表（每 100 克可食部）：food_code,name_zh,protein_class,edible_pct,energy_kcal,protein_g,fat_g,cho_g,
        /// ca_mg,fe_mg,zn_mg,vit_a_ugRAE,vit_b1_mg,vit_b2_mg,vit_c_mg；空或 — 为未测定，Tr 为痕量
        #[arg(long)]
        foods: PathBuf,
    },
    /// 聚集与暴发探测
    ///
    /// 不读标准输入。每个监测期输出一行：series, config, t, observed, alarm, upperbound 及部分方法才有的列；NA 为未计算。
    /// 算法：earsC、farrington、farringtonFlexible、cusum、bayes、rki、cdc、glrpois、glrnb、outbreakP、mpm、fixed。
    #[command(verbatim_doc_comment)]
    Detect {
        /// 方法配置（JSON）：config, algorithm, control（参数名同 R 包 surveillance；compatibility 为 published 时按原文献）
        #[arg(long)]
        configs: PathBuf,
        /// 序列：series,t,date,observed,population
        #[arg(long)]
        series: PathBuf,
        /// 序列说明（JSON）：series, freq（365、52、12）, start（年，期）
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
    let output = Progress::new(BufWriter::new(io::stdout().lock()));
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
