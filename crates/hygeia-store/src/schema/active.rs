//! The packs in force, compiled for writing: tables and measures by register.

use crate::db::{Conn, Dialect, params};
use crate::error::{Result, StoreError};
use crate::ledger::{LedgerMeasure, LedgerRules};
use crate::measure::{CellMeasure, definition};
use crate::table::Table;
use hygeia_pack::model::{LedgerId, MeasureKind, PackSet, Register, RegisterId};
use std::collections::HashMap;
use std::sync::Arc;

/// Prefix of the measure that keeps changes of the roll, by kind of person.
pub(crate) const ROLL: &str = "roll:";
/// Prefix of the measure that keeps arrivals on the roll, by kind of person.
pub(crate) const JOINED: &str = "joined:";

/// Kinds of person that stand on rolls.
pub(crate) const KINDS: [&str; 2] = ["child", "staff"];

/// Packs in force with what writing needs of them at hand.
#[derive(Default)]
pub(crate) struct Active {
    pub packs: Arc<PackSet>,
    /// Numbers of the measures kept in cells.
    pub numbers: HashMap<String, i64>,
    /// Measures read from entries, by register.
    pub measures: HashMap<RegisterId, Arc<[CellMeasure]>>,
    /// Measures read from transfers, by ledger.
    pub ledger_measures: HashMap<LedgerId, Arc<[LedgerMeasure]>>,
    /// What entries post, by register.
    pub ledger_rules: LedgerRules,
    /// Tables of the registers.
    pub tables: HashMap<RegisterId, Arc<Table>>,
}

impl Active {
    /// No packs: only the rolls are counted.
    pub(crate) fn of_fixed(conn: &mut dyn Conn) -> Result<Self> {
        for kind in KINDS {
            for prefix in [ROLL, JOINED] {
                number(conn, &format!("{prefix}{kind}"), "")?;
            }
        }
        Ok(Self { numbers: numbers(conn)?, ..Self::default() })
    }

    /// The packs with the numbers their measures have in this database.
    pub(crate) fn of_packs(conn: &mut dyn Conn, packs: Arc<PackSet>) -> Result<Self> {
        for measure in packs.measures.values().filter(|measure| measure.has_cells()) {
            number(conn, measure.id.as_str(), &definition(measure))?;
        }
        let numbers = numbers(conn)?;
        let mut measures = HashMap::new();
        let mut tables = HashMap::new();
        for register in packs.registers.values() {
            let own: Arc<[CellMeasure]> = packs
                .measures_of(&register.id)
                .filter_map(|measure| CellMeasure::new(measure, &numbers))
                .collect();
            measures.insert(register.id.clone(), own);
            tables.insert(register.id.clone(), Arc::new(Table::new(register, conn.dialect())));
        }
        let mut ledger_measures = HashMap::new();
        for (id, ledger) in &packs.ledgers {
            let own = packs.measures.values().filter(|measure| measure.ledger() == Some(id));
            let own: Arc<[LedgerMeasure]> =
                own.filter_map(|measure| LedgerMeasure::new(measure, ledger, &numbers)).collect();
            ledger_measures.insert(id.clone(), own);
        }
        let ledger_rules = LedgerRules::of_packs(&packs);
        Ok(Self { packs, numbers, measures, ledger_measures, ledger_rules, tables })
    }

    /// Number of a measure kept in cells.
    pub(crate) fn number(&self, measure: &str) -> Result<i64> {
        self.numbers.get(measure).copied().ok_or_else(|| StoreError::Missing(format!("measure {measure}")))
    }

    /// Whether the cells of a measure are millionths.
    pub(crate) fn is_sum(&self, measure: &str) -> bool {
        self.packs.measures.get(measure).is_some_and(|measure| {
            matches!(
                measure.kind,
                MeasureKind::Sum { .. } | MeasureKind::Balance { .. } | MeasureKind::Flow { .. }
            )
        })
    }

    /// The measures that read the entries of a register.
    pub(crate) fn measures_of(&self, register: &RegisterId) -> Arc<[CellMeasure]> {
        self.measures.get(register).cloned().unwrap_or_else(|| Arc::from([]))
    }

    /// The table of a register with the fields the caller knows.
    pub(crate) fn table(&self, register: &Register, dialect: Dialect) -> Arc<Table> {
        match self.tables.get(&register.id) {
            Some(table) if table.is_of(register) => table.clone(),
            _ => Arc::new(Table::new(register, dialect)),
        }
    }

    /// Edition of a pack.
    pub(crate) fn pack_version(&self, pack: &str) -> i64 {
        let found = self.packs.packs.iter().find(|info| info.id.as_str() == pack);
        found.map_or(0, |info| i64::from(info.version))
    }
}

fn number(conn: &mut dyn Conn, id: &str, definition: &str) -> Result<()> {
    conn.execute(
        "INSERT INTO measure (no, id, definition) SELECT COALESCE(MAX(no), 0) + 1, ?, ? FROM measure WHERE true \
         ON CONFLICT (id) DO UPDATE SET definition = excluded.definition",
        params![id, definition],
    )?;
    Ok(())
}

/// Numbers of all measures the database knows.
pub(crate) fn numbers(conn: &mut dyn Conn) -> Result<HashMap<String, i64>> {
    let rows = conn.query("SELECT id, no FROM measure", &[])?;
    rows.into_iter().map(|mut row| Ok((row.text()?, row.int()?))).collect()
}
