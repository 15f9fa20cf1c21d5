//! Signatures of sheets.

use crate::db::{Param, marks, params};
use crate::error::Result;
use crate::model::{
    AccountId, Actor, ChangeQuery, CountyId, LostSign, NewChange, OrgUnitId, SheetSign, UnsignedSheet,
};
use crate::store::{Reader, Writer};
use crate::table::{Table, table_name};
use hygeia_pack::model::RegisterId;
use jiff::Timestamp;
use jiff::civil::Date;
use serde_json::{Value as Json, json};

/// What the log calls a signature that a later change took away.
const UNSIGN: &str = "unsign";

/// How the log names a sheet: its unit and day.
fn sheet_reference(unit: OrgUnitId, day: Date) -> String {
    format!("{unit}/{day}")
}

impl Reader<'_> {
    /// Signatures of the sheets of units over a range of days, earliest first.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn sheet_signs(
        &mut self,
        county: CountyId,
        register: &RegisterId,
        units: &[OrgUnitId],
        from: Date,
        to: Date,
    ) -> Result<Vec<SheetSign>> {
        let mut signs = Vec::new();
        for units in units.chunks(500) {
            let sql = format!(
                "SELECT unit, day, signed_by, signed_at FROM sheet_sign WHERE county = ? AND register = ? \
                 AND day BETWEEN ? AND ? AND unit IN ({}) ORDER BY day, unit",
                marks(units.len())
            );
            let mut values = params![county.0, register.as_str(), from, to].to_vec();
            values.extend(units.iter().map(|unit| Param::Int(unit.0)));
            for mut row in self.conn.query(&sql, &values)? {
                let (unit, day) = (OrgUnitId(row.int()?), row.parsed()?);
                signs.push(SheetSign { unit, day, by: row.text()?, at: row.parsed()? });
            }
        }
        signs.sort_by_key(|sign| (sign.day, sign.unit));
        Ok(signs)
    }

    /// Sheets of a range of days that lost their signature by a change and have not been signed since, the latest first.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn sheets_unsigned(
        &mut self,
        county: CountyId,
        (from, to): (Date, Date),
    ) -> Result<Vec<UnsignedSheet>> {
        let sql = "SELECT register, unit, day FROM sheet_unsigned WHERE county = ? AND day BETWEEN ? AND ? \
                   ORDER BY day DESC, register, unit";
        let mut sheets = Vec::new();
        for mut row in self.conn.query(sql, params![county.0, from, to])? {
            sheets.push(UnsignedSheet {
                register: RegisterId::new(row.text()?),
                unit: OrgUnitId(row.int()?),
                day: row.parsed()?,
            });
        }
        Ok(sheets)
    }

    /// The signature a sheet lost by a change made after it, if it has not been signed since.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn sheet_lost_sign(
        &mut self,
        county: CountyId,
        register: &RegisterId,
        unit: OrgUnitId,
        day: Date,
    ) -> Result<Option<LostSign>> {
        let query = ChangeQuery {
            noun: Some(register.to_string()),
            reference: Some(sheet_reference(unit, day)),
            limit: 1,
            ..ChangeQuery::default()
        };
        let last = self.change_list(county, &query)?.into_iter().next();
        let lost = last.filter(|change| change.action == UNSIGN).map(|change| {
            let text = |name: &str| change.before.get(name).and_then(Json::as_str);
            LostSign {
                by: text("signed_by").unwrap_or_default().to_owned(),
                at: text("signed_at").and_then(|at| at.parse().ok()).unwrap_or(change.at),
                changed_by: change.actor.name,
                changed_at: change.at,
            }
        });
        Ok(lost)
    }
}

impl Writer<'_> {
    /// Signs a sheet and the valid entries on it; signed again it bears the later signature.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn sheet_sign(&mut self, county: CountyId, register: &RegisterId, sign: &SheetSign) -> Result<()> {
        self.batch()?.seen.unsigned = None;
        self.conn.execute(
            "INSERT INTO sheet_sign (county, register, unit, day, signed_by, signed_at) VALUES (?,?,?,?,?,?) \
             ON CONFLICT (county, register, unit, day) DO UPDATE SET signed_by = excluded.signed_by, \
             signed_at = excluded.signed_at",
            params![county.0, register.as_str(), sign.unit.0, sign.day, &sign.by, sign.at],
        )?;
        self.conn.execute(
            "DELETE FROM sheet_unsigned WHERE county = ? AND day = ? AND register = ? AND unit = ?",
            params![county.0, sign.day, register.as_str(), sign.unit.0],
        )?;
        let sql = format!(
            "UPDATE {} SET signed_by = ?, signed_at = ? WHERE county = ? AND unit = ? AND day = ? AND NOT void",
            table_name(register)
        );
        let values = [
            Param::Text(sign.by.clone()),
            Param::Timestamp(sign.at),
            Param::Int(county.0),
            Param::Int(sign.unit.0),
            Param::Date(sign.day),
        ];
        self.conn.execute(&sql, &values)?;
        let change = NewChange {
            action: "sign".into(),
            noun: register.to_string(),
            reference: sheet_reference(sign.unit, sign.day),
            unit: Some(sign.unit),
            before: serde_json::Value::Null,
            after: serde_json::Value::Null,
            reason: None,
            actor: Actor { account: AccountId(0), name: sign.by.clone() },
            at: sign.at,
        };
        self.change_append(county, &change)
    }

    /// Takes the signature of a sheet away, of which an entry has just been made or changed: what was signed is not
    /// what stands there now. Who had signed stays in the log.
    pub(crate) fn sheet_unsign(
        &mut self,
        county: CountyId,
        table: &Table,
        (unit, day): (OrgUnitId, Date),
        actor: &Actor,
        at: Timestamp,
    ) -> Result<()> {
        let is_this = |seen: &(CountyId, RegisterId, OrgUnitId, Date)| {
            (seen.0, &seen.1, seen.2, seen.3) == (county, &table.id, unit, day)
        };
        if self.batch()?.seen.unsigned.as_ref().is_some_and(is_this) {
            return Ok(());
        }
        let signs = self.sheet_signs(county, &table.id, &[unit], day, day)?;
        let Some(sign) = signs.into_iter().next() else {
            self.batch()?.seen.unsigned = Some((county, table.id.clone(), unit, day));
            return Ok(());
        };
        self.conn.execute(
            "DELETE FROM sheet_sign WHERE county = ? AND register = ? AND unit = ? AND day = ?",
            params![county.0, table.id.as_str(), unit.0, day],
        )?;
        self.conn.execute(
            "INSERT INTO sheet_unsigned (county, day, register, unit) VALUES (?,?,?,?) ON CONFLICT DO NOTHING",
            params![county.0, day, table.id.as_str(), unit.0],
        )?;
        let sql = format!(
            "UPDATE {} SET signed_by = NULL, signed_at = NULL WHERE county = ? AND unit = ? AND day = ? AND NOT void",
            table.name
        );
        self.conn.execute(&sql, &[Param::Int(county.0), Param::Int(unit.0), Param::Date(day)])?;
        let change = NewChange {
            action: UNSIGN.into(),
            noun: table.id.to_string(),
            reference: sheet_reference(unit, day),
            unit: Some(unit),
            before: json!({ "signed_by": sign.by, "signed_at": sign.at.to_string() }),
            after: Json::Null,
            reason: None,
            actor: actor.clone(),
            at,
        };
        self.change_append(county, &change)
    }
}
