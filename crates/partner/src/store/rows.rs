use holdall_protocol::key::{Jwk, VerifyingKey};
use holdall_protocol::message::Covered;
use holdall_protocol::state::HoldingState;
use holdall_protocol::{Digest, Uuid};
use serde::{Deserialize, Serialize};

use crate::error::Error;

/// What is left of a grant for ever: enough to take its revocation and to prove its erasure, and nothing of its content.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct GrantRow {
    pub id: Uuid,
    pub state: HoldingState,
    /// The person's key of this relationship.
    pub signer: Jwk,
    pub grant_sha256: Digest,
    /// Hash over grant, manifest and parcels as they came.
    pub submission: Digest,
    pub received_at: i64,
    pub exp: i64,
    pub delete_by: i64,
    /// Recipients the grant allowed.
    pub recipients: Vec<String>,
    /// What must be named in the deletion receipt.
    pub covers: Vec<Covered>,
    pub stopped_at: Option<i64>,
    pub erased_at: Option<i64>,
    /// Hash of the revocation that ended it; none if it ended by itself.
    pub revocation: Option<Digest>,
}

impl GrantRow {
    pub fn key(&self) -> Result<VerifyingKey, Error> {
        VerifyingKey::from_jwk(&self.signer).map_err(|_| Error::Damaged)
    }
}

/// What is sealed to a grant's key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum SealedKind {
    /// The grant itself.
    Grant = 0,
    /// The plaintext of a parcel.
    Parcel = 1,
    /// A notice to the person: it tells what the data said.
    Notice = 2,
    /// The answer to the grant, which may hold a notice.
    Answer = 3,
}

/// A message waiting to be fetched.
#[derive(Debug, Clone)]
pub struct MessageRow {
    pub jti: Uuid,
    pub text: MessageText,
}

#[derive(Debug, Clone)]
pub enum MessageText {
    /// The compact form.
    Plain(String),
    /// It lies sealed under this number.
    Sealed(u64),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum AnswerKind {
    Grant = 0,
    Revocation = 1,
    Sync = 2,
}

/// That a request came and what was answered, so that the same bytes get the same answer.
#[derive(Debug, Clone)]
pub struct StoredAnswer {
    /// Hash of the request.
    pub request: Digest,
    /// None: it is sealed, or is made anew each time.
    pub body: Option<String>,
    pub stored_at: i64,
}

/// One use of data.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UsageRow {
    pub grant: Uuid,
    pub at: i64,
    pub purpose: String,
    pub strand: String,
    pub fields: Vec<String>,
    /// Records read.
    pub records: u64,
    pub actor: String,
}
