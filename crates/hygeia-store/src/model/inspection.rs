//! Attachments and inspection rounds.

use super::{AccountId, Actor, AttachmentId, OrgUnitId, RoundId};
use hygeia_pack::model::RegisterId;
use jiff::Timestamp;
use jiff::civil::Date;
use serde_json::Value as Json;

/// A picture or a drawn signature.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attachment {
    /// Id.
    pub id: AttachmentId,
    /// Register it was made for: who may see its entries may see it.
    pub register: RegisterId,
    /// Unit of the entry it was made for.
    pub unit: OrgUnitId,
    /// Media type, e.g. `image/jpeg`.
    pub media: String,
    /// BLAKE3 of the bytes, hexadecimal.
    pub hash: String,
    /// When it was stored.
    pub created_at: Timestamp,
    /// Who stored it.
    pub created_by: Actor,
    /// The bytes.
    pub body: Vec<u8>,
}

/// A round of inspections.
#[derive(Debug, Clone, PartialEq)]
pub struct Round {
    /// Id; 0 before it is stored.
    pub id: RoundId,
    /// Register of its inspections.
    pub register: RegisterId,
    /// Unit that holds it.
    pub unit: OrgUnitId,
    /// Name.
    pub title: String,
    /// First day.
    pub from: Date,
    /// Last day.
    pub to: Date,
    /// Seed of the draw, published with it so that anyone can repeat it.
    pub seed: String,
    /// How it was drawn.
    pub rule: Json,
    /// When it was drawn.
    pub created_at: Timestamp,
    /// Who drew it.
    pub created_by: Actor,
    /// When its results were published (公示).
    pub published_at: Option<Timestamp>,
    /// Units drawn, with their inspectors, in the order of the draw.
    pub targets: Vec<RoundTarget>,
}

/// A unit drawn for inspection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoundTarget {
    /// The unit.
    pub unit: OrgUnitId,
    /// Who inspects it.
    pub inspectors: Vec<Inspector>,
}

/// An account drawn to inspect, with its name at the time.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Inspector {
    /// Account number.
    pub account: i64,
    /// Name.
    pub name: String,
}

impl Inspector {
    /// The account.
    pub fn account(&self) -> AccountId {
        AccountId(self.account)
    }
}
