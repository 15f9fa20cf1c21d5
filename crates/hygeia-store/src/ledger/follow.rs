//! The ledgers follow an entry: what it no longer says is reversed, what it says anew is posted.

use super::measure::{count, measures_of_ledger};
use super::rule::{Leg, legs};
use crate::db::{Cast, Param, first, from_micro, params};
use crate::error::{Result, StoreError};
use crate::model::{CountyId, Entry, LedgerPlace, RefusalCause};
use crate::store::Writer;
use hygeia_pack::model::{LedgerId, RegisterId};
use jiff::Timestamp;
use jiff::civil::Date;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

/// A transfer that stands, with its number.
pub(crate) struct Live {
    pub no: i64,
    pub leg: Leg,
}

/// What a job moves, by ledger and account: millionths by day.
type Moved = BTreeMap<(LedgerId, LedgerPlace), BTreeMap<Date, i64>>;

/// Most places named where more of an item is.
const ELSEWHERE: i64 = 40;

impl Writer<'_> {
    /// Posts what an entry says now in place of what it said before; nothing is written when it says the same.
    ///
    /// # Errors
    ///
    /// A refusal, when an account would fall below zero on any day or a stocktake does not start from the books.
    pub(crate) fn ledgers_follow(
        &mut self,
        county: CountyId,
        before: Option<&Entry>,
        after: &Entry,
        at: Timestamp,
    ) -> Result<()> {
        let active = self.active();
        let Some(rules) = active.ledger_rules.of(&after.register) else { return Ok(()) };
        let wanted = legs(&rules, &active.packs.ledgers, after)?;
        self.books_agree(county, before, after, &wanted)?;
        let moved = self.ledgers_write(county, before.is_none(), after, wanted.clone(), at)?;
        self.ledgers_hold(county, &moved, &wanted)
    }

    /// Writes the difference between the transfers that stand and those wanted.
    pub(super) fn ledgers_write(
        &mut self,
        county: CountyId,
        is_new: bool,
        entry: &Entry,
        wanted: Vec<Leg>,
        at: Timestamp,
    ) -> Result<Moved> {
        let mut stale = if is_new {
            Vec::new()
        } else {
            self.transfers_of(county, &entry.register, &entry.id.to_string())?
        };
        let mut fresh = Vec::new();
        for leg in wanted.into_iter().filter(Leg::moves) {
            let same = stale.iter().position(|live| same_transfer(&live.leg, &leg));
            match same {
                Some(at) => drop(stale.remove(at)),
                None => fresh.push(leg),
            }
        }
        let mut moved = Moved::new();
        for live in stale {
            self.transfer_write(county, entry, &live.leg, Some(live.no), at, &mut moved)?;
        }
        for leg in fresh {
            self.transfer_write(county, entry, &leg, None, at, &mut moved)?;
        }
        self.balances_move(county, &moved)?;
        Ok(moved)
    }

    /// Transfers of an entry that no other reverses.
    pub(crate) fn transfers_of(
        &mut self,
        county: CountyId,
        register: &RegisterId,
        entry: &str,
    ) -> Result<Vec<Live>> {
        let sql = format!(
            "{TRANSFERS} WHERE f.county = ? AND f.register = ? AND f.entry = ? AND f.side = 0 ORDER BY f.no"
        );
        let rows = self.conn.query(&sql, params![county.0, register.as_str(), entry])?;
        let (mut live, mut reversed) = (Vec::new(), Vec::new());
        for mut row in rows {
            let (no, reverses, leg) = read_transfer(&mut row)?;
            match reverses {
                Some(other) => reversed.push(other),
                None => live.push(Live { no, leg }),
            }
        }
        live.retain(|live| !reversed.contains(&live.no));
        Ok(live)
    }

    fn transfer_write(
        &mut self,
        county: CountyId,
        entry: &Entry,
        leg: &Leg,
        reverses: Option<i64>,
        at: Timestamp,
        moved: &mut Moved,
    ) -> Result<()> {
        let sign = if reverses.is_some() { -1 } else { 1 };
        let sql = "SELECT COALESCE(MAX(no), 0) + 1 FROM posting WHERE county = ?";
        let no = first(&mut *self.conn, sql, params![county.0])?.ok_or(StoreError::Stopped)?.int()?;
        let sql = "INSERT INTO posting (county, no, side, ledger, day, unit, account, item, lot, holder, amount, expiry, \
                   register, entry, reverses, at) VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)";
        for (side, place, amount) in [(0, &leg.from, -sign * leg.amount), (1, &leg.to, sign * leg.amount)] {
            let values = [
                Param::Int(county.0),
                Param::Int(no),
                Param::Int(side),
                Param::from(leg.ledger.as_str()),
                Param::from(leg.day),
                Param::Int(place.unit.0),
                Param::from(&place.account),
                Param::from(&place.item),
                Param::from(&place.lot),
                Param::from(&place.holder),
                Param::Int(amount),
                leg.expiry.map_or(Param::NullOf(Cast::Text), Param::from),
                Param::from(entry.register.as_str()),
                Param::from(entry.id.to_string()),
                reverses.map_or(Param::NullOf(Cast::Int), Param::Int),
                Param::from(at),
            ];
            self.conn.execute(sql, &values)?;
            let by_day = moved.entry((leg.ledger.clone(), place.clone())).or_default();
            *by_day.entry(leg.day).or_default() += amount;
        }
        if let (Some(expiry), None) = (leg.expiry, reverses) {
            self.conn.execute(
                "INSERT INTO ledger_lot (county, ledger, item, lot, expiry) VALUES (?,?,?,?,?) \
                 ON CONFLICT (county, ledger, item, lot) DO UPDATE SET expiry = excluded.expiry",
                params![county.0, leg.ledger.as_str(), &leg.to.item, &leg.to.lot, expiry],
            )?;
        }
        let mut lines: HashMap<i64, Arc<[i64]>> = HashMap::new();
        for place in [&leg.from, &leg.to] {
            lines.insert(place.unit.0, self.line(county, place.unit)?);
        }
        let measures = measures_of_ledger(&self.active(), &leg.ledger);
        let pending = &mut self.batch()?.job;
        count(&measures, county.0, leg, sign, &|unit| lines.get(&unit).cloned(), pending);
        Ok(())
    }

    /// Moves the running balances, in the order of their keys.
    fn balances_move(&mut self, county: CountyId, moved: &Moved) -> Result<()> {
        let sql = "INSERT INTO balance (county, ledger, unit, account, item, lot, holder, amount) VALUES (?,?,?,?,?,?,?,?) \
                   ON CONFLICT (county, ledger, unit, account, item, lot, holder) \
                   DO UPDATE SET amount = balance.amount + excluded.amount";
        for ((ledger, place), days) in moved {
            let amount: i64 = days.values().sum();
            let mut values = place_params(county, ledger, place);
            values.push(Param::Int(amount));
            self.conn.execute(sql, &values)?;
        }
        Ok(())
    }

    /// Counted lines must start from what the books held on the day, this entry's own transfers left out.
    fn books_agree(
        &mut self,
        county: CountyId,
        before: Option<&Entry>,
        after: &Entry,
        wanted: &[Leg],
    ) -> Result<()> {
        let unchanged = |leg: &Leg| {
            before.is_some_and(|before| {
                !before.void
                    && before.day == after.day
                    && before.values.get(&leg.field) == after.values.get(&leg.field)
            })
        };
        for leg in wanted {
            let Some((place, stated)) = leg.counted().filter(|_| !unchanged(leg)) else { continue };
            let sql = format!(
                "SELECT CAST(COALESCE(SUM(amount), 0) AS BIGINT) FROM posting WHERE {OF_PLACE} AND day <= ? AND entry <> ?"
            );
            let mut values = place_params(county, &leg.ledger, place);
            values.extend([Param::from(leg.day), Param::from(after.id.to_string())]);
            let held = first(&mut *self.conn, &sql, &values)?.ok_or(StoreError::Stopped)?.int()?;
            if held != stated {
                let cause = RefusalCause::Book { held: from_micro(held), stated: from_micro(stated) };
                return Err(leg.refused(place, cause));
            }
        }
        Ok(())
    }

    /// No account inside a ledger may be below zero at the end of any day.
    fn ledgers_hold(&mut self, county: CountyId, moved: &Moved, wanted: &[Leg]) -> Result<()> {
        let active = self.active();
        for ((id, place), days) in moved {
            let Some(ledger) = active.packs.ledgers.get(id) else { continue };
            let loses = days.values().any(|amount| *amount < 0);
            if ledger.may_be_negative || ledger.is_outside(&place.account) || !loses {
                continue;
            }
            let Some(first_day) = days.keys().next().copied() else { continue };
            let Some((least, on)) = self.least_balance(county, id, place, first_day)? else { continue };
            // What this entry takes by then, net of what it gives.
            let taken = -days.range(..=on).map(|(_, amount)| amount).sum::<i64>();
            let cause = RefusalCause::Short {
                available: from_micro(least + taken),
                needed: from_micro(taken),
                on,
                elsewhere: self.elsewhere(county, id, place)?,
            };
            let leg = wanted.iter().find(|leg| leg.ledger == *id && (leg.from == *place || leg.to == *place));
            return Err(match leg {
                Some(leg) => leg.refused(place, cause),
                None => StoreError::Ledger(Box::new(crate::model::LedgerRefusal {
                    ledger: id.clone(),
                    field: String::new(),
                    place: place.clone(),
                    day: first_day,
                    cause,
                })),
            });
        }
        Ok(())
    }

    /// The first day from `from` at whose end the account is below zero, with what it holds then.
    fn least_balance(
        &mut self,
        county: CountyId,
        ledger: &LedgerId,
        place: &LedgerPlace,
        from: Date,
    ) -> Result<Option<(i64, Date)>> {
        let key = place_params(county, ledger, place);
        let sql = format!("SELECT amount FROM balance WHERE {OF_PLACE}");
        let now = first(&mut *self.conn, &sql, &key)?.map_or(Ok(0), |mut row| row.int())?;
        let sql = format!(
            "SELECT day, CAST(SUM(amount) AS BIGINT) FROM posting WHERE {OF_PLACE} AND day > ? GROUP BY day ORDER BY day"
        );
        let mut values = key;
        values.push(Param::from(from));
        let mut later = Vec::new();
        for mut row in self.conn.query(&sql, &values)? {
            later.push((row.parsed::<Date>()?, row.int()?));
        }
        let mut held = now - later.iter().map(|(_, amount)| amount).sum::<i64>();
        let mut day = from;
        let mut later = later.into_iter();
        loop {
            if held < 0 {
                return Ok(Some((held, day)));
            }
            let Some((next, amount)) = later.next() else { return Ok(None) };
            (day, held) = (next, held + amount);
        }
    }

    /// Other accounts of the same sort that hold the item.
    fn elsewhere(
        &mut self,
        county: CountyId,
        ledger: &LedgerId,
        place: &LedgerPlace,
    ) -> Result<Vec<crate::model::LedgerBalance>> {
        let sql = format!(
            "{} WHERE b.county = ? AND b.ledger = ? AND b.account = ? AND b.item = ? AND b.amount > 0 \
             AND NOT (b.unit = ? AND b.lot = ? AND b.holder = ?) ORDER BY b.unit, b.lot, b.holder LIMIT ?",
            super::read::BALANCES
        );
        let values = params![
            county.0,
            ledger.as_str(),
            &place.account,
            &place.item,
            place.unit.0,
            &place.lot,
            &place.holder,
            ELSEWHERE
        ];
        let rows = self.conn.query(&sql, values)?;
        rows.into_iter().map(|mut row| super::read::balance(&mut row)).collect()
    }
}

/// Whether a transfer that stands is the one wanted.
fn same_transfer(live: &Leg, wanted: &Leg) -> bool {
    (&live.ledger, live.day, &live.from, &live.to, live.amount, live.expiry)
        == (&wanted.ledger, wanted.day, &wanted.from, &wanted.to, wanted.amount, wanted.expiry)
}

/// Condition on the key of an account.
pub(super) const OF_PLACE: &str =
    "county = ? AND ledger = ? AND unit = ? AND account = ? AND item = ? AND lot = ? AND holder = ?";

/// The key of an account.
pub(super) fn place_params(county: CountyId, ledger: &LedgerId, place: &LedgerPlace) -> Vec<Param> {
    vec![
        Param::Int(county.0),
        Param::from(ledger.as_str()),
        Param::Int(place.unit.0),
        Param::from(&place.account),
        Param::from(&place.item),
        Param::from(&place.lot),
        Param::from(&place.holder),
    ]
}

/// Both sides of transfers: `f` leaves, `t` enters.
pub(super) const TRANSFERS: &str = "SELECT f.no, f.reverses, f.ledger, f.day, f.unit, f.account, f.item, f.lot, f.holder, \
     t.unit, t.account, t.item, t.lot, t.holder, t.amount, f.expiry FROM posting f \
     JOIN posting t ON t.county = f.county AND t.no = f.no AND t.side = 1";

/// Reads a row of [`TRANSFERS`]; the amount of a reversal is that of what it reverses.
pub(super) fn read_transfer(row: &mut crate::db::Row) -> Result<(i64, Option<i64>, Leg)> {
    let (no, reverses) = (row.int()?, row.int_or_null()?);
    let (ledger, day) = (LedgerId::new(row.text()?), row.parsed()?);
    let (from, to) = (super::read::place(row)?, super::read::place(row)?);
    let amount = row.int()?;
    let leg = Leg {
        ledger,
        day,
        from,
        to,
        amount: if reverses.is_some() { -amount } else { amount },
        expiry: row.parsed_or_null()?,
        book: None,
        field: String::new(),
    };
    Ok((no, reverses, leg))
}
