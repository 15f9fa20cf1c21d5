//! `demo`, `serve`, `init`, `verify`.

use crate::config::Database;
use crate::demo;
use crate::out::say;
use anyhow::{Context, Result, bail};
use hygeia_work::Work;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::{Duration, Instant};

/// Arguments of `hygeia demo`.
#[derive(Debug, clap::Args)]
pub struct DemoArgs {
    /// 演示数据存放的文件夹
    #[arg(long, default_value = "hygeia-demo")]
    folder: PathBuf,
    /// 监听地址
    #[arg(long, default_value = "127.0.0.1:8080")]
    listen: SocketAddr,
    /// 只建立数据，不启动
    #[arg(long)]
    only_data: bool,
    /// 以该日为“今天”生成数据（默认今天）
    #[arg(long)]
    today: Option<jiff::civil::Date>,
    /// 使用该数据库，而不是文件夹中的 SQLite
    #[arg(long)]
    database: Option<String>,
}

/// Arguments of `hygeia serve`.
#[derive(Debug, clap::Args)]
pub struct ServeArgs {
    #[command(flatten)]
    database: Database,
    /// 监听地址
    #[arg(long, env = "HYGEIA_LISTEN", default_value = "127.0.0.1:8080")]
    listen: SocketAddr,
}

/// Arguments of `hygeia init`.
#[derive(Debug, clap::Args)]
pub struct InitArgs {
    #[command(flatten)]
    database: Database,
    /// 县（区）名称
    #[arg(long)]
    county: String,
    /// 县（区）机构代码
    #[arg(long, default_value = "county")]
    code: String,
    /// 管理员登录名；密码从标准输入读取一行
    #[arg(long, default_value = "admin")]
    login: String,
}

/// Arguments of `hygeia verify`.
#[derive(Debug, clap::Args)]
pub struct VerifyArgs {
    #[command(flatten)]
    database: Database,
}

/// Makes the demo county when it is not there, then serves it.
pub fn demo(args: &DemoArgs) -> Result<()> {
    if !args.only_data {
        must_be_free(args.listen)?;
    }
    std::fs::create_dir_all(&args.folder)
        .with_context(|| format!("无法建立文件夹 {}", args.folder.display()))?;
    let database = Database {
        database: args
            .database
            .clone()
            .unwrap_or_else(|| args.folder.join("demo.db").to_string_lossy().into_owned()),
        key_file: args.folder.join("demo.key"),
        packs: None,
    };
    let start = Instant::now();
    let mut work = database.open_or_make()?;
    let today =
        args.today.unwrap_or_else(|| jiff::Timestamp::now().to_zoned(hygeia_work::county_time_zone()).date());
    if work.directory().roots().next().is_none() {
        drop(work);
        demo::build(&database.open_to_build()?, today)?;
        work = database.open()?;
    } else if !demo::is_whole(&work)? {
        bail!(
            "演示县没有建完（上次被中断）：请删除文件夹 {}（或换一个空数据库）后再运行",
            args.folder.display()
        );
    } else {
        demo::finish_today(&work, today)?;
    }
    eprintln!("演示县已就绪（{:.1} 秒）", start.elapsed().as_secs_f64());
    if args.only_data {
        return Ok(());
    }
    say!("打开 http://{}", args.listen);
    say!("演示账号（密码均为 {}）：", demo::PASSWORD);
    for (login, role) in demo::ACCOUNTS {
        say!("  {login:<12}{role}");
    }
    run(work, args.listen)
}

/// Serves an existing database.
pub fn serve(args: &ServeArgs) -> Result<()> {
    let work = args.database.open()?;
    if work.directory().roots().next().is_none() {
        bail!("数据库是空的：请先运行 hygeia init 建立县和管理员，或运行 hygeia demo 查看演示");
    }
    must_be_free(args.listen)?;
    say!("打开 http://{}", args.listen);
    run(work, args.listen)
}

/// Says at once, before any long work, that the address is taken.
fn must_be_free(listen: SocketAddr) -> Result<()> {
    std::net::TcpListener::bind(listen)
        .map(drop)
        .with_context(|| format!("无法在 {listen} 启动：请用 --listen 换一个地址，或停止占用它的程序"))
}

fn run(work: Work, listen: SocketAddr) -> Result<()> {
    tracing_subscriber::fmt()
        .with_env_filter(
            tracing_subscriber::EnvFilter::try_from_default_env()
                .unwrap_or_else(|_| "warn,hygeia=info".into()),
        )
        .with_writer(std::io::stderr)
        .init();
    hygeia_web::tidy_after_files(crate::give_memory_back);
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.spawn(ticks(work.clone()));
    runtime.spawn(super::detect::daily(work.clone()));
    runtime.block_on(hygeia_web::serve(work, listen)).with_context(|| format!("无法在 {listen} 启动"))
}

/// How often time is let pass: clocks are marked overdue and escalated within it. Pages do not wait for it.
const TICK: Duration = Duration::from_secs(60);

/// Lets time pass for as long as the platform runs.
async fn ticks(work: Work) {
    let own = work.clone();
    // The calendar may have got new holidays since the due times were worked out.
    let followed =
        tokio::task::spawn_blocking(move || own.clocks_follow_calendar(jiff::Timestamp::now())).await;
    if let Ok(Err(error)) = followed {
        tracing::error!(%error, "due times could not follow the calendar");
    }
    let mut interval = tokio::time::interval(TICK);
    interval.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        interval.tick().await;
        let work = work.clone();
        let done = tokio::task::spawn_blocking(move || work.tick(jiff::Timestamp::now())).await;
        match done {
            Ok(Ok(report)) if report.overdue + report.escalated > 0 => {
                tracing::info!(overdue = report.overdue, escalated = report.escalated, "clocks ran out");
            }
            Ok(Err(error)) => tracing::error!(%error, "clocks could not be brought up to date"),
            _ => {}
        }
    }
}

/// Makes the county and its first administrator.
pub fn init(args: &InitArgs) -> Result<()> {
    let work = args.database.open_or_make()?;
    if work.directory().roots().next().is_some() {
        bail!("数据库里已有机构，未作改动");
    }
    eprintln!("请输入管理员密码（至少 8 位）：");
    let mut password = String::new();
    std::io::stdin().read_line(&mut password)?;
    let password = password.trim_end_matches(['\r', '\n']);
    if password.chars().count() < 8 {
        bail!("密码至少 8 位");
    }
    demo::bootstrap(&work, &args.code, &args.county, &args.login, password)?;
    say!("已建立“{}”和管理员“{}”，运行 hygeia serve 启动", args.county, args.login);
    Ok(())
}

/// Recomputes every cell, checks every chain; fails when anything differs.
pub fn verify(args: &VerifyArgs) -> Result<()> {
    let work = args.database.open()?;
    let report = work.store().verify(&mut |line| eprintln!("{line}"))?;
    for difference in &report.differences {
        say!("不一致：{}", difference.message);
    }
    say!("已核验 {} 行变更、{} 条记录、{} 个计数格", report.changes, report.entries, report.cells);
    say!("收发存账 {} 笔过账、{} 个结存", report.transfers, report.balances);
    if report.found == 0 {
        say!("全部一致");
        return Ok(());
    }
    bail!("发现 {} 处不一致", report.found)
}
