use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::Version;
use crate::jose::Message;
use crate::names;

/// The person asks whether there is anything new. Must be fresh: the one message that a replay could misuse.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sync {
    pub dgp: Version,
    pub iss: String,
    pub aud: String,
    pub jti: Uuid,
    pub iat: i64,
    pub grant: Uuid,
    /// From the last answer; none at first.
    #[serde(default)]
    pub cursor: Option<String>,
    /// Messages that have been stored and need not come again.
    #[serde(default)]
    pub ack: Vec<Uuid>,
    pub have: Have,
}

impl Message for Sync {
    const TYP: &'static str = names::typ::SYNC;
}

/// What the asking side holds already.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Have {
    #[serde(default)]
    pub final_deletion: bool,
}
