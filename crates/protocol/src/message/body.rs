//! Bodies of requests and answers: unsigned wrappings of signed messages.

use serde::{Deserialize, Serialize};

/// `POST {api}/grants`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GrantSubmission {
    pub grant: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub manifest: Option<String>,
    /// Sealed parcels in the order of the manifest.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub parcels: Vec<String>,
}

/// `POST {api}/grants/{id}/revocation`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RevocationSubmission {
    pub revocation: String,
}

/// `POST {api}/grants/{id}/sync`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SyncSubmission {
    pub sync: String,
}

/// The answer to each of them. Nothing in it counts but the signed messages.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    pub messages: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
    /// Whether another sync would bring more at once.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub more: bool,
    /// Seconds until the partner expects the next sync.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_poll: Option<i64>,
}
