//! A table per register, following the packs: what would change is shown first, and nothing is dropped.

use super::active::Active;
use crate::db::{Conn, Dialect, params};
use crate::error::{Result, StoreError};
use crate::measure::definition;
use crate::store::{Reader, Store, Writer};
use crate::table::{Storage, column_name, table_name};
use hygeia_pack::model::{KeyPart, PackSet, Register};
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

/// What bringing the tables up to a pack set does.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize)]
pub struct SchemaPlan {
    /// In words, for the person who decides.
    pub lines: Vec<String>,
    /// The statements, for the person who wants to know exactly.
    pub statements: Vec<String>,
    /// Measures whose cells are counted anew from the entries.
    pub measures: Vec<String>,
    /// Registers whose natural keys are formed anew.
    pub keys: Vec<String>,
    /// Ledgers whose entries are posted, for the first time or anew.
    pub ledgers: Vec<String>,
}

impl SchemaPlan {
    /// Whether there is nothing to do.
    pub fn is_empty(&self) -> bool {
        self.statements.is_empty()
            && self.measures.is_empty()
            && self.keys.is_empty()
            && self.ledgers.is_empty()
    }
}

/// What the database knows of its registers.
struct Known {
    /// Key parts by register.
    keys: HashMap<String, String>,
    /// Storage by register and field.
    fields: HashMap<(String, String), String>,
    /// Definition by measure.
    measures: HashMap<String, String>,
}

impl Known {
    fn read(conn: &mut dyn Conn) -> Result<Self> {
        let mut known = Self { keys: HashMap::new(), fields: HashMap::new(), measures: HashMap::new() };
        for mut row in conn.query("SELECT id, key_parts FROM register", &[])? {
            known.keys.insert(row.text()?, row.text()?);
        }
        for mut row in conn.query("SELECT register, field, storage FROM register_field", &[])? {
            known.fields.insert((row.text()?, row.text()?), row.text()?);
        }
        for mut row in conn.query("SELECT id, definition FROM measure", &[])? {
            known.measures.insert(row.text()?, row.text()?);
        }
        Ok(known)
    }
}

impl Store {
    /// What [`Store::schema_apply`] would do; nothing is changed.
    ///
    /// # Errors
    ///
    /// When the database fails, or a stored column cannot follow its field.
    pub fn schema_plan(&self, packs: &PackSet) -> Result<SchemaPlan> {
        self.read(|reader| planned(reader, packs))
    }

    /// Brings register tables and cells up to `packs` and puts them in force, in one transaction.
    ///
    /// # Errors
    ///
    /// When the database fails, or a stored column cannot follow its field; then nothing is changed.
    pub fn schema_apply(&self, packs: Arc<PackSet>, actor: &str) -> Result<SchemaPlan> {
        let actor = actor.to_owned();
        self.write(move |writer| {
            let plan = planned(writer, &packs)?;
            for statement in &plan.statements {
                writer.conn.batch(statement)?;
            }
            writer.catalogue(&packs)?;
            writer.measures_retire(&packs)?;
            let active = Arc::new(Active::of_packs(writer.conn, packs)?);
            writer.batch()?.active = Some(active.clone());
            for register in &plan.keys {
                if let Some(register) = active.packs.registers.get(register.as_str()) {
                    writer.keys_rebuild(register)?;
                }
            }
            writer.ledgers_repost(&plan.ledgers)?;
            let stale: HashSet<i64> =
                plan.measures.iter().filter_map(|id| active.numbers.get(id).copied()).collect();
            if !stale.is_empty() {
                writer.cells_rebuild(&stale)?;
            }
            if !plan.is_empty() {
                tracing::info!(actor, changes = plan.lines.len(), "register tables follow their packs");
            }
            Ok(plan)
        })
    }
}

impl Writer<'_> {
    /// Cells of what no pack measures any more are left as they are, and counted anew if it comes back.
    fn measures_retire(&mut self, packs: &PackSet) -> Result<()> {
        for mut row in self.conn.query("SELECT id FROM measure WHERE definition <> ''", &[])? {
            let id = row.text()?;
            if !packs.measures.contains_key(id.as_str()) {
                self.conn.execute("UPDATE measure SET definition = '' WHERE id = ?", params![id])?;
            }
        }
        Ok(())
    }

    /// Notes what the tables now hold.
    fn catalogue(&mut self, packs: &PackSet) -> Result<()> {
        for register in packs.registers.values() {
            self.conn.execute(
                "INSERT INTO register (id, table_name, key_parts) VALUES (?,?,?) \
                 ON CONFLICT (id) DO UPDATE SET key_parts = excluded.key_parts",
                params![register.id.as_str(), table_name(&register.id), key_parts(register)],
            )?;
            for field in register.fields.values() {
                self.conn.execute(
                    "INSERT INTO register_field (register, field, column_name, storage) VALUES (?,?,?,?) \
                     ON CONFLICT (register, field) DO NOTHING",
                    params![
                        register.id.as_str(),
                        &field.name,
                        column_name(&field.name),
                        Storage::of(field).name()
                    ],
                )?;
            }
        }
        Ok(())
    }
}

fn key_parts(register: &Register) -> String {
    let name = |part: &KeyPart| match part {
        KeyPart::OrgUnit => "(unit)".to_owned(),
        KeyPart::Subject => "(subject)".to_owned(),
        KeyPart::Field(field) => field.clone(),
    };
    register.key.iter().map(name).collect::<Vec<_>>().join(" ")
}

fn planned(reader: &mut Reader<'_>, packs: &PackSet) -> Result<SchemaPlan> {
    let ledgers = reader.ledgers_stale(packs)?;
    let mut plan = plan(reader.conn, packs)?;
    for ledger in ledgers.iter().filter_map(|id| packs.ledgers.get(id.as_str())) {
        plan.lines.push(format!("账“{}”按现行规则过账", ledger.title.zh));
    }
    plan.ledgers = ledgers;
    Ok(plan)
}

fn plan(conn: &mut dyn Conn, packs: &PackSet) -> Result<SchemaPlan> {
    let dialect = conn.dialect();
    let known = Known::read(conn)?;
    let mut plan = SchemaPlan::default();
    for register in packs.registers.values() {
        match known.keys.get(register.id.as_str()) {
            None => {
                plan.lines.push(format!(
                    "新建登记表“{}”（{} 个字段）",
                    register.title.zh,
                    register.fields.len()
                ));
                plan.statements.extend(create_table(register, dialect));
            }
            Some(key) => {
                add_columns(register, &known, dialect, &mut plan)?;
                if *key != key_parts(register) {
                    plan.lines.push(format!("“{}”的唯一性规则有变，按记录重建", register.title.zh));
                    plan.keys.push(register.id.to_string());
                }
            }
        }
    }
    for measure in packs.measures.values().filter(|measure| measure.has_cells()) {
        match known.measures.get(measure.id.as_str()) {
            Some(stored) if *stored == definition(measure) => {}
            Some(_) => {
                plan.lines.push(format!("计数“{}”的口径有变，按记录重算", measure.title.zh));
                plan.measures.push(measure.id.to_string());
            }
            None => plan.measures.push(measure.id.to_string()),
        }
    }
    Ok(plan)
}

fn add_columns(register: &Register, known: &Known, dialect: Dialect, plan: &mut SchemaPlan) -> Result<()> {
    let name = table_name(&register.id);
    let before = plan.statements.len();
    for field in register.fields.values() {
        let storage = Storage::of(field);
        match known.fields.get(&(register.id.to_string(), field.name.clone())) {
            None => {
                plan.lines.push(format!("“{}”增加字段“{}”", register.title.zh, field.title.zh));
                let (column, ty) = (column_name(&field.name), storage.column_type(dialect));
                plan.statements.push(format!("ALTER TABLE {name} ADD COLUMN \"{column}\" {ty}"));
            }
            Some(stored) if stored == storage.name() => {}
            Some(stored) => {
                return Err(StoreError::Migration(format!(
                    "“{}”的字段“{}”已按 {stored} 保存，不能改为 {}；请停用该字段并另建新字段",
                    register.title.zh,
                    field.title.zh,
                    storage.name()
                )));
            }
        }
    }
    if plan.statements.len() > before && dialect == Dialect::Sqlite {
        plan.statements.push(format!("DROP VIEW IF EXISTS v_{}", &name[2..]));
        plan.statements.push(view(register));
    }
    Ok(())
}

fn create_table(register: &Register, dialect: Dialect) -> Vec<String> {
    let name = table_name(&register.id);
    let [int, bool, day, moment, strict] = match dialect {
        Dialect::Sqlite => ["INTEGER", "INTEGER", "TEXT", "TEXT", " STRICT"],
        Dialect::Postgres => ["BIGINT", "BOOLEAN", "DATE", "TIMESTAMPTZ", ""],
    };
    let fields: String = register
        .fields
        .values()
        .map(|field| {
            format!(", \"{}\" {}", column_name(&field.name), Storage::of(field).column_type(dialect))
        })
        .collect();
    let mut statements = vec![
        format!(
            "CREATE TABLE {name} (county {int} NOT NULL, natural_key TEXT, id TEXT NOT NULL, unit {int} NOT NULL, \
             person {int}, day {day} NOT NULL, version {int} NOT NULL, void {bool} NOT NULL, on_time {bool}, \
             signed_by TEXT, signed_at {moment}, created_at {moment} NOT NULL, created_by TEXT NOT NULL, \
             created_account {int} NOT NULL, updated_at {moment} NOT NULL, pack_version {int} NOT NULL{fields}, \
             PRIMARY KEY (county, id)){strict}"
        ),
        // With void and on_time at hand, entries are counted without a look at the rows.
        format!("CREATE INDEX {name}_unit ON {name} (county, unit, day, void, on_time)"),
        format!("CREATE INDEX {name}_day ON {name} (county, day, void, on_time)"),
        format!("CREATE INDEX {name}_person ON {name} (county, person, day)"),
        format!("CREATE UNIQUE INDEX {name}_key ON {name} (county, natural_key) WHERE NOT void"),
    ];
    if dialect == Dialect::Sqlite {
        statements.push(view(register));
    }
    statements
}

/// A view of the valid entries with decimals as numbers, for tools that read SQLite directly.
fn view(register: &Register) -> String {
    let name = table_name(&register.id);
    let fields: String = register
        .fields
        .values()
        .map(|field| {
            let column = column_name(&field.name);
            match Storage::of(field) {
                Storage::Decimal => format!(", \"{column}\" / 1000000.0 AS \"{column}\""),
                _ => format!(", \"{column}\""),
            }
        })
        .collect();
    format!(
        "CREATE VIEW v_{} AS SELECT county, id, unit, person, day, version, on_time, signed_by, created_at, \
         created_by{fields} FROM {name} WHERE NOT void",
        &name[2..]
    )
}
