//! Verification of clocks: every entry's clock fields say what its clocks say, and no clock stands alone.

use crate::error::{Result, StoreError};
use crate::model::{ClockQuery, CountyId};
use crate::store::Reader;
use crate::verify::VerifyReport;
use hygeia_pack::model::{ClockDef, RegisterId};
use std::collections::{HashMap, HashSet};

/// How each clock that a field shows stands, with its unit, by entry and name.
type Outcomes = HashMap<(String, String), (&'static str, i64)>;

impl Reader<'_> {
    pub(crate) fn verify_clocks(&mut self, county: CountyId, report: &mut VerifyReport) -> Result<()> {
        let active = self.active();
        let voided: HashSet<(String, String)> = self.clocks_voided(county)?.into_iter().collect();
        for register in active.packs.registers.values() {
            let (Some(workflow), Some(table)) = (&register.workflow, active.tables.get(&register.id)) else {
                continue;
            };
            let title = &register.title.zh;
            let mut outcomes = self.outcomes(county, &register.id)?;
            let checked = self.each_entry(county, table, &mut |entry| {
                let id = entry.id.0.to_string();
                let is_voided = voided.contains(&(register.id.to_string(), id.clone()));
                if is_voided && !entry.void {
                    report.add(county, "clock", format!("“{title}”记录 {id} 有效，其时限却按作废处理"));
                }
                for clock in workflow.clocks.values().filter(|_| !entry.void) {
                    let shown = entry.values.get(&clock.field()).and_then(|value| value.as_text());
                    let known = outcomes.remove(&(id.clone(), clock.name.clone()));
                    if shown != known.as_ref().map(|(outcome, _)| *outcome) {
                        report.add(county, "clock", differs(title, &id, clock));
                    } else if known.is_some_and(|(_, unit)| unit != entry.unit.0) {
                        report.add(county, "clock", format!("“{title}”记录 {id} 的时限记在别的机构"));
                    }
                }
                Ok(())
            });
            match checked {
                // Reported with the entries; their clocks cannot be compared.
                Err(StoreError::Corrupt(_) | StoreError::WrongKey) => continue,
                other => other?,
            }
            // Clocks an earlier edition of the pack had are kept as they were.
            for ((id, name), _) in
                outcomes.into_iter().filter(|((_, name), _)| workflow.clocks.contains_key(name))
            {
                report.add(county, "clock", format!("“{title}”的时限 {name} 指向不存在的记录 {id}"));
            }
        }
        Ok(())
    }

    /// Outcome and unit of every clock of a register, by entry and name.
    fn outcomes(&mut self, county: CountyId, register: &RegisterId) -> Result<Outcomes> {
        let query = ClockQuery { register: Some(register.clone()), ..ClockQuery::default() };
        let clocks = self.clock_list(county, &query)?;
        let by_entry = clocks
            .into_iter()
            .map(|clock| ((clock.entry.0.to_string(), clock.name), (clock.outcome.code(), clock.unit.0)));
        Ok(by_entry.collect())
    }
}

fn differs(title: &str, id: &str, clock: &ClockDef) -> String {
    format!("“{title}”记录 {id} 的时限“{}”与计时记录不符", clock.title.zh)
}
