//! Inspection rounds (检查轮次): what was drawn, by which seed, for whom.

use crate::db::{Row, first, params};
use crate::error::{Result, StoreError};
use crate::model::{AccountId, Actor, CountyId, NewChange, OrgUnitId, Round, RoundId, RoundTarget};
use crate::store::{Reader, Writer};
use hygeia_pack::model::RegisterId;
use jiff::Timestamp;
use serde_json::{Value as Json, json};

const ROUND: &str = "SELECT id, register, unit, title, from_day, to_day, seed, rule, created_at, account, actor, \
    published_at FROM inspection_round WHERE county = ?";

fn read_round(row: &mut Row) -> Result<Round> {
    Ok(Round {
        id: RoundId(row.int()?),
        register: RegisterId::new(row.text()?),
        unit: OrgUnitId(row.int()?),
        title: row.text()?,
        from: row.parsed()?,
        to: row.parsed()?,
        seed: row.text()?,
        rule: row.json()?,
        created_at: row.parsed()?,
        created_by: Actor { account: AccountId(row.int()?), name: row.text()? },
        published_at: row.parsed_or_null()?,
        targets: Vec::new(),
    })
}

impl Reader<'_> {
    /// Every round, the latest first, without their targets.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn round_list(&mut self, county: CountyId) -> Result<Vec<Round>> {
        let sql = format!("{ROUND} ORDER BY from_day DESC, id DESC");
        self.conn.query(&sql, params![county.0])?.into_iter().map(|mut row| read_round(&mut row)).collect()
    }

    /// One round with what was drawn.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn round_get(&mut self, county: CountyId, id: RoundId) -> Result<Option<Round>> {
        let row = first(&mut *self.conn, &format!("{ROUND} AND id = ?"), params![county.0, id.0])?;
        let Some(mut row) = row else { return Ok(None) };
        let mut round = read_round(&mut row)?;
        let sql = "SELECT unit, inspectors FROM inspection_target WHERE county = ? AND round = ? ORDER BY no";
        for mut row in self.conn.query(sql, params![county.0, id.0])? {
            let unit = OrgUnitId(row.int()?);
            let inspectors = serde_json::from_value(row.json()?)
                .map_err(|error| StoreError::Corrupt(format!("inspectors of round {}: {error}", id.0)))?;
            round.targets.push(RoundTarget { unit, inspectors });
        }
        Ok(Some(round))
    }
}

impl Writer<'_> {
    /// Stores a new round with what was drawn; returns its number.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn round_add(&mut self, county: CountyId, round: &Round) -> Result<RoundId> {
        let id = self.next_id(county, "inspection_round")?;
        self.conn.execute(
            "INSERT INTO inspection_round (county, id, register, unit, title, from_day, to_day, seed, rule, created_at, account, \
             actor, published_at) VALUES (?,?,?,?,?,?,?,?,?,?,?,?,NULL)",
            params![
                county.0,
                id,
                round.register.as_str(),
                round.unit.0,
                &round.title,
                round.from.to_string(),
                round.to.to_string(),
                &round.seed,
                round.rule.to_string(),
                round.created_at,
                round.created_by.account.0,
                &round.created_by.name
            ],
        )?;
        for (no, target) in (0_i64..).zip(&round.targets) {
            let inspectors = serde_json::to_string(&target.inspectors)
                .map_err(|error| StoreError::Corrupt(error.to_string()))?;
            self.conn.execute(
                "INSERT INTO inspection_target (county, round, unit, no, inspectors) VALUES (?,?,?,?,?)",
                params![county.0, id, target.unit.0, no, inspectors],
            )?;
        }
        let after = json!({ "title": round.title, "seed": round.seed, "rule": round.rule,
            "targets": round.targets.iter().map(|target| json!([target.unit.0, target.inspectors])).collect::<Vec<_>>() });
        self.round_changed(
            county,
            RoundId(id),
            round.unit,
            "create",
            after,
            &round.created_by,
            round.created_at,
        )?;
        Ok(RoundId(id))
    }

    #[expect(clippy::too_many_arguments, reason = "the parts of one line of the log")]
    fn round_changed(
        &mut self,
        county: CountyId,
        id: RoundId,
        unit: OrgUnitId,
        action: &str,
        after: Json,
        actor: &Actor,
        at: Timestamp,
    ) -> Result<()> {
        let change = NewChange {
            action: action.to_owned(),
            noun: "round".to_owned(),
            reference: id.0.to_string(),
            unit: Some(unit),
            before: Json::Null,
            after,
            reason: None,
            actor: actor.clone(),
            at,
        };
        self.change_append(county, &change).map(|_| ())
    }

    /// Publishes a round's results; a second time changes nothing.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn round_publish(
        &mut self,
        county: CountyId,
        round: &Round,
        actor: &Actor,
        at: Timestamp,
    ) -> Result<()> {
        let changed = self.conn.execute(
            "UPDATE inspection_round SET published_at = ? WHERE county = ? AND id = ? AND published_at IS NULL",
            params![at, county.0, round.id.0],
        )?;
        if changed > 0 {
            self.round_changed(county, round.id, round.unit, "publish", Json::Null, actor, at)?;
        }
        Ok(())
    }
}
