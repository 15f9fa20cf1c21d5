//! `pack check`, `pack test`, `pack new`, `pack doc`, `pack functions`, `pack schema`.

use crate::config::pack_sources;
use crate::out::{self, say};
use anyhow::{Result, bail};
use std::path::PathBuf;

/// `hygeia pack …`
#[derive(Debug, clap::Subcommand)]
pub enum PackCommand {
    /// 检查：一次列出全部问题，带文件、行、列
    Check {
        /// 领域包所在的文件夹；不给则检查内置包
        folder: Option<PathBuf>,
    },
    /// 运行包内测试（tests/*.yaml）
    Test {
        /// 领域包所在的文件夹；不给则测试内置包
        folder: Option<PathBuf>,
    },
    /// 新建一个领域包的骨架
    New {
        /// 包名（小写字母和下划线）
        name: String,
        /// 放在哪个文件夹下
        #[arg(long, default_value = "packs")]
        folder: PathBuf,
    },
    /// 输出登记表、指标、制度的说明（Markdown）
    Doc {
        /// 领域包所在的文件夹；不给则说明内置包
        folder: Option<PathBuf>,
    },
    /// 输出表达式可用函数的说明：内置函数与健康计算函数，含单位、缺失值规则和依据
    Functions,
    /// 输出 YAML 文件的 JSON Schema
    Schema,
}

/// Runs `hygeia pack`.
pub fn pack(command: &PackCommand) -> Result<()> {
    let functions = hygeia_work::pack_functions();
    match command {
        PackCommand::Check { folder } => {
            let sources = pack_sources(folder.as_deref())?;
            match hygeia_pack::load(&sources, &functions) {
                Ok(packs) => {
                    say!(
                        "没有问题：{} 个包，{} 张登记表，{} 个指标，{} 项制度，{} 份报表",
                        packs.packs.len(),
                        packs.registers.len(),
                        packs.indicators.len(),
                        packs.duties.len(),
                        packs.reports.len()
                    );
                    Ok(())
                }
                Err(problems) => {
                    out::print(format_args!("{problems}"));
                    bail!("发现 {} 个问题", problems.len())
                }
            }
        }
        PackCommand::Test { folder } => {
            let sources = pack_sources(folder.as_deref())?;
            let outcomes = hygeia_work::run_pack_tests(&sources)?;
            let failed = outcomes.iter().filter(|outcome| !outcome.failures.is_empty()).count();
            for outcome in &outcomes {
                say!("{} {}", if outcome.failures.is_empty() { "通过" } else { "失败" }, outcome.title);
                for failure in &outcome.failures {
                    say!("     {failure}");
                }
            }
            say!("{} 项通过，{failed} 项失败", outcomes.len() - failed);
            if failed > 0 { bail!("有 {failed} 项测试失败") } else { Ok(()) }
        }
        PackCommand::New { name, folder } => {
            let target = folder.join(name);
            if target.exists() {
                bail!("{} 已存在", target.display());
            }
            for (path, text) in hygeia_pack::new_pack(name)? {
                let path = target.join(path);
                if let Some(parent) = path.parent() {
                    std::fs::create_dir_all(parent)?;
                }
                std::fs::write(&path, text)?;
                say!("已建立 {}", path.display());
            }
            Ok(())
        }
        PackCommand::Doc { folder } => {
            let packs = hygeia_pack::load(&pack_sources(folder.as_deref())?, &functions)
                .map_err(|problems| anyhow::anyhow!("{problems}"))?;
            out::print(format_args!("{}", hygeia_pack::doc(&packs)));
            Ok(())
        }
        PackCommand::Functions => {
            for (signature, meaning) in functions.reference() {
                say!("{signature}\n    {meaning}");
            }
            Ok(())
        }
        PackCommand::Schema => {
            say!("{}", serde_json::to_string_pretty(&hygeia_pack::json_schema())?);
            Ok(())
        }
    }
}
