use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::Version;
use crate::digest::Digest;
use crate::jose::Message;
use crate::names;

/// The partner's signed promise of what it erased, and of what it kept and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeletionReceipt {
    pub dgp: Version,
    pub iss: String,
    pub aud: String,
    pub jti: Uuid,
    pub iat: i64,
    pub grant: Uuid,
    pub trigger: Trigger,
    /// Every delivery that is gone.
    pub covers: Vec<Covered>,
    pub stores: Vec<StoreErasure>,
    #[serde(default)]
    pub derived: Vec<Derived>,
    #[serde(default)]
    pub recipients: Vec<RecipientErasure>,
    /// What the law makes the partner keep. Empty means nothing.
    #[serde(default)]
    pub retained: Vec<Retained>,
    pub responsible: String,
    /// Whether this is the last word; false announces another receipt.
    #[serde(rename = "final")]
    pub is_final: bool,
}

impl Message for DeletionReceipt {
    const TYP: &'static str = names::typ::DELETION_RECEIPT;
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Trigger {
    pub kind: TriggerKind,
    /// Hash of the revocation, or of the grant that ended.
    pub sha256: Digest,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TriggerKind {
    Revocation,
    Expiry,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Covered {
    pub manifest_sha256: Digest,
    pub commits: Vec<Digest>,
    pub rows: u64,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoreErasure {
    pub store: String,
    /// `delete`, or `crypto_erase` where only the key is gone.
    pub method: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key_destroyed_at: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gone_by: Option<i64>,
}

/// Something computed from the data.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Derived {
    pub what: String,
    /// `deleted`, `anonymous_aggregate_kept`…
    pub action: String,
    /// With an aggregate: how many people are in it at least.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub k: Option<u64>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecipientErasure {
    pub id: String,
    #[serde(default)]
    pub notified_at: Option<i64>,
    /// `confirmed`, `told`, `unknown`.
    pub status: String,
    #[serde(default)]
    pub receipt: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Retained {
    pub what: String,
    #[serde(default)]
    pub fields: Vec<String>,
    pub legal_basis: String,
    pub law: String,
    /// `YYYY-MM-DD`.
    pub until: String,
}
