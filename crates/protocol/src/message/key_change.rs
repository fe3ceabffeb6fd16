use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::Version;
use crate::jose::Message;
use crate::key::Thumbprint;
use crate::names;

/// The old signing key names the new one, so that a reader who pinned the old key can follow.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeyChange {
    pub dgp: Version,
    pub iss: String,
    pub jti: Uuid,
    pub iat: i64,
    pub old: Thumbprint,
    pub new: Thumbprint,
}

impl Message for KeyChange {
    const TYP: &'static str = names::typ::KEY_CHANGE;
    // A reader may have pinned a key that the descriptor no longer lists.
    const CARRIES_KEY: bool = true;
}
