//! Balances and transfers, read back.

use crate::db::{Param, Row, from_micro};
use crate::error::{Result, StoreError};
use crate::model::{
    BalanceQuery, CountyId, EntryId, LedgerBalance, LedgerPlace, LedgerPosting, LedgerTurnover, OrgUnitId,
    PostingQuery,
};
use crate::store::Reader;
use hygeia_pack::model::{LedgerId, RegisterId};
use jiff::civil::Date;
use std::collections::HashMap;

/// Running balances with the expiry of the lot.
pub(super) const BALANCES: &str = "SELECT b.unit, b.account, b.item, b.lot, b.holder, b.amount, l.expiry FROM balance b \
     LEFT JOIN ledger_lot l ON l.county = b.county AND l.ledger = b.ledger AND l.item = b.item AND l.lot = b.lot";

/// Balances at the end of a day, summed from the transfers.
const BALANCES_ON: &str = "SELECT b.unit, b.account, b.item, b.lot, b.holder, CAST(SUM(b.amount) AS BIGINT), l.expiry \
     FROM posting b LEFT JOIN ledger_lot l ON l.county = b.county AND l.ledger = b.ledger AND l.item = b.item \
     AND l.lot = b.lot";

/// Reads an account.
pub(super) fn place(row: &mut Row) -> Result<LedgerPlace> {
    Ok(LedgerPlace {
        unit: OrgUnitId(row.int()?),
        account: row.text()?,
        item: row.text()?,
        lot: row.text()?,
        holder: row.text()?,
    })
}

/// Reads a row of [`BALANCES`].
pub(super) fn balance(row: &mut Row) -> Result<LedgerBalance> {
    Ok(LedgerBalance { place: place(row)?, amount: from_micro(row.int()?), expiry: row.parsed_or_null()? })
}

/// Condition on the units of a subtree.
fn within(alias: &str) -> String {
    format!("{alias}.unit IN (SELECT u.id FROM org_unit u WHERE u.county = ? AND u.path LIKE ?)")
}

impl Reader<'_> {
    /// What the accounts of a ledger hold, those with nothing left out, ordered by item, lot and unit.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn ledger_balances(
        &mut self,
        county: CountyId,
        ledger: &LedgerId,
        query: &BalanceQuery,
    ) -> Result<Vec<LedgerBalance>> {
        let mut sql = if query.on.is_some() { BALANCES_ON } else { BALANCES }.to_owned();
        sql.push_str(&format!(" WHERE b.county = ? AND b.ledger = ? AND {}", within("b")));
        let mut values = vec![
            Param::Int(county.0),
            Param::from(ledger.as_str()),
            Param::Int(county.0),
            Param::Text(format!("{}%", query.unit_path)),
        ];
        for (column, wanted) in [("account", &query.account), ("item", &query.item)] {
            if let Some(wanted) = wanted {
                sql.push_str(&format!(" AND b.{column} = ?"));
                values.push(Param::from(wanted));
            }
        }
        if let Some(on) = query.on {
            sql.push_str(
                " AND b.day <= ? GROUP BY b.unit, b.account, b.item, b.lot, b.holder, l.expiry HAVING SUM(b.amount) <> 0",
            );
            values.push(Param::from(on));
        } else {
            sql.push_str(" AND b.amount <> 0");
        }
        sql.push_str(" ORDER BY b.item, b.lot, b.unit, b.account, b.holder");
        let rows = self.conn.query(&sql, &values)?;
        rows.into_iter().map(|mut row| balance(&mut row)).collect()
    }

    /// The day since which each account of one kind has held something without a break, for those that do now.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn ledger_since(
        &mut self,
        county: CountyId,
        ledger: &LedgerId,
        unit_path: &str,
        account: &str,
    ) -> Result<HashMap<LedgerPlace, Date>> {
        let sql = format!(
            "SELECT p.unit, p.account, p.item, p.lot, p.holder, p.day, CAST(SUM(p.amount) AS BIGINT) FROM posting p \
             JOIN balance b ON b.county = p.county AND b.ledger = p.ledger AND b.unit = p.unit \
             AND b.account = p.account AND b.item = p.item AND b.lot = p.lot AND b.holder = p.holder AND b.amount > 0 \
             WHERE p.county = ? AND p.ledger = ? AND p.account = ? AND {} \
             GROUP BY p.unit, p.account, p.item, p.lot, p.holder, p.day ORDER BY p.day",
            within("p")
        );
        let values = [
            Param::Int(county.0),
            Param::from(ledger.as_str()),
            Param::from(account),
            Param::Int(county.0),
            Param::Text(format!("{unit_path}%")),
        ];
        let mut held: HashMap<LedgerPlace, (i64, Date)> = HashMap::new();
        for mut row in self.conn.query(&sql, &values)? {
            let (place, day, amount) = (place(&mut row)?, row.parsed()?, row.int()?);
            let (sum, since) = held.entry(place).or_insert((0, day));
            if *sum <= 0 {
                *since = day;
            }
            *sum += amount;
        }
        Ok(held.into_iter().map(|(place, (_, since))| (place, since)).collect())
    }

    /// What the accounts of a ledger held before a stretch of days, gained, lost and hold after it. A reversal takes
    /// from the side that it reverses.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn ledger_turnover(
        &mut self,
        county: CountyId,
        ledger: &LedgerId,
        unit_path: &str,
        from: Date,
        to: Date,
    ) -> Result<Vec<LedgerTurnover>> {
        let sql = format!(
            "SELECT b.account, b.item, b.lot, \
             CAST(SUM(CASE WHEN b.day < ? THEN b.amount ELSE 0 END) AS BIGINT), \
             CAST(SUM(CASE WHEN b.day >= ? AND b.side = 1 THEN b.amount ELSE 0 END) AS BIGINT), \
             CAST(SUM(CASE WHEN b.day >= ? AND b.side = 0 THEN -b.amount ELSE 0 END) AS BIGINT) \
             FROM posting b WHERE b.county = ? AND b.ledger = ? AND b.day <= ? AND {} \
             GROUP BY b.account, b.item, b.lot ORDER BY b.item, b.lot, b.account",
            within("b")
        );
        let mut values = vec![Param::from(from), Param::from(from), Param::from(from)];
        values.extend([Param::Int(county.0), Param::from(ledger.as_str()), Param::from(to)]);
        values.extend([Param::Int(county.0), Param::Text(format!("{unit_path}%"))]);
        let rows = self.conn.query(&sql, &values)?;
        rows.into_iter()
            .map(|mut row| {
                let (account, item, lot) = (row.text()?, row.text()?, row.text()?);
                let (opening, gained) = (from_micro(row.int()?), from_micro(row.int()?));
                Ok(LedgerTurnover { account, item, lot, opening, gained, lost: from_micro(row.int()?) })
            })
            .collect()
    }

    /// Transfers as the accounts asked for see them, oldest first.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn ledger_postings(
        &mut self,
        county: CountyId,
        ledger: &LedgerId,
        query: &PostingQuery,
    ) -> Result<Vec<LedgerPosting>> {
        let mut sql = format!(
            "SELECT p.no, p.day, p.unit, p.account, p.item, p.lot, p.holder, p.amount, q.unit, q.account, q.item, q.lot, \
             q.holder, p.register, p.entry, p.reverses, p.at FROM posting p \
             JOIN posting q ON q.county = p.county AND q.no = p.no AND q.side = 1 - p.side \
             WHERE p.county = ? AND p.ledger = ? AND {}",
            within("p")
        );
        let mut values = vec![
            Param::Int(county.0),
            Param::from(ledger.as_str()),
            Param::Int(county.0),
            Param::Text(format!("{}%", query.unit_path)),
        ];
        let named = [
            ("account", &query.account),
            ("item", &query.item),
            ("lot", &query.lot),
            ("holder", &query.holder),
        ];
        for (column, wanted) in named {
            if let Some(wanted) = wanted {
                sql.push_str(&format!(" AND p.{column} = ?"));
                values.push(Param::from(wanted));
            }
        }
        for (sign, day) in [(">=", query.from), ("<=", query.to)] {
            if let Some(day) = day {
                sql.push_str(&format!(" AND p.day {sign} ?"));
                values.push(Param::from(day));
            }
        }
        sql.push_str(" ORDER BY p.day, p.no, p.side");
        if query.limit > 0 {
            sql.push_str(" LIMIT ? OFFSET ?");
            values.extend([Param::Int(query.limit.into()), Param::Int(query.offset.into())]);
        }
        let rows = self.conn.query(&sql, &values)?;
        rows.into_iter().map(|mut row| posting(&mut row)).collect()
    }
}

fn posting(row: &mut Row) -> Result<LedgerPosting> {
    let (no, day, place_) = (row.int()?, row.parsed()?, place(row)?);
    let (amount, counter) = (from_micro(row.int()?), place(row)?);
    let register = RegisterId::new(row.text()?);
    let entry =
        row.text()?.parse().map_err(|_| StoreError::Corrupt(format!("the entry of transfer {no}")))?;
    Ok(LedgerPosting {
        no,
        day,
        place: place_,
        amount,
        counter,
        register,
        entry: EntryId(entry),
        reverses: row.int_or_null()?,
        at: row.parsed()?,
    })
}
