//! Attachments: pictures and drawn signatures of entries. Who may see the entries of their register and unit may see
//! them.

use crate::actor::{Action, Actor};
use crate::entry::signer;
use crate::error::{FieldProblem, Result, WorkError};
use crate::standard::Mark;
use crate::work::Work;
use hygeia_expr::Value;
use hygeia_pack::model::{FieldType, Register};
use hygeia_store::{Attachment, AttachmentId, OrgUnitId};
use indexmap::IndexMap;

/// Most bytes of one picture.
pub const LARGEST_ATTACHMENT: usize = 8 * 1024 * 1024;

impl Work {
    /// Stores a picture for an entry of `register` at the unit with the code `unit`; the same id twice is once.
    pub fn attachment_add(
        &self,
        actor: &Actor,
        register: &str,
        unit: &str,
        id: uuid::Uuid,
        body: Vec<u8>,
    ) -> Result<AttachmentId> {
        let packs = self.packs();
        let register = self.register(&packs, register)?;
        let directory = self.directory();
        let unit = self.unit_by_code(&directory, unit)?.id;
        if !actor.may(&directory, register, Action::Edit, unit) {
            actor.must(&directory, register, Action::Enter, unit)?;
        }
        if body.len() > LARGEST_ATTACHMENT {
            let megabytes = body.len().div_ceil(1024 * 1024);
            return Err(WorkError::Bad(format!(
                "照片 {megabytes} MB，最大 8 MB，请缩小后重新上传；其余内容已保留"
            )));
        }
        let Some(media) = media_type(&body) else {
            return Err(WorkError::Bad("只接受 JPEG、PNG 或 WebP 图片，请重新选择；其余内容已保留".into()));
        };
        let county = self.county;
        let attachment = Attachment {
            id: AttachmentId(id),
            register: register.id.clone(),
            unit,
            media: media.to_owned(),
            hash: blake3::hash(&body).to_hex().to_string(),
            created_at: actor.now,
            created_by: signer(actor),
            body,
        };
        self.store.write(move |writer| writer.attachment_put(county, &attachment))?;
        Ok(AttachmentId(id))
    }

    /// A picture, when the actor may see the entries it belongs to.
    pub fn attachment_open(&self, actor: &Actor, id: uuid::Uuid) -> Result<Attachment> {
        let missing = || WorkError::NotFound("该照片".into());
        let county = self.county;
        let found =
            self.store.read(|reader| reader.attachment_get(county, AttachmentId(id)))?.ok_or_else(missing)?;
        let packs = self.packs();
        let register = packs.registers.get(&found.register).ok_or_else(missing)?;
        if actor.may(&self.directory(), register, Action::View, found.unit) {
            Ok(found)
        } else {
            Err(missing())
        }
    }

    /// Pictures an entry names must have been uploaded for its register and unit.
    pub(crate) fn check_attachments(
        &self,
        register: &Register,
        unit: OrgUnitId,
        values: &IndexMap<String, Value>,
        problems: &mut Vec<FieldProblem>,
    ) -> Result<()> {
        let named = named_attachments(register, values);
        if named.is_empty() {
            return Ok(());
        }
        let county = self.county;
        let ids: Vec<AttachmentId> = named.iter().map(|(_, id)| *id).collect();
        let places = self.store.read(|reader| reader.attachment_places(county, &ids))?;
        for (field, id) in named {
            let found =
                places.iter().any(|(known, owner, at)| *known == id && *owner == register.id && *at == unit);
            if !found {
                let title = register.fields.get(&field).map_or(field.as_str(), |field| &field.title.zh);
                problems
                    .push(FieldProblem::error(&field, format!("{title}中的图片没有上传成功，请重新拍照")));
            }
        }
        Ok(())
    }
}

/// Fields with the pictures they name.
pub(crate) fn named_attachments(
    register: &Register,
    values: &IndexMap<String, Value>,
) -> Vec<(String, AttachmentId)> {
    let mut named = Vec::new();
    for (name, field) in &register.fields {
        let ids: Vec<String> = match (&field.kind, values.get(name)) {
            (FieldType::Drawing, Some(Value::Text(id))) => vec![id.clone()],
            (FieldType::Photo { .. }, Some(Value::List(ids))) => {
                ids.iter().filter_map(Value::as_text).map(str::to_owned).collect()
            }
            (FieldType::Rows(_), results) if name == "results" && register.standard.is_some() => {
                Mark::of_rows(results).into_iter().flat_map(|mark| mark.photos).collect()
            }
            _ => continue,
        };
        let ids = ids.iter().filter_map(|id| uuid::Uuid::parse_str(id).ok());
        named.extend(ids.map(|id| (name.clone(), AttachmentId(id))));
    }
    named
}

/// The media type by the first bytes; what a name or a header says is not asked.
fn media_type(body: &[u8]) -> Option<&'static str> {
    match body {
        [0xff, 0xd8, 0xff, ..] => Some("image/jpeg"),
        [0x89, b'P', b'N', b'G', 0x0d, 0x0a, 0x1a, 0x0a, ..] => Some("image/png"),
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => Some("image/webp"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_pictures_are_pictures() {
        assert_eq!(media_type(&[0xff, 0xd8, 0xff, 0xe0]), Some("image/jpeg"));
        assert_eq!(media_type(b"\x89PNG\r\n\x1a\n...."), Some("image/png"));
        assert_eq!(media_type(b"RIFF\0\0\0\0WEBPVP8 "), Some("image/webp"));
        for text in ["<svg onload=alert(1)>", "<html>", "GIF89a", "%PDF-1.7", ""] {
            assert_eq!(media_type(text.as_bytes()), None, "{text}");
        }
    }
}
