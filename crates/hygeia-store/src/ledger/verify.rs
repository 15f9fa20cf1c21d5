//! Proof of the ledgers: every transfer balances, every balance is the sum of its transfers, every transfer is what
//! its entry says, and no account that must not be is below zero on any day.

use super::follow::{TRANSFERS, read_transfer};
use super::rule::{Leg, legs};
use crate::db::{Param, from_micro, params};
use crate::error::{Result, StoreError};
use crate::model::{CountyId, LedgerPlace};
use crate::store::Reader;
use crate::verify::{UnitCodes, VerifyReport};
use hygeia_pack::model::LedgerId;
use jiff::civil::Date;
use std::collections::{BTreeMap, HashMap};

/// A transfer without what only its entry knows.
type Plain = (LedgerId, Date, LedgerPlace, LedgerPlace, i64, Option<Date>);
/// Transfers that stand, by register and entry.
type Standing = HashMap<(String, String), Vec<Plain>>;

/// Ledger, item and lot.
type LotKey = (String, String, String);

const SORT: &str = "ledger";

fn plain(leg: Leg) -> Plain {
    (leg.ledger, leg.day, leg.from, leg.to, leg.amount, leg.expiry)
}

impl Reader<'_> {
    pub(crate) fn verify_ledgers(&mut self, county: CountyId, report: &mut VerifyReport) -> Result<()> {
        self.verify_sides(county, report)?;
        self.verify_balances(county, report)?;
        let standing = self.verify_reversals(county, report)?;
        self.verify_entries_post(county, standing, report)?;
        self.verify_lots(county, report)?;
        self.verify_never_below_zero(county, report)
    }

    /// Each transfer has two sides that cancel.
    fn verify_sides(&mut self, county: CountyId, report: &mut VerifyReport) -> Result<()> {
        let sql = "SELECT no FROM posting WHERE county = ? GROUP BY no \
                   HAVING COUNT(*) <> 2 OR SUM(amount) <> 0 OR MIN(day) <> MAX(day) OR MIN(ledger) <> MAX(ledger) \
                   OR MIN(item) <> MAX(item) OR MIN(entry) <> MAX(entry) ORDER BY no";
        for mut row in self.conn.query(sql, params![county.0])? {
            let no = row.int()?;
            report.add(county, SORT, format!("第 {no} 笔过账的两方不平"));
        }
        Ok(())
    }

    fn verify_balances(&mut self, county: CountyId, report: &mut VerifyReport) -> Result<()> {
        let mut held: BTreeMap<(String, LedgerPlace), (i64, i64)> = BTreeMap::new();
        let sql = "SELECT ledger, unit, account, item, lot, holder, CAST(SUM(amount) AS BIGINT) FROM posting \
                   WHERE county = ? GROUP BY ledger, unit, account, item, lot, holder";
        for mut row in self.conn.query(sql, params![county.0])? {
            let key = (row.text()?, super::read::place(&mut row)?);
            held.entry(key).or_default().0 = row.int()?;
        }
        let sql = "SELECT ledger, unit, account, item, lot, holder, amount FROM balance WHERE county = ?";
        for mut row in self.conn.query(sql, params![county.0])? {
            let key = (row.text()?, super::read::place(&mut row)?);
            held.entry(key).or_default().1 = row.int()?;
        }
        report.balances += held.len() as u64;
        let codes = self.unit_codes(county)?;
        for ((ledger, place), (summed, stored)) in held {
            if summed != stored {
                let (place, summed, stored) = (shown(&codes, &place), from_micro(summed), from_micro(stored));
                let message = format!("账 {ledger} {place}：应结存 {summed}，存为 {stored}");
                report.add(county, SORT, message);
            }
        }
        Ok(())
    }

    /// A lot expires when the newest transfer that says so says it does.
    fn verify_lots(&mut self, county: CountyId, report: &mut VerifyReport) -> Result<()> {
        let sql = "SELECT ledger, item, lot, expiry FROM posting WHERE county = ? AND side = 1 AND reverses IS NULL \
                   AND expiry IS NOT NULL ORDER BY no";
        let mut lots: BTreeMap<LotKey, (Option<String>, Option<String>)> = BTreeMap::new();
        for mut row in self.conn.query(sql, params![county.0])? {
            lots.entry((row.text()?, row.text()?, row.text()?)).or_default().0 = Some(row.text()?);
        }
        let sql = "SELECT ledger, item, lot, expiry FROM ledger_lot WHERE county = ?";
        for mut row in self.conn.query(sql, params![county.0])? {
            lots.entry((row.text()?, row.text()?, row.text()?)).or_default().1 = Some(row.text()?);
        }
        for ((ledger, item, lot), (said, stored)) in lots {
            if said != stored {
                report.add(county, SORT, format!("账 {ledger} 物品 {item} 批号 {lot} 的有效期与过账不符"));
            }
        }
        Ok(())
    }

    /// Each reversal undoes one transfer exactly, once; returns what stands.
    fn verify_reversals(&mut self, county: CountyId, report: &mut VerifyReport) -> Result<Standing> {
        let sql = format!(
            "SELECT f.register, f.entry, {} WHERE f.county = ? AND f.side = 0 ORDER BY f.no",
            TRANSFERS.trim_start_matches("SELECT ")
        );
        let mut open: HashMap<i64, (String, String, Plain)> = HashMap::new();
        for mut row in self.conn.query(&sql, &[Param::Int(county.0)])? {
            let (register, entry) = (row.text()?, row.text()?);
            let (no, reverses, leg) = read_transfer(&mut row)?;
            report.transfers += 1;
            match reverses {
                None => drop(open.insert(no, (register, entry, plain(leg)))),
                Some(other) => {
                    let undone = open.remove(&other);
                    if undone != Some((register, entry, plain(leg))) {
                        report.add(county, SORT, format!("第 {no} 笔冲正与所冲的第 {other} 笔不符"));
                    }
                }
            }
        }
        let mut standing = Standing::new();
        for (register, entry, transfer) in open.into_values() {
            standing.entry((register, entry)).or_default().push(transfer);
        }
        Ok(standing)
    }

    /// What stands is what the entries say by the rules of their ledgers.
    fn verify_entries_post(
        &mut self,
        county: CountyId,
        mut standing: Standing,
        report: &mut VerifyReport,
    ) -> Result<()> {
        let active = self.active();
        // Ledgers that no installed pack has are left as they were.
        for transfers in standing.values_mut() {
            transfers.retain(|transfer| active.packs.ledgers.contains_key(&transfer.0));
        }
        for (register, table) in &active.tables {
            let Some(rules) = active.ledger_rules.of(register) else { continue };
            let checked = self.each_entry(county, table, &mut |entry| {
                let key = (register.to_string(), entry.id.to_string());
                let mut found = standing.remove(&key).unwrap_or_default();
                let wanted = legs(&rules, &active.packs.ledgers, &entry).unwrap_or_default();
                let mut wanted: Vec<Plain> = wanted.into_iter().filter(Leg::moves).map(plain).collect();
                found.sort_unstable();
                wanted.sort_unstable();
                if found != wanted {
                    report.add(county, SORT, format!("{register} 的记录 {} 与其过账不符", entry.id));
                }
                Ok(())
            });
            match checked {
                // Reported where the entries are checked.
                Err(StoreError::Corrupt(_) | StoreError::WrongKey) => {}
                other => other?,
            }
        }
        for ((register, entry), transfers) in standing {
            if !transfers.is_empty() {
                report.add(county, SORT, format!("{register} 的记录 {entry} 有过账而无记录"));
            }
        }
        Ok(())
    }

    fn verify_never_below_zero(&mut self, county: CountyId, report: &mut VerifyReport) -> Result<()> {
        let active = self.active();
        let codes = self.unit_codes(county)?;
        for ledger in active.packs.ledgers.values().filter(|ledger| !ledger.may_be_negative) {
            let sql = "SELECT unit, account, item, lot, holder, day, CAST(SUM(amount) AS BIGINT) FROM posting \
                       WHERE county = ? AND ledger = ? GROUP BY unit, account, item, lot, holder, day \
                       ORDER BY unit, account, item, lot, holder, day";
            let mut current: Option<(LedgerPlace, i64)> = None;
            for mut row in self.conn.query(sql, params![county.0, ledger.id.as_str()])? {
                let place = super::read::place(&mut row)?;
                let (day, amount) = (row.text()?, row.int()?);
                let before =
                    current.as_ref().filter(|(known, _)| *known == place).map_or(0, |(_, held)| *held);
                let held = before + amount;
                if held < 0 && before >= 0 && !ledger.is_outside(&place.account) {
                    report.add(
                        county,
                        SORT,
                        format!("账 {} {}：{day} 结存为负", ledger.id, shown(&codes, &place)),
                    );
                }
                current = Some((place, held));
            }
        }
        Ok(())
    }
}

fn shown(codes: &UnitCodes, place: &LedgerPlace) -> String {
    let LedgerPlace { unit, account, item, lot, holder } = place;
    let parts = [account, item, lot, holder].into_iter().filter(|part| !part.is_empty());
    parts.fold(format!("机构 {}", codes.of(unit.0)), |shown, part| format!("{shown} {part}"))
}
