//! What a county changed in its packs, and its settings.

use crate::db::{first, params};
use crate::error::Result;
use crate::model::CountyId;
use crate::store::{Reader, Writer};
use jiff::Timestamp;
use serde_json::Value as Json;

impl Reader<'_> {
    /// Overlay files of the county, in the order they were made.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn overlay_list(&mut self, county: CountyId) -> Result<Vec<String>> {
        let rows =
            self.conn.query("SELECT yaml FROM overlay WHERE county = ? ORDER BY id", params![county.0])?;
        rows.into_iter().map(|mut row| row.text()).collect()
    }

    /// Overlay files of the county with who made them and when, in that order.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn overlay_history(&mut self, county: CountyId) -> Result<Vec<(String, String, Timestamp)>> {
        let sql = "SELECT yaml, actor, at FROM overlay WHERE county = ? ORDER BY id";
        let rows = self.conn.query(sql, params![county.0])?;
        rows.into_iter().map(|mut row| Ok((row.text()?, row.text()?, row.parsed()?))).collect()
    }

    /// A setting; `None` when it was never set.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn setting_get(&mut self, county: CountyId, key: &str) -> Result<Option<Json>> {
        let sql = "SELECT value FROM setting WHERE county = ? AND key = ?";
        first(&mut *self.conn, sql, params![county.0, key])?.map(|mut row| row.json()).transpose()
    }
}

impl Writer<'_> {
    /// Adds an overlay file after those there are.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn overlay_append(&mut self, county: CountyId, yaml: &str, actor: &str, at: Timestamp) -> Result<()> {
        let id = self.next_id(county, "overlay")?;
        self.conn.execute(
            "INSERT INTO overlay (county, id, yaml, actor, at) VALUES (?,?,?,?,?)",
            params![county.0, id, yaml, actor, at],
        )?;
        Ok(())
    }

    /// Stores a setting.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn setting_put(&mut self, county: CountyId, key: &str, value: &Json) -> Result<()> {
        self.conn.execute(
            "INSERT INTO setting (county, key, value) VALUES (?,?,?) \
             ON CONFLICT (county, key) DO UPDATE SET value = excluded.value",
            params![county.0, key, value.to_string()],
        )?;
        Ok(())
    }
}
