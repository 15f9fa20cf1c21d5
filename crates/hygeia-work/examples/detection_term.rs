//! A simulated school term with planted outbreaks, judged by every method as the platform runs them: sensitivity, false
//! alarms per school-term and days to detection, printed as the table of `docs/detection.md`.
//!
//! Cases go through the register, its cells and the daily run, not through the engines alone. Twenty schools have six
//! years of sporadic cases with a winter season; in the last term every other school has one outbreak that grows by
//! generations. The seed is fixed: the same figures on every machine.

use hygeia_expr::Value;
use hygeia_pack::PackSource;
use hygeia_store::{CountyId, Entry, EntryQuery, OrgUnit, OrgUnitId, Store, StoreOptions};
use hygeia_work::{Options, Prepared, Work};
use jiff::ToSpan as _;
use jiff::civil::{Date, date};
use std::error::Error;

type Outcome<T> = Result<T, Box<dyn Error>>;

const SEED: u64 = 20_261_125;
const SCHOOLS: usize = 20;
const FIRST: Date = date(2020, 9, 1);
const TERM: (Date, Date) = (date(2026, 9, 1), date(2027, 1, 22));
/// Days after the last case within which an alarm still counts for the outbreak.
const GRACE_DAYS: i64 = 7;

/// Methods: name in the pack, name in the table, keys of the signal.
const METHODS: [(&str, &str, &str); 9] = [
    ("cluster", "固定阈值 7 天 5 例", "cases: 5, days: 7"),
    ("event", "固定阈值 7 天 10 例", "cases: 10, days: 7"),
    ("c1", "EARS C1", "method: ears_c1, cases: 2, days: 1"),
    ("c2", "EARS C2", "method: ears_c2, cases: 2, days: 1"),
    ("c3", "EARS C3", "method: ears_c3, cases: 2, days: 1"),
    ("cusum", "CUSUM", "method: cusum, cases: 3, days: 7"),
    ("p50", "移动百分位数 P50", "method: moving_percentile, percentile: 50, cases: 1, days: 7"),
    ("p80", "移动百分位数 P80，至少 3 例", "method: moving_percentile, percentile: 80, cases: 3, days: 7"),
    ("farrington", "Farrington 弹性算法（周）", "method: farrington_flexible, cases: 5, days: 28"),
];

/// SplitMix64.
struct Dice(u64);

impl Dice {
    fn share(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) >> 11) as f64 / (1u64 << 53) as f64
    }

    fn poisson(&mut self, mean: f64) -> usize {
        let (limit, mut product, mut count) = ((-mean).exp(), self.share(), 0);
        while product > limit {
            product *= self.share();
            count += 1;
        }
        count
    }
}

/// The days of one planted outbreak's cases, by school.
struct Outbreak {
    school: usize,
    days: Vec<Date>,
}

fn county() -> Outcome<(Work, Vec<OrgUnitId>)> {
    let store = Store::open(StoreOptions { url: "sqlite::memory:".into(), key: [0; 32], readers: 1 })?;
    let mut figures = String::from("measures:\n  sick: { title: 病例, count: sick, unit: 例 }\nsignals:\n");
    for (name, title, keys) in METHODS {
        figures.push_str(&format!("  {name}: {{ title: {title:?}, watch: sick, at: school, {keys} }}\n"));
    }
    let register = "register: sick\ntitle: 病例\nabout: org_unit\nat: school\nwho: { county: [enter] }\n\
                    fields: { date: { type: date, title: 日期, required: true } }\n";
    let mut packs: Vec<PackSource> =
        hygeia_pack::builtin().into_iter().filter(|source| source.pack == "core").collect();
    let files =
        [("pack.yaml", "pack: ward\ntitle: 试验\n"), ("sick.yaml", register), ("figures.yaml", &figures)];
    let files = files.map(|(name, text)| (format!("ward/{name}"), text.to_owned())).to_vec();
    packs.push(PackSource { pack: "ward".into(), files });
    let county = CountyId(1);
    let work = Work::open(store, Options { county, packs })?;
    let unit = |code: String, kind: &str, parent: Option<OrgUnitId>| OrgUnit {
        id: OrgUnitId(0),
        title: code.clone(),
        code,
        kind: kind.into(),
        parent,
        path: String::new(),
        from: date(2000, 1, 1),
        to: None,
        sort: 0,
        attrs: serde_json::Value::Null,
    };
    let schools = work.store().write(move |writer| {
        let top = writer.org_unit_put(county, &unit("top".into(), "county", None))?;
        (0..SCHOOLS)
            .map(|at| writer.org_unit_put(county, &unit(format!("s{at:02}"), "school", Some(top))))
            .collect()
    })?;
    work.reload()?;
    Ok((work, schools))
}

/// Sporadic cases a day: more in winter, none on days without school.
fn background(work: &Work, school: usize, day: Date) -> f64 {
    if !work.calendar().is_work_day(day) || matches!(day.month(), 2 | 7 | 8) {
        return 0.0;
    }
    let season = 1.0 + 0.6 * (std::f64::consts::TAU * f64::from(day.day_of_year() - 10) / 365.0).cos();
    (0.05 + 0.01 * (school % 8) as f64) * season
}

/// Generations of about 1.8 cases each per case, four days apart, found on the next working day.
fn outbreak(work: &Work, dice: &mut Dice, school: usize) -> Outbreak {
    let start = TERM.0.saturating_add(i64::from(20 + (dice.share() * 80.0) as i32).days());
    let (mut days, mut generation) = (Vec::new(), 1usize);
    for round in 0..5i64 {
        for _ in 0..generation {
            let mut day = start.saturating_add((4 * round + (dice.share() * 4.0) as i64).days());
            while !work.calendar().is_work_day(day) {
                day = day.saturating_add(1.day());
            }
            days.push(day);
        }
        generation = dice.poisson(1.8 * generation as f64).clamp(1, 12);
    }
    days.sort();
    Outbreak { school, days }
}

fn main() -> Outcome<()> {
    let (work, schools) = county()?;
    let mut dice = Dice(SEED);
    let outbreaks: Vec<Outbreak> =
        (0..SCHOOLS).step_by(2).map(|school| outbreak(&work, &mut dice, school)).collect();
    let mut cases: Vec<(usize, Date)> = Vec::new();
    let mut day = FIRST;
    while day <= TERM.1 {
        for school in 0..SCHOOLS {
            let mean = background(&work, school, day);
            if mean > 0.0 {
                cases.extend(std::iter::repeat_n((school, day), dice.poisson(mean)));
            }
        }
        day = day.tomorrow()?;
    }
    for outbreak in &outbreaks {
        cases.extend(outbreak.days.iter().map(|day| (outbreak.school, *day)));
    }
    let now = TERM.1.at(18, 0, 0, 0).to_zoned(hygeia_work::county_time_zone())?.timestamp();
    let actor = work.system_actor(now);
    let prepared = cases.iter().filter_map(|(school, day)| {
        let values = serde_json::json!({ "date": day.to_string() });
        let unit = *schools.get(*school)?;
        Some(Prepared {
            id: uuid::Uuid::now_v7(),
            unit,
            person: None,
            values: values.as_object()?.clone(),
            at: now,
        })
    });
    work.past_load(&actor, "ward.sick", prepared.collect())?;
    work.detect_between(&actor, TERM.0, TERM.1)?;
    let planted: usize = outbreaks.iter().map(|outbreak| outbreak.days.len()).sum();
    println!("{SCHOOLS} 所学校，{} 起暴发（{planted} 例），种子 {SEED}\n", outbreaks.len());
    println!(
        "| 方法 | 灵敏度 | 每校每学期误报 | 阳性预测值 | 发现用时（天，中位数） |\n|---|---|---|---|---|"
    );
    for (name, title, _) in METHODS {
        println!("{}", row(&work, &schools, &outbreaks, name, title)?);
    }
    Ok(())
}

fn row(
    work: &Work,
    schools: &[OrgUnitId],
    outbreaks: &[Outbreak],
    name: &str,
    title: &str,
) -> Outcome<String> {
    let packs = work.packs();
    let register = work.register(&packs, "core.alarm")?;
    let query = EntryQuery {
        equals: vec![("signal".into(), Value::Text(format!("ward.{name}")))],
        from: Some(TERM.0),
        to: Some(TERM.1),
        ..EntryQuery::default()
    };
    let alarms = work.store().read(|reader| reader.entry_list(CountyId(1), register, &query))?;
    let hits = |outbreak: &Outbreak, alarm: &Entry| -> bool {
        let (Some(first), Some(last)) = (outbreak.days.first(), outbreak.days.last()) else { return false };
        let end = last.saturating_add(GRACE_DAYS.days());
        schools.get(outbreak.school) == Some(&alarm.unit) && (*first..=end).contains(&alarm.day)
    };
    let mut delays: Vec<i32> = Vec::new();
    for outbreak in outbreaks {
        let first = alarms.iter().filter(|alarm| hits(outbreak, alarm)).map(|alarm| alarm.day).min();
        if let (Some(found), Some(began)) = (first, outbreak.days.first()) {
            delays.push(began.until(found)?.get_days());
        }
    }
    delays.sort_unstable();
    let right = alarms.iter().filter(|alarm| outbreaks.iter().any(|outbreak| hits(outbreak, alarm))).count();
    let share = |part: usize, whole: usize| {
        if whole == 0 { "—".to_owned() } else { format!("{:.0}%", 100.0 * part as f64 / whole as f64) }
    };
    let delay = delays.get(delays.len() / 2).map_or("—".to_owned(), ToString::to_string);
    Ok(format!(
        "| {title} | {} | {:.2} | {} | {delay} |",
        share(delays.len(), outbreaks.len()),
        (alarms.len() - right) as f64 / SCHOOLS as f64,
        share(right, alarms.len()),
    ))
}
