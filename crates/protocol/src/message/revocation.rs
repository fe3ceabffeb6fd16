use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::Version;
use crate::jose::Message;
use crate::names;

/// The person takes a grant back. A partner must take it for any grant it ever receipted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Revocation {
    pub dgp: Version,
    pub iss: String,
    pub aud: String,
    pub jti: Uuid,
    pub iat: i64,
    pub grant: Uuid,
    pub reason: RevocationReason,
    pub initiator: Initiator,
    pub scope: Scope,
    pub erase: EraseScope,
    pub notify_recipients: bool,
    /// The articles the person relies on, as text for a reader.
    #[serde(default)]
    pub legal: Vec<String>,
    /// Use must have stopped by then.
    pub stop_by: i64,
    /// Everything must be erased by then.
    pub erase_by: i64,
}

impl Message for Revocation {
    const TYP: &'static str = names::typ::REVOCATION;
}

/// FDX words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum RevocationReason {
    UserAction,
    BusinessRule,
}

/// FDX words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Initiator {
    Individual,
    DataRecipient,
}

/// How much is taken back. Level 1 knows the whole grant only.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    All,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EraseScope {
    /// Stop and erase.
    All,
    /// Stop; what is there runs out with its retention.
    StopOnly,
}
