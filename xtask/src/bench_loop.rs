//! The loop over HTTP: the release binary with a fresh demo county, used as its users use it.
//!
//! Load and server share the machine, so rates are those of both together; ratios are the finding.

use crate::server::{Answer, Client, Demo, Server};
use anyhow::{Context, Result, bail};
use jiff::{Timestamp, ToSpan};
use serde_json::{Value, json};
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

/// Clients that submit at the same time.
const CLIENTS: usize = 16;
/// How long each kind of load lasts.
const LOAD: Duration = Duration::from_secs(5);
/// How often each page is fetched.
const ROUNDS: usize = 100;
/// The register that is written: its form has 30 fields and more.
const REGISTER: &str = "kindergarten.physical_exam";
/// The status of an examination that the county has already.
const CONFLICT: u16 = 409;
/// Days before today that an examination may be of; the term is that old.
const DAYS: i32 = 60;

/// The pages a person of each role has open during a day.
const PAGES: [(&str, &[&str]); 3] = [
    (
        "teacher",
        &[
            "/today",
            "/sheets/kindergarten.morning_check",
            "/sheets/kindergarten.attendance",
            "/registers",
            "/registers/kindergarten.morning_check",
            "/registers/kindergarten.observation/new",
        ],
    ),
    (
        "doctor",
        &[
            "/today",
            "/registers/kindergarten.physical_exam",
            "/registers/kindergarten.physical_exam/new",
            "/registers/kindergarten.disinfection",
            "/indicators",
            "/indicators/kindergarten.attendance_rate",
            "/people",
            "/plans",
            "/plans/1",
            "/plans/2",
            "/reports",
            "/reports/kindergarten.term_summary",
            "/registers/kindergarten.attendance/print?org=k1",
        ],
    ),
    (
        "county",
        &[
            "/today",
            "/registers/kindergarten.morning_check",
            "/indicators",
            "/indicators?period=2026",
            "/indicators/kindergarten.attendance_rate",
            "/reports/kindergarten.monthly_overview",
            "/people",
            "/accounts",
            "/calendar",
            "/boards",
            "/alarms",
            "/ledgers",
            "/inspections",
        ],
    ),
];

/// Runs the whole measurement and prints it.
pub fn run() -> Result<()> {
    println!("== the loop");
    super::run(env!("CARGO"), &["build", "--quiet", "--release", "--package", "hygeia"])?;
    let (demo, made) = Demo::make(&Path::new(env!("CARGO_MANIFEST_DIR")).join(".."))?;
    println!("demo county made                 {:>9.1} s", made.as_secs_f64());
    let (server, started) = demo.serve()?;
    println!("start to first page              {:>9.0} ms", milliseconds(started));
    pages()?;
    summary()?;
    resident(&server, "after browsing");
    let acknowledged = submissions()?;
    resident(&server, "after submitting");
    // The server dies here as with a power cut; what it acknowledged must be there.
    drop(server);
    let (_server, _) = demo.serve()?;
    let county = Client::sign_in("county")?;
    let stored = exams(&county, "&text=bench-loop")?;
    if stored != acknowledged {
        bail!("{acknowledged} entries were acknowledged, {stored} are there after the kill");
    }
    println!("after a kill -9                  {stored:>9} of {acknowledged} acknowledged entries");
    println!("verify: {}", demo.verify()?);
    drop(_server);
    demo.remove()
}

fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}

/// The time that `share` of 100 did not exceed.
fn percentile(times: &mut [Duration], share: usize) -> Duration {
    times.sort_unstable();
    let last = times.len().saturating_sub(1);
    times.get((times.len() * share / 100).min(last)).copied().unwrap_or_default()
}

fn resident(server: &Server, when: &str) {
    if let Some(megabytes) = server.resident_mb() {
        println!("{:<33}{megabytes:>9.0} MB", format!("resident memory {when}"));
    }
}

/// Every page of three roles: size as sent, and the time until its last byte.
fn pages() -> Result<()> {
    println!("{:<52}{:>8}{:>9}{:>9}", "page", "KB", "p50 ms", "p99 ms");
    for (login, paths) in PAGES {
        let client = Client::sign_in(login)?;
        for path in paths {
            let (mut size, mut times) = (0, Vec::with_capacity(ROUNDS));
            for round in 0..=ROUNDS {
                let answer = ok(client.get(path, true)?, path)?;
                size = answer.body.len();
                // The first fetch fills the caches of the connection.
                if round > 0 {
                    times.push(answer.took);
                }
            }
            let (middle, slow) = (percentile(&mut times, 50), percentile(&mut times, 99));
            let name = format!("{login} {path}");
            let size = size as f64 / 1024.0;
            println!("{name:<52}{size:>8.1}{:>9.1}{:>9.1}", milliseconds(middle), milliseconds(slow));
        }
    }
    Ok(())
}

/// The term summary as a Word file.
fn summary() -> Result<()> {
    let client = Client::sign_in("doctor")?;
    let path = "/reports/kindergarten.term_summary/file?format=docx";
    let mut times = Vec::new();
    for _ in 0..20 {
        times.push(ok(client.get(path, false)?, path)?.took);
    }
    let (middle, slow) = (percentile(&mut times, 50), percentile(&mut times, 95));
    println!(
        "term summary, DOCX               {:>9.0} ms  p95 {:.0} ms",
        milliseconds(middle),
        milliseconds(slow)
    );
    Ok(())
}

fn ok(answer: Answer, path: &str) -> Result<Answer> {
    if answer.status < 300 {
        return Ok(answer);
    }
    bail!("{path}: status {} {}", answer.status, String::from_utf8_lossy(&answer.body))
}

/// Entries of the register that a query finds.
fn exams(client: &Client, query: &str) -> Result<usize> {
    let path = format!("/api/v1/registers/{REGISTER}/entries?limit=1{query}");
    let page: Value = serde_json::from_slice(&ok(client.get(&path, false)?, &path)?.body)?;
    page["total"].as_u64().and_then(|total| usize::try_from(total).ok()).context("no total")
}

/// One client, then many: each submission is an examination of a child on a day, of one of two kinds. Answers how many
/// were acknowledged.
fn submissions() -> Result<usize> {
    let client = Client::sign_in("mch")?;
    let children = children(&Client::sign_in("county")?)?;
    let number = AtomicUsize::new(0);
    let mut alone = load(&client, 1, &children, &number)?;
    let (before, seconds) = (alone.len(), LOAD.as_secs_f64());
    let mut together = load(&client, CLIENTS, &children, &number)?;
    let rates = (before as f64 / seconds, together.len() as f64 / seconds);
    let p95 = (percentile(&mut alone, 95), percentile(&mut together, 95));
    println!("durable submissions, {CLIENTS} clients  {:>9.0}/s  p95 {:.1} ms", rates.1, milliseconds(p95.1));
    println!(
        "one client, a commit per entry   {:>9.0}/s  p95 {:.1} ms  ratio {:.1}",
        rates.0,
        milliseconds(p95.0),
        rates.1 / rates.0
    );
    Ok(before + together.len())
}

/// Codes of the children who came to the morning check of the last day that had one.
fn children(client: &Client) -> Result<Vec<String>> {
    let path = "/api/v1/registers/kindergarten.attendance/entries?limit=1000";
    let page: Value = serde_json::from_slice(&ok(client.get(path, false)?, path)?.body)?;
    let entries = page["entries"].as_array().context("no entries")?;
    let mut codes: Vec<String> =
        entries.iter().filter_map(|entry| entry["person"].as_str().map(str::to_owned)).collect();
    codes.sort_unstable();
    codes.dedup();
    Ok(codes)
}

/// Submits from `clients` threads until the time is up; answers how long each acknowledged submission took.
fn load(client: &Client, clients: usize, children: &[String], number: &AtomicUsize) -> Result<Vec<Duration>> {
    let start = Instant::now();
    let path = format!("/api/v1/registers/{REGISTER}/entries");
    let days = last_days()?;
    std::thread::scope(|scope| {
        let threads: Vec<_> = (0..clients)
            .map(|_| {
                let (own, path, days) = (client.another(), &path, &days);
                scope.spawn(move || -> Result<Vec<Duration>> {
                    let mut times = Vec::new();
                    while start.elapsed() < LOAD {
                        let body = exam(children, days, number.fetch_add(1, Ordering::Relaxed))?;
                        let answer = own.post(path, &body.to_string())?;
                        // The county has a few such examinations already.
                        if answer.status != CONFLICT {
                            times.push(ok(answer, path)?.took);
                        }
                    }
                    Ok(times)
                })
            })
            .collect();
        let mut all = Vec::new();
        for thread in threads {
            all.extend(thread.join().map_err(|_| anyhow::anyhow!("a client failed"))??);
        }
        Ok(all)
    })
}

/// The last days of the county's calendar, latest first.
fn last_days() -> Result<Vec<String>> {
    let today = Timestamp::now().in_tz("Asia/Shanghai")?.date();
    Ok((0..DAYS).map(|back| today.saturating_sub(back.days()).to_string()).collect())
}

/// The examination number `number`: another child each time, another day after all of them.
fn exam(children: &[String], days: &[String], number: usize) -> Result<Value> {
    let child = children.get(number % children.len()).context("no children")?;
    let round = number / children.len();
    let day = days.get(round % days.len()).context("no days")?;
    let kind = if round / days.len() == 0 { "periodic" } else { "return" };
    Ok(json!({ "person": child, "values": {
        "date": day, "kind": kind, "hospital": "县妇幼保健院", "report_date": day, "certificate": true,
        "weight_kg": 18.4, "height_cm": 109.5, "weight_gain": "gained", "height_gain": "gained",
        "vision_left": 5.0, "vision_right": 5.0, "vision": "normal", "trachoma": false, "hearing": "normal",
        "teeth": 20, "caries": 1, "caries_new": 0, "hb": 121, "heart": "normal", "abdomen": "normal",
        "skin": "normal", "limbs": "normal", "defects": ["caries"], "result": "follow_up", "parent_told": day,
        "note": "bench-loop" } }))
}
