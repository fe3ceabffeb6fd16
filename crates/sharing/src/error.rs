use holdall_protocol::rules::{DescriptorFault, PinFault, ScopeFault};
use holdall_protocol::{EntropyError, JoseError};

use crate::address::AddressError;
use crate::network::NetworkError;

/// Why something about sharing failed. Nothing was sent and nothing was changed, unless the text says so. No text holds
/// any of the person's data.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SharingError {
    #[error(transparent)]
    Address(#[from] AddressError),
    #[error(transparent)]
    Network(#[from] NetworkError),
    #[error("the partner's server answered with status {status} where its description should be")]
    NoDescriptor { status: u16 },
    #[error(transparent)]
    Descriptor(#[from] DescriptorFault),
    /// Everything with this partner is blocked until the person has compared the words with the partner.
    #[error(
        "the partner's key has changed, and its old key does not vouch for the new one. Its words were `{old}` and are now `{new}`: \
         compare them with the partner by telephone before you trust it again"
    )]
    KeyChanged { old: String, new: String },
    #[error(transparent)]
    Pin(PinFault),
    #[error("the partner's description has ended: fetch it again")]
    DescriptorExpired,
    #[error("the partner does not offer this purpose")]
    NotOffered,
    #[error("the partner offers this purpose in a form that cannot be granted")]
    NotGrantable,
    #[error("what is to be shared still has problems: look at the preview")]
    HasProblems,
    #[error("these are not the bytes that were shown: look at the preview again")]
    NotWhatWasShown,
    #[error("the preview is too old: look at it again")]
    PreviewTooOld,
    #[error("the partner has changed its offer since the preview: look at it again")]
    OfferChanged,
    #[error("these are more records than one share can carry: choose a shorter period or leave some out")]
    TooMuch,
    #[error("a record is too long to be shared: leave it out")]
    RecordTooLong,
    #[error("the grant would not fit what the partner offers: {0}")]
    Scope(#[from] ScopeFault),
    #[error("a message could not be made: {0}")]
    Message(#[from] JoseError),
    #[error("the partner's encryption key is not usable")]
    SealingKey,
    #[error(transparent)]
    Entropy(#[from] EntropyError),
    #[error("this share has ended and cannot be stopped again")]
    NothingToStop,
    #[error("what is kept about this share cannot be read; it may come from a newer version of Holdall")]
    Unreadable,
    #[error("the proof file could not be written")]
    ProofNotWritten,
}

impl From<PinFault> for SharingError {
    fn from(fault: PinFault) -> Self {
        match fault {
            PinFault::KeyChanged { old, new } => {
                Self::KeyChanged { old: crate::key_words(&old).join(" "), new: crate::key_words(&new).join(" ") }
            }
            other => Self::Pin(other),
        }
    }
}
