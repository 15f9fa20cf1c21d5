//! Documents under proofreading, with what people decided about the findings.

use crate::db::{Row, first, params};
use crate::error::Result;
use crate::model::{CountyId, Document, DocumentId, OrgUnitId};
use crate::store::{Reader, Writer};

const DOCUMENT: &str = "SELECT id, unit, title, period, file_name, source, decisions, updated_at, updated_by \
                        FROM document WHERE county = ?";

fn read_document(row: &mut Row) -> Result<Document> {
    Ok(Document {
        id: DocumentId(row.int()?),
        unit: OrgUnitId(row.int()?),
        title: row.text()?,
        period: row.text()?,
        file_name: row.text()?,
        source: row.blob()?,
        decisions: row.json()?,
        updated_at: row.parsed()?,
        updated_by: row.text()?,
    })
}

impl Reader<'_> {
    /// The county's documents, last changed first.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn document_list(&mut self, county: CountyId) -> Result<Vec<Document>> {
        let sql = format!("{DOCUMENT} ORDER BY updated_at DESC, id DESC");
        let rows = self.conn.query(&sql, params![county.0])?;
        rows.into_iter().map(|mut row| read_document(&mut row)).collect()
    }

    /// One document.
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
    /// Stores a document; id 0 makes a new one.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn document_put(&mut self, county: CountyId, document: &Document) -> Result<DocumentId> {
        let id = if document.id.0 == 0 { self.next_id(county, "document")? } else { document.id.0 };
        self.conn.execute(
            "INSERT INTO document (county, id, unit, title, period, file_name, source, decisions, updated_at, \
             updated_by) VALUES (?,?,?,?,?,?,?,?,?,?) ON CONFLICT (county, id) DO UPDATE SET unit = excluded.unit, \
             title = excluded.title, period = excluded.period, file_name = excluded.file_name, \
             source = excluded.source, decisions = excluded.decisions, updated_at = excluded.updated_at, \
             updated_by = excluded.updated_by",
            params![
                county.0,
                id,
                document.unit.0,
                &document.title,
                &document.period,
                &document.file_name,
                crate::db::Param::Blob(document.source.clone()),
                document.decisions.to_string(),
                document.updated_at,
                &document.updated_by
            ],
        )?;
        Ok(DocumentId(id))
    }

    /// Removes a document.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn document_delete(&mut self, county: CountyId, id: DocumentId) -> Result<()> {
        self.conn.execute("DELETE FROM document WHERE county = ? AND id = ?", params![county.0, id.0])?;
        Ok(())
    }
}
