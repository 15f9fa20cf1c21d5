//! Ledgers whose rules have changed: the transfers of every entry are made anew, by reversal as always.

use super::rule::{definition, legs};
use crate::db::{Param, params};
use crate::error::Result;
use crate::ledger::measure::count;
use crate::model::{CountyId, Entry};
use crate::pending::Pending;
use crate::schema::Active;
use crate::store::{Reader, Writer};
use hygeia_pack::model::{Ledger, PackSet};
use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

impl Writer<'_> {
    /// Posts the entries of ledgers that are new or whose rules have changed. What was entered stays entered: an
    /// account that falls below zero by it is shown, not refused.
    pub(crate) fn ledgers_repost(&mut self, ledgers: &[String]) -> Result<()> {
        let active = self.active();
        for id in ledgers {
            let Some(ledger) = active.packs.ledgers.get(id.as_str()) else { continue };
            for county in self.county_list()? {
                self.county(county)?;
                self.ledger_repost(county, &active, ledger)?;
            }
            self.conn.execute(
                "INSERT INTO ledger (id, definition) VALUES (?,?) \
                 ON CONFLICT (id) DO UPDATE SET definition = excluded.definition",
                params![ledger.id.as_str(), definition(ledger)],
            )?;
        }
        Ok(())
    }

    fn ledger_repost(&mut self, county: CountyId, active: &Active, ledger: &Ledger) -> Result<()> {
        let mut registers: BTreeSet<String> = ledger.registers().iter().map(ToString::to_string).collect();
        let sql = "SELECT DISTINCT register FROM posting WHERE county = ? AND ledger = ?";
        for mut row in self.conn.query(sql, params![county.0, ledger.id.as_str()])? {
            registers.insert(row.text()?);
        }
        for register in registers {
            let Some(table) = active.tables.get(register.as_str()).cloned() else { continue };
            let mut entries: Vec<Entry> = Vec::new();
            self.each_entry(county, &table, &mut |entry| {
                entries.push(entry);
                Ok(())
            })?;
            entries.sort_by_key(|entry| (entry.day, entry.created_at, entry.id));
            for entry in entries {
                let rules = active.ledger_rules.of(&entry.register);
                // An entry that was let in with too little said before the rule stood posts nothing.
                let wanted = rules
                    .map(|rules| legs(&rules, &active.packs.ledgers, &entry))
                    .unwrap_or(Ok(Vec::new()))
                    .unwrap_or_default();
                self.ledgers_write(county, false, &entry, wanted, entry.updated_at)?;
            }
        }
        Ok(())
    }
}

impl Reader<'_> {
    /// Ledgers that are new to this database or whose rules are others than those their transfers were made by.
    pub(crate) fn ledgers_stale(&mut self, packs: &PackSet) -> Result<Vec<String>> {
        let mut known = HashMap::new();
        for mut row in self.conn.query("SELECT id, definition FROM ledger", &[])? {
            known.insert(row.text()?, row.text()?);
        }
        let stale = |ledger: &&Ledger| known.get(ledger.id.as_str()) != Some(&definition(ledger));
        Ok(packs.ledgers.values().filter(stale).map(|ledger| ledger.id.to_string()).collect())
    }

    /// What the cells of the measures of ledgers should hold for a county, from its transfers.
    pub(crate) fn count_transfers(
        &mut self,
        county: CountyId,
        lines: &HashMap<i64, Arc<[i64]>>,
        wanted: &dyn Fn(i64) -> bool,
        pending: &mut Pending,
    ) -> Result<()> {
        let active = self.active();
        for (ledger, measures) in &active.ledger_measures {
            let measures: Vec<_> =
                measures.iter().filter(|measure| wanted(measure.number)).cloned().collect();
            if measures.is_empty() {
                continue;
            }
            let sql =
                format!("{} WHERE f.county = ? AND f.ledger = ? AND f.side = 0", super::follow::TRANSFERS);
            for mut row in self.conn.query(&sql, &[Param::Int(county.0), Param::from(ledger.as_str())])? {
                let (_, reverses, leg) = super::follow::read_transfer(&mut row)?;
                let sign = if reverses.is_some() { -1 } else { 1 };
                count(&measures, county.0, &leg, sign, &|unit| lines.get(&unit).cloned(), pending);
            }
        }
        Ok(())
    }
}
