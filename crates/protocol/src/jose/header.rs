use serde::{Deserialize, Serialize};

use crate::key::Jwk;
use crate::problem::Code;
use crate::{base64url, json, limits};

/// Why a signed or sealed message was refused. Nothing of the message is in the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum JoseError {
    #[error("the message is larger than the protocol allows")]
    TooLarge,
    #[error("the message is not in compact form, or a part is not strict base64url or JSON")]
    Malformed,
    #[error("the message is of another type than expected")]
    WrongType,
    #[error("the header asks for something outside the profile")]
    HeaderNotAllowed,
    #[error("the algorithm is not the one of the expected key")]
    AlgorithmNotAllowed,
    #[error("the header carries no key, and one is needed here")]
    KeyMissing,
    #[error("the message names a key that is not expected here")]
    UnknownKey,
    #[error("the message names another issuer than the key that signed it")]
    IssuerMismatch,
    #[error("the signature does not fit the message")]
    BadSignature,
    #[error("the protocol version is not supported")]
    Version,
    #[error("a claim is missing or has the wrong form")]
    Claims,
    #[error("the parcel does not open with this key, or was sealed for another place")]
    DoesNotOpen,
}

impl JoseError {
    /// The code a partner answers with.
    pub fn code(self) -> Code {
        match self {
            Self::TooLarge => Code::TooLarge,
            Self::Malformed | Self::Claims => Code::Malformed,
            Self::WrongType => Code::WrongType,
            Self::HeaderNotAllowed | Self::AlgorithmNotAllowed => Code::AlgNotAllowed,
            Self::KeyMissing => Code::KeyMissing,
            Self::UnknownKey | Self::IssuerMismatch => Code::IssuerKeyMismatch,
            Self::BadSignature => Code::BadSignature,
            Self::Version => Code::UnsupportedVersion,
            Self::DoesNotOpen => Code::ParcelDecryptFailed,
        }
    }
}

/// Every member a protected header may have. The type of message decides which of them it must have.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Header {
    pub alg: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub enc: Option<String>,
    pub typ: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kid: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub jwk: Option<Jwk>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub epk: Option<Jwk>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub apu: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub apv: Option<String>,
}

#[derive(Deserialize)]
struct TypOnly {
    typ: Option<String>,
}

impl Header {
    pub(super) fn write(&self) -> String {
        base64url::encode(&serde_json::to_vec(self).expect("a struct of strings always serialises"))
    }

    /// Reads a protected header whose `typ` must be `typ`.
    pub(super) fn read(encoded: &str, typ: &str) -> Result<Self, JoseError> {
        let bytes = decode(encoded)?;
        if read_typ(&bytes)? != typ {
            return Err(JoseError::WrongType);
        }
        // Well-formed JSON with a typ: what is left to refuse is a member that is foreign, missing or of another form.
        serde_json::from_slice(&bytes).map_err(|_| JoseError::HeaderNotAllowed)
    }
}

fn decode(encoded: &str) -> Result<Vec<u8>, JoseError> {
    if encoded.len() > limits::HEADER {
        return Err(JoseError::TooLarge);
    }
    base64url::decode(encoded).ok_or(JoseError::Malformed)
}

fn read_typ(bytes: &[u8]) -> Result<String, JoseError> {
    json::read::<TypOnly>(bytes).map_err(|_| JoseError::Malformed)?.typ.ok_or(JoseError::WrongType)
}

/// The `typ` a compact message claims to have, to choose how to read it. Nothing is verified yet.
pub fn peek_typ(token: &str) -> Result<String, JoseError> {
    let (header, _) = token.split_once('.').ok_or(JoseError::Malformed)?;
    read_typ(&decode(header)?)
}
