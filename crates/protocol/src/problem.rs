use std::fmt;

use serde::{Deserialize, Serialize};

use crate::names::PROBLEM_BASE;

macro_rules! codes {
    ($($variant:ident = $slug:literal, $status:literal, $title:literal;)*) => {
        /// Why a partner refused a request: the last part of a problem's `type`.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Code {
            $(#[doc = $title] $variant,)*
        }

        impl Code {
            pub const ALL: &'static [Code] = &[$(Code::$variant,)*];

            pub fn slug(self) -> &'static str {
                match self { $(Code::$variant => $slug,)* }
            }

            /// The HTTP status it travels with.
            pub fn status(self) -> u16 {
                match self { $(Code::$variant => $status,)* }
            }

            /// One sentence for a person who reads a log.
            pub fn title(self) -> &'static str {
                match self { $(Code::$variant => $title,)* }
            }
        }
    };
}

codes! {
    Malformed = "malformed", 400, "The request is not in the form the protocol asks for.";
    WrongType = "wrong_type", 400, "The message is of another type than this address takes.";
    AlgNotAllowed = "alg_not_allowed", 400, "The message's header asks for something outside the profile.";
    KeyMissing = "key_missing", 400, "The grant does not carry the key that signed it.";
    ManifestMismatch = "manifest_mismatch", 400, "The manifest and what came with it do not belong together.";
    UnsupportedVersion = "unsupported_version", 400, "The protocol version is not supported.";
    MustUnderstand = "must_understand", 400, "The grant depends on a term this partner does not know.";
    BadSignature = "bad_signature", 401, "The signature does not fit the message.";
    IssuerKeyMismatch = "issuer_key_mismatch", 401, "The message was not signed by the key of the grant.";
    StaleTimestamp = "stale_timestamp", 401, "The message is too old, or its clock is wrong.";
    WrongAudience = "wrong_audience", 403, "The message is meant for another partner.";
    OfferUsed = "offer_used", 403, "The offer has been used already.";
    PurposeNotOffered = "purpose_not_offered", 403, "The grant names a purpose that is not offered.";
    OutsideDescriptor = "outside_descriptor", 403, "The grant gives more than the descriptor asks for.";
    UnknownGrant = "unknown_grant", 404, "There is no such grant here.";
    UnknownOffer = "unknown_offer", 404, "There is no such offer here.";
    NotFound = "not_found", 404, "There is nothing at this address.";
    MethodNotAllowed = "method_not_allowed", 405, "This address does not take this method.";
    IdConflict = "id_conflict", 409, "The same id came before with other bytes.";
    SequenceGap = "sequence_gap", 409, "A delivery is missing before this one.";
    DescriptorStale = "descriptor_stale", 409, "The grant was made from a descriptor that is no longer offered.";
    GrantNotActive = "grant_not_active", 409, "The grant has been stopped and takes nothing more.";
    GrantExpired = "grant_expired", 410, "The grant has ended.";
    OfferExpired = "offer_expired", 410, "The offer has ended.";
    RelationshipClosed = "relationship_closed", 410, "This relationship has been closed.";
    TooLarge = "too_large", 413, "The request is larger than the protocol allows.";
    ParcelDigestMismatch = "parcel_digest_mismatch", 422, "A parcel is not the one its manifest names.";
    ParcelCommitMismatch = "parcel_commit_mismatch", 422, "A parcel's content is not the one its manifest commits to.";
    ParcelDecryptFailed = "parcel_decrypt_failed", 422, "A parcel does not open with this partner's key.";
    SchemaInvalid = "schema_invalid", 422, "A parcel's content is not in the form the protocol asks for.";
    OutsideGrant = "outside_grant", 422, "A parcel holds more than the grant gives.";
    CredentialInvalid = "credential_invalid", 422, "A credential in a parcel does not verify.";
    SlowDown = "slow_down", 429, "Too many requests; wait before the next one.";
    Internal = "internal", 500, "The partner failed; nothing was stored.";
    TryLater = "try_later", 503, "The partner cannot answer now.";
}

impl Code {
    pub fn from_slug(slug: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|c| c.slug() == slug)
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.slug())
    }
}

/// RFC 9457 `application/problem+json`. Never repeats anything of the request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// [`PROBLEM_BASE`] and the code.
    #[serde(rename = "type")]
    pub kind: String,
    pub title: String,
    pub status: u16,
    /// What exactly, in words of the answering side.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
    /// Seconds to wait before the next try.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_after: Option<u64>,
    /// With `sequence_gap`: the number that should have come.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expected: Option<u64>,
}

impl Problem {
    pub fn new(code: Code) -> Self {
        Self {
            kind: format!("{PROBLEM_BASE}{}", code.slug()),
            title: code.title().into(),
            status: code.status(),
            detail: None,
            retry_after: None,
            expected: None,
        }
    }

    /// `None` for a code of a later version: act on the status then.
    pub fn code(&self) -> Option<Code> {
        self.kind.strip_prefix(PROBLEM_BASE).and_then(Code::from_slug)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_code_survives_the_wire() {
        for code in Code::ALL {
            let text = serde_json::to_vec(&Problem::new(*code)).expect("serialises");
            let read: Problem = crate::json::read(&text).expect("reads");
            assert_eq!((read.code(), read.status), (Some(*code), code.status()));
            assert!(code.title().ends_with('.'));
        }
    }
}
