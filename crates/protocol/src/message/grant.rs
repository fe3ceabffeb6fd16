use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{AccessMode, RetentionRule, Version};
use crate::digest::Digest;
use crate::jose::Message;
use crate::key::Thumbprint;
use crate::names;
use crate::period::Period;

/// What a person allows one partner to have and do, until when. Signed with the key of this relationship alone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Grant {
    pub dgp: Version,
    /// Thumbprint URN of the key in the header.
    pub iss: String,
    /// The partner's origin.
    pub aud: String,
    /// The grant's id.
    pub jti: Uuid,
    pub iat: i64,
    pub nbf: i64,
    /// Use ends here.
    pub exp: i64,
    /// Hash of the descriptor it was made from: what was promised then.
    pub descriptor: Digest,
    #[serde(default)]
    pub offer: Option<Uuid>,
    #[serde(default)]
    pub subject_ref: Option<String>,
    pub purposes: Vec<String>,
    pub access_mode: AccessMode,
    pub strands: Vec<StrandGrant>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub update: Option<GrantUpdate>,
    pub retention: RetentionRule,
    pub recipients: Vec<String>,
    pub storage_locations: Vec<String>,
    /// What is forbidden beside what is not granted: `onward_sale`, `ai_training`, DPV IRIs.
    #[serde(default)]
    pub prohibit: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub terms: Option<GrantTerms>,
    pub commit: GrantCommitments,
    pub legal: LegalGround,
    /// Hash of the exact text the person read before the click.
    pub notice_sha256: Digest,
    /// Hash of the promise of what comes back.
    pub gives_back: Digest,
    #[serde(default)]
    pub supersedes: Option<Uuid>,
    /// Members a partner must know, or refuse the grant.
    #[serde(default)]
    pub must_understand: Vec<String>,
}

impl Message for Grant {
    const TYP: &'static str = names::typ::GRANT;
    const CARRIES_KEY: bool = true;
}

impl Grant {
    /// Members of a grant that this version knows, for `must_understand`.
    pub const KNOWN: [&'static str; 14] = [
        "purposes",
        "access_mode",
        "strands",
        "update",
        "retention",
        "recipients",
        "storage_locations",
        "prohibit",
        "commit",
        "legal",
        "offer",
        "subject_ref",
        "notice_sha256",
        "gives_back",
    ];

    /// The thumbprint that `iss` names.
    pub fn issuer(&self) -> Option<Thumbprint> {
        Thumbprint::from_urn(&self.iss)
    }

    pub fn strand(&self, name: &str) -> Option<&StrandGrant> {
        self.strands.iter().find(|s| s.strand == name)
    }

    /// The latest moment at which everything must be erased: the end of retention, or of the grant if that is earlier.
    pub fn delete_limit(&self) -> i64 {
        self.retention.max_duration.after(self.iat).map_or(self.exp, |end| end.min(self.exp))
    }
}

/// The part of a strand that is granted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StrandGrant {
    pub strand: String,
    pub fields: Vec<String>,
    #[serde(default)]
    pub time_constraint: Option<TimeConstraint>,
    /// Such as `coarsen:orderDate:month`.
    #[serde(default)]
    pub transforms: Vec<String>,
    #[serde(default)]
    pub max_records: Option<u64>,
}

/// Bounds on one date field, both inclusive; dates as `YYYY-MM-DD`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TimeConstraint {
    pub field: String,
    #[serde(default)]
    pub since: Option<String>,
    #[serde(default)]
    pub until: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GrantUpdate {
    pub min_interval: Period,
    pub kinds: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GrantTerms {
    pub agreement: String,
    pub sha256: Digest,
    pub proffered_by: String,
}

/// The partner's promises that this grant relies on: as in the descriptor, or shorter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GrantCommitments {
    pub revocation_stop: Period,
    pub erasure: Period,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub usage_report: Option<Period>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub onward_erasure: Option<Period>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LegalGround {
    pub basis: String,
    /// ISO 3166-1 alpha-2 of the law the person relies on.
    pub jurisdiction: String,
    /// BCP 47 tag of the notice.
    pub lang: String,
}
