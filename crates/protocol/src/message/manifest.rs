use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::Version;
use crate::digest::Digest;
use crate::jose::Message;
use crate::names;

/// What one delivery consists of. Signed, so that every sealed parcel has a sender.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    pub dgp: Version,
    pub iss: String,
    pub aud: String,
    pub jti: Uuid,
    pub iat: i64,
    pub grant: Uuid,
    /// 1 for the first delivery of a grant, then one more each time.
    pub seq: u64,
    pub kind: ManifestKind,
    #[serde(default)]
    pub prev_manifest: Option<Digest>,
    pub parcels: Vec<ParcelEntry>,
    pub total_rows: u64,
}

impl Message for Manifest {
    const TYP: &'static str = names::typ::MANIFEST;
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ManifestKind {
    Full,
    Delta,
    Correction,
    Tombstone,
}

/// One parcel of a delivery.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ParcelEntry {
    /// From 0, without gaps.
    pub n: u32,
    pub strand: String,
    pub rows: u64,
    /// Length of the padded plaintext.
    pub bytes: u64,
    /// Hash of the compact JWE.
    pub jwe_sha256: Digest,
    /// Hash of the padded plaintext, which begins with a secret salt.
    pub commit: Digest,
}
