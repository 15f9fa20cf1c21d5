//! `detect`: every signal judged up to a day.

use crate::config::Database;
use crate::out::say;
use anyhow::Result;
use hygeia_work::{Work, county_time_zone};
use jiff::Timestamp;
use std::time::Duration;

/// Arguments of `hygeia detect`.
#[derive(Debug, clap::Args)]
pub struct DetectArgs {
    #[command(flatten)]
    database: Database,
    /// 判断到该日（默认今天）
    #[arg(long)]
    day: Option<jiff::civil::Date>,
}

/// Judges every series up to the day; running it twice changes nothing.
pub fn detect(args: &DetectArgs) -> Result<()> {
    let work = args.database.open()?;
    let now = Timestamp::now();
    let day = args.day.unwrap_or_else(|| now.to_zoned(county_time_zone()).date());
    let found = work.detect(&work.system_actor(now), day)?;
    say!("已判断 {} 个序列，近 60 天有效预警 {} 条", found.series, found.alarms);
    Ok(())
}

/// How often a running platform looks whether a day has begun that is not judged yet.
const LOOK: Duration = Duration::from_secs(600);

/// Judges every day once, for as long as the platform runs.
pub async fn daily(work: Work) {
    let mut judged = None;
    let mut interval = tokio::time::interval(LOOK);
    interval.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        interval.tick().await;
        let now = Timestamp::now();
        let today = now.to_zoned(county_time_zone()).date();
        if judged == Some(today) || work.directory().roots().next().is_none() {
            continue;
        }
        let own = work.clone();
        let done = tokio::task::spawn_blocking(move || own.detect(&own.system_actor(now), today)).await;
        match done {
            Ok(Ok(found)) => {
                judged = Some(today);
                tracing::info!(series = found.series, alarms = found.alarms, "signals judged");
            }
            Ok(Err(error)) => tracing::error!(%error, "signals could not be judged"),
            Err(error) => tracing::error!(%error, "the daily detection stopped"),
        }
    }
}
