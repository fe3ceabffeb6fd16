use uuid::Uuid;

use super::{DeletionReceipt, Notice, Receipt, RevocationAck};
use crate::jose::{JoseError, Message as _, Signed, peek_typ};
use crate::key::VerifyingKey;

/// A verified message in a partner's answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PartnerMessage {
    Receipt(Signed<Receipt>),
    RevocationAck(Signed<RevocationAck>),
    DeletionReceipt(Signed<DeletionReceipt>),
    Notice(Signed<Notice>),
}

impl PartnerMessage {
    /// Verifies a message of whichever of these types it is. Another type is [`JoseError::WrongType`].
    pub fn verify(token: &str, keys: &[VerifyingKey]) -> Result<Self, JoseError> {
        Ok(match peek_typ(token)?.as_str() {
            Receipt::TYP => Self::Receipt(Signed::verify(token, keys)?),
            RevocationAck::TYP => Self::RevocationAck(Signed::verify(token, keys)?),
            DeletionReceipt::TYP => Self::DeletionReceipt(Signed::verify(token, keys)?),
            Notice::TYP => Self::Notice(Signed::verify(token, keys)?),
            _ => return Err(JoseError::WrongType),
        })
    }

    /// Who signed it, to whom, about which grant: iss, aud, jti, grant.
    pub fn address(&self) -> (&str, &str, Uuid, Uuid) {
        match self {
            Self::Receipt(m) => (&m.claims().iss, &m.claims().aud, m.claims().jti, m.claims().grant),
            Self::RevocationAck(m) => (&m.claims().iss, &m.claims().aud, m.claims().jti, m.claims().grant),
            Self::DeletionReceipt(m) => (&m.claims().iss, &m.claims().aud, m.claims().jti, m.claims().grant),
            Self::Notice(m) => (&m.claims().iss, &m.claims().aud, m.claims().jti, m.claims().grant),
        }
    }

    pub fn token(&self) -> &str {
        match self {
            Self::Receipt(m) => m.token(),
            Self::RevocationAck(m) => m.token(),
            Self::DeletionReceipt(m) => m.token(),
            Self::Notice(m) => m.token(),
        }
    }
}
