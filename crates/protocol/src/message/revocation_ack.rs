use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::Version;
use crate::digest::Digest;
use crate::jose::Message;
use crate::names;

/// The partner has stopped, and says by when it will have erased.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RevocationAck {
    pub dgp: Version,
    pub iss: String,
    pub aud: String,
    pub jti: Uuid,
    pub iat: i64,
    pub grant: Uuid,
    /// Hash of the revocation it answers.
    pub revocation_sha256: Digest,
    pub stopped_at: i64,
    pub erase_by: i64,
    #[serde(default)]
    pub recipients: Vec<RecipientTold>,
}

impl Message for RevocationAck {
    const TYP: &'static str = names::typ::REVOCATION_ACK;
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecipientTold {
    pub id: String,
    #[serde(default)]
    pub told_at: Option<i64>,
}
