//! Speed of the store, as ratios within one run: `cargo run --release -p hygeia-store --example bench_store [entries]`.
//!
//! 1. Durable entries per second from 16 threads (30 fields, 10 measures, chained log), against one transaction per
//!    entry, and against a bare insert of the same rows with the same group commit.
//! 2. Bulk loading, and an indicator's measure over 12 months for the county from cells, against a scan.

use hygeia_expr::{Functions, Value};
use hygeia_pack::PackSource;
use hygeia_pack::model::{MeasureId, PackSet, Register};
use hygeia_store::{
    AccountId, Actor, CountyId, EntryId, EntryQuery, EntryWrite, OrgUnit, OrgUnitId, Person, PersonId,
    Result, Store, StoreOptions, Writer,
};
use jiff::civil::{Date, date};
use jiff::{Timestamp, ToSpan};
use std::error::Error;
use std::fmt::Write as _;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

const COUNTY: CountyId = CountyId(1);
const THREADS: usize = 16;
const FIELDS: usize = 29;
const CLASSES: usize = 40;

fn pack() -> std::result::Result<Arc<PackSet>, Box<dyn Error>> {
    let mut register = String::from(
        "register: check\ntitle: 检查\nabout: child\nat: class\nwho: { teacher: [enter] }\nfields:\n  date: { type: date, title: 日期 }\n",
    );
    for field in 0..FIELDS {
        let kind = match field % 4 {
            0 => "type: decimal, decimals: 1".to_owned(),
            1 => "type: int".to_owned(),
            2 => "type: choice, options: { a: 甲, b: 乙, c: 丙 }".to_owned(),
            _ => "type: text, max: 40".to_owned(),
        };
        writeln!(register, "  f{field}: {{ {kind}, title: 字段{field} }}")?;
    }
    let mut measures = String::from("measures:\n");
    for measure in 0..8 {
        writeln!(
            measures,
            "  m{measure}: {{ title: 计数, count: check, where: f{} >= {measure}, unit: 次 }}",
            4 * (measure % 7)
        )?;
    }
    measures.push_str("  total: { title: 和, sum: check.f1, by: f2, unit: 分 }\n");
    let kinds = "org_kinds:\n  county: { title: 县, under: [] }\n  township: { title: 乡镇, under: [county] }\n  kindergarten: { title: 园, under: [township] }\n  class: { title: 班, under: [kindergarten] }\n";
    let files = [
        ("pack.yaml", "pack: b\ntitle: 量\nversion: 1\n"),
        ("org_kinds.yaml", kinds),
        ("roles.yaml", "roles:\n  teacher: { title: 教师 }\n"),
        ("registers/check.yaml", &register),
        ("measures.yaml", &measures),
    ];
    let files = files.iter().map(|(name, text)| (format!("b/{name}"), (*text).to_owned())).collect();
    let source = PackSource { pack: "b".into(), files };
    let packs =
        hygeia_pack::load(&[source], &Functions::standard()).map_err(|problems| problems.to_string())?;
    Ok(Arc::new(packs))
}

fn unit(code: String, kind: &str, parent: Option<OrgUnitId>) -> OrgUnit {
    OrgUnit {
        id: OrgUnitId(0),
        title: code.clone(),
        code,
        kind: kind.into(),
        parent,
        path: String::new(),
        from: date(2020, 1, 1),
        to: None,
        sort: 0,
        attrs: serde_json::Value::Null,
    }
}

/// A county of 4 townships, 20 kindergartens and 40 classes of 25; the county, classes and children.
fn county(writer: &mut Writer<'_>) -> Result<(OrgUnitId, Vec<OrgUnitId>, Vec<PersonId>)> {
    let top = writer.org_unit_put(COUNTY, &unit("county".into(), "county", None))?;
    let (mut classes, mut children) = (Vec::new(), Vec::new());
    for class in 0..CLASSES {
        let township = match class % 10 {
            0 => writer.org_unit_put(COUNTY, &unit(format!("t{class}"), "township", Some(top)))?,
            _ => OrgUnitId(top.0 + 1),
        };
        let kindergarten =
            writer.org_unit_put(COUNTY, &unit(format!("k{class}"), "kindergarten", Some(township)))?;
        classes.push(writer.org_unit_put(COUNTY, &unit(format!("c{class}"), "class", Some(kindergarten)))?);
        for child in 0..25 {
            children.push(writer.person_put(
                COUNTY,
                &Person {
                    id: PersonId(0),
                    kind: "child".into(),
                    code: format!("{class}-{child}"),
                    name: format!("儿童{class}-{child}"),
                    sex: String::new(),
                    birth: None,
                    id_number: None,
                    phone: None,
                    attrs: serde_json::Value::Null,
                },
            )?);
        }
    }
    Ok((top, classes, children))
}

fn entry(number: usize, classes: &[OrgUnitId], children: &[PersonId], at: Timestamp) -> EntryWrite {
    // Every child of the county once a day, in no order, day after day and year after year.
    let day =
        date(2026, 1, 1).saturating_add(i32::try_from(number / children.len() % 360).unwrap_or(0).days());
    let child = number.wrapping_mul(7_919) % children.len();
    let mut values = indexmap::IndexMap::with_capacity(FIELDS + 1);
    values.insert("date".to_owned(), Value::Date(day));
    for field in 0..FIELDS {
        let mixed = i64::try_from((number * 31 + field * 17) % 10).unwrap_or(0);
        let value = match field % 4 {
            0 => Value::Decimal(rust_decimal::Decimal::new(mixed * 10 + 5, 1)),
            1 => Value::Int(mixed),
            2 => Value::from(["a", "b", "c"][usize::try_from(mixed).unwrap_or(0) % 3]),
            _ => Value::Text(format!("文字{mixed}")),
        };
        values.insert(format!("f{field}"), value);
    }
    EntryWrite {
        id: EntryId(uuid::Uuid::now_v7()),
        unit: classes[child / 25],
        person: Some(children[child]),
        day,
        values,
        expect_version: None,
        on_time: Some(true),
        actor: Actor { account: AccountId(1), name: "王老师".into() },
        at,
        reason: None,
    }
}

/// Runs `one` from many threads until the time is up: calls per second and the 95th percentile of their duration.
fn throughput(
    threads: usize,
    time: Duration,
    one: &(dyn Fn(usize) -> Result<()> + Sync),
) -> Result<(f64, Duration)> {
    let number = AtomicUsize::new(0);
    let taken = Mutex::new(Vec::new());
    let start = Instant::now();
    std::thread::scope(|scope| {
        let workers: Vec<_> = (0..threads)
            .map(|_| {
                scope.spawn(|| -> Result<()> {
                    let mut own = Vec::new();
                    while start.elapsed() < time {
                        let began = Instant::now();
                        one(number.fetch_add(1, Ordering::Relaxed))?;
                        own.push(began.elapsed());
                    }
                    taken.lock().unwrap_or_else(PoisonError::into_inner).extend(own);
                    Ok(())
                })
            })
            .collect();
        workers.into_iter().try_for_each(|worker| worker.join().unwrap_or(Ok(())))
    })?;
    let seconds = start.elapsed().as_secs_f64();
    let mut taken = taken.into_inner().unwrap_or_else(PoisonError::into_inner);
    taken.sort_unstable();
    let p95 = taken.get(taken.len() * 95 / 100).copied().unwrap_or_default();
    Ok((taken.len() as f64 / seconds, p95))
}

/// The same rows with neither log nor cells: prepared inserts in commits of `batch`, each durable.
fn bare(
    path: &Path,
    classes: &[OrgUnitId],
    children: &[PersonId],
    at: Timestamp,
    batch: usize,
) -> std::result::Result<f64, Box<dyn Error>> {
    let mut conn = rusqlite::Connection::open(path)?;
    conn.pragma_update(None, "journal_mode", "WAL")?;
    conn.pragma_update(None, "synchronous", "FULL")?;
    let columns: String = (0..FIELDS).map(|field| format!(", f{field} ANY")).collect();
    conn.execute_batch(&format!(
        "CREATE TABLE e (id TEXT PRIMARY KEY, unit INTEGER, person INTEGER, day TEXT{columns}) STRICT;
         CREATE INDEX e_unit ON e (unit, day); CREATE INDEX e_day ON e (day); CREATE INDEX e_person ON e (person, day);"
    ))?;
    let sql = format!("INSERT INTO e VALUES (?,?,?,?{})", ",?".repeat(FIELDS));
    let (start, mut number) = (Instant::now(), 0);
    while start.elapsed() < Duration::from_secs(4) {
        let transaction = conn.transaction()?;
        {
            let mut statement = transaction.prepare_cached(&sql)?;
            for _ in 0..batch {
                let write = entry(number, classes, children, at);
                let mut values: Vec<rusqlite::types::Value> = vec![
                    write.id.0.to_string().into(),
                    write.unit.0.into(),
                    write.person.map(|person| i64::from(person.0)).into(),
                    write.day.to_string().into(),
                ];
                values.extend(write.values.values().skip(1).map(|value| match value {
                    Value::Int(number) => (*number).into(),
                    Value::Decimal(number) => i64::try_from(number.mantissa() * 100_000).unwrap_or(0).into(),
                    other => other.as_text().unwrap_or_default().to_owned().into(),
                }));
                statement.execute(rusqlite::params_from_iter(values))?;
                number += 1;
            }
        }
        transaction.commit()?;
    }
    Ok(number as f64 / start.elapsed().as_secs_f64())
}

fn main() -> std::result::Result<(), Box<dyn Error>> {
    let rows: usize = std::env::args().nth(1).and_then(|text| text.parse().ok()).unwrap_or(200_000);
    let folder = tempfile::tempdir_in(".")?;
    let url = std::env::var("HYGEIA_BENCH_DATABASE")
        .unwrap_or_else(|_| format!("sqlite:{}", folder.path().join("bench.db").display()));
    let store = Store::open(StoreOptions { url, key: [1; 32], readers: 4 })?;
    let packs = pack()?;
    store.schema_apply(packs.clone(), "bench")?;
    let register: Arc<Register> = Arc::new(packs.registers.get("b.check").cloned().ok_or("no register")?);
    let (top, classes, children) = store.write(county)?;
    let at: Timestamp = "2026-11-24T08:00:00Z".parse()?;

    let put = |number: usize| {
        let (register, write) = (register.clone(), entry(number, &classes, &children, at));
        store.write(move |writer| writer.entry_put(COUNTY, &register, write)).map(|_| ())
    };
    let (grouped, p95) = throughput(THREADS, Duration::from_secs(5), &put)?;
    let (single, _) = throughput(1, Duration::from_secs(5), &put)?;
    let bare = bare(&folder.path().join("bare.db"), &classes, &children, at, THREADS)?;
    println!(
        "durable entries, {THREADS} threads      {grouped:>9.0}/s  p95 {:.1} ms",
        p95.as_secs_f64() * 1e3
    );
    println!("one transaction per entry        {single:>9.0}/s  ratio {:.1}", grouped / single);
    println!("bare insert, commits of {THREADS}       {bare:>9.0}/s  ratio {:.2}", grouped / bare);

    let start = Instant::now();
    for chunk in (0..rows).collect::<Vec<_>>().chunks(10_000) {
        let writes = chunk.iter().map(|number| entry(*number, &classes, &children, at)).collect();
        let register = register.clone();
        store.write(move |writer| writer.entry_put_many(COUNTY, &register, writes))?;
    }
    println!("bulk load of {rows:>9}           {:>9.0}/s", rows as f64 / start.elapsed().as_secs_f64());

    let measure = MeasureId::from("b.m3");
    let months: Vec<(Date, Date)> =
        (1..=12).map(|month| (date(2026, month, 1), date(2026, month, 1).last_of_month())).collect();
    let start = Instant::now();
    let rounds = 200;
    for _ in 0..rounds {
        store.read(|reader| reader.cell_values(COUNTY, std::slice::from_ref(&measure), &[top], &months))?;
    }
    let cells = start.elapsed() / rounds;
    let filter = packs.measures.get(&measure).and_then(|m| m.filter()).map(|formula| formula.expr.clone());
    let start = Instant::now();
    let mut scanned = 0;
    for (from, to) in &months {
        let query =
            EntryQuery { from: Some(*from), to: Some(*to), filter: filter.clone(), ..EntryQuery::default() };
        scanned += store.read(|reader| reader.entry_count(COUNTY, &register, &query))?;
    }
    let scan = start.elapsed();
    println!("county × 12 months from cells    {:>9.3} ms", cells.as_secs_f64() * 1e3);
    println!(
        "the same by scanning {scanned:>9}   {:>9.1} ms  ratio {:.0}",
        scan.as_secs_f64() * 1e3,
        scan.as_secs_f64() / cells.as_secs_f64()
    );
    Ok(())
}
