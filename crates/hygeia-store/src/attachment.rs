//! Attachments: pictures and drawn signatures, kept whole in the database and never changed.

use crate::db::{Param, first, params};
use crate::error::{Result, StoreError};
use crate::model::{AccountId, Actor, Attachment, AttachmentId, CountyId, NewChange, OrgUnitId};
use crate::store::{Reader, Writer};
use hygeia_pack::model::RegisterId;
use serde_json::{Value as Json, json};

const ATTACHMENT: &str = "SELECT id, register, unit, media, hash, created_at, account, actor, body \
    FROM attachment WHERE county = ? AND id = ?";

impl Reader<'_> {
    /// One attachment with its bytes.
    ///
    /// # Errors
    ///
    /// When the database fails, or the bytes are not those that were stored.
    pub fn attachment_get(&mut self, county: CountyId, id: AttachmentId) -> Result<Option<Attachment>> {
        let Some(mut row) = first(&mut *self.conn, ATTACHMENT, params![county.0, id.0.to_string()])? else {
            return Ok(None);
        };
        let corrupt = || StoreError::Corrupt(format!("attachment {}", id.0));
        let found = Attachment {
            id: AttachmentId(row.text()?.parse().map_err(|_| corrupt())?),
            register: RegisterId::new(row.text()?),
            unit: OrgUnitId(row.int()?),
            media: row.text()?,
            hash: row.text()?,
            created_at: row.parsed()?,
            created_by: Actor { account: AccountId(row.int()?), name: row.text()? },
            body: row.blob()?,
        };
        let same = blake3::hash(&found.body).to_hex().as_str() == found.hash;
        if same { Ok(Some(found)) } else { Err(corrupt()) }
    }

    /// Register and unit of those of `ids` that exist.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn attachment_places(
        &mut self,
        county: CountyId,
        ids: &[AttachmentId],
    ) -> Result<Vec<(AttachmentId, RegisterId, OrgUnitId)>> {
        let mut found = Vec::with_capacity(ids.len());
        for id in ids {
            let sql = "SELECT register, unit FROM attachment WHERE county = ? AND id = ?";
            if let Some(mut row) = first(&mut *self.conn, sql, params![county.0, id.0.to_string()])? {
                found.push((*id, RegisterId::new(row.text()?), OrgUnitId(row.int()?)));
            }
        }
        Ok(found)
    }
}

impl Writer<'_> {
    /// Stores an attachment with a line in the log that has its hash; the same id twice is once.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn attachment_put(&mut self, county: CountyId, attachment: &Attachment) -> Result<()> {
        let size = i64::try_from(attachment.body.len()).unwrap_or(i64::MAX);
        let mut values = params![
            county.0,
            attachment.id.0.to_string(),
            attachment.register.as_str(),
            attachment.unit.0,
            &attachment.media,
            size,
            &attachment.hash,
            attachment.created_at,
            attachment.created_by.account.0,
            &attachment.created_by.name
        ]
        .to_vec();
        values.push(Param::Blob(attachment.body.clone()));
        let stored = self.conn.execute(
            "INSERT INTO attachment (county, id, register, unit, media, size, hash, created_at, account, actor, body) \
             VALUES (?,?,?,?,?,?,?,?,?,?,?) ON CONFLICT (county, id) DO NOTHING",
            &values,
        )?;
        if stored == 0 {
            return Ok(());
        }
        let change = NewChange {
            action: "create".to_owned(),
            noun: "attachment".to_owned(),
            reference: attachment.id.0.to_string(),
            unit: Some(attachment.unit),
            before: Json::Null,
            after: json!({ "register": attachment.register, "media": attachment.media, "hash": attachment.hash }),
            reason: None,
            actor: attachment.created_by.clone(),
            at: attachment.created_at,
        };
        self.change_append(county, &change).map(|_| ())
    }
}
