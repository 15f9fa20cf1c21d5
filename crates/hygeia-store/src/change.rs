//! The change log: append-only, one hash chain per county.

use crate::db::{Param, Row, params, show_timestamp};
use crate::error::Result;
use crate::model::{AccountId, Actor, Change, ChangeQuery, CountyId, NewChange, OrgUnitId};
use crate::store::{Reader, Writer};
use serde_json::Value as Json;

/// Columns of a line, in the order they are read.
pub(crate) const COLUMNS: &str =
    "seq, at, account, actor, action, noun, reference, unit, before, after, reason, hash";

/// A line as text, exactly as it is stored and hashed.
#[derive(Default)]
pub(crate) struct Line {
    pub county: i64,
    pub seq: i64,
    pub at: String,
    pub account: i64,
    pub actor: String,
    pub action: String,
    pub noun: String,
    pub reference: String,
    pub unit: Option<i64>,
    pub before: Option<String>,
    pub after: Option<String>,
    pub reason: Option<String>,
}

impl Line {
    /// The hash of the line, over the hash before it and everything the line says.
    pub(crate) fn hash(&self, previous: &str) -> String {
        let mut hasher = blake3::Hasher::new();
        let mut part = |text: Option<&str>| {
            // A length before each part keeps two different lines from having the same bytes; a missing part has none.
            let length = text.map_or(u64::MAX, |text| text.len() as u64);
            hasher.update(&length.to_le_bytes());
            hasher.update(text.unwrap_or_default().as_bytes());
        };
        part(Some(previous));
        part(Some(&self.county.to_string()));
        part(Some(&self.seq.to_string()));
        part(Some(&self.at));
        part(Some(&self.account.to_string()));
        part(Some(&self.actor));
        part(Some(&self.action));
        part(Some(&self.noun));
        part(Some(&self.reference));
        part(self.unit.map(|unit| unit.to_string()).as_deref());
        part(self.before.as_deref());
        part(self.after.as_deref());
        part(self.reason.as_deref());
        hasher.finalize().to_hex().to_string()
    }

    /// Reads a line and its stored hash from the columns of [`COLUMNS`].
    pub(crate) fn read(county: i64, row: &mut Row) -> Result<(Line, String)> {
        let line = Line {
            county,
            seq: row.int()?,
            at: row.text()?,
            account: row.int()?,
            actor: row.text()?,
            action: row.text()?,
            noun: row.text()?,
            reference: row.text()?,
            unit: row.int_or_null()?,
            before: row.text_or_null()?,
            after: row.text_or_null()?,
            reason: row.text_or_null()?,
        };
        Ok((line, row.text()?))
    }
}

fn text_of(json: &Json) -> Option<String> {
    (!json.is_null()).then(|| json.to_string())
}

impl Writer<'_> {
    /// Adds a line to the county's log.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn change_append(&mut self, county: CountyId, change: &NewChange) -> Result<()> {
        self.line_append(
            county,
            Line {
                at: show_timestamp(change.at),
                account: change.actor.account.0,
                actor: change.actor.name.clone(),
                action: change.action.clone(),
                noun: change.noun.clone(),
                reference: change.reference.clone(),
                unit: change.unit.map(|unit| unit.0),
                before: text_of(&change.before),
                after: text_of(&change.after),
                reason: change.reason.clone(),
                ..Line::default()
            },
        )
    }

    /// Adds a line behind the last; its county and number are set here.
    pub(crate) fn line_append(&mut self, county: CountyId, line: Line) -> Result<()> {
        let state = self.county(county)?;
        let line = Line { county: county.0, seq: state.seq + 1, ..line };
        let hash = line.hash(&state.hash);
        (state.seq, state.hash) = (line.seq, hash.clone());
        self.conn.execute(
            "INSERT INTO change (county, seq, at, account, actor, action, noun, reference, unit, before, after, reason, hash) \
             VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?)",
            params![
                line.county,
                line.seq,
                line.at,
                line.account,
                line.actor,
                line.action,
                line.noun,
                line.reference,
                line.unit,
                line.before,
                line.after,
                line.reason,
                hash
            ],
        )?;
        Ok(())
    }
}

impl Reader<'_> {
    /// Lines of the county's log, newest first. Personal values of entries stay sealed here.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn change_list(&mut self, county: CountyId, query: &ChangeQuery) -> Result<Vec<Change>> {
        let mut sql = format!("SELECT {COLUMNS} FROM change WHERE county = ?");
        let mut values = vec![Param::Int(county.0)];
        let mut add = |condition: &str, value: Option<Param>| {
            if let Some(value) = value {
                sql.push_str(condition);
                values.push(value);
            }
        };
        add(" AND noun = ?", query.noun.as_ref().map(Param::from));
        add(" AND reference = ?", query.reference.as_ref().map(Param::from));
        add(" AND account = ?", query.account.map(|account| Param::Int(account.0)));
        add(" AND seq < ?", query.before.map(Param::Int));
        if let Some(path) = &query.unit_path {
            add(" AND unit IN (SELECT id FROM org_unit WHERE county = ?", Some(Param::Int(county.0)));
            add(" AND path LIKE ?)", Some(Param::Text(format!("{path}%"))));
        }
        add(
            " ORDER BY seq DESC LIMIT ?",
            Some(Param::Int(if query.limit == 0 { 100 } else { query.limit.into() })),
        );
        let rows = self.conn.query(&sql, &values)?;
        rows.into_iter()
            .map(|mut row| {
                let (line, hash) = Line::read(county.0, &mut row)?;
                change_of(line, hash)
            })
            .collect()
    }
}

fn change_of(line: Line, hash: String) -> Result<Change> {
    let corrupt =
        |what: &str| crate::StoreError::Corrupt(format!("{what} of line {} of the change log", line.seq));
    let json = |text: &Option<String>| match text {
        None => Ok(Json::Null),
        Some(text) => serde_json::from_str(text).map_err(|_| corrupt("JSON")),
    };
    Ok(Change {
        seq: line.seq,
        at: line.at.parse().map_err(|_| corrupt("the time"))?,
        before: json(&line.before)?,
        after: json(&line.after)?,
        actor: Actor { account: AccountId(line.account), name: line.actor },
        action: line.action,
        noun: line.noun,
        reference: line.reference,
        unit: line.unit.map(OrgUnitId),
        reason: line.reason,
        hash,
    })
}
