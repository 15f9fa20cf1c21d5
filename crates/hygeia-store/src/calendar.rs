//! Terms and the days that differ from the calendar's rule.

use crate::db::params;
use crate::error::Result;
use crate::model::{CalendarDay, CountyId, Term};
use crate::store::{Reader, Writer};
use jiff::civil::Date;

impl Reader<'_> {
    /// School terms, earliest first.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn term_list(&mut self, county: CountyId) -> Result<Vec<Term>> {
        let sql = "SELECT id, title, from_day, to_day FROM term WHERE county = ? ORDER BY from_day, id";
        let rows = self.conn.query(sql, params![county.0])?;
        rows.into_iter()
            .map(|mut row| {
                Ok(Term { id: row.text()?, title: row.text()?, from: row.parsed()?, to: row.parsed()? })
            })
            .collect()
    }

    /// Days that differ from the calendar's rule, earliest first.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn calendar_day_list(&mut self, county: CountyId) -> Result<Vec<CalendarDay>> {
        let sql = "SELECT day, works, title FROM calendar_day WHERE county = ? ORDER BY day";
        let rows = self.conn.query(sql, params![county.0])?;
        rows.into_iter()
            .map(|mut row| Ok(CalendarDay { day: row.parsed()?, works: row.flag()?, title: row.text()? }))
            .collect()
    }
}

impl Writer<'_> {
    /// Stores a term; one with the same id is replaced.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn term_put(&mut self, county: CountyId, term: &Term) -> Result<()> {
        self.conn.execute(
            "INSERT INTO term (county, id, title, from_day, to_day) VALUES (?,?,?,?,?) ON CONFLICT (county, id) \
             DO UPDATE SET title = excluded.title, from_day = excluded.from_day, to_day = excluded.to_day",
            params![county.0, &term.id, &term.title, term.from, term.to],
        )?;
        self.directory_changed(county)
    }

    /// Stores a day that differs from the calendar's rule.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn calendar_day_put(&mut self, county: CountyId, day: &CalendarDay) -> Result<()> {
        self.conn.execute(
            "INSERT INTO calendar_day (county, day, works, title) VALUES (?,?,?,?) ON CONFLICT (county, day) \
             DO UPDATE SET works = excluded.works, title = excluded.title",
            params![county.0, day.day, day.works, &day.title],
        )?;
        self.directory_changed(county)
    }

    /// Lets the calendar's rule hold for a day again.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn calendar_day_delete(&mut self, county: CountyId, day: Date) -> Result<()> {
        self.conn.execute("DELETE FROM calendar_day WHERE county = ? AND day = ?", params![county.0, day])?;
        self.directory_changed(county)
    }
}
