use holdall_protocol::message::Answer;
use holdall_protocol::{Code, Digest, Uuid, json, limits};
use serde::de::DeserializeOwned;

use crate::Partner;
use crate::error::{Error, Refusal};
use crate::store::{AnswerKind, GrantRow, StoredAnswer};

/// Reads an unsigned wrapping.
pub fn body<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Refusal> {
    json::read(bytes).map_err(|fault| Refusal::because(Code::Malformed, &fault))
}

/// The text of an answer. Written once and then kept, so that a repeated request gets the same bytes.
pub fn write(answer: &Answer) -> Result<String, Refusal> {
    serde_json::to_string(answer).map_err(|_| Refusal::new(Code::Internal))
}

pub fn grant_row(partner: &Partner, id: Uuid) -> Result<GrantRow, Refusal> {
    partner.store.grant(id)?.ok_or(Code::UnknownGrant.into())
}

/// The stored answer to the same bytes; an error if the id came with other bytes.
pub fn repeated(partner: &Partner, kind: AnswerKind, id: Uuid, request: Digest) -> Result<Option<StoredAnswer>, Refusal> {
    match partner.store.answer(kind, id)? {
        Some(answer) if answer.request == request => Ok(Some(answer)),
        Some(_) => Err(Code::IdConflict.into()),
        None => Ok(None),
    }
}

/// Whether a message about a grant is from the grant's person, to this partner, about this grant.
pub fn addressed(partner: &Partner, row: &GrantRow, path: Uuid, grant: Uuid, iss: &str, aud: &str) -> Result<(), Refusal> {
    if aud != partner.origin() {
        return Err(Code::WrongAudience.into());
    }
    if iss != row.key()?.thumbprint().urn() {
        return Err(Code::IssuerKeyMismatch.into());
    }
    if grant != row.id || path != row.id { Err(Code::Malformed.into()) } else { Ok(()) }
}

/// A message may have been written offline, but not for ever ago and not in the future.
pub fn recent(iat: i64, now: i64) -> Result<(), Refusal> {
    let age = now.saturating_sub(iat);
    if (-limits::CLOCK_SKEW..=limits::OFFLINE_AGE).contains(&age) { Ok(()) } else { Err(Code::StaleTimestamp.into()) }
}

impl From<holdall_protocol::EntropyError> for Refusal {
    fn from(error: holdall_protocol::EntropyError) -> Self {
        Error::from(error).into()
    }
}
