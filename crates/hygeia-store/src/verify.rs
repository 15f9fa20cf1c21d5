//! Verification: the hash chains hold, every row is what the log says, every cell is what the rows say.

use crate::cell::number_of;
use crate::change::{COLUMNS, Line};
use crate::db::{Row, first, params};
use crate::entry::{entry_json, unsealed};
use crate::error::{Result, StoreError};
use crate::model::CountyId;
use crate::people_set::read_people;
use crate::seal::Seal;
use crate::store::{Reader, Store};
use crate::table::Table;
use roaring::RoaringBitmap;
use serde_json::Value as Json;
use std::collections::{BTreeMap, HashMap};

/// Differences listed of each sort; more are only counted.
const MOST_LISTED: usize = 100;
/// Lines of the log read at a time.
const PAGE: i64 = 5_000;

/// One thing that is not as it must be.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Difference {
    /// County it is in.
    pub county: i64,
    /// `chain`, `entry`, `cell`, `ledger`, `orphan` or `clock`.
    pub sort: &'static str,
    /// What differs, in Chinese.
    pub message: String,
}

/// What verification went through and found.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize)]
pub struct VerifyReport {
    /// Counties.
    pub counties: usize,
    /// Lines of the change log.
    pub changes: u64,
    /// Entries compared with the log.
    pub entries: u64,
    /// Cells compared with their recomputation.
    pub cells: u64,
    /// Transfers of ledgers compared with their entries.
    pub transfers: u64,
    /// Balances compared with the sums of their transfers.
    pub balances: u64,
    /// Differences found in all.
    pub found: u64,
    /// The first of them.
    pub differences: Vec<Difference>,
}

impl VerifyReport {
    /// Whether everything is as it must be.
    pub fn is_sound(&self) -> bool {
        self.found == 0
    }

    pub(crate) fn add(&mut self, county: CountyId, sort: &'static str, message: String) {
        self.found += 1;
        if self.differences.iter().filter(|known| known.sort == sort).count() < MOST_LISTED {
            self.differences.push(Difference { county: county.0, sort, message });
        }
    }
}

/// Measure, unit, grain, day and part of a cell.
type CellKey = (i64, i64, i64, String, String);
/// Measure, unit, grain and day of a set of people.
type SetKey = (i64, i64, i64, String);

/// Fingerprints of the last logged state of each entry, by register and id.
type Logged = HashMap<(String, String), [u8; 32]>;

impl Store {
    /// Checks every county: hash chains, rows against the log, cells against the rows, references. `progress` is told
    /// what is being checked.
    ///
    /// # Errors
    ///
    /// When the database fails; differences are no errors.
    pub fn verify(&self, progress: &mut dyn FnMut(&str)) -> Result<VerifyReport> {
        self.read(|reader| {
            let mut report = VerifyReport::default();
            for county in reader.county_list()? {
                report.counties += 1;
                progress(&format!("县 {county}：核对变更记录链"));
                let logged = reader.verify_chain(county, &mut report)?;
                progress(&format!("县 {county}：核对登记记录"));
                reader.verify_entries(county, logged, &mut report)?;
                progress(&format!("县 {county}：重算计数"));
                reader.verify_cells(county, &mut report)?;
                progress(&format!("县 {county}：核对收发存账"));
                reader.verify_ledgers(county, &mut report)?;
                reader.verify_references(county, &mut report)?;
                reader.verify_clocks(county, &mut report)?;
            }
            Ok(report)
        })
    }
}

/// A state of an entry as a text that does not depend on the order of its fields.
fn canonical(state: Json) -> String {
    fn sorted(json: Json) -> Json {
        match json {
            Json::Object(map) => {
                let ordered: BTreeMap<String, Json> =
                    map.into_iter().map(|(name, json)| (name, sorted(json))).collect();
                Json::Object(ordered.into_iter().collect())
            }
            Json::Array(items) => Json::Array(items.into_iter().map(sorted).collect()),
            other => other,
        }
    }
    sorted(state).to_string()
}

fn fingerprint(state: Json, seal: &Seal) -> Result<[u8; 32]> {
    Ok(*blake3::hash(canonical(unsealed(state, seal)?).as_bytes()).as_bytes())
}

impl Reader<'_> {
    fn verify_chain(&mut self, county: CountyId, report: &mut VerifyReport) -> Result<Logged> {
        let mut logged = Logged::new();
        let (mut seq, mut hash) = (0, String::new());
        loop {
            let sql =
                format!("SELECT {COLUMNS} FROM change WHERE county = ? AND seq > ? ORDER BY seq LIMIT ?");
            let rows = self.conn.query(&sql, params![county.0, seq, PAGE])?;
            if rows.is_empty() {
                break;
            }
            for mut row in rows {
                let (line, stored) = Line::read(county.0, &mut row)?;
                report.changes += 1;
                if line.seq != seq + 1 {
                    report.add(county, "chain", format!("变更记录缺第 {} 至 {} 条", seq + 1, line.seq - 1));
                }
                if line.hash(&hash) != stored {
                    report.add(county, "chain", format!("变更记录第 {} 条与其校验值不符", line.seq));
                }
                (seq, hash) = (line.seq, stored);
                self.log_state(county, line, &mut logged, report);
            }
        }
        let head =
            first(&mut *self.conn, "SELECT seq, hash FROM county WHERE county = ?", params![county.0])?;
        let mut head = head.ok_or_else(|| StoreError::Missing(format!("county {county}")))?;
        if (head.int()?, head.text()?) != (seq, hash) {
            report.add(county, "chain", format!("变更记录的末尾（第 {seq} 条）与所记的链头不符"));
        }
        Ok(logged)
    }

    fn log_state(&self, county: CountyId, line: Line, logged: &mut Logged, report: &mut VerifyReport) {
        let is_entry = match line.action.as_str() {
            "create" | "update" | "void" | "restore" => true,
            action => action.starts_with("transition:") || action.starts_with("clock:"),
        };
        if !is_entry || !self.active().tables.contains_key(line.noun.as_str()) {
            return;
        }
        let state = line.after.and_then(|text| serde_json::from_str(&text).ok());
        match state.map(|state| fingerprint(state, &self.shared.seal)) {
            Some(Ok(print)) => {
                logged.insert((line.noun, line.reference), print);
            }
            _ => report.add(county, "chain", format!("变更记录第 {} 条的内容无法读取", line.seq)),
        }
    }

    fn verify_entries(
        &mut self,
        county: CountyId,
        mut logged: Logged,
        report: &mut VerifyReport,
    ) -> Result<()> {
        let active = self.active();
        for register in active.packs.registers.values() {
            let Some(table) = active.tables.get(&register.id) else { continue };
            let shared = self.shared;
            let title = &register.title.zh;
            let checked = self.each_entry(county, table, &mut |entry| {
                report.entries += 1;
                let id = entry.id.to_string();
                let print = fingerprint(entry_json(&entry, table, &shared.seal)?, &shared.seal)?;
                match logged.remove(&(register.id.to_string(), id.clone())) {
                    None => report.add(county, "entry", format!("“{title}”记录 {id} 没有变更记录")),
                    Some(known) if known != print => {
                        report.add(county, "entry", format!("“{title}”记录 {id} 与变更记录不符"));
                    }
                    Some(_) => {}
                }
                Ok(())
            });
            // A row that cannot even be read has been tampered with as well.
            match checked {
                Err(error @ (StoreError::Corrupt(_) | StoreError::WrongKey)) => {
                    report.add(county, "entry", format!("“{title}”中有无法读取的记录：{error}"));
                }
                other => other?,
            }
        }
        for (register, id) in logged.into_keys() {
            report.add(county, "entry", format!("{register} 的记录 {id} 在变更记录中有、表中没有"));
        }
        Ok(())
    }

    fn verify_cells(&mut self, county: CountyId, report: &mut VerifyReport) -> Result<()> {
        let active = self.active();
        let names: HashMap<i64, &str> =
            active.numbers.iter().map(|(id, number)| (*number, id.as_str())).collect();
        // Measures that no installed pack defines are not kept up.
        let current: Vec<i64> = active
            .numbers
            .iter()
            .filter(|(id, _)| {
                id.starts_with(crate::schema::ROLL)
                    || id.starts_with(crate::schema::JOINED)
                    || active.packs.measures.contains_key(id.as_str())
            })
            .map(|(_, number)| *number)
            .collect();
        let mut expected = match self.count_anew(county, &|measure| current.contains(&measure)) {
            // Such a row has been reported above; nothing can be counted with it.
            Err(StoreError::Corrupt(_) | StoreError::WrongKey) => return Ok(()),
            other => other?,
        };
        let mut cells: BTreeMap<CellKey, (i64, i64)> = BTreeMap::new();
        let joined = expected.joined();
        for ((place, part), value) in expected.cells {
            let key = (
                place.measure,
                place.unit,
                place.grain as i64,
                place.day.to_string(),
                part.as_deref().unwrap_or_default().to_owned(),
            );
            cells.entry(key).or_default().0 += value;
        }
        let mut sets: BTreeMap<SetKey, (RoaringBitmap, RoaringBitmap)> = BTreeMap::new();
        for (place, people) in joined {
            sets.entry((place.measure, place.unit, place.grain as i64, place.day.to_string()))
                .or_default()
                .0 = people;
        }
        for number in &current {
            let sql = "SELECT unit, grain, day, part, value FROM cell WHERE county = ? AND measure = ?";
            for mut row in self.conn.query(sql, params![county.0, *number])? {
                let key = (*number, row.int()?, row.int()?, row.text()?, row.text()?);
                cells.entry(key).or_default().1 = row.int()?;
            }
        }
        let sql = "SELECT measure, unit, grain, day, people FROM people_cell WHERE county = ?";
        for mut row in self.conn.query(sql, params![county.0])? {
            let key = (row.int()?, row.int()?, row.int()?, row.text()?);
            if current.contains(&key.0) {
                sets.entry(key).or_default().1 = read_people(&row.blob()?)?;
            }
        }
        report.cells += (cells.len() + sets.len()) as u64;
        let codes = self.unit_codes(county)?;
        let of = |measure: i64| names.get(&measure).copied().unwrap_or_default();
        for ((measure, unit, grain, day, part), (wanted, stored)) in cells {
            if wanted != stored {
                let (name, span, unit) = (of(measure), span(grain), codes.of(unit));
                let part = if part.is_empty() { part } else { format!(" {part}") };
                let is_sum = active.is_sum(name);
                let (wanted, stored) = (number_of(wanted, is_sum), number_of(stored, is_sum));
                let message =
                    format!("计数 {name} 机构 {unit} {day}{span}{part}：应为 {wanted}，存为 {stored}");
                report.add(county, "cell", message);
            }
        }
        for ((measure, unit, grain, day), (wanted, stored)) in sets {
            if wanted != stored {
                let (name, span, unit) = (of(measure), span(grain), codes.of(unit));
                let (wanted, stored) = (wanted.len(), stored.len());
                let message =
                    format!("人数 {name} 机构 {unit} {day}{span}：应为 {wanted} 人，存为 {stored} 人");
                report.add(county, "cell", message);
            }
        }
        Ok(())
    }

    fn verify_references(&mut self, county: CountyId, report: &mut VerifyReport) -> Result<()> {
        let active = self.active();
        let mut questions = vec![
            ("在册", "SELECT id FROM enrolment x WHERE county = ?".to_owned(), true),
            (
                "机构",
                "SELECT id FROM org_unit x WHERE county = ? AND parent IS NOT NULL AND NOT EXISTS \
                 (SELECT 1 FROM org_unit p WHERE p.county = x.county AND p.id = x.parent)"
                    .to_owned(),
                false,
            ),
        ];
        let tables: Vec<&Table> = active.tables.values().map(AsRef::as_ref).collect();
        for table in tables {
            let sql = format!(
                "SELECT id FROM {} x WHERE county = ? AND (person IS NOT NULL OR unit IS NOT NULL)",
                table.name
            );
            questions.push((table.id.as_str(), sql, true));
        }
        for (name, sql, refers) in questions {
            let sql = if refers {
                format!(
                    "{sql} AND (NOT EXISTS (SELECT 1 FROM org_unit u WHERE u.county = x.county AND u.id = x.unit) \
                     OR (x.person IS NOT NULL AND NOT EXISTS \
                     (SELECT 1 FROM person p WHERE p.county = x.county AND p.id = x.person)))"
                )
            } else {
                sql
            };
            let rows: Vec<Row> = self.conn.query(&sql, params![county.0])?;
            if !rows.is_empty() {
                report.add(county, "orphan", format!("{name}：{} 条指向不存在的机构或人员", rows.len()));
            }
        }
        Ok(())
    }
}

/// Codes of org units, by the numbers that rows refer to them by.
pub(crate) struct UnitCodes(HashMap<i64, String>);

impl UnitCodes {
    /// The code; of a unit that is not there its number.
    pub(crate) fn of(&self, unit: i64) -> String {
        self.0.get(&unit).cloned().unwrap_or_else(|| format!("（编号 {unit}，已不存在）"))
    }
}

impl Reader<'_> {
    pub(crate) fn unit_codes(&mut self, county: CountyId) -> Result<UnitCodes> {
        let mut codes = HashMap::new();
        for mut row in self.conn.query("SELECT id, code FROM org_unit WHERE county = ?", params![county.0])? {
            codes.insert(row.int()?, row.text()?);
        }
        Ok(UnitCodes(codes))
    }
}

fn span(grain: i64) -> &'static str {
    if grain == 0 { "" } else { " 当月" }
}
