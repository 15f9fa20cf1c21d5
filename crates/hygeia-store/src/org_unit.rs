//! Org units (机构): the tree.

use crate::db::{first, params};
use crate::error::{Result, StoreError};
use crate::model::{CountyId, OrgUnit, OrgUnitId};
use crate::store::{Reader, Writer};
use hygeia_pack::model::OrgKindId;

const COLUMNS: &str = "id, code, kind, title, parent, path, from_day, to_day, sort, attrs";

fn read_unit(row: &mut crate::db::Row) -> Result<OrgUnit> {
    Ok(OrgUnit {
        id: OrgUnitId(row.int()?),
        code: row.text()?,
        kind: OrgKindId::new(row.text()?),
        title: row.text()?,
        parent: row.int_or_null()?.map(OrgUnitId),
        path: row.text()?,
        from: row.parsed()?,
        to: row.parsed_or_null()?,
        sort: row.int()?,
        attrs: row.json()?,
    })
}

impl Reader<'_> {
    /// All units of the county, parents before children.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn org_unit_list(&mut self, county: CountyId) -> Result<Vec<OrgUnit>> {
        let sql = format!("SELECT {COLUMNS} FROM org_unit WHERE county = ?");
        let rows = self.conn.query(&sql, params![county.0])?;
        let mut units: Vec<OrgUnit> =
            rows.into_iter().map(|mut row| read_unit(&mut row)).collect::<Result<_>>()?;
        units.sort_by(|a, b| {
            let depth = |unit: &OrgUnit| unit.path.matches('/').count();
            (depth(a), a.sort, &a.code).cmp(&(depth(b), b.sort, &b.code))
        });
        Ok(units)
    }

    /// One unit.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn org_unit_get(&mut self, county: CountyId, id: OrgUnitId) -> Result<Option<OrgUnit>> {
        let sql = format!("SELECT {COLUMNS} FROM org_unit WHERE county = ? AND id = ?");
        first(&mut *self.conn, &sql, params![county.0, id.0])?.map(|mut row| read_unit(&mut row)).transpose()
    }
}

impl Writer<'_> {
    /// Stores a unit; id 0 makes a new one. The path follows from the parent; a unit that moves takes its subtree
    /// and all its numbers along.
    ///
    /// # Errors
    ///
    /// When the parent does not exist or stands below the unit, when the code is taken, or the database fails.
    pub fn org_unit_put(&mut self, county: CountyId, unit: &OrgUnit) -> Result<OrgUnitId> {
        self.county(county)?;
        let taken = "SELECT 1 FROM org_unit WHERE county = ? AND code = ? AND id <> ?";
        if first(&mut *self.conn, taken, params![county.0, &unit.code, unit.id.0])?.is_some() {
            return Err(StoreError::Taken(format!("code {}", unit.code)));
        }
        let above = match unit.parent {
            None => "/".to_owned(),
            Some(parent) => {
                let found = self.org_unit_get(county, parent)?;
                found.ok_or_else(|| StoreError::Missing(format!("org unit {parent}")))?.path
            }
        };
        let before = if unit.id.0 == 0 { None } else { self.org_unit_get(county, unit.id)? };
        let id = if unit.id.0 == 0 { self.next_id(county, "org_unit")? } else { unit.id.0 };
        let path = format!("{above}{id}/");
        if path.matches(&format!("/{id}/")).count() > 1 {
            return Err(StoreError::Missing(format!("place for org unit {id} below itself")));
        }
        self.conn.execute(
            "INSERT INTO org_unit (county, id, code, kind, title, parent, path, from_day, to_day, sort, attrs) \
             VALUES (?,?,?,?,?,?,?,?,?,?,?) ON CONFLICT (county, id) DO UPDATE SET code = excluded.code, \
             kind = excluded.kind, title = excluded.title, parent = excluded.parent, path = excluded.path, \
             from_day = excluded.from_day, to_day = excluded.to_day, sort = excluded.sort, attrs = excluded.attrs",
            params![
                county.0,
                id,
                &unit.code,
                unit.kind.as_str(),
                &unit.title,
                unit.parent.map(|parent| parent.0),
                &path,
                unit.from,
                unit.to,
                unit.sort,
                &unit.attrs
            ],
        )?;
        self.units_changed(county)?;
        if let Some(before) = before.filter(|before| before.path != path) {
            self.subtree_moved(county, &before.path, &path)?;
        }
        Ok(OrgUnitId(id))
    }

    /// Paths below a unit that has moved, and all cells: sums above it change at every level and for every measure.
    fn subtree_moved(&mut self, county: CountyId, from: &str, to: &str) -> Result<()> {
        let below = "SELECT id, path FROM org_unit WHERE county = ? AND path LIKE ?";
        let rows = self.conn.query(below, params![county.0, format!("{from}%")])?;
        for mut row in rows {
            let (id, path) = (row.int()?, row.text()?);
            let path = format!("{to}{}", &path[from.len()..]);
            self.conn.execute(
                "UPDATE org_unit SET path = ? WHERE county = ? AND id = ?",
                params![path, county.0, id],
            )?;
        }
        self.units_changed(county)?;
        self.county_rebuild(county)
    }
}
