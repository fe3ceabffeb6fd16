//! The messages, one file each. All members are as on the wire; times are seconds since 1970, hashes are SHA-256.
//!
//! Members a reader does not know are ignored, unless a grant lists them in `must_understand`.

mod body;
mod deletion_receipt;
mod descriptor;
mod grant;
mod key_change;
mod manifest;
mod notice;
mod offer;
mod partner_message;
mod receipt;
mod revocation;
mod revocation_ack;
mod sync;
mod version;

pub use body::{Answer, GrantSubmission, RevocationSubmission, SyncSubmission};
pub use deletion_receipt::{Covered, DeletionReceipt, Derived, RecipientErasure, Retained, StoreErasure, Trigger, TriggerKind};
pub use descriptor::{
    AccessMode, Benefit, Commitments, Descriptor, Entity, Fallback, FieldRequest, GivesBack, KeyUse, LocalText, Logo, Need, PublishedKey,
    Purpose, Recipient, Registry, RetentionRule, StrandRequest, Terms,
};
pub use grant::{Grant, GrantCommitments, GrantTerms, GrantUpdate, LegalGround, StrandGrant, TimeConstraint};
pub use key_change::KeyChange;
pub use manifest::{Manifest, ManifestKind, ParcelEntry};
pub use notice::{Notice, NoticeKind, ReceivedBenefit};
pub use offer::Offer;
pub use partner_message::PartnerMessage;
pub use receipt::{
    ConsentEvent, ConsentParty, ConsentProcessing, ConsentRecord, ParcelReceipt, PersonalInformation, Receipt, ReceiptKind, ReceiptState,
    RejectedRow,
};
pub use revocation::{EraseScope, Initiator, Revocation, RevocationReason, Scope};
pub use revocation_ack::{RecipientTold, RevocationAck};
pub use sync::{Have, Sync};
pub use version::Version;
