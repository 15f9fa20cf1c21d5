//! `report`: statistics tables and summaries as files.

use crate::config::Database;
use anyhow::{Context, Result, bail};
use hygeia_report::{docx, html, xlsx};
use hygeia_work::Period;
use std::io::Write;
use std::path::PathBuf;

/// What the report is written as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// Word，公文版式
    Docx,
    /// 网页
    Html,
    /// Excel 工作簿
    Xlsx,
}

/// Arguments of `hygeia report`.
#[derive(Debug, clap::Args)]
pub struct ReportArgs {
    /// 报表，如 kindergarten/term-summary；写错时列出全部
    report: String,
    /// 机构代码
    #[arg(long)]
    org: String,
    /// 统计周期：2026-11、2026-T1、2026-SY、2026、2026-09-01..2026-10-31 …
    #[arg(long)]
    period: String,
    /// 格式；不给则看输出文件的扩展名
    #[arg(long, value_enum)]
    format: Option<Format>,
    /// 输出文件；不给则写到标准输出
    #[arg(short, long)]
    output: Option<PathBuf>,
    /// 平台网址，文中数字据此链接到记录，如 <https://hygeia.example.cn>
    #[arg(long, env = "HYGEIA_BASE_URL")]
    base: Option<String>,
    #[command(flatten)]
    database: Database,
}

impl ReportArgs {
    /// The format asked for, else the one of the file's extension, else HTML.
    fn format(&self) -> Result<Format> {
        if let Some(format) = self.format {
            return Ok(format);
        }
        let Some(output) = &self.output else { return Ok(Format::Html) };
        match output.extension().and_then(|extension| extension.to_str()) {
            Some("docx") => Ok(Format::Docx),
            Some("html" | "htm") => Ok(Format::Html),
            Some("xlsx") => Ok(Format::Xlsx),
            _ => bail!("看不出格式，请加 --format docx、html 或 xlsx"),
        }
    }
}

/// Runs `hygeia report`: everything of the county can be seen, as the administrator of the database sees it.
pub fn report(args: &ReportArgs) -> Result<()> {
    let format = args.format()?;
    let work = args.database.open()?;
    let period = Period::parse(&args.period, &work.calendar())?;
    let actor = work.system_actor(jiff::Timestamp::now());
    let directory = work.directory();
    let unit = work.unit_by_code(&directory, &args.org)?.id;
    let mut document = hygeia_report::generate(&work, &actor, &args.report, unit, &period)?;
    let bytes = match format {
        Format::Docx => docx::write(&document, args.base.as_deref())?,
        Format::Html => {
            document.rebase(args.base.as_deref());
            html::standalone(&document, html::PAPER_STYLE).into_bytes()
        }
        Format::Xlsx => xlsx::write(&document)?,
    };
    match &args.output {
        Some(path) => {
            std::fs::write(path, bytes).with_context(|| format!("无法写入 {}", path.display()))?;
            eprintln!("已写入 {}", path.display());
        }
        None => std::io::stdout().write_all(&bytes).context("无法写到标准输出")?,
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::Parser;

    #[derive(Parser)]
    struct Line {
        #[command(flatten)]
        report: ReportArgs,
    }

    fn format_of(more: &[&str]) -> Result<Format> {
        let line = ["report", "kindergarten/term-summary", "--org", "k1", "--period", "2026-T1"];
        Line::try_parse_from(line.iter().chain(more)).unwrap().report.format()
    }

    #[test]
    fn the_format_follows_the_file_name() {
        assert_eq!(format_of(&["-o", "总结.docx"]).unwrap(), Format::Docx);
        assert_eq!(format_of(&["-o", "a.docx", "--format", "xlsx"]).unwrap(), Format::Xlsx);
        assert_eq!(format_of(&[]).unwrap(), Format::Html);
        assert!(format_of(&["-o", "总结"]).is_err());
    }
}
