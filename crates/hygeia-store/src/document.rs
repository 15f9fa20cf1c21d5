//! Report drafts.

use crate::db::{Row, first, params};
use crate::error::Result;
use crate::model::{CountyId, Document, DocumentId, OrgUnitId};
use crate::store::{Reader, Writer};

const DOCUMENT: &str =
    "SELECT id, unit, report, period, body, updated_at, updated_by FROM document WHERE county = ?";

fn read_document(row: &mut Row) -> Result<Document> {
    Ok(Document {
        id: DocumentId(row.int()?),
        unit: OrgUnitId(row.int()?),
        report: row.text()?,
        period: row.text()?,
        body: row.text()?,
        updated_at: row.parsed()?,
        updated_by: row.text()?,
    })
}

impl Reader<'_> {
    /// Drafts of a unit, last changed first.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn document_list(&mut self, county: CountyId, unit: OrgUnitId) -> Result<Vec<Document>> {
        let sql = format!("{DOCUMENT} AND unit = ? ORDER BY updated_at DESC, id DESC");
        let rows = self.conn.query(&sql, params![county.0, unit.0])?;
        rows.into_iter().map(|mut row| read_document(&mut row)).collect()
    }

    /// One draft.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn document_get(&mut self, county: CountyId, id: DocumentId) -> Result<Option<Document>> {
        let row = first(&mut *self.conn, &format!("{DOCUMENT} AND id = ?"), params![county.0, id.0])?;
        row.map(|mut row| read_document(&mut row)).transpose()
    }
}

impl Writer<'_> {
    /// Stores a draft; id 0 makes a new one.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn document_put(&mut self, county: CountyId, document: &Document) -> Result<DocumentId> {
        let id = if document.id.0 == 0 { self.next_id(county, "document")? } else { document.id.0 };
        self.conn.execute(
            "INSERT INTO document (county, id, unit, report, period, body, updated_at, updated_by) \
             VALUES (?,?,?,?,?,?,?,?) ON CONFLICT (county, id) DO UPDATE SET unit = excluded.unit, \
             report = excluded.report, period = excluded.period, body = excluded.body, \
             updated_at = excluded.updated_at, updated_by = excluded.updated_by",
            params![
                county.0,
                id,
                document.unit.0,
                &document.report,
                &document.period,
                &document.body,
                document.updated_at,
                &document.updated_by
            ],
        )?;
        Ok(DocumentId(id))
    }

    /// Removes a draft.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn document_delete(&mut self, county: CountyId, id: DocumentId) -> Result<()> {
        self.conn.execute("DELETE FROM document WHERE county = ? AND id = ?", params![county.0, id.0])?;
        Ok(())
    }
}
