//! Signatures of sheets.

use crate::db::{Param, marks, params};
use crate::error::Result;
use crate::model::{AccountId, Actor, CountyId, NewChange, OrgUnitId, SheetSign};
use crate::store::{Reader, Writer};
use crate::table::table_name;
use hygeia_pack::model::RegisterId;
use jiff::civil::Date;

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
}

impl Writer<'_> {
    /// Signs a sheet and the valid entries on it; signed again it bears the later signature.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn sheet_sign(&mut self, county: CountyId, register: &RegisterId, sign: &SheetSign) -> Result<()> {
        self.conn.execute(
            "INSERT INTO sheet_sign (county, register, unit, day, signed_by, signed_at) VALUES (?,?,?,?,?,?) \
             ON CONFLICT (county, register, unit, day) DO UPDATE SET signed_by = excluded.signed_by, \
             signed_at = excluded.signed_at",
            params![county.0, register.as_str(), sign.unit.0, sign.day, &sign.by, sign.at],
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
            reference: format!("{}/{}", sign.unit, sign.day),
            unit: Some(sign.unit),
            before: serde_json::Value::Null,
            after: serde_json::Value::Null,
            reason: None,
            actor: Actor { account: AccountId(0), name: sign.by.clone() },
            at: sign.at,
        };
        self.change_append(county, &change)
    }
}
