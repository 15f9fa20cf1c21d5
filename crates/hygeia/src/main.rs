//! The `hygeia` command: one binary from plan to proof.

mod commands;
mod config;
mod demo;
mod out;

use clap::{Parser, Subcommand};
use std::process::ExitCode;

/// Pages are made of many short-lived values on several threads.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Gives memory that this thread has freed back to the system. The allocator does so by and by, but only while the
/// thread works on; one that has made a document may then lie idle with all it took.
#[expect(unsafe_code, reason = "a call of the allocator's own")]
fn give_memory_back() {
    // SAFETY: the call takes no pointer and may be made at any time by any thread.
    unsafe { libmimalloc_sys::mi_collect(true) }
}

#[derive(Parser)]
#[command(name = "hygeia", version, about = "Hygeia 卫生工作平台：从计划到总结")]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// 建立演示县并启动（首次约十几秒，再次启动不到一秒）
    Demo(commands::serve::DemoArgs),
    /// 启动平台
    Serve(commands::serve::ServeArgs),
    /// 新建数据库与首个管理员
    Init(commands::serve::InitArgs),
    /// 阅读计划文档
    #[command(subcommand)]
    Plan(commands::text::PlanCommand),
    /// 文本工具
    #[command(subcommand)]
    Text(commands::text::TextCommand),
    /// 校对总结
    Proofread(commands::text::ProofreadArgs),
    /// 生成统计表和工作总结
    Report(commands::report::ReportArgs),
    /// 导入：表格中的行成为登记表的登记
    Import(commands::import::ImportArgs),
    /// 核验：重算每个计数，检查变更链
    Verify(commands::serve::VerifyArgs),
    /// 预警：判断全部序列到某日（平台运行时每日自动进行）
    Detect(commands::detect::DetectArgs),
    /// 领域包：检查、测试、新建、说明
    #[command(subcommand)]
    Pack(commands::pack::PackCommand),
    /// 健康计算（CSV 进、CSV 出）
    #[command(subcommand)]
    Health(commands::health::HealthCommand),
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    let outcome = match cli.command {
        Command::Demo(args) => commands::serve::demo(&args),
        Command::Serve(args) => commands::serve::serve(&args),
        Command::Init(args) => commands::serve::init(&args),
        Command::Plan(command) => commands::text::plan(&command),
        Command::Text(command) => commands::text::text(&command),
        Command::Proofread(args) => commands::text::proofread(&args),
        Command::Report(args) => commands::report::report(&args),
        Command::Import(args) => commands::import::import(&args),
        Command::Verify(args) => commands::serve::verify(&args),
        Command::Detect(args) => commands::detect::detect(&args),
        Command::Pack(command) => commands::pack::pack(&command),
        Command::Health(command) => commands::health::health(&command),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("错误：{error:#}");
            ExitCode::FAILURE
        }
    }
}
