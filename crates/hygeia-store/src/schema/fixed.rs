//! The tables every database has, whatever its packs.
//!
//! `{int}`, `{blob}` and `{strict}` stand for the words of the database at hand. Dates and moments of these tables
//! are ISO text on both. Migrations are appended to [`MIGRATIONS`], never changed: each brings a database from the
//! version before to its own.

use crate::db::{Conn, Dialect, first, params};
use crate::error::{Result, StoreError};
use crate::seal::{Seal, hex, unhex};

/// Statements by schema version, from 1.
const MIGRATIONS: &[&[&str]] = &[&[
    "CREATE TABLE county (county {int} PRIMARY KEY, seq {int} NOT NULL, hash TEXT NOT NULL,
       directory {int} NOT NULL, units {int} NOT NULL){strict}",
    "CREATE TABLE org_unit (county {int} NOT NULL, id {int} NOT NULL, code TEXT NOT NULL, kind TEXT NOT NULL,
       title TEXT NOT NULL, parent {int}, path TEXT NOT NULL, from_day TEXT NOT NULL, to_day TEXT,
       sort {int} NOT NULL, attrs TEXT, PRIMARY KEY (county, id), UNIQUE (county, code)){strict}",
    "CREATE TABLE person (county {int} NOT NULL, id {int} NOT NULL, kind TEXT NOT NULL, code TEXT NOT NULL,
       name TEXT NOT NULL, sex TEXT NOT NULL, birth TEXT, id_number {blob}, phone {blob}, attrs TEXT,
       PRIMARY KEY (county, id), UNIQUE (county, code)){strict}",
    "CREATE TABLE enrolment (county {int} NOT NULL, id {int} NOT NULL, person {int} NOT NULL, unit {int} NOT NULL,
       from_day TEXT NOT NULL, to_day TEXT, reason TEXT NOT NULL, PRIMARY KEY (county, id)){strict}",
    "CREATE INDEX enrolment_person ON enrolment (county, person)",
    "CREATE INDEX enrolment_unit ON enrolment (county, unit, from_day)",
    "CREATE TABLE change (county {int} NOT NULL, seq {int} NOT NULL, at TEXT NOT NULL, account {int} NOT NULL,
       actor TEXT NOT NULL, action TEXT NOT NULL, noun TEXT NOT NULL, reference TEXT NOT NULL, unit {int},
       before TEXT, after TEXT, reason TEXT, hash TEXT NOT NULL, PRIMARY KEY (county, seq)){strict}",
    "CREATE INDEX change_of ON change (county, noun, reference, seq)",
    "CREATE TABLE measure (no {int} PRIMARY KEY, id TEXT NOT NULL UNIQUE, definition TEXT NOT NULL){strict}",
    "CREATE TABLE cell (county {int} NOT NULL, measure {int} NOT NULL, unit {int} NOT NULL, grain {int} NOT NULL,
       day TEXT NOT NULL, part TEXT NOT NULL, value {int} NOT NULL,
       PRIMARY KEY (county, measure, unit, grain, day, part)){cells}",
    "CREATE TABLE people_cell (county {int} NOT NULL, measure {int} NOT NULL, unit {int} NOT NULL,
       grain {int} NOT NULL, day TEXT NOT NULL, people {blob} NOT NULL,
       PRIMARY KEY (county, measure, unit, grain, day)){strict}",
    "CREATE TABLE register (id TEXT PRIMARY KEY, table_name TEXT NOT NULL UNIQUE, key_parts TEXT NOT NULL){strict}",
    "CREATE TABLE register_field (register TEXT NOT NULL, field TEXT NOT NULL, column_name TEXT NOT NULL,
       storage TEXT NOT NULL, PRIMARY KEY (register, field)){strict}",
    "CREATE TABLE account (county {int} NOT NULL, id {int} NOT NULL, login TEXT NOT NULL, name TEXT NOT NULL,
       password_hash TEXT NOT NULL, person {int}, disabled {int} NOT NULL, english {int} NOT NULL,
       PRIMARY KEY (county, id), UNIQUE (county, login)){strict}",
    "CREATE TABLE role_grant (county {int} NOT NULL, account {int} NOT NULL, role TEXT NOT NULL,
       unit {int} NOT NULL, PRIMARY KEY (county, account, role, unit)){strict}",
    "CREATE TABLE session (county {int} NOT NULL, hash TEXT NOT NULL, account {int} NOT NULL, csrf TEXT NOT NULL,
       expires TEXT NOT NULL, PRIMARY KEY (county, hash)){strict}",
    "CREATE TABLE token (county {int} NOT NULL, hash TEXT NOT NULL, account {int} NOT NULL, label TEXT NOT NULL,
       created_at TEXT NOT NULL, expires TEXT, PRIMARY KEY (county, hash)){strict}",
    "CREATE TABLE term (county {int} NOT NULL, id TEXT NOT NULL, title TEXT NOT NULL, from_day TEXT NOT NULL,
       to_day TEXT NOT NULL, PRIMARY KEY (county, id)){strict}",
    "CREATE TABLE calendar_day (county {int} NOT NULL, day TEXT NOT NULL, works {int} NOT NULL, title TEXT NOT NULL,
       PRIMARY KEY (county, day)){strict}",
    "CREATE TABLE sheet_sign (county {int} NOT NULL, register TEXT NOT NULL, unit {int} NOT NULL, day TEXT NOT NULL,
       signed_by TEXT NOT NULL, signed_at TEXT NOT NULL, PRIMARY KEY (county, register, unit, day)){strict}",
    "CREATE TABLE plan (county {int} NOT NULL, id {int} NOT NULL, unit {int} NOT NULL, title TEXT NOT NULL,
       kind TEXT NOT NULL, file_name TEXT NOT NULL, source {blob} NOT NULL, text TEXT NOT NULL,
       status TEXT NOT NULL, from_day TEXT NOT NULL, to_day TEXT NOT NULL, created_at TEXT NOT NULL,
       created_by TEXT NOT NULL, PRIMARY KEY (county, id)){strict}",
    "CREATE TABLE plan_item (county {int} NOT NULL, id {int} NOT NULL, plan {int} NOT NULL, no {int} NOT NULL,
       kind TEXT NOT NULL, quote TEXT NOT NULL, span_start {int} NOT NULL, span_end {int} NOT NULL,
       title TEXT NOT NULL, times {int}, every TEXT, occasion TEXT, at_least {int} NOT NULL, metric TEXT,
       op TEXT, value TEXT, value_unit TEXT, due_from TEXT, due_to TEXT, duty TEXT, indicator TEXT,
       owner_unit {int}, owner_role TEXT, owner_person {int}, state TEXT NOT NULL, note TEXT,
       confidence TEXT NOT NULL, PRIMARY KEY (county, id)){strict}",
    "CREATE INDEX plan_item_plan ON plan_item (county, plan, no)",
    "CREATE TABLE plan_correction (county {int} NOT NULL, unit {int} NOT NULL, phrase TEXT NOT NULL,
       chosen TEXT NOT NULL, PRIMARY KEY (county, unit, phrase)){strict}",
    "CREATE TABLE document (county {int} NOT NULL, id {int} NOT NULL, unit {int} NOT NULL, report TEXT NOT NULL,
       period TEXT NOT NULL, body TEXT NOT NULL, updated_at TEXT NOT NULL, updated_by TEXT NOT NULL,
       PRIMARY KEY (county, id)){strict}",
    "CREATE TABLE overlay (county {int} NOT NULL, id {int} NOT NULL, yaml TEXT NOT NULL, actor TEXT NOT NULL,
       at TEXT NOT NULL, PRIMARY KEY (county, id)){strict}",
    "CREATE TABLE setting (county {int} NOT NULL, key TEXT NOT NULL, value TEXT NOT NULL,
       PRIMARY KEY (county, key)){strict}",
], &[
    // Pictures and drawn signatures; rounds of inspections.
    "CREATE TABLE attachment (county {int} NOT NULL, id TEXT NOT NULL, register TEXT NOT NULL, unit {int} NOT NULL,
       media TEXT NOT NULL, size {int} NOT NULL, hash TEXT NOT NULL, created_at TEXT NOT NULL, account {int} NOT NULL,
       actor TEXT NOT NULL, body {blob} NOT NULL, PRIMARY KEY (county, id)){strict}",
    "CREATE TABLE inspection_round (county {int} NOT NULL, id {int} NOT NULL, register TEXT NOT NULL, unit {int} NOT NULL,
       title TEXT NOT NULL, from_day TEXT NOT NULL, to_day TEXT NOT NULL, seed TEXT NOT NULL, rule TEXT NOT NULL,
       created_at TEXT NOT NULL, account {int} NOT NULL, actor TEXT NOT NULL, published_at TEXT,
       PRIMARY KEY (county, id)){strict}",
    "CREATE TABLE inspection_target (county {int} NOT NULL, round {int} NOT NULL, unit {int} NOT NULL, no {int} NOT NULL,
       inspectors TEXT NOT NULL, PRIMARY KEY (county, round, unit)){strict}",
], &[
    // Ledgers: what their transfers were made by, the transfers with a row for each side, running balances, lots.
    "CREATE TABLE ledger (id TEXT PRIMARY KEY, definition TEXT NOT NULL){strict}",
    "CREATE TABLE posting (county {int} NOT NULL, no {int} NOT NULL, side {int} NOT NULL, ledger TEXT NOT NULL,
       day TEXT NOT NULL, unit {int} NOT NULL, account TEXT NOT NULL, item TEXT NOT NULL, lot TEXT NOT NULL,
       holder TEXT NOT NULL, amount {int} NOT NULL, expiry TEXT, register TEXT NOT NULL, entry TEXT NOT NULL,
       reverses {int}, at TEXT NOT NULL, PRIMARY KEY (county, no, side)){strict}",
    "CREATE INDEX posting_place ON posting (county, ledger, unit, account, item, lot, holder, day)",
    "CREATE INDEX posting_entry ON posting (county, register, entry)",
    "CREATE TABLE balance (county {int} NOT NULL, ledger TEXT NOT NULL, unit {int} NOT NULL, account TEXT NOT NULL,
       item TEXT NOT NULL, lot TEXT NOT NULL, holder TEXT NOT NULL, amount {int} NOT NULL,
       PRIMARY KEY (county, ledger, unit, account, item, lot, holder)){strict}",
    "CREATE TABLE ledger_lot (county {int} NOT NULL, ledger TEXT NOT NULL, item TEXT NOT NULL, lot TEXT NOT NULL,
       expiry TEXT NOT NULL, PRIMARY KEY (county, ledger, item, lot)){strict}",
], &[
    // Clocks of entries, and steps that must not be taken twice.
    "CREATE TABLE clock (county {int} NOT NULL, register TEXT NOT NULL, entry TEXT NOT NULL, name TEXT NOT NULL,
       unit {int} NOT NULL, started_at TEXT NOT NULL, due_at TEXT NOT NULL, warn_at TEXT NOT NULL, pauses TEXT NOT NULL,
       ended_at TEXT, voided {int} NOT NULL, outcome TEXT NOT NULL, level {int} NOT NULL, entry_void {int} NOT NULL,
       PRIMARY KEY (county, register, entry, name)){strict}",
    "CREATE INDEX clock_due ON clock (county, due_at) WHERE ended_at IS NULL",
    "CREATE INDEX clock_unit ON clock (county, unit, due_at)",
    "CREATE TABLE entry_step (county {int} NOT NULL, id TEXT NOT NULL, register TEXT NOT NULL, entry TEXT NOT NULL,
       version {int} NOT NULL, PRIMARY KEY (county, id)){strict}",
], &[
    // Drafts of reports were never kept; documents under proofreading are.
    "DROP TABLE document",
    "CREATE TABLE document (county {int} NOT NULL, id {int} NOT NULL, unit {int} NOT NULL, title TEXT NOT NULL,
       period TEXT NOT NULL, file_name TEXT NOT NULL, source {blob} NOT NULL, decisions TEXT NOT NULL,
       updated_at TEXT NOT NULL, updated_by TEXT NOT NULL, PRIMARY KEY (county, id)){strict}",
], &[
    // Changes in every transaction that changes a cell of the measure: tells whether counts kept in memory still hold.
    "ALTER TABLE measure ADD COLUMN version {int} NOT NULL DEFAULT 0",
], &[
    // From when to when a plan is in force. Those that are live were so from their first day.
    "ALTER TABLE plan ADD COLUMN closed_on TEXT",
    "ALTER TABLE plan_item ADD COLUMN since TEXT",
    "UPDATE plan_item SET since = (SELECT from_day FROM plan WHERE plan.county = plan_item.county
       AND plan.id = plan_item.plan AND plan.status = 'live') WHERE state IN ('accepted', 'done')",
], &[
    // What an entry adds to the sets of its day lies together: one entry joins a dozen of them.
    "ALTER TABLE people_cell RENAME TO people_cell_before",
    "CREATE TABLE people_cell (county {int} NOT NULL, unit {int} NOT NULL, grain {int} NOT NULL, day TEXT NOT NULL,
       measure {int} NOT NULL, people {blob} NOT NULL, PRIMARY KEY (county, unit, grain, day, measure)){cells}",
    "INSERT INTO people_cell (county, unit, grain, day, measure, people)
       SELECT county, unit, grain, day, measure, people FROM people_cell_before",
    "DROP TABLE people_cell_before",
    // Changes with every set of people: tells whether sets kept in memory still hold.
    "ALTER TABLE county ADD COLUMN sets {int} NOT NULL DEFAULT 0",
], &[
    // Sheets that lost their signature by a change and have not been signed since.
    "CREATE TABLE sheet_unsigned (county {int} NOT NULL, day TEXT NOT NULL, register TEXT NOT NULL, unit {int} NOT NULL,
       PRIMARY KEY (county, day, register, unit)){strict}",
], &[
    // Of several plans the one confirmed last holds. Those confirmed before are taken in the order of their upload.
    "ALTER TABLE plan ADD COLUMN confirmed_at TEXT",
    "UPDATE plan SET confirmed_at = created_at WHERE status <> 'draft'",
]];

/// Text sealed with the key of personal data when the database was made.
const KEY_CHECK: &str = "hygeia";

fn in_dialect(sql: &str, dialect: Dialect) -> String {
    let words = match dialect {
        Dialect::Sqlite => ["INTEGER", "BLOB", " STRICT", " STRICT, WITHOUT ROWID"],
        Dialect::Postgres => ["BIGINT", "BYTEA", "", ""],
    };
    let places = ["{int}", "{blob}", "{strict}", "{cells}"];
    places.iter().zip(words).fold(sql.to_owned(), |sql, (place, word)| sql.replace(place, word))
}

/// Brings the fixed tables up to date.
pub(crate) fn create_fixed(conn: &mut dyn Conn) -> Result<()> {
    let strict = if conn.dialect() == Dialect::Sqlite { " STRICT" } else { "" };
    conn.batch(if conn.dialect() == Dialect::Sqlite { "BEGIN IMMEDIATE" } else { "BEGIN" })?;
    let done = migrate(conn, strict);
    conn.batch(if done.is_ok() { "COMMIT" } else { "ROLLBACK" })?;
    done
}

fn migrate(conn: &mut dyn Conn, strict: &str) -> Result<()> {
    conn.batch(&format!(
        "CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value TEXT NOT NULL){strict}"
    ))?;
    let found = match first(conn, "SELECT value FROM meta WHERE key = 'schema'", &[])? {
        None => 0,
        Some(mut row) => row.parsed::<usize>()?,
    };
    if found > MIGRATIONS.len() {
        let number = |version| i64::try_from(version).unwrap_or(i64::MAX);
        return Err(StoreError::Newer { found: number(found), known: number(MIGRATIONS.len()) });
    }
    for sql in MIGRATIONS.iter().skip(found).flat_map(|statements| statements.iter()) {
        let sql = in_dialect(sql, conn.dialect());
        conn.batch(&sql)?;
    }
    conn.execute(
        "INSERT INTO meta (key, value) VALUES ('schema', ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
        params![MIGRATIONS.len().to_string()],
    )?;
    Ok(())
}

/// Refuses a key that is not the one the database was made with, before anything is written with it.
pub(crate) fn check_key(conn: &mut dyn Conn, seal: &Seal) -> Result<()> {
    match first(conn, "SELECT value FROM meta WHERE key = 'key_check'", &[])? {
        Some(mut row) => {
            let sealed = unhex(&row.text()?).ok_or(StoreError::WrongKey)?;
            if seal.open(&sealed)? == KEY_CHECK { Ok(()) } else { Err(StoreError::WrongKey) }
        }
        None => {
            let sealed = hex(&seal.seal(KEY_CHECK)?);
            conn.execute(
                "INSERT INTO meta (key, value) VALUES ('key_check', ?) ON CONFLICT DO NOTHING",
                params![sealed],
            )?;
            Ok(())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pool::Forced;
    use crate::sqlite::SqliteConn;

    #[test]
    fn sets_of_people_of_a_database_made_before_are_taken_along() {
        let folder = tempfile::tempdir().unwrap();
        let mut conn = SqliteConn::writer(&folder.path().join("t.db"), Forced::Sometime).unwrap();
        for sql in MIGRATIONS[..7].iter().flat_map(|statements| statements.iter()) {
            conn.batch(&in_dialect(sql, Dialect::Sqlite)).unwrap();
        }
        conn.batch(
            "INSERT INTO county VALUES (1, 4, 'hash', 2, 3);
             INSERT INTO people_cell VALUES (1, 30, 5, 0, '2026-11-23', x'01'), (1, 31, 5, 1, '2026-11-01', x'02');
             CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL);
             INSERT INTO meta VALUES ('schema', '7')",
        )
        .unwrap();
        create_fixed(&mut conn).unwrap();
        let sql =
            "SELECT measure, unit, grain, day, people FROM people_cell WHERE county = 1 ORDER BY measure";
        let mut sets = Vec::new();
        for mut row in conn.query(sql, &[]).unwrap() {
            let place = (row.int().unwrap(), row.int().unwrap(), row.int().unwrap());
            sets.push((place, row.text().unwrap(), row.blob().unwrap()));
        }
        let day = |day: &str| day.to_owned();
        assert_eq!(
            sets,
            [((30, 5, 0), day("2026-11-23"), vec![1]), ((31, 5, 1), day("2026-11-01"), vec![2])]
        );
        let mut county = first(&mut conn, "SELECT seq, sets FROM county", &[]).unwrap().unwrap();
        assert_eq!((county.int().unwrap(), county.int().unwrap()), (4, 0));
    }
}
