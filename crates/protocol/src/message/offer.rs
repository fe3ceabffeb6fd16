use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{AccessMode, Version};
use crate::digest::Digest;
use crate::jose::Message;
use crate::names;

/// A partner's invitation to one customer: binds a grant to an account without a name or an address.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Offer {
    pub dgp: Version,
    pub iss: String,
    pub jti: Uuid,
    pub iat: i64,
    pub exp: i64,
    /// Hash of the descriptor it belongs to.
    pub descriptor: Digest,
    pub purposes: Vec<String>,
    pub mode: AccessMode,
    /// The partner's own handle of the account; opaque to everybody else.
    #[serde(default)]
    pub subject_ref: Option<String>,
    #[serde(default)]
    pub return_uri: Option<String>,
    pub single_use: bool,
}

impl Message for Offer {
    const TYP: &'static str = names::typ::OFFER;
}
